"""Votes for others to analyse, without the names of those who gave them."""

import hashlib
import hmac

import pandas as pd

from studies.models import Study
from studies.selectors import votes_frame


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
    votes = votes_frame(study)
    names = {rater: hash_rater(study, rater) for rater in votes["worker_id"].unique()}
    votes["worker_id"] = votes["worker_id"].map(names)
    first = ["item_id", "category", "method", "source_video", "worker_id", "vote"]
    return votes[[*first, *(name for name in votes.columns if name not in first)]]
