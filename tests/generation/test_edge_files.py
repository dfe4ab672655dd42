"""Odd and broken files get the verdict that the table beside them asks for."""

import csv
from pathlib import Path

import pytest

from generation.media import MediaError, inspect, judge

# file: (role, word its verdict must begin with, what the message must speak of)
EXPECTED = {
    "lfs_pointer.mp4": ("real", "REJECT", "Git LFS pointer"),
    "empty_0bytes.webm": ("real", "REJECT", "empty"),
    "malformed_free_box.mp4": ("real", "REJECT", "moov"),
    "xhe_aac_audio_only.mp4": ("real", "REJECT", "cannot be probed"),
    "header_only_truncated.mp4": ("real", "REJECT", "no frame decodes"),
    "truncated_41s_header.mp4": ("real", "REJECT", "truncated"),
    "init_segment_only.mp4": ("source", "REJECT", "no frame decodes"),
    "corrupted_h264_noaudio.mp4": ("source", "REJECT", "decode errors"),
    "green_frames_silent.mp4": ("real", "REJECT", "silent audio"),
    "no_audio_vggsound.mp4": ("real", "REJECT", "no audio"),
    "audio_only.mp4": ("real", "REJECT", "no video"),
    "attached_pic_second_video.mp4": ("real", "WARN", "dropped"),
    "silent_audio_stream.mp4": ("real", "REJECT", "silent audio"),
    "audio_shorter.mp4": ("real", "WARN", "before the picture"),
    "audio_ends_early.mp4": ("real", "WARN", "audio covers 42 %"),
    "six_channel_60fps.webm": ("real", "OK", ""),
    "no_duration_silent.webm": ("real", "REJECT", "silent audio"),
    "portrait_720x1080.mp4": ("real", "WARN", "nearly silent"),
    "rotate90.mov": ("real", "REJECT", "no audio"),
    "vfr_slow_motion.mp4": ("source", "WARN", "variable frame rate"),
    "burned_timestamps_5s.mp4": ("real", "OK", ""),
    "duration_143165s.mp4": ("real", "WARN", "the decoded length is used"),
    "non_square_pixels.mp4": ("real", "OK", ""),
    "-leading-dash-name.mp4": ("real", "REJECT", "no audio"),
    "mpeg4_mp3.avi": ("real", "REJECT", "silent audio"),
    "hevc_noaudio.mp4": ("real", "REJECT", "no audio"),
    "with_subtitles.mp4": ("real", "WARN", "2:subtitle"),
    "lego_small_ok.mp4": ("real", "OK", ""),
}


def verdict_on(path: Path, role: str) -> str:
    try:
        verdict = judge(inspect(path), role=role)
    except MediaError as error:
        return f"REJECT {error}"
    if verdict.problems:
        return f"REJECT {verdict.problems}"
    return f"WARN {verdict.warnings}" if verdict.warnings else "OK"


@pytest.mark.parametrize("name", EXPECTED)
def test_an_odd_file_gets_its_verdict(name: str, shared: Path) -> None:
    role, word, speaks_of = EXPECTED[name]
    said = verdict_on(shared / "media" / "edge" / name, role)
    assert said.startswith(word)
    assert speaks_of in said


def test_every_file_of_the_table_is_judged_here(shared: Path) -> None:
    with (shared / "media" / "edge" / "edge.csv").open(encoding="utf-8") as table:
        assert {row["file"] for row in csv.DictReader(table)} == set(EXPECTED)


def test_footage_without_sound_may_be_generated_for(shared: Path) -> None:
    facts = inspect(shared / "media" / "edge" / "no_audio_vggsound.mp4")
    assert judge(facts, role="source").problems == ()


def test_size_is_told_as_it_is_seen(shared: Path) -> None:
    edge = shared / "media" / "edge"
    turned, squeezed = (
        inspect(edge / "rotate90.mov"),
        inspect(edge / "non_square_pixels.mp4"),
    )
    assert (turned.width, turned.height) == (320, 568)
    assert (squeezed.width, squeezed.height) == (427, 360)


def test_a_cover_picture_is_not_the_picture(shared: Path) -> None:
    facts = inspect(shared / "media" / "edge" / "attached_pic_second_video.mp4")
    assert (facts.video_stream, facts.frames) == (0, 60)


def test_real_footage_is_fit(shared: Path) -> None:
    for file in sorted((shared / "media" / "study").glob("*/real.mp4")):
        assert judge(inspect(file), role="real").problems == ()
