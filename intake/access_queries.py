"""The reading door of the doors to a form: links, and what the desk may know of them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.models import Client, MessageState, OutboundMessage, User
from clinic.queries import clients as visible_clients
from clinic.roles import Role
from intake.models import AccessKind, AccessPurpose, Device, EndReason, IntakeAccess, IntakeState

#: Template of the mail that carries a link.
LINK_MAIL = "form_link"
#: What a link says to a date that does not fit: not whether it was the date or the link.
WRONG_DATE = gettext_lazy("That does not open the form. Check the date, or ask us for a new link.")

#: What a tablet says to a code that does not fit: not whether one is waiting.
WRONG_CODE = gettext_lazy("This code does not open a form here. Check it, or ask the desk for a new one.")


# --- links --------------------------------------------------------------------------------------------------------


def token_of(key: uuid.UUID) -> str:
    """The 256-bit token of the link with this uuid.

    It follows from the uuid and the server's signing key, which no table holds: so the mail can be written when it
    leaves, and written again when the mail server was down, while the database keeps the hash alone. Nobody with a
    copy of the database can work it out.
    """
    digest = salted_hmac("intake.link", key.hex, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def hash_of(token: str) -> str:
    """How a token is kept: 256 random bits need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def may_still_open(access: IntakeAccess, *, now: datetime | None = None) -> bool:
    """Whether an access leads anywhere: not ended, in time, its form not handed in, its address still the client's."""
    return (
        access.ended_at is None
        and access.expires_at > (now or timezone.now())
        and (access.intake is None or access.intake.state == IntakeState.DRAFT)
        and (access.kind != AccessKind.LINK or access.sent_to.casefold() == access.client.email.casefold())
    )


def link_access(token: str) -> IntakeAccess | None:
    """The access behind a mailed link; None for a token nobody was sent and for a link that is over."""
    found = IntakeAccess.objects.filter(kind=AccessKind.LINK, token_hash=hash_of(token)).select_related(
        "client", "intake"
    )
    access = found.first()
    return access if access is not None and may_still_open(access) else None


def asked_access(key: str) -> IntakeAccess | None:
    """The link that a browser has opened and not yet proved itself at; None when it is over."""
    found = IntakeAccess.objects.filter(kind=AccessKind.LINK).select_related("client", "intake")
    access = found.filter(uuid=key).first()
    return access if access is not None and may_still_open(access) else None


def _of_mail(message: OutboundMessage) -> IntakeAccess | None:
    key = uuid.UUID(message.key.rpartition(":")[2])
    return IntakeAccess.objects.filter(uuid=key).select_related("client", "intake").first()


def link_is_open(message: OutboundMessage, now: datetime) -> bool:
    """Whether the link that a mail is to carry still opens something when the mail leaves.

    It does not when the server's signing key was changed since: the token would be another one.
    """
    access = _of_mail(message)
    return access is not None and _can_be_told(access, now)


def _can_be_told(access: IntakeAccess, now: datetime) -> bool:
    """Whether a link still opens something, and its token is the one that the server makes today."""
    return may_still_open(access, now=now) and hmac.compare_digest(
        hash_of(token_of(access.uuid)), access.token_hash or ""
    )


def link_to_intake(client: Client, *, now: datetime) -> IntakeAccess | None:
    """The link to the intake that was sent to ``client`` and still works; None when there is none."""
    sent = IntakeAccess.objects.filter(client=client, purpose=AccessPurpose.INTAKE, kind=AccessKind.LINK, ended_at=None)
    access = sent.select_related("client", "intake").order_by("-id").first()
    return access if access is not None and _can_be_told(access, now) else None


def link_in_mail(message: OutboundMessage, now: datetime) -> Mapping[str, Any]:
    """The words of a mail whose link is open: where it leads, to which form, until when."""
    access = _of_mail(message)
    return {} if access is None else words_of(access)


def words_of(access: IntakeAccess) -> Mapping[str, Any]:
    """What a mail says of a link: where it leads, to which form, until when."""
    return {
        "link": settings.CLINIC_ADDRESS.rstrip("/") + reverse("intake:link", args=[token_of(access.uuid)]),
        "purpose": access.purpose,
        "until": date_format(timezone.localtime(access.expires_at), "j F Y"),
    }


def access_to(user: User, access_uuid: uuid.UUID) -> IntakeAccess:
    """One access to a form of a client ``user`` may see; 404 otherwise."""
    found = IntakeAccess.objects.filter(client__in=visible_clients(user)).select_related("client")
    return get_object_or_404(found if user.is_staff else found.none(), uuid=access_uuid)


@dataclass(frozen=True)
class LinkRow:
    """A link as the desk sees it: what became of the mail and of the link, nothing of the answers."""

    access: IntakeAccess
    mail: MessageState | None
    works: bool

    @property
    def over(self) -> str:
        """Why it no longer works, in words."""
        if self.access.ended_because:
            return self.access.get_ended_because_display()
        if self.access.intake is not None and self.access.intake.state != IntakeState.DRAFT:
            return EndReason.DONE.label
        if self.access.expires_at <= timezone.now():
            return _("its time is over")
        return _("the e-mail address has changed")


#: So many of a client's links are listed.
_LINKS = 3


def links(client: Client) -> list[LinkRow]:
    """The newest links of a client handed out by a door; two statements."""
    newest = IntakeAccess.objects.filter(client=client, kind=AccessKind.LINK).select_related("client", "intake")
    rows = list(newest.order_by("-id")[:_LINKS])
    sent = OutboundMessage.objects.filter(key__in=[f"{LINK_MAIL}:{row.uuid}" for row in rows])
    states = {message.key: MessageState(message.state) for message in sent}
    return [LinkRow(row, states.get(f"{LINK_MAIL}:{row.uuid}"), may_still_open(row)) for row in rows]


# --- tablets ------------------------------------------------------------------------------------------------------


def code_hash(key: uuid.UUID, code: str) -> str:
    """How a code of the desk is kept: bound to its access and to the server's signing key, which no table holds."""
    return salted_hmac("intake.tablet", f"{key.hex}:{code}", algorithm="sha256").hexdigest()


def device_of(token: str) -> Device | None:
    """The tablet whose browser holds this token; None when it was taken out of use or never was one."""
    if not token:
        return None
    return Device.objects.filter(token_hash=hash_of(token), revoked_at=None).select_related("location").first()


def devices(user: User) -> QuerySet[Device]:
    """The tablets in use by name, for staff."""
    found = Device.objects.filter(revoked_at=None).select_related("location")
    return found if user.is_staff else found.none()


def device(user: User, device_uuid: uuid.UUID) -> Device:
    """One tablet in use, for owner and desk; 404 otherwise."""
    if not user.holds(Role.OWNER, Role.FRONT_DESK):
        raise Http404
    return get_object_or_404(devices(user), uuid=device_uuid)
