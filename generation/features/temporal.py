"""The temporal ConvNet: fc6 of a stack of ten flow fields (Simonyan, Zisserman, 2014).

CNN-M-2048 with twenty input channels and without its second normalisation, or VGG-16
with twenty input channels; both have 4,096 features at fc6. Weights come from a file.
"""

from pathlib import Path
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from generation.features.flow import FlowFields
from generation.features.source import FeatureError, SourceInfo, require_pictures
from generation.features.stacks import (
    CHANNELS,
    eight_bit,
    motion,
    stack_index,
    without_camera,
)
from generation.features.vgg import (
    CROP,
    FC6,
    SHORTER_SIDE,
    Vgg,
    centre_crop,
    resized,
    vgg16,
)
from generation.features.weights import layers_of, load_into, read_weights

TemporalNet = Literal["cnn-m-2048", "vgg16"]
UCF101 = 101
WANTED = {
    "cnn-m-2048": "a state_dict of CNN-M-2048 for flow (conv1..conv5, fc6, fc7, fc8), "
    "or MatConvNet's file of it",
    "vgg16": "a state_dict of VGG-16 with 20 input channels and torchvision's names, "
    "or MatConvNet's file of it",
}
BATCH = 16


class CnnM2048(nn.Module):
    """CNN-M-2048: maps of 224, 109, 54, 26, 13, 13, 13, 13 and 6 px; 90.7 M parameters.

    The first pooling after the second convolution counts the last, partial window, as
    MatConvNet does.
    """

    def __init__(self, *, channels: int = CHANNELS, classes: int = UCF101) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, 96, 7, stride=2)
        self.conv2 = nn.Conv2d(96, 256, 5, stride=2, padding=1)
        self.conv3 = nn.Conv2d(256, 512, 3, padding=1)
        self.conv4 = nn.Conv2d(512, 512, 3, padding=1)
        self.conv5 = nn.Conv2d(512, 512, 3, padding=1)
        self.fc6 = nn.Linear(512 * 6 * 6, FC6)
        self.fc7 = nn.Linear(FC6, 2048)
        self.fc8 = nn.Linear(2048, classes)
        self.normal = nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2.0)

    def maps(self, stacks: Tensor) -> list[Tensor]:
        """Every map of (n, 20, 224, 224), first to last; the last is (n, 512, 6, 6)."""
        first = self.normal(functional.relu(self.conv1(stacks)))
        found = [first, _pool(first)]
        found.append(functional.relu(self.conv2(found[-1])))
        found.append(_pool(found[-1]))
        for layer in (self.conv3, self.conv4, self.conv5):
            found.append(functional.relu(layer(found[-1])))
        return [*found, _pool(found[-1])]

    def first_dense(self, stacks: Tensor, *, pre_relu: bool = False) -> Tensor:
        """fc6: (n, 20, 224, 224) to (n, 4096), rectified unless `pre_relu`."""
        dense: Tensor = self.fc6(self.maps(stacks)[-1].flatten(1))
        return dense if pre_relu else functional.relu(dense)

    def forward(self, stacks: Tensor) -> Tensor:
        """Scores of the classes: (n, 20, 224, 224) to (n, classes)."""
        hidden = functional.relu(self.fc7(self.first_dense(stacks)))
        scores: Tensor = self.fc8(hidden)
        return scores


def flow_layer(rgb: Tensor, channels: int = CHANNELS) -> Tensor:
    """First-layer weights for flow out of those for colour, (out, 3, h, w).

    The mean over red, green and blue, repeated for each channel: (out, channels, h, w).
    """
    if rgb.ndim != 4 or rgb.shape[1] != 3:
        raise FeatureError(f"weights {tuple(rgb.shape)}: give (out, 3, h, w)")
    return rgb.mean(dim=1, keepdim=True).repeat(1, channels, 1, 1)


class TemporalFc6:
    """fc6 of the temporal ConvNet at every frame: 4,096 features of motion.

    `from_rgb` starts from a net of pictures, whose first layer is transferred: an
    untrained stand-in that is named as such.
    """

    def __init__(
        self,
        weights: Path | None,
        flow: FlowFields,
        *,
        net: TemporalNet = "cnn-m-2048",
        device: str = "cpu",
        from_rgb: bool = False,
    ) -> None:
        """Load the weights. Raises FeatureError, saying which file is needed."""
        if net not in WANTED:
            raise FeatureError(f"temporal net {net!r}: known are {', '.join(WANTED)}")
        layers = layers_of(_empty(net))
        loaded = read_weights(weights, wanted=WANTED[net], layers=layers)
        tensors = dict(loaded.tensors)
        first = "conv1.weight" if net == "cnn-m-2048" else "features.0.weight"
        last = "fc8.weight" if net == "cnn-m-2048" else "classifier.6.weight"
        if from_rgb and first in tensors:
            tensors[first] = flow_layer(tensors[first])
        classes = len(tensors[last]) if last in tensors else UCF101
        made = _empty(net, classes)
        load_into(
            made, type(loaded)(tensors, loaded.sha256, loaded.path), wanted=WANTED[net]
        )
        self._net = made.to(device).eval().requires_grad_(False)
        self._name = f"{net}-rgb" if from_rgb else net
        self._flow, self._sha256 = flow, loaded.sha256
        self._device = torch.device(device)

    @property
    def info(self) -> SourceInfo:
        """What its features depend on."""
        return SourceInfo(
            name=f"flow-{self._name}",
            dim=FC6,
            side=SHORTER_SIDE,
            weights=self._sha256,
            preprocessing=(
                f"flow {self._flow.description}, 8 bit +-20 px, less the mean vector, "
                "-5..+4 u v in turn, crop 224, fc6 after relu"
            ),
        )

    def extract(
        self, pictures: NDArray[np.uint8], *, clip: str = ""
    ) -> NDArray[np.float16]:
        """fc6 of pictures (m, 3, height, width), uint8: (m, 4096), float16."""
        require_pictures(pictures)
        frames = len(pictures)
        whole = self._flow.fields(pictures, clip)
        fields = without_camera(motion(eight_bit(whole)))
        cut = centre_crop(resized(torch.from_numpy(fields), SHORTER_SIDE), CROP)
        chosen = torch.from_numpy(stack_index(frames))
        found = []
        with torch.inference_mode():
            for at in range(0, frames, BATCH):
                part = cut[chosen[at : at + BATCH]].to(self._device)
                stacks = part.flatten(1, 2)  # (n, 20, 224, 224)
                found.append(self._dense(stacks).half().cpu())
        return torch.cat(found).numpy()  # (m, 4096)

    def _dense(self, stacks: Tensor) -> Tensor:
        if isinstance(self._net, CnnM2048):
            return self._net.first_dense(stacks)
        return self._net.fc6(stacks)


def _empty(net: TemporalNet, classes: int = UCF101) -> CnnM2048 | Vgg:
    """A net without numbers: names and shapes."""
    with torch.device("meta"):
        if net == "cnn-m-2048":
            return CnnM2048(classes=classes)
        return vgg16(CHANNELS, classes)


def _pool(maps: Tensor) -> Tensor:
    return functional.max_pool2d(maps, 3, stride=2, ceil_mode=True)
