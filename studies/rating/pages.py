"""The rater's page, its preview for people who have not accepted, and for staff."""

from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from studies.errors import RefusedError
from studies.models import Assignment, Item, Posting, Study
from studies.rating.headers import ANYWHERE, dress
from studies.recruiters.link import LinkRecruiter
from studies.services import design, inviting, previews, sessions, votes
from studies.services.recruiting import get_recruiter


@dataclass(frozen=True, slots=True)
class Terms:
    """What a session asks and gives, as told before anyone agrees."""

    clips: int
    minutes: int
    minutes_allowed: int
    reward_usd: str


@xframe_options_exempt
@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    study = Study.objects.filter(slug=slug).first()
    if study is None:
        return refused(request, "unknown_posting")
    query = {name: str(value) for name, value in request.GET.items()}
    try:
        posting, entry = sessions.read_entry(study, query.get("p", ""), query)
    except RefusedError as error:
        return refused(request, error.code, study)
    if entry.keep:
        # from here on the address says who this is: a reload goes on
        kept = {"p": posting.key, **entry.keep}
        address = f"{request.path}?{urlencode(kept)}"
        return dress(redirect(address), get_recruiter(posting.recruiter).frame_origins)
    if (over := inviting.handed_in(posting, entry)) is not None:
        return thanks(request, over)
    sample = design.sample_item(study, posting.number)
    silent = sample is not None and sample.kind == Item.Kind.CATCH
    context = {
        "mode": "offer" if entry.preview else "session",
        "study": study,
        "by_link": posting.recruiter == LinkRecruiter.name,
        "terms": _terms(study, posting),
        "silent_sample": silent,
        "boot": {
            "mode": "offer" if entry.preview else "session",
            "study": study.slug,
            "api": reverse("rating:begin").removesuffix("begin/"),
            "trial": _shown(sample) if entry.preview and sample else None,
            "silent": silent,
            "refusal": _closed(study) if entry.preview else "",
        },
    }
    response = render(request, "rating/page.html", context)
    return dress(response, get_recruiter(posting.recruiter).frame_origins)


@xframe_options_exempt
@require_safe
def preview(request: HttpRequest, token: str) -> HttpResponse:
    try:
        item = previews.open_item_token(token)
    except RefusedError as error:
        return refused(request, error.code)
    context = {
        "mode": "look",
        "study": item.study,
        "boot": {"mode": "look", "trial": _shown(item), "refusal": ""},
    }
    return dress(render(request, "rating/page.html", context), ())


def _shown(item: Item) -> dict[str, Any]:
    """Return an item as any trial: practice or not is not for a preview to tell."""
    return asdict(votes.view_of_item(item, key="", index=1, total=1)) | {
        "practice": False
    }


def _closed(study: Study) -> str:
    return "" if study.state == Study.State.LIVE else "closed"


def _terms(study: Study, posting: Posting) -> Terms:
    return Terms(
        clips=design.clips_shown(study),
        minutes=design.session_seconds(study) // 60,
        minutes_allowed=study.assignment_minutes,
        reward_usd=f"{posting.reward_usd:.2f}" if posting.reward_usd else "",
    )


def thanks(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    code = inviting.completion_code(assignment)
    context = {"study": assignment.study, "code": code}
    return dress(render(request, "rating/done.html", context), ())


def refused(
    request: HttpRequest, code: str, study: Study | None = None
) -> HttpResponse:
    boot = {"refusal": code}
    context = {"mode": "refused", "code": code, "boot": boot, "study": study}
    status = 404 if code == "unknown_posting" else 403
    return dress(render(request, "rating/page.html", context, status=status), ANYWHERE)
