"""The marketplace alone, in a process of its own: all people come over HTTP."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.cookiejar import CookieJar
from urllib.parse import urlsplit

from studies.recruiters.base import Entry, Recruiter
from studies.recruiters.mturk import Endpoint, MTurkRecruiter
from studies.services.rehearsal.http import Http, Stopwatch
from studies.services.rehearsal.market import Marketplace
from studies.services.rehearsal.raters import SimulatedRater
from tests.recruiters.desks import query_of
from tests.servers.alone import ROOT, Alone

SETTINGS = {"DJANGO_SETTINGS_MODULE": "tests.recruiters.alone_settings"}
ENROL = """
import sys, django
django.setup()
from marketplace import services
for name in sys.argv[1:]:
    key = services.enrol(name, "100.00")
    print(key.access_key_id, key.secret_access_key)
"""


def keys_of(market: Alone) -> Iterator[tuple[str, str]]:
    """Give keys, each of another requester with 100 dollars; one process makes many."""
    for dozen in range(100):
        names = [f"Lab {dozen} {number}" for number in range(12)]
        done = subprocess.run(
            [sys.executable, "-c", ENROL, *names],
            env=market.env(), cwd=ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
        for line in done.stdout.splitlines():
            key, secret = line.split()
            yield key, secret


class AloneDesk:
    """A study site and workers, each a stranger to the marketplace they meet at."""

    def __init__(self, market: Alone, key: str, secret: str) -> None:
        self.home = market.url
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
