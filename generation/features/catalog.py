"""Open a feature source by name."""

from dataclasses import dataclass
from pathlib import Path

from generation.features.own import OwnEncoder, OwnMaps
from generation.features.source import FeatureError, FeatureSource, Joined
from generation.features.stub import StubFeatures, StubMaps
from generation.features.weights import WITHOUT

VECTORS = ("vgg19", "flow", "vgg19+flow", "own", "own-still", "stub")
MAPS = ("vgg19-map", "vgg19-map7", "own-map", "own-still-map", "stub-map")
SOURCES = (*VECTORS, *MAPS)


@dataclass(frozen=True, slots=True)
class SourceOptions:
    """What a source may need; unset for those that do not.

    `weights` are VGG19's, or the encoder's file of `own`; `flow_weights` the temporal
    net's, of kind `flow_net`. `flow` is dis, farneback or a folder of files computed
    from pictures at `flow_fps`. `from_rgb` transfers a net of pictures to flow.
    """

    weights: Path | None = None
    flow_weights: Path | None = None
    flow_net: str = "cnn-m-2048"
    flow: str = "dis"
    flow_fps: float = 15.6
    from_rgb: bool = False
    pre_relu: bool = False
    device: str = "cpu"
    dim: int = 64
    seed: int = 0


def open_source(name: str, options: SourceOptions | None = None) -> FeatureSource:
    """Open a source of `SOURCES`; `vgg19+flow` has both side by side: 8,192 features.

    Those of `own` read an encoder trained before. Names with `map` are of maps, for
    attention. Raises FeatureError, saying which file is needed, or what else can be
    had.
    """
    given = options or SourceOptions()
    if name not in SOURCES:
        raise FeatureError(f"features {name!r}: known are {', '.join(SOURCES)}")
    if name == "stub":
        return StubFeatures(given.dim, seed=given.seed)
    if name == "stub-map":
        return StubMaps(seed=given.seed)
    if name.startswith("own"):
        return _own(name, given)
    if name in MAPS:
        return _vgg_map(name, given)
    parts = {"vgg19": _vgg, "flow": _flow}
    opened = tuple(parts[part](given) for part in name.split("+"))
    return opened[0] if len(opened) == 1 else Joined(opened)


def encoder_of(name: str) -> str:
    """The encoder whose map a source has; of a source of vectors, its own name."""
    return name.removesuffix("7").removesuffix("-map")


def tells_motion(name: str) -> bool | None:
    """Whether a source sees how things move; None for a stub, or one not known here."""
    encoder = encoder_of(name)
    if encoder in ("vgg19", "own-still"):
        return False
    is_moving = "+" in encoder or encoder == "own" or encoder.startswith("flow")
    return True if is_moving else None


def seen_region(name: str, height: int, width: int) -> tuple[int, int, int, int]:
    """What a source's map covers of a picture: top, left, height and width, in px."""
    if encoder_of(name) != "vgg19":
        return 0, 0, height, width
    from generation.features.vgg import seen_square

    return seen_square(height, width)


def _own(name: str, given: SourceOptions) -> FeatureSource:
    if given.weights is None:
        raise FeatureError(f"features {name}: train an encoder first and name its file")
    kind = OwnMaps if name in MAPS else OwnEncoder
    source = kind(given.weights, device=given.device)
    if source.info.name != name:
        found = encoder_of(source.info.name)
        raise FeatureError(f"{given.weights}: an encoder of kind {found}")
    return source


def _vgg_map(name: str, given: SourceOptions) -> FeatureSource:
    from generation.features.vgg import Vgg19Map

    pool = name == "vgg19-map7"
    return Vgg19Map(given.weights, device=given.device, pool=pool)


def _vgg(given: SourceOptions) -> FeatureSource:
    from generation.features.vgg import Vgg19Fc6

    return Vgg19Fc6(given.weights, device=given.device, pre_relu=given.pre_relu)


def _flow(given: SourceOptions) -> FeatureSource:
    # OpenCV is asked for by this source alone.
    try:
        from generation.features.flow import ComputedFlow, FlowFields, FlowFiles
        from generation.features.temporal import TemporalFc6
    except ImportError as error:
        raise FeatureError(
            f"features flow: {error.name} is not installed; install "
            f"opencv-python-headless; {WITHOUT}"
        ) from error
    fields: FlowFields = (
        ComputedFlow("dis" if given.flow == "dis" else "farneback")
        if given.flow in ("dis", "farneback")
        else FlowFiles(Path(given.flow), fps=given.flow_fps)
    )
    if given.flow_net not in ("cnn-m-2048", "vgg16"):
        raise FeatureError(f"temporal net {given.flow_net!r}: cnn-m-2048 or vgg16")
    return TemporalFc6(
        given.flow_weights,
        fields,
        net="vgg16" if given.flow_net == "vgg16" else "cnn-m-2048",
        device=given.device,
        from_rgb=given.from_rgb,
    )
