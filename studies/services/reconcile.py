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
from studies.services.allocate import lock, release, retake
from studies.services.copies import Copy, read_copy
from studies.services.designs import get_design
from studies.services.events import note
from studies.services.recruiting import get_recruiter


@transaction.atomic
def take_in(study: Study, posting: Posting, submission: Submission) -> Assignment:
    """Bring one submission of the recruiter's list into our books; harmless twice."""
    study = lock(study)
    rater = f"{posting.recruiter}:{submission.worker_id}"
    copy = read_copy(submission.answers.get(ANSWERS_FIELD, ""))
    assignment = Assignment.objects.filter(posting=posting, rater=rater).first()
    if assignment is not None and assignment.state in Assignment.DONE:
        return assignment
    _give_back_claimed(posting, submission, rater)
    if assignment is None:
        assignment = _unknown(study, posting, submission, rater, copy)
    elif assignment.state in Assignment.GONE:
        # the rater came through after all: what is still free is theirs again
        retake(assignment)
        assignment.used = None
        assignment.unused_reason = ""
        _flag(assignment, "submitted after its items went back to the pool")
    assignment.study = study
    assignment.external_id = submission.external_id
    assignment.recruiter_copy = submission.raw[:100_000]
    assignment.state = Assignment.State.SUBMITTED
    assignment.submitted_at = submission.submitted_at
    if copy is None:
        if get_recruiter(posting.recruiter).carries_answers:
            text = "the recruiter's copy of the answers is missing or altered"
            _flag(assignment, text)
    elif copy.session != assignment.key:
        _flag(assignment, "the recruiter's copy belongs to another session")
    else:
        _compare(assignment, copy, submission.submitted_at)
    assignment.save()
    return assignment


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
    """Write down a submission whose session we do not have."""
    mine = copy is not None and not Assignment.objects.filter(key=copy.session).exists()
    key = copy.session if copy is not None and mine else uuid.uuid4()
    at = submission.submitted_at
    text = (
        "restored from the recruiter's copy"
        if mine
        else "submitted without a session here"
    )
    note(study, "foreign", f"{rater}: {text}", submission=submission.external_id)
    return Assignment.objects.create(
        study=study,
        posting=posting,
        key=key,
        rater=rater,
        external_id=submission.external_id,
        state=Assignment.State.SUBMITTED,
        flags=[text],
        started_at=at - timedelta(minutes=study.assignment_minutes),
        last_seen_at=at,
        deadline=at,
    )


def _compare(assignment: Assignment, copy: Copy, at: datetime) -> None:
    design = get_design(assignment.study.design)
    questions = {q.key: {c.value for c in q.choices} for q in design.questions}
    for trial_key, item_key, question, choice in copy.votes:
        if choice not in questions.get(question, set()):
            continue
        trial = Trial.objects.filter(key=trial_key, assignment=assignment).first()
        if trial is None:
            trial = _restore_trial(assignment, trial_key, item_key)
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
            _flag(assignment, "votes restored from the recruiter's copy")
        elif vote.choice != choice:
            _flag(assignment, f"the copies of trial {trial.index} differ; ours stands")


def _restore_trial(
    assignment: Assignment, trial_key: uuid.UUID, item_key: str
) -> Trial | None:
    """Make a lost trial again, if its item is free and its clip unmet."""
    item = Item.objects.filter(study=assignment.study, key=item_key).first()
    if item is None or Trial.objects.filter(key=trial_key).exists():
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
            _flag(assignment, "a vote could not be restored: its place is taken")
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


def _flag(assignment: Assignment, text: str) -> None:
    if text not in assignment.flags:
        assignment.flags = [*assignment.flags, text]
