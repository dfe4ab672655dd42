"""POST /mturk/externalSubmit: where a question's form sends a worker's results.

The form stands in a frame of another site, whose browser sends no cookie along: the
assignment's id, known to its worker and the requester alone, is the permission. Where
the id was another worker's before, it takes the address that was given to the holder.
"""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt

from marketplace import clock, services
from marketplace.answers import RESERVED
from marketplace.errors import WorkerRefusalError
from marketplace.site.pages import framed_page

MAX_BODY_BYTES = 1_048_576
_STATUS = {
    "preview": 400,
    "unknown": 404,
    "empty": 400,
    "handed-on": 409,
    "submitted": 409,
    "returned": 409,
    "expired": 410,
    "form": 409,
    "method": 405,
    "too-long": 413,
}


@csrf_exempt
@xframe_options_exempt
def external_submit(request: HttpRequest, proof: str = "") -> HttpResponse:
    """Take results from the form's body and query; answer with a page in the frame.

    `proof` is in the address that forms of handed-on ids are given.
    """
    try:
        fields = _fields(request)
        assignment = services.submit(
            fields.pop("assignmentId", ""),
            {name: value for name, value in fields.items() if name not in RESERVED},
            clock.now(),
            proof=proof,
        )
    except WorkerRefusalError as refused:
        return framed_page(
            request,
            "not_submitted",
            {"sentence": refused.sentence, "reason": refused.reason},
            status=_STATUS[refused.reason],
        )
    return framed_page(request, "in_frame", {"assignment": assignment}, status=200)


def _fields(request: HttpRequest) -> dict[str, str]:
    """The fields, those of the body before those of the query, one value for a name."""
    if request.method != "POST":
        raise WorkerRefusalError("method", "Results are submitted by POST.")
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > MAX_BODY_BYTES:
        raise _too_long()
    try:
        return {**request.GET.dict(), **request.POST.dict()}
    except TooManyFieldsSent as error:
        raise _too_long(
            f"have more than {settings.DATA_UPLOAD_MAX_NUMBER_FIELDS} fields"
        ) from error
    except (RequestDataTooBig, UnreadablePostError) as error:
        raise _too_long() from error


def _too_long(
    how: str = f"are longer than {MAX_BODY_BYTES} bytes",
) -> WorkerRefusalError:
    return WorkerRefusalError(
        "too-long",
        f"There was a problem submitting your results for this HIT. They {how}.",
    )
