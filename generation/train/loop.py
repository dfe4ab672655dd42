"""The loop of a run: steps, looks at the test clips, states saved, and its end."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import isfinite
from pathlib import Path

from generation.checkpoint import Losses, save_checkpoint
from generation.dataset import ClipSet
from generation.dataset.clipset import LEAD
from generation.nets import SampleRNN, preset
from generation.stopping import Halt, Stopped
from generation.train.clips import Loader
from generation.train.config import TrainConfig, first_net
from generation.train.course import ChunkCourse, Course, WindowCourse
from generation.train.facts import given_of
from generation.train.journal import Journal
from generation.train.losses import mean_nats
from generation.train.state import (
    Given,
    after_epoch,
    carried_of,
    read_state,
    require_same_given,
    restore,
    save_state,
    snapshot,
)
from generation.train.trainer import Position, Trainer, TrainingDivergedError
from generation.train.world import World


class TrainingStoppedError(Stopped):
    """Someone asked to stop; the state is saved, and the message says how to go on."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Who may stop a run, and when it saves its state: every so many seconds."""

    halt: Halt
    seconds: float
    clock: Callable[[], float]
    is_shown: bool = False


class Run:
    """A net, the clips it learns from, and the folder it is kept in."""

    def __init__(
        self, clips: ClipSet, config: TrainConfig, out: Path, world: World
    ) -> None:
        """Take up the run of `out`, or begin one: clips are of its categories alone."""
        self._clips, self._config = clips, config
        self._out, self._world = out, world
        stored = read_state(out, config)
        self._given = given_of(clips, "none" if stored else config.scale)
        if stored:
            require_same_given(stored, self._given)
            self._given = replace(self._given, scale=stored.scale)
        scale = self._given.scale
        self._load = Loader(clips, scale, lead=LEAD, device=world.device)
        course = _course(clips, config, self._load, world)
        self._trainer = Trainer(_net(config, self._given), course, config, world)
        if stored:
            restore(self._trainer, stored)
        self._steps = course.begin(self._trainer.position.epoch)
        if stored:
            course.restore(carried_of(stored))

    def go(self, watch: Watch) -> tuple[Position, str]:
        """Run to the end; return the last position and what ended the run.

        Raises TrainingStoppedError when the watch's halt is wished.
        """
        total = self._config.epochs * self._steps
        if self._config.steps is not None:
            total = min(total, self._config.steps)
        with Journal(
            self._out if self._world.is_first else None,
            begun=self._trainer.position.step,
            total=total,
            clock=watch.clock,
            is_shown=watch.is_shown,
        ) as journal:
            reason = self._loop(watch, journal)
            if self._trainer.position.looked_step != self._trainer.position.step:
                self._look(journal, is_last=True)
            self._save()
        return self._trainer.position, reason

    def close(self) -> None:
        """Stop reading ahead."""
        self._load.close()

    def _loop(self, watch: Watch, journal: Journal) -> str:
        saved = watch.clock()
        while (reason := self._ended()) is None:
            if self._trainer.position.place == self._steps:
                self._close_epoch(journal)
                continue
            is_due = watch.clock() - saved >= watch.seconds
            step = self._trainer.advance((watch.halt.is_wished, is_due))
            journal.step(step, self._trainer.position)
            stop, save = step.wishes
            if stop or save:
                self._save()
                saved = watch.clock()
            if stop:
                raise TrainingStoppedError(
                    f"stopped after step {self._trainer.position.step}, saved in "
                    f"{self._out}: the same command goes on from there",
                    number=watch.halt.number,
                )
        return reason

    def _ended(self) -> str | None:
        config, position = self._config, self._trainer.position
        if config.patience is not None and position.stale >= config.patience:
            return "patience"
        if position.epoch >= config.epochs:
            return "epochs"
        if config.steps is not None and position.step >= config.steps:
            # an epoch that is over is closed first, so that going on finds it so
            return "steps" if position.place < self._steps else None
        return None

    def _close_epoch(self, journal: Journal) -> None:
        trainer = self._trainer
        if (trainer.position.epoch + 1) % self._config.evaluate_every == 0:
            self._look(journal)
        trainer.position = after_epoch(trainer.position)
        self._steps = trainer.course.begin(trainer.position.epoch)

    def _look(self, journal: Journal, *, is_last: bool = False) -> None:
        """Measure the test loss; keep the net if none was better."""
        trainer = self._trainer
        nats = mean_nats(
            trainer.net,
            self._clips.test,
            self._load,
            self._world,
            batch=self._config.batch,
            half=trainer.is_half,
        )
        if not isfinite(nats):
            raise TrainingDivergedError(
                f"step {trainer.position.step}: test loss {nats}: training has diverged"
            )
        journal.look(nats, trainer.position)
        position = replace(trainer.position, looked_step=trainer.position.step)
        if position.best_test is None or nats < position.best_test:
            position = replace(
                position,
                best_test=nats,
                best_train=position.mean,
                best_step=position.step,
                best_epoch=position.epoch,
                stale=0,
            )
            trainer.position = position
            if self._world.is_first:
                now = snapshot(trainer, self._given, Losses(position.mean, nats))
                save_checkpoint(self._out / "best.net", now)
        elif not is_last:
            position = replace(position, stale=position.stale + 1)
        trainer.position = position

    def _save(self) -> None:
        position = self._trainer.position
        looked = position.best_test if position.best_step == position.step else None
        losses = Losses(position.mean, looked)
        save_state(self._out, self._trainer, self._given, losses)


def _net(config: TrainConfig, given: Given) -> SampleRNN:
    settings = preset(config.preset, config.method, given.features.dim)
    settings = replace(settings, attention=config.attention)
    return first_net(settings, config.as_dict())


def _course(clips: ClipSet, config: TrainConfig, load: Loader, world: World) -> Course:
    kind = ChunkCourse if config.truncation == "chunk" else WindowCourse
    return kind(clips.train, config, load, world)
