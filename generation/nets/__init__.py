"""Nets: the conditional SampleRNN in three methods, and its slow exact twin."""

from generation.nets.config import METHODS, PRESETS, Method, NetConfig, preset
from generation.nets.samplernn import SampleRNN, State

__all__ = [
    "METHODS",
    "PRESETS",
    "Method",
    "NetConfig",
    "SampleRNN",
    "State",
    "preset",
]
