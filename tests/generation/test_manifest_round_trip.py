"""What is written to a manifest is read back."""

import tempfile
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.clip import ClipRecord
from generation.manifest import read_manifest, write_manifest


def _is_name(text: str) -> bool:
    odd = {"Cc", "Cs", "Zl", "Zp"}
    return text == text.strip() != "" and not any(
        unicodedata.category(c) in odd for c in text
    )


names = st.text(max_size=30).filter(_is_name)


@settings(max_examples=60, deadline=None)
@given(
    clips=st.lists(names, min_size=1, max_size=4, unique=True),
    category=names,
    system=names.filter(lambda name: name.casefold() != "real"),
    seed=st.none() | st.integers(0, 2**63 - 1),
    note=names | st.just(""),
    suffix=st.sampled_from(["csv", "jsonl"]),
)
def test_any_names_survive_the_file(
    clips: list[str], category: str, system: str, seed: int, note: str, suffix: str
) -> None:
    with tempfile.TemporaryDirectory() as name:
        file = (Path(name) / "a, b;c.wav").resolve()
        file.write_bytes(b"x")
        records = [
            ClipRecord(clip, category, each, file, 0, seed, "", note)
            for clip in clips
            for each in ("real", system)
        ]
        manifest = Path(name) / f"m.{suffix}"
        write_manifest(records, manifest)
        reading = read_manifest(manifest)
    assert reading.faults == ()
    assert [replace(record, row=0) for record in reading.records] == records


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_the_same_records_give_the_same_bytes(suffix: str, tmp_path: Path) -> None:
    records = [ClipRecord("k", "Dog", "real", tmp_path / "sub" / "a.mp4", seed=1)]
    first, second = tmp_path / f"1.{suffix}", tmp_path / f"2.{suffix}"
    write_manifest(records, first)
    write_manifest(records, second)
    assert first.read_bytes() == second.read_bytes()
    assert b"sub/a.mp4" in first.read_bytes()
