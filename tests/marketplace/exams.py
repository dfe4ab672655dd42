"""Tests of qualifications, and the keys to them, for the tests."""

from collections.abc import Mapping

from tests.marketplace import forms

KEY_HEAD = (
    '<AnswerKey xmlns="http://mechanicalturk.amazonaws.com/'
    'AWSMechanicalTurkDataSchemas/2005-10-01/AnswerKey.xsd">'
)


def exam(*questions: str, choices: str = "abc") -> str:
    """A QuestionForm with a single choice of letters for each question named."""
    asked = "".join(
        f"<Question><QuestionIdentifier>{name}</QuestionIdentifier>"
        f"<DisplayName>Sound {name}</DisplayName><IsRequired>true</IsRequired>"
        f"<QuestionContent><Text>What makes sound {name}?</Text></QuestionContent>"
        f"<AnswerSpecification>{forms.selection(choices=choices)}</AnswerSpecification>"
        "</Question>"
        for name in questions
    )
    return f"{forms.HEAD}{asked}</QuestionForm>"


def key(*questions: str, mapping: str = "") -> str:
    """An AnswerKey of the `keyed` questions, and what a mapping holds."""
    value = (
        f"<QualificationValueMapping>{mapping}</QualificationValueMapping>"
        if mapping
        else ""
    )
    return f"{KEY_HEAD}{''.join(questions)}{value}</AnswerKey>"


def keyed(
    question: str, options: Mapping[str, int], *, default: int | None = None
) -> str:
    """A keyed question; an option is its selections, with spaces between them."""
    listed = "".join(
        "<AnswerOption>"
        + "".join(
            f"<SelectionIdentifier>{chosen}</SelectionIdentifier>"
            for chosen in selections.split()
        )
        + f"<AnswerScore>{points}</AnswerScore></AnswerOption>"
        for selections, points in options.items()
    )
    other = "" if default is None else f"<DefaultScore>{default}</DefaultScore>"
    return (
        f"<Question><QuestionIdentifier>{question}</QuestionIdentifier>"
        f"{listed}{other}</Question>"
    )


def ranges(*bands: tuple[int, int, int], outside: int = 0) -> str:
    """A RangeMapping of (low, high, value)."""
    listed = "".join(
        f"<SummedScoreRange><InclusiveLowerBound>{low}</InclusiveLowerBound>"
        f"<InclusiveUpperBound>{high}</InclusiveUpperBound>"
        f"<QualificationValue>{value}</QualificationValue></SummedScoreRange>"
        for low, high, value in bands
    )
    return (
        f"<RangeMapping>{listed}<OutOfRangeQualificationValue>{outside}"
        "</OutOfRangeQualificationValue></RangeMapping>"
    )
