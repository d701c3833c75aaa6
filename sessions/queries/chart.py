"""Reading the therapist's day, a client's chart, and the way into a session."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clinic.body_map import Picture, thumbnails
from clinic.models import Appointment, AppointmentState, Client, Location, Practice, User
from clinic.queries import age_on, charted_client, charted_clients
from clinic.vocabulary import Comfort
from intake.clearance_queries import ClearanceRow, RunningOut, ended_in_words, ends_of, running_out, running_out_of
from intake.clearance_queries import rows as clearance_rows
from intake.letter_queries import LetterRow, letters_of, letters_waiting
from intake.models import CheckIn, Screening
from intake.queries import Situation, ToldIntake, open_stops, situation, to_decide
from intake.rules.questions import QUESTIONS
from intake.rules.screening import ENTRIES
from sessions.models import Addendum, Finding, SessionNote, TimelineEvent
from sessions.queries.assessment import Assessment, assess
from sessions.queries.course import (
    Added,
    BodyChange,
    ReachChart,
    SideBySide,
    Tolerated,
    additions,
    body_change,
    comfort_counts,
    day_of,
    psfs,
    ranges,
    reach_chart,
    side_by_side,
    tellings,
    tolerated_pressure,
    worked_in_words,
    worked_marks,
)
from sessions.queries.gate import verdict
from sessions.queries.inbox import AtHome, Line, age_words, at_home, open_lines, waiting_number
from sessions.queries.note import Banner, decided_by, flag_names
from sessions.queries.outcomes import StandingWords, in_words
from sessions.queries.plan import comfort_word, week
from sessions.queries.progress import check_ins_up_to, one_a_day
from sessions.queries.risk import Risk, risk
from sessions.rules.findings import MEASURES
from sessions.rules.function import Function
from sessions.rules.gate import Reason
from sessions.rules.note import limit_sentences
from sessions.rules.ranges import RangeChart
from sessions.rules.since import Change, changes_since, gravest_first
from sessions.rules.trend import Trend, Visit, trend

#: Visits in the drawings of the chart.
TREND_VISITS = 8
#: Notes in the list of the chart; the records desk has them all.
LISTED = 16
#: A note is late when it is not signed a day after the visit (clinical reference 6.5).
LATE_AFTER = timedelta(hours=24)


# --- my day -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class VisitRow:
    """One visit of today with the one thing to do next."""

    appointment: Appointment
    begins: datetime
    ends: datetime
    client: Client
    note: SessionNote | None
    action: str  # "start", "continue", "read", "chart"

    @property
    def state(self) -> str:
        """Where the visit stands, in a word."""
        return str(self.appointment.get_state_display())


@dataclass(frozen=True)
class Unsigned:
    """A draft of mine, how long ago the visit was, in words, and whether it is late."""

    note: SessionNote
    age: str
    late: bool


@dataclass(frozen=True)
class Day:
    """What a therapist's start page shows."""

    on: date
    visits: tuple[VisitRow, ...]
    unsigned: tuple[Unsigned, ...]
    to_decide: tuple[Any, ...]
    from_home: int
    letters: tuple[LetterRow, ...]
    clearances: tuple[RunningOut, ...]


def my_day(user: User, *, now: datetime | None = None) -> Day:
    """My visits of today in time order, clients of mine whose flags wait for a decision, my drafts, oldest first.

    ``from_home``: how many messages from home wait in the inbox; ``letters`` to doctors
    that are not settled, ``clearances`` near their end.
    """
    moment = now or timezone.now()
    midnight = timezone.localtime(moment).replace(hour=0, minute=0, second=0, microsecond=0)
    booked = (
        Appointment.objects.filter(therapist=user, during__overlap=(midnight, midnight + timedelta(days=1)))
        .exclude(state__in=(AppointmentState.CANCELLED, AppointmentState.NO_SHOW))
        .select_related("client", "note")
        .order_by("during")
    )
    drafts = (
        SessionNote.objects.filter(therapist=user, signed_at=None, strike=None)
        .select_related("client")
        .order_by("started_at")
    )
    return Day(
        on=midnight.date(),
        visits=tuple(_visit_row(each) for each in booked),
        unsigned=tuple(
            Unsigned(
                note,
                _("%(age)s old") % {"age": age_words(note.started_at, moment)},
                moment - note.started_at > LATE_AFTER,
            )
            for note in drafts
        ),
        to_decide=tuple(to_decide(user, on=midnight.date())),
        from_home=waiting_number(user),
        letters=tuple(letters_waiting(user, now=moment)),
        clearances=tuple(running_out(user, on=midnight.date())),
    )


def _visit_row(appointment: Appointment) -> VisitRow:
    note = getattr(appointment, "note", None)
    if note is not None:
        action = "read" if note.is_signed else "continue"
    else:
        action = "start" if appointment.state == AppointmentState.ARRIVED else "chart"
    during = appointment.during
    return VisitRow(appointment, during.lower, during.upper, appointment.client, note, action)


# --- the chart ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shares:
    """How the checks of one visit were spread over C1 to C5."""

    on: date
    counts: tuple[int, ...]

    @property
    def all(self) -> int:
        """How many checks there were."""
        return sum(self.counts)

    @property
    def delicious(self) -> int:
        """Per cent of checks rated C3."""
        return round(100 * self.counts[2] / self.all) if self.all else 0

    @property
    def bars(self) -> list[tuple[int, float, float]]:
        """(comfort, x, width) of each part of a bar 240 wide."""
        found, x = [], 0.0
        for step, count in enumerate(self.counts, start=1):
            width = round(240 * count / self.all, 1) if self.all else 0
            if width:
                found.append((step, round(x, 1), width))
            x += width
        return found


@dataclass(frozen=True)
class Chart:
    """One client at a glance."""

    client: Client
    age: int
    today: date
    wishes: tuple[str, ...]
    delicious: str
    risk: Risk
    checked_in: bool
    changes: tuple[Change, ...]
    goal: str
    home: AtHome
    from_home: tuple[Line, ...]
    week: tuple[Any, ...]
    trend: Trend
    shares: tuple[Shares, ...]
    body: BodyChange | None
    reach: ReachChart
    tolerated: Tolerated
    ranges: tuple[RangeChart, ...]
    function: Function
    beside: SideBySide
    notes: tuple[SessionNote, ...]
    visits: int
    worked: str
    worked_on: tuple[Picture, ...]
    intakes: tuple[ToldIntake, ...]
    letters: tuple[ClearanceRow, ...]
    to_doctor: tuple[LetterRow, ...]
    additions: tuple[Added, ...]
    assessment: Assessment | None
    standing: StandingWords | None

    @property
    def older(self) -> bool:
        """Whether there are notes that the list does not show."""
        return len(self.notes) == LISTED

    @property
    def last(self) -> SessionNote | None:
        """The newest signed note that counts."""
        return next((note for note in self.notes if note.is_signed and not note.is_struck), None)

    @property
    def last_shares(self) -> Shares | None:
        """How the last visit felt."""
        return _shares(self.last) if self.last else None

    @property
    def open_note(self) -> SessionNote | None:
        """The reader's own draft, if there is one."""
        return next((note for note in self.notes if not note.is_signed and not note.is_struck), None)

    @property
    def stretches(self) -> int:
        """How many the published plan has."""
        return len(self.home.rows)

    @property
    def home_days(self) -> int:
        """Days of the last seven on which something was done at home."""
        return len([day for day in self.week if day.done])


def charted_client_or_none(user: User, client_uuid: uuid.UUID) -> Client | None:
    """The client when ``user`` may read the chart, else None: the chart alone says why it stays shut."""
    return charted_clients(user).filter(uuid=client_uuid).first()


def chart_notes(user: User, client: Client) -> QuerySet[SessionNote]:
    """Notes of a charted client that ``user`` may read, newest first, with what the chart tells of each.

    ``told_events``: rows that count, in order; ``told_findings``: ranges of motion; ``told_addenda``; ``comfort_words``
    of the practice; ``visits``: signed notes of this client that count, however many are read.
    """
    events = TimelineEvent.objects.filter(note=OuterRef("pk"), void=None).order_by("seq")
    findings = Finding.objects.filter(note=OuterRef("pk"), code__in=MEASURES).order_by("id")
    additions = Addendum.objects.filter(note=OuterRef("pk")).order_by("id")
    counted = SessionNote.objects.filter(client=client, signed_at__isnull=False, strike=None).order_by()
    return (
        SessionNote.objects.filter(Q(client=client), Q(signed_at__isnull=False) | Q(therapist=user))
        .select_related("therapist", "strike", "check_in")
        .annotate(
            told_events=ArraySubquery(
                events.values(told=_columns("structure", "side", "pressure", "comfort", "sign", "kind"))
            ),
            told_findings=ArraySubquery(
                findings.values(told=_columns("code", "side", "phase", "angle", "measure", "device"))
            ),
            told_addenda=ArraySubquery(
                additions.values(
                    told=JSONObject(
                        kind="kind",
                        happened_at="happened_at",
                        recorded_at="recorded_at",
                        text="text",
                        author="author__printed_name",
                    )
                )
            ),
            comfort_words=Subquery(Practice.objects.values("comfort_words")[:1]),
            visits=Subquery(counted.values("client").annotate(number=Count("pk")).values("number")),
        )
        .order_by("-started_at", "-id")
    )


def _columns(*names: str) -> JSONObject:
    return JSONObject(**{name: name for name in names})


def chart(user: User, client: Client, *, on: date | None = None) -> Chart:
    """Who, limits, what is new, plan, how it went, last visits, what is on file.

    ``client`` comes from the charted door. The statements are the same however much there is.
    """
    today = on or timezone.localdate()
    notes: list[Any] = list(chart_notes(user, client)[:LISTED])
    signed: list[Any] = [note for note in notes if note.is_signed and not note.is_struck]
    check_ins = check_ins_up_to(client, on=today, days=TREND_VISITS)
    done = {note.check_in_id for note in signed}
    of_today = next((each for each in check_ins if each.on == today), None)
    waiting = of_today if of_today is not None and of_today.pk not in done else None
    held = situation(client, on=today, check_in=of_today.answers if of_today is not None else None)
    visits = [Visit(day_of(note), note.pain_before, note.pain_after) for note in reversed(signed[:TREND_VISITS])]
    if waiting is not None:
        visits.append(Visit(today, waiting.answers.get("ck_now")))
    home = at_home(client, on=today, weigh_answers=False)
    lines = tuple(open_lines(client))
    looked = risk(client, held, open_stops(client), on=today, check_in=of_today)
    told = tellings(held.intakes, one_a_day(check_ins, days=TREND_VISITS))
    last = signed[0] if signed else None
    assessed = assess(client, held, check_ins, on=today)
    return Chart(
        client=client,
        age=age_on(client.birth_date, today),
        today=today,
        wishes=tuple(_wishes(held.intakes[0].answers)) if held.intakes else (),
        delicious=comfort_word(Comfort.C3, (notes[0].comfort_words or {}) if notes else {}),
        risk=looked,
        checked_in=of_today is not None,
        changes=tuple(_changes(last, waiting, held, looked, lines, home, on=today)),
        goal=_goal(held.intakes[0].answers) if held.intakes else "",
        home=home,
        from_home=lines,
        week=tuple(week(home.days_done, today)),
        trend=trend(visits),
        shares=tuple(shares for note in reversed(signed[:TREND_VISITS]) if (shares := _shares(note)).all),
        body=body_change(told),
        reach=reach_chart(told),
        tolerated=tolerated_pressure(signed),
        ranges=tuple(ranges(signed)),
        function=psfs(held.intakes),
        beside=side_by_side(signed),
        notes=tuple(notes),
        visits=last.visits if last is not None else 0,
        worked=worked_in_words(last) if last is not None else "",
        worked_on=thumbnails([worked_marks(last)])[0] if last is not None else (),
        intakes=held.intakes,
        letters=clearance_rows(held.clearances, on=today),
        to_doctor=tuple(letters_of(held)),
        additions=tuple(additions(notes)),
        assessment=assessed,
        standing=in_words(assessed.standing) if assessed is not None else None,
    )


def _goal(answers: Mapping[str, Any]) -> str:
    """What the client wants back: the first hard thing in their words, else the goals they chose."""
    chosen = [str(QUESTIONS["gl_goal"].options.get(code, code)) for code in answers.get("gl_goal") or ()]
    return str(answers.get("gl_act1") or ", ".join(chosen))


#: How comfort is checked, when it is not with words.
_TALK = {
    "quiet": gettext_lazy("Quiet session"),
    "hand": gettext_lazy("Hand signal"),
    "numbers": gettext_lazy("Comfort in numbers"),
}


def _wishes(answers: Mapping[str, Any]) -> list[str]:
    """What the client asked for in the room: how to talk, and a stop word of their own."""
    found = [str(_TALK[answers["gl_talk"]])] if answers.get("gl_talk") in _TALK else []
    word = str(answers.get("gl_stop") or "")
    if word and word.casefold() != "stop":
        found.append(_("Stop word: %(word)s") % {"word": word})
    return found


def decision_banner(screening: Screening | None) -> Banner:
    """The limits of the decision in sentences, who decided, until when."""
    if screening is None:
        return Banner(
            "stop",
            _("No current decision"),
            _("Nothing may begin before the flags of the intake are read and decided."),
            (),
        )
    lines = tuple(limit_sentences(screening.limits))
    source = decided_by(screening)
    if not lines:
        return Banner("ok", _("No limits"), source, ())
    names = ", ".join(flag_names(screening.accepted))
    title = _("Treat with limits: %(flags)s") % {"flags": names} if names else _("Treat with limits")
    return Banner("limit", title, source, lines)


def _shares(note: SessionNote) -> Shares:
    return Shares(day_of(note), comfort_counts(note))


def _appointment_today(user: User, client: Client, on: date) -> Appointment | None:
    """Today's visit of this client with this therapist that has no note yet."""
    midnight = timezone.make_aware(datetime.combine(on, time()))
    return (
        Appointment.objects.filter(
            client=client,
            therapist=user,
            note=None,
            during__overlap=(midnight, midnight + timedelta(days=1)),
            state__in=(AppointmentState.BOOKED, AppointmentState.ARRIVED),
        )
        .select_related("location")
        .order_by("during")
        .first()
    )


def _changes(
    last: SessionNote | None,
    check_in: CheckIn | None,
    held: Situation,
    looked: Risk,
    lines: tuple[Line, ...],
    home: AtHome,
    *,
    on: date,
) -> list[Change]:
    """What is new since the last visit: today's answers, flags, letters, intakes, what came from home."""
    found = [Change("limit", reason.title, reason.what_to_do) for reason in looked.to_settle]
    since = day_of(last) if last is not None else None
    for line in lines:
        if line.tier == "stop":
            found.append(Change("stop", _("At home"), f"{line.what}: {line.about}."))
    if home.nerve_signs and not any(line.tier == "stop" for line in lines):
        number = home.nerve_signs
        text = ngettext("%(n)s nerve sign in two weeks.", "%(n)s nerve signs in two weeks.", number) % {"n": number}
        found.append(Change("limit", _("At home"), text))
    if since is not None:
        for intake in held.intakes:
            if intake.on > since:
                about = ", ".join(intake.flags) or _("no flag")
                found.append(
                    Change("note", _("A new intake, %(on)s") % {"on": date_format(intake.on, "j M")}, f"{about}.")
                )
        for letter in held.clearances:
            if timezone.localdate(letter.recorded_at) > since:
                found.append(Change("note", _("A letter of %(name)s") % {"name": letter.clinician}, letter.conditions))
    found += _near_their_end(held, since, on=on)
    if check_in is not None:
        before = last.check_in.answers if last is not None else {}
        pain = None if last is None else (last.pain_after if last.pain_after is not None else last.pain_before)
        found += changes_since(before, pain, check_in.answers)
    return gravest_first(found)


def _near_their_end(held: Situation, since: date | None, *, on: date) -> list[Change]:
    """Clearances that have ended since the last visit, and those that run out soon: time to write to the doctor."""
    result = held.result
    standing = [flag.code for flag in (*result.flags, *result.cleared)] if result is not None else []
    near = [(letter, end) for letter, end in running_out_of(held.clearances, standing, on=on) if end.on >= on]
    over = [
        (letter, end)
        for letter in held.clearances
        for end in ends_of(letter)
        if letter.massage and since is not None and since <= end.on < on
    ]
    found = []
    for letter, end in (*over, *near):
        words = {"name": letter.clinician, "on": date_format(end.on, "j M Y"), "about": end.about}
        if end.on < on:
            title, text = _("The letter of %(name)s has ended"), _("%(about)s: what it lifted is back.")
        else:
            title, text = _("The letter of %(name)s runs out on %(on)s"), _("%(about)s: write to the doctor in time.")
        found.append(Change("limit", title % words, text % words))
    return found


# --- the way into a session ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class WayIn:
    """What stands between a client and today's session."""

    client: Client
    appointment: Appointment | None
    location: Location | None
    check_in: CheckIn | None
    note: SessionNote | None
    is_open: bool
    because: tuple[Reason, ...]
    banner: Banner
    home: AtHome
    from_home: tuple[Line, ...]
    to_confirm: tuple[tuple[str, str], ...] = ()
    to_set: tuple[tuple[str, str], ...] = ()
    ended: tuple[str, ...] = ()

    @property
    def needs_doctor(self) -> bool:
        """Whether a doctor's word is what is missing."""
        return any(
            reason.code in ("emergency", "open_stop", "absolute", "confirm_clearance") for reason in self.because
        )

    @property
    def may_be_opened_here(self) -> bool:
        """Whether all that stands in the way can be answered on the page itself."""
        return bool(self.because) and all(
            reason.code in ("confirm_clearance", "region_to_set") for reason in self.because
        )


def way_in(user: User, client_uuid: uuid.UUID, *, on: date | None = None) -> WayIn:
    """Check-in of today, then the gate; a note of mine that is open already. 404 outside care."""
    today = on or timezone.localdate()
    client = charted_client(user, client_uuid)
    draft = SessionNote.objects.filter(client=client, therapist=user, signed_at=None, strike=None).first()
    appointment = _appointment_today(user, client, today)
    location = appointment.location if appointment is not None else Location.objects.order_by("name").first()
    check_in = CheckIn.objects.filter(client=client, on=today, note=None).order_by("-id").first()
    home, lines = at_home(client, on=today, weigh_answers=False), tuple(open_lines(client))
    if check_in is None:
        return WayIn(client, appointment, location, None, draft, False, (), decision_banner(None), home, lines)
    found = verdict(client, check_in, on=today)
    banner = decision_banner(found.screening)
    return WayIn(
        client,
        appointment,
        location,
        check_in,
        draft,
        found.is_open,
        found.because,
        banner,
        home,
        lines,
        tuple((code, ENTRIES[code].label) for code in found.result.to_confirm) if found.result else (),
        tuple((code, ENTRIES[code].label) for code in found.result.regions_to_set) if found.result else (),
        ended_in_words(found.result) if found.result else (),
    )
