"""What signal detection gives for one method in one row."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Detection:
    """How well raters tell a method's clips from the control's, and how they lean.

    ``row``: a category, or the label of the row pooled over all votes. The signal is
    a control clip: ``hits`` of ``signals`` votes on the control and ``false_alarms``
    of ``noise`` votes on the method are "real". ``dprime`` is 0 where the two cannot
    be told apart; ``criterion`` is below 0 where raters lean to "real". ``se`` and
    ``criterion_se`` are two-way clustered, with z intervals; ``se_iid`` (of d') takes
    votes as independent. Figures are None where they are not defined, and ``note``
    says why.
    """

    row: str
    method: str
    dprime: float | None
    criterion: float | None
    se: float | None
    se_iid: float | None
    low: float | None
    high: float | None
    criterion_se: float | None
    criterion_low: float | None
    criterion_high: float | None
    hits: int
    signals: int
    false_alarms: int
    noise: int
    note: str = ""
