"""manage.py bonus, compensate and extend: what is shown, asked, and done once."""

from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from studies.management import local_site
from studies.models import Assignment, Payment, Study
from studies.selectors import committed_usd
from studies.services import recruiting
from studies.services.verdict import NEVER_SUBMITTED
from tests.admin.judged import judged_study, session
from tests.fakes import FakeRecruiter
from tests.recruiters.desks import spec

pytestmark = pytest.mark.django_db
BONUS = ["bonus", "--study", "judged", "--amount", "0.35", "--reason", "Careful work"]


@pytest.fixture(autouse=True)
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeRecruiter:
    made = FakeRecruiter()
    monkeypatch.setattr(recruiting, "RECRUITERS", {"mturk": lambda: made})
    # the fake needs no site
    monkeypatch.setattr(local_site, "LOCAL_RECRUITERS", frozenset())
    return made


@pytest.fixture
def study() -> Study:
    """Three used sessions, and one that was finished and never submitted."""
    made = judged_study()
    session(made, 7, Assignment.State.EXPIRED)
    Assignment.objects.filter(state="expired").update(
        used=False, unused_reason=NEVER_SUBMITTED
    )
    return made


def run(*args: str) -> str:
    out = StringIO()
    call_command(*args, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_every_used_session_gets_a_bonus(study: Study, fake: FakeRecruiter) -> None:
    out = run(*BONUS, "--all")
    assert "3 sessions: bonuses $1.05 + fees $0.21 = $1.26" in out
    assert "3 of 3 sessions paid." in out
    assert {sent.amount_usd for sent in fake.bonuses} == {Decimal("0.35")}
    assert {sent.reason.partition(" (ref")[0] for sent in fake.bonuses} == {
        "Careful work"
    }


def test_the_same_bonus_twice_by_mistake_is_refused(
    study: Study, fake: FakeRecruiter
) -> None:
    one = f"A{study.pk}X0"
    run(*BONUS, "--session", f"mturk:{one}")
    with pytest.raises(CommandError, match=f"mturk:{one} got or are getting"):
        run(*BONUS, "--all")
    assert len(fake.bonuses) == 1
    run(*BONUS, "--all", "--again")
    assert len(fake.bonuses) == 4
    assert {sent.worker_id: sent.earlier for sent in fake.bonuses}[one] == (
        Decimal("0.35"),
    )


def test_real_money_wants_the_exact_amount(study: Study, fake: FakeRecruiter) -> None:
    fake.spends_real_money = True
    for wrong in ([], ["--yes-spend", "1.05"]):
        with pytest.raises(CommandError, match=r"--yes-spend 1\.26"):
            run(*BONUS, "--all", *wrong)
    assert not fake.bonuses
    run(*BONUS, "--all", "--yes-spend", "1.26")
    assert len(fake.bonuses) == 3


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (["--amount", "0.001"], "whole cents"),
        (["--amount", "0"], "whole cents"),
        (["--amount", "90000000"], r"can be: \$99,999.99 at most"),
        (["--amount", "1e30"], "more than 99,999,999.99 dollars"),
        (["--amount", "1e-30"], "whole cents"),
        (["--reason", " "], "in one line why"),
        (["--reason", "two\nlines"], "in one line why"),
        (["--reason", "x" * 401], "longer than 400"),
        (["--amount", "166.70"], r"more than the hard cap of \$500.00"),
    ],
)
def test_what_is_no_bonus_is_refused_in_words(
    study: Study, fake: FakeRecruiter, change: list[str], said: str
) -> None:
    with pytest.raises(CommandError, match=said):
        run(*BONUS, "--all", *change)
    assert not Payment.objects.filter(kind="bonus").exists()


def test_a_session_that_is_not_there_is_named(study: Study) -> None:
    with pytest.raises(CommandError, match="has no session 'nobody'"):
        run(*BONUS, "--session", "nobody")
    with pytest.raises(CommandError, match="only what was handed in"):
        run(*BONUS, "--session", f"mturk:A{study.pk}X7")


def test_who_could_not_submit_is_listed_and_compensated_once(
    study: Study, fake: FakeRecruiter
) -> None:
    listed = run("compensate", "--study", "judged")
    assert f"mturk:A{study.pk}X7" in listed
    assert "$0.24  open" in listed
    assert not fake.owed
    assert "1 compensated: 0 paid now" in run(
        "compensate", "--study", "judged", "--all"
    )
    assert len(fake.owed) == 1
    assert "compensated" not in run("compensate", "--study", "judged", "--all")
    with pytest.raises(CommandError, match="names 0 of these sessions"):
        run("compensate", "--study", "judged", "--session", "nobody")


def test_who_may_submit_yet_is_not_forgotten(study: Study) -> None:
    assert "may submit yet" not in run("compensate", "--study", "judged")
    Assignment.objects.filter(state="expired").update(state="completed")
    assert run("compensate", "--study", "judged") == (
        "judged: nobody finished without submitting.\n"
        "1 rater finished and may submit yet: listed once the time is over.\n"
    )


def test_only_what_was_ordered_is_counted_as_paid(
    study: Study, fake: FakeRecruiter
) -> None:
    fake.fail["bonus"] = "before"
    assert "0 of 1 session paid." in run(
        *BONUS, "--session", f"mturk:A{study.pk}X0", "--amount", "0.10"
    )
    # the one that waits is sent now as well
    assert "3 of 3 sessions paid." in run(*BONUS, "--all")
    assert len(fake.bonuses) == 4


def test_everybody_is_compensated_or_nobody(study: Study, fake: FakeRecruiter) -> None:
    session(study, 8, Assignment.State.EXPIRED)
    Assignment.objects.filter(state="expired").update(
        used=False, unused_reason=NEVER_SUBMITTED
    )
    Study.objects.update(hard_cap_usd=committed_usd(study) + Decimal("0.30"))
    with pytest.raises(CommandError, match="more than the hard cap"):
        run("compensate", "--study", "judged", "--all")
    assert not Payment.objects.filter(kind="compensation").exists()


def test_extending_says_until_when(study: Study, fake: FakeRecruiter) -> None:
    posting = study.postings.get()
    Study.objects.update(hard_cap_usd="900.00")
    study.postings.update(places=5, told_places=5)
    fake.postings[posting.external_id] = spec(places=5)
    out = run("extend", "--study", "judged", "--posting", "1", "--places", "6")
    assert "1 place more: $0.24" in out
    assert "Posting 1 holds 6 places until 2036-11-17" in out


def test_postings_are_listed_by_their_numbers(study: Study) -> None:
    study.postings.update(places=5, state="open", expires_at=None)
    # of four sessions one was returned
    assert run("extend", "--study", "judged") == (
        "  1  mturk     3 of 5 places taken  open\n"
    )
    with pytest.raises(CommandError, match="go together"):
        run("extend", "--study", "judged", "--posting", "1")
