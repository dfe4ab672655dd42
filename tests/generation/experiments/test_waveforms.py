"""The figure shows every sound under its clip's frames, alike in SVG and PDF."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from pypdf import PdfReader

from generation.clip import REAL, ClipRecord
from generation.experiments.panels import read_panel, strip
from generation.experiments.rows import ExperimentError
from generation.experiments.waveforms import DEMO_LABEL, waveform_figure
from generation.media import Sound, write_wav
from tests.generation.makers import video

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[ClipRecord]:
    folder = tmp_path_factory.mktemp("clips")
    real = video(folder / "clip.mp4", seconds=2.0)
    rows = [ClipRecord("clip & co", "Dog", REAL, real, note="demo: made up")]
    for system, level in (("frame", 0.5), ("a very long name of a system 語", 0.0)):
        noise = np.random.default_rng(0).standard_normal(16_000) * level / 4
        path = folder / f"{level}.wav"
        write_wav(path, Sound(np.clip(noise, -1, 1).astype(np.float32), 16_000))
        rows.append(ClipRecord("clip & co", "Dog", system, path))
    return rows


def test_a_strip_holds_the_extremes_of_its_columns() -> None:
    samples = np.array([0, 0.1, -0.2, 0.4, 0, 0, -0.1, 0.1], dtype=np.float32)
    wave = strip("x", Sound(samples, 8), seconds=2.0, columns=4)
    np.testing.assert_allclose(wave.high * wave.peak, [0.4, 0.1, 0, 0], atol=1e-7)
    np.testing.assert_allclose(wave.low * wave.peak, [-0.2, -0.1, 0, 0], atol=1e-7)
    assert wave.peak == pytest.approx(0.4)


def test_a_panel_has_the_original_last_and_frames_over_its_time(
    rows: list[ClipRecord],
) -> None:
    panel = read_panel(rows, "clip & co", frames=4)
    assert [s.name for s in panel.strips][::2] == ["frame", "Original"]
    assert panel.seconds == pytest.approx(2.0, abs=0.05)
    assert [f.time for f in panel.frames] == pytest.approx(
        [panel.seconds * (n + 0.5) / 4 for n in range(4)]
    )
    assert len({f.jpeg for f in panel.frames}) == 4  # the picture moves
    assert all(f.jpeg[:2] == b"\xff\xd8" for f in panel.frames)
    # the generated sound lasts one second of two: nothing after it
    assert panel.strips[0].high[: len(panel.strips[0].high) // 2 - 5].any()
    assert not panel.strips[0].high[len(panel.strips[0].high) // 2 + 5 :].any()


def test_both_forms_show_every_sound_and_frame(
    rows: list[ClipRecord], tmp_path: Path
) -> None:
    figure = waveform_figure([read_panel(rows, "clip & co", frames=5)] * 2)
    root = ET.fromstring(figure.svg)
    assert len(root.findall(f"{SVG}polygon")) == 2 * 3
    assert len(root.findall(f"{SVG}image")) == 2 * 5
    words = [text.text or "" for text in root.iter(f"{SVG}text")]
    assert {"frame", "Original", "Dog: clip & co", DEMO_LABEL} <= set(words)
    height = float(root.attrib["height"])
    for polygon in root.findall(f"{SVG}polygon"):
        ys = [float(p.split(",")[1]) for p in polygon.attrib["points"].split()]
        assert 0 < min(ys) < max(ys) < height
    (tmp_path / "figure.pdf").write_bytes(figure.pdf)
    (page,) = PdfReader(tmp_path / "figure.pdf").pages
    text = page.extract_text()
    assert all(word in text for word in ("frame", "Original", "clip & co", "DEMO"))
    assert len(page.images) == 5  # the same picture twice is stored once
    assert float(page.mediabox.height) == pytest.approx(height, abs=0.01)


def test_the_same_clips_give_the_same_bytes(rows: list[ClipRecord]) -> None:
    one, other = (waveform_figure([read_panel(rows, "clip & co")]) for _ in range(2))
    assert one == other
    assert not re.search(r"\d{4}-\d\d-\d\d", one.svg)


def test_what_is_not_there_is_named(rows: list[ClipRecord]) -> None:
    with pytest.raises(ExperimentError, match="no sounds of 'flow'; there are "):
        read_panel(rows, "clip & co", systems=["flow"])
    with pytest.raises(ExperimentError, match="no clip 'x'; there are clip & co"):
        read_panel(rows, "x", systems=["frame"])
    with pytest.raises(ExperimentError, match="no clip to draw"):
        waveform_figure([])
