"""Render the demo set to files."""

import json
import os
import shutil
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from zlib import crc32

import numpy as np

from generation.clip import DEMO, REAL, ClipRecord
from generation.demoset.apart import done_apart
from generation.demoset.catalog import CATEGORIES
from generation.demoset.scene import FPS, HEIGHT, RATE, WIDTH, Scene
from generation.demoset.synth import envelope, recorded
from generation.files import StorageError, draft_of, make_folder, remove_drafts
from generation.manifest import write_manifest
from generation.media import Sound, ToolMissingError, gateway, write_wav

DEMO_NOTE = f"{DEMO}: synthetic clip, not a recording"
VERSION = 1


@dataclass(frozen=True, slots=True)
class DemoClip:
    """One clip to render: its category, number, the set's seed, length bounds in s."""

    category: str
    index: int
    seed: int
    seconds: tuple[float, float]

    @property
    def name(self) -> str:
        """The clip's id, which is also its file's stem."""
        return f"{self.category.lower().replace(' ', '-')}-{self.index:03d}"


def render_demoset(
    out: Path,
    *,
    per_category: int,
    seed: int,
    seconds: tuple[float, float] = (2.0, 4.0),
    workers: int | None = None,
    progress: Callable[[Iterator[str], int], Iterator[str]] | None = None,
) -> Path:
    """Render `per_category` clips of each category below `out`; return the manifest.

    The same seed and bounds give the same bytes. What is there already is kept, so a
    broken run can be taken up again. `workers` processes work at once (None: one per
    core; 1: this one alone). Several load the main script anew each, so that a script
    calls this below `if __name__ == "__main__":`. `progress` wraps the clips' names as
    they finish, given their number. Raises ValueError for a number or length out of
    range, StorageError where it cannot be written, ChildProcessError where a process
    ends by itself, or the main script calls this wherever it is loaded.
    """
    _require(per_category, seconds)
    if seed < 0 or (workers is not None and workers < 1):
        raise ValueError(f"seed {seed}, workers {workers}: from 0, and from 1")
    make_folder(out)
    remove_drafts([out])
    clips = [
        DemoClip(category, index, seed, seconds)
        for category in CATEGORIES
        for index in range(per_category)
    ]
    missing = [clip for clip in clips if not _is_there(out, clip)]
    try:
        with closing(_render_all(out, missing, workers)) as done:
            for _ in progress(done, len(missing)) if progress else done:
                pass
    finally:
        # what was stopped while it tidied up
        remove_drafts([out])
    manifest = out / "manifest.csv"
    write_manifest(
        (
            ClipRecord(
                clip=clip.name,
                category=clip.category,
                system=REAL,
                path=out / f"{clip.name}.mp4",
                seed=seed,
                note=DEMO_NOTE,
            )
            for clip in clips
        ),
        manifest,
    )
    return manifest


def make_clip(clip: DemoClip) -> Scene:
    """The picture and sound of `clip`, before coding."""
    rng = np.random.default_rng([clip.seed, crc32(clip.category.encode()), clip.index])
    length = round(rng.uniform(*clip.seconds) * FPS) / FPS
    scene = CATEGORIES[clip.category](rng, length)
    return Scene(scene.frames, recorded(rng, scene.sound), scene.onsets)


def _require(per_category: int, seconds: tuple[float, float]) -> None:
    if not 1 <= per_category <= 1000:
        raise ValueError(f"per category {per_category}: give 1 to 1000")
    if not 1 <= seconds[0] <= seconds[1] <= 60:
        raise ValueError(
            f"seconds {seconds}: give two lengths from 1 to 60, short first"
        )


def _render_all(
    out: Path, clips: Sequence[DemoClip], workers: int | None
) -> Generator[str, None, None]:
    workers = min(workers or os.cpu_count() or 1, max(1, len(clips)))
    work = partial(_render, out)
    if workers == 1:
        yield from map(work, clips)
    else:
        yield from done_apart(work, clips, processes=workers)


def _render(out: Path, clip: DemoClip) -> str:
    scene = make_clip(clip)
    video = out / f"{clip.name}.mp4"
    folder = draft_of(video)
    try:
        folder.mkdir()
        coded = _encode(folder, scene)
        facts = _facts(clip, scene, video_bytes=coded.stat().st_size)
        (folder / "facts.json").write_text(facts, encoding="utf-8")
        coded.replace(video)
        # Last: its presence says that the clip is whole.
        (folder / "facts.json").replace(out / f"{clip.name}.json")
    except (StorageError, ToolMissingError):
        raise
    except OSError as error:
        raise StorageError(
            f"{video}: cannot be written ({error}); make room there"
        ) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return clip.name


def _encode(folder: Path, scene: Scene) -> Path:
    pictures, sound = folder / "pictures.rgb", folder / "sound.wav"
    coded = folder / "clip.mp4"
    pictures.write_bytes(scene.frames.tobytes())
    write_wav(sound, Sound(scene.sound.astype(np.float32), RATE))
    shown = gateway.source(
        pictures,
        format="rawvideo",
        pix_fmt="rgb24",
        s=f"{WIDTH}x{HEIGHT}",
        framerate=FPS,
    )
    outputs = gateway.target(
        [shown["v:0"], gateway.source(sound)["a:0"]],
        coded,
        vcodec="libx264",
        preset="veryfast",
        crf=28,
        pix_fmt="yuv420p",
        acodec="aac",
        audio_bitrate="64k",
        fflags="+bitexact",
        flags="+bitexact",
        map_metadata=-1,
    )
    gateway.run(outputs, timeout=120)
    return coded


def _facts(clip: DemoClip, scene: Scene, *, video_bytes: int) -> str:
    """Ground truth for tests of synchronisation, beside the clip."""
    loudness = envelope(scene.sound, rate=RATE, per_second=25)
    return json.dumps(
        {
            "demo": True,
            "category": clip.category,
            "duration": len(scene.frames) / FPS,
            "sound_onsets": [round(float(onset), 4) for onset in scene.onsets],
            "envelope_rate": 25,
            "envelope": [round(float(value), 5) for value in loudness],
            "video_bytes": video_bytes,
            "made_from": _origin(clip),
        },
        indent=1,
    )


def _origin(clip: DemoClip) -> dict[str, object]:
    return {
        "version": VERSION,
        "seed": clip.seed,
        "index": clip.index,
        "seconds": list(clip.seconds),
    }


def _is_there(out: Path, clip: DemoClip) -> bool:
    facts, video = out / f"{clip.name}.json", out / f"{clip.name}.mp4"
    try:
        stored = json.loads(facts.read_text(encoding="utf-8"))
        is_whole: bool = video.stat().st_size == stored["video_bytes"]
        return is_whole and stored["made_from"] == _origin(clip)
    except (OSError, ValueError, KeyError, TypeError):
        return False
