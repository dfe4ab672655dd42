"""Who rated how, and whether the study ran as planned: diagnostics, never a filter."""

from analysis.quality.build import quality
from analysis.quality.influence import leave_one_out
from analysis.quality.latent import DawidSkene, dawid_skene
from analysis.quality.record import (
    Diagnostic,
    QualityReport,
    RaterProfile,
    Sensitivity,
)
from analysis.quality.screening import Screen, screening_effect

__all__ = [
    "DawidSkene",
    "Diagnostic",
    "QualityReport",
    "RaterProfile",
    "Screen",
    "Sensitivity",
    "dawid_skene",
    "leave_one_out",
    "quality",
    "screening_effect",
]
