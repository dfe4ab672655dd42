"""The processes that train one net together; usually one."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, distributed, nn

from generation.launch import launched
from generation.stopping import ended_at_once
from generation.train.config import TrainingError

CPU = torch.device("cpu")
DEVICES = ("auto", "cpu", "cuda")


@dataclass(frozen=True, slots=True)
class World:
    """This process among all: its rank of `size`, and the device it computes on."""

    device: torch.device = CPU
    rank: int = 0
    size: int = 1

    @property
    def is_first(self) -> bool:
        """Whether this process writes files and speaks."""
        return self.rank == 0

    def share_of(self, count: int) -> range:
        """Return which of `count` things, side by side, are this process's."""
        return range(
            count * self.rank // self.size, count * (self.rank + 1) // self.size
        )

    def add_up(self, values: Tensor) -> Tensor:
        """Replace values by their sum over all processes; return them."""
        if self.size > 1:
            distributed.all_reduce(values)
        return values

    def meet(self) -> None:
        """Wait for all processes."""
        self.add_up(torch.zeros(1, device=self.device))

    def add_up_gradients(self, net: nn.Module) -> None:
        """Replace a net's gradients by their sums; none where no process has one."""
        if self.size == 1:
            return
        parameters = list(net.parameters())
        here = torch.tensor(
            [float(each.grad is not None) for each in parameters], device=self.device
        )
        parts = [
            torch.zeros_like(each) if each.grad is None else each.grad
            for each in parameters
        ]
        dtype = parameters[0].dtype
        summed = self.add_up(
            torch.cat([here.to(dtype), *(part.flatten() for part in parts)])
        )
        sizes = [len(parts), *(part.numel() for part in parts)]
        there, *gradients = torch.split(summed, sizes)
        for parameter, gradient, count in zip(
            parameters, gradients, there.tolist(), strict=True
        ):
            parameter.grad = gradient.view_as(parameter) if count else None


ALONE = World()


@contextmanager
def joined(device: str = "auto", *, together: bool = True) -> Iterator[World]:
    """Join the processes that torchrun started, or be alone.

    device: cpu, cuda, or auto for CUDA where there is one. Each process takes the GPU
    of its own number; with `together` they can add up (by NCCL on GPUs, Gloo on CPUs).
    Raises TrainingError for a device that is not there, or when they do not meet, and
    ValueError for a process told a number that is none of theirs.
    """
    this = launched()
    place = _device(device, this.local)
    if this.size > 1 and together:
        _join(this.size, "nccl" if place.type == "cuda" else "gloo")
    try:
        yield World(place, this.rank, this.size)
    finally:
        if distributed.is_initialized():
            distributed.destroy_process_group()


def _join(size: int, how: str) -> None:
    if not distributed.is_torchelastic_launched():
        place = ":".join(os.environ.get(n, "?") for n in ("MASTER_ADDR", "MASTER_PORT"))
        more = "another process" if size == 2 else f"{size - 1} other processes"
        sys.stderr.write(f"waiting for {more} at {place}\n")
        sys.stderr.flush()
    try:
        with ended_at_once():
            distributed.init_process_group(how)
    except (ValueError, RuntimeError) as error:
        raise TrainingError(
            f"WORLD_SIZE says {size} processes, and they do not meet ({error}); start "
            "them with torchrun, or unset it to train with one"
        ) from error


def _device(name: str, local: int) -> torch.device:
    if name not in DEVICES:
        raise TrainingError(f"no device {name!r}: choose among {', '.join(DEVICES)}")
    found = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if name == "cpu" or (name == "auto" and not found):
        return torch.device("cpu")
    if local >= found:
        raise TrainingError(
            f"process {local} finds {found} GPUs: start as many processes as GPUs, or "
            "choose the device cpu"
        )
    torch.cuda.set_device(local)
    return torch.device("cuda", local)
