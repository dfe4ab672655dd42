"""HITs and assignments as the protocol writes them, and how a call finds its own."""

from typing import Any

from marketplace import errors, money
from marketplace.models import HIT, Assignment, HITType, Worker
from marketplace.operations.registry import Call
from marketplace.operations.requirements import requirement_record


def own_hit(call: Call) -> HIT:
    """The HIT the call names; another requester's does not exist."""
    hit_id = call.parameters["HITId"]
    found = (
        HIT.objects.filter(hit_id=hit_id, requester=call.requester)
        .select_related("hit_type")
        .first()
    )
    if found is None:
        raise errors.hit_unknown(hit_id)
    return found


def own_hit_type(call: Call) -> HITType:
    """The HIT type the call names; another requester's does not exist."""
    type_id = call.parameters["HITTypeId"]
    found = HITType.objects.filter(
        hit_type_id=type_id, requester=call.requester
    ).first()
    if found is None:
        raise errors.hit_type_unknown(type_id)
    return found


def own_assignment(call: Call) -> Assignment:
    """The assignment the call names; another requester's does not exist."""
    assignment_id = call.parameters["AssignmentId"]
    found = (
        Assignment.objects.filter(
            assignment_id=assignment_id, hit__requester=call.requester
        )
        .select_related("hit__hit_type", "hit__requester", "worker")
        .order_by("-pk")
        .first()
    )
    if found is None:
        raise errors.assignment_unknown(assignment_id)
    return found


def named_worker(call: Call) -> Worker:
    """The worker the call names; raises RequestError InvalidParameterValue."""
    worker_id = call.parameters["WorkerId"]
    found = Worker.objects.filter(worker_id=worker_id).first()
    if found is None:
        raise errors.invalid(f"WorkerId is invalid: there is no worker {worker_id}.")
    return found


def hit_record(call: Call, hit: HIT) -> dict[str, Any]:
    """A HIT; members clients index are always there, RequesterAnnotation when set."""
    kind = hit.hit_type
    return {
        "HITId": hit.hit_id,
        "HITTypeId": kind.hit_type_id,
        "HITGroupId": kind.group_id,
        "CreationTime": hit.created_at,
        "Title": kind.title,
        "Description": kind.description,
        "Question": hit.question,
        "Keywords": kind.keywords,
        "HITStatus": hit.status(call.now),
        "MaxAssignments": hit.max_assignments,
        "Reward": money.dollars(kind.reward_cents),
        "AutoApprovalDelayInSeconds": kind.auto_approval_seconds,
        "Expiration": hit.expires_at,
        "AssignmentDurationInSeconds": kind.assignment_seconds,
        "RequesterAnnotation": hit.annotation or None,
        "QualificationRequirements": [
            requirement_record(asked) for asked in kind.requirements.all()
        ],
        "HITReviewStatus": "NotReviewed",
        "NumberOfAssignmentsPending": hit.pending,
        "NumberOfAssignmentsAvailable": hit.available,
        "NumberOfAssignmentsCompleted": hit.completed,
    }


def assignment_record(assignment: Assignment) -> dict[str, Any]:
    """An assignment; what has not happened to it is not there."""
    return {
        "AssignmentId": assignment.assignment_id,
        "WorkerId": assignment.worker.worker_id,
        "HITId": assignment.hit.hit_id,
        "AssignmentStatus": assignment.status,
        "AutoApprovalTime": assignment.auto_approval_at,
        "AcceptTime": assignment.accepted_at,
        "SubmitTime": assignment.submitted_at,
        "ApprovalTime": assignment.approved_at,
        "RejectionTime": assignment.rejected_at,
        "Deadline": assignment.deadline,
        "Answer": assignment.answer,
        "RequesterFeedback": assignment.feedback or None,
    }
