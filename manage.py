#!/usr/bin/env python
"""The command line of the product."""

import os
import sys


def main() -> None:
    """Run a management command; with an old interpreter or a bare machine, say what to do instead of a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
        from django.db import OperationalError
    except ImportError as error:
        raise SystemExit(
            "Django is not installed here. Run the two commands of README.md, which create .venv and install it."
        ) from error
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        raise SystemExit(f"{error}") from None
    except OperationalError as error:
        raise SystemExit(f"The database does not answer, or broke off. {error}") from None


if __name__ == "__main__":
    main()
