"""What a study could show, before it is launched: `analysis.planning` for the site."""

import math
import time
from collections.abc import Callable, Sequence
from decimal import Decimal

from analysis.mixed import Layout
from analysis.planning import (
    DEFAULT_COMPONENTS,
    Plan,
    PlanInput,
    Price,
    default_rates,
    plan_study,
)
from studies.errors import RecruiterError, StudyError
from studies.models import Stimulus, Study
from studies.recruiters.base import Recruiter
from studies.services.comparisons import read_comparisons
from studies.services.design import session_size, votes_of_one
from studies.services.launch_plan import price
from studies.services.recruiting import RECRUITERS, get_recruiter

PLACES = 9
"""Places of a posting where no study says: above, Mechanical Turk doubles its fee."""


def study_input(study: Study) -> PlanInput:
    """Return a study's size as it stands, with expected rates of the paper.

    Where categories are not alike or clips lack systems, clip by clip. Raters are as
    few as can give all votes: each then gives the most votes, the least precise case.
    Raises StudyError where there is nothing to compare yet.
    """
    shown = _shown(study)
    met = {system for _, under in shown for system in under}
    systems = [
        row for row in study.systems.order_by("is_real", "order") if row.pk in met
    ]
    categories = [
        row
        for row in study.categories.all()
        if any(row.pk == category for category, _ in shown)
    ]
    generated = tuple(each.name for each in systems if not each.is_real)
    control = next((each.name for each in systems if each.is_real), None)
    if not generated:
        raise StudyError(
            f"{study.slug}: nothing to plan yet: it needs clips and a system to compare"
        )
    layout = _layout(shown, [row.pk for row in categories], [row.pk for row in systems])
    cap = votes_of_one(study)
    rates, source = default_rates(len(generated), control=control is not None)
    return PlanInput(
        clips_per_category=max(1, round(len(shown) / len(categories))),
        categories=tuple(row.name for row in categories),
        systems=generated,
        control=control,
        votes_per_item=study.votes_per_item,
        cap=cap,
        raters=layout.fewest_raters(study.votes_per_item, min(cap, len(shown))),
        rates=rates,
        rates_source=source,
        components=DEFAULT_COMPONENTS,
        alpha=read_comparisons(study).alpha,
        layout=None if layout.is_even else layout,
    )


def _shown(study: Study) -> list[tuple[int, set[int]]]:
    """Return each clip's category and the systems that there are of it, as keys."""
    arms = Stimulus.objects.arms().filter(study=study)
    rows = study.items.scored() if study.is_import else arms
    found: dict[int, tuple[int, set[int]]] = {}
    for clip, category, system in rows.values_list("clip", "clip__category", "system"):
        found.setdefault(clip, (category, set()))[1].add(system)
    return list(found.values())


def _layout(
    shown: Sequence[tuple[int, set[int]]], categories: list[int], systems: list[int]
) -> Layout:
    return Layout.of(
        (categories.index(category), map(systems.index, under))
        for category, under in shown
    )


def study_prices(study: Study, recruiters: Sequence[str] = ()) -> tuple[Price, ...]:
    """Return what a session of the study costs, fee included: as `session_prices`."""
    items = session_size(study)

    def session_usd(recruiter: Recruiter) -> Decimal:
        line = price(study, recruiter, 1)
        return line.reward_usd + line.fee_usd

    return _prices(recruiters, session_usd, items)


def session_prices(
    reward_usd: Decimal, items: int, recruiters: Sequence[str] = ()
) -> tuple[Price, ...]:
    """Return what a session of so many items costs, fee included.

    At the recruiters named, or else at all that are set up here and cost anything:
    through links nothing is paid here, and that would look like the cheapest way.
    """

    def session_usd(recruiter: Recruiter) -> Decimal:
        return recruiter.cost(1, reward_usd, PLACES).total_usd

    return _prices(recruiters, session_usd, items)


def _prices(
    recruiters: Sequence[str], session_usd: Callable[[Recruiter], Decimal], items: int
) -> tuple[Price, ...]:
    if recruiters:
        asked = [(name, session_usd(get_recruiter(name))) for name in recruiters]
        return tuple(Price(name, usd, items) for name, usd in asked)
    found = []
    for name in RECRUITERS:
        try:
            usd = session_usd(get_recruiter(name))
        except RecruiterError:
            # not set up here
            continue
        if usd:
            found.append(Price(name, usd, items))
    return tuple(found)


def plan_of(study: Study, *, studies: int = 0, seconds: float = math.inf) -> Plan:
    """Return what a study can show; simulation begins no further study after `seconds`.

    The seed is the study's. Raises StudyError for what cannot be planned.
    """
    end = time.monotonic() + seconds
    try:
        return plan_study(
            study_input(study),
            seed=study.seed,
            studies=studies,
            go_on=lambda: time.monotonic() < end,
        )
    except ValueError as error:
        raise StudyError(f"{study.slug}: {error}") from error
