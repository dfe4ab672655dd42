"""Names of files for names of clips and systems."""

import re
from hashlib import sha256


def file_stem(name: str) -> str:
    """A file name of harmless letters, different for different names."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "_", name)[:80].lstrip("-") or "clip"
    if plain == name:
        return plain
    return f"{plain}-{sha256(name.encode()).hexdigest()[:8]}"
