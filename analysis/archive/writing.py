"""Writing the archive: the same study gives the same bytes."""

from __future__ import annotations

import hashlib
import io
import zipfile
from typing import TYPE_CHECKING

from analysis.archive.names import README, SESSIONS, STUDY, SUMS, VOTES
from analysis.render.files import replace_bytes
from analysis.study import to_json
from analysis.votes import dictionary

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from analysis.study import StudyRecord

# the oldest date a zip can hold: a real one would change the bytes
DATE = (1980, 1, 1, 0, 0, 0)
WORDS = """\
{title}

votes.csv      every submitted vote; the column `used` says which count
sessions.csv   every session, with the times and verdicts behind the flow count
study.json     what was declared before the first vote, and how the study ran
DICTIONARY.md  what each column means
SHA256SUMS     of the files above (sha256sum --check SHA256SUMS)

To make every table and figure again, without the study's database:

    python -m analysis {name} --out report

Raters are named by a keyed hash whose key is not in here.
"""


def archive_bytes(
    votes: pd.DataFrame,
    sessions: pd.DataFrame | None,
    record: StudyRecord,
) -> bytes:
    """Return a zip of votes, sessions and record from which the report is made again.

    The frames' raters should be hashed before. Raises ValueError naming a column that
    the dictionary does not know.
    """
    described = [*dictionary.describe(VOTES, votes, dictionary.VOTES)]
    files = {
        VOTES: votes.to_csv(index=False, lineterminator="\n"),
        STUDY: to_json(record),
    }
    if sessions is not None:
        files[SESSIONS] = sessions.to_csv(index=False, lineterminator="\n")
        described += dictionary.describe(SESSIONS, sessions, dictionary.SESSIONS)
    files["DICTIONARY.md"] = dictionary.dictionary_markdown(described)
    name = f"{record.slug or 'study'}.zip"
    files[README] = WORDS.format(
        title=record.title or record.slug or "A study",
        name=name,
    )
    sums = "".join(
        f"{hashlib.sha256(text.encode()).hexdigest()}  {path}\n"
        for path, text in sorted(files.items())
    )
    files[SUMS] = sums
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for path, text in sorted(files.items()):
            entry = zipfile.ZipInfo(path, DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            packed.writestr(entry, text.encode())
    return out.getvalue()


def write_archive(
    path: Path,
    votes: pd.DataFrame,
    sessions: pd.DataFrame | None,
    record: StudyRecord,
) -> None:
    """Write the archive as a whole or not at all; OSError where it cannot be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_bytes(path, archive_bytes(votes, sessions, record))
