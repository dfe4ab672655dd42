"""Cut a manifest's text into rows of named cells."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

REQUIRED = ("clip", "category", "system", "path")
OPTIONAL = ("seed", "checkpoint", "note")
JSON_SUFFIXES = (".jsonl", ".ndjson")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend: the row (0: the whole file), the field or file, what to do."""

    row: int
    field: str
    message: str

    def __str__(self) -> str:
        where = f"row {self.row}, {self.field}" if self.row else self.field
        return f"{where}: {self.message}"


Cells = Mapping[str, str]
"""One row: the text under each column."""


def csv_rows(text: str, faults: list[Fault]) -> Iterator[tuple[int, Cells]]:
    """The rows of a CSV with their numbers (a row ends there); adds to `faults`."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    header: list[str] = []
    for cells in _lines(reader, faults):
        if not any(cell.strip() for cell in cells):
            continue
        if not header:
            header = [cell.strip().casefold() for cell in cells]
            if not _header_is_right(header, reader.line_num, faults):
                return
        elif len(cells) != len(header):
            message = (
                f"{len(cells)} cells under {len(header)} columns; "
                "quote cells that hold the separator"
            )
            faults.append(Fault(reader.line_num, "row", message))
        else:
            yield reader.line_num, dict(zip(header, cells, strict=True))


def _lines(reader: Any, faults: list[Fault]) -> Iterator[list[str]]:
    """The rows that are fit; the reader takes up again behind one that is not."""
    while True:
        begun = reader.line_num + 1
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            faults.append(Fault(begun, "row", f"{error}; mend the quoting"))


def _header_is_right(header: Sequence[str], row: int, faults: list[Fault]) -> bool:
    known = (*REQUIRED, *OPTIONAL)
    found = [
        *(Fault(row, n, "column is missing; add it") for n in _absent(header)),
        *(
            Fault(
                row, n or "(no name)", f"unknown column; known are {', '.join(known)}"
            )
            for n in header
            if n not in known
        ),
        *(
            Fault(row, n, "column stands twice; keep one")
            for n in dict.fromkeys(header)
            if header.count(n) > 1
        ),
    ]
    faults.extend(found)
    return not found


def _absent(names: Iterable[str]) -> list[str]:
    present = set(names)
    return [name for name in REQUIRED if name not in present]


def json_rows(text: str, faults: list[Fault]) -> Iterator[tuple[int, Cells]]:
    """The rows of a JSON lines text with their numbers; adds to `faults`."""
    # str.splitlines would also cut at U+2028, which JSON allows inside a text.
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            faults.append(
                Fault(number, "line", f"not JSON ({error}); one object a line")
            )
            continue
        cells = _json_cells(number, value, faults)
        if cells is not None:
            yield number, cells


def _json_cells(number: int, value: object, faults: list[Fault]) -> Cells | None:
    if not isinstance(value, dict):
        faults.append(
            Fault(number, "line", "not an object; write {...} with the fields")
        )
        return None
    known = (*REQUIRED, *OPTIONAL)
    found = [
        *(Fault(number, n, "field is missing; add it") for n in _absent(value)),
        *(
            Fault(number, n, f"unknown field; known are {', '.join(known)}")
            for n in value
            if n not in known
        ),
        *(
            Fault(number, n, f"{v!r} is no text; write it in quotes")
            for n, v in value.items()
            if n in known and not isinstance(v, str) and not _may_be_bare(n, v)
        ),
    ]
    faults.extend(found)
    if found:
        return None
    return {name: "" if v is None else str(v) for name, v in value.items()}


def _may_be_bare(name: str, value: object) -> bool:
    if value is None:
        return name in OPTIONAL
    return name == "seed" and isinstance(value, int) and not isinstance(value, bool)
