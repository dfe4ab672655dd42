"""From nothing to candidates: demo clips, an encoder, three nets, their sounds.

Everything is trained here from the demo clips alone; no weights are shipped or asked
for. What comes of it is labelled demo wherever it goes: it shows that the way works,
and says nothing about the paper's systems.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from generation.arguments.preparing import own_encoder
from generation.arguments.progress import bar
from generation.dataset import (
    extract_features,
    load_clips,
    make_split,
    open_dataset,
    prepare,
)
from generation.demoset import render_demoset
from generation.features import SourceOptions, open_source
from generation.files import owned
from generation.nets import METHODS, Method
from generation.sample import Sampling, sample
from generation.train import Result, TrainConfig, train

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from generation.dataset import ClipSet
    from generation.sample.record import Progress

# what each method sees: flow sees motion as well, the others the picture alone
SEES: dict[Method, str] = {"frame": "own-still", "seq": "own-still", "flow": "own"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How much of everything.

    ``per_category`` demo clips of each of the ten categories, ``test`` of them for
    sampling; ``encoder_steps`` and ``epochs`` of training; nets of size ``preset``,
    one for all categories.
    """

    out: Path
    per_category: int = 8
    test: int = 2
    encoder_steps: int = 200
    epochs: int = 4
    preset: str = "ci"
    batch: int = 16
    seed: int = 1
    seconds: tuple[float, float] = (2.0, 3.0)


def cook(
    recipe: Recipe,
    *,
    progress: Progress,
    tell: Callable[[str], object],
) -> Path:
    """Go the whole way and return the manifest of real clips and three systems.

    Each step keeps what it has done: broken off and run again it goes on. The same
    recipe gives the same nets on one machine. Raises InUseError where another process
    is at it.
    """
    with owned(recipe.out):
        return _cooked(recipe, progress, tell)


def _cooked(recipe: Recipe, progress: Progress, tell: Callable[[str], object]) -> Path:
    out = recipe.out
    render_demoset(
        out / "clips",
        per_category=recipe.per_category,
        seed=recipe.seed,
        seconds=recipe.seconds,
        progress=partial(bar, label="demo clips", unit="clip"),
    )
    clips = _prepared(recipe)
    results: list[Result] = []
    manifest = out / "candidates" / "manifest.csv"
    for method in METHODS:
        identity = _features(clips, SEES[method], recipe)
        tell(f"training {method}")
        run = out / "runs" / method
        results.append(
            train(
                clips.with_features(identity),
                _config(recipe, method),
                run,
                is_shown=True,
            )
        )
        done = sample(
            Sampling(
                checkpoint=run / "best.net",
                data=clips.folder,
                out=out / "candidates",
                seed=recipe.seed,
            ),
            progress=progress,
        )
        manifest = done.manifest
    for result in results:
        tell(
            f"{result.method}: {result.test_bits:.3f} bits a sample on held-out clips "
            f"({result.train_bits:.3f} on those trained with); demo, for trying only"
        )
    return manifest


def _config(recipe: Recipe, method: Method) -> TrainConfig:
    return TrainConfig(
        method=method,
        preset=recipe.preset,
        batch=recipe.batch,
        frames=None,
        epochs=recipe.epochs,
        evaluate_every=recipe.epochs,
        patience=None,
        rate=3e-3,
        seed=recipe.seed,
    )


def _prepared(recipe: Recipe) -> ClipSet:
    data = open_dataset("demo", recipe.out / "clips")
    split = make_split(data.records, "random", count=recipe.test, seed=recipe.seed)
    folder = recipe.out / "prepared"
    prepare(
        data,
        split,
        folder,
        progress=partial(bar, label="decoded", unit="clip"),
    )
    return load_clips(folder)


def _features(clips: ClipSet, name: str, recipe: Recipe) -> str:
    """Return the identity of the features, learning their encoder first, once."""
    encoder = own_encoder(clips, name, steps=recipe.encoder_steps, seed=recipe.seed)
    source = open_source(name, SourceOptions(weights=encoder))
    return extract_features(clips, source).identity
