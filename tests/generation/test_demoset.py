"""The demo set is the same for the same seed, in step, and labelled demo."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from generation.demoset import CATEGORIES, DemoClip, make_clip, render_demoset
from generation.demoset.scene import FPS, HEIGHT, RATE, WIDTH
from generation.manifest import read_manifest
from generation.media import inspect, judge
from tests.generation.makers import decoded

SHORT = (1.0, 1.4)


def digests(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
    }


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("demo")
    return render_demoset(out, per_category=1, seed=7, seconds=SHORT, workers=1)


def test_ten_categories_are_rendered_fit_for_a_study(rendered: Path) -> None:
    reading = read_manifest(rendered)
    assert reading.faults == ()
    assert [r.category for r in reading.records] == list(CATEGORIES)
    for record in reading.records:
        assert record.note.startswith("demo")
        assert record.seed == 7
        assert judge(inspect(record.path), role="real").problems == ()


def test_the_same_seed_gives_the_same_bytes(rendered: Path, tmp_path: Path) -> None:
    render_demoset(tmp_path, per_category=1, seed=7, seconds=SHORT, workers=2)
    assert digests(tmp_path) == digests(rendered.parent)


def test_another_seed_gives_another_clip() -> None:
    one, other = (make_clip(DemoClip("Dog", 0, seed, (1.0, 1.0))) for seed in (1, 2))
    assert not np.array_equal(one.frames, other.frames)
    assert not np.array_equal(one.sound, other.sound)


def test_a_broken_run_is_taken_up_where_it_stopped(
    rendered: Path, tmp_path: Path
) -> None:
    render_demoset(tmp_path, per_category=1, seed=7, seconds=SHORT, workers=1)
    (tmp_path / "dog-000.json").unlink()
    kept = (tmp_path / "drum-000.mp4").stat().st_mtime_ns
    again: list[str] = []

    def watch(names: object, total: int) -> object:
        assert total == 1
        for name in names:  # type: ignore[attr-defined]
            again.append(name)
            yield name

    render_demoset(
        tmp_path,
        per_category=1,
        seed=7,
        seconds=SHORT,
        workers=1,
        progress=watch,  # type: ignore[arg-type]
    )
    assert again == ["dog-000"]
    assert (tmp_path / "drum-000.mp4").stat().st_mtime_ns == kept
    assert digests(tmp_path) == digests(rendered.parent)


@pytest.mark.parametrize("category", CATEGORIES)
def test_picture_and_sound_have_one_length(category: str) -> None:
    scene = make_clip(DemoClip(category, 3, 1, (2.0, 2.0)))
    assert scene.frames.shape == (2 * FPS, HEIGHT, WIDTH, 3)
    assert scene.sound.shape == (2 * RATE,)
    assert 0.4 < abs(scene.sound).max() < 1.0
    assert all(0 <= onset < 2 for onset in scene.onsets)
    assert len(np.unique(scene.frames, axis=0)) > FPS  # something moves


def heard_onsets(sound: np.ndarray, rate: int) -> np.ndarray:
    """Times at which the level of 10 ms parts jumps to well over what was before."""
    step = rate // 100
    level = np.sqrt((sound[: len(sound) // step * step].reshape(-1, step) ** 2).mean(1))
    before = np.array(
        [level[max(0, n - 6) : n].mean() if n else 0 for n in range(len(level))]
    )
    jumps = np.flatnonzero((level > 2.5 * before) & (level > 0.1 * level.max()))
    first = [n for n in jumps if not ({n - 1, n - 2, n - 3} & set(jumps.tolist()))]
    return np.array(first) / 100


@pytest.mark.parametrize("category", ["dog", "drum", "rail-transport"])
def test_onsets_survive_coding_where_the_facts_say(
    category: str, rendered: Path
) -> None:
    facts = json.loads((rendered.parent / f"{category}-000.json").read_text())
    heard = heard_onsets(
        decoded(rendered.parent / f"{category}-000.mp4", rate=RATE), RATE
    )
    assert facts["demo"] is True
    assert facts["sound_onsets"]
    for onset in facts["sound_onsets"]:
        assert abs(heard - onset).min() < 0.03


def test_the_envelope_is_the_sounds_own(rendered: Path) -> None:
    for path in sorted(rendered.parent.glob("*.json")):
        facts = json.loads(path.read_text())
        sound = decoded(path.with_suffix(".mp4"), rate=RATE)
        count = len(facts["envelope"])
        parts = sound[: count * RATE // 25].reshape(count, -1)
        level = np.sqrt(np.square(parts).mean(axis=1))
        assert count == round(facts["duration"] * 25)
        assert np.corrcoef(level, facts["envelope"])[0, 1] > 0.97


def test_moving_picture_and_sound_go_together() -> None:
    """Drawn motion correlates with the sound's level, and less with another clip's."""
    own, foreign = [], []
    scenes = [make_clip(DemoClip("Water flowing", n, 1, (4.0, 4.0))) for n in range(4)]
    levels = [
        np.sqrt(np.square(s.sound.reshape(4 * FPS, -1)).mean(axis=1)) for s in scenes
    ]
    bright = [s.frames[:, :88].mean(axis=(1, 2, 3)) for s in scenes]
    for n, seen in enumerate(bright):
        own.append(np.corrcoef(seen, levels[n])[0, 1])
        foreign.append(np.corrcoef(seen, levels[n - 1])[0, 1])
    assert np.mean(own) > 0.4
    assert np.mean(own) > np.mean(foreign) + 0.2


@pytest.mark.parametrize(
    ("per_category", "seconds"),
    [(0, (2, 4)), (1, (4, 2)), (1, (0.1, 1)), (9999, (2, 4))],
)
def test_what_cannot_be_rendered_is_refused(
    per_category: int, seconds: tuple[float, float], tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="give"):
        render_demoset(tmp_path, per_category=per_category, seed=1, seconds=seconds)


@pytest.mark.parametrize(("seed", "workers"), [(-1, 1), (1, 0), (1, -2)])
def test_a_seed_below_0_or_no_worker_is_refused(
    seed: int, workers: int, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="from 0, and from 1"):
        render_demoset(tmp_path, per_category=1, seed=seed, workers=workers)
    assert list(tmp_path.iterdir()) == []
