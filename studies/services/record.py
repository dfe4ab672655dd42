"""A study as `analysis` takes it: plain, everything but its votes."""

from collections.abc import Iterator, Mapping

from django.db.models import Max, Min
from django.utils import timezone

from analysis.study import Look, StudyRecord
from studies.models import Study
from studies.selectors.channels import recruiters_of
from studies.selectors.flow import flow
from studies.selectors.frames import scored_votes
from studies.selectors.spending import spending
from studies.services.comparisons import read_comparisons
from studies.services.declared import declared, label, rules_text
from studies.services.design import render_spec, session_size
from studies.services.designs import get_design
from studies.services.instructions import instructions_sha256

RECRUITERS: Mapping[str, str] = {
    "mturk": "a marketplace of the Mechanical Turk protocol",
    "link": "invitation links",
    "prolific": "Prolific",
}
QUALIFICATIONS: Mapping[str, str] = {
    # what `open` of each recruiter asks for
    "mturk": "none by the marketplace",
    "link": "none by link",
    "prolific": "a device with sound by Prolific, no other filter",
}
ALLOCATION = (
    "Items were dealt out when a session began, at random under a fixed seed: those "
    "that lacked most votes first, systems and categories level within the session, "
    "no source clip twice to one rater."
)
BY_STAGE = " Source clips were put in random order before launch and filled by stages."


def study_record(study: Study) -> StudyRecord:
    """Return what was declared with a study, how it ran, and facts for its methods."""
    systems = list(study.systems.order_by("is_real", "order"))
    imported = study.is_import
    return StudyRecord(
        title=study.title,
        slug=study.slug,
        label=label(study),
        design=get_design(study.design).key,
        categories=tuple(study.categories.values_list("name", flat=True)),
        method_names=tuple(each.name for each in systems),
        control=next((each.name for each in systems if each.is_real), "Real"),
        # an import brings its own numbers of votes; nothing was planned here
        votes_per_item=None if imported else study.votes_per_item,
        items=None if imported else planned_items(study),
        max_votes_per_rater=None if imported else study.max_votes_per_rater,
        comparisons=read_comparisons(study),
        looks=looks_of(study),
        # nor were there sessions: an import makes one for each rater
        flow=None if imported else flow(study),
        declared=declared(study),
        methods=study.spec.get("import", {}).get("facts", {})
        if imported
        else dict(_methods(study)),
        interim=study.state != Study.State.CLOSED,
        seed=study.seed,
    )


def planned_items(study: Study) -> tuple[tuple[str, str, str], ...]:
    """Return item_id, category and method of all that is judged, as in the votes."""
    rows = study.items.scored().filter(system__isnull=False)
    names = rows.values_list("clip__key", "category__name", "system__name")
    return tuple(
        (f"{clip}/{system}", category, system) for clip, category, system in names
    )


def looks_of(study: Study) -> tuple[Look, ...]:
    """Return the looks that were taken, in their order."""
    return tuple(
        Look(
            number=row.number,
            at=timezone.localtime(row.at).isoformat(timespec="seconds"),
            videos=row.videos,
            votes=row.votes,
            difference=row.difference,
            statistic=row.statistic,
            bound=row.bound,
            crossed=row.crossed,
            votes_sha256=row.votes_sha256,
            note=row.note,
        )
        for row in study.looks.all()
    )


def _methods(study: Study) -> Iterator[tuple[str, str]]:
    """Facts by the keys of `analysis.report.FACTS`, and a few more; known ones only."""
    yield from _recruiting(study)
    yield from _dates(study)
    yield "question", get_design(study.design).questions[0].text
    if words := _instructions(study):
        yield "instructions_sha256", words
    # fewer than the setting where there are fewer clips
    yield "items_per_session", str(session_size(study))
    for name in (
        *("practice_items", "catch_items"),
        *("votes_per_item", "max_votes_per_rater", "seed"),
    ):
        yield name, str(getattr(study, name))
    yield "allocation", ALLOCATION + (BY_STAGE if _staged(study) else "")
    made = render_spec(study).as_declared()
    said = "; ".join(f"{name}: {how}" for name, how in made.items())
    yield "stimuli", f"Real and generated clips were rendered alike ({said})."
    yield "exclusion_rules", rules_text(study.rules)
    if study.spec_hash:
        yield "spec_sha256", study.spec_hash


def _recruiting(study: Study) -> Iterator[tuple[str, str]]:
    names = recruiters_of(study)
    if names:
        yield "recruiters", _and(RECRUITERS.get(name, name) for name in names)
        yield "qualifications", "; ".join(QUALIFICATIONS.get(n, n) for n in names)
    if simulated := declared(study).get("raters"):
        yield "simulated", simulated
    # links pay nothing, whatever the study's reward is
    unpaid = sorted(
        {row.recruiter for row in study.postings.all() if not row.reward_usd}
    )
    if unpaid:
        yield "unpaid", _and(RECRUITERS.get(name, name) for name in unpaid)
    pays = not unpaid or set(names) - set(unpaid)
    if pays:
        yield "reward_usd", f"{study.reward_usd:.2f}"
    fees = study.postings.order_by("recruiter", "fee_usd").values_list(
        "recruiter", "fee_usd"
    )
    if pays and (
        said := ", ".join(f"${fee:.2f} to {name}" for name, fee in fees.distinct())
    ):
        yield "fee", f"{said}, for each session"
    money = spending(study)
    if pays and money.paid_per_hour_usd is not None:
        yield "paid_per_hour_usd", f"{money.paid_per_hour_usd:.2f}"
    if money.median_minutes is not None:
        yield "median_minutes", f"{money.median_minutes:.1f}"


def _dates(study: Study) -> Iterator[tuple[str, str]]:
    times = scored_votes(study).aggregate(
        first_vote=Min("received_at"), last_vote=Max("received_at")
    )
    for name, at in times.items():
        if at is not None:
            yield name, timezone.localtime(at).date().isoformat()


def _instructions(study: Study) -> str:
    """The hash frozen at launch; nothing where an older version did not freeze it."""
    if study.state in Study.UNLAUNCHED:
        return instructions_sha256(study)
    return str(study.spec.get("instructions_sha256", ""))


def _staged(study: Study) -> bool:
    return study.items.filter(stage__gt=0).exists()


def _and(names: Iterator[str]) -> str:
    found = list(dict.fromkeys(names))
    return " and ".join([", ".join(found[:-1]), found[-1]] if found[1:] else found)
