"""Which mail about their plan people want, and whether it is still wanted when it leaves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from clinic.models import Client, MailStop, OutboundMessage, PortalAccess, User
from intake.queries import reminders_taken_back_at
from sessions.models import PortalReminder
from sessions.queries.plan import my_plan
from sessions.rules.reminder import Moment, due_now, next_due

#: Templates of the mails of this floor, as ``CLINIC_MAIL_KINDS`` names them.
PLAN_CHANGED, REMINDER = "plan_changed", "plan_reminder"


def _open_accesses() -> QuerySet[PortalAccess]:
    """Accesses through which somebody can open a plan now."""
    return PortalAccess.objects.filter(
        ended_at=None, user__is_active=True, client__merged_into=None, client__archived_at=None
    ).select_related("user", "client")


# --- the client's own page ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MyReminders:
    """What this account wants to be told about one plan; ``chosen``: it has said so, so nothing here is a default.

    ``next`` is when the next reminder comes, by the clocks of ``zone``. ``stopped``: they were asked for and have ended
    since, by the link in a mail or with the consent to them.
    """

    access: PortalAccess
    chosen: bool
    days: list[int]
    hour: int
    zone: str
    plan_changes: bool
    next: datetime | None
    stopped: bool


def my_access(user: User, client: Client) -> PortalAccess:
    """The access through which ``user`` opens this plan; ``client`` comes from ``chosen_access``."""
    return _open_accesses().get(user=user, client=client)


def my_reminders(user: User, client: Client, *, now: datetime) -> MyReminders:
    """What ``user`` chose for this plan, or what holds until they choose; ``client`` comes from ``chosen_access``."""
    access = my_access(user, client)
    row = PortalReminder.objects.filter(access=access).first()
    stops = MailStop.objects.filter(client=client, to=user.email, lifted_at=None)
    stopped = set(stops.values_list("template", flat=True))
    chosen = row or PortalReminder(access=access, hour=18, zone=timezone.get_default_timezone_name())
    asked = REMINDER not in stopped and _asking().filter(pk=access.pk).exists()
    zone = ZoneInfo(chosen.zone)
    moment = next_due(chosen.days if asked else (), chosen.hour, zone, after=now)
    return MyReminders(
        access=access,
        chosen=row is not None,
        days=list(chosen.days),
        hour=chosen.hour,
        zone=chosen.zone,
        plan_changes=chosen.plan_changes and PLAN_CHANGED not in stopped,
        next=moment and moment.astimezone(zone),
        stopped=bool(chosen.days) and not asked,
    )


# --- the post -----------------------------------------------------------------------------------------------------


def told_of_changes(client: Client) -> QuerySet[PortalAccess]:
    """Who is told that the plan of ``client`` has changed: whoever opens it, unless they said no.

    It belongs to what they came for, so nobody has to ask for it first; it ends with the link in it.
    """
    return _open_accesses().filter(client=client).exclude(reminder__plan_changes=False)


def change_still_told(message: OutboundMessage, now: datetime) -> bool:
    """Whether the reader of a mail about a changed plan may still open it and wants to know."""
    return told_of_changes(message.client).filter(user__email=message.to).exists()


def _asking() -> QuerySet[PortalAccess]:
    """Accesses whose account asked for reminders, and has not since seen the consent to them taken back."""
    asked = _open_accesses().filter(reminder__isnull=False).exclude(reminder__days=[])
    consent = asked.annotate(taken_back_at=reminders_taken_back_at("client"))
    return consent.filter(Q(taken_back_at=None) | Q(taken_back_at__lt=F("reminder__changed_at")))


def reminders_due(now: datetime) -> Iterator[tuple[PortalAccess, Moment]]:
    """Everybody whose reminder is due at ``now``, with its moment; those who stopped it are left out. One statement."""
    stops = MailStop.objects.filter(
        client=OuterRef("client"), to=OuterRef("user__email"), template=REMINDER, lifted_at=None
    )
    for access in _asking().filter(~Exists(stops)).select_related("user", "client", "reminder"):
        chosen = access.reminder
        moment = due_now(chosen.days, chosen.hour, ZoneInfo(chosen.zone), now=now)
        if moment is not None:
            yield access, moment


def reminder_still_wanted(message: OutboundMessage, now: datetime) -> bool:
    """Whether its reader still wants reminders, and anything of the plan is due today."""
    asked = _asking().filter(client=message.client, user__email=message.to).exists()
    return asked and bool(my_plan(message.client, on=timezone.localdate(now)).due)
