"""Draw the lengths of clips as in the paper's figure 1: a pie, as SVG and as PDF."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from io import BytesIO
from math import cos, pi, sin

from generation.dataset.statistics import LengthStatistics

WIDTH, HEIGHT, RADIUS = 420.0, 240.0, 90.0
CENTRE = (120.0, 125.0)
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7")
"""Told apart by the colour-blind too (Okabe and Ito)."""


@dataclass(frozen=True, slots=True)
class _Slice:
    """A sector from `start` of `sweep`, in turns, clockwise from the top."""

    label: str
    start: float
    sweep: float
    colour: str

    def point(self, turns: float) -> tuple[float, float]:
        angle = 2 * pi * turns
        return CENTRE[0] + RADIUS * sin(angle), CENTRE[1] - RADIUS * cos(angle)


def pie_svg(stats: LengthStatistics) -> str:
    """The pie as an SVG document, with a title and a legend."""
    title = _title(stats)
    view = f'viewBox="0 0 {WIDTH:g} {HEIGHT:g}" font-family="sans-serif" font-size="13"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {view}>',
        f"<title>{escape(title)}</title>",
        f'<text x="16" y="22">{escape(title)}</text>',
    ]
    for number, piece in enumerate(_slices(stats)):
        parts.append(_sector(piece))
        y = 90 + 24 * number
        parts.append(
            f'<rect x="240" y="{y}" width="14" height="14" fill="{piece.colour}"/>'
            f'<text x="262" y="{y + 12}">{escape(piece.label)}</text>'
        )
    if note := _note(stats):
        parts.append(f'<text x="16" y="{HEIGHT - 8:g}">{note}</text>')
    return "\n".join([*parts, "</svg>", ""])


def pie_pdf(stats: LengthStatistics) -> bytes:
    """The same picture as a PDF of one page; equal statistics give equal bytes."""
    from reportlab.pdfgen.canvas import Canvas

    out = BytesIO()
    page = Canvas(out, pagesize=(WIDTH, HEIGHT), invariant=1)
    title = _title(stats)
    page.setTitle(title)
    page.setFont("Helvetica", 11)
    page.drawString(16, HEIGHT - 22, title)
    x, y = CENTRE[0], HEIGHT - CENTRE[1]
    box = (x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS)
    for number, piece in enumerate(_slices(stats)):
        page.setFillColor(piece.colour)
        if piece.sweep > 0:
            # counter-clockwise from the right, in degrees
            first, extent = 90 - 360 * (piece.start + piece.sweep), 360 * piece.sweep
            page.wedge(*box, startAng=first, extent=extent, stroke=0, fill=1)
        top = HEIGHT - (90 + 24 * number)
        page.rect(240, top - 14, 14, 14, stroke=0, fill=1)
        page.setFillColor("#000000")
        page.drawString(262, top - 12, piece.label)
    page.drawString(16, 8, _note(stats))
    page.save()
    return out.getvalue()


def _title(stats: LengthStatistics) -> str:
    label = "DEMO: " if stats.is_demo else ""
    mean = f"{stats.mean:.2f} s on average"
    return f"{label}{stats.clips:,} clips, {mean}, {stats.hours:.2f} h"


def _note(stats: LengthStatistics) -> str:
    """What the slices leave out, "" for nothing."""
    if not stats.outside:
        return ""
    clips = "1 clip is" if stats.outside == 1 else f"{stats.outside:,} clips are"
    return f"{clips} shorter or longer, and not in the shares."


def _slices(stats: LengthStatistics) -> Sequence[_Slice]:
    found = []
    start = 0.0
    for part, colour in zip(stats.bins, COLOURS, strict=True):
        label = f"{part.label}: {100 * part.share:.1f} % ({part.clips:,})"
        found.append(_Slice(label, start, part.share, colour))
        start += part.share
    return found


def _sector(piece: _Slice) -> str:
    if piece.sweep <= 0:
        return ""
    if piece.sweep >= 1:
        x, y = CENTRE
        return f'<circle cx="{x:g}" cy="{y:g}" r="{RADIUS:g}" fill="{piece.colour}"/>'
    x0, y0 = piece.point(piece.start)
    x1, y1 = piece.point(piece.start + piece.sweep)
    large = int(piece.sweep > 0.5)
    return (
        f'<path d="M{CENTRE[0]:g} {CENTRE[1]:g}L{x0:.3f} {y0:.3f}'
        f'A{RADIUS:g} {RADIUS:g} 0 {large} 1 {x1:.3f} {y1:.3f}Z" '
        f'fill="{piece.colour}"/>'
    )
