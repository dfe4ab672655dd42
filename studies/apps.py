"""The studies application."""

from django.apps import AppConfig


class StudiesConfig(AppConfig):
    """Clips in, a study launched, votes out."""

    name = "studies"
    label = "studies"
    verbose_name = "Studies"
