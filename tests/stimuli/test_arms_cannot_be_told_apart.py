"""Container, codec, bit rate, length, size and headers are one for all of a clip."""

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

from django.test import Client

from generation.media import audit_arms
from studies.models import Study
from studies.services.media import media_url
from studies.services.stimuli import build
from tests.stimuli.world import by_clip, file_of

Draft = Callable[..., Study]


def probed(path: Path) -> object:
    """All that ffprobe tells of a file but its name."""
    done = subprocess.run(
        ["ffprobe", "-v", "error", "-show_format", "-show_streams", "-show_packets",
         "-show_entries", "packet=stream_index,pts,dts,duration,size,pos,flags",
         "-of", "json", path],
        check=True, capture_output=True,
    )  # fmt: skip
    told = json.loads(done.stdout)
    told["format"].pop("filename")
    return told


def picture_of(path: Path) -> bytes:
    return subprocess.run(
        ["ffmpeg", "-v", "error", "-i", path, "-map", "0:v", "-c", "copy", "-f", "h264",
         "-"],
        check=True, capture_output=True,
    ).stdout  # fmt: skip


def test_nothing_but_the_sound_differs(draft: Draft, client: Client) -> None:
    study = draft()
    build(study)
    for clip, rows in by_clip(study).items():
        kinds = sorted(row.kind for row in rows)
        assert kinds == ["arm", "arm", "arm", "muted", "swap"], clip
        files = [file_of(row) for row in rows]
        assert audit_arms(files) == []
        first, *others = (probed(file) for file in files)
        assert all(other == first for other in others), clip
        assert len({picture_of(file) for file in files}) == 1
        assert len({file.stat().st_size for file in files}) == 1
        assert len({file.stat().st_mode for file in files}) == 1
        assert len({file.read_bytes() for file in files}) == 5, "sounds differ"
        assert len({(row.seconds, row.size_bytes) for row in rows}) == 1
        headers = [dict(client.head(media_url(row)).headers) for row in rows]
        for told in headers:
            assert re.fullmatch(r'"[0-9a-f]{16}"', told.pop("ETag"))
            assert "Last-Modified" not in told
            assert "Set-Cookie" not in told
        assert all(told == headers[0] for told in headers)
    _is_what_was_declared(study)


def _is_what_was_declared(study: Study) -> None:
    for rows in by_clip(study).values():
        told = json.loads(json.dumps(probed(file_of(rows[0]))))
        picture, sound = told["streams"]
        assert (picture["codec_name"], picture["pix_fmt"]) == ("h264", "yuv420p")
        assert picture["height"] <= 48
        assert picture["r_frame_rate"] == picture["avg_frame_rate"]
        assert (sound["codec_name"], sound["channels"]) == ("aac", 1)
        assert sound["sample_rate"] == "48000"
        assert "tags" not in told["format"] or "title" not in told["format"]["tags"]
        sizes = {p["size"] for p in told["packets"] if p["stream_index"] == 1}
        assert len(sizes) == 1, "constant bit rate"
        levels = [row.facts["loudness_lufs"] for row in rows if row.kind == "arm"]
        assert max(levels) - min(levels) < 0.05


def test_names_are_opaque_and_of_one_study_only(draft: Draft) -> None:
    study, other = draft(), draft("other")
    build(study)
    build(other)
    names = [file_of(row).name for row in study.stimuli.all()]
    assert all(re.fullmatch(r"[0-9a-f]{32}\.mp4", name) for name in names)
    assert len(set(names)) == len(names) == 20
    assert not set(names) & {file_of(row).name for row in other.stimuli.all()}
    assert {file_of(row).stat().st_mode & 0o777 for row in study.stimuli.all()} == {
        0o640
    }
    # the bytes are those of the study before: only the names are new
    hashes = [
        sorted(s.stimuli.filter(kind="arm").values_list("sha256", flat=True))
        for s in (study, other)
    ]
    assert hashes[0] == hashes[1]
