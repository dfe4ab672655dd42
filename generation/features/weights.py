"""Read weights from a file that the user brings: PyTorch's, safetensors, MatConvNet's.

Nothing is ever downloaded, and nothing in a file is executed.
"""

import hashlib
import json
import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from generation.features.matconvnet import is_matlab, read_matconvnet
from generation.features.source import FeatureError

WITHOUT = "without it, `--features own` trains an encoder on your own clips and "
WITHOUT += "`--features stub` gives features to try the program with"

UNREADABLE = (
    OSError,
    RuntimeError,
    ValueError,
    EOFError,
    LookupError,
    TypeError,
    AttributeError,
    pickle.UnpicklingError,
)
"""What PyTorch raises of a file that is not one of its own."""

_HEADER_LIMIT = 64 * 2**20
_TYPES = {"F64": np.float64, "F32": np.float32, "F16": np.float16}


@dataclass(frozen=True, slots=True)
class Weights:
    """The tensors of a file by name, and the sha256 of its bytes."""

    tensors: Mapping[str, Tensor]
    sha256: str
    path: Path


def read_weights(
    path: Path | None, *, wanted: str, layers: Mapping[str, int] | None = None
) -> Weights:
    """Read the weights' file at `path`, .pth, .pt, .safetensors or .mat, onto the CPU.

    `wanted` says what file would do, for the message. `layers`: what the net's layers
    with weights are called, with the dimensions of those, for MatConvNet's files, which
    name them otherwise; without them these are refused. Raises FeatureError when there
    is none or it holds no tensors.
    """
    if path is None:
        raise FeatureError(f"no weights given: this needs {wanted}; {WITHOUT}")
    if not path.is_file():
        raise FeatureError(f"{path}: no such file; this needs {wanted}; {WITHOUT}")
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if is_matlab(path):
        if layers is None:
            raise FeatureError(f"{path}: MATLAB's; this needs {wanted}")
        return Weights(read_matconvnet(path, layers), digest, path)
    read = _safetensors if path.suffix == ".safetensors" else _pickled
    return Weights(read(path), digest, path)


def layers_of(net: nn.Module) -> dict[str, int]:
    """A net's layers with weights, first to last, with the dimensions of those."""
    return {
        name.removesuffix(".weight"): tensor.ndim
        for name, tensor in net.state_dict().items()
        if name.endswith(".weight")
    }


def load_into(net: nn.Module, weights: Weights, *, wanted: str) -> None:
    """Put weights into a net whose parameters have the same names and shapes.

    Raises FeatureError naming the first that is missing, unknown or of another shape.
    """
    own = net.state_dict()
    unlike = [
        *(f"{name} is missing" for name in own if name not in weights.tensors),
        *(f"{name} is unknown" for name in weights.tensors if name not in own),
        *(
            f"{name} is {tuple(tensor.shape)}, not {tuple(own[name].shape)}"
            for name, tensor in weights.tensors.items()
            if name in own and tensor.shape != own[name].shape
        ),
    ]
    if unlike:
        raise FeatureError(f"{weights.path.name}: {unlike[0]}; this needs {wanted}")
    net.load_state_dict(dict(weights.tensors), assign=True)
    net.float()


def _pickled(path: Path) -> dict[str, Tensor]:
    try:
        found = torch.load(path, map_location="cpu", weights_only=True)
    except UNREADABLE as e:
        told = str(e).splitlines()[0] if str(e) else type(e).__name__
        raise FeatureError(f"{path}: no weights in it ({told})") from e
    if isinstance(found, dict) and isinstance(found.get("state_dict"), dict):
        found = found["state_dict"]
    if not isinstance(found, dict) or not found:
        raise FeatureError(f"{path}: no weights by name in it; save a state_dict")
    tensors = {
        str(name).removeprefix("module."): tensor
        for name, tensor in found.items()
        if isinstance(tensor, Tensor)
    }
    if not tensors:
        raise FeatureError(f"{path}: no tensors in it; save a state_dict")
    return tensors


def _safetensors(path: Path) -> dict[str, Tensor]:
    """Eight bytes of length, a JSON header of that length, then the tensors' bytes."""
    size = path.stat().st_size
    try:
        with path.open("rb") as file:
            length = _sane(int.from_bytes(file.read(8), "little"), size)
            header = json.loads(file.read(length))
        body = np.memmap(path, dtype=np.uint8, mode="r", offset=8 + length)
        return {
            name: _tensor(body, entry)
            for name, entry in header.items()
            if name != "__metadata__"
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FeatureError(f"{path}: not safetensors ({error})") from error


def _sane(length: int, size: int) -> int:
    if not 2 <= length <= min(_HEADER_LIMIT, size):
        raise ValueError(f"a header of {length} bytes")
    return length


def _tensor(body: np.ndarray[tuple[int], np.dtype[np.uint8]], entry: object) -> Tensor:
    if not isinstance(entry, dict):
        raise TypeError("an entry is no object")
    kind, shape = entry["dtype"], entry["shape"]
    first, end = entry["data_offsets"]
    raw = np.array(body[first:end])
    if kind == "BF16":
        return torch.from_numpy(raw).view(torch.bfloat16).reshape(shape)
    if kind not in _TYPES:
        raise ValueError(f"type {kind}")
    return torch.from_numpy(raw.view(_TYPES[kind]).reshape(shape))
