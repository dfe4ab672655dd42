"""Checkpoints as files."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from torch import Tensor

from generation.checkpoint.archive import NOT_OURS, read_archive, write_archive
from generation.checkpoint.record import (
    Checkpoint,
    CheckpointError,
    DataFacts,
    FeatureFacts,
    Losses,
)
from generation.checkpoint.scale import FeatureScale
from generation.geometry import FPS, MAX_FRAMES, RATE, SAMPLES_PER_FRAME
from generation.nets import NetConfig

KIND = "net"
GEOMETRY = {
    "fps": str(FPS),
    "rate": str(RATE),
    "samples_per_frame": SAMPLES_PER_FRAME,
    "max_frames": MAX_FRAMES,
}


def save_checkpoint(path: Path, checkpoint: Checkpoint) -> str:
    """Write a checkpoint in one move; return the file's sha256.

    Raises CheckpointError when it cannot be written; an older one then stays.
    """
    meta = {
        "config": checkpoint.config.as_dict(),
        "features": asdict(checkpoint.features),
        "scale": checkpoint.scale.kind,
        "data": asdict(checkpoint.data),
        "losses": {
            "train_nats": checkpoint.losses.train_nats,
            "train_bits": checkpoint.losses.train_bits,
            "test_nats": checkpoint.losses.test_nats,
            "test_bits": checkpoint.losses.test_bits,
        },
        "step": checkpoint.step,
        "epoch": checkpoint.epoch,
        "settings": dict(checkpoint.settings),
        "remarks": list(checkpoint.remarks),
        "geometry": GEOMETRY,
        "program": checkpoint.program,
        "torch": checkpoint.torch_version,
    }
    return write_archive(path, KIND, meta, _tensors(checkpoint))


def load_checkpoint(path: Path) -> Checkpoint:
    """Read a checkpoint, whatever torch wrote it. Raises CheckpointError."""
    meta, tensors = read_archive(path, KIND)
    if meta.get("geometry") != GEOMETRY:
        raise CheckpointError(
            f"{path}: made for {meta.get('geometry')}, this program works with "
            f"{GEOMETRY}"
        )
    try:
        return _from(path, meta, tensors)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CheckpointError(f"{path}: {NOT_OURS} ({error})") from error


def _tensors(checkpoint: Checkpoint) -> dict[str, Tensor]:
    tensors = {f"weights.{name}": v for name, v in checkpoint.weights.items()}
    scale = checkpoint.scale
    if scale.mean is not None and scale.deviation is not None:
        tensors["scale.mean"] = scale.mean
        tensors["scale.deviation"] = scale.deviation
    return tensors


def _from(path: Path, meta: dict[str, Any], tensors: dict[str, Tensor]) -> Checkpoint:
    losses, data = meta["losses"], dict(meta["data"])
    if isinstance(data["categories"], str):
        raise TypeError("its categories are no list")
    data["categories"] = tuple(data["categories"])
    data["heard"] = tuple(data.get("heard", ()))
    if not all(0 < gain < float("inf") for gain in data["gains"].values()):
        raise ValueError("a category's gain is not above 0")
    return Checkpoint(
        config=NetConfig.from_dict(meta["config"]),
        weights={
            name.removeprefix("weights."): value
            for name, value in tensors.items()
            if name.startswith("weights.")
        },
        features=FeatureFacts(**meta["features"]),
        scale=FeatureScale(
            meta["scale"], tensors.get("scale.mean"), tensors.get("scale.deviation")
        ),
        data=DataFacts(**data),
        losses=Losses(losses["train_nats"], losses["test_nats"]),
        step=meta["step"],
        epoch=meta["epoch"],
        settings=meta["settings"],
        program=meta["program"],
        torch_version=meta["torch"],
        path=path,
    )
