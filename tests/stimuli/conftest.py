"""A tiny study of two categories, made once; each test gets it by its manifest."""

import functools
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django import Settings

from generation.media import MediaFacts, inspect
from studies.models import Study
from studies.services import ingest as ingesting
from tests.generation.makers import ffmpeg, sound

ROWS = [
    "clip,category,system,path",
    *(f"d{n},Dog,{s},d{n}-{s}" for n in (1, 2) for s in ("real", "seq", "flow")),
    *(f"w{n},Water,{s},w{n}-{s}" for n in (1, 2) for s in ("real", "seq", "flow")),
]


@pytest.fixture(scope="session")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Clips whose arms differ in all that raw outputs do; returns the manifest."""
    folder = tmp_path_factory.mktemp("tiny")
    real = (
        ("d1", "testsrc=s=128x72:r=25", "sine=f=300:r=44100", 1.2, "2"),
        ("d2", "testsrc2=s=96x128:r=30000/1001", "anoisesrc=r=48000:seed=1", 1.3, "1"),
        ("w1", "testsrc=s=160x90:r=12", "sine=f=800:r=22050", 1.2, "1"),
        ("w2", "smptebars=s=128x96:r=24", "anoisesrc=c=pink:r=44100:seed=2", 1.4, "2"),
    )
    for clip, picture, tone, seconds, channels in real:
        ffmpeg(
            *("-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", tone),
            *("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"),
            *("-c:a", "aac", "-ac", channels, "-metadata", "title=real"),
            *("-t", str(seconds), "-f", "mp4", folder / f"{clip}-real"),
        )
        for system, hertz, rate, length, kind in (
            ("seq", 440, 16_000, seconds - 0.1, "wav"),
            ("flow", 1500, 44_100, seconds + 0.3, "ogg"),
        ):
            tones = f"sine=f={hertz + 7 * len(clip)}:r={rate}"
            heard = sound(
                folder / f"{clip}.{kind}", tones, "-ac", channels, seconds=length
            )
            heard.rename(folder / f"{clip}-{system}")
    manifest = folder / "manifest.csv"
    manifest.write_text("\n".join(ROWS))
    return manifest


@pytest.fixture(scope="session")
def remembered() -> Callable[[Path], MediaFacts]:
    """Looking at a file, once for all tests: these here are about what comes after."""
    return functools.cache(inspect)


@pytest.fixture
def draft(
    footage: Path,
    db: None,
    remembered: Callable[[Path], MediaFacts],
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., Study]:
    """Makes a study of the footage, taken in and not built; quick to render."""
    settings.BUILD_WORKERS = 2
    monkeypatch.setattr(ingesting, "inspect", remembered)

    def make(slug: str = "tiny") -> Study:
        study = ingesting.ingest(footage, slug=slug, seed=3).study
        study.render = {"preset": "ultrafast", "crf": 30, "max_height": 48}
        study.save()
        return study

    return make
