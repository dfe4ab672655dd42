"""QuestionForm documents: what is read, and what is refused by name."""

import pytest

from marketplace.errors import RequestError
from marketplace.forms.records import (
    Bullets,
    Formatted,
    FreeText,
    Media,
    Overview,
    Pattern,
    Selection,
    Text,
    Title,
)
from tests.marketplace.forms import GAME, read, selection, with_answer, with_content


def refusal(xml: str) -> tuple[str, str]:
    with pytest.raises(RequestError) as caught:
        read(xml)
    return caught.value.code.rpartition(".")[2], caught.value.message


def test_content_is_read_in_its_order() -> None:
    overview = read().parts[0]
    assert isinstance(overview, Overview)
    title, text, media, bullets, formatted = overview.content
    assert title == Title('Game 01523, "X" to play')
    assert text == Text("The board looks like this:")
    assert media == Media(
        "image",
        "http://tictactoe.example/01523/board.gif",
        'The game board, with "X" to move.',
    )
    assert bullets == Bullets(("It must be a valid move.",))
    assert isinstance(formatted, Formatted)
    assert formatted.html == "<p>Player <b>X</b>\u00a0moves.</p>"


def test_questions_and_their_constraints_are_read() -> None:
    move, win, why, games = read().questions
    assert (move.identifier, move.name, move.required) == (
        "nextmove",
        "The Next Move",
        True,
    )
    assert move.answer == FreeText(
        min_length=2,
        max_length=2,
        patterns=(Pattern("^[a-d][1-4]$", "As in C1.", ignore_case=True),),
        default="C1",
    )
    assert isinstance(win.answer, Selection)
    assert [choice.identifier for choice in win.answer.choices] == ["no", "yes"]
    assert (win.answer.least, win.answer.most) == (None, 1)
    assert isinstance(why.answer, Selection)
    assert (why.answer.least, why.answer.most) == (0, 2)
    assert why.answer.other == FreeText(max_length=20)
    assert (games.required, games.answer) == (
        False,
        FreeText(numeric=True, least=0, most=999),
    )


@pytest.mark.parametrize("date", ["2005-10-01", "2017-11-06"])
def test_every_published_version_is_read(date: str) -> None:
    assert len(read(GAME.replace("2017-11-06", date)).questions) == 4


@pytest.mark.parametrize(
    ("xml", "named"),
    [
        (GAME.replace("2017-11-06", "2018-01-01"), "2018-01-01"),
        (GAME.replace("DisplayName", "Nickname"), "Nickname"),
        (GAME.replace("<IsRequired>true", "<IsRequired>perhaps"), "perhaps"),
        (GAME.replace('minLength="2"', 'minLength="two"'), "two"),
        (GAME.replace('minLength="2"', 'minLength="-2"'), "-2"),
        (GAME.replace('minLength="2"', 'least="2"'), "least"),
        (GAME.replace("radiobutton", "slider"), "slider"),
        (GAME.replace(">image<", ">smell<"), "smell"),
        (with_content("<Script>x</Script>"), "Script"),
        (with_content("stray"), "text of its own"),
        (with_content(""), "Overview is empty"),
        (with_content("<List/>"), "ListItem"),
        (with_answer("<FreeTextAnswer/><FreeTextAnswer/>"), "exactly one"),
        (with_answer(selection(choices="")), "no Selection"),
        (
            with_answer(selection("<MaxSelectionCount>0</MaxSelectionCount>")),
            "MaxSelectionCount",
        ),
        (with_answer("<FreeTextAnswer><a/></FreeTextAnswer>"), "'a'"),
        (GAME[: GAME.index("<Question>")] + "</QuestionForm>", "no Question"),
    ],
)
def test_what_the_schema_does_not_allow_is_named(xml: str, named: str) -> None:
    code, message = refusal(xml)
    assert code == "XMLParseError"
    assert named in message


@pytest.mark.parametrize(
    ("xml", "named"),
    [
        (GAME.replace(">why<", ">nextmove<"), "nextmove"),
        (with_answer(selection(choices="abca")), "identifier 'a'"),
        (GAME.replace(">why<", "> <"), "QuestionIdentifier is empty"),
        (GAME.replace('minLength="2"', 'minLength="3"'), "minLength 3"),
        (GAME.replace('flags="i"', 'flags="gx"'), "gx"),
        (GAME.replace("<MinSelectionCount>0", "<MinSelectionCount>3"), "3"),
        (GAME.replace("<MaxSelectionCount>2", "<MaxSelectionCount>4"), "4"),
        (GAME.replace("http://tictactoe", "javascript://tictactoe"), "javascript"),
        (with_answer("<FileUploadAnswer/>"), "FileUploadAnswer"),
        (with_content("<EmbeddedBinary/>"), "EmbeddedBinary"),
        (with_content("<Application/>"), "Application"),
    ],
)
def test_values_that_can_not_be_are_named(xml: str, named: str) -> None:
    code, message = refusal(xml)
    assert code == "InvalidParameterValue"
    assert named in message
