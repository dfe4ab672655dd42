"""Runs in awscli's own environment: its command line, loaded once for many commands.

See tests.servers.forks. What `bin/aws` calls is called here.
"""

import sys
from importlib import import_module

from tests.servers.forks import answer


def _run(words: list[str]) -> None:
    sys.argv = ["aws", *words]
    sys.exit(import_module("awscli.clidriver").main())


if __name__ == "__main__":
    # what each command would load, most of it named in awscli's own settings only
    for name in ("clidriver", "handlers"):
        import_module(f"awscli.{name}")
    answer(_run)
