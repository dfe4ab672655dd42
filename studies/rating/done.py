"""The last page of a session that came through a link: thanks and a code."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from studies.errors import RefusedError
from studies.rating.pages import refused, thanks
from studies.recruiters.base import ANSWERS_FIELD
from studies.services import inviting


# no cookie is read: the signed copy in the form says whose session it is
@csrf_exempt
@xframe_options_exempt
@require_POST
def done(request: HttpRequest) -> HttpResponse:
    try:
        copy = request.POST.get(ANSWERS_FIELD, "")
        assignment = inviting.hand_in(copy, timezone.now())
    except RefusedError as error:
        return refused(request, error.code)
    return thanks(request, assignment)
