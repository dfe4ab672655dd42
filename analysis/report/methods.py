"""The methods paragraph: what reviewers ask for, from the study itself.

Surveys of human evaluations find most of these details missing from papers: who was
recruited where, pay, qualifications, the task's words, votes per item, agreement,
exclusions, tests, software (C. van der Lee et al., arXiv 2109.06835, on studies by
Mechanical Turk; arXiv 2606.07936 lists twenty criteria). What is not known is named as
not recorded, so that nobody takes silence for an answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.report.inference import interval_sentences, tests_sentence
from analysis.report.provenance import LIBRARIES
from analysis.votes import counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analysis.contrasts import ContrastReport
    from analysis.report.options import ReportOptions
    from analysis.study import StudyRecord
    from analysis.tables import JudgedRealTable

# keys of StudyRecord.methods, and what they are called where they are missing
FACTS: dict[str, str] = {
    "recruiters": "where raters were recruited",
    "first_vote": "dates",
    "last_vote": "",
    "question": "the question asked",
    "instructions_sha256": "the instructions' text",
    "qualifications": "qualifications asked of raters",
    "reward_usd": "reward",
    "paid_per_hour_usd": "pay per hour",
    "median_minutes": "median time of a session",
    "items_per_session": "items per session",
    "practice_items": "practice items",
    "catch_items": "catch items",
    "max_votes_per_rater": "cap on votes per rater",
    "allocation": "how items were dealt out",
    "stimuli": "how stimuli were made",
    "exclusion_rules": "exclusion rules",
}


def methods_paragraph(
    record: StudyRecord,
    table: JudgedRealTable,
    contrasts: ContrastReport | None,
    options: ReportOptions,
    origin: Mapping[str, str],
) -> str:
    """Return the paragraph in plain sentences, ready for a paper's methods section.

    ``contrasts`` are None while nothing is compared; ``origin`` is the report's
    provenance: versions and hashes.
    """
    sentences = [
        _who(record, table),
        *_task(record),
        *_session(record, table),
        *_pay(record),
        *_exclusions(record, applied=options.exclusions != "off"),
        *interval_sentences(table),
        tests_sentence(record, contrasts),
        _software(origin, options),
    ]
    if lacking := _lacking(record):
        sentences.append(f"Not recorded: {', '.join(lacking)}.")
    return " ".join(sentence for sentence in sentences if sentence)


def _who(record: StudyRecord, table: JudgedRealTable) -> str:
    facts = record.methods
    first, last = facts.get("first_vote", ""), facts.get("last_vote", "")
    when = ""
    if first:
        when = f"On {first}, " if last in ("", first) else f"From {first} to {last}, "
    where = f" recruited through {facts['recruiters']}" if "recruiters" in facts else ""
    raters, votes = counted(table.raters, "rater"), counted(table.votes, "vote")
    clips = counted(table.videos, "source clip")
    judged = [cell for cell in table.average if cell.total]
    systems = ", ".join(cell.method for cell in judged)
    each = "each " if all(cell.videos == table.videos for cell in judged) else ""
    rows = sum(any(cell.total for cell in row) for row in table.rows)
    text = (
        f"{when}{raters}{where} gave {votes} on {counted(table.items, 'item')} made of "
        f"{clips} in {_plural(rows, 'category', 'categories')}, {each}under {systems}."
        if judged
        else f"{when}{raters} gave {votes}."
    )
    if "simulated" in facts:
        text += f" These were no people: {facts['simulated']}."
    planned = record.votes_per_item
    if planned is not None:
        text += (
            f" Every item was to be judged by {counted(planned, 'different rater')}."
        )
    return text


def _plural(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _task(record: StudyRecord) -> list[str]:
    facts, found = record.methods, []
    if "question" in facts:
        found.append(f"Raters were asked: {facts['question']}")
    if "instructions_sha256" in facts:
        found.append(
            "The wording of consent, instructions and question has SHA-256 "
            f"{facts['instructions_sha256']}."
        )
    if "stimuli" in facts:
        found.append(facts["stimuli"])
    if "allocation" in facts:
        found.append(facts["allocation"])
    return found


def _session(record: StudyRecord, table: JudgedRealTable) -> list[str]:
    facts, parts = record.methods, []
    for key, words in (
        ("items_per_session", "scored"),
        ("practice_items", "practice (with feedback, not analysed)"),
        ("catch_items", "catch"),
    ):
        if key in facts:
            parts.append(f"{facts[key]} {words}")
    found = [f"A session held {', '.join(parts)} items."] if parts else []
    if "max_votes_per_rater" in facts:
        found.append(
            f"No rater could give more than {facts['max_votes_per_rater']} votes."
        )
    if table.raters:
        mean = table.votes / table.raters
        found.append(f"A rater gave {mean:.1f} votes on average.")
    return found


def _pay(record: StudyRecord) -> list[str]:
    facts, found = record.methods, []
    minutes = ""
    if "median_minutes" in facts:
        minutes = f" took a median of {facts['median_minutes']} minutes"
    if "reward_usd" in facts:
        text = f"A session was paid ${facts['reward_usd']}"
        text += f" and{minutes}" if minutes else ""
        if "paid_per_hour_usd" in facts:
            text += f" (${facts['paid_per_hour_usd']} per hour)"
        found.append(text + ".")
    elif minutes:
        found.append(f"A session{minutes}.")
    if "unpaid" in facts:
        found.append(f"Through {facts['unpaid']} nothing was paid by the tool.")
    if "qualifications" in facts:
        found.append(f"Qualifications asked: {facts['qualifications']}.")
    return found


def _exclusions(record: StudyRecord, *, applied: bool) -> list[str]:
    found = []
    if "source" in record.methods:
        found.append(f"The votes' file was {record.methods['source']}.")
    if "exclusion_rules" in record.methods:
        rules = record.methods["exclusion_rules"]
        words = "Exclusions followed rules" if applied else "Exclusion rules"
        found.append(f"{words} fixed before the first vote: {rules}.")
    if record.flow is not None:
        flow = record.flow
        text = (
            f"Of {counted(flow.begun, 'session')} begun {flow.submitted:,} were "
            f"submitted"
        )
        if flow.paid is not None:
            text += f", {flow.paid:,} paid"
        lost = flow.votes_submitted - flow.votes_used
        share = f"{lost:,} of {counted(flow.votes_submitted, 'submitted vote')}"
        if applied:
            text += f" and {flow.used:,} used; {share} were excluded."
        else:
            text += f". They would have left out {share}, which is not done here."
        found.append(text)
    if not applied:
        found.append("No exclusion is applied: every submitted vote was analysed.")
    return found


def _software(origin: Mapping[str, str], options: ReportOptions) -> str:
    names = ("python", *LIBRARIES)
    versions = ", ".join(f"{name} {origin[name]}" for name in names if name in origin)
    text = f"Software: realfake {origin.get('analysis', '')} ({versions})"
    text += f"; seed of resampling {options.seed}"
    if "study seed" in origin:
        text += f", of the study {origin['study seed']}"
    if "spec sha256" in origin:
        text += f"; SHA-256 of the frozen rules {origin['spec sha256']}"
        return f"{text}, of the votes {origin['votes sha256']}."
    return f"{text}; SHA-256 of the votes {origin['votes sha256']}."


def _lacking(record: StudyRecord) -> list[str]:
    return [
        words for key, words in FACTS.items() if words and key not in record.methods
    ]
