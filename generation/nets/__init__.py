"""Nets: the conditional SampleRNN in three methods, and its slow exact twin."""

from generation.nets.config import METHODS, PRESETS, Method, NetConfig, preset, widths
from generation.nets.layers import Layers, layered_logits
from generation.nets.loss import Loss, clip_nats, cross_entropy, draw, sample_mask
from generation.nets.naive import naive_generate, naive_logits
from generation.nets.samplernn import SampleRNN, State, checked_lengths
from generation.nets.windows import (
    BURN_IN,
    coarse_full,
    draw_windows,
    score_windows,
    window_targets,
)

__all__ = [
    "BURN_IN",
    "METHODS",
    "PRESETS",
    "Layers",
    "Loss",
    "Method",
    "NetConfig",
    "SampleRNN",
    "State",
    "checked_lengths",
    "clip_nats",
    "coarse_full",
    "cross_entropy",
    "draw",
    "draw_windows",
    "layered_logits",
    "naive_generate",
    "naive_logits",
    "preset",
    "sample_mask",
    "score_windows",
    "widths",
    "window_targets",
]
