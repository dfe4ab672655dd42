"""What comparing the methods of a study gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.study import Comparisons, FamilyName

CLUSTERED = "two-way clustered z"
SIGN_FLIP = "exact sign-flip"
RANDOM_SIGNS = "sign-flip by random signs"
LOOKS = "declared looks"


@dataclass(frozen=True, slots=True)
class Contrast:
    """The share of ``one`` minus that of ``other``, in one row of the table.

    ``row``: a category, or the label of the average row, where the shares are means
    over the categories with votes on both. ``se``, ``low`` and ``high``: two-way
    clustered standard error and z interval at level 1 - alpha; with ``p_clustered``
    None where there is no variance or too few clusters to estimate it.
    ``p_signflip``: on the ``videos`` clips with votes on both; the ``unpaired`` ones
    with votes on only one are left out of it. ``p`` is that of ``test``, ``p_holm``
    adjusted within the family, ``significant`` where that is at most alpha. What a
    sequential plan compares is decided by its looks: ``p`` and ``p_holm`` are adjusted
    for them alone, ``significant`` where a bound was crossed. ``note`` says what is
    missing or differs.
    """

    family: FamilyName
    row: str
    one: str
    other: str
    difference: float
    se: float | None
    low: float | None
    high: float | None
    p_clustered: float | None
    p_signflip: float | None
    test: str
    p: float | None
    p_holm: float | None
    significant: bool
    videos: int
    unpaired: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Equivalence:
    """Whether a method lies within a margin of the control, by two one-sided tests.

    ``margin`` and ``difference`` (method minus control) are shares; ``low`` and
    ``high`` bound the interval at level 1 - 2 alpha. ``equivalent`` where it lies
    within the margins, ``non_inferior`` where ``low`` does. Without a variance to
    estimate the figures are None, nothing is claimed and ``note`` says why.
    """

    row: str
    method: str
    control: str
    margin: float
    difference: float
    se: float | None
    low: float | None
    high: float | None
    p: float | None
    equivalent: bool
    non_inferior: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class MajorityTest:
    """McNemar's test on the clips' majority labels: secondary, it discards votes.

    ``table``: clips by the label of ``one`` (rows: fake, real) and of ``other``
    (columns). ``exact_p``: binomial on the clips whose labels differ; ``chi2``
    without and ``chi2_corrected`` with the correction for continuity, 1 degree of
    freedom, None where no labels differ. ``p_holm``: the exact p adjusted over all
    pairs. ``videos`` counts the clips in the table, ``ties`` those left out because
    a method's votes on them are tied.
    """

    one: str
    other: str
    table: tuple[tuple[int, int], tuple[int, int]]
    exact_p: float
    chi2: float | None
    chi2_p: float | None
    chi2_corrected: float | None
    chi2_corrected_p: float | None
    p_holm: float
    videos: int
    ties: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class CochranQ:
    """Cochran's Q: whether majority labels are "real" as often under all methods.

    ``videos``: clips with a majority under each of them. ``q`` and ``p`` are None
    where no clip's labels differ.
    """

    methods: tuple[str, ...]
    q: float | None
    df: int
    p: float | None
    videos: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class ContrastReport:
    """All comparisons of a study, in the order of its families, rows and methods.

    ``baseline``: the method that the family "baseline" compares with, empty without
    a generated one. ``notes``: what holds for more than one comparison.
    """

    contrasts: tuple[Contrast, ...]
    equivalences: tuple[Equivalence, ...]
    majorities: tuple[MajorityTest, ...]
    cochran: tuple[CochranQ, ...]
    baseline: str
    comparisons: Comparisons
    notes: tuple[str, ...]
