"""The tables: schema, constraints and one-row truths; no network, no files."""

from studies.models.catalogue import Category, Clip, Stimulus, System
from studies.models.channels import Channel
from studies.models.generation import Generation, GenerationJob
from studies.models.looks import Look
from studies.models.money import Payment
from studies.models.sessions import Assignment, Event, Posting, Trial, Vote
from studies.models.study import Item, ItemStimulus, Study
from studies.models.upload import Upload

__all__ = [
    "Assignment",
    "Category",
    "Channel",
    "Clip",
    "Event",
    "Generation",
    "GenerationJob",
    "Item",
    "ItemStimulus",
    "Look",
    "Payment",
    "Posting",
    "Stimulus",
    "Study",
    "System",
    "Trial",
    "Upload",
    "Vote",
]
