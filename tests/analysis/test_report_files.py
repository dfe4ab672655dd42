from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from analysis.render import DEMO_LABEL, FORMATS, render, write_report
from analysis.tables import judged_real_table
from tests.analysis.frames import cell_rows, frame

if TYPE_CHECKING:
    from pathlib import Path

TABLE = judged_real_table(frame(cell_rows("雨", "Flow", [1, 2])))
NAMES = ["table.txt", "table.md", "table.csv", "table.tex", "table.json"]


def test_every_format_is_written_as_rendered(tmp_path: Path) -> None:
    files = write_report(
        TABLE, tmp_path / "new" / "report", title="T", label=DEMO_LABEL
    )
    assert [file.name for file in files] == NAMES
    for file, format in zip(files, FORMATS, strict=True):
        expected = render(TABLE, format, title="T", label=DEMO_LABEL)
        assert file.read_bytes().decode() == expected
    assert sorted(p.name for p in (tmp_path / "new" / "report").iterdir()) == sorted(
        NAMES
    )


def test_a_second_report_replaces_the_first(tmp_path: Path) -> None:
    write_report(TABLE, tmp_path, title="first")
    write_report(TABLE, tmp_path, title="second")
    assert (tmp_path / "table.txt").read_text(encoding="utf-8").startswith("second")


def test_a_failed_write_leaves_the_old_report_and_no_rubbish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_report(TABLE, tmp_path, title="first")

    def full(self: Path, data: bytes) -> int:
        self.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        write_report(TABLE, tmp_path, title="second")
    assert (tmp_path / "table.txt").read_text(encoding="utf-8").startswith("first")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(NAMES)
