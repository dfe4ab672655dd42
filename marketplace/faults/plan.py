"""What goes wrong how often, and which call it meets: the same again for one seed.

A plan is written as words between commas::

    throttle=0.1,fail_before=0.05,fail_after=every20,slow=0.02:0.5,lag=3,seed=7

============  ==========================================================================
throttle      ThrottlingException "Rate exceeded", and nothing is done
fail_before   ServiceFault 500, and nothing is done
fail_after    the call is done and committed, then ServiceFault 500
slow          odds:seconds; the call is done and committed, then its answer waits
lag           seconds; reads do not see writes that are younger (see `lag`)
seed          a whole number; another one meets other calls
on            operations between +; all others are left alone by all but the lag
times         throttle, fail_before and fail_after together strike so often, no more
============  ==========================================================================

Odds are a share from 0 to 1, or `every3` for each third call. Calls are counted within
a process: one server process and one client meet the same faults in each run.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from enum import Enum
from random import Random
from typing import Any

from marketplace.shapes import service


class PlanError(ValueError):
    """A plan that can't be read, in a sentence naming the word at fault."""


class Fault(Enum):
    """What befalls a call; where several would, the first of these."""

    THROTTLE = "throttle"
    BEFORE = "fail_before"
    AFTER = "fail_after"


@dataclass(frozen=True, slots=True)
class Odds:
    """How often something strikes: a share of the calls, or each `every`-th."""

    share: float = 0.0
    every: int = 0

    def strike(self, number: int, draw: Random) -> bool:
        """Whether call `number`, counted from 1, is met."""
        met = draw.random() < self.share
        return met or (self.every > 0 and number % self.every == 0)


@dataclass(frozen=True, slots=True)
class Slow:
    """How often an answer waits, and for how many seconds."""

    odds: Odds = Odds()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What goes wrong how often; nothing, as it stands."""

    throttle: Odds = Odds()
    fail_before: Odds = Odds()
    fail_after: Odds = Odds()
    slow: Slow = Slow()
    lag: float = 0.0
    seed: int = 0
    on: frozenset[str] = frozenset()
    times: int | None = None

    def concerns(self, operation: str) -> bool:
        """Whether calls of that operation are disturbed."""
        return not self.on or operation in self.on

    def fault_of(self, number: int) -> Fault | None:
        """What befalls call `number`, counted from 1."""
        for fault in Fault:
            odds: Odds = getattr(self, fault.value)
            if odds.strike(number, self._draw(fault.value, number)):
                return fault
        return None

    def wait_of(self, number: int) -> float:
        """How many seconds the answer to call `number` waits."""
        met = self.slow.odds.strike(number, self._draw("slow", number))
        return self.slow.seconds if met else 0.0

    def _draw(self, kind: str, number: int) -> Random:
        return Random(f"{self.seed}/{kind}/{number}")


def read_plan(text: str) -> Plan:
    """The plan that `text` writes; raises PlanError."""
    given: dict[str, Any] = {}
    for word in filter(None, (part.strip() for part in text.split(","))):
        name, _, value = word.partition("=")
        if name not in _READERS:
            known = ", ".join(field.name for field in fields(Plan))
            raise PlanError(f"{word!r} is no fault: there are {known}")
        try:
            given[name] = _READERS[name](value)
        except ValueError as error:
            raise PlanError(f"{word!r} can't be read: {error}") from error
    plan = Plan(**given)
    unknown = sorted(plan.on.difference(service().operation_names))
    if unknown:
        raise PlanError(f"on={'+'.join(unknown)}: there is no such operation")
    return plan


def _odds(text: str) -> Odds:
    if text.startswith("every"):
        return Odds(every=_whole(text.removeprefix("every"), least=1))
    share = float(text)
    if not 0 <= share <= 1:
        raise ValueError("a share is from 0 to 1, or say every3")
    return Odds(share=share)


def _slow(text: str) -> Slow:
    odds, colon, seconds = text.partition(":")
    if not colon:
        raise ValueError("say how often and for how many seconds, as 0.02:0.5")
    return Slow(_odds(odds), _seconds(seconds))


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds <= 3600:
        raise ValueError("give seconds from 0 to 3600")
    return seconds


def _whole(text: str, *, least: int = 0) -> int:
    number = int(text)
    if number < least:
        raise ValueError(f"give a whole number of at least {least}")
    return number


_READERS: dict[str, Callable[[str], Any]] = {
    "throttle": _odds,
    "fail_before": _odds,
    "fail_after": _odds,
    "slow": _slow,
    "lag": _seconds,
    "seed": _whole,
    "on": lambda text: frozenset(filter(None, text.split("+"))),
    "times": _whole,
}
