"""A net is stored under names of its own, whatever torch calls its helpers."""

import torch

from generation.nets import SampleRNN, preset

LINEAR = ("weight", "gain", "bias")
GRU = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")


def expected_names(method: str) -> set[str]:
    layers = ["coarse.expand", "coarse.out", "frame.expand", "frame.out"]
    layers += ["mlp.l2", "mlp.l3", "mlp.out"]
    names = {f"{layer}.{part}" for layer in layers for part in LINEAR}
    names |= {f"mlp.l1.{part}" for part in ("weight", "gain")}
    names |= {f"{gru}.gru.{part}" for gru in ("coarse", "frame") for part in GRU}
    names |= {"coarse.h0", "frame.h0", "mlp.emb.weight"}
    if method == "frame":
        return names | {"coarse.vis.weight", "coarse.vis.gain"}
    return names | {f"encoder.{part}" for part in GRU}


def test_names_are_the_formats_own() -> None:
    # pitfall 11: torch's weight norm stores weight_g or original0, as versions go
    for method in ("frame", "seq", "flow"):
        net = SampleRNN(preset("ci", method))
        assert set(net.state_dict()) == expected_names(method)


def test_stored_values_come_back_as_the_same_net() -> None:
    one = SampleRNN(preset("ci", "seq"), seed=1)
    two = SampleRNN(preset("ci", "seq"), seed=2)
    two.load_state_dict(one.state_dict())
    rng = torch.Generator().manual_seed(0)
    tokens = torch.randint(256, (1, 16 + 1024), generator=rng)
    features = torch.randn(1, 1, 64, generator=rng)
    assert torch.equal(one(tokens, features), two(tokens, features))
