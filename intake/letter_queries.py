"""The reading door of letters to a client's doctor: what one would say, the signed ones, those that wait."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinic.models import Client, Practice, User
from clinic.models.base import from_told
from clinic.queries import charted_clients
from clinic.vocabulary import Severity
from intake.models import CheckIn, Consent, DoctorLetter, Intake, IntakeState, LetterStepKind, StopEvent
from intake.models.letter import LAST_STEPS
from intake.queries import (
    Situation,
    answer_rows,
    answers_now,
    check_in_of,
    clearable,
    consents,
    days_with_changes,
    handed_in,
    handed_in_on,
    judge,
    last_step,
    open_stops,
    practice_rules,
)
from intake.rules.doctor_letter import COURSE, chosen_beforehand, fingerprint, may_be_asked, reason, setting
from intake.rules.questions import QUESTIONS, AnswerError
from intake.rules.screening import ENTRIES, ScreeningResult, early_flags

#: The consent to tell the doctor, and the part of it that a letter needs.
SHARING, FINDINGS = "cs_pcp", "findings"


@dataclass(frozen=True)
class Ground:
    """One thing that stands today and that a doctor may be asked about, with the answers behind it."""

    code: str
    label: str
    severity: str
    tier: str
    answers: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Grounds:
    """All that a letter of today could be about, worst first, and what is beside it."""

    intake: Intake | None
    held: CheckIn | None
    stops: tuple[StopEvent, ...]
    each: tuple[Ground, ...]
    beforehand: tuple[str, ...]

    @property
    def choices(self) -> list[tuple[str, str]]:
        """(code, label) of each."""
        return [(ground.code, ground.label) for ground in self.each]


def grounds(client: Client, *, on: date) -> Grounds:
    """What stands on the day ``on``: raised flags that nothing has cleared, and stops that are still open."""
    intake = handed_in(client)
    held = check_in_of(client, on=on)
    stops = tuple(open_stops(client))
    if intake is None:
        return Grounds(None, held, stops, (), ())
    given = held.answers if held is not None else {}
    answers = {**answers_now(intake), **given}
    days = days_with_changes(intake, intake.changes.all()) | dict.fromkeys(given, on)
    result: ScreeningResult | None = None
    try:
        result = judge(intake, on=on, check_in=given) if intake.state == IntakeState.SUBMITTED else None
    except AnswerError:  # the questions have changed since: what is certain by itself still stands
        result = None
    flags = (
        result.flags
        if result is not None
        else early_flags(answers, on=on, age_of_majority=practice_rules().age_of_majority)
    )
    found = [_ground(flag.code, flag.reasons, answers, days) for flag in flags if may_be_asked(flag.code)]
    known = {ground.code for ground in found}
    for stop in stops:
        found += [each for each in _of_stop(stop) if each.code not in known]
        known.update(stop.codes)
    found.sort(key=lambda ground: ENTRIES[ground.code].severity.rank)
    return Grounds(intake, held, stops, tuple(found), tuple(chosen_beforehand([each.code for each in found], result)))


def _ground(code: str, ids: Iterable[str], answers: Mapping[str, Any], days: Mapping[str, date]) -> Ground:
    rows = answer_rows(answers, [name for name in ids if name in QUESTIONS])
    severity = Severity(ENTRIES[code].severity)
    return Ground(
        code,
        ENTRIES[code].label,
        str(severity.label),
        severity.tier,
        tuple(
            {
                "wording": str(row.wording),
                "values": list(row.values),
                "on": days[row.question].isoformat() if row.question in days else "",
            }
            for row in rows
        ),
    )


def _of_stop(stop: StopEvent) -> list[Ground]:
    """The signs of a stop with the answers that raised them then."""
    source = stop.intake or stop.check_in
    if source is None:  # the table holds that there is one
        return []
    day = timezone.localdate(stop.at)
    reasons = {flag.code: flag.reasons for flag in source.flags.all()}
    return [
        _ground(code, reasons.get(code, ()), source.answers, dict.fromkeys(source.answers, day))
        for code in stop.codes
        if may_be_asked(code)
    ]


def sharing_consent(client: Client, *, on: date) -> Consent | None:
    """The client's yes to telling their doctor what worries us, when it counts on the day ``on``."""
    return next(
        (consent for consent in consents(client, on=on) if consent.statement == SHARING and consent.scope == FINDINGS),
        None,
    )


def facts(
    client: Client,
    stands: Grounds,
    entries: Sequence[str],
    *,
    remark: str = "",
    findings: Sequence[Mapping[str, Any]] = (),
    last_visit: date | None = None,
    by: User,
) -> dict[str, Any]:
    """Everything that a letter of ``by`` about ``entries`` says, in the shape that is kept.

    ``findings``: results of tests, each with "label", "side", "result" and "on"; ``last_visit``: the last massage.
    """
    chosen = [ground for ground in stands.each if ground.code in entries]
    answers: dict[str, Any] = {}
    for ground in chosen:
        for answer in ground.answers:
            answers.setdefault(answer["wording"], answer)
    told = answers_now(stands.intake) if stands.intake is not None else {}
    practice = Practice.objects.only("name", "phone").first() or Practice(name="")
    return {
        "client": {"name": client.name, "born": client.birth_date.isoformat(), "ref": client.ref},
        "from": {
            "practice": practice.name,
            "phone": practice.phone,
            "name": by.printed_name,
            "licence": by.licence_no,
        },
        "reasons": [reason(ground.code) for ground in chosen],
        "course": [
            {"wording": str(row.wording), "values": list(row.values)}
            for row in answer_rows(told, [name for name in COURSE if name in QUESTIONS])
        ],
        "told_on": handed_in_on(stands.intake).isoformat() if stands.intake is not None else "",
        "answers": list(answers.values()),
        "findings": [dict(each) for each in findings],
        "done": _done(stands, chosen, last_visit),
        "remark": remark,
    }


def _done(stands: Grounds, chosen: Iterable[Ground], last_visit: date | None) -> list[str]:
    """What was done so far, each in a sentence (clinical reference 3.6: "what was done")."""
    said = []
    for stop in stands.stops:
        at = timezone.localtime(stop.at)
        said.append(_("%(at)s: the form was stopped.") % {"at": date_format(at, "j F Y H:i")})
        said += [
            f"{date_format(timezone.localtime(done.at), 'j F Y H:i')}: {done.get_action_display()}."
            for done in stop.actions.all()
        ]
    if any(ground.tier == "stop" for ground in chosen):
        said.append(_("We give no massage until a written answer is here."))
    else:
        said.append(_("We go on, within limits for what is named above."))
    if last_visit is not None:
        said.append(_("Last massage here: %(on)s.") % {"on": date_format(last_visit, "j F Y")})
    else:
        said.append(_("No massage has been given here yet."))
    return said


# --- a letter as it is shown --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sheet:
    """A letter as page and paper show it, before or after it is signed: made of its facts alone."""

    facts: Mapping[str, Any]
    to_name: str
    to_contact: str
    consent: Consent | None
    signed_by: str = ""
    signed_at: datetime | None = None
    reference: str = ""

    @property
    def born(self) -> date:
        """The client's birth date."""
        return date.fromisoformat(self.facts["client"]["born"])

    @property
    def told_on(self) -> date | None:
        """The day the form was handed in."""
        return _day(self.facts["told_on"])

    @property
    def answers(self) -> list[dict[str, Any]]:
        """The safety answers, each with its day."""
        return [{**each, "on": _day(each["on"])} for each in self.facts["answers"]]

    @property
    def findings(self) -> list[dict[str, Any]]:
        """Results of tests, each with its day."""
        return [{**each, "on": _day(each["on"])} for each in self.facts["findings"]]

    @property
    def stops(self) -> bool:
        """Whether massage waits for the answer."""
        return any(each["stops"] for each in self.facts["reasons"])

    @property
    def setting(self) -> str:
        """How close the paper is set, as the style sheet knows it."""
        return setting(self.facts)

    @property
    def fingerprint(self) -> str:
        """Of these facts."""
        return fingerprint(self.facts)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def sheet_of(letter: DoctorLetter) -> Sheet:
    """A signed letter as page and paper show it."""
    return Sheet(
        facts=letter.facts,
        to_name=letter.to_name,
        to_contact=letter.to_contact,
        consent=letter.consent,
        signed_by=letter.facts["from"]["name"],
        signed_at=letter.signed_at,
        reference=str(letter.uuid)[:8],
    )


def doctor_known(client: Client, stands: Grounds) -> tuple[str, str]:
    """(name, contact) of the client's doctor: as the practice keeps it, else as the client wrote it in the form."""
    told = answers_now(stands.intake) if stands.intake is not None else {}
    if client.pcp_name:
        return client.pcp_name, client.pcp_contact
    return str(told.get("ab_pcp_name") or ""), str(told.get("ab_pcp_phone") or "")


def said_about_talking(stands: Grounds) -> str:
    """What the client answered to "May we talk with your doctor?", unless it was yes; "" otherwise."""
    told = answers_now(stands.intake) if stands.intake is not None else {}
    answer = told.get("ab_pcp_ok")
    return str(QUESTIONS["ab_pcp_ok"].options[answer]) if answer in ("ask_first", "no") else ""


# --- signed letters -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LetterRow:
    """One letter in a list: about what, how far it is, and since when, in days."""

    letter: DoctorLetter
    about: str
    state: str
    word: str
    since: datetime
    days: int = field(default=0)

    @property
    def is_open(self) -> bool:
        """Whether something is still to come."""
        return self.state not in LAST_STEPS


#: State before the first step.
SIGNED = "signed"


def _row(letter: DoctorLetter, kind: str | None, at: datetime | None, now: datetime) -> LetterRow:
    state, since = kind or SIGNED, at or letter.signed_at
    return LetterRow(
        letter,
        ", ".join(each["label"] for each in letter.facts["reasons"]),
        state,
        _("signed, not sent yet") if state == SIGNED else str(LetterStepKind(state).label),
        since,
        (timezone.localdate(now) - timezone.localdate(since)).days,
    )


def letters_of(held: Situation, *, now: datetime | None = None) -> list[LetterRow]:
    """Every letter about the client of ``held``, newest first."""
    moment = now or timezone.now()
    return [
        _row(
            from_told(DoctorLetter, told["row"]),
            told["kind"],
            datetime.fromisoformat(told["at"]) if told["at"] else None,
            moment,
        )
        for told in held.letters
    ]


def letters_waiting(user: User, *, now: datetime | None = None) -> list[LetterRow]:
    """Letters about clients whose chart ``user`` may read that are not settled, the longest waiting first."""
    moment = now or timezone.now()
    found = DoctorLetter.objects.filter(client__in=charted_clients(user), client__merged_into=None)
    waiting: QuerySet[Any] = found.exclude(steps__kind__in=LAST_STEPS).select_related("client")
    told = waiting.annotate(last_kind=last_step("kind"), last_at=last_step("at"))
    return sorted(
        (_row(letter, letter.last_kind, letter.last_at, moment) for letter in told), key=lambda row: row.since
    )


def doctor_letter(user: User, letter_uuid: uuid.UUID) -> DoctorLetter:
    """One letter about a client whose chart ``user`` may read; 404 otherwise."""
    found = DoctorLetter.objects.filter(client__in=charted_clients(user))
    told = found.select_related("client", "consent__withdrawal", "signed_by").prefetch_related(
        "steps__by", "steps__clearance"
    )
    return get_object_or_404(told, uuid=letter_uuid)


def state_of(letter: DoctorLetter) -> str:
    """How far a letter is: "signed", or the kind of its last step."""
    newest = max(letter.steps.all(), key=lambda step: step.pk, default=None)
    return newest.kind if newest is not None else SIGNED


def may_be_sent(letter: DoctorLetter, *, on: date) -> bool:
    """Whether it may leave the practice other than in the client's hand: the consent in it counts on the day ``on``."""
    consent = letter.consent
    if consent is None or hasattr(consent, "withdrawal"):
        return False
    return consent.expires is None or consent.expires >= on


def answerable(letter: DoctorLetter, *, on: date) -> list[tuple[str, str]]:
    """What an answer to ``letter`` may be about: what it asked first, then all else that stands; (code, label)."""
    asked = [(each["code"], each["label"]) for each in letter.facts["reasons"]]
    return list(dict([*asked, *clearable(letter.client, on=on)]).items())


def may_write(user: User, client: Client) -> bool:
    """Whether ``user`` is a therapist who may write to the doctor of ``client``."""
    return bool(user.is_therapist) and charted_clients(user).filter(pk=client.pk).exists()
