"""Simulated raters who work through the same pages as people, over HTTP."""

from studies.services.rehearsal.raters import Population, RaterModel, draw_population
from studies.services.rehearsal.run import RehearsalSummary, rehearse

__all__ = [
    "Population",
    "RaterModel",
    "RehearsalSummary",
    "draw_population",
    "rehearse",
]
