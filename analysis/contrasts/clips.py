"""What two methods got on the same clips, clip by clip."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]


def share_differences(
    one: tuple[Ints, Ints], other: tuple[Ints, Ints], *, largest: int = 1 << 20
) -> tuple[npt.NDArray[np.generic], int | None]:
    """Return the clips' differences of shares, as whole numbers where those are small.

    ``one`` and ``other``: (votes "real", all votes), each (clip,) with votes on every
    clip. The differences are multiplied by the least common multiple of the numbers
    of votes and divided by what they have in common; the second value says by how
    much altogether. Where that multiple exceeds `largest` the shares come as floats,
    equal ones as equal floats, and None.
    """
    (k1, n1), (k2, n2) = one, other
    multiple = math.lcm(1, *np.unique(np.concatenate([n1, n2])).tolist())
    if multiple > largest:
        return (k1 * n2 - k2 * n1) / (n1 * n2), None
    whole = k1 * (multiple // n1) - k2 * (multiple // n2)
    return whole, multiple
