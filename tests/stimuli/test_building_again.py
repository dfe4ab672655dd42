"""A build makes what is missing, the same bytes each time, and nothing else."""

from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from studies.models import Stimulus, Study
from studies.services.ingest import ingest
from studies.services.stimuli import build
from studies.services.study_settings import change_settings
from tests.generation.makers import sound
from tests.stimuli.world import Bar, contents, file_of, moments

Draft = Callable[..., Study]


def stored_files() -> set[Path]:
    return {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}


def used_files(study: Study) -> set[Path]:
    sources = study.stimuli.exclude(source_file="")
    return {file_of(row) for row in study.stimuli.all()} | {
        Path(settings.MEDIA_ROOT) / row.source_file for row in sources
    }


def test_a_build_is_repeated_byte_for_byte(draft: Draft) -> None:
    study, bar = draft(), Bar()
    first = build(study, progress=bar)
    assert (first.built, first.kept, first.stimuli, first.catches) == (20, 0, 12, 8)
    assert (bar.total, bar.steps, bar.ended) == (20, 20, 1)
    assert study.state == Study.State.READY
    before, when = contents(study), moments(study)
    assert stored_files() == used_files(study), "no draft of a file is left lying"

    again = build(study, progress=(bar := Bar()))
    assert (again.built, again.kept, bar.total) == (0, 20, 0)
    assert moments(study) == when

    for row in study.stimuli.all():
        file_of(row).unlink()
    Stimulus.objects.update(built_at=None, built_with="", file="", sha256="")
    assert build(study, workers=1).built == 20
    assert contents(study) == before


def test_only_what_is_missing_is_rendered(draft: Draft) -> None:
    study = draft()
    build(study)
    before, when = contents(study), moments(study)
    lost = study.stimuli.filter(clip__key="d2", kind="arm").first()
    assert lost is not None
    file_of(lost).unlink()
    study.stimuli.filter(clip__key="w1", kind="swap").update(built_with="")
    result = build(study, progress=(bar := Bar()))
    assert (result.built, result.kept, bar.steps) == (10, 10, 10)
    assert contents(study) == before
    after = moments(study)
    assert {clip for clip in when if after[clip] != when[clip]} == {"d2", "w1"}


def test_other_render_settings_render_all_anew(draft: Draft) -> None:
    study = draft()
    build(study)
    before = contents(study)
    change_settings(study, {"render": {**study.render, "loudness_lufs": -26.0}})
    study.refresh_from_db()
    assert study.state == Study.State.DRAFT
    assert build(study).built == 20
    after = contents(study)
    assert after.keys() == before.keys()
    changed = {name for name in before if before[name] != after[name]}
    muted = set(study.stimuli.filter(kind="muted").values_list("file", flat=True))
    assert changed == before.keys() - muted


def test_an_arm_that_is_added_brings_its_clip_back_to_work(
    draft: Draft, footage: Path, tmp_path: Path
) -> None:
    study = draft()
    build(study)
    when = moments(study)
    seconds = study.stimuli.filter(clip__key="d1").values_list("seconds", flat=True)[0]
    folder = tmp_path / "more"
    folder.mkdir()
    (folder / "real").write_bytes((footage.parent / "d1-real").read_bytes())
    sound(folder / "new.wav", "sine=f=660:r=16000", seconds=0.6)
    manifest = folder / "m.csv"
    manifest.write_text(
        "clip,category,system,path\nd1,Dog,real,real\nd1,Dog,new,new.wav\n"
    )
    result = ingest(manifest, slug=study.slug)
    assert (result.stored, result.known) == (1, 1)
    assert result.study.state == Study.State.DRAFT
    assert result.study.items.count() == 0
    waiting = Stimulus.objects.filter(study=study, built_at=None)
    assert set(waiting.values_list("clip__key", flat=True)) == {"d1"}

    study.refresh_from_db()
    built = build(study)
    assert (built.built, built.kept) == (6, 15)
    after = moments(study)
    assert {clip for clip in when if after[clip] != when[clip]} == {"d1"}
    lengths = set(
        study.stimuli.filter(clip__key="d1").values_list("seconds", flat=True)
    )
    assert len(lengths) == 1
    assert float(lengths.pop() or 0) < 0.61 < float(seconds or 0)
    assert study.items.filter(kind="scored").count() == 13
