"""The composition root: which recruiters there are, wired from the settings."""

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac

from studies.errors import StudyError
from studies.recruiters.base import Recruiter
from studies.recruiters.link import LinkRecruiter
from studies.recruiters.mturk import Endpoint, MTurkRecruiter
from studies.recruiters.prolific import Account, ProlificRecruiter
from studies.services.link_books import LinkBooks


def origin(url: str) -> str:
    """Return scheme, host and port of a URL."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def local_endpoint() -> Endpoint:
    """Return the marketplace inside this site; its money is play money."""
    requester = settings.MARKETPLACE_LOCAL_REQUESTER
    return Endpoint(
        api_url=f"{settings.MARKETPLACE_URL}/api/",
        worker_url=settings.MARKETPLACE_URL,
        access_key_id=requester["access_key_id"],
        secret_access_key=requester["secret_access_key"],
        real_money=False,
    )


def _mturk() -> Recruiter:
    if not settings.MTURK_ENDPOINT_URL:
        return MTurkRecruiter(local_endpoint())
    return MTurkRecruiter(
        Endpoint(
            api_url=settings.MTURK_ENDPOINT_URL,
            worker_url=settings.MTURK_WORKER_URL,
            access_key_id="",
            secret_access_key="",
            real_money=True,
            allow_amazon=settings.MTURK_ALLOW_AMAZON,
        )
    )


def link_recruiter() -> LinkRecruiter:
    """Return the recruiter by plain links, over the books of this site."""
    return LinkRecruiter(
        done_url=f"{settings.SITE_URL}{reverse('rating:done')}",
        secret=salted_hmac("studies.link", "secret", algorithm="sha256").digest(),
        books=LinkBooks(),
    )


def _prolific() -> Recruiter:
    return ProlificRecruiter(
        Account(
            token=settings.PROLIFIC_TOKEN,
            api_url=settings.PROLIFIC_API_URL,
            app_url=settings.PROLIFIC_APP_URL,
            project=settings.PROLIFIC_PROJECT,
            workspace=settings.PROLIFIC_WORKSPACE,
        ),
        secret=salted_hmac("studies.prolific", "secret", algorithm="sha256").digest(),
    )


RECRUITERS: Mapping[str, Callable[[], Recruiter]] = {
    "mturk": _mturk,
    "link": link_recruiter,
    "prolific": _prolific,
}


def get_recruiter(name: str) -> Recruiter:
    """Return a recruiter by name; StudyError names those there are."""
    if name not in RECRUITERS:
        raise StudyError(
            f"there is no recruiter {name!r}; choose one of {', '.join(RECRUITERS)}"
        )
    return RECRUITERS[name]()
