"""Print a clinical catalogue, so that a clinician can read all of it without reading data."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from types import MappingProxyType
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from intake import in_print as intake_print
from sessions import in_print as sessions_print

#: Kind → (the whole catalogue, what its rules cannot judge).
KINDS: MappingProxyType[str, tuple[Callable[[], str], Callable[[], str]]] = MappingProxyType(
    {
        "questions": (intake_print.questions_in_print, intake_print.questions_not_encoded),
        "contraindications": (intake_print.contraindications_in_print, intake_print.contraindications_not_encoded),
        "stretches": (sessions_print.stretches_in_print, sessions_print.stretches_not_encoded),
        "tests": (sessions_print.tests_in_print, sessions_print.tests_not_encoded),
    }
)


class Command(BaseCommand):
    """``print_catalogue questions|contraindications|stretches|tests [--not-encoded]``; reads no database."""

    help = (
        "Print a clinical catalogue with ids, wording, conditions in words, limits, sources and sign-off marks. "
        "Exit code 0: printed; 1: there is no such catalogue; 2: called with other words."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Which catalogue, and whether only what the rules cannot judge."""
        parser.add_argument("kind", metavar="|".join(KINDS), help="the catalogue to print")
        parser.add_argument(
            "--not-encoded", action="store_true", help="list only what the rules cannot judge and people have to"
        )

    def handle(self, *args: Any, kind: str, not_encoded: bool, **options: Any) -> None:
        """Print, or say which catalogues there are."""
        if kind not in KINDS:
            raise CommandError(f"There is no catalogue “{kind}”. Choose one of: {', '.join(KINDS)}.")
        text = KINDS[kind][not_encoded]()
        try:
            self.stdout.write(text)
            self.stdout.flush()
        except BrokenPipeError:
            # The reader (head, less) has seen enough; nothing more is written, not even at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
