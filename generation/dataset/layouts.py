"""Read VEGAS and VAS as they are handed around."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from generation.dataset.expected import (
    FIGURE_1,
    FOLDERS,
    VAS_COUNTS,
    VAS_FOLDERS,
    differences,
)
from generation.dataset.record import (
    VIDEO_SUFFIXES,
    DatasetError,
    Reading,
    Record,
    reading,
)

SEARCH_DEPTH = 3
"""How far below the folder given the categories are looked for."""


def read_vegas(root: Path) -> Reading:
    """Read VEGAS: `<category>/videos/video_00000.mp4`, `audios/`, `video_info.csv`.

    Categories may lie some folders deeper; without `audios/` the sound is the
    video's own; without `video_info.csv` clips cannot be grouped by recording, which
    a warning says. Counts are held against the paper's. Raises DatasetError.
    """
    warnings: list[str] = []
    records: list[Record] = []
    for folder in _category_folders(root):
        category = FOLDERS.get(folder.name, _spoken(folder.name))
        groups = _vegas_groups(folder, warnings)
        records += _folder_records(
            folder / "videos", folder.name, category, groups, warnings
        )
    found = reading("VEGAS", records)
    expected = {row.category: row.clips for row in FIGURE_1}
    told = [*warnings, *differences(found.counts, expected)]
    return reading("VEGAS", records, told)


def read_vas(root: Path) -> Reading:
    """Read VAS: `videos/<category>/` or `<category>/videos/`, lists of the test part.

    Lists are SpecVQGAN's `vas_valid.txt` or Regnet's `<category>_test.txt`, where they
    are found. VAS names no recordings, so clips cannot be grouped. Raises DatasetError.
    """
    warnings = ["VAS names no recordings: a split by group is not possible"]
    folders = [(f.name, f / "videos") for f in _category_folders(root, needed=False)]
    shared = root / "videos"
    if shared.is_dir() and not any(_videos(shared)):
        folders += [(f.name, f) for f in sorted(shared.iterdir()) if f.is_dir()]
    if not folders:
        raise DatasetError(
            f"{root}: neither videos/<category>/ nor <category>/videos/ in it; "
            "name the folder of VAS"
        )
    records: list[Record] = []
    for name, folder in folders:
        category = VAS_FOLDERS.get(name, _spoken(name))
        records += _folder_records(folder, name, category, {}, warnings)
    counts = {name: sum(pair) for name, pair in VAS_COUNTS.items()}
    found = reading("VAS", records)
    return reading(
        "VAS",
        records,
        [*warnings, *differences(found.counts, counts)],
        official=_vas_test(root, [name for name, _ in folders]),
        test_counts=[(name, pair[1]) for name, pair in VAS_COUNTS.items()],
    )


def _category_folders(root: Path, *, needed: bool = True) -> list[Path]:
    """The folders below `root` that hold a folder `videos` with videos in it."""
    if not root.is_dir():
        raise DatasetError(f"{root}: no such folder; check the path")
    for depth in range(1, SEARCH_DEPTH + 1):
        pattern = "/".join(["*"] * depth) + "/videos"
        found = [p.parent for p in root.glob(pattern) if p.is_dir() and any(_videos(p))]
        if found:
            return sorted(found)
    if needed:
        raise DatasetError(
            f"{root}: no <category>/videos/ with videos in it down to "
            f"{SEARCH_DEPTH} folders below; name the folder of the data set"
        )
    return []


def _videos(folder: Path) -> Iterable[Path]:
    return (
        path
        for path in sorted(folder.iterdir())
        if path.suffix.lower() in VIDEO_SUFFIXES and not path.name.startswith(".")
    )


def _folder_records(
    videos: Path,
    name: str,
    category: str,
    groups: Mapping[str, str],
    warnings: list[str],
) -> list[Record]:
    audios = videos.parent / "audios"
    has_sounds = audios.is_dir()
    found = []
    silent = 0
    for path in _videos(videos):
        sound = audios / f"{path.stem}.wav"
        present = has_sounds and sound.is_file()
        silent += has_sounds and not present
        found.append(
            Record(
                clip=f"{name}/{path.stem}",
                category=category,
                path=path,
                sound=sound if present else None,
                group=groups.get(path.stem),
            )
        )
    if silent:
        warnings.append(
            f"{category}: audios/ lacks {silent} clips; the videos' own sound is taken"
        )
    return found


def _vegas_groups(folder: Path, warnings: list[str]) -> dict[str, str]:
    """The recording of every clip, by its file's stem: row i is video_%05d of i."""
    table = folder / "video_info.csv"
    try:
        text = table.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        warnings.append(
            f"{folder.name}: video_info.csv is missing, so the recordings are unknown "
            "and a split by group is not possible"
        )
        return {}
    rows = list(csv.DictReader(text.splitlines(), skipinitialspace=True))
    names = {
        name.strip().casefold(): name for name in (rows[0] if rows else {}) if name
    }
    column = names.get("ytid")
    if column is None:
        warnings.append(f"{folder.name}: video_info.csv has no column YTID; not used")
        return {}
    numbered = {f"video_{i:05d}": (row[column] or "") for i, row in enumerate(rows)}
    return {stem: ident.strip() for stem, ident in numbered.items() if ident.strip()}


def _vas_test(root: Path, names: Sequence[str]) -> frozenset[str] | None:
    """The clips listed as test part, by whichever kind of list is there."""
    places = (root, root / "filelists", root.parent, root.parent / "filelists")
    listed: set[str] = set()
    for place in places:
        whole = place / "vas_valid.txt"
        if whole.is_file():
            return frozenset(_lines(whole))
        for name in names:
            part = place / f"{name}_test.txt"
            if part.is_file():
                listed |= {f"{name}/{line.split('/')[-1]}" for line in _lines(part)}
    return frozenset(listed) or None


def _lines(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8-sig")
    return [line.strip() for line in text.splitlines() if line.strip()]


def _spoken(folder: str) -> str:
    return folder.replace("_", " ").capitalize()
