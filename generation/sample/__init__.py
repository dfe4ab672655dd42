"""Sampling: a trained net's sounds for clips, as files, records and a manifest."""

from generation.sample.command import add_sample_arguments, run_sample
from generation.sample.record import (
    BusyError,
    Made,
    Progress,
    Sampled,
    SampleError,
    Sampling,
    Silent,
    Trained,
)
from generation.sample.run import sample, sample_clips
from generation.sample.sidecar import read_record
from generation.sample.table import quality_table, report
from generation.sample.trained import best_of, only_checkpoint, trained_in

__all__ = [
    "BusyError",
    "Made",
    "Progress",
    "SampleError",
    "Sampled",
    "Sampling",
    "Silent",
    "Trained",
    "add_sample_arguments",
    "best_of",
    "only_checkpoint",
    "quality_table",
    "read_record",
    "report",
    "run_sample",
    "sample",
    "sample_clips",
    "trained_in",
]
