"""What a simulated rater answers is equal-variance signal detection."""

from collections.abc import Iterator
from statistics import NormalDist

import pytest

from studies.services.rehearsal.raters import ITEM_SPREAD, SimulatedRater, Truth, answer

CHOICES = ["real", "fake"]


def clips(*, real: bool, catch: bool = False, n: int = 4000) -> Iterator[Truth]:
    system = "real" if real else "frame"
    return (Truth(f"clip-{k}", system, real=real, catch=catch) for k in range(n))


def share_real(rater: SimulatedRater, truths: Iterator[Truth]) -> float:
    said = [answer(rater, truth, CHOICES) == "real" for truth in truths]
    return sum(said) / len(said)


def test_the_hit_rate_is_the_normal_integral_of_half_the_sensitivity() -> None:
    rater = SimulatedRater(number=1, seed=5, sensitivity=2.0, bias=0.3, lapse=0.0)
    # Macmillan & Creelman: H = Phi((d'/2 - c) / s); s adds the spread of single items
    spread = (1 + ITEM_SPREAD**2) ** 0.5
    expected = NormalDist().cdf((2.0 / 2 - 0.3) / spread)
    # 4000 answers: three standard errors are 0.024
    assert share_real(rater, clips(real=True)) == pytest.approx(expected, abs=0.024)


def test_without_sensitivity_real_and_generated_sound_alike() -> None:
    rater = SimulatedRater(number=1, seed=5, sensitivity=0.0, bias=0.0, lapse=0.0)
    for real in (True, False):
        assert share_real(rater, clips(real=real)) == pytest.approx(0.5, abs=0.03)


def test_generated_clips_are_taken_for_real_less_often() -> None:
    rater = SimulatedRater(number=1, seed=5, sensitivity=2.0, bias=0.0, lapse=0.0)
    assert share_real(rater, clips(real=False)) < share_real(rater, clips(real=True))


def test_catch_items_are_told_with_ease() -> None:
    rater = SimulatedRater(number=1, seed=5, sensitivity=1.5, bias=0.0, lapse=0.0)
    assert share_real(rater, clips(real=False, catch=True, n=500)) < 0.05


def test_a_spammer_answers_by_the_coin() -> None:
    rater = SimulatedRater(
        number=1, seed=5, sensitivity=3.0, bias=0.0, lapse=0.0, kind="spammer"
    )
    assert share_real(rater, clips(real=True)) == pytest.approx(0.5, abs=0.03)


def test_the_same_rater_answers_the_same_clip_alike_in_any_order() -> None:
    rater = SimulatedRater(number=7, seed=2, sensitivity=1.0, bias=0.0, lapse=0.1)
    truths = list(clips(real=False, n=50))
    forward = [answer(rater, truth, CHOICES) for truth in truths]
    backward = [answer(rater, truth, CHOICES) for truth in reversed(truths)]
    assert forward == backward[::-1]
