"""Where a report came from: enough to make it again and to see that it is the same."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import platform
from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

import analysis
from analysis.votes.frame import IDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analysis.report.options import ReportOptions
    from analysis.study import StudyRecord

LIBRARIES = ("numpy", "scipy", "pandas")


def votes_sha256(votes: pd.DataFrame) -> str:
    """Return a hash of the votes that no order of rows or columns changes.

    SHA-256 over, for each id column, its distinct values in order (as JSON), then all
    votes as little-endian 32-bit rows of their places among those values and the vote
    itself, sorted. Other columns do not count.
    """
    digest = hashlib.sha256()
    codes = []
    for name in IDS:
        column = pd.Categorical(votes.get(name, []))
        found = np.asarray(column.codes, dtype=np.int64)
        present = np.flatnonzero(np.bincount(found, minlength=len(column.categories)))
        names = column.categories.astype(str).to_numpy(object)[present]
        order = np.argsort(names)
        place = np.zeros(len(column.categories), np.int64)
        place[present[order]] = np.arange(len(present))
        digest.update(json.dumps(names[order].tolist(), ensure_ascii=False).encode())
        codes.append(place[found])
    vote = np.asarray(votes.get("vote", []), dtype=np.int64)
    item, rater = codes[IDS.index("item_id")], codes[IDS.index("worker_id")]
    rows = np.argsort((item * (len(vote) + 1) + rater) * 2 + vote, kind="stable")
    table = np.stack([*codes, vote], axis=1)[rows].astype("<i4")
    digest.update(table.tobytes())
    return digest.hexdigest()


def software() -> dict[str, str]:
    """Return name and version of what computes a report."""
    return {
        "analysis": analysis.__version__,
        "python": platform.python_version(),
        **{name: version(name) for name in LIBRARIES},
    }


def provenance(
    record: StudyRecord, options: ReportOptions, votes: pd.DataFrame
) -> Mapping[str, str]:
    """Return name and value of everything the report hangs on, without any time."""
    found = {
        **software(),
        "spec sha256": record.declared.get("spec sha256", ""),
        "study seed": record.declared.get("seed", ""),
        "votes": str(len(votes)),
        "votes sha256": votes_sha256(votes),
    }
    chosen = dataclasses.asdict(options)
    found |= {f"option {name}": str(value) for name, value in chosen.items()}
    return {name: value for name, value in found.items() if value}
