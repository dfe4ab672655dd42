"""The soft cap stops recruiting, the hard cap refuses to spend; what a launch costs."""

from decimal import Decimal

import pytest

from studies.errors import StudyError
from studies.models import Assignment, Payment, Study
from studies.recruiters.mturk import Endpoint, MTurkRecruiter
from studies.selectors import committed_usd
from studies.services.channels import recruit
from studies.services.collect import advance
from studies.services.launch_plan import plan, price
from studies.services.publish import launch
from studies.services.stuck import retry
from studies.services.study_settings import change_caps
from tests.fakes import FakeRecruiter
from tests.studies.conftest import free_posting, work
from tests.worlds import built_study

MTURK = MTurkRecruiter(Endpoint("", "", "", "", False))


# figures of mturk.com/pricing as last published: 20 %, 40 % from ten places on, and
# at least a cent for each assignment
@pytest.mark.parametrize(
    ("reward", "sessions", "places", "total"),
    [
        ("0.80", 1_536, 3, "1474.56"),
        ("0.80", 1_536, 10, "1720.32"),
        ("0.03", 15_360, 3, "614.40"),
    ],
)
def test_what_a_launch_costs_by_the_fee_rules(
    reward: str, sessions: int, places: int, total: str
) -> None:
    cost = MTURK.cost(sessions, Decimal(reward), places)
    assert cost.total_usd == Decimal(total)
    if places < 10:
        study = Study(reward_usd=Decimal(reward), places_per_posting=places)
        line = price(study, MTURK, sessions)
        assert (line.total_usd, line.postings) == (Decimal(total), sessions // places)


@pytest.mark.django_db
def test_a_launch_beyond_the_soft_cap_is_refused(recruiter: FakeRecruiter) -> None:
    study = built_study()
    Study.objects.update(soft_cap_usd="3.00")
    study.refresh_from_db()
    # 15 sessions of 0.24
    [problem] = plan(study, "mturk").problems
    assert "costs $3.60, more than its soft cap of $3.00: raise" in problem
    with pytest.raises(StudyError, match="soft cap"):
        launch(study, "mturk")


@pytest.mark.django_db
def test_beyond_the_soft_cap_what_is_sold_is_paid_and_nothing_more_is_sold(
    recruiter: FakeRecruiter,
) -> None:
    study = launch(built_study(), "mturk")
    Study.objects.update(soft_cap_usd="3.60")
    number = 0
    while (posting := free_posting(study)) is not None:
        # who never hears a difference: the session is paid, its votes are not used
        work(recruiter, posting, number := number + 1, lambda _truth: "real")
    result = advance(study)
    assert Payment.objects.filter(state="confirmed").count() == number == 15
    assert not Assignment.objects.exclude(state="approved").exists()
    assert result.new_places == 0
    study.refresh_from_db()
    assert "raise the soft cap of $3.60 on the Watch page" in study.problem
    assert committed_usd(study) == Decimal("3.60")
    with pytest.raises(StudyError, match="soft cap of"):
        recruit(study, "mturk", 1)
    hundred = Decimal("100.00")
    change_caps(study, hard_usd=hundred, soft_usd=hundred, by="ada")
    assert advance(study).new_places > 0
    assert committed_usd(study) > Decimal("3.60")


@pytest.mark.django_db
def test_changes_of_the_caps_are_logged(recruiter: FakeRecruiter) -> None:
    study = launch(built_study(), "mturk")
    change_caps(study, hard_usd=Decimal(9), soft_usd=Decimal(8), by="ada")
    change_caps(study, hard_usd=Decimal(9), soft_usd=None, by="ada")
    said = study.events.filter(kind="cap").values_list("message", flat=True)
    assert set(said) == {
        "ada set the hard cap to $9.00; it was $500.00",
        "ada set the soft cap to $8.00; it was none",
        "ada set the soft cap to none; it was $8.00",
    }


@pytest.mark.django_db
def test_a_refused_bonus_tried_again_takes_no_money_of_the_places(
    recruiter: FakeRecruiter,
) -> None:
    study = launch(built_study(), "mturk")
    posting = free_posting(study)
    assert posting is not None
    refused = Payment.objects.create(
        assignment=work(recruiter, posting, 1),
        kind=Payment.Kind.BONUS,
        amount_usd=Decimal("0.20"),
        fee_usd=Decimal("0.04"),
        state=Payment.State.FAILED,
        token="refused",
    )
    # a refused one is not counted: the cap holds just what the places may cost
    Study.objects.update(hard_cap_usd=committed_usd(study))
    with pytest.raises(StudyError, match="leaves no room"):
        retry(refused, by="ada")
    Study.objects.update(hard_cap_usd=committed_usd(study) + Decimal("0.24"))
    retry(refused, by="ada")
    refused.refresh_from_db()
    assert refused.state == Payment.State.PLANNED
