"""Make a staff account from the command line: the way to the first owner."""

from __future__ import annotations

import argparse
import sys
from getpass import getpass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from clinic import actions
from clinic.roles import STAFF


class Command(BaseCommand):
    """``create_staff EMAIL --role therapist [--role owner …] [--name …]``."""

    help = (
        "Make a staff account. On a terminal it asks for the password; left empty, or without a terminal, it prints a "
        "one-time password that has to be changed at the first sign-in. Exit code 0: made; 1: refused, nothing stored."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Address, roles, name."""
        parser.add_argument("email", metavar="EMAIL", help="address the person signs in with")
        parser.add_argument(
            "--role",
            dest="roles",
            action="append",
            required=True,
            choices=[role.value for role in STAFF],
            help="give it several times for several roles",
        )
        parser.add_argument("--name", default="", help="name as printed on notes (default: the part before the @)")
        parser.add_argument("--licence", default="", help="licence number, printed on notes")

    def handle(self, *args: Any, email: str, roles: list[str], name: str, licence: str, **options: Any) -> None:
        """Ask, make, say how to go on."""
        password = self._ask() if sys.stdin.isatty() else ""
        try:
            user, one_time = actions.create_staff(
                email=email,
                roles=roles,
                printed_name=name or email.partition("@")[0],
                licence_no=licence,
                password=password,
                by=None,
            )
        except ValidationError as error:
            raise CommandError("No account was made. " + " ".join(error.messages)) from error
        self.stdout.write(f"Made {user.email} as {', '.join(user.role_labels)}.")
        if one_time:
            self.stdout.write(f"One-time password: {one_time}")
            self.stdout.write("The first sign-in asks for a new one.")

    def _ask(self) -> str:
        """The password typed twice, "" for a one-time one; raises ``CommandError`` when the two differ."""
        first = getpass("Password (leave empty for a one-time password): ")
        if first and first != getpass("The same again: "):
            raise CommandError("No account was made. The two passwords differ: start again.")
        return first
