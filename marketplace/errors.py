"""What can go wrong, one family for each side of the marketplace."""

from marketplace.money import dollars

PREFIX = "AWS.MechanicalTurk."


class RequestError(Exception):
    """A requester's call that can't be done: HTTP 400 with a TurkErrorCode.

    `code` is given without the prefix ``AWS.MechanicalTurk.``.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = PREFIX + code
        self.message = message


def invalid(message: str) -> RequestError:
    """A parameter whose value can't be taken."""
    return RequestError("InvalidParameterValue", message)


def not_offered(what: str) -> RequestError:
    """Something of the protocol that this marketplace does not offer."""
    return RequestError("NotOffered", f"{what} is not offered by this marketplace.")


def hit_unknown(hit_id: str) -> RequestError:
    """A HIT that does not exist, or belongs to another requester."""
    return RequestError("HITDoesNotExist", f"Hit {hit_id} does not exist.")


def hit_type_unknown(hit_type_id: str) -> RequestError:
    """A HIT type that does not exist, or belongs to another requester."""
    return RequestError("HITTypeDoesNotExist", f"HITType {hit_type_id} does not exist.")


def assignment_unknown(assignment_id: str) -> RequestError:
    """An assignment that does not exist, or belongs to another requester."""
    return RequestError(
        "AssignmentDoesNotExist", f"Assignment {assignment_id} does not exist."
    )


def assignment_state(callable_with: str) -> RequestError:
    """An assignment whose status does not allow the operation."""
    return RequestError(
        "InvalidAssignmentState",
        f"This operation can be called with a status of: {callable_with}",
    )


def hit_state(state: str, callable_with: str) -> RequestError:
    """A HIT whose status does not allow the operation."""
    # the two spaces are MTurk's: clients match on the text
    return RequestError(
        "InvalidHITState",
        f"This HIT is currently in the state '{state}'.  This operation can be called"
        f" with a status of: {callable_with}",
    )


def qualification_type_unknown(type_id: str) -> RequestError:
    """A qualification type that does not exist, or belongs to another requester."""
    return RequestError(
        "QualificationTypeDoesNotExist", f"QualificationType {type_id} does not exist."
    )


def qualification_unknown(type_id: str, worker_id: str) -> RequestError:
    """A qualification that the worker was never given."""
    return RequestError(
        "QualificationDoesNotExist",
        f"A Qualification of type {type_id} for worker {worker_id} does not exist.",
    )


def qualification_state() -> RequestError:
    """A qualification that was revoked."""
    return RequestError(
        "InvalidQualificationState",
        "This operation can be called with a status of: Granted",
    )


def qualification_request_unknown(request_id: str) -> RequestError:
    """A qualification request that does not exist, or is another requester's."""
    return RequestError(
        "QualificationRequestDoesNotExist",
        f"QualificationRequest {request_id} does not exist.",
    )


def qualification_request_state() -> RequestError:
    """A qualification request that was granted or rejected before."""
    return RequestError(
        "InvalidQualificationRequestState",
        "This operation can be called with a status of: Submitted",
    )


def qualification_type_deleted(type_id: str) -> RequestError:
    """A HIT type that asks for a qualification type which was deleted."""
    return RequestError(
        "InvalidQualificationTypeState",
        f"The HIT type asks for QualificationType {type_id}, which was deleted: no new"
        " HIT can be made of it.",
    )


def already_processed(token: str) -> RequestError:
    """A request that was made before under the same token."""
    return RequestError(
        "RequestAlreadyProcessed",
        f'The idempotency token "{token}" has already been processed.',
    )


def insufficient_funds(*, needed: int, available: int) -> RequestError:
    """A balance that does not cover the call; amounts in cents."""
    return RequestError(
        "InsufficientFunds",
        "You do not have sufficient funds in your account: this needs"
        f" ${dollars(needed)}, available are ${dollars(available)}.",
    )


class WorkerRefusalError(Exception):
    """Something a worker can't do, in a sentence made for the worker.

    `reason` is a short word that says which refusal it is.
    """

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason
        self.sentence = sentence


class SignatureError(Exception):
    """A request whose signature does not hold.

    `kind` is AWS's name of the error.
    """

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message


class ThrottledError(Exception):
    """A call that came too soon after others: try again later."""


class ServiceFaultError(Exception):
    """A call that the marketplace failed, in a sentence: clients try it again."""
