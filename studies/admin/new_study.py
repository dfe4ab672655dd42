"""New study: files in, faults shown or a draft made."""

from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from studies import tasks
from studies.admin.base import AdminPage, enqueue, step_url
from studies.admin.forms import NewStudyForm
from studies.errors import StudyError
from studies.models import Upload
from studies.services import uploads

SHOWN_FAULTS = 500


class NewStudyPage(AdminPage):
    title = "New study"
    permission = "studies.add_study"
    template_name = "admin/studies/study/new.html"

    def form(self) -> NewStudyForm:
        superuser = self.request.user.is_superuser
        if self.request.method != "POST":
            return NewStudyForm(
                may_point=superuser, initial={"slug": self.request.GET.get("slug")}
            )
        return NewStudyForm(self.request.POST, self.request.FILES, may_point=superuser)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"form": self.form(), **kwargs})

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.form()
        if form.is_valid():
            try:
                upload = self._take(form)
            except StudyError as error:
                form.add_error(None, str(error))
            else:
                enqueue(request, tasks.read_upload, upload.pk)
                return HttpResponseRedirect(upload_url(upload))
        return self.render_to_response(self.get_context_data(form=form))

    def _take(self, form: NewStudyForm) -> Upload:
        data = form.cleaned_data
        named = {"slug": data["slug"], "title": data["title"]}
        by = self.request.user if self.request.user.is_authenticated else None
        if data.get("path"):
            return uploads.point(Path(data["path"]), by=by, **named)
        return uploads.stage(data["media_files"], by=by, **named)


class UploadPage(AdminPage):
    """What reading an upload found; while it is read, how far it is."""

    title = "New study"
    permission = "studies.add_study"
    template_name = "admin/studies/study/upload.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        upload = Upload.objects.select_related("study").filter(key=kwargs["key"])
        self.upload = upload.first()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        upload = self._upload()
        if upload.state == Upload.State.DONE and upload.study:
            return self._done(upload)
        if request.headers.get("HX-Request"):
            return render(
                request, "admin/studies/study/upload_state.html", self._state()
            )
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        upload = self._upload()
        if "discard" in request.POST:
            uploads.discard(upload)
            messages.info(request, "Nothing was stored; the files were removed.")
            return HttpResponseRedirect(reverse("admin:studies_study_add"))
        skip_bad = "skip_bad" in request.POST
        if uploads.again(upload, skip_bad=skip_bad, now=timezone.now()):
            enqueue(request, tasks.read_upload, upload.pk)
        return HttpResponseRedirect(upload_url(upload))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**self._state(), **kwargs)

    def _upload(self) -> Upload:
        if self.upload is None:
            raise Http404("This upload was discarded.")
        return self.upload

    def _state(self) -> dict[str, Any]:
        upload = self._upload()
        return {
            "upload": upload,
            "percent": _percent(upload),
            "faults": upload.faults[:SHOWN_FAULTS],
            "more_faults": max(0, len(upload.faults) - SHOWN_FAULTS),
            "stopped": uploads.is_stopped(upload, now=timezone.now()),
        }

    def _done(self, upload: Upload) -> HttpResponse:
        if upload.study is None:
            raise Http404("The study of this upload was removed.")
        target = step_url(upload.study, "clips") + f"?upload={upload.key}"
        if self.request.headers.get("HX-Request"):
            return HttpResponse(headers={"HX-Redirect": target})
        return HttpResponseRedirect(target)


def upload_url(upload: Upload) -> str:
    return reverse("admin:studies_upload", args=[upload.key])


def _percent(upload: Upload) -> int:
    return 100 * upload.done // upload.total if upload.total else 0
