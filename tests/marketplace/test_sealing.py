"""Secrets at rest."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as unhurried
from hypothesis import strategies as st

from marketplace.models import Requester
from marketplace.sealing import SealBrokenError, seal, unseal
from marketplace.services import ensure_requester, issue_key, secret_of
from tests.marketplace import shop


@unhurried(max_examples=50, deadline=None)
@given(st.text(max_size=100))
def test_what_is_sealed_is_read_again(text: str) -> None:
    assert unseal(seal(text)) == text


def test_two_seals_of_one_text_differ_and_hide_it() -> None:
    one, two = seal("a secret"), seal("a secret")
    assert one != two
    assert "secret" not in one


def test_a_changed_seal_is_refused() -> None:
    sealed = seal("a secret")
    for at in range(0, len(sealed) - 2, 7):
        changed = "A" if sealed[at] != "A" else "B"
        with pytest.raises(SealBrokenError):
            unseal(sealed[:at] + changed + sealed[at + 1 :])
    for broken in ("", "not base64 !", sealed[:20]):
        with pytest.raises(SealBrokenError):
            unseal(broken)


def test_another_secret_key_opens_it_only_as_a_fallback(settings: Any) -> None:
    sealed, old = seal("a secret"), settings.SECRET_KEY
    settings.SECRET_KEY = "another key entirely"
    with pytest.raises(SealBrokenError, match="SECRET_KEY"):
        unseal(sealed)
    settings.SECRET_KEY_FALLBACKS = [old]
    assert unseal(sealed) == "a secret"


def test_a_requesters_secret_is_not_in_the_table_in_clear(lab: Requester) -> None:
    lab.refresh_from_db()
    assert shop.SECRET not in lab.sealed_secret
    assert secret_of(lab) == shop.SECRET


def test_a_requester_is_made_once_and_keeps_the_balance(lab: Requester) -> None:
    again = ensure_requester("Renamed lab", shop.KEY, "new secret", "100.00")
    assert again.pk == lab.pk
    assert (again.name, secret_of(again)) == ("Renamed lab", "new secret")
    assert [a.balance_cents for a in again.accounts.all()] == [10_000]


def test_a_new_key_ends_the_old_one(lab: Requester) -> None:
    key = issue_key(lab)
    lab.refresh_from_db()
    assert lab.access_key_id == key.access_key_id != shop.KEY
    assert secret_of(lab) == key.secret_access_key
