"""When mail leaves: never at night of its own accord, and again after growing waits when the mail server is down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

#: Hours of the practice's clock between which mail that nobody is waiting for stays where it is.
QUIET_FROM, QUIET_UNTIL = 21, 8
#: How long after each try the next one comes. After the last the message is given up: two days and three hours in all.
WAITS = (
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(minutes=40),
    timedelta(hours=2),
    timedelta(hours=4),
    timedelta(hours=8),
    timedelta(hours=12),
    timedelta(hours=24),
)
TRIES = len(WAITS) + 1
#: A try that has not come back by then is taken for lost, and the next may begin. Far longer than any mail server
#: is waited for, so that no message is in two hands.
LOST = timedelta(minutes=10)


@dataclass(frozen=True)
class Kind:
    """What holds for every message of one template.

    ``name`` is for lists of the practice. ``at_night``: somebody asked for it at this hour, so it does not wait until
    morning. ``stops``: what its reader gets no more after the link in it; empty: there is no such link.
    ``still_wanted`` is asked, with the message and the time, just before it leaves. ``words`` then gives what its
    template may name beyond the practice, so that no table holds it.
    """

    name: str
    at_night: bool = False
    stops: str = ""
    still_wanted: Callable[[Any, datetime], bool] | None = None
    words: Callable[[Any, datetime], Mapping[str, Any]] | None = None


def is_night(moment: datetime, zone: tzinfo) -> bool:
    """Whether clocks in ``zone`` show a quiet hour at ``moment``."""
    hour = moment.astimezone(zone).hour
    return hour >= QUIET_FROM or hour < QUIET_UNTIL


def next_try(tries: int, now: datetime) -> datetime | None:
    """When to try again after ``tries`` tries, the last one just now; None when it is given up."""
    return now + WAITS[tries - 1] if tries < TRIES else None
