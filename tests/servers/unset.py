"""manage.py with what others wrote loaded, and nothing yet that reads settings.

For commands that differ in their environment: see tests.servers.forks.
"""

from tests.servers.commands import run
from tests.servers.forks import answer


def main() -> None:
    """Answer commands until there are no more."""
    # of a command's two seconds these take one
    import boto3  # noqa: F401
    import celery  # noqa: F401
    import pandas as pd  # noqa: F401
    import scipy.fft
    import scipy.optimize  # noqa: F401

    answer(run)


if __name__ == "__main__":
    main()
