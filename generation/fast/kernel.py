"""The Triton kernel of `fused`: a video frame of 16 clips in one launch.

A program owns 16 clips and never waits for another. What one layer hands to the next
goes through memory that this program alone touches, small enough for the caches, with a
barrier of its own threads between. Clips and widths are padded by the caller, so
nothing here is masked. Matrices lie (inputs, outputs), rows one after another.

Triton has no types: this module alone goes unchecked.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator"
# ruff: noqa: PLR0913, N803 - a kernel is told each pointer; Triton's constants are capitals

import triton  # type: ignore[import-untyped]
import triton.language as tl  # type: ignore[import-untyped]

from generation.fast.tiles import blend, cell, dot, pick

ROWS = 16
"""Clips a program makes: the least that tensor cores multiply at once."""


@triton.jit
def _spread(
    given,
    matrix,
    bias,
    result,
    span,
    D: tl.constexpr,
    TILE: tl.constexpr,
    INNER: tl.constexpr,
    RELU: tl.constexpr,
    EXACT: tl.constexpr,
):
    """Store given (16, D) @ matrix (D, span) + bias in result (16, span)."""
    rows = tl.arange(0, 16)[:, None]
    for first in range(0, span, TILE):
        columns = first + tl.arange(0, TILE)[None, :]
        total = tl.zeros((16, TILE), tl.float32) + tl.load(bias + columns)
        for start in range(0, D, INNER):
            inner = start + tl.arange(0, INNER)
            part = tl.load(given + rows * D + inner[None, :])
            weights = tl.load(matrix + inner[:, None] * span + columns)
            total = dot(part, weights, total, EXACT)
        if RELU:
            total = tl.maximum(total, 0.0)
        tl.store(result + rows * span + columns, total)
    tl.debug_barrier()


@triton.jit
def _recur(
    state,
    fresh,
    told,
    told_span,
    tokens,
    token_span,
    recurrent,
    bias,
    read,
    SIZE: tl.constexpr,
    D: tl.constexpr,
    TILE: tl.constexpr,
    EXACT: tl.constexpr,
):
    """Put state (16, D) on by a step of torch's GRU cell, reset after the product.

    told (16, 3D) with a row every told_span and SIZE levels at tokens are what it
    reads; fresh (16, D) is room for the state to come.
    """
    rows = tl.arange(0, 16)[:, None]
    for first in range(0, D, TILE):
        columns = first + tl.arange(0, TILE)[None, :]
        reset = tl.zeros((16, TILE), tl.float32) + tl.load(bias + columns)
        update = tl.zeros((16, TILE), tl.float32) + tl.load(bias + D + columns)
        recalled = tl.zeros((16, TILE), tl.float32) + tl.load(bias + 2 * D + columns)
        for start in range(0, D, 32):
            inner = start + tl.arange(0, 32)
            part = tl.load(state + rows * D + inner[None, :])
            weights = recurrent + inner[:, None] * (3 * D) + columns
            reset = dot(part, tl.load(weights), reset, EXACT)
            update = dot(part, tl.load(weights + D), update, EXACT)
            recalled = dot(part, tl.load(weights + 2 * D), recalled, EXACT)
        after = cell(
            *(reset, update, recalled, tl.load(state + rows * D + columns)),
            *(told + rows * told_span + columns, tokens + rows * token_span),
            *(read + columns, SIZE, D),
        )
        tl.store(fresh + rows * D + columns, after)
    tl.debug_barrier()
    for first in range(0, D, TILE):
        places = rows * D + first + tl.arange(0, TILE)[None, :]
        tl.store(state + places, tl.load(fresh + places))
    tl.debug_barrier()


@triton.jit
def _mix(
    below,
    below_span,
    tokens,
    token_span,
    tables,
    mixed,
    K: tl.constexpr,
    D: tl.constexpr,
    TILE: tl.constexpr,
):
    """Store in mixed (16, D) what K levels at tokens and the frame tier sum to."""
    rows = tl.arange(0, 16)[:, None]
    for first in range(0, D, TILE):
        columns = first + tl.arange(0, TILE)[None, :]
        total = blend(
            *(below + rows * below_span + columns, tokens + rows * token_span),
            *(tables + columns, K, D),
        )
        tl.store(mixed + rows * D + columns, total)
    tl.debug_barrier()


@triton.jit
def _draw(
    hidden,
    out,
    out_bias,
    uniforms,
    uniform_span,
    made,
    token_span,
    D: tl.constexpr,
    EXACT: tl.constexpr,
):
    """Store at made (16,) the first level whose cumulative share is above u."""
    rows, levels = tl.arange(0, 16), tl.arange(0, 256)[None, :]
    logits = tl.zeros((16, 256), tl.float32) + tl.load(out_bias + levels)
    for start in range(0, D, 16):
        inner = start + tl.arange(0, 16)
        part = tl.load(hidden + rows[:, None] * D + inner[None, :])
        weights = tl.load(out + inner[:, None] * 256 + levels)
        logits = dot(part, weights, logits, EXACT)
    tl.store(
        made + rows * token_span,
        pick(logits, tl.load(uniforms + rows * uniform_span)),
    )
    tl.debug_barrier()


@triton.jit
def make(
    coarse,
    coarse_recurrent,
    coarse_bias,
    coarse_read,
    lift,
    lift_bias,
    frame,
    frame_recurrent,
    frame_bias,
    frame_read,
    told,
    told_bias,
    tables,
    hidden,
    hidden_bias,
    out,
    out_bias,
    seen,
    uniforms,
    tokens,
    lifted,
    below,
    mixed,
    passed,
    samples,
    FS3: tl.constexpr,
    FS2: tl.constexpr,
    K: tl.constexpr,
    D: tl.constexpr,
    TILE: tl.constexpr,
    INNER: tl.constexpr,
    EXACT: tl.constexpr,
    OUT_EXACT: tl.constexpr,
):
    """Make the samples of one video frame, 16 clips a program.

    Of each clip: coarse and frame (D,) go on, seen (3D,) is what the video tells the
    coarse tier, uniforms (samples,), tokens (FS3 + samples,) starts with the levels
    before and ends with those made, lifted (FS3 / FS2 * 3D,), below (FS2 * D,), mixed
    and passed (D,) are room. D is a multiple of
    TILE, TILE of INNER and of 32.
    """
    first = tl.program_id(0) * 16
    steps: tl.constexpr = FS3 // FS2
    span = FS3 + samples
    coarse += first * D
    frame += first * D
    seen += first * 3 * D
    uniforms += first * samples
    tokens += first * span
    lifted += first * steps * 3 * D
    below += first * FS2 * D
    mixed += first * D
    passed += first * D
    for start in range(0, samples, FS3):
        _recur(
            *(coarse, mixed, seen, 3 * D, tokens + start, span),
            *(coarse_recurrent, coarse_bias, coarse_read, FS3, D, TILE, EXACT),
        )
        _spread(
            *(coarse, lift, lift_bias, lifted, steps * 3 * D),
            *(D, TILE, INNER, False, EXACT),
        )
        for part in range(steps):
            begin = start + FS3 + part * FS2
            _recur(
                *(frame, mixed, lifted + part * 3 * D, steps * 3 * D),
                *(tokens + begin - FS2, span),
                *(frame_recurrent, frame_bias, frame_read, FS2, D, TILE, EXACT),
            )
            _spread(
                *(frame, told, told_bias, below, FS2 * D),
                *(D, TILE, INNER, False, EXACT),
            )
            for place in range(FS2):
                end = begin + place
                _mix(
                    *(below + place * D, FS2 * D, tokens + end - K, span),
                    *(tables, mixed, K, D, TILE),
                )
                _spread(
                    *(mixed, hidden, hidden_bias, passed, D),
                    *(D, TILE, INNER, True, EXACT),
                )
                _draw(
                    *(passed, out, out_bias, uniforms + end - FS3, samples),
                    *(tokens + end, span, D, OUT_EXACT),
                )
