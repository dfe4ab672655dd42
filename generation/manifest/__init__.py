"""Read and write the list of files a study is made of.

CSV (commas, semicolons or tabs; a byte order mark, CRLF and blank lines are taken as
they come) or JSON lines, UTF-8. Columns: clip, category, system, path, and optionally
seed, checkpoint, note. A path is relative to the manifest's folder.
"""

from generation.manifest.reading import (
    ManifestReading,
    bad_name,
    faults_of,
    read_manifest,
    same_name,
)
from generation.manifest.rows import Fault
from generation.manifest.writing import write_manifest

__all__ = [
    "Fault",
    "ManifestReading",
    "bad_name",
    "faults_of",
    "read_manifest",
    "same_name",
    "write_manifest",
]
