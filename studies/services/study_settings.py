"""Change a study's settings while nobody has seen it yet."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction

from generation.media import RenderSpec
from studies.errors import StudyError, WrongStateError
from studies.models import Item, Study
from studies.selectors import spent_usd
from studies.services.comparisons import settled
from studies.services.events import note

EDITABLE = (Study.State.DRAFT, Study.State.READY)
FIELDS = (
    "title",
    "description",
    "votes_per_item",
    "items_per_session",
    "practice_items",
    "catch_items",
    "max_votes_per_rater",
    "reward_usd",
    "hard_cap_usd",
    "soft_cap_usd",
    "assignment_minutes",
    "lifetime_hours",
    "places_per_posting",
    "consent_text",
    "contact_email",
    "seed",
    "render",
    "rules",
    "comparisons",
)
_DECIDES_FILES = ("seed", "render", "practice_items", "catch_items")
"""Settings on which the rendered files depend: after a change, build again."""


def is_editable(study: Study) -> bool:
    """Whether the rules may still change: before building and before launch."""
    return study.state in EDITABLE and not study.is_import


@transaction.atomic
def change_settings(study: Study, values: Mapping[str, Any]) -> Study:
    """Write `values` (keys of FIELDS); WrongStateError from launch on.

    StudyError for comparisons that do not hold.
    A study that is READY goes back to DRAFT when its files depend on the change.
    """
    unknown = set(values) - set(FIELDS)
    if unknown:
        raise ValueError(f"no settings of a study: {sorted(unknown)}")
    row = Study.objects.select_for_update().get(pk=study.pk)
    if not is_editable(row):
        raise WrongStateError(
            f"{row.slug} is {row.get_state_display().lower()}: its rules are fixed. "
            "Make a new study to change them."
        )
    before = {name: _settled(name, getattr(row, name)) for name in _DECIDES_FILES}
    for name, value in values.items():
        setattr(row, name, settled(value, row) if name == "comparisons" else value)
    after = {name: _settled(name, getattr(row, name)) for name in _DECIDES_FILES}
    if row.state == Study.State.READY and before != after:
        row.state = Study.State.DRAFT
    if before["render"] != after["render"]:
        row.stimuli.update(built_at=None, built_with="")
    row.save()
    row.items.filter(kind=Item.Kind.SCORED).update(places=row.votes_per_item)
    return row


@transaction.atomic
def change_caps(
    study: Study, *, hard_usd: Decimal, soft_usd: Decimal | None, by: str
) -> None:
    """Set both caps, also of a launched study: no rule and no figure hangs on them.

    Also of a closed one: bonuses are given then. StudyError for a hard cap below what
    is spent already.
    """
    row = Study.objects.select_for_update().get(pk=study.pk)
    spent = spent_usd(row)
    if hard_usd < spent:
        raise StudyError(f"${spent:.2f} are spent already: give that or more")
    for name, field, usd in (
        ("hard", "hard_cap_usd", hard_usd),
        ("soft", "soft_cap_usd", soft_usd),
    ):
        before = getattr(row, field)
        if usd != before:
            setattr(row, field, usd)
            row.save(update_fields=[field])
            text = f"{by} set the {name} cap to {_dollars(usd)}; it was "
            note(row, "cap", text + _dollars(before))


def _dollars(usd: Decimal | None) -> str:
    return "none" if usd is None else f"${usd:.2f}"


def forget_problem(study: Study) -> None:
    """Take down what went wrong last time, because it is being tried again."""
    Study.objects.filter(pk=study.pk).update(problem="")
    study.problem = ""


def _settled(name: str, value: Any) -> Any:
    # {} and the defaults written out are the same rendering
    return RenderSpec.from_json(value).to_json() if name == "render" else value
