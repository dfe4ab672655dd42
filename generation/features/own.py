"""An encoder of one's own: a small ConvNet that learns from the training clips alone.

It sees five frames around each moment, in colour and as what changes between them, and
learns to tell the sound's loudness and spectrum there, for which no label and no
downloaded weight is needed. What it computes before telling is the feature.
"""

import hashlib
import io
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from generation.features.source import FeatureError, SourceInfo, require_pictures
from generation.features.weights import UNREADABLE
from generation.files import write_bytes

REACH = 2
"""Frames before and after the one described."""

CHANNELS = 3 + 2 * REACH
SIZE = (48, 64)
"""Height and width that pictures are squeezed to."""

BANDS = 8
TARGETS = BANDS + 1
CHANGE_SCALE = 4.0
VERSION = 1
BATCH = 64


@dataclass(frozen=True, slots=True)
class OwnConfig:
    """Size of the encoder: `dim` features, `width` channels of its first layer.

    `motion` False shows it the frame alone, as VGG19 is, so that it can stand in for
    the two methods without flow.
    """

    dim: int = 256
    width: int = 24
    motion: bool = True
    side: int = 64


class OwnNet(nn.Module):
    """Four convolutions that halve, a dense layer to the features, a head that tells.

    0.43 M parameters at 256 features and width 24.
    """

    def __init__(self, config: OwnConfig) -> None:
        super().__init__()
        self.config = config
        widths = [CHANNELS, *(config.width * 2**i for i in range(4))]
        layers: list[nn.Module] = []
        for before, after in pairwise(widths):
            layers += [
                nn.Conv2d(before, after, 3, stride=2, padding=1),
                nn.GroupNorm(4, after),
                nn.ReLU(),
            ]
        self.convolutions = nn.Sequential(*layers)
        cells = (SIZE[0] // 16) * (SIZE[1] // 16)
        self.squeeze = nn.Conv2d(widths[-1], 2 * config.width, 1)
        self.dense = nn.Linear(2 * config.width * cells + widths[-1], config.dim)
        self.head = nn.Linear(config.dim, TARGETS)

    def map(self, shown: Tensor) -> Tensor:
        """The last convolution's map: (n, 7, 48, 64) to (n, 8 width, 3, 4), >= 0."""
        found: Tensor = self.convolutions(shown)
        return found

    def forward(self, shown: Tensor) -> Tensor:
        """The features: (n, 7, 48, 64), float32 around 0, to (n, dim), >= 0."""
        maps = self.map(shown)  # (n, 8 width, 3, 4)
        where = functional.relu(self.squeeze(maps)).flatten(1)  # (n, 24 width)
        what = maps.amax(dim=(2, 3))  # (n, 8 width)
        return functional.relu(self.dense(torch.cat([where, what], dim=1)))

    def tell(self, features: Tensor) -> Tensor:
        """Loudness and the bands, standardised: (n, dim) to (n, 9)."""
        told: Tensor = self.head(features)
        return told


def squeezed(pictures: Tensor) -> Tensor:
    """Pictures (m, 3, h, w), uint8, squeezed: (m, 3, 48, 64), float32 in [-1, 1]."""
    return functional.interpolate(pictures.float(), size=SIZE, mode="area") / 127.5 - 1


def moments(pictures: Tensor, *, motion: bool = True) -> Tensor:
    """What the encoder sees at each frame of squeezed pictures: (m, 7, 48, 64).

    Three channels of colour, then the four changes in grey between the five frames
    around it; at the ends the last frame is repeated. Without `motion` changes are 0.
    """
    frames = len(pictures)
    grey = pictures.mean(dim=1)  # (m, 48, 64)
    padded = torch.cat([grey[:1]] * REACH + [grey] + [grey[-1:]] * REACH)
    steps = CHANGE_SCALE * (padded[1:] - padded[:-1])  # (m + 3, 48, 64)
    changes = torch.stack([steps[i : i + frames] for i in range(2 * REACH)], dim=1)
    if not motion:
        changes = torch.zeros_like(changes)
    return torch.cat([pictures, changes], dim=1)  # (m, 7, 48, 64)


class OwnEncoder:
    """Features by an encoder that `train_own_encoder` wrote to a file."""

    def __init__(self, path: Path, *, device: str = "cpu") -> None:
        """Raises FeatureError when there is no encoder in the file."""
        self._net, self._sha256, self.is_demo = load_own(path, device)
        self._device = torch.device(device)

    @property
    def info(self) -> SourceInfo:
        """What its features depend on."""
        config = self._net.config
        seen = "colour and changes of 5 frames" if config.motion else "colour"
        return SourceInfo(
            name="own" if config.motion else "own-still",
            dim=config.dim,
            side=config.side,
            weights=self._sha256,
            preprocessing=f"{SIZE[1]}x{SIZE[0]}, {seen}",
        )

    def extract(
        self,
        pictures: NDArray[np.uint8],
        *,
        clip: str = "",  # noqa: ARG002 - of the protocol
    ) -> NDArray[np.float16]:
        """Features of pictures (m, 3, height, width), uint8: (m, dim), float16."""
        found = [features.half().cpu() for features in self._read(pictures, self._net)]
        return torch.cat(found).numpy()  # (m, dim)

    def _read(
        self, pictures: NDArray[np.uint8], layers: Callable[[Tensor], Tensor]
    ) -> list[Tensor]:
        require_pictures(pictures)
        whole = torch.from_numpy(np.array(pictures))
        seen = moments(squeezed(whole), motion=self._net.config.motion)
        with torch.inference_mode():
            return [layers(part.to(self._device)) for part in torch.split(seen, BATCH)]


class OwnMaps(OwnEncoder):
    """The same encoder's last convolution: a map of 3 x 4 places, 0.7 MB a clip."""

    @property
    def info(self) -> SourceInfo:
        """What its features depend on."""
        whole = super().info
        return replace(
            whole,
            name=f"{whole.name}-map",
            dim=8 * self._net.config.width,
            preprocessing=f"{whole.preprocessing}, last convolution",
            rows=SIZE[0] // 16,
            columns=SIZE[1] // 16,
        )

    def extract(
        self,
        pictures: NDArray[np.uint8],
        *,
        clip: str = "",  # noqa: ARG002 - of the protocol
    ) -> NDArray[np.float16]:
        """Maps of pictures (m, 3, height, width), uint8: (m, 3, 4, dim), float16."""
        found = [maps.half().cpu() for maps in self._read(pictures, self._net.map)]
        whole = torch.cat(found).permute(0, 2, 3, 1)  # (m, 3, 4, dim)
        return whole.contiguous().numpy()


def save_own(net: OwnNet, path: Path, *, is_demo: bool, steps: int, seed: int) -> str:
    """Write an encoder to `path`; return the file's sha256. Raises StorageError."""
    out = io.BytesIO()
    meta = {"version": VERSION, "is_demo": is_demo, "steps": steps, "seed": seed}
    state = {name: tensor.cpu() for name, tensor in net.state_dict().items()}
    torch.save({**meta, "config": asdict(net.config), "state": state}, out)
    write_bytes(path, out.getvalue())
    return hashlib.sha256(out.getvalue()).hexdigest()


def load_own(path: Path, device: str = "cpu") -> tuple[OwnNet, str, bool]:
    """Read an encoder: the net, the file's sha256, whether demo clips taught it.

    Raises FeatureError.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise FeatureError(
            f"{path}: no encoder there; `--features own` trains one on the clips"
        ) from error
    try:
        found = torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
        version = found["version"]
        net = OwnNet(OwnConfig(**found["config"]))
        net.load_state_dict(found["state"])
    except UNREADABLE as error:
        raise FeatureError(f"{path}: no encoder in it; train one anew") from error
    if version != VERSION:
        raise FeatureError(f"{path}: version {version!r}; train it anew")
    ready = net.to(device).eval().requires_grad_(False)
    return ready, hashlib.sha256(data).hexdigest(), bool(found["is_demo"])
