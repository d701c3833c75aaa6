"""What of a plan is due today: done is done, enough for the week is rest. No database, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

WEEK = timedelta(days=7)


class Due(models.TextChoices):
    """Where one stretch stands today, in the order in which the portal shows them."""

    DUE = "due", _("due today")
    DONE = "done", _("done for today")
    ENOUGH = "enough", _("done often enough this week")
    PAUSED = "paused", _("paused")

    @property
    def place(self) -> int:
        """Due comes first, paused last."""
        return list(Due).index(self)


def due(done_on: Sequence[date], *, times_per_day: int, days_per_week: int, on: date, paused: bool = False) -> Due:
    """Where a stretch stands on the day ``on``; ``done_on`` has one date for each time it was done.

    A week is the last seven days. What was begun today is done when its rounds are done, however full the week is.
    """
    if paused:
        return Due.PAUSED
    today = sum(day == on for day in done_on)
    if today:
        return Due.DONE if today >= times_per_day else Due.DUE
    days = {day for day in done_on if on - WEEK < day < on}
    return Due.ENOUGH if len(days) >= days_per_week else Due.DUE
