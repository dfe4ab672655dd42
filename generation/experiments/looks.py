"""Where a net with attention looked: its maps over a clip's key frames.

The paper tried attention, found that the maps made no sense, and shows none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from math import log

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from generation.checkpoint import Checkpoint
from generation.dataset import ClipSet
from generation.experiments.rows import ExperimentError
from generation.experiments.tables import columns
from generation.experiments.waveforms import DEMO_LABEL
from generation.fast import Draws, choose_engine, fold
from generation.features import seen_region
from generation.geometry import frame_time
from generation.nets import SampleRNN

_WIDE, _GAP, _LINE, _SIZE = 176, 8, 20, 13  # px
_INK, _QUIET, _PAPER = "#1a1a1a", "#6b6b6b", "#ffffff"
_RAMP = ("#000004", "#57106e", "#bc3754", "#f98e09", "#fcffa4")
_DIM = 0.35
"""How much of the picture in grey shows through the colours."""


@dataclass(frozen=True, slots=True, eq=False)
class Looks:
    """Where a net looked in a clip of m frames.

    shares: (m, rows, columns), float32, 1 over each frame; pictures: (m, 3, height,
    width), uint8; region: what the map covers of them: top, left, height and width.
    `heard` says which sound the net heard meanwhile.
    """

    clip: str
    category: str
    shares: NDArray[np.float32]
    pictures: NDArray[np.uint8]
    region: tuple[int, int, int, int]
    heard: str
    is_demo: bool

    @property
    def places(self) -> int:
        """How many places a frame has."""
        return int(np.prod(self.shares.shape[1:]))

    @property
    def evenness(self) -> float:
        """Mean entropy of the shares, over that of even ones: 1 looks nowhere."""
        logs = np.log(np.maximum(self.shares, 1e-30))
        entropy = -(self.shares * logs).sum(axis=(1, 2))
        return float(entropy.mean() / log(self.places)) if self.places > 1 else 1.0

    @property
    def peak(self) -> float:
        """Mean over frames of the largest share, in even shares: 1 to `places`."""
        return float(self.shares.max(axis=(1, 2)).mean() * self.places)

    @property
    def moved(self) -> float:
        """Mean share that lies elsewhere in the next frame, 0 to 1."""
        if len(self.shares) < 2:
            return 0.0
        steps = np.abs(np.diff(self.shares, axis=0)).sum(axis=(1, 2)) / 2
        return float(steps.mean())


@torch.no_grad()
def looks_of(
    checkpoint: Checkpoint,
    clips: ClipSet,
    name: str,
    *,
    generates: bool = False,
    seed: int = 0,
    device: str = "cpu",
) -> Looks:
    """Say where a net looks in a clip while its own sound is read to it.

    `clips` have the checkpoint's features. With `generates` it is the sound that the
    net makes itself, as `sample` does with this seed in float32. Raises
    ExperimentError for a net without attention.
    """
    if not checkpoint.config.attention:
        raise ExperimentError(
            "the net has no attention, so it has no maps: train one with "
            "`train --method frame --attention`"
        )
    net = checkpoint.net(device)
    batch = clips.native_batch([name])
    maps = checkpoint.scale(batch.features).to(device)  # (1, m, rows, columns, C)
    tokens = batch.tokens.to(device)  # (1, fs3 + 1024 m)
    if generates:
        engine = choose_engine(device, dim=net.config.dim)
        draws = Draws(seed, [name], net.config.method)
        made = engine.generate(fold(net).to(device), maps, uniforms=draws)
        tokens = torch.cat([net.prompt(1), made.to(device).long()], dim=1)
    facts = clips.clip(name).facts
    pictures = np.asarray(clips.pictures(name))
    return Looks(
        clip=name,
        category=facts.category,
        shares=_shares(net, tokens, maps),
        pictures=pictures,
        region=seen_region(checkpoint.features.name, *pictures.shape[2:]),
        heard=f"its own sound, seed {seed}" if generates else "the clip's sound",
        is_demo=facts.is_demo or checkpoint.is_provisional,
    )


def looks_picture(looks: Looks, *, frames: int = 6) -> bytes:
    """Draw key frames, and below each where the net looked, as PNG.

    `frames` are spread evenly over the clip. Colours have one scale over the clip:
    the brightest is the largest share shown, black none. Raises ExperimentError for
    no frame.
    """
    if frames < 1:
        raise ExperimentError(f"{frames} key frames: give 1 or more")
    count = len(looks.shares)
    shown = (np.arange(frames) + 0.5) * count / frames
    chosen = sorted(set(shown.astype(int).tolist()))
    top = float(looks.shares[chosen].max())
    height, width = looks.pictures.shape[2:]
    tall = round(_WIDE * height / width)
    lines = [f"{looks.category}: {looks.clip}"]
    lines += [DEMO_LABEL] if looks.is_demo else []
    even = f"{top * looks.places:.2f} times an even share of {looks.places} places"
    note = f"Where the net looked, hearing {looks.heard}. Brightest: {even}; black: 0."
    above = _GAP + _LINE * len(lines)
    size = (
        _GAP + len(chosen) * (_WIDE + _GAP),
        above + 2 * (tall + _GAP) + 2 * _LINE + _GAP,
    )
    page = Image.new("RGB", size, _PAPER)
    draw = ImageDraw.Draw(page)
    font = ImageFont.load_default(size=_SIZE)
    for number, line in enumerate(lines):
        draw.text((_GAP, _GAP + number * _LINE), line, fill=_INK, font=font)
    for column, frame in enumerate(chosen):
        left = _GAP + column * (_WIDE + _GAP)
        picture = Image.fromarray(looks.pictures[frame].transpose(1, 2, 0))
        for row, image in enumerate((picture, _coloured(looks, frame, top))):
            scaled = image.resize((_WIDE, tall), Image.Resampling.BICUBIC)
            page.paste(scaled, (left, above + row * (tall + _GAP)))
        told = f"{float(frame_time(frame)):.2f} s"
        draw.text((left, size[1] - 2 * _LINE - _GAP), told, fill=_QUIET, font=font)
    draw.text((_GAP, size[1] - _LINE - _GAP // 2), note, fill=_QUIET, font=font)
    target = BytesIO()
    page.save(target, format="PNG")
    return target.getvalue()


def looks_as_text(found: Sequence[Looks]) -> str:
    """A line a clip: how even the shares are, how large the largest, how they move."""
    head = ("category", "clip", "frames", "places", "evenness", "peak", "moved")
    rows = [
        (
            one.category,
            one.clip,
            str(len(one.shares)),
            str(one.places),
            f"{one.evenness:.3f}",
            f"{one.peak:.2f}",
            f"{one.moved:.3f}",
        )
        for one in found
    ]
    note = (
        "evenness: entropy of the shares, 1 where all places have the same. peak: the "
        "largest share\nof a frame, in even shares. moved: the share that lies "
        "elsewhere a frame later."
    )
    return f"{columns([head, *rows])}\n\n{note}\n"


def _shares(
    net: SampleRNN, tokens: torch.Tensor, maps: torch.Tensor
) -> NDArray[np.float32]:
    """The maps of one clip, (m, rows, columns): the coarse tier alone has to run."""
    shown = net.checked_features(tokens.shape[1] - net.config.fs3, maps)
    state = net.begin(maps)
    _, _, shares = net.coarse(net.read_coarse(tokens), state.coarse, shown)
    found: NDArray[np.float32] = shares[0].float().cpu().numpy()
    return found


def _coloured(looks: Looks, frame: int, largest: float) -> Image.Image:
    """A frame in dim grey, the places of its map in colours of their shares."""
    picture = looks.pictures[frame].astype(np.float64)  # (3, height, width)
    grey = np.repeat(picture.mean(axis=0)[..., None], 3, axis=2)  # (height, width, 3)
    page = _DIM * grey
    top, left, height, width = looks.region
    rows, across = looks.shares.shape[1:]
    row = np.arange(height) * rows // height  # (height,)
    column = np.arange(width) * across // width  # (width,)
    share = looks.shares[frame][row[:, None], column] / largest  # (height, width)
    stops = np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in _RAMP])
    at = np.linspace(0, 1, len(stops))
    colour = np.stack([np.interp(share, at, stops[:, c]) for c in range(3)], axis=2)
    inside = np.s_[top : top + height, left : left + width]
    page[inside] += (1 - _DIM) * colour
    return Image.fromarray(page.round().clip(0, 255).astype(np.uint8))
