"""Reading the therapist's day, a client's chart, and the way into a session."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.models import Appointment, AppointmentState, Client, Location, User
from clinic.queries import age_on, charted_client, charted_clients
from intake.models import CheckIn, Screening
from intake.queries import current_screening, to_decide
from intake.rules.questions import CHECK_IN_IDS, QUESTIONS
from intake.rules.screening import ENTRIES
from sessions.models import Addendum, SessionNote
from sessions.queries.gate import verdict
from sessions.queries.inbox import AtHome, Line, at_home, open_lines, waiting_number
from sessions.queries.note import Banner, decided_by, flag_names, structure_label
from sessions.queries.plan import week
from sessions.rules.gate import Reason
from sessions.rules.note import limit_sentences
from sessions.rules.trend import REAL_CHANGE, Trend, Visit, trend

#: Visits in the trend and in the list of the chart.
TREND_VISITS = 8
#: A note is late when it is not signed a day after the visit (clinical reference 6.5).
LATE_AFTER = timedelta(hours=24)


#: The pictures of how far the pain travels, nearest first, with their words.
REFERRAL = QUESTIONS["ck_refer"].options
#: Questions of the check-in that look for danger.
CHECK_IN_SAFETY = tuple(name for name in CHECK_IN_IDS if QUESTIONS[name].safety)


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
    """A draft of mine and how long ago the visit was."""

    note: SessionNote
    hours: int
    late: bool


@dataclass(frozen=True)
class Day:
    """What a therapist's start page shows."""

    on: date
    visits: tuple[VisitRow, ...]
    unsigned: tuple[Unsigned, ...]
    to_decide: tuple[Any, ...]
    from_home: int


def my_day(user: User, *, now: datetime | None = None) -> Day:
    """My visits of today in time order, clients of mine whose flags wait for a decision, my drafts, oldest first.

    ``from_home``: how many messages from home wait in the inbox.
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
                note, int((moment - note.started_at).total_seconds() // 3600), moment - note.started_at > LATE_AFTER
            )
            for note in drafts
        ),
        to_decide=tuple(to_decide(user, on=midnight.date())),
        from_home=waiting_number(user),
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
class Change:
    """One line of what is new since the last visit."""

    tier: str  # "limit", "note" or "ok"
    title: str
    text: str


@dataclass(frozen=True)
class Chart:
    """One client at a glance."""

    client: Client
    age: int
    banner: Banner
    changes: tuple[Change, ...]
    goal: str
    home: AtHome
    from_home: tuple[Line, ...]
    week: tuple[Any, ...]
    trend: Trend
    shares: tuple[Shares, ...]
    notes: tuple[SessionNote, ...]
    visits: int
    worked: str

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
    """Notes of a charted client that ``user`` may read, newest first, with how often each comfort was felt."""
    felt = {f"felt_{step}": Count("events", filter=Q(events__comfort=step, events__void=None)) for step in range(1, 6)}
    additions = Addendum.objects.filter(note=OuterRef("pk")).order_by().values("note").annotate(number=Count("pk"))
    return (
        SessionNote.objects.filter(Q(client=client), Q(signed_at__isnull=False) | Q(therapist=user))
        .select_related("therapist", "strike", "check_in")
        .annotate(**felt)
        .annotate(added=Subquery(additions.values("number")))
        .order_by("-started_at", "-id")
    )


def chart(user: User, client: Client, *, on: date | None = None) -> Chart:
    """Who, limits, what is new, plan, pain, comfort, last visits. ``client`` comes from the charted door."""
    today = on or timezone.localdate()
    notes = list(chart_notes(user, client)[: TREND_VISITS * 2])
    signed = [note for note in notes if note.is_signed and not note.is_struck]
    screening = current_screening(client, on=today)
    check_in = CheckIn.objects.filter(client=client, on=today).order_by("-id").first()
    done = {note.check_in_id for note in signed}
    waiting = check_in if check_in is not None and check_in.pk not in done else None
    visits = [
        Visit(timezone.localdate(note.started_at), note.pain_before, note.pain_after)
        for note in reversed(signed[:TREND_VISITS])
    ]
    if waiting is not None:
        visits.append(Visit(today, waiting.answers.get("ck_now")))
    home = at_home(client, on=today, weigh_answers=False)
    return Chart(
        client=client,
        age=age_on(client.birth_date, today),
        banner=decision_banner(screening),
        changes=tuple(_changes(signed[0] if signed else None, waiting)),
        goal=_goal(screening.intake.answers) if screening is not None else "",
        home=home,
        from_home=tuple(open_lines(client)),
        week=tuple(week(home.days_done, today)),
        trend=trend(visits),
        shares=tuple(shares for note in reversed(signed[:TREND_VISITS]) if (shares := _shares(note)).all),
        notes=tuple(notes),
        visits=len(signed),
        worked=_worked(signed[0]) if signed else "",
    )


def _goal(answers: Mapping[str, Any]) -> str:
    """What the client wants back: the first hard thing in their words, else the goals they chose."""
    chosen = [str(QUESTIONS["gl_goal"].options.get(code, code)) for code in answers.get("gl_goal") or ()]
    return str(answers.get("gl_act1") or ", ".join(chosen))


def _worked(note: SessionNote) -> str:
    """What was worked on, each area with its newest pressure: "Piriformis, left (3)"."""
    rows = note.events.filter(void=None).order_by("seq").values_list("structure", "side", "pressure")
    newest = {(structure, side): pressure for structure, side, pressure in rows}
    return "; ".join(f"{structure_label(*area)} ({pressure})" for area, pressure in newest.items())


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
    counts = tuple(getattr(note, f"felt_{step}") for step in range(1, 6))
    return Shares(timezone.localdate(note.started_at), counts)


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


def _changes(last: SessionNote | None, check_in: CheckIn | None) -> list[Change]:
    """What today's check-in says that the last visit did not (design rules, section 6): nothing is hunted for."""
    if check_in is None:
        return []
    answers = check_in.answers
    found = []
    before = last.check_in.answers if last is not None else {}
    steps = list(REFERRAL)
    was, is_now = before.get("ck_refer"), answers.get("ck_refer")
    if was in steps and is_now in steps and was != is_now:
        words = {"now": REFERRAL[is_now], "was": REFERRAL[was]}
        if steps.index(is_now) > steps.index(was):
            found.append(Change("limit", _("Travels further"), _("%(now)s (was %(was)s).") % words))
        else:
            found.append(Change("ok", _("Has moved up"), _("%(now)s (was %(was)s).") % words))
    pain = answers.get("ck_now")
    if isinstance(pain, int):
        reference = None if last is None else (last.pain_after if last.pain_after is not None else last.pain_before)
        if reference is None:
            found.append(Change("note", _("Pain now %(pain)s") % {"pain": pain}, ""))
        else:
            worse = pain - reference >= REAL_CHANGE
            text = _("was %(pain)s after the last visit.") % {"pain": reference}
            found.append(Change("limit" if worse else "note", _("Pain now %(pain)s") % {"pain": pain}, text))
    if answers.get("ck_change") in ("yes", "unsure"):
        found.append(
            Change("limit", _("Health, medicine or pregnancy has changed"), str(answers.get("ck_change_text") or ""))
        )
    if answers.get("ck_after") in ("sore_long", "worse"):
        found.append(Change("limit", _("The day after the last visit"), _("Sore for more than two days, or worse.")))
    medicines = [code for code in answers.get("ck_meds") or () if code != "none"]
    if medicines:
        found.append(Change("limit", _("Something that dulls feeling in the last 6 hours"), ""))
    raised = [name for name in CHECK_IN_SAFETY if answers.get(name) not in (None, "no", ["none"])]
    if raised:
        found.append(Change("limit", _("Safety check"), _("At least one sign was ticked. Open the check-in.")))
    else:
        found.append(Change("ok", _("Safety check"), _("None of the signs today.")))
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
    )
