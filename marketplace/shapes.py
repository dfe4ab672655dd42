"""MTurk's service model: which operations there are, and what they take and give."""

from functools import cache

from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel

API_VERSION = "2017-01-17"


@cache
def service() -> ServiceModel:
    """botocore's description of MTurk's requester API."""
    description = Loader().load_service_model("mturk", "service-2", API_VERSION)
    return ServiceModel(description, "mturk")


def find_operation(target: str) -> OperationModel | None:
    """The operation of an X-Amz-Target header, or None when there is no such."""
    prefix, _, name = target.partition(".")
    if prefix != service().metadata.get("targetPrefix"):
        return None
    if name not in service().operation_names:
        return None
    return service().operation_model(name)
