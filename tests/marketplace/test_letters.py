"""Workers write to requesters, who read it in the admin and by mail."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client

from marketplace.models import Letter, Message, Requester, Worker
from tests.marketplace import shop

WORDS = {"subject": "No  sound", "text": "The third clip\nhas no sound."}


@pytest.fixture
def alice(client: Client, db: None) -> Worker:
    alice = shop.worker("alice")
    shop.sign_in(client)
    return alice


def url(lab: Requester) -> str:
    return f"/marketplace/requesters/{lab.pk}/contact"


def test_a_letter_is_kept_and_shown_in_the_thread(
    client: Client, alice: Worker, lab: Requester
) -> None:
    group = shop.publish(lab).hit_type.group_id
    form = client.get(f"{url(lab)}?about={group}").text
    assert "About: <strong>Real or fake?</strong>" in form
    reply = client.post(url(lab), {**WORDS, "about": group}, follow=True)
    assert "Your letter is sent" in reply.text
    assert "The third clip<br>has no sound." in reply.text
    letter = Letter.objects.get()
    assert (letter.subject, letter.about) == ("No sound", "Real or fake?")
    assert letter.mailed_at is None
    assert mail.outbox == []


def test_it_goes_to_the_requesters_address_without_the_workers_name(
    client: Client, alice: Worker, lab: Requester
) -> None:
    Requester.objects.update(contact_email="lab@example.org")
    evil = {"subject": "Hello\r\nBcc: all@example.org", "text": "Hi."}
    client.post(url(lab), evil)
    (sent,) = mail.outbox
    assert sent.to == ["lab@example.org"]
    assert sent.subject == f"Worker {alice.worker_id}: Hello Bcc: all@example.org"
    assert "alice" not in f"{sent.subject} {sent.body}"
    assert sent.recipients() == ["lab@example.org"]
    assert Letter.objects.get().mailed_at is not None


def test_an_administrator_reads_and_answers(
    client: Client, alice: Worker, lab: Requester
) -> None:
    client.post(url(lab), WORDS)
    desk = Client()
    desk.force_login(User.objects.create_superuser("root", password=shop.PASSWORD))
    listed = desk.get("/admin/marketplace/letter/").text
    assert "No sound" in listed
    assert "letters to requesters" in listed.lower()
    change = f"/admin/marketplace/letter/{Letter.objects.get().pk}/change/"
    assert "has no sound" in desk.get(change).text
    desk.post(change, {"answer": "Mended, thank you."})
    answer = Message.objects.get()
    assert (answer.worker, answer.requester) == (alice, lab)
    assert "Mended, thank you." in client.get(url(lab)).text
    assert "Re: No sound" in client.get("/marketplace/messages/").text
    desk.post(change, {"answer": ""})
    assert Message.objects.count() == 1


def test_the_requester_answers_who_wrote_by_the_protocol(
    client: Client, alice: Worker, api: str
) -> None:
    lab = Requester.objects.get(access_key_id=shop.KEY)
    answer: dict[str, Any] = {
        "Subject": "Re: No sound",
        "MessageText": "Mended.",
        "WorkerIds": [alice.worker_id],
    }
    mturk = shop.mturk(api)
    assert mturk.notify_workers(**answer)["NotifyWorkersFailureStatuses"]
    client.post(url(lab), WORDS)
    assert not mturk.notify_workers(**answer)["NotifyWorkersFailureStatuses"]
    assert "Mended." in client.get(url(lab)).text


def test_ten_letters_an_hour_are_enough(
    client: Client, alice: Worker, lab: Requester, advance: Callable[[timedelta], None]
) -> None:
    for _ in range(10):
        assert client.post(url(lab), WORDS).status_code == 302
    refused = client.post(url(lab), WORDS)
    assert (refused.status_code, Letter.objects.count()) == (429, 10)
    assert "too many letters of yours" in refused.text
    advance(timedelta(hours=1))
    assert client.post(url(lab), WORDS).status_code == 302


@pytest.mark.parametrize(
    "words",
    [
        {"subject": "", "text": "x"},
        {"subject": "x", "text": " "},
        {"subject": "x" * 201, "text": "x"},
        {"subject": "x", "text": "x" * 4_001},
        {"subject": "x", "text": "\x00"},
    ],
)
def test_a_letter_out_of_bounds_is_told_and_kept_in_the_form(
    client: Client, alice: Worker, lab: Requester, words: dict[str, Any]
) -> None:
    assert client.post(url(lab), words).status_code == 422
    assert not Letter.objects.exists()


def test_a_requester_who_left_or_never_was_is_not_found(
    client: Client, alice: Worker, lab: Requester
) -> None:
    Requester.objects.update(is_active=False)
    assert client.get(url(lab)).status_code == 404
    for nobody in ("0", "9" * 30):
        page = client.get(f"/marketplace/requesters/{nobody}/contact")
        assert page.status_code == 404


def test_another_requesters_group_is_not_named(
    client: Client, alice: Worker, lab: Requester
) -> None:
    other = shop.requester(key="OTHERREQUESTER000000")
    group = shop.publish(other, shop.Terms(title="Theirs")).hit_type.group_id
    for about in (group, "3NOTHING", "../x"):
        assert "Theirs" not in client.get(url(lab), {"about": about}).text
