"""What goes wrong is told in words, without a traceback."""

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "command",
    [
        ["build", "--study", "nope"],
        ["launch", "--study", "nope", "--recruiter", "mturk"],
        ["advance", "--study", "nope"],
        ["close", "--study", "nope"],
        ["report", "--study", "nope"],
        ["rehearse", "--study", "nope", "--raters", "1", "--seed", "1"],
    ],
)
def test_an_unknown_study_is_named(command: list[str]) -> None:
    with pytest.raises(CommandError, match="there is no study 'nope'"):
        call_command(*command)


@pytest.mark.django_db
def test_a_missing_manifest_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"nothing\.csv"):
        call_command("ingest", str(tmp_path / "nothing.csv"), "--study", "tiny")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["report", "--study", "a", "--alpha", "2"], "not a number between 0 and 1"),
        (["report", "--study", "a", "--format", "pdf"], "invalid choice"),
        (["launch", "--study", "a", "--recruiter", "fax"], "no recruiter 'fax'"),
        (["launch", "--study", "a", "--recruiter", "link=0"], "write link=20"),
        (
            ["launch", "--study", "a", "--recruiter", "mturk", "--yes-spend", "lots"],
            "not an amount of dollars",
        ),
        (["advance"], "one of the arguments --study --all is required"),
    ],
)
def test_a_wrong_option_is_explained(options: list[str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        call_command(*options)


@pytest.mark.django_db
def test_ctrl_c_says_how_to_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_args: object, **_options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("studies.management.commands.build.get_study", interrupted)
    said = StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("build", "--study", "tiny", stderr=said)
    assert stopped.value.code == 130
    assert "nothing is lost" in said.getvalue()
    assert "Run the same command again" in said.getvalue()


def test_a_database_without_tables_asks_for_migrate(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "studies"],
        cwd=ROOT,
        env={**os.environ, "DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "manage.py migrate" in done.stderr
    assert "Traceback" not in done.stderr
