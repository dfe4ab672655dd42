"""Nets saved by MatConvNet, as the published temporal ConvNets with a fc6 are.

A file has layers in a row (`layers`, each with its `weights`) or a graph (`params`,
each with its `value`); either way kernels lie height first and outputs last, and a
dense layer is a convolution of its input's size.
"""

import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from scipy.io import loadmat
from scipy.io.matlab import MatReadError
from torch import Tensor

from generation.features.source import FeatureError

_MARK, _MARK_HDF5 = b"MATLAB ", b"MATLAB 7.3 "
_UNREADABLE = (
    *(OSError, RuntimeError, ValueError, LookupError, TypeError, AttributeError),
    *(MatReadError, zlib.error),
)


def is_matlab(path: Path) -> bool:
    """Whether MATLAB wrote a file, told from its first bytes."""
    with path.open("rb") as file:
        return file.read(len(_MARK)) == _MARK


def read_matconvnet(path: Path, layers: Mapping[str, int]) -> dict[str, Tensor]:
    """Read a net's weights and biases under the names of a net built alike, float32.

    `layers`: that net's names, first to last, with the dimensions of their weights: 4
    of a convolution, 2 of a dense layer. Shapes are not looked at. Raises FeatureError
    for another number of layers, or where there is no net.
    """
    found = _pairs(_net(path), path)
    if len(found) != len(layers):
        raise FeatureError(
            f"{path}: {len(found)} layers with weights, not {len(layers)} "
            f"({', '.join(layers)})"
        )
    tensors: dict[str, Tensor] = {}
    for (name, dimensions), (kernel, bias) in zip(layers.items(), found, strict=True):
        where = f"{path}: layer {name}"
        wide = _numbers(kernel, where)
        if wide.ndim == 2:  # 1 x 1: read without what is 1
            wide = wide[None, None]
        if wide.ndim != 4:
            raise FeatureError(
                f"{where}: a kernel of shape {tuple(wide.shape)}, not of height, "
                "width, inputs and outputs"
            )
        turn = dense_from_matconvnet if dimensions == 2 else _convolution
        tensors[f"{name}.weight"] = turn(wide)
        tensors[f"{name}.bias"] = _numbers(bias, where).flatten()
    return tensors


def _numbers(found: Any, where: str) -> Tensor:
    array = np.asarray(found)
    if array.dtype.kind not in "fiu":
        raise FeatureError(f"{where}: what stands for its weights is no real number")
    return torch.from_numpy(array.astype(np.float32))


def dense_from_matconvnet(kernel: Tensor) -> Tensor:
    """MatConvNet's dense layer, (h, w, c, out), as ours: (out, c h w)."""
    return kernel.permute(3, 2, 0, 1).flatten(1).contiguous()


def _convolution(kernel: Tensor) -> Tensor:
    """MatConvNet's convolution, (h, w, in, out), as ours: (out, in, h, w)."""
    return kernel.permute(3, 2, 0, 1).contiguous()


def _net(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        if file.read(len(_MARK_HDF5)) == _MARK_HDF5:
            raise FeatureError(
                f"{path}: saved with -v7.3, which cannot be read; load it in MATLAB "
                "and save it with -v7"
            )
    try:
        found = loadmat(path, simplify_cells=True)
    except _UNREADABLE as error:
        raise FeatureError(f"{path}: not to be read as MATLAB's ({error})") from error
    net = found.get("net", found)
    if not isinstance(net, dict) or not {"params", "layers"} & net.keys():
        raise FeatureError(f"{path}: no net of MatConvNet in it")
    return net


def _pairs(net: Mapping[str, Any], path: Path) -> list[tuple[Any, Any]]:
    """Kernel and bias of each layer that has them, first to last."""
    try:
        if "params" in net:
            values = [param["value"] for param in _listed(net["params"])]
            return list(zip(values[::2], values[1::2], strict=True))
        weighted = [_weights(layer) for layer in _listed(net["layers"])]
        return [(weights[0], weights[1]) for weights in weighted if len(weights)]
    except (LookupError, TypeError, ValueError) as error:
        raise FeatureError(
            f"{path}: its layers are not weights and biases in turn"
        ) from error


def _weights(layer: Mapping[str, Any]) -> Sequence[Any]:
    # files from before 2015 have the second form
    if "filters" in layer:
        return [layer["filters"], layer["biases"]]
    found: Sequence[Any] = layer.get("weights", [])
    return found


def _listed(found: Any) -> Sequence[Any]:
    """Several as they are, one as a list."""
    return [found] if isinstance(found, dict) else found
