"""The marketplace alone, in a process of its own: all people come over HTTP."""

import threading
from http.cookiejar import CookieJar
from urllib.parse import urlsplit

from studies.recruiters.base import Entry, Recruiter
from studies.recruiters.mturk import Endpoint, MTurkRecruiter
from studies.services.rehearsal.http import Http, Stopwatch
from studies.services.rehearsal.market import Marketplace
from studies.services.rehearsal.raters import SimulatedRater
from tests.recruiters.desks import query_of
from tests.servers.alone import Alone


class AloneDesk:
    """A study site and workers, each a stranger to the marketplace they meet at."""

    def __init__(self, market: Alone, requester: str) -> None:
        self.home = market.url
        key, secret = market.key(requester, "--deposit", "100.00")
        self.recruiter: Recruiter = MTurkRecruiter(
            Endpoint(f"{self.home}/api/", self.home, key, secret, False)
        )

    def finish(self, posting: str, number: int, answers: str) -> Entry:
        with self._browser() as browser:
            site = Marketplace(browser, self.home, _rater(number))
            site.sign_up()
            task = site.accept(site.open(f"{self.home}/hits/{posting}/"))
            assert task is not None
            entry = self.recruiter.entry(query_of(task.frame))
            form = self.recruiter.finish(entry, answers)
            assert browser.post_form(form.action, form.fields).status_code == 200
            site.see_submitted(task)
        return entry

    def preview(self, url: str) -> dict[str, str]:
        with self._browser() as browser:
            return query_of(Marketplace(browser, self.home, _rater(0)).open(url).frame)

    def _browser(self) -> Http:
        hosts = frozenset({urlsplit(self.home).netloc})
        return Http(hosts, Stopwatch(), threading.Event(), jar=CookieJar())


def _rater(number: int) -> SimulatedRater:
    return SimulatedRater(number, 1, sensitivity=1.5, bias=0.0, lapse=0.0)
