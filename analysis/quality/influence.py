"""How far one rater moves the averages, by subtraction rather than a new analysis."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from analysis.quality.counting import count_codes
from analysis.quality.record import Sensitivity

if TYPE_CHECKING:
    from analysis.votes import CodedVotes

Floats = npt.NDArray[np.float64]

# shifts that differ by less than this, relatively, are the same but for rounding
SAME = 1e-9


def leave_one_out(
    votes: CodedVotes, *, average: str = "Average"
) -> tuple[Sensitivity, ...]:
    """Return for each method the rater without whom its average shifts most.

    The average is the mean over the categories that have votes; a category that only
    the rater judged drops out of it. Of raters who shift it as far, those without whom
    it rises come first, then the first by name. Methods without votes and those that
    one rater alone judged are left out.
    """
    if not len(votes.vote):
        return ()
    before, after = _averages(votes)
    found = []
    for method, name in enumerate(votes.methods):
        shifts = after[:, method] - before[method]
        size = np.abs(shifts)
        if not np.isfinite(size).any():
            continue
        largest = np.flatnonzero(size >= np.nanmax(size) * (1 - SAME))
        # by name alone another name could turn the sign
        _, _, worker = min(
            (bool(shifts[code] < 0), votes.worker_names[code], code)
            for code in largest.tolist()
        )
        found.append(
            Sensitivity(
                method=name,
                average=float(before[method]),
                worker=votes.worker_names[worker],
                shifted=float(after[worker, method]),
                shift=float(shifts[worker]),
                row=average,
            )
        )
    return tuple(found)


def _averages(votes: CodedVotes) -> tuple[Floats, Floats]:
    """Return the averages (method,) and those without each rater (worker, method).

    NaN where no vote is left, and for raters without votes on the method.
    """
    methods, categories = votes.shape
    cells = methods * categories
    codes, times = count_codes(
        (votes.worker * cells + votes.cell) * 2 + votes.vote, votes.workers * cells * 2
    )
    entry, vote = codes // 2, codes % 2
    starts = np.flatnonzero(np.diff(entry, prepend=-1))
    own_total = np.add.reduceat(times, starts)
    own_real = np.add.reduceat(times * vote, starts)
    worker, cell = entry[starts] // cells, entry[starts] % cells
    total = np.bincount(votes.cell, minlength=cells)
    real = np.bincount(votes.cell[votes.vote == 1], minlength=cells)
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = real / total
        left = (real[cell] - own_real) / (total[cell] - own_total)
        gone = total[cell] == own_total
        change = np.where(gone, -rate[cell], left - rate[cell])
        key = worker * methods + cell // categories
        size = votes.workers * methods
        rates = rate.reshape(methods, categories)
        sums, present = np.nansum(rates, axis=1), (total > 0).reshape(rates.shape)
        count = present.sum(axis=1)
        changed = np.bincount(key, change, minlength=size).reshape(-1, methods)
        lost = np.bincount(key[gone], minlength=size).reshape(-1, methods)
        after = (sums + changed) / (count - lost)
        met = np.bincount(key, minlength=size).reshape(-1, methods) > 0
        return sums / count, np.where(met & (count > lost), after, np.nan)
