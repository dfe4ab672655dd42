#!/usr/bin/env python
"""Run the site's management commands."""

import os
import sys


def main() -> None:
    """Hand the command line to Django."""
    alone = sys.argv[1:2] == ["marketplace"]
    settings = "evalsite.marketplace_alone" if alone else "evalsite.settings"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings)
    try:
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        # before a command could take it: nothing was begun
        sys.exit(130)


if __name__ == "__main__":
    main()
