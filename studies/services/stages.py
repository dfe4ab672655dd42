"""Which clips are needed for which look: whole clips, in an order drawn before."""

from analysis.sequential import clip_order, stages
from studies.models import Clip, Study
from studies.services.comparisons import misfit, read_comparisons, stage_count


def deal_stages(study: Study) -> dict[int, int]:
    """Return the stage of each clip by its id, from 1 on; none where no look is meant.

    The same seed deals the same stages. A plan that does not fit deals none: no study
    is launched with it.
    """
    if misfit(study):
        return {}
    plan = read_comparisons(study).sequential
    if plan is None:
        return {}
    rows = list(
        Clip.objects.filter(study=study)
        .order_by("order", "pk")
        .values_list("key", "pk", "category__name")
    )
    order = clip_order({key: name for key, _, name in rows}, seed=study.seed)
    stage_of = stages(order, stage_count(plan, len(rows)))
    return {pk: stage_of[key] for key, pk, _ in rows}
