"""Figure 3 of the paper: waveforms of the methods and the original under key frames.

Drawn twice from one layout, as SVG and as PDF, the same bytes for the same panels.
Lengths are in points, y goes downward.
"""

import base64
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from xml.sax.saxutils import escape

from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from generation.experiments.panels import ORIGINAL, KeyFrame, Panel, Strip
from generation.experiments.rows import ExperimentError

WIDTH = 504.0  # the text width of two columns
DEMO_LABEL = "DEMO: synthetic clips, not recordings"

_MARGIN, _LABELS = 8.0, 86.0
_STRIP, _GAP, _LINE = 34.0, 4.0, 11.0
_SIZE = 8.0
_INK, _QUIET = "#1a1a1a", "#6b6b6b"
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
_NOTE = "Each waveform is scaled to its own largest amplitude (given beside it)."
# XML 1.0 has no way to write these
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Words:
    """Text whose baseline starts, is centred or ends at (x, y)."""

    x: float
    y: float
    words: str
    anchor: str = "start"
    colour: str = _INK
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line from one point to another."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True, slots=True)
class Shape:
    """A filled polygon."""

    points: tuple[tuple[float, float], ...]
    colour: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A key frame in its place."""

    x: float
    y: float
    width: float
    height: float
    frame: KeyFrame


Mark = Words | Stroke | Shape | Shown


@dataclass(frozen=True, slots=True)
class WaveformFigure:
    """The figure in both forms, and its content in words."""

    svg: str
    pdf: bytes
    description: str


def waveform_figure(panels: Sequence[Panel]) -> WaveformFigure:
    """Draw `panels` below each other. Raises ExperimentError when there is none."""
    if not panels:
        raise ExperimentError("no clip to draw; name one")
    marks: list[Mark] = []
    y = _MARGIN
    if any(panel.is_demo for panel in panels):
        y += _LINE
        marks.append(Words(_MARGIN, y - 3, DEMO_LABEL, bold=True))
    order = list(dict.fromkeys(s.name for panel in panels for s in panel.strips))
    systems = [name for name in order if name != ORIGINAL]
    colours = {name: _COLOURS[n % len(_COLOURS)] for n, name in enumerate(systems)}
    for panel in panels:
        drawn, y = _panel(panel, y, colours)
        marks += drawn
    marks.append(Words(_MARGIN, y + _LINE, _NOTE, colour=_QUIET))
    height = y + _LINE + _MARGIN
    title = "Waveforms of each method and of the original under key frames"
    told = "; ".join(
        f"{p.title}, {p.seconds:.1f} s: {', '.join(s.name for s in p.strips)}"
        for p in panels
    )
    demo = f"{DEMO_LABEL}. " if any(panel.is_demo for panel in panels) else ""
    description = f"{demo}{title}. {told}. {_NOTE}"
    return WaveformFigure(
        _svg(marks, height, title, description),
        _pdf(marks, height, title, description),
        description,
    )


def _panel(
    panel: Panel, top: float, colours: dict[str, str]
) -> tuple[list[Mark], float]:
    """The marks of one panel that starts at `top`, and where it ends."""
    left, right = _MARGIN + _LABELS, WIDTH - _MARGIN
    y = top + _LINE
    marks: list[Mark] = [Words(_MARGIN, y, panel.title, bold=True)]
    y += _GAP
    slot = (right - left) / len(panel.frames)
    tallest = 0.0
    for number, frame in enumerate(panel.frames):
        width = min(slot - 2, 60.0 * frame.width / frame.height)
        height = width * frame.height / frame.width
        middle = left + (number + 0.5) * slot
        marks.append(Shown(middle - width / 2, y, width, height, frame))
        tallest = max(tallest, height)
    y += tallest + _GAP
    for wave in panel.strips:
        middle = y + _STRIP / 2
        colour = colours.get(wave.name, _INK)
        marks.append(Words(left - 6, middle, _short(wave.name), "end", colour))
        peak = f"peak {wave.peak:.2f}"
        marks.append(Words(left - 6, middle + 9, peak, "end", _QUIET))
        marks.append(Shape(_outline(wave, left, right, middle), colour))
        y += _STRIP
    return [*marks, *_axis(panel.seconds, left, right, y)], y + 2.4 * _LINE


def _axis(seconds: float, left: float, right: float, y: float) -> Iterator[Mark]:
    yield Stroke(left, y, right, y)
    step = next((s for s in (0.1, 0.2, 0.5, 1, 2, 5, 10) if seconds / s <= 8), 30)
    for number in range(int(seconds / step + 1e-9) + 1):
        x = left + number * step / seconds * (right - left)
        yield Stroke(x, y, x, y + 3)
        unit = " s" if number == 0 else ""
        yield Words(x, y + _LINE, f"{number * step:g}{unit}", "middle", _QUIET)


def _outline(
    wave: Strip, left: float, right: float, middle: float
) -> tuple[tuple[float, float], ...]:
    """Along the highest samples there, along the lowest back."""
    half = _STRIP / 2 - 1.5
    step = (right - left) / len(wave.low)
    xs = [left + (n + 0.5) * step for n in range(len(wave.low))]
    # At least a hair, so that silence shows as a line
    up = [(x, middle - max(half * v, 0.2)) for x, v in zip(xs, wave.high, strict=True)]
    down = [
        (x, middle - min(half * v, -0.2)) for x, v in zip(xs, wave.low, strict=True)
    ]
    return (*up, *down[::-1])


def _short(name: str) -> str:
    """The name, cut to fit beside its strip."""
    while stringWidth(_latin(name), "Helvetica", _SIZE) > _LABELS - 8:
        name = f"{name.rstrip('.')[:-1]}..."
    return name


def _svg(marks: Sequence[Mark], height: float, title: str, told: str) -> str:
    size = f'width="{WIDTH:g}" height="{height:.2f}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {size} '
    font = 'font-family="Helvetica, Arial, sans-serif"'
    lines = [
        f'{head}viewBox="0 0 {WIDTH:g} {height:.2f}" {font}>',
        f"<title>{_xml(title)}</title>",
        f"<desc>{_xml(told)}</desc>",
        f'<rect {size} fill="#ffffff"/>',
        *map(_svg_mark, marks),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _svg_mark(mark: Mark) -> str:
    match mark:
        case Words():
            bold = ' font-weight="bold"' if mark.bold else ""
            return (
                f'<text x="{mark.x:.2f}" y="{mark.y:.2f}" font-size="{_SIZE:g}" '
                f'text-anchor="{mark.anchor}" fill="{mark.colour}"{bold}>'
                f"{_xml(mark.words)}</text>"
            )
        case Stroke(x1, y1, x2, y2):
            ends = f'x1="{x1:.2f}" y1="{y1:.2f}" x2="{x2:.2f}" y2="{y2:.2f}"'
            return f'<line {ends} stroke="{_INK}" stroke-width="0.6"/>'
        case Shape():
            points = " ".join(f"{x:.2f},{y:.2f}" for x, y in mark.points)
            return f'<polygon points="{points}" fill="{mark.colour}"/>'
        case Shown():
            box = f'x="{mark.x:.2f}" y="{mark.y:.2f}" '
            box += f'width="{mark.width:.2f}" height="{mark.height:.2f}"'
            data = base64.b64encode(mark.frame.jpeg).decode("ascii")
            told = f"<title>{mark.frame.time:.2f} s</title>"
            return f'<image {box} href="data:image/jpeg;base64,{data}">{told}</image>'


def _xml(words: str) -> str:
    return escape(_UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", words))


def _pdf(marks: Sequence[Mark], height: float, title: str, told: str) -> bytes:
    target = BytesIO()
    # invariant: no dates and no random document id
    canvas = Canvas(target, pagesize=(WIDTH, height), invariant=1, pageCompression=1)
    canvas.setTitle(title)
    canvas.setSubject(_latin(told))
    for mark in marks:
        _pdf_mark(canvas, mark, height)
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def _pdf_mark(canvas: Canvas, mark: Mark, height: float) -> None:
    match mark:
        case Words():
            _write(canvas, mark, height)
        case Stroke(x1, y1, x2, y2):
            canvas.setStrokeColor(_INK)
            canvas.setLineWidth(0.6)
            canvas.line(x1, height - y1, x2, height - y2)
        case Shape():
            canvas.setFillColor(mark.colour)
            path = canvas.beginPath()
            path.moveTo(mark.points[0][0], height - mark.points[0][1])
            for x, y in mark.points[1:]:
                path.lineTo(x, height - y)
            path.close()
            canvas.drawPath(path, stroke=0, fill=1)
        case Shown():
            canvas.drawImage(
                ImageReader(BytesIO(mark.frame.jpeg)),
                mark.x,
                height - mark.y - mark.height,
                mark.width,
                mark.height,
            )


def _write(canvas: Canvas, mark: Words, height: float) -> None:
    font, words = "Helvetica-Bold" if mark.bold else "Helvetica", _latin(mark.words)
    shares = {"start": 0.0, "middle": 0.5, "end": 1.0}
    back = shares[mark.anchor] * stringWidth(words, font, _SIZE)
    canvas.setFillColor(mark.colour)
    canvas.setFont(font, _SIZE)
    canvas.drawString(mark.x - back, height - mark.y, words)


def _latin(words: str) -> str:
    """What Helvetica can write; the rest as question marks."""
    return words.encode("cp1252", "replace").decode("cp1252")
