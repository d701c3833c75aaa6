"""Serve a fictional practice on this machine, to look around in."""

from __future__ import annotations

import argparse
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from clinic import serving
from clinic.queries import practice
from sessions.demo.people import STAFF
from sessions.demo.story import PARENT, PASSWORD, PORTAL, renew, tell


class Command(BaseCommand):
    """``demo``: the database, an invented practice, and the server."""

    help = "Serve a fictional practice on this machine. Data is kept between starts; --reset starts over."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Where to listen, and whether to start over."""
        parser.add_argument("--port", type=int, default=8000, help="port to listen on (default 8000)")
        parser.add_argument("--reset", action="store_true", help="throw the demo's data away and start over")
        parser.add_argument("--no-serve", action="store_true", help="load the data, do not serve")

    def handle(self, *args: Any, port: int, reset: bool, no_serve: bool, **options: Any) -> None:
        """Prepare, load what is missing, say how to sign in, serve until stopped."""
        serving.name_address("127.0.0.1", port)
        serving.prepare(self.stdout.write)
        row = practice()
        if row.pk and not row.is_demo:
            raise CommandError(
                "This installation holds a real practice. The demo needs a folder of its own: set CLINIC_DATA."
            )
        if row.pk and reset:
            self.stdout.write("Starting over …")
            with connection.cursor() as cursor:
                cursor.execute("drop schema public cascade; create schema public")
            serving.prepare(lambda line: None)
            row = practice()
        (renew if row.pk else tell)(self._progress)
        serving.work_off_what_waits()  # the story's own mail comes before the sign-ins, not after
        if no_serve:
            self._sign_ins(settings.CLINIC_ADDRESS + "/")
        else:
            serving.run("127.0.0.1", port, self._sign_ins)

    def _progress(self, line: str) -> None:
        """One line that is written over on a terminal, a line each elsewhere."""
        if self.stdout.isatty():
            self.stdout.write(f"\r\x1b[K{line}", ending="")
            self.stdout.flush()
        else:
            self.stdout.write(line)

    def _sign_ins(self, address: str) -> None:
        """The address, and how to sign in as each role."""
        self.stdout.write(f"\n\nOpen {address}   (Ctrl-C stops everything)\n\nStaff, with the password {PASSWORD}")
        for member in STAFF:
            self.stdout.write(f"  {member.email:<28} {member.name}, {' and '.join(member.roles).replace('_', ' ')}")
        self.stdout.write(
            f"Clients, with a code by e-mail (it is shown here and kept in {settings.CLINIC_MAIL_FOLDER})"
        )
        self.stdout.write(f"  {PORTAL:<28} Robin Ashworth, client with a plan")
        self.stdout.write(f"  {PARENT:<28} Sabine Keller, parent of two")
