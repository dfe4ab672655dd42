"""Which process this is among those that torchrun, or a cluster, started together."""

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Launched:
    """A process: its rank of `size` started together, and its number on its machine."""

    rank: int = 0
    size: int = 1
    local: int = 0


def launched() -> Launched:
    """Return which process this is, the only one unless it was told otherwise.

    Raises ValueError where it is one of several and its number is none of theirs.
    """
    if not _is_one_of_several():
        return Launched()
    size = _size()
    return Launched(_number("RANK", size), size, _number("LOCAL_RANK", size))


def _is_one_of_several() -> bool:
    """Whether a process was started with others, each of them told its number.

    WORLD_SIZE alone says nothing: job scripts of clusters set it, and MASTER_ADDR with
    it, for all that they run, single processes too. Two such processes would be two of
    rank 0, which nothing could bring together. torchrun names its run
    (`torch.distributed.is_torchelastic_launched` asks for the same); whatever else
    starts processes that are to meet tells each its RANK, with its place on the machine
    or the address where they meet.
    """
    if _size() <= 1:
        return False
    if "TORCHELASTIC_RUN_ID" in os.environ:
        return True
    meets = {"LOCAL_RANK", "MASTER_ADDR"} & set(os.environ)
    return "RANK" in os.environ and bool(meets)


def _size() -> int:
    text = os.environ.get("WORLD_SIZE", "")
    return int(text) if text.isdecimal() else 1


def _number(name: str, size: int) -> int:
    """Return this process's number among `size`, 0 where the variable is not set."""
    text = os.environ.get(name, "0")
    if not text.isdecimal() or int(text) >= size:
        raise ValueError(
            f"{name} is {text!r}, and WORLD_SIZE says {size} processes: give each a "
            f"number from 0 to {size - 1}, as torchrun does, or unset WORLD_SIZE to "
            "run one alone"
        )
    return int(text)
