"""Systems are told apart by what they do, and shuffled pairs score near chance."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from generation.clip import REAL, ClipRecord
from generation.experiments.evaluation import (
    AVERAGE,
    POOLED,
    SHUFFLED,
    Evaluation,
    Row,
    evaluate,
)
from generation.experiments.metrics import METRICS
from generation.experiments.rows import ExperimentError
from generation.experiments.tables import as_csv, as_json, as_text
from generation.experiments.truth import demo_onsets
from generation.media import Sound, write_wav
from tests.generation.probing import probed_once

RATE = 16_000
CLIPS = 3


def beats(seed: int, hertz: float, times: list[float], seconds: float) -> Sound:
    rng = np.random.default_rng(seed)
    wave = 0.002 * rng.standard_normal(round(seconds * RATE))
    for time in times:
        at = round(time * RATE)
        tail = np.arange(len(wave) - at) / RATE
        wave[at:] += 0.5 * np.exp(-tail / 0.05) * np.sin(2 * np.pi * hertz * tail)
    return Sound(np.clip(wave, -1, 1).astype(np.float32), RATE)


def onsets(clip: int) -> list[float]:
    rng = np.random.default_rng(clip + 10)
    return [float(time) for time in np.cumsum(rng.uniform(0.22, 0.5, 4))]


@pytest.fixture(scope="module", autouse=True)
def _probed_once() -> Iterator[None]:
    with probed_once():
        yield


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[ClipRecord]:
    """Real; `timed` beats at the right times in another tone; `mute` is silent."""
    folder = tmp_path_factory.mktemp("sounds")
    records = []
    for category, hertz in (("Dog", 500.0), ("Drum", 900.0)):
        for clip in range(CLIPS):
            name = f"{category} {clip}"
            there, length = onsets(clip), 2.2 + 0.2 * clip
            made = {
                REAL: beats(clip, hertz, there, length),
                "timed": beats(clip + 50, 1.5 * hertz, there, length - 0.1),
                "mute": Sound(np.zeros(RATE, dtype=np.float32), RATE),
            }
            for system, sound in made.items():
                path = folder / f"{name}-{system}.wav"
                write_wav(path, sound)
                records.append(ClipRecord(name, category, system, path))
    return records


@pytest.fixture(scope="module")
def evaluation(rows: list[ClipRecord]) -> Evaluation:
    return evaluate(rows, controls=["mute"], seed=3)


def row(evaluation: Evaluation, category: str, system: str, control: str = "") -> Row:
    (found,) = [
        row
        for row in evaluation.rows
        if (row.category, row.system, row.control) == (category, system, control)
    ]
    return found


def test_a_system_in_time_scores_and_its_shuffled_twin_does_not(
    evaluation: Evaluation,
) -> None:
    for category in ("Dog", "Drum", AVERAGE):
        own = row(evaluation, category, "timed").values
        dealt = row(evaluation, category, "timed", SHUFFLED).values
        assert own["onset_f1"].value == 1
        assert own["onset_count_match"].value == 1
        assert (own["envelope_r"].value or 0) > 0.95
        assert own["lag_seconds"].value == 0
        assert (dealt["onset_f1"].value or 0) < 0.75
        assert (dealt["envelope_r"].value or 0) < 0.6
        assert (dealt["lag_seconds"].value or 0) > 0.1


def test_real_sounds_of_other_clips_are_a_control(evaluation: Evaluation) -> None:
    dealt = row(evaluation, "Dog", REAL, SHUFFLED)
    assert dealt.clips == CLIPS
    assert (dealt.values["onset_f1"].value or 0) < 0.75
    assert dealt.values["frechet"].value is None  # a set does not change


def test_tone_shows_in_spectrum_and_set_distances(evaluation: Evaluation) -> None:
    own = row(evaluation, "Drum", "timed").values
    assert own["centroid_error"].value == pytest.approx(450, rel=0.2)
    assert (own["mmd"].value or 0) > 20
    assert (own["frechet"].value or 0) > 20


def test_silence_has_what_is_undefined_left_out(evaluation: Evaluation) -> None:
    mute = row(evaluation, "Dog", "mute", "declared").values
    assert mute["onset_recall"].value == 0
    assert mute["onset_precision"].value is None
    assert (mute["envelope_r"].value, mute["envelope_r"].clips) == (None, 0)
    assert mute["loudness_error"].value is None


def test_the_average_is_the_mean_of_the_categories(evaluation: Evaluation) -> None:
    for name in METRICS:
        cells = [
            row(evaluation, c, "timed").values[name].value for c in ("Dog", "Drum")
        ]
        mean = row(evaluation, AVERAGE, "timed").values[name].value
        assert mean == pytest.approx(np.mean(np.array(cells, dtype=float)))
    assert row(evaluation, POOLED, "timed").clips == 2 * CLIPS


def test_the_order_of_rows_changes_nothing(rows: list[ClipRecord]) -> None:
    some = [r for r in rows if r.clip.startswith("Dog") and r.system != "mute"]
    one, other = (evaluate(given, seed=3) for given in (some, some[::-1]))
    assert as_json(one) == as_json(other)


def test_known_onsets_take_the_place_of_detected_ones(rows: list[ClipRecord]) -> None:
    def truth(record: ClipRecord) -> list[float] | None:
        return [9.0] if record.clip == "Dog 0" else onsets(int(record.clip[-1]))

    dogs = [record for record in rows if record.category == "Dog"]
    told = evaluate(dogs, systems=["timed"], truth=truth)
    # 9 s lies past the clip's end, so its four onsets are four too many
    assert row(told, "Dog", "timed").values["onset_recall"].value == 1
    assert row(told, "Dog", "timed").values["onset_precision"].value == 8 / 12


def test_one_clip_has_no_shuffled_twin(rows: list[ClipRecord]) -> None:
    lone = [record for record in rows if record.clip == "Dog 0"]
    told = evaluate(lone, systems=["timed"])
    assert not [r for r in told.rows if r.control == SHUFFLED]
    assert any("no shuffled control: Dog" in note for note in told.notes)
    assert row(told, "Dog", "timed").values["mmd"].value is None


def test_categories_of_one_clip_are_shuffled_among_each_other(
    rows: list[ClipRecord],
) -> None:
    told = evaluate([r for r in rows if r.clip.endswith("0")], systems=["timed"])
    dealt = row(told, POOLED, "timed", SHUFFLED)
    assert dealt.clips == 2
    assert any("shuffled across categories: Dog, Drum" in note for note in told.notes)


def test_demo_and_missing_clips_are_said(rows: list[ClipRecord]) -> None:
    some = [replace(r, note="demo") for r in rows if r.clip.startswith("Dog")]
    told = evaluate(some[:-2], systems=["timed"], truth=demo_onsets)
    assert any(note.startswith("DEMO") for note in told.notes)
    # no list lies beside them, as where clips were moved without theirs
    assert "Onsets were detected, not read, of 3 clips: " in as_text(told)
    assert "Onsets were detected, not read, of 3 clips: " in as_csv(told)
    assert any("Not all 3 clips have a sound: timed (2)" in n for n in told.notes)


def test_a_system_without_sounds_is_named(rows: list[ClipRecord]) -> None:
    with pytest.raises(ExperimentError, match="'flow'; there are mute, timed"):
        evaluate(rows, systems=["flow"])


def test_the_three_forms_tell_the_same(evaluation: Evaluation) -> None:
    text = as_text(evaluation)
    table = list(csv.DictReader(io.StringIO(as_csv(evaluation))))
    told = json.loads(as_json(evaluation))
    assert len(table) == len(evaluation.rows) * len(METRICS)
    assert len(told["rows"]) == len(evaluation.rows)
    value = row(evaluation, "Dog", "timed").values["centroid_error"].value
    assert {float(line["value"]) for line in table if line["value"]} >= {value}
    demo = [note for note in evaluation.notes if note.startswith("DEMO")]
    assert {line["note"] for line in table} == {" ".join(demo)}
    assert "timed, shuffled" in text
    assert "mute (control)" in text
    assert "1.000*" in text
