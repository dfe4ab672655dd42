"""What both Triton kernels, `fused` and `wide`, do with the tiles they have loaded.

And what Triton itself is here. It has no types: this module goes unchecked, as the
kernels do.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator"
# ruff: noqa: PLR0913, N803 - a kernel is told each pointer; Triton's constants are capitals

import subprocess  # noqa: TID251 - for its error alone: Triton runs a C compiler

import triton  # type: ignore[import-untyped]
import triton.language as tl  # type: ignore[import-untyped]

INTERPRETED = bool(triton.knobs.runtime.interpret)
"""Whether Triton plays kernels through on the CPU (TRITON_INTERPRET=1): for tests."""


def unlaunchable() -> str | None:
    """Return why nothing can be launched on this machine, None if it can.

    Before the first launch Triton compiles a few lines of C against Python's headers.
    """
    try:
        _ = triton.runtime.driver.active.utils
    except (
        *(AssertionError, ImportError, OSError, RuntimeError),
        subprocess.SubprocessError,
    ) as error:
        return str(error)
    return None


@triton.jit
def dot(left, right, total, EXACT: tl.constexpr):
    """Add (..., R, K) @ (..., K, N) to (..., R, N), the left side rounded as the right.

    Played through, bfloat16 would be multiplied as whole numbers.
    """
    if EXACT != "interpreted":
        return tl.dot(left.to(right.dtype), right, total, input_precision=EXACT)
    if right.dtype == tl.bfloat16:
        left = nearest(left.to(tl.float32))
    return tl.dot(left.to(tl.float32), right.to(tl.float32), total)


@triton.jit
def nearest(values):
    """Return the bfloat16 nearest to each float32: played through, it is cut off."""
    bits = values.to(tl.uint32, bitcast=True)
    rounded = (bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000
    return rounded.to(tl.float32, bitcast=True)


@triton.jit
def cell(
    reset,
    update,
    recalled,
    before,
    told,
    tokens,
    read,
    SIZE: tl.constexpr,
    D: tl.constexpr,
):
    """Return what state follows `before`, all (R, N): torch's GRU cell.

    Of the three gates come: what the state says, what is told at each place, what SIZE
    levels (R, 1) at tokens are read as, by rows (1, N) at read.
    """
    reset += tl.load(told)
    update += tl.load(told + D)
    candidate = tl.load(told + 2 * D)
    for place in range(SIZE):
        scaled = tl.load(tokens + place).to(tl.float32) * (2 / 128) - 2
        weights = read + place * (3 * D)
        reset += scaled * tl.load(weights)
        update += scaled * tl.load(weights + D)
        candidate += scaled * tl.load(weights + 2 * D)
    doubled = 2 * (candidate + tl.sigmoid(reset) * recalled)
    candidate = 2 * tl.sigmoid(doubled) - 1  # tanh
    return candidate + tl.sigmoid(update) * (before - candidate)


@triton.jit
def blend(below, tokens, tables, K: tl.constexpr, D: tl.constexpr):
    """Return the sum (R, N) of what is below and K rows of tables, negatives as 0."""
    total = tl.load(below)
    for place in tl.static_range(K):
        level = tl.load(tokens + place).to(tl.int32)
        total += tl.load(tables + (256 * place + level) * D)
    return tl.maximum(total, 0.0)


@triton.jit
def pick(logits, chances):
    """Return the first level whose cumulative share is above each chance (R,), uint8.

    logits: (R, 256).
    """
    shares = tl.exp(logits - tl.max(logits, 1)[:, None])
    borders = tl.cumsum(shares / tl.sum(shares, 1)[:, None], 1)
    goal = chances * tl.max(borders, 1)
    levels = tl.arange(0, 256)[None, :]
    return tl.min(tl.where(borders > goal[:, None], levels, 255), 1).to(tl.uint8)
