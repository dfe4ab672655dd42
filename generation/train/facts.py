"""What a net is told about the clips and features that it learns from."""

import hashlib
import json
from pathlib import Path

import torch

from generation.checkpoint import (
    DataFacts,
    FeatureFacts,
    FeatureScale,
    ScaleKind,
    heard_key,
)
from generation.dataset import ClipSet, feature_moments
from generation.features import FeatureCache, tells_motion
from generation.nets import Method
from generation.train.config import TrainConfig, TrainingError
from generation.train.state import Given


def given_of(clips: ClipSet, kind: ScaleKind) -> Given:
    """Return the facts of clips with features, and the scale of the training clips'.

    Raises TrainingError when no features are chosen, or there is no clip of a part.
    """
    features = features_of(clips)
    names = [clip.clip for clip in clips.train]
    for part, found in (("training", clips.train), ("test", clips.test)):
        if not found:
            listed = ", ".join(clips.categories) or "the categories chosen"
            raise TrainingError(
                f"no {part} clip of {listed} in {clips.folder}: train it together with "
                "other categories (--category all), or prepare more clips of it"
            )
    if kind == "zscore":
        mean, deviation = map(torch.from_numpy, feature_moments(clips, names))
        scale = FeatureScale(kind, mean, deviation)
    else:
        scale = FeatureScale(kind)
    return Given(features, scale, data_of(clips), levels_of(clips))


def features_of(clips: ClipSet) -> FeatureFacts:
    """Return which features were chosen. Raises TrainingError if none were."""
    if clips.cache is None:
        raise TrainingError(f"{clips.folder}: no features chosen")
    info = clips.cache.info
    return FeatureFacts(
        identity=info.identity,
        name=info.name,
        dim=info.dim,
        weights=info.weights,
        is_stub=info.is_stub,
        rows=info.rows,
        columns=info.columns,
    )


def require_fit(config: TrainConfig, features: FeatureFacts) -> None:
    """Raise TrainingError unless a net of this method can learn from these features."""
    if features.is_map and not config.attention:
        wanted = "add --attention, or " if config.method == "frame" else ""
        raise TrainingError(
            f"features {features.identity} are maps of {features.rows} x "
            f"{features.columns} places, and {config.method} reads one vector a frame: "
            f"{wanted}choose features without `map` in their name"
        )
    if config.attention and not features.is_map:
        raise TrainingError(
            f"features {features.identity} are one vector a frame, and attention asks "
            "the places of a map: extract maps (`prepare --features own-still-map`, "
            "or vgg19-map) and choose them, or leave out --attention"
        )
    if config.method == "flow" and tells_motion(features.name) is False:
        raise TrainingError(
            f"features {features.identity} see each frame alone, and flow is the "
            "method that sees motion: choose vgg19+flow or own, or train seq, which "
            "is flow's net without motion"
        )


def data_of(clips: ClipSet) -> DataFacts:
    """Return what is to be remembered of clips."""
    index = clips.index
    heard = {heard_key(one.facts.media_sha256, one.facts.start) for one in clips.train}
    return DataFacts(
        name=index.name,
        categories=clips.categories,
        split_kind=index.split_kind,
        split=index.split_sha256,
        gain=index.gain,
        gains={name: clips.declared_gain(name) for name in clips.categories},
        train_clips=len(clips.train),
        test_clips=len(clips.test),
        is_demo=any(clip.facts.is_demo for clip in clips.clips),
        heard=tuple(sorted(heard)),
    )


def levels_of(clips: ClipSet) -> str:
    """Return a hash of all levels to learn from and to test on; a gain changes it."""
    heard = sorted((clip.clip, clip.facts.tokens_sha256) for clip in clips.clips)
    return hashlib.sha256(json.dumps(heard).encode()).hexdigest()


def chosen_features(
    clips: ClipSet, method: Method, wanted: str | None, *, attention: bool = False
) -> str:
    """Return the identity of the features to use: one extracted in the folder.

    wanted: an identity, its source's name, or its beginning. None: of the maps for
    attention, else of the vectors, for flow the only one that tells motion, for others
    the only one that does not, or the only one there; stubs where there are no others.
    Raises TrainingError naming what there is when that is not exactly one.
    """
    folder = clips.folder / "features"
    there = sorted(path.parent.name for path in folder.glob("*/source.json"))
    if wanted is not None:
        # `own` is not meant for own-still
        named = [name for name in there if wanted in (name, _source_of(name))]
        fit = named or [name for name in there if name.startswith(wanted)]
    elif method == "flow":
        # flow without motion would be seq by another name
        plain = [name for name in there if not _is_map(folder / name)]
        fit = [name for name in plain if tells_motion(_source_of(name))]
        fit = fit or [name for name in plain if _is_stub(name)]
    else:
        kind = [name for name in there if _is_map(folder / name) == attention]
        kind = [name for name in kind if not _is_stub(name)] or kind
        fit = [name for name in kind if not tells_motion(_source_of(name))] or kind
    if len(fit) == 1:
        return fit[0]
    asked = f"features {wanted!r}" if wanted else f"features for {method}"
    if method == "flow":
        asked = f"{asked} (vgg19+flow, own, or others that tell motion)"
    if attention:
        asked = f"{asked} with attention (own-still-map, vgg19-map, or other maps)"
    listed = ", ".join(there) or "none yet, extract some"
    raise TrainingError(f"{asked}: name one of those extracted in {folder}: {listed}")


def _source_of(identity: str) -> str:
    return identity.rpartition("-")[0]


def _is_stub(identity: str) -> bool:
    return identity.startswith("stub-")


def _is_map(folder: Path) -> bool:
    return FeatureCache.open(folder).info.is_map
