"""Checkpoints: a trained net in one file, with all that is needed to use it."""

from generation.checkpoint.archive import file_sha256, read_archive, write_archive
from generation.checkpoint.nets import load_checkpoint, save_checkpoint
from generation.checkpoint.record import (
    PROGRAM,
    Checkpoint,
    CheckpointError,
    DataFacts,
    FeatureFacts,
    Losses,
    heard_key,
    label_of,
    remarks_on,
    twins_told,
    weights_of,
)
from generation.checkpoint.scale import SCALES, FeatureScale, ScaleKind

__all__ = [
    "PROGRAM",
    "SCALES",
    "Checkpoint",
    "CheckpointError",
    "DataFacts",
    "FeatureFacts",
    "FeatureScale",
    "Losses",
    "ScaleKind",
    "file_sha256",
    "heard_key",
    "label_of",
    "load_checkpoint",
    "read_archive",
    "remarks_on",
    "save_checkpoint",
    "twins_told",
    "weights_of",
    "write_archive",
]
