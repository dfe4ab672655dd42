"""A net is made and sounds without torch's compiler, which takes seconds to load."""

import subprocess
import sys
import textwrap
from pathlib import Path


def test_making_and_sampling_a_net_loads_no_compiler() -> None:
    script = """
        import sys
        import torch
        from generation.fast import Draws, choose_engine, fold
        from generation.nets import METHODS, SampleRNN, preset
        for method in METHODS:
            net = SampleRNN(preset("ci", method, 3))
            assert net.mlp.emb.weight.requires_grad
            engine = choose_engine("cpu", torch.float32, "eager", dim=net.config.dim)
            engine.generate(
                fold(net, torch.float32),
                torch.zeros(1, 1, 3),
                torch.tensor([1]),
                uniforms=Draws(0, ["a"], method),
                temperature=1.0,
                progress=None,
            )
        print([name for name in sys.modules if name == "torch._dynamo"])
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[3],
    )
    assert done.stdout == "[]\n", done.stderr
