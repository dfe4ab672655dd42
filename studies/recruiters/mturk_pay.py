"""What the MTurk protocol pays beside the reward: bonuses and compensations.

Its tokens are forgotten after 24 hours (AWS, RequestTokens), so whoever is in doubt
asks `bonus_listed` first; a compensation carries our token in its annotation.
"""

from typing import Any

from studies.errors import RecruiterError
from studies.recruiters.base import BonusSpec, CompensationSpec
from studies.recruiters.mturk_rules import external_question
from studies.recruiters.mturk_wire import Wire

_WORKING_SECONDS = 3600
_AUTO_APPROVE_SECONDS = 3 * 86_400


def done_before(error: RecruiterError) -> bool:
    """Whether a call was refused because its token says that it was done before.

    AWS documents the refusal and not its code; the words are those of a real reply.
    """
    words = "has already been processed"
    return error.code == "RequestAlreadyProcessed" or words in str(error)


def send_bonus(wire: Wire, spec: BonusSpec) -> None:
    """Send a bonus; with the same token within 24 hours, once."""
    try:
        wire.call(
            "send_bonus",
            WorkerId=spec.worker_id,
            AssignmentId=spec.external_id,
            BonusAmount=f"{spec.amount_usd:.2f}",
            Reason=spec.reason,
            UniqueRequestToken=spec.token,
        )
    except RecruiterError as error:
        if not done_before(error):
            raise


def bonus_listed(wire: Wire, spec: BonusSpec) -> bool:
    """Whether the assignment's bonuses hold the one of our reference."""
    pages = wire.pages("list_bonus_payments", AssignmentId=spec.external_id)
    return any(
        spec.reference in (row.get("Reason") or "")
        and row["WorkerId"] == spec.worker_id
        for page in pages
        for row in page["BonusPayments"]
    )


def publish_compensation(wire: Wire, spec: CompensationSpec) -> Any | None:
    """Publish one place that one worker can see and accept; return the HIT.

    None when the token says that an earlier try published it.
    """
    granted = _qualification(wire, spec)
    wire.call(
        "associate_qualification_with_worker",
        QualificationTypeId=granted,
        WorkerId=spec.worker_id,
        IntegerValue=1,
        SendNotification=False,
    )
    try:
        reply = wire.call(
            "create_hit",
            Title=spec.title,
            Description=spec.description,
            Reward=f"{spec.amount_usd:.2f}",
            MaxAssignments=1,
            AssignmentDurationInSeconds=_WORKING_SECONDS,
            LifetimeInSeconds=spec.lifetime_seconds,
            AutoApprovalDelayInSeconds=_AUTO_APPROVE_SECONDS,
            Question=external_question(spec.entry_url),
            RequesterAnnotation=spec.token,
            UniqueRequestToken=spec.token,
            QualificationRequirements=[
                {
                    "QualificationTypeId": granted,
                    "Comparator": "Exists",
                    "ActionsGuarded": "DiscoverPreviewAndAccept",
                }
            ],
        )
    except RecruiterError as error:
        if error.code.lower() != "hitalreadyexists":
            raise
        return None
    return reply["HIT"]


def _qualification(wire: Wire, spec: CompensationSpec) -> str:
    """Return the qualification type of this one compensation, made once."""
    name = f"Compensation {spec.token[:32]}"
    try:
        reply = wire.call(
            "create_qualification_type",
            Name=name,
            Description="Finished a session that could not be submitted.",
            QualificationTypeStatus="Active",
        )
    except RecruiterError as error:
        if error.code != "QualificationTypeAlreadyExists":
            raise
        return _found(wire, name)
    return str(reply["QualificationType"]["QualificationTypeId"])


def _found(wire: Wire, name: str) -> str:
    """Return the id of our type of this name; the search may lag behind for minutes."""
    pages = wire.pages(
        "list_qualification_types",
        Query=name,
        MustBeRequestable=False,
        MustBeOwnedByCaller=True,
    )
    for page in pages:
        for row in page["QualificationTypes"]:
            if row["Name"] == name:
                return str(row["QualificationTypeId"])
    raise RecruiterError(
        f"the qualification {name!r} was made and is not listed yet: try again later",
        permanent=False,
    )
