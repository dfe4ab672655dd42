"""Two copies of every answer: ours and the recruiter's (double entry).

What we lost is restored from the recruiter's copy, which we signed; what differs
is flagged and ours stands, since it was stored the moment it was given.
"""

import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from studies.models import Assignment, Item, Posting, Study, Trial, Vote
from studies.recruiters.base import ANSWERS_FIELD, Submission
from studies.services.allocate import lock, release, release_trials, retake
from studies.services.copies import Copy, read_copy
from studies.services.copy_faults import (
    NO_SESSION,
    fault_of_copy,
    is_lost_session,
)
from studies.services.designs import get_design
from studies.services.events import note
from studies.services.irregular import Irregular, flag, mark
from studies.services.verdict import NO_VOTES, TOO_LATE


@transaction.atomic
def take_in(study: Study, posting: Posting, submission: Submission) -> Assignment:
    """Bring one submission of the recruiter's list into our books; harmless twice.

    What is out of the ordinary is marked (`irregular`), never refused.
    """
    study = lock(study)
    rater = f"{posting.recruiter}:{submission.worker_id}"
    done = posting.assignments.filter(state__in=Assignment.DONE)
    if (same := done.filter(external_id=submission.external_id).first()) is not None:
        return same
    if done.filter(rater=rater).exists():
        return _again(study, posting, submission, rater)
    _give_back_claimed(posting, submission, rater)
    copy = read_copy(submission.answers.get(ANSWERS_FIELD, ""))
    assignment = posting.assignments.filter(rater=rater).first()
    known = assignment is not None
    if assignment is None:
        assignment = _unknown(study, posting, submission, rater, copy)
    assignment.study = study
    assignment.external_id = submission.external_id
    if assignment.state in Assignment.GONE:
        _come_through(assignment)
    assignment.recruiter_copy = submission.raw[:100_000]
    assignment.state = Assignment.State.SUBMITTED
    assignment.submitted_at = submission.submitted_at
    _look_at_the_copy(assignment, submission, copy, known=known)
    assignment.save()
    if study.state == Study.State.CLOSED:
        _keep_unused(assignment)
    return assignment


def _look_at_the_copy(
    assignment: Assignment, submission: Submission, copy: Copy | None, *, known: bool
) -> None:
    fault = fault_of_copy(assignment, submission, copy, known=known)
    if fault is not None:
        mark(assignment, *fault)
        if not known:
            flag(assignment, NO_SESSION)
    elif copy is not None:
        _compare(assignment, copy, submission.submitted_at)


def _again(
    study: Study, posting: Posting, submission: Submission, rater: str
) -> Assignment:
    """Write down a second submission of one person on one posting; it holds no votes.

    The first one counts and is paid. Whether this one is, a person decides.
    """
    assignment = _session(study, posting, submission, rater)
    assignment.recruiter_copy = submission.raw[:100_000]
    assignment.is_repeat = True
    assignment.used = False
    assignment.unused_reason = NO_VOTES
    text = "submitted this posting a second time"
    mark(assignment, Irregular.DUPLICATE, text)
    assignment.save()
    return assignment


def _come_through(assignment: Assignment) -> None:
    """Take back a session that was given up: its rater did submit.

    What is still free is hers again. A closed study's items are not dealt out again.
    """
    if assignment.study.state == Study.State.CLOSED:
        mark(assignment, Irregular.LATE, "submitted after the study was closed")
        return
    retake(assignment)
    assignment.used = None
    assignment.unused_reason = ""
    text = "submitted after its items went back to the pool"
    mark(assignment, Irregular.LATE, text)


def _keep_unused(assignment: Assignment) -> None:
    """Let no vote change the results of a closed study; work that was done is paid."""
    done = Vote.objects.filter(trial__assignment=assignment).exists()
    release_trials(assignment.trials.all())
    assignment.used = False
    assignment.unused_reason = TOO_LATE if done else NO_VOTES
    mark(assignment, Irregular.LATE, "submitted after the study was closed")
    assignment.save()


def _give_back_claimed(posting: Posting, submission: Submission, rater: str) -> None:
    """Return the session of whoever came with this rater's id: links are not signed."""
    claimed = posting.assignments.filter(
        external_id=submission.external_id, state__in=Assignment.OPEN
    )
    for other in claimed.exclude(rater=rater):
        release(other, Assignment.State.RETURNED, "its place was another rater's")


def _unknown(
    study: Study,
    posting: Posting,
    submission: Submission,
    rater: str,
    copy: Copy | None,
) -> Assignment:
    """Make the session of a submission that has none: the lost one, or an empty one."""
    assignment = _session(study, posting, submission, rater)
    if copy is not None and is_lost_session(copy, study, rater):
        assignment.key = copy.session
        text = "restored from the recruiter's copy"
        flag(assignment, text)
        note(study, "restored", f"{rater}: {text}", submission=submission.external_id)
    assignment.save()
    return assignment


def _session(
    study: Study, posting: Posting, submission: Submission, rater: str
) -> Assignment:
    at = submission.submitted_at
    return Assignment(
        study=study,
        posting=posting,
        rater=rater,
        external_id=submission.external_id,
        state=Assignment.State.SUBMITTED,
        started_at=at - timedelta(minutes=study.assignment_minutes),
        last_seen_at=at,
        deadline=at,
        submitted_at=at,
    )


def _compare(assignment: Assignment, copy: Copy, at: datetime) -> None:
    design = get_design(assignment.study.design)
    questions = {q.key: {c.value for c in q.choices} for q in design.questions}
    for trial_key, item_key, question, choice in copy.votes:
        if choice not in questions.get(question, set()):
            continue
        trial = Trial.objects.filter(key=trial_key, assignment=assignment).first()
        trial = trial or _restore_trial(assignment, trial_key, item_key)
        if trial is None:
            continue
        vote = trial.votes.filter(question=question).first()
        if vote is None:
            Vote.objects.create(
                trial=trial,
                question=question,
                choice=choice,
                client_uuid=uuid.uuid5(trial.key, question),
                source=Vote.Source.RECRUITER,
                received_at=at,
            )
            if trial.state == Trial.State.LEASED:
                trial.state = Trial.State.ANSWERED
                trial.shown_at = trial.shown_at or at
                trial.save(update_fields=["state", "shown_at"])
            flag(assignment, "votes restored from the recruiter's copy")
        elif vote.choice != choice:
            flag(assignment, f"the copies of trial {trial.index} differ; ours stands")


def _restore_trial(
    assignment: Assignment, trial_key: uuid.UUID, item_key: str
) -> Trial | None:
    """Make a lost trial again, if its item is free and its clip unmet."""
    item = Item.objects.filter(study=assignment.study, key=item_key).first()
    if item is None or Trial.objects.filter(key=trial_key).exists():
        text = "the copy names a clip that was not allocated to this session"
        mark(assignment, Irregular.FORGED, text)
        return None
    if item.kind == Item.Kind.SCORED:
        met = Trial.objects.filter(
            study=assignment.study,
            rater=assignment.rater,
            clip_id=item.clip_id,
            kind=Item.Kind.SCORED,
        ).exists()
        free = Item.objects.filter(pk=item.pk, taken__lt=F("places"))
        if met or not free.update(taken=F("taken") + 1):
            flag(assignment, "a vote could not be restored: its place is taken")
            return None
    last = assignment.trials.order_by("-index").values_list("index", flat=True).first()
    return Trial.objects.create(
        assignment=assignment,
        item=item,
        key=trial_key,
        index=0 if last is None else last + 1,
        kind=item.kind,
        state=Trial.State.ANSWERED,
        study=assignment.study,
        rater=assignment.rater,
        clip_id=item.clip_id,
        shown_at=assignment.submitted_at or assignment.last_seen_at,
    )
