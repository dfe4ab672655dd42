"""A study as one file that re-makes every table without its database."""

from analysis.archive.reading import ArchiveError, Contents, is_archive, read_archive
from analysis.archive.writing import archive_bytes, write_archive

__all__ = [
    "ArchiveError",
    "Contents",
    "archive_bytes",
    "is_archive",
    "read_archive",
    "write_archive",
]
