"""Writing a session note: open, record, end, sign, add to, strike. Every action locks the note's row first."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.actions import content_edition, record, start_care
from clinic.models import Appointment, AppointmentState, CareReason, Client, ContentKind, Location, User
from clinic.roles import Role
from clinic.vocabulary import is_region
from intake.models import CheckIn
from intake.rules.limits import Limits
from sessions.models import (
    Addendum,
    CapRaise,
    EventKind,
    EventVoid,
    Finding,
    NoteStrike,
    PressureSource,
    Reentry,
    Seal,
    SessionNote,
    StrikeReason,
    TimelineEvent,
    VerbalConsent,
    VisitKind,
)
from sessions.queries.assessment import standing_of, stops_found
from sessions.queries.comfort import reaction_limits
from sessions.queries.findings import test_blocks
from sessions.queries.gate import verdict
from sessions.queries.note import (
    FIRST_REGION,
    STRUCTURE_REGIONS,
    live_events,
    missing_parts,
)
from sessions.queries.seal import ADDENDUM, STRIKE, later_seal, note_seal
from sessions.rules.findings import banned_position, blocked_tests, entry_of, problems
from sessions.rules.note import limits_of_day, structure_limits
from sessions.rules.seal import text_hash
from sessions.rules.timeline import violations

#: Texts and short fields that are saved together, under one version number.
TEXT_FIELDS = (
    "subjective",
    "objective",
    "assessment",
    "plan",
    "skin_after",
    "client_words",
    "adverse_text",
    "next_visit",
    "people_in_room",
    "way_reason",
)
_CHOICE_FIELDS = ("adverse_event", "response", "reassess_on", "pcp_advised", "way")
_REASSESS_EVERY = 4  # visits (clinical reference 4.1, plan defaults)


class GateClosed(Exception):
    """No note may be opened today; ``because`` names the reasons as the gate gave them. Nothing was stored."""

    def __init__(self, because: tuple[Any, ...]) -> None:
        super().__init__("gate closed: " + ", ".join(reason.code for reason in because))
        self.because = because


class NoteSigned(Exception):
    """The note is signed: it takes an addendum, no change."""


class TextConflict(Exception):
    """The text was saved elsewhere in the meantime. ``stored`` is what stands now, ``mine`` what was not saved."""

    def __init__(self, stored: SessionNote, mine: Mapping[str, Any]) -> None:
        super().__init__("text conflict")
        self.stored = stored
        self.mine = dict(mine)


class NotComplete(Exception):
    """Required parts of the note are missing; ``missing`` holds their codes."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__("note not complete")
        self.missing = missing


def _locked(note: SessionNote, by: User) -> SessionNote:
    """The open note of its author, locked until the end of the transaction."""
    held = _locked_any(note, by)
    if held.is_signed:
        raise NoteSigned
    if held.is_struck:
        raise ValidationError(_("This note is struck. It stays as it is."))
    return held


def _locked_any(note: SessionNote, by: User) -> SessionNote:
    """The note of its author, signed or not, locked until the end of the transaction."""
    held = (
        SessionNote.objects.select_related("client", "strike", "appointment")
        .select_for_update(no_key=True, of=("self",))
        .get(pk=note.pk)
    )
    if held.therapist_id != by.pk or not by.is_active:
        raise PermissionDenied
    return held


def _moment(held: SessionNote, happened_at: datetime | None, now: datetime) -> datetime:
    """When something was tapped: now, or earlier in this visit when the tap had to wait for the network."""
    if happened_at is None:
        return now
    if not held.started_at <= happened_at <= now:
        raise ValidationError(
            _("This was tapped before the visit began or after now. Check the clock of the device, then tap again.")
        )
    return happened_at


@transaction.atomic
def open_note(
    *,
    check_in: CheckIn,
    location: Location,
    appointment: Appointment | None = None,
    confirmed: Collection[str] = (),
    regions_set: Mapping[str, str] | None = None,
    by: User,
    at: datetime | None = None,
) -> SessionNote:
    """Open the note of a visit when the gate is open; the same check-in always gives the same note.

    Raises ``GateClosed`` and stores nothing when anything of clinical reference 2 stands against touching today.
    The effective limits are the strictest of the decision and of today's result, and stay as they are; a cap that the
    decision raised for a reason stays raised as far as today lets it. After a bad reaction to the last visit they stay
    a step below that visit.

    ``confirmed``: entries whose clearance the therapist confirms, for this start, to have been asked for.
    ``regions_set``: entry to the region ("LBK:L") where the therapist found it to be; it is left out today.
    """
    now = at or timezone.now()
    if not by.holds(Role.THERAPIST):
        raise PermissionDenied
    client = Client.objects.select_for_update(no_key=True).get(pk=check_in.client_id)
    existing = SessionNote.objects.filter(check_in=check_in).first()
    if existing is None and appointment is not None:
        existing = SessionNote.objects.filter(appointment=appointment).first()
    if existing is not None:
        if existing.therapist_id != by.pk:
            raise PermissionDenied
        return existing
    on = timezone.localdate(now)
    places = dict(regions_set or {})
    if wrong := [place for place in places.values() if not is_region(place)]:
        raise ValidationError(_("“%(place)s” is no area of the body map.") % {"place": wrong[0][:20]})
    found = verdict(client, check_in, on=on, confirmed=confirmed, regions_set=places)
    if not found.is_open or found.screening is None or found.result is None:
        raise GateClosed(found.because)
    screening, result = found.screening, found.result
    left_out = Limits(no_regions=frozenset(places.values()))
    reaction = reaction_limits(client.pk, check_in)
    limits = limits_of_day(screening.limits, result.limits.as_data(), screening.overrides, left_out, reaction).as_data()
    limits |= {
        "structures": structure_limits(limits, STRUCTURE_REGIONS, FIRST_REGION),
        "cleared": [flag.code for flag in result.cleared],
        "tests_agreed": found.tests_agreed,
    }
    raised = [flag.code for flag in result.flags]
    limits["no_tests"] = blocked_tests(limits, raised, consent=found.tests_agreed, cleared=limits["cleared"])
    earlier = SessionNote.objects.filter(client=client, strike=None).count()
    note = SessionNote(
        client=client,
        screening=screening,
        check_in=check_in,
        appointment=appointment,
        therapist=by,
        location=location,
        tests_edition=content_edition(ContentKind.TESTS, at=now),
        visit_kind=_visit_kind(earlier),
        started_at=now,
        recorded_at=now,
        limits=limits,
        flags=raised,
        pain_before=check_in.answers.get("ck_now"),
        way_due=standing_of(client, check_in, on=on).due,
    )
    note.full_clean()
    note.save()
    if appointment is not None and appointment.state == AppointmentState.BOOKED:
        appointment.state = AppointmentState.ARRIVED
        appointment.arrived_at = now
        appointment.save(update_fields=["state", "arrived_at"])
    start_care(client=client, therapist=by, reason=CareReason.NOTE, by=by, at=now)
    for code in sorted(set(confirmed) & set(result.to_confirm)):
        record(verb="confirm_clearance_asked", about=note, client=client, reason=code, by=by, at=now)
    record(verb="open_note", about=note, client=client, by=by, at=now)
    return note


def _visit_kind(earlier: int) -> VisitKind:
    """First, every fourth a re-assessment, else follow-up (clinical reference 4.1)."""
    if earlier == 0:
        return VisitKind.FIRST
    return VisitKind.REASSESSMENT if (earlier + 1) % _REASSESS_EVERY == 0 else VisitKind.FOLLOW_UP


@transaction.atomic
def save_text(
    *,
    note: SessionNote,
    texts: Mapping[str, Any],
    rev: int | None = None,
    was: Mapping[str, Any] | None = None,
    by: User,
    at: datetime | None = None,
) -> SessionNote:
    """Save texts and short fields when nobody changed them since; gives the note with its new version.

    What "since" means is said in one of two ways: ``rev``, the version of the note that the page was opened with, or
    ``was``, what each of ``texts`` said before it was changed here, so that two people may write different fields.

    Raises ``TextConflict`` with both texts when it has changed and says something else now, ``NoteSigned``,
    ``ValidationError`` by field. One statement compares and writes, so that of many editors one is accepted.
    """
    known = {*TEXT_FIELDS, *_CHOICE_FIELDS}
    if unknown := texts.keys() - known:
        raise ValueError(f"not a text of the note: {sorted(unknown)[0]}")
    if (rev is None) == (was is None) or (was is not None and was.keys() != texts.keys()):
        raise ValueError("say since when: by rev, or by was for each text")
    for name, value in texts.items():
        setattr(note, name, value)
    note.clean_fields(exclude={f.name for f in SessionNote._meta.fields if f.name not in texts})
    unchanged = {"rev": rev} if was is None else was
    saved = SessionNote.objects.filter(pk=note.pk, therapist=by, signed_at=None, **unchanged).update(
        **texts, rev=F("rev") + 1
    )
    if not saved:
        stored = SessionNote.objects.get(pk=note.pk)
        if stored.therapist_id != by.pk:
            raise PermissionDenied
        if stored.is_signed:
            raise NoteSigned
        if all(getattr(stored, name) == value for name, value in texts.items()):
            return stored  # sent again because the answer was lost on the way
        raise TextConflict(stored, texts)
    note.rev = note.rev + 1 if rev is None else rev + 1
    record(verb="save_text", about=note, client=note.client, by=by, at=at)
    return note


@transaction.atomic
def set_pain(
    *,
    note: SessionNote,
    before: int | None = None,
    after: int | None = None,
    after_declined: bool = False,
    by: User,
    at: datetime | None = None,
) -> SessionNote:
    """Store pain now, 0 to 10, before or after the treatment; "would rather not say" stands for an answer after."""
    held = _locked(note, by)
    if before is not None:
        held.pain_before = before
    if after is not None or after_declined:
        held.pain_after = None if after_declined else after
        held.pain_after_declined = after_declined
    held.clean_fields(exclude={f.name for f in SessionNote._meta.fields} - {"pain_before", "pain_after"})
    held.save(update_fields=["pain_before", "pain_after", "pain_after_declined"])
    record(verb="set_pain", about=held, client=held.client, by=by, at=at)
    return held


@transaction.atomic
def record_event(
    *,
    note: SessionNote,
    client_uuid: uuid.UUID,
    kind: str,
    structure: str,
    side: str,
    position: str,
    technique: str,
    pressure: int,
    pressure_source: str = PressureSource.TAPPED,
    comfort: int | None = None,
    sign: str = "",
    asked_by: str = "",
    cue: str = "",
    words: str = "",
    happened_at: datetime | None = None,
    by: User,
    at: datetime | None = None,
) -> TimelineEvent:
    """Append one complete event; the same ``client_uuid`` again gives the row that is there already.

    ``happened_at``: when it was tapped, if it had to wait on the device; the audit keeps when it arrived.

    Raises ``ValidationError`` with a sentence per violated rule (limits, C5 and nerve sign) and for a ``client_uuid``
    that something else was stored under, ``NoteSigned``.
    """
    now = at or timezone.now()
    held = _locked(note, by)
    known = TimelineEvent.objects.filter(client_uuid=client_uuid).first()
    if known is not None and known.note_id != held.pk:
        raise ValidationError(_("This entry belongs to another note."))
    event = TimelineEvent(
        note=held,
        client_uuid=client_uuid,
        kind=kind,
        structure=structure,
        side=side,
        position=position,
        technique=technique,
        pressure=pressure,
        pressure_source=pressure_source,
        comfort=comfort,
        sign=sign,
        asked_by=asked_by,
        cue=cue,
        words=words,
        at=_moment(held, happened_at, now),
    )
    if known is not None:
        if _tapped(known) != _tapped(event):
            raise ValidationError(
                _("This tap was stored before with something else in it. Look at the log, then tap once more.")
            )
        return known
    event.seq = (TimelineEvent.objects.filter(note=held).aggregate(last=Max("seq"))["last"] or 0) + 1
    event.clean_fields()
    problems = violations(event, live_events(held), held.limits, raises=held.cap_raises.all())
    if problems:
        raise ValidationError(list(problems))
    if pressure and (found := stops_found(held)):
        raise ValidationError(
            _("Found by a test today: %(names)s. No massage before it is cleared in writing: stop here.")
            % {"names": ", ".join(found)}
        )
    event.full_clean()
    event.save()
    record(verb="record_event", about=event, client=held.client, by=by, at=now)
    return event


def _tapped(event: TimelineEvent) -> tuple[Any, ...]:
    """What the hand said with an event, without what was carried over from the row before it.

    A tap that is sent again after others must be known again, though what it carries has moved on meanwhile.
    """
    said: tuple[Any, ...] = (event.kind, event.structure, event.side, event.comfort, event.sign, event.cue, event.words)
    if event.kind != EventKind.START_REGION:
        said += (event.position, event.technique, event.asked_by)
    if event.pressure_source == PressureSource.TAPPED and event.kind != EventKind.ADJUST:
        said += (event.pressure,)
    return said


@transaction.atomic
def void_event(*, event: TimelineEvent, reason: str, by: User, at: datetime | None = None) -> EventVoid:
    """Undo an event: it stays in the record and no longer counts. A second undo gives the first one."""
    now = at or timezone.now()
    held = _locked(event.note, by)
    known = EventVoid.objects.filter(event=event).first()
    if known is not None:
        return known
    void = EventVoid(event=event, reason=reason, by=by, at=now)
    void.full_clean()
    void.save()
    record(verb="void_event", about=event, client=held.client, reason=reason, by=by, at=now)
    return void


@transaction.atomic
def raise_cap(
    *,
    note: SessionNote,
    structure: str,
    side: str,
    pressure: int,
    reason: str,
    by: User,
    at: datetime | None = None,
) -> CapRaise:
    """Raise the cap of one structure and side for this visit, up to cap_with_reason, with a coded reason; once."""
    now = at or timezone.now()
    held = _locked(note, by)
    place = held.limits["structures"].get(f"{structure}:{side}")
    if place is None or place["locked"]:
        raise ValidationError(_("This area is not treated today. A reason does not open it."))
    if pressure > place["cap_with_reason"]:
        raise ValidationError(
            _("With a reason the pressure here goes up to %(cap)s, not further.") % {"cap": place["cap_with_reason"]}
        )
    known = held.cap_raises.filter(structure=structure, side=side, pressure=pressure, reason=reason).first()
    if known is not None:
        return known
    raised = CapRaise(note=held, structure=structure, side=side, pressure=pressure, reason=reason, by=by, at=now)
    raised.full_clean()
    raised.save()
    record(verb="raise_cap", about=raised, client=held.client, reason=reason, by=by, at=now)
    return raised


@transaction.atomic
def record_verbal_consent(
    *,
    note: SessionNote,
    scope: str,
    side: str = "",
    mode: str = "",
    happened_at: datetime | None = None,
    by: User,
    at: datetime | None = None,
) -> VerbalConsent:
    """Record a yes said aloud now or at ``happened_at``; said again, the newer mode and time stand."""
    now = at or timezone.now()
    held = _locked(note, by)
    said = VerbalConsent.objects.filter(note=held, scope=scope, side=side).first()
    said = said or VerbalConsent(note=held, scope=scope, side=side)
    said.mode, said.said_at = mode, _moment(held, happened_at, now)
    said.full_clean()
    said.save()
    record(verb="record_verbal_consent", about=said, client=held.client, reason=scope, by=by, at=now)
    return said


@transaction.atomic
def record_finding(
    *,
    note: SessionNote,
    code: str,
    side: str,
    phase: str,
    result: str = "",
    angle: int | None = None,
    measure: Decimal | None = None,
    tone: int | None = None,
    felt_where: list[str] | None = None,
    position: str = "",
    device: str = "",
    moved: str = "",
    end_feel: str = "",
    pain: int | None = None,
    comment: str = "",
    by: User,
    at: datetime | None = None,
) -> Finding:
    """Store one result of a test, a range of motion or a palpated structure; the same one again replaces it.

    ``position`` is needed where the test knows several and is the one there is otherwise; the ways a range was measured
    as in ``Finding``. Raises ``ValidationError`` when the test or its position is blocked today (clinical reference 3),
    with the reason.
    """
    held = _locked(note, by)
    blocked = test_blocks(held)
    if because := blocked.get(code) or blocked.get(f"{code}:{side}"):
        raise ValidationError(_("This is not done today: %(why)s.") % {"why": because})
    if held.limits["structures"].get(f"{code}:{side}", {}).get("locked"):
        raise ValidationError(_("This area is not touched today. Take another one."))
    entry = entry_of(code)
    if entry is not None and len(entry.positions) == 1:
        position = entry.positions[0]
    ways: dict[str, Any] = {"position": position, "device": device, "moved": moved, "end_feel": end_feel, "pain": pain}
    wrong = problems(
        code=code,
        side=side,
        result=result,
        angle=angle,
        measure=measure,
        tone=tone,
        felt_where=felt_where or (),
        **ways,
    )
    if wrong:
        raise ValidationError(wrong)
    if position and banned_position(position, side, held.limits):
        raise ValidationError({"position": _("This position is not allowed today. Choose another one.")})
    finding = Finding.objects.filter(note=held, code=code, side=side, phase=phase).first()
    finding = finding or Finding(note=held, code=code, side=side, phase=phase)
    finding.result, finding.angle, finding.measure, finding.tone = result, angle, measure, tone
    finding.felt_where, finding.comment = felt_where or [], comment
    for name, value in ways.items():
        setattr(finding, name, value)
    finding.full_clean()
    finding.save()
    record(verb="record_finding", about=finding, client=held.client, by=by, at=at)
    return finding


@transaction.atomic
def take_back_finding(
    *, note: SessionNote, code: str, side: str, phase: str, by: User, at: datetime | None = None
) -> None:
    """Take a result back before the note is signed, for it was tapped by mistake; one that is gone stays gone.

    The row leaves the draft, the audit keeps that it was there. Raises ``NoteSigned``.
    """
    held = _locked(note, by)
    finding = Finding.objects.filter(note=held, code=code, side=side, phase=phase).first()
    if finding is None:
        return
    record(verb="take_back_finding", about=finding, client=held.client, reason=code, by=by, at=at)
    finding.delete()


@transaction.atomic
def record_findings(
    *,
    note: SessionNote,
    rows: Iterable[Mapping[str, Any]],
    back: Iterable[Mapping[str, str]] = (),
    by: User,
    at: datetime | None = None,
) -> list[Finding]:
    """Store several results and take others ``back`` at once, all or none.

    Each row holds the values of ``record_finding``, each of ``back`` those of ``take_back_finding``.
    """
    for gone in back:
        take_back_finding(note=note, by=by, at=at, **gone)
    return [record_finding(note=note, by=by, at=at, **row) for row in rows]


@transaction.atomic
def end_note(
    *, note: SessionNote, happened_at: datetime | None = None, by: User, at: datetime | None = None
) -> SessionNote:
    """Set the end of the treatment, now or at ``happened_at``; ended again, the later time stands."""
    now = at or timezone.now()
    held = _locked(note, by)
    ended = _moment(held, happened_at, now)
    held.ended_at = max(ended, held.ended_at) if held.ended_at else ended
    held.save(update_fields=["ended_at"])
    if held.appointment is not None and held.appointment.state != AppointmentState.FINISHED:
        held.appointment.state = AppointmentState.FINISHED
        held.appointment.save(update_fields=["state"])
    record(verb="end_note", about=held, client=held.client, by=by, at=now)
    return held


@transaction.atomic
def sign_note(*, note: SessionNote, rev: int | None = None, by: User, at: datetime | None = None) -> SessionNote:
    """Sign the note and freeze it with all its rows; the hash stands for what was signed.

    The page has asked for the password first. Raises ``NotComplete`` with the codes of the missing parts (an area
    that ends on C5 or a nerve sign among them), ``TextConflict`` when ``rev`` is not the version that was read.
    """
    now = at or timezone.now()
    held = _locked(note, by)
    if rev is not None and rev != held.rev:
        raise TextConflict(held, {})
    if missing := missing_parts(held):
        raise NotComplete(missing)
    held.signed_at, held.signed_by = now, by
    entry = note_seal(held)
    held.content_hash = text_hash(entry)
    held.save(update_fields=["signed_at", "signed_by", "content_hash"])
    record(verb="sign_note", about=held, client=held.client, by=by, at=now)
    Seal.objects.create(note=held, about=held.uuid, entry=entry)
    return held


@transaction.atomic
def add_addendum(
    *,
    note: SessionNote,
    kind: str,
    text: str,
    happened_at: datetime | None = None,
    by: User,
    at: datetime | None = None,
) -> Addendum:
    """Add to a signed note: an addendum, a late entry, a correction (clinical reference 6.5). The original stays.

    ``happened_at`` is when the facts were so, by default now; never later than now. The same words of the same kind
    again give the addition that is there.
    """
    now = at or timezone.now()
    held = _locked_any(note, by)
    if not held.is_signed:
        raise ValidationError(_("This note is not signed yet. Write it in the note itself."))
    if happened_at is not None and happened_at > now:
        raise ValidationError({"happened_at": _("This is in the future. Give the time when it happened.")})
    known = Addendum.objects.filter(note=held, kind=kind, text=text).first()
    if known is not None and happened_at in (None, known.happened_at):
        return known
    added = Addendum(note=held, author=by, kind=kind, text=text, happened_at=happened_at or now, recorded_at=now)
    added.full_clean()
    added.save()
    record(verb="add_addendum", about=added, client=held.client, reason=kind, by=by, at=now)
    Seal.objects.create(note=held, about=added.uuid, entry=later_seal(ADDENDUM, added))
    return added


@transaction.atomic
def strike_note(*, note: SessionNote, reason: str, by: User, at: datetime | None = None) -> NoteStrike:
    """Strike a whole note, signed or not: it stays readable as struck and counts nowhere. By its author only."""
    now = at or timezone.now()
    held = _locked_any(note, by)
    known = NoteStrike.objects.filter(note=held).first()
    if known is not None:
        return known
    strike = NoteStrike(note=held, reason=reason, by=by, at=now)
    strike.full_clean()
    strike.save()
    record(verb="strike_note", about=held, client=held.client, reason=reason, by=by, at=now)
    Seal.objects.create(note=held, about=strike.uuid, entry=later_seal(STRIKE, strike))
    return strike


@transaction.atomic
def enter_again(*, struck: SessionNote, note: SessionNote, by: User, at: datetime | None = None) -> Reentry:
    """Say that ``note`` is where a note struck for the wrong client was entered again; the same again gives the row.

    ``note`` was opened for the right client through their own gate: nothing is copied from the one record into the
    other. Raises ``ValidationError`` when ``struck`` was not struck for the wrong client, when ``note`` is of the same
    client or struck itself, and when either is linked already; ``PermissionDenied`` for another author.
    """
    now = at or timezone.now()
    was, held = _locked_any(struck, by), _locked_any(note, by)
    known = Reentry.objects.filter(struck=was, note=held).first()
    if known is not None:
        return known
    if not was.is_struck or was.strike.reason != StrikeReason.WRONG_CLIENT:
        raise ValidationError(_("Only a note that was struck for the wrong client is entered again."))
    if held.client_id == was.client_id or held.is_struck:
        raise ValidationError({"note": _("Choose a note of the right client, one that is not struck.")})
    if Reentry.objects.filter(Q(struck=was) | Q(note=held)).exists():
        raise ValidationError({"note": _("One of the two is linked already. Open it to see where it leads.")})
    reentry = Reentry(struck=was, note=held, by=by, at=now)
    reentry.full_clean()
    reentry.save()
    record(verb="enter_again", about=was, client=was.client, by=by, at=now)
    record(verb="enter_again", about=held, client=held.client, by=by, at=now)
    return reentry
