"""Notifications in the admin: what is waiting, what was given up and why."""

from typing import ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from marketplace import clock, services
from marketplace.admin.base import ReadOnlyAdmin
from marketplace.models import Notice, NoticeDocument, Subscription


@admin.register(Subscription)
class SubscriptionAdmin(ReadOnlyAdmin):
    list_display = ("hit_type", "transport", "destination", "active")
    list_filter = ("transport", "active")
    search_fields = ("hit_type__hit_type_id", "destination")


@admin.register(NoticeDocument)
class NoticeDocumentAdmin(ReadOnlyAdmin):
    list_display = (
        "document_id",
        "requester",
        "destination",
        "state",
        "tries",
        "next_try_at",
        "fault",
    )
    list_filter = ("state", "transport", "requester")
    search_fields = ("document_id", "destination", "notices__hit_id")
    actions: ClassVar[list[str]] = ["send_again"]

    @admin.action(
        description="Send again what was given up",
        permissions=["resend"],
    )
    def send_again(
        self, request: HttpRequest, documents: QuerySet[NoticeDocument]
    ) -> None:
        number = services.try_again(documents, clock.now())
        messages.success(request, f"{number} notifications wait to be sent again.")

    def has_resend_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("marketplace.change_noticedocument")


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    list_display = (
        "happened_at",
        "event_type",
        "hit_id",
        "assignment_id",
        "requester",
        "document",
    )
    list_filter = ("event_type", "requester")
    search_fields = ("hit_id", "assignment_id", "hit_type_id")
