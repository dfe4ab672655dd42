"""Studies to be planned, for the tests."""

from typing import Any

from analysis.planning import PlanInput

RATES = (0.70, 0.75, 0.91)


def asked(**changed: Any) -> PlanInput:
    """Return 4 categories of 30 clips, two systems and Real, 3 votes, 40 raters."""
    given: dict[str, Any] = {
        "clips_per_category": 30,
        "categories": ("Dog", "Drum", "Rail", "Water"),
        "systems": ("Seq", "Flow"),
        "raters": 40,
        "cap": 60,
        "rates": RATES,
    }
    return PlanInput(**{**given, **changed})
