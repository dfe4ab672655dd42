"""Configuration of the site: settings, URLs, the background worker."""

from evalsite.celery import app as celery_app

__all__ = ["celery_app"]
