#!/usr/bin/env python3
"""Parley's commands: ``python manage.py serve`` starts it."""

import os
import sys

from config.env import WrongSetting


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line  # once the settings are named

    try:
        execute_from_command_line(sys.argv)
    except WrongSetting as wrong:
        sys.stderr.write(f"{wrong}\n")
        sys.exit(2)
    except Exception as error:
        from config.database_steps import is_behind  # needs the settings, which are there by now

        if not is_behind(error):
            raise
        sys.stderr.write("The database is not up to date. Start the server, or run: manage.py migrate\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
