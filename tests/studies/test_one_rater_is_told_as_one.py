"""The report's page where one rater judged: no table without her, and no plural."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from studies.models import Study
from tests.admin.judged import judged_study, session

TABLE = 'id="grid-sensitivity"'


@pytest.fixture
def ada(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("ada", password="x"))
    return client


def report(study: Study, ada: Client) -> str:
    return ada.get(f"/admin/studies/study/{study.pk}/report/").content.decode()


def test_raters_are_left_out_one_at_a_time_where_some_are_left(ada: Client) -> None:
    study = judged_study(sessions=1)
    alone = report(study, ada)
    assert "4 votes by 1 rater on 4 items." in alone
    assert 'id="section-raters"' in alone
    assert TABLE not in alone
    session(study, 1)
    two = report(study, ada)
    assert "8 votes by 2 raters on 8 items." in two
    table = two[two.index(TABLE) :].partition("</table>")[0]
    assert "One rater left out at a time" in table
    # a row for each of real, frame, seq and flow
    assert table.partition("<tbody>")[2].count("<tr") == 4
