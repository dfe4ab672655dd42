"""A sampling run: what is missing is made, what is there is kept."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from generation.checkpoint import CheckpointError
from generation.dataset.order import bucketed_batches
from generation.dataset.record import DatasetError
from generation.features.source import FeatureError
from generation.files import InUseError, owned, remove_drafts, require_folder
from generation.geometry import samples_of
from generation.media import MediaError
from generation.sample.clips import Material, open_material
from generation.sample.engines import device_of, voice_of
from generation.sample.listing import require_listable, write_listing
from generation.sample.making import Maker, Steps, make_batch
from generation.sample.record import (
    BusyError,
    Made,
    Progress,
    Sampled,
    SampleError,
    Sampling,
    Silent,
)
from generation.sample.sidecar import read_record
from generation.sample.trained import open_checkpoint


def sample(
    asked: Sampling,
    *,
    progress: Progress | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Sampled:
    """Sound every clip that has no such sound yet, and list all of them.

    Broken off, by kill -9 too, it is taken up by running it again. The same clip gets
    the same sound whatever is sampled beside it, up to rounding. Raises SampleError,
    BusyError where another process is at it.
    """
    bar = progress or Silent()
    begun = clock()
    try:
        require_folder(asked.out)
        device = device_of(asked.device)
        checkpoint, sha256 = open_checkpoint(asked.checkpoint)
        maker = Maker(asked, checkpoint, sha256)
        # other systems may be sampled beside it
        with owned(maker.folder):
            material = open_material(asked, checkpoint, device=device, progress=bar)
            facts = [clip.facts for clip in material.clips.clips]
            require_listable(asked.out, maker.planned(facts), facts, adds=asked.adds)
            made, kept, slow = _made(maker, material, device, bar)
        rows = [made[one.clip] for one in facts]
        with owned(asked.out, waits=True):
            manifest, told = write_listing(
                asked.out, rows, facts, trained=material.trained, adds=asked.adds
            )
    except InUseError as error:
        raise BusyError(str(error)) from error
    except (CheckpointError, DatasetError, FeatureError, MediaError, OSError) as error:
        raise SampleError(str(error)) from error
    return Sampled(
        manifest=manifest,
        checkpoint=sha256,
        made=tuple(rows),
        kept=kept,
        wall_seconds=clock() - begun,
        remarks=(*checkpoint.remarks, *material.remarks, *slow, *told),
    )


def sample_clips(  # noqa: PLR0913 - one border, all named
    checkpoint: Path,
    manifest: Path,
    out: Path,
    *,
    study: str,
    system: str,
    seed: int,
    temperature: float,
    weights: Path,
    work: Path,
    progress: Progress,
) -> Sampled:
    """Sound the real clips of a manifest, and list these and no others in `out`.

    `work` keeps what is decoded of the clips. Raises SampleError.
    """
    asked = Sampling(
        checkpoint=checkpoint,
        data=manifest,
        out=out,
        study=study,
        system=system,
        seed=seed,
        temperature=temperature,
        weights=(weights,),
        work=work,
        adds=False,
    )
    return sample(asked, progress=progress)


def _made(
    maker: Maker, material: Material, device: str, bar: Progress
) -> tuple[dict[str, Made], int, tuple[str, ...]]:
    """All sounds by clip, how many of them were there, and remarks on the making."""
    asked, clips = maker.asked, material.clips
    remove_drafts([asked.out, maker.folder, asked.out / "real"])
    found: dict[str, Made] = {}
    for clip in clips.clips:
        known = read_record(maker.path(clip.clip))
        if known is not None and known.made_from == maker.request(clip.facts):
            # spelled otherwise, a category is the same sounds'
            found[clip.clip] = replace(known, category=clip.category)
    kept = len(found)
    other = sorted({one.dtype for one in found.values()} - {asked.dtype})
    missing = [clip for clip in clips.clips if clip.clip not in found]
    remarks: list[str] = []
    if other and asked.dtype != "auto":
        remarks.append(
            f"sounds made in {', '.join(other)} were kept, though {asked.dtype} is "
            "asked for now; another folder (--out) has all of them anew"
        )
    if missing:
        voice = voice_of(maker.checkpoint.net(), asked, device=device)
        steps = Steps(bar, samples_of(sum(clip.frames for clip in missing)))
        lengths = [(clip.clip, clip.frames) for clip in missing]
        for names in bucketed_batches(lengths, asked.batch):
            for one in make_batch(maker, voice, clips, names, steps):
                found[one.clip] = one
        bar.done()
        remarks += [voice.remark] if voice.remark else []
    return found, kept, tuple(remarks)
