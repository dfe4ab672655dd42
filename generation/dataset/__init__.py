"""Data sets: read, divide, prepare once, and give out as batches."""

from generation.dataset.clipset import Batch, ClipSet, feature_moments, load_clips
from generation.dataset.expected import FIGURE_1
from generation.dataset.extract import Extraction, extract_features
from generation.dataset.index import ClipFacts, PreparedClip
from generation.dataset.open import LAYOUTS, open_dataset
from generation.dataset.order import (
    bucketed_batches,
    epoch_batches,
    epoch_order,
)
from generation.dataset.prepare import Failure, Preparation, prepare
from generation.dataset.record import DatasetError, Reading, Record
from generation.dataset.report import write_statistics
from generation.dataset.splits import (
    TEST_CLIPS,
    Split,
    make_split,
    official_split,
    read_split,
    write_split,
)
from generation.dataset.statistics import LengthStatistics, statistics

__all__ = [
    "FIGURE_1",
    "LAYOUTS",
    "TEST_CLIPS",
    "Batch",
    "ClipFacts",
    "ClipSet",
    "DatasetError",
    "Extraction",
    "Failure",
    "LengthStatistics",
    "Preparation",
    "PreparedClip",
    "Reading",
    "Record",
    "Split",
    "bucketed_batches",
    "epoch_batches",
    "epoch_order",
    "extract_features",
    "feature_moments",
    "load_clips",
    "make_split",
    "official_split",
    "open_dataset",
    "prepare",
    "read_split",
    "statistics",
    "write_split",
    "write_statistics",
]
