"""What changed from one version of a plan to the next, read from the versions themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest

from django.utils import timezone

from clinic.models import Client, User
from sessions.models import PlanItem, PlanVersion
from sessions.queries.plan import dose_of, side_words, versions
from sessions.rules.changes import Planned, changes, mark
from sessions.rules.stretches import STRETCHES

#: Days for which the portal's first page tells what a new version changed.
NEWS_DAYS = 14


@dataclass(frozen=True)
class Changed:
    """What the newest version changed for the client, and the day it was published."""

    on: date
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class VersionRow:
    """One published version in the list of all; ``first``: there was none before it."""

    number: int
    on: date
    by: str
    sentences: tuple[str, ...]
    first: bool


def planned(item: PlanItem) -> Planned:
    """One item of a version as the comparison reads it."""
    stretch = STRETCHES[item.stretch]
    return Planned(
        stretch=item.stretch,
        side=item.side,
        name=stretch.name,
        side_words=side_words(stretch, item.side, whose=""),
        level=item.level,
        dose=dose_of(item),
        on_bed=item.on_bed,
        note=item.note,
    )


def between(before: PlanVersion | None, after: PlanVersion) -> tuple[str, ...]:
    """What ``after`` changes, one sentence each; both with their items at hand. Empty when nothing was before it."""
    return () if before is None else _between(before, before.items.all(), after, after.items.all())


def _between(
    before: PlanVersion, old: Iterable[PlanItem], after: PlanVersion, new: Iterable[PlanItem]
) -> tuple[str, ...]:
    was, now = ([planned(item) for item in items] for items in (old, new))
    return changes(was, now, message_before=before.message, message_after=after.message)


def draft_changes(user: User, client: Client, draft: PlanVersion) -> tuple[str, ...]:
    """What the client will read when ``draft`` is published as it stands; empty when there is no version before it."""
    published = versions(user, client).filter(published_at__isnull=False).prefetch_related("items").first()
    return between(published, draft)


#: The mark of a stretch that is not in the draft.
NOT_THERE = "none"


def item_mark(item: PlanItem | None) -> str:
    """A mark of what one stretch of the draft is: the same as long as nobody changes it."""
    return NOT_THERE if item is None else mark([planned(item), item.override_reason])


def draft_mark(draft: PlanVersion) -> str:
    """A mark of everything that stands in the draft, its words and the decision it rests on included."""
    return mark([draft.screening_id, draft.message, *(item_mark(item) for item in draft.items.all())])


def words_mark(draft: PlanVersion) -> str:
    """A mark of the words above the plan."""
    return mark([draft.message])


def what_changed(client: Client, *, on: date, days: int | None = None) -> Changed | None:
    """What changed in the client's plan when it was published last; None when nothing did.

    ``client`` comes from a reading door. ``days``: only as news, published within so many days up to ``on``.
    One statement.
    """
    newest = PlanVersion.objects.filter(plan__client=client, published_at__isnull=False).order_by("-number")[:2]
    held: dict[PlanVersion, list[PlanItem]] = {}
    for item in PlanItem.objects.filter(version__in=newest.values("pk")).select_related("version"):
        held.setdefault(item.version, []).append(item)
    if len(held) < 2:
        return None
    before, now = sorted(held, key=lambda version: version.number)
    published_on = timezone.localdate(now.published_at)
    told = _between(before, held[before], now, held[now])
    if not told or (days is not None and (on - published_on).days >= days):
        return None
    return Changed(published_on, told)


def version_rows(user: User, client: Client) -> list[VersionRow]:
    """Every published version, newest first, each with what it changed; three statements whatever their number."""
    found = versions(user, client).filter(published_at__isnull=False)
    return _rows(list(found.select_related("published_by").prefetch_related("items")))


def _rows(newest_first: list[PlanVersion]) -> list[VersionRow]:
    return [
        VersionRow(
            number=version.number,
            on=timezone.localdate(version.published_at),
            by=version.published_by.printed_name if version.published_by else "",
            sentences=between(before, version),
            first=before is None,
        )
        for version, before in zip_longest(newest_first, newest_first[1:])
    ]
