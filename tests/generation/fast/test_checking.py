"""The check tells right levels from wrong ones."""

import torch

from generation.fast import cdf_violation
from generation.nets import naive_generate
from tests.generation.fast.small import FRAME, METHOD_NAMES, clips, net_of

LENGTHS = torch.tensor([3, 1, 2])


def test_the_plain_way_strays_nowhere() -> None:
    for method in METHOD_NAMES:
        net = net_of(method)
        features, numbers = clips(net, batch=3, frames=3)
        made = naive_generate(net, features, LENGTHS, numbers, temperature=0.7)
        for frames in (1, 2, 5):
            strayed = cdf_violation(
                net, features, LENGTHS, made, numbers, temperature=0.7, frames=frames
            )
            assert strayed < 1e-12


def test_one_wrong_level_is_as_wrong_as_its_border_is_far() -> None:
    net = net_of("frame")
    features, numbers = clips(net, batch=1, frames=1)
    made = naive_generate(net, features, None, numbers)
    made[0, -1] = 0 if made[0, -1] > 0 else 255
    tokens = torch.cat([net.prompt(1), made], dim=1)
    with torch.no_grad():
        borders = net(tokens, features)[0, -1].softmax(dim=0).cumsum(dim=0)
    number = numbers[0, -1].double()
    away = number - borders[0] if made[0, -1] == 0 else borders[254] - number
    found = cdf_violation(net, features, None, made, numbers)
    assert abs(found - float(away)) < 1e-12
    assert found > 1e-3


def test_what_lies_past_a_clip_is_not_looked_at() -> None:
    net = net_of("seq")
    features, numbers = clips(net, batch=3, frames=3)
    made = naive_generate(net, features, LENGTHS, numbers)
    made[1, FRAME:] = 7
    assert cdf_violation(net, features, LENGTHS, made, numbers) < 1e-12
    made[1, FRAME - 1] = (made[1, FRAME - 1] + 128) % 256
    assert cdf_violation(net, features, LENGTHS, made, numbers) > 1e-3


def test_another_temperature_is_noticed() -> None:
    net = net_of("flow")
    features, numbers = clips(net, batch=3, frames=1)
    made = naive_generate(net, features, None, numbers, temperature=0.9)
    assert cdf_violation(net, features, None, made, numbers) > 1e-3
