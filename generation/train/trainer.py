"""A net, its optimiser, and where in the training they stand."""

from dataclasses import dataclass, replace
from math import isfinite, log

import torch
from torch import Tensor, nn

from generation.nets import SampleRNN
from generation.train.config import TrainConfig, TrainingError
from generation.train.course import Course, Share
from generation.train.losses import precision
from generation.train.world import World


class TrainingDivergedError(TrainingError):
    """A loss or a gradient is no number; the net is as it was before that step."""


@dataclass(frozen=True, slots=True)
class Position:
    """What is behind: whole epochs, `place` steps of the present one, steps in all.

    `total` nats were paid for `count` samples in this epoch, `passed` each in the last
    whole one. The best look at the test clips gave `best_test` after `best_step` steps,
    `best_epoch` epochs, and the epoch before it `best_train`; `stale` looks at ends of
    epochs have been since. The last look was after `looked_step` steps.
    """

    epoch: int = 0
    place: int = 0
    step: int = 0
    total: float = 0.0
    count: int = 0
    passed: float | None = None
    best_test: float | None = None
    best_train: float | None = None
    best_step: int = 0
    best_epoch: int = 0
    looked_step: int = -1
    stale: int = 0

    @property
    def mean(self) -> float | None:
        """The training loss in nats a sample: of this epoch, else of the last."""
        return self.total / self.count if self.count else self.passed


@dataclass(frozen=True, slots=True)
class Step:
    """A step done: its mean loss, the gradients' norm before clipping, its samples.

    `wishes` counts, wish by wish, the processes that had it.
    """

    nats: float
    gradient: float
    samples: int
    wishes: tuple[int, ...] = ()

    @property
    def bits(self) -> float:
        """The loss in bits."""
        return self.nats / log(2)


class Trainer:
    """Takes one step after the other. All processes take each step together."""

    def __init__(
        self, net: SampleRNN, course: Course, config: TrainConfig, world: World
    ) -> None:
        self.net = net.to(world.device).train()
        self.course, self.config, self.world = course, config, world
        self.optimiser = torch.optim.Adam(
            self.net.parameters(),
            lr=config.rate,
            betas=(0.9, 0.999),
            eps=1e-8,
            fused=True,
        )
        self.position = Position()
        self.is_half = (
            world.device.type == "cuda" if config.bf16 is None else config.bf16
        )

    def advance(self, wishes: tuple[bool, ...] = ()) -> Step:
        """Take the next step of the epoch that the course has begun.

        `wishes` of the processes are counted. Raises TrainingDivergedError, the net
        unchanged, for a loss or gradient that is no number.
        """
        step = self._learned(wishes)
        self._require_numbers(step)
        clip_gradients(self.net, self.config)
        self.optimiser.step()
        now = self.position
        self.position = replace(
            now,
            place=now.place + 1,
            step=now.step + 1,
            total=now.total + step.nats * step.samples,
            count=now.count + step.samples,
        )
        return step

    def _learned(self, wishes: tuple[bool, ...]) -> Step:
        """Compute the gradients of a step, the same in every process."""
        self.optimiser.zero_grad(set_to_none=True)
        with precision(self.world.device, half=self.is_half):
            share = self.course.share(self.net, self.position.place)
        total = learn(self.net, share, self.world)
        told = torch.tensor([float(wish) for wish in wishes], device=total.device)
        summed = self.world.add_up(torch.cat([total.view(1), told.double()])).tolist()
        norm = gradient_norm(self.net)
        counted = tuple(round(value) for value in summed[1:])
        return Step(summed[0] / share.count, float(norm), share.count, counted)

    def _require_numbers(self, step: Step) -> None:
        if isfinite(step.nats) and isfinite(step.gradient):
            return
        raise TrainingDivergedError(
            f"step {self.position.step + 1}: loss {step.nats}, gradient "
            f"{step.gradient}: training has diverged. Take it up again with a lower "
            "rate in another folder; the best net so far is kept"
        )


def learn(net: nn.Module, share: Share, world: World) -> Tensor:
    """Set the gradients of the mean loss over all processes' samples.

    Returns this process's own nats, (), float64.
    """
    if share.total is not None:
        (share.total / share.count).backward()  # type: ignore[no-untyped-call]
    world.add_up_gradients(net)
    if share.total is None:
        return torch.zeros((), dtype=torch.float64, device=world.device)
    return share.total.detach().double()


def gradient_norm(net: nn.Module) -> Tensor:
    """Return the length of all gradients taken as one vector, ()."""
    there = [each.grad for each in net.parameters() if each.grad is not None]
    norm: Tensor = nn.utils.get_total_norm(there)
    return norm


def clip_gradients(net: nn.Module, config: TrainConfig) -> None:
    """Bound the gradients in place, as the settings say."""
    if config.clip == "value":
        nn.utils.clip_grad_value_(net.parameters(), config.clip_at)
    elif config.clip == "norm":
        nn.utils.clip_grad_norm_(net.parameters(), config.clip_at)
