"""Flow is measured, read and stacked in the order its nets were trained with."""

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from generation.features import FeatureError
from generation.features.flow import ComputedFlow, FlowFiles, FlowMethod
from generation.features.stacks import (
    eight_bit,
    motion,
    stack_index,
    stacked,
    without_camera,
)
from generation.features.temporal import (
    CnnM2048,
    TemporalFc6,
    flow_layer,
)


def moving(step: int, frames: int = 3) -> NDArray[np.uint8]:
    """Pictures (m, 3, 96, 128) of a soft texture that moves right by `step` px."""
    rng = np.random.default_rng(0)
    coarse = rng.integers(0, 256, (16, 24), dtype=np.uint8)
    wide = Image.fromarray(coarse).resize((192, 96), Image.Resampling.BICUBIC)
    texture = np.asarray(wide)
    shown = [texture[:, 32 - step * i : 160 - step * i] for i in range(frames)]
    return np.repeat(np.stack(shown)[:, None], 3, axis=1)


@pytest.mark.parametrize("method", ["dis", "farneback"])
def test_a_texture_moving_right_has_that_much_u_and_no_v(method: FlowMethod) -> None:
    fields = ComputedFlow(method).fields(moving(2), "")
    assert fields.shape == (2, 2, 96, 128)
    inner = fields[:, :, 16:-16, 16:-16]
    assert np.median(inner[:, 0]) == pytest.approx(2, abs=0.1)
    assert np.median(np.abs(inner[:, 1])) < 0.1


def test_a_single_frame_does_not_move() -> None:
    assert not ComputedFlow().fields(moving(2, frames=1), "").any()


@given(st.integers(1, 156))
def test_every_frame_has_ten_fields_of_the_clip(frames: int) -> None:
    index = stack_index(frames)
    assert index.shape == (frames, 10)
    assert index.min() >= 0
    assert index.max() <= max(frames - 2, 0)
    assert (np.diff(index, axis=1) >= 0).all()


def test_channels_alternate_u_and_v_from_five_before_to_four_after() -> None:
    # twostreamfusion: fields -5..+4, interleaved (spec 1.5)
    fields = np.zeros((29, 2, 1, 1), dtype=np.float32)
    fields[:, 0, 0, 0] = np.arange(29)
    fields[:, 1, 0, 0] = 100 + np.arange(29)
    stack = stacked(fields, 30)[12].reshape(-1)
    assert stack[::2].tolist() == list(range(7, 17))
    assert stack[1::2].tolist() == [100 + j for j in range(7, 17)]


def test_at_the_ends_the_last_field_is_repeated() -> None:
    fields = np.arange(6, dtype=np.float32).reshape(3, 2, 1, 1)
    stack = stacked(fields, 4)
    assert stack.shape == (4, 20, 1, 1)
    assert stack[0, :10:2].ravel().tolist() == [0, 0, 0, 0, 0]
    assert stack[3, 10::2].ravel().tolist() == [4, 4, 4, 4, 4]


def test_eight_bits_hold_twenty_px_either_way() -> None:
    fields = np.array([-50, -20, 0, 10, 20, 50], dtype=np.float32)
    coded = eight_bit(fields)
    assert coded.tolist() == [0, 0, 128, 191, 255, 255]
    assert np.allclose(motion(coded) * 20 / 127.5, fields.clip(-20, 20), atol=0.1)


def test_a_panning_camera_is_taken_off() -> None:
    fields = np.full((2, 2, 4, 4), 3, dtype=np.float32)
    assert not without_camera(fields).any()


def test_cnn_m_2048_has_the_papers_sizes_and_parameters() -> None:
    # spec 1.5: 224-109-54-26-13-13-13-13-6; 90.7 M, of which fc6 75.5 M
    with torch.device("meta"):
        net = CnnM2048()
    state = {n: torch.zeros(1).expand(t.shape) for n, t in net.state_dict().items()}
    net.load_state_dict(state, assign=True)
    stacks = torch.zeros(1, 20, 224, 224)
    assert [m.shape[-1] for m in net.maps(stacks)] == [109, 54, 26, 13, 13, 13, 13, 6]
    assert sum(p.numel() for p in net.parameters()) == 90_707_781
    assert net.fc6.weight.numel() + 4096 == 75_501_568
    assert net(stacks).shape == (1, 101)


def test_a_colour_layer_is_averaged_and_repeated() -> None:
    rgb = torch.rand(4, 3, 7, 7)
    layer = flow_layer(rgb)
    assert layer.shape == (4, 20, 7, 7)
    assert torch.allclose(layer[:, 13], rgb.mean(dim=1))
    with pytest.raises(FeatureError, match=r"give \(out, 3, h, w\)"):
        flow_layer(torch.zeros(4, 2, 7, 7))


def flat_net(path: Path, *, channels: int) -> Path:
    with torch.device("meta"):
        names = CnnM2048(channels=channels).state_dict()
    state = {n: torch.zeros(1).expand(t.shape) for n, t in names.items()}
    state["fc6.bias"] = torch.full((4096,), 0.25)
    torch.save(state, path)
    return path


def test_the_temporal_net_gives_one_vector_a_frame(tmp_path: Path) -> None:
    weights = flat_net(tmp_path / "flow.pth", channels=20)
    source = TemporalFc6(weights, ComputedFlow())
    features = source.extract(moving(1))
    assert features.shape == (3, 4096)
    assert (features == 0.25).all()
    assert "dis opencv" in source.info.preprocessing


def test_a_net_of_pictures_can_be_transferred_and_is_named_so(tmp_path: Path) -> None:
    weights = flat_net(tmp_path / "rgb.pth", channels=3)
    with pytest.raises(FeatureError, match=r"conv1.weight is \(96, 3, 7, 7\)"):
        TemporalFc6(weights, ComputedFlow())
    source = TemporalFc6(weights, ComputedFlow(), from_rgb=True)
    assert source.info.name == "flow-cnn-m-2048-rgb"


def grey(path: Path, value: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", (32, 24), value).save(path, quality=100)


@pytest.mark.parametrize("layout", ["twostreamfusion", "regnet"])
def test_flow_files_are_read_from_either_layout(tmp_path: Path, layout: str) -> None:
    for number in range(1, 5):
        if layout == "regnet":
            names = [f"vid/flow_{axis}_{number:05d}.jpg" for axis in "xy"]
        else:
            names = [f"{axis}/vid/frame{number:06d}.jpg" for axis in "uv"]
        grey(tmp_path / names[0], 128 + 10 * number)
        grey(tmp_path / names[1], 128)
    flow = FlowFiles(tmp_path, fps=15.6)
    fields = flow.fields(np.zeros((4, 3, 24, 64), dtype=np.uint8), "dog/vid")
    assert fields.shape == (3, 2, 24, 64)
    # (138 / 127.5 - 1) * 20 px of 32 px width, twice that of 64
    assert fields[0, 0].mean() == pytest.approx(2 * (138 / 127.5 - 1) * 20, abs=0.3)
    assert (np.diff(fields[:, 0].mean(axis=(1, 2))) > 2).all()
    assert np.abs(fields[:, 1]).max() < 0.2
    with pytest.raises(FeatureError, match="cat: no pairs of flow files"):
        flow.fields(np.zeros((4, 3, 24, 64), dtype=np.uint8), "cat")


def test_a_folder_of_neither_layout_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FeatureError, match="neither u/<clip>"):
        FlowFiles(tmp_path, fps=25)
