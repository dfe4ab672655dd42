"""manage.py rehearse --study SLUG --raters N --seed K"""

from argparse import ArgumentParser
from typing import Any

from analysis.votes import counted
from studies.errors import StudyError
from studies.management.base import StudyCommand, add_study
from studies.management.local_site import local_site
from studies.management.progress import Bar
from studies.selectors import get_study
from studies.selectors.channels import recruiters_of
from studies.services.rehearsal import Population, RehearsalSummary, rehearse

SHARES = {
    "spammers": "Share of raters who answer blindly.",
    "returning": "Share of raters who give a session back in the middle.",
    "abandoning": "Share of raters who walk away in the middle.",
}


class Command(StudyCommand):
    help = "Let simulated raters work through a live study's pages, on this machine."
    go_on = "Run the same command again: the same raters take up what they hold."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_study(parser)
        parser.add_argument("--raters", type=int, required=True)
        parser.add_argument("--seed", type=int, required=True)
        parser.add_argument(
            "--sensitivity", type=float, default=1.5, help="Mean d' (default 1.5)."
        )
        parser.add_argument(
            "--bias", type=float, default=0.0, help="Mean criterion; > 0: says fake."
        )
        parser.add_argument(
            "--lapse", type=float, default=0.02, help="Share of blind answers."
        )
        for name, text in SHARES.items():
            parser.add_argument(f"--{name}", type=float, default=0.0, help=text)
        parser.add_argument(
            "--workers", type=int, default=4, help="Raters at work at a time."
        )

    def work(self, **options: Any) -> None:
        study = get_study(options["study"])
        shares = ("sensitivity", "bias", "lapse", *SHARES)
        try:
            population = Population(
                raters=options["raters"],
                seed=options["seed"],
                **{name: options[name] for name in shares},
            )
        except ValueError as error:
            raise StudyError(str(error)) from error
        with local_site(*recruiters_of(study), tell=self.note):
            summary = rehearse(
                study, population, workers=options["workers"], progress=Bar()
            )
        self._show(study.slug, summary)

    def _show(self, slug: str, done: RehearsalSummary) -> None:
        self.stdout.write(
            f"{slug}: {counted(done.sessions, 'session')} by simulated raters, "
            f"{counted(done.votes, 'answer')}, {counted(done.left, 'session')} left "
            f"early, {done.seconds:.1f} s"
        )
        self.stdout.write(
            f"votes that count: {done.votes_counted} of {done.votes_wanted}; "
            f"the end: {done.ended}"
        )
        self.stdout.write(
            f"page {_ms(done.page_p50_ms)} (p95 {_ms(done.page_p95_ms)}), "
            f"save {_ms(done.save_p50_ms)} (p95 {_ms(done.save_p95_ms)}), "
            f"{counted(done.retries, 'request')} sent again"
        )
        for code, count in done.refusals.items():
            self.stdout.write(f"turned away ({code}): {count}")
        self.stdout.write(f"Next: python manage.py report --study {slug}")


def _ms(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f} ms"
