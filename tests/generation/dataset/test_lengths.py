"""The statistics of lengths are those of the paper's figure 1."""

import csv
import io
from dataclasses import replace
from pathlib import Path
from statistics import fmean, stdev
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.dataset import (
    FIGURE_1,
    load_clips,
    statistics,
    write_statistics,
)
from generation.dataset.expected import VAS_COUNTS
from generation.dataset.pie import pie_pdf, pie_svg
from generation.dataset.report import length_statistics
from generation.dataset.statistics import LengthStatistics, table_csv, table_text
from tests.generation.dataset.folders import prepared

LENGTHS = [("Dog", 2.0), ("Dog", 3.9), ("Dog", 6.0), ("Drum", 10.03), ("Drum", 10.0)]


def test_the_papers_rows_add_up_to_its_totals() -> None:
    # spec 0.1: sum 28,109; weighted mean 7.05 s; 55.08 h
    whole = LengthStatistics(FIGURE_1)
    assert whole.clips == 28_109
    assert round(whole.mean, 2) == 7.05
    assert round(whole.hours, 2) == 55.08


def test_vas_has_its_published_totals() -> None:
    # spec section 4: 11,773 for training, 768 for testing
    assert sum(train for train, _ in VAS_COUNTS.values()) == 11_773
    assert sum(test for _, test in VAS_COUNTS.values()) == 768


@given(st.lists(st.floats(0.1, 20), min_size=2, max_size=30))
def test_mean_and_deviation_are_the_textbooks(lengths: list[float]) -> None:
    row = statistics(("Dog", seconds) for seconds in lengths).rows[0]
    assert row.mean == pytest.approx(fmean(lengths))
    assert row.sd == pytest.approx(stdev(lengths), abs=1e-9)


def test_bins_hold_their_lower_end_and_the_last_its_upper() -> None:
    bins = statistics(LENGTHS).bins
    assert [part.clips for part in bins] == [2, 0, 1, 2]
    assert sum(part.share for part in bins) == pytest.approx(1)


def test_lengths_outside_the_bins_are_counted_apart() -> None:
    stats = statistics([*LENGTHS, ("Dog", 1.2), ("Dog", 30.0)])
    assert stats.outside == 2
    assert "outside           2\n" in table_text(stats)
    names = tuple(f"Dog/{n} (1.2 s)" for n in range(7))
    told = table_text(replace(stats, outside=7, strays=names))
    assert "  7  Dog/0 (1.2 s), Dog/1 (1.2 s), " in told
    assert "Dog/4 (1.2 s), and 2 more\n" in told
    assert ">2 clips are shorter or longer, and not in the shares.<" in pie_svg(stats)
    within = statistics(LENGTHS)
    assert "shorter" not in pie_svg(within)
    assert pie_pdf(replace(within, outside=2)) != pie_pdf(within)


def test_one_clip_has_no_deviation() -> None:
    stats = statistics([("Dog", 5.0)])
    assert stats.rows[0].sd is None
    assert "5.0 (one clip)\n" in table_text(stats)


@pytest.mark.parametrize("lengths", [[], [("Dog", 0.0)], [("Dog", float("nan"))]])
def test_nothing_cannot_be_described(lengths: list[tuple[str, float]]) -> None:
    with pytest.raises(ValueError, match=r"no clip to describe|must be above 0"):
        statistics(lengths)


def test_the_table_reads_back_from_csv() -> None:
    rows = list(csv.DictReader(io.StringIO(table_csv(statistics(LENGTHS)))))
    assert [(row["category"], row["clips"]) for row in rows] == [
        ("Dog", "3"),
        ("Drum", "2"),
    ]


def test_the_pie_is_well_formed_and_its_slices_are_labelled() -> None:
    tree = ET.fromstring(pie_svg(statistics(LENGTHS)))
    texts = [node.text or "" for node in tree.iter() if node.tag.endswith("text")]
    assert any("[8, 10] s: 40.0 % (2)" in text for text in texts)
    paths = [node for node in tree.iter() if node.tag.endswith("path")]
    assert len(paths) == 3  # the empty bin has a label and no slice


def test_a_whole_pie_is_a_circle() -> None:
    assert "<circle" in pie_svg(statistics([("Dog", 9.0)]))


def test_the_same_pie_has_the_same_bytes_as_pdf() -> None:
    one, other = (pie_pdf(statistics(LENGTHS)) for _ in range(2))
    assert one == other
    assert one.startswith(b"%PDF")


def test_demo_clips_are_told_in_every_form(tmp_path: Path) -> None:
    folder = prepared(tmp_path / "data", {"Dog/1": 32, "Dog/2": 40, "Drum/1": 50})
    stats = length_statistics(load_clips(folder))
    assert stats.is_demo
    assert stats.strays == ()
    assert table_text(stats).endswith("DEMO: of demo clips, for trying only.\n")
    rows = csv.DictReader(io.StringIO(table_csv(stats)))
    assert [row["note"] for row in rows] == ["demo", "demo"]
    assert ">DEMO: 3 clips, " in pie_svg(stats)
    plain = replace(stats, is_demo=False)
    for form in (table_text, table_csv, pie_svg):
        assert "demo" not in form(plain).lower()
    assert pie_pdf(plain) != pie_pdf(stats)


def test_all_four_files_are_written(tmp_path: Path) -> None:
    files = write_statistics(statistics(LENGTHS), tmp_path / "out")
    assert sorted(file.suffix for file in files) == [".csv", ".pdf", ".svg", ".txt"]
    assert all(file.stat().st_size for file in files)


def test_a_clip_of_which_a_part_is_decoded_is_told_as_that_long_or_more(
    tmp_path: Path,
) -> None:
    clips = load_clips(prepared(tmp_path / "data", {"Dog/1": 32, "Dog/2": 40}))
    lengths = (10.97, 10.2)
    cut = [
        replace(clip, facts=replace(clip.facts, seconds=seconds))
        for clip, seconds in zip(clips.clips, lengths, strict=True)
    ]
    # spec media: a clip is decoded for 11 s at most
    strays = length_statistics(replace(clips, clips=tuple(cut))).strays
    assert strays[0].endswith("(11 s or more)")
    assert "10.2" not in "".join(strays)
