"""Prolific in memory, as its API documents it (docs.prolific.com, v1, 2026).

What the real one refuses is refused here: missing fields, a wrong state, fewer places,
a short rejection. Paying a bonus twice pays it twice, as there.
"""

import math
import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from studies.recruiters.prolific_rules import least_minutes_allowed

Json = dict[str, Any]

REQUIRED = (
    "name",
    "description",
    "external_study_url",
    "prolific_id_option",
    "total_available_places",
    "estimated_completion_time",
    "reward",
)
MOVES = {
    ("UNPUBLISHED", "PUBLISH"): "ACTIVE",
    ("ACTIVE", "PAUSE"): "PAUSED",
    ("PAUSED", "START"): "ACTIVE",
    ("ACTIVE", "STOP"): "COMPLETED",
    ("PAUSED", "STOP"): "COMPLETED",
}
CATEGORIES = (
    *("TOO_QUICKLY", "TOO_SLOWLY", "FAILED_INSTRUCTIONS", "INCOMP_LONGITUDINAL"),
    *("FAILED_CHECK", "LOW_EFFORT", "MALINGERING", "NO_CODE", "BAD_CODE", "NO_DATA"),
    *("UNSUPP_DEVICE", "OTHER"),
)
GONE = ("RETURNED", "TIMED-OUT", "REJECTED", "SCREENED OUT")


class Refused(Exception):  # noqa: N818 - an answer of the server
    """An error answer."""

    def __init__(self, status: int, title: str, detail: Any) -> None:
        super().__init__(title)
        self.status, self.title, self.detail = status, title, detail


@dataclass
class ProlificWorld:
    """Studies, submissions and money of one workspace."""

    token: str = "token-of-the-tests"
    workspace: str = "5f0000000000000000000001"
    project: str = "5f0000000000000000000002"
    currency: str = "USD"
    balance: int = 1_000_000
    fee_percent: int = 40
    slow_bonuses: bool = False
    studies: dict[str, Json] = field(default_factory=dict)
    submissions: dict[str, Json] = field(default_factory=dict)
    bulks: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    underway: list[tuple[str, int]] = field(default_factory=list)
    paid: Counter[str] = field(default_factory=Counter)
    count: int = 0
    lock: threading.RLock = field(default_factory=threading.RLock)

    def new_id(self) -> str:
        self.count += 1
        return f"60{self.count:022x}"

    def now(self) -> str:
        """A time of its own for each thing that happens."""
        at = datetime(2026, 11, 20, 12, tzinfo=UTC) + timedelta(seconds=self.count)
        return at.isoformat().replace("+00:00", "Z")

    def with_fees(self, cents: int) -> int:
        return cents + math.ceil(cents * self.fee_percent / 100)

    def free(self) -> int:
        """What the workspace can still spend: open places are set aside."""
        held = sum(
            self.with_fees(study["reward"]) * self.places_left(study)
            for study in self.studies.values()
            if study["status"] in ("ACTIVE", "PAUSED")
        )
        working = sum(
            self.with_fees(self.studies[row["study_id"]]["reward"])
            for row in self.submissions.values()
            if row["status"] in ("RESERVED", "ACTIVE", "AWAITING REVIEW")
        )
        return self.balance - held - working

    def places_left(self, study: Json) -> int:
        return int(study["total_available_places"]) - self.taken(study["id"])

    def taken(self, study_id: str) -> int:
        return sum(
            row["study_id"] == study_id and row["status"] not in GONE
            for row in self.submissions.values()
        )

    # --- studies -------------------------------------------------------------
    def create_study(self, body: Json) -> Json:
        missing = [name for name in REQUIRED if body.get(name) in (None, "")]
        if missing:
            detail = {name: ["This field is required."] for name in missing}
            raise Refused(400, "Error creating study", detail)
        if not body.get("completion_codes"):
            raise Refused(400, "Error creating study", "Add a completion code")
        if not isinstance(body["reward"], int) or body["reward"] <= 0:
            raise Refused(400, "Error creating study", {"reward": ["A whole number"]})
        least = least_minutes_allowed(body["estimated_completion_time"])
        if body.get("maximum_allowed_time", least) < least:
            raise Refused(
                400, "Error creating study", {"maximum_allowed_time": [least]}
            )
        if body.get("project", self.project) != self.project:
            raise Refused(404, "Not found", "No such project")
        new = self.new_id()
        self.studies[new] = body | {
            "id": new,
            "status": "UNPUBLISHED",
            "date_created": self.now(),
            "currency_code": self.currency,
        }
        return self.shown(new)

    def shown(self, study_id: str) -> Json:
        return dict(self.study(study_id))

    def study(self, study_id: str) -> Json:
        if study_id not in self.studies:
            raise Refused(404, "Not found", "Study does not exist")
        return self.studies[study_id]

    def update_study(self, study_id: str, body: Json) -> Json:
        study = self.study(study_id)
        if study["status"] != "UNPUBLISHED":
            places = body.get("total_available_places", 0)
            if set(body) != {"total_available_places"}:
                raise Refused(400, "Error updating study", "Only places can grow now")
            if places <= study["total_available_places"]:
                raise Refused(400, "Error updating study", "Only increasing is allowed")
            more = places - study["total_available_places"]
            self.require_funds(self.with_fees(study["reward"]) * more)
            if study["status"] in ("COMPLETED", "AWAITING REVIEW"):
                study["status"] = "ACTIVE"
        study |= body
        return self.shown(study_id)

    def require_funds(self, cents: int) -> None:
        if cents > self.free():
            raise Refused(400, "Not enough money", "Top up your balance")

    def move_study(self, study_id: str, body: Json) -> Json:
        study = self.study(study_id)
        status = MOVES.get((study["status"], body.get("action", "")))
        if status is None:
            detail = f"{body.get('action')} is not possible: {study['status']}"
            raise Refused(400, "Bad transition", detail)
        if body["action"] == "PUBLISH":
            places = study["total_available_places"]
            self.require_funds(self.with_fees(study["reward"]) * places)
        study["status"] = status
        return self.shown(study_id)

    def delete_study(self, study_id: str) -> None:
        if self.study(study_id)["status"] != "UNPUBLISHED":
            raise Refused(400, "Error", "Only drafts can be deleted")
        del self.studies[study_id]

    # --- submissions ---------------------------------------------------------
    def submission(self, submission_id: str) -> Json:
        if submission_id not in self.submissions:
            raise Refused(404, "Not found", "Submission does not exist")
        return self.submissions[submission_id]

    def move_submission(self, submission_id: str, body: Json) -> Json:
        row = self.submission(submission_id)
        action = body.get("action")
        target = {"APPROVE": "APPROVED", "REJECT": "REJECTED"}.get(str(action))
        if target is None:
            raise Refused(400, "Bad transition", f"{action} is not known")
        if row["status"] == target:
            return row
        if row["status"] != "AWAITING REVIEW":
            raise Refused(400, "Bad transition", f"{row['status']} cannot be {target}")
        if target == "REJECTED" and len(body.get("message", "")) < 100:
            raise Refused(400, "Bad transition", {"message": ["100 characters"]})
        if target == "REJECTED" and body.get("rejection_category") not in CATEGORIES:
            raise Refused(400, "Bad transition", {"rejection_category": ["Required"]})
        row["status"] = target
        if target == "APPROVED":
            self.paid[submission_id] += 1
            reward = self.studies[row["study_id"]]["reward"]
            self.balance -= self.with_fees(reward)
        return row

    def set_up_bonus(self, body: Json) -> Json:
        rows: list[tuple[str, int]] = []
        for line in body["csv_bonuses"].split():
            who, amount = line.split(",")
            mine = [
                row["id"]
                for row in self.submissions.values()
                if who in (row["id"], row["participant"])
                and row["study_id"] == body["study_id"]
            ]
            if not mine:
                raise Refused(400, "Error", f"{who} did not take part in this study")
            rows.append((mine[0], round(float(amount) * 100)))
        new = self.new_id()
        self.bulks[new] = rows
        total = sum(self.with_fees(amount) for _, amount in rows)
        return {"id": new, "study": body["study_id"], "total_amount": total}

    def pay_bonus(self, bulk: str) -> None:
        if bulk not in self.bulks:
            raise Refused(404, "Not found", "Bonus does not exist")
        self.underway += self.bulks[bulk]
        if not self.slow_bonuses:
            self.settle()

    def settle(self) -> None:
        """The minutes pass in which bonuses are paid."""
        for submission_id, amount in self.underway:
            self.submissions[submission_id]["bonus_payments"].append(float(amount))
            self.balance -= self.with_fees(amount)
        self.underway = []
