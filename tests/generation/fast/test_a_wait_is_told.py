"""Who waits for a kernel to be compiled is told so, and once for each shape."""

import pytest
import torch

from generation.fast import fold, launching, wide
from generation.fast.drive import Driven
from generation.fast.eager import EagerRunner
from tests.generation.fast.small import clips, net_of


class Kernel:
    """A kernel that is launched and makes nothing."""

    def __init__(self) -> None:
        self.launches = 0
        self.make = {(132,): self._launch}

    def _launch(self, *_arguments: object, **_options: object) -> None:
        self.launches += 1


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> Kernel:
    """A GPU of 132 multiprocessors, as far as the engine can tell."""
    kernel = Kernel()
    for name, value in (
        ("_kernel", lambda: kernel),
        ("programs_of", lambda device: 132),
        ("unusable", lambda device, dtype: None),
        ("_launched", set()),
    ):
        monkeypatch.setattr(wide, name, value)
    monkeypatch.setattr(launching, "interpreted", lambda: False)
    return kernel


def test_each_shape_of_batch_is_told_before_its_first_launch(kernel: Kernel) -> None:
    net = net_of("frame", dim=64)
    features, numbers = clips(net, batch=40, frames=4)
    lengths = torch.tensor([4, *(20 * [3]), *(19 * [2])])
    told: list[tuple[int, str]] = []

    def waits(why: str) -> None:
        told.append((kernel.launches, why))

    for _ in range(2):  # again, all is compiled
        wide.WIDE.generate(fold(net), features, lengths, uniforms=numbers, waits=waits)
    assert [launches for launches, _ in told] == [0, 2, 3]
    assert [why.split(",")[0] for _, why in told] == [
        f"compiling for {count} clips" for count in (40, 21, 1)
    ]
    assert all("40 to 90 s" in why for _, why in told)
    assert kernel.launches == 8


def test_a_kernel_that_is_played_through_is_not_compiled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(launching, "interpreted", lambda: True)
    net = net_of("frame")
    assert wide.delay(fold(net), 3) is None


def test_what_is_waited_for_is_told_before_the_frame_it_delays() -> None:
    heard: list[object] = []
    engine = Driven("slow", EagerRunner, lambda folded, count: f"{count} to come")
    net = net_of("frame")
    features, numbers = clips(net, batch=2, frames=2)
    engine.generate(
        *(fold(net), features, torch.tensor([1, 2])),
        uniforms=numbers,
        progress=lambda made, total: heard.append(made),
        waits=heard.append,
    )
    assert heard == ["2 to come", 128, "1 to come", 192]
