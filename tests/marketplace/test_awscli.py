"""The unmodified AWS command line takes a HIT through its life."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from marketplace import clock, services
from marketplace.models import HIT
from tests.marketplace import shop

AWS = Path(sys.executable).parent / "aws"


def aws(api: str, *words: str) -> tuple[int, Any, str]:
    """Run `aws mturk`; its exit status, JSON output, and what it said of errors."""
    done = subprocess.run(
        [AWS, "--endpoint-url", api, "--output", "json", "mturk", *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={
            "PATH": os.environ["PATH"],
            "AWS_ACCESS_KEY_ID": shop.KEY,
            "AWS_SECRET_ACCESS_KEY": shop.SECRET,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_MAX_ATTEMPTS": "1",
        },
    )
    return done.returncode, json.loads(done.stdout or "null"), done.stderr


@pytest.mark.skipif(not AWS.exists(), reason="awscli is not installed")
def test_the_command_line_works_unmodified(api: str) -> None:
    kind = aws(
        api,
        *("create-hit-type", "--title", "T", "--description", "D", "--reward", "0.05"),
        *("--assignment-duration-in-seconds", "600"),
    )[1]["HITTypeId"]
    hit_id = aws(
        api,
        *("create-hit-with-hit-type", "--hit-type-id", kind),
        *("--lifetime-in-seconds", "3600", "--question", shop.QUESTION),
    )[1]["HIT"]["HITId"]
    hit = HIT.objects.get(hit_id=hit_id)
    mine = services.accept(shop.worker(), hit, clock.now())
    services.submit(mine.assignment_id, {"a": "1"}, clock.now())
    listed = aws(api, "list-assignments-for-hit", "--hit-id", hit_id)[1]
    assert listed["Assignments"][0]["AssignmentId"] == mine.assignment_id
    approve = ("approve-assignment", "--assignment-id", mine.assignment_id)
    assert aws(api, *approve) == (0, None, "")
    status, _, said = aws(api, *approve)
    assert status != 0
    assert "An error occurred (RequestError)" in said
    assert "can be called with a status of: Submitted" in said
    balance = aws(api, "get-account-balance")[1]
    assert balance["AvailableBalance"] == "99.94"
