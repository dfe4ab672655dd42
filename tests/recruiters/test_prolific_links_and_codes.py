"""Who comes from Prolific, and the code that leads them back."""

import pytest

from studies.errors import RecruiterError
from studies.recruiters.prolific import ProlificRecruiter
from studies.recruiters.prolific_api import Account
from tests.recruiters.desks import query_of

IDS = {"PROLIFIC_PID": "a" * 24, "STUDY_ID": "b" * 24, "SESSION_ID": "c" * 24}


def recruiter(secret: bytes = b"one") -> ProlificRecruiter:
    account = Account("t", "https://api.invalid/api/v1", "https://app.invalid")
    return ProlificRecruiter(account, secret=secret)


def test_the_three_ids_say_who_it_is() -> None:
    entry = recruiter().entry({"p": "key1", **IDS})
    assert (entry.worker_id, entry.posting_id, entry.external_id) == tuple(IDS.values())
    assert not entry.preview


@pytest.mark.parametrize(
    "query", [{}, dict.fromkeys(IDS, ""), {name: f"{{{{%{name}%}}}}" for name in IDS}]
)
def test_without_ids_somebody_only_looks(query: dict[str, str]) -> None:
    assert recruiter().entry({"p": "key1", **query}).preview


@pytest.mark.parametrize("name", IDS)
@pytest.mark.parametrize(
    "value", ["", "x" * 24, "A" * 24, "a" * 23, "a" * 25, "a" * 24 + "\n", "{{%X%}}"]
)
def test_an_id_that_prolific_would_not_send_is_refused_by_name(
    name: str, value: str
) -> None:
    with pytest.raises(RecruiterError, match=f"lacks a valid {name}") as refused:
        recruiter().entry({"p": "key1", **IDS, name: value})
    assert refused.value.permanent


def test_the_code_is_the_postings_and_nobody_elses() -> None:
    def code(secret: bytes, key: str) -> str:
        desk = recruiter(secret)
        return desk.finish(desk.entry({"p": key, **IDS}), "").code

    mine = code(b"one", "key1")
    assert code(b"one", "key1") == mine
    assert len({mine, code(b"one", "key2"), code(b"two", "key1")}) == 3
    assert len(mine) == 12
    assert "key1" not in mine


def test_the_end_leads_back_to_prolific_with_the_code() -> None:
    entry = recruiter().entry({"p": "key1", **IDS})
    form = recruiter().finish(entry, "a signed copy")
    assert form.method == "GET"
    assert form.action == "https://app.invalid/submissions/complete"
    assert form.fields == {"cc": form.code} == query_of(entry.submit_url)
