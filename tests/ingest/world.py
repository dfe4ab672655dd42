"""What a test asks of the world after an ingest."""

from pathlib import Path

from django.conf import settings

from studies.models import Category, Clip, Event, Stimulus, Study, System

TABLES = (Study, Category, System, Clip, Stimulus, Event)


def rows_stored() -> int:
    return sum(table.objects.count() for table in TABLES)


def files_kept() -> list[Path]:
    """Every file under the media root, hidden drafts too."""
    root = Path(settings.MEDIA_ROOT)
    return sorted(path for path in root.rglob("*") if not path.is_dir())
