"""How much more than bare ffmpeg does building stimuli cost?

Builds every clip of a manifest with generation.media, then does with plain ffmpeg
what cannot be avoided (one H.264 encode per clip, one AAC encode per sound, at the
same settings and as many at once) and prints the ratios of wall and CPU time. Both are
timed in turns, the quickest of each counts; trust CPU where others share the machine.

    python script/bench_stimuli.py [--manifest FILE] [--turns 3] [--workers N]

Without a manifest a demo set of one clip per category is rendered first.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from generation.baselines import add_baselines  # noqa: E402 - the path comes first
from generation.clip import ClipRecord  # noqa: E402
from generation.demoset import render_demoset  # noqa: E402
from generation.manifest import read_manifest  # noqa: E402
from generation.media import ArmSource, RenderSpec, build_clip, inspect  # noqa: E402

Clip = list[ClipRecord]


def main() -> int:
    options = _options()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clips = _clips(options.manifest or _demo(folder / "demo"))
        streams = _streams(clips)  # ingest has looked at every file before a build
        spec = RenderSpec()

        def ours(clip: Clip) -> None:
            real = next(record for record in clip if record.is_real)
            arms = [
                ArmSource(r.system, r.path, f"a{n}", streams[r.path][1])
                for n, r in enumerate(clip)
            ]
            build_clip(
                arms, real.path, folder / "ours" / str(hash(real.clip)), spec,
                picture_stream=streams[real.path][0],
            )  # fmt: skip

        def bare(clip: Clip) -> None:
            _bare(clip, folder, spec)

        best = _race((ours, bare), clips, options.turns, options.workers)
    sounds = sum(len(clip) for clip in clips)
    print(f"{len(clips)} clips, {sounds} sounds, {options.workers} at once")
    print("               wall      CPU")
    print(f"build_clip   {best[0][0]:6.2f} s {best[0][1]:6.2f} s")
    print(f"bare ffmpeg  {best[1][0]:6.2f} s {best[1][1]:6.2f} s")
    wall, cpu = (best[0][n] / best[1][n] for n in (0, 1))
    print(f"ratio        {wall:6.2f}   {cpu:6.2f}     (goal: at most 1.20)")
    return 0


def _race(
    runners: Sequence[Callable[[Clip], None]],
    clips: Sequence[Clip],
    turns: int,
    workers: int,
) -> list[tuple[float, float]]:
    best = [(float("inf"), float("inf"))] * len(runners)
    with ThreadPoolExecutor(workers) as pool:
        for _ in range(turns):
            for number, runner in enumerate(runners):
                start, spent = time.perf_counter(), sum(os.times()[:4])
                list(pool.map(runner, clips))
                wall, cpu = time.perf_counter() - start, sum(os.times()[:4]) - spent
                best[number] = min(best[number][0], wall), min(best[number][1], cpu)
    return best


def _bare(clip: Clip, folder: Path, spec: RenderSpec) -> None:
    head = ["ffmpeg", "-nostdin", "-v", "error", "-y", "-threads", "1"]
    out = folder / f"bare-{hash(clip[0].clip)}"
    real = next(record for record in clip if record.is_real)
    height = f"scale=-2:'min({spec.max_height},trunc(ih/2)*2)'"
    subprocess.run(
        [*head, "-i", str(real.path), "-an", "-vf", height, "-c:v", "libx264",
         "-preset", spec.preset, "-crf", str(spec.crf), "-pix_fmt", "yuv420p",
         "-threads", "1", f"{out}.mp4"],
        check=True,
    )  # fmt: skip
    for number, record in enumerate(clip):
        subprocess.run(
            [*head, "-i", str(record.path), "-vn", "-ac", "1",
             "-ar", str(spec.sample_rate), "-c:a", "aac",
             "-b:a", str(spec.audio_bitrate), f"{out}-{number}.m4a"],
            check=True,
        )  # fmt: skip


def _clips(manifest: Path) -> list[Clip]:
    reading = read_manifest(manifest, allow_outside=True)
    if reading.faults:
        sys.exit("\n".join(map(str, reading.faults)))
    clips: dict[str, Clip] = {}
    for record in reading.records:
        clips.setdefault(record.clip, []).append(record)
    return list(clips.values())


def _streams(clips: Sequence[Clip]) -> dict[Path, tuple[int | None, int | None]]:
    paths = {record.path for clip in clips for record in clip}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        facts = pool.map(inspect, sorted(paths))
        return {f.path: (f.video_stream, f.audio_stream) for f in facts}


def _demo(folder: Path) -> Path:
    manifest = render_demoset(folder, per_category=1, seed=1)
    return add_baselines(manifest, folder, seed=1)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--manifest", type=Path)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
