"""Sessions, votes, postings, payments, events: to look at; a rejection to decide."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString

from studies.admin.base import NOTHING, AdminPage, ReadOnlyAdmin, label
from studies.admin.forms import RejectForm
from studies.errors import StudyError
from studies.models import Assignment, Event, Payment, Posting, Trial, Vote
from studies.services.bonuses import bonus_sessions
from studies.services.inviting import completion_code
from studies.services.review import can_reject, reject

ASSIGNMENT_VARIANTS = {
    "active": "info",
    "completed": "info",
    "submitted": "primary",
    "approved": "success",
    "rejecting": "danger",
    "rejected": "danger",
}


# who and the verdicts first, the long texts last
SESSION_FIELDS = (
    "rater",
    "study",
    "posting",
    "external_id",
    "state",
    "used",
    "unused_reason",
    "irregular",
    "flags",
    "feedback",
    "started_at",
    "last_seen_at",
    "deadline",
    "completed_at",
    "submitted_at",
    "decided_at",
    "steps",
    "client",
    "completion_code",
    "recruiter_copy",
)


@admin.register(Assignment)
class AssignmentAdmin(ReadOnlyAdmin):
    list_display = (
        "rater",
        "study",
        "state_shown",
        "votes_shown",
        "used_shown",
        "paid_shown",
        "flags_shown",
        "started_at",
        "submitted_at",
    )
    list_filter = ("state", "used", "irregular", "study")
    list_select_related = ("study",)
    search_fields = ("rater", "external_id")
    search_help_text = "Rater or the recruiter's id"
    date_hierarchy = "started_at"
    change_form_before_template = "admin/studies/assignment/verdict.html"
    change_form_outer_after_template = "admin/studies/assignment/answers.html"

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Assignment]":
        rows: QuerySet[Assignment] = super().get_queryset(request)
        answered = Q(trials__state=Trial.State.ANSWERED)
        return rows.prefetch_related("payments").annotate(
            answered=Count("trials", filter=answered)
        )

    def get_urls(self) -> list[URLPattern]:
        view = RejectPage.as_view(model_admin=self)
        own = path(
            "<int:pk>/reject/",
            self.admin_site.admin_view(view),
            name="studies_assignment_reject",
        )
        urls: list[URLPattern] = super().get_urls()
        return [own, *urls]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        assignment = self.get_object(request, object_id)
        open_to_it = assignment is not None and can_reject(assignment)
        context = {
            "trials": _answers(assignment),
            "may_reject": open_to_it
            and request.user.has_perm("studies.reject_assignment"),
            "may_bonus": assignment is not None
            and bonus_sessions(assignment.study).filter(pk=assignment.pk).exists()
            and request.user.has_perm("studies.launch_study"),
            "session_number": str(object_id),
            **(extra_context or {}),
        }
        response: HttpResponse = super().change_view(
            request, object_id, form_url, context
        )
        return response

    def get_fields(
        self, _request: HttpRequest, _obj: object | None = None
    ) -> list[str]:
        return [*SESSION_FIELDS]

    @admin.display(description="State", ordering="state")
    def state_shown(self, row: Assignment) -> SafeString:
        return label(row.get_state_display(), ASSIGNMENT_VARIANTS.get(row.state, ""))

    @admin.display(description="Answers", ordering="answered")
    def votes_shown(self, row: Assignment) -> int:
        return int(getattr(row, "answered", 0))

    @admin.display(description="Used", ordering="used")
    def used_shown(self, row: Assignment) -> SafeString:
        if row.used is None:
            return label("Undecided")
        if row.used:
            return label("Used", "success")
        return label(f"Not used: {row.unused_reason}"[:60], "warning")

    @admin.display(description="Paid")
    def paid_shown(self, row: Assignment) -> SafeString:
        rewards = [pay for pay in row.payments.all() if pay.kind == Payment.Kind.REWARD]
        if not rewards:
            return label("Not paid")
        state = rewards[0].state
        variant = "success" if state == Payment.State.CONFIRMED else "warning"
        return label(rewards[0].get_state_display(), variant)

    @admin.display(description="Completion code")
    def completion_code(self, row: Assignment) -> str:
        by_link = row.posting is not None and row.posting.recruiter == "link"
        stored = row.state not in (Assignment.State.ACTIVE, *Assignment.GONE)
        return completion_code(row) if by_link and stored else NOTHING

    @admin.display(description="Flags")
    def flags_shown(self, row: Assignment) -> str:
        return ", ".join(row.flags) or NOTHING


def _answers(assignment: Assignment | None) -> "QuerySet[Trial] | None":
    if assignment is None:
        return None
    rows = assignment.trials.select_related("item__system", "item__category", "clip")
    return rows.prefetch_related("votes").order_by("index")


class RejectPage(AdminPage):
    """A rejection needs a person, a permission and a reason."""

    title = "Reject a session"
    permission = "studies.reject_assignment"
    template_name = "admin/studies/assignment/reject.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", RejectForm())
        return super().get_context_data(assignment=self._assignment(), **kwargs)

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        form = RejectForm(request.POST)
        assignment = self._assignment()
        if form.is_valid():
            reason = form.cleaned_data["reason"]
            try:
                reject(assignment, reason=reason, by=request.user.get_username())
            except StudyError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, f"{assignment.rater} was told the reason.")
                back = "admin:studies_assignment_change"
                return HttpResponseRedirect(reverse(back, args=[assignment.pk]))
        return self.render_to_response(self.get_context_data(form=form))

    def _assignment(self) -> Assignment:
        rows = Assignment.objects.select_related("study", "posting")
        row = rows.filter(pk=self.kwargs["pk"]).first()
        if row is None:
            raise Http404("There is no such session.")
        return row


@admin.register(Vote)
class VoteAdmin(ReadOnlyAdmin):
    list_display = (
        "rater",
        "clip",
        "system",
        "kind",
        "choice",
        "usable",
        "seconds",
        "source",
        "received_at",
    )
    list_filter = ("usable", "source", "trial__kind", "trial__study")
    list_select_related = (
        "trial__item__system",
        "trial__clip",
        "trial__assignment",
    )
    search_fields = ("trial__rater", "trial__clip__key")

    @admin.display(ordering="trial__rater")
    def rater(self, row: Vote) -> str:
        return row.trial.rater

    @admin.display(ordering="trial__clip__key")
    def clip(self, row: Vote) -> str:
        return row.trial.clip.key

    @admin.display(ordering="trial__item__system__name")
    def system(self, row: Vote) -> str:
        return str(row.trial.item.system or NOTHING)

    @admin.display(ordering="trial__kind")
    def kind(self, row: Vote) -> str:
        return row.trial.get_kind_display()


@admin.register(Posting)
class PostingAdmin(ReadOnlyAdmin):
    list_display = (
        "__str__",
        "recruiter",
        "state",
        "places",
        "taken",
        "external_id",
        "reward_usd",
        "fee_usd",
        "opened_at",
        "expires_at",
    )
    list_filter = ("state", "recruiter", "study")
    list_select_related = ("study",)
    search_fields = ("external_id", "key")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Posting]":
        rows: QuerySet[Posting] = super().get_queryset(request)
        here = ~Q(assignments__state__in=Assignment.GONE)
        return rows.annotate(taken_places=Count("assignments", filter=here))

    @admin.display(description="Taken")
    def taken(self, row: Posting) -> int:
        return int(getattr(row, "taken_places", 0))


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    list_display = (
        "rater",
        "study",
        "kind",
        "amount_usd",
        "fee_usd",
        "state",
        "problem",
        "changed_at",
    )
    list_filter = ("state", "kind", "assignment__study")
    list_select_related = ("assignment__study",)
    search_fields = ("assignment__rater", "token")

    @admin.display(ordering="assignment__rater")
    def rater(self, row: Payment) -> str:
        return row.assignment.rater

    @admin.display(ordering="assignment__study")
    def study(self, row: Payment) -> str:
        return str(row.assignment.study)


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ("at", "study", "kind", "message")
    list_filter = ("kind", "study")
    list_select_related = ("study",)
    search_fields = ("message",)
    date_hierarchy = "at"
