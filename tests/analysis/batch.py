"""Results files of MTurk batches, as the requester site writes them."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

# of MTurk's own columns some that are there in every batch
FRONT = ("HITId", "HITTypeId", "Title", "Reward", "AssignmentId", "WorkerId")
MIDDLE = ("AssignmentStatus", "AcceptTime", "SubmitTime", "WorkTimeInSeconds")
BACK = ("Approve", "Reject")
CLOCK = "Thu Nov 19 08:15:02 PST 2026"


def assignment(
    hit: int, worker: str, *, status: str = "Approved", seconds: str = "30"
) -> dict[str, str]:
    """Return MTurk's own columns of an assignment."""
    return {
        "HITId": f"3HIT{hit:04d}",
        "HITTypeId": "3TYPE",
        "Title": 'Is the sound "real", or not?',
        "Reward": "$0.05",
        "AssignmentId": f"3A{hit:04d}{worker}",
        "WorkerId": worker,
        "AssignmentStatus": status,
        "AcceptTime": CLOCK,
        "SubmitTime": CLOCK,
        "WorkTimeInSeconds": seconds,
    }


def batch(
    folder: Path,
    rows: Sequence[tuple[Mapping[str, str], Mapping[str, str]]],
    *,
    encoding: str = "utf-8",
    ending: str = "\n",
) -> Path:
    """Write a batch of (assignment, Input.* and Answer.*), all values in quotes."""
    names = list(dict.fromkeys(name for _, own in rows for name in own))
    names.sort(key=lambda name: name.startswith("Answer."))
    text = io.StringIO()
    writer = csv.DictWriter(
        text,
        [*FRONT, *MIDDLE, *names, *BACK],
        restval="",
        quoting=csv.QUOTE_ALL,
        lineterminator=ending,
    )
    writer.writeheader()
    writer.writerows({**mturk, **own} for mturk, own in rows)
    path = folder / "Batch_4042437_batch_results.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def item(suffix: str = "", **values: str) -> dict[str, str]:
    """Return the Input.* columns of an item, numbered by the suffix."""
    return {f"Input.{name}{suffix}": value for name, value in values.items()}
