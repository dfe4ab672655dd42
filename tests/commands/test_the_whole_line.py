"""Clips in, a table out: the commands one after the other, as they are typed."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django import Settings

from studies.models import Study, Vote
from tests.commands.ports import free_port, use_port
from tests.worlds import tiny_mp4

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def run(*args: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command(*args, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    folder = tmp_path / "clips"
    folder.mkdir()
    lines = ["clip,category,system,path"]
    tone = 300
    for clip, category in (("c1", "Dog"), ("c2", "Cat"), ("c3", "Dog")):
        for system in ("real", "ours"):
            tone += 40
            name = f"{clip}-{system}.mp4"
            (folder / name).write_bytes(tiny_mp4(1.0, tone))
            lines.append(f"{clip},{category},{system},{name}")
    path = folder / "manifest.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_from_clips_to_the_table_by_commands_alone(
    manifest: Path, settings: Settings
) -> None:
    use_port(settings, free_port())
    out, _ = run("ingest", str(manifest), "--study", "pets", "--title", "Pets")
    assert "6 files stored, 0 known before, 0 left out" in out
    again, _ = run("ingest", str(manifest), "--study", "pets", "--title", "Pets")
    assert "0 files stored, 6 known before" in again

    with pytest.raises(CommandError, match="run build first"):
        run("launch", "--study", "pets", "--recruiter", "mturk")
    out, _ = run("build", "--study", "pets", "--workers", "1")
    assert "6 stimuli and 6 catch files; 12 built, 0 kept" in out

    out, err = run("launch", "--study", "pets", "--recruiter", "mturk")
    assert "no money leaves" in out
    assert "6 items, 18 votes" in out
    assert "pets is live." in out
    assert "serving the site at" in err
    with pytest.raises(CommandError, match="live already: nothing was published"):
        run("launch", "--study", "pets", "--recruiter", "mturk")

    out, _ = run("report", "--study", "pets")
    assert "0 of 18 votes" in out

    out, _ = run("rehearse", "--study", "pets", "--raters", "12", "--seed", "3")
    assert "votes that count: 18 of 18" in out
    out, _ = run("advance", "--study", "pets")
    assert "pets: Closed: nothing to do" in out
    out, _ = run("report", "--study", "pets")
    assert "18 of 18 votes" in out
    assert "simulated raters" in out
    assert Vote.objects.filter(trial__study__slug="pets").counted().count() == 18


def test_closing_early_pays_those_at_work_and_prints_what_there_is(
    manifest: Path, settings: Settings
) -> None:
    use_port(settings, free_port())
    run("ingest", str(manifest), "--study", "pets", "--title", "Pets")
    run("build", "--study", "pets", "--workers", "1")
    run("launch", "--study", "pets", "--recruiter", "mturk")
    run("rehearse", "--study", "pets", "--raters", "1", "--seed", "3")
    out, _ = run("close", "--study", "pets")
    assert "pets: Closed" in out
    assert Study.objects.get(slug="pets").state == Study.State.CLOSED
    out, _ = run("report", "--study", "pets")
    assert " of 18 votes" in out
