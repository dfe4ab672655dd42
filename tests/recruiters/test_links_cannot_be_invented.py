"""Who comes through a link is who it was made for, and nobody else."""

import re
from urllib.parse import parse_qsl, urlsplit

import pytest

from studies.errors import RecruiterError
from studies.recruiters.link import LinkRecruiter
from tests.recruiters.desks import Notebook, spec

PAGE = "http://localhost:8000/rate/tiny/?p=key1"


def links(secret: bytes = b"secret") -> LinkRecruiter:
    return LinkRecruiter(
        done_url="http://localhost:8000/done/", secret=secret, books=Notebook()
    )


def query(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


def test_the_open_link_makes_each_newcomer_somebody_for_good() -> None:
    opened = query(links().open(spec()).url)
    kept = [dict(links().entry(opened).keep) for _ in range(50)]
    raters = [links().entry({"p": "key1", **keep}) for keep in kept]
    assert len({rater.worker_id for rater in raters}) == 50
    again = [links().entry({"p": "key1", **keep}) for keep in kept]
    assert again == raters
    assert not any(rater.preview for rater in raters)


def test_a_personal_link_names_its_rater() -> None:
    made = [links().invite(PAGE) for _ in range(50)]
    assert len({link.name for link in made}) == 50
    for link in made:
        assert links().entry(query(link.url)).worker_id == link.name
        assert re.fullmatch(r"p[0-9a-f]{20}", link.name)


def test_ids_fit_the_columns_that_keep_them() -> None:
    entry = links().entry(query(links().invite(PAGE).url))
    assert len(entry.external_id) <= 64
    assert len(links().open(spec("t" * 64)).external_id) <= 64


def test_a_personal_link_does_not_give_the_open_one_away() -> None:
    who = query(links().invite(PAGE).url)["who"]
    for guess in ({}, {"open": ""}, {"open": who}, {"open": who[-32:]}):
        with pytest.raises(RecruiterError, match="missing or altered"):
            links().entry({"p": "key1", **guess})


def test_the_open_link_is_no_identity() -> None:
    opened = query(links().open(spec()).url)["open"]
    for name in ("open", "o" + "0" * 20):
        with pytest.raises(RecruiterError, match="missing or altered"):
            links().entry({"p": "key1", "who": name + opened})


@pytest.mark.parametrize("at", [0, 1, 20, 21, 52])
def test_a_link_with_one_letter_changed_is_refused(at: int) -> None:
    who = query(links().invite(PAGE).url)["who"]
    other = "o" if at == 0 else "1" if who[at] == "0" else "0"
    with pytest.raises(RecruiterError, match="missing or altered"):
        links().entry({"p": "key1", "who": who[:at] + other + who[at + 1 :]})


@pytest.mark.parametrize("who", ["é" * 53, "p" * 53, "x", "p" + "0" * 51])
def test_nonsense_is_refused(who: str) -> None:
    with pytest.raises(RecruiterError, match="missing or altered"):
        links().entry({"p": "key1", "who": who})
    with pytest.raises(RecruiterError, match="missing or altered"):
        links().entry({"p": "key1", "open": who})


def test_a_link_of_another_posting_or_site_is_refused() -> None:
    who = query(links().invite(PAGE).url)["who"]
    with pytest.raises(RecruiterError, match="missing or altered"):
        links().entry({"p": "key2", "who": who})
    with pytest.raises(RecruiterError, match="missing or altered"):
        links(b"another").entry({"p": "key1", "who": who})


def test_the_open_link_is_the_same_whenever_it_is_made() -> None:
    assert links().open(spec()) == links().open(spec())
    assert links().open(spec()).expires_at is None
