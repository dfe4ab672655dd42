from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from tests.analysis.frames import ROOT, cell_rows, frame

if TYPE_CHECKING:
    from pathlib import Path


def test_analysis_loads_neither_django_nor_torch() -> None:
    code = (
        "import sys, analysis.__main__;"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    loaded = set(done.stdout.split())
    assert "analysis" in loaded
    assert not loaded & {"django", "torch", "celery", "boto3", "studies", "evalsite"}


def test_names_are_printed_whatever_the_locale(tmp_path: Path) -> None:
    path = tmp_path / "votes.csv"
    frame(cell_rows("雨の音", "Flow", [1])).to_csv(path, index=False)
    done = subprocess.run(
        [sys.executable, "-m", "analysis", str(path), "--format", "csv"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        timeout=60,
        env={"PYTHONIOENCODING": "ascii", "PATH": "/usr/bin:/bin"},
    )
    assert "雨の音,Flow,1,3" in done.stdout.decode()
