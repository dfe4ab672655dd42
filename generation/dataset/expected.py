"""What the paper's data set holds: counts and lengths of Figure 1.

Zhou et al., CVPR 2018, figure 1 (figure 2 of arXiv 1712.01393): clips per category,
mean and standard deviation of their length in seconds.
"""

from collections.abc import Mapping
from types import MappingProxyType

from generation.dataset.statistics import CategoryLengths

FIGURE_1: tuple[CategoryLengths, ...] = (
    CategoryLengths("Dog", 2785, 6.3, 3.2),
    CategoryLengths("Chainsaw", 1824, 7.3, 3.2),
    CategoryLengths("Water flowing", 2924, 7.0, 3.2),
    CategoryLengths("Rail transport", 3259, 7.8, 3.0),
    CategoryLengths("Fireworks", 3115, 7.0, 3.1),
    CategoryLengths("Printer", 3673, 7.2, 3.2),
    CategoryLengths("Helicopter", 3718, 7.8, 3.0),
    CategoryLengths("Snoring", 2144, 5.9, 3.3),
    CategoryLengths("Drum", 2606, 7.4, 3.2),
    CategoryLengths("Baby crying", 2061, 6.0, 3.1),
)

FOLDERS: Mapping[str, str] = MappingProxyType(
    {
        "baby_cry": "Baby crying",
        "chainsaw": "Chainsaw",
        "dog": "Dog",
        "drum": "Drum",
        "fireworks": "Fireworks",
        "helicopter": "Helicopter",
        "printer": "Printer",
        "rail_transport": "Rail transport",
        "snoring": "Snoring",
        "water_flowing": "Water flowing",
    }
)
"""The names of VEGAS's folders and of the paper's tables."""

VAS_FOLDERS: Mapping[str, str] = MappingProxyType(
    {
        "baby": "Baby crying",
        "cough": "Cough",
        "dog": "Dog",
        "drum": "Drum",
        "fireworks": "Fireworks",
        "gun": "Gun",
        "hammer": "Hammer",
        "sneeze": "Sneeze",
    }
)

VAS_COUNTS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "Baby crying": (1933, 128),
        "Cough": (315, 64),
        "Dog": (2657, 128),
        "Drum": (2478, 128),
        "Fireworks": (2987, 128),
        "Gun": (802, 64),
        "Hammer": (319, 64),
        "Sneeze": (282, 64),
    }
)
"""VAS: clips for training and for testing, as in the lists of SpecVQGAN."""


def differences(found: Mapping[str, int], expected: Mapping[str, int]) -> list[str]:
    """Say in words where the counts of clips differ from those expected."""
    told = [
        f"{name}: {found.get(name, 0)} clips, the published set has {count}"
        for name, count in expected.items()
        if found.get(name, 0) != count
    ]
    unknown = sorted(set(found) - set(expected))
    return told + [
        f"{name}: {found[name]} clips, not a category of the published set"
        for name in unknown
    ]
