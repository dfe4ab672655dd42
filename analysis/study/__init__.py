"""What was declared with a study, and how it ran: everything but its votes."""

from analysis.study.document import StudyRecordError, from_json, to_json
from analysis.study.record import (
    DEFAULT_FAMILIES,
    FAMILIES,
    PLAN_KINDS,
    Comparisons,
    FamilyName,
    Flow,
    Look,
    PlanKind,
    SequentialPlan,
    StudyRecord,
)

__all__ = [
    "DEFAULT_FAMILIES",
    "FAMILIES",
    "PLAN_KINDS",
    "Comparisons",
    "FamilyName",
    "Flow",
    "Look",
    "PlanKind",
    "SequentialPlan",
    "StudyRecord",
    "StudyRecordError",
    "from_json",
    "to_json",
]
