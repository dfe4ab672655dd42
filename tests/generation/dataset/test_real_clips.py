"""Real clips, seven of them from VEGAS by way of VAS, are prepared like made ones."""

import csv
from pathlib import Path

import numpy as np
import pytest

from generation.dataset import (
    extract_features,
    make_split,
    open_dataset,
    prepare,
)
from generation.features import StubFeatures
from generation.quantize import decode
from tests.generation.dataset.folders import loaded_whole

CHOSEN = ("dog_vas02677.mp4", "fireworks_vas03051.mp4", "stream_mdn.mp4")


def test_real_clips_come_out_as_long_as_their_shorter_stream(
    shared: Path, tmp_path: Path
) -> None:
    source = shared / "media" / "clips"
    tree = tmp_path / "tree" / "mixed"
    tree.mkdir(parents=True)
    for name in CHOSEN:
        (tree / name).symlink_to(source / name)
    data = open_dataset("folder", tmp_path / "tree")
    done = prepare(data, make_split(data.records, "last", count=1), tmp_path / "out")
    assert done.failures == ()
    clips = loaded_whole(tmp_path / "out")
    with (source / "clips.csv").open(encoding="utf-8") as file:
        listed = {row["file"]: row for row in csv.DictReader(file)}
    for name in CHOSEN:
        row = listed[name]
        ends = float(row["video_duration"]), float(row["audio_duration"])
        clip = clips.clip(f"mixed/{Path(name).stem}")
        assert clip.frames == min(round(15.6 * min(ends)), 156)
        assert clip.facts.seconds == pytest.approx(min(ends), abs=0.03)
        heard = decode(np.asarray(clips.tokens(clip.clip)))
        assert np.abs(heard).max() == pytest.approx(0.9, abs=0.01)
        assert np.ptp(clips.pictures(clip.clip)) > 100
    features = extract_features(clips, StubFeatures(8))
    assert features.failures == ()
