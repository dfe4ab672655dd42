"""Train one net from the beginning, or from where a run was broken off."""

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from math import inf, log
from pathlib import Path
from typing import Any

from generation.checkpoint import file_sha256, label_of, remarks_on
from generation.dataset import ClipSet
from generation.files import copy_whole, owned, require_folder, write_text
from generation.stopping import halting
from generation.train.config import TrainConfig, TrainingError, require_same
from generation.train.facts import data_of, features_of, levels_of, require_fit
from generation.train.loop import Run, Watch
from generation.train.trainer import Position
from generation.train.world import ALONE, World


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a run: the losses of its best net, in nats a sample.

    `reason` is what ended it: epochs, steps or patience. `features` is the identity of
    those it read, `split`, `levels` and `sha256` the hashes of the division, of what
    was heard ("" in older notes) and of best.net.
    `is_demo` and `is_stub`: demo clips or stub features, the net is for trying only;
    `remarks` how it differs from the paper's of its method.
    """

    method: str
    categories: tuple[str, ...]
    train_nats: float
    test_nats: float
    best_step: int
    steps: int
    epochs: int
    reason: str
    features: str
    split: str
    sha256: str
    settings: dict[str, Any]
    is_demo: bool = False
    is_stub: bool = False
    remarks: tuple[str, ...] = ()
    levels: str = ""

    @property
    def label(self) -> str:
        """What tables call the net: its method, and whether it attends."""
        return label_of(self.method, attention=bool(self.settings.get("attention")))

    @property
    def train_bits(self) -> float:
        """The training loss in bits."""
        return self.train_nats / log(2)

    @property
    def test_bits(self) -> float:
        """The test loss in bits."""
        return self.test_nats / log(2)


def train(  # noqa: PLR0913 - what to learn from and how, and who watches
    clips: ClipSet,
    config: TrainConfig,
    out: Path,
    *,
    world: World = ALONE,
    is_shown: bool = False,
    save_minutes: float = 5.0,
    clock: Callable[[], float] = time.monotonic,
) -> Result:
    """Train a net on prepared clips with features, in the folder `out`.

    A run broken off goes on exactly from where its last state was written: every
    `save_minutes` and when asked to stop; one that has ended is not run again.
    Raises TrainingStoppedError when asked to stop, TrainingError for settings or clips
    that do not fit (TrainingDivergedError for losses that are no numbers),
    CheckpointError when files cannot be read or written, InUseError when another
    process trains there.
    """
    if not 0 <= save_minutes < inf:
        raise TrainingError(f"--save-minutes {save_minutes}: give minutes from 0")
    chosen = clips.only(*config.categories)
    require_fit(config, features_of(chosen))
    if (done := read_result(out, config)) is not None:
        _require_same_clips(done, chosen)
        _require_net(done, out)
        return replace(done, **_labels(chosen, config))
    require_folder(out)
    if (out / "done.json").exists() and not (out / "last.state").exists():
        raise TrainingError(
            f"{out}: the run ended, and its last.state, from which it would go on, is "
            "not there; put that back, or use another folder"
        )
    with owned(out, is_wanted=world.is_first):
        if world.is_first:
            _keep_encoder(chosen, out)
        run = Run(chosen, config, out, world)
        try:
            with halting() as halt:
                watch = Watch(halt, save_minutes * 60, clock, is_shown)
                position, reason = run.go(watch)
        finally:
            run.close()
    # the first process has written best.net once all have met here
    world.meet()
    result = _result(chosen, config, out, position, reason)
    if world.is_first:
        text = json.dumps(asdict(result), indent=1, sort_keys=True)
        write_text(out / "done.json", text + "\n")
    return result


def read_result(out: Path, config: TrainConfig) -> Result | None:
    """Return what came of a run that has ended, by these limits too; else None.

    Raises TrainingError when it was run with other settings, or the note is damaged.
    """
    path = out / "done.json"
    if not path.exists():
        return None
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        done = Result(
            **{
                **values,
                "categories": tuple(values["categories"]),
                "remarks": tuple(values.get("remarks", ())),
            }
        )
        limits = done.settings["patience"], done.settings["evaluate_every"]
    except (ValueError, TypeError, KeyError) as error:
        raise TrainingError(f"{path}: damaged; remove it to run again") from error
    require_same(config, done.settings)
    may_go_on = {
        "patience": limits != (config.patience, config.evaluate_every),
        "epochs": config.epochs > done.epochs,
        "steps": config.steps is None or config.steps > done.steps,
    }
    return None if may_go_on[done.reason] else done


def _require_same_clips(done: Result, clips: ClipSet) -> None:
    levels = levels_of(clips)
    for what, then, now in (
        ("features", done.features, features_of(clips).identity),
        ("split", done.split, clips.index.split_sha256),
        ("categories", list(done.categories), list(clips.categories)),
        ("levels of sound", done.levels or levels, levels),
    ):
        if then != now:
            raise TrainingError(
                f"the run was done with {what} {then}, now {now}: use another folder"
            )


def _require_net(done: Result, out: Path) -> None:
    """Raise unless best.net is the one that the run ended with."""
    net = out / "best.net"
    if not net.is_file() or file_sha256(net) != done.sha256:
        raise TrainingError(
            f"{net}: not the net that this run ended with (sha256 {done.sha256[:16]}); "
            "put that back, or train in another folder"
        )


def _keep_encoder(clips: ClipSet, out: Path) -> None:
    """Put the encoder that the features come from beside the net, where one is kept.

    Whoever samples other clips needs it, and looks there. Raises StorageError.
    """
    weights = features_of(clips).weights
    for encoder in clips.folder.glob("*.encoder"):
        if file_sha256(encoder) == weights:
            copy_whole(encoder, out / encoder.name)


def _result(
    clips: ClipSet, config: TrainConfig, out: Path, position: Position, reason: str
) -> Result:
    assert position.best_test is not None
    assert position.best_train is not None
    return Result(
        method=config.method,
        categories=clips.categories,
        train_nats=position.best_train,
        test_nats=position.best_test,
        best_step=position.best_step,
        steps=position.step,
        epochs=position.epoch,
        reason=reason,
        features=features_of(clips).identity,
        split=clips.index.split_sha256,
        sha256=file_sha256(out / "best.net"),
        settings=config.as_dict(),
        levels=levels_of(clips),
        **_labels(clips, config),
    )


def _labels(clips: ClipSet, config: TrainConfig) -> dict[str, Any]:
    """What must be said of whatever comes of these clips and features."""
    features = features_of(clips)
    return {
        "is_demo": data_of(clips).is_demo,
        "is_stub": features.is_stub,
        "remarks": remarks_on(config.method, features, attention=config.attention),
    }
