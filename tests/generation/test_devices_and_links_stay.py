"""A file is replaced by a whole one; what only stands for a file is written through."""

import os
import threading
from pathlib import Path

from generation.files import write_text


def test_a_pipe_is_written_to_and_stays_one(tmp_path: Path) -> None:
    """As `--csv /dev/stdout` must not put a file in the device's place."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    write_text(pipe, "a table\n")
    reader.join(10)
    assert read == ["a table\n"]
    assert pipe.is_fifo()


def test_a_link_stays_one_to_what_was_written(tmp_path: Path) -> None:
    target, link = tmp_path / "there" / "table.csv", tmp_path / "link.csv"
    target.parent.mkdir()
    target.write_text("old")
    link.symlink_to(target)
    write_text(link, "new")
    assert link.is_symlink()
    assert target.read_text() == "new"
    assert [each.name for each in target.parent.iterdir()] == ["table.csv"]
