"""A draft as its client will see it once it is published: nothing done yet, nothing paused."""

from __future__ import annotations

from datetime import date

from clinic.models import User
from sessions.models import PlanItem, PlanVersion
from sessions.queries.home import ItemNow, dose_at
from sessions.queries.plan import ItemToday, MyPlan, as_client_sees
from sessions.rules.home import Reaction


def as_published(draft: PlanVersion, *, on: date, by: User) -> MyPlan:
    """``draft`` (from the reading door, with its items) as the portal would show it, published by ``by`` on ``on``."""
    return MyPlan(
        called=draft.plan.client.called,
        items=tuple(as_client_sees(_untouched(item, on)) for item in draft.items.all()),
        message=draft.message,
        therapist=by.printed_name,
        published_on=on,
        number=draft.number,
        days_done=frozenset(),
        comfort_words={},
    )


def _untouched(item: PlanItem, on: date) -> ItemToday:
    """A stretch of which the log says nothing yet."""
    now = ItemNow(
        level=item.level,
        dose=dose_at(item, item.level),
        asks=Reaction.NONE,
        gentler=None,
        not_right=False,
        last_done=None,
    )
    return ItemToday(item=item, on=on, now=now, ticks=[], all_ticks=[], paused_because="")
