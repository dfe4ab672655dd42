"""Who holds a place: ids are handed on as at MTurk, and what that must not open.

At MTurk the id of a returned or abandoned assignment goes to the next worker who
accepts that HIT. The id is also what permits a form to submit, and the first worker's
page may still be open, knowing it. So where an id was somebody else's before, its form
is told another address to submit to, of which the earlier holder knows nothing.
"""

from django.core import signing

from marketplace import conf
from marketplace.errors import WorkerRefusalError
from marketplace.models import HIT, Assignment, Worker

_SIGNER = signing.Signer(salt="marketplace.holding")


def handed_on_id(hit: HIT) -> str | None:
    """The id that has been free for longest, None when a new one is due.

    Call it under the HIT's lock, so that nobody else gets the same.
    """
    if not conf.reuse_assignment_ids():
        return None
    held = hit.assignments.exclude(status__in=Assignment.GIVEN_UP)
    free = hit.assignments.exclude(assignment_id__in=held.values("assignment_id"))
    return (
        free.order_by("given_up_at", "pk").values_list("assignment_id", flat=True)
    ).first()


def was_anothers(assignment_id: str, worker: Worker) -> bool:
    """Whether another worker has held the id."""
    earlier = Assignment.objects.filter(assignment_id=assignment_id)
    return earlier.exclude(worker=worker).exists()


def proof_of(assignment: Assignment) -> str:
    """What shows that a form comes from the holder; "" where the id is enough."""
    return _SIGNER.signature(str(assignment.pk)) if assignment.handed_on else ""


def submit_to(assignment: Assignment) -> str:
    """The assignment's turkSubmitTo, to which a form adds /mturk/externalSubmit."""
    proof = proof_of(assignment)
    return conf.public_url() + (f"/held/{proof}" if proof else "")


def check_came_from_holder(assignment: Assignment, proof: str) -> None:
    """Raise WorkerRefusalError handed-on for a form of whoever had the id before.

    `proof` is what the form's address held; "" for the plain address.
    """
    if not assignment.handed_on:
        return
    try:
        _SIGNER.unsign(f"{assignment.pk}:{proof}")
    except signing.BadSignature:
        raise WorkerRefusalError(
            "handed-on",
            "There was a problem submitting your results for this HIT. You returned"
            " it, or its time ran out, and another worker has it now. If you hold it,"
            " open it once more from your queue.",
        ) from None
