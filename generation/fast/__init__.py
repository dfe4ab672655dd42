"""Fast: the same nets generating at the speed of the machine."""

from generation.fast.build import BuildError
from generation.fast.check import cdf_violation
from generation.fast.choose import AUTO, ENGINES, choose_engine
from generation.fast.drive import Engine, Progress, Uniforms, Waits
from generation.fast.fold import DTYPES, Folded, Gates, fold
from generation.fast.random import VERSION, Draws, uniforms

__all__ = [
    "AUTO",
    "DTYPES",
    "ENGINES",
    "VERSION",
    "BuildError",
    "Draws",
    "Engine",
    "Folded",
    "Gates",
    "Progress",
    "Uniforms",
    "Waits",
    "cdf_violation",
    "choose_engine",
    "fold",
    "uniforms",
]
