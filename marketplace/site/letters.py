"""Writing to a requester."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from marketplace import clock, services
from marketplace.errors import WorkerRefusalError
from marketplace.models import HITType, Requester, Worker
from marketplace.services.letters import MAX_SUBJECT, MAX_TEXT
from marketplace.site.pages import not_found, page, refused_page
from marketplace.site.session import for_workers


class LetterForm(forms.Form):
    subject = forms.CharField(max_length=MAX_SUBJECT)
    text = forms.CharField(
        label="Your words",
        max_length=MAX_TEXT,
        help_text=f"Text alone, {MAX_TEXT} characters at most.",
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def clean_subject(self) -> str:
        # it becomes a line of a mail's head
        return " ".join(self.cleaned_data["subject"].split())


@require_http_methods(["GET", "POST"])
@for_workers
def contact(request: HttpRequest, worker: Worker, requester_pk: int) -> HttpResponse:
    """The thread with a requester, and a form to write; ?about= names a group."""
    requester = Requester.objects.filter(pk=requester_pk, is_active=True).first()
    if requester is None:
        return not_found(request, "requester")
    kind = _about(request, requester)
    form = LetterForm(
        request.POST or None, initial={"subject": kind.title if kind else ""}
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        letter = services.Letter(subject=given["subject"], text=given["text"])
        try:
            services.contact(
                worker, requester, letter, clock.now(), about=kind.title if kind else ""
            )
        except WorkerRefusalError as refused:
            return refused_page(request, "Not sent", refused)
        return redirect(f"{reverse('marketplace:contact', args=[requester.pk])}?sent=1")
    return page(
        request,
        "contact",
        {
            "form": form,
            "requester": requester,
            "kind": kind,
            "sent": request.GET.get("sent") == "1",
            "thread": services.thread(worker, requester),
        },
        status=422 if form.errors else 200,
    )


def _about(request: HttpRequest, requester: Requester) -> HITType | None:
    """The requester's group that the letter is about, None when none was named."""
    group = request.POST.get("about") or request.GET.get("about") or ""
    if not (group.isascii() and group.isalnum()):
        return None
    return HITType.objects.filter(group_id=group, requester=requester).first()
