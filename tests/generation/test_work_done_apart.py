"""Work done by several processes comes back, or what went wrong with it does."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from generation.demoset.apart import done_apart

ROOT = Path(__file__).parents[2]


class OddError(OSError):
    """Pickle makes it anew of its message alone, which is not how it is made."""

    def __init__(self, place: str, *, number: int) -> None:
        super().__init__(f"{place} is full, it holds {number}")


def odd(word: str) -> str:
    if word == "full":
        raise OddError(word, number=3)

    class LocalError(Exception):
        """No other process finds it."""

    raise LocalError(f"no {word}")


def ended(how: str) -> str:
    if how.startswith("SIG"):
        os.kill(os.getpid(), signal.Signals[how])
        time.sleep(60)  # till it is taken
    sys.exit(int(how))


def run_script(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    script = folder / "mine.py"
    script.write_text(textwrap.dedent(text))
    return subprocess.run(
        [sys.executable, str(script)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def shouted(word: str) -> str:
    if word == "bad":
        raise ValueError("bad is no word")
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


@pytest.mark.parametrize(
    ("word", "kind", "message"),
    [
        ("full", OSError, "OddError: full is full, it holds 3"),
        ("word", RuntimeError, "LocalError: no word"),
    ],
)
def test_what_pickle_would_lose_comes_back_in_its_words(
    word: str, kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind) as raised:
        list(done_apart(odd, [word, word], processes=2))
    assert str(raised.value) == message
    assert "in odd" in "".join(raised.value.__notes__)


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ("SIGKILL", "(SIGKILL); run the same command again to go on, with fewer"),
        ("SIGTERM", "(SIGTERM); run the same command again to go on"),
        ("7", "(status 7); run the same command again to go on"),
        ("0", "(status 0); run the same command again to go on"),
    ],
)
def test_a_process_that_ends_by_itself_is_told_with_how(how: str, told: str) -> None:
    with pytest.raises(ChildProcessError) as raised:
        list(done_apart(ended, [how, how], processes=2))
    assert told in str(raised.value)
    assert ("memory" in str(raised.value)) == (how == "SIGKILL")


def test_a_script_that_calls_wherever_it_is_loaded_is_told_what_to_do(
    tmp_path: Path,
) -> None:
    done = run_script(
        tmp_path,
        """
        from pathlib import Path
        from generation.demoset import render_demoset
        render_demoset(Path(__file__).parent / "out", per_category=1, seed=1, workers=2)
        """,
    )
    assert done.returncode == 1
    assert done.stderr.count("Traceback") == 1
    last = done.stderr.splitlines()[-1]
    assert last.startswith(f"ChildProcessError: {tmp_path / 'mine.py'}: each worker")
    assert 'below a line `if __name__ == "__main__":`, or give workers=1' in last


def test_a_script_that_calls_where_it_is_the_main_one_is_served(tmp_path: Path) -> None:
    done = run_script(
        tmp_path,
        """
        from generation.demoset.apart import done_apart
        if __name__ == "__main__":
            print(*done_apart(str.upper, ["a", "b"], processes=2))
        """,
    )
    assert sorted(done.stdout.split()) == ["A", "B"], done.stderr


def test_closed_it_ends_what_is_under_way_and_lets_it_tidy_up(tmp_path: Path) -> None:
    begun = time.monotonic()
    work = partial(held, tmp_path)
    with closing(done_apart(work, ["short", "long"], processes=2)) as done:
        assert next(done) == "short"
        while not list(tmp_path.iterdir()):
            time.sleep(0.01)
    assert list(tmp_path.iterdir()) == []
    assert time.monotonic() - begun < 30
