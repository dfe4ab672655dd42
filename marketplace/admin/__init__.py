"""The marketplace in the admin: for those who host it."""

from typing import ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextInputWidget

from marketplace import money, services
from marketplace.admin import notices  # noqa: F401 - importing it registers its pages
from marketplace.admin.base import KeptAdmin, ReadOnlyAdmin
from marketplace.admin.entrance import InvitationAdmin, LetterAdmin
from marketplace.models import (
    HIT,
    Account,
    Assignment,
    Bonus,
    HITType,
    LedgerEntry,
    Message,
    Qualification,
    QualificationRequest,
    QualificationType,
    Requester,
    Worker,
    WorkerBlock,
)

__all__ = ["InvitationAdmin", "LetterAdmin"]


class RequesterForm(forms.ModelForm[Requester]):
    deposit = forms.CharField(
        required=False,
        label="Deposit (USD)",
        widget=UnfoldAdminTextInputWidget(),
        help_text="Prepaid dollars to add to the requester's funds, such as 250.00.",
    )

    class Meta:
        model = Requester
        fields = ("name", "is_active", "contact_email")

    def clean_deposit(self) -> str:
        amount: str = self.cleaned_data["deposit"]
        if amount:
            try:
                money.to_cents(amount)
            except ValueError as error:
                raise forms.ValidationError(str(error)) from error
        return amount


@admin.register(Requester)
class RequesterAdmin(KeptAdmin):
    # an account is closed by "is active": entries of the ledger stay
    form = RequesterForm
    list_display = ("name", "access_key_id", "is_active", "available", "held")
    actions: ClassVar[list[str]] = ["issue_new_key"]

    @admin.display(description="Available")
    def available(self, requester: Requester) -> str:
        return f"${money.dollars(services.balances(requester).available_cents)}"

    @admin.display(description="On hold")
    def held(self, requester: Requester) -> str:
        return f"${money.dollars(services.balances(requester).held_cents)}"

    @transaction.atomic
    def save_model(
        self, request: HttpRequest, obj: Requester, form: RequesterForm, change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            self._issue(request, obj)
        if form.cleaned_data["deposit"]:
            services.deposit(obj, form.cleaned_data["deposit"])

    @admin.action(description="Issue a new access key (the old one ends)")
    def issue_new_key(
        self, request: HttpRequest, requesters: QuerySet[Requester]
    ) -> None:
        for requester in requesters:
            self._issue(request, requester)

    def _issue(self, request: HttpRequest, requester: Requester) -> None:
        key = services.issue_key(requester)
        messages.warning(
            request,
            f"{requester.name}: access key id {key.access_key_id}, secret access key"
            f" {key.secret_access_key}. The secret is shown this once: copy it now.",
        )


class WorkerForm(forms.ModelForm[Worker]):
    new_password = forms.CharField(
        required=False,
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        help_text="Needed for a new worker. A new one signs the worker out everywhere.",
    )

    class Meta:
        model = Worker
        fields = ("name", "worker_id", "country", "subdivision", "email", "is_active")

    def clean_new_password(self) -> str:
        password: str = self.cleaned_data["new_password"]
        if password:
            validate_password(password)
        elif not self.instance.pk:
            raise forms.ValidationError("A new worker needs a password.")
        return password


@admin.register(Worker)
class WorkerAdmin(KeptAdmin):
    form = WorkerForm
    list_display = ("worker_id", "name", "is_active", "created_at", "closed_at")
    search_fields = ("worker_id", "name", "email")

    def get_readonly_fields(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: Worker | None = None,
    ) -> tuple[str, ...]:
        if obj is not None and obj.closed_at is not None:
            # the person left; nobody else gets the account
            return self.form.Meta.fields
        # requesters know workers by it
        return ("worker_id",) if obj is not None else ()

    def save_model(
        self, request: HttpRequest, obj: Worker, form: WorkerForm, change: bool
    ) -> None:
        if form.cleaned_data["new_password"]:
            obj.password = make_password(form.cleaned_data["new_password"])
        if "email" in form.changed_data:
            # nobody has shown the new one to be theirs
            obj.email_verified_at = None
        super().save_model(request, obj, form, change)


@admin.register(HITType)
class HITTypeAdmin(ReadOnlyAdmin):
    list_display = ("hit_type_id", "title", "requester", "reward_cents")


@admin.register(HIT)
class HITAdmin(ReadOnlyAdmin):
    list_display = (
        "hit_id",
        "hit_type",
        "requester",
        "question_kind",
        "max_assignments",
        "pending",
        "submitted",
        "completed",
        "expires_at",
    )
    search_fields = ("hit_id", "annotation")
    list_filter = ("requester", "question_kind")


@admin.register(Assignment)
class AssignmentAdmin(ReadOnlyAdmin):
    list_display = ("assignment_id", "hit", "worker", "status", "submitted_at")
    search_fields = ("assignment_id", "hit__hit_id", "worker__worker_id")
    list_filter = ("status",)


@admin.register(Account)
class AccountAdmin(ReadOnlyAdmin):
    list_display = ("kind", "requester", "worker", "balance_cents")
    list_filter = ("kind",)


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnlyAdmin):
    list_display = (
        "created_at",
        "reason",
        "amount_cents",
        "source",
        "target",
        "about",
    )
    list_filter = ("reason",)
    search_fields = ("about",)


@admin.register(Bonus)
class BonusAdmin(ReadOnlyAdmin):
    list_display = ("granted_at", "assignment", "amount_cents", "fee_cents", "reason")
    search_fields = ("assignment__assignment_id", "assignment__worker__worker_id")


@admin.register(WorkerBlock)
class WorkerBlockAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "requester", "worker", "reason")
    list_filter = ("requester",)


@admin.register(QualificationType)
class QualificationTypeAdmin(ReadOnlyAdmin):
    list_display = ("type_id", "name", "requester", "status", "deleted_at")
    list_filter = ("requester", "status")


@admin.register(Qualification)
class QualificationAdmin(ReadOnlyAdmin):
    list_display = ("type", "worker", "value", "status", "granted_at")
    search_fields = ("worker__worker_id", "type__name", "type__type_id")


@admin.register(QualificationRequest)
class QualificationRequestAdmin(ReadOnlyAdmin):
    list_display = ("request_id", "type", "worker", "status", "submitted_at")
    list_filter = ("status",)
    search_fields = ("request_id", "worker__worker_id", "type__name", "type__type_id")


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    list_display = ("sent_at", "requester", "worker", "subject", "read_at")
    search_fields = ("worker__worker_id", "subject")
