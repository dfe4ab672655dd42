"""A worker's qualifications: those held, those to be had, and how to get one."""

from dataclasses import dataclass

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from marketplace import clock, services
from marketplace.documents import parse
from marketplace.errors import WorkerRefusalError
from marketplace.forms import (
    FaultyAnswersError,
    Posted,
    lay_out,
    read_question_form,
)
from marketplace.models import (
    Qualification,
    QualificationRequest,
    QualificationType,
    Sitting,
    Worker,
)
from marketplace.services.eligibility import Standing
from marketplace.services.system_types import NUMBER_APPROVED, PERCENT_APPROVED
from marketplace.site.pages import countdown, not_found, page, refusal
from marketplace.site.session import for_workers

SHOWN = 200
MAX_QUERY = 200


@dataclass(frozen=True, slots=True)
class Way:
    """How a qualification is got, and why not now; empty when it can be."""

    kind: QualificationType
    why_not: str
    sitting: Sitting | None

    @property
    def minutes(self) -> int:
        """Minutes that the test may take, rounded up; 0 without a test."""
        return -(-(self.kind.test_seconds or 0) // 60)


@require_safe
@for_workers
def qualifications(request: HttpRequest, worker: Worker) -> HttpResponse:
    """What the worker is qualified for, has asked for, and may ask for."""
    now = clock.now()
    services.settle(now)
    words = request.GET.get("q", "").replace("\x00", "")[:MAX_QUERY]
    held = worker.qualifications.filter(status=Qualification.Status.GRANTED)
    asked = worker.qualification_requests.filter(
        status=QualificationRequest.Status.SUBMITTED
    )
    begun = worker.sittings.filter(ended_at__isnull=True, deadline__gt=now)
    chances = services.Chances(worker, now)
    standing = Standing(worker)
    return page(
        request,
        "qualifications",
        {
            "held": held.select_related("type__requester").order_by("-granted_at"),
            "asked": asked.select_related("type__requester").order_by("-pk"),
            "begun": begun.select_related("type__requester").order_by("deadline"),
            "ways": [
                Way(kind, why_not="", sitting=None)
                for kind in _found(words)
                if chances.why_not(kind) is None
            ],
            "words": words,
            "shown": SHOWN,
            "approved": standing.value(NUMBER_APPROVED),
            "percent": standing.value(PERCENT_APPROVED),
        },
    )


@require_safe
@for_workers
def qualification(request: HttpRequest, worker: Worker, type_id: str) -> HttpResponse:
    """One qualification: how to get it, and what became of the worker's requests."""
    kind = _named(type_id)
    if kind is None:
        return not_found(request, "qualification")
    now = clock.now()
    return page(
        request,
        "qualification",
        {
            "way": Way(
                kind,
                why_not=services.Chances(worker, now).why_not(kind) or "",
                sitting=services.sitting_of(worker, kind, now),
            ),
            "held": kind.qualifications.filter(worker=worker).first(),
            "requests": kind.requests.filter(worker=worker).order_by("-pk")[:SHOWN],
            "too_late": services.ran_out(worker, kind, now),
        },
    )


@require_POST
@for_workers
def request_qualification(
    request: HttpRequest, worker: Worker, type_id: str
) -> HttpResponse:
    """Ask for a qualification, or begin its test."""
    kind = _named(type_id)
    if kind is None:
        return not_found(request, "qualification")
    try:
        sitting = services.request_qualification(worker, kind, clock.now())
    except WorkerRefusalError as refused:
        return refusal(request, "Not possible", refused.sentence, status=409)
    name = "qualification" if sitting is None else "qualification-test"
    return redirect(f"marketplace:{name}", type_id=type_id)


@require_http_methods(["GET", "HEAD", "POST"])
@for_workers
def take_test(request: HttpRequest, worker: Worker, type_id: str) -> HttpResponse:
    """The test that the worker is taking, with the time left; POST hands it in."""
    kind = _named(type_id)
    if kind is None:
        return not_found(request, "qualification")
    now = clock.now()
    if request.method != "POST":
        sitting = services.sitting_of(worker, kind, now)
        if sitting is None:
            return redirect("marketplace:qualification", type_id=type_id)
        return _test_page(request, sitting)
    posted = dict(request.POST.lists())
    try:
        services.hand_in(worker, kind, posted, now)
    except FaultyAnswersError as faulty:
        sitting = services.sitting_of(worker, kind, now)
        if sitting is not None:
            return _test_page(request, sitting, posted, faulty)
    except WorkerRefusalError as refused:
        if refused.reason == "expired":
            return refusal(request, "Too late", refused.sentence, status=410)
    return redirect("marketplace:qualification", type_id=type_id)


def _test_page(
    request: HttpRequest,
    sitting: Sitting,
    posted: Posted | None = None,
    faulty: FaultyAnswersError | None = None,
) -> HttpResponse:
    form = read_question_form(parse(sitting.test, parameter="Test"))
    return page(
        request,
        "qualification_test",
        {
            "sitting": sitting,
            **countdown(sitting.began_at, sitting.deadline),
            "sheets": lay_out(form, posted, faulty.faults if faulty else None),
            "sentence": faulty.sentence if faulty else "",
        },
        status=422 if faulty else 200,
    )


def _named(type_id: str) -> QualificationType | None:
    """The type of that id; one deleted is shown to those who know its address."""
    types = QualificationType.objects.select_related("requester")
    return types.filter(type_id=type_id).first()


def _found(words: str) -> list[QualificationType]:
    """Types that can be asked for and hold each word, the newest first."""
    found = QualificationType.objects.filter(
        deleted_at__isnull=True, status=QualificationType.Status.ACTIVE
    )
    for word in words.split():
        found = found.filter(
            Q(name__icontains=word)
            | Q(description__icontains=word)
            | Q(keywords__icontains=word)
            | Q(requester__name__icontains=word)
        )
    return list(found.select_related("requester").order_by("-pk")[:SHOWN])
