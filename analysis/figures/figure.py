"""A figure: a scene with the words that stand for it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from analysis.figures.axes import MARGIN, NORMAL, WIDTH, heading
from analysis.figures.palette import INK, QUIET
from analysis.figures.pdf import write_pdf
from analysis.figures.scene import Group, Ink, Mark, Rect, Scene, Text
from analysis.figures.svg import write_svg
from analysis.figures.words import wrap

LABEL_PAPER = "#fff4d6"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure by its ``name``, such as 'dots', for files and anchors.

    ``title`` states what is seen in a sentence; ``description`` gives the numbers to
    those who cannot see it. ``empty`` says that there was nothing to draw.
    """

    name: str
    title: str
    description: str
    scene: Scene
    empty: bool = False

    def svg(self) -> str:
        """Return the figure as SVG, the same characters every time."""
        return write_svg(self.scene, title=self.title, description=self.description)

    def pdf(self) -> bytes:
        """Return the figure as a PDF of one page, the same bytes every time."""
        return write_pdf(self.scene, title=self.title, description=self.description)

    def labelled(self, label: str) -> Figure:
        """Return the figure under a strip that says, for instance, 'DEMO DATA'."""
        if not label:
            return self
        lines = wrap(label, self.scene.width - 2 * MARGIN, NORMAL, bold=True)
        height = 12.0 * len(lines) + 6
        strip: list[Mark] = [Rect(0, 0, self.scene.width, height, Ink(LABEL_PAPER))]
        for place, words in enumerate(lines):
            y = 12.0 * (place + 1)
            strip.append(Text(MARGIN, y, words, NORMAL, bold=True, colour=INK))
        below = Group(self.scene.marks, dy=height)
        scene = Scene(self.scene.width, self.scene.height + height, (*strip, below))
        return replace(self, scene=scene, description=f"{label}. {self.description}")


def page(marks: list[Mark], bottom: float) -> Scene:
    """Return a scene that ends a margin below ``bottom``."""
    return Scene(WIDTH, round(bottom + MARGIN, 2), tuple(marks))


def no_data(name: str, title: str, why: str) -> Figure:
    """Return a figure that says what would be here and why it is not."""
    marks, y = heading(title, ())
    for words in wrap(why, WIDTH - 2 * MARGIN, NORMAL):
        y += 12
        marks.append(Text(MARGIN, y, words, NORMAL, colour=QUIET))
    return Figure(name, title, why, page(marks, y), empty=True)
