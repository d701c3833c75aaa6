"""The desk's board of one day: who is here, who is to come, who is done, and the one next thing to do for each.

It knows states of forms and numbers of limits, never an answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone

from clinic.models import Appointment, AppointmentState, Client, User
from clinic.models.base import from_told
from clinic.queries import diary
from intake.access_queries import devices, may_still_open
from intake.models import AccessPurpose, Device, EndReason, Intake, IntakeAccess
from intake.queries import FormState, form_states, practice_rules, progress

#: What a client without any form stands at.
NOT_STARTED = FormState("not_started")


@dataclass(frozen=True)
class Row:
    """One visit on the board. ``begins`` is local to its location; minutes are whole and never negative."""

    appointment: Appointment
    client: Client
    begins: datetime
    form: FormState
    waiting: int
    ahead: int
    late: int

    @property
    def next(self) -> str:
        """The one next thing: "see_stop", "open_form", "finish", "arrive", "book_next" or "undo"."""
        state = self.appointment.state
        if self.form.state == "stopped" and not self.form.stop_seen and state != AppointmentState.FINISHED:
            return "see_stop"
        if state == AppointmentState.ARRIVED:
            return "open_form" if self.form.state in ("not_started", "in_progress") else "finish"
        if state == AppointmentState.BOOKED:
            return "arrive"
        return "book_next" if state == AppointmentState.FINISHED else "undo"


@dataclass
class Board:
    """The rows of a day by group, each in the order of time."""

    here: list[Row] = field(default_factory=list)
    to_come: list[Row] = field(default_factory=list)
    done: list[Row] = field(default_factory=list)

    @property
    def need_form(self) -> int:
        """How many of those here or to come have no finished form."""
        return sum(row.form.state in ("not_started", "in_progress") for row in self.here + self.to_come)

    @property
    def stopped(self) -> list[Row]:
        """Those whose form was stopped by a safety question and nobody has dealt with it yet."""
        return [row for row in self.here + self.to_come if row.form.state == "stopped" and not row.form.stop_seen]

    @property
    def several_locations(self) -> bool:
        """True when rows have to say where they are."""
        return len({row.appointment.location_id for row in self.here + self.to_come + self.done}) > 1


def _minutes(span: datetime, until: datetime) -> int:
    return max(0, int((until - span).total_seconds() // 60))


def board(user: User, *, on: date | None = None, now: datetime | None = None, majority: int | None = None) -> Board:
    """The board of the day ``on`` (default: today at each location) for staff; two statements.

    ``majority`` is the practice's age of majority; it is looked up when it is not given.
    """
    moment = now or timezone.now()
    visits = diary(user, on=on, now=moment)
    states = form_states(
        user, [visit.client for visit in visits], on=on or timezone.localdate(moment), majority=majority
    )
    found = Board()
    groups = {AppointmentState.ARRIVED: found.here, AppointmentState.BOOKED: found.to_come}
    for visit in visits:
        begins = visit.during.lower
        row = Row(
            appointment=visit,
            client=visit.client,
            begins=begins.astimezone(ZoneInfo(visit.location.time_zone)),
            form=states.get(visit.client_id, NOT_STARTED),
            waiting=_minutes(visit.arrived_at or moment, moment),
            ahead=_minutes(moment, begins),
            late=_minutes(begins, moment),
        )
        groups.get(AppointmentState(visit.state), found.done).append(row)
    return found


@dataclass(frozen=True)
class Tablet:
    """One tablet as the desk sees it: who has it and how far they are, never an answer.

    ``state``: "free", "waiting" for its code, "in_use", "locked" because nobody touched it, "tries" after wrong codes,
    "wrong_person" when the name or birth date typed is not that of ``access.client``. ``minutes`` since it began.
    """

    device: Device
    state: str
    access: IntakeAccess | None = None
    minutes: int = 0
    done: int = 0
    of: int = 0

    @property
    def is_free(self) -> bool:
        """Whether it can be handed to somebody."""
        return self.state != "in_use"

    @property
    def needs_somebody(self) -> bool:
        """Whether the desk has to go and look."""
        helped = self.access is not None and self.access.help_asked_at is not None
        return self.state == "wrong_person" or (self.state == "in_use" and helped)


#: How a form on a tablet ended that somebody at the desk has to know of, until the next hand-over or the next day.
_TOLD = {
    EndReason.IDLE: "locked",
    EndReason.TRIES: "tries",
    EndReason.WRONG_PERSON: "wrong_person",
}


def tablets(user: User, *, now: datetime | None = None, majority: int | None = None) -> list[Tablet]:
    """Every tablet in use by name, for staff; one statement whatever their number.

    A second looks up the practice's age of ``majority`` when it is not given.
    """
    moment = now or timezone.now()
    later = IntakeAccess.objects.filter(client=OuterRef("client"), id__gt=OuterRef("id"))
    told = JSONObject(
        access=JSONObject(**{name: name for name in _HELD}),
        client=JSONObject(**{name: f"client__{name}" for name in _HOLDER}),
        intake=JSONObject(**{name: f"intake__{name}" for name in _FORM}),
        went_on=Exists(later),
    )
    newest = IntakeAccess.objects.filter(device=OuterRef("pk")).order_by("-id").values(told=told)[:1]
    rows = devices(user).annotate(newest=Subquery(newest))
    majority = majority or practice_rules().age_of_majority
    return [_tablet(row, _held(row.newest), moment, majority) for row in rows]


#: What the board reads of a tablet's newest access, of the client who has it, and of the form.
_HELD = ("id", "uuid", "kind", "purpose", "expires_at", "begun_at", "help_asked_at", "ended_at", "ended_because")
_HOLDER = ("id", "uuid", "first_name", "last_name")
_FORM = ("id", "state", "answers")


def _held(told: dict[str, Any] | None) -> IntakeAccess | None:
    """The access that a device's row carries along, with client and form; ``went_on``: its client got a later one."""
    if told is None:
        return None
    access = from_told(IntakeAccess, told["access"])
    access.client = from_told(Client, told["client"])
    access.intake = from_told(Intake, told["intake"]) if told["intake"]["id"] else None
    access.went_on = told["went_on"]  # type: ignore[attr-defined]
    return access


def _tablet(device: Device, access: IntakeAccess | None, moment: datetime, majority: int) -> Tablet:
    if access is None:
        return Tablet(device, "free")
    if may_still_open(access, now=moment):
        if access.begun_at is None:
            return Tablet(device, "waiting", access)
        done, of = (0, 0)
        if access.purpose == AccessPurpose.INTAKE and access.intake is not None:
            done, of = progress(access.intake, on=timezone.localdate(moment), majority=majority)
        return Tablet(device, "in_use", access, _minutes(access.begun_at, moment), done, of)
    told = _TOLD.get(EndReason(access.ended_because)) if access.ended_because else None
    today = access.ended_at is not None and timezone.localdate(access.ended_at) == timezone.localdate(moment)
    if told and today and not getattr(access, "went_on", False):
        return Tablet(device, told, access)
    return Tablet(device, "free")
