"""The list of HITs is searched, filtered and sorted, by its address alone."""

import re
from typing import Any

import pytest
from django.test import Client

from marketplace import clock, services
from marketplace.models import HITType, Requester
from marketplace.services.system_types import NUMBER_APPROVED
from marketplace.site import browse
from tests.marketplace import shop

LIST = "/marketplace/"


@pytest.fixture
def other(db: None) -> Requester:
    return services.ensure_requester(
        "Sound studio", "OTHERREQUESTER000000", "s" * 40, "50"
    )


@pytest.fixture(autouse=True)
def _market(lab: Requester, other: Requester) -> None:
    shop.publish(lab, shop.Terms(title="Drums: real or fake", reward_cents=5))
    shop.publish(lab, shop.Terms(title="Fireworks 100%", reward_cents=50))
    shop.publish(other, shop.Terms(title="Transcribe speech", reward_cents=20))
    HITType.objects.filter(title="Transcribe speech").update(
        keywords="audio, typing", assignment_seconds=600
    )


def titles(client: Client, **query: Any) -> list[str]:
    page = client.get(LIST, query)
    return re.findall(r"<h2>(.*?)</h2>", page.text)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("drums", ["Drums: real or fake"]),
        ("FAKE real", ["Drums: real or fake"]),
        ("judge ten", ["Transcribe speech", "Fireworks 100%", "Drums: real or fake"]),
        ("typing", ["Transcribe speech"]),
        ("studio", ["Transcribe speech"]),
        ("100%", ["Fireworks 100%"]),
        ("drums typing", []),
        ("_", []),
    ],
)
def test_all_words_are_found_somewhere(
    client: Client, words: str, found: list[str]
) -> None:
    assert titles(client, q=words) == found


def test_newest_reward_and_time_sort(client: Client) -> None:
    newest = ["Transcribe speech", "Fireworks 100%", "Drums: real or fake"]
    assert titles(client) == newest
    assert titles(client, sort="nonsense") == newest
    assert titles(client, sort="reward")[0] == "Fireworks 100%"
    assert titles(client, sort="time")[0] == "Transcribe speech"


def test_filters_narrow_the_list(client: Client, other: Requester) -> None:
    assert titles(client, reward="0.20") == ["Transcribe speech", "Fireworks 100%"]
    assert titles(client, reward="$0.21") == ["Fireworks 100%"]
    assert titles(client, requester=other.pk) == ["Transcribe speech"]
    assert titles(client, requester="9" * 18) == []
    for no_number in ("9" * 40, "x", "-1", "²"):
        assert len(titles(client, requester=no_number)) == 3


def test_an_amount_that_is_none_is_told(client: Client) -> None:
    page = client.get(LIST, {"reward": "<b>much"})
    assert page.status_code == 422
    assert "“&lt;b&gt;much” is not an amount of dollars" in page.text


def for_experts(owner: Requester, guarded: str) -> HITType:
    """A type of which the owner has a HIT that asks for ten approved ones."""
    asked = services.RequirementDraft(
        type_id=NUMBER_APPROVED,
        comparator="GreaterThan",
        integers=(10,),
        countries=(),
        guarded=guarded,
    )
    draft = services.TypeDraft("For experts", "Hard.", "", 99, 60, 60, (asked,))
    kind = services.create_hit_type(owner, draft)
    like = shop.publish(owner)
    type(like).objects.filter(pk=like.pk).update(hit_type=kind)
    return kind


def test_a_requester_of_hidden_hits_alone_is_no_choice(client: Client) -> None:
    hiding = services.ensure_requester("Hiding", "HIDING00000000000000", "s", "50")
    for_experts(hiding, "DiscoverPreviewAndAccept")
    page = client.get(LIST).text
    assert "Hiding" not in page
    assert "Sound studio</option>" in page


def test_i_qualify_leaves_out_what_is_not_open_to_me(
    client: Client, lab: Requester
) -> None:
    kind = for_experts(lab, "Accept")
    shop.worker()
    shop.sign_in(client)
    assert "For experts" in titles(client)
    card = client.get(LIST).text.partition(f'id="group-{kind.group_id}"')[2]
    assert "You do not meet its" in card.partition("</li>")[0]
    assert "For experts" not in titles(client, qualified="on")


def test_pages_keep_the_search(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browse, "GROUPS_PER_PAGE", 1)
    page = client.get(LIST, {"q": "or fake ten", "sort": "reward", "page": "1"})
    assert "1 HIT in 1 group" in page.text
    page = client.get(LIST, {"q": "ten", "sort": "reward", "page": "2"})
    assert "3 HITs in 3 groups" in page.text
    following = re.findall(r'rel="next" href="(.*?)"', page.text)
    assert following == ["?q=ten&amp;sort=reward&amp;page=3"]
    last = client.get(LIST + following[0].replace("&amp;", "&")).text
    assert "Page 3 of 3" in last
    assert "Drums" in last


def test_an_empty_list_says_what_to_do(client: Client, lab: Requester) -> None:
    assert "Take a word or a filter away" in client.get(LIST, {"q": "nothing"}).text
    alice = shop.worker()
    shop.sign_in(client)
    for kind in HITType.objects.all():
        services.accept_next(alice, kind, clock.now())
    assert "look in later" in client.get(LIST).text
