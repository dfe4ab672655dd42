"""How long do page and vote save take while fifty raters work at once?

    python script/bench_load.py [--raters 50] [--pause 2] [--threads 16]

The site is served as by script/serve: one process of gunicorn with 16 threads. Each
rater takes `--pause` seconds a clip, give or take half; people take five times as
long, so this is the load of some 250 of them. Then once more without any pause, which
shows what the site can do at most. On SQLite and, where it is, on PostgreSQL.
"""

import argparse
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from statistics import median, quantiles

from bench_sites import sites
from bench_table import line

from tests.servers.raters import Ledger, Rater
from tests.servers.site import Site

WORLD = {
    "categories": 5,
    "clips_per_category": 4,
    "systems": ("real", "flow"),
    "settings": {"votes_per_item": 20, "items_per_session": 8},
}
GOALS = {"rater page": 500.0, "vote save": 250.0}
"""p95 in milliseconds: what a person does not yet feel as waiting."""


def main() -> int:
    options = _options()
    for engine, site in sites():
        with site.served(threads=options.threads):
            for pause in (options.pause, 0.0):
                slug = f"pause-{pause:g}".replace(".", "-")
                ledger, seconds = _crowd(site, slug, options.raters, pause)
                label = f"{engine}, " + (f"{pause:g} s a clip" if pause else "no pause")
                _print(label, slug, ledger, judged=bool(pause))
                rate = len(ledger.acked) / seconds
                print(line(f"votes saved, {label}", rate, "/s", None), flush=True)
    return 0


def _crowd(site: Site, slug: str, raters: int, pause: float) -> tuple[Ledger, float]:
    site.job("seed_study", slug=slug, live=-(-raters // 9), **WORLD)
    postings = site.job("entries", slug=slug)
    ledger = Ledger()
    start = time.perf_counter()
    with ThreadPoolExecutor(raters) as pool:
        crowd = [
            pool.submit(
                Rater(site, slug, postings[n // 9], n, ledger).work, pause=pause
            )
            for n in range(raters)
        ]
        for each in crowd:
            each.result()
    seconds = time.perf_counter() - start
    if set(ledger.statuses) - {200} or site.job("audit", slug=slug)["votes"] != (
        ledger.acked
    ):
        sys.exit(f"{slug}: raters were refused or votes lost: {ledger.statuses}")
    return ledger, seconds


def _print(label: str, slug: str, ledger: Ledger, *, judged: bool) -> None:
    for what, kind in (("rater page", slug), ("vote save", "answer")):
        times = [1000 * seconds for seconds in ledger.seconds[kind]]
        goal = GOALS[what] if judged else None
        print(line(f"{what} p50, {label}", median(times), "ms", None))
        print(line(f"{what} p95, {label}", quantiles(times, n=20)[-1], "ms", goal))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--raters", type=int, default=50)
    parser.add_argument("--pause", type=float, default=2.0)
    parser.add_argument("--threads", type=int, default=16)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
