"""Sends the mail that stands in the table of outbound messages. Texts are templates; none holds health data.

A message is claimed in a short transaction of its own, then sent, then marked: two workers never hold the same one,
and no transaction waits for a mail server. A worker that dies with a message in its hand has it sent again later: once
too often at worst, never not at all.
"""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from smtplib import SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks import task

from clinic.models import MailStop, MessageState, OutboundMessage, Practice, Trouble
from clinic.models.message import MessageQuerySet
from clinic.rules.post import LOST, TRIES, Kind, is_night, next_try

log = logging.getLogger(__name__)
_beside = ThreadPoolExecutor(max_workers=2, thread_name_prefix="sign-in-mail")


def send_beside(message: EmailMessage) -> None:
    """Send a message that no row keeps, such as a sign-in code: at once, beside the request, once.

    A mail server that refuses or hangs is logged and changes nothing for the person who waits: the desk prints codes.
    """
    if settings.CLINIC_MAIL_BESIDE:
        _beside.submit(_send, message)
    else:
        _send(message)


def _send(message: EmailMessage) -> None:
    try:
        message.send()
    except Exception as error:  # of whatever kind: in a thread nobody else would ever hear of it
        log.warning("a sign-in mail was not sent: %s", type(error).__name__)


def kinds() -> dict[str, Kind]:
    """Every kind of mail by template, as settings name them."""
    found = {}
    for template, said in settings.CLINIC_MAIL_KINDS.items():
        named = {name: import_string(said[name]) for name in ("still_wanted", "words") if said.get(name)}
        found[template] = Kind(**said | named)
    return found


def kind_of(template: str) -> Kind:
    """The kind of a template; one that an earlier version of the product wrote has nothing but its name."""
    return kinds().get(template) or Kind(name=template)


# --- sending --------------------------------------------------------------------------------------------------------


@task()
def deliver(message_uuid: str) -> None:
    """Send one message right after it was written, without waiting for the next round."""
    now = timezone.now()
    _send_next(OutboundMessage.objects.filter(uuid=message_uuid), now)


def send_due(now: datetime | None = None) -> int:
    """Send the messages that are due, longest due first; gives how many left.

    A mail server that is down ends the round: the others would only wait for it one by one.
    """
    left = 0
    while (row := _send_next(OutboundMessage.objects.all(), now or timezone.now())) is not None:
        left += row.state == MessageState.SENT
        if row.trouble == Trouble.SERVER:
            break
    return left


def do_round(now: datetime | None = None) -> int:
    """Have the other floors write what they want sent by now, then send what is due; gives how many left."""
    for written in settings.CLINIC_MAIL_ROUNDS:
        import_string(written)(by=None, at=now)
    return send_due(now)


def _send_next(among: MessageQuerySet, now: datetime) -> OutboundMessage | None:
    """Claim one due message, send it and mark it; gives it as it is left, None when nothing is due."""
    row = _claim(among, now)
    if row is None:
        return None
    if row.attempts > TRIES:  # its worker died at the last try
        return _mark(row, MessageState.FAILED, trouble=Trouble.SERVER)
    if not _is_wanted(row, now):
        return _mark(row, MessageState.DROPPED)
    try:
        _mail(row, now).send()
    except SMTPRecipientsRefused as error:
        given_up = all(code >= 500 for code, _said in error.recipients.values())
        return _not_taken(row, now, Trouble.ADDRESS, given_up=given_up)
    except OSError as error:  # smtplib's other errors are of this kind too
        log.warning("message %s was not sent: %s", row.uuid, type(error).__name__)
        return _not_taken(row, now, Trouble.SERVER)
    return _mark(row, MessageState.SENT, sent_at=now)


def _claim(among: MessageQuerySet, now: datetime) -> OutboundMessage | None:
    """Take the message that has been due longest, so that nobody else does; its try counts from here on."""
    if is_night(now, timezone.get_default_timezone()):
        among = among.filter(template__in=[name for name, kind in kinds().items() if kind.at_night])
    with transaction.atomic():
        free = among.due(now).select_for_update(no_key=True, of=("self",), skip_locked=True)
        row = free.select_related("client").first()
        if row is not None:
            row.state, row.attempts, row.send_after = MessageState.SENDING, row.attempts + 1, now + LOST
            row.save(update_fields=["state", "attempts", "send_after"])
    return row


def _is_wanted(row: OutboundMessage, now: datetime) -> bool:
    kind = kind_of(row.template)
    if row.send_before is not None and row.send_before <= now:
        return False
    if kind.stops and is_stopped(row):
        return False
    return kind.still_wanted is None or kind.still_wanted(row, now)


def _not_taken(row: OutboundMessage, now: datetime, trouble: Trouble, *, given_up: bool = False) -> OutboundMessage:
    again = None if given_up else next_try(row.attempts, now)
    if again is None:
        return _mark(row, MessageState.FAILED, trouble=trouble)
    return _mark(row, MessageState.WAITING, trouble=trouble, send_after=again)


def _mark(
    row: OutboundMessage,
    state: MessageState,
    *,
    trouble: str = "",
    send_after: datetime | None = None,
    sent_at: datetime | None = None,
) -> OutboundMessage:
    """Write how a try ended, unless the message was taken for lost and is in other hands by now."""
    row.state, row.trouble, row.send_after, row.sent_at = state, trouble, send_after, sent_at
    mine = OutboundMessage.objects.filter(pk=row.pk, state=MessageState.SENDING, attempts=row.attempts)
    mine.update(state=state, trouble=trouble, send_after=send_after, sent_at=sent_at)
    return row


def _mail(row: OutboundMessage, now: datetime) -> EmailMessage:
    """The message in words; the first line of its template is the subject."""
    practice = Practice.objects.first()
    kind = kind_of(row.template)
    stop = settings.CLINIC_ADDRESS + reverse("mail_stop", args=[stop_token(row)]) if kind.stops else ""
    words = {
        "practice_name": practice.name if practice else "",
        "practice_phone": practice.phone if practice else "",
        "address": settings.CLINIC_ADDRESS,
        "stop": stop,
        **(kind.words(row, now) if kind.words else {}),
    }
    text = render_to_string(f"clinic/mail/{row.template}.txt", words).strip()
    subject, _line, body = text.partition("\n")
    headers = {"Auto-Submitted": "auto-generated", "Message-ID": _message_id(row)}
    if stop:
        headers |= {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return EmailMessage(subject=" ".join(subject.split()), body=body.strip() + "\n", to=[row.to], headers=headers)


def _message_id(row: OutboundMessage) -> str:
    """The same at every try, so that a mailbox can tell a second copy."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("<> ") or "localhost"
    return f"<{row.uuid}@{domain}>"


# --- no more of these -----------------------------------------------------------------------------------------------

_SIGNER = Signer(sep=".", salt="clinic.post.stop")


def stop_token(row: OutboundMessage) -> str:
    """What the link in a message carries: the message's own random id, signed. It names nobody and does not expire."""
    return _SIGNER.sign(row.uuid.hex)


def message_of(token: str) -> OutboundMessage | None:
    """The message whose link carries ``token``; None when nobody of ours signed it or it cannot be stopped."""
    try:
        key = _SIGNER.unsign(token)
    except BadSignature:
        return None
    row = OutboundMessage.objects.select_related("client").filter(uuid=key).first()
    return row if row is not None and kind_of(row.template).stops else None


def is_stopped(row: OutboundMessage) -> bool:
    """Whether the address of ``row`` wants no more of its kind about this client."""
    same = {"client": row.client_id, "to": row.to, "template": row.template}
    return MailStop.objects.filter(**same, lifted_at=None).exists()
