"""Time generation and training against the plain way, in one run and taking turns.

    python script/bench_generation.py [--net paper] [--batch 32] [--runs 3]

One thread and CPU time, best of the runs: other work on the machine then matters least.
The plain way (`naive_generate`) normalises weights, embeds, convolves and upsamples
anew for each sample; of a large net it makes few samples, a coarse step's or more, and
both ways are put per sample.

Nets: the paper's k = 4 at three widths, and "public", the sizes that public code names
as its best (frames of 16 and 64 samples, k = 16, width 1,024), where the goals hold at
every batch. With k = 4 the plain way multiplies only 1.6 times as often, and from 32
clips on either way does little but multiply: there is no goal there, only the share of
`torch.mm`'s rate on square matrices, which stands beside every figure.

Training: forward, backward, clamp, Adam, against layers of convolutions as public code
has them. On CUDA also samples per second beside what the device's measured rates of
products and copies allow.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from generation.fast import ENGINES, Folded, fold
from generation.fast.compiled import missing
from generation.fast.fused import unusable
from generation.nets import (
    NetConfig,
    SampleRNN,
    State,
    cross_entropy,
    layered_logits,
    naive_generate,
    preset,
)
from script.bench_table import line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from torch import Tensor

FEATURES = 64  # wide: features are projected before the loop, whatever the way
BATCHES = (1, 8, 32, 128)
NETS: Mapping[str, NetConfig] = {
    "small": preset("small", "frame", FEATURES),
    "dev": preset("dev", "frame", FEATURES),
    "paper": preset("paper", "frame", FEATURES),
    "public": NetConfig("frame", fs3=64, fs2=16, k=16, feature_dim=FEATURES),
}
PLAIN_SAMPLES = {"small": 256, "dev": 128, "paper": 32, "public": 64}
SAMPLES = {"small": 1024, "dev": 512, "paper": 64, "public": 64}
GOALS = {"small": 6.0, "dev": 8.0, "paper": 8.0, "public": 8.0}
EVERY_BATCH = "public"
BOUND_BY_PRODUCTS = 32  # clips: from here on
AMX_GOAL = 20.0  # bfloat16 at width 1,024 on a processor with AMX
TRAINING_GOALS = {torch.float32: 2.0, torch.bfloat16: 3.0}
NAMES = {torch.float32: "float32", torch.bfloat16: "bfloat16"}


def main() -> int:
    """Measure; `bench_table.py` says what was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--net", choices=NETS, action="append", help="(default: all)")
    parser.add_argument("--batch", type=int, action="append", help="(1, 8, 32, 128)")
    parser.add_argument("--runs", type=int, default=3, help="the best of so many")
    options = parser.parse_args()
    torch.set_num_threads(1)
    if reason := missing():
        print(f"no C++ engine: {reason}")
    for name in options.net or NETS:
        net = SampleRNN(NETS[name], seed=1)
        for batch in options.batch or BATCHES:
            generation(name, net, batch, options.runs)
        training(name, net, options.runs)
        if torch.cuda.is_available():
            for batch in options.batch or (1, 128):
                on_cuda(name, net, batch, options.runs)
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(line("generation bench, most memory", used, "MiB", None))
    return 0


def generation(name: str, net: SampleRNN, batch: int, runs: int) -> None:
    """Print samples per second and ratios for one net and batch."""
    ways: dict[str, Callable[[], int]] = {"plain": plain(name, net, batch)}
    engines = ["eager"] if missing() else ["eager", "compiled"]
    folded = {dtype: fold(net, dtype) for dtype in NAMES}
    labels: dict[str, tuple[str, torch.dtype]] = {}
    for dtype, kind in NAMES.items():
        for engine in engines:
            label = f"{engine} {kind}"
            labels[label] = engine, dtype
            ways[label] = running(engine, folded[dtype], batch, SAMPLES[name])
    rates = taking_turns(ways, runs, time.process_time)
    title = f"{name}, batch {batch}:"
    print(line(f"{title} plain way", rates["plain"], "/s", None))
    peak = product_rate(torch.float32), product_rate(torch.bfloat16)
    for label, (engine, dtype) in labels.items():
        rate = rates[label]
        goal = goal_of(name, batch, engine, dtype)
        ratio = rate / rates["plain"]
        shown = line(f"{title} {label}, of plain", ratio, "x", goal, at_least=True)
        share = rate * flops(folded[dtype]) / peak[dtype == torch.bfloat16]
        print(f"{shown}      {rate:,.0f} /s, {share:.0%} of torch.mm")


def goal_of(name: str, batch: int, engine: str, dtype: torch.dtype) -> float | None:
    """Return how many times the plain way's rate is wanted, None for no goal."""
    if dtype == torch.bfloat16:
        wide = name in ("paper", "public") and batch >= BOUND_BY_PRODUCTS
        return AMX_GOAL if wide and engine == "eager" and has_amx() else None
    best = engine == ("eager" if missing() else "compiled")
    if best and (name == EVERY_BATCH or batch < BOUND_BY_PRODUCTS):
        return GOALS[name]
    return None


def plain(name: str, net: SampleRNN, batch: int) -> Callable[[], int]:
    """Return a function that makes samples the plain way and returns how many."""
    count = PLAIN_SAMPLES[name]
    twin = SampleRNN(replace(net.config, frame_samples=count))
    twin.load_state_dict(net.state_dict())
    features = torch.randn(batch, 1, FEATURES)
    numbers = torch.rand(batch, count)

    def work() -> int:
        naive_generate(twin, features, None, numbers)
        return batch * count

    return work


def running(name: str, folded: Folded, batch: int, count: int) -> Callable[[], int]:
    """Return a function that goes on generating, its buffers laid out before."""
    start = State(
        folded.coarse.start.expand(batch, -1), folded.frame.start.expand(batch, -1)
    )
    numbers = torch.rand(batch, count, device=folded.device)
    seen = folded.coarse_bias.expand(batch, -1)
    with torch.inference_mode():
        runner = ENGINES[name].start(folded, start, 1.0)

    @torch.inference_mode()
    def work() -> int:
        runner.frame(seen, numbers)
        if folded.device.type == "cuda":
            torch.cuda.synchronize()
        return batch * count

    return work


def taking_turns(
    ways: Mapping[str, Callable[[], int]], runs: int, clock: Callable[[], float]
) -> dict[str, float]:
    """Return the best rate of each way, per second, every run trying all in turn."""
    best = dict.fromkeys(ways, 0.0)
    for _ in range(runs):
        for name, work in ways.items():
            start = clock()
            made = work()
            best[name] = max(best[name], made / (clock() - start))
    return best


def training(name: str, net: SampleRNN, runs: int, batch: int = 8) -> None:
    """Print how many times faster a step is than with layers of convolutions."""
    size = net.config.frame_samples
    tokens = torch.randint(256, (batch, net.config.fs3 + size))
    features = torch.randn(batch, 1, FEATURES)
    optimiser = torch.optim.Adam(net.parameters(), fused=True)

    def step(logits: Callable[..., Tensor], dtype: torch.dtype) -> int:
        optimiser.zero_grad()
        with torch.autocast("cpu", torch.bfloat16, enabled=dtype == torch.bfloat16):
            predicted = logits(tokens, features)
        loss = cross_entropy(predicted, tokens[:, net.config.fs3 :]).nats
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_value_(net.parameters(), 1.0)
        optimiser.step()
        return batch * size

    ways: dict[str, Callable[[], int]] = {
        "layers": lambda: step(
            lambda *given: layered_logits(net, *given), torch.float32
        )
    }
    for dtype, kind in NAMES.items():
        ways[kind] = lambda dtype=dtype: step(net, dtype)  # type: ignore[misc]
    rates = taking_turns(ways, runs, time.process_time)
    for dtype, kind in NAMES.items():
        what = f"{name}, training {batch} x {size} {kind}, of layers"
        ratio, goal = rates[kind] / rates["layers"], TRAINING_GOALS[dtype]
        print(
            line(what, ratio, "x", goal, at_least=True)
            + f"      {rates[kind]:,.0f} samples/s"
        )


def on_cuda(name: str, net: SampleRNN, batch: int, runs: int) -> None:
    """Print samples per second on the GPU and what its rates would allow."""
    for dtype, kind in NAMES.items():
        folded = fold(net, dtype).to("cuda")
        engines = ["eager", "graphs"]
        if reason := unusable(folded.device, dtype):
            print(f"no engine of a Triton kernel: {reason}")
        else:
            engines.append("fused")
        ways = {engine: running(engine, folded, batch, 1024) for engine in engines}
        rates = taking_turns(ways, runs, time.perf_counter)
        products = product_rate(dtype, "cuda") / flops(folded)
        # every sample of a batch reads each matrix once for all clips
        copies = batch * copy_rate() / (flops(folded) / 2 * folded.lift.itemsize)
        bound = min(products, copies)
        for engine, rate in rates.items():
            what = f"{name}, batch {batch}: CUDA {engine} {kind}"
            print(
                line(what, rate, "/s", None)
                + f"      {rate / bound:.1%} of {bound:,.0f} /s"
            )


def flops(folded: Folded) -> float:
    """Return the floating-point operations of a sample, products alone."""
    config = folded.config
    every = (
        (folded.coarse.recurrent, config.fs3),
        (folded.lift, config.fs3),
        (folded.frame.recurrent, config.fs2),
        (folded.told, config.fs2),
        (folded.hidden, 1),
        (folded.out, 1),
    )
    return 2 * sum(matrix.numel() / samples for matrix, samples in every)


def product_rate(dtype: torch.dtype, device: str = "cpu") -> float:
    """Return the operations per second of a large square product, best of three."""
    size = 1024 if device == "cpu" else 8192
    left, right = (torch.randn(size, size, device=device).to(dtype) for _ in "ab")

    def work() -> int:
        torch.mm(left, right)
        if device == "cuda":
            torch.cuda.synchronize()
        return 2 * size**3

    clock = time.process_time if device == "cpu" else time.perf_counter
    return taking_turns({"mm": work}, 3, clock)["mm"]


def copy_rate() -> float:
    """Return the bytes per second that the GPU reads when it copies 1 GiB."""
    source = torch.empty(2**30, dtype=torch.uint8, device="cuda")
    target = torch.empty_like(source)

    def work() -> int:
        target.copy_(source)
        torch.cuda.synchronize()
        return source.numel()

    return taking_turns({"copy": work}, 5, time.perf_counter)["copy"]


def has_amx() -> bool:
    """Return whether this processor multiplies bfloat16 tiles."""
    try:
        return "amx_bf16" in Path("/proc/cpuinfo").read_text()
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main())
