"""The engine of one C++ loop: CPUs, float32 and bfloat16, compiled at first use.

For a small net most of eager's time goes between operations; for a large one the file's
products are those of the widest vectors the processor has. Clips are shared out among
as many threads as torch has, which never wait for one another.

A clip comes out the same to the last bit in any batch, on one machine and with torch's
threads as many: those may change how torch sums what the video says, not the loop.
"""

import ctypes
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise

import torch
from torch import Tensor

from generation.fast.build import library
from generation.fast.drive import Driven
from generation.fast.fold import Folded, Gates
from generation.nets import State
from generation.quantize import ZERO

LANES = 16
"""Widths are multiples of it: the most floats one vector holds."""

SHARE = 4
"""Clips a thread has at least: fewer would only read the same matrices twice."""


class _Matrix(ctypes.Structure):
    """Matrix of products.h."""

    _fields_ = (
        ("packed", ctypes.c_void_p),
        ("bias", ctypes.c_void_p),
        ("inputs", ctypes.c_int32),
        ("panels", ctypes.c_int32),
    )


class _Tier(ctypes.Structure):
    """Tier of frame.cpp."""

    _fields_ = (
        ("recurrent", _Matrix),
        ("read", ctypes.c_void_p),
        ("size", ctypes.c_int32),
    )


class _Net(ctypes.Structure):
    """Net of frame.cpp."""

    _fields_ = (
        ("coarse", _Tier),
        ("frame", _Tier),
        ("lift", _Matrix),
        ("told", _Matrix),
        ("hidden", _Matrix),
        ("out", _Matrix),
        ("tables", ctypes.c_void_p),
        ("dim", ctypes.c_int32),
        ("k", ctypes.c_int32),
    )


def unusable(device: torch.device, dtype: torch.dtype, dim: int) -> str | None:
    """Return why a net cannot run here, None if it can (compiling if need be)."""
    if device.type != "cpu":
        return f"the C++ loop runs on the CPU, not on {device}"
    if dtype not in (torch.float32, torch.bfloat16):
        return f"the C++ loop computes in float32 and bfloat16, not in {dtype}"
    if dim % LANES:
        return f"the C++ loop wants a width that is a multiple of {LANES}, not {dim}"
    return missing()


@cache
def missing() -> str | None:
    """Return why there is no library on this machine, None if there is one."""
    try:
        _loaded()
    except (RuntimeError, OSError) as error:  # no home folder is a RuntimeError too
        return str(error)
    return None


class CompiledRunner:
    """Clips computed by the C++ loop, a video frame at a time."""

    def __init__(self, folded: Folded, state: State, temperature: float) -> None:
        if reason := unusable(folded.device, folded.dtype, folded.config.dim):
            raise ValueError(reason)
        config, batch = folded.config, len(state.coarse)
        name = "frame_float32" if folded.dtype == torch.float32 else "frame_bfloat16"
        self._call = getattr(_loaded(), name)
        self._sharpness = ctypes.c_float(1 / temperature)
        self._kept: list[Tensor] = []  # what the pointers in _net point to
        self._net = self._packed(folded)
        self._coarse = state.coarse.contiguous().clone()
        self._frame = state.frame.contiguous().clone()
        self._read = torch.full((batch, config.fs3), ZERO, dtype=torch.uint8)

    @property
    def coarse(self) -> Tensor:
        """The coarse states, (B, D)."""
        return self._coarse

    def frame(self, seen: Tensor, uniforms: Tensor) -> Tensor:
        """Return the samples of one video frame, (n, samples) uint8, see Runner."""
        count, samples = uniforms.shape
        size = self._read.shape[1]
        tokens = torch.empty(count, size + samples, dtype=torch.uint8)
        tokens[:, :size] = self._read[:count]
        arrays = (
            seen.float().contiguous(),
            uniforms.float().contiguous(),
            self._coarse,
            self._frame,
            tokens,
        )
        parts = max(1, min(torch.get_num_threads(), count // SHARE))
        bounds = [count * part // parts for part in range(parts + 1)]
        spans = [slice(*pair) for pair in pairwise(bounds)]
        if parts == 1:
            self._run(spans[0], arrays, samples)
        else:
            # ctypes lets go of the interpreter while the loop runs
            with ThreadPoolExecutor(parts) as pool:
                for done in [
                    pool.submit(self._run, span, arrays, samples) for span in spans
                ]:
                    done.result()
        self._read = tokens[:, samples:].clone()
        return tokens[:, size:]

    def _run(self, span: slice, arrays: tuple[Tensor, ...], samples: int) -> None:
        pointers = [ctypes.c_void_p(array[span].data_ptr()) for array in arrays]
        rows = span.stop - span.start
        self._call(ctypes.byref(self._net), rows, samples, self._sharpness, *pointers)

    def _packed(self, folded: Folded) -> _Net:
        return _Net(
            self._tier(folded.coarse),
            self._tier(folded.frame),
            self._matrix(folded.lift, folded.lift_bias),
            self._matrix(folded.told, folded.told_bias),
            self._matrix(folded.hidden, folded.hidden_bias),
            self._matrix(folded.out, folded.out_bias),
            self._pointer(folded.tables),
            folded.config.dim,
            folded.config.k,
        )

    def _tier(self, gates: Gates) -> _Tier:
        read = gates.read.T.contiguous()  # (n, 3D)
        recurrent = self._matrix(gates.recurrent, gates.bias)
        return _Tier(recurrent, self._pointer(read), len(read))

    def _matrix(self, matrix: Tensor, bias: Tensor) -> _Matrix:
        """Pack (O, I): (panels, I, width), bfloat16 (panels, I/2, width, 2)."""
        width: int = _loaded().panel_width()
        outputs, inputs = matrix.shape
        panels = -(-outputs // width)
        padded = matrix.new_zeros(panels * width, inputs)
        padded[:outputs] = matrix
        shift = bias.new_zeros(panels * width)
        shift[:outputs] = bias
        together = 1 if matrix.dtype == torch.float32 else 2
        split = padded.view(panels, width, inputs // together, together)
        packed = split.transpose(1, 2).contiguous()  # (panels, I / 1 or 2, width, ...)
        return _Matrix(self._pointer(packed), self._pointer(shift), inputs, panels)

    def _pointer(self, tensor: Tensor) -> int:
        self._kept.append(tensor)
        return tensor.data_ptr()


COMPILED = Driven("compiled", CompiledRunner)


@cache
def _loaded() -> ctypes.CDLL:
    found = ctypes.CDLL(str(library()))
    found.panel_width.restype = ctypes.c_int
    for name in ("frame_float32", "frame_bfloat16"):
        call = getattr(found, name)
        call.restype = None
        call.argtypes = (
            *(ctypes.c_void_p, ctypes.c_int, ctypes.c_int, ctypes.c_float),
            *(ctypes.c_void_p,) * 5,
        )
    return found
