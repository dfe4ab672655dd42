"""`python -m generation prepare`: from a data set to what nets learn from."""

import argparse
import hashlib
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from generation.arguments.preparable import add_prepare_arguments
from generation.arguments.progress import bar
from generation.dataset import (
    ClipSet,
    DatasetError,
    Failure,
    Reading,
    Split,
    extract_features,
    load_clips,
    make_split,
    official_split,
    open_dataset,
    prepare,
    read_split,
    write_statistics,
)
from generation.dataset.report import length_statistics
from generation.dataset.statistics import table_text
from generation.features import (
    FeatureSource,
    OwnConfig,
    SourceOptions,
    encoder_of,
    open_source,
    train_own_encoder,
)
from generation.files import copy_whole, owned, require_folder
from generation.sample.engines import device_of

if TYPE_CHECKING:
    from generation.quantize import GainPolicy

__all__ = ["add_prepare_arguments", "own_encoder", "run_prepare", "source_of"]


def run_prepare(options: argparse.Namespace) -> int:
    """Decode a data set's clips, extract features; 1 where a clip failed, else 0.

    What the features need is opened first: hours of decoding come after it.
    """
    require_folder(options.out)
    options.device = device_of(options.device)
    names = dict.fromkeys(options.features or ())
    sources = {
        name: source_of(name, options, weights=options.weights)
        for name in names
        if not is_learnt(name, options)
    }
    data = open_dataset(options.layout, options.place)
    for warning in data.warnings:
        _warn(warning)
    split = _split(data, options)
    for note in split.notes:
        _warn(note)
    with owned(options.out):
        _tell_of_another_split(options.out, split)
        failures = _prepared(data, split, sources, options)
    for failure in failures:
        _warn(f"left out: {failure}")
    return 1 if failures else 0


def _tell_of_another_split(out: Path, split: Split) -> None:
    """Say that clips change sides: nets trained before do not fit any more."""
    try:
        before = load_clips(out).index.split_sha256
    except DatasetError:
        return  # nothing there yet, or nothing whole
    if before != split.sha256:
        _warn(
            f"{out}: its split {before[:16]} becomes {split.sha256[:16]}; nets trained "
            "with the old one do not go on with this. Another folder keeps both"
        )


def _prepared(
    data: Reading,
    split: Split,
    sources: Mapping[str, FeatureSource],
    options: argparse.Namespace,
) -> list[Failure]:
    """Decode and extract; say what is there then, and return what failed."""
    done = prepare(
        data,
        split,
        options.out,
        gain=cast("GainPolicy", options.gain),
        workers=options.workers,
        progress=_told("clips", "clip"),
    )
    for name in done.silent:
        _warn(f"{name}: digital silence, nothing to learn from; leave it out")
    clips = load_clips(options.out)
    _tell_of_untested(data, split, clips)
    stats = length_statistics(clips)
    write_statistics(stats, options.out / "statistics")
    sys.stdout.write(f"{table_text(stats)}\n")
    failures = [*done.failures]
    for name in dict.fromkeys(options.features or ()):
        source = sources.get(name) or _learnt(clips, name, options)
        if name.startswith("own") and options.weights is not None:
            # a net that learns from them is to have its encoder beside it
            kept = f"{encoder_of(name)}-given-{source.info.weights[:12]}.encoder"
            copy_whole(options.weights, clips.folder / kept)
        failures += _features_of(clips, name, source, options)
    sys.stdout.write(
        f"{options.out}: {len(clips.train)} to train, {len(clips.test)} to "
    )
    sys.stdout.write(f"test; split sha256 {split.sha256[:16]}\n")
    return failures


def _tell_of_untested(data: Reading, split: Split, clips: ClipSet) -> None:
    """Name categories all of whose test clips were left out: none can learn there."""
    tested = set(split.test)
    drawn = {record.category for record in data.records if record.clip in tested}
    for category in sorted(drawn - {clip.category for clip in clips.test}):
        _warn(
            f"{category}: no test clip of it could be used, and nothing is trained "
            "without one; mend or remove what was left out, or give another --seed"
        )


def is_learnt(name: str, options: argparse.Namespace) -> bool:
    """Whether these features' encoder is learnt here, no weights being given."""
    return name.startswith("own") and options.weights is None


def source_of(
    name: str, options: argparse.Namespace, *, weights: Path | None
) -> FeatureSource:
    """Open a source of features. Raises FeatureError naming the file it lacks."""
    return open_source(
        name,
        SourceOptions(
            weights=weights,
            flow_weights=options.flow_weights,
            flow_net=options.flow_net,
            flow=options.flow,
            flow_fps=options.flow_fps,
            from_rgb=options.from_rgb,
            pre_relu=options.pre_relu,
            device=options.device,
            seed=options.seed,
        ),
    )


def own_encoder(clips: ClipSet, name: str, *, steps: int, seed: int) -> Path:
    """Return the file of an encoder learnt from the training clips, once.

    It lies in the prepared folder, maps and vectors of one encoder together; another
    number of steps, seed or training part learns another: one that had heard clips now
    tested on would flatter every figure.
    """
    heard = sorted(
        (clip.clip, clip.facts.tokens_sha256, clip.facts.pictures_sha256)
        for clip in clips.train
    )
    taught = hashlib.sha256(json.dumps(heard).encode()).hexdigest()[:12]
    kind = encoder_of(name)
    path = clips.folder / f"{kind}-{steps}-{seed}-{taught}.encoder"
    if not path.exists():
        train_own_encoder(
            clips,
            path,
            steps=steps,
            seed=seed,
            config=OwnConfig(motion=kind == "own"),
            progress=partial(bar, label=f"encoder {kind}", unit="step"),
        )
    return path


def _learnt(clips: ClipSet, name: str, options: argparse.Namespace) -> FeatureSource:
    encoder = own_encoder(clips, name, steps=options.encoder_steps, seed=options.seed)
    return source_of(name, options, weights=encoder)


def _features_of(
    clips: ClipSet, name: str, source: FeatureSource, options: argparse.Namespace
) -> tuple[Failure, ...]:
    found = extract_features(
        clips, source, workers=options.workers, progress=_told(name, "clip")
    )
    if found.is_stub:
        _warn(f"{name} features are a stub: what comes of them is labelled so")
    sys.stdout.write(
        f"features {found.identity}: {found.done} new, {found.kept} kept\n"
    )
    return found.failures


def _split(data: Reading, options: argparse.Namespace) -> Split:
    if options.split_file is not None:
        return read_split(options.split_file)
    if options.split == "official":
        if data.official is None:
            message = f"{data.name} ships no list of its test clips: choose another"
            raise DatasetError(message)
        return official_split(data.records, data.official)
    listed = dict(data.test_counts)
    counts = {
        category: min(listed.get(category, options.test), options.test)
        for category in data.counts
    }
    return make_split(
        data.records,
        options.split,
        count=counts,
        seed=options.seed,
        min_clips=options.min_clips,
    )


def _told(label: str, unit: str) -> Callable[[Iterator[str], int], Iterator[str]]:
    return partial(bar, label=label, unit=unit)


def _warn(text: str) -> None:
    sys.stderr.write(f"{text}\n")
