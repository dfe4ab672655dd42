"""To metric tools outside and back: folders of equal names, and their results.

av-benchmark, fadtk, kadtk and the like compare two folders file by file. What they
need, downloaded weights, does not belong here; what they find does.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf, isfinite
from pathlib import Path

import numpy as np

from generation.clip import REAL, ClipRecord
from generation.experiments.rows import ExperimentError, of_system, wanted_systems
from generation.experiments.spectra import at_rate
from generation.files import (
    drafted_folder,
    file_stem,
    make_folder,
    remove_drafts,
    require_folder,
    write_text,
)
from generation.media import Sound, gateway, read_sounds, write_wav
from generation.media.streams import declare

VIDEO = "video"
INDEX = "index.csv"
_TIMEOUT = 120.0


@dataclass(frozen=True, slots=True)
class Exported:
    """One clip as written: `id` is its file's stem, `seconds` the length of all."""

    id: str
    clip: str
    category: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Score:
    """A number an outside tool found, for one method; `where` says in which file."""

    method: str
    metric: str
    value: float
    where: str


def export_folders(
    rows: Sequence[ClipRecord],
    out: Path,
    *,
    systems: Sequence[str] = (),
    seconds: float | None = None,
    rate: int = 48_000,
    progress: Callable[[str], None] | None = None,
) -> tuple[Exported, ...]:
    """Write `out`/real/<id>.wav, <system>/<id>.wav and video/<id>.mp4, of equal length.

    A clip's files last as long as the shortest of them, or `seconds`, and clips shorter
    than that are left out; only clips with a sound of every one of `systems` (all that
    `rows` have) are written. Folders of systems are named after them; index.csv tells
    whose file is whose. `out` must be new or empty. Raises ExperimentError when nothing
    can be written or a name cannot be a folder, MediaError for unreadable files; `out`
    is then as it was.
    """
    wanted = wanted_systems(rows, systems)
    folders = _folders(wanted)
    if seconds is not None and not 0 < seconds < inf:
        raise ExperimentError(f"seconds {seconds:g}: give a length above 0")
    require_folder(out)
    remove_drafts([out])
    if out.exists() and any(out.iterdir()):
        raise ExperimentError(f"{out}: not empty; name a new folder")
    real = of_system(rows, REAL)
    found = {system: of_system(rows, system) for system in wanted}
    done: list[Exported] = []
    with drafted_folder(out) as draft:
        for clip, own in sorted(real.items()):
            arms = {folders[system]: found[system].get(clip) for system in wanted}
            given = {name: row for name, row in arms.items() if row is not None}
            if len(given) < len(arms):
                continue
            length = _export_clip(own, given, draft, seconds=seconds, rate=rate)
            if length is not None:
                done.append(Exported(file_stem(clip), clip, own.category, length))
            if progress:
                progress(clip)
        if not done:
            why = f" and {seconds:g} s" if seconds else ""
            raise ExperimentError(
                f"no clip has a sound of every system{why}; name fewer"
            )
        _write_index(draft / INDEX, done)
    return tuple(done)


def read_scores(path: Path, *, method: str | None = None) -> tuple[Score, ...]:
    """Read results: CSV by rows or columns, JSON by method, or JSON of one `method`.

    CSV has the columns method, metric, value (others are left alone), or method and one
    column for each metric. JSON is {method: {metric: value}}, or {metric: value} with
    `method` given. Raises ExperimentError saying what in which line cannot be used.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ExperimentError(f"{path.name}: cannot be read ({error})") from error
    is_json = path.suffix.lower() == ".json"
    read = _from_json if is_json else _from_csv
    try:
        scores = tuple(read(text, path.name, method))
    except csv.Error as error:
        raise ExperimentError(f"{path.name}: {error}; mend its quotes") from error
    if not scores:
        raise ExperimentError(f"{path.name}: no result in it")
    _consistent(scores)
    return scores


def scores_table(scores: Iterable[Score]) -> Mapping[tuple[str, str], float]:
    """Scores by (method, metric), several files together.

    Raises ExperimentError where two files tell of the same.
    """
    given = tuple(scores)
    _consistent(given)
    return {(score.method, score.metric): score.value for score in given}


def _folders(systems: Sequence[str]) -> dict[str, str]:
    folders: dict[str, str] = {}
    for system in systems:
        name = system if re.fullmatch(r"[\w][\w.+-]*", system) else file_stem(system)
        if name.casefold() in {REAL, VIDEO}:
            raise ExperimentError(f"system {system!r}: a folder is called so")
        folders[system] = name
    if not folders:
        raise ExperimentError("no system beside the real sounds; add one")
    return folders


def _export_clip(
    own: ClipRecord,
    arms: Mapping[str, ClipRecord],
    out: Path,
    *,
    seconds: float | None,
    rate: int,
) -> float | None:
    """Write one clip's files; how long they are, None where it is too short."""
    sounds = read_sounds([own.path, *(row.path for row in arms.values())])
    picture = declare(own.path, timeout=_TIMEOUT)
    lengths = [sound.seconds for sound in sounds]
    if picture.video is not None and picture.video.get("duration"):
        lengths.append(float(picture.video["duration"]))
    length = min(lengths) if seconds is None else seconds
    if length <= 0 or min(lengths) < length - 0.5 / rate:
        return None
    name = file_stem(own.clip)
    count = int(length * rate + 1e-6)
    for folder, sound in zip((REAL, *arms), sounds, strict=True):
        wave = at_rate(sound, rate)[:count].astype(np.float32)
        short = np.pad(wave, (0, count - len(wave)))
        write_wav(out / folder / f"{name}.wav", Sound(short, rate))
    if picture.video is not None:
        _write_video(own.path, str(picture.video["index"]), out, name, length)
    return count / rate


def _write_video(path: Path, stream: str, out: Path, name: str, length: float) -> None:
    target = out / VIDEO / f"{name}.mp4"
    make_folder(target.parent)
    even = "trunc(iw/2)*2", "trunc(ih/2)*2"
    shown = gateway.source(path)[stream].filter("scale", *even)
    # Frames last up to 67 ms: the last one is held so that none ends early.
    held = shown.filter("tpad", stop_mode="clone", stop_duration=0.2)
    coded = gateway.target(
        [held.filter("trim", end=length)],
        target,
        vcodec="libx264",
        preset="veryfast",
        crf=18,
        pix_fmt="yuv420p",
        fflags="+bitexact",
        flags="+bitexact",
        map_metadata=-1,
    )
    gateway.run(coded, timeout=_TIMEOUT)


def _write_index(path: Path, done: Sequence[Exported]) -> None:
    target = io.StringIO()
    out = csv.writer(target, lineterminator="\n")
    out.writerow(["id", "clip", "category", "seconds"])
    out.writerows([e.id, e.clip, e.category, f"{e.seconds:.6f}"] for e in done)
    write_text(path, target.getvalue())


def _from_csv(text: str, name: str, method: str | None) -> Iterable[Score]:
    lines = csv.DictReader(io.StringIO(text))
    heads = [head.strip() for head in lines.fieldnames or ()]
    lines.fieldnames = heads
    if "method" not in heads and method is None:
        raise ExperimentError(
            f"{name}: no column `method`; columns are {', '.join(heads) or 'none'}"
        )
    long = {"metric", "value"} <= set(heads)
    for cells in lines:
        where = f"{name}, line {lines.line_num}"
        if None in cells or None in cells.values():
            raise ExperimentError(f"{where}: not {len(heads)} cells; mend the line")
        who = (cells.get("method") or method or "").strip()
        told = (
            {cells["metric"].strip(): cells["value"]}
            if long
            else {head: cells[head] for head in heads if head != "method"}
        )
        for metric, value in told.items():
            if long or value.strip():
                yield _score(who, metric, value, where)


def _from_json(text: str, name: str, method: str | None) -> Iterable[Score]:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ExperimentError(f"{name}: not JSON ({error})") from error
    if not isinstance(told, dict):
        raise ExperimentError(f"{name}: not an object; give {{method: {{metric: n}}}}")
    flat = not any(isinstance(value, dict) for value in told.values())
    if flat and method is None:
        raise ExperimentError(f"{name}: results of one method; say which it is")
    for who, metrics in ({method: told} if flat else told).items():
        if not isinstance(metrics, dict):
            raise ExperimentError(f"{name}, {who!r}: not an object of metrics")
        for metric, value in metrics.items():
            yield _score(str(who), str(metric), value, f"{name}, {who!r}")


def _score(method: str, metric: str, value: object, where: str) -> Score:
    if not method or not metric:
        raise ExperimentError(f"{where}: a method or metric without a name")
    number = _number(value)
    if number is None:
        raise ExperimentError(f"{where}: {metric} is {value!r}, no number")
    if not isfinite(number):
        raise ExperimentError(f"{where}: {metric} is {value!r}; the tool has failed")
    return Score(method, metric, number, where)


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        return float(value)
    except ValueError:
        return None


def _consistent(scores: Sequence[Score]) -> None:
    """Raise ExperimentError where one number stands twice."""
    first: dict[tuple[str, str], Score] = {}
    for score in scores:
        twin = first.setdefault((score.method, score.metric), score)
        if twin is not score:
            raise ExperimentError(
                f"{score.where}: {score.metric} of {score.method} stands in "
                f"{twin.where} too; keep one"
            )
