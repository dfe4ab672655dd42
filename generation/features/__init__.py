"""Features of what is seen: one vector per video frame, from one of several sources."""

from generation.features.cache import FeatureCache
from generation.features.catalog import SOURCES, SourceOptions, open_source
from generation.features.own import OwnConfig, OwnEncoder
from generation.features.source import FeatureError, FeatureSource, Joined, SourceInfo
from generation.features.stub import StubFeatures
from generation.features.synchrony import SyncCheck, sync_check
from generation.features.teaching import train_own_encoder

__all__ = [
    "SOURCES",
    "FeatureCache",
    "FeatureError",
    "FeatureSource",
    "Joined",
    "OwnConfig",
    "OwnEncoder",
    "SourceInfo",
    "SourceOptions",
    "StubFeatures",
    "SyncCheck",
    "open_source",
    "sync_check",
    "train_own_encoder",
]
