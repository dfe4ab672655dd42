"""Answer keys: read, checked, and what answers are worth by them."""

from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.answers import Answer
from marketplace.errors import RequestError
from marketplace.forms import answer_key as keys
from tests.marketplace import exams, forms

Scores = dict[frozenset[str], int]
LETTERS = "abc"
CHOSEN = st.frozensets(st.sampled_from(LETTERS))
POINTS = st.integers(-50, 50)
OPTIONS = st.dictionaries(CHOSEN.filter(bool), POINTS, min_size=1)


def test_the_example_of_the_reference_scores_as_it_says() -> None:
    # AWS API reference, AnswerKey data structure, example: 5 and 10 of 15 points
    key = keys.read_answer_key(
        exams.key(
            exams.keyed("nextmove", {"D": 5}),
            exams.keyed("favoritefruit", {"apples": 10}),
            mapping="<PercentageMapping><MaximumSummedScore>15</MaximumSummedScore>"
            "</PercentageMapping>",
        )
    )

    def value(move: str, fruit: str) -> int:
        chosen = {"nextmove": (move,), "favoritefruit": (fruit,)}
        return keys.score(key, [Answer(q, selections=s) for q, s in chosen.items()])

    assert [value("D", "apples"), value("A", "apples"), value("D", "pears")] == [
        100,
        67,
        33,
    ]
    assert keys.score(key, []) == 0


@settings(deadline=None)
@given(options=OPTIONS, default=st.none() | POINTS, chosen=CHOSEN, other=st.booleans())
def test_an_option_counts_for_exactly_its_selections(
    options: Scores, default: int | None, chosen: frozenset[str], other: bool
) -> None:
    xml = exams.key(
        exams.keyed("q", {" ".join(c): p for c, p in options.items()}, default=default)
    )
    answer = Answer("q", selections=tuple(chosen), other="more" if other else None)
    expected = default or 0
    if chosen in options and not other:
        expected = options[chosen]
    assert keys.score(keys.read_answer_key(xml), [answer]) == expected


@settings(deadline=None)
@given(points=st.lists(POINTS, min_size=1, max_size=6), data=st.data())
def test_the_sum_counts_in_any_order_of_questions_and_answers(
    points: list[int], data: st.DataObject
) -> None:
    names = [f"q{number}" for number in range(len(points))]
    questions = [
        exams.keyed(name, {"a": score})
        for name, score in zip(names, points, strict=True)
    ]
    right = data.draw(st.lists(st.booleans(), min_size=len(names), max_size=len(names)))
    answers = [
        Answer(name, selections=("a" if hit else "b",))
        for name, hit in zip(names, right, strict=True)
    ]
    key = keys.read_answer_key(exams.key(*data.draw(st.permutations(questions))))
    total = sum(score for score, hit in zip(points, right, strict=True) if hit)
    assert keys.score(key, data.draw(st.permutations(answers))) == total


def valued(mapping: str, total: int) -> int:
    key = keys.read_answer_key(
        exams.key(exams.keyed("q", {"a": total}), mapping=mapping)
    )
    return keys.score(key, [Answer("q", selections=("a",))])


@settings(deadline=None)
@given(total=st.integers(-1000, 1000), most=st.integers(1, 1000))
def test_a_percentage_is_to_the_nearest(total: int, most: int) -> None:
    value = valued(
        f"<PercentageMapping><MaximumSummedScore>{most}</MaximumSummedScore>"
        "</PercentageMapping>",
        total,
    )
    assert abs(value - Fraction(100 * total, most)) <= Fraction(1, 2)


@settings(deadline=None)
@given(
    total=st.integers(-1000, 1000),
    factor=st.decimals(-1000, 1000, allow_nan=False, places=3),
)
def test_a_scale_multiplies(total: int, factor: object) -> None:
    value = valued(
        f"<ScaleMapping><SummedScoreMultiplier>{factor}</SummedScoreMultiplier>"
        "</ScaleMapping>",
        total,
    )
    assert abs(value - total * Fraction(str(factor))) <= Fraction(1, 2)


@pytest.mark.parametrize(
    ("factor", "value"),
    [("3", 30), ("1.5E1", 150), (".25", 3), ("2.", 20), ("-1", -10)],
)
def test_a_multiplier_is_a_decimal(factor: str, value: int) -> None:
    xml = f"<SummedScoreMultiplier>{factor}</SummedScoreMultiplier>"
    assert valued(f"<ScaleMapping>{xml}</ScaleMapping>", 10) == value


@settings(deadline=None)
@given(total=st.integers(-5, 25))
def test_ranges_hold_their_bounds(total: int) -> None:
    mapping = exams.ranges((8, 10, 100), (5, 7, 50), outside=-1)
    expected = 50 if 5 <= total <= 7 else 100 if 8 <= total <= 10 else -1
    assert valued(mapping, total) == expected


def spoilt(old: str, new: str) -> str:
    good = exams.key(
        exams.keyed("q", {"a": 1}, default=0), mapping=exams.ranges((1, 2, 3))
    )
    assert old in good
    return good.replace(old, new)


@pytest.mark.parametrize(
    ("xml", "code", "named"),
    [
        ("", "XMLParseError", "no element"),
        (forms.GAME, "XMLParseError", "not an AnswerKey"),
        (exams.key(), "XMLParseError", "no Question"),
        (spoilt("2005-10-01", "2006-10-01"), "XMLParseError", "the root is"),
        (spoilt("<AnswerScore>1</AnswerScore>", ""), "XMLParseError", "AnswerScore"),
        (spoilt("<AnswerScore>1<", "<AnswerScore>1.5<"), "XMLParseError", "'1.5'"),
        (spoilt("<AnswerScore>1<", "<AnswerScore>\u0661<"), "XMLParseError", "Score"),
        (spoilt(">a<", "> <"), "XMLParseError", "SelectionIdentifier"),
        (spoilt(">q<", "><"), "InvalidParameterValue", "QuestionIdentifier"),
        (spoilt("DefaultScore", "Defaultscore"), "XMLParseError", "Defaultscore"),
        (
            exams.key(exams.keyed("q", {"a": 1}), exams.keyed("q", {"b": 1})),
            "InvalidParameterValue",
            "'q'",
        ),
        (
            exams.key(exams.keyed("q", {"a b": 1, "b a": 2})),
            "InvalidParameterValue",
            "same selections",
        ),
        (
            spoilt("</RangeMapping>", "</RangeMapping><RangeMapping/>"),
            "XMLParseError",
            "one mapping",
        ),
        (
            exams.key(exams.keyed("q", {"a": 1}), mapping=exams.ranges()),
            "XMLParseError",
            "SummedScoreRange",
        ),
        (
            exams.key(
                exams.keyed("q", {"a": 1}), mapping=exams.ranges((3, 5, 1), (1, 3, 2))
            ),
            "InvalidParameterValue",
            "1 to 3 and 3 to 5",
        ),
        (spoilt(">2<", ">0<"), "InvalidParameterValue", "1 is more than"),
        (
            exams.key(
                *(exams.keyed(f"q{n}", {"a": 2**31 - 1}) for n in range(2)),
            ),
            "InvalidParameterValue",
            "4294967294",
        ),
        ("<!DOCTYPE a>" + exams.key(), "XMLParseError", "Details"),
        (spoilt(">q<", f">{'q' * 70_000}<"), "InvalidParameterValue", "65535"),
    ],
)
def test_a_key_that_makes_no_sense_is_refused_by_name(
    xml: str, code: str, named: str
) -> None:
    with pytest.raises(RequestError) as caught:
        keys.read_answer_key(xml)
    assert caught.value.code.endswith(code)
    assert named in caught.value.message


@pytest.mark.parametrize("factor", ["NaN", "INF", "1e999", "1_0", "x", "1" * 30, "1/2"])
def test_no_multiplier_is_too_much_for_the_server(factor: str) -> None:
    with pytest.raises(RequestError, match="not a decimal number"):
        valued(
            f"<ScaleMapping><SummedScoreMultiplier>{factor}</SummedScoreMultiplier>"
            "</ScaleMapping>",
            1,
        )


@pytest.mark.parametrize(
    "build", [keys.read_answer_key, lambda xml: keys.read_answer_key(xml[::-1])]
)
@settings(deadline=None)
@given(xml=st.text(max_size=200))
def test_any_text_is_read_or_refused(build: Callable[[str], object], xml: str) -> None:
    with pytest.raises(RequestError):
        build(xml)
