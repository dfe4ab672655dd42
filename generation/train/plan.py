"""Who plays when: an epoch's clips laid out on lanes, one video frame a step.

A lane plays clip after clip; the next clip goes to the lane that is free first. Each
row of a batch so begins on its own, whatever the others do, and the plan is the same
however many processes share the lanes.
"""

import heapq
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Turn:
    """A clip on a lane: it plays `frames` frames from step `start` on."""

    clip: str
    start: int
    frames: int


@dataclass(frozen=True, slots=True)
class Place:
    """What a lane plays at a step: frame `frame` of turn number `turn`."""

    lane: int
    turn: int
    clip: str
    frame: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The turns of each lane, in time, and the steps until the last one ends."""

    lanes: tuple[tuple[Turn, ...], ...]
    steps: int

    def at(self, step: int, lanes: range) -> list[Place]:
        """Return what some lanes play at a step; a lane at rest is left out."""
        found = []
        for lane in lanes:
            turns = self.lanes[lane]
            number = bisect_right(turns, step, key=lambda turn: turn.start) - 1
            if number < 0:
                continue
            turn = turns[number]
            if step < turn.start + turn.frames:
                found.append(Place(lane, number, turn.clip, step - turn.start))
        return found


def plan_epoch(clips: Sequence[tuple[str, int]], lanes: int) -> Plan:
    """Lay clips, given with their frames in the order to be seen, out on lanes.

    Raises ValueError for no clips or no lanes.
    """
    if not clips or lanes < 1:
        raise ValueError(f"{len(clips)} clips on {lanes} lanes: there must be some")
    free = [(0, lane) for lane in range(lanes)]
    turns: list[list[Turn]] = [[] for _ in range(lanes)]
    for clip, frames in clips:
        start, lane = heapq.heappop(free)
        turns[lane].append(Turn(clip, start, frames))
        heapq.heappush(free, (start + frames, lane))
    return Plan(tuple(map(tuple, turns)), max(end for end, _ in free))
