"""What a study compares, declared before its first vote: read strictly, or refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.study import (
    DEFAULT_FAMILIES,
    FAMILIES,
    PLAN_KINDS,
    Comparisons,
    FamilyName,
    PlanKind,
    SequentialPlan,
)
from analysis.votes import counted
from studies.errors import StudyError
from studies.models import Clip, Study

ALWAYS_VALID_STAGES = 20
"""Parts that clips are dealt into where any number of looks is allowed."""
MOST_MARGIN_PP = 50
FEW_CLUSTERS = 10
"""With fewer clips, less one for each further category, a look is not tested."""
LOOKS = (2, 5)
PLAN_NAMES: Mapping[PlanKind, str] = {
    "obrien-fleming": "O'Brien-Fleming bounds",
    "pocock": "Pocock bounds",
    "always-valid": "an always-valid test",
}
_KEYS = ("baseline", "margin_pp", "alpha", "families", "sequential")
_PLAN_KEYS = ("kind", "looks", "one", "other")


@dataclass(frozen=True, slots=True)
class Names:
    """The systems that can be compared: those that generate, and the real one."""

    generated: tuple[str, ...]
    real: str = ""

    @property
    def all(self) -> tuple[str, ...]:
        """Return every name, the real one last."""
        return (*self.generated, *([self.real] if self.real else []))


def names_of(study: Study) -> Names:
    """Return the names of a study's systems."""
    rows = list(study.systems.order_by("order").values_list("name", "is_real"))
    real = next((name for name, is_real in rows if is_real), "")
    return Names(tuple(name for name, is_real in rows if not is_real), real)


def read_comparisons(study: Study) -> Comparisons:
    """Return what a study declared; the defaults, marked so, where it did not."""
    if not study.comparisons:
        return Comparisons()
    return parse(study.comparisons, names_of(study))


def parse(sent: Mapping[str, Any], names: Names) -> Comparisons:
    """Read declared comparisons; StudyError names the first value that does not hold.

    Keys, all optional: baseline, margin_pp, alpha, families, sequential (None, or
    kind, looks, one, other).
    """
    _known(sent, _KEYS, "the comparisons")
    alpha = _number(sent.get("alpha", 0.05), "the level alpha")
    if not 0 < alpha < 0.5:
        raise StudyError(f"the level alpha is {alpha:g}: it lies between 0 and 0.5")
    baseline = sent.get("baseline") or ""
    if baseline and baseline not in names.generated:
        raise StudyError(_no_system("baseline", baseline, names.generated))
    plan = sent.get("sequential")
    return Comparisons(
        baseline=baseline,
        margin_pp=_margin(sent.get("margin_pp"), names),
        families=_families(sent.get("families", list(DEFAULT_FAMILIES))),
        alpha=alpha,
        sequential=_plan(plan, names, alpha) if plan else None,
        declared=True,
    )


def to_json(comparisons: Comparisons) -> dict[str, Any]:
    """Return them as `parse` reads them, every default written out."""
    plan = comparisons.sequential
    return {
        "baseline": comparisons.baseline,
        "margin_pp": comparisons.margin_pp,
        "alpha": comparisons.alpha,
        "families": list(comparisons.families),
        "sequential": {name: getattr(plan, name) for name in _PLAN_KEYS}
        if plan
        else None,
    }


def settled(sent: Mapping[str, Any], study: Study) -> dict[str, Any]:
    """Return what to store of declared comparisons; nothing for the bare defaults."""
    if not sent:
        return {}
    read = to_json(parse(sent, names_of(study)))
    return {} if read == to_json(Comparisons()) else read


def misfit(study: Study) -> str:
    """Say why a study cannot be launched with what it declared; empty when it can."""
    try:
        plan = read_comparisons(study).sequential
    except StudyError as error:
        return f"what is compared does not fit any more: {error}"
    clips = Clip.objects.filter(study=study).count()
    if plan and plan.looks > clips:
        return f"{plan.looks} looks need as many clips, there are {clips}"
    return ""


def thin(study: Study) -> str:
    """Warn where the first of the declared looks can decide nothing; empty if not."""
    plan = read_comparisons(study).sequential
    if plan is None or not plan.looks:
        return ""
    # the first stage is the larger where the parts are not alike
    clips = -(-Clip.objects.filter(study=study).count() // plan.looks)
    if clips - (study.categories.count() - 1) >= FEW_CLUSTERS:
        return ""
    return (
        f"the first of {plan.looks} looks is at {counted(clips, 'clip')}: too few for "
        "a clustered error, so it can decide nothing"
    )


def stage_count(plan: SequentialPlan, clips: int) -> int:
    """Return into how many parts the clips are dealt: looks, where they are fixed."""
    return plan.looks or max(1, min(ALWAYS_VALID_STAGES, clips))


def comparisons_text(comparisons: Comparisons) -> str:
    """Say in one line what was declared."""
    if not comparisons.declared:
        return "none declared before launch"
    said = [f"baseline {comparisons.baseline or '(the first generated system)'}"]
    if comparisons.margin_pp is not None:
        said.append(f"equivalent to real within {comparisons.margin_pp:g} points")
    families = ", ".join(comparisons.families)
    said.append(f"level {comparisons.alpha:g}, Holm within {families}")
    if comparisons.sequential:
        said.append(plan_text(comparisons.sequential))
    return "; ".join(said)


def plan_text(plan: SequentialPlan) -> str:
    """Say in one line how a study is looked at while it runs."""
    looks = f"{plan.looks} looks" if plan.looks else "any number of looks"
    return f"{plan.one} against {plan.other} at {looks} by {PLAN_NAMES[plan.kind]}"


def _known(sent: Mapping[str, Any], keys: Sequence[str], what: str) -> None:
    if not isinstance(sent, Mapping):
        raise StudyError(f"{what} are {sent!r}: an object with {', '.join(keys)}")
    if unknown := sorted(set(sent) - set(keys)):
        known = ", ".join(keys)
        raise StudyError(f"{what} have no {unknown[0]!r} (known: {known})")


def _number(value: object, what: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise StudyError(f"{what} is {value!r}: write a number")
    return float(value)


def _margin(value: object, names: Names) -> float | None:
    if value is None:
        return None
    margin = _number(value, "the equivalence margin")
    if not 0 < margin <= MOST_MARGIN_PP:
        raise StudyError(
            f"the equivalence margin is {margin:g}: it lies above 0 and up to "
            f"{MOST_MARGIN_PP} percentage points"
        )
    if not names.real:
        raise StudyError(
            f"the equivalence margin of {margin:g} points is about the real sound: "
            "there is no real system"
        )
    return margin


def _families(value: object) -> tuple[FamilyName, ...]:
    sent = value if isinstance(value, list | tuple) else [value]
    for name in sent:
        if name not in FAMILIES:
            known = ", ".join(FAMILIES)
            raise StudyError(f"there is no family {name!r} (known: {known})")
    if not sent or len(set(sent)) < len(sent):
        raise StudyError(f"the families are {list(sent)}: name at least one, each once")
    return tuple(name for name in FAMILIES if name in sent)


def _plan(sent: Mapping[str, Any], names: Names, alpha: float) -> SequentialPlan:
    _known(sent, _PLAN_KEYS, "the sequential plan's settings")
    kind = sent.get("kind")
    if kind not in PLAN_KINDS:
        known = ", ".join(PLAN_KINDS)
        raise StudyError(f"there is no sequential plan {kind!r} (known: {known})")
    one, other = sent.get("one") or "", sent.get("other") or ""
    for place, name in (("first", one), ("second", other)):
        if name not in names.all:
            raise StudyError(_no_system(f"{place} system", name, names.all))
    if one == other:
        raise StudyError(f"the sequential plan compares {one!r} with itself")
    return SequentialPlan(kind, _looks(kind, sent.get("looks")), one, other, alpha)


def _looks(kind: PlanKind, value: object) -> int:
    if kind == "always-valid":
        if value:
            raise StudyError(f"an always-valid plan has no {value!r} looks: leave it 0")
        return 0
    fewest, most = LOOKS
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole or not fewest <= int(str(value)) <= most:
        raise StudyError(f"the number of looks is {value!r}: from {fewest} to {most}")
    return int(str(value))


def _no_system(what: str, name: str, known: Sequence[str]) -> str:
    there = ", ".join(known) or "none"
    if not name:
        return f"the {what} is not chosen (there are: {there})"
    return f"the {what} is {name!r}: there is no such system (there are: {there})"
