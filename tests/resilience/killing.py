"""Kill a job at a step, start it again, and look at the world."""

import signal
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.servers.site import Site


def job(do: str, kill_at: int | None = None, **args: Any) -> dict[str, Any]:
    """Return a job as the processes take it."""
    return {"do": do, "args": args, "kill_at": kill_at}


def spread(steps: int, points: int) -> list[int]:
    """Return about so many of the steps, from the first to the last."""
    return sorted({1 + n * (steps - 1) // (points - 1) for n in range(points)})


def killed_and_again(
    site: Site, start: Path, points: Iterable[int], do: str, **args: Any
) -> Iterable[int]:
    """Yield each point after the job was killed there and then done again."""
    for point in points:
        site.restore(start)
        [dead] = site.jobs(job(do, point, **args))
        assert dead.killed == signal.SIGKILL, f"it ended before step {point}"
        site.jobs(job(do, **args))
        yield point
