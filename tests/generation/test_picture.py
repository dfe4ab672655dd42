"""The picture is brought to one form, and to the length all arms can fill."""

from pathlib import Path

import pytest

from generation.media import ArmSource, ClipBuild, MediaError, RenderSpec, build_clip
from tests.generation.makers import decoded, ffmpeg, probed, sound, video

MUTED = ArmSource("muted", None, "m")


def rendered(
    picture: Path, *arms: ArmSource, spec: RenderSpec | None = None
) -> ClipBuild:
    out = picture.parent / "out"
    return build_clip(arms or (MUTED,), picture, out, spec or RenderSpec())


def test_rotation_is_applied(tmp_path: Path) -> None:
    flat = video(tmp_path / "flat.mp4", seconds=0.4)
    turned = tmp_path / "turned.mp4"
    ffmpeg("-i", flat, "-c", "copy", "-metadata:s:v", "rotate=90", turned)
    built = rendered(turned)
    assert (built.width, built.height) == (72, 128)
    assert "rotation" not in probed(built.arms[0].path, "stream_side_data")


def test_pixels_become_square(tmp_path: Path) -> None:
    built = rendered(video(tmp_path / "a.mp4", "-vf", "setsar=2/3", seconds=0.4))
    assert (built.width, built.height) == (86, 72)
    assert probed(built.arms[0].path, "stream=sample_aspect_ratio").startswith("1:1")


@pytest.mark.parametrize(
    ("size", "seen"),
    [("1280x720", (854, 480)), ("720x1280", (270, 480)), ("33x25", (34, 24))],
)
def test_at_most_480_lines_and_even_sizes(
    size: str, seen: tuple[int, int], tmp_path: Path
) -> None:
    built = rendered(
        video(tmp_path / "a.mkv", "-pix_fmt", "yuv444p", seconds=0.4,
              picture=f"testsrc=s={size}:r=10")
    )  # fmt: skip
    assert (built.width, built.height) == seen
    assert probed(built.arms[0].path, "stream=pix_fmt").startswith("yuv420p")


@pytest.mark.parametrize(
    ("rate", "becomes"),
    [
        ("25", 25),
        ("30000/1001", 29.97),
        ("60", 30),
        ("50", 25),
        ("32.4", 30),
        ("15", 15),
    ],
)
def test_frame_rates_are_constant_and_bounded(
    rate: str, becomes: float, tmp_path: Path
) -> None:
    built = rendered(
        video(tmp_path / "a.mp4", picture=f"testsrc=s=64x48:r={rate}", seconds=0.6)
    )
    assert built.fps == pytest.approx(becomes, abs=0.001)
    assert built.seconds == pytest.approx(0.6, abs=0.05)


def test_a_variable_rate_is_resampled_by_time(tmp_path: Path) -> None:
    uneven = video(
        tmp_path / "u.mp4",
        *("-vf", "select='lt(n,10)+not(mod(n,5))'", "-fps_mode", "vfr"),
        seconds=2,
    )
    built = rendered(uneven)
    assert built.seconds == pytest.approx(2.0, abs=0.2)
    assert built.frames == pytest.approx(built.seconds * built.fps)


def test_subtitles_chapters_and_words_are_dropped(tmp_path: Path) -> None:
    (tmp_path / "s.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nfake!\n")
    (tmp_path / "m.txt").write_text(
        ";FFMETADATA1\ntitle=fake\n[CHAPTER]\nTIMEBASE=1/1\nSTART=0\nEND=1\ntitle=fake\n"
    )
    plain, told = video(tmp_path / "p.mp4"), tmp_path / "a.mp4"
    ffmpeg(
        *("-i", plain, "-i", tmp_path / "s.srt", "-i", tmp_path / "m.txt"),
        *("-map", "0", "-map", "1", "-map_metadata", "2", "-map_chapters", "2"),
        *("-c", "copy", "-c:s", "mov_text", told),
    )
    assert b"fake" in told.read_bytes()
    (arm,) = rendered(told, ArmSource("real", told, "r")).arms
    assert b"fake" not in arm.path.read_bytes()
    assert probed(arm.path, "stream=codec_type").split() == ["video", "audio"]


def test_all_arms_are_cut_to_the_shortest(tmp_path: Path) -> None:
    whole = video(tmp_path / "a.mp4", seconds=2)
    short = sound(tmp_path / "s.wav", seconds=1.23)
    built = rendered(whole, ArmSource("real", whole, "r"), ArmSource("x", short, "x"))
    assert built.frames == 30
    assert built.seconds == pytest.approx(1.2)
    assert "cut to the shortest arm, 1.20 s" in built.notes[0]


def test_a_frame_is_not_lost_to_a_codecs_padding(tmp_path: Path) -> None:
    whole = video(tmp_path / "a.mp4", seconds=2)
    short = sound(tmp_path / "s.wav", seconds=1.98)
    assert rendered(whole, ArmSource("x", short, "x")).frames == 50


def test_an_arm_too_short_to_judge_is_named(tmp_path: Path) -> None:
    whole = video(tmp_path / "a.mp4")
    blip = sound(tmp_path / "blip.wav", seconds=0.1)
    with pytest.raises(MediaError, match=r"0\.10 s to show"):
        rendered(whole, ArmSource("x", blip, "x"))


def test_an_arm_without_sound_is_named(tmp_path: Path) -> None:
    whole = video(tmp_path / "a.mp4", seconds=0.4)
    dumb = video(tmp_path / "dumb.mp4", "-an", seconds=0.4)
    with pytest.raises(MediaError, match=r"dumb\.mp4: no audio stream"):
        rendered(whole, ArmSource("x", dumb, "x"))


def test_a_late_sound_stays_late(tmp_path: Path) -> None:
    plain = video(tmp_path / "p.mp4", "-an", seconds=2)
    late = tmp_path / "late.mkv"
    ffmpeg("-i", plain, "-itsoffset", "0.5", "-f", "lavfi", "-i", "sine=d=1.5",
           "-c:v", "copy", "-c:a", "flac", late)  # fmt: skip
    heard = decoded(rendered(late, ArmSource("real", late, "r")).arms[0].path)
    first = next(n for n, value in enumerate(heard) if abs(value) > 0.01)
    assert first / 48_000 == pytest.approx(0.5, abs=0.01)
