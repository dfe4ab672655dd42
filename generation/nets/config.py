"""What a net is made of, and the sizes that have names."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, Self, get_args

from generation.geometry import SAMPLES_PER_FRAME

Method = Literal["frame", "seq", "flow"]
METHODS: tuple[Method, ...] = get_args(Method)


@dataclass(frozen=True, slots=True)
class NetConfig:
    """A conditional SampleRNN of three tiers: its method and widths.

    fs3 and fs2 are samples a step of the coarse and of the frame tier reads; k samples
    go into each prediction. `dim` is the width of every tier, `embedding` of a level,
    `feature_dim` of a video frame's feature (channels of its map with `attention`).
    `frame_samples` is samples a video frame, 1,024 but in tests. Raises ValueError
    for a combination that cannot be aligned.
    """

    method: Method
    fs3: int = 16
    fs2: int = 4
    k: int = 4
    dim: int = 1024
    embedding: int = 256
    feature_dim: int = 4096
    attention: bool = False
    weight_norm: bool = True
    frame_samples: int = SAMPLES_PER_FRAME

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            known = ", ".join(METHODS)
            raise ValueError(f"no method {self.method!r}: choose among {known}")
        _check_whole(self)
        if self.fs3 % self.fs2:
            raise ValueError(f"fs3 = {self.fs3} is no multiple of fs2 = {self.fs2}")
        if self.frame_samples % self.fs3:
            message = f"a video frame's {self.frame_samples} samples are no multiple of"
            raise ValueError(f"{message} fs3 = {self.fs3}: features would straddle")
        if self.k > self.fs3:
            raise ValueError(f"k = {self.k} reaches before the fs3 = {self.fs3} prompt")
        if self.attention and self.method != "frame":
            message = "attention replaces the feature of a step, and only frame has one"
            raise ValueError(f"{message}: method is {self.method!r}")

    @property
    def has_encoder(self) -> bool:
        """Whether the video is read once, before the first sample."""
        return self.method != "frame"

    @property
    def ratio(self) -> int:
        """Steps of the frame tier a step of the coarse tier."""
        return self.fs3 // self.fs2

    def as_dict(self) -> dict[str, Any]:
        """Return the fields by name, plain values, for a checkpoint."""
        return asdict(self)

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> Self:
        """Return what `as_dict` wrote; raises ValueError naming a key not known."""
        known = {field.name for field in fields(cls)}
        if unknown := sorted(set(given) - known):
            listed = ", ".join(sorted(known))
            raise ValueError(
                f"no such setting: {', '.join(unknown)} (there is {listed})"
            )
        if "method" not in given:
            raise ValueError(f"a net's settings need a method: {', '.join(METHODS)}")
        return cls(**given)


@dataclass(frozen=True, slots=True)
class Size:
    """The widths behind a preset's name."""

    dim: int
    embedding: int
    feature_dim: int = 4096


PRESETS: Mapping[str, Size] = {
    "paper": Size(1024, 256),
    "mid": Size(512, 256),
    "dev": Size(256, 128),
    "small": Size(128, 64),
    "ci": Size(32, 16, 64),
}


def widths() -> str:
    """Return the presets with the width of their tiers, to be told."""
    return ", ".join(f"{name} {size.dim}" for name, size in PRESETS.items())


def preset(name: str, method: Method, feature_dim: int | None = None) -> NetConfig:
    """Return a named size for a method.

    A feature is as wide as the preset says, twice that for flow (two networks' features
    side by side), or `feature_dim`. Raises ValueError for an unknown name or method.
    """
    if name not in PRESETS:
        raise ValueError(f"no preset {name!r}: choose among {', '.join(PRESETS)}")
    size = PRESETS[name]
    if feature_dim is None:
        feature_dim = size.feature_dim * (2 if method == "flow" else 1)
    return NetConfig(
        method, dim=size.dim, embedding=size.embedding, feature_dim=feature_dim
    )


def _check_whole(config: NetConfig) -> None:
    for field in fields(config):
        value = getattr(config, field.name)
        if field.name in ("attention", "weight_norm"):
            if not isinstance(value, bool):
                raise ValueError(f"{field.name} is true or false, not {value!r}")
        elif field.name != "method" and (type(value) is not int or value < 1):
            raise ValueError(f"{field.name} is a whole number from 1, not {value!r}")
