"""The site's own commands and accounts."""

from django.apps import AppConfig


class EvalsiteConfig(AppConfig):
    """What belongs to the site itself: no tables."""

    name = "evalsite"
    verbose_name = "Site"
