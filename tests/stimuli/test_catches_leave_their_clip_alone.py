"""Catch files are made where they can be and change nothing of the arms beside them."""

from collections.abc import Callable
from pathlib import Path

from studies.models import Stimulus, Study
from studies.services.catches import plan_catches
from studies.services.ingest import ingest
from studies.services.stimuli import build
from studies.services.study_settings import change_settings
from tests.generation.makers import video
from tests.stimuli.world import contents, file_of

Draft = Callable[..., Study]


def arms_of(study: Study) -> dict[str, tuple[str, float | None]]:
    return {
        f"{row.clip.key}/{row.system}": (row.sha256, row.seconds)
        for row in study.stimuli.filter(kind="arm").select_related("clip", "system")
    }


def test_arms_are_the_same_with_catches_and_without(draft: Draft) -> None:
    study = draft()
    study.render = {**study.render, "band_limit": "narrowest"}
    study.save()
    build(study)
    before = arms_of(study)
    catches = [file_of(row) for row in study.stimuli.exclude(kind="arm")]
    assert len(catches) == 8
    change_settings(study, {"catch_items": 0})
    study.refresh_from_db()
    assert build(study).catches == 0
    assert arms_of(study) == before
    assert not any(path.exists() for path in catches)
    assert not study.items.filter(kind="catch").exists()


def test_the_other_sound_is_real_and_of_another_category(draft: Draft) -> None:
    study = draft()
    plan_catches(study)
    for row in study.stimuli.filter(kind="swap").select_related("clip", "sound_clip"):
        assert row.sound_clip is not None
        assert row.sound_clip.category_id != row.clip.category_id
    assert study.stimuli.filter(kind="muted").count() == 4


def test_planning_again_changes_nothing(draft: Draft) -> None:
    study = draft()
    plan_catches(study)
    rows = list(Stimulus.objects.exclude(kind="arm").order_by("pk").values())
    plan_catches(study)
    assert list(Stimulus.objects.exclude(kind="arm").order_by("pk").values()) == rows


def test_catches_do_not_depend_on_when_clips_came(
    draft: Draft, footage: Path, tmp_path: Path
) -> None:
    """Half the clips, built, then the rest: the catches are those of all at once."""

    def planned(study: Study) -> list[tuple[str, str, str | None]]:
        rows = study.stimuli.exclude(kind="arm").order_by("clip__key", "kind")
        return list(rows.values_list("clip__key", "kind", "sound_clip__key"))

    whole = draft("whole")
    plan_catches(whole)
    lines = footage.read_text().splitlines()
    part = footage.with_name("part.csv")
    part.write_text("\n".join([lines[0], *(x for x in lines if x[:2] in ("d1", "w2"))]))
    study = ingest(part, slug="late", seed=3).study
    plan_catches(study)
    assert len(planned(study)) == 3, "nothing here is as long as w2"
    study = ingest(footage, slug="late").study
    # the order of clips is that of their coming, and the pool is drawn from it
    plan_catches(study)
    assert len(planned(study)) == len(planned(whole)) == 8
    assert {row[0] for row in planned(study)} == {row[0] for row in planned(whole)}


def test_a_sound_too_short_for_a_clip_is_not_lent_to_it(
    db: None, tmp_path: Path
) -> None:
    for name, seconds in (("long", 1.2), ("short", 0.5)):
        video(tmp_path / f"{name}.mp4", "-c:a", "aac", seconds=seconds)
    manifest = tmp_path / "m.csv"
    manifest.write_text(
        "clip,category,system,path\nlong,A,real,long.mp4\nshort,B,real,short.mp4\n"
    )
    study = ingest(manifest, slug="two", seed=1).study
    study.render = {"preset": "ultrafast", "max_height": 48}
    study.save()
    build(study)
    swaps = study.stimuli.filter(kind="swap")
    assert [row.clip.key for row in swaps] == ["short"]
    lengths = study.stimuli.values_list("clip__key", "seconds").distinct()
    assert {key: round(float(s or 0), 1) for key, s in lengths} == {
        "long": 1.2,
        "short": 0.5,
    }
    assert len(contents(study)) == 5


def test_the_same_footage_is_not_swapped_for_itself(
    draft: Draft, footage: Path
) -> None:
    twins = footage.with_name("twins.csv")
    head = footage.read_text().splitlines()[0]
    twins.write_text(f"{head}\na,A,real,d1-real\nb,B,real,d1-real\n")
    study = ingest(twins, slug="twins").study
    plan_catches(study)
    assert not study.stimuli.filter(kind="swap").exists()
