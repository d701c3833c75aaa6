"""The reading door of the middle floor. Every function takes the user, or an object that a door handed out."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import JSONObject
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.content import current_hash
from clinic.models import Appointment, Client, ContentEdition, ContentKind, Practice, User
from clinic.models.base import columns, from_told
from clinic.queries import charted_clients, diary
from clinic.queries import clients as visible_clients
from clinic.roles import STAFF
from clinic.vocabulary import REGIONS, Severity, Technique, is_region, position_label, region_label
from intake.access_queries import may_still_open
from intake.models import (
    AccessKind,
    AnswerChange,
    CheckIn,
    Clearance,
    Consent,
    DoctorLetter,
    EndReason,
    HeardAnswer,
    Intake,
    IntakeAccess,
    IntakeState,
    LetterStep,
    RaisedFlag,
    Screening,
    StopAction,
    StopEvent,
)
from intake.rules.clearance import read_clearance
from intake.rules.limits import NO_CAP, TOP_LEVEL, Limits
from intake.rules.questions import (
    CHECK_IN_IDS,
    CONSENTS,
    PAGES,
    QUESTIONS,
    TEXT_IDS,
    AnswerError,
    Page,
    Question,
    asked_then,
    missing,
    on_page,
    open_consents,
    reopened,
    usable,
    visible,
)
from intake.rules.screening import ENTRIES, Flag, PracticeRules, ScreeningResult, early_flags, screen
from intake.rules.stops import is_open

# --- the client's answers -----------------------------------------------------------------------------------------


def practice_rules() -> PracticeRules:
    """The practice's own numbers that the rules ask for."""
    return rules_of(Practice.objects.only("majority_age", "table_limit_kg").first() or Practice())


def rules_of(practice: Practice) -> PracticeRules:
    """The numbers of a practice that the rules ask for."""
    return PracticeRules(age_of_majority=practice.majority_age, table_limit_kg=practice.table_limit_kg)


def handed_in(client: Client) -> Intake | None:
    """The newest intake that is no longer a draft: submitted, or stopped by an emergency."""
    found = Intake.objects.filter(client=client).exclude(state=IntakeState.DRAFT)
    return found.prefetch_related("changes").order_by("-id").first()


def draft(client: Client) -> Intake | None:
    """The intake being filled in, if there is one."""
    return Intake.objects.filter(client=client, state=IntakeState.DRAFT).first()


def answers_now(intake: Intake) -> dict[str, Any]:
    """The answers with the client's own later changes put in their place."""
    return with_changes(intake, intake.changes.all())


def with_changes(intake: Intake, changes: Iterable[AnswerChange]) -> dict[str, Any]:
    """The answers with ``changes``, oldest first, put in their place."""
    return {**intake.answers, **{change.question: change.new for change in changes}}


def days_with_changes(intake: Intake, changes: Iterable[AnswerChange]) -> dict[str, date]:
    """The day each answer was given, changes included."""
    days = {question: date.fromisoformat(day) for question, day in intake.answered_on.items()}
    return days | {change.question: timezone.localdate(change.at) for change in changes}


def consents(client: Client, *, on: date) -> list[Consent]:
    """The consents that count on the day ``on``: not withdrawn, not past their end, the newest of each part."""
    signed = list(
        Consent.objects.filter(client=client).select_related("withdrawal", "edition").order_by("signed_at", "id")
    )
    return counting(signed, {consent.pk for consent in signed if hasattr(consent, "withdrawal")}, on=on)


def counting(signed: Iterable[Consent], withdrawn: Container[int], *, on: date) -> list[Consent]:
    """Those of ``signed``, oldest first, that count on the day ``on``; ``withdrawn``: keys of those taken back."""
    newest = {(consent.statement, consent.scope): consent for consent in signed}
    return [
        consent
        for consent in newest.values()
        if consent.pk not in withdrawn and (consent.expires is None or consent.expires >= on)
    ]


@dataclass(frozen=True)
class ConsentRow:
    """One consent that counts today, as staff read it: ``name`` says what it is about, ``text`` is what was signed."""

    consent: Consent
    name: str
    part: str

    @property
    def text(self) -> str:
        """The wording as signed."""
        return self.consent.text


#: Between a part of a consent and how it is done.
_BETWEEN = " · "


def consent_row(consent: Consent) -> ConsentRow:
    """A consent with its short name and its part in words ("left · through clothes or sheet")."""
    question = QUESTIONS.get(consent.statement)
    fields = question.fields if question is not None else {}
    words = [str(fields[consent.scope].wording) if consent.scope in fields else consent.scope]
    if consent.mode and "mode" in fields:
        words.append(str(fields["mode"].options.get(consent.mode, consent.mode)))
    return ConsentRow(
        consent, question.wording if question else consent.statement, _BETWEEN.join(word for word in words if word)
    )


def consent_answers(valid: Iterable[Consent]) -> dict[str, Any]:
    """The ``cs_`` answers that the consents stand for today; a statement without a valid consent is false."""
    answers: dict[str, Any] = {
        question.id: False for question in QUESTIONS.values() if question.step == "consent" and question.id != "cs_sign"
    }
    for consent in valid:
        if consent.scope:
            parts = answers.get(consent.statement) or {}
            parts[consent.scope] = True
            if consent.mode:
                parts["mode"] = consent.mode
            answers[consent.statement] = parts
        else:
            answers[consent.statement] = True
        answers["cs_sign"] = {"name": consent.signer_name, "role": consent.signer_role}
    return answers


def check_in_of(client: Client, *, on: date) -> CheckIn | None:
    """The newest check-in of the day ``on``."""
    return CheckIn.objects.filter(client=client, on=on).select_related("edition").order_by("-id").first()


def clearances(client: Client) -> list[Clearance]:
    """Clearances that were not withdrawn, newest first; whether they still count is for the rules to say."""
    found = Clearance.objects.filter(client=client, withdrawal=None).select_related("recorded_by")
    return list(found.order_by("-id"))


def as_rule(clearance: Clearance) -> dict[str, Any]:
    """A clearance in the shape the rules take (clinical reference 0.5)."""
    return {
        "key": str(clearance.uuid),
        "entries": list(clearance.entries),
        "kind": clearance.kind,
        "clinician": clearance.clinician,
        "profession": clearance.profession,
        "contact": clearance.contact,
        "date": clearance.dated.isoformat(),
        "massage": "yes" if clearance.massage else "no",
        "regions": "all" if clearance.regions == ["all"] else list(clearance.regions),
        "max_pressure": clearance.max_pressure,
        "stretch_flags_lifted": list(clearance.stretch_flags_lifted),
        "conditions": clearance.conditions,
        "expires": clearance.expires.isoformat(),
        "file": clearance.file.name,
    }


@dataclass(frozen=True)
class FindingsSource:
    """Where results of tests come from, which the floor above records.

    ``newest``: an expression that gives the newest results of ``OuterRef("client")`` as a list, for a statement over
    intakes; ``read``: makes of that list what ``screen()`` takes, test → results; ``name``: a test in words.
    """

    newest: Callable[[], Any]
    read: Callable[[Any], Mapping[str, Any]]
    name: Callable[[str], str]


@cache
def _findings() -> FindingsSource:
    """The source that the settings name (``FINDINGS_SOURCE``): the floor above is never imported from here."""
    source: FindingsSource = import_string(settings.FINDINGS_SOURCE)
    return source


def _with_what_counts(found: QuerySet[Intake]) -> QuerySet[Intake]:
    """Intakes with all that is judged beside their answers, so that judging reads the database once.

    ``told_changes``, ``told_consents``, ``told_clearances``: rows of the client as ``JSONObject``; ``told_practice``;
    ``told_findings``: as their source gives them.
    """
    changes = AnswerChange.objects.filter(intake=OuterRef("pk")).order_by("id")
    signed = Consent.objects.filter(client=OuterRef("client")).order_by("signed_at", "id")
    letters = Clearance.objects.filter(client=OuterRef("client"), withdrawal=None).order_by("-id")
    return found.annotate(
        told_changes=ArraySubquery(changes.values(told=columns(AnswerChange))),
        told_consents=ArraySubquery(
            signed.values(told=JSONObject(row=columns(Consent), withdrawn="withdrawal__id")),
        ),
        told_clearances=ArraySubquery(letters.values(told=columns(Clearance))),
        told_practice=Subquery(
            Practice.objects.values(told=JSONObject(majority_age="majority_age", table_limit_kg="table_limit_kg"))[:1]
        ),
        told_findings=_findings().newest(),
    )


def _told_consents(intake: Any, *, on: date) -> list[Consent]:
    """The consents that came with ``intake`` and count on the day ``on``."""
    signed = [from_told(Consent, told["row"]) for told in intake.told_consents]
    withdrawn = {told["row"]["id"] for told in intake.told_consents if told["withdrawn"]}
    return counting(signed, withdrawn, on=on)


def _told_answers(intake: Any, *, on: date) -> dict[str, Any]:
    """The answers that count on the day ``on``, later changes and valid consents among them."""
    changes = [from_told(AnswerChange, told) for told in intake.told_changes]
    return {**with_changes(intake, changes), **consent_answers(_told_consents(intake, on=on))}


def _judged(intake: Any, *, on: date, check_in: Mapping[str, Any] | None) -> ScreeningResult:
    """``judge`` for an intake that came with what counts beside it."""
    changes = [from_told(AnswerChange, told) for told in intake.told_changes]
    return screen(
        _told_answers(intake, on=on),
        on=on,
        answered_on=days_with_changes(intake, changes),
        clearances=[as_rule(from_told(Clearance, told)) for told in intake.told_clearances],
        check_in=check_in,
        findings=_findings().read(intake.told_findings),
        practice=rules_of(from_told(Practice, intake.told_practice or {})),
    )


def judge(intake: Intake, *, on: date, check_in: Mapping[str, Any] | None = None) -> ScreeningResult:
    """What the rules say on the day ``on`` of a submitted intake with its later changes, clearances and consents.

    The newest results of tests count as well, whatever the day they are of: a test done again replaces its result.

    ``intake`` comes from this door; one statement. Raises ``AnswerError`` when the set is not complete.
    """
    told = _with_what_counts(Intake.objects.filter(pk=intake.pk)).get()
    return _judged(told, on=on, check_in=check_in)


def screening_result(client: Client, *, on: date, check_in: CheckIn | None = None) -> ScreeningResult | None:
    """What the rules say today; None when there is no intake to judge, or an emergency stopped the newest one.

    One statement.
    """
    found = Intake.objects.filter(client=client).exclude(state=IntakeState.DRAFT)
    intake = _with_what_counts(found).order_by("-id").first()
    if intake is None or intake.state == IntakeState.STOPPED:
        return None
    return _judged(intake, on=on, check_in=check_in.answers if check_in else None)


def current_screening(client: Client, *, on: date) -> Screening | None:
    """The newest decision, when it is on the newest intake and has not ended by the day ``on``; else None."""
    newest = Intake.objects.filter(client=client).exclude(state=IntakeState.DRAFT).order_by("-id").values("pk")[:1]
    decisions = Screening.objects.filter(intake__client=client).select_related("intake__client", "therapist")
    found = decisions.annotate(newest_intake=Subquery(newest)).order_by("-id").first()
    if found is None or found.intake_id != found.newest_intake or found.valid_until < on:
        return None
    return found


@dataclass(frozen=True)
class Raised:
    """A flag as it was raised once: its name then, the day, and whether a check-in raised it or an intake (its key)."""

    code: str
    label: str
    severity: str
    on: date
    at_check_in: bool
    intake: int | None


@dataclass(frozen=True)
class ToldIntake:
    """A handed-in intake in short: the answers that are followed over time (``FOLLOWED``), names of its flags."""

    uuid: uuid.UUID
    on: date
    stopped: bool
    answers: Mapping[str, Any]
    flags: tuple[str, ...]


@dataclass(frozen=True)
class Situation:
    """Where a client stands: what the rules say today, what was decided, what clinicians wrote, what was told before.

    ``intake`` is the newest that was handed in, None when there is none; ``result`` None when it was stopped or its
    questions have changed since. ``decision``: the newest, ended or not. ``consents``: statements that count.
    ``clearances`` without withdrawn ones and ``intakes`` newest first, ``raised`` oldest first. ``answers``: what
    counts today, the check-in's among them, cleaned; ``findings``: the newest results of tests, as ``screen()`` reads
    them. ``letters`` to the doctor, newest first: each the columns of its row, and "kind" and "at" of its last step.
    """

    intake: Intake | None = None
    result: ScreeningResult | None = None
    decision: Screening | None = None
    consents: frozenset[str] = frozenset()
    clearances: tuple[Clearance, ...] = ()
    raised: tuple[Raised, ...] = ()
    intakes: tuple[ToldIntake, ...] = ()
    answers: Mapping[str, Any] = field(default_factory=dict)
    findings: Mapping[str, Any] = field(default_factory=dict)
    majority_age: int = PracticeRules().age_of_majority
    letters: tuple[Mapping[str, Any], ...] = ()

    def decision_on(self, on: date) -> Screening | None:
        """The decision when it is on the newest intake and has not ended by the day ``on``."""
        held = self.decision
        if held is None or self.intake is None or held.intake_id != self.intake.pk or held.valid_until < on:
            return None
        return held


def last_step(column: str) -> Subquery:
    """A column of the last step of a letter to a doctor, the outer query's row; NULL before the first step."""
    return Subquery(LetterStep.objects.filter(letter=OuterRef("pk")).order_by("-id").values(column)[:1])


#: Answers of the intake that the chart follows from one to the next: where it hurts, what is hard, how to talk.
FOLLOWED = (
    *("pn_map", "pn_side", "pn_refer", "pn_path", "gl_goal", "gl_talk", "gl_stop"),
    *(f"gl_act{n}{part}" for n in (1, 2, 3) for part in ("", "_score")),
)


def situation(client: Client, *, on: date, check_in: Mapping[str, Any] | None = None) -> Situation:
    """Where ``client``, who comes from a reading door, stands on the day ``on`` with the answers of ``check_in``.

    One statement, however much there is.
    """
    handed = Intake.objects.filter(client=client).exclude(state=IntakeState.DRAFT)
    flags = RaisedFlag.objects.filter(Q(intake__client=client) | Q(check_in__client=client)).order_by("at", "id")
    decisions = Screening.objects.filter(intake__client=client).order_by("-id")
    followed = {name: KeyTransform(name, "answers") for name in FOLLOWED}
    intake: Any = (
        _with_what_counts(handed)
        .annotate(
            told_flags=ArraySubquery(
                flags.values(
                    told=JSONObject(
                        code="code",
                        severity="severity",
                        at="at",
                        intake="intake",
                        check_in="check_in",
                        label=KeyTransform("label", "wording"),
                    )
                )
            ),
            told_letters=ArraySubquery(
                DoctorLetter.objects.filter(client=client)
                .annotate(last_kind=last_step("kind"), last_at=last_step("at"))
                .order_by("-id")
                .values(told=JSONObject(row=columns(DoctorLetter), kind="last_kind", at="last_at"))
            ),
            told_decision=Subquery(
                decisions.values(told=JSONObject(row=columns(Screening), name="therapist__printed_name"))[:1]
            ),
            told_intakes=ArraySubquery(
                handed.order_by("-id").values(
                    told=JSONObject(
                        id="id",
                        uuid="uuid",
                        state="state",
                        submitted_at="submitted_at",
                        saved_at="saved_at",
                        **followed,
                    )
                )
            ),
        )
        .order_by("-id")
        .first()
    )
    if intake is None:
        return Situation()
    result = None
    if intake.state == IntakeState.SUBMITTED:
        try:
            result = _judged(intake, on=on, check_in=check_in)
        except AnswerError:  # the questions have changed since: the old answers no longer make a whole set
            result = None
    return Situation(
        intake=intake,
        result=result,
        decision=_told_decision(intake),
        consents=frozenset(consent.statement for consent in _told_consents(intake, on=on)),
        clearances=tuple(from_told(Clearance, told) for told in intake.told_clearances),
        raised=tuple(
            Raised(
                told["code"],
                told["label"],
                told["severity"],
                timezone.localdate(datetime.fromisoformat(told["at"])),
                told["check_in"] is not None,
                told["intake"],
            )
            for told in intake.told_flags
        ),
        letters=tuple(intake.told_letters),
        intakes=tuple(
            _told_intake(from_told(Intake, _of_intake(told)), told, intake.told_flags) for told in intake.told_intakes
        ),
        answers=usable({**_told_answers(intake, on=on), **(check_in or {})}, on=on),
        findings=_findings().read(intake.told_findings),
        majority_age=rules_of(from_told(Practice, intake.told_practice or {})).age_of_majority,
    )


def _told_decision(intake: Any) -> Screening | None:
    if intake.told_decision is None:
        return None
    decision = from_told(Screening, intake.told_decision["row"])
    decision.therapist = User(printed_name=intake.told_decision["name"])
    return decision


def _of_intake(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: told[name] for name in ("id", "uuid", "state", "submitted_at", "saved_at")}


def _told_intake(intake: Intake, told: Mapping[str, Any], flags: Iterable[Mapping[str, Any]]) -> ToldIntake:
    return ToldIntake(
        uuid=intake.uuid,
        on=handed_in_on(intake),
        stopped=intake.state == IntakeState.STOPPED,
        answers={name: told[name] for name in FOLLOWED if told[name] is not None},
        flags=tuple(flag["label"] for flag in flags if flag["intake"] == intake.pk),
    )


# --- lists of staff -----------------------------------------------------------------------------------------------


def to_decide(user: User, *, on: date) -> QuerySet[Intake]:
    """Handed-in intakes of clients whose chart ``user`` may read that wait for a decision, oldest first.

    An intake waits when it is the client's newest, and was stopped or has no decision that lasts until ``on``.
    """
    newer = Intake.objects.filter(client=OuterRef("client"), id__gt=OuterRef("id")).exclude(state=IntakeState.DRAFT)
    decided = Screening.objects.filter(intake=OuterRef("pk"), valid_until__gte=on)
    return (
        Intake.objects.exclude(state=IntakeState.DRAFT)
        .filter(~Exists(newer), ~Exists(decided), client__in=charted_clients(user), client__merged_into=None)
        .select_related("client")
        .annotate(
            stop_flags=Count("flags", filter=Q(flags__severity__in=("emergency", "absolute"))),
            limit_flags=Count("flags", filter=Q(flags__severity__in=("local", "caution"))),
        )
        .order_by("saved_at")
    )


@dataclass(frozen=True)
class FormState:
    """What the desk may know of a client's form: a state, how far, how many limits; never an answer."""

    state: str  # "not_started", "in_progress", "done", "stopped"
    done: int = 0
    of: int = 0
    limits: int = 0
    decided: bool = False
    stop: uuid.UUID | None = None  # of the stop that nobody may overlook
    stop_seen: bool = False
    at_home: bool = False  # by a mailed link
    tablet: str = ""  # the name of the tablet it is on


def form_states(
    user: User, clients: Iterable[Client], *, on: date, majority: int | None = None
) -> dict[int, FormState]:
    """The state of each client's form by the client's key, in one statement whatever their number.

    A second looks up the practice's age of ``majority`` when it is not given.
    """
    if not user.holds(*STAFF):
        return {}
    majority = majority or practice_rules().age_of_majority
    keys = [client.pk for client in clients]
    decided = Screening.objects.filter(intake=OuterRef("pk"), valid_until__gte=on)
    used = IntakeAccess.objects.filter(intake=OuterRef("pk"), begun_at__isnull=False).order_by("-begun_at")
    door = used.filter(Q(ended_at=None) | Q(ended_because=EndReason.DONE))
    stops = StopEvent.objects.filter(intake=OuterRef("pk")).order_by("-id")
    handled = Exists(StopAction.objects.filter(stop=OuterRef("pk")))
    rows = (
        Intake.objects.filter(client__in=keys)
        .annotate(
            limits=Count("flags", filter=Q(flags__severity__in=("local", "caution"))),
            decided=Exists(decided),
            door=Subquery(door.values("kind")[:1]),
            tablet=Subquery(door.values("device__name")[:1]),
            stop=Subquery(stops.values("uuid")[:1]),
            stop_seen=Subquery(stops.annotate(handled=handled).values("handled")[:1]),
        )
        .order_by("client_id", "id")
    )
    states: dict[int, FormState] = {}
    for intake in rows:
        if intake.state == IntakeState.STOPPED:
            states[intake.client_id] = FormState("stopped", stop=intake.stop, stop_seen=bool(intake.stop_seen))
        elif intake.state == IntakeState.SUBMITTED:
            states[intake.client_id] = FormState(
                "done", limits=intake.limits, decided=intake.decided, at_home=intake.door == AccessKind.LINK
            )
        elif intake.answers:
            done, of = progress(intake, on=on, majority=majority)
            states[intake.client_id] = FormState(
                "in_progress",
                done=done,
                of=of,
                at_home=intake.door == AccessKind.LINK,
                tablet=intake.tablet or "",
            )
    return states


def stop_of(user: User, stop_uuid: uuid.UUID) -> StopEvent:
    """One stop with what was done about it; for staff, without the codes on the desk's pages. 404 otherwise."""
    found = StopEvent.objects.filter(client__in=visible_clients(user)).select_related("client")
    return get_object_or_404(found.prefetch_related("actions__by"), uuid=stop_uuid)


def open_stops(client: Client) -> list[StopEvent]:
    """The client's stops that nothing has answered, newest first; one statement. While there is one, nobody starts.

    Answered is a stop by a written result of that day or later for all that it is about (``intake.rules.stops``), or
    by the client's newer answers when a therapist has confirmed aloud that there was no sign (``StopWithdrawal``).
    """
    letters = Clearance.objects.filter(client=OuterRef("client"), withdrawal=None)
    found = StopEvent.objects.filter(client=client, withdrawal=None).order_by("-id")
    stops = found.annotate(letters=ArraySubquery(letters.values(told=columns(Clearance))))
    return [
        stop
        for stop in stops
        if is_open(
            stop.codes,
            raised_on=timezone.localdate(stop.at),
            letters=[read_clearance(as_rule(from_told(Clearance, told))) for told in stop.letters],
        )
    ]


def stop_to_withdraw(user: User, stop_uuid: uuid.UUID) -> StopEvent:
    """One stop of a client whose chart the user reads; 404 otherwise."""
    found = StopEvent.objects.filter(client__in=charted_clients(user)).select_related("client")
    return get_object_or_404(found, uuid=stop_uuid)


# --- the form -----------------------------------------------------------------------------------------------------


#: Ending of the address of a page that asks for the details of ticked items.
DETAILS = "-details"
REVIEW = "review"


def detailed_items(question: str, answers: Mapping[str, Any]) -> list[str]:
    """Codes among the ticked items of ``question`` that have details to give; empty for any other question."""
    fields = QUESTIONS[question].fields
    if QUESTIONS[question].type != "multi" or not any(f.type in ("regions", "date_approx") for f in fields.values()):
        return []
    ticked = (item["code"] if isinstance(item, Mapping) else item for item in answers.get(question) or ())
    return [
        code
        for code in ticked
        if code != "none" and any(not field.only_for or code in field.only_for for field in fields.values())
    ]


def form_steps(answers: Mapping[str, Any], *, on: date, majority: int | None = None) -> list[str]:
    """Addresses of everything there is to ask after these answers, in order: pages, each with its details behind it.

    ``majority`` is the practice's age of majority; it is looked up when it is not given.
    """
    pages: dict[str, list[str]] = {code: [] for code in PAGES}
    for question in visible(answers, on=on, age_of_majority=majority or practice_rules().age_of_majority):
        pages[QUESTIONS[question].page].append(question)
    steps: list[str] = []
    for code, mine in pages.items():
        if mine:
            steps.append(code)
        if any(detailed_items(question, answers) for question in mine):
            steps.append(code + DETAILS)
    return steps


def resume_at(answers: Mapping[str, Any], *, on: date, majority: int | None = None) -> str:
    """The step of the first required question without an answer, or the review."""
    for question in missing(answers, on=on, age_of_majority=majority or practice_rules().age_of_majority):
        return QUESTIONS[question].page
    return REVIEW


@dataclass(frozen=True)
class Step:
    """One page of the form as it is asked: what it is called, what it asks, where it stands."""

    address: str
    title: str
    intro: str
    part: int
    parts: int
    questions: tuple[Any, ...]
    details: bool


def form_step(address: str, answers: Mapping[str, Any], *, on: date) -> Step | None:
    """The page behind ``address``; None when there is nothing to ask there after these answers."""
    if address not in form_steps(answers, on=on):
        return None
    details = address.endswith(DETAILS)
    page = PAGES[address.removesuffix(DETAILS)]
    asked = visible(answers, on=on, age_of_majority=practice_rules().age_of_majority)
    questions = [question for question in on_page(page.code) if question.id in asked]
    if details:
        questions = [question for question in questions if detailed_items(question.id, answers)]
    names = list(dict.fromkeys(each.step for each in PAGES.values() if each.step not in ("check_in", "therapist")))
    return Step(
        address=address,
        title=page.title,
        intro="" if details else page.intro,
        part=names.index(page.step) + 1,
        parts=len(names),
        questions=tuple(questions),
        details=details,
    )


def step_before(address: str, answers: Mapping[str, Any], *, on: date) -> str | None:
    """The step in front of ``address``; None in front of the first."""
    steps = form_steps(answers, on=on)
    place = steps.index(address) if address in steps else len(steps)
    return steps[place - 1] if place else None


def step_after(address: str, answers: Mapping[str, Any], *, on: date) -> str:
    """The step behind ``address``, or the review."""
    steps = form_steps(answers, on=on)
    place = steps.index(address) + 1 if address in steps else 0
    return steps[place] if place < len(steps) else REVIEW


def may_be_opened(address: str, answers: Mapping[str, Any], *, on: date) -> bool:
    """False for a step that jumps over a required question."""
    steps = form_steps(answers, on=on)
    first_open = resume_at(answers, on=on)
    return address in steps and (first_open == REVIEW or steps.index(address) <= steps.index(first_open))


def prefill(client: Client) -> dict[str, Any]:
    """Answers that the practice knows already, for the client to confirm or correct."""
    known = {
        "ab_first": client.first_name,
        "ab_last": client.last_name,
        "ab_pref": client.preferred_name,
        "ab_dob": client.birth_date.isoformat(),
        "ab_sex": client.sex,
        "ab_phone": client.phone,
        "ab_email": client.email,
        "ab_addr": client.address,
        "ab_emg_name": client.emergency_name,
        "ab_emg_rel": client.emergency_relation,
        "ab_emg_phone": client.emergency_phone,
        "ab_pcp_name": client.pcp_name,
        "ab_pcp_phone": client.pcp_contact,
        "ab_lang": client.language,
    }
    return {question: value for question, value in known.items() if value}


def shown_answers(access: IntakeAccess) -> dict[str, Any]:
    """What stands in the form as it is opened: the answers so far, and what the practice knows for the client to check.

    On a tablet the practice's own knowledge stays away until the client has typed who they are: whoever holds it by
    mistake reads nothing of anybody.
    """
    answers = access.intake.answers if access.intake is not None else {}
    if access.kind == AccessKind.TABLET and "ab_dob" not in answers:
        return dict(answers)
    return {**prefill(access.client), **answers}


def progress(intake: Intake, *, on: date, majority: int) -> tuple[int, int]:
    """(pages done, pages in all) of a draft; a page is done when nothing on it or before it is missing."""
    steps = form_steps(intake.answers, on=on, majority=majority)
    first_open = resume_at(intake.answers, on=on, majority=majority)
    return (len(steps) if first_open == REVIEW else steps.index(first_open)), len(steps)


def consents_to_tick(answers: Mapping[str, Any], *, on: date) -> tuple[str, ...]:
    """Addresses of the pages that hold a consent without which no visit is possible and that is not given yet."""
    still_open = open_consents(answers, on=on, age_of_majority=practice_rules().age_of_majority)
    return tuple(dict.fromkeys(QUESTIONS[question].page for question in still_open))


@dataclass(frozen=True)
class End:
    """How a form ended, for the last page a browser may see."""

    kind: str  # "stopped", "handed_in", "doctor_first", "wrong_person", "over"
    called: str = ""


def how_it_ended(access: IntakeAccess | None) -> End:
    """What the browser behind ``access`` may still be told: never an answer."""
    if access is None:
        return End("over")
    if access.ended_because == EndReason.WRONG_PERSON:
        return End("wrong_person")
    called = access.client.called
    if access.intake is not None:
        if access.intake.state == IntakeState.STOPPED:
            return End("stopped", called)
        if access.intake.state == IntakeState.SUBMITTED:
            return End("doctor_first" if _doctor_first(access.intake) else "handed_in", called)
        return End("over")
    last = CheckIn.objects.filter(client=access.client, at__gte=access.opened_at).order_by("-id").first()
    if access.ended_at is None or last is None:
        return End("over")
    if last.stops.exists():
        return End("stopped", called)
    return End("doctor_first" if _doctor_first(last) else "handed_in", called)


def _doctor_first(source: Intake | CheckIn) -> bool:
    return source.flags.filter(severity=Severity.ABSOLUTE).exclude(code="A_CONSENT").exists()


# --- answers in words ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AnswerRow:
    """One question with its answer in words, for reading back."""

    question: str
    wording: str
    values: tuple[str, ...]
    address: str


def _words(question: Any, value: Any) -> str:
    """A stored value, or a part of one, in the words it was chosen by."""
    if isinstance(value, Mapping):
        code = value.get("code")
        fields = question.fields if question is not None else {}
        details = [
            f"{fields[key].wording}: {_words_all(fields[key], part)}" if key in fields else _words_all(None, part)
            for key, part in value.items()
            if key != "code" and part not in (None, "", [], False)
        ]
        head = [question.options.get(code, code)] if code else []
        return " · ".join([*head, *details])
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, str) and is_region(value):
        return region_label(value)
    if question is None:
        return str(value)
    if question.type in ("birth_date", "date_approx"):
        return str(question.words.get(value)) if value in question.words else _date_in_words(value)
    if question.type in _NONE_OF_THEM and value in ("no", "none"):
        return str(_NONE_OF_THEM[question.type])
    text = str(question.options.get(value, value)) if isinstance(value, str) else str(value)
    return f"{text} {question.unit}" if question.unit else text


#: What stands for "none" where the answer is otherwise a list of things or places.
_NONE_OF_THEM = {
    "items_or_no": gettext_lazy("None of these"),
    "regions_or_none": gettext_lazy("Nowhere: touch is fine everywhere"),
}


def _date_in_words(value: str) -> str:
    """A year, a month or a day of a calendar, as it was given."""
    if len(value) == len("2026"):
        return value
    if len(value) == len("2026-05"):
        return date_format(date.fromisoformat(f"{value}-01"), "F Y")
    return date_format(date.fromisoformat(value), "j F Y")


def _words_all(question: Any, value: Any) -> str:
    return ", ".join(_words(question, item) for item in value) if isinstance(value, list) else _words(question, value)


def answer_rows(
    answers: Mapping[str, Any], ids: Iterable[str], *, asked: Mapping[str, Question] = QUESTIONS
) -> list[AnswerRow]:
    """Questions among ``ids`` with their answers in words; one without an answer is left out.

    ``asked`` holds the questions in the words of the edition they were asked in.
    """
    rows = []
    for name in ids:
        question, value = asked[name], answers.get(name)
        if value in (None, "", [], {}):
            continue
        members = value if isinstance(value, list) else [value]
        if question.type == "choice_per_item" and isinstance(value, Mapping):
            named = asked[question.of].options
            members = [f"{named.get(code, code)}: {question.options.get(said, said)}" for code, said in value.items()]
        words = [_words(question, member) for member in members]
        if text := answers.get(f"{name}_text"):
            words.append(text)
        rows.append(AnswerRow(name, question.wording, tuple(words), question.page))
    return rows


@dataclass(frozen=True)
class ReviewPart:
    """One part of the form on the review page."""

    title: str
    rows: tuple[AnswerRow, ...]


def review_parts(answers: Mapping[str, Any], *, on: date) -> list[ReviewPart]:
    """Everything that was asked and answered, page by page."""
    asked = visible(answers, on=on, age_of_majority=practice_rules().age_of_majority)
    parts = []
    for code, page in PAGES.items():
        rows = answer_rows(answers, [question for question in asked if QUESTIONS[question].page == code])
        if rows:
            parts.append(ReviewPart(page.title, tuple(rows)))
    return parts


# --- what the portal shows a client of their own ------------------------------------------------------------------


@dataclass(frozen=True)
class MyChange:
    """An answer that the client gave anew later."""

    on: date
    wording: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class MyForm:
    """One form the client filled in, in the words as it was asked: an allow-list of what they may read of it.

    ``kind`` "intake" or "check_in"; ``stopped``: an answer ended it before it was handed in. ``answers`` are the same
    as stored. What staff measured, concluded or wrote beside it is in neither, nor is any flag.
    """

    uuid: uuid.UUID
    kind: str
    on: date
    stopped: bool
    edition: str
    parts: tuple[ReviewPart, ...]
    answers: Mapping[str, Any]
    answered_on: Mapping[str, str]
    changes: tuple[MyChange, ...] = ()


def _as_asked(edition: ContentEdition) -> tuple[Mapping[str, Question], Mapping[str, Page]]:
    """Questions and pages in the words of ``edition``; today's are not read a second time."""
    if edition.hash == current_hash(ContentKind.QUESTIONS):
        return QUESTIONS, PAGES
    return asked_then(edition.content)


def _own(answers: Mapping[str, Any], edition: ContentEdition) -> dict[str, Any]:
    """The client's own answers, in the order of the form: the entries of the therapist are left out."""
    asked, _pages = _as_asked(edition)
    own = [name for name, question in asked.items() if question.step != _THERAPISTS]
    return {name: answers[name] for each in own for name in (each, f"{each}_text") if name in answers}


def _parts(answers: Mapping[str, Any], edition: ContentEdition) -> tuple[ReviewPart, ...]:
    asked, pages = _as_asked(edition)
    own = [name for name in answers if name in asked]
    parts = []
    for code, page in pages.items():
        rows = answer_rows(answers, [name for name in own if asked[name].page == code], asked=asked)
        if rows:
            parts.append(ReviewPart(page.title, tuple(rows)))
    return tuple(parts)


#: The step whose questions the therapist answers.
_THERAPISTS = "therapist"


def _my_intake(intake: Intake) -> MyForm:
    asked, _pages = _as_asked(intake.edition)
    answers = _own(intake.answers, intake.edition)
    changes = [
        MyChange(timezone.localdate(change.at), row.wording, row.values)
        for change in intake.changes.all()
        if change.question in asked
        for row in answer_rows({change.question: change.new}, [change.question], asked=asked)
    ]
    return MyForm(
        uuid=intake.uuid,
        kind="intake",
        on=handed_in_on(intake),
        stopped=intake.state == IntakeState.STOPPED,
        edition=intake.edition.number,
        parts=_parts(answers, intake.edition),
        answers=answers,
        answered_on=intake.answered_on,
        changes=tuple(changes),
    )


def _my_check_in(held: CheckIn) -> MyForm:
    answers = _own(held.answers, held.edition)
    days = dict.fromkeys(answers, held.on.isoformat())
    parts = _parts(answers, held.edition)
    return MyForm(held.uuid, "check_in", held.on, False, held.edition.number, parts, answers, days)


def my_forms(client: Client) -> list[MyForm]:
    """Every form the client filled in, newest first; ``client`` comes from the portal's door.

    A check-in whose answers were asked aloud again, or to which the therapist added, has several rows: the newest
    of its day stands for it.
    """
    filled = Intake.objects.filter(client=client).exclude(state=IntakeState.DRAFT)
    forms = [_my_intake(intake) for intake in filled.select_related("edition").prefetch_related("changes")]
    of_day: dict[date, CheckIn] = {}
    for held in CheckIn.objects.filter(client=client).select_related("edition").order_by("id"):
        of_day[held.on] = held
    forms += [_my_check_in(held) for held in of_day.values()]
    return sorted(forms, key=lambda form: (form.on, form.kind), reverse=True)


def my_form(client: Client, form_uuid: uuid.UUID) -> MyForm:
    """One form of ``my_forms``; 404 when there is no such form."""
    for form in my_forms(client):
        if form.uuid == form_uuid:
            return form
    raise Http404


@dataclass(frozen=True)
class MyConsent:
    """One thing the client agreed to: the text as signed, by whom, until when, and what taking it back closes.

    ``text``: the wording with the boxes ticked that were ticked with the same signature; what is stored, and its hash,
    is the wording with empty boxes and a row for each ticked one.
    ``state`` "counts", "ended", "replaced" by a newer one, or "taken_back"; only one that counts can be taken back.
    """

    consent: Consent
    name: str
    part: str
    text: str
    state: str
    taken_back_at: datetime | None
    closes: str

    @property
    def can_be_taken_back(self) -> bool:
        """Whether it counts today."""
        return self.state == "counts"


#: What taking a consent back closes, by what it is needed for (clinical reference 1.7).
_CLOSES = {
    "visit": gettext_lazy("Without it we cannot treat you: no visit can begin until you agree again."),
    "minor": gettext_lazy("Without it we cannot treat your child: no visit can begin until you agree again."),
    "regions": gettext_lazy("We do not work on this part any more. The rest of the visit can go on."),
    "tests": gettext_lazy("We do no more movement tests with you."),
    "stretches": gettext_lazy("We do no more stretches with you, and your stretches at home rest."),
}
#: The same for those that are free to give, and one whose end is not the end of the record.
_CLOSES_OF = {
    "cs_data": gettext_lazy(
        "Without it we cannot treat you: no visit can begin until you agree again. What is on record is kept as long "
        "as the law asks for it."
    ),
    "cs_pcp": gettext_lazy("We share no more of this with your doctor. In an emergency we share what is needed."),
    "cs_remind": gettext_lazy("We send you no more reminders in this way."),
    "cs_stats": gettext_lazy("We no longer use your answers to improve care."),
    "cs_photo": gettext_lazy("We take no more pictures for your record."),
}


def reminders_taken_back_at(client: str) -> Subquery:
    """When the consent to reminders by mail, as it was signed last, was taken back; NULL while it stands or never was.

    ``client`` names the outer query's column of the client.
    """
    newest = Consent.objects.filter(client=OuterRef(client), statement="cs_remind", scope="email")
    return Subquery(newest.order_by("-signed_at", "-id").values("withdrawal__at")[:1])


def closes(statement: str) -> str:
    """What taking back the consent to ``statement`` closes, in words to the client."""
    if statement in _CLOSES_OF:
        return str(_CLOSES_OF[statement])
    return str(_CLOSES[CONSENTS[statement].needed_for]) if statement in CONSENTS else ""


def my_consents(client: Client, *, on: date) -> list[MyConsent]:
    """Everything the client ever agreed to, what counts first, then newest first; for the portal's door."""
    counting = {consent.pk for consent in consents(client, on=on)}
    rows = []
    signed = Consent.objects.filter(client=client).select_related("withdrawal", "edition").order_by("-signed_at", "id")
    told = [consent_row(consent) for consent in signed]
    ticked: dict[tuple[Any, ...], list[str]] = {}
    for row in told:
        ticked.setdefault(_signature(row.consent), []).extend(row.part.split(_BETWEEN))
    for row in told:
        consent = row.consent
        withdrawal = getattr(consent, "withdrawal", None)
        if withdrawal is not None:
            state = "taken_back"
        elif consent.expires is not None and consent.expires < on:
            state = "ended"
        else:
            state = "counts" if consent.pk in counting else "replaced"
        rows.append(
            MyConsent(
                consent,
                row.name,
                row.part,
                with_ticks(consent.text, ticked[_signature(consent)]),
                state,
                withdrawal.at if withdrawal else None,
                closes(consent.statement),
            )
        )
    return sorted(rows, key=lambda row: row.state != "counts")


def _signature(consent: Consent) -> tuple[Any, ...]:
    """What the parts of one statement have in common that were signed at once."""
    return consent.statement, consent.intake_id, consent.signed_at


def with_ticks(statement: str, ticked: Iterable[str]) -> str:
    """``statement`` with the boxes of the words ``ticked`` filled in; the others stay empty."""
    for words in filter(None, ticked):
        statement = re.sub(rf"☐ (?={re.escape(words)}\b)", "☑ ", statement, flags=re.IGNORECASE)
    return statement


def my_consent(client: Client, consent_uuid: uuid.UUID, *, on: date) -> MyConsent:
    """One consent of ``my_consents``; 404 when there is no such consent."""
    for row in my_consents(client, on=on):
        if row.consent.uuid == consent_uuid:
            return row
    raise Http404


# --- the check-in -------------------------------------------------------------------------------------------------


#: The question about the day after the last visit.
_DAY_AFTER = "ck_after"


def check_in_questions(client: Client, given: Mapping[str, Any], *, on: date) -> tuple[Any, ...]:
    """The questions of today's check-in for this client, with those that ``given`` opens again at the end."""
    intake = handed_in(client)
    if intake is None:
        return ()
    answers = {**answers_now(intake), **consent_answers(consents(client, on=on)), **given}
    majority = practice_rules().age_of_majority
    asked = visible(answers, on=on, ids=CHECK_IN_IDS, age_of_majority=majority)
    if not client.check_ins.exists():  # the first visit has no day after the last one (clinical reference 1.8)
        asked = tuple(question for question in asked if question != _DAY_AFTER)
    again = visible(answers, on=on, ids=reopened(given), age_of_majority=majority)
    return tuple(QUESTIONS[question] for question in (*asked, *again))


def private_questions(client: Client, *, on: date) -> tuple[str, ...]:
    """Safety questions that the client would rather not answer in writing, for the therapist to ask aloud."""
    result = screening_result(client, on=on, check_in=check_in_of(client, on=on))
    return tuple(q for q in result.open_questions if q in QUESTIONS["th_ask"].asks) if result else ()


def therapist_questions() -> tuple[Any, ...]:
    """What the therapist may measure or ask before the start."""
    return tuple(question for question in QUESTIONS.values() if question.step == "therapist")


def open_access(access_uuid: str, *, now: datetime | None = None) -> IntakeAccess | None:
    """The access behind a confined browser session, while it lasts; None when it is over or never was."""
    try:
        key = uuid.UUID(access_uuid)
    except ValueError:
        return None
    found = access_of(key)
    return found if found is not None and may_still_open(found, now=now) else None


def access_of(key: uuid.UUID) -> IntakeAccess | None:
    """The access row itself, ended or not: what the browser may still be told."""
    return IntakeAccess.objects.select_related("client", "intake__client", "opened_by").filter(uuid=key).first()


# --- the therapist's reading --------------------------------------------------------------------------------------


def intakes(user: User, client: Client) -> QuerySet[Intake]:
    """Every intake of a client whose chart ``user`` may read, newest first."""
    return (
        Intake.objects.filter(client=client, client__in=charted_clients(user))
        .select_related("client", "edition", "asked_by")
        .prefetch_related("changes__confirmed_by", "flags", "screenings__therapist", "stops__actions__by")
    )


@dataclass(frozen=True)
class LaterChange:
    """A safety answer given anew after the intake was handed in: when, what, why, and who confirmed it aloud."""

    on: date
    wording: str
    values: tuple[str, ...]
    reason: str
    by: str


@dataclass(frozen=True)
class PastIntake:
    """An intake in the words as it was asked, with the flags it raised and what was decided on it."""

    intake: Intake
    on: date
    parts: tuple[ReviewPart, ...]
    changes: tuple[LaterChange, ...]
    flags: tuple[RaisedFlag, ...]
    decisions: tuple[Screening, ...]
    pain_map: Mapping[str, str]

    @property
    def stopped(self) -> bool:
        """Whether an answer ended it before it was handed in."""
        return bool(self.intake.state == IntakeState.STOPPED)


def handed_in_on(intake: Intake) -> date:
    """The day an intake was handed in; of a stopped one, the day it was stopped."""
    return timezone.localdate(intake.submitted_at or intake.saved_at)


def past_intake(user: User, intake_uuid: uuid.UUID) -> PastIntake:
    """One intake of a client whose chart ``user`` may read; 404 otherwise, and for one that is still a draft."""
    found = Intake.objects.filter(client__in=charted_clients(user)).exclude(state=IntakeState.DRAFT)
    told = found.select_related("client", "edition", "asked_by").prefetch_related(
        "changes__confirmed_by", "flags", "screenings__therapist"
    )
    intake = get_object_or_404(told, uuid=intake_uuid)
    asked, _pages = _as_asked(intake.edition)
    return PastIntake(
        intake=intake,
        on=handed_in_on(intake),
        parts=_parts(intake.answers, intake.edition),
        changes=tuple(
            LaterChange(
                timezone.localdate(change.at),
                row.wording,
                row.values,
                str(change.get_reason_display()),
                change.confirmed_by.printed_name,
            )
            for change in intake.changes.all()
            if change.question in asked
            for row in answer_rows({change.question: change.new}, [change.question], asked=asked)
        ),
        flags=tuple(flags_of(intake)),
        decisions=tuple(intake.screenings.all()),
        pain_map=pain_map(intake.answers),
    )


def clearance(user: User, clearance_uuid: uuid.UUID) -> Clearance:
    """One clearance of a client whose chart ``user`` may read; 404 otherwise."""
    found = Clearance.objects.filter(client__in=charted_clients(user)).select_related("client")
    return get_object_or_404(found, uuid=clearance_uuid)


def consent(user: User, consent_uuid: uuid.UUID) -> Consent:
    """One consent of a client whose chart ``user`` may read; 404 otherwise."""
    return get_object_or_404(
        Consent.objects.filter(client__in=charted_clients(user)).select_related("client"), uuid=consent_uuid
    )


def flags_of(source: Intake | CheckIn) -> list[RaisedFlag]:
    """The flags as they were raised, worst first, with the wording of that edition."""
    return sorted(source.flags.all(), key=lambda flag: (Severity(flag.severity).rank, flag.id))


def check_ins(user: User, client: Client) -> QuerySet[CheckIn]:
    """Check-ins of a client whose chart ``user`` may read, newest first."""
    return CheckIn.objects.filter(client=client, client__in=charted_clients(user)).select_related("asked_by")


def current_decision_of(client: Client) -> Screening | None:
    """The newest decision, ended or not."""
    return Screening.objects.filter(intake__client=client).select_related("therapist").order_by("-id").first()


# --- the decision page --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FlagCard:
    """One flag as the therapist reads it: what it is, what to do, and the answers and tests that raised it."""

    code: str
    severity: str
    tier: str
    label: str
    therapist: str
    clearance: str
    answers: tuple[AnswerRow, ...]
    tests: tuple[str, ...] = ()
    cleared: bool = False


@dataclass(frozen=True)
class OpenStop:
    """A stop that a newer form has not done away with: when, and the signs it was about, in words."""

    uuid: uuid.UUID
    at: datetime
    signs: tuple[str, ...]


@dataclass(frozen=True)
class Aloud:
    """The safety answers of an intake as they stand: ``every`` one, those ``left`` to read aloud, those ``heard``."""

    left: tuple[AnswerRow, ...]
    heard: tuple[HeardAnswer, ...]
    every: tuple[AnswerRow, ...]

    @property
    def choices(self) -> list[tuple[str, str]]:
        """(question, question and answer in words) of those that are left."""
        return [(row.question, f"{row.wording} – {', '.join(row.values)}") for row in self.left]

    @property
    def by_whom(self) -> list[tuple[str, date, int]]:
        """(who, day, how many answers) of what was heard."""
        number: dict[tuple[str, date], int] = {}
        for each in self.heard:
            key = each.by.printed_name, timezone.localdate(each.at)
            number[key] = number.get(key, 0) + 1
        return [(name, day, many) for (name, day), many in number.items()]


def safety_ids(answers: Mapping[str, Any]) -> list[str]:
    """The safety questions of the intake that are answered, in the order they are asked."""
    return [
        question.id
        for question in QUESTIONS.values()
        if question.safety and question.step not in ("check_in", _THERAPISTS) and question.id in answers
    ]


def aloud(intake: Intake) -> Aloud:
    """What is still to be read aloud of ``intake``: an answer that was heard or given anew aloud is done."""
    answers = answers_now(intake)
    heard = tuple(intake.heard.select_related("by"))
    done = {change.question for change in intake.changes.all()}
    done |= {each.question for each in heard if answers.get(each.question) == each.value}
    every = answer_rows(answers, safety_ids(answers))
    return Aloud(tuple(row for row in every if row.question not in done), heard, tuple(every))


@dataclass(frozen=True)
class Anew:
    """A safety question of an intake that the client may answer anew: how it stands, and what else is answered."""

    intake: Intake
    question: Question
    stands: tuple[str, ...]
    value: Any
    beside: Mapping[str, Any]


def answer_to_change(user: User, intake_uuid: uuid.UUID, question: str) -> Anew:
    """The answer to a safety question in the newest handed-in intake of a client whose chart ``user`` may read.

    404 for any other intake or question.
    """
    found = Intake.objects.filter(client__in=charted_clients(user), state=IntakeState.SUBMITTED)
    told = found.select_related("client").prefetch_related("changes")
    intake = get_object_or_404(told, uuid=intake_uuid)
    answers = answers_now(intake)
    newest = handed_in(intake.client)
    if newest is None or newest.pk != intake.pk or question not in safety_ids(answers):
        raise Http404
    values = tuple(value for row in answer_rows(answers, [question]) for value in row.values)
    beside = {name: each for name, each in answers.items() if name != question}
    return Anew(intake, QUESTIONS[question], values, answers[question], beside)


@dataclass(frozen=True)
class Sheet:
    """Everything the decision page shows."""

    intake: Intake | None
    stops: tuple[StopEvent, ...]
    open_stops: tuple[OpenStop, ...]
    cards: tuple[FlagCard, ...]
    cleared: tuple[FlagCard, ...]
    limits: tuple[str, ...]
    proposed: str
    to_accept: tuple[tuple[str, str], ...]
    current: Screening | None
    parts: tuple[ReviewPart, ...]
    consents: tuple[ConsentRow, ...]
    clearances: tuple[Clearance, ...]
    earlier: tuple[Intake, ...]
    pain_map: Mapping[str, str]
    aloud: Aloud | None = None
    problem: str = ""

    @property
    def may_decide(self) -> bool:
        """True when there is a submitted intake that the rules can judge."""
        return self.intake is not None and self.intake.state == IntakeState.SUBMITTED and not self.problem


def _card(flag: Flag, answers: Mapping[str, Any], *, cleared: bool = False) -> FlagCard:
    entry = ENTRIES[flag.code]
    return FlagCard(
        code=flag.code,
        severity=str(Severity(flag.severity).label),
        tier=Severity(flag.severity).tier,
        label=entry.label,
        therapist=entry.therapist,
        clearance=entry.clearance,
        answers=tuple(answer_rows(answers, [name for name in flag.reasons if name in QUESTIONS])),
        tests=tuple(filter(None, (_findings().name(name) for name in flag.reasons if name not in QUESTIONS))),
        cleared=cleared,
    )


def pain_map(answers: Mapping[str, Any]) -> dict[str, str]:
    """Places where it hurts ("on") and places not to touch ("avoid"), for the picture of the body; avoiding wins."""
    avoid = answers.get("gl_avoid")
    marks = dict.fromkeys(answers.get("pn_map", ()), "on")
    return marks | dict.fromkeys(avoid if isinstance(avoid, list) else (), "avoid")


def decision_sheet(user: User, client: Client, *, on: date) -> Sheet:
    """The newest handed-in intake with its flags of today, worst first; ``client`` comes from the reading door."""
    all_intakes = [each for each in intakes(user, client) if each.state != IntakeState.DRAFT]
    intake = all_intakes[0] if all_intakes else None
    held = check_in_of(client, on=on)
    given = held.answers if held else None
    result: ScreeningResult | None = None
    problem = ""
    flags: tuple[Flag, ...] = ()
    if intake is not None:
        answers = {**answers_now(intake), **(given or {})}
        if intake.state == IntakeState.STOPPED:
            flags = early_flags(answers, on=on, age_of_majority=practice_rules().age_of_majority)
        else:
            try:
                result = judge(intake, on=on, check_in=given)
                flags = result.flags
            except AnswerError:
                problem = _("The questions have changed since this intake. Open a new one.")
    else:
        answers = {}
    cards = tuple(_card(flag, answers) for flag in flags)
    serious = tuple((card.code, card.label) for card in cards if card.tier == "limit" and card.code != "C_ASK")
    return Sheet(
        intake=intake,
        stops=tuple(intake.stops.all()) if intake is not None else (),
        open_stops=tuple(
            OpenStop(stop.uuid, stop.at, tuple(entry_names(stop.codes)))
            for stop in open_stops(client)
            if intake is None or intake.state != IntakeState.STOPPED or stop.intake_id != intake.pk
        ),
        cards=cards,
        cleared=tuple(_card(flag, answers, cleared=True) for flag in result.cleared) if result else (),
        limits=limits_in_words(result.limits) if result else (),
        proposed=result.session_allowed if result else "no",
        to_accept=serious,
        current=current_screening(client, on=on),
        parts=tuple(review_parts(answers, on=on)),
        consents=tuple(consent_row(consent) for consent in consents(client, on=on)),
        clearances=tuple(clearances(client)),
        earlier=tuple(all_intakes[1:]),
        pain_map=pain_map(answers),
        aloud=aloud(intake) if intake is not None and intake.state == IntakeState.SUBMITTED else None,
        problem=problem,
    )


def limits_in_words(limits: Limits) -> tuple[str, ...]:
    """The limits as sentences for the therapist, the broadest first. The standing rules of the room are among them."""
    lines = []
    if limits.pressure_cap < NO_CAP:
        lines.append(_("Everywhere: pressure up to P%(cap)s.") % {"cap": limits.pressure_cap})
    if len(limits.no_regions) >= len(REGIONS):
        lines.append(_("No region may be touched."))
    elif limits.no_regions:
        lines.append(_("Leave out: %(places)s.") % {"places": _places(limits.no_regions)})
    by_cap: dict[int, list[str]] = {}
    for place, cap in limits.region_caps.items():
        if cap < limits.pressure_cap:
            by_cap.setdefault(cap, []).append(place)
    for cap, places in sorted(by_cap.items()):
        lines.append(_("Pressure up to P%(cap)s: %(places)s.") % {"cap": cap, "places": _places(places)})
    if limits.no_techniques:
        lines.append(_("Techniques not to be used: %(names)s.") % {"names": _techniques(limits.no_techniques)})
    if limits.no_positions:
        names = ", ".join(position_label(name) for name in sorted(limits.no_positions))
        lines.append(_("Positions to avoid: %(names)s.") % {"names": names})
    if limits.max_minutes is not None:
        lines.append(_("At most %(minutes)s minutes.") % {"minutes": limits.max_minutes})
    if limits.max_level < TOP_LEVEL:
        lines.append(_("Home stretches up to level %(level)s.") % {"level": limits.max_level})
    return (*lines, *sorted(limits.conduct))


def _places(places: Iterable[str]) -> str:
    return ", ".join(region_label(place) for place in sorted(places))


def _techniques(tokens: Iterable[str]) -> str:
    words = []
    for token in sorted(tokens):
        name, _at, place = token.partition("@")
        label = str(Technique(name).label)
        words.append(f"{label} ({region_label(place)})" if place else label)
    return ", ".join(words)


def stricter_limits(cap: str, no_regions: Iterable[str], max_minutes: int | None) -> Limits:
    """What the therapist adds on top of the proposed limits; "" and None add nothing."""
    return Limits(
        pressure_cap=int(cap) if cap else NO_CAP,
        pressure_cap_with_reason=int(cap) if cap else NO_CAP,
        no_regions=frozenset(no_regions),
        max_minutes=max_minutes,
    )


def clearable(client: Client, *, on: date) -> list[tuple[str, str]]:
    """Entries that a clinician's letter may be about: those raised today, else the whole catalogue; (code, label)."""
    intake = handed_in(client)
    if intake is not None:
        raised = [code for stop in open_stops(client) for code in stop.codes]
        raised += [flag.code for flag in flags_of(intake) if flag.severity != Severity.INFO]
        held = check_in_of(client, on=on)
        raised += [flag.code for flag in flags_of(held)] if held else []
        if raised:
            return [(code, ENTRIES[code].label) for code in dict.fromkeys(raised) if code in ENTRIES]
    return [(entry.code, entry.label) for entry in ENTRIES.values() if entry.severity != Severity.INFO]


def every_answer(answers: Mapping[str, Any]) -> list[tuple[str, tuple[str, ...]]]:
    """Question and answer in words, for all that is stored; what the catalogue no longer asks keeps its code."""
    known = [(row.wording, row.values) for row in answer_rows(answers, [name for name in QUESTIONS if name in answers])]
    gone = [name for name in answers if name not in QUESTIONS and name not in TEXT_IDS]
    return known + [(name, (str(answers[name]),)) for name in gone]


def entry_names(codes: Iterable[str]) -> list[str]:
    """What entries of the catalogue are called; one that is no longer in it keeps its code."""
    return [str(ENTRIES[code].label) if code in ENTRIES else code for code in codes]


def check_in_rows(held: CheckIn) -> list[AnswerRow]:
    """A check-in in words, question by question."""
    return answer_rows(held.answers, [name for name in QUESTIONS if name in held.answers])


def visit_of_today(user: User, client: Client) -> Appointment | None:
    """The client's visit with ``user`` today, if there is one."""
    return next(
        (visit for visit in diary(user) if visit.client_id == client.pk and visit.therapist_id == user.pk), None
    )
