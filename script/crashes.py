"""Print the crash matrix: see tests.resilience.matrix.

    python script/crashes.py [--points 20] [--seed 1]

A cell says how many runs ended as the undisturbed one, of how many. Exits with 1 when
any did not.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import bench_sites  # noqa: F401 - it sets up the paths and Django

from tests.resilience import matrix
from tests.servers.site import Site

KILLED = "killed with -9"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--points", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    cells: dict[tuple[str, str], matrix.Cell] = {}
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder))
        site.manage("migrate", "--verbosity", "0")
        empty = site.snapshot()
        with site.served(workers=2):
            ready = [matrix.make_ready(site, deed, empty) for deed in matrix.DEEDS]
            for each in ready:
                print(f"{each.deed.name}: {each.steps} steps", flush=True)
                cell = matrix.kill(site, each, given.points, given.seed)
                cells[each.deed.name, KILLED] = cell
        for name, faults in matrix.FAULTS.items():
            print(name, flush=True)
            failing = Site(site.folder, {"MARKETPLACE_FAULTS": faults}, site.port)
            with failing.served(workers=2):
                for each in ready:
                    cells[each.deed.name, name] = matrix.disturb(site, each, name)
        site.close()
    deeds = [deed.name for deed in matrix.DEEDS]
    print(matrix.table(cells, deeds, [KILLED, *matrix.FAULTS]))
    return 1 if any(cell.wrong for cell in cells.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
