"""Sound as the nets know it: 256 linear levels at 15,974.4 Hz, and the way back."""

from generation.quantize.gains import (
    PEAK,
    GainPolicy,
    Leveled,
    category_gain,
    level,
    median_gain,
    peak_gain,
    remove_dc,
    restore,
)
from generation.quantize.levels import LEVELS, ZERO, decode, dither_levels, encode
from generation.quantize.rates import OUT_RATE, resample, to_48k

__all__ = [
    "LEVELS",
    "OUT_RATE",
    "PEAK",
    "ZERO",
    "GainPolicy",
    "Leveled",
    "category_gain",
    "decode",
    "dither_levels",
    "encode",
    "level",
    "median_gain",
    "peak_gain",
    "remove_dc",
    "resample",
    "restore",
    "to_48k",
]
