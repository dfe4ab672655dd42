"""What a report of pairs says, part by part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.render.blocks import Section
from analysis.render.pairs_grids import (
    counts_sentence,
    found_grid,
    origin_grid,
    preferred_grid,
    strengths_grid,
)
from analysis.render.quantities import p_value, share
from analysis.report import pairs_methods, pairs_provenance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.pairs import PairShare, PairsReport, QuestionReport

TESTS = (
    "p: against 50%, clustered by raters and source videos; p (bin.): exact binomial "
    "over all answers as if they were independent, a reference only. Adjusted: both "
    "sides count alike."
)


def pairs_sections(report: PairsReport) -> tuple[Section, ...]:
    """Return the sections of a report of pairs in their order, empty ones left out."""
    level = f"{100 * (1 - report.alpha):g}%"
    made = [_overview(report)]
    for number, part in enumerate(report.questions):
        # the first question's names are the plain ones, for anchors that last
        tail = f"-{number + 1}" if number else ""
        made += [
            _found(part, tail, level),
            _preferred(part, tail, level),
            _strengths(part, tail, level),
            _sides(part, tail),
        ]
    made.append(Section("methods", "Methods", (pairs_methods(report),)))
    grid = origin_grid(pairs_provenance(report))
    made.append(Section("provenance", "Provenance", (), (grid,)))
    return tuple(section for section in made if not section.is_empty)


def _overview(report: PairsReport) -> Section:
    counts = counts_sentence(report.votes, report.items, report.videos, report.raters)
    return Section("answers", "Answers", (counts, *report.notes))


def _title(part: QuestionReport, words: str) -> str:
    if not part.question:
        return words
    colon = "" if part.question.endswith(("?", ":")) else ":"
    return f"{part.question}{colon} {words}"


def _averages(rows: Sequence[PairShare]) -> list[PairShare]:
    """Return the last row of every two methods: the mean over the categories."""
    last = {(row.one, row.other): row for row in rows}
    return list(last.values())


def _several(rows: Sequence[PairShare]) -> bool:
    """Return whether categories say more than their averages."""
    return len({row.row for row in rows}) > 2


def _found(part: QuestionReport, tail: str, level: str) -> Section:
    rows = part.found
    if not rows:
        return Section(f"found{tail}", _title(part, "Taken for real"))
    averages = _averages(rows)
    whole = _title(part, averages[0].row)
    grids = [found_grid(f"found{tail}", averages, name=whole, level=level)]
    for number, average in enumerate(averages if _several(rows) else []):
        own = [row for row in rows if row.other == average.other]
        label = f"found{tail}-by-category-{number + 1}"
        name = _title(part, average.other)
        grids.append(found_grid(label, own, name=name, level=level))
    paragraph = (
        "Fooled: the generated clip was taken for the real one. At 50% the two cannot "
        "be told apart; below, the real clip is found; above, the generated one passes "
        "for more real than the real one. d' is 0 where nobody can tell."
    )
    return Section(
        f"found{tail}",
        _title(part, "Taken for real"),
        (paragraph, TESTS),
        tuple(grids),
        (f"fooled{tail}",),
    )


def _preferred(part: QuestionReport, tail: str, level: str) -> Section:
    rows = part.preferred
    title = _title(part, "Preferences")
    if not rows:
        return Section(f"preferences{tail}", title)
    asked = part.question
    label = f"preferences{tail}"
    grids = [preferred_grid(label, _averages(rows), level=level, question=asked)]
    if _several(rows):
        averages = {id(row) for row in _averages(rows)}
        order = {name: place for place, name in enumerate(part.pairs.categories)}
        own = [row for row in rows if id(row) not in averages]
        own.sort(key=lambda row: order[row.row])
        grids.append(
            preferred_grid(
                f"{label}-by-category",
                own,
                level=level,
                question=asked,
                by_category=True,
            )
        )
    told = () if part.found else (TESTS,)
    return Section(label, title, told, tuple(grids))


def _strengths(part: QuestionReport, tail: str, level: str) -> Section:
    found, title = part.strengths, _title(part, "Strengths")
    if found is None:
        return Section(f"strengths{tail}", title)
    name, asked = f"strengths{tail}", part.question
    grid = strengths_grid(name, found, level=level, question=asked)
    ranks = (
        "A rank alone says little: read it with the ranks that resampling raters and "
        "source videos gives as often as the level says."
    )
    told = tuple(_sentence(note, part) for note in found.notes) or (ranks,)
    return Section(name, title, told, (grid,), (name,))


def _sentence(note: str, part: QuestionReport) -> str:
    """Return a note with a capital and a full stop; a method keeps its own letters."""
    named = note.startswith(part.pairs.methods)
    return f"{note if named else note[:1].upper() + note[1:]}."


def _sides(part: QuestionReport, tail: str) -> Section:
    sides, title = part.sides, _title(part, "Sides")
    if not sides.votes:
        return Section(f"sides{tail}", title)
    bounds = ""
    if sides.low is not None and sides.high is not None:
        bounds = f" [{share(sides.low)}, {share(sides.high)}]"
    sentence = (
        f"The left (or first) clip was chosen in {sides.left:,} of {sides.votes:,} "
        f"answers, {share(sides.share)}%{bounds}: p {p_value(sides.p_clustered)} "
        f"against 50%, clustered, {p_value(sides.p_binomial)} binomial."
    )
    strengths = part.strengths.notes if part.strengths else ()
    notes = [note for note in part.notes if note not in strengths]
    note = _sentence(sides.note, part) if sides.note else ""
    return Section(f"sides{tail}", title, tuple(filter(None, (sentence, note, *notes))))
