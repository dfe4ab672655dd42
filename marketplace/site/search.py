"""What a worker looks for in the list of HITs, as the page's address says it."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict

from marketplace import money
from marketplace.selectors.groups import MAX_WORDS, SORTS, Wish

MAX_TEXT = 200
_MAX_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Search:
    """A wish, the fields as they were given, and what was wrong with the amount."""

    wish: Wish
    text: str
    reward: str
    fault: str = ""

    @property
    def narrows(self) -> bool:
        """Whether it leaves anything out, so that an empty list may be its doing."""
        wish = self.wish
        return bool(
            wish.words or wish.min_cents or wish.requester is not None or wish.qualified
        )

    @property
    def query(self) -> str:
        """The same search for the addresses of further pages, with a final "&"."""
        wish = self.wish
        fields = {
            "q": self.text,
            "reward": self.reward,
            "requester": "" if wish.requester is None else str(wish.requester),
            "qualified": "on" if wish.qualified else "",
            "sort": "" if wish.sort == "newest" else wish.sort,
        }
        kept = {name: value for name, value in fields.items() if value}
        return f"{urlencode(kept)}&" if kept else ""


def read_search(fields: QueryDict) -> Search:
    """Read a search; what makes no sense is left out, a wrong amount is told."""
    text = " ".join(fields.get("q", "").split())[:MAX_TEXT]
    reward = fields.get("reward", "").strip().removeprefix("$")[:MAX_TEXT]
    cents, fault = 0, ""
    if reward:
        try:
            cents = money.to_cents(reward)
        except ValueError:
            fault = f"“{reward}” is not an amount of dollars such as 0.25."
    sort = fields.get("sort", "")
    wish = Wish(
        words=tuple(text.split()[:MAX_WORDS]),
        min_cents=cents,
        requester=_number(fields.get("requester", "")),
        qualified=fields.get("qualified") == "on",
        sort=sort if sort in SORTS else "newest",
    )
    return Search(wish, text, reward, fault)


def _number(text: str) -> int | None:
    digits = text.isascii() and text.isdecimal() and len(text) <= _MAX_DIGITS
    return int(text) if digits else None
