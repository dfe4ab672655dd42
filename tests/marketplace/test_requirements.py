"""What HIT types ask of workers, and where it stops those who do not meet it."""

import itertools
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from marketplace import clock, services
from marketplace.models import Assignment, HITType, Requirement, Worker
from marketplace.services import eligibility, system_types
from tests.marketplace import shop

if TYPE_CHECKING:
    from mypy_boto3_mturk import MTurkClient

LOCALE = system_types.LOCALE
NUMBER = system_types.NUMBER_APPROVED
PERCENT = system_types.PERCENT_APPROVED
MASTERS = system_types.MASTERS[0]
Asked = dict[str, Any]


@pytest.fixture
def client(api: str) -> "MTurkClient":
    return shop.mturk(api)


@pytest.fixture
def alice(db: None) -> Worker:
    return shop.worker()


def ask(type_id: str, comparator: str, *values: int | str, **more: Any) -> Asked:
    asked: Asked = {"QualificationTypeId": type_id, "Comparator": comparator, **more}
    numbers = [value for value in values if isinstance(value, int)]
    countries = [{"Country": value} for value in values if isinstance(value, str)]
    if numbers:
        asked["IntegerValues"] = numbers
    if countries:
        asked["LocaleValues"] = countries
    return asked


def publish(client: "MTurkClient", *asked: Asked) -> Any:
    request = {**shop.HIT_REQUEST, "QualificationRequirements": list(asked)}
    return client.create_hit(**request)["HIT"]


def may(worker: Worker, hit: Any) -> bool:
    kind = HITType.objects.get(hit_type_id=hit["HITTypeId"])
    return eligibility.Standing(worker).allows(kind, eligibility.Action.ACCEPT)


def own_type(client: "MTurkClient", name: str = "did study vegas") -> str:
    return client.create_qualification_type(
        Name=name, Description="Took part.", QualificationTypeStatus="Active"
    )["QualificationType"]["QualificationTypeId"]


def test_requirements_come_back_and_make_the_type(client: "MTurkClient") -> None:
    asked = ask(NUMBER, "GreaterThan", 5, ActionsGuarded="DiscoverPreviewAndAccept")
    plain = client.create_hit(**shop.HIT_REQUEST)["HIT"]
    one, two = publish(client, asked), publish(client, asked)
    assert one["HITTypeId"] == two["HITTypeId"] != plain["HITTypeId"]
    assert plain["QualificationRequirements"] == []
    assert one["QualificationRequirements"] == [{**asked, "RequiredToPreview": True}]
    pages = client.get_paginator("list_hits_for_qualification_type").paginate(
        QualificationTypeId=NUMBER, PaginationConfig={"PageSize": 1}
    )
    listed = [hit["HITId"] for page in pages for hit in page["HITs"]]
    assert listed == [one["HITId"], two["HITId"]]


@pytest.mark.parametrize(
    ("guarded", "open_until"),
    [("Accept", 2), ("PreviewAndAccept", 1), ("DiscoverPreviewAndAccept", 0)],
)
def test_each_guard_stops_from_its_action_on(
    client: "MTurkClient", alice: Worker, guarded: str, open_until: int
) -> None:
    type_id = own_type(client)
    hit = publish(client, ask(type_id, "Exists", ActionsGuarded=guarded))
    site = Client()
    shop.sign_in(site)
    preview = f"/marketplace/hits/{hit['HITId']}/"

    def opened() -> list[bool]:
        return [
            b"Real or fake?" in site.get("/marketplace/").content,
            site.get(preview).status_code == 200,
            site.post(f"{preview}accept").status_code == 302,
        ]

    assert opened() == [step < open_until for step in range(3)]
    refused = site.post(f"/marketplace/projects/{hit['HITGroupId']}/accept")
    assert refused.status_code == 409
    assert "did study vegas" in refused.content.decode()
    visitor = Client()
    seen = b"Real or fake?" in visitor.get("/marketplace/").content
    assert seen == (open_until > 0)
    assert (visitor.get(preview).status_code == 200) == (open_until > 1)
    client.associate_qualification_with_worker(
        QualificationTypeId=type_id, WorkerId=alice.worker_id
    )
    assert opened() == [True, True, True]


def test_who_took_part_before_is_kept_out(client: "MTurkClient", alice: Worker) -> None:
    type_id = own_type(client)
    hit = publish(client, ask(type_id, "DoesNotExist"))
    both: Asked = {"QualificationTypeId": type_id, "WorkerId": alice.worker_id}
    assert may(alice, hit)
    client.associate_qualification_with_worker(**both)
    assert not may(alice, hit)
    client.disassociate_qualification_from_worker(**both)
    assert may(alice, hit)


def test_a_country_is_asked_for(client: "MTurkClient", alice: Worker) -> None:
    cases = [
        (ask(LOCALE, "EqualTo", "DE"), "DE"),
        (ask(LOCALE, "NotEqualTo", "DE"), "US"),
        (ask(LOCALE, "In", "DE", "FR"), "DE"),
        # several with EqualTo: a client of another author sends it, and means In
        (ask(LOCALE, "EqualTo", "US", "GB"), "US"),
    ]
    hits = [publish(client, asked) for asked, _ in cases]
    for country, (hit, (_, fitting)) in itertools.product(
        ("", "DE", "US"), zip(hits, cases, strict=True)
    ):
        alice.country = country
        assert may(alice, hit) == (country == fitting)


def test_nobody_is_a_master(client: "MTurkClient", alice: Worker) -> None:
    assert not may(alice, publish(client, ask(MASTERS, "Exists")))
    assert not may(alice, publish(client, ask(system_types.ADULT, "EqualTo", 1)))


def test_approved_work_counts_and_the_percentage_from_100_on(
    alice: Worker, client: "MTurkClient", monkeypatch: pytest.MonkeyPatch
) -> None:
    many = publish(client, ask(NUMBER, "GreaterThanOrEqualTo", 2))
    good = publish(client, ask(PERCENT, "GreaterThan", 65))
    done = [shop.submitted(shop.publish(shop.requester()), alice) for _ in range(4)]
    services.approve(done[0], clock.now())
    assert (may(alice, many), may(alice, good)) == (False, True)
    services.approve(done[1], clock.now())
    for mine in done[2:]:
        services.reject(mine, clock.now(), feedback="no")
    # 2 of 4 are half; too few to count until there are as many as that
    assert (may(alice, many), may(alice, good)) == (True, True)
    monkeypatch.setattr(system_types, "MEANINGFUL_PERCENTAGE", 4)
    assert (may(alice, many), may(alice, good)) == (True, False)


def test_a_deleted_type_makes_no_new_hits(client: "MTurkClient", alice: Worker) -> None:
    type_id = own_type(client)
    hit = publish(client, ask(type_id, "Exists"))
    client.delete_qualification_type(QualificationTypeId=type_id)
    code, _ = shop.failure(
        client.create_hit_with_hit_type,
        HITTypeId=hit["HITTypeId"],
        LifetimeInSeconds=600,
        Question=shop.QUESTION,
    )
    assert code == "InvalidQualificationTypeState"
    request = {
        **shop.HIT_REQUEST,
        "QualificationRequirements": [ask(type_id, "Exists")],
    }
    code, _ = shop.failure(client.create_hit, **request)
    assert code == "QualificationTypeDoesNotExist"
    assert not may(alice, hit)
    assert Assignment.objects.count() == 0


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (ask("3UNKNOWN", "Exists"), "QualificationTypeDoesNotExist"),
        (ask(NUMBER, "Exists", 1), "InvalidParameterValue"),
        (ask(NUMBER, "GreaterThan"), "InvalidParameterValue"),
        (ask(NUMBER, "GreaterThan", 1, 2), "InvalidParameterValue"),
        (ask(NUMBER, "EqualTo", 1, 2), "InvalidParameterValue"),
        (ask(NUMBER, "EqualTo", "DE"), "InvalidParameterValue"),
        (ask(NUMBER, "In", *range(16)), "InvalidParameterValue"),
        (ask(NUMBER, "Like", 1), "InvalidParameterValue"),
        (ask(LOCALE, "EqualTo", 1), "InvalidParameterValue"),
        (ask(LOCALE, "GreaterThan", "DE"), "InvalidParameterValue"),
        (ask(LOCALE, "EqualTo", "de"), "InvalidParameterValue"),
        (ask(LOCALE, "In", *["DE"] * 31), "InvalidParameterValue"),
        (
            ask(NUMBER, "EqualTo", 1, RequiredToPreview=True, ActionsGuarded="Accept"),
            "InvalidParameterValue",
        ),
        (
            {
                "QualificationTypeId": LOCALE,
                "Comparator": "EqualTo",
                "LocaleValues": [{"Country": "US", "Subdivision": "US-CA"}],
            },
            "InvalidParameterValue",
        ),
    ],
)
def test_a_requirement_that_makes_no_sense_is_refused(
    client: "MTurkClient", asked: Asked, code: str
) -> None:
    request = {**shop.HIT_REQUEST, "QualificationRequirements": [asked]}
    assert shop.failure(client.create_hit, **request)[0] == code


@given(value=st.none() | st.integers(-3, 3), wanted=st.integers(-3, 3))
def test_comparators_and_their_opposites_share_out_who_holds_it(
    value: int | None, wanted: int
) -> None:
    def met(comparator: str) -> bool:
        asked = Requirement(comparator=comparator, integers=[wanted], countries=[])
        return eligibility.meets(value, asked)

    for one, other in (
        ("LessThan", "GreaterThanOrEqualTo"),
        ("GreaterThan", "LessThanOrEqualTo"),
        ("EqualTo", "NotEqualTo"),
        ("In", "NotIn"),
    ):
        assert met(one) + met(other) == (value is not None)
    assert met("Exists") != met("DoesNotExist")
