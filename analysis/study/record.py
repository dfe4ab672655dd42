"""What a study declared before its first vote, and what is known of how it ran."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

FamilyName = Literal[
    "generated", "generated-by-category", "real", "real-by-category", "baseline"
]
FAMILIES: tuple[FamilyName, ...] = (
    "generated",
    "generated-by-category",
    "real",
    "real-by-category",
    "baseline",
)
DEFAULT_FAMILIES: tuple[FamilyName, ...] = (
    "generated",
    "generated-by-category",
    "real",
)
PlanKind = Literal["obrien-fleming", "pocock", "always-valid"]
PLAN_KINDS: tuple[PlanKind, ...] = ("obrien-fleming", "pocock", "always-valid")


@dataclass(frozen=True, slots=True)
class SequentialPlan:
    """Looks at the data that were declared before launch.

    One primary comparison, ``one`` against ``other``, of the Average row is tested at
    ``looks`` equally spaced looks (2 to 5), at two-sided level ``alpha`` over all of
    them; an always-valid plan has no fixed number of looks (``looks`` is 0). Looks go
    by whole source clips in an order drawn before launch.
    """

    kind: PlanKind
    looks: int
    one: str
    other: str
    alpha: float = 0.05


@dataclass(frozen=True, slots=True)
class Look:
    """One logged look: what was tested on how much, and what came of it.

    ``statistic`` is the clustered z (group-sequential) or the mixture's greatest
    likelihood ratio so far (always valid), ``bound`` what it had to reach. ``at`` is
    ISO 8601. ``note`` says why nothing was tested where it was not: the statistic is
    then none, whatever number stands for it.
    """

    number: int
    at: str
    videos: int
    votes: int
    difference: float
    statistic: float
    bound: float
    crossed: bool
    votes_sha256: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Comparisons:
    """Which comparisons were declared, and the margins that go with them.

    ``baseline``: the method that daggers compare with (empty: the first generated
    one). ``margin_pp``: half-width, in percentage points, of the band around the
    control inside which a method counts as equivalent (None: no such claim).
    ``families``: within each, p values are adjusted by Holm. ``alpha``: level of all
    tests. ``declared`` is False where nothing was declared and these are defaults.
    """

    baseline: str = ""
    margin_pp: float | None = None
    families: tuple[FamilyName, ...] = DEFAULT_FAMILIES
    alpha: float = 0.05
    sequential: SequentialPlan | None = None
    declared: bool = False


@dataclass(frozen=True, slots=True)
class Flow:
    """How many sessions and votes got how far.

    ``begun``: sessions that were given items. ``submitted``: handed in. ``paid``:
    reward confirmed (None where nobody was to be paid). ``used``: their votes count.
    ``votes_submitted``: votes on scored items of submitted sessions; ``votes_used``:
    those of them that count. ``excluded``: (reason, votes) of the others, most first.
    """

    begun: int
    submitted: int
    paid: int | None
    used: int
    raters: int
    raters_used: int
    votes_submitted: int
    votes_used: int
    excluded: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class StudyRecord:
    """A study as its report needs it, beside its votes; plain and serialisable.

    ``items``: (item_id, category, method) of everything planned, or None where no
    plan is known. ``declared``: name and text of what was fixed before launch, for
    print. ``methods``: facts for the methods paragraph by key (see
    `analysis.report.methods`). ``label`` stands over every output. ``seed``: the
    study's own, from which resampling starts unless another is asked for.
    """

    title: str = ""
    slug: str = ""
    label: str = ""
    design: str = "real-or-fake"
    categories: tuple[str, ...] = ()
    method_names: tuple[str, ...] = ()
    control: str = "Real"
    votes_per_item: int | None = None
    items: tuple[tuple[str, str, str], ...] | None = None
    max_votes_per_rater: int | None = None
    comparisons: Comparisons = field(default_factory=Comparisons)
    looks: tuple[Look, ...] = ()
    flow: Flow | None = None
    declared: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    methods: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    interim: bool = False
    seed: int = 0
