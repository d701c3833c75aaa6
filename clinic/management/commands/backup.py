"""Write database, uploaded files and keys into one file."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from clinic import backups


class Command(BaseCommand):
    """``backup PATH``."""

    help = "Write database, uploaded files and keys into the new file PATH. Keep it as safe as the records."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The file."""
        parser.add_argument("path", type=Path, help="the backup file")

    def handle(self, *args: Any, path: Path, **options: Any) -> None:
        """Write it and say what is in it."""
        manifest = backups.backup(path)
        rows = sum(manifest["rows"].values())
        self.stdout.write(f"Written {path}: {rows} rows in {len(manifest['rows'])} tables.")
