"""With several processes, what is costly to start is started in one of them only."""

import os
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

from tests.scheduling import FIRST, WHOLE

ROOT = Path(__file__).resolve().parents[2]
HOOKS = "from tests.scheduling import pytest_collection_modifyitems\n"
HOOKS += "from tests.scheduling import pytest_xdist_make_scheduler\n"
TESTS = "".join(f"def test_{number}(): pass\n" for number in range(6))
LINE = re.compile(r"\[(gw\d)\] \[ *\d+%\] PASSED (\S+)::")


def ran(folder: Path) -> list[tuple[str, str]]:
    """Run the tests of a folder by two processes; return process and file of each."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-v", "-n", "2", "-p", "no:django",
         "-p", "no:cacheprovider", "--import-mode=importlib"],
        cwd=folder, capture_output=True, text=True, check=False,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return LINE.findall(done.stdout)


def test_a_costly_folder_runs_in_one_process_and_first(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").touch()
    (tmp_path / "conftest.py").write_text(HOOKS)
    for folder in ("tests/admin/", *WHOLE[::-1]):
        (tmp_path / folder).mkdir(parents=True)
        for number in range(2):
            (tmp_path / folder / f"test_{number}.py").write_text(TESTS)
    processes, cheap = defaultdict(set), defaultdict(list)
    done = ran(tmp_path)
    for process, file in done:
        group = next((each for each in WHOLE if file.startswith(each)), file)
        processes[group].add(process)
        cheap[process].append(file.startswith("tests/admin/"))
    assert len(done) == 6 * 2 * (len(WHOLE) + 1)
    assert set(processes) > set(WHOLE)
    assert {len(each) for each in processes.values()} == {1}
    assert len(set.union(*processes.values())) == 2
    # in each process; which of the two ends last is chance
    assert all(flags == sorted(flags) for flags in cheap.values())


def test_the_folders_are_there() -> None:
    for folder in FIRST:
        assert list((ROOT / folder).glob("test_*.py")), folder
