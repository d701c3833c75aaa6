"""The writing door of letters to a client's doctor: signed once, then forward step by step."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.actions import content_edition, record
from clinic.models import Client, ContentKind, User
from clinic.roles import Role
from intake.actions import record_clearance
from intake.letter_queries import SIGNED, facts, grounds, may_be_sent, sharing_consent, state_of
from intake.models import Clearance, DoctorLetter, LetterStep, LetterStepKind, LetterWay
from intake.models.letter import LAST_STEPS
from intake.rules.doctor_letter import LONGEST_REMARK, fingerprint


class LetterChanged(Exception):
    """What the letter would say is no longer what was read. Nothing was stored."""


#: Step → where a letter must stand for it.
_FROM: Mapping[str, tuple[str, ...]] = {
    LetterStepKind.SENT: (SIGNED,),
    LetterStepKind.ANSWERED: (LetterStepKind.SENT,),
    LetterStepKind.CLEARED: (LetterStepKind.ANSWERED,),
    LetterStepKind.DECLINED: (LetterStepKind.ANSWERED,),
    LetterStepKind.ASIDE: (SIGNED, LetterStepKind.SENT, LetterStepKind.ANSWERED),
}


@transaction.atomic
def sign_letter(
    *,
    client: Client,
    entries: Sequence[str],
    to_name: str,
    to_contact: str = "",
    remark: str = "",
    findings: Sequence[Mapping[str, Any]] = (),
    last_visit: date | None = None,
    read: str,
    key: uuid.UUID,
    by: User,
    at: datetime | None = None,
) -> DoctorLetter:
    """Sign a letter about ``entries``, which have to stand today. ``read``: the fingerprint of the facts as read.

    The same ``key`` again gives the letter that was signed. Raises ``ValidationError`` by field, ``LetterChanged``
    when the facts are no longer those that were read.
    """
    now = at or timezone.now()
    on = timezone.localdate(now)
    if not by.holds(Role.THERAPIST) or not by.is_active:
        raise PermissionDenied
    Client.objects.select_for_update(no_key=True).get(pk=client.pk)  # of two taps at once the second waits
    known = DoctorLetter.objects.filter(key=key, client=client).first()
    if known is not None:
        return known
    stands = grounds(client, on=on)
    if not entries:
        raise ValidationError({"entries": _("Choose what the letter is about.")})
    if gone := set(entries) - {ground.code for ground in stands.each}:
        raise ValidationError({"entries": _("“%(code)s” does not stand today.") % {"code": min(gone)[:20]}})
    if len(remark) > LONGEST_REMARK:
        raise ValidationError({"remark": _("Write at most %(n)s letters.") % {"n": LONGEST_REMARK}})
    said = facts(client, stands, entries, remark=remark, findings=findings, last_visit=last_visit, by=by)
    if fingerprint(said) != read:
        raise LetterChanged
    letter = DoctorLetter(
        client=client,
        entries=[each["code"] for each in said["reasons"]],
        to_name=to_name,
        to_contact=to_contact,
        facts=said,
        consent=sharing_consent(client, on=on),
        edition=content_edition(ContentKind.CONTRAINDICATIONS, at=now),
        key=key,
        signed_by=by,
        signed_at=now,
    )
    letter.full_clean()
    letter.save()
    record(verb="sign_letter", about=letter, client=client, by=by, at=now)
    return letter


@transaction.atomic
def record_letter_step(
    *, letter: DoctorLetter, kind: str, way: str = "", reason: str = "", by: User, at: datetime | None = None
) -> LetterStep:
    """Write down that a letter was sent, was answered without a decision yet, or is put aside.

    The step that is there already is given again. Raises ``ValidationError`` with the remedy for a step that does not
    follow, and for a letter that would leave the practice without the client's consent.
    """
    now = at or timezone.now()
    held = _held(letter, by)
    if kind not in (LetterStepKind.SENT, LetterStepKind.ANSWERED, LetterStepKind.ASIDE):
        raise ValidationError({"kind": _("Choose what became of the letter.")})
    known = held.steps.filter(kind=kind, way=way, reason=reason).first()
    if known is not None and state_of(held) == kind:
        return known
    if kind == LetterStepKind.SENT and way != LetterWay.CLIENT and not may_be_sent(held, on=timezone.localdate(now)):
        raise ValidationError(
            {
                "way": _(
                    "The client has not agreed that we share this with their doctor. Hand the letter to the client, or "
                    "ask for the consent in a new form and write the letter again."
                )
            }
        )
    return _step(held, kind, way=way, reason=reason, by=by, now=now)


@transaction.atomic
def record_answer(*, to: DoctorLetter, by: User, at: datetime | None = None, **said: Any) -> Clearance:
    """Keep what the doctor answered ``to`` a letter: a yes clears as far as it says, a no keeps every limit.

    ``said``: what ``record_clearance`` takes. Takes the letter through "answered" to "cleared" or "declined".
    Raises ``ValidationError`` as ``record_clearance`` does, and for a letter that was not sent or is settled already.
    """
    now = at or timezone.now()
    held = _held(to, by)
    clearance = record_clearance(client=held.client, by=by, at=now, **said)
    if (step := getattr(clearance, "letter_step", None)) is not None and step.letter_id == held.pk:
        return clearance  # a second tap
    if not set(clearance.entries) & set(held.entries):
        raise ValidationError({"entries": _("Choose at least one thing that the letter asked about.")})
    if state_of(held) == LetterStepKind.SENT:
        _step(held, LetterStepKind.ANSWERED, by=by, now=now)
        held = _held(to, by)
    end = LetterStepKind.CLEARED if clearance.massage else LetterStepKind.DECLINED
    _step(held, end, clearance=clearance, by=by, now=now)
    return clearance


def _held(letter: DoctorLetter, by: User) -> DoctorLetter:
    """The letter, locked, with its steps read anew."""
    if not by.holds(Role.THERAPIST) or not by.is_active:
        raise PermissionDenied
    locked = DoctorLetter.objects.select_for_update(no_key=True, of=("self",)).select_related("client", "consent")
    return locked.get(pk=letter.pk)


def _step(
    letter: DoctorLetter,
    kind: str,
    *,
    way: str = "",
    reason: str = "",
    clearance: Clearance | None = None,
    by: User,
    now: datetime,
) -> LetterStep:
    stands = state_of(letter)
    if stands not in _FROM[kind]:
        if stands in LAST_STEPS:
            raise ValidationError(_("This letter is settled already. Write a new one if there is more to ask."))
        if stands == SIGNED:
            raise ValidationError(_("This letter was not sent yet. Write down first how it was sent."))
        raise ValidationError(_("This was written down already."))
    step = LetterStep(letter=letter, kind=kind, way=way, reason=reason, clearance=clearance, by=by, at=now)
    step.full_clean()
    step.save()
    record(verb="record_letter_step", about=step, client=letter.client, reason=kind, by=by, at=now)
    return step
