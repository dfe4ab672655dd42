"""The feature source that a checkpoint learned from, opened again from its weights."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import product
from pathlib import Path

from generation.checkpoint import FeatureFacts, file_sha256
from generation.features.flow import ComputedFlow
from generation.features.own import OwnEncoder, OwnMaps
from generation.features.source import FeatureError, FeatureSource, Joined
from generation.features.stub import StubFeatures, StubMaps
from generation.features.temporal import WANTED, TemporalFc6
from generation.features.vgg import WANTED_19, Vgg19Fc6, Vgg19Map
from generation.sample.record import SampleError

SUFFIXES = (".pt", ".pth", ".safetensors", ".mat", ".encoder")
_OWN = "the encoder that `--features own` trained on the clips"

_Opener = Callable[[Path, str], Iterator[FeatureSource]]


def open_source(
    facts: FeatureFacts, weights: Sequence[Path], *, device: str = "cpu"
) -> FeatureSource:
    """Open the source of these features; files of `weights` are tried by content.

    weights: files, and folders of files. Raises SampleError naming what is missing.
    """
    files = [path for place in weights for path in _files(place)]
    parts = facts.name.split("+")
    if len(parts) == 1 and facts.weights and not parts[0].startswith("stub"):
        # of the weights' own file the hash is known
        files = [path for path in files if file_sha256(path) == facts.weights]
    tried = [list(_opened(name, facts, files, device)) for name in parts]
    for chosen in product(*tried):
        source = chosen[0] if len(chosen) == 1 else Joined(chosen)
        if source.info.identity == facts.identity:
            return source
    raise SampleError(_missing(facts, parts, weights))


def _files(place: Path) -> Iterable[Path]:
    if not place.is_dir():
        return [place] if place.is_file() else []
    return sorted(p for p in place.iterdir() if p.suffix in SUFFIXES)


def _opened(
    name: str, facts: FeatureFacts, files: Sequence[Path], device: str
) -> Iterator[FeatureSource]:
    if name == "stub":
        yield StubFeatures(facts.dim)
        return
    if name == "stub-map":
        yield StubMaps(facts.dim)
        return
    opener = _OPENERS.get(name)
    if opener is None:
        raise SampleError(
            f"features {name}: this program cannot extract them; extract them where "
            "the net was trained, and name the prepared folder as --data"
        )
    for path in files:
        try:
            yield from opener(path, device)
        except FeatureError:
            continue  # weights of another network


def _own(path: Path, device: str) -> Iterator[FeatureSource]:
    yield OwnEncoder(path, device=device)


def _own_map(path: Path, device: str) -> Iterator[FeatureSource]:
    yield OwnMaps(path, device=device)


def _vgg(path: Path, device: str) -> Iterator[FeatureSource]:
    for pre_relu in (False, True):
        yield Vgg19Fc6(path, device=device, pre_relu=pre_relu)


def _vgg_map(path: Path, device: str) -> Iterator[FeatureSource]:
    for pool in (False, True):
        yield Vgg19Map(path, device=device, pool=pool)


def _cnn_m(path: Path, device: str) -> Iterator[FeatureSource]:
    for method in ("dis", "farneback"):
        yield TemporalFc6(path, ComputedFlow(method), device=device)


def _vgg_flow(path: Path, device: str) -> Iterator[FeatureSource]:
    for method in ("dis", "farneback"):
        yield TemporalFc6(path, ComputedFlow(method), net="vgg16", device=device)


_OPENERS: dict[str, _Opener] = {
    "own": _own,
    "own-still": _own,
    "own-map": _own_map,
    "own-still-map": _own_map,
    "vgg19": _vgg,
    "vgg19-map": _vgg_map,
    "vgg19-map7": _vgg_map,
    "flow-cnn-m-2048": _cnn_m,
    "flow-vgg16": _vgg_flow,
}
_WANTED = {
    "own": _OWN,
    "own-still": _OWN,
    "own-map": _OWN,
    "own-still-map": _OWN,
    "vgg19": WANTED_19,
    "vgg19-map": WANTED_19,
    "vgg19-map7": WANTED_19,
    "flow-cnn-m-2048": WANTED["cnn-m-2048"],
    "flow-vgg16": WANTED["vgg16"],
}


def _missing(facts: FeatureFacts, parts: Sequence[str], weights: Sequence[Path]) -> str:
    wanted = " and ".join(_WANTED.get(name, name) for name in parts)
    places = ", ".join(str(place) for place in weights) or "nowhere"
    known = f" (sha256 {facts.weights})" if len(parts) == 1 and facts.weights else ""
    return (
        f"features {facts.identity} are not extracted for these clips, and their "
        f"weights{known} are not among {places}: this needs {wanted}; name the file "
        "with --weights"
    )
