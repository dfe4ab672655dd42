"""A whole file that says odd things is refused in one line that names it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from generation.checkpoint import CheckpointError, load_checkpoint, save_checkpoint
from tests.generation.checkpoint.small import small

Change = Callable[[dict[str, Any], dict[str, Any]], object]


def _spoil(_: dict[str, Any], tensors: dict[str, Any]) -> None:
    tensors["weights.mlp.l2.weight"][1, 0] = float("nan")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_spoil, "weights.mlp.l2.weight holds what is no finite number"),
        (lambda _, tensors: tensors.update(more=[1]), "more is no tensor"),
        (lambda meta, _: meta["data"].update(categories="dog"), "are no list"),
        (lambda meta, _: meta["data"].update(categories=None), "not as this program"),
        (lambda meta, _: meta["data"].update(gains=None), "not as this program"),
        (
            lambda meta, _: meta["data"].update(gains={"dog": "1"}),
            "not as this program",
        ),
        (lambda meta, _: meta["data"].update(gains={"dog": 0}), "gain is not above 0"),
        (lambda meta, _: meta.update(losses=[]), "not as this program"),
        (lambda meta, _: meta["config"].update(dim="wide"), "not as this program"),
    ],
)
def test_values_that_no_net_has_are_refused(
    tmp_path: Path, change: Change, told: str
) -> None:
    path = tmp_path / "one.net"
    save_checkpoint(path, small())
    content = torch.load(path, weights_only=True)
    meta = json.loads(content["meta"])
    change(meta, content["tensors"])
    torch.save({**content, "meta": json.dumps(meta)}, path)
    with pytest.raises(CheckpointError, match=rf"one\.net: .*{told}") as error:
        load_checkpoint(path)
    assert len(str(error.value).splitlines()) == 1


@pytest.mark.parametrize(
    "part",
    [
        {"meta": "[1]"},
        {"meta": '{"cut'},
        {"meta": 3},
        {"tensors": []},
        {"version": "x"},
    ],
)
def test_parts_of_another_kind_are_refused(
    tmp_path: Path, part: dict[str, object]
) -> None:
    path = tmp_path / "one.net"
    save_checkpoint(path, small())
    torch.save({**torch.load(path, weights_only=True), **part}, path)
    with pytest.raises(CheckpointError, match=r"one\.net: "):
        load_checkpoint(path)


@pytest.mark.parametrize(
    "change",
    [
        lambda tensors: tensors.update({"weights.mlp.l2.weight": torch.ones(2, 2)}),
        lambda tensors: tensors.pop("weights.mlp.l2.weight"),
    ],
)
def test_weights_of_other_settings_are_told_with_the_file(
    tmp_path: Path, change: Callable[[dict[str, torch.Tensor]], object]
) -> None:
    path = tmp_path / "one.net"
    save_checkpoint(path, small())
    content = torch.load(path, weights_only=True)
    change(content["tensors"])
    torch.save(content, path)
    found = load_checkpoint(path)
    with pytest.raises(CheckpointError, match=r"one\.net: its weights .*l2") as error:
        found.net()
    assert len(str(error.value).splitlines()) == 1
