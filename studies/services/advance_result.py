"""What one run over a study did, for people to read."""

from dataclasses import dataclass, field

from analysis.votes import counted


@dataclass(slots=True)
class AdvanceResult:
    """What one run did; `problems` are those that a person must mend."""

    state: str = ""
    published: int = 0
    submissions: int = 0
    returned: int = 0
    expired: int = 0
    paid: int = 0
    extras: int = 0
    new_places: int = 0
    problems: list[str] = field(default_factory=list)

    def text(self) -> str:
        """One line; names only what happened."""
        done = [
            f"{counted(count, what)} {how}"
            for count, what, how in (
                (self.published, "posting", "published"),
                (self.submissions, "submission", "taken in"),
                (self.returned, "session", "returned"),
                (self.expired, "session", "given up"),
                (self.paid, "session", "paid"),
                (self.extras, "extra payment", "made"),
                (self.new_places, "place", "added"),
            )
            if count
        ]
        return f"{self.state}: {', '.join(done) or 'nothing to do'}"
