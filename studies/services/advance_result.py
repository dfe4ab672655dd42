"""What one run over a study did, for people to read."""

from dataclasses import dataclass, field


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
            f"{count} {what}"
            for count, what in (
                (self.published, "postings published"),
                (self.submissions, "submissions taken in"),
                (self.returned, "sessions returned"),
                (self.expired, "sessions given up"),
                (self.paid, "sessions paid"),
                (self.extras, "bonuses and compensations paid"),
                (self.new_places, "places added"),
            )
            if count
        ]
        return f"{self.state}: {', '.join(done) or 'nothing to do'}"
