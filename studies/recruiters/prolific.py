"""Recruiting on Prolific (prolific.com): real participants, real money.

A posting is one Prolific study that holds all places and grows. Prolific knows no
tokens, so each study carries ours as its internal name and is looked for before one
is made: first a draft, then PUBLISH, and a draft that was left behind is published
instead of another. Answers stay here: Prolific keeps no copy of them.
"""

import json
import time
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from analysis.votes import counted
from studies.errors import RecruiterError
from studies.recruiters import prolific_pay, prolific_rules
from studies.recruiters.base import (
    BonusSpec,
    CompensationSpec,
    Cost,
    Entry,
    Finish,
    PostingHandle,
    PostingSpec,
    PostingStatus,
    Submission,
)
from studies.recruiters.prolific_api import Account, ProlificApi, Wait, pause
from studies.recruiters.understood import understood

__all__ = ["Account", "ProlificRecruiter"]
Row = Mapping[str, Any]

CURRENCY = "USD"
_PRICE_SECONDS = 600
"""How long a quoted price is good; fees change rarely, and never by the second."""


@understood
class ProlificRecruiter:
    """The Recruiter protocol over Prolific's API. `secret` makes completion codes."""

    name = "prolific"
    frame_origins: tuple[str, ...] = ()
    spends_real_money = True
    splits_places = False
    resells_places = True
    carries_answers = False

    def __init__(self, account: Account, *, secret: bytes, wait: Wait = pause) -> None:
        self._account = account
        self._secret = secret
        self._api = ProlificApi(account, wait=wait)

    def describe(self) -> str:
        """Say where people are recruited."""
        return "Prolific: real participants, paid with real money from your balance"

    def open(self, spec: PostingSpec) -> PostingHandle:
        """Publish one study, or find and publish what an earlier try drafted."""
        found = self._ours([spec.token]).get(spec.token) or self._draft(spec)
        return self._handle(self._publish(found["id"], spec.places))

    def find(self, tokens: Collection[str]) -> Mapping[str, PostingHandle]:
        """Return what was published; a draft is left for `open` to publish."""
        return {
            token: self._handle(row)
            for token, row in self._ours(tokens).items()
            if row["status"] != prolific_rules.DRAFT
        }

    def status(self, external_id: str) -> PostingStatus:
        """Say how a study stands."""
        study = self._study(external_id)
        counts = self._counts(external_id)
        ended = study["status"] in prolific_rules.ENDED
        free = study["total_available_places"] - prolific_rules.places_taken(counts)
        return PostingStatus(
            open_places=0 if ended else max(0, int(free)),
            working=prolific_rules.at_work(counts),
            ended=ended,
        )

    def extend(self, external_id: str, places: int) -> None:
        """Grow a study to `places`; one that is complete recruits again by that.

        RecruiterError for one that was stopped with places left and is not to grow:
        only more places make it active again (PATCH /studies/{id}/).
        """
        study = self._study(external_id)
        if places > study["total_available_places"]:
            body = {"total_available_places": places}
            self._api.patch(f"studies/{external_id}/", body)
        elif (
            study["status"] in prolific_rules.ENDED
            and prolific_rules.places_taken(self._counts(external_id))
            < study["total_available_places"]
        ):
            raise RecruiterError(
                f"the Prolific study {external_id} is stopped and takes people again "
                "only with more than its "
                f"{counted(study['total_available_places'], 'place')}",
                permanent=True,
            )

    def expire(self, external_id: str) -> None:
        """Stop the study, for good: what was set aside for free places is released."""
        if self._study(external_id)["status"] not in prolific_rules.TAKING:
            return
        try:
            self._transition(external_id, "STOP")
        except RecruiterError:
            # it did arrive, or somebody else was first
            if self._study(external_id)["status"] in prolific_rules.TAKING:
                raise

    def submissions(self, external_id: str) -> Iterator[Submission]:
        """Every completed submission, all pages."""
        rows = self._api.pages("submissions/", study=external_id, ordering="started_at")
        for row in rows:
            if row["status"] in prolific_rules.STATUSES:
                raw = json.dumps(row, sort_keys=True)
                yield prolific_rules.submission(row, raw)

    def approve(self, external_id: str) -> None:
        """Pay one submission, once its participant has completed it."""
        prolific_pay.approve(self._api, external_id)

    def reject(self, external_id: str, reason: str) -> None:
        """Refuse to pay; RecruiterError for a reason that Prolific finds too short."""
        prolific_pay.reject(self._api, external_id, reason)

    def bonus(self, spec: BonusSpec) -> None:
        """Pay a bonus, unless the submission shows it already."""
        prolific_pay.send_bonus(self._api, spec)

    def bonus_paid(self, spec: BonusSpec) -> bool:
        """Whether the submission shows this bonus; RecruiterError while it may come."""
        return prolific_pay.bonus_shown(self._api, spec)

    def compensate(self, spec: CompensationSpec) -> PostingHandle | None:
        """Pay at once, as a bonus: Prolific takes one on every submission there was."""
        prolific_pay.send_bonus(self._api, prolific_pay.bonus_instead(spec))
        return None

    def balance(self) -> Decimal | None:
        """Dollars that are free in the workspace; None where none is known.

        RecruiterError when the workspace counts in another currency.
        """
        workspace = self._workspace()
        if not workspace:
            return None
        reply = self._api.get(f"workspaces/{workspace}/balance/")
        _require_dollars(reply, f"the Prolific workspace {workspace}")
        return prolific_rules.dollars(reply["available_balance"])

    def cost(
        self,
        places: int,
        reward_usd: Decimal,
        posting_places: int,  # noqa: ARG002 - what the protocol gives
    ) -> Cost:
        """Ask what it costs, fees and taxes in: they differ by account, and change.

        An answer is kept for ten minutes. RecruiterError where nobody answers.
        """
        rewards = reward_usd * places
        if not rewards:
            return Cost(places=places, reward_usd=rewards, fee_usd=Decimal("0.00"))
        now = int(time.monotonic() // _PRICE_SECONDS)
        cents = prolific_rules.cents(reward_usd)
        total = prolific_rules.dollars(_quoted(self._account, places, cents, now))
        return Cost(places=places, reward_usd=rewards, fee_usd=total - rewards)

    def entry(self, query: Mapping[str, str]) -> Entry:
        """Read PROLIFIC_PID, STUDY_ID and SESSION_ID."""
        key = query.get(prolific_rules.POSTING_FIELD, "")
        code = prolific_rules.completion_code(self._secret, key)
        url = prolific_rules.completion_url(self._account.app_url, code)
        return prolific_rules.read_entry(query, url)

    def finish(
        self,
        entry: Entry,
        answers: str,  # noqa: ARG002 - what the protocol gives
    ) -> Finish:
        """Lead the browser back to Prolific with the completion code."""
        code = prolific_rules.code_of(entry.submit_url)
        return Finish(
            action=f"{self._account.app_url}/submissions/complete",
            fields={prolific_rules.CODE_FIELD: code},
            method="GET",
            code=code,
        )

    def _ours(self, tokens: Collection[str]) -> Mapping[str, Row]:
        """Return our studies by token: of two drafts of one token, the first."""
        project = self._account.project
        path = f"projects/{project}/studies/" if project else "studies/"
        found: dict[str, Row] = {}
        for row in self._api.pages(path):
            # people may have added words of their own
            for token in set(tokens) & set((row.get("internal_name") or "").split()):
                found[token] = min(found.get(token, row), row, key=_age)
        return found

    def _draft(self, spec: PostingSpec) -> Row:
        """Make a draft; where another process made one meanwhile, the first counts."""
        key = prolific_rules.posting_key(spec.entry_url)
        code = prolific_rules.completion_code(self._secret, key)
        body = prolific_rules.draft(spec, code=code, project=self._account.project)
        made: Row = self._api.post("studies/", body)
        first = self._ours([spec.token]).get(spec.token, made)
        if first["id"] != made["id"]:
            self._api.delete(f"studies/{made['id']}/")
        return first

    def _publish(self, study_id: str, places: int) -> Row:
        study = self._study(study_id)
        if study["status"] != prolific_rules.DRAFT:
            return study
        _require_dollars(study, f"the Prolific study {study_id}")
        if study["total_available_places"] != places:
            self._api.patch(f"studies/{study_id}/", {"total_available_places": places})
        try:
            self._transition(study_id, "PUBLISH")
        except RecruiterError:
            study = self._study(study_id)
            if study["status"] == prolific_rules.DRAFT:
                raise
            return study
        return self._study(study_id)

    def _study(self, study_id: str) -> Row:
        row: Row = self._api.get(f"studies/{study_id}/")
        return row

    def _counts(self, study_id: str) -> Row:
        row: Row = self._api.get(f"studies/{study_id}/submissions/counts/")
        return row

    def _transition(self, study_id: str, action: str) -> None:
        self._api.post(f"studies/{study_id}/transition/", {"action": action})

    def _handle(self, study: Row) -> PostingHandle:
        return PostingHandle(
            external_id=study["id"],
            external_group=self._account.project,
            url=f"{self._account.app_url}/researcher/studies/{study['id']}",
            expires_at=None,
        )

    def _workspace(self) -> str:
        """Return the workspace that pays: the one set, the project's, or the only."""
        if self._account.workspace:
            return self._account.workspace
        if self._account.project:
            project = self._api.get(f"projects/{self._account.project}/")
            if project.get("workspace"):
                return str(project["workspace"])
        spaces = list(self._api.pages("workspaces/"))
        return str(spaces[0]["id"]) if len(spaces) == 1 else ""


def _age(study: Row) -> tuple[str, str]:
    return (study["date_created"], study["id"])


def _require_dollars(reply: Row, what: str) -> None:
    currency = reply.get("currency_code") or CURRENCY
    if currency != CURRENCY:
        raise RecruiterError(
            f"{what} counts in {currency}, this study in {CURRENCY}: "
            f"use a workspace in {CURRENCY}",
            permanent=True,
        )


@lru_cache(maxsize=256)
def _quoted(account: Account, places: int, cents: int, _period: int) -> float:
    body = {"reward": cents, "total_available_places": places}
    # nothing is changed by asking
    reply = ProlificApi(account).post("study-cost-calculator/", body, repeat=True)
    return float(reply["total_cost"])
