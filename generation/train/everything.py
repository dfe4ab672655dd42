"""Train many nets, one after the other: each category by each method."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from generation.dataset import ClipSet, load_clips
from generation.dataset.index import key_of
from generation.nets import METHODS, Method
from generation.train.config import TrainConfig, TrainingError
from generation.train.facts import chosen_features
from generation.train.run import Result, train
from generation.train.world import ALONE, World


@dataclass(frozen=True, slots=True)
class Outcome:
    """A run of many: its result, or why there is none."""

    method: Method
    category: str
    result: Result | None = None
    error: str | None = None


def train_all(  # noqa: PLR0913 - the options of one command, all named
    data: Path,
    out: Path,
    config: TrainConfig,
    *,
    methods: Sequence[Method] = METHODS,
    categories: Sequence[str] = (),
    features: str | None = None,
    flow_features: str | None = None,
    world: World = ALONE,
    is_shown: bool = False,
    save_minutes: float = 5.0,
    tell: Callable[[str], object] = str,
) -> tuple[Outcome, ...]:
    """Train a net for each category (none: all there are) and method.

    Each in the folder `out`/category/method, as `folder_of` spells the category, with
    the settings of `config` but for method and category. A run that has ended is
    skipped, one broken off goes on, one that fails is told and the others go on.
    Processes started together by torchrun take every so many-th run each, alone.
    Raises TrainingStoppedError when asked to stop.
    """
    clips = load_clips(data)
    runs = [
        (method, category)
        for category in clips.only(*categories).categories
        for method in methods
    ]
    chosen = {
        method: _chosen(clips, method, _wanted(method, features, flow_features), tell)
        for method in methods
    }
    outcomes = []
    for method, category in runs[world.rank :: world.size]:
        settings = replace(config, method=method, categories=(category,))
        identity, lack = chosen[method]
        if lack:
            outcomes.append(Outcome(method, category, error=lack))
            continue
        try:
            result = train(
                clips.with_features(identity),
                settings,
                out / folder_of(category) / method,
                world=World(world.device),
                is_shown=is_shown,
                save_minutes=save_minutes,
            )
            outcomes.append(Outcome(method, category, result))
        except (ValueError, OSError, EOFError, RuntimeError) as error:
            # a full GPU, a damaged file, a diverged net: the other runs may do well
            tell(f"{category}/{method} failed: {error}")
            outcomes.append(Outcome(method, category, error=str(error)))
    return tuple(outcomes)


def _wanted(method: Method, features: str | None, flow: str | None) -> str | None:
    return flow if method == "flow" and flow else features


def _chosen(
    clips: ClipSet, method: Method, wanted: str | None, tell: Callable[[str], object]
) -> tuple[str, str]:
    """The features of a method, or what lacks, told once for all its nets."""
    try:
        return chosen_features(clips, method, wanted), ""
    except TrainingError as error:
        tell(f"{method} failed: {error}")
        return "", str(error)


def folder_of(category: str) -> str:
    """A category's folder: its name, or one made of it where that is more than one."""
    is_one = "/" not in category and not category.startswith(".")
    return category if is_one else key_of(category)
