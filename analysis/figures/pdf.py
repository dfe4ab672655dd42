"""A scene as a PDF of one page, the same bytes for the same scene."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from math import ceil
from typing import TYPE_CHECKING

from reportlab.pdfgen.canvas import Canvas

from analysis.figures.fonts import runs, width, writable
from analysis.figures.scene import Circle, Group, Line, Path, Rect, Text

if TYPE_CHECKING:
    from analysis.figures.scene import Ink, Mark, Scene

# a form's name has letters and digits only
_NO_MARKS = {ord("#"): "x", ord("."): "p"}


def write_pdf(scene: Scene, *, title: str, description: str) -> bytes:
    """Return the document; title and description stand in its properties."""
    target = BytesIO()
    # invariant: no dates and no random document id
    canvas = Canvas(
        target, pagesize=(scene.width, scene.height), invariant=1, pageCompression=1
    )
    canvas.setTitle(writable(title))
    canvas.setSubject(writable(description))
    canvas.setAuthor("")
    canvas.setCreator("")
    # scenes measure downward, paper upward
    canvas.translate(0, scene.height)
    for mark in scene.marks:
        _draw(canvas, mark)
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def _draw(canvas: Canvas, mark: Mark) -> None:
    if isinstance(mark, Group):
        canvas.saveState()
        canvas.translate(mark.dx, -mark.dy)
        for inside in mark.marks:
            _draw(canvas, inside)
        canvas.restoreState()
    elif isinstance(mark, Text):
        _write(canvas, mark)
    else:
        _shape(canvas, mark, *_pens(canvas, mark.ink))


def _pens(canvas: Canvas, ink: Ink) -> tuple[int, int]:
    """Take up the colours; return (fill, stroke) as 1 or 0."""
    if ink.fill is not None:
        canvas.setFillColorRGB(*_rgb(ink.fill))
    if ink.stroke is not None:
        canvas.setStrokeColorRGB(*_rgb(ink.stroke))
        canvas.setLineWidth(ink.width)
        canvas.setDash(list(ink.dash))
    return int(ink.fill is not None), int(ink.stroke is not None)


@lru_cache(maxsize=256)
def _rgb(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _shape(
    canvas: Canvas, mark: Line | Rect | Circle | Path, fill: int, stroke: int
) -> None:
    match mark:
        case Line(start=(x1, y1), end=(x2, y2)):
            canvas.line(x1, -y1, x2, -y2)
        case Rect():
            bottom = -mark.y - mark.height
            canvas.rect(
                mark.x, bottom, mark.width, mark.height, stroke=stroke, fill=fill
            )
        case Circle():
            _disc(canvas, mark)
        case Path():
            path = canvas.beginPath()
            (x, y), *rest = mark.points
            path.moveTo(x, -y)
            for x, y in rest:
                path.lineTo(x, -y)
            if mark.closed:
                path.close()
            canvas.drawPath(path, stroke=stroke, fill=fill)


def _disc(canvas: Canvas, mark: Circle) -> None:
    """Draw a disc by a form kept for all like it: hundreds stand for raters."""
    ink = mark.ink
    name = f"disc{mark.radius}{ink.fill}{ink.stroke}{ink.width}".translate(_NO_MARKS)
    if not canvas.hasForm(name):
        reach = ceil(mark.radius + ink.width)
        canvas.beginForm(name, -reach, -reach, reach, reach)
        fill, stroke = _pens(canvas, ink)
        canvas.circle(0, 0, mark.radius, stroke=stroke, fill=fill)
        canvas.endForm()
    canvas.saveState()
    canvas.translate(mark.x, -mark.y)
    canvas.doForm(name)
    canvas.restoreState()


def _write(canvas: Canvas, mark: Text) -> None:
    shares = {"start": 0.0, "middle": 0.5, "end": 1.0}
    back = shares[mark.anchor] * width(mark.words, mark.size, bold=mark.bold)
    canvas.setFillColorRGB(*_rgb(mark.colour))
    if mark.turn:
        canvas.saveState()
        canvas.translate(mark.x, -mark.y)
        canvas.rotate(-mark.turn)
        x, y = -back, 0.0
    else:
        x, y = mark.x - back, -mark.y
    text = canvas.beginText(x, y)
    for font, letters in runs(mark.words, bold=mark.bold):
        text.setFont(font, mark.size)
        text.textOut(letters)
    canvas.drawText(text)
    if mark.turn:
        canvas.restoreState()
