"""One entry of the sidebar is where the reader is."""

import pytest
from django.contrib.auth.models import User
from django.test import RequestFactory

from studies.admin.sidebar import navigation

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/admin/", ["Overview"]),
        ("/admin/studies/study/", ["Studies"]),
        ("/admin/studies/study/3/launch/", ["Studies"]),
        ("/admin/studies/study/add/", ["New study"]),
        ("/admin/studies/vote/", ["Votes"]),
        ("/admin/password_change/", []),
    ],
)
def test_a_page_marks_the_entry_it_belongs_to(path: str, expected: list[str]) -> None:
    request = RequestFactory().get(path)
    request.user = User.objects.create_superuser("ada")
    entries = [entry for group in navigation(request)[:2] for entry in group["items"]]
    assert [entry["title"] for entry in entries if entry["active"]] == expected
