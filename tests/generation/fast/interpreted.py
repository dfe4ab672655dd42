"""The Triton kernel played through on the CPU, in a process of its own.

Triton decides when it is loaded whether it compiles or interprets, and for good: here
the variable that tells it so is set for a child alone.
"""

import importlib.util
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch
from torch import Tensor

from generation.fast import ENGINES, Folded

ROOT = Path(__file__).resolve().parents[3]


class Interpreted:
    """The engine `fused`, its kernel interpreted by a child process."""

    def __init__(self, child: subprocess.Popen[bytes]) -> None:
        self._child = child

    def generate(
        self,
        folded: Folded,
        features: Tensor,
        lengths: Tensor | None = None,
        *,
        uniforms: Tensor,
        temperature: float = 1.0,
    ) -> Tensor:
        """See Engine.generate."""
        assert self._child.stdin
        assert self._child.stdout
        job = (folded, features, lengths, uniforms, temperature)
        pickle.dump(job, self._child.stdin)
        self._child.stdin.flush()
        made = pickle.load(self._child.stdout)
        assert isinstance(made, Tensor)
        return made


@contextmanager
def interpreted() -> Iterator[Interpreted]:
    """Start the child; the test is skipped where there is no Triton."""
    if importlib.util.find_spec("triton") is None:
        pytest.skip("the Triton kernel is not tested: there is no package triton")
    told = {"TRITON_INTERPRET": "1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.generation.fast.interpreted"]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **told},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as child:
        yield Interpreted(child)
        assert child.stdin
        child.stdin.close()


def main() -> None:
    """Answer jobs until there are no more."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what anything prints must not lie between the answers
    torch.set_num_threads(1)
    while True:
        try:
            folded, features, lengths, uniforms, temperature = pickle.load(
                sys.stdin.buffer
            )
        except EOFError:
            return
        made = ENGINES["fused"].generate(
            folded, features, lengths, uniforms=uniforms, temperature=temperature
        )
        pickle.dump(made, answers)
        answers.flush()


if __name__ == "__main__":
    main()
