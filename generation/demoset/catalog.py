"""The ten categories of VEGAS, each with what renders it."""

from collections.abc import Mapping

from generation.demoset.machines import chainsaw, helicopter, printer
from generation.demoset.scene import Maker
from generation.demoset.struck import drum, fireworks, rail
from generation.demoset.voices import baby, dog, snoring
from generation.demoset.water import water

CATEGORIES: Mapping[str, Maker] = {
    "Baby crying": baby,
    "Chainsaw": chainsaw,
    "Dog": dog,
    "Drum": drum,
    "Fireworks": fireworks,
    "Helicopter": helicopter,
    "Printer": printer,
    "Rail transport": rail,
    "Snoring": snoring,
    "Water flowing": water,
}
