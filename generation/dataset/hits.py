"""Read Greatest Hits (Owens et al., CVPR 2016)."""

from collections import Counter
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from generation.dataset.record import DatasetError, Reading, Record, reading
from generation.geometry import FPS, MAX_FRAMES

FOLDERS = ("vis-data", "vis-data-256")
PICTURES = ("_denoised.mp4", "_denoised_thumb.mp4", "_mic.mp4")
SOUNDS = ("_denoised.wav", "_mic.wav")
PIECE_SECONDS = float(MAX_FRAMES / FPS)
VIDEOS, ACTIONS = 977, 46_577
"""Of the published set; the official lists have 733 and 244 videos."""


@dataclass(frozen=True, slots=True)
class Action:
    """A hit or scratch: when (s), what was touched, how, and what then moved.

    `action` and `reaction` are None where the annotator gave none.
    """

    seconds: float
    material: str | None
    action: str | None
    reaction: str | None


def read_greatest_hits(root: Path, *, cut: bool = True) -> Reading:
    """Read `<id>_denoised.mp4|.wav`, `<id>_times.txt`, `train.txt` and `test.txt`.

    Recordings last half a minute: with `cut` each gives pieces of 10 s up to its last
    action, else its first 10 s alone. The category is the material touched most often.
    All pieces of a recording are one group. Raises DatasetError.
    """
    folder = _folder(root)
    names = {
        path.name.removesuffix("_times.txt") for path in folder.glob("*_times.txt")
    }
    names |= {p.name.removesuffix(s) for s in PICTURES for p in folder.glob(f"*{s}")}
    warnings: list[str] = []
    records: list[Record] = []
    actions = 0
    for name in sorted(names):
        found = read_times(folder / f"{name}_times.txt")
        actions += len(found)
        pieces = _pieces(folder, name, found, cut=cut)
        if not pieces:
            warnings.append(f"{name}: no picture beside its times; left out")
        records += pieces
    videos = len({record.group for record in records})
    if (videos, actions) != (VIDEOS, ACTIONS):
        warnings.append(
            f"{videos} videos and {actions} actions, the published set has "
            f"{VIDEOS} and {ACTIONS}"
        )
    test = _official_test(folder, root)
    if test is None:
        warnings.append("test.txt is missing: the official split is not known")
    official = frozenset(r.clip for r in records if r.group in test) if test else None
    return reading("Greatest Hits", records, warnings, official=official)


def read_times(path: Path) -> tuple[Action, ...]:
    """The actions of one recording; () where there is no such file.

    Lines are `seconds material action reaction`; blank ones are skipped. Raises
    DatasetError naming the line that cannot be read.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError:
        return ()
    found = []
    for number, line in enumerate(lines, start=1):
        cells = line.split()
        if not cells:
            continue
        try:
            seconds = float(cells[0])
        except ValueError:
            message = f"{path.name}, line {number}: {cells[0]!r} is no time in seconds"
            raise DatasetError(message) from None
        words = [None if c == "None" else c for c in (*cells[1:4], *["None"] * 3)]
        found.append(Action(seconds, words[0], words[1], words[2]))
    return tuple(found)


def _folder(root: Path) -> Path:
    for folder in (*(root / name for name in FOLDERS), root):
        if folder.is_dir() and any(
            next(folder.glob(f"*{suffix}"), None) for suffix in PICTURES
        ):
            return folder
    raise DatasetError(
        f"{root}: neither vis-data/ nor vis-data-256/ with <id>_denoised.mp4 in it; "
        "name the folder of Greatest Hits"
    )


def _pieces(
    folder: Path, name: str, actions: tuple[Action, ...], *, cut: bool
) -> list[Record]:
    picture = _first(folder, name, PICTURES)
    if picture is None:
        return []
    last = max((action.seconds for action in actions), default=0.0)
    count = max(1, ceil(last / PIECE_SECONDS)) if cut else 1
    materials = Counter(a.material for a in actions if a.material)
    ranked = sorted(materials, key=lambda m: (-materials[m], m))
    return [
        Record(
            clip=f"{name}-{piece:02d}" if cut else name,
            category=ranked[0] if ranked else "unknown",
            path=picture,
            sound=_first(folder, name, SOUNDS),
            group=name,
            start=piece * PIECE_SECONDS,
        )
        for piece in range(count)
    ]


def _first(folder: Path, name: str, suffixes: tuple[str, ...]) -> Path | None:
    files = (folder / f"{name}{suffix}" for suffix in suffixes)
    return next((file for file in files if file.is_file()), None)


def _official_test(folder: Path, root: Path) -> frozenset[str] | None:
    for place in (folder, root):
        listed = place / "test.txt"
        if listed.is_file():
            return frozenset(listed.read_text(encoding="utf-8-sig").split())
    return None
