"""What CreateQualificationType and UpdateQualificationType take for a test."""

from typing import TYPE_CHECKING, Any

import pytest

from tests.marketplace import exams, forms, shop

if TYPE_CHECKING:
    from mypy_boto3_mturk import MTurkClient

KIND: dict[str, Any] = {
    "Name": "hears well",
    "Description": "Has good ears.",
    "QualificationTypeStatus": "Active",
}
TEST = exams.exam("bell", "dog")
KEY = exams.key(exams.keyed("bell", {"a": 1}))
TIMED: dict[str, Any] = {"Test": TEST, "TestDurationInSeconds": 600}
HTML = (
    '<HTMLQuestion xmlns="http://mechanicalturk.amazonaws.com/'
    'AWSMechanicalTurkDataSchemas/2011-11-11/HTMLQuestion.xsd">'
    "<HTMLContent>x</HTMLContent><FrameHeight>0</FrameHeight></HTMLQuestion>"
)


@pytest.fixture
def client(api: str) -> "MTurkClient":
    return shop.mturk(api)


def made(client: "MTurkClient", **more: Any) -> Any:
    return client.create_qualification_type(**KIND, **more)["QualificationType"]


def parts_of(kind: Any) -> tuple[Any, ...]:
    return tuple(
        kind.get(name) for name in ("Test", "TestDurationInSeconds", "AnswerKey")
    )


def test_a_test_comes_back_as_it_was_given(client: "MTurkClient") -> None:
    kind = made(client, **TIMED, AnswerKey=KEY)
    assert parts_of(kind) == (TEST, 600, KEY)
    one = {"QualificationTypeId": kind["QualificationTypeId"]}
    assert client.get_qualification_type(**one)["QualificationType"] == kind
    listed = client.list_qualification_types(MustBeRequestable=True)
    assert listed["QualificationTypes"] == [kind]


def test_another_requester_sees_neither_test_nor_key(
    client: "MTurkClient", api: str
) -> None:
    kind = made(client, **TIMED, AnswerKey=KEY)
    shop.requester(key="OTHERREQUESTER000000")
    other = shop.mturk(api, key="OTHERREQUESTER000000")
    seen = other.get_qualification_type(QualificationTypeId=kind["QualificationTypeId"])
    assert parts_of(seen["QualificationType"]) == (None, 600, None)


def test_an_update_replaces_the_test_its_time_and_its_key_together(
    client: "MTurkClient",
) -> None:
    one = {"QualificationTypeId": made(client)["QualificationTypeId"]}
    given = client.update_qualification_type(**one, **TIMED, AnswerKey=KEY)
    assert parts_of(given["QualificationType"]) == (TEST, 600, KEY)
    kept = client.update_qualification_type(**one, Description="Other words")
    assert parts_of(kept["QualificationType"]) == (TEST, 600, KEY)
    # "omitting it specifies that the updated test does not have an answer key"
    keyless = client.update_qualification_type(
        **one, Test=TEST, TestDurationInSeconds=60
    )
    assert parts_of(keyless["QualificationType"]) == (TEST, 60, None)
    code, _ = shop.failure(client.update_qualification_type, **one, AutoGranted=True)
    assert code == "InvalidParameterValue"
    kind = client.get_qualification_type(**one)["QualificationType"]
    assert (kind["AutoGranted"], kind["Test"]) == (False, TEST)


def test_what_is_granted_at_once_gets_a_test_with_the_same_call(
    client: "MTurkClient",
) -> None:
    one = {"QualificationTypeId": made(client, AutoGranted=True)["QualificationTypeId"]}
    code, message = shop.failure(client.update_qualification_type, **one, **TIMED)
    assert (code, "AutoGranted" in message) == ("InvalidParameterValue", True)
    changed = client.update_qualification_type(**one, **TIMED, AutoGranted=False)
    assert parts_of(changed["QualificationType"]) == (TEST, 600, None)


def test_a_duration_without_a_test_means_nothing(client: "MTurkClient") -> None:
    # as in an example that comes with allenai/amti
    assert parts_of(made(client, TestDurationInSeconds=3600)) == (None, None, None)


@pytest.mark.parametrize(
    ("given", "code", "named"),
    [
        ({"Test": TEST}, "InvalidParameterValue", "TestDurationInSeconds"),
        ({"AnswerKey": KEY}, "InvalidParameterValue", "give the Test"),
        ({**TIMED, "AutoGranted": True}, "InvalidParameterValue", "AutoGranted"),
        ({**TIMED, "Test": ""}, "XMLParseError", "Details"),
        ({**TIMED, "Test": shop.QUESTION}, "XMLParseError", "not a QuestionForm"),
        ({**TIMED, "Test": HTML}, "XMLParseError", "not a QuestionForm"),
        ({**TIMED, "Test": f"<a>{'x' * 65_530}</a>"}, "InvalidParameterValue", "Test"),
        ({**TIMED, "TestDurationInSeconds": 0}, "InvalidParameterValue", "0 is not"),
        ({**TIMED, "TestDurationInSeconds": 2**62}, "InvalidParameterValue", "not"),
        ({**TIMED, "AnswerKey": TEST}, "XMLParseError", "not an AnswerKey"),
        (
            {**TIMED, "AnswerKey": exams.key(exams.keyed("cat", {"a": 1}))},
            "InvalidParameterValue",
            "no question 'cat'",
        ),
        (
            {**TIMED, "AnswerKey": exams.key(exams.keyed("dog", {"a z": 1}))},
            "InvalidParameterValue",
            "no selection 'z'",
        ),
        (
            {
                **TIMED,
                "Test": forms.GAME,
                "AnswerKey": exams.key(exams.keyed("nextmove", {"C1": 1})),
            },
            "InvalidParameterValue",
            "in words",
        ),
    ],
)
def test_what_can_be_no_test_is_refused_by_name(
    client: "MTurkClient", given: dict[str, Any], code: str, named: str
) -> None:
    refused, message = shop.failure(client.create_qualification_type, **KIND, **given)
    assert (refused, named in message) == (code, True), message
    kinds = client.list_qualification_types(MustBeRequestable=True)
    assert kinds["NumResults"] == 0
