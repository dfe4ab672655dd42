"""Countries and their subdivisions: asked for, kept on accounts, compared."""

from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from marketplace.models import HITType, Requirement, Worker
from marketplace.services import eligibility, system_types
from tests.marketplace import shop

if TYPE_CHECKING:
    from mypy_boto3_mturk import MTurkClient

CALIFORNIA = {"Country": "US", "Subdivision": "CA"}


@pytest.fixture
def client(api: str) -> "MTurkClient":
    return shop.mturk(api)


@pytest.mark.parametrize(
    ("comparator", "codes", "meeting"),
    [
        ("EqualTo", ["US"], {"US", "US-CA", "US-NY"}),
        ("EqualTo", ["US-CA"], {"US-CA"}),
        # whether somebody of the US is in California is not known
        ("NotEqualTo", ["US-CA"], {"US-NY", "DE"}),
        ("NotEqualTo", ["US"], {"DE"}),
        ("In", ["US-CA", "DE"], {"US-CA", "DE"}),
        ("NotIn", ["US-CA", "DE"], {"US-NY"}),
        ("Exists", [], {"US", "US-CA", "US-NY", "DE"}),
        ("DoesNotExist", [], {None}),
    ],
)
def test_a_locale_is_compared_as_far_as_it_is_known(
    comparator: str, codes: list[str], meeting: set[str | None]
) -> None:
    asked = Requirement(comparator=comparator, countries=codes)
    everybody = {None, "US", "US-CA", "US-NY", "DE"}
    assert {v for v in everybody if eligibility.meets(v, asked)} == meeting


def test_a_subdivision_comes_back_and_is_met_by_the_account(
    client: "MTurkClient",
) -> None:
    asked: dict[str, Any] = {
        "QualificationTypeId": system_types.LOCALE,
        "Comparator": "In",
        "LocaleValues": [CALIFORNIA, {"Country": "DE"}],
    }
    request: Any = {**shop.HIT_REQUEST, "QualificationRequirements": [asked]}
    hit = client.create_hit(**request)["HIT"]
    (got,) = hit["QualificationRequirements"]
    assert got["LocaleValues"] == [CALIFORNIA, {"Country": "DE"}]
    kind = HITType.objects.get(hit_type_id=hit["HITTypeId"])
    alice = shop.worker()

    def may(country: str, subdivision: str) -> bool:
        Worker.objects.update(country=country, subdivision=subdivision)
        standing = eligibility.Standing(Worker.objects.get(pk=alice.pk))
        return standing.allows(kind, eligibility.Action.ACCEPT)

    places = [("US", "CA"), ("US", ""), ("US", "NY"), ("DE", "BY"), ("", "")]
    assert [may(*place) for place in places] == [True, False, False, True, False]


@pytest.mark.parametrize("subdivision", ["ca", "C-", "\u00c41"])
def test_what_is_no_subdivision_is_refused_by_name(
    client: "MTurkClient", subdivision: str
) -> None:
    asked = {
        "QualificationTypeId": system_types.LOCALE,
        "Comparator": "EqualTo",
        "LocaleValues": [{"Country": "US", "Subdivision": subdivision}],
    }
    request: Any = {**shop.HIT_REQUEST, "QualificationRequirements": [asked]}
    code, message = shop.failure(client.create_hit, **request)
    assert (code, repr(subdivision) in message) == ("InvalidParameterValue", True)


@pytest.mark.django_db
@pytest.mark.parametrize("place", [("", "CA"), ("US", "ca")])
def test_no_account_has_a_subdivision_without_a_country(place: tuple[str, str]) -> None:
    alice = shop.worker()
    with pytest.raises(IntegrityError), transaction.atomic():
        Worker.objects.filter(pk=alice.pk).update(
            country=place[0], subdivision=place[1]
        )


@pytest.mark.django_db
def test_a_worker_names_a_state_at_sign_up() -> None:
    def signed_up(**place: str) -> Any:
        given = {"name": "carol", "password": shop.PASSWORD, **place}
        return Client().post("/marketplace/sign-up/", given)

    refused = signed_up(subdivision="CA")
    assert refused.status_code == 422
    assert "after the country" in refused.content.decode()
    assert signed_up(country="US", subdivision="cal").status_code == 422
    assert signed_up(country="US", subdivision="CA").status_code == 302
    assert Worker.objects.get().locale == "US-CA"
