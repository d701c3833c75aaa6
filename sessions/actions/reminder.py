"""Mail about the stretch plan: reminders the client chose, a word when it has changed. It says nothing of health."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from clinic.actions import lift_mail_stop, record, send_mail
from clinic.models import MessageState, OutboundMessage, PortalAccess, User
from clinic.models.practice import known_time_zone
from sessions.models import PlanVersion, PortalReminder
from sessions.queries.reminder import PLAN_CHANGED, REMINDER, reminders_due, told_of_changes

#: So long nothing more is published before the mail leaves: one mail for one set of changes.
QUIET = timedelta(minutes=15)
#: A mail that could not leave for so long is no news any more.
NEWS = timedelta(days=3)


@transaction.atomic
def tell_plan_change(*, version: PlanVersion, by: User, at: datetime | None = None) -> None:
    """Write a mail to everybody who opens this plan and wants to know that it has changed.

    One that still waits is put off instead, so that versions published one after the other make one mail.
    """
    now = at or timezone.now()
    client = version.plan.client
    for access in told_of_changes(client):
        waiting = OutboundMessage.objects.filter(
            template=PLAN_CHANGED, client=client, to=access.user.email, state=MessageState.WAITING
        )
        if not waiting.update(send_after=Greatest(F("send_after"), now + QUIET), send_before=now + NEWS):
            send_mail(
                template=PLAN_CHANGED,
                client=client,
                to=access.user.email,
                key=f"{PLAN_CHANGED}:{access.uuid}:{version.uuid}",
                send_after=now + QUIET,
                send_before=now + NEWS,
                by=by,
                at=now,
            )


@transaction.atomic
def set_reminder(
    *,
    access: PortalAccess,
    days: Collection[int],
    hour: int,
    zone: str,
    plan_changes: bool,
    by: User,
    at: datetime | None = None,
) -> PortalReminder:
    """What the reader of a plan wants to be told: reminders on ISO weekdays ``days`` at ``hour`` by the clocks of
    ``zone`` (no days: none), and whether the plan has changed.

    Asking for a kind of mail lifts the stop that a link in it had set. Raises ``ValidationError`` by field.
    """
    now = at or timezone.now()
    if by != access.user or not by.is_active or access.ended_at is not None:
        raise PermissionDenied
    known_time_zone(zone)
    PortalAccess.objects.select_for_update(no_key=True).get(pk=access.pk)
    row = PortalReminder.objects.filter(access=access).first() or PortalReminder(access=access)
    row.days, row.hour, row.zone = sorted(set(days)), hour, zone
    row.plan_changes, row.changed_at = plan_changes, now
    row.full_clean()
    row.save()
    record(verb="set_reminder", about=row, client=access.client, by=by, at=now)
    for template in [REMINDER] * bool(row.days) + [PLAN_CHANGED] * plan_changes:
        lift_mail_stop(client=access.client, to=by.email, template=template, by=by, at=now)
    return row


def write_reminders(*, by: User | None, at: datetime | None = None) -> None:
    """Write the reminders that are due now; a day's reminder is written once, whoever asks and however often."""
    now = at or timezone.now()
    due = [(f"{REMINDER}:{access.uuid}:{moment.on}", access, moment) for access, moment in reminders_due(now)]
    written = OutboundMessage.objects.filter(key__in=[key for key, _access, _moment in due])
    known = set(written.values_list("key", flat=True))
    for key, access, moment in due:
        if key not in known:
            send_mail(
                template=REMINDER,
                client=access.client,
                to=access.user.email,
                key=key,
                send_after=moment.begins,
                send_before=moment.ends,
                by=by,
                at=now,
            )
