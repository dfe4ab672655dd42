"""From votes and what was declared to the report."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.agreement import agreement, vote_patterns
from analysis.contrasts import compare
from analysis.detection import detect
from analysis.mixed import mixed_report
from analysis.quality import quality
from analysis.report.methods import methods_paragraph
from analysis.report.options import ReportOptions
from analysis.report.provenance import provenance
from analysis.report.record import StudyReport
from analysis.report.table2 import compare_with_paper
from analysis.study import StudyRecord
from analysis.tables import JudgedRealTable, judged_real_table, split_table
from analysis.votes import CodedVotes, encode_votes, used_votes
from analysis.votes.frame import IDS, code_column

if TYPE_CHECKING:
    from analysis.tables import SplitTable


def study_report(
    votes: pd.DataFrame,
    record: StudyRecord | None = None,
    *,
    sessions: pd.DataFrame | None = None,
    options: ReportOptions | None = None,
) -> StudyReport:
    """Return the report of a votes frame (columns: see `analysis.votes.COLUMNS`).

    A column ``used`` (1 or 0) says which votes count under the rules frozen with the
    study; without it all do. ``seconds`` are answering times. ``sessions`` may have
    the columns of `analysis.votes.dictionary.SESSIONS`. The order of the rows changes
    nothing. Raises VotesError for votes that cannot be analysed and ValueError for
    options out of range.
    """
    options = options or ReportOptions()
    everything = canonical(votes)
    record = _with_names(record or StudyRecord(), everything)
    counted = used_votes(everything)
    analysed = everything if options.exclusions == "off" else counted
    table = _table(analysed, record, options)
    both = options.exclusions == "both" and len(everything) > len(counted)
    coded = _coded(analysed, table)
    average = table.average[0].category if table.average else "Average"
    origin = provenance(record, options, everything)
    contrasts = (
        None
        if record.interim
        else compare(coded, record.comparisons, average=average, looks=record.looks)
    )
    return StudyReport(
        record=record,
        options=options,
        table=table,
        unfiltered=_table(everything, record, options) if both else None,
        contrasts=contrasts,
        detections=detect(coded, alpha=options.alpha, average=average),
        agreements=agreement(
            coded, seed=options.seed, replicates=options.replicates, alpha=options.alpha
        ),
        patterns=vote_patterns(coded),
        quality=quality(
            coded, analysed, record=record, sessions=sessions, average=average
        ),
        mixed=mixed_report(coded) if options.mixed and not record.interim else None,
        paper=compare_with_paper(table) if options.compare_paper else None,
        split=_split(analysed, table, options.by),
        minutes=_minutes(sessions),
        methods=methods_paragraph(record, table, contrasts, options, origin),
        provenance=origin,
    )


def canonical(votes: pd.DataFrame) -> pd.DataFrame:
    """Return the votes with ids as categories, sorted by all of them.

    So the order of the rows changes no figure, to the last bit. Categories stand in
    the order of their first appearance.
    """
    if votes.empty or any(name not in votes for name in (*IDS, "vote")):
        # the schema's own check says what is wrong with it
        return votes
    coded = votes.copy(deep=False)
    keys = {}
    for name in IDS:
        column = code_column(votes[name])
        levels = np.array(column.levels, dtype=object)
        rank = np.full(len(levels) + 1, -1, np.int64)
        rank[np.argsort(levels)] = np.arange(len(levels))
        keys[name] = rank[column.codes]
        coded[name] = pd.Categorical.from_codes(
            column.codes, categories=pd.Index(column.levels, dtype="str")
        )
    # one whole number for a row, so that it is sorted once: item, rater, vote
    place = keys["item_id"] * (keys["worker_id"].max() + 2) + keys["worker_id"]
    order = np.argsort(place * 2 + (votes["vote"].to_numpy() == 1), kind="stable")
    return coded.iloc[order].reset_index(drop=True)


def _with_names(record: StudyRecord, votes: pd.DataFrame) -> StudyRecord:
    """Return the record with the names it lacks, in the order of first appearance."""

    def names(known: tuple[str, ...], column: str) -> tuple[str, ...]:
        seen = votes[column].cat.categories if column in votes and len(votes) else ()
        return tuple(dict.fromkeys((*known, *(str(name) for name in seen))))

    return replace(
        record,
        categories=names(record.categories, "category"),
        # what was declared stands in the table even before it has a vote
        method_names=names((*record.method_names, *_declared(record)), "method"),
    )


def _declared(record: StudyRecord) -> list[str]:
    plan = record.comparisons.sequential
    named = [record.comparisons.baseline, *((plan.one, plan.other) if plan else ())]
    return [name for name in named if name]


def _table(
    votes: pd.DataFrame, record: StudyRecord, options: ReportOptions
) -> JudgedRealTable:
    planned = (
        None
        if record.items is None
        else {item: (category, method) for item, category, method in record.items}
    )
    return judged_real_table(
        votes,
        categories=record.categories or None,
        methods=record.method_names or None,
        control=record.control,
        alpha=options.alpha,
        votes_per_item=record.votes_per_item,
        planned_items=planned,
        interval=options.interval,
        seed=options.seed,
        replicates=options.replicates,
    )


def _coded(votes: pd.DataFrame, table: JudgedRealTable) -> CodedVotes:
    return encode_votes(
        votes,
        categories=table.categories,
        methods=table.methods,
        control=table.control or "Real",
    )


def _split(votes: pd.DataFrame, table: JudgedRealTable, by: str) -> SplitTable | None:
    return split_table(votes, by, whole=table) if by else None


def _minutes(sessions: pd.DataFrame | None) -> tuple[float, ...]:
    if sessions is None or "minutes" not in sessions:
        return ()
    values = pd.to_numeric(sessions["minutes"], errors="coerce").dropna()
    return tuple(sorted(float(value) for value in values))
