"""Work done by several processes comes back, or what went wrong with it does."""

import os
import signal
import time
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from generation.demoset.apart import done_apart


def shouted(word: str) -> str:
    if word == "bad":
        raise ValueError("bad is no word")
    if word == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    return word.upper()


def held(folder: Path, name: str) -> str:
    """A file is there while this is at work, which lasts."""
    note = folder / name
    note.touch()
    try:
        time.sleep(60 if name == "long" else 0)
    finally:
        note.unlink()
    return name


def test_each_task_is_done_once() -> None:
    tasks = [str(number) for number in range(7)]
    assert sorted(done_apart(shouted, tasks, processes=3)) == tasks


def test_what_the_work_raises_is_raised_with_where_it_was() -> None:
    with pytest.raises(ValueError, match="bad is no word") as raised:
        list(done_apart(shouted, ["a", "b", "bad", "c"], processes=2))
    assert "in shouted" in "".join(raised.value.__notes__)


def test_a_process_that_ends_by_itself_is_told() -> None:
    with pytest.raises(ChildProcessError, match=r"\(status -9\); run the same"):
        list(done_apart(shouted, ["a", "killed", "b"], processes=2))


def test_closed_it_ends_what_is_under_way_and_lets_it_tidy_up(tmp_path: Path) -> None:
    begun = time.monotonic()
    work = partial(held, tmp_path)
    with closing(done_apart(work, ["short", "long"], processes=2)) as done:
        assert next(done) == "short"
        while not list(tmp_path.iterdir()):
            time.sleep(0.01)
    assert list(tmp_path.iterdir()) == []
    assert time.monotonic() - begun < 30
