"""Spellings of one category are one; different categories stay different."""

import pytest

from generation.clip import category_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Rail_transport", "rail transport"),
        ("Water-flowing", "Water flowing"),
        (" baby  crying ", "Baby_Crying"),
        ("Cafe\u0301", "café"),
    ],
)
def test_case_and_what_joins_words_do_not_matter(one: str, other: str) -> None:
    assert category_key(one) == category_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    # the last two differ in a vowel's sign: dog and bitch in Hindi
    [("C", "C++"), ("A+", "A-"), ("drum", "drums"), ("कुत्ता", "कुत्ती")],
)
def test_signs_of_a_name_do_matter(one: str, other: str) -> None:
    assert category_key(one) != category_key(other)


def test_a_name_of_nothing_but_joints_stays_itself() -> None:
    assert category_key("_") == "_"
    assert category_key("-") != category_key("_")
