"""Print what a crowd, faults and kills do to a study: see tests.servers.soak.

    python script/soak.py [--raters 200] [--seconds 600] [--clips 25] [--pause 20]

Exits with 1 when a vote was lost, a session paid twice, an item over-allocated, or the
books of the study and the marketplace disagree.
"""

import argparse
import sys

import bench_sites  # noqa: F401 - it sets up the paths and Django

from tests.servers import soak

FAULTS = "throttle=0.1,fail_before=0.05,fail_after=0.05,slow=0.05:0.5,lag=2,seed=7"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--raters", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--clips", type=int, default=25, help="per category, of ten")
    parser.add_argument("--pause", type=float, default=20, help="seconds for a clip")
    parser.add_argument("--kills", type=int, default=6)
    parser.add_argument("--faults", default=FAULTS)
    given = parser.parse_args()
    outcome = soak.run(
        soak.Plan(
            raters=given.raters,
            seconds=given.seconds,
            clips_per_category=given.clips,
            pause=given.pause,
            faults=given.faults,
            kills=given.kills,
        )
    )
    print(soak.text(outcome))
    print("nothing lost, nothing doubled" if outcome.clean else "NOT CLEAN")
    return 0 if outcome.clean else 1


if __name__ == "__main__":
    sys.exit(main())
