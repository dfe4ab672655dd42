"""What the marketplace's pages in the admin have in common."""

from django.db.models import Model
from django.http import HttpRequest
from unfold.admin import ModelAdmin


class KeptAdmin(ModelAdmin):
    """Rows that are never deleted: something in the books refers to them."""

    def has_delete_permission(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: Model | None = None,  # noqa: ARG002 - Django's signature
    ) -> bool:
        return False


class ReadOnlyAdmin(KeptAdmin):
    """Rows that only the marketplace's services write."""

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's signature
        return False

    def has_change_permission(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: Model | None = None,  # noqa: ARG002 - Django's signature
    ) -> bool:
        return False
