"""When a reminder the client chose is due: their days, their hour, by the clocks where they are. No clock inside."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

#: So long after its hour a reminder still makes sense; it never comes on the next day.
LATE = timedelta(hours=3)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Moment:
    """The reminder of the day ``on``: it may leave from ``begins`` to before ``ends``."""

    on: date
    begins: datetime
    ends: datetime


def first_moment(day: date, hour: int, zone: ZoneInfo) -> datetime:
    """The moment in UTC when clocks in ``zone`` first show ``hour`` on ``day``.

    An hour that the change of clocks leaves out counts as the first moment after it; of an hour that comes twice the
    first counts.
    """
    return datetime.combine(day, time(hour), tzinfo=zone).astimezone(UTC)


def _moment(day: date, hour: int, zone: ZoneInfo) -> Moment:
    begins = first_moment(day, hour, zone)
    return Moment(day, begins, min(begins + LATE, first_moment(day + _DAY, 0, zone)))


def due_now(days: Collection[int], hour: int, zone: ZoneInfo, *, now: datetime) -> Moment | None:
    """The reminder that is due at ``now``, None when there is none; ``days`` are ISO weekdays, 1 Monday to 7 Sunday."""
    moment = _moment(now.astimezone(zone).date(), hour, zone)
    return moment if moment.on.isoweekday() in days and moment.begins <= now < moment.ends else None


def next_due(days: Collection[int], hour: int, zone: ZoneInfo, *, after: datetime) -> datetime | None:
    """When the next reminder after ``after`` is due, None without days."""
    here = after.astimezone(zone).date()
    coming = (here + number * _DAY for number in range(8))
    moments = (first_moment(day, hour, zone) for day in coming if day.isoweekday() in days)
    return next((moment for moment in moments if moment > after), None)
