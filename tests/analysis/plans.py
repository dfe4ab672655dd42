"""Studies to be planned, for the tests."""

from typing import Any

import numpy as np

from analysis.intervals import sample_cells
from analysis.mixed import SimulatedDesign, simulate_votes
from analysis.planning import PlanInput

RATES = (0.70, 0.75, 0.91)
STUDIES = 300


def asked(**changed: Any) -> PlanInput:
    """Return 4 categories of 30 clips, two systems and Real, 3 votes, 40 raters."""
    given: dict[str, Any] = {
        "clips_per_category": 30,
        "categories": ("Dog", "Drum", "Rail", "Water"),
        "systems": ("Seq", "Flow"),
        "raters": 40,
        "cap": 60,
        "rates": RATES,
    }
    return PlanInput(**{**given, **changed})


def rates_drawn(plan: PlanInput) -> np.ndarray:
    """Return the shares of simulated studies: (study, method, category or average).

    A category without clips under a method has no number there.
    """
    design = SimulatedDesign(
        rates=(plan.rates,) * len(plan.categories),
        categories=plan.categories,
        methods=plan.methods,
        control=plan.control,
        clips_per_category=plan.clips_per_category,
        votes_per_item=plan.votes_per_item,
        raters=plan.raters,
        cap=plan.cap,
        sd_worker=plan.components.sd_worker,
        sd_video=plan.components.sd_video,
        sd_item=plan.components.sd_item,
        activity=plan.activity,
        layout=plan.layout,
    )
    drawn = []
    for seed in range(STUDIES):
        samples = sample_cells(simulate_votes(design, seed=seed))
        drawn.append(
            [
                [float(cell.rate) if cell else np.nan for cell in (*cells, average)]
                for cells, average in zip(samples.cells, samples.averages, strict=True)
            ]
        )
    return np.array(drawn)
