"""What inspect finds comes from decoding, and nothing opens what should not be."""

import hashlib
import os
from pathlib import Path

import pytest

from generation.media import MediaError, inspect, judge
from tests.generation.makers import ffmpeg, sound, video


def test_facts_come_from_decoded_frames_and_samples(tmp_path: Path) -> None:
    path = video(tmp_path / "a.mp4", seconds=2.0)
    facts = inspect(path)
    assert (facts.width, facts.height, facts.frames) == (128, 72, 50)
    assert facts.fps == pytest.approx(25)
    assert not facts.is_vfr
    assert facts.video_seconds == pytest.approx(2.0)
    assert facts.audio_seconds == pytest.approx(2.0, abs=0.05)
    # sine's amplitude is 1/8: -18.06 dB peak, -21.07 dB mean, give or take AAC
    assert facts.peak_db == pytest.approx(-18.1, abs=0.6)
    assert facts.mean_db == pytest.approx(-21.1, abs=0.3)
    assert (facts.sample_rate, facts.channels, facts.decode_errors) == (44_100, 1, 0)
    assert facts.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert facts.size_bytes == path.stat().st_size


@pytest.mark.parametrize("suffix", ["wav", "flac", "mp3", "m4a", "ogg"])
def test_a_sound_alone_is_fit_for_a_generated_arm(suffix: str, tmp_path: Path) -> None:
    facts = inspect(sound(tmp_path / f"a.{suffix}"))
    assert judge(facts, role="generated").problems == ()
    assert judge(facts, role="real").problems[0].startswith("no video stream")
    assert facts.audio_seconds == pytest.approx(1.0, abs=0.08)


@pytest.mark.parametrize(
    "name", ["-i.mp4", "http:x.mp4", "a %03d [1]'\".mp4", "é 音.mp4"]
)
def test_no_name_becomes_an_option_or_a_protocol(name: str, tmp_path: Path) -> None:
    plain = video(tmp_path / "plain.mp4", seconds=0.4)
    assert inspect(plain.rename(tmp_path / name)).frames == 10


def test_a_playlist_named_mp4_opens_no_other_file(tmp_path: Path) -> None:
    secret = video(tmp_path / "secret.mp4", seconds=0.4)
    for text in (
        f"ffconcat version 1.0\nfile {secret.name}\n",
        f"#EXTM3U\n#EXTINF:1,\n{secret.name}\n#EXT-X-ENDLIST\n",
    ):
        playlist = tmp_path / "list.mp4"
        playlist.write_text(text)
        with pytest.raises(MediaError, match=r"list\.mp4: "):
            inspect(playlist)


def test_what_cannot_be_opened_is_named_with_the_reason(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.mp4"
    os.mkfifo(pipe)
    for path, why in (
        (tmp_path / "gone.mp4", "no such file"),
        (tmp_path, "a folder"),
        (pipe, "not a regular file"),
        (tmp_path / "nul\0.mp4", "cannot be read"),
        (tmp_path / ("x" * 300), "cannot be read"),
    ):
        with pytest.raises(MediaError, match=why):
            inspect(path)


def test_a_text_file_is_refused_with_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "notes.mp4"
    path.write_text("hello\n" * 100)
    with pytest.raises(MediaError, match=r"notes\.mp4: .*\w; encode it anew|moov"):
        inspect(path)


def test_no_more_is_decoded_than_the_limit(tmp_path: Path) -> None:
    facts = inspect(video(tmp_path / "long.mp4", seconds=4), max_seconds=2)
    assert facts.capped
    assert facts.frames <= 51
    assert "longer than" in judge(facts, role="real").problems[0]


def test_a_file_cut_off_in_the_middle_is_refused(tmp_path: Path) -> None:
    whole = video(tmp_path / "a.mp4", "-movflags", "+faststart", seconds=4)
    data = whole.read_bytes()
    whole.write_bytes(data[: len(data) // 2])
    problems = judge(inspect(whole), role="real").problems
    assert any("truncated" in problem for problem in problems)


def test_uneven_frames_are_told_from_millisecond_clocks(tmp_path: Path) -> None:
    even = video(tmp_path / "even.mkv", picture="testsrc=s=64x48:r=30")
    uneven = video(
        tmp_path / "uneven.mp4",
        *("-vf", "select='not(mod(n,3))+lt(n,10)'", "-fps_mode", "vfr"),
    )
    assert not inspect(even).is_vfr
    assert inspect(uneven).is_vfr


def test_further_streams_are_told_and_the_default_ones_chosen(tmp_path: Path) -> None:
    path = tmp_path / "two.mkv"
    ffmpeg(
        *("-f", "lavfi", "-i", "testsrc=s=64x48:r=25:d=0.4"),
        *("-f", "lavfi", "-i", "sine=f=100:d=0.4", "-f", "lavfi", "-i", "sine=d=0.4"),
        *("-map", "1", "-map", "0", "-map", "2", "-c:a", "flac", "-c:v", "libx264"),
        *("-disposition:a:0", "0", "-disposition:a:1", "default", path),
    )
    facts = inspect(path)
    assert (facts.video_stream, facts.audio_stream) == (1, 2)
    assert facts.other_streams == ("0:audio",)
