"""The engine of one Triton kernel over a whole GPU: CUDA devices, for wide nets.

A video frame is one cooperative launch of `wide_kernel.make`, a program on each
multiprocessor. All share each layer of the slower tiers, 64 clips and some columns a
program; a team of up to 32 shares the sample's layers of 32 clips, each holding its
columns of `hidden` in shared memory all along. What they hand on goes through the L2
cache, and they meet after each phase: for a sample and its share of the slower tiers
3.6 times on average, or 2.9 times for a clip alone, whose team draws each level in
each of its programs instead of waiting for one.

Estimated, not measured, in microseconds a sample at frames of 4 and 16 samples, of what
an H200's L2 gives to all (5.5 TB/s) and to one multiprocessor (64 bytes a cycle at 1.7
GHz), 0.9 us a meeting, and 2.7 us for the draw, products and four loads in turn:

    bfloat16     1 clip           128 clips         1,024 clips
    width 256    5.8 (0.17 M/s)    7.4 (17 M/s)     12.7 (81 M/s)
    width 512    6.1 (0.16 M/s)    8.6 (15 M/s)     25 (40 M/s)
    width 1,024  7.0 (0.14 M/s)   14.1 (9.1 M/s)    73 (14 M/s)

Of the 14.1, meetings take 3.3, the sample's layers 3.8, the frame tier 2.9 and the
coarse one 1.5. A recorded graph is put at 20 us, and 35 us for 1,024 clips 1,024 wide;
`fused` at 6.9 us where the width is 256: this is for up to some 128 clips of a net 512
wide or more, in bfloat16, once it was seen to run.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import ModuleType

import torch
from torch import Tensor
from torch.nn import functional

from generation.fast import launching
from generation.fast.drive import Driven
from generation.fast.fold import Folded
from generation.nets import State
from generation.quantize import LEVELS, ZERO

OLDEST = (9, 0)
"""The compute capability that the kernel was compiled for."""

SHARED = 163_840
"""Bytes of shared memory that a program takes at most, as compiled for sm_90."""

LEAST = 16  # clips: the least that tensor cores multiply at once
TEAM, TIER = 32, 64  # clips of a team, and of a tile of the slower tiers
COLUMNS = 32
APART = 32  # numbers from one counter to the next: a line of the cache each
HOLDABLE = 64 * 1024  # bytes of a matrix that a program's registers hold

COMPILING = "40 to 90 s"
"""How long Triton compiles for a shape of batch, as seen for sm_90 on one CPU core."""


def unusable(device: torch.device, dtype: torch.dtype) -> str | None:
    """Return why a net cannot run here, None if it can."""
    if reason := launching.unusable(device, dtype, oldest=OLDEST):
        return reason
    if device.type != "cuda":
        return None
    has = torch.cuda.get_device_properties(device)
    # left out of torch's types
    there = int(getattr(has, "shared_memory_per_block_optin", 0))
    if there >= SHARED:
        return None
    name = torch.cuda.get_device_name(device)
    return f"the kernel needs {SHARED:,} bytes of shared memory: {name} has {there:,}"


@dataclass(frozen=True, slots=True)
class Plan:
    """How programs share the work: `rows` clips, with those that only fill up tiles.

    A team of `members` programs makes the samples of `group` clips; the slower tiers
    are computed in tiles of `tier` clips.
    """

    rows: int
    tier: int
    group: int
    members: int
    alone: bool


def most(programs: int) -> int:
    """Return how many clips so many programs make at once."""
    clips = programs * TEAM
    return clips if clips < TIER else clips // TIER * TIER


def plan(count: int, *, width: int, programs: int) -> Plan:
    """Return how to share `count` clips, `most(programs)` or fewer, of a net's width.

    A member has the same columns of the hidden layer each time: the more members, up to
    one for each COLUMNS, the fewer each. Their number is a power of 2.
    """
    group = LEAST if count <= LEAST else TEAM
    tier = TIER if count > TEAM else group
    rows = -(-count // tier) * tier
    shared = programs // (rows // group)
    members = min(1 << shared.bit_length() - 1, width // COLUMNS)
    return Plan(rows, tier, group, members, alone=count == 1)


def constants(
    folded: Folded, shared: Plan, *, interpreted: bool
) -> dict[str, int | str | None]:
    """Return what the kernel is compiled for: sizes, and how products are rounded."""
    width, narrow = _width(folded.config.dim), folded.dtype == torch.bfloat16
    columns = min(COLUMNS, width)
    split = min(launching.WARPS, width // 16)
    tier_split = 1 if shared.tier == TIER else split
    held = (
        narrow
        and shared.members * columns == width
        and width * columns * folded.hidden.itemsize <= HOLDABLE
    )
    return {
        **launching.constants(folded, interpreted=interpreted),
        "D": width,
        "ROWS": shared.tier,
        "GATES": 16,
        "WIDE": min(64 if shared.tier == TIER else 32, width),
        "TIER_SPLIT": tier_split,
        "TIER_INNER": min(
            128 if narrow and tier_split == 1 else 32, width // tier_split
        ),
        "GROUP": shared.group,
        "MEMBERS": shared.members,
        "DRAWN": 1 if shared.alone else max(1, shared.group // shared.members),
        "COLUMNS": columns,
        "SPLIT": split,
        "INNER": min(32, width // split),
        "REAL": 1 if shared.alone else None,
        "ALONE": shared.alone,
        "HELD": held,
    }


def _width(dim: int) -> int:
    return max(32, 1 << (dim - 1).bit_length())


@cache
def _kernel() -> ModuleType:
    # not before it is wanted: Triton may not be there
    return import_module("generation.fast.wide_kernel")


def programs_of(device: torch.device) -> int:
    """Return how many programs run at once: one on each multiprocessor."""
    if device.type != "cuda":
        return 1  # played through, programs run one after another
    return int(torch.cuda.get_device_properties(device).multi_processor_count)


def delay(folded: Folded, count: int) -> str | None:
    """Return what to tell before the kernel is compiled for so many clips, if it is.

    For a shape compiled in an earlier process the wait is short: Triton keeps it.
    """
    if launching.interpreted():
        return None
    width, programs = _width(folded.config.dim), programs_of(folded.device)
    size = most(programs)
    shapes = {
        _shape(folded, plan(part, width=width, programs=programs))
        for part in (min(count, size), count % size)
        if part
    }
    if shapes <= _launched:
        return None
    return f"compiling for {count} clips, {COMPILING} a shape"


def _shape(folded: Folded, shared: Plan) -> tuple[object, ...]:
    """Return what tells one compiled kernel from another."""
    known = constants(folded, shared, interpreted=launching.interpreted())
    return folded.device, folded.dtype, *known.values()


_launched: set[tuple[object, ...]] = set()
"""The shapes that this process has launched the kernel for."""


class WideRunner:
    """Clips computed by the kernel, a video frame a launch."""

    def __init__(self, folded: Folded, state: State, temperature: float) -> None:
        if reason := unusable(folded.device, folded.dtype):
            raise ValueError(reason)
        self._folded = folded
        self._programs = programs_of(folded.device)
        self._width = width = _width(folded.config.dim)
        before, after = launching.packed(folded, width, temperature)
        self._net = (*before, *after)
        rows = -(-len(state.coarse) // TIER) * TIER
        self._coarse = launching.padded(state.coarse, rows, width)
        self._frame = launching.padded(state.frame, rows, width)
        self._read = launching.silence(folded, rows)

    @property
    def coarse(self) -> Tensor:
        """The coarse states, (n or more, D)."""
        return self._coarse[:, : self._folded.config.dim]

    def frame(self, seen: Tensor, uniforms: Tensor) -> Tensor:
        """Return the samples of one video frame, (n, samples) uint8, see Runner."""
        size = most(self._programs)
        parts = zip(torch.split(seen, size), torch.split(uniforms, size), strict=True)
        return torch.cat(
            [self._part(place * size, *part) for place, part in enumerate(parts)]
        )

    def _part(self, first: int, seen: Tensor, uniforms: Tensor) -> Tensor:
        """Make the samples of as many clips as one launch can, from the first on."""
        (count, samples), dim = uniforms.shape, self._folded.config.dim
        shared = plan(count, width=self._width, programs=self._programs)
        rows = slice(first, first + shared.rows)
        gates = functional.pad(seen.view(count, 3, dim), (0, self._width - dim))
        gates = launching.padded(gates.flatten(1), shared.rows, 3 * self._width)
        chances = launching.padded(uniforms, shared.rows, samples)
        copies = shared.members if shared.alone else 1
        tokens = torch.full(
            (copies, shared.rows, self._read.shape[1] + samples),
            ZERO,
            dtype=torch.uint8,
            device=seen.device,
        )
        lead = self._read.shape[1]
        tokens[:, :, :lead] = self._read[rows]
        states = (self._coarse[rows], self._frame[rows])
        launching.launch(
            _kernel().make,
            self._programs,
            (
                *self._net,
                *(kept for each in states for kept in (each, self._known(each))),
                *(gates, chances, tokens, *self._rooms(shared)),
                *(shared.rows, samples),
            ),
            constants(self._folded, shared, interpreted=launching.interpreted()),
            launch_cooperative_grid=True,
        )
        _launched.add(_shape(self._folded, shared))
        self._read[rows] = tokens[0, :, samples:]
        return tokens[0, :count, lead:]

    def _known(self, states: Tensor) -> Tensor:
        """Return states as products take them, and room for those that follow."""
        known = states.new_zeros(2, *states.shape, dtype=self._folded.dtype)
        known[0] = states
        return known

    def _rooms(self, shared: Plan) -> Iterator[Tensor]:
        """Yield what programs hand one another: see the kernel's arguments."""
        config, device = self._folded.config, self._folded.device
        dtype, rest = self._folded.dtype, self._folded.out.dtype
        for span, kind in (
            (config.ratio * 3 * self._width, rest),
            (config.fs2 * self._width, rest),
            (self._width, dtype),
        ):
            yield torch.empty(shared.rows, span, dtype=kind, device=device)
        held = self._programs * shared.group * LEVELS
        yield torch.empty(held, dtype=rest, device=device)
        counters = APART * (1 + self._programs)
        yield torch.zeros(counters, dtype=torch.int32, device=device)


WIDE = Driven("wide", WideRunner, delay)
