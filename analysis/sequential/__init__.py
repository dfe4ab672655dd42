"""Looking at a study before it is complete, without fooling oneself."""

from analysis.sequential.bounds import GroupKind, group_bounds, stagewise_p
from analysis.sequential.look import LookResult, take_look
from analysis.sequential.mixture import (
    SignSequence,
    confidence_sequence,
    log_mixture_ratio,
    sign_sequence,
)
from analysis.sequential.order import clip_order, stages
from analysis.sequential.summary import (
    Outcome,
    sequential_outcome,
    sequential_summary,
)

__all__ = [
    "GroupKind",
    "LookResult",
    "Outcome",
    "SignSequence",
    "clip_order",
    "confidence_sequence",
    "group_bounds",
    "log_mixture_ratio",
    "sequential_outcome",
    "sequential_summary",
    "sign_sequence",
    "stages",
    "stagewise_p",
    "take_look",
]
