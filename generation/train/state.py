"""A run's folder: its nets, and the state from which it goes on exactly as it would.

    best.net    the net with the lowest loss on the test clips
    last.net    the net where the run stands
    last.state  parameters, optimiser and position, to go on from
    log.jsonl   losses, line by line; beside it an event file for TensorBoard
    done.json   what came of it, written when the run has ended

All that is drawn follows from the seed and the position, so no generator is stored.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from torch import Tensor

from generation.checkpoint import (
    Checkpoint,
    CheckpointError,
    DataFacts,
    FeatureFacts,
    FeatureScale,
    Losses,
    ScaleKind,
    read_archive,
    save_checkpoint,
    weights_of,
    write_archive,
)
from generation.nets import State
from generation.train.config import TrainConfig, TrainingError, require_same
from generation.train.trainer import Position, Trainer

KIND = "training state"


@dataclass(frozen=True, slots=True)
class Given:
    """What a run learns from: features, their scale, the clips, their levels' hash."""

    features: FeatureFacts
    scale: FeatureScale
    data: DataFacts
    levels: str


@dataclass(frozen=True, slots=True)
class Stored:
    """A state file read: its JSON values and tensors by name."""

    meta: dict[str, Any]
    tensors: dict[str, Tensor]

    @property
    def scale(self) -> FeatureScale:
        """The scale of the features that the run began with."""
        kind: ScaleKind = self.meta["scale"]
        mean = self.tensors.get("scale.mean")
        return FeatureScale(kind, mean, self.tensors.get("scale.deviation"))


def snapshot(trainer: Trainer, given: Given, losses: Losses) -> Checkpoint:
    """Return the net as it is now, with all that goes with it."""
    return Checkpoint(
        config=trainer.net.config,
        weights=weights_of(trainer.net),
        features=given.features,
        scale=given.scale,
        data=given.data,
        losses=losses,
        step=trainer.position.step,
        epoch=trainer.position.epoch,
        settings=trainer.config.as_dict(),
    )


def save_state(out: Path, trainer: Trainer, given: Given, losses: Losses) -> None:
    """Write last.state and last.net; every process calls it, the first one writes.

    Raises CheckpointError when they cannot be written; what was there then stays.
    """
    carried = trainer.course.carried(trainer.net)
    if not trainer.world.is_first:
        return
    now = snapshot(trainer, given, losses)
    tensors = {f"weights.{name}": value for name, value in now.weights.items()}
    tensors |= _optimiser_tensors(trainer)
    if carried is not None:
        tensors["carried.coarse"] = carried.coarse.cpu()
        tensors["carried.frame"] = carried.frame.cpu()
    if given.scale.mean is not None and given.scale.deviation is not None:
        tensors["scale.mean"] = given.scale.mean
        tensors["scale.deviation"] = given.scale.deviation
    meta = {
        "settings": trainer.config.as_dict(),
        "position": asdict(trainer.position),
        "scale": given.scale.kind,
        "features": asdict(given.features),
        "split": given.data.split,
        "levels": given.levels,
    }
    write_archive(out / "last.state", KIND, meta, tensors)
    save_checkpoint(out / "last.net", now)


def read_state(out: Path, config: TrainConfig) -> Stored | None:
    """Return the state of a run that was broken off, None where none began.

    Raises TrainingError for other settings, CheckpointError for a damaged file.
    """
    path = out / "last.state"
    if not path.exists():
        return None
    stored = Stored(*read_archive(path, KIND))
    require_same(config, stored.meta["settings"])
    return stored


def require_same_given(stored: Stored, given: Given) -> None:
    """Raise unless a run was begun with these clips and features."""
    begun = FeatureFacts(**stored.meta["features"])
    if begun != given.features:
        raise TrainingError(
            f"the run was begun with features {begun.identity} ({begun.dim} numbers a "
            f"frame), now {given.features.identity} ({given.features.dim}): use the "
            "same, or another folder"
        )
    if stored.meta["split"] != given.data.split:
        raise TrainingError(
            f"the run was begun with split {stored.meta['split'][:12]}, now "
            f"{given.data.split[:12]}: use the same clips, or another folder"
        )
    if stored.meta.get("levels", given.levels) != given.levels:
        raise TrainingError(
            "the run was begun with other levels of these clips' sound: prepare them "
            f"as then (the gain is {given.data.gain!r} now), or use another folder"
        )


def restore(trainer: Trainer, stored: Stored) -> None:
    """Set net, optimiser and position to a stored state. Raises CheckpointError."""
    tensors = stored.tensors
    weights = _below("weights.", tensors)
    try:
        trainer.net.load_state_dict(weights)
        trainer.position = Position(**stored.meta["position"])
        _load_optimiser(trainer, _below("optimiser.", tensors))
    except (RuntimeError, TypeError, KeyError) as error:
        message = "the training state is not that of this net's settings"
        raise CheckpointError(f"{message}: {error}") from error


def carried_of(stored: Stored) -> State | None:
    """Return what the lanes carried, (batch, D), if anything."""
    carried = _below("carried.", stored.tensors)
    return State(carried["coarse"], carried["frame"]) if carried else None


def after_epoch(position: Position) -> Position:
    """Return the position at the beginning of the next epoch."""
    return replace(
        position,
        epoch=position.epoch + 1,
        place=0,
        total=0.0,
        count=0,
        passed=position.mean,
    )


def _optimiser_tensors(trainer: Trainer) -> dict[str, Tensor]:
    found = trainer.optimiser.state_dict()["state"]
    return {
        f"optimiser.{number}.{name}": value.detach().cpu().clone()
        for number, values in found.items()
        for name, value in values.items()
    }


def _load_optimiser(trainer: Trainer, tensors: Mapping[str, Tensor]) -> None:
    state: dict[int, dict[str, Tensor]] = {}
    for name, value in tensors.items():
        number, field = name.split(".")
        state.setdefault(int(number), {})[field] = value
    groups = trainer.optimiser.state_dict()["param_groups"]
    trainer.optimiser.load_state_dict({"state": state, "param_groups": groups})


def _below(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {
        name.removeprefix(prefix): value
        for name, value in tensors.items()
        if name.startswith(prefix)
    }
