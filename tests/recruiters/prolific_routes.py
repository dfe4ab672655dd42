"""Which call of Prolific's API does what."""

import re
from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

from tests.recruiters.prolific_world import Json, ProlificWorld, Refused

Page = Callable[[list[Json]], Json]
Answer = tuple[int, Any]


def route(
    world: ProlificWorld, call: str, query: str, body: Json, page: Page
) -> Answer:
    """Answer one call, "METHOD path"; Refused for what is refused or unknown."""
    for pattern, answer in _ROUTES:
        if (found := re.fullmatch(pattern, call)) is not None:
            return answer(world, found.groupdict(), body | _first(query), page)
    raise Refused(404, "Not found", f"there is no {call}")


def _first(query: str) -> Json:
    return {f"?{name}": values[0] for name, values in parse_qs(query).items()}


def _studies(world: ProlificWorld, at: Json, body: Json, page: Page) -> Answer:
    if at.get("project", world.project) != world.project:
        raise Refused(404, "Not found", "Project does not exist")
    named = ("id", "name", "internal_name", "status", "date_created", "reward")
    return 200, page(
        [{name: row.get(name) for name in named} for row in world.studies.values()]
    )


def _create(world: ProlificWorld, at: Json, body: Json, page: Page) -> Answer:
    return 201, world.create_study(body)


def _study(world: ProlificWorld, at: Json, body: Json, page: Page) -> Answer:
    return 200, world.shown(at["id"])


def _update(world: ProlificWorld, at: Json, body: Json, page: Page) -> Answer:
    return 200, world.update_study(at["id"], body)


def _delete(world: ProlificWorld, at: Json, body: Json, page: Page) -> Answer:
    world.delete_study(at["id"])
    return 204, None


def _move(world: ProlificWorld, at: Json, body: Json, page: Page) -> Answer:
    return 200, world.move_study(at["id"], body)


def _counts(world: ProlificWorld, at: Json, body: Json, page: Page) -> Answer:
    rows = [row for row in world.submissions.values() if row["study_id"] == at["id"]]
    return 200, Counter(row["status"] for row in rows) | {"TOTAL": len(rows)}


def _submissions(world: ProlificWorld, at: Json, body: Json, page: Page) -> Answer:
    if "?study" not in body:
        raise Refused(400, "Bad request", "study is required")
    hidden = ("bonus_payments", "participant", "entered_code", "study_id")
    return 200, page(
        [
            {name: value for name, value in row.items() if name not in hidden}
            for row in world.submissions.values()
            if row["study_id"] == body["?study"]
        ]
    )


def _submission(world: ProlificWorld, at: Json, body: Json, page: Page) -> Answer:
    return 200, world.submission(at["id"])


def _review(world: ProlificWorld, at: Json, body: Json, page: Page) -> Answer:
    return 200, world.move_submission(at["id"], body)


def _bonus(world: ProlificWorld, at: Json, body: Json, page: Page) -> Answer:
    return 201, world.set_up_bonus(body)


def _pay(world: ProlificWorld, at: Json, body: Json, page: Page) -> Answer:
    world.pay_bonus(at["id"])
    return 202, None


def _cost(world: ProlificWorld, at: Json, body: Json, page: Page) -> Answer:
    one = world.with_fees(body["reward"])
    return 200, {"total_cost": float(one * body["total_available_places"])}


def _workspaces(world: ProlificWorld, at: Json, body: Json, page: Page) -> Answer:
    return 200, page([{"id": world.workspace, "title": "Lab"}])


def _balance(world: ProlificWorld, at: Json, body: Json, page: Page) -> Answer:
    if at["id"] != world.workspace:
        raise Refused(404, "Not found", "Workspace does not exist")
    return 200, {
        "currency_code": world.currency,
        "total_balance": world.balance,
        "available_balance": world.free(),
    }


def _project(world: ProlificWorld, at: Json, body: Json, page: Page) -> Answer:
    if at["id"] != world.project:
        raise Refused(404, "Not found", "Project does not exist")
    return 200, {"id": world.project, "title": "Study", "workspace": world.workspace}


_ID = "(?P<id>[^/]+)"
_ROUTES: tuple[tuple[str, Callable[[ProlificWorld, Json, Json, Page], Answer]], ...] = (
    ("GET /studies/", _studies),
    ("GET /projects/(?P<project>[^/]+)/studies/", _studies),
    ("POST /studies/", _create),
    (f"GET /studies/{_ID}/", _study),
    (f"PATCH /studies/{_ID}/", _update),
    (f"DELETE /studies/{_ID}/", _delete),
    (f"POST /studies/{_ID}/transition/", _move),
    (f"GET /studies/{_ID}/submissions/counts/", _counts),
    ("GET /submissions/", _submissions),
    (f"GET /submissions/{_ID}/", _submission),
    (f"POST /submissions/{_ID}/transition/", _review),
    ("POST /submissions/bonus-payments/", _bonus),
    (f"POST /bulk-bonus-payments/{_ID}/pay/", _pay),
    ("POST /study-cost-calculator/", _cost),
    ("GET /workspaces/", _workspaces),
    (f"GET /workspaces/{_ID}/balance/", _balance),
    (f"GET /projects/{_ID}/", _project),
)
