"""Serve the product on this machine for a real practice."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand

from clinic import serving
from clinic.queries import set_up_gaps


class Command(BaseCommand):
    """``serve``: database, background worker and web server in one process."""

    help = "Serve the product on this machine: embedded database, background worker, web server, compressed files."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Where to listen."""
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
        parser.add_argument("--port", type=int, default=8000, help="port to listen on (default 8000)")

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        """Prepare, say what is still missing, serve until stopped."""
        serving.name_address(host, port)
        serving.prepare(self.stdout.write)
        for gap in set_up_gaps():
            self.stdout.write(f"Not ready yet: {gap}")
        serving.run(host, port, lambda address: self.stdout.write(f"Serving at {address}  (Ctrl-C stops everything)"))
