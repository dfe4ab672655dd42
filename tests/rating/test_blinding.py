"""Nothing that a rater's browser receives tells the truth."""

import json

from django.test import Client
from django.urls import reverse

from studies.models import Category, Clip, Item, System, Trial
from studies.services.previews import item_token
from tests.rating.booth import Booth
from tests.rating.caller import Caller


def shape(value: object) -> object:
    """Return what remains of JSON when the values are taken out."""
    if isinstance(value, dict):
        return {name: shape(part) for name, part in sorted(value.items())}
    if isinstance(value, list):
        return [shape(part) for part in value]
    return type(value).__name__


def secret_words() -> set[str]:
    names = [
        *Category.objects.values_list("name", flat=True),
        *Clip.objects.values_list("key", flat=True),
        *System.objects.exclude(is_real=True).values_list("name", flat=True),
        *Item.objects.values_list("key", flat=True),
        *("catch", "scored", "swap", "truth", "is_real"),
    ]
    return {name.lower() for name in names} - {"muted"}


def test_every_kind_of_trial_looks_the_same(booth: Booth) -> None:
    rater = Caller(booth)
    rater.get_ready()
    shapes = set()
    while trial := rater.get("trial")["trial"]:
        kind = Trial.objects.get(key=trial["key"]).kind
        text = json.dumps(trial).lower()
        assert not [word for word in secret_words() if word in text]
        assert trial["practice"] is (kind == Item.Kind.PRACTICE)
        shapes.add(json.dumps(shape(trial)))
        rater.answer(trial)
    assert len(shapes) == 1


def test_pages_name_no_system_category_or_kind(booth: Booth) -> None:
    item = booth.study.items.filter(kind=Item.Kind.CATCH).first()
    assert item is not None
    look = reverse("rating:preview", args=[item_token(item)])
    for path in (booth.path(), booth.preview_path(), look):
        text = Client().get(path).content.decode().lower()
        assert not [word for word in secret_words() if word in text], path


def test_pages_set_no_cookie_and_may_be_framed_by_the_recruiter_alone(
    booth: Booth,
) -> None:
    reply = Client().get(booth.path())
    policy = reply["Content-Security-Policy"]
    assert "frame-ancestors 'self' http://127.0.0.1:8000" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "X-Frame-Options" not in reply
    assert reply["Cache-Control"] == "no-store"
    assert reply["Referrer-Policy"] == "strict-origin"
    assert "Cookie" not in reply.get("Vary", "")
    assert not reply.cookies


def test_calls_set_no_cookie_even_for_somebody_who_is_signed_in(
    booth: Booth, admin_client: Client
) -> None:
    rater = Caller(booth)
    admin_client.cookies["csrftoken"] = "x" * 32
    rater.client = admin_client
    rater.get_ready()
    rater.answer_all()
    reply = admin_client.get(booth.path())
    assert not reply.cookies


def test_the_order_of_a_session_does_not_follow_the_truth(booth: Booth) -> None:
    """Eight raters: real clips lie neither first nor last in all sessions."""
    orders = set()
    for number in range(8):
        rater = Caller(booth, worker=f"AWORKER{number}", asg=f"ASG{number}")
        rater.begin()
        trials = rater.assignment().trials.exclude(kind=Item.Kind.PRACTICE)
        orders.add(tuple(trials.values_list("item__truth", flat=True)))
    assert len(orders) > 1
