"""The Triton kernels played through on the CPU, in a process of their own.

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
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor

from generation.fast import ENGINES, Folded, wide
from tests.generation.fast.together import Together

ROOT = Path(__file__).resolve().parents[3]


class Interpreted:
    """An engine, its kernel interpreted by a child process."""

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
        programs: int = 0,
    ) -> Tensor:
        """See Engine.generate. programs: if any, `wide` and so many, else `fused`."""
        assert self._child.stdin
        assert self._child.stdout
        job = (folded, features, lengths, uniforms, temperature, programs)
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
    prepare()
    while True:
        try:
            *given, uniforms, temperature, programs = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        vars(wide)["programs_of"] = partial(_same, programs)
        made = ENGINES["wide" if programs else "fused"].generate(
            *given, uniforms=uniforms, temperature=temperature
        )
        pickle.dump(made, answers)
        answers.flush()


def _same(count: int, _device: torch.device) -> int:
    return count


def prepare() -> None:
    """Let programs meet, and Triton's language be interpreted once and for all."""
    interpreter: Any = import_module("triton.runtime.interpreter")
    make: Any = import_module("generation.fast.wide_kernel").make
    function = Together(make.rewrite(), interpreter.interpreter_builder)
    make.rewritten_fn[make.fn] = function
    patch, known = interpreter._patch_lang, {}

    def once(function: Any) -> Any:
        # a fifth of the time would go to putting back what is replaced
        module = id(function.__globals__)
        if module not in known:
            known[module] = patch(function)
        return SimpleNamespace(restore=lambda: None)

    interpreter._patch_lang = once
    # nothing reads what it finds unless `debug` is set, and it takes half of the time
    builder = interpreter.interpreter_builder
    assert not builder.options.debug
    builder.options = replace(builder.options, sanitize_overflow=False)


if __name__ == "__main__":
    main()
