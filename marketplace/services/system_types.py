"""The marketplace's own qualifications, which no requester gives and nobody requests.

Their ids and names are MTurk's (AWS API reference, QualificationRequirement; the four
percentages without "Approved" are of its 2008-08-02 edition). Where a percentage would
rest on fewer than a hundred assignments it is the best one, as at MTurk for those
approved.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Count

from marketplace.models import Assignment, Worker

PERCENT_APPROVED = "000000000000000000L0"
PERCENT_REJECTED = "000000000000000000S0"
PERCENT_SUBMITTED = "00000000000000000000"
PERCENT_ABANDONED = "00000000000000000070"
PERCENT_RETURNED = "000000000000000000E0"
NUMBER_APPROVED = "00000000000000000040"
LOCALE = "00000000000000000071"
ADULT = "00000000000000000060"
MASTERS = ("2F1QJWKUDD8XADTFD2Q0G6UTO95ALH", "2ARFPLSP75KLA8M8DH1HTEQVJT3SY6")
"""Production's and the sandbox's. Nobody holds these two, nor ADULT."""

MADE_AT = datetime(2017, 1, 17, tzinfo=UTC)
"""When they were made: the day of the protocol's version, as they have no other."""

MEANINGFUL_PERCENTAGE = 100
"""Assignments from which on a percentage counts."""

Value = int | str
Status = Assignment.Status


@dataclass(frozen=True, slots=True)
class SystemType:
    """A qualification of the marketplace; `label` is its name for workers."""

    type_id: str
    name: str
    label: str
    description: str

    def is_found_by(self, words: Iterable[str]) -> bool:
        """Whether each word is in the name or the description, in capitals or not."""
        text = f"{self.name} {self.description}".casefold()
        return all(word.casefold() in text for word in words)


SYSTEM_TYPES = (
    SystemType(
        PERCENT_SUBMITTED,
        "Worker_PercentAssignmentsSubmitted",
        "Percent of assignments submitted",
        "The percentage of the assignments a worker accepted that were submitted.",
    ),
    SystemType(
        PERCENT_ABANDONED,
        "Worker_PercentAssignmentsAbandoned",
        "Percent of assignments abandoned",
        "The percentage of the assignments a worker accepted whose time ran out.",
    ),
    SystemType(
        PERCENT_RETURNED,
        "Worker_PercentAssignmentsReturned",
        "Percent of assignments returned",
        "The percentage of the assignments a worker accepted that were returned.",
    ),
    SystemType(
        PERCENT_APPROVED,
        "Worker_PercentAssignmentsApproved",
        "Percent of assignments approved",
        "The percentage of a worker's judged assignments that were approved; 100 until"
        " the worker has submitted 100.",
    ),
    SystemType(
        PERCENT_REJECTED,
        "Worker_PercentAssignmentsRejected",
        "Percent of assignments rejected",
        "The percentage of a worker's judged assignments that were rejected; 0 until"
        " the worker has submitted 100.",
    ),
    SystemType(
        NUMBER_APPROVED,
        "Worker_NumberHITsApproved",
        "Number of HITs approved",
        "How many of a worker's assignments were approved.",
    ),
    SystemType(
        LOCALE,
        "Worker_Locale",
        "Country",
        "Where a worker lives, as the worker's account has it.",
    ),
    SystemType(
        ADULT,
        "Worker_Adult",
        "Adult content",
        "Agrees to content for adults alone. Nobody holds it on this marketplace.",
    ),
    SystemType(
        MASTERS[0],
        "Masters",
        "Masters",
        "Nobody holds it on this marketplace.",
    ),
    SystemType(
        MASTERS[1],
        "Masters (Sandbox)",
        "Masters",
        "Nobody holds it on this marketplace.",
    ),
)
SYSTEM_LABELS: Mapping[str, str] = {kind.type_id: kind.label for kind in SYSTEM_TYPES}


def values_of(worker: Worker) -> dict[str, Value]:
    """The worker's values of the marketplace's own qualifications that are held."""
    counts = Counter(
        dict(
            worker.assignments.values("status")
            .annotate(count=Count("pk"))
            .values_list("status", "count")
        )
    )
    approved, rejected = counts[Status.APPROVED], counts[Status.REJECTED]
    judged = approved + rejected
    submitted = judged + counts[Status.SUBMITTED]
    accepted = sum(counts.values())
    known = submitted >= MEANINGFUL_PERCENTAGE and judged > 0
    begun = accepted >= MEANINGFUL_PERCENTAGE
    values: dict[str, Value] = {
        NUMBER_APPROVED: approved,
        PERCENT_APPROVED: 100 * approved // judged if known else 100,
        PERCENT_REJECTED: 100 * rejected // judged if known else 0,
        PERCENT_SUBMITTED: 100 * submitted // accepted if begun else 100,
        PERCENT_ABANDONED: 100 * counts[Status.ABANDONED] // accepted if begun else 0,
        PERCENT_RETURNED: 100 * counts[Status.RETURNED] // accepted if begun else 0,
    }
    if worker.country:
        values[LOCALE] = worker.locale
    return values
