"""Designs as data: how many stimuli an item shows, and what is asked about them."""

from collections.abc import Mapping
from dataclasses import dataclass

from studies.errors import StudyError


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer; `value` is stored, `label` is shown, `key` is its shortcut."""

    value: str
    label: str
    key: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question with its fixed choices."""

    key: str
    text: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Design:
    """One way to ask. `truth_question` is the question that has a right answer."""

    key: str
    stimuli_per_item: int
    presentation: str
    questions: tuple[Question, ...]
    truth_question: str

    def check(self, choices: Mapping[str, str]) -> str:
        """Say what is wrong with a rater's choices; empty when nothing is."""
        wanted = {question.key for question in self.questions}
        if set(choices) != wanted:
            return f"answers to {sorted(wanted)} are wanted, not {sorted(choices)}"
        for question in self.questions:
            allowed = [choice.value for choice in question.choices]
            if choices[question.key] not in allowed:
                return f"{question.key} is {choices[question.key]!r}, not of {allowed}"
        return ""


REAL_OR_FAKE = Design(
    key="real-or-fake",
    stimuli_per_item=1,
    presentation="one clip, seen to its end at least once",
    questions=(
        Question(
            key="real",
            text="Is the sound of this video real or fake?",
            choices=(Choice("real", "Real", "R"), Choice("fake", "Fake", "F")),
        ),
    ),
    truth_question="real",
)

DESIGNS: Mapping[str, Design] = {design.key: design for design in (REAL_OR_FAKE,)}


def get_design(key: str) -> Design:
    """Return the design of that name; StudyError names those there are."""
    try:
        return DESIGNS[key]
    except KeyError:
        raise StudyError(
            f"there is no design {key!r}; choose one of {', '.join(DESIGNS)}"
        ) from None
