"""Votes and sessions as frames: border 5."""

from datetime import UTC
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from django.db.models import Case, Count, Exists, F, OuterRef, Q, When
from django.db.models.functions import ExtractHour

from studies.models import Assignment, Item, Payment, Study, Trial, Vote
from studies.models.sessions import VoteQuerySet
from studies.selectors.excluded import excluded
from studies.selectors.simulated import SIMULATED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models import QuerySet
    from django.db.models.expressions import Combinable
    from django.db.models.sql.compiler import SQLCompiler

_CHUNK = 20_000


class _Hour(ExtractHour):
    """The hour of the day, by SQLite's own means where that is the database."""

    def as_sqlite(
        self,
        compiler: "SQLCompiler",
        connection: "BaseDatabaseWrapper",  # noqa: ARG002 - as Django calls it
        **extra_context: Any,  # noqa: ARG002 - as Django calls it
    ) -> "tuple[str, tuple[str | int, ...]]":
        # times are text in UTC there; Django would call Python for every row
        sql, params = compiler.compile(self.get_source_expressions()[0])
        return f"CAST(SUBSTR({sql}, 12, 2) AS INTEGER)", tuple(params)


_VOTE = {
    "item_id": "trial__item__key",
    "category": "trial__item__category__name",
    "method": "trial__item__system__name",
    "source_video": "trial__item__clip__key",
    "worker_id": "trial__rater",
    "choice": "choice",
    "seconds": "seconds",
}
_COURSE: "dict[str, Combinable]" = {
    "session_id": F("trial__assignment_id"),
    # an import's rows stand in the order of its file and came all at once
    "position": Case(When(~Q(source=Vote.Source.IMPORT), then=F("trial__index"))),
    # a restored answer came with its session's submission, or later
    "hour": Case(
        When(Q(source=Vote.Source.PAGE), then=_Hour("received_at", tzinfo=UTC))
    ),
}
_FATE = {
    "of_session": "trial__assignment__used",
    "session": "trial__assignment__unused_reason",
    "usable": "usable",
    "reason": "unusable_reason",
    "state": "trial__state",
}


def votes_frame(study: Study) -> pd.DataFrame:
    """Return the counted votes as border 5: one row per vote.

    Columns item_id, category, method, source_video, worker_id, vote (1 = judged
    real), seconds, recruiter (`simulated` where no person judged); raters by their
    own names, to be hashed on export.
    """
    return _frame(study, scored_votes(study).counted(), _VOTE)


def staged_votes_frame(study: Study, stage: int) -> pd.DataFrame:
    """Return those rows of `votes_frame` whose clips belong to stages 1 to `stage`."""
    rows = scored_votes(study).counted().filter(trial__item__stage__range=(1, stage))
    return _frame(study, rows, _VOTE)


def all_votes_frame(study: Study) -> pd.DataFrame:
    """Return every vote on scored items of submitted sessions, counted or not.

    The columns of `votes_frame` in its order, then session_id, position (place of the
    trial among the session's scored ones with an answer, from 1; missing for imports),
    hour (of the day in UTC, 0-23, when the answer came; missing for imports and
    restored answers), used (1: counted) and excluded (why it is not; empty where it
    is). Rows with used 1 are `votes_frame`. One query.
    """
    rows = scored_votes(study).filter(of_submitted("trial__assignment__"))
    frame = _frame(study, rows, {**_VOTE, **_COURSE, **_FATE})
    why = [
        excluded(
            used=used,
            session=session,
            usable=usable,
            vote=vote,
            released=state == Trial.State.RELEASED,
        )
        for used, session, usable, vote, state in zip(
            *(frame.pop(name) for name in _FATE), strict=True
        )
    ]
    frame["session_id"] = frame.pop("session_id").astype("int64")
    frame["position"] = _positions(frame["session_id"], frame.pop("position"))
    frame["hour"] = frame.pop("hour").astype("float64").astype("Int64")
    frame["used"] = np.array([not reason for reason in why], dtype=np.int64)
    frame["excluded"] = why
    return frame


def sessions_frame(study: Study) -> pd.DataFrame:
    """Return one row per session that was given items, in the order they began.

    Columns session_id, worker_id, recruiter (`simulated` where no person worked),
    state, minutes (from acceptance to submission; missing for sessions restored from
    a recruiter's copy, imported or simulated ones), submitted, paid, used (1 or 0),
    reason (why not used), catch_right, catch_asked, simulated (1 or 0). Three queries.
    """
    rows = begun(study).annotate(paid=rewarded()).order_by("started_at", "pk")
    asked = _per_session(
        Trial.objects.filter(study=study, kind=Item.Kind.CATCH), "assignment"
    )
    right = _per_session(
        # an item's truth is the answer to the one question that has a right one
        Vote.objects.filter(
            trial__study=study,
            trial__kind=Item.Kind.CATCH,
            choice=F("trial__item__truth"),
        ),
        "trial__assignment",
    )
    found = [
        {
            "session_id": row.pk,
            "worker_id": row.rater,
            "state": row.state,
            "minutes": _minutes(row),
            "submitted": int(row.state in Assignment.DONE),
            "paid": int(row.paid),
            "used": int(bool(row.used)),
            "reason": row.unused_reason,
            "catch_right": right.get(row.pk, 0),
            "catch_asked": asked.get(row.pk, 0),
            "simulated": int(_is_simulated(row.rater)),
        }
        for row in rows
    ]
    frame = pd.DataFrame.from_records(found, columns=_SESSION)
    frame["minutes"] = frame["minutes"].astype("float64")
    frame.insert(2, "recruiter", _recruiters(frame["worker_id"]))
    return frame


_SESSION = [
    *("session_id", "worker_id", "state", "minutes", "submitted", "paid", "used"),
    *("reason", "catch_right", "catch_asked", "simulated"),
]


def begun(study: Study) -> "QuerySet[Assignment]":
    """Sessions that were given items."""
    return study.assignments.filter(
        Exists(Trial.objects.filter(assignment=OuterRef("pk")))
    )


def of_submitted(path: str = "") -> Q:
    """Those of submitted sessions, where `path` leads to the session."""
    # a session that is used was submitted, whatever becomes of its state
    return Q(**{f"{path}state__in": Assignment.DONE}) | Q(**{f"{path}used": True})


def scored_votes(study: Study) -> VoteQuerySet:
    """Votes on the items that the table shows."""
    return Vote.objects.filter(
        trial__study=study,
        trial__kind=Item.Kind.SCORED,
        trial__item__system__isnull=False,
    )


def rewarded() -> Exists:
    """Whether a session's reward is confirmed."""
    return Exists(
        Payment.objects.filter(
            assignment=OuterRef("pk"),
            kind=Payment.Kind.REWARD,
            state=Payment.State.CONFIRMED,
        )
    )


def _frame(
    study: Study, votes: "QuerySet[Vote]", columns: "Mapping[str, str | Combinable]"
) -> pd.DataFrame:
    rows = votes.order_by("trial__item__order", "trial__rater", "pk").values_list(
        *columns.values()
    )
    frame = pd.DataFrame.from_records(
        list(rows.iterator(chunk_size=_CHUNK)), columns=list(columns)
    )
    frame["vote"] = (frame["choice"] == "real").astype("int64")
    frame["recruiter"] = _recruiters(frame["worker_id"])
    if not study.is_import:
        # the key is opaque on purpose; people and papers want to read it
        frame["item_id"] = frame["source_video"] + "/" + frame["method"]
    return frame.drop(columns="choice")


def _positions(
    sessions: "pd.Series[int]", indices: "pd.Series[Any]"
) -> "pd.Series[Any]":
    """Return the places of trials in their sessions, from 1, by their indices."""
    places = indices.astype("float64").groupby(sessions).rank("dense")
    return places.astype("Int64")


def _recruiters(raters: "pd.Series[Any]") -> "pd.Series[Any]":
    return raters.map(
        {
            rater: "simulated" if _is_simulated(rater) else rater.partition(":")[0]
            for rater in raters.unique()
        }
    )


def _is_simulated(rater: str) -> bool:
    return f":{SIMULATED}" in rater


def _per_session(rows: "QuerySet[Any]", session: str) -> dict[int, int]:
    return dict(rows.order_by().values_list(session).annotate(n=Count("pk")))


def _minutes(row: Assignment) -> float | None:
    """Minutes of a session that was worked here from begin to end by a person."""
    end = row.submitted_at
    if end is None or row.completed_at is None or _is_simulated(row.rater):
        return None
    seconds = (end - row.started_at).total_seconds()
    return seconds / 60 if seconds > 0 else None
