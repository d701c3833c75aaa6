"""Whom to tell that the form for a visit is missing, and whether it still is when the mail leaves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from clinic.models import Appointment, AppointmentState, Client, OutboundMessage
from clinic.queries import practice
from intake.access_queries import LINK_MAIL, link_to_intake, words_of
from intake.models import Intake, IntakeState
from intake.queries import reminders_taken_back_at
from intake.rules.form_mail import APART, mail_due

#: Template of the mail.
FORM_MISSING = "form_missing"


def _without_form() -> QuerySet[Appointment]:
    """Visits to come of clients who can be written to and whose form is not begun or not handed in.

    What the board calls "not started" and "in progress": the newest form with any answer counts.
    """
    begun = Intake.objects.filter(client=OuterRef("client")).exclude(state=IntakeState.DRAFT, answers={})
    visits = Appointment.objects.filter(
        state=AppointmentState.BOOKED, client__merged_into=None, client__archived_at=None
    ).exclude(client__email="")
    stands = visits.annotate(
        form=Subquery(begun.order_by("-id").values("state")[:1]), taken_back=reminders_taken_back_at("client")
    )
    wanted = stands.filter(taken_back=None)  # "you may remind me by e-mail", and no longer
    return wanted.filter(Q(form=None) | Q(form=IntakeState.DRAFT)).select_related("client")


def key_of(visit: Appointment, number: int) -> str:
    """The key of the first or second mail about a visit."""
    return f"{FORM_MISSING}:{visit.uuid}:{number}"


def forms_missing(now: datetime) -> list[tuple[Appointment, int]]:
    """Visits with the number of the mail that is due at ``now`` and not yet written; four statements, however many.

    Of a client's visits the next one counts.
    """
    row = practice()
    days = {"first_days": row.form_first_days, "second_days": row.form_second_days}
    ahead = timedelta(days=max((number for number in days.values() if number is not None), default=0))
    near = _without_form().filter(during__startswith__gt=now, during__startswith__lte=now + ahead)
    due, seen = {}, set()
    for visit in near.order_by("during", "id"):
        number = mail_due(visit.during.lower, **days, now=now)
        if number and visit.client_id not in seen:
            due[key_of(visit, number)] = (visit, number)
        seen.add(visit.client_id)
    known = set(OutboundMessage.objects.filter(key__in=due).values_list("key", flat=True))
    lately = _told_lately([visit.client for visit, _number in due.values()], now)
    return [
        (visit, number)
        for key, (visit, number) in due.items()
        if key not in known and (visit.client_id, visit.client.email) not in lately
    ]


def _told_lately(clients: list[Client], now: datetime) -> set[tuple[int, str]]:
    """Clients by key, with the address, that were written to about a form within the last hours: so, or with a link."""
    about = OutboundMessage.objects.filter(template__in=(FORM_MISSING, LINK_MAIL), created_at__gt=now - APART)
    return set(about.filter(client__in=clients).values_list("client_id", "to"))


def form_still_missing(message: OutboundMessage, now: datetime) -> bool:
    """Whether the visit is still to come without a form, and neither a later mail nor a link has taken its place."""
    _template, visit_uuid, number = message.key.split(":")
    visit = _without_form().filter(uuid=visit_uuid, client=message.client, client__email=message.to).first()
    row = practice()
    days = {"first_days": row.form_first_days, "second_days": row.form_second_days}
    if visit is None or mail_due(visit.during.lower, **days, now=now) != int(number):
        return False
    links = OutboundMessage.objects.filter(template=LINK_MAIL, client=message.client, to=message.to)
    return not links.filter(created_at__gt=message.created_at).exists()


def form_words(message: OutboundMessage, now: datetime) -> Mapping[str, Any]:
    """The link to the form, when the desk has sent one that still works; a mail of its own makes none."""
    access = link_to_intake(message.client, now=now)
    return {"link": "", "until": ""} if access is None else words_of(access)
