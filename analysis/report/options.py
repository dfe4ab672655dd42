"""How a report is made: what the user may choose after the data are in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from analysis.intervals import Kind

Exclusions = Literal["both", "on", "off"]
EXCLUSIONS: tuple[Exclusions, ...] = ("both", "on", "off")


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """Choices that change how a report is shown, never what was declared.

    ``interval``: twoway, wilson, cp or bootstrap; ``alpha``: 1 - their level.
    ``exclusions``: the main table with the frozen rules applied (on), with every
    submitted vote (off), or applied and both set side by side (both). ``mixed`` fits
    the mixed model, which takes seconds. ``seed`` and ``replicates`` are the
    bootstraps'. ``compare_paper`` sets Table 2 of *Visual to Sound* beside the study.
    """

    interval: Kind = "twoway"
    alpha: float = 0.05
    exclusions: Exclusions = "both"
    mixed: bool = False
    compare_paper: bool = False
    seed: int = 0
    replicates: int = 2000
    by: str = ""
