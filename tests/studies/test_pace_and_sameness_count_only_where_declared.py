"""Two rules that are off unless a study declares them before its first vote."""

import pytest

from studies.models import Assignment, Item, Study, Vote
from studies.services.declared import rules_text
from studies.services.verdict import judge_session
from tests.admin.judged import judged_study

pytestmark = pytest.mark.django_db


def session_of(seconds: list[float | None], choices: str = "rffr") -> Assignment:
    """A submitted session of four votes, not judged yet."""
    study = judged_study(sessions=1)
    made = study.assignments.get()
    Assignment.objects.update(used=None)
    votes = Vote.objects.order_by("trial__index")
    for vote, time, choice in zip(votes, seconds, choices, strict=True):
        vote.seconds = time
        vote.choice = "real" if choice == "r" else "fake"
        vote.save()
    made.refresh_from_db()
    return made


def judged(made: Assignment, **rules: float) -> str:
    """Why it is not used under these rules, empty where it is."""
    Study.objects.update(rules=rules)
    made.study.refresh_from_db()
    used = judge_session(made)
    made.refresh_from_db()
    assert used is not bool(made.unused_reason)
    return made.unused_reason


def test_an_old_study_knows_neither_rule() -> None:
    assert judged(session_of([0.1] * 4, "rrrr"), min_catch_share=0.5) == ""


def test_a_session_quicker_than_declared_is_not_used() -> None:
    # the median of 1, 2, 3 and 9 is 2.5
    reason = judged(session_of([1, 9, 2, 3]), min_answer_seconds=2.6)
    assert reason == "median answer after 2.5 seconds, 2.6 wanted"
    assert not Item.objects.filter(kind="scored", taken__gt=0).exists()


def test_a_median_just_as_long_as_declared_is_used() -> None:
    assert judged(session_of([1, 9, 2, 3]), min_answer_seconds=2.5) == ""


def test_votes_without_a_time_say_nothing_of_pace() -> None:
    assert judged(session_of([None] * 4), min_answer_seconds=5) == ""


def test_an_answer_given_at_once_is_a_time() -> None:
    reason = judged(session_of([0.0] * 4), min_answer_seconds=2)
    assert reason == "median answer after 0.0 seconds, 2 wanted"


@pytest.mark.parametrize("choices", ["rrrr", "ffff"])
def test_as_many_equal_votes_as_declared_are_not_used(choices: str) -> None:
    reason = judged(session_of([5] * 4, choices), straightline_votes=4)
    word = "real" if choices[0] == "r" else "fake"
    assert reason == f"all 4 votes are {word!r}, 4 alike are too many"


@pytest.mark.parametrize(("choices", "fewest"), [("rrrr", 5), ("rrrf", 4)])
def test_fewer_equal_votes_or_one_other_are_used(choices: str, fewest: int) -> None:
    assert judged(session_of([5] * 4, choices), straightline_votes=fewest) == ""


def test_the_rules_are_told_where_they_hold() -> None:
    assert "median" not in rules_text({})
    told = rules_text({"min_answer_seconds": 2.5, "straightline_votes": 10})
    assert "sessions whose median answer took less than 2.5 seconds" in told
    assert "sessions of 10 or more votes that are all the same" in told
