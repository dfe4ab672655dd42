"""How many sessions and votes got how far."""

from collections import Counter
from typing import Any

from django.db.models import Count, Q

from analysis.study import Flow
from studies.models import Study, Trial
from studies.selectors.excluded import excluded, rule_of
from studies.selectors.frames import begun, of_submitted, rewarded, scored_votes


def flow(study: Study) -> Flow:
    """Count sessions and votes from being given items to being used.

    `raters` handed in at least one session, `raters_used` are those with one that is
    used. `paid` is None where nobody was to be paid. Votes are left out for the rule
    behind the reason of their session, or else their own. Two queries.
    """
    sessions = begun(study).annotate(is_paid=rewarded())
    handed_in, used = of_submitted(), Q(used=True)
    told: dict[str, int] = sessions.aggregate(
        n_begun=Count("pk"),
        n_submitted=Count("pk", filter=handed_in),
        n_paid=Count("pk", filter=Q(is_paid=True)),
        n_paying=Count("pk", filter=Q(posting__reward_usd__gt=0)),
        n_used=Count("pk", filter=used),
        n_raters=Count("rater", filter=handed_in, distinct=True),
        n_raters_used=Count("rater", filter=used, distinct=True),
    )
    reasons = _reasons(study)
    votes = sum(reasons.values())
    counted = reasons.pop("", 0)
    # links pay nothing, whatever the study's reward is
    by_links = told["n_begun"] and not told["n_paying"]
    unpaid = study.is_import or not study.reward_usd or by_links
    return Flow(
        begun=told["n_begun"],
        submitted=told["n_submitted"],
        paid=None if unpaid else told["n_paid"],
        used=told["n_used"],
        raters=told["n_raters"],
        raters_used=told["n_raters_used"],
        votes_submitted=votes,
        votes_used=counted,
        excluded=tuple(sorted(reasons.items(), key=lambda row: (-row[1], row[0]))),
    )


def _reasons(study: Study) -> Counter[str]:
    """Votes of submitted sessions by the rule that leaves them out, '' for none."""
    rows: Any = (
        scored_votes(study)
        .filter(of_submitted("trial__assignment__"))
        .order_by()
        .values_list(
            "trial__assignment__used",
            "trial__assignment__unused_reason",
            "usable",
            "unusable_reason",
            "trial__state",
        )
        .annotate(n=Count("pk"))
    )
    found: Counter[str] = Counter()
    for used, session, usable, vote, state, number in rows:
        reason = excluded(
            used=used,
            session=session,
            usable=usable,
            vote=vote,
            released=state == Trial.State.RELEASED,
        )
        found[rule_of(reason) if reason else ""] += number
    return found
