"""What cannot be rendered is named; what can be stays, and the study is given back."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from studies.errors import FaultsError, StudyError, WrongStateError
from studies.models import Study
from studies.services import media, render_jobs, stimuli
from studies.services.stimuli import build
from tests.stimuli.world import Bar

Draft = Callable[..., Study]


def source_of(study: Study, clip: str, system: str) -> Path:
    row = study.stimuli.get(clip__key=clip, system__name=system)
    return Path(default_storage.path(row.source_file))


def test_a_clip_that_cannot_be_rendered_is_named(draft: Draft) -> None:
    study = draft()
    study.catch_items = 0
    study.save()
    source_of(study, "w2", "seq").write_bytes(b"no sound any more")
    source_of(study, "d1", "real").unlink()
    bar = Bar()
    with pytest.raises(FaultsError) as caught:
        build(study, progress=bar)
    study.refresh_from_db()
    assert study.state == Study.State.DRAFT
    assert caught.value.summary == "tiny: 2 of 4 clips could not be rendered"
    one, two = caught.value.faults
    assert one.startswith("d1: ")
    assert "d1-real" in one
    assert two.startswith("w2: ")
    assert "w2-seq" in two
    assert all(fault in study.problem for fault in caught.value.faults)
    assert (bar.total, bar.steps) == (12, 12)
    built = study.stimuli.filter(built_at__isnull=False)
    assert set(built.values_list("clip__key", flat=True)) == {"d2", "w1"}


def test_ctrl_c_keeps_what_is_made_and_gives_the_study_back(
    draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = draft()
    study.catch_items = 0
    study.save()
    keep, kept = media.keep, []

    def stopped(name: str, path: Path, *, sha256: str = "") -> None:
        kept.append(name)
        if len(kept) > 7:
            raise KeyboardInterrupt
        keep(name, path, sha256=sha256)

    monkeypatch.setattr(stimuli, "keep", stopped)
    with pytest.raises(KeyboardInterrupt):
        build(study, workers=1)
    study.refresh_from_db()
    assert study.state == Study.State.DRAFT
    assert study.stimuli.filter(built_at__isnull=False).count() == 6
    monkeypatch.setattr(stimuli, "keep", keep)
    result = build(study)
    assert (result.built, result.kept) == (6, 6)
    assert study.state == Study.State.READY


def test_render_settings_that_cannot_be_are_named(draft: Draft) -> None:
    study = draft()
    for bad in ({"preset": "hyper"}, {"crf": "high"}, {"shine": 1}):
        study.render = bad
        study.save()
        with pytest.raises(StudyError, match=r"render settings: .*(preset|<=|shine)"):
            build(study)
        study.refresh_from_db()
        assert study.state == Study.State.DRAFT


@pytest.mark.parametrize("state", ["launching", "live", "closing", "closed"])
def test_a_launched_study_is_not_built(state: str, draft: Draft) -> None:
    study = draft()
    Study.objects.update(state=state)
    with pytest.raises(WrongStateError, match="its stimuli are fixed"):
        build(study)
    study.refresh_from_db()
    assert study.state == state


def test_a_study_that_was_launched_meanwhile_is_left_alone(
    draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two builds at once: the slower one finds a study that has gone on."""
    study = draft()
    build(study)
    items = list(study.items.values_list("pk", flat=True))
    jobs = render_jobs.render_jobs

    def slow(*args: object) -> object:
        Study.objects.update(state=Study.State.LIVE)
        return jobs(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(stimuli, "render_jobs", slow)
    build(study)
    study.refresh_from_db()
    assert study.state == Study.State.LIVE
    assert list(study.items.values_list("pk", flat=True)) == items


def test_a_study_without_clips_says_what_to_do(db: None) -> None:
    study = Study.objects.create(slug="empty", title="Empty")
    with pytest.raises(StudyError, match="run ingest first"):
        build(study)
