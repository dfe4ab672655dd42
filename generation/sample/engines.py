"""What draws the levels: an engine of `generation.fast`, its device and precision."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from generation.fast import (
    AUTO,
    BuildError,
    Draws,
    Engine,
    Folded,
    Progress,
    Waits,
    choose_engine,
    fold,
)
from generation.fast.compiled import missing
from generation.nets import SampleRNN
from generation.sample.record import SampleError, Sampling

DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp64": torch.float64}
DEVICES = ("auto", "cpu", "cuda")


@dataclass(frozen=True, slots=True)
class Voice:
    """A folded net ready to sound: its engine, and how the clips' chances are drawn.

    `remark` says what makes it slower than it might be, "" if nothing.
    """

    engine: Engine
    folded: Folded
    seed: int
    temperature: float
    remark: str = ""

    @property
    def device(self) -> str:
        """Where it computes, by its name."""
        device = self.folded.device
        if device.type == "cuda":
            return torch.cuda.get_device_name(device)
        return device.type

    @property
    def dtype(self) -> str:
        """Its precision, by its short name."""
        return next(n for n, dtype in DTYPES.items() if dtype == self.folded.dtype)

    def generate(
        self,
        clips: Sequence[str],
        features: Tensor,
        lengths: Tensor,
        progress: Progress | None = None,
        waits: Waits | None = None,
    ) -> Tensor:
        """The levels of clips by name: (B, 1024 m), uint8, 128 past a clip's end.

        features: (B, m, F), scaled as the net learned them; lengths: (B,), frames. A
        batch too large for the device's memory is made in two halves.
        """
        draws = Draws(self.seed, clips, self.folded.config.method)
        try:
            return self.engine.generate(
                self.folded,
                features,
                lengths,
                uniforms=draws,
                temperature=self.temperature,
                progress=progress,
                waits=waits,
            )
        except torch.cuda.OutOfMemoryError:
            if len(clips) == 1:
                raise SampleError(
                    f"{self.device}: one clip alone is too large for its memory; use "
                    "--device cpu"
                ) from None
        torch.cuda.empty_cache()
        half = len(clips) // 2
        parts = (slice(None, half), slice(half, None))
        made = [
            self.generate(clips[p], features[p], lengths[p], progress, waits)
            for p in parts
        ]
        return torch.cat(made)


def device_of(name: str) -> str:
    """Return cpu or cuda. Raises SampleError for one that is not there."""
    if name not in DEVICES:
        raise SampleError(f"device {name!r}: choose among {', '.join(DEVICES)}")
    there = torch.cuda.is_available()
    if name == "cuda" and not there:
        raise SampleError("device cuda: torch finds none here; use --device cpu")
    return "cuda" if there and name != "cpu" else "cpu"


def voice_of(net: SampleRNN, asked: Sampling, *, device: str) -> Voice:
    """Fold a net and choose what computes it. Raises SampleError."""
    if asked.dtype not in ("auto", *DTYPES):
        known = ", ".join(["auto", *DTYPES])
        raise SampleError(f"dtype {asked.dtype!r}: choose among {known}")
    auto = torch.bfloat16 if device == "cuda" else torch.float32
    dtype = DTYPES.get(asked.dtype, auto)
    try:
        engine = choose_engine(device, dtype, asked.engine, dim=net.config.dim)
    except (BuildError, ValueError) as error:
        raise SampleError(str(error)) from error
    folded = fold(net, dtype).to(device)
    remark = ""
    is_slow = asked.engine == AUTO and engine.name == "eager" and device == "cpu"
    if is_slow and dtype != torch.float64 and (why := missing()):
        remark = f"sampled by plain torch, several times slower: {why}"
    return Voice(engine, folded, asked.seed, asked.temperature, remark)
