"""manage.py studies: what there is"""

from typing import Any

from analysis.votes import counted
from studies.management.base import StudyCommand
from studies.models import Study
from studies.selectors import progress
from studies.selectors.channels import recruiters_of
from studies.selectors.spending import Spending


class Command(StudyCommand):
    help = "List the studies and how they stand."

    def work(self, **_options: Any) -> None:
        studies = list(Study.objects.all())
        if not studies:
            self.stdout.write("There is no study yet: begin with manage.py ingest.")
        for study in studies:
            held = progress(study)
            kind = (
                "imported" if study.is_import else "+".join(recruiters_of(study)) or "-"
            )
            self.stdout.write(
                f"{study.slug:24} {study.get_state_display():10} {kind:9} "
                f"{held.votes_counted} of {counted(held.votes_wanted, 'vote')}, "
                f"{counted(held.items, 'item')}, ${held.spent_usd:.2f} spent"
                f"{_measured(held.money)}"
                f"{'  (demo)' if study.is_demo else ''}  {study.title}"
            )


def _measured(money: Spending) -> str:
    if money.paid_per_hour_usd is None or money.median_minutes is None:
        return ""
    return (
        f", ${money.paid_per_hour_usd:.2f} per hour, "
        f"median {money.median_minutes:.1f} min"
    )
