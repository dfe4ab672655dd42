"""What the report says of raters and of the course of a study."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RaterProfile:
    """One rater's votes beside those of others on the same items.

    ``real`` of ``votes`` are "real" (share ``rate``), ``real_generated`` of
    ``generated`` and ``real_control`` of ``controls``. Of the items that others judged
    too: ``agreement``, the mean share of the others who voted alike; ``expected``, the
    mean share of the others who voted "real"; ``rate_z``, how far the rater's own
    share is from that, in standard errors if an item's votes were exchangeable (the
    funnel; honest raters differ by more). ``seconds_median``: per answer.
    ``sensitivity`` and ``specificity``: of Dawid and Skene's model. ``catch_right`` of
    ``catch_asked`` catch clips; ``minutes`` in all sessions. None is unknown or
    undefined. ``odd``: why a person may want to look, never a reason to exclude.
    """

    worker: str
    votes: int
    real: int
    rate: float
    real_generated: int
    generated: int
    real_control: int
    controls: int
    agreement: float | None = None
    expected: float | None = None
    rate_z: float | None = None
    seconds_median: float | None = None
    sensitivity: float | None = None
    specificity: float | None = None
    catch_right: int | None = None
    catch_asked: int | None = None
    minutes: float | None = None
    odd: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What a method's average would be without the rater who moves it most.

    ``average`` and ``shifted`` are shares in [0, 1], ``shift`` is shifted - average;
    ``row`` is the table row's name.
    """

    method: str
    average: float
    worker: str
    shifted: float
    shift: float
    row: str = "Average"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One check of the study's course; ``ok`` is None where nothing was declared."""

    name: str
    ok: bool | None
    text: str


@dataclass(frozen=True, slots=True)
class QualityReport:
    """Raters (most votes first), each average's most influential rater, and checks.

    ``seconds`` are the times of all answers that have one, in rising order.
    ``rate_spread``: by how much honest raters' shares differ from the expected ones
    beyond chance (a standard deviation, as a share), which widens the funnel.
    """

    raters: tuple[RaterProfile, ...]
    sensitivity: tuple[Sensitivity, ...]
    diagnostics: tuple[Diagnostic, ...]
    seconds: tuple[float, ...]
    rate_spread: float = 0.0
