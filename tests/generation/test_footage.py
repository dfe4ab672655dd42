"""A clip decodes to the pictures and the sound that it shows and plays."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.media import MediaError, ToolMissingError, gateway
from generation.media.footage import Cut, nearest, read_footage, read_pictures
from tests.generation.makers import sound, video

COUNTING = "nullsrc=s=96x64:r=25,format=gray,geq=lum=N*4"
"""Picture n is grey of 4 n: which one was taken can be read from it."""


def test_pictures_come_with_their_times_and_the_sound_at_its_rate(
    tmp_path: Path,
) -> None:
    path = video(tmp_path / "a.mp4", picture=COUNTING, seconds=2)
    footage = read_footage(path, tmp_path, cut=Cut(32))
    assert footage.pictures.shape == (50, 32, 48, 3)
    assert np.allclose(footage.times, np.arange(50) / 25)
    assert footage.picture_seconds == pytest.approx(2.0)
    assert footage.rate == 44_100
    assert footage.sound_seconds == pytest.approx(2.0, abs=0.05)


def test_pictures_nearest_to_a_time_are_taken(tmp_path: Path) -> None:
    path = video(tmp_path / "a.mp4", "-crf", "1", picture=COUNTING, seconds=2)
    at = np.asarray((np.arange(31) + 0.5) / 15.6, dtype=np.float64)
    shown = read_pictures(path, cut=Cut(32), at=at)
    expected = 4 * np.rint(at * 25)  # picture n begins at n / 25 and is grey of 4 n
    assert shown.shape == (31, 3, 32, 48)
    assert np.abs(shown.mean(axis=(1, 2, 3)) - expected).max() < 4


def test_a_cut_begins_where_it_is_told(tmp_path: Path) -> None:
    path = video(tmp_path / "a.mp4", "-crf", "1", picture=COUNTING, seconds=2)
    whole = read_footage(path, tmp_path / "..", cut=Cut(32))
    later = whole.pictures[25:40].copy()
    part = read_footage(path, tmp_path, cut=Cut(32, start=1.0, seconds=0.6))
    assert len(part.pictures) == 15
    assert part.times[0] == pytest.approx(0)
    assert np.array_equal(part.pictures, later)
    assert part.sound_seconds == pytest.approx(0.6, abs=0.001)


def test_another_files_sound_may_be_taken(tmp_path: Path) -> None:
    path = video(tmp_path / "a.mp4", seconds=1)
    other = sound(tmp_path / "b.wav", "sine=f=440:r=96000", seconds=0.5)
    footage = read_footage(path, tmp_path, cut=Cut(16), sound=other)
    assert footage.rate == 96_000
    assert footage.seconds == pytest.approx(0.5)


def test_a_picture_without_sound_is_refused_by_name(tmp_path: Path) -> None:
    path = video(tmp_path / "mute.mp4", "-an")
    with pytest.raises(MediaError, match=r"mute.mp4: no audio stream"):
        read_footage(path, tmp_path, cut=Cut(16))
    assert len(read_pictures(path, cut=Cut(16), at=np.array([0.0]))) == 1


def test_a_sound_without_picture_is_refused_by_name(tmp_path: Path) -> None:
    path = sound(tmp_path / "heard.wav")
    with pytest.raises(MediaError, match=r"heard.wav: no picture"):
        read_footage(path, tmp_path, cut=Cut(16))


def test_where_ffmpeg_python_is_missing_only_decoding_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = video(tmp_path / "a.mp4")
    monkeypatch.setattr(gateway, "ffmpeg", None)
    with pytest.raises(ToolMissingError, match="ffmpeg-python is not installed"):
        read_footage(path, tmp_path, cut=Cut(16))


def test_pictures_smaller_than_eight_px_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="side 4"):
        read_footage(tmp_path / "a.mp4", tmp_path, cut=Cut(4))


@given(
    st.lists(st.integers(0, 1000), min_size=1, max_size=20),
    st.lists(st.integers(-50, 1050), min_size=1, max_size=10),
)
def test_no_other_picture_is_nearer(times: list[int], wanted: list[int]) -> None:
    there, asked = np.array(times, float), np.array(wanted, float)
    found = nearest(there, asked)
    best = np.abs(there[None] - asked[:, None]).min(axis=1)
    assert np.array_equal(np.abs(there[found] - asked), best)
