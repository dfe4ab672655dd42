"""The page of a compensation: the work is done, one button is left."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from studies.errors import RecruiterError
from studies.models import Payment
from studies.rating.headers import dress
from studies.rating.pages import refused
from studies.services.recruiting import get_recruiter


@xframe_options_exempt
@require_safe
def owed(request: HttpRequest, token: str) -> HttpResponse:
    """Show what is owed and the recruiter's form; before it is accepted, no form."""
    rows = Payment.objects.filter(kind=Payment.Kind.COMPENSATION, token=token)
    payment = rows.select_related("assignment__study", "assignment__posting").first()
    posting = payment.assignment.posting if payment else None
    if payment is None or posting is None:
        return refused(request, "unknown_posting")
    recruiter = get_recruiter(posting.recruiter)
    query = {name: str(value) for name, value in request.GET.items()}
    try:
        entry = recruiter.entry(query)
    except RecruiterError:
        return refused(request, "unknown_posting")
    context = {
        "study": payment.assignment.study,
        "amount": f"{payment.amount_usd:.2f}",
        "form": None if entry.preview else recruiter.finish(entry, payment.kind),
    }
    page = render(request, "rating/owed.html", context)
    return dress(page, recruiter.frame_origins)
