"""Files that were picked in a browser, which hands over names without folders."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from generation.clip import ClipRecord
from generation.manifest import read_manifest, same_name

_MOST_TOLD = 3


def lay_out(manifest: Path) -> str:
    """Move picked files to where their manifest names them; say what could not be.

    They lie beside the manifest, under their bare names. A row's file is found by its
    name, unless another row names a file so called in another folder. Run again, it
    moves nothing more and says the same. Returns '' where no row lacks its file.
    """
    folder = manifest.parent.resolve()
    picked = {same_name(path.name): path for path in folder.iterdir()}
    wanted: defaultdict[str, dict[Path, int]] = defaultdict(dict)
    for record in _listed(manifest):
        if record.path.is_relative_to(folder):
            wanted[record.path.name].setdefault(record.path, record.row)
    lacking, shared = False, []
    for name, places in wanted.items():
        source = folder / name
        if not _is_file(source):
            # a browser on another system may spell accents otherwise
            source = picked.get(same_name(name), source)
        if len(places) == 1 and source.name != manifest.name:
            _move(source, next(iter(places)))
        if all(map(_is_file, places)):
            continue
        lacking = True
        if len(places) > 1 and _is_file(source):
            shared.append(_shared(name, places, folder))
    return _hint(shared) if lacking else ""


def _listed(manifest: Path) -> Iterator[ClipRecord]:
    reading = read_manifest(manifest, as_listed=True)
    yield from reading.records
    yield from reading.unfit


def _move(source: Path, target: Path) -> None:
    """Move a picked file; one that cannot be moved is told of as missing."""
    try:
        if target != source and source.is_file() and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            source.rename(target)
    except (OSError, ValueError):
        return


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _shared(name: str, places: dict[Path, int], folder: Path) -> str:
    told = [
        f"{path.relative_to(folder).as_posix()} in row {row}"
        for path, row in places.items()
    ]
    more = len(told) - _MOST_TOLD
    rest = f" and {more} more" if more > 0 else ""
    return f"{name} may be {', '.join(told[:_MOST_TOLD])}{rest}"


def _hint(shared: list[str]) -> str:
    why = "A browser hands over picked files without their folders"
    if not shared:
        return (
            f"{why}; by its name a file of the manifest is not among them. Pick it "
            "too, or hand in one .zip of the whole folder."
        )
    more = len(shared) - _MOST_TOLD
    rest = f"; and {more} more" if more > 0 else ""
    return (
        f"{why}: {'; '.join(shared[:_MOST_TOLD])}{rest}. Hand in one .zip of the whole "
        "folder."
    )
