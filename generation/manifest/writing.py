"""Write a manifest."""

import csv
import json
from collections.abc import Iterable
from pathlib import Path

from generation.clip import ClipRecord
from generation.files import drafted
from generation.manifest.rows import JSON_SUFFIXES, OPTIONAL, REQUIRED


def write_manifest(records: Iterable[ClipRecord], path: Path) -> None:
    """Write `records` to `path`, as CSV or JSON lines by its suffix, in one move.

    Files below the manifest's folder are written relative to it, others absolute.
    The same records give the same bytes. Raises StorageError.
    """
    folder = path.parent.resolve()
    rows = [_cells(record, folder) for record in records]
    with drafted(path) as draft, draft.open("w", encoding="utf-8", newline="") as file:
        if path.suffix.lower() in JSON_SUFFIXES:
            for row in rows:
                filled = {name: value for name, value in row.items() if value != ""}
                file.write(json.dumps(filled, ensure_ascii=False) + "\n")
        else:
            table = csv.DictWriter(file, [*REQUIRED, *OPTIONAL], lineterminator="\n")
            table.writeheader()
            table.writerows(rows)


def _cells(record: ClipRecord, folder: Path) -> dict[str, str | int]:
    file = record.path.resolve()
    inside = file.is_relative_to(folder)
    return {
        "clip": record.clip,
        "category": record.category,
        "system": record.system,
        "path": file.relative_to(folder).as_posix() if inside else str(file),
        "seed": "" if record.seed is None else record.seed,
        "checkpoint": record.checkpoint,
        "note": record.note,
    }
