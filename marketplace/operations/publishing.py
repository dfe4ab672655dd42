"""CreateHITType, CreateHIT, CreateHITWithHITType."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from marketplace import money, services
from marketplace.errors import invalid, not_offered
from marketplace.models import HITType
from marketplace.operations.records import hit_record, own_hit_type
from marketplace.operations.registry import Call, operation
from marketplace.operations.requirements import read_requirements
from marketplace.questions import read_question

DEFAULT_AUTO_APPROVAL = 2_592_000
_NOT_OFFERED = (
    "AssignmentReviewPolicy",
    "HITReviewPolicy",
    "HITLayoutId",
    "HITLayoutParameters",
)


@operation("CreateHITType", writes=True)
def create_hit_type(call: Call) -> Mapping[str, Any]:
    return {"HITTypeId": _hit_type(call).hit_type_id}


@operation("CreateHIT", writes=True)
def create_hit(call: Call) -> Mapping[str, Any]:
    return _publish(call, _hit_type(call))


@operation("CreateHITWithHITType", writes=True)
def create_hit_with_hit_type(call: Call) -> Mapping[str, Any]:
    return _publish(call, own_hit_type(call))


def _hit_type(call: Call) -> HITType:
    given = call.parameters
    _refuse_what_is_not_offered(given)
    try:
        reward = money.to_cents(given["Reward"])
    except ValueError as error:
        raise invalid(f"Parameter Reward: {error}.") from error
    return services.create_hit_type(
        call.requester,
        services.TypeDraft(
            title=given["Title"],
            description=given["Description"],
            keywords=given.get("Keywords", ""),
            reward_cents=reward,
            assignment_seconds=given["AssignmentDurationInSeconds"],
            auto_approval_seconds=given.get(
                "AutoApprovalDelayInSeconds", DEFAULT_AUTO_APPROVAL
            ),
            requirements=read_requirements(given),
        ),
    )


def _publish(call: Call, hit_type: HITType) -> Mapping[str, Any]:
    given = call.parameters
    _refuse_what_is_not_offered(given)
    if "Question" not in given:
        raise invalid(
            "Question is missing: give an ExternalQuestion, an HTMLQuestion or a"
            " QuestionForm."
        )
    draft = services.HITDraft(
        question=given["Question"],
        page=read_question(given["Question"]),
        max_assignments=given.get("MaxAssignments", 1),
        lifetime=timedelta(seconds=given["LifetimeInSeconds"]),
        annotation=given.get("RequesterAnnotation", ""),
        token=given.get("UniqueRequestToken"),
    )
    hit = services.create_hit(call.requester, hit_type, draft, call.now)
    return {"HIT": hit_record(call, hit)}


def _refuse_what_is_not_offered(given: Mapping[str, Any]) -> None:
    for name in _NOT_OFFERED:
        # an empty list asks for nothing
        if given.get(name):
            raise not_offered(f"The parameter {name}")
