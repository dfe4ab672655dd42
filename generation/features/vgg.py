"""VGG of 16 and 19 layers (Simonyan and Zisserman, 2015), up to fc6 and beyond.

Defined here under torchvision's parameter names, so that its published weights' files
load as they are; torchvision itself is not needed.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from generation.features.source import SourceInfo, require_pictures
from generation.features.weights import Weights, load_into, read_weights

WIDTHS = (64, 128, 256, 512, 512)
LAYERS_16, LAYERS_19 = (2, 2, 3, 3, 3), (2, 2, 4, 4, 4)
FC6 = 4096
CROP, SHORTER_SIDE = 224, 256
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""Of ImageNet's pictures, red, green, blue, of values from 0 to 1."""

WANTED_19 = "a VGG19 file with torchvision's names, such as vgg19-dcbb9e9d.pth"
BATCH = 16


class Vgg(nn.Module):
    """The whole net, so that whole files load; `fc6` stops after the first dense layer.

    `layers` are the convolutions of each of the five blocks.
    """

    def __init__(
        self, layers: tuple[int, ...], *, channels: int = 3, classes: int = 1000
    ) -> None:
        super().__init__()
        parts: list[nn.Module] = []
        for width, count in zip(WIDTHS, layers, strict=True):
            for _ in range(count):
                parts += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU()]
                channels = width
            parts.append(nn.MaxPool2d(2))
        self.features = nn.Sequential(*parts)
        self.classifier = nn.Sequential(
            nn.Linear(512 * 7 * 7, FC6),
            nn.ReLU(),
            nn.Dropout(),
            nn.Linear(FC6, FC6),
            nn.ReLU(),
            nn.Dropout(),
            nn.Linear(FC6, classes),
        )

    def forward(self, pictures: Tensor) -> Tensor:
        """Scores of the classes: (n, channels, 224, 224) to (n, classes)."""
        scores: Tensor = self.classifier(self._pooled(pictures))
        return scores

    def fc6(self, pictures: Tensor, *, pre_relu: bool = False) -> Tensor:
        """The first dense layer: (n, channels, 224, 224) to (n, 4096), >= 0.

        `pre_relu` leaves out the rectifier. Caffe computes it in place, so that its
        blob fc6, and with it the paper's feature, comes after it.
        """
        dense: Tensor = self.classifier[0](self._pooled(pictures))
        return dense if pre_relu else functional.relu(dense)

    def map(self, pictures: Tensor, *, pool: bool = False) -> Tensor:
        """The last convolution's map, rectified: (n, 512, 14, 14), pooled 7 x 7."""
        last = len(self.features) if pool else len(self.features) - 1
        found: Tensor = self.features[:last](pictures)
        return found

    def _pooled(self, pictures: Tensor) -> Tensor:
        pooled = functional.adaptive_avg_pool2d(self.features(pictures), 7)
        return pooled.flatten(1)  # (n, 25088)


def vgg19() -> Vgg:
    """The net of 19 layers: 143,667,240 parameters."""
    return Vgg(LAYERS_19)


def vgg16(channels: int = 3, classes: int = 1000) -> Vgg:
    """The net of 16 layers; 20 channels take a stack of ten flow fields."""
    return Vgg(LAYERS_16, channels=channels, classes=classes)


def imagenet_pictures(pictures: Tensor) -> Tensor:
    """(n, 3, height, width), uint8, as VGG was trained: (n, 3, 224, 224), float32.

    The shorter side becomes 256 (bilinear, antialiased), the middle is cut out, and
    values are standardised per channel.
    """
    scaled = centre_crop(resized(pictures.float(), SHORTER_SIDE), CROP) / 255
    mean = scaled.new_tensor(MEAN).view(3, 1, 1)
    deviation = scaled.new_tensor(DEVIATION).view(3, 1, 1)
    return (scaled - mean) / deviation


def resized(pictures: Tensor, side: int) -> Tensor:
    """(n, c, height, width) with the shorter side `side`, unchanged where it is."""
    height, width = pictures.shape[-2:]
    shorter = min(height, width)
    if shorter == side:
        return pictures
    size = (height * side // shorter, width * side // shorter)
    return functional.interpolate(
        pictures, size=size, mode="bilinear", antialias=True, align_corners=False
    )


def centre_crop(pictures: Tensor, side: int) -> Tensor:
    """The middle `side` x `side` of (n, c, height, width)."""
    height, width = pictures.shape[-2:]
    top, left = round((height - side) / 2), round((width - side) / 2)
    return pictures[..., top : top + side, left : left + side]


class Vgg19Fc6:
    """VGG19's fc6 of every frame: 4,096 features, as in the paper."""

    def __init__(
        self, weights: Path | None, *, device: str = "cpu", pre_relu: bool = False
    ) -> None:
        """Load the weights. Raises FeatureError, saying which file is needed."""
        loaded = read_weights(weights, wanted=WANTED_19)
        self._net = _ready(loaded, device)
        self._pre_relu = pre_relu
        self._device = torch.device(device)
        self._sha256 = loaded.sha256

    @property
    def info(self) -> SourceInfo:
        """What its features depend on."""
        layer = "fc6 before" if self._pre_relu else "fc6 after"
        return SourceInfo(
            name="vgg19",
            dim=FC6,
            side=SHORTER_SIDE,
            weights=self._sha256,
            preprocessing=f"imagenet rgb 256 bilinear, crop 224, {layer} relu",
        )

    def extract(
        self,
        pictures: NDArray[np.uint8],
        *,
        clip: str = "",  # noqa: ARG002 - of the protocol
    ) -> NDArray[np.float16]:
        """fc6 of pictures (m, 3, height, width), uint8: (m, 4096), float16."""
        layers = partial(self._net.fc6, pre_relu=self._pre_relu)
        return _through(layers, pictures, self._device).numpy()  # (m, 4096)


class Vgg19Map:
    """VGG19's last convolution, rectified: 512 channels at 14 x 14 places, or 7 x 7.

    `pool` takes it after pool5. It covers the middle square of the picture alone, see
    `seen_square`. A clip of ten seconds takes 31 MB, pooled 7.8 MB.
    """

    def __init__(
        self, weights: Path | None, *, device: str = "cpu", pool: bool = False
    ) -> None:
        """Load the weights. Raises FeatureError, saying which file is needed."""
        loaded = read_weights(weights, wanted=WANTED_19)
        self._net = _ready(loaded, device)
        self._pool = pool
        self._device = torch.device(device)
        self._sha256 = loaded.sha256

    @property
    def info(self) -> SourceInfo:
        """What its features depend on."""
        side = CROP // (32 if self._pool else 16)
        return SourceInfo(
            name="vgg19-map7" if self._pool else "vgg19-map",
            dim=WIDTHS[-1],
            side=SHORTER_SIDE,
            weights=self._sha256,
            preprocessing=f"imagenet rgb 256 bilinear, crop 224, conv5 {side}x{side}",
            rows=side,
            columns=side,
        )

    def extract(
        self,
        pictures: NDArray[np.uint8],
        *,
        clip: str = "",  # noqa: ARG002 - of the protocol
    ) -> NDArray[np.float16]:
        """Maps of pictures (m, 3, height, width), uint8: (m, 14, 14, 512), float16."""
        layers = partial(self._net.map, pool=self._pool)
        whole = _through(layers, pictures, self._device).permute(0, 2, 3, 1)
        return whole.contiguous().numpy()  # (m, rows, columns, 512)


def seen_square(height: int, width: int) -> tuple[int, int, int, int]:
    """What VGG sees of a picture: top, left, height and width, in its own px."""
    side = round(min(height, width) * CROP / SHORTER_SIDE)
    return round((height - side) / 2), round((width - side) / 2), side, side


def _through(
    layers: Callable[[Tensor], Tensor],
    pictures: NDArray[np.uint8],
    device: torch.device,
) -> Tensor:
    """What layers make of (m, 3, height, width), uint8: float16, on the CPU."""
    require_pictures(pictures)
    found = []
    with torch.inference_mode():
        for at in range(0, len(pictures), BATCH):
            part = torch.from_numpy(np.array(pictures[at : at + BATCH]))
            found.append(layers(imagenet_pictures(part.to(device))).half().cpu())
    return torch.cat(found)


def _ready(weights: Weights, device: str) -> Vgg:
    with torch.device("meta"):
        net = vgg19()
    load_into(net, weights, wanted=WANTED_19)
    return net.to(device).eval().requires_grad_(False)
