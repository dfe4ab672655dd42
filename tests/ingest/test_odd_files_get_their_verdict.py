"""The real odd files, taken in as a person would: by a manifest."""

import csv
import resource
import shutil
import time
from pathlib import Path

import pytest

from studies.errors import FaultsError
from studies.services.ingest import ingest
from tests.ingest.conftest import HEAD
from tests.ingest.world import files_kept, rows_stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("looked_at_once")]

# what edge.csv asks for when each file is handed in as a clip's own, real sound
REFUSED = {
    "lfs_pointer.mp4": "Git LFS pointer; fetch the real file",
    "empty_0bytes.webm": "the file is empty",
    "malformed_free_box.mp4": "no moov found",
    "xhe_aac_audio_only.mp4": "cannot be probed: ",
    "header_only_truncated.mp4": "no frame decodes",
    "truncated_41s_header.mp4": "truncated: 41.6 s declared",
    "init_segment_only.mp4": "no frame decodes",
    "corrupted_h264_noaudio.mp4": "decode errors",
    "green_frames_silent.mp4": "silent audio",
    "no_audio_vggsound.mp4": "no audio stream",
    "audio_only.mp4": "no video stream",
    "silent_audio_stream.mp4": "silent audio",
    "no_duration_silent.webm": "silent audio",
    "rotate90.mov": "no audio stream",
    "vfr_slow_motion.mp4": "no audio stream",
    "-leading-dash-name.mp4": "no audio stream",
    "mpeg4_mp3.avi": "silent audio",
    "hevc_noaudio.mp4": "no audio stream",
}
WARNED = {
    "attached_pic_second_video.mp4": "further streams are dropped",
    "audio_shorter.mp4": "before the picture",
    "audio_ends_early.mp4": "audio covers 42 % of the clip",
    "portrait_720x1080.mp4": "nearly silent",
    "duration_143165s.mp4": "the header declares 143166 s",
    "with_subtitles.mp4": "2:subtitle",
    "six_channel_60fps.webm": "",
    "burned_timestamps_5s.mp4": "",
    "non_square_pixels.mp4": "",
    "lego_small_ok.mp4": "",
}


@pytest.fixture
def manifest(shared: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "edge"
    shutil.copytree(shared / "media" / "edge", folder)
    with (folder / "edge.csv").open(encoding="utf-8") as table:
        names = [row["file"] for row in csv.DictReader(table)]
    assert set(names) == REFUSED.keys() | WARNED.keys()
    rows = [f"clip {n},Edge,real,{name}" for n, name in enumerate(names)]
    path = folder / "manifest.csv"
    path.write_text("\n".join([HEAD, *rows]))
    return path


def named(lines: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in lines:
        name, _, text = line.partition(", ")[2].partition(": ")
        found[name] = f"{found.get(name, '')} {text}"
    return found


def test_all_odd_files_are_judged_in_one_pass(manifest: Path) -> None:
    start, before = time.monotonic(), held()
    with pytest.raises(FaultsError) as caught:
        ingest(manifest, slug="edge")
    assert time.monotonic() - start < 60
    # 40 h of picture would be terabytes, and its sound alone 27 GB
    assert held() <= max(before, 1_000_000)
    told = named(caught.value.faults)
    assert told.keys() == REFUSED.keys()
    for name, words in REFUSED.items():
        assert words in told[name], name
    assert len(caught.value.faults) == len(REFUSED)
    assert (rows_stored(), files_kept()) == (0, [])


def test_the_rest_is_stored_with_its_warnings(manifest: Path) -> None:
    result = ingest(manifest, slug="edge", skip_bad=True)
    stored = result.study.stimuli.values_list("source_name", flat=True)
    assert set(stored) == WARNED.keys()
    told = named(result.warnings)
    for name, words in WARNED.items():
        assert words in told.get(name, ""), name
    long = result.study.stimuli.get(source_name="duration_143165s.mp4")
    assert 0.9 < long.source_facts["video_seconds"] < 1.3


def held() -> int:
    """Kilobytes, the most that any program held that this process has started."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
