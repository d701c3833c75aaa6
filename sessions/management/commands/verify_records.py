"""Compare every signed record with what was sealed when it was signed."""

from __future__ import annotations

import argparse
import re
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sessions.queries.seal import ADDENDUM, SIGN, STRIKE, Verified, verify

_HEAD = re.compile(r"([0-9]{1,18}):([0-9a-f]{64})")
_EVERY = 5.0  # seconds between two lines of progress


class Command(BaseCommand):
    """``verify_records [--head NUMBER:HASH]``: reads everything that is signed, writes nothing."""

    help = (
        "Compare every signed note with all its rows, every addition and every strike with the chain of hashes made "
        "when they were signed, and name what was altered, is missing or is foreign. Exit code 0: all is as it was "
        "signed; 1: something is not, or --head was not understood; 2: called with other words."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The newest entry of an earlier check, which was kept outside the database."""
        parser.add_argument(
            "--head",
            metavar="NUMBER:HASH",
            default="",
            help="an entry that an earlier check printed: tells a chain that was cut short or written anew",
        )

    def handle(self, *args: Any, head: str, **options: Any) -> None:
        """One line for each finding, then the count and the newest entry."""
        noted = _HEAD.fullmatch(head.strip()) if head else None
        if head and not noted:
            raise CommandError("--head takes the last line of an earlier check: a number, a colon and 64 hex digits.")
        counted, wrong = Verified(), 0
        known = (int(noted[1]), noted[2]) if noted else None
        for sentence in verify(counted, head=known, progress=self._progress()):
            wrong += 1
            self.stdout.write(sentence)
        kinds = counted.kinds
        checked = f"{kinds[SIGN]} signed notes, {kinds[ADDENDUM]} additions, {kinds[STRIKE]} strikes"
        if wrong:
            raise CommandError(f"Checked {checked}: {wrong} {'sentence' if wrong == 1 else 'sentences'} above.")
        self.stdout.write(f"Checked {checked}: nothing altered, missing or foreign.")
        if counted.number:
            self.stdout.write("Newest entry, to keep outside this database and give with --head next time:")
            self.stdout.write(f"{counted.number}:{counted.hash}")

    def _progress(self) -> Any:
        """A line on the error output every few seconds."""
        last = time.monotonic()

        def told(done: int, all_: int) -> None:
            nonlocal last
            if time.monotonic() - last >= _EVERY:
                last = time.monotonic()
                self.stderr.write(f"{done} of {all_} entries …")

        return told
