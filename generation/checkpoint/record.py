"""What a trained net carries with it: enough to use it, and to say what it is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import log
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from generation.checkpoint.scale import FeatureScale
from generation.features import tells_motion
from generation.nets import Method, NetConfig, SampleRNN
from generation.quantize import GainPolicy

PROGRAM = "0.1.0"
"""The version of the program that writes checkpoints, as in pyproject.toml."""


class CheckpointError(ValueError):
    """A checkpoint that cannot be read, written or used here; says what to do."""


@dataclass(frozen=True, slots=True)
class FeatureFacts:
    """Which features a net reads.

    `identity` names all they depend on, `weights` is the sha256 of the weights of the
    network they come from ("" for none); `is_stub` marks features without a meaning.
    `rows` and `columns` are those of a map of `dim` channels, 0 for vectors.
    """

    identity: str
    name: str
    dim: int
    weights: str
    is_stub: bool = False
    rows: int = 0
    columns: int = 0

    @property
    def is_map(self) -> bool:
        """Whether a frame has a vector for each place of a grid, not one alone."""
        return self.rows > 0


@dataclass(frozen=True, slots=True)
class DataFacts:
    """What a net was trained on.

    `gains` are, by category, the median gain of the training clips: the one to declare
    for generated sound. `split` is the sha256 of the division into training and test.
    `heard` are the training clips, sorted, each as `heard_key` names its content.
    """

    name: str
    categories: tuple[str, ...]
    split_kind: str
    split: str
    gain: GainPolicy
    gains: Mapping[str, float]
    train_clips: int
    test_clips: int
    is_demo: bool = False
    heard: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Losses:
    """Mean cross-entropy a sample, None where it was not measured."""

    train_nats: float | None = None
    test_nats: float | None = None

    @property
    def train_bits(self) -> float | None:
        """The training loss in bits."""
        return None if self.train_nats is None else self.train_nats / log(2)

    @property
    def test_bits(self) -> float | None:
        """The test loss in bits."""
        return None if self.test_nats is None else self.test_nats / log(2)


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """A net after `step` steps, `epoch` whole epochs.

    `weights` are its parameters by name, on the CPU; `settings` how it was trained, as
    plain values; `program` and `torch_version` are those that wrote it, `path` is the
    file it was read from.
    """

    config: NetConfig
    weights: Mapping[str, Tensor]
    features: FeatureFacts
    scale: FeatureScale
    data: DataFacts
    losses: Losses = Losses()
    step: int = 0
    epoch: int = 0
    settings: Mapping[str, Any] = field(default_factory=dict)
    program: str = PROGRAM
    torch_version: str = torch.__version__
    path: Path | None = None

    def __post_init__(self) -> None:
        if self.features.dim != self.config.feature_dim:
            raise CheckpointError(
                f"a net for features of {self.config.feature_dim} numbers does not "
                f"read {self.features.name}, of {self.features.dim}"
            )
        if self.features.is_map != self.config.attention:
            what = "asks" if self.config.attention else "does not ask"
            raise CheckpointError(
                f"a net that {what} for places of a map does not read "
                f"{self.features.name}"
            )

    @property
    def is_provisional(self) -> bool:
        """Whether demo clips or stub features went into it: for trying out only."""
        return self.data.is_demo or self.features.is_stub

    @property
    def label(self) -> str:
        """What tables call the net: see `label_of`."""
        return label_of(self.config.method, attention=self.config.attention)

    @property
    def remarks(self) -> tuple[str, ...]:
        """How the net differs from the paper's of its method, worth telling."""
        config = self.config
        return remarks_on(config.method, self.features, attention=config.attention)

    def net(self, device: torch.device | str = "cpu") -> SampleRNN:
        """Return the net, ready to use (eval mode), on a device.

        Raises CheckpointError for weights that are not this configuration's.
        """
        try:
            net = SampleRNN(self.config)
            net.load_state_dict(dict(self.weights))
        except RuntimeError as error:
            told = " ".join(str(error).split())
            raise CheckpointError(
                f"{self.path or 'a net'}: its weights are not those of its settings "
                f"({told:.300})"
            ) from error
        return net.to(device).eval()


def heard_key(media_sha256: str, start: float = 0.0) -> str:
    """Return a short name of a clip's content: its file's hash, and where it begins."""
    return media_sha256[:16] + (f"@{start:g}" if start else "")


def label_of(method: str, *, attention: bool) -> str:
    """Return a method's name to show: one with attention is another net."""
    return f"{method}, attention" if attention else method


def remarks_on(
    method: Method, features: FeatureFacts, *, attention: bool
) -> tuple[str, ...]:
    """Say how a method differs from the paper's, by what it sees and how."""
    told = []
    if attention:
        places = f"{features.rows} x {features.columns} places"
        told.append(
            f"{method} with attention over {places} of {features.name}: a variant, "
            "in none of the paper's tables"
        )
    if method != "flow" and tells_motion(features.name):
        told.append(
            f"{method} with features that tell motion ({features.name}): the paper's "
            f"{method} is shown single frames"
        )
    return tuple(told)


def twins_told(nets: Iterable[tuple[str, str, str]]) -> list[str]:
    """Say where seq and flow are one net: given by method, category and features."""
    given = set(nets)
    twins = {
        read
        for method, what, read in given
        if method == "seq" and ("flow", what, read) in given
    }
    return [
        f"seq and flow read the same features, {read}: with the same settings they are "
        "one net under two names, and only what they draw differs."
        for read in sorted(twins)
    ]


def weights_of(net: SampleRNN) -> dict[str, Tensor]:
    """Return a net's parameters by name: copies, each in its own memory, on the CPU."""
    return {
        # a GRU on CUDA keeps all its weights in one block: copy what is named, no more
        name: value.detach().cpu().clone(memory_format=torch.contiguous_format)
        for name, value in net.state_dict().items()
    }
