"""A line of a list is one line that any terminal and database takes."""

from hypothesis import given
from hypothesis import strategies as st

from studies.services.intake import one_line

ANY = st.text(st.one_of(st.characters(), st.sampled_from("\ud800\0\n\u2028")))


@given(ANY)
def test_any_text_becomes_one_line_that_can_be_encoded(text: str) -> None:
    told = one_line(text)
    assert len(told.splitlines()) <= 1
    assert "\0" not in told
    told.encode("utf-8")


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"])))
def test_what_can_be_read_stays_as_it_is(text: str) -> None:
    assert one_line(text) == text
