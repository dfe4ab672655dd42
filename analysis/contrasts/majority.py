"""Tests on the majority labels of clips: secondary, since they discard votes."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from analysis.contrasts.multiplicity import holm
from analysis.contrasts.record import CochranQ, MajorityTest
from analysis.intervals.references import binomial_test
from analysis.intervals.tails import positive
from analysis.votes import counted

if TYPE_CHECKING:
    import numpy.typing as npt

    from analysis.intervals.clips import ClipVotes

    Ints = npt.NDArray[np.int64]

# labels of a method's votes on a clip
FAKE, REAL, TIED, NONE = range(4)


def majority_labels(clips: ClipVotes) -> Ints:
    """Return the label of each method on each clip: FAKE, REAL, TIED or NONE."""
    balance = 2 * clips.real - clips.votes
    labels = np.where(balance > 0, REAL, np.where(balance < 0, FAKE, TIED))
    return np.where(clips.votes > 0, labels, NONE)


def majority_tests(labels: Ints, methods: tuple[str, ...]) -> tuple[MajorityTest, ...]:
    """Return McNemar's test of every two methods, adjusted together by Holm.

    ``labels``: (method, clip) as from `majority_labels`. Pairs without a clip that
    has a majority under both are left out.
    """
    tests = []
    for one, other in combinations(range(len(methods)), 2):
        counts = np.bincount(labels[one] * 4 + labels[other], minlength=16)
        square = counts.reshape(4, 4)
        table = square[:TIED, :TIED]
        ties = int(square[:NONE, :NONE].sum() - table.sum())
        if table.any():
            cells = tuple((int(row[FAKE]), int(row[REAL])) for row in table)
            tests.append(mcnemar(methods[one], methods[other], cells, ties=ties))
    adjusted = holm([test.exact_p for test in tests])
    return tuple(
        replace(test, p_holm=1.0 if p is None else p)
        for test, p in zip(tests, adjusted, strict=True)
    )


def mcnemar(
    one: str, other: str, table: tuple[tuple[int, ...], ...], *, ties: int = 0
) -> MajorityTest:
    """Return McNemar's test of one table, its exact p adjusted for nothing else.

    Source: Q. McNemar, Psychometrika 12 (1947) 153-157.
    """
    (neither, only_other), (only_one, both) = table
    differ = only_one + only_other
    gap = abs(only_one - only_other)
    exact = binomial_test(only_one, differ)
    chi2 = gap**2 / differ if differ else None
    corrected = max(0, gap - 1) ** 2 / differ if differ else None
    notes = [] if differ else ["no clip's labels differ"]
    if ties:
        notes.append(f"{counted(ties, 'clip')} with tied votes left out")
    return MajorityTest(
        one=one,
        other=other,
        table=((neither, only_other), (only_one, both)),
        exact_p=exact,
        chi2=chi2,
        chi2_p=_upper(chi2, 1),
        chi2_corrected=corrected,
        chi2_corrected_p=_upper(corrected, 1),
        p_holm=exact,
        videos=neither + differ + both,
        ties=ties,
        note="; ".join(notes),
    )


def cochran_tests(
    labels: Ints, methods: tuple[str, ...], control: str | None
) -> tuple[CochranQ, ...]:
    """Return Cochran's Q of all methods, and of the generated ones, if three or more.

    Methods without a clip that has a majority under all of them give none.
    """
    every = tuple(range(len(methods)))
    generated = tuple(m for m in every if methods[m] != control)
    tests = []
    for group in dict.fromkeys((every, generated)):
        chosen = labels[list(group)]
        complete = (chosen <= REAL).all(axis=0)
        if len(group) > 2 and complete.any():
            ties = (chosen <= TIED).all(axis=0) & ~complete
            tests.append(
                cochran_q(
                    chosen[:, complete] == REAL,
                    tuple(methods[m] for m in group),
                    ties=int(np.count_nonzero(ties)),
                )
            )
    return tuple(tests)


def cochran_q(
    real: npt.NDArray[np.bool_], methods: tuple[str, ...], *, ties: int = 0
) -> CochranQ:
    """Return Cochran's Q of labels: (method, clip), true for "real".

    Source: W. G. Cochran, Biometrika 37 (1950) 256-266.
    """
    number, videos = real.shape
    by_method = [int(count) for count in real.sum(axis=1)]
    total = sum(by_method)
    within = number * total - int((real.sum(axis=0) ** 2).sum())
    spread = number * sum(count * count for count in by_method) - total**2
    q = (number - 1) * spread / within if within else None
    notes = [] if within else ["no clip's labels differ"]
    if ties:
        notes.append(f"{counted(ties, 'clip')} with tied votes left out")
    return CochranQ(
        methods=methods,
        q=q,
        df=number - 1,
        p=_upper(q, number - 1),
        videos=videos,
        note="; ".join(notes),
    )


def _upper(chi2: float | None, df: int) -> float | None:
    return None if chi2 is None else positive(float(special.chdtrc(df, chi2)))
