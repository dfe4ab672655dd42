"""The marketplace's command, loaded once: see tests.servers.forks."""

import os
import runpy
import sys

from tests.servers.forks import answer


def run(words: list[str]) -> None:
    """Run one command line of manage.py in this process."""
    sys.argv = ["manage.py", *words]
    runpy.run_path("manage.py", run_name="__main__")


def main() -> None:
    """Answer commands until there are no more."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evalsite.marketplace_alone")
    import django
    from django.core.management import load_command_class

    django.setup()
    load_command_class("evalsite", "marketplace")
    answer(run)


if __name__ == "__main__":
    main()
