"""The Triton kernel of `wide`: a video frame in one launch of the whole GPU.

Programs share every layer, and after each all that share it meet: none goes on before
the others have stored what it will load. All of them must run at once, which a
cooperative launch makes sure of. Phases, and who meets after each:

    recur, spread   all programs, tiles of ROWS clips and some columns, of either tier
    mix, answer     a team of MEMBERS, GROUP clips: its hidden layer, by columns, and
                      what those columns add to the logits
    choose           the same, by clips; all programs after the last of FS2 samples

Triton has no types: this module alone goes unchecked.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator"
# ruff: noqa: PLR0913, N803 - a kernel is told each pointer; Triton's constants are capitals

import triton  # type: ignore[import-untyped]
import triton.language as tl  # type: ignore[import-untyped]

from generation.fast.wide_phases import answer, choose, load, mix, recur, spread


@triton.jit
def _meet(counter, met, programs):
    """Wait for the programs that share a counter, and return how high it is then.

    What any of them stored before is what all load after: one thread releases and
    acquires for its program, by the barriers about it (PTX ISA, memory model).
    """
    met += programs
    tl.debug_barrier()
    tl.atomic_add(counter, 1, sem="release", scope="gpu")
    while tl.atomic_add(counter, 0, sem="acquire", scope="gpu") < met:
        pass
    tl.debug_barrier()
    return met


@triton.jit
def _nothing(met):
    """Return 0: addresses that depend on it are not kept in registers all along."""
    return met >> 30


@triton.jit
def _held(
    hidden,
    D: tl.constexpr,
    COLUMNS: tl.constexpr,
    SPLIT: tl.constexpr,
    HELD: tl.constexpr,
):
    """Return COLUMNS of a matrix (D, D), to be kept in registers, where HELD."""
    held = hidden
    if HELD:
        part: tl.constexpr = D // SPLIT
        held = load(hidden, part * D, D, SPLIT, part, COLUMNS)
    return held


@triton.jit
def _sample(
    team,
    member,
    below,
    tables,
    mixed,
    hidden,
    held,
    hidden_bias,
    out,
    out_bias,
    shares,
    uniforms,
    samples,
    tokens,
    span,
    near,
    met,
    FS2: tl.constexpr,
    K: tl.constexpr,
    D: tl.constexpr,
    GROUP: tl.constexpr,
    MEMBERS: tl.constexpr,
    DRAWN: tl.constexpr,
    COLUMNS: tl.constexpr,
    SPLIT: tl.constexpr,
    INNER: tl.constexpr,
    REAL: tl.constexpr,
    ALONE: tl.constexpr,
    HELD: tl.constexpr,
    EXACT: tl.constexpr,
    OUT_EXACT: tl.constexpr,
):
    """Make a sample of a team's clips at tokens, without meeting after it is drawn."""
    member += _nothing(met)
    mix(
        *(team, member, below, FS2 * D, tokens - K, span, tables, mixed),
        *(K, D, GROUP, MEMBERS, COLUMNS, EXACT),
    )
    rows = out
    if HELD:
        rows = load(out + member * COLUMNS * 256, 0, 256, 1, COLUMNS, 256)
    met = _meet(near, met, MEMBERS)
    answer(
        *(team, member, mixed, hidden, held, hidden_bias, rows, shares),
        *(D, GROUP, MEMBERS, COLUMNS, SPLIT, INNER, REAL, HELD, EXACT, OUT_EXACT),
    )
    met = _meet(near, met, MEMBERS)
    first = 0
    if not ALONE:
        first += member * DRAWN
    if first < GROUP:
        choose(
            *(team, first, shares, out_bias, uniforms, samples, tokens, span),
            *(GROUP, MEMBERS, DRAWN),
        )
    tl.debug_barrier()
    return met


@triton.jit
def make(
    coarse_recurrent,
    coarse_bias,
    coarse_read,
    lift,
    lift_bias,
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
    coarse,
    coarse_known,
    frame,
    frame_known,
    seen,
    uniforms,
    tokens,
    lifted,
    below,
    mixed,
    shares,
    counters,
    rows,
    samples,
    FS3: tl.constexpr,
    FS2: tl.constexpr,
    K: tl.constexpr,
    D: tl.constexpr,
    ROWS: tl.constexpr,
    GATES: tl.constexpr,
    WIDE: tl.constexpr,
    TIER_SPLIT: tl.constexpr,
    TIER_INNER: tl.constexpr,
    GROUP: tl.constexpr,
    MEMBERS: tl.constexpr,
    DRAWN: tl.constexpr,
    COLUMNS: tl.constexpr,
    SPLIT: tl.constexpr,
    INNER: tl.constexpr,
    REAL: tl.constexpr,
    ALONE: tl.constexpr,
    HELD: tl.constexpr,
    EXACT: tl.constexpr,
    OUT_EXACT: tl.constexpr,
):
    """Make the samples of one video frame.

    Of each of `rows` clips, a multiple of ROWS and of GROUP: coarse and frame (D,) go
    on, seen (3D,) is what the video tells the coarse tier, uniforms (samples,), tokens
    (FS3 + samples,) starts with the levels before and ends with those made, lifted
    (FS3 / FS2 * 3D,), below (FS2 * D,) and mixed (D,) are room, as shares (programs,
    GROUP, 256) is. coarse_known and frame_known (2, rows, D) start with the states as
    products take them, counters with 0. Each member draws a clip ALONE into tokens of
    its own, (MEMBERS, rows, FS3 + samples), which saves a meeting.
    """
    number = tl.program_id(0)
    programs = tl.num_programs(0)
    team = number // MEMBERS
    member = number % MEMBERS
    span = FS3 + samples
    half = rows * D
    own = tokens
    if ALONE:
        own += member * rows * span
    near = counters + (1 + team) * 32  # a line of the cache each
    met = 0
    near_met = 0
    held = _held(hidden + member * COLUMNS, D, COLUMNS, SPLIT, HELD)
    for begin in range(0, samples, FS2):
        program = number + _nothing(met)
        part = begin % FS3 // FS2
        if part == 0:
            turn = begin // FS3 % 2 * half
            fresh = coarse_known + half - turn
            recur(
                *(program, programs, coarse, coarse_known + turn, fresh, seen, 3 * D),
                *(tokens + begin, span, coarse_recurrent, coarse_bias, coarse_read),
                *(
                    rows // ROWS,
                    FS3,
                    D,
                    TIER_SPLIT,
                    ROWS,
                    GATES,
                    TIER_INNER,
                    REAL,
                    EXACT,
                ),
            )
            met = _meet(counters, met, programs)
            spread(
                *(program, programs, fresh, lift, lift_bias, lifted, rows // ROWS),
                *(
                    FS3 // FS2 * 3 * D,
                    D,
                    TIER_SPLIT,
                    ROWS,
                    WIDE,
                    TIER_INNER,
                    REAL,
                    EXACT,
                ),
            )
            met = _meet(counters, met, programs)
        turn = begin // FS2 % 2 * half
        fresh = frame_known + half - turn
        recur(
            *(program, programs, frame, frame_known + turn, fresh),
            *(lifted + part * 3 * D, FS3 // FS2 * 3 * D, tokens + begin + FS3 - FS2),
            *(span, frame_recurrent, frame_bias, frame_read, rows // ROWS, FS2, D),
            *(TIER_SPLIT, ROWS, GATES, TIER_INNER, REAL, EXACT),
        )
        met = _meet(counters, met, programs)
        spread(
            *(program, programs, fresh, told, told_bias, below, rows // ROWS),
            *(FS2 * D, D, TIER_SPLIT, ROWS, WIDE, TIER_INNER, REAL, EXACT),
        )
        met = _meet(counters, met, programs)
        if team * GROUP < rows:
            for place in range(FS2):
                if not ALONE and place > 0:
                    near_met = _meet(near, near_met, MEMBERS)
                near_met = _sample(
                    *(team, member, below + place * D, tables, mixed, hidden, held),
                    *(hidden_bias, out, out_bias, shares, uniforms + begin + place),
                    *(samples, own + begin + FS3 + place, span, near, near_met),
                    *(FS2, K, D, GROUP, MEMBERS, DRAWN, COLUMNS, SPLIT, INNER),
                    *(REAL, ALONE, HELD, EXACT, OUT_EXACT),
                )
        met = _meet(counters, met, programs)
