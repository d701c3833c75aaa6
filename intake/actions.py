"""The writing door of the middle floor. Keyword-only; ``by=`` is the acting user, None for a client at the tablet."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, BinaryIO

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic.actions import content_edition, record
from clinic.models import SPEAKS_FOR_CLIENT, Appointment, Client, ContentKind, PortalAccess, User
from clinic.queries import set_up_gaps
from clinic.roles import STAFF, Role
from clinic.vocabulary import Severity
from intake.letters import checked
from intake.models import (
    AccessKind,
    AccessPurpose,
    AnswerChange,
    CheckIn,
    Clearance,
    ClearanceWithdrawal,
    Consent,
    ConsentWithdrawal,
    EndReason,
    HeardAnswer,
    Intake,
    IntakeAccess,
    IntakeState,
    MilderReason,
    NoSignReason,
    Outcome,
    RaisedFlag,
    Screening,
    SignerRole,
    StopAction,
    StopEvent,
    StopWithdrawal,
)
from intake.queries import aloud, answers_now, check_in_of, entry_names, handed_in, judge, open_stops, practice_rules
from intake.rules.conditions import add_months
from intake.rules.identity import may_be
from intake.rules.limits import Limits
from intake.rules.questions import CONSENTS, QUESTIONS, AnswerError, check, open_consents
from intake.rules.screening import ENTRIES, Flag, ScreeningResult, early_flags, screen

#: How long a browser may stay with one form.
FORM_TIME = timedelta(minutes=60)
#: A decision lasts so many calendar months unless the therapist says less (clinical reference 1).
DECISION_MONTHS = 12


class Stopped(Exception):
    """An emergency stopped the form; ``stop`` says so without the answers."""

    def __init__(self, stop: StopEvent) -> None:
        super().__init__("stopped")
        self.stop = stop


class AccessEnded(Exception):
    """The browser's access to the form is over, or the form is already handed in. Nothing was stored."""


# --- filling in ---------------------------------------------------------------------------------------------------


@transaction.atomic
def open_form(
    *,
    client: Client,
    purpose: str = AccessPurpose.INTAKE,
    kind: str = AccessKind.THIS_DEVICE,
    by: User,
    at: datetime | None = None,
) -> IntakeAccess:
    """Let this browser fill in one form of ``client``: a new intake, the draft there is, or today's check-in.

    Raises ``ValidationError`` with what is missing before the practice may start.
    """
    now = at or timezone.now()
    return grant_access(
        client=client, purpose=purpose, kind=kind, lasts=FORM_TIME, door={"begun_at": now}, by=by, at=now
    )


@transaction.atomic
def grant_access(
    *,
    client: Client,
    purpose: str,
    kind: str,
    lasts: timedelta,
    door: Mapping[str, Any] | None = None,
    by: User,
    at: datetime | None = None,
) -> IntakeAccess:
    """The row behind every door to a form; ``door`` holds the columns that belong to one kind of door alone.

    Raises ``ValidationError`` with what is missing before the practice may start.
    """
    now = at or timezone.now()
    if not by.is_staff or not by.is_active:
        raise PermissionDenied
    if gaps := set_up_gaps():
        raise ValidationError(gaps)
    Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    intake = None
    if purpose == AccessPurpose.INTAKE:
        intake = Intake.objects.filter(client=client, state=IntakeState.DRAFT).first() or _new_intake(client, now)
        if kind == AccessKind.ALOUD and intake.asked_by_id != by.pk:
            intake.asked_by = by
            intake.save(update_fields=["asked_by"])
    elif handed_in(client) is None:
        raise ValidationError(_("There is no intake yet. Open the intake first; the check-in comes at the next visit."))
    access = IntakeAccess(
        client=client,
        purpose=purpose,
        intake=intake,
        kind=kind,
        opened_by=by,
        opened_at=now,
        expires_at=now + lasts,
        **(door or {}),
    )
    access.full_clean()
    access.save()
    record(verb="open_form", about=access, client=client, reason=purpose, by=by, at=now)
    return access


def _new_intake(client: Client, now: datetime) -> Intake:
    intake = Intake(client=client, edition=content_edition(ContentKind.QUESTIONS, at=now), started_at=now, saved_at=now)
    intake.full_clean()
    intake.save()
    return intake


def _open_draft(access: IntakeAccess, now: datetime) -> Intake:
    """The draft behind an access that still lasts, locked; raises ``AccessEnded`` otherwise."""
    held = IntakeAccess.objects.select_for_update().get(pk=access.pk)
    if held.ended_at is not None or held.expires_at <= now or held.intake_id is None:
        raise AccessEnded
    intake = Intake.objects.select_for_update().select_related("client").get(pk=held.intake_id)
    if intake.state != IntakeState.DRAFT:
        raise AccessEnded
    return intake


def save_page(
    *,
    access: IntakeAccess,
    ids: Iterable[str],
    values: Mapping[str, Any],
    by: User | None,
    at: datetime | None = None,
) -> Intake:
    """Store the answers to ``ids`` (one page) and judge what is certain by now.

    Raises ``AnswerError`` by id (nothing is stored), ``AccessEnded``. An emergency stops the intake: the answers are
    kept, a stop is recorded, the access ends, and the intake that comes back is stopped. On a tablet or by link a name
    or birth date far from the client's ends the access instead: nothing of the page is kept, and the desk is told.
    """
    now = at or timezone.now()
    on, asked, majority = timezone.localdate(now), list(ids), practice_rules().age_of_majority
    with transaction.atomic():
        intake = _open_draft(access, now)
        merged = {question: value for question, value in intake.answers.items() if question not in asked}
        merged |= _answered(values)
        cleaned = check(merged, on=on, ids=asked, age_of_majority=majority)
        expected = _is_expected(access, intake.client, cleaned)
        if expected:
            kept = {question: value for question, value in merged.items() if question not in values} | cleaned
            intake.answered_on = {
                question: day for question, day in intake.answered_on.items() if question in kept
            } | dict.fromkeys(cleaned, on.isoformat())
            intake.answers, intake.rev, intake.saved_at = kept, intake.rev + 1, now
            _keep_page(access, intake, early_flags(kept, on=on, age_of_majority=majority), now)
        else:
            _end(access, now, EndReason.WRONG_PERSON)
            record(verb="end_form", about=access, client=intake.client, reason=EndReason.WRONG_PERSON, by=by, at=now)
    if not expected:
        raise AccessEnded
    return intake


def _is_expected(access: IntakeAccess, client: Client, page: Mapping[str, Any]) -> bool:
    """False when a page from out of the desk's sight names somebody who can hardly be ``client``."""
    if access.kind not in (AccessKind.TABLET, AccessKind.LINK) or not {"ab_first", "ab_last", "ab_dob"} <= page.keys():
        return True
    return may_be(
        page["ab_first"],
        page["ab_last"],
        date.fromisoformat(page["ab_dob"]),
        firsts=(client.first_name, client.preferred_name),
        expected_last=client.last_name,
        birth_date=client.birth_date,
    )


def _keep_page(access: IntakeAccess, intake: Intake, flags: Iterable[Flag], now: datetime) -> None:
    """Store the intake with a new page; an emergency among ``flags`` stops it."""
    urgent = [flag for flag in flags if flag.severity == Severity.EMERGENCY]
    if urgent:
        intake.state = IntakeState.STOPPED
    intake.save()
    if urgent:
        _stop(client=intake.client, intake=intake, flags=urgent, now=now)
        _end(access, now)


def _end(access: IntakeAccess, now: datetime, because: EndReason = EndReason.DONE) -> None:
    IntakeAccess.objects.filter(pk=access.pk, ended_at=None).update(ended_at=now, ended_because=because)


def _stop(
    *,
    client: Client,
    flags: Iterable[Flag],
    now: datetime,
    intake: Intake | None = None,
    check_in: CheckIn | None = None,
) -> StopEvent:
    raised = list(flags)
    _raise_flags(raised, now=now, intake=intake, check_in=check_in)
    stop = StopEvent(client=client, intake=intake, check_in=check_in, codes=[flag.code for flag in raised], at=now)
    stop.full_clean()
    stop.save()
    record(verb="stop", about=stop, client=client, by=None, at=now)
    return stop


def _raise_flags(
    flags: Iterable[Flag], *, now: datetime, intake: Intake | None = None, check_in: CheckIn | None = None
) -> None:
    """Keep the flags with the wording of the edition in use."""
    edition = content_edition(ContentKind.CONTRAINDICATIONS, at=now)
    RaisedFlag.objects.bulk_create(
        RaisedFlag(
            intake=intake,
            check_in=check_in,
            code=flag.code,
            severity=flag.severity,
            reasons=list(flag.reasons),
            wording={
                "label": ENTRIES[flag.code].label,
                "therapist": ENTRIES[flag.code].therapist,
                "client": ENTRIES[flag.code].client,
            },
            edition=edition,
            at=now,
        )
        for flag in flags
    )


@transaction.atomic
def submit_intake(
    *, access: IntakeAccess, submit_key: uuid.UUID, by: User | None, at: datetime | None = None
) -> Intake:
    """Hand the intake in; the same ``submit_key`` again gives the intake that was handed in.

    Raises ``AnswerError`` by id for what is missing or contradicts itself, ``ValidationError`` for a consent without
    which no visit is possible, ``AccessEnded``. An emergency found only now stops the intake instead.
    """
    now = at or timezone.now()
    IntakeAccess.objects.select_for_update().get(pk=access.pk)  # of two taps at once the second waits for the first
    known = Intake.objects.filter(submit_key=submit_key).first()
    if known is not None and known.pk == access.intake_id:
        return known
    intake = _open_draft(access, now)
    on = timezone.localdate(now)
    rules = practice_rules()
    cleaned = check(intake.answers, on=on, age_of_majority=rules.age_of_majority)
    if still_open := open_consents(cleaned, on=on, age_of_majority=rules.age_of_majority):
        raise ValidationError({question: _("Tick this, or ask us about it.") for question in still_open})
    result = screen(cleaned, on=on, practice=rules)
    urgent = [flag for flag in result.flags if flag.severity == Severity.EMERGENCY]
    intake.answers, intake.rev, intake.saved_at = cleaned, intake.rev + 1, now
    intake.answered_on = {question: intake.answered_on.get(question, on.isoformat()) for question in cleaned}
    if urgent:
        intake.state = IntakeState.STOPPED
    else:
        intake.state, intake.submitted_at, intake.submit_key = IntakeState.SUBMITTED, now, submit_key
    intake.full_clean()
    intake.save()
    _end(access, now)
    if urgent:
        _stop(client=intake.client, intake=intake, flags=urgent, now=now)
        return intake
    _raise_flags(result.flags, now=now, intake=intake)
    _store_consents(intake, cleaned, now)
    record(verb="submit_intake", about=intake, client=intake.client, by=by, at=now)
    return intake


def _store_consents(intake: Intake, answers: Mapping[str, Any], now: datetime) -> None:
    """One row for each statement, or each ticked part of it, with the exact text and its end."""
    edition = content_edition(ContentKind.CONSENTS, at=now)
    signature = answers["cs_sign"]
    on = timezone.localdate(now)
    for statement in CONSENTS.values():
        given = answers.get(statement.id)
        if statement.id == "cs_sign" or not given:
            continue
        parts = [part for part, ticked in given.items() if ticked is True] if isinstance(given, Mapping) else [""]
        for part in parts:
            consent = Consent(
                client=intake.client,
                intake=intake,
                statement=statement.id,
                scope=part,
                mode=given.get("mode", "") if isinstance(given, Mapping) else "",
                text=statement.statement,
                text_hash=hashlib.sha256(statement.statement.encode()).hexdigest(),
                edition=edition,
                signer_name=signature["name"],
                signer_role=SignerRole(signature["role"]),
                relation=answers.get("ab_guard_rel", "") if signature["role"] == SignerRole.GUARDIAN else "",
                signed_at=now,
                expires=add_months(on, statement.expiry_months) if statement.expiry_months else None,
            )
            consent.full_clean()
            consent.save()


def _answered(answers: Mapping[str, Any]) -> dict[str, Any]:
    """``answers`` without the questions that were left empty."""
    return {question: value for question, value in answers.items() if value not in (None, "", [], {})}


@transaction.atomic
def submit_check_in(
    *,
    client: Client,
    answers: Mapping[str, Any],
    submit_key: uuid.UUID,
    appointment: Appointment | None = None,
    access: IntakeAccess | None = None,
    asked_by: User | None = None,
    by: User | None,
    at: datetime | None = None,
) -> CheckIn:
    """Store a check-in, judged together with the intake; the same ``submit_key`` again gives the stored one.

    ``answers`` holds ``ck_`` and ``th_`` ids and intake ids asked again. Raises ``AnswerError`` by id,
    ``ValidationError`` without a submitted intake and for a key that other answers were stored under. New flags are
    kept; an emergency is recorded as a stop.
    """
    now = at or timezone.now()
    given = _answered(answers)
    Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    known = CheckIn.objects.filter(submit_key=submit_key, client=client).first()
    if known is not None:
        if known.answers != given:
            raise ValidationError(
                _("This check-in was handed in before with other answers. Open the check-in again and answer it anew.")
            )
        return known
    if access is not None:
        held = IntakeAccess.objects.select_for_update().get(pk=access.pk)
        if held.ended_at is not None or held.expires_at <= now:
            raise AccessEnded
    intake = handed_in(client)
    if intake is None or intake.state != IntakeState.SUBMITTED:
        raise ValidationError(_("There is no submitted intake to go with this check-in. Open the intake first."))
    on = timezone.localdate(now)
    result = judge(intake, on=on, check_in=given)
    check_in = CheckIn(
        client=client,
        appointment=appointment,
        on=on,
        answers=given,
        edition=content_edition(ContentKind.QUESTIONS, at=now),
        asked_by=asked_by,
        submit_key=submit_key,
        at=now,
    )
    check_in.full_clean()
    check_in.save()
    if access is not None:
        _end(access, now)
    _new_flags(intake, check_in, result, now)
    record(verb="submit_check_in", about=check_in, client=client, by=by, at=now)
    return check_in


def _new_flags(intake: Intake, check_in: CheckIn, result: ScreeningResult, now: datetime) -> None:
    """Keep the flags that the intake alone had not raised; an emergency among today's flags is a stop."""
    known = set(intake.flags.values_list("code", flat=True))
    urgent = [flag for flag in result.flags if flag.severity == Severity.EMERGENCY]
    new = [flag for flag in result.flags if flag.code not in known and flag not in urgent]
    _raise_flags(new, now=now, check_in=check_in)
    if urgent:
        _stop(client=intake.client, check_in=check_in, flags=urgent, now=now)


@transaction.atomic
def add_to_check_in(*, check_in: CheckIn, entries: Mapping[str, Any], by: User, at: datetime | None = None) -> CheckIn:
    """The therapist's own entries (``th_`` ids) beside a check-in, as a new row that counts from now on.

    Entries that stand there already make no new row. Raises ``AnswerError`` by id.
    """
    if not by.holds(Role.THERAPIST):
        raise PermissionDenied
    if unknown := [name for name in entries if not name.startswith("th_")]:
        raise ValidationError(_("“%(name)s” is not a therapist's entry.") % {"name": unknown[0]})
    merged = _answered({**check_in.answers, **entries})
    if merged == check_in.answers:
        return check_in
    return submit_check_in(
        client=check_in.client,
        answers=merged,
        submit_key=uuid.uuid4(),
        appointment=check_in.appointment,
        asked_by=check_in.asked_by,
        by=by,
        at=at,
    )


@transaction.atomic
def change_answer(
    *,
    intake: Intake,
    question: str,
    new: Any,
    reason: str,
    by: User,
    at: datetime | None = None,
) -> AnswerChange:
    """The client gives a safety answer anew and the therapist confirms it aloud; the old one stays readable.

    Raises ``AnswerError`` for an answer that does not fit, ``ValidationError`` for a question that is no safety one.
    """
    now = at or timezone.now()
    if not by.holds(Role.THERAPIST):
        raise PermissionDenied
    asked = QUESTIONS.get(question)
    if asked is None or not asked.safety:
        raise ValidationError(_("Only a safety answer is changed this way. For everything else open a new intake."))
    old = answers_now(intake)
    check({**old, question: new}, on=timezone.localdate(now), ids=[question])
    change = AnswerChange(
        intake=intake, question=question, old=old.get(question), new=new, reason=reason, confirmed_by=by, at=now
    )
    change.full_clean()
    change.save()
    if intake.state == IntakeState.SUBMITTED:
        _stop_if_urgent(Intake.objects.get(pk=intake.pk), now)  # read anew, with the change
    record(verb="change_answer", about=change, client=intake.client, reason=reason, by=by, at=now)
    return change


def _stop_if_urgent(intake: Intake, now: datetime) -> None:
    """A changed answer that is an emergency sign is a stop like any other."""
    known = {code for stop in open_stops(intake.client) for code in stop.codes}
    try:
        flags = judge(intake, on=timezone.localdate(now)).flags
    except AnswerError:  # the questions have changed since: what is certain by itself still counts
        majority = practice_rules().age_of_majority
        flags = early_flags(answers_now(intake), on=timezone.localdate(now), age_of_majority=majority)
    if urgent := [flag for flag in flags if flag.severity == Severity.EMERGENCY and flag.code not in known]:
        _stop(client=intake.client, intake=intake, flags=urgent, now=now)


# --- stops, clearances, consents ----------------------------------------------------------------------------------


@transaction.atomic
def record_stop_action(*, stop: StopEvent, action: str, by: User, at: datetime | None = None) -> StopAction:
    """Write down what was done about a stop, once for each person; desk and therapists may."""
    now = at or timezone.now()
    if not by.is_staff or not by.is_active:
        raise PermissionDenied
    held = StopEvent.objects.select_for_update(no_key=True).get(pk=stop.pk)
    known = StopAction.objects.filter(stop=held, action=action, by=by).first()
    if known is not None:
        return known
    done = StopAction(stop=stop, action=action, by=by, at=now)
    done.full_clean()
    done.save()
    record(verb="record_stop_action", about=done, client=stop.client, reason=action, by=by, at=now)
    return done


@transaction.atomic
def record_clearance(
    *,
    client: Client,
    entries: list[str],
    kind: str,
    clinician: str,
    profession: str,
    contact: str,
    dated: date,
    massage: bool,
    regions: list[str],
    expires: date,
    max_pressure: int | None = None,
    stretch_flags_lifted: Iterable[str] = (),
    conditions: str = "",
    letter: BinaryIO | None = None,
    by: User,
    at: datetime | None = None,
) -> Clearance:
    """Keep what a clinician allowed. Raises ``ValidationError`` by field; the rules decide how far it lifts.

    The same words and letter again give the clearance that is there, as long as nobody has withdrawn it.
    """
    now = at or timezone.now()
    if not by.holds(Role.THERAPIST):
        raise PermissionDenied
    if unknown := [code for code in entries if code not in ENTRIES]:
        raise ValidationError({"entries": _("“%(code)s” is not in the catalogue.") % {"code": unknown[0][:20]}})
    if dated > timezone.localdate(now):
        raise ValidationError({"dated": _("The letter's date lies in the future. Write the date that stands on it.")})
    if expires < dated:
        raise ValidationError({"expires": _("The end lies before the letter's date. Check both dates.")})
    said = {
        "entries": entries,
        "kind": kind,
        "clinician": clinician,
        "profession": profession,
        "contact": contact,
        "dated": dated,
        "massage": massage,
        "regions": regions,
        "max_pressure": max_pressure,
        "stretch_flags_lifted": list(stretch_flags_lifted),
        "conditions": conditions,
        "expires": expires,
    }
    Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    clearance = Clearance(client=client, **said, recorded_by=by, recorded_at=now)
    file = None
    if letter is not None:
        try:
            file, clearance.file_type = checked(letter)
        except ValidationError as error:
            raise ValidationError({"letter": error.messages}) from error
    for known in Clearance.objects.filter(client=client, withdrawal=None, recorded_by=by, **said):
        if (known.file.read() if known.file else None) == (file.read() if file is not None else None):
            return known
        if file is not None:
            file.seek(0)
    clearance.file = file
    clearance.full_clean()
    clearance.save()
    record(verb="record_clearance", about=clearance, client=client, by=by, at=now)
    return clearance


@transaction.atomic
def withdraw_clearance(
    *, clearance: Clearance, reason: str, by: User, at: datetime | None = None
) -> ClearanceWithdrawal:
    """End a clearance before its time; what it lifted is back at once."""
    now = at or timezone.now()
    if not by.holds(Role.THERAPIST):
        raise PermissionDenied
    withdrawal = ClearanceWithdrawal(clearance=clearance, reason=reason, by=by, at=now)
    withdrawal.full_clean()
    withdrawal.save()
    record(verb="withdraw_clearance", about=withdrawal, client=clearance.client, reason=reason, by=by, at=now)
    return withdrawal


@transaction.atomic
def withdraw_stop(*, stop: StopEvent, reason: str, by: User, at: datetime | None = None) -> StopWithdrawal:
    """The client answered anew and a therapist confirms aloud, with a reason, that there was no emergency sign.

    Nobody changes an answer for the client: the stop and what raised it stay, and the owner reads the withdrawal.
    Raises ``ValidationError`` while the client has not answered anew, and when the new answers raise the sign again.
    """
    now = at or timezone.now()
    if not by.holds(Role.THERAPIST) or not by.is_active:
        raise PermissionDenied
    if reason not in NoSignReason.values:
        raise ValidationError({"reason": _("Choose what the client said.")})
    client = Client.objects.select_for_update(no_key=True).get(pk=stop.client_id)  # of two at once the second waits
    if StopWithdrawal.objects.filter(stop=stop).exists():
        raise ValidationError(_("This was withdrawn already."))
    on = timezone.localdate(now)
    intake, held = handed_in(client), check_in_of(client, on=on)
    if intake is None or intake.state != IntakeState.SUBMITTED or not _answered_anew(stop, intake, held):
        raise ValidationError(
            _("The client has not answered anew since the stop. Only a new answer, or a written result, ends it.")
        )
    try:
        result = judge(intake, on=on, check_in=held.answers if held else None)
    except AnswerError as error:  # the questions have changed since: the old answers no longer make a whole set
        raise ValidationError(_("The questions have changed since this intake. Open a new one first.")) from error
    if again := [flag.code for flag in result.flags if flag.code in stop.codes]:
        raise ValidationError(
            _("The newest answers say it again: %(signs)s. Only a written result ends the stop.")
            % {"signs": ", ".join(ENTRIES[code].label for code in again)}
        )
    withdrawal = StopWithdrawal(stop=stop, reason=reason, by=by, at=now)
    withdrawal.full_clean()
    withdrawal.save()
    record(verb="withdraw_stop", about=withdrawal, client=client, reason=reason, by=by, at=now)
    return withdrawal


def _answered_anew(stop: StopEvent, intake: Intake, held: CheckIn | None) -> bool:
    """Whether the client has handed in a form, changed an answer or, after a check-in, checked in since ``stop``."""
    if intake.submitted_at is not None and intake.submitted_at > stop.at:
        return True
    if stop.check_in_id is not None and held is not None and held.pk > stop.check_in_id:
        return True
    return intake.changes.filter(at__gt=stop.at).exists()


@transaction.atomic
def withdraw_consent(*, consent: Consent, by: User, at: datetime | None = None) -> ConsentWithdrawal:
    """Take a consent back; what it covered is closed at once.

    The client may, whoever speaks for them, and staff on the client's word; an account that only helps may not.
    Raises ``ValidationError`` for one that was taken back before.
    """
    now = at or timezone.now()
    speaks = PortalAccess.objects.filter(user=by, client=consent.client, ended_at=None, relation__in=SPEAKS_FOR_CLIENT)
    if not by.is_active or not (by.holds(*STAFF) or speaks.exists()):
        raise PermissionDenied
    Client.objects.select_for_update(no_key=True).get(pk=consent.client_id)  # of two at once the second is refused
    withdrawal = ConsentWithdrawal(consent=consent, by=by, at=now)
    withdrawal.full_clean()
    withdrawal.save()
    record(verb="withdraw_consent", about=withdrawal, client=consent.client, reason=consent.statement, by=by, at=now)
    return withdrawal


# --- the decision -------------------------------------------------------------------------------------------------


@transaction.atomic
def decide_screening(
    *,
    intake: Intake,
    outcome: str,
    accepted: Iterable[str] = (),
    heard: Iterable[str] = (),
    confirmed_aloud: bool = False,
    valid_until: date | None = None,
    stricter: Limits | None = None,
    milder: Mapping[str, tuple[int, str]] | None = None,
    remark: str = "",
    by: User,
    at: datetime | None = None,
) -> Screening:
    """The therapist's decision on a submitted intake, with limits and stretch levels frozen as of now.

    ``accepted``: the flags above info that were read; all of them are needed to go ahead. ``stricter`` is merged in
    freely. ``heard``: safety questions whose answer was read aloud and is as the client says; ``confirmed_aloud``: all
    of them. To go ahead none may be left, at whichever visit it was heard. ``milder`` raises a cap, "body" or a region,
    to a step inside its cap_with_reason, each with a coded reason. An emergency or doctor-first flag leaves only "no",
    and so does an open stop. Raises ``ValidationError`` with the remedy. The newest decision made once more in every
    word is that decision.
    """
    now = at or timezone.now()
    on = timezone.localdate(now)
    if not by.holds(Role.THERAPIST) or not by.is_active:
        raise PermissionDenied
    if intake.state != IntakeState.SUBMITTED:
        raise ValidationError(_("This intake is not handed in. Nothing can be decided on it."))
    check_in = check_in_of(intake.client, on=on)
    result = judge(intake, on=on, check_in=check_in.answers if check_in else None)
    serious = {flag.code for flag in result.flags if flag.severity != Severity.INFO}
    to_hear = [row.question for row in aloud(intake).left]
    now_heard = to_hear if confirmed_aloud else [question for question in to_hear if question in set(heard)]
    unheard = [question for question in to_hear if question not in now_heard]
    chosen = Outcome(outcome) if outcome in Outcome.values else None
    if chosen is None:
        raise ValidationError({"outcome": _("Choose what you decide.")})
    if chosen is not Outcome.NO:
        _may_go_ahead(chosen, result, serious, set(accepted), unheard)
        if stops := open_stops(intake.client):
            signs = dict.fromkeys(name for stop in stops for name in entry_names(stop.codes))
            raise ValidationError(
                _("A stop is still open: %(signs)s. Record the written result, or withdraw it with the client.")
                % {"signs": ", ".join(signs)}
            )
    limits = result.limits if stricter is None else result.limits.merge(stricter)
    overrides = []
    for place, (level, reason) in (milder or {}).items():
        if reason not in MilderReason.values:
            raise ValidationError(_("To be milder than proposed, choose the reason."))
        limits = _milder(limits, place, level)
        overrides.append({"place": place, "level": level, "reason": reason})
    until = valid_until or add_months(on, DECISION_MONTHS)
    if not on <= until <= add_months(on, DECISION_MONTHS):
        raise ValidationError({"valid_until": _("Choose an end from today to twelve months from now.")})
    levels: Callable[..., Mapping[str, Mapping[str, int]]] = import_string(settings.CLINIC_STRETCH_LEVELS)
    bed = "bed" in answers_now(intake).get("gl_equip", ())
    said = {
        "therapist": by,
        "decided_on": on,
        "valid_until": until,
        "outcome": chosen,
        "accepted": sorted(serious & set(accepted)),
        "limits": limits.as_data(),
        "stretch_levels": levels(limits, bed=bed) if chosen is not Outcome.NO else {},
        "overrides": overrides,
        "remark": remark,
        "confirmed_aloud": not unheard,
    }
    Intake.objects.select_for_update(no_key=True).get(pk=intake.pk)
    answers = answers_now(intake)
    HeardAnswer.objects.bulk_create(
        HeardAnswer(intake=intake, question=question, value=answers[question], by=by, at=now) for question in now_heard
    )
    newest = Screening.objects.filter(intake=intake).first()
    if newest is not None and all(getattr(newest, name) == value for name, value in said.items()):
        return newest
    screening = Screening(intake=intake, decided_at=now, **said)
    screening.full_clean()
    screening.save()
    record(verb="decide_screening", about=screening, client=intake.client, reason=chosen, by=by, at=now)
    return screening


def _may_go_ahead(
    outcome: Outcome, result: ScreeningResult, serious: set[str], accepted: set[str], unheard: list[str]
) -> None:
    if result.session_allowed == "no":
        raise ValidationError(_("A flag asks for a doctor first. Record a clearance, or decide “no massage for now”."))
    if result.open_questions:
        raise ValidationError(_("A private question is still open. Ask it aloud and enter the answer at the check-in."))
    if unread := sorted(serious - accepted):
        raise ValidationError(
            _("Read and accept every flag first: %(codes)s.")
            % {"codes": ", ".join(ENTRIES[code].label for code in unread)}
        )
    if outcome is Outcome.YES and serious:
        raise ValidationError({"outcome": _("There are limits. Choose “go ahead with limits”.")})
    if unheard:
        text = ngettext(
            "%(n)s safety answer is left: read it aloud once more, then tick this.",
            "%(n)s safety answers are left: read them aloud once more, then tick this.",
            len(unheard),
        )
        raise ValidationError({"confirmed_aloud": text % {"n": len(unheard)}})


def _milder(limits: Limits, place: str, level: int) -> Limits:
    """``limits`` with one cap raised inside its cap_with_reason; raises ``ValidationError`` beyond it."""
    if place == "body":
        highest, now = limits.pressure_cap_with_reason, limits.pressure_cap
    else:
        highest = limits.region_caps_with_reason.get(place, limits.pressure_cap_with_reason)
        now = limits.region_caps.get(place, limits.pressure_cap)
    if not now <= level <= highest:
        raise ValidationError(
            _("With a reason the pressure there goes up to %(highest)s, not further.") % {"highest": highest}
        )
    if place == "body":
        return replace(limits, pressure_cap=level)
    return replace(limits, region_caps={**limits.region_caps, place: level})
