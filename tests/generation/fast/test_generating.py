"""What every engine is given and gives back, whatever computes the samples."""

from typing import Any

import pytest
import torch
from torch import Tensor

from generation.fast import ENGINES, Draws, fold
from generation.fast.drive import Driven
from generation.fast.eager import EagerRunner
from tests.generation.fast.small import CPU_ENGINES, FRAME, clips, engine_of, net_of


@pytest.mark.parametrize("name", CPU_ENGINES)
def test_numbers_may_be_made_where_they_are_needed(name: str) -> None:
    net = net_of("frame")
    features, numbers = clips(net, batch=3)
    folded, lengths = fold(net), torch.tensor([1, 4, 2])
    draws = Draws(4, [f"clip {row}" for row in range(3)], "x")
    engine = engine_of(name)
    held = engine.generate(folded, features, lengths, uniforms=numbers)
    assert torch.equal(engine.generate(folded, features, lengths, uniforms=draws), held)


@pytest.mark.parametrize("name", CPU_ENGINES)
def test_in_the_cold_the_likeliest_level_is_drawn(name: str) -> None:
    net = net_of("frame")
    features, numbers = clips(net, batch=2, frames=1)
    made = engine_of(name).generate(
        fold(net), features, uniforms=numbers, temperature=1e-6
    )
    with torch.no_grad():
        logits = net(torch.cat([net.prompt(2), made.long()], dim=1), features)
    assert torch.equal(made.long(), logits.argmax(dim=2))


def test_progress_counts_samples_that_are_wanted() -> None:
    net = net_of("frame")
    features, numbers = clips(net, batch=3)
    told: list[tuple[int, int]] = []
    ENGINES["eager"].generate(
        fold(net),
        features,
        torch.tensor([1, 4, 2]),
        uniforms=numbers,
        progress=lambda done, total: told.append((done, total)),
    )
    assert told == [(n * FRAME, 7 * FRAME) for n in (3, 5, 6, 7)]


@pytest.mark.parametrize("name", CPU_ENGINES)
def test_generating_leaves_torch_as_it_was(name: str) -> None:
    # pitfall 17: no switch that others would find thrown
    def switches() -> tuple[object, ...]:
        return (
            torch.backends.cudnn.enabled,
            torch.backends.cudnn.allow_tf32,
            torch.is_grad_enabled(),
            torch.is_inference_mode_enabled(),
            torch.get_num_threads(),
            torch.get_default_dtype(),
            torch.initial_seed(),
            torch.get_rng_state().sum().item(),
            (torch.tensor(1e-39) * 1).item(),  # 0 where denormals are flushed
        )

    net = net_of("seq")
    features, numbers = clips(net, batch=2, frames=1)
    engine, before = engine_of(name), switches()
    engine.generate(fold(net), features, uniforms=numbers)
    assert switches() == before


def test_the_video_is_read_without_tf32(monkeypatch: pytest.MonkeyPatch) -> None:
    # cuDNN's GRUs use it by default (torch's notes on CUDA semantics, "TensorFloat-32")
    seen: list[bool] = []
    gru = torch.gru

    def watched(*given: Any, **named: Any) -> Any:
        seen.append(torch.backends.cudnn.enabled)
        return gru(*given, **named)

    monkeypatch.setattr(torch, "gru", watched)
    net = net_of("seq")
    features, numbers = clips(net, batch=2, frames=1)
    ENGINES["eager"].generate(fold(net), features, uniforms=numbers)
    assert seen == [False, False]


def test_numbers_are_drawn_while_the_frame_before_is_made() -> None:
    # a GPU returns from `frame` at once, and is waited for when samples are fetched
    told: list[str] = []

    class Fetched(Tensor):
        def cpu(self) -> Tensor:  # type: ignore[override]
            told.append("fetched")
            return self.as_subclass(Tensor)

    class Watched(EagerRunner):
        def frame(self, seen: Tensor, uniforms: Tensor) -> Tensor:
            told.append("begun")
            return super().frame(seen, uniforms).as_subclass(Fetched)

    def draws(start: int, count: int) -> Tensor:
        told.append(f"drawn {start}")
        return torch.zeros(2, count)

    net = net_of("frame")
    features, _ = clips(net, batch=2, frames=2)
    Driven("watched", Watched).generate(fold(net), features, uniforms=draws)
    order = ["drawn 0", "begun", f"drawn {FRAME}", "fetched", "begun", "fetched"]
    assert told == order


def test_what_cannot_be_generated_is_refused() -> None:
    net = net_of("seq")
    features, numbers = clips(net, batch=2, frames=2)
    folded, engine = fold(net), ENGINES["eager"]
    for cold in (0, -1, 1e-7, float("nan"), float("inf")):
        with pytest.raises(ValueError, match=f"from 1e-06, not {cold}"):
            engine.generate(folded, features, uniforms=numbers, temperature=cold)
    for wrong in ([1, 3], [0, 1], [1]):
        with pytest.raises(ValueError, match="from 1 to 2"):
            engine.generate(folded, features, torch.tensor(wrong), uniforms=numbers)
    with pytest.raises(ValueError, match="one a sample"):
        engine.generate(folded, features, uniforms=numbers[:, 1:])
    with pytest.raises(ValueError, match="nothing to make"):
        engine.generate(folded, features[:0], uniforms=numbers[:0])
