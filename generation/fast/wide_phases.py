"""The phases of the Triton kernel of `wide`, as functions of a program's number.

A phase stores nothing that another program loads in the same phase. Matrices lie
(inputs, outputs), as in `kernel`, and widths are powers of 2.

Triton has no types: this module alone goes unchecked.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator"
# ruff: noqa: PLR0913, N803 - a kernel is told each pointer; Triton's constants are capitals

import triton  # type: ignore[import-untyped]
import triton.language as tl  # type: ignore[import-untyped]

from generation.fast.tiles import blend, cell, dot, nearest, pick


@triton.jit
def _narrowed(values, like, EXACT: tl.constexpr):
    if EXACT == "interpreted" and like.dtype.element_ty == tl.bfloat16:
        values = nearest(values)
    return values.to(like.dtype.element_ty)


@triton.jit
def _zeros(SPLIT: tl.constexpr, ROWS: tl.constexpr, COLUMNS: tl.constexpr):
    if SPLIT == 1:
        zeros = tl.zeros((ROWS, COLUMNS), tl.float32)
    else:
        zeros = tl.zeros((SPLIT, ROWS, COLUMNS), tl.float32)
    return zeros


@triton.jit
def load(
    base,
    apart,
    SPAN: tl.constexpr,
    SPLIT: tl.constexpr,
    ROWS: tl.constexpr,
    COLUMNS: tl.constexpr,
    REAL: tl.constexpr = None,
):
    """Load SPLIT tiles of a matrix with rows of SPAN: (SPLIT, ROWS, COLUMNS), or one.

    Each warp multiplies a tile of its own: few rows would leave most of them idle.
    Only REAL rows are loaded, if told how many; others are 0.
    """
    rows = tl.arange(0, ROWS)[:, None]
    places = base + rows * SPAN + tl.arange(0, COLUMNS)[None, :]
    if SPLIT > 1:
        places = tl.arange(0, SPLIT)[:, None, None] * apart + places[None, :, :]
        rows = rows[None, :, :]
    return tl.load(places) if REAL is None else tl.load(places, rows < REAL, 0.0)


@triton.jit
def _sum(total, SPLIT: tl.constexpr):
    if SPLIT > 1:
        total = tl.sum(total, 0)
    return total


@triton.jit
def _product(
    given,
    matrix,
    SPAN: tl.constexpr,
    D: tl.constexpr,
    SPLIT: tl.constexpr,
    ROWS: tl.constexpr,
    COLUMNS: tl.constexpr,
    INNER: tl.constexpr,
    REAL: tl.constexpr,
    EXACT: tl.constexpr,
):
    """Return given (ROWS, D) @ COLUMNS of a matrix (D, SPAN)."""
    part: tl.constexpr = D // SPLIT
    total = _zeros(SPLIT, ROWS, COLUMNS)
    for start in range(0, part, INNER):
        left = load(given + start, part, D, SPLIT, ROWS, INNER, REAL)
        right = matrix + start * SPAN
        right = load(right, part * SPAN, SPAN, SPLIT, INNER, COLUMNS)
        total = dot(left, right, total, EXACT)
    return _sum(total, SPLIT)


@triton.jit
def spread(
    program,
    programs,
    given,
    matrix,
    bias,
    result,
    groups,
    SPAN: tl.constexpr,
    D: tl.constexpr,
    SPLIT: tl.constexpr,
    ROWS: tl.constexpr,
    COLUMNS: tl.constexpr,
    INNER: tl.constexpr,
    REAL: tl.constexpr,
    EXACT: tl.constexpr,
):
    """Store given (groups * ROWS, D) @ matrix (D, SPAN) + bias in result."""
    for tile in range(program, groups * (SPAN // COLUMNS), programs):
        first = tile % groups * ROWS
        column = tile // groups * COLUMNS
        total = _product(
            *(given + first * D, matrix + column, SPAN),
            *(D, SPLIT, ROWS, COLUMNS, INNER, REAL, EXACT),
        )
        rows = first + tl.arange(0, ROWS)[:, None]
        columns = column + tl.arange(0, COLUMNS)[None, :]
        tl.store(result + rows * SPAN + columns, total + tl.load(bias + columns))


@triton.jit
def recur(
    program,
    programs,
    state,
    known,
    fresh,
    told,
    told_span,
    tokens,
    token_span,
    recurrent,
    bias,
    read,
    groups,
    SIZE: tl.constexpr,
    D: tl.constexpr,
    SPLIT: tl.constexpr,
    ROWS: tl.constexpr,
    COLUMNS: tl.constexpr,
    INNER: tl.constexpr,
    REAL: tl.constexpr,
    EXACT: tl.constexpr,
):
    """Put states (groups * ROWS, D) on by a step of torch's GRU cell.

    known and fresh are the states before and after as products take them: what others
    still load is not overwritten. told has a row of 3D every told_span.
    """
    part: tl.constexpr = D // SPLIT
    for tile in range(program, groups * (D // COLUMNS), programs):
        rows = tile % groups * ROWS + tl.arange(0, ROWS)[:, None]
        columns = tile // groups * COLUMNS + tl.arange(0, COLUMNS)[None, :]
        reset = _zeros(SPLIT, ROWS, COLUMNS)
        update = _zeros(SPLIT, ROWS, COLUMNS)
        recalled = _zeros(SPLIT, ROWS, COLUMNS)
        for start in range(0, part, INNER):
            left = known + tile % groups * ROWS * D + start
            left = load(left, part, D, SPLIT, ROWS, INNER, REAL)
            gates = recurrent + start * 3 * D + tile // groups * COLUMNS
            right = load(gates, part * 3 * D, 3 * D, SPLIT, INNER, COLUMNS)
            reset = dot(left, right, reset, EXACT)
            right = load(gates + D, part * 3 * D, 3 * D, SPLIT, INNER, COLUMNS)
            update = dot(left, right, update, EXACT)
            right = load(gates + 2 * D, part * 3 * D, 3 * D, SPLIT, INNER, COLUMNS)
            recalled = dot(left, right, recalled, EXACT)
        places = rows * D + columns
        after = cell(
            _sum(reset, SPLIT) + tl.load(bias + columns),
            _sum(update, SPLIT) + tl.load(bias + D + columns),
            _sum(recalled, SPLIT) + tl.load(bias + 2 * D + columns),
            *(tl.load(state + places), told + rows * told_span + columns),
            *(tokens + rows * token_span, read + columns, SIZE, D),
        )
        tl.store(state + places, after)
        tl.store(fresh + places, _narrowed(after, fresh, EXACT))


@triton.jit
def mix(
    team,
    member,
    below,
    below_span,
    tokens,
    token_span,
    tables,
    mixed,
    K: tl.constexpr,
    D: tl.constexpr,
    GROUP: tl.constexpr,
    MEMBERS: tl.constexpr,
    COLUMNS: tl.constexpr,
    EXACT: tl.constexpr,
):
    """Store a member's columns of mixed (clips, D), what the hidden layer is given."""
    rows = team * GROUP + tl.arange(0, GROUP)[:, None]
    for tile in range(member, D // COLUMNS, MEMBERS):
        columns = tile * COLUMNS + tl.arange(0, COLUMNS)[None, :]
        total = blend(
            *(below + rows * below_span + columns, tokens + rows * token_span),
            *(tables + columns, K, D),
        )
        tl.store(mixed + rows * D + columns, _narrowed(total, mixed, EXACT))


@triton.jit
def answer(
    team,
    member,
    mixed,
    hidden,
    held,
    hidden_bias,
    out,
    shares,
    D: tl.constexpr,
    GROUP: tl.constexpr,
    MEMBERS: tl.constexpr,
    COLUMNS: tl.constexpr,
    SPLIT: tl.constexpr,
    INNER: tl.constexpr,
    REAL: tl.constexpr,
    HELD: tl.constexpr,
    EXACT: tl.constexpr,
    OUT_EXACT: tl.constexpr,
):
    """Store in shares (teams, MEMBERS, GROUP, 256) a member's part of the logits.

    Where HELD, held is the member's columns of `hidden`, loaded once for all samples,
    and out its rows, loaded before all met.
    """
    part: tl.constexpr = D // SPLIT
    given = mixed + team * GROUP * D
    rows = tl.arange(0, GROUP)[:, None]
    levels = tl.arange(0, 256)[None, :]
    logits = tl.zeros((GROUP, 256), tl.float32)
    if HELD:
        left = load(given, part, D, SPLIT, GROUP, part, REAL)
        total = dot(left, held, _zeros(SPLIT, GROUP, COLUMNS), EXACT)
        bias = hidden_bias + member * COLUMNS + tl.arange(0, COLUMNS)
        total = tl.maximum(_sum(total, SPLIT) + tl.load(bias)[None, :], 0.0)
        logits = dot(total, out, logits, OUT_EXACT)
    else:
        for tile in range(member, D // COLUMNS, MEMBERS):
            columns = tile * COLUMNS + tl.arange(0, COLUMNS)
            weights = tl.load(out + columns[:, None] * 256 + levels)
            total = _product(
                *(given, hidden + tile * COLUMNS, D),
                *(D, SPLIT, GROUP, COLUMNS, INNER, REAL, EXACT),
            )
            bias = tl.load(hidden_bias + columns)[None, :]
            logits = dot(tl.maximum(total + bias, 0.0), weights, logits, OUT_EXACT)
    place = (team * MEMBERS + member) * GROUP + rows
    if REAL is None:
        tl.store(shares + place * 256 + levels, logits)
    else:
        tl.store(shares + place * 256 + levels, logits, rows < REAL)


@triton.jit
def choose(
    team,
    first,
    shares,
    out_bias,
    uniforms,
    uniform_span,
    made,
    token_span,
    GROUP: tl.constexpr,
    MEMBERS: tl.constexpr,
    DRAWN: tl.constexpr,
):
    """Store at made what the logits and chances of DRAWN clips of a team come to."""
    rows = first + tl.arange(0, DRAWN)
    levels = tl.arange(0, 256)
    tiles = shares + (team * MEMBERS * GROUP + first) * 256
    logits = load(tiles, GROUP * 256, 256, MEMBERS, DRAWN, 256)
    logits = _sum(logits, MEMBERS)
    logits += tl.load(out_bias + levels)[None, :]
    rows += team * GROUP
    chances = tl.load(uniforms + rows * uniform_span)
    tl.store(made + rows * token_span, pick(logits, chances))
