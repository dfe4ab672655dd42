"""Which items a session gets: pure, seeded, balanced.

Systems and categories are kept level within the session, clips and items that most
need votes come first, and no clip comes twice (design, decision 2).
"""

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item with places left: `need` is how many."""

    item: int
    clip: int
    category: int
    system: int
    need: int


def draw_items(
    candidates: Sequence[Candidate], count: int, rng: random.Random
) -> list[Candidate]:
    """Draw at most `count` items, one per clip.

    At each step the category and system met least so far in this session win, then
    the clip and the item with the greatest need, then chance. Returned in the order
    drawn; fewer than `count` where the clips run out.
    """
    chance = {candidate.item: rng.random() for candidate in candidates}
    clip_need: Counter[int] = Counter()
    for candidate in candidates:
        clip_need[candidate.clip] += candidate.need

    def rank(candidate: Candidate) -> tuple[int, int, float]:
        return -clip_need[candidate.clip], -candidate.need, chance[candidate.item]

    # only balance changes while a session is drawn, so each cell is sorted once,
    # its best candidate last
    cells: defaultdict[tuple[int, int], list[Candidate]] = defaultdict(list)
    for candidate in sorted(candidates, key=rank, reverse=True):
        cells[candidate.category, candidate.system].append(candidate)
    systems: Counter[int] = Counter()
    categories: Counter[int] = Counter()
    met: set[int] = set()
    drawn: list[Candidate] = []
    while len(drawn) < count:
        for cell in cells.values():
            while cell and cell[-1].clip in met:
                cell.pop()
        heads = [cell[-1] for cell in cells.values() if cell]
        if not heads:
            break
        best = min(
            heads,
            key=lambda c: (categories[c.category], systems[c.system], *rank(c)),
        )
        drawn.append(best)
        met.add(best.clip)
        systems[best.system] += 1
        categories[best.category] += 1
    return drawn


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
