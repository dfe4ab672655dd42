"""How many items a second are leased to raters, in a study of 5,120 items?

    python script/bench_allocation.py [--sessions 60]

1,280 clips by four systems, three votes an item, ten items a session. Each session is
one call of `begin` (lock, draw, write); the first rater finds all of it free. Measured
on SQLite and, where its programs are, on a PostgreSQL of its own; nothing is kept.
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

CATEGORIES, CLIPS, SYSTEMS = 10, 128, ("real", "frame", "seq", "flow")
GOAL = 100.0
"""Items a second: fifty raters who all begin within the same five seconds."""


def main() -> int:
    options = _options()
    if options.inside:
        print(json.dumps(_measure(options.sessions)))
        return 0
    from bench_sites import sites
    from bench_table import line

    for engine, site in sites():
        said = subprocess.run(
            [sys.executable, __file__, "--inside", *sys.argv[1:]],
            env=site.env(), cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True,
        ).stdout  # fmt: skip
        found = json.loads(said)
        rate = found["items"] / found["seconds"]
        print(line(f"items leased, {engine}", rate, "/s", GOAL, at_least=True))
        worst = 1000 * found["worst"]
        print(line(f"slowest session's begin, {engine}", worst, "ms", None), flush=True)
    return 0


def _measure(sessions: int) -> dict[str, float]:
    import django

    django.setup()
    from django.utils import timezone

    from studies.models import Trial
    from studies.services.sessions import begin
    from tests.worlds import entry_of

    study = _study()
    now = timezone.now()
    times = []
    for number in range(sessions):
        posting = study.postings.all()[number // 9]
        start = time.perf_counter()
        begin(study, posting, entry_of(number), now=now, client={})
        times.append(time.perf_counter() - start)
    items = Trial.objects.filter(study=study, kind="scored").count()
    return {
        "items": items,
        "sessions": sessions,
        "seconds": sum(times),
        "worst": max(times),
    }


def _study() -> "Study":  # noqa: F821 - Django is not set up when this is read
    """Write the rows in bulk: 5,120 stimuli one by one would take minutes."""
    from studies.models import Category, Clip, Stimulus, Study, System
    from studies.services.design import lay_out
    from tests.worlds import NOW, add_posting

    study = Study.objects.create(
        slug="bench", title="Bench", seed=1, state=Study.State.LIVE, recruiter="mturk"
    )
    systems = [
        System.objects.create(study=study, name=name, is_real=name == "real", order=n)
        for n, name in enumerate(SYSTEMS)
    ]
    clips = []
    for c in range(CATEGORIES):
        category = Category.objects.create(study=study, name=f"Category {c}", order=c)
        clips += [
            Clip(
                study=study, category=category, key=f"clip-{c}-{k}", order=c * CLIPS + k
            )
            for k in range(CLIPS)
        ]
    made = Clip.objects.bulk_create(clips, batch_size=500)
    built = {"built_at": NOW, "seconds": 10.0}
    rows = [
        Stimulus(study=study, clip=clip, system=system, file=f"rated/{n}", **built)
        for n, (clip, system) in enumerate((c, s) for c in made for s in systems)
    ]
    rows += [Stimulus(study=study, clip=c, kind="muted", **built) for c in made[::64]]
    Stimulus.objects.bulk_create(rows, batch_size=500)
    lay_out(study)
    for _ in range(200):
        add_posting(study)
    return study


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sessions", type=int, default=60)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
