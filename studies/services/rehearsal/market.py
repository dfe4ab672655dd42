"""The marketplace's worker site as a simulated rater uses it."""

import hashlib
import hmac
from urllib.parse import urlsplit

from django.conf import settings

from studies.errors import StudyError
from studies.selectors.simulated import SIMULATED
from studies.services.rehearsal.html import Page, read_page
from studies.services.rehearsal.http import Http
from studies.services.rehearsal.raters import SimulatedRater

ACCEPT, RETURN = "/accept", "/return"


def worker_id(rater: SimulatedRater) -> str:
    """Return the WorkerId by which everybody sees that this rater is simulated."""
    return f"{SIMULATED}{rater.seed}R{rater.number:04d}"


class Marketplace:
    """One rater at the worker site. `home` is its address, without a slash at the end.

    Every method raises StudyError when a page is not what a person could use.
    """

    def __init__(self, http: Http, home: str, rater: SimulatedRater) -> None:
        self._http, self._home, self._rater = http, home, rater

    def sign_up(self) -> None:
        """Open the rater's account, or sign in where an earlier rehearsal did so."""
        name, password = worker_id(self._rater), self._password()
        for path, fields in (
            ("sign-up/", {"name": name, "password": password, "worker_id": name}),
            ("sign-in/", {"name": name, "password": password}),
        ):
            form = self._get(path).form_with(fields)
            if form is None:
                continue
            sent = {**form.fields, **fields}
            if self._http.post_form(form.action, sent).status_code < 400:
                return
        raise StudyError(
            f"{self._home} neither lets {name} sign up nor sign in: sign-up may be "
            "closed (MARKETPLACE_OPEN_SIGNUP), or the secret key has changed"
        )

    def held(self) -> list[str]:
        """Return the addresses of the tasks that this rater has accepted."""
        start = f"{self._home}/assignments/"
        links = self._get("queue/").links
        return list(dict.fromkeys(link for link in links if link.startswith(start)))

    def groups(self) -> list[str]:
        """Return the addresses of all groups with work for this rater."""
        start = f"{self._home}/projects/"
        links = self._get("").links
        return list(dict.fromkeys(link for link in links if link.startswith(start)))

    def open(self, address: str) -> Page:
        """Open a preview or an accepted task."""
        reply = self._http.get(address, kind="market")
        return read_page(str(reply.url), reply.text)

    def accept(self, preview: Page) -> Page | None:
        """Accept what is previewed; None when somebody was quicker."""
        form = preview.form_to(ACCEPT)
        if form is None:
            return None
        reply = self._http.post_form(form.action, form.fields)
        page = read_page(str(reply.url), reply.text)
        return page if reply.status_code < 400 and page.frame else None

    def give_back(self, task: Page) -> None:
        """Return an accepted task."""
        form = task.form_to(RETURN)
        if form is None:
            raise StudyError(f"{task.url} has no button that returns the task")
        self._http.post_form(form.action, form.fields)

    def see_submitted(self, task: Page) -> None:
        """Look at the page that says that the task is submitted."""
        # a task that is no longer held leads there by itself
        reply = self._http.get(task.url, kind="market")
        if not urlsplit(str(reply.url)).path.rstrip("/").endswith("/submitted"):
            raise StudyError(f"{task.url} is still held after it was submitted")

    def _get(self, path: str) -> Page:
        return self.open(f"{self._home}/{path}")

    def _password(self) -> str:
        text = f"simulated rater {worker_id(self._rater)}"
        key = settings.SECRET_KEY.encode()
        return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:24]
