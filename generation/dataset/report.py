"""Write the statistics of a data set: a text table, CSV, and the pie of lengths."""

from dataclasses import replace
from pathlib import Path

from generation.dataset.clipset import ClipSet
from generation.dataset.decode import LONGEST_SECONDS
from generation.dataset.pie import pie_pdf, pie_svg
from generation.dataset.statistics import (
    LengthStatistics,
    is_outside,
    statistics,
    table_csv,
    table_text,
)
from generation.files import write_bytes


def length_statistics(clips: ClipSet) -> LengthStatistics:
    """Describe the native lengths of a prepared data set's clips.

    Longer ones count as long as they are decoded: LONGEST_SECONDS.
    """
    found = statistics((clip.category, clip.facts.seconds) for clip in clips.clips)
    strays = tuple(
        f"{clip.clip} ({_told(clip.facts.seconds)})"
        for clip in clips.clips
        if is_outside(clip.facts.seconds)
    )
    is_demo = any(clip.facts.is_demo for clip in clips.clips)
    return replace(found, strays=strays, is_demo=is_demo)


def write_statistics(stats: LengthStatistics, folder: Path) -> tuple[Path, ...]:
    """Write lengths.txt, .csv, .svg and .pdf to `folder`; return their paths.

    Without bins, as the paper's own table is, the pictures are left out.
    """
    files = {"lengths.txt": table_text(stats).encode()}
    files["lengths.csv"] = table_csv(stats).encode()
    if stats.bins:
        files["lengths.svg"] = pie_svg(stats).encode()
        files["lengths.pdf"] = pie_pdf(stats)
    for name, data in files.items():
        write_bytes(folder / name, data)
    return tuple(folder / name for name in files)


def _told(seconds: float) -> str:
    # the last picture, or block of coded sound, may end a little before
    if seconds > LONGEST_SECONDS - 0.1:
        return f"{LONGEST_SECONDS:.0f} s or more"
    return f"{seconds:.1f} s"
