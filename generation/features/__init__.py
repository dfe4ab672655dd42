"""Features of what is seen: a vector, or a map, per video frame, from many sources."""

from generation.features.cache import FeatureCache
from generation.features.catalog import (
    MAPS,
    SOURCES,
    VECTORS,
    SourceOptions,
    encoder_of,
    open_source,
    seen_region,
    tells_motion,
)
from generation.features.own import OwnConfig, OwnEncoder
from generation.features.source import FeatureError, FeatureSource, Joined, SourceInfo
from generation.features.stub import StubFeatures
from generation.features.teaching import train_own_encoder

__all__ = [
    "MAPS",
    "SOURCES",
    "VECTORS",
    "FeatureCache",
    "FeatureError",
    "FeatureSource",
    "Joined",
    "OwnConfig",
    "OwnEncoder",
    "SourceInfo",
    "SourceOptions",
    "StubFeatures",
    "encoder_of",
    "open_source",
    "seen_region",
    "tells_motion",
    "train_own_encoder",
]
