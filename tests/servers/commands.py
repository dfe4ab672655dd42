"""The marketplace's command, loaded once: see tests.servers.forks."""

import os
import runpy
import sys

from tests.servers.forks import answer


def _run(words: list[str]) -> None:
    sys.argv = ["manage.py", *words]
    runpy.run_path("manage.py", run_name="__main__")


def main() -> None:
    """Answer commands until there are no more."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evalsite.marketplace_alone")
    import django
    from django.core.management import load_command_class

    django.setup()
    load_command_class("evalsite", "marketplace")
    answer(_run)


if __name__ == "__main__":
    main()
