"""What several clients' tests begin with."""

from typing import TYPE_CHECKING

from marketplace import clock, services
from marketplace.models import QualificationType
from tests.marketplace import shop

if TYPE_CHECKING:
    from mypy_boto3_mturk import MTurkClient


def kind(client: "MTurkClient", name: str) -> str:
    made = client.create_qualification_type(
        Name=name, Description="A kind.", QualificationTypeStatus="Active"
    )
    return made["QualificationType"]["QualificationTypeId"]


def requested(type_id: str) -> None:
    wanted = QualificationType.objects.get(type_id=type_id)
    for name in ("carol", "dave"):
        services.request_qualification(shop.worker(name), wanted, clock.now())
