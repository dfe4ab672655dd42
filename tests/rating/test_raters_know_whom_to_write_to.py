"""The contact address stands where raters agree, and wherever they may be stuck."""

import re

import pytest
from django.test import Client

from studies.models import Study
from tests.rating.booth import Booth, open_booth

MAIL = '<a href="mailto:lab@example.org">lab@example.org</a>'


def view(page: str, name: str) -> str:
    """Return one of the page's views."""
    found = re.search(rf'<section[^>]*data-view="{name}".*?</section>', page, re.S)
    assert found is not None, name
    return found[0]


def read(client: Client, path: str) -> str:
    return client.get(path).content.decode()


@pytest.mark.parametrize("own_text", ["", "The lab of Ada asks you to judge clips."])
def test_who_agrees_reads_who_asks(client: Client, db: None, own_text: str) -> None:
    booth = open_booth(consent_text=own_text)
    consent = view(read(client, booth.path()), "consent")
    assert own_text in consent
    assert "any question or complaint" in consent
    assert MAIL in consent
    # before the box that is ticked
    assert consent.index(MAIL) < consent.index("data-consent-box")


@pytest.mark.parametrize("name", ["finish", "refused"])
def test_who_hands_in_or_is_refused_finds_it_too(
    client: Client, booth: Booth, name: str
) -> None:
    assert MAIL in view(read(client, booth.path()), name)


def test_who_only_looks_finds_it(client: Client, booth: Booth) -> None:
    assert MAIL in view(read(client, booth.preview_path()), "offer")


def test_who_is_refused_at_the_door_finds_it(client: Client, booth: Booth) -> None:
    page = read(client, booth.path().replace("p=", "p=x"))
    assert MAIL in view(page, "refused")


def test_without_an_address_nothing_is_promised(client: Client, booth: Booth) -> None:
    Study.objects.update(contact_email="")
    for path in (booth.path(), booth.preview_path()):
        page = read(client, path)
        assert "mailto:" not in page
        assert "Who asks" not in page
