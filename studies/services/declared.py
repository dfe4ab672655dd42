"""What was fixed before the first vote, in words, and what must stand over a report."""

from collections.abc import Mapping
from typing import Any

from analysis.render import DEMO_LABEL, SIMULATED_LABEL
from analysis.votes import counted
from studies.models import Study
from studies.selectors import simulated_sessions
from studies.selectors.spending import spending_text
from studies.services.comparisons import comparisons_text, read_comparisons
from studies.services.design import DEFAULT_RULES, render_spec
from studies.services.designs import get_design


def rules_text(rules: Mapping[str, Any]) -> str:
    """Say in one line which votes and sessions do not count."""
    told = {**DEFAULT_RULES, **rules}
    share = float(told["min_catch_share"])
    said = [
        "votes on clips not played to their end"
        if told["require_full_play"]
        else "no votes by playback",
        f"sessions with less than {share:.0%} of their catch items right"
        if share
        else "no sessions by catch items",
    ]
    if least := float(told["min_answer_seconds"]):
        unit = "second" if least == 1 else "seconds"
        said.append(f"sessions whose median answer took less than {least:g} {unit}")
    if fewest := int(told["straightline_votes"]):
        said.append(f"sessions of {fewest} or more votes that are all the same")
    return "; ".join(said)


def declared(study: Study) -> Mapping[str, str]:
    """Return what was fixed before the first vote, in words, for the report's foot."""
    if study.is_import:
        return {"source": "imported votes"}
    lines = {
        "study": study.slug,
        "state": study.get_state_display().lower()
        + ("" if study.state == Study.State.CLOSED else " (interim)"),
        "design": get_design(study.design).key,
        "votes per item": str(study.votes_per_item),
        "seed": str(study.seed),
        "excluded": rules_text(study.rules),
        "comparisons": comparisons_text(read_comparisons(study)),
    }
    lines.update(render_spec(study).as_declared())
    lines["spec sha256"] = study.spec_hash or "not frozen yet"
    if paid := spending_text(study):
        lines["paid"] = paid
    simulated = simulated_sessions(study)
    if simulated:
        all_sessions = study.assignments.count()
        lines["raters"] = (
            f"{simulated} of {counted(all_sessions, 'session')} by simulated raters"
        )
    if study.is_demo:
        lines["data"] = "demo"
    return lines


def label(study: Study) -> str:
    """Return what must stand over the report; empty for people and real clips."""
    if study.is_demo:
        return DEMO_LABEL
    return SIMULATED_LABEL if simulated_sessions(study) else ""
