"""The writing door of the ground floor. Keyword-only, ``by=`` the acting user, ``at=`` the time (default now)."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinic import post
from clinic.content import catalogue_path, current_hash
from clinic.models import (
    LIVE,
    Appointment,
    AppointmentState,
    AuditEvent,
    Care,
    CareReason,
    Client,
    ContentEdition,
    ContentKind,
    DeskCode,
    EditionSignOff,
    Guardian,
    Location,
    MailStop,
    MessageState,
    OutboundMessage,
    PortalAccess,
    PortalRelation,
    Practice,
    User,
)
from clinic.queries import local_day
from clinic.roles import STAFF, Role
from clinic.rules.diary import nearest_free, overlapping

# --- audit ----------------------------------------------------------------------------------------------------------


def record(
    *,
    verb: str,
    about: models.Model | None = None,
    client: Client | None = None,
    reason: str = "",
    outcome: str = "ok",
    by: User | None,
    at: datetime | None = None,
) -> None:
    """Append one audit row in the caller's transaction: who, as what, did which verb to which object of whom.

    ``verb`` and ``reason`` are codes, never text; ``about`` is any record with a ``uuid``.
    """
    AuditEvent.objects.create(
        actor=by,
        roles=list(by.roles) if by else [],
        verb=verb,
        object_type=(about._meta.model_name or "") if about is not None else "",
        object_uuid=getattr(about, "uuid", None),
        client=client,
        reason=reason,
        outcome=outcome,
        at=at or timezone.now(),
    )


def record_read(*, about: models.Model, client: Client, by: User) -> None:
    """Append the read of a chart, note, intake or plan to the read-access log."""
    record(verb="read", about=about, client=client, by=by)


def record_reads(*, about: Iterable[Any], by: User) -> None:
    """Append the read of each of these records, which carry their ``client``, to the read-access log at once."""
    now = timezone.now()
    AuditEvent.objects.bulk_create(
        AuditEvent(
            actor=by,
            roles=list(by.roles),
            verb="read",
            object_type=row._meta.model_name,
            object_uuid=row.uuid,
            client_id=row.client_id,
            at=now,
        )
        for row in about
    )


def _fill(row: models.Model, details: Mapping[str, Any]) -> None:
    """Put ``details`` (field name to value) on ``row`` and check the whole row."""
    for name, value in details.items():
        setattr(row, name, value)
    row.full_clean()


# --- clients --------------------------------------------------------------------------------------------------------

#: What the desk writes about a client; every other column is the product's own.
CLIENT_DETAILS = (
    "first_name",
    "last_name",
    "preferred_name",
    "pronouns",
    "birth_date",
    "sex",
    "phone",
    "email",
    "address",
    "emergency_name",
    "emergency_relation",
    "emergency_phone",
    "pcp_name",
    "pcp_contact",
    "language",
    "access_needs",
)


def _only(details: Mapping[str, Any], allowed: Collection[str]) -> Mapping[str, Any]:
    """``details``, refused by name when it holds a column that is not the caller's to write."""
    if unknown := sorted(set(details) - set(allowed)):
        raise ValueError(f"not among the details that may be written here: {', '.join(unknown)}")
    return details


def _free_reference() -> str:
    """A reference no client has; six digits, so a practice runs out of them only beyond a million clients."""
    field = Client._meta.get_field("ref")
    for _attempt in range(100):
        ref = str(field.get_default())
        if not Client.objects.filter(ref=ref).exists():
            return ref
    raise RuntimeError("no free client reference was found in a hundred draws")


def create_client(
    *,
    details: Mapping[str, Any],
    guardian: Mapping[str, Any] | None = None,
    key: uuid.UUID | None = None,
    by: User | None,
    at: datetime | None = None,
) -> Client:
    """A new client with ``details`` (see ``CLIENT_DETAILS``) and, when given, a first guardian.

    ``key`` was made with the form and becomes the client's uuid: the same form sent twice leaves one client. Raises
    ``ValidationError`` by field, and for a key that another person was already stored under.
    """
    when = at or timezone.now()
    row = Client(uuid=key or uuid.uuid4(), created_at=when, ref=_free_reference())
    try:
        with transaction.atomic():
            for name, value in _only(details, CLIENT_DETAILS).items():
                setattr(row, name, value)
            row.clean()  # fills the columns of the search, which full_clean then asks for
            row.full_clean(exclude=["uuid"])
            row.save(force_insert=True)
            record(verb="create_client", about=row, client=row, by=by, at=when)
            if guardian is not None:
                add_guardian(client=row, details=guardian, by=by, at=when)
    except IntegrityError:
        stored = Client.objects.filter(uuid=row.uuid).first()
        if stored is None:
            raise
        if (stored.search_text, stored.birth_date) != (row.search_text, row.birth_date):
            raise ValidationError(_("This form was already used for somebody else. Open “New client” again.")) from None
        if any(getattr(stored, name) != getattr(row, name) for name in CLIENT_DETAILS):
            raise ValidationError(
                _("This client is registered already, with other data. Find them and change their contact data.")
            ) from None
        return stored
    return row


@transaction.atomic
def change_client(*, client: Client, details: Mapping[str, Any], by: User, at: datetime | None = None) -> Client:
    """Write new ``details`` over a client's; raises ``ValidationError`` by field. History keeps the old ones."""
    row = Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    _fill(row, _only(details, CLIENT_DETAILS))
    row.save()
    record(verb="change_client", about=row, client=row, by=by, at=at)
    return row


@transaction.atomic
def add_guardian(
    *, client: Client, details: Mapping[str, Any], by: User | None, at: datetime | None = None
) -> Guardian:
    """Somebody who speaks for the client: ``name``, ``relation``, ``phone``, ``stays_in_room``; the same one once."""
    Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    known = client.guardians.filter(**_only(details, ("name", "relation", "phone", "stays_in_room"))).first()
    if known is not None:
        return known
    row = Guardian(client=client)
    _fill(row, details)
    row.save()
    record(verb="add_guardian", about=row, client=client, by=by, at=at)
    return row


@transaction.atomic
def remove_guardian(*, guardian: Guardian, by: User, at: datetime | None = None) -> None:
    """Somebody who no longer speaks for the client."""
    record(verb="remove_guardian", about=guardian, client=guardian.client, by=by, at=at)
    guardian.delete()


@transaction.atomic
def start_care(
    *, client: Client, therapist: User, reason: CareReason, by: User | None, at: datetime | None = None
) -> Care:
    """Open (or find open) the care row that lets ``therapist`` read the client's chart."""
    care, made = Care.objects.get_or_create(
        client=client, therapist=therapist, until=None, defaults={"reason": reason, "since": at or timezone.now()}
    )
    if made:
        record(verb="start_care", about=care, client=client, reason=reason, by=by, at=at)
    return care


# --- portal ---------------------------------------------------------------------------------------------------------

#: What the desk may ask somebody for before it prints a code, and how many of them it needs.
IDENTIFIERS = ("name", "birth_date", "phone", "address", "photo_id")
NEEDED_IDENTIFIERS = 2


@transaction.atomic
def open_portal(
    *,
    client: Client,
    email: str,
    relation: PortalRelation,
    name: str = "",
    by: User | None,
    at: datetime | None = None,
) -> PortalAccess:
    """Let the account of ``email`` open this client's plan, and invite it by a mail without health data.

    The account is made when there is none, under ``name`` (default: the client's). An access that is already open is
    returned as it is, without a second mail. Raises ``ValidationError`` for an address of staff or of a disabled
    account.
    """
    when = at or timezone.now()
    address = email.strip().casefold()
    account = User.objects.select_for_update(no_key=True).filter(email=address).first()
    if account is None:
        account = User(email=address, roles=[Role.CLIENT], printed_name=name.strip() or client.name)
        account.set_unusable_password()
        account.full_clean()
        account.save()
    elif account.holds(*STAFF):
        raise ValidationError(
            {"email": _("This address belongs to a staff account. Staff and clients need different addresses.")}
        )
    elif not account.is_active:
        raise ValidationError(
            {"email": _("The account with this address is disabled. Ask the owner to enable it, or use another one.")}
        )
    access, made = PortalAccess.objects.get_or_create(
        user=account, client=client, ended_at=None, defaults={"relation": relation, "opened_at": when}
    )
    if made:
        record(verb="open_portal", about=access, client=client, reason=relation, by=by, at=when)
        send_mail(template="portal_open", client=client, to=address, key=f"portal_open:{access.uuid}", by=by, at=when)
    return access


@transaction.atomic
def end_portal(*, access: PortalAccess, by: User, at: datetime | None = None) -> PortalAccess:
    """Close an access; the account keeps those to other clients."""
    row = PortalAccess.objects.select_for_update(no_key=True).get(pk=access.pk)
    if row.ended_at is None:
        row.ended_at = at or timezone.now()
        row.save(update_fields=["ended_at"])
        record(verb="end_portal", about=row, client=row.client, by=by, at=at)
    return row


#: Digits of a code from the desk: as many as of an e-mailed one, so that one field takes both.
_CODE_DIGITS = settings.ACCOUNT_LOGIN_BY_CODE_FORMAT["length"]
#: Tries that a code from the desk stands; the database refuses a sixth as well.
_CODE_TRIES = settings.ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS


def _code_hash(account: User, digits: str) -> str:
    return salted_hmac("clinic.desk-code", f"{account.pk}:{digits}", algorithm="sha256").hexdigest()


def _code_digits(key: uuid.UUID) -> str:
    """The digits that belong to the form ``key``: nobody without the secret key of the installation can tell them."""
    drawn = int(salted_hmac("clinic.desk-code.digits", str(key), algorithm="sha256").hexdigest(), 16)
    return f"{drawn % 10**_CODE_DIGITS:0{_CODE_DIGITS}}"


@transaction.atomic
def print_desk_code(
    *,
    access: PortalAccess,
    checked: Collection[str],
    key: uuid.UUID | None = None,
    by: User,
    at: datetime | None = None,
) -> tuple[DeskCode, str]:
    """A one-time sign-in code for the account of ``access``, and its digits, which are kept nowhere.

    ``checked`` names the identifiers that the person gave (``IDENTIFIERS``). An earlier open code ends. ``key`` was
    made with the form: the same form sent twice gives the same code. Raises ``ValidationError`` without two
    identifiers, for an access or account that is closed, and for a form whose code is over.
    """
    when = at or timezone.now()
    key = key or uuid.uuid4()
    if len(set(checked) & set(IDENTIFIERS)) < NEEDED_IDENTIFIERS:
        raise ValidationError({"checked": _("Ask for two of these, and tick them, before a code is printed.")})
    account = User.objects.select_for_update(no_key=True).get(pk=access.user_id)
    if access.ended_at is not None or not account.is_active:
        raise ValidationError(_("This account no longer opens the portal."))
    known = DeskCode.objects.filter(uuid=key).first()
    if known is not None:
        if known.user_id != account.pk or known.used_at is not None or known.expires_at <= when:
            raise ValidationError(_("The code of this page is over. Open the page again for a new one."))
        return known, _code_digits(key)
    account.desk_codes.filter(used_at=None).update(used_at=when)
    digits = _code_digits(key)
    code = DeskCode(
        uuid=key,
        user=account,
        code_hash=_code_hash(account, digits),
        created_by=by,
        created_at=when,
        expires_at=when + timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT),
    )
    code.full_clean()
    code.save()
    reason = "+".join(name for name in IDENTIFIERS if name in checked)
    record(verb="print_desk_code", about=code, client=access.client, reason=reason, by=by, at=when)
    return code, digits


@transaction.atomic
def use_desk_code(*, digits: str, by: User, at: datetime | None = None) -> bool:
    """Spend the open code from the desk of the account ``by``, if these are its digits; a wrong try is counted.

    An e-mailed code belongs to the browser session that asked for it. Nobody's browser asked for a printed one, so
    it is bound to the account instead, and its five tries are counted twice: in each browser session, as for any
    code, and here in total, over all browsers, because otherwise every new session would bring five more guesses.
    The price: somebody who guesses just then can use the tries up; then the desk prints another.
    """
    when = at or timezone.now()
    code = (
        DeskCode.objects.select_for_update(no_key=True)
        .filter(user=by, used_at=None, expires_at__gt=when, tries__lt=_CODE_TRIES)
        .first()
    )
    if code is None:
        return False
    right = constant_time_compare(code.code_hash, _code_hash(by, digits))
    if right:
        code.used_at = when
    else:
        code.tries += 1
    code.save(update_fields=["used_at", "tries"])
    record(verb="use_desk_code", about=code, outcome="ok" if right else "refused", by=by, at=when)
    return right


@transaction.atomic
def send_mail(
    *,
    template: str,
    client: Client,
    to: str,
    key: str,
    send_after: datetime | None = None,
    send_before: datetime | None = None,
    by: User | None,
    at: datetime | None = None,
) -> OutboundMessage:
    """Put a message on its way once this transaction is kept; the same ``key`` is sent once only.

    Without ``send_after`` it leaves at once; after ``send_before`` it is dropped. ``template`` is a key of
    ``CLINIC_MAIL_KINDS``, which says whether it leaves at night.
    """
    details = {"template": template, "client": client, "to": to, "send_after": send_after, "send_before": send_before}
    row, made = OutboundMessage.objects.get_or_create(key=key, defaults=details | {"created_at": at or timezone.now()})
    if made:
        record(verb="send_mail", about=row, client=client, reason=template, by=by, at=at)
        if send_after is None:
            transaction.on_commit(lambda: post.deliver.enqueue(str(row.uuid)))
    return row


@transaction.atomic
def stop_mail(*, message: OutboundMessage, by: User | None, at: datetime | None = None) -> MailStop:
    """No more mail of the kind of ``message`` about its client to its address; what waits of it is not sent."""
    when = at or timezone.now()
    same = {"client": message.client, "to": message.to, "template": message.template}
    row, made = MailStop.objects.get_or_create(**same, lifted_at=None, defaults={"stopped_at": when})
    if made:
        record(verb="stop_mail", about=row, client=message.client, reason=message.template, by=by, at=when)
    return row


@transaction.atomic
def lift_mail_stop(*, client: Client, to: str, template: str, by: User | None, at: datetime | None = None) -> None:
    """This address wants mail of this kind about ``client`` again; without a stop nothing changes."""
    when = at or timezone.now()
    stops = MailStop.objects.select_for_update(no_key=True).filter(client=client, to=to, template=template)
    for row in stops.filter(lifted_at=None):
        row.lifted_at = when
        row.save(update_fields=["lifted_at"])
        record(verb="lift_mail_stop", about=row, client=client, reason=template, by=by, at=when)


@transaction.atomic
def settle_mail(*, message: OutboundMessage, again: bool, by: User, at: datetime | None = None) -> OutboundMessage:
    """Send a message that could not be sent once more, from its first try on, or leave it for good.

    One that has left or was dropped meanwhile stays as it is.
    """
    row = OutboundMessage.objects.select_for_update(no_key=True).get(pk=message.pk)
    if row.is_troubled and row.state != MessageState.SENDING:
        row.state = MessageState.WAITING if again else MessageState.DROPPED
        row.attempts, row.trouble, row.send_after = 0, "", None
        row.save(update_fields=["state", "attempts", "trouble", "send_after"])
        verb = "send_mail_again" if again else "drop_mail"
        record(verb=verb, about=row, client=row.client, reason=row.template, by=by, at=at)
        if again:
            transaction.on_commit(lambda: post.deliver.enqueue(str(row.uuid)))
    return row


# --- diary ----------------------------------------------------------------------------------------------------------

_STATE = AppointmentState
#: From which state to which; the ways back undo a slip of the finger.
_MOVES: dict[str, tuple[str, ...]] = {
    _STATE.BOOKED: (_STATE.ARRIVED, _STATE.CANCELLED, _STATE.NO_SHOW),
    _STATE.ARRIVED: (_STATE.FINISHED, _STATE.CANCELLED, _STATE.BOOKED),
    _STATE.FINISHED: (_STATE.ARRIVED,),
    _STATE.CANCELLED: (_STATE.BOOKED, _STATE.ARRIVED),
    _STATE.NO_SHOW: (_STATE.BOOKED, _STATE.ARRIVED),
}


@contextmanager
def _therapist_is_free(row: Appointment) -> Iterator[None]:
    """Turns the database's refusal of a double booking into a sentence at the time: what collides, and what is free."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "appointment_therapist_is_free" not in str(error):
            raise
        raise ValidationError({"time": _collision(row)}, code="double_booked") from error


def _collision(row: Appointment) -> str:
    """Whose visit is in the way of ``row``, from when to when, and the nearest time of that length on the same day."""
    zone = ZoneInfo(row.location.time_zone)
    wanted = (row.during.lower.astimezone(UTC), row.during.upper.astimezone(UTC))
    midnight = wanted[0].astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    day = (midnight, midnight + timedelta(days=1))
    others = Appointment.objects.filter(
        therapist=row.therapist,
        state__in=LIVE,
        during__overlap=DateTimeTZRange(min(day[0], wanted[0]), max(day[1], wanted[1])),
    ).exclude(pk=row.pk)
    visits = {(one.during.lower, one.during.upper): one for one in others.select_related("client").order_by("during")}

    def clock(moment: datetime) -> str:
        return date_format(moment.astimezone(zone), "H:i")

    sentences = [
        _("This therapist already has an appointment at that time: %(client)s, %(begins)s to %(ends)s.")
        % {"client": visits[span].client.name, "begins": clock(span[0]), "ends": clock(span[1])}
        for span in overlapping(wanted, visits)
    ] or [_("This therapist already has an appointment at that time.")]
    free = nearest_free(wanted, visits, within=(max(day[0], timezone.now()), day[1]))
    if free is not None and free != wanted[0]:
        length = int((wanted[1] - wanted[0]).total_seconds() // 60)
        sentences.append(
            _("The nearest free time for %(minutes)s minutes that day is %(time)s.")
            % {"minutes": length, "time": clock(free)}
        )
    else:
        sentences.append(_("Choose another day or therapist."))
    return " ".join(sentences)


@transaction.atomic
def book_appointment(
    *,
    client: Client,
    therapist: User,
    location: Location,
    begins: datetime,
    minutes: int,
    source: str = "",
    external_uid: str = "",
    by: User | None,
    at: datetime | None = None,
) -> Appointment:
    """Put a visit of ``minutes`` into the diary; the therapist is in the client's care from now on.

    The same visit again, as long as it is still to come, is the one that is there. Raises ``ValidationError`` at
    "therapist" for somebody who is none, at "time" when the therapist is not free.
    """
    if not (therapist.is_active and therapist.holds(Role.THERAPIST)):
        raise ValidationError({"therapist": _("Choose a therapist who works here.")})
    Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    during = DateTimeTZRange(begins, begins + timedelta(minutes=minutes))
    same = {"client": client, "therapist": therapist, "location": location, "during": during, "source": source}
    known = Appointment.objects.filter(state=_STATE.BOOKED, external_uid=external_uid, **same).first()
    if known is not None:
        return known
    row = Appointment(
        client=client,
        therapist=therapist,
        location=location,
        during=during,
        source=source,
        external_uid=external_uid,
    )
    row.full_clean(validate_constraints=False)  # the database alone can say that nobody else books this minute
    with _therapist_is_free(row):
        row.save()
    record(verb="book_appointment", about=row, client=client, by=by, at=at)
    start_care(client=client, therapist=therapist, reason=CareReason.APPOINTMENT, by=by, at=at)
    return row


@transaction.atomic
def reschedule_appointment(
    *,
    appointment: Appointment,
    therapist: User,
    location: Location,
    begins: datetime,
    minutes: int,
    by: User,
    at: datetime | None = None,
) -> Appointment:
    """Give a visit that is still to come another time, length, therapist or place.

    A therapist who takes it over has the client in care from now on; the one before keeps what care they had. Raises
    ``ValidationError`` when the visit is no longer to come, at "therapist" for somebody who is none, at "time" when
    the therapist is not free. Nothing different changes nothing.
    """
    if not (therapist.is_active and therapist.holds(Role.THERAPIST)):
        raise ValidationError({"therapist": _("Choose a therapist who works here.")})
    row = (
        Appointment.objects.select_for_update(no_key=True, of=("self",)).select_related("client").get(pk=appointment.pk)
    )
    if row.state != _STATE.BOOKED:
        raise ValidationError(
            _("This visit is “%(state)s” by now; only one that is still to come can be moved.")
            % {"state": row.get_state_display()}
        )
    during = DateTimeTZRange(begins, begins + timedelta(minutes=minutes))
    before = (row.therapist_id, row.location_id, row.during)
    if before == (therapist.pk, location.pk, during):
        return row
    row.therapist, row.location, row.during = therapist, location, during
    with _therapist_is_free(row):
        row.save(update_fields=["therapist", "location", "during"])
    record(verb="reschedule_appointment", about=row, client=row.client, by=by, at=at)
    start_care(client=row.client, therapist=therapist, reason=CareReason.APPOINTMENT, by=by, at=at)
    return row


@transaction.atomic
def move_appointment(
    *, appointment: Appointment, to: AppointmentState, by: User | None, at: datetime | None = None
) -> Appointment:
    """Say what became of a visit: arrived, finished, cancelled, did not come, or back to what it was before.

    Ways back are open on the day of the visit only. Moving to the state it has already changes nothing. Raises
    ``ValidationError`` with a sentence.
    """
    when = at or timezone.now()
    row = (
        Appointment.objects.select_for_update(no_key=True, of=("self",))
        .select_related("location")
        .get(pk=appointment.pk)
    )
    if row.state == to:
        return row
    if to not in _MOVES[row.state]:
        raise ValidationError(
            _("This visit is “%(state)s” by now; somebody else may have changed it. Look at it again.")
            % {"state": row.get_state_display()}
        )
    today, day = local_day(row.location, when), local_day(row.location, row.during.lower)
    onward = row.state == _STATE.BOOKED or (row.state == _STATE.ARRIVED and to != _STATE.BOOKED)
    if not onward and day != today:
        raise ValidationError(_("This can be undone only on the day of the visit."))
    if to in (_STATE.ARRIVED, _STATE.NO_SHOW) and day > today:
        raise ValidationError(_("This visit is on a later day. Wait for the day, or cancel it."))
    row.state = to
    if to == _STATE.ARRIVED and row.arrived_at is None:
        row.arrived_at = when
    elif to in (_STATE.BOOKED, _STATE.NO_SHOW):
        row.arrived_at = None
    with _therapist_is_free(row):
        row.save(update_fields=["state", "arrived_at"])
    record(verb="move_appointment", about=row, client=row.client, reason=to, by=by, at=when)
    return row


@transaction.atomic
def undo_appointment(*, appointment: Appointment, by: User, at: datetime | None = None) -> Appointment:
    """Take back the last thing said about a visit of today; raises ``ValidationError`` when there is nothing."""
    row = Appointment.objects.select_for_update(no_key=True).get(pk=appointment.pk)
    if row.state == _STATE.BOOKED:
        raise ValidationError(_("There is nothing to undo: this visit is still to come."))
    was_here = row.arrived_at is not None and row.state != _STATE.ARRIVED
    return move_appointment(appointment=row, to=_STATE.ARRIVED if was_here else _STATE.BOOKED, by=by, at=at)


# --- the practice itself --------------------------------------------------------------------------------------------


@transaction.atomic
def save_practice(*, details: Mapping[str, Any], by: User | None, at: datetime | None = None) -> Practice:
    """Write the practice's own settings, making the one row when there is none; ``ValidationError`` by field."""
    row = Practice.objects.select_for_update(no_key=True).first() or Practice()
    _fill(row, details)
    row.save()
    record(verb="save_practice", about=row, by=by, at=at)
    return row


@transaction.atomic
def set_text_size(*, size: str, by: User, at: datetime | None = None) -> None:
    """How large ``by`` wants the pages: a value of ``TextSize``; ``ValidationError`` for another."""
    row = User.objects.select_for_update(no_key=True).get(pk=by.pk)
    row.text_size = size
    row.full_clean(exclude=("password",))
    row.save(update_fields=["text_size"])
    record(verb="set_text_size", about=row, by=by, at=at)


@transaction.atomic
def save_location(
    *, location: Location | None = None, details: Mapping[str, Any], by: User | None, at: datetime | None = None
) -> Location:
    """Write a location (a new one when None): ``name``, ``address``, ``time_zone``; ``ValidationError`` by field."""
    row = location or Location()
    _fill(row, _only(details, ("name", "address", "time_zone")))
    row.save()
    record(verb="save_location", about=row, by=by, at=at)
    return row


def _one_time_password() -> str:
    """Twenty letters and digits without those that look alike, in groups of five: about 100 bits."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    drawn = "".join(secrets.choice(letters) for _position in range(20))
    return "-".join(drawn[start : start + 5] for start in range(0, 20, 5))


def _staff_roles(roles: Collection[str]) -> list[str]:
    """``roles`` in the order of the house; raises ``ValidationError`` when there is none or one is not for staff."""
    if not roles or not set(roles) <= set(STAFF):
        raise ValidationError({"roles": _("Choose at least one of owner, therapist and front desk.")})
    return [role.value for role in STAFF if role in roles]


def _keep_an_owner(leaving: User) -> None:
    """Refuse when ``leaving`` is the only owner who may sign in; two leaving at once wait for each other."""
    owners = User.objects.select_for_update(no_key=True).filter(roles__contains=[Role.OWNER], is_active=True)
    if {owner.pk for owner in owners.order_by("pk")} <= {leaving.pk}:
        raise ValidationError(_("This is the last owner. Make somebody else owner first."))


def _end_sessions(user: User) -> None:
    """Sign ``user`` out everywhere, in the caller's transaction."""
    signed_in = UserSession.objects.filter(user=user)
    Session.objects.filter(session_key__in=signed_in.values("session_key")).delete()
    signed_in.delete()


@transaction.atomic
def create_staff(
    *,
    email: str,
    roles: Collection[str],
    printed_name: str,
    licence_no: str = "",
    password: str = "",
    by: User | None,
    at: datetime | None = None,
) -> tuple[User, str]:
    """A staff account and the one-time password to hand over ("" when ``password`` was given and is theirs to keep).

    Raises ``ValidationError`` by field: an address in use, no staff role, a password that is too weak.
    """
    handed_over = "" if password else _one_time_password()
    row = User(email=email.strip().casefold(), roles=_staff_roles(roles), printed_name=printed_name.strip())
    row.licence_no, row.password_is_temporary = licence_no, bool(handed_over)
    if password:
        try:
            validate_password(password, row)
        except ValidationError as error:
            raise ValidationError({"password": error.messages}) from error
    row.set_password(password or handed_over)
    if User.objects.filter(email=row.email).exists():
        raise ValidationError({"email": _("There is already an account with this address.")})
    row.full_clean()
    row.save()
    record(verb="create_staff", about=row, by=by, at=at)
    return row, handed_over


def _locked_staff(staff: User) -> User:
    row = User.objects.select_for_update(no_key=True).get(pk=staff.pk)
    if not row.holds(*STAFF):
        raise ValidationError(_("This is a client's account."))
    return row


@transaction.atomic
def change_staff(
    *,
    staff: User,
    roles: Collection[str],
    printed_name: str,
    licence_no: str = "",
    by: User,
    at: datetime | None = None,
) -> User:
    """Write roles, printed name and licence number of a staff account.

    Raises ``ValidationError``: nobody changes the own roles, and one owner always stays.
    """
    row = _locked_staff(staff)
    wanted = _staff_roles(roles)
    if set(wanted) != set(row.roles):
        if row == by:
            raise ValidationError({"roles": _("Another owner has to change your own roles.")})
        if row.holds(Role.OWNER) and Role.OWNER not in wanted:
            _keep_an_owner(row)
    _fill(row, {"roles": wanted, "printed_name": printed_name.strip(), "licence_no": licence_no})
    row.save()
    record(verb="change_staff", about=row, by=by, at=at)
    return row


@transaction.atomic
def disable_staff(*, staff: User, by: User, at: datetime | None = None) -> User:
    """Shut an account and end its browser sessions in the same moment; records it signed keep its name.

    Raises ``ValidationError`` for the own account and for the last owner.
    """
    row = _locked_staff(staff)
    if row == by:
        raise ValidationError(_("You cannot disable your own account. Ask another owner."))
    if row.is_active:
        if row.holds(Role.OWNER):
            _keep_an_owner(row)
        row.is_active, row.disabled_at = False, at or timezone.now()
        row.save(update_fields=["is_active", "disabled_at"])
        _end_sessions(row)
        record(verb="disable_staff", about=row, by=by, at=at)
    return row


@transaction.atomic
def enable_staff(*, staff: User, by: User, at: datetime | None = None) -> User:
    """Open a disabled account again, with the password it had."""
    row = _locked_staff(staff)
    if not row.is_active:
        row.is_active, row.disabled_at = True, None
        row.save(update_fields=["is_active", "disabled_at"])
        record(verb="enable_staff", about=row, by=by, at=at)
    return row


@transaction.atomic
def renew_password(*, staff: User, by: User, at: datetime | None = None) -> str:
    """Replace a forgotten password by a one-time one, which is returned, and sign the account out everywhere."""
    row = _locked_staff(staff)
    password = _one_time_password()
    row.set_password(password)
    row.password_is_temporary = True
    row.save(update_fields=["password", "password_is_temporary"])
    _end_sessions(row)
    record(verb="renew_password", about=row, by=by, at=at)
    return password


# --- clinical content -----------------------------------------------------------------------------------------------


def content_edition(kind: ContentKind, *, at: datetime | None = None) -> ContentEdition:
    """The stored edition of the catalogue in use, stored now when this is its first use."""
    found, _made = ContentEdition.objects.get_or_create(
        hash=current_hash(kind),
        defaults={
            "kind": kind,
            "content": catalogue_path(kind).read_text(encoding="utf-8"),
            "first_used_at": at or timezone.now(),
        },
    )
    return found


@transaction.atomic
def sign_off_edition(
    *,
    kind: ContentKind,
    clinician: str,
    profession: str,
    signed_on: date,
    by: User,
    at: datetime | None = None,
) -> EditionSignOff:
    """Keep that a named clinician has read the edition of ``kind`` in use and answers for it; the same words once."""
    when = at or timezone.now()
    if signed_on > when.astimezone(timezone.get_current_timezone()).date():
        raise ValidationError({"signed_on": _("Use a date that is not after today.")})
    edition = ContentEdition.objects.select_for_update(no_key=True).get(pk=content_edition(kind, at=when).pk)
    said = {"clinician": clinician.strip(), "profession": profession.strip(), "signed_on": signed_on}
    known = EditionSignOff.objects.filter(edition=edition, recorded_by=by, **said).first()
    if known is not None:
        return known
    row = EditionSignOff(edition=edition, **said, recorded_by=by, recorded_at=when)
    row.full_clean()
    row.save()
    record(verb="sign_off_edition", about=row, reason=kind, by=by, at=when)
    return row
