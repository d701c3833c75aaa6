"""The reading door of the ground floor. Every function takes the user, or an object this door handed out."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.content import current_hash, current_hashes
from clinic.models import (
    SPEAKS_FOR_CLIENT,
    Appointment,
    AppointmentState,
    Client,
    ContentKind,
    EditionSignOff,
    Guardian,
    Location,
    MessageState,
    OutboundMessage,
    PortalAccess,
    Practice,
    User,
)
from clinic.models.base import columns, from_told
from clinic.post import is_stopped, kind_of, message_of
from clinic.roles import Role
from clinic.rules.text import plain


def practice(*, with_mail: bool = False) -> Practice:
    """The practice, or an empty unsaved one before the first set-up; one statement.

    Carries ``content_signed_off``: True when every clinical catalogue in use has a clinician's sign-off; and, when
    asked for ``with_mail``, what ``mail_trouble`` reads.
    """
    found = _practices()
    if with_mail:
        told = JSONObject(all=Count("pk"), given_up=Count("pk", filter=Q(state=MessageState.FAILED)))
        troubled = OutboundMessage.objects.troubled().order_by().values(one=Value(1))
        found = found.annotate(mail=Subquery(troubled.annotate(told=told).values("told")))
    row = found.first()
    if row is None:
        return Practice(name="")
    return _noticed(row, row.signed)


def _noticed(row: Practice, signed: int) -> Practice:
    row.content_signed_off = signed == len(current_hashes())
    return row


def _practices() -> QuerySet[Any]:
    signed = (
        EditionSignOff.objects.filter(edition__hash__in=current_hashes())
        .order_by()
        .values(all=Value(1))
        .annotate(number=Count("edition", distinct=True))
        .values("number")
    )
    return Practice.objects.annotate(signed=Coalesce(Subquery(signed, output_field=IntegerField()), 0))


def with_practice(accesses: QuerySet[PortalAccess]) -> QuerySet[PortalAccess]:
    """``accesses`` with what ``practice_of`` reads, in the same statement: the portal's pages have few to spend."""
    told = JSONObject(row=columns(Practice), signed="signed")
    return accesses.annotate(practice=Subquery(_practices().values(told=told)[:1]))


def practice_of(access: PortalAccess) -> Practice:
    """The practice, as ``practice`` gives it; ``access`` comes from ``with_practice``."""
    told = access.practice  # type: ignore[attr-defined]
    if told is None:
        return Practice(name="")
    return _noticed(from_told(Practice, told["row"]), told["signed"])


@dataclass(frozen=True)
class SetUpStep:
    """Something still missing: a sentence with the remedy, and the name of the page where it is done."""

    sentence: str
    page: str


def set_up_steps() -> list[SetUpStep]:
    """What is still missing before the first intake may start; empty when ready."""
    row = practice()
    steps = []
    if not row.name:
        steps.append(SetUpStep(_("The practice has no name. Add it under Practice."), "setup_practice"))
    if not row.emergency_number:
        sentence = _("The emergency number is missing. Add it under Practice: every stop page shows it.")
        steps.append(SetUpStep(sentence, "setup_practice"))
    if not row.emergency_wording:
        sentence = _("The emergency wording is missing. Add it under Practice: it is what a client reads.")
        steps.append(SetUpStep(sentence, "setup_practice"))
    if not Location.objects.exists():
        steps.append(SetUpStep(_("There is no location. Add one with its time zone."), "setup_location_new"))
    staff = User.objects.filter(is_active=True)
    if not staff.filter(roles__contains=[Role.OWNER]).exists():
        sentence = _("There is no owner. Make one with manage.py create_staff EMAIL --role owner.")
        steps.append(SetUpStep(sentence, "setup"))
    return steps


def set_up_gaps() -> list[str]:
    """The sentences of ``set_up_steps``."""
    return [step.sentence for step in set_up_steps()]


def locations(user: User) -> QuerySet[Location]:
    """Every location, for staff."""
    return Location.objects.all() if user.is_staff else Location.objects.none()


def therapists(user: User) -> QuerySet[User]:
    """Every therapist who may sign in, by name, for staff."""
    found = User.objects.filter(roles__contains=[Role.THERAPIST], is_active=True)
    return found if user.is_staff else found.none()


def clients(user: User) -> QuerySet[Client]:
    """Clients whose name and contact data ``user`` may see, without merged and archived ones, in name order."""
    return Client.objects.visible_to(user).filter(merged_into=None, archived_at=None)


def client(user: User, client_uuid: uuid.UUID) -> Client:
    """One client's name and contact data; 404 when absent or not for ``user``."""
    return get_object_or_404(Client.objects.visible_to(user), uuid=client_uuid)


def charted_clients(user: User) -> QuerySet[Client]:
    """Clients whose health record ``user`` may read (care team, owner, or all when the practice says so)."""
    widened = user.holds(Role.THERAPIST) and Practice.objects.filter(all_therapists_read_all=True).exists()
    return Client.objects.charted_for(user, every_therapist=widened)


def charted_client(user: User, client_uuid: uuid.UUID) -> Client:
    """One client whose health record ``user`` may read; 404 otherwise."""
    return get_object_or_404(charted_clients(user), uuid=client_uuid)


#: Rows on one page of the list, and at most in an answer to a search.
PAGE = 50


@dataclass(frozen=True)
class ClientPage:
    """Some clients in name order; ``after`` is the uuid to go on from, None at the end of the list."""

    rows: list[Client]
    after: uuid.UUID | None


def client_page(user: User, *, after: uuid.UUID | None = None) -> ClientPage:
    """The next ``PAGE`` clients in name order behind the client ``after``; one statement, however long the list."""
    found = clients(user)
    if after is not None:
        last = Client.objects.filter(uuid=after)
        name, key = Subquery(last.values("search_text")), Subquery(last.values("id"))
        found = found.filter(search_text__gte=name).exclude(search_text=name, id__lte=key)
    rows = list(found[: PAGE + 1])
    return ClientPage(rows[:PAGE], rows[PAGE - 1].uuid if len(rows) > PAGE else None)


def client_search(user: User, text: str) -> ClientPage:
    """The first ``PAGE`` clients matching ``text``; ``after`` tells that there are more."""
    rows = list(clients(user).matching(text)[: PAGE + 1])  # type: ignore[attr-defined]
    return ClientPage(rows[:PAGE], rows[PAGE - 1].uuid if len(rows) > PAGE else None)


def similar_clients(user: User, details: Mapping[str, Any]) -> list[Client]:
    """Clients that may be the person of ``details``: same name and birth date, same phone, or same e-mail; up to 5."""
    words = plain(f"{details['first_name']} {details['last_name']}").split()
    same = Q(birth_date=details["birth_date"])
    for word in words:
        same &= Q(search_text__contains=word)
    if digits := re.sub(r"\D", "", details.get("phone", "")):
        same |= Q(phone_digits=digits)
    if email := details.get("email", ""):
        same |= Q(email__iexact=email)
    return list(clients(user).filter(same)[:5])


def guardian(user: User, guardian_uuid: uuid.UUID) -> Guardian:
    """One guardian of a client ``user`` may see; 404 otherwise."""
    return get_object_or_404(
        Guardian.objects.filter(client__in=Client.objects.visible_to(user)).select_related("client"),
        uuid=guardian_uuid,
    )


def guardians(client: Client) -> QuerySet[Guardian]:
    """Who speaks for ``client``."""
    return client.guardians.order_by("id")


def portal_accesses(client: Client) -> QuerySet[PortalAccess]:
    """Accounts that may open the plan of ``client`` now."""
    return client.portal_access.filter(ended_at=None).select_related("user").order_by("id")


def portal_access(user: User, access_uuid: uuid.UUID) -> PortalAccess:
    """One open access to a client, for staff; 404 otherwise."""
    found = PortalAccess.objects.filter(client__in=Client.objects.visible_to(user), ended_at=None)
    for_staff = found.select_related("client", "user") if user.is_staff else found.none()
    return get_object_or_404(for_staff, uuid=access_uuid)


def client_account(address: str) -> User | None:
    """The account that signs in by code with this address, if it is a client's and may sign in."""
    return User.objects.filter(email=address.strip().casefold(), is_active=True, roles=[Role.CLIENT]).first()


def local_day(location: Location, moment: datetime) -> date:
    """The calendar day at ``location`` at ``moment``."""
    return moment.astimezone(ZoneInfo(location.time_zone)).date()


def diary(user: User, *, on: date | None = None, now: datetime | None = None) -> list[Appointment]:
    """Every visit of a day by time, with client, therapist and location; for staff. One statement.

    Each location has its own day: ``on``, or its today at ``now`` when None.
    """
    if not user.is_staff:
        return []
    moment = now or timezone.now()
    middle = datetime.combine(on, time(12), tzinfo=UTC) if on else moment
    # Clocks differ from UTC by up to 14 hours, so a day of any zone lies within 38 hours around its noon in UTC.
    near = Appointment.objects.filter(
        during__startswith__gte=middle - timedelta(hours=38), during__startswith__lt=middle + timedelta(hours=38)
    )
    rows = near.select_related("client", "therapist", "location").order_by("during", "id")
    return [row for row in rows if local_day(row.location, row.during.lower) == (on or local_day(row.location, moment))]


def week(user: User, first: date) -> dict[date, list[Appointment]]:
    """The visits of the seven days from ``first``, by the day it is at their location, each day by time; for staff.

    With client, therapist and location; one statement. Cancelled visits are left out.
    """
    days: dict[date, list[Appointment]] = {first + timedelta(days=number): [] for number in range(7)}
    if not user.is_staff:
        return days
    midnight = datetime.combine(first, time(), tzinfo=UTC)
    # A day of any zone begins within 14 hours of the day in UTC.
    near = Appointment.objects.filter(
        during__startswith__gte=midnight - timedelta(hours=14), during__startswith__lt=midnight + timedelta(days=7.6)
    ).exclude(state=AppointmentState.CANCELLED)
    for row in near.select_related("client", "therapist", "location").order_by("during", "id"):
        day = local_day(row.location, row.during.lower)
        if day in days:
            days[day].append(row)
    return days


def appointment(user: User, appointment_uuid: uuid.UUID) -> Appointment:
    """One visit, for staff; 404 otherwise."""
    found = Appointment.objects.filter(client__in=Client.objects.visible_to(user)).select_related(
        "client", "location", "therapist"
    )
    return get_object_or_404(found if user.is_staff else found.none(), uuid=appointment_uuid)


def appointments(client: Client) -> QuerySet[Appointment]:
    """The visits of ``client``, latest first."""
    return client.appointments.select_related("therapist", "location").order_by("-during")


@dataclass(frozen=True)
class NextVisit:
    """The client's next visit, as it is told to them: when, in the time of that place, with whom, and where."""

    begins: datetime
    time_zone: str
    therapist: str
    place: str
    address: str


def with_next_visit(accesses: QuerySet[PortalAccess], *, now: datetime | None = None) -> QuerySet[PortalAccess]:
    """``accesses`` with what ``next_visit`` reads, in the same statement: the portal's pages have few to spend."""
    coming = Appointment.objects.filter(
        client=OuterRef("client"),
        state__in=(AppointmentState.BOOKED, AppointmentState.ARRIVED),
        during__endswith__gt=now or timezone.now(),
    )
    told = JSONObject(
        begins=F("during__startswith"),
        time_zone=F("location__time_zone"),
        therapist=F("therapist__printed_name"),
        place=F("location__name"),
        address=F("location__address"),
    )
    return accesses.annotate(coming=Subquery(coming.order_by("during").values(told=told)[:1]))


def next_visit(access: PortalAccess) -> NextVisit | None:
    """The first visit of the client that is booked and not over; ``access`` comes from ``with_next_visit``.

    None for a helper, to whom visits are not told.
    """
    told = access.coming  # type: ignore[attr-defined]
    if told is None or access.relation not in SPEAKS_FOR_CLIENT:
        return None
    return NextVisit(**told | {"begins": datetime.fromisoformat(told["begins"])})


def staff(user: User) -> QuerySet[User]:
    """Every staff account, for the owner."""
    found = User.objects.exclude(roles__contains=[Role.CLIENT])
    return found if user.holds(Role.OWNER) else found.none()


def staff_member(user: User, member_uuid: uuid.UUID) -> User:
    """One staff account, for the owner; 404 otherwise."""
    return get_object_or_404(staff(user), uuid=member_uuid)


def location(user: User, location_uuid: uuid.UUID) -> Location:
    """One location, for staff; 404 otherwise."""
    return get_object_or_404(locations(user), uuid=location_uuid)


@dataclass(frozen=True)
class EditionInUse:
    """A clinical catalogue with the edition in use and who has signed it off (None: nobody)."""

    kind: ContentKind
    number: str
    sign_off: EditionSignOff | None


def editions_in_use() -> list[EditionInUse]:
    """Every clinical catalogue, in the order of settings."""
    signed = EditionSignOff.objects.filter(edition__hash__in=current_hashes()).select_related("edition").order_by("id")
    latest = {each.edition.hash: each for each in signed}
    return [
        EditionInUse(kind, current_hash(kind)[:8], latest.get(current_hash(kind)))
        for kind in map(ContentKind, settings.CLINIC_CATALOGUES)
    ]


def edition_in_use(kind: str) -> EditionInUse:
    """One clinical catalogue by its code; 404 for a word that names none."""
    for each in editions_in_use():
        if each.kind == kind:
            return each
    raise Http404


# --- mail -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MailRow:
    """One message as the owner reads it: what kind, to whom, how far."""

    message: OutboundMessage
    kind: str

    @property
    def troubled(self) -> bool:
        """The mail server did not take it."""
        return self.message.is_troubled

    @property
    def tier(self) -> str:
        """How its state is drawn."""
        if self.troubled:
            return "limit"
        return {MessageState.SENT: "ok", MessageState.DROPPED: "plain"}.get(MessageState(self.message.state), "note")

    @property
    def next_at(self) -> datetime | None:
        """When it leaves, for one that waits for its time; night may make it later."""
        return self.message.send_after if self.message.state == MessageState.WAITING else None

    @property
    def may_be_settled(self) -> bool:
        """Whether a person may send it again or leave it."""
        return self.troubled and self.message.state != MessageState.SENDING


@dataclass(frozen=True)
class MailPage:
    """Some messages, newest first; ``before`` is the uuid to go on from, None at the end of the list."""

    rows: list[MailRow]
    before: uuid.UUID | None


def mail_page(user: User, *, troubled: bool = False, before: uuid.UUID | None = None) -> MailPage:
    """The next ``PAGE`` messages for the owner, all or only the ``troubled`` ones; one statement, however many."""
    found = OutboundMessage.objects.select_related("client").order_by("-id")
    if not user.holds(Role.OWNER):
        found = found.none()
    if troubled:
        found = found.troubled()
    if before is not None:
        found = found.filter(id__lt=Subquery(OutboundMessage.objects.filter(uuid=before).values("id")))
    rows = list(found[: PAGE + 1])
    shown = [MailRow(row, str(kind_of(row.template).name)) for row in rows[:PAGE]]
    return MailPage(shown, rows[PAGE - 1].uuid if len(rows) > PAGE else None)


def mail_message(user: User, message_uuid: uuid.UUID) -> OutboundMessage:
    """One message, for the owner; 404 otherwise."""
    found = OutboundMessage.objects.all()
    return get_object_or_404(found if user.holds(Role.OWNER) else found.none(), uuid=message_uuid)


@dataclass(frozen=True)
class MailTrouble:
    """How many messages were given up, and how many are being tried again."""

    given_up: int
    tried_again: int


def mail_trouble(user: User, practice: Practice) -> MailTrouble:
    """What the mail server did not take, in numbers, for staff; ``practice`` was read ``with_mail``."""
    counted = getattr(practice, "mail", None)
    if counted is None or not user.is_staff:
        return MailTrouble(0, 0)
    return MailTrouble(counted["given_up"], counted["all"] - counted["given_up"])


@dataclass(frozen=True)
class StoppableMail:
    """What the holder of a link in a mail may know: what kind of mail it ends, and whether it is ended."""

    message: OutboundMessage
    stops: str
    is_stopped: bool


def stoppable_mail(token: str) -> StoppableMail:
    """The mail whose link carries ``token``; 404 for a token that is none of ours. The signature is the permission."""
    row = message_of(token)
    if row is None:
        raise Http404
    return StoppableMail(row, str(kind_of(row.template).stops), is_stopped(row))


def age_on(birth_date: date, on: date) -> int:
    """Completed years on the day ``on``; a 29 February birthday is reached on 1 March of other years."""
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))


def migrations_are_applied() -> bool:
    """True when the database holds every migration of this version of the product."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())
