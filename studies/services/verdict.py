"""Three verdicts on a session: paid, used, flagged. Used is decided here.

Whether votes count is decided by the rules frozen with the study, on material
outside the table (playback, catch items, pace); not by how anybody voted on it. The
one exception is `straightline_votes`, which is off unless declared: it also leaves
out people who honestly found everything alike.
"""

import statistics
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from analysis.votes import counted
from studies.models import Assignment, Item, Trial, Vote
from studies.services.allocate import lock, release_trials
from studies.services.designs import get_design

NO_VOTES = "no votes"
TOO_LATE = "came after the study was closed"
NEVER_SUBMITTED = "finished but never submitted"


@transaction.atomic
def judge_session(assignment: Assignment) -> bool:
    """Decide whether a submitted session's votes count; free what does not.

    Judged once: a second call changes nothing and returns the verdict.
    """
    study = lock(assignment.study)
    fresh = Assignment.objects.select_for_update(of=("self",)).get(pk=assignment.pk)
    if fresh.used is not None:
        return fresh.used
    reason = _reason(fresh, study.rules)
    fresh.used = not reason
    fresh.unused_reason = reason
    if reason:
        fresh.flags = [*fresh.flags, reason]
        release_trials(fresh.trials.all())
    else:
        unusable = fresh.trials.filter(
            Q(votes__usable=False) | Q(votes__isnull=True), kind=Item.Kind.SCORED
        )
        keys = list(unusable.values_list("pk", flat=True))
        if keys:
            release_trials(Trial.objects.filter(pk__in=keys))
            fresh.flags = [
                *fresh.flags,
                f"{counted(len(keys), 'clip')} without a usable vote",
            ]
    fresh.save(update_fields=["used", "unused_reason", "flags"])
    assignment.refresh_from_db()
    return bool(fresh.used)


def _reason(assignment: Assignment, rules: Mapping[str, Any]) -> str:
    """Say why a session's votes do not count; empty when they do."""
    trials = assignment.trials.filter(kind=Item.Kind.SCORED)
    if not Vote.objects.filter(trial__in=trials).exists():
        return NO_VOTES
    if not trials.exclude(state=Trial.State.RELEASED).exists():
        return "its items went to other raters before it was submitted"
    right, asked = catch_score(assignment)
    share = float(rules.get("min_catch_share", 0))
    if asked and right / asked < share:
        return f"{right} of {asked} catch items right, {share:.0%} wanted"
    return _too_fast(assignment, rules) or _straightline(assignment, rules)


def _too_fast(assignment: Assignment, rules: Mapping[str, Any]) -> str:
    """Say so when the median answer was too quick; votes without a time say nothing."""
    least = float(rules.get("min_answer_seconds", 0))
    if not least:
        return ""
    times = _scored_votes(assignment).filter(seconds__isnull=False)
    seconds = [s for s in times.values_list("seconds", flat=True) if s is not None]
    if not seconds or (median := statistics.median(seconds)) >= least:
        return ""
    return f"median answer after {median:.1f} seconds, {least:g} wanted"


def _straightline(assignment: Assignment, rules: Mapping[str, Any]) -> str:
    """Say so when many votes are all the same answer."""
    fewest = int(rules.get("straightline_votes", 0))
    choices = list(_scored_votes(assignment).values_list("choice", flat=True))
    if not fewest or len(choices) < fewest or len(set(choices)) > 1:
        return ""
    return f"all {len(choices)} votes are {choices[0]!r}, {fewest} alike are too many"


def _scored_votes(assignment: Assignment) -> QuerySet[Vote]:
    question = get_design(assignment.study.design).truth_question
    return Vote.objects.filter(
        trial__assignment=assignment,
        trial__kind=Item.Kind.SCORED,
        question=question,
    )


def catch_score(assignment: Assignment) -> tuple[int, int]:
    """Return the catch items answered right, and all that the session held.

    One without an answer is not right: whoever submits past the page, with a form of
    her own, could otherwise leave out what looks like a catch.
    """
    question = get_design(assignment.study.design).truth_question
    rows = list(
        Vote.objects.filter(
            trial__assignment=assignment,
            trial__kind=Item.Kind.CATCH,
            question=question,
        ).values_list("choice", "trial__item__truth")
    )
    asked = assignment.trials.filter(kind=Item.Kind.CATCH).count()
    return sum(choice == truth for choice, truth in rows), asked
