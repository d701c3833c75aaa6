"""Put a backup into an empty installation."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from clinic import backups


class Command(BaseCommand):
    """``restore PATH``."""

    help = "Put the backup PATH into this empty installation, and check it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The file."""
        parser.add_argument("path", type=Path, help="the backup file")

    def handle(self, *args: Any, path: Path, **options: Any) -> None:
        """Check, restore, compare, and say what was restored."""
        manifest = backups.restore(path)
        rows = sum(manifest["rows"].values())
        self.stdout.write(f"Restored from {path}: {rows} rows in {len(manifest['rows'])} tables.")
