"""How a net is trained: everything that a run's numbers depend on."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from generation.checkpoint import SCALES, ScaleKind
from generation.geometry import MAX_FRAMES
from generation.nets import METHODS, PRESETS, Method, NetConfig, SampleRNN

Memory = Literal["auto", "plain", "long"]
Truncation = Literal["auto", "chunk", "coarse_full"]
Clipping = Literal["value", "norm", "none"]

LIMITS = ("epochs", "steps", "patience", "evaluate_every")
"""What only decides when to stop and to look: may differ when a run is taken up."""


class TrainingError(ValueError):
    """Training that cannot start or go on; the message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainConfig:
    """The settings of one run.

    `attention`: frame asks the places of a map instead of reading a vector.
    `categories`: those of the data set to learn from together, none for all. `bptt`:
    how gradients are cut off in time: `chunk` after each video frame, the state
    carried on; `coarse_full` never in the coarse tier, whose `windows` of 1,024
    samples a clip are looked at; `auto` takes chunk for frame and coarse_full for
    others. `batch`: clips at once, of all processes together. `rate`: Adam's.
    `clip`: gradients cut element by element to +-`clip_at`, or scaled down to that
    norm. `frames`: length to which training clips are looped, None for their own.
    `dither`: training sound moved by a level at random, against drift in clean sound.
    `memory`: whether the coarse tier and the encoder begin `long`, holding what they
    read for up to 156 frames, or `plain`, forgetting half with each step as the
    reference does; `auto` takes long for seq and flow, whose coarse tier would have
    forgotten the video after ten milliseconds else, and plain for frame.
    `history_dropout`: the share of video frames, drawn anew each time, whose sound the
    coarse and the frame tier do not hear, the sample tier does: what a net has just
    made tells it so much of what comes next that it learns little of the video else
    (after the word dropout of Bowman et al., CoNLL 2016). Never in sampling or tests.
    `bf16`: half precision, None for wherever there is CUDA. A run ends after `epochs`,
    `steps` (None: any), or `patience` looks at the test clips in a row, one every
    `evaluate_every` epochs, without a lower loss (None: never). Raises ValueError for
    unknown or senseless values.
    """

    method: Method
    preset: str = "paper"
    categories: tuple[str, ...] = ()
    scale: ScaleKind = "zscore"
    bptt: Truncation = "auto"
    windows: int = 8
    batch: int = 128
    rate: float = 1e-3
    clip: Clipping = "value"
    clip_at: float = 1.0
    frames: int | None = MAX_FRAMES
    dither: bool = False
    memory: Memory = "auto"
    history_dropout: float = 0.0
    bf16: bool | None = None
    seed: int = 0
    attention: bool = False
    epochs: int = 100
    steps: int | None = None
    patience: int | None = 10
    evaluate_every: int = 1

    def __post_init__(self) -> None:
        _require("method", self.method, METHODS)
        _require("preset", self.preset, tuple(PRESETS))
        _require("scale", self.scale, SCALES)
        _require("bptt", self.bptt, get_args(Truncation))
        _require("clip", self.clip, get_args(Clipping))
        _require("memory", self.memory, get_args(Memory))
        if self.attention and self.method != "frame":
            raise ValueError(
                f"attention is for method frame: {self.method} reads the video before "
                "the first sample, with one vector a frame"
            )
        counts = ("windows", "batch", "epochs", "evaluate_every")
        optional = ("frames", "steps", "patience")
        for name in (*counts, *optional):
            value = getattr(self, name)
            if value is None and name in optional:
                continue
            if type(value) is not int or value < 1:
                raise ValueError(f"{name} is a whole number from 1, not {value!r}")
        self._require_numbers()

    @property
    def truncation(self) -> Literal["chunk", "coarse_full"]:
        """Where gradients are cut off, decided."""
        if self.bptt == "auto":
            return "chunk" if self.method == "frame" else "coarse_full"
        return self.bptt

    def _require_numbers(self) -> None:
        if not 0 <= self.seed < 2**63:
            raise ValueError(f"seed is 0 to 2^63 - 1, not {self.seed}")
        for name in ("rate", "clip_at"):
            if not 0 < getattr(self, name) < float("inf"):
                raise ValueError(f"{name} is above 0, not {getattr(self, name)}")
        if not 0 <= self.history_dropout < 1:
            share = self.history_dropout
            raise ValueError(f"history_dropout is from 0 to below 1, not {share}")

    def as_dict(self) -> dict[str, Any]:
        """Return the settings as plain values, for JSON."""
        return {**asdict(self), "categories": list(self.categories)}


def memory_of(method: Method, asked: Memory) -> Memory:
    """Return what `asked` means for a method: plain or long."""
    if asked != "auto":
        return asked
    return "plain" if method == "frame" else "long"


def first_net(config: NetConfig, settings: Mapping[str, Any]) -> SampleRNN:
    """Return the net that a run with these settings, as plain values, begins with.

    Settings of a run begun before there was `memory` mean plain.
    """
    memory = memory_of(config.method, settings.get("memory", "plain"))
    frames = MAX_FRAMES if memory == "long" else 0
    return SampleRNN(config, seed=int(settings.get("seed", 0)), memory=frames)


def require_same(wanted: TrainConfig, stored: Mapping[str, Any]) -> None:
    """Raise TrainingError unless a stored run may be taken up with these settings."""
    mine = wanted.as_dict()
    # a run begun before there were these had none of them
    earlier = {"attention": False, "memory": "plain", "history_dropout": 0.0}
    begun = {**earlier, **stored}
    mine["memory"] = memory_of(wanted.method, mine["memory"])
    begun["memory"] = memory_of(wanted.method, begun["memory"])
    differing = [
        f"{name} was {begun.get(name)!r}, now {value!r}"
        for name, value in mine.items()
        if name not in LIMITS and begun.get(name) != value
    ]
    if differing:
        raise TrainingError(
            f"the run was begun with other settings: {'; '.join(differing)}. Use the "
            "same, or another folder"
        )


def _require(name: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise ValueError(f"no {name} {value!r}: choose among {', '.join(known)}")
