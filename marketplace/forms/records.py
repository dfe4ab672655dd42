"""What a QuestionForm holds (AWS, QuestionForm data structure)."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.safestring import SafeString


@dataclass(frozen=True, slots=True)
class Title:
    """A heading."""

    kind: ClassVar[str] = "title"
    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph of plain text."""

    kind: ClassVar[str] = "text"
    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """A bulleted list of plain texts."""

    kind: ClassVar[str] = "bullets"
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Media:
    """An image, audio or video at an address of http or https."""

    kind: ClassVar[str] = "media"
    medium: str
    url: str
    alt: str


@dataclass(frozen=True, slots=True)
class Formatted:
    """FormattedContent, written anew of allowed tags and attributes alone."""

    kind: ClassVar[str] = "formatted"
    html: SafeString


Block = Title | Text | Bullets | Media | Formatted


@dataclass(frozen=True, slots=True)
class Pattern:
    """A JavaScript regular expression that the worker's browser checks."""

    regex: str
    error: str
    ignore_case: bool


@dataclass(frozen=True, slots=True)
class FreeText:
    """A text field; lengths in characters, None where nothing is asked.

    `least` and `most` bound the number, and are given for a numeric one alone.
    """

    numeric: bool = False
    least: int | None = None
    most: int | None = None
    min_length: int | None = None
    max_length: int | None = None
    patterns: tuple[Pattern, ...] = ()
    default: str = ""
    lines: int = 1


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose, and how it is told in an answer."""

    identifier: str
    label: Text | Media | Formatted


@dataclass(frozen=True, slots=True)
class Selection:
    """A multiple choice; `other` is the field for what is not listed.

    `least` is None where the document does not say how many at least.
    """

    choices: tuple[Choice, ...]
    least: int | None
    most: int
    style: str
    other: FreeText | None


@dataclass(frozen=True, slots=True)
class Overview:
    """Instructions between the questions."""

    content: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One question; `name` is a heading, empty when there is none."""

    identifier: str
    name: str
    required: bool
    content: tuple[Block, ...]
    answer: FreeText | Selection


@dataclass(frozen=True, slots=True)
class QuestionForm:
    """Overviews and questions in their order, each identifier once."""

    parts: tuple[Overview | Question, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions alone."""
        return tuple(part for part in self.parts if isinstance(part, Question))
