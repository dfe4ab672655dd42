"""Which items a session gets: pure, seeded, balanced.

Systems and categories are kept level within the session, clips and items that most
need votes come first, and no clip comes twice (design, decision 2). Where looks were
declared, the clips of earlier stages come first.
"""

import math
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item with places left: `need` is how many; `stage` 0 where there are none."""

    item: int
    clip: int
    category: int
    system: int
    need: int
    stage: int = 0


class _Session:
    """What a session holds so far, and whose turn it is next."""

    def __init__(self, count: int, candidates: Sequence[Candidate]) -> None:
        self._systems: Counter[int] = Counter()
        self._categories: Counter[int] = Counter()
        self._of_system = _share(count, {each.system for each in candidates})
        self._of_category = _share(count, {each.category for each in candidates})
        self.met: set[int] = set()

    def turn(self, candidate: Candidate) -> tuple[bool, int, int, int]:
        """Return what is compared before anything else; the least wins."""
        stage = candidate.stage
        category = self._categories[candidate.category]
        system = self._systems[candidate.system]
        full = category >= self._of_category or system >= self._of_system
        return stage > 0 and full, stage, category, system

    def add(self, candidate: Candidate) -> None:
        """Take an item in."""
        self.met.add(candidate.clip)
        self._systems[candidate.system] += 1
        self._categories[candidate.category] += 1


def draw_items(
    candidates: Sequence[Candidate], count: int, rng: random.Random
) -> list[Candidate]:
    """Draw at most `count` items, one per clip.

    At each step the category and system met least so far in this session win, then
    the clip and the item with the greatest need, then chance. With stages, the earlier
    stage wins before all that, as long as no system and no category gets more than its
    share of the session by it. Returned in the order drawn; fewer than `count` where
    the clips run out.
    """
    chance = {candidate.item: rng.random() for candidate in candidates}
    clip_need: Counter[int] = Counter()
    for candidate in candidates:
        clip_need[candidate.clip] += candidate.need

    def rank(c: Candidate) -> tuple[int, int, int, float]:
        return c.stage, -clip_need[c.clip], -c.need, chance[c.item]

    # only balance changes while a session is drawn, so each cell is sorted once,
    # its best candidate last
    cells: defaultdict[tuple[int, int], list[Candidate]] = defaultdict(list)
    for candidate in sorted(candidates, key=rank, reverse=True):
        cells[candidate.category, candidate.system].append(candidate)
    session = _Session(count, candidates)
    drawn: list[Candidate] = []
    while len(drawn) < count:
        for cell in cells.values():
            while cell and cell[-1].clip in session.met:
                cell.pop()
        heads = [cell[-1] for cell in cells.values() if cell]
        if not heads:
            break
        best = min(heads, key=lambda c: (*session.turn(c), *rank(c)))
        drawn.append(best)
        session.add(best)
    return drawn


def _share(count: int, kinds: set[int]) -> int:
    return math.ceil(count / max(1, len(kinds)))


@dataclass(frozen=True, slots=True)
class CatchCandidate:
    """A catch item and the clips it shows or sounds."""

    item: int
    clips: frozenset[int]


def mix_in(
    scored: Sequence[Candidate], catches: Sequence[CatchCandidate], rng: random.Random
) -> list[int]:
    """Order a session's items by chance, the catches at random places among them.

    A catch that touches a clip of a scored item comes after that item: the scored
    judgement is made on a clip never met before.
    """
    order = list(scored)
    rng.shuffle(order)
    items = [candidate.item for candidate in order]
    place_of = {candidate.clip: place for place, candidate in enumerate(order)}
    slots: list[tuple[float, int]] = []
    for catch in catches:
        met = [place_of[clip] for clip in catch.clips if clip in place_of]
        earliest = max(met) + 1 if met else 0
        slots.append((rng.randint(earliest, len(items)) + rng.random(), catch.item))
    for slot, item in sorted(slots, reverse=True):
        items.insert(int(slot), item)
    return items
