"""The unmodified AWS command line, in an environment of its own, runs a study."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from marketplace import clock, services
from marketplace.models import HIT, QualificationType
from tests.marketplace import shop
from tests.marketplace.clients.venvs import python_with
from tests.servers import forks

pytestmark = pytest.mark.slow
NOTE = (
    "Destination=lab@rate.example,Transport=Email,Version=2014-08-15,"
    "EventTypes=AssignmentSubmitted"
)


class Aws:
    """`aws mturk` against the marketplace at `api`."""

    def __init__(self, api: str) -> None:
        self._api = api
        self._python = python_with("awscli", "awscli==1.46.2")
        self._forks: forks.Forks | None = None
        self.done: list[str] = []

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run one command to its end."""
        given = ("--endpoint-url", self._api, "--output", "json", "mturk", *words)
        if self._forks is not None:
            return self._forks.run(*given)
        return subprocess.run(
            [self._python.with_name("aws"), *given],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env=self._env(),
        )

    @contextmanager
    def loaded(self) -> Iterator[None]:
        """Load awscli once for all commands run while the block runs."""
        command = (str(self._python), "-m", "tests.marketplace.clients.aws_commands")
        env = {**self._env(), "PYTHONPATH": str(forks.ROOT)}
        with forks.loaded(*command, env=env) as found:
            self._forks = found
            try:
                yield
            finally:
                self._forks = None

    def _env(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self._python.parents[1]),
            "AWS_ACCESS_KEY_ID": shop.KEY,
            "AWS_SECRET_ACCESS_KEY": shop.SECRET,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_MAX_ATTEMPTS": "1",
        }

    def __call__(self, words: str, **options: str) -> Any:
        """Run a command that must be done; its JSON output."""
        given = [
            word
            for name, value in options.items()
            for word in (f"--{name.replace('_', '-')}", value)
        ]
        done = self.run(*words.split(), *given)
        assert done.returncode == 0, (words, done.stderr)
        self.done.append(words.split()[0])
        return json.loads(done.stdout or "null")


@pytest.fixture
def aws(api: str) -> Aws:
    return Aws(api)


def publish(aws: Aws) -> str:
    kind = aws(
        "create-hit-type --reward 0.05 --assignment-duration-in-seconds 600",
        title="Real or fake?",
        description="Judge ten short clips.",
    )["HITTypeId"]
    aws(f"update-notification-settings --hit-type-id {kind} --notification {NOTE}")
    aws(f"send-test-event-notification --test-event-type Ping --notification {NOTE}")
    made = aws(
        f"create-hit-with-hit-type --hit-type-id {kind} --lifetime-in-seconds 3600"
        " --max-assignments 3",
        question=shop.QUESTION,
    )
    hit_id: str = made["HIT"]["HITId"]
    assert aws(f"get-hit --hit-id {hit_id}")["HIT"]["HITStatus"] == "Assignable"
    assert [hit["HITId"] for hit in aws("list-hits")["HITs"]] == [hit_id]
    return hit_id


def review(aws: Aws, hit_id: str) -> None:
    hit = HIT.objects.get(hit_id=hit_id)
    alice, bob = shop.worker("alice"), shop.worker("bob")
    first = shop.submitted(hit, alice).assignment_id
    second = shop.submitted(hit, bob).assignment_id
    rows = aws(f"list-assignments-for-hit --hit-id {hit_id}")["Assignments"]
    assert {row["AssignmentId"] for row in rows} == {first, second}
    # the command line turns the pages itself
    rows = aws(f"list-assignments-for-hit --hit-id {hit_id} --page-size 1")
    assert len(rows["Assignments"]) == 2
    aws(f"get-assignment --assignment-id {first}")
    aws(f"approve-assignment --assignment-id {first}")
    aws(f"reject-assignment --assignment-id {second}", requester_feedback="No answer.")
    aws(f"approve-assignment --override-rejection --assignment-id {second}")
    aws(
        f"send-bonus --worker-id {alice.worker_id} --bonus-amount 0.10"
        f" --assignment-id {first} --unique-request-token once",
        reason="Well done.",
    )
    paid = aws(f"list-bonus-payments --hit-id {hit_id}")["BonusPayments"]
    assert [bonus["BonusAmount"] for bonus in paid] == ["0.10"]
    aws(
        f"notify-workers --worker-ids {alice.worker_id} {bob.worker_id}",
        subject="Thanks",
        message_text="It helped.",
    )
    aws(f"create-worker-block --worker-id {bob.worker_id} --reason Spam")
    assert aws("list-worker-blocks")["WorkerBlocks"][0]["WorkerId"] == bob.worker_id
    aws(f"delete-worker-block --worker-id {bob.worker_id}")


def qualify(aws: Aws) -> None:
    kind = aws(
        "create-qualification-type --name Careful --qualification-type-status Active",
        description="Was careful before.",
    )["QualificationType"]["QualificationTypeId"]
    of_kind = f"--qualification-type-id {kind}"
    aws(f"get-qualification-type {of_kind}")
    aws(f"update-qualification-type {of_kind}", description="Was very careful.")
    found = aws("list-qualification-types --must-be-requestable")
    assert len(found["QualificationTypes"]) == 1
    carol = shop.worker("carol")
    wanted = QualificationType.objects.get(type_id=kind)
    services.request_qualification(carol, wanted, clock.now())
    asked = aws(f"list-qualification-requests {of_kind}")["QualificationRequests"][0]
    request = asked["QualificationRequestId"]
    aws(f"accept-qualification-request --qualification-request-id {request}")
    held = f"{of_kind} --worker-id {carol.worker_id}"
    aws(f"associate-qualification-with-worker {held} --integer-value 7")
    score = aws(f"get-qualification-score {held}")["Qualification"]
    assert score["IntegerValue"] == 7
    aws(f"list-workers-with-qualification-type {of_kind}")
    aws(f"list-hits-for-qualification-type {of_kind}")
    aws(f"disassociate-qualification-from-worker {held}")
    aws(f"delete-qualification-type {of_kind}")


def end(aws: Aws, hit_id: str) -> None:
    of_hit = f"--hit-id {hit_id}"
    aws(
        f"create-additional-assignments-for-hit {of_hit}"
        " --number-of-additional-assignments 2"
    )
    aws(f"update-expiration-for-hit {of_hit} --expire-at 0")
    assert aws("list-reviewable-hits")["HITs"][0]["HITId"] == hit_id
    aws(f"update-hit-review-status {of_hit}")
    aws(f"delete-hit {of_hit}")
    assert aws("list-hits")["HITs"] == []


def test_the_command_line_runs_a_study_from_its_start_to_its_end(aws: Aws) -> None:
    assert aws("get-account-balance")["AvailableBalance"] == "100.00"
    with aws.loaded():
        hit_id = publish(aws)
        review(aws, hit_id)
        qualify(aws)
        end(aws, hit_id)
    # two rewards of 0.05 and a bonus of 0.10, with fees of 0.01, 0.01 and 0.02
    assert aws("get-account-balance")["AvailableBalance"] == "99.76"
    assert len(set(aws.done)) >= 25, sorted(set(aws.done))


def test_an_error_is_told_as_amazons_are(aws: Aws) -> None:
    done = aws.run("get-hit", "--hit-id", "3PR3LXCWSFNV4OJWZBHIMQOIJVSX9G")
    assert done.returncode != 0
    assert "An error occurred (RequestError)" in done.stderr
    assert "Hit 3PR3LXCWSFNV4OJWZBHIMQOIJVSX9G does not exist." in done.stderr
