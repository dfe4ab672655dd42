"""Votes for others to analyse, without the names of those who gave them."""

import gzip
import hashlib
import hmac
from pathlib import Path

import pandas as pd

from analysis.votes.dictionary import (
    SESSIONS,
    VOTES,
    describe,
    dictionary_csv,
    dictionary_markdown,
)
from studies.models import Study
from studies.selectors import votes_frame
from studies.selectors.frames import all_votes_frame, sessions_frame


def hash_rater(study: Study, rater: str) -> str:
    """Return 32 hexadecimal digits: one rater's name within one study.

    HMAC-SHA256 under the study's salt, which never leaves the database: the same
    person cannot be recognised in another study, nor by trying WorkerIds.
    """
    digest = hmac.new(study.salt.encode(), rater.encode(), hashlib.sha256)
    return digest.hexdigest()[:32]


def export_votes(study: Study) -> pd.DataFrame:
    """Return the counted votes with hashed raters.

    Columns item_id, category, method, source_video, worker_id, vote (1: judged real),
    then seconds and recruiter: a file of it can be analysed or imported again.
    """
    return _for_others(study, votes_frame(study))


def export_frames(study: Study) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return all votes of submitted sessions and all sessions, with hashed raters.

    The votes begin with the columns of `export_votes`, then tell session_id, position,
    hour, used and excluded; those with used 1 are `export_votes`.
    `analysis.votes.dictionary` describes every column.
    """
    votes = _for_others(study, all_votes_frame(study))
    return votes, _hashed(study, sessions_frame(study))


def write_export(study: Study, out: Path) -> list[Path]:
    """Write all votes to `out`, sessions and a dictionary beside it; return the files.

    For votes.csv: votes.csv, votes.sessions.csv, votes.dictionary.csv and
    votes.dictionary.md; where the name ends in .gz, votes and sessions are gzipped.
    The same study gives the same bytes.
    """
    zipped = ".gz" if out.name.endswith(".gz") else ""
    stem = out.name.removesuffix(".gz").removesuffix(".csv")
    votes, sessions = export_frames(study)
    sessions_name = f"{stem}.sessions.csv{zipped}"
    described = [
        *describe(out.name, votes, VOTES),
        *describe(sessions_name, sessions, SESSIONS),
    ]
    texts = {
        out.name: votes.to_csv(index=False, lineterminator="\n"),
        sessions_name: sessions.to_csv(index=False, lineterminator="\n"),
        f"{stem}.dictionary.csv": dictionary_csv(described),
        f"{stem}.dictionary.md": dictionary_markdown(described),
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    files = []
    for name, text in texts.items():
        raw = text.encode()
        file = out.parent / name
        # without a time in it the archive is the same tomorrow
        file.write_bytes(gzip.compress(raw, mtime=0) if name.endswith(".gz") else raw)
        files.append(file)
    return files


def _for_others(study: Study, votes: pd.DataFrame) -> pd.DataFrame:
    votes = _hashed(study, votes)
    first = ["item_id", "category", "method", "source_video", "worker_id", "vote"]
    return votes[[*first, *(name for name in votes.columns if name not in first)]]


def _hashed(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
    names = {rater: hash_rater(study, rater) for rater in frame["worker_id"].unique()}
    return frame.assign(worker_id=frame["worker_id"].map(names))
