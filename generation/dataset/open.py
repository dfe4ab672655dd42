"""Open a data set by the name of its layout."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType

from generation.dataset.hits import read_greatest_hits
from generation.dataset.layouts import read_vas, read_vegas
from generation.dataset.plain import read_demo, read_folder, read_listed
from generation.dataset.record import DatasetError, Reading

LAYOUTS: Mapping[str, Callable[[Path], Reading]] = MappingProxyType(
    {
        "vegas": read_vegas,
        "vas": read_vas,
        "greatest_hits": read_greatest_hits,
        "folder": read_folder,
        "manifest": partial(read_listed, allow_outside=True),
        "demo": read_demo,
    }
)


def open_dataset(layout: str, place: Path) -> Reading:
    """Read the data set at `place`, laid out as `layout`. Raises DatasetError."""
    if layout not in LAYOUTS:
        raise DatasetError(f"layout {layout!r}: known are {', '.join(LAYOUTS)}")
    return LAYOUTS[layout](place)
