"""Records of the ground floor for tests, made through the actions alone: no state the product could not reach."""

from __future__ import annotations

from datetime import date, datetime
from itertools import count
from smtplib import SMTPRecipientsRefused
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from django.core.mail.backends.base import BaseEmailBackend
from django.test import override_settings
from django.utils import timezone

from clinic import actions, post
from clinic.models import (
    Appointment,
    AppointmentState,
    CareReason,
    Client,
    Location,
    OutboundMessage,
    PortalRelation,
    Practice,
    User,
)

PASSWORD = "a-long-test-password-1"
_number = count(1)


def practice(**details: Any) -> Practice:
    """The practice, ready for its first intake."""
    ready = {
        "name": "Riverside Massage",
        "phone": "+441632960100",
        "emergency_number": "999",
        "emergency_wording": "Call 999 now, or go to the nearest emergency department.",
    }
    return actions.save_practice(details={**ready, **details}, by=None)


def location(name: str = "Riverside", time_zone: str = "Europe/London") -> Location:
    """A place that treats."""
    return Location.objects.filter(name=name).first() or actions.save_location(
        details={"name": name, "address": "4 Mill Lane", "time_zone": time_zone}, by=None
    )


def staff(*roles: str, name: str = "", email: str = "") -> User:
    """A staff account with ``roles`` and the password ``PASSWORD``."""
    number = next(_number)
    user, _password = actions.create_staff(
        email=email or f"staff{number}@riverside.example",
        roles=roles,
        printed_name=name or f"Staff {number}",
        password=PASSWORD,
        by=None,
    )
    return user


def client(first: str = "Ana", last: str = "Lind", *, by: User | None = None, **details: Any) -> Client:
    """A client born on 5 March 1980 unless said otherwise."""
    known = {"first_name": first, "last_name": last, "birth_date": date(1980, 3, 5), "sex": "female"}
    return actions.create_client(details={**known, **details}, by=by)


def appointment(
    client: Client,
    therapist: User,
    *,
    begins: datetime | None = None,
    minutes: int = 60,
    state: AppointmentState = AppointmentState.BOOKED,
    at: datetime | None = None,
) -> Appointment:
    """A visit, by default beginning at noon of the location's today; brought to ``state`` the way the desk does."""
    place = location()
    noon = timezone.now().astimezone(ZoneInfo(place.time_zone)).replace(hour=12, minute=0, second=0, microsecond=0)
    booked = actions.book_appointment(
        client=client,
        therapist=therapist,
        location=place,
        begins=begins or noon,
        minutes=minutes,
        by=None,
        at=at,
    )
    road = {
        AppointmentState.BOOKED: (),
        AppointmentState.FINISHED: (AppointmentState.ARRIVED, AppointmentState.FINISHED),
    }.get(state, (state,))
    for step in road:
        booked = actions.move_appointment(appointment=booked, to=step, by=None, at=at)
    return booked


def portal_user(client: Client, email: str, relation: PortalRelation = PortalRelation.SELF) -> User:
    """The account that opens the plan of ``client``."""
    return actions.open_portal(client=client, email=email, relation=relation, by=None).user


class RefusingServer(BaseEmailBackend):
    """A mail server that knows nobody."""

    def send_messages(self, messages: Any) -> int:
        raise SMTPRecipientsRefused({message.to[0]: (550, b"no such user") for message in messages})


def unsent_message(client: Client, to: str) -> OutboundMessage:
    """A mail that the mail server refused for good."""
    key = f"unsent:{client.uuid}:{to}"
    row = actions.send_mail(template="portal_open", client=client, to=to, key=key, send_after=timezone.now(), by=None)
    with override_settings(EMAIL_BACKEND=f"{__name__}.RefusingServer"):
        post.deliver.call(str(row.uuid))
    row.refresh_from_db()
    return row


def people() -> SimpleNamespace:
    """The practice with the people every test talks about."""
    practice()
    place = location()
    found = SimpleNamespace(
        location=place,
        odile=staff("owner", name="Odile Marchand", email="odile@riverside.example"),
        tess=staff("therapist", name="Tess Okafor", email="tess@riverside.example"),
        theo=staff("therapist", name="Theo Haddad", email="theo@riverside.example"),
        flo=staff("front_desk", name="Flo Marsh", email="flo@riverside.example"),
        solo=staff("owner", "therapist", "front_desk", name="Sol Weiss", email="sol@riverside.example"),
        ana=client("Ana", "Lind", email="ana@example.org", phone="+447700900123"),
        ben=client("Ben", "Okoro", email="ben@example.org", phone="+447700900456", birth_date=date(1975, 11, 30)),
    )
    found.ana_user = portal_user(found.ana, "ana@example.org")
    found.ben_user = portal_user(found.ben, "ben@example.org")
    actions.start_care(client=found.ana, therapist=found.tess, reason=CareReason.APPOINTMENT, by=None)
    actions.start_care(client=found.ben, therapist=found.theo, reason=CareReason.APPOINTMENT, by=None)
    return found
