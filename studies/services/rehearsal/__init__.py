"""Simulated raters who work through the same pages as people, over HTTP."""

from studies.services.rehearsal.raters import (
    Population,
    SimulatedRater,
    draw_population,
)
from studies.services.rehearsal.run import RehearsalSummary, rehearse

__all__ = [
    "Population",
    "RehearsalSummary",
    "SimulatedRater",
    "draw_population",
    "rehearse",
]
