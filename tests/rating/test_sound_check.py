"""The tones: as many as the server says, never told in words or bytes."""

import io
import wave

import numpy as np
import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from studies.services import sound_check
from tests.rating.booth import Booth
from tests.rating.caller import Caller


def count_by_ear(wav: bytes) -> int:
    """Count bursts over a tenth of the peak that 0.2 s of silence sets apart."""
    loud = np.flatnonzero(np.abs(samples(wav)) > 0.1 * sound_check._PEAK)
    gaps = np.diff(loud) > 0.2 * sound_check.RATE
    return int(gaps.sum()) + 1


def samples(wav: bytes) -> NDArray[np.float64]:
    with wave.open(io.BytesIO(wav)) as file:
        assert file.getframerate() == sound_check.RATE
        data = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    return data / 32_768


@settings(max_examples=25, deadline=None)
@given(st.uuids(), st.integers(0, 50))
def test_a_listener_counts_what_the_server_expects(key: object, attempt: int) -> None:
    wav = sound_check.tones_wav(str(key), attempt)
    expected = sound_check.tone_count(str(key), attempt)
    assert sound_check.FEWEST <= expected <= sound_check.MOST
    assert count_by_ear(wav) == expected


def test_every_number_comes_up_about_as_often() -> None:
    counts = [sound_check.tone_count("session", each) for each in range(2000)]
    shares = [counts.count(number) / 2000 for number in range(3, 8)]
    # five numbers, 2,000 draws: 0.2 with a standard error of 0.009
    assert shares == pytest.approx([0.2] * 5, abs=0.045)


def test_the_same_attempt_sounds_the_same_and_the_next_one_differs() -> None:
    assert sound_check.tones_wav("a", 0) == sound_check.tones_wav("a", 0)
    assert sound_check.tones_wav("a", 0) != sound_check.tones_wav("a", 1)
    assert sound_check.tones_wav("a", 0) != sound_check.tones_wav("b", 0)


def test_the_size_of_the_file_does_not_tell_the_number() -> None:
    sizes = {len(sound_check.tones_wav("session", each)) for each in range(12)}
    assert len(sizes) == 1


def test_the_tones_neither_click_nor_clip() -> None:
    signal = samples(sound_check.tones_wav("session", 0))
    assert np.abs(signal).max() < 0.15
    # the steepest step of a sine of 784 Hz and this peak is 0.031
    assert np.abs(np.diff(signal)).max() < 0.035


def test_a_wrong_number_is_counted_and_brings_new_tones(booth: Booth) -> None:
    rater = Caller(booth)
    rater.begin()
    before = tones(rater)
    reply = rater.post("sound", {"count": rater.true_count() + 1})
    assert (reply["ok"], reply["attempts"]) == (False, 1)
    assert not reply["state"]["sound_ok"]
    assert tones(rater) != before
    reply = rater.post("sound", {"count": rater.true_count()})
    assert (reply["ok"], reply["attempts"]) == (True, 2)
    assert reply["state"]["sound_ok"]
    assert rater.assignment().steps["sound"]["attempts"] == 2


@pytest.mark.parametrize("count", [None, "3", 3.5, True])
def test_what_is_no_whole_number_is_refused(booth: Booth, count: object) -> None:
    rater = Caller(booth)
    rater.begin()
    assert rater.post("sound", {"count": count})["error"]["code"] == "bad_request"


def tones(rater: Caller) -> bytes:
    reply = Client().get("/rate/api/tones/", headers={"X-Session-Token": rater.token})
    assert reply["Content-Type"] == "audio/wav"
    return reply.content
