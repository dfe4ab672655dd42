"""Rates and components from the votes of a pilot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.intervals import sample_cells
from analysis.mixed import fit_system
from analysis.planning.record import PAPER_REAL, Components
from analysis.votes import counted, encode_votes

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

# a pilot is small: what it never saw may still happen
INNER = (0.01, 0.99)


def learn_from_pilot(
    votes: pd.DataFrame, systems: Sequence[str], *, control: str | None = "Real"
) -> tuple[Components, tuple[float, ...], str]:
    """Return components, rates and where these come from, from a votes frame.

    Rates are the averages of the methods of the same names (the control's in any
    case), held within [0.01, 0.99]; a system the pilot did not have gets the mean of
    those it had. Components are the mixed model's, with the average system in place of
    interactions. Raises ValueError for votes the model cannot be fitted to.
    """
    coded = encode_votes(votes, control=control or "Real")
    fit = fit_system(coded)
    if fit is None:
        message = (
            f"a pilot of {counted(len(votes), 'vote')} does not tell raters, clips and "
            "systems apart: take a larger one or leave --pilot out"
        )
        raise ValueError(message)
    samples = sample_cells(coded).averages
    known = {
        method: min(max(float(sample.rate), INNER[0]), INNER[1])
        for method, sample in zip(coded.methods, samples, strict=True)
        if sample is not None
    }
    real = known.pop(coded.control, PAPER_REAL) if coded.control else PAPER_REAL
    if not known:
        message = "the pilot has votes on the control alone: no system is known"
        raise ValueError(message)
    mean = sum(known.values()) / len(known)
    rates = [known.get(system, mean) for system in systems]
    rates += [] if control is None else [real]
    size = f"the pilot's {counted(len(votes), 'vote')}"
    strange = [system for system in systems if system not in known]
    source = f"{size}, {', '.join(strange)} by the mean" if strange else size
    if control is not None and coded.control is None:
        source += f", {control} by Table 2 of Visual to Sound"
    parts = Components(
        fit.sd_worker or 0.0, fit.sd_video or 0.0, fit.sd_item or 0.0, size
    )
    return parts, tuple(rates), source
