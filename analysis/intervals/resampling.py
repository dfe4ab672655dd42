"""Random weights for raters and source videos, and cells counted under them.

Both ways weigh a vote by the product of its video's and its rater's weight, which are
independent with mean and variance 1, and count the votes of each cell and answer in
every replicate. The counts are whole numbers, so they do not depend on the order of
the rows; the clusters are put in an order that does not either.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse, special

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from analysis.intervals.moments import Floats, Ints
    from analysis.votes import CodedVotes

Words = npt.NDArray[np.uint64]
Weights = npt.NDArray[Any]

# words counted together: 15 of them fit four binary digits
FOLD = 15
# rows at once: a few of these blocks fit the second-level cache
FOLDED_ROWS = 512
SPARSE_ROWS = 2048
SPARSE_REPLICATES = 128
# beyond so many votes sums of products may leave float32's whole numbers
EXACT_FLOAT32 = 1 << 20


@dataclass(frozen=True, slots=True)
class Crossed:
    """Votes as what is counted (``code``) under two crossed kinds of clusters.

    ``code``: 0 .. codes - 1 of each vote; ``one`` and ``other``: its clusters, 0 ..
    ``ones`` - 1 and 0 .. ``others`` - 1, in an order independent of the rows'.
    """

    code: Ints
    codes: int
    one: Ints
    ones: int
    other: Ints
    others: int


def crossed(votes: CodedVotes) -> Crossed:
    """Return the votes with code cell * 2 + vote, videos and raters in set order.

    A cluster's place follows from a hash of its votes and their items' ids. Raters
    whose votes are the same ones are exchangeable, so the names of raters and the
    order of rows do not matter.
    """
    marks = mixed(name_marks(votes.item_ids)[votes.item] + votes.vote.astype(np.uint64))
    return Crossed(
        code=votes.cell * 2 + votes.vote,
        codes=2 * votes.shape[0] * votes.shape[1],
        one=set_order(marks, votes.video, votes.videos)[votes.video],
        ones=votes.videos,
        other=set_order(marks, votes.worker, votes.workers)[votes.worker],
        others=votes.workers,
    )


def name_marks(names: Sequence[str]) -> Words:
    """Return a hash of each name, the same on every machine and in every run."""
    if not names:
        return np.zeros(0, np.uint64)
    marks: Words = pd.util.hash_array(np.array(names, dtype=object), categorize=False)
    return marks


def set_order(marks: Words, cluster: Ints, clusters: int) -> Ints:
    """Return the place of each cluster by the sum of the marks of its rows.

    ``marks``: a hash of each row's content. Sums of 26-bit halves are exact.
    """
    low, high = (
        np.bincount(
            cluster,
            weights=(marks >> np.uint64(shift) & np.uint64(0x3FFFFFF)).astype(float),
            minlength=clusters,
        )
        for shift in (0, 32)
    )
    places = np.empty(clusters, dtype=np.int64)
    places[np.lexsort((low, high))] = np.arange(clusters)
    return places


def mixed(words: Words) -> Words:
    """Return well-mixed words: the finaliser of SplitMix64 (Steele et al., 2014)."""
    words = words * np.uint64(0x9E3779B97F4A7C15)
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))


def halving_counts(votes: Crossed, replicates: int, rng: np.random.Generator) -> Floats:
    """Return counts, (code, replicate), under weights of 0 or 2, each by a coin.

    64 replicates share a word: a vote's weight is the bitwise and of two words, and
    15 words are added digit by digit. Counts are of votes whose weight is not zero (a
    quarter of all); the common factor 4 is left out.
    """
    words = -(-replicates // 64)
    # the last row, all zeros, fills the blocks of 15 up
    one, other = (
        np.vstack([_random_words(rng, size, words), np.zeros((1, words), np.uint64)])
        for size in (votes.ones, votes.others)
    )
    rows, code = _folded(votes)
    ones, others = (
        np.append(votes.one, votes.ones)[rows],
        np.append(votes.other, votes.others)[rows],
    )
    counts = np.zeros((votes.codes, words * 64), dtype=np.int64)
    for start in range(0, len(code), FOLDED_ROWS):
        here = slice(start, start + FOLDED_ROWS)
        planes = (
            one.take(v, axis=0) & other.take(w, axis=0)
            for v, w in zip(ones[:, here], others[:, here], strict=True)
        )
        _add_digits(counts, code[here], _digits(planes, FOLD))
    # bits are numbered byte by byte: any fixed order of replicates will do
    return counts[:, :replicates].astype(np.float64)


def _random_words(rng: np.random.Generator, rows: int, words: int) -> Words:
    return rng.integers(0, 1 << 64, (rows, words), dtype=np.uint64)


def _folded(votes: Crossed) -> tuple[Ints, Ints]:
    """Return rows by (place in the fold, block), and the code of each block.

    A block holds 15 votes of one code; -1 stands where it is not full.
    """
    order = np.argsort(votes.code * votes.ones + votes.one)
    sizes = np.bincount(votes.code, minlength=votes.codes)
    blocks = -(-sizes // FOLD)
    starts = np.cumsum(blocks * FOLD) - blocks * FOLD
    shift = starts - (np.cumsum(sizes) - sizes)
    rows = np.full(int(blocks.sum()) * FOLD, -1, dtype=np.int64)
    rows[np.arange(len(order)) + np.repeat(shift, sizes)] = order
    folded = np.ascontiguousarray(rows.reshape(-1, FOLD).T)
    return folded, np.repeat(np.arange(votes.codes), blocks)


def _digits(planes: Iterator[Words], number: int) -> list[Words]:
    """Return the binary digits, lowest first, of the sum of 2^k - 1 planes of bits."""
    if number == 1:
        return [next(planes)]
    half = number // 2
    one, two = _digits(planes, half), _digits(planes, half)
    carry = next(planes)
    digits = []
    for a, b in zip(one, two, strict=True):
        differ = a ^ b
        digits.append(differ ^ carry)
        carry = (a & b) | (differ & carry)
    return [*digits, carry]


def _add_digits(counts: Ints, code: Ints, digits: list[Words]) -> None:
    total = np.zeros((len(code), counts.shape[1]), dtype=np.uint8)
    for digit in reversed(digits):
        total <<= 1
        total |= np.unpackbits(digit.view(np.uint8), axis=1)
    starts = np.flatnonzero(np.diff(code, prepend=-1))
    # 512 blocks of at most 15
    counts[code[starts]] += np.add.reduceat(total, starts, axis=0, dtype=np.uint16)


def poisson_weights(
    rng: np.random.Generator, rows: int, columns: int
) -> npt.NDArray[np.uint8]:
    """Return independent Poisson(1) weights, (row, column).

    By a table of 16 random bits, ten times as fast as `Generator.poisson`; mean and
    variance are 1 to four digits.
    """
    draws = rng.integers(0, 1 << 16, (rows, columns), dtype=np.uint16)
    return _POISSON[draws]


def _poisson_table() -> npt.NDArray[np.uint8]:
    below = special.pdtr(np.arange(12), 1.0)
    levels = (np.arange(1 << 16) + 0.5) / (1 << 16)
    return np.searchsorted(below, levels).astype(np.uint8)


_POISSON = _poisson_table()


def poisson_counts(votes: Crossed, replicates: int, rng: np.random.Generator) -> Floats:
    """Return weighted counts, (code, replicate), under Poisson(1) weights.

    Votes are summed over one kind of cluster within (code, cluster) of the other, by
    a sparse product in blocks that fit the cache.
    """
    exact = len(votes.code) < EXACT_FLOAT32
    kind: np.dtype[Any] = np.dtype(np.float32 if exact else np.float64)
    rows, place = np.unique(votes.code * votes.ones + votes.one, return_inverse=True)
    code, one = np.divmod(rows, max(1, votes.ones))
    table = sparse.csr_array(
        (np.ones(len(place), kind), (place.reshape(-1), votes.other)),
        shape=(len(rows), votes.others),
    )
    blocks = [
        (slice(start, start + SPARSE_ROWS), table[start : start + SPARSE_ROWS])
        for start in range(0, len(rows), SPARSE_ROWS)
    ]
    counts = np.zeros((votes.codes, replicates))
    for first in range(0, replicates, SPARSE_REPLICATES):
        width = min(SPARSE_REPLICATES, replicates - first)
        ones: Weights = poisson_weights(rng, votes.ones, width).astype(kind)
        others: Weights = poisson_weights(rng, votes.others, width).astype(kind)
        for here, block in blocks:
            sums: Weights = block @ others
            sums *= ones[one[here]]
            starts = np.flatnonzero(np.diff(code[here], prepend=-1))
            counts[code[here][starts], first : first + width] += np.add.reduceat(
                sums, starts, axis=0
            )
    return counts
