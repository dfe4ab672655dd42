"""All that is printed of a study of pairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.pairs.coding import PairVotes, encode_pairs
from analysis.pairs.digest import answers_sha256
from analysis.pairs.frame import QUESTION
from analysis.pairs.shares import (
    PairShare,
    SideBalance,
    preferences,
    side_balance,
    two_afc,
)
from analysis.pairs.strengths import BradleyTerry, bradley_terry
from analysis.votes import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd


@dataclass(frozen=True, slots=True)
class QuestionReport:
    """The figures of one question (empty where the pairs name none).

    ``found``: against the control, by method and category; ``preferred``: generated
    methods against each other; ``strengths``: None with fewer than two methods.
    """

    question: str
    pairs: PairVotes
    found: tuple[PairShare, ...]
    preferred: tuple[PairShare, ...]
    sides: SideBalance
    strengths: BradleyTerry | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PairsReport:
    """The figures of a study of pairs, question by question.

    ``items``, ``raters``, ``videos`` and ``votes`` count over all questions;
    ``sha256`` is the `answers_sha256` of the votes.
    """

    questions: tuple[QuestionReport, ...]
    categories: tuple[str, ...]
    methods: tuple[str, ...]
    control: str | None
    votes: int
    items: int
    raters: int
    videos: int
    alpha: float
    seed: int
    replicates: int
    sha256: str
    notes: tuple[str, ...]


def pairs_report(  # noqa: PLR0913 - the settings of one report, all by keyword
    frame: pd.DataFrame,
    *,
    control: str = "Real",
    alpha: float = 0.05,
    seed: int = 0,
    replicates: int = 2000,
    categories: Sequence[str] = (),
    methods: Sequence[str] = (),
) -> PairsReport:
    """Return the report of a pairs frame (columns: `PAIR_COLUMNS`).

    ``categories`` and ``methods`` fix orders; the method named ``control``, in any
    case, is the real one. Raises VotesError for pairs that cannot be analysed and
    ValueError for an alpha outside (0, 1).
    """
    if not 0 < alpha < 1:
        message = f"alpha is {alpha}: it lies between 0 and 1, such as 0.05"
        raise ValueError(message)
    whole = encode_pairs(frame, categories=categories, methods=methods, control=control)
    parts = tuple(
        _question(
            name,
            encode_pairs(
                part,
                categories=whole.categories,
                methods=whole.methods,
                control=control,
            ),
            alpha=alpha,
            seed=seed,
            replicates=replicates,
        )
        for name, part in _by_question(frame)
    )
    return PairsReport(
        questions=parts,
        categories=whole.categories,
        methods=whole.methods,
        control=whole.control,
        votes=len(whole.chosen),
        items=len(whole.item_ids),
        raters=whole.workers,
        videos=whole.videos,
        alpha=alpha,
        seed=seed,
        replicates=replicates,
        sha256=answers_sha256(frame),
        notes=(*_notes(whole, control), *_further(frame)),
    )


def _by_question(frame: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    if frame.empty or QUESTION not in frame.columns:
        return [("", frame)]
    asked = frame[QUESTION].astype(str)
    return [(name, frame[asked == name]) for name in sorted(asked.unique())]


def _question(
    name: str, pairs: PairVotes, *, alpha: float, seed: int, replicates: int
) -> QuestionReport:
    several = len(pairs.methods) > 1 and len(pairs.chosen) > 0
    average = _average_label(pairs.categories)
    strengths = (
        bradley_terry(pairs, seed=seed, replicates=replicates, alpha=alpha)
        if several
        else None
    )
    sides = side_balance(pairs, alpha=alpha)
    notes = [] if strengths is None else list(strengths.notes)
    if sides.p_clustered is not None and sides.p_clustered < alpha:
        words = "left" if (sides.share or 0) > 0.5 else "right"
        notes.append(
            f"Raters liked the {words} side: read the shares adjusted for sides."
        )
    return QuestionReport(
        question=name,
        pairs=pairs,
        found=two_afc(pairs, alpha=alpha, average=average),
        preferred=preferences(pairs, alpha=alpha, average=average),
        sides=sides,
        strengths=strengths,
        notes=tuple(notes),
    )


def _average_label(categories: Sequence[str]) -> str:
    label = "Average"
    while label in categories:
        label += " of all"
    return label


def _notes(pairs: PairVotes, control: str) -> list[str]:
    if not len(pairs.chosen):
        return ["No votes yet."]
    notes = []
    if pairs.control is None:
        notes.append(f"No pair shows the control {control!r}: nothing was to be found.")
    if pairs.repeats:
        votes = counted(pairs.repeats, "vote")
        notes.append(f"A rater's further votes on a pair count too: {votes}.")
    return notes


def _further(frame: pd.DataFrame) -> list[str]:
    if "used" not in frame.columns:
        return []
    return ["Every answer counts: the column used is not read for pairs."]
