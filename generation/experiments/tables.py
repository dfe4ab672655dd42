"""Results as text to read, CSV and JSON to compute with; the same bytes every time."""

import csv
import io
import json
from collections.abc import Sequence

from generation.experiments.evaluation import SHUFFLED, Evaluation, Row
from generation.experiments.metrics import TELLING, Value
from generation.experiments.truth import DETECTED

_HEADS = {
    "onset_precision": "on P",
    "onset_recall": "on R",
    "onset_f1": "on F1",
    "onset_ap": "on AP",
    "onset_count_match": "on =",
    "envelope_l1": "E-L1",
    "envelope_r": "env r",
    "lag_seconds": "|lag| s",
    "loudness_error": "LU err",
    "loudness_r": "LU r",
    "centroid_error": "Hz err",
    "centroid_r": "Hz r",
    "frechet": "frechet",
    "mmd": "mmd",
}
LEGEND = """\
on P, R, F1, AP: precision, recall, F1, average precision of onsets within 0.1 s.
on =: share of clips with as many onsets as the original.
E-L1: mean difference of RMS, full scale 1. env r: correlation of RMS at 90 Hz.
|lag|: shift of the best correlation within 1 s, without its sign.
LU, Hz: loudness and spectral centroid: mean difference, and r over clips.
frechet, mmd: of log-mel statistics; mmd unbiased, times 100.
*: the metric that tells most in this category. n: clips; (n) where fewer count.
shuffled: the same sounds with other clips of the category; one that borrows real
sounds may meet their owners there, so judge it by "real, shuffled"."""


def as_text(evaluation: Evaluation) -> str:
    """The table in columns, with a legend and notes."""
    head = ("category", "system", "n", "s", *(_HEADS[m] for m in evaluation.metrics))
    lines = [_text_row(row, evaluation.metrics) for row in evaluation.rows]
    return "\n".join([columns([head, *lines]), "", LEGEND, *evaluation.notes]) + "\n"


def as_csv(evaluation: Evaluation) -> str:
    """One line per category, system and metric: value and the clips it rests on.

    The last column says what the numbers must not be taken for, and rest on.
    """
    target = io.StringIO()
    out = csv.writer(target, lineterminator="\n")
    head = ["category", "system", "control", "clips", "seconds", "metric", "value"]
    out.writerow([*head, "n", "note"])
    told = ("DEMO", DETECTED)
    note = " ".join(line for line in evaluation.notes if line.startswith(told))
    for row in evaluation.rows:
        start = [row.category, row.system, row.control, row.clips, f"{row.seconds:.3f}"]
        for name, value in row.values.items():
            shown = "" if value.value is None else repr(value.value)
            out.writerow([*start, name, shown, value.clips, note])
    return target.getvalue()


def as_json(evaluation: Evaluation) -> str:
    """All rows and notes; null where a metric is undefined."""
    rows = [
        {
            "category": row.category,
            "system": row.system,
            "control": row.control,
            "clips": row.clips,
            "seconds": row.seconds,
            "telling": TELLING.get(row.category),
            "values": {
                name: {"value": value.value, "n": value.clips}
                for name, value in row.values.items()
            },
        }
        for row in evaluation.rows
    ]
    return json.dumps({"rows": rows, "notes": list(evaluation.notes)}, indent=1) + "\n"


def columns(rows: Sequence[Sequence[str]]) -> str:
    """Cells under each other: two columns to the left, the others to the right."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if at < 2 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _text_row(row: Row, metrics: Sequence[str]) -> tuple[str, ...]:
    system = f"{row.system}, shuffled" if row.control == SHUFFLED else row.system
    if row.control not in ("", SHUFFLED):
        system = f"{row.system} (control)"
    telling = TELLING.get(row.category)
    cells = [
        _cell(row.values[name], row.clips) + ("*" if name == telling else "")
        for name in metrics
    ]
    return (row.category, system, str(row.clips), f"{row.seconds:.1f}", *cells)


def _cell(value: Value, clips: int) -> str:
    if value.value is None:
        return "-"
    size = abs(value.value)
    digits = 0 if size >= 100 else 1 if size >= 10 else 3
    few = f" ({value.clips})" if value.clips < clips else ""
    return f"{value.value:.{digits}f}{few}"
