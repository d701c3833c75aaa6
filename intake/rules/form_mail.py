"""When a client is told that the form for a visit is missing. No clock inside."""

from __future__ import annotations

from datetime import datetime, timedelta

#: Nobody is told so shortly before a visit: they are on their way, and the desk has a tablet.
LAST = timedelta(hours=2)
#: So long lies at least between two mails about one visit, and between a mail and a link that the desk sent.
APART = timedelta(hours=12)


def mail_due(begins: datetime, *, first_days: int | None, second_days: int | None, now: datetime) -> int:
    """Which mail about the visit that ``begins`` then is due at ``now``: 1, 2, or 0 for none.

    The first is due ``first_days`` times 24 hours before, the second ``second_days``; None is never. Once the second is
    due the first is over, so that a visit booked late has one mail. In the last two hours there is none.
    """
    if now >= begins - LAST:
        return 0
    if second_days is not None and now >= begins - timedelta(days=second_days):
        return 2
    if first_days is not None and now >= begins - timedelta(days=first_days):
        return 1
    return 0
