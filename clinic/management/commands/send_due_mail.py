"""Send the mail that is due, for set-ups without the background threads of ``serve``."""

import argparse
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections

from clinic import post


class Command(BaseCommand):
    """``send_due_mail``: one round of the post, or one after the other."""

    help = (
        "Write the reminders that are due and send every message that is due. `serve` does this by itself; elsewhere "
        "call it from cron every minute, or keep it running with --every. Several at once are no harm."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Once or again and again."""
        parser.add_argument("--every", type=int, metavar="SECONDS", help="go on, with a round every so many seconds")

    def handle(self, *args: Any, every: int | None, **options: Any) -> None:
        """Make the round, and say how many left."""
        if every is not None and not 1 <= every <= 3600:
            raise CommandError("--every takes 1 to 3600 seconds.")
        while True:
            left = post.do_round()
            if left or every is None:
                self.stdout.write(f"{left} message{'' if left == 1 else 's'} sent.")
            if every is None:
                return
            close_old_connections()
            time.sleep(every)
