"""The pages of HTMLQuestions: kept here, yet strangers to the marketplace.

A requester wrote them, scripts and all. The policy gives each an origin of its own that
is nobody's: no cookie, no storage and no page of the marketplace is within its reach. A
browser that says that it opens one alone in a window is led to the preview instead.
"""

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils.html import format_html
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from marketplace import clock, conf
from marketplace.errors import WorkerRefusalError
from marketplace.models import HIT, Assignment, Worker
from marketplace.questions import HTMLQuestion, origin, read_question
from marketplace.services.eligibility import Action, check_may
from marketplace.site.pages import not_found, refusal
from marketplace.site.session import current_worker

SANDBOX = "allow-scripts allow-forms allow-popups allow-popups-to-escape-sandbox"
"""What a page may do, here and in the frame around it.

A survey that it opens in a window of its own is let out, for its site would not work
without its own cookies. The page itself stays in: the policy comes with it wherever it
is opened.
"""

_DOCTYPE = re.compile("<!doctype[^>]*>", re.IGNORECASE)
_BEGINNING = 2_000


@require_safe
@xframe_options_exempt
def hosted_page(request: HttpRequest, hit_id: str) -> HttpResponse:
    """The page of an HTMLQuestion, for who holds the HIT or may preview it."""
    hit = (
        HIT.objects.listed()
        .select_related("hit_type__requester")
        .filter(hit_id=hit_id, question_kind=HIT.Kind.HTML)
        .first()
    )
    if hit is None:
        return not_found(request, "page")
    if request.headers.get("Sec-Fetch-Dest") == "document":
        # alone in a window it would stand below our address, and could look like us
        return redirect("marketplace:preview-hit", hit_id=hit_id)
    worker = current_worker(request)
    try:
        if worker is None or not _holds(worker, hit):
            check_may(worker, hit.hit_type, Action.PREVIEW)
    except WorkerRefusalError as refused:
        return refusal(request, "Not open to you", refused.sentence, status=403)
    question = read_question(hit.question)
    if not isinstance(question, HTMLQuestion):
        raise TypeError(f"The question of HIT {hit_id} is no HTMLQuestion.")
    response = HttpResponse(_with_helper(request, question.html))
    home = origin(conf.public_url())
    response["Content-Security-Policy"] = (
        f"sandbox {SANDBOX}; frame-ancestors 'self' {home}"
    )
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    return response


def _holds(worker: Worker, hit: HIT) -> bool:
    held = Assignment.objects.filter(
        worker=worker,
        hit=hit,
        status=Assignment.Status.ACCEPTED,
        deadline__gt=clock.now(),
    )
    return held.exists()


def _with_helper(request: HttpRequest, html: str) -> str:
    """The page with our script before its own ones."""
    source = request.build_absolute_uri(static("marketplace/hosted.js"))
    # a page that begins with anything but its doctype is shown in quirks mode
    doctype = _DOCTYPE.search(html[:_BEGINNING])
    at = doctype.end() if doctype else 0
    return html[:at] + format_html('<script src="{}"></script>', source) + html[at:]
