"""Invitations, and workers' letters to requesters."""

from datetime import timedelta

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminTextareaWidget,
)

from marketplace import clock, services
from marketplace.admin.base import KeptAdmin
from marketplace.models import Invitation, Letter
from marketplace.services.invitations import MAX_USES


class InvitationForm(forms.ModelForm[Invitation]):
    uses = forms.IntegerField(
        min_value=1,
        max_value=MAX_USES,
        initial=1,
        widget=UnfoldAdminIntegerFieldWidget(),
        help_text="How many accounts may be opened with it.",
    )
    days = forms.IntegerField(
        min_value=1,
        max_value=365,
        initial=14,
        widget=UnfoldAdminIntegerFieldWidget(),
        help_text="For how many days it holds.",
    )

    class Meta:
        model = Invitation
        fields = ("note", "uses")


@admin.register(Invitation)
class InvitationAdmin(KeptAdmin):
    list_display = (
        "id",
        "note",
        "created_at",
        "expires_at",
        "used",
        "left",
        "is_active",
    )
    list_filter = ("is_active",)
    search_fields = ("note",)

    @admin.display(description="Left")
    def left(self, invitation: Invitation) -> int:
        return invitation.left

    def get_form(
        self,
        request: HttpRequest,
        obj: Invitation | None = None,
        change: bool = False,
        **kwargs: object,
    ) -> type[forms.ModelForm[Invitation]]:
        if obj is None:
            kwargs["form"] = InvitationForm
        form: type[forms.ModelForm[Invitation]] = super().get_form(
            request, obj, change, **kwargs
        )
        return form

    def get_fields(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: Invitation | None = None,
    ) -> tuple[str, ...]:
        if obj is None:
            return ("note", "uses", "days")
        return ("note", "is_active", "expires_at", "uses", "used", "workers")

    def get_readonly_fields(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: Invitation | None = None,
    ) -> tuple[str, ...]:
        return ("uses", "used", "workers") if obj is not None else ()

    @admin.display(description="Who came by it")
    def workers(self, invitation: Invitation) -> str:
        came = invitation.workers.order_by("pk").values_list("worker_id", flat=True)
        return ", ".join(came) or "nobody yet"

    def save_model(
        self,
        request: HttpRequest,
        obj: Invitation,
        form: forms.ModelForm[Invitation],
        change: bool,
    ) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        given = form.cleaned_data
        made = services.invite(
            uses=given["uses"],
            expires_at=clock.now() + timedelta(days=given["days"]),
            note=given["note"],
        )
        obj.pk = made.invitation.pk
        obj.refresh_from_db()
        messages.warning(
            request,
            f"The invitation's link is {made.link} and is shown this once: copy it"
            " now.",
        )


class LetterForm(forms.ModelForm[Letter]):
    answer = forms.CharField(
        required=False,
        max_length=4_000,
        widget=UnfoldAdminTextareaWidget(),
        help_text="Sent to the worker in the requester's name; empty sends nothing.",
    )

    class Meta:
        model = Letter
        fields = ()


@admin.register(Letter)
class LetterAdmin(KeptAdmin):
    form = LetterForm
    list_display = ("sent_at", "requester", "worker", "subject", "mailed_at")
    list_filter = ("requester",)
    search_fields = ("subject", "text", "worker__worker_id")
    readonly_fields = (
        "sent_at",
        "requester",
        "worker",
        "about",
        "subject",
        "text",
        "mailed_at",
    )
    fields = (*readonly_fields, "answer")

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's signature
        return False

    def save_model(
        self,
        request: HttpRequest,
        obj: Letter,
        form: LetterForm,
        change: bool,  # noqa: ARG002 - Django's signature
    ) -> None:
        text = form.cleaned_data["answer"].strip()
        if text:
            services.answer(obj, text, clock.now())
            messages.success(request, "The worker has your answer.")
