"""What is in a study: its clips as they came, its items as raters meet them."""

import mimetypes
from pathlib import Path
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from studies.admin.base import AdminView, StudyPage
from studies.errors import StudyError
from studies.models import Item, Stimulus, Upload
from studies.services.catalogue import (
    clips_to_show,
    contents,
    items_to_show,
    source_path_or_url,
    warned,
)
from studies.services.previews import item_token

CLIPS_PER_PAGE = 6
ITEMS_PER_PAGE = 25
SHOWN_WARNINGS = 200


class ClipsPage(StudyPage):
    """What was found: counts, warnings, and players for the sources."""

    step = "clips"
    title = "Clips"
    template_name = "admin/studies/study/clips.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        warnings = [
            (str(stimulus), text)
            for stimulus in warned(self.study)[:SHOWN_WARNINGS]
            for text in stimulus.warnings
        ]
        return super().get_context_data(
            contents=contents(self.study),
            warnings=warnings,
            upload=self._upload(),
            page=page_of(self.request, clips_to_show(self.study), CLIPS_PER_PAGE),
            **kwargs,
        )

    def _upload(self) -> Upload | None:
        key = self.request.GET.get("upload", "")
        return self.study.uploads.filter(key=key).first() if key else None


class SourceView(AdminView):
    """The file that was handed in, to be heard by staff."""

    def get(self, _request: HttpRequest, *, stimulus: int) -> HttpResponseBase:
        row = Stimulus.objects.filter(pk=stimulus).first()
        if row is None:
            raise Http404("There is no such file.")
        try:
            path, url = source_path_or_url(row)
        except StudyError as error:
            raise Http404(str(error)) from error
        if url:
            return HttpResponseRedirect(url)
        kind = mimetypes.guess_type(row.source_name)[0] or "application/octet-stream"
        # what was uploaded may claim to be anything: only ever play it
        if kind.partition("/")[0] not in ("video", "audio"):
            kind = "application/octet-stream"
        # the response closes the file
        response = FileResponse(Path(path).open("rb"), content_type=kind)  # noqa: SIM115 (it does)
        response["Content-Security-Policy"] = "sandbox; default-src 'none'"
        response["X-Content-Type-Options"] = "nosniff"
        return response


class PreviewPage(StudyPage):
    """Every item, and a link that shows it exactly as a rater sees it."""

    step = "preview"
    title = "Preview"
    template_name = "admin/studies/study/preview.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        items = items_to_show(self.study)
        chosen = {
            name: int(value)
            for name in ("category", "system")
            # no more digits than any database's whole numbers have
            if (value := self.request.GET.get(name, "")[:18]).isdecimal()
        }
        kind = self.request.GET.get("kind", "")
        if kind in Item.Kind.values:
            items = items.filter(kind=kind)
        page = page_of(
            self.request,
            items.filter(**{f"{name}_id": value for name, value in chosen.items()}),
            ITEMS_PER_PAGE,
        )
        return super().get_context_data(
            page=page,
            rows=[(item, preview_url(item)) for item in page],
            filters=[
                ("category", "Category", _choices(self.study.categories.all())),
                ("system", "System", _choices(self.study.systems.all())),
                ("kind", "Kind", Item.Kind.choices),
            ],
            chosen={**{name: str(v) for name, v in chosen.items()}, "kind": kind},
            query=_query(self.request),
            **kwargs,
        )


def preview_url(item: Item) -> str:
    """Where the rater's page shows this item."""
    return reverse("rating:preview", args=[item_token(item)])


def page_of(request: HttpRequest, rows: Any, size: int) -> Page[Any]:
    return Paginator(rows, size).get_page(request.GET.get("page"))


def _choices(rows: Any) -> list[tuple[str, str]]:
    return [(str(row.pk), row.name) for row in rows]


def _query(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()
