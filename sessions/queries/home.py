"""What a stretch of the published plan asks for now: last ticks, the gentler level taken, what was said about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from clinic.models import Client
from sessions.models import GentlerLevel, HomeAnswer, HomeMessage, HomeMessageKind, PlanVersion, Sensation, StretchLog
from sessions.rules.home import HomeLog, Reaction, gentler_dose, gentler_level, half_dose, reaction
from sessions.rules.stretches import STRETCHES

#: Days that "at home" looks back on the therapist's pages, the day itself included.
TWO_WEEKS = 14
#: Ticks of one stretch that are looked at: more than two weeks of the most rounds a day that can be planned.
LAST_TICKS = 100
_DOSE = ("hold_seconds", "repetitions", "sets", "times_per_day", "days_per_week")


class Tick(NamedTuple):
    """One line of the log at home."""

    item: int
    on: date
    at: datetime
    done: bool
    comfort: int | None
    sensation: str
    sore: bool


def published_of(client: Client) -> QuerySet[PlanVersion]:
    """Published versions of the client's plan, the one in use first. ``client`` comes from a reading door."""
    return PlanVersion.objects.filter(plan__client=client, published_at__isnull=False).order_by("-number")


def unanswered_nerve_signs(client: Client) -> int:
    """Nerve signs since the version in use was published, late ones for an older version included."""
    newest = published_of(client).first()
    if newest is None:
        return 0
    since = Q(item__version=newest) | Q(client=client, at__gt=newest.published_at)
    return StretchLog.objects.filter(since, sensation=Sensation.NERVE).count()


def ticks(client: Client, *, on: date) -> list[Tick]:
    """The last ticks of each stretch of the published plan, and all of the two weeks up to ``on``, oldest first.

    One statement. ``client`` comes from a reading door.
    """
    current = Q(item__version=Subquery(published_of(client).values("pk")[:1]))
    logs = (
        StretchLog.objects.filter(current | Q(on__gt=on - timedelta(days=TWO_WEEKS)), client=client, on__lte=on)
        .annotate(back=Window(RowNumber(), partition_by=F("item"), order_by=F("id").desc()))
        .filter(back__lte=LAST_TICKS)
        .order_by("id")
    )
    return [Tick(*row) for row in logs.values_list("item", "on", "at", "done", "comfort", "sensation", "sore")]


def with_home(items: Any) -> Any:
    """``items`` of a published plan with what ``item_now`` needs of each beside its ticks."""
    of_item = {"item": OuterRef("pk")}
    # A sign for an older version that came in after this one was published has not been answered by it.
    late = Q(
        item__version__plan=OuterRef("version__plan"),
        item__stretch=OuterRef("stretch"),
        at__gt=OuterRef("version__published_at"),
    )
    nerve = StretchLog.objects.filter(Q(**of_item) | late, sensation=Sensation.NERVE)
    taken = GentlerLevel.objects.filter(**of_item).order_by("level")
    go_on = HomeAnswer.objects.filter(message__item=OuterRef("pk"), goes_on=True)
    not_right = HomeMessage.objects.filter(**of_item, kind=HomeMessageKind.NOT_RIGHT).order_by("-at")
    return items.annotate(
        nerve_sign=Exists(nerve),
        taken_level=Subquery(taken.values("level")[:1]),
        taken_at=Subquery(taken.values("at")[:1]),
        go_on_at=Subquery(go_on.order_by("-at").values("at")[:1]),
        # A message that came after the one that is answered has not been answered with it.
        go_on_to=Subquery(go_on.order_by("-message__at").values("message__at")[:1]),
        not_right_at=Subquery(not_right.values("at")[:1]),
    )


@dataclass(frozen=True)
class ItemNow:
    """One stretch as it is done now.

    ``asks``: what the log proposes; ``gentler``: the level offered instead; ``rests``: not to be done until the
    therapist has spoken, as the log or the client says; ``last_done``: the day of the last time.
    """

    level: int
    dose: Mapping[str, int]
    asks: Reaction
    gentler: int | None
    not_right: bool
    last_done: date | None

    @property
    def rests(self) -> bool:
        """Too much twice in a row, and nothing gentler is there."""
        return self.asks == Reaction.EASE and self.gentler is None

    @property
    def dose_now(self) -> Mapping[str, int]:
        """The dose, halved while the client is sore for more than a day."""
        return half_dose(self.dose) if self.asks == Reaction.HALVE else self.dose


def dose_at(item: Any, level: int) -> Mapping[str, int]:
    """The dose of a stretch of the plan at ``level``, its own or a gentler one."""
    published = {name: getattr(item, name) for name in _DOSE}
    at_level = STRETCHES[item.stretch].dose_1 if level == 1 else {}
    return gentler_dose(published, at_level) if level < item.level else published


def item_now(item: Any, made: Sequence[Tick], *, on: date, highest: int) -> ItemNow:
    """What ``item`` (from ``with_home``) asks for on the day ``on``; ``made``: its ticks, oldest first.

    ``highest``: up to which level it is allowed now. A tick for a day before the gentler level was taken, or before
    the therapist's word, is answered by it even when it is handed in later.
    """
    stretch = STRETCHES[item.stretch]
    level = item.taken_level or item.level
    answered_at = max(filter(None, (item.taken_at, item.go_on_at)), default=None)
    since = timezone.localdate(item.taken_at or item.version.published_at)
    logs = [
        HomeLog(
            str(item.pk),
            tick.on,
            tick.comfort,
            nerve=tick.sensation == Sensation.NERVE,
            sore=tick.sore,
            answered=answered_at is not None and (tick.at <= answered_at or tick.on < timezone.localdate(answered_at)),
        )
        for tick in made
        if tick.done or tick.sensation == Sensation.NERVE
    ]
    asks = reaction(logs, level=level, top=stretch.levels[-1], since=since, on=on)
    offered = gentler_level(stretch.levels, level=level, highest=highest) if asks == Reaction.EASE else None
    return ItemNow(
        level=level,
        dose=dose_at(item, level),
        asks=Reaction.STOP if item.nerve_sign else asks,
        gentler=offered,
        not_right=item.not_right_at is not None and (item.go_on_to is None or item.go_on_to < item.not_right_at),
        last_done=max((tick.on for tick in made if tick.done), default=None),
    )
