"""One round of calls to a study's recruiters: one that fails holds up no other."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from studies.errors import RecruiterError


@dataclass(slots=True)
class Calls:
    """What failed in this round, by the recruiter's name, in the order of the calls.

    `names` are those of all recruiters of the study.
    """

    names: Sequence[str]
    faults: dict[str, list[RecruiterError]] = field(default_factory=dict)

    @contextmanager
    def to(self, name: str) -> Iterator[None]:
        """Keep a RecruiterError of the block as a fault of the recruiter `name`."""
        try:
            yield
        except RecruiterError as error:
            self.faults.setdefault(name, []).append(error)

    @property
    def answering(self) -> list[str]:
        """The recruiters at whom nothing has failed."""
        return [name for name in self.names if name not in self.faults]

    def problem(self, name: str) -> str:
        """Say what failed at one recruiter, each thing once; empty for nothing."""
        return "; ".join(dict.fromkeys(map(str, self.faults.get(name, []))))

    def raise_faults(self) -> None:
        """Raise what failed as one RecruiterError, if anything did."""
        errors = [error for found in self.faults.values() for error in found]
        if not errors:
            return
        if len(self.names) == 1:
            raise errors[0]
        raise RecruiterError(
            "; ".join(f"{name}: {self.problem(name)}" for name in self.faults),
            permanent=all(error.permanent for error in errors),
            uncertain=any(error.uncertain for error in errors),
        )
