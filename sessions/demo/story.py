"""What happened in the invented practice, told through the actions the pages use; days are counted back from today."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from clinic import actions as people
from clinic.models import AppointmentState, Client, Location, PortalRelation, User
from clinic.queries import diary
from intake import actions as intakes
from intake.queries import judge
from intake.rules.questions import INTAKE_IDS
from sessions.actions import home
from sessions.actions import note as notes
from sessions.actions import plan as plans
from sessions.actions.reminder import set_reminder
from sessions.demo.people import CHECK_IN, LOCATIONS, PEOPLE, STAFF, Found, Person, answers, birth_date
from sessions.models import SessionNote

#: The time of day at which the diary in people.py is told, and how far it may move and still lie in one day.
TOLD_AT, EARLIEST, LATEST = time(10, 50), timedelta(hours=-8), timedelta(hours=7, minutes=45)

#: Everybody of the demo signs in with this; printed in plain sight, on a server of this machine alone.
PASSWORD = "delicious-pain-only"  # noqa: S105
PORTAL = "robin.ashworth@mail.example"
PARENT = "sabine.keller@mail.example"

Say = Callable[[str], None]


@dataclass
class Practice:
    """What the story has made so far."""

    now: datetime
    staff: dict[str, User] = field(default_factory=dict)
    locations: list[Location] = field(default_factory=list)
    clients: dict[str, Client] = field(default_factory=dict)

    @property
    def zone(self) -> ZoneInfo:
        """The practice's own clock."""
        return ZoneInfo(LOCATIONS[0][2])

    @property
    def today(self) -> date:
        """The day by that clock."""
        return self.now.astimezone(self.zone).date()

    def moment(self, days_ago: int, hour: int, minute: int = 0) -> datetime:
        """A time of the practice's own clock, ``days_ago`` days before today."""
        return datetime.combine(self.today - timedelta(days=days_ago), time(hour, minute), self.zone)

    def today_at(self, hour: int, minute: int) -> datetime:
        """A time of today's diary, moved with the clock: people are here, to come and finished at whatever hour."""
        moved = self.now - datetime.combine(self.today, TOLD_AT, self.zone)
        quarters = min(max(moved, EARLIEST), LATEST) // timedelta(minutes=15)
        return self.moment(0, hour, minute) + quarters * timedelta(minutes=15)

    def location_of(self, person: Person) -> Location:
        """Jonah treats at the second location, the others at the first."""
        return self.locations[person.therapist == "jonah"]


@transaction.atomic
def tell(say: Say, *, now: datetime | None = None) -> None:
    """Make the whole practice in one transaction; ``say`` is given a line for each step."""
    practice = Practice(now=now or timezone.now())
    say("The practice and its staff …")
    _practice(practice)
    for number, person in enumerate(PEOPLE, start=1):
        say(f"Client {number} of {len(PEOPLE)} …")
        _person(practice, person, number)
    say("Today's visits, plans and the rest …")
    _endings(practice)


def _practice(practice: Practice) -> None:
    people.save_practice(
        details={
            "name": "Riverside Massage",
            "phone": "+441632960142",
            "email": "hello@riverside.example",
            "emergency_number": "999",
            "emergency_wording": "Call 999, or go to the nearest emergency department now. Do not drive yourself.",
            "is_demo": True,
        },
        by=None,
    )
    for member in STAFF:
        user, _handed_over = people.create_staff(
            email=member.email,
            roles=member.roles,
            printed_name=member.name,
            licence_no=member.licence_no,
            password=PASSWORD,
            by=None,
        )
        practice.staff[member.key] = user
    for name, address, time_zone in LOCATIONS:
        details = {"name": name, "address": address, "time_zone": time_zone}
        practice.locations.append(people.save_location(details=details, by=practice.staff["odile"]))


def _person(practice: Practice, person: Person, number: int) -> None:
    desk, therapist = practice.staff["jo"], practice.staff[person.therapist]
    first_visit = max((visit[0] for visit in person.visits), default=0)
    known_since = practice.moment(first_visit + 7, 10)
    born = birth_date(person, practice.today)
    phone, email = f"+4477009{number:05}", f"{person.key}@mail.example"
    guardian = None
    if person.guardian:
        guardian = {"name": person.guardian, "relation": "Mother", "phone": "+447700900998", "stays_in_room": True}
    client = people.create_client(
        details={
            "first_name": person.first,
            "last_name": person.last,
            "birth_date": born,
            "sex": person.sex,
            "phone": phone,
            "email": PARENT if person.guardian else email,
            "emergency_name": person.guardian or f"Alex {person.last}",
            "emergency_relation": "Family",
            "emergency_phone": "+447700900999",
            "pcp_name": "Mill Lane Surgery",
        },
        guardian=guardian,
        by=desk,
        at=known_since,
    )
    practice.clients[person.key] = client
    told_at = known_since if person.visits else practice.moment(1 if person.intake == "submitted" else 0, 8, 40)
    if person.intake != "none":
        _intake(practice, person, client, born, phone, email, told_at, desk, therapist)
    for days_ago, before, after, comforts in person.visits:
        for told_ago, changes in person.again.items():
            if told_ago == days_ago + 1:
                anew = replace(person, answers=person.answers | changes)
                _intake(practice, anew, client, born, phone, email, practice.moment(told_ago, 19), desk, therapist)
        at = practice.moment(days_ago, 8 + number % 9, 0)
        _visit(
            *(practice, person, client, therapist, at, (before, after), comforts),
            sign=days_ago > 1,
            found=person.found.get(days_ago),
        )
    if person.today:
        _book_today(practice, person, client, therapist, desk)


def _intake(
    practice: Practice,
    person: Person,
    client: Client,
    born: date,
    phone: str,
    email: str,
    at: datetime,
    desk: User,
    therapist: User,
) -> None:
    given = answers(person, born=born, phone=phone, email=email, on=at.date())
    access = intakes.open_form(client=client, by=desk, at=at)
    upto = {"draft": "pn_start", "stopped": "sf_sex"}.get(person.intake, INTAKE_IDS[-1])
    wanted = INTAKE_IDS[: INTAKE_IDS.index(upto) + 1]
    values = {question: value for question, value in given.items() if question in wanted}
    saved = intakes.save_page(access=access, ids=wanted, values=values, by=None, at=at)
    if person.intake != "submitted" or saved.state != "draft":
        return
    intake = intakes.submit_intake(access=access, submit_key=uuid.uuid4(), by=None, at=at + timedelta(minutes=12))
    people.start_care(client=client, therapist=therapist, reason="appointment", by=desk, at=at)
    if person.key == "jon":
        _expired_clearance(practice, client, therapist)
        return
    if person.decided:
        _decide(intake, therapist, at + timedelta(minutes=25))


def _decide(intake: Any, therapist: User, at: datetime) -> None:
    result = judge(intake, on=timezone.localdate(at))
    serious = [flag.code for flag in result.flags if flag.severity != "info"]
    intakes.decide_screening(
        intake=intake,
        outcome="no" if result.session_allowed == "no" else "modified" if serious else "yes",
        accepted=serious,
        confirmed_aloud=True,
        by=therapist,
        at=at,
    )


def _expired_clearance(practice: Practice, client: Client, therapist: User) -> None:
    """A surgeon's letter whose time is over since three days: the block is back."""
    intakes.record_clearance(
        client=client,
        entries=["A_SPSURG"],
        kind="written",
        clinician="Dr A. Lund",
        profession="Spine surgeon",
        contact="01632 960155",
        dated=practice.today - timedelta(days=95),
        massage=True,
        regions=["all"],
        max_pressure=2,
        expires=practice.today - timedelta(days=3),
        conditions="No rotation of the trunk.",
        by=therapist,
        at=practice.moment(90, 9),
    )


def _visit(
    practice: Practice,
    person: Person,
    client: Client,
    therapist: User,
    at: datetime,
    pain: tuple[int, int],
    comforts: tuple[int, ...],
    *,
    sign: bool,
    found: Found | None = None,
) -> None:
    """One past session from check-in to signature."""
    location = practice.location_of(person)
    booked = people.book_appointment(
        client=client,
        therapist=therapist,
        location=location,
        begins=at,
        minutes=60,
        by=practice.staff["jo"],
        at=at - timedelta(days=3),
    )
    people.move_appointment(appointment=booked, to=AppointmentState.ARRIVED, by=practice.staff["jo"], at=at)
    check_in = intakes.submit_check_in(
        client=client,
        answers=CHECK_IN
        | {"ck_now": pain[0], "ck_refer": found.reach if found else person.answers.get("pn_refer", "buttock")},
        submit_key=uuid.uuid4(),
        appointment=booked,
        asked_by=therapist,
        by=therapist,
        at=at,
    )
    note = notes.open_note(
        check_in=check_in,
        location=location,
        appointment=booked,
        by=therapist,
        at=at + timedelta(minutes=4),
    )
    for code, degrees in (found.ranges if found else {}).items():
        for side, angle in zip("LR", degrees, strict=True):
            notes.record_finding(
                note=note, code=code, side=side, phase="before", angle=angle, device="Goniometer", by=therapist, at=at
            )
    _treat(note, person, therapist, at + timedelta(minutes=8), comforts, found.worked if found else ())
    moment = at + timedelta(minutes=50)
    notes.set_pain(note=note, after=pain[1], by=therapist, at=moment)
    texts = {**_texts(person, pain)}
    if note.way_due:
        texts |= {"way": "change", "way_reason": "Less depth for two visits, one stretch more at home."}
    note = notes.save_text(note=note, rev=note.rev, texts=texts, by=therapist, at=moment)
    notes.end_note(note=note, by=therapist, at=moment)
    if sign:
        notes.sign_note(note=note, by=therapist, at=moment + timedelta(minutes=6))


def _texts(person: Person, pain: tuple[int, int]) -> Mapping[str, Any]:
    return {
        "subjective": f"Sitting brings it on. Pain {pain[0]} on arrival.",
        "objective": "Deep hip rotators firm on the sore side, eased with slow work.",
        "assessment": "Findings that fit a tight piriformis. Comfort stayed in the target for most of the time.",
        "plan": "Same regions next time; stretches at home.",
        "response": "better" if pain[1] < pain[0] else "same",
        "adverse_event": "no",
        "next_visit": "In one to two weeks",
    }


def _treat(
    note: SessionNote,
    person: Person,
    therapist: User,
    at: datetime,
    comforts: tuple[int, ...],
    also: tuple[tuple[str, int], ...] = (),
) -> None:
    """Work on the sore side: spoken consent, a warm start, one reading after another, eased after a hard one."""
    side = "L" if person.answers.get("pn_side") == "left" else "R"
    place = note.limits["structures"][f"MUS_PIR:{side}"]
    other = note.limits["structures"][f"MUS_GMAX:{side}"]
    for scope, where, mode in (("massage", "", ""), ("glute", side, "sheet"), ("thigh", side, "sheet")):
        notes.record_verbal_consent(note=note, scope=scope, side=where, mode=mode, by=therapist, at=at)
    steps: list[tuple[str, int, int]] = [("MUS_GMAX", min(2, other["cap"]), 2)]
    for structure, pressure in also:
        steps.append((structure, min(pressure, note.limits["structures"][f"{structure}:{side}"]["cap"]), 2))
    for comfort in comforts:
        cap = place["cap"]
        steps.append(("MUS_PIR", min(cap, 3), comfort))
        if comfort >= 4:
            steps.append(("MUS_PIR", min(cap, 2), 3))
    for number, (structure, pressure, comfort) in enumerate(steps):
        notes.record_event(
            note=note,
            client_uuid=uuid.uuid4(),
            kind="comfort",
            structure=structure,
            side=side,
            position="SIDE:R" if side == "L" else "SIDE:L",
            technique="TQ_EFF" if number == 0 else "TQ_PET",
            pressure=pressure,
            comfort=comfort,
            asked_by="therapist",
            by=therapist,
            at=at + timedelta(minutes=3 * number),
        )


def _book_today(practice: Practice, person: Person, client: Client, therapist: User, desk: User) -> None:
    hour, minute, state = person.today or (0, 0, "")
    at, now = practice.today_at(hour, minute), practice.now
    if state == "finished" and at + timedelta(minutes=58) <= now:
        _visit(practice, person, client, therapist, at, (5, 3), (2, 3, 3), sign=True)
        return
    booked = people.book_appointment(
        client=client,
        therapist=therapist,
        location=practice.location_of(person),
        begins=at,
        minutes=60,
        by=desk,
        at=practice.moment(4, 12),
    )
    road = {
        "booked": (),
        "arrived": (AppointmentState.ARRIVED,),
        "finished": (AppointmentState.ARRIVED, AppointmentState.FINISHED),
        "cancelled": (AppointmentState.CANCELLED,),
        "no_show": (AppointmentState.NO_SHOW,),
    }[state]
    moved = min(at, max(now - timedelta(minutes=8), practice.moment(0, 0)))  # minutes after midnight still today
    for step in road:
        booked = people.move_appointment(appointment=booked, to=step, by=desk, at=moved)


def _endings(practice: Practice) -> None:
    """The plan with two weeks of ticks, the addendum, and who opens which plan."""
    robin, tam, desk = practice.clients["robin"], practice.staff["tam"], practice.staff["jo"]
    _plan(practice, robin, tam, "slip_1_2", "L", days_ago=20)
    _plan(practice, practice.clients["nadia"], practice.staff["jonah"], "piriformis_standard", "L", days_ago=30)
    for key, side in (("mia", "L"), ("luca", "R")):
        _plan(practice, practice.clients[key], practice.staff["odile"], "piriformis_calm", side, days_ago=1)
    people.open_portal(client=robin, email=PORTAL, relation=PortalRelation.SELF, name="Robin Ashworth", by=desk)
    set_reminder(
        access=robin.portal_access.get(),
        days=[1, 3, 5],
        hour=18,
        zone=LOCATIONS[0][2],
        plan_changes=True,
        by=robin.portal_access.get().user,
    )
    for key in ("mia", "luca"):
        people.open_portal(
            client=practice.clients[key], email=PARENT, relation=PortalRelation.PARENT, name="Sabine Keller", by=desk
        )
    _ticks(practice, robin)
    _talk(practice, robin, tam)
    last = SessionNote.objects.filter(client=practice.clients["nadia"], signed_at__isnull=False).order_by("-id")[0]
    notes.add_addendum(
        note=last,
        kind="addendum",
        text="The client rang: the day after was easy, no soreness.",
        by=last.therapist,
        at=practice.moment(20, 17),
    )


def _plan(practice: Practice, client: Client, therapist: User, ready: str, side: str, *, days_ago: int) -> None:
    at = practice.moment(days_ago, 18)
    version = plans.draft_plan(client=client, by=therapist, at=at)
    plans.apply_ready_plan(version=version, plan=ready, side=side, by=therapist, at=at)
    plans.publish_plan(
        version=version,
        message="Go to where it starts to feel good, not further. Breathe out for longer than you breathe in.",
        by=therapist,
        at=at + timedelta(minutes=2),
    )


def _ticks(practice: Practice, client: Client) -> None:
    """Two weeks at home: most days, not all."""
    user = client.portal_access.get().user
    items = list(client.stretch_plan.versions.get(published_at__isnull=False).items.all())
    for days_ago in range(14, 0, -1):
        if days_ago in (11, 8, 4):
            continue
        at = practice.moment(days_ago, 19, 30)
        for number, item in enumerate(items[: 1 + days_ago % len(items)]):
            comfort = 3 if number % 2 else 2
            if number == 1 and days_ago <= 2:
                comfort = 5  # twice in a row: the gentler version is on offer, and Tam is told
            plans.log_stretch(
                client=client,
                item_uuid=item.uuid,
                client_uuid=uuid.uuid4(),
                on=at.date(),
                comfort=comfort,
                by=user,
                at=at,
            )


def _talk(practice: Practice, client: Client, therapist: User) -> None:
    """What was said about the plan: a stretch that rested for a day and was answered, and a question that waits."""
    user = client.portal_access.get().user
    first = client.stretch_plan.versions.get(published_at__isnull=False).items.all()[0]
    asked = home.send_home_message(
        client=client,
        item_uuid=first.uuid,
        client_uuid=uuid.uuid4(),
        text="The floor is hard under my back, so I cannot relax in this one.",
        by=user,
        at=practice.moment(1, 20, 10),
    )
    home.answer_home_message(
        message=asked,
        text="Then do it on a folded blanket. If that does not help, leave it out and we look at it together.",
        goes_on=True,
        by=therapist,
        at=practice.moment(1, 21, 5),
    )
    home.send_home_message(
        client=client,
        client_uuid=uuid.uuid4(),
        text="I drive a lot this week. Which ones matter most when I only have five minutes?",
        by=user,
        at=practice.now - timedelta(hours=2),
    )


@transaction.atomic
def renew(say: Say, *, now: datetime | None = None) -> None:
    """On a later day give the demo a diary for that day; what was recorded meanwhile stays as it is."""
    practice = Practice(now=now or timezone.now(), locations=list(Location.objects.order_by("id")[:2]))
    practice.staff = {member.key: User.objects.get(email=member.email) for member in STAFF}
    if diary(practice.staff["jo"], on=practice.today):
        return
    say("Today's visits …")
    for person in PEOPLE:
        client = Client.objects.filter(first_name=person.first, last_name=person.last, merged_into=None).first()
        if person.today and client is not None:
            _book_today(practice, person, client, practice.staff[person.therapist], practice.staff["jo"])
