"""The writing door of the doors to a form: who is let in from afar, on what proof, and until when."""

from __future__ import annotations

import secrets
import uuid
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.actions import record, send_mail
from clinic.models import Client, Location, User
from clinic.roles import Role
from intake.access_queries import LINK_MAIL, code_hash, hash_of, may_still_open, token_of
from intake.actions import FORM_TIME, grant_access
from intake.models import (
    LONGEST_LINK,
    TRIES_OF_A_BROWSER,
    TRIES_OF_A_CODE,
    TRIES_OF_A_LINK,
    AccessKind,
    AccessPurpose,
    Device,
    EndReason,
    IntakeAccess,
    LinkAsker,
)
from intake.models.access import CODE_DIGITS

#: A code of the desk waits so long for its tablet.
CODE_TIME = timedelta(minutes=5)


# --- by link ------------------------------------------------------------------------------------------------------


@transaction.atomic
def send_link(
    *,
    client: Client,
    purpose: str = AccessPurpose.INTAKE,
    key: uuid.UUID | None = None,
    by: User,
    at: datetime | None = None,
) -> IntakeAccess:
    """Mail the client a link to their form; the link before it stops working.

    ``key`` was made with the page and becomes the access's uuid: sent twice, it mails once. Raises
    ``ValidationError`` without an e-mail address, and with what is missing before the practice may start.
    """
    now, key = at or timezone.now(), key or uuid.uuid4()
    client = Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    known = IntakeAccess.objects.filter(uuid=key).first()
    if known is not None:
        if known.client_id != client.pk:
            raise ValidationError(_("This page is out of date. Open it again, then send the link."))
        return known
    if not client.email:
        raise ValidationError(_("There is no e-mail address yet. Add one under contact data, then send the link."))
    _end_open(by, now, EndReason.REPLACED, client=client, purpose=purpose, kind=AccessKind.LINK)
    access = grant_access(
        client=client,
        purpose=purpose,
        kind=AccessKind.LINK,
        lasts=LONGEST_LINK,
        door={
            "uuid": key,
            "token_hash": hash_of(token_of(key)),
            "sent_to": client.email,
        },
        by=by,
        at=now,
    )
    send_mail(template=LINK_MAIL, client=client, to=client.email, key=f"{LINK_MAIL}:{access.uuid}", by=by, at=now)
    return access


def _end_open(by: User | None, now: datetime, because: EndReason, **which: object) -> None:
    """End the accesses among ``which`` that are not over yet, each with its line in the audit."""
    for access in IntakeAccess.objects.select_for_update(of=("self",)).filter(ended_at=None, **which):
        access.ended_at, access.ended_because = now, because
        access.save(update_fields=["ended_at", "ended_because"])
        record(verb="end_form", about=access, client=access.client, reason=because, by=by, at=now)


@transaction.atomic
def revoke_access(*, access: IntakeAccess, by: User, at: datetime | None = None) -> None:
    """The desk takes an access back: the browser behind it reaches nothing from its next request on."""
    if not by.is_staff or not by.is_active:
        raise PermissionDenied
    _end_open(by, at or timezone.now(), EndReason.REVOKED, pk=access.pk)


class AtTheDoor(StrEnum):
    """What became of a birth date typed at a link."""

    OPEN = "open"
    WRONG = "wrong"
    SHUT = "shut"


@transaction.atomic
def enter_by_link(
    *, access: IntakeAccess, asker: uuid.UUID, birth_date: date, by: User | None, at: datetime | None = None
) -> AtTheDoor:
    """Try ``birth_date`` at a link, from the browser ``asker``.

    Every try at one link waits for the one before it, so however many come at once no browser is heard more than
    ``TRIES_OF_A_BROWSER`` times, and all of them together no more than ``TRIES_OF_A_LINK``: with the last of these
    the link ends, and only the desk can send another. A right date counts as no try.
    """
    now = at or timezone.now()
    held = IntakeAccess.objects.select_for_update(of=("self",)).select_related("client", "intake").get(pk=access.pk)
    if not may_still_open(held, now=now):
        return AtTheDoor.SHUT
    browser, _made = LinkAsker.objects.get_or_create(access=held, asker=asker)
    if browser.tries >= TRIES_OF_A_BROWSER:
        return AtTheDoor.SHUT
    if held.client.birth_date != birth_date:
        browser.tries += 1
        browser.save(update_fields=["tries"])
        held.tries += 1
        held.save(update_fields=["tries"])
        record(verb="enter_by_link", about=held, client=held.client, outcome="refused", by=by, at=now)
        if held.tries >= TRIES_OF_A_LINK:
            _end_open(by, now, EndReason.TRIES, pk=held.pk)
        return AtTheDoor.WRONG
    if held.begun_at is None:
        held.begun_at = now
        held.save(update_fields=["begun_at"])
    record(verb="enter_by_link", about=held, client=held.client, by=by, at=now)
    return AtTheDoor.OPEN


# --- on a tablet --------------------------------------------------------------------------------------------------


@transaction.atomic
def register_device(
    *, name: str, location: Location, instead_of: Device | None = None, by: User, at: datetime | None = None
) -> tuple[Device, str]:
    """Make the browser of owner or desk a tablet of the practice; gives the row and the token for its cookie.

    ``instead_of`` is the tablet this browser was until now. Raises ``ValidationError`` for a name in use.
    """
    now = at or timezone.now()
    _for_tablets(by)
    if instead_of is not None:
        revoke_device(device=instead_of, by=by, at=now)
    token = secrets.token_urlsafe(32)
    device = Device(name=name, location=location, token_hash=hash_of(token), registered_by=by, registered_at=now)
    device.full_clean()
    device.save()
    record(verb="register_device", about=device, by=by, at=now)
    return device, token


def _for_tablets(by: User) -> None:
    if not by.is_active or not by.holds(Role.OWNER, Role.FRONT_DESK):
        raise PermissionDenied


@transaction.atomic
def revoke_device(*, device: Device, by: User, at: datetime | None = None) -> None:
    """A tablet that is lost or given away opens nothing any more, and the form open on it is closed."""
    now = at or timezone.now()
    _for_tablets(by)
    held = Device.objects.select_for_update().get(pk=device.pk)
    if held.revoked_at is None:
        held.revoked_at = now
        held.save(update_fields=["revoked_at"])
        record(verb="revoke_device", about=held, by=by, at=now)
    _end_open(by, now, EndReason.REVOKED, device=held)


@transaction.atomic
def hand_over(
    *,
    client: Client,
    device: Device,
    purpose: str = AccessPurpose.INTAKE,
    key: uuid.UUID | None = None,
    by: User,
    at: datetime | None = None,
) -> tuple[IntakeAccess, str]:
    """Let the tablet ``device`` take the form of ``client``; gives the access and the code that opens it there, once.

    ``key`` was made with the page and becomes the access's uuid: sent twice, there is one hand-over, with a new code.
    Raises ``ValidationError`` while the tablet is in somebody's hands.
    """
    now, key = at or timezone.now(), key or uuid.uuid4()
    held = Device.objects.select_for_update().get(pk=device.pk)
    if held.revoked_at is not None:
        raise ValidationError(_("This tablet is no longer registered. Choose another one."))
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    known = IntakeAccess.objects.select_for_update(of=("self",)).filter(uuid=key).first()
    if known is not None:
        same = (known.client_id, known.device_id) == (client.pk, held.pk)
        if not same or known.begun_at is not None or known.ended_at is not None:
            raise ValidationError(_("This page is out of date. Open it again, then hand the tablet over."))
        known.token_hash, known.tries, known.expires_at = code_hash(key, code), 0, now + CODE_TIME
        known.save(update_fields=["token_hash", "tries", "expires_at"])
        return known, code
    busy = held.access.filter(ended_at=None).select_related("client", "intake").first()
    if busy is not None and busy.begun_at is not None and may_still_open(busy, now=now):
        raise ValidationError(_("Tablet %(name)s is in use. Call it back first.") % {"name": held.name})
    _end_open(by, now, EndReason.REPLACED, device=held)
    access = grant_access(
        client=client,
        purpose=purpose,
        kind=AccessKind.TABLET,
        lasts=CODE_TIME,
        door={"uuid": key, "device": held, "token_hash": code_hash(key, code)},
        by=by,
        at=now,
    )
    return access, code


@transaction.atomic
def enter_on_tablet(*, device: Device, code: str, by: User | None, at: datetime | None = None) -> IntakeAccess | None:
    """Open the form that waits for this tablet with its code; None when there is none, or not with this code.

    A code works once, for ``CODE_TIME``, and is dead after ``TRIES_OF_A_CODE`` wrong ones. Tries wait for each other.
    """
    now = at or timezone.now()
    held = Device.objects.select_for_update().get(pk=device.pk)
    waiting = held.access.filter(begun_at=None, ended_at=None).select_related("client", "intake").first()
    if held.revoked_at is not None or waiting is None or not may_still_open(waiting, now=now):
        return None
    if not secrets.compare_digest(code_hash(waiting.uuid, code), waiting.token_hash or ""):
        waiting.tries += 1
        waiting.save(update_fields=["tries"])
        record(verb="enter_on_tablet", about=waiting, client=waiting.client, outcome="refused", by=by, at=now)
        if waiting.tries >= TRIES_OF_A_CODE:
            _end_open(by, now, EndReason.TRIES, pk=waiting.pk)
        return None
    waiting.begun_at, waiting.expires_at = now, now + FORM_TIME
    waiting.save(update_fields=["begun_at", "expires_at"])
    record(verb="enter_on_tablet", about=waiting, client=waiting.client, by=by, at=now)
    return waiting


@transaction.atomic
def lock_form(*, access: IntakeAccess, by: User | None, at: datetime | None = None) -> None:
    """Nobody has touched the tablet for a while: its form closes until the desk gives a new code. Answers are kept."""
    _end_open(by, at or timezone.now(), EndReason.IDLE, pk=access.pk)


@transaction.atomic
def refuse_form(*, access: IntakeAccess, by: User | None, at: datetime | None = None) -> None:
    """The person who holds the tablet says that it names somebody else."""
    _end_open(by, at or timezone.now(), EndReason.WRONG_PERSON, pk=access.pk)


@transaction.atomic
def ask_for_help(*, access: IntakeAccess, by: User | None, at: datetime | None = None) -> None:
    """Ring the board of the desk, quietly."""
    IntakeAccess.objects.filter(pk=access.pk, ended_at=None).update(help_asked_at=at or timezone.now())


@transaction.atomic
def answer_help(*, access: IntakeAccess, by: User, at: datetime | None = None) -> None:
    """Somebody of the desk goes over: the ring stops."""
    if not by.is_staff or not by.is_active:
        raise PermissionDenied
    IntakeAccess.objects.filter(pk=access.pk).update(help_asked_at=None)
    record(verb="answer_help", about=access, client=access.client, by=by, at=at)
