"""Time generation and training against the plain way, in one run and taking turns.

    python script/bench_generation.py [--net paper] [--batch 32] [--runs 3]

One thread and CPU time, best of the runs: other work on the machine then matters least.
The plain way (`naive_generate`) normalises weights, embeds, convolves and upsamples
anew for each sample; both ways make whole coarse steps and are put per sample.

Nets: the presets with the paper's k = 4 (small, dev, paper), and the sizes of public
code ("public", by width: its best flags, frames of 16 and 64 samples with k = 16, at
1,024 and 256; frames of 4 and 16 with k = 4 at 128). Goals hold at every batch. With
k = 4 there is less to save: the plain way multiplies 1.6 times as often, and from 32
clips on does little but multiply. Beside each figure stands its share of the fastest
products torch makes here, square ones of one thread, and what those alone would reach
where that is short of the goal.

Training: forward, backward, clamp, Adam, against layers of convolutions as public code
has them. On CUDA also samples per second beside what the device's measured rates of
products and copies allow; the goals are an H200's.
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

from generation.fast import ENGINES, Folded, fold, fused, wide
from generation.fast.compiled import missing
from generation.nets import (
    Layers,
    NetConfig,
    SampleRNN,
    State,
    cross_entropy,
    naive_generate,
    preset,
)
from generation.nets.products import times
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
    "public 128": NetConfig("frame", dim=128, feature_dim=FEATURES),
    "public 256": NetConfig("frame", 64, 16, 16, dim=256, feature_dim=FEATURES),
    "public": NetConfig("frame", 64, 16, 16, feature_dim=FEATURES),  # fs3, fs2, k
}
PLAIN_SAMPLES = {128: 256, 256: 128, 1024: 64}  # by width
SAMPLES = {128: 1024, 256: 512, 1024: 64}
GOALS = {128: 6.0, 256: 8.0, 1024: 8.0}
AMX_GOAL = 20.0  # bfloat16 at width 1,024, 32 clips, on a processor with AMX
SHAPES = ((8, 1024), (128, 128))  # clips and samples of a training step
TRAINING_GOALS = {torch.float32: 2.0, torch.bfloat16: 3.0}
CUDA_GOALS = {1: 2e5, 128: 2e7}  # by clips: bfloat16 at width 1,024, on an H200
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
        for shape in SHAPES:
            training(name, net.config, shape, options.runs)
        if torch.cuda.is_available():
            for batch in options.batch or (1, 128):
                on_cuda(name, net, batch, options.runs)
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(line("generation bench, most memory", used, "MiB", None))
    return 0


def generation(name: str, net: SampleRNN, batch: int, runs: int) -> None:
    """Print samples per second and ratios for one net and batch."""
    ways = {"plain": plain(net, batch)}
    engines = ("eager",) if missing() else ("eager", "compiled")
    folded = {dtype: fold(net, dtype) for dtype in NAMES}
    labels = {}
    for dtype, kind in NAMES.items():
        for engine in engines:
            label = f"{engine} {kind}"
            labels[label] = engine, dtype
            ways[label] = running(engine, folded[dtype], batch, SAMPLES[net.config.dim])
    rates = taking_turns(ways, runs, time.process_time)
    title = f"{name}, batch {batch}:"
    print(line(f"{title} plain way", rates["plain"], "/s", None))
    roofs = {dtype: product_rate(dtype) / flops(folded[dtype]) for dtype in NAMES}
    for label, (engine, dtype) in labels.items():
        pair = rates[label], rates["plain"]
        goal = goal_of(net.config, batch, engine, dtype)
        tell(f"{title} {label}, of plain", *pair, goal, roofs[dtype])


def tell(what: str, rate: float, plain: float, goal: float | None, roof: float) -> None:
    """Print a ratio beside its goal and beside what products alone would allow."""
    more = f"      {rate:,.0f} /s, {rate / roof:.0%} of torch's fastest products"
    if goal is not None and goal * plain > max(roof, rate):
        more += f", which alone would reach {roof / plain:.1f}"
    print(line(what, rate / plain, "x", goal, at_least=True) + more)


def goal_of(
    config: NetConfig, batch: int, engine: str, dtype: torch.dtype
) -> float | None:
    """Return how many times the plain way's rate is wanted, None for no goal."""
    if dtype == torch.bfloat16:
        wide = config.dim == 1024 and batch >= 32
        return AMX_GOAL if wide and engine == "eager" and has_amx() else None
    best = engine == ("eager" if missing() else "compiled")
    return GOALS[config.dim] if best else None


def plain(net: SampleRNN, batch: int) -> Callable[[], int]:
    """Return a function that makes samples the plain way and returns how many."""
    count = PLAIN_SAMPLES[net.config.dim]
    twin = SampleRNN(replace(net.config, frame_samples=count))
    twin.load_state_dict(net.state_dict())
    layers = Layers(twin)
    features = torch.randn(batch, 1, FEATURES)
    numbers = torch.rand(batch, count)

    def work() -> int:
        naive_generate(twin, features, None, numbers, layers=layers)
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
    for name, work in [*ways.items()] * runs:
        start = clock()
        made = work()
        best[name] = max(best[name], made / (clock() - start))
    return best


def training(name: str, config: NetConfig, shape: tuple[int, int], runs: int) -> None:
    """Print how many times faster a step is than with layers of convolutions."""
    batch, size = shape
    net = SampleRNN(replace(config, frame_samples=size), seed=1)
    layers = Layers(net, apart=True)
    tokens = torch.randint(256, (batch, config.fs3 + size))
    features = torch.randn(batch, 1, FEATURES)

    def plainly() -> Tensor:
        logits = layers.logits(tokens, features)
        return cross_entropy(logits, tokens[:, config.fs3 :]).total

    def quickly() -> Tensor:
        return net.score(tokens, net.begin(features), features)[0]

    def stepping(
        nats: Callable[[], Tensor], values: list[Tensor], dtype: torch.dtype
    ) -> Callable[[], int]:
        optimiser = torch.optim.Adam(values, fused=True)

        def step() -> int:
            optimiser.zero_grad()
            with torch.autocast("cpu", torch.bfloat16, enabled=dtype == torch.bfloat16):
                loss = nats() / (batch * size)
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_value_(values, 1.0)
            optimiser.step()
            return batch * size

        return step

    ways = {"layers": stepping(plainly, list(layers.parameters()), torch.float32)}
    for dtype, kind in NAMES.items():
        ways[kind] = stepping(quickly, [*net.parameters()], dtype)
    rates = taking_turns(ways, runs, time.process_time)
    for dtype, kind in NAMES.items():
        what = f"{name}, training {batch} x {size} {kind}, of layers"
        pair = rates[kind] / rates["layers"], "x", TRAINING_GOALS[dtype]
        print(line(what, *pair, at_least=True) + f"      {rates[kind]:,.0f} samples/s")


def on_cuda(name: str, net: SampleRNN, batch: int, runs: int) -> None:
    """Print samples per second on the GPU and what its rates would allow."""
    for dtype, kind in NAMES.items():
        folded = fold(net, dtype).to("cuda")
        engines = ["eager", "graphs"]
        for kernel, refused in (("fused", fused.unusable), ("wide", wide.unusable)):
            if reason := refused(folded.device, dtype):
                print(f"no engine {kernel}: {reason}")
            else:
                engines.append(kernel)
        ways = {engine: running(engine, folded, batch, 1024) for engine in engines}
        rates = taking_turns(ways, runs, time.perf_counter)
        products = product_rate(dtype, "cuda") / flops(folded)
        # every sample of a batch reads each matrix once for all clips
        copies = batch * copy_rate() / (flops(folded) / 2 * folded.lift.itemsize)
        bound = min(products, copies)
        goals = CUDA_GOALS if dtype == torch.bfloat16 and net.config.dim == 1024 else {}
        for engine, rate in rates.items():
            what = f"{name}, batch {batch}: CUDA {engine} {kind}"
            goal = goals.get(batch) if rate == max(rates.values()) else None
            shown = line(what, rate, "/s", goal, at_least=True)
            print(f"{shown}      {rate / bound:.1%} of {bound:,.0f} /s")


def flops(folded: Folded) -> float:
    """Return the floating-point operations of a sample, products alone."""
    config = folded.config
    every = [(config.fs3, folded.coarse.recurrent), (config.fs3, folded.lift)]
    every += [(config.fs2, folded.frame.recurrent), (config.fs2, folded.told)]
    every += [(1, folded.hidden), (1, folded.out)]
    return 2 * sum(matrix.numel() / samples for samples, matrix in every)


def product_rate(dtype: torch.dtype, device: str = "cpu") -> float:
    """Return operations per second of square products, by torch's best way of them."""
    size = 1024 if device == "cpu" else 8192
    left, right = (torch.randn(size, size, device=device).to(dtype) for _ in "ab")

    def timed(multiply: Callable[[Tensor, Tensor], Tensor]) -> Callable[[], int]:
        def work() -> int:
            multiply(left, right)
            if device == "cuda":
                torch.cuda.synchronize()
            return 2 * size**3

        return work

    clock = time.process_time if device == "cpu" else time.perf_counter
    ways = {"torch.mm": timed(torch.mm), "oneDNN": timed(times)}
    return max(taking_turns(ways, 3, clock).values())


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
    about = Path("/proc/cpuinfo")
    return about.exists() and "amx_bf16" in about.read_text()


if __name__ == "__main__":
    sys.exit(main())
