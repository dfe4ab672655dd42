"""Runs in a tool's own environment: calls the tool's methods as told, line by line."""

import configparser
import datetime as dt
import json
import os
import sys
from typing import Any


def tool(name: str) -> Any:
    """The object that the tool speaks to MTurk by."""
    key = os.environ["AWS_ACCESS_KEY_ID"]
    secret = os.environ["AWS_SECRET_ACCESS_KEY"]
    if name == "dallinger":
        from dallinger.mturk import (  # type: ignore[import-not-found] # only there
            MTurkQuestions,
            MTurkService,
        )

        made = MTurkService(key, secret, "us-east-1", sandbox=True)
        made.external_question = MTurkQuestions.external
        return made
    from psiturk.amt_services import (  # type: ignore[import-not-found] # only there
        MTurkServices,
    )

    config = configparser.ConfigParser()
    config["AWS Access"] = {"aws_access_key_id": key, "aws_secret_access_key": secret}
    return MTurkServices(config=config, mode="sandbox")


def revived(value: Any) -> Any:
    """The argument, a time span where it is written as one."""
    if isinstance(value, dict) and set(value) == {"seconds"}:
        return dt.timedelta(seconds=value["seconds"])
    if isinstance(value, dict):
        return {name: revived(item) for name, item in value.items()}
    return value


def plain(value: Any) -> Any:
    """What JSON can carry of an answer: generators, and psiTurk's own records."""
    if hasattr(value, "__next__"):
        return list(value)
    if hasattr(value, "options"):
        return value.options
    if hasattr(value, "success"):
        failed = repr(value.exception) if not value.success else ""
        return {"success": value.success, "data": value.data, "failed": failed}
    return str(value)


def main() -> None:
    """Answer each line of input by one of output."""
    out, sys.stdout = sys.stdout, sys.stderr  # the tools print, too
    made = tool(sys.argv[1])
    for line in sys.stdin:
        method, args, kwargs = json.loads(line)
        answer = getattr(made, method)(
            *(revived(each) for each in args), **revived(kwargs)
        )
        out.write(json.dumps(answer, default=plain) + "\n")
        out.flush()


if __name__ == "__main__":
    main()
