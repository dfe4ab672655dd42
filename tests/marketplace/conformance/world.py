"""A world in which every operation has something to work on."""

from collections.abc import Callable
from itertools import count
from typing import Any

from marketplace import clock, services
from marketplace.models import HIT, QualificationRequest, QualificationType, Worker
from tests.marketplace import shop
from tests.marketplace.conformance.wire import call

_numbers = count(1)
NOTIFICATION = {
    # the one transport that needs no other server
    "Destination": "lab@rate.example",
    "Transport": "Email",
    "Version": "2014-08-15",
    "EventTypes": ["AssignmentSubmitted"],
}


class World:
    """One requester with funds and one worker; everything else is made when asked."""

    alice: Worker

    def __init__(self) -> None:
        shop.requester(balance="1000000.00")
        self.alice = shop.worker()

    def hit(self) -> str:
        made: str = call("CreateHIT", **shop.HIT_REQUEST)["HIT"]["HITId"]
        return made

    def hit_type(self) -> str:
        made: str = call("CreateHITType", **shop.TYPE)["HITTypeId"]
        return made

    def submitted(self) -> str:
        hit = HIT.objects.get(hit_id=self.hit())
        return shop.submitted(hit, self.alice).assignment_id

    def reviewable(self) -> str:
        hit = self.hit()
        call("UpdateExpirationForHIT", HITId=hit, ExpireAt=0)
        return hit

    def kind(self) -> str:
        made: str = call(
            "CreateQualificationType",
            Name=self.name(),
            Description="A kind.",
            QualificationTypeStatus="Active",
        )["QualificationType"]["QualificationTypeId"]
        return made

    def held(self) -> str:
        kind = self.kind()
        call(
            "AssociateQualificationWithWorker",
            QualificationTypeId=kind,
            WorkerId=self.alice.worker_id,
        )
        return kind

    def requested(self) -> str:
        kind = QualificationType.objects.get(type_id=self.kind())
        services.request_qualification(self.alice, kind, clock.now())
        return QualificationRequest.objects.get(type=kind).request_id

    def blocked(self) -> str:
        call("CreateWorkerBlock", WorkerId=self.alice.worker_id, Reason="Spam.")
        return self.alice.worker_id

    def name(self) -> str:
        return f"Name {next(_numbers)}"


NAMED: dict[str, Callable[[World], Any]] = {
    "HITId": World.hit,
    "HITTypeId": World.hit_type,
    "AssignmentId": World.submitted,
    "QualificationTypeId": World.kind,
    "QualificationRequestId": World.requested,
    "WorkerId": lambda world: world.alice.worker_id,
    "WorkerIds": lambda world: [world.alice.worker_id],
    "Name": World.name,
    "UniqueRequestToken": World.name,
    "Notification": lambda _: NOTIFICATION,
    "Question": lambda _: shop.QUESTION,
}
"""What a member holds that names something; fresh, so that no call spoils another's."""

SPECIAL: dict[str, Callable[[World], dict[str, Any]]] = {
    "DeleteHIT": lambda world: {"HITId": world.reviewable()},
    "UpdateHITReviewStatus": lambda world: {
        "HITId": world.reviewable(),
        "Revert": False,
    },
    "GetQualificationScore": lambda world: {"QualificationTypeId": world.held()},
    "DisassociateQualificationFromWorker": lambda world: {
        "QualificationTypeId": world.held()
    },
    "DeleteWorkerBlock": lambda world: {"WorkerId": world.blocked()},
    # null is as if it were not there: one of the two is to be given
    "ListBonusPayments": lambda world: {"HITId": world.hit(), "AssignmentId": None},
    "CreateHIT": lambda world: {"Question": shop.QUESTION},
    "CreateHITWithHITType": lambda world: {"Question": shop.QUESTION},
    "UpdateNotificationSettings": lambda world: {"Notification": NOTIFICATION},
}
"""Where the state of what is named matters."""

LEFT_OUT = {
    # not on offer, says the service itself
    "AssignmentReviewPolicy",
    "HITReviewPolicy",
    "HITLayoutId",
    "HITLayoutParameters",
    # each of the two excludes another member
    "Test",
    "AnswerKey",
    "TestDurationInSeconds",
    # given by the service alone
    "NextToken",
}
