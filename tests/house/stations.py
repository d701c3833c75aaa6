"""Every form of the site: who opens it, where it goes, and a filling that is accepted.

The world below holds one row of everything, made through the actions; a station is one form in it.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.conf import settings
from django.core import mail
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clinic import actions as clinic
from clinic.models import Appointment, CareReason, Client, Guardian, PortalRelation, User
from clinic.post import stop_token
from intake import actions as intake
from intake import letter_actions
from intake import letter_queries as letters
from intake.access_actions import hand_over, register_device, send_link
from intake.access_queries import token_of
from intake.models import Clearance, Device, IntakeAccess
from intake.queries import clearable, form_step, form_steps
from intake.rules.doctor_letter import fingerprint
from intake.rules.questions import INTAKE_IDS
from sessions.actions import home
from sessions.actions import note as notes
from sessions.actions import plan as plans
from sessions.actions.reminder import tell_plan_change
from sessions.models import PlanItem, SessionNote
from sessions.rules.findings import RESULT_SETS
from tests import factories
from tests.answers import all_clear, check_in_clear
from tests.house.reading import Form
from tests.rich_answers import LONG_HISTORY, PREGNANT, SORE_CALF, YOUNG_MOTHER
from tests.sessions.factories import (
    check_in,
    decided_client,
    draft,
    draft_with_rows,
    event,
    published_plan,
    signed_note,
)

Filling = Mapping[str, str | list[str] | None]
HISTORIES: Mapping[str, Mapping[str, Any]] = {
    "clear": {},
    "long": LONG_HISTORY,
    "mother": YOUNG_MOTHER,
    "pregnant": PREGNANT,
    "calf": SORE_CALF,
}


@dataclass
class Station:
    """One form: the page that shows it, the address it goes to, whose browser sends it, what makes it complete.

    ``name`` is that of the address. ``filling`` goes over what stands in the form; "*" is everything on offer.
    ``done`` is the status of an answer that says "stored". A parameter in ``free`` has no wrong values: it says where
    to go on, or names the form itself. ``form`` is read from the page.
    """

    name: str
    browser: Browser
    page: str
    post: str = ""
    filling: Filling = field(default_factory=dict)
    done: int = 302
    free: Collection[str] = ()
    form: Form = field(init=False)

    def __post_init__(self) -> None:
        self.post = self.post or self.page


def _browser(user: User | None = None) -> Browser:
    """A browser signed in as ``user``, with the password given just now."""
    browser = Browser(raise_request_exception=False)
    if user is not None:
        browser.force_login(user)
        browser.post(reverse("account_reauthenticate"), {"password": factories.PASSWORD})
    return browser


def _coded(user: User) -> Browser:
    """A browser in which ``user``, a client, typed a code just now."""
    browser = _browser(user)
    session = browser.session
    session["code_at"] = int(timezone.now().timestamp())
    session.save()
    return browser


def _answered(by: User, first: str, answers: Mapping[str, Any]) -> Client:
    """A client whose intake holds ``answers`` and is not handed in yet."""
    client = factories.client(first, by=by)
    clinic.start_care(client=client, therapist=by, reason=CareReason.APPOINTMENT, by=by)
    intake.save_page(
        access=intake.open_form(client=client, by=by), ids=INTAKE_IDS, values=all_clear(**answers), by=None
    )
    return client


def _handed_in(by: User, first: str, **answers: Any) -> Client:
    """A client whose intake is handed in and waits for a decision."""
    client = _answered(by, first, answers)
    intake.submit_intake(access=intake.open_form(client=client, by=by), submit_key=uuid.uuid4(), by=None)
    return client


def _planned(by: User, first: str, *, publish: bool) -> Client:
    """A client with one stretch in a plan."""
    client = decided_client(by, first=first)[0]
    version = plans.draft_plan(client=client, by=by)
    plans.apply_ready_plan(version=version, plan="piriformis_calm", side="L", by=by)
    if publish:
        plans.publish_plan(version=version, by=by)
    return client


def _clearance(client: Client, by: User) -> Clearance:
    today = timezone.localdate()
    return intake.record_clearance(
        client=client,
        entries=[clearable(client, on=today)[0][0]],
        kind="written",
        clinician="Dr Ada Voss",
        profession="Midwife",
        contact="01632 960200",
        dated=today,
        massage=True,
        regions=["all"],
        expires=today + timedelta(days=30),
        by=by,
    )


def _doctor_letter(client: Client, by: User, *, sent: bool = False) -> uuid.UUID:
    """A signed letter to the doctor about all that stands."""
    stands = letters.grounds(client, on=timezone.localdate())
    entries = [ground.code for ground in stands.each]
    letter = letter_actions.sign_letter(
        client=client,
        entries=entries,
        to_name="Dr Ada Voss",
        read=fingerprint(letters.facts(client, stands, entries, by=by)),
        key=uuid.uuid4(),
        by=by,
    )
    if sent:
        letter_actions.record_letter_step(letter=letter, kind="sent", way="client", by=by)
    return letter.uuid


class World:
    """People, intakes in every state, an open note, a signed one, plans; each made when first asked for."""

    def __init__(self) -> None:
        self.people = factories.people()
        self.tess = self.people.tess

    @cached_property
    def visit(self) -> Appointment:
        """A visit of today that is still to come."""
        return factories.appointment(self.people.ana, self.tess)

    @cached_property
    def guardian(self) -> Guardian:
        """Ana's."""
        details = {"name": "Kim", "relation": "mother", "stays_in_room": True}
        return clinic.add_guardian(client=self.people.ana, details=details, by=self.people.flo)

    @cached_property
    def room(self) -> SessionNote:
        """Under way, the hands on an area whose limit a reason may raise."""
        note = draft(self.tess, decided_client(self.tess, first="Rosa")[0])
        event(note, structure="MUS_PER", pressure=1)
        return note

    @cached_property
    def note(self) -> SessionNote:
        """Finished but not signed, with everything that signing needs."""
        return draft_with_rows(self.tess, decided_client(self.tess, first="Nora")[0])

    @cached_property
    def signed(self) -> SessionNote:
        """A signed note of somebody else."""
        return signed_note(self.tess, decided_client(self.tess, first="Sven")[0])

    @cached_property
    def checked(self) -> Client:
        """Decided on, with today's check-in: the next thing is to begin."""
        client = decided_client(self.tess, first="Bea")[0]
        check_in(client, self.tess)
        return client

    @cached_property
    def link(self) -> IntakeAccess:
        """A link to the check-in of somebody decided on."""
        clinic.change_client(client=self.checked, details={"email": "bea@example.org"}, by=self.tess)
        return send_link(client=self.checked, purpose="check_in", by=self.tess)

    @cached_property
    def unchecked(self) -> Client:
        """Decided on, without today's check-in."""
        return decided_client(self.tess, first="Cleo")[0]

    @cached_property
    def undecided(self) -> Client:
        """Pregnant; the intake is handed in, a clearance is there, nothing is decided."""
        return _handed_in(self.tess, "Uma", **PREGNANT)

    @cached_property
    def stopped(self) -> Client:
        """An emergency has stopped the form."""
        client = _answered(self.tess, "Stan", {})
        access = intake.open_form(client=client, by=self.tess)
        intake.save_page(access=access, ids=["sf_saddle"], values={"sf_saddle": "yes"}, by=None)
        return client

    @cached_property
    def answered_anew(self) -> Client:
        """An emergency has stopped the form; in a new one the client says that there is none."""
        client = _answered(self.tess, "Nia", {})
        access = intake.open_form(client=client, by=self.tess)
        intake.save_page(access=access, ids=["sf_saddle"], values={"sf_saddle": "yes"}, by=None)
        anew = intake.open_form(client=client, by=self.tess)
        intake.save_page(access=anew, ids=INTAKE_IDS, values=all_clear(), by=None)
        intake.submit_intake(access=anew, submit_key=uuid.uuid4(), by=None)
        return client

    @cached_property
    def drafting(self) -> Client:
        """With a plan that is being written."""
        return _planned(self.tess, "Dora", publish=False)

    @cached_property
    def published(self) -> Client:
        """With a plan in the portal."""
        return _planned(self.tess, "Pia", publish=True)


# --- the stations -------------------------------------------------------------------------------------------------

_NEW_CLIENT: Filling = {
    "first_name": "Zoe",
    "last_name": "Marsh",
    "birth_date_day": "29",
    "birth_date_month": "2",
    "birth_date_year": "1988",
    "sex": "female",
    "phone": "07700 900999",
    "email": "zoe@example.org",
    "emergency_phone": "07700 900998",
}
_GUARDIAN: Filling = {"name": "Kim", "relation": "mother", "phone": "07700 900111", "stays_in_room": "yes"}


def _prefixed(prefix: str, filling: Filling) -> Filling:
    return {f"{prefix}-{name}": value for name, value in filling.items()}


def _boxes(name: str, days: int) -> Filling:
    """Date boxes ``days`` from today."""
    on = timezone.localdate() + timedelta(days=days)
    return {f"{name}_day": str(on.day), f"{name}_month": str(on.month), f"{name}_year": str(on.year)}


def _desk(world: World) -> Iterator[Station]:
    people = world.people
    flo, ana = _browser(people.flo), people.ana.uuid
    contact = reverse("client_contact", args=[ana])
    yield Station("clients", flo, reverse("clients"), filling={"q": "Ana"}, done=200)
    yield Station("client_new", flo, reverse("client_new"), filling={**_NEW_CLIENT, **_prefixed_guardian()})
    yield Station("client_edit", flo, reverse("client_edit", args=[ana]), filling={"emergency_phone": "07700 900998"})
    yield Station("guardian_add", flo, contact, reverse("guardian_add", args=[ana]), _prefixed("guardian", _GUARDIAN))
    yield Station("guardian_remove", flo, contact, reverse("guardian_remove", args=[world.guardian.uuid]))
    portal = {"portal-email": "kim@example.net", "portal-relation": "parent", "portal-name": "Kim"}
    yield Station("portal_open", flo, contact, reverse("portal_open", args=[ana]), portal)
    print_code = reverse("desk_code", args=[people.ana.portal_access.get().uuid])
    yield Station("desk_code", flo, print_code, filling={"checked": ["name", "phone"]}, done=200)
    yield Station("portal_end", flo, contact, reverse("portal_end", args=[people.ana.portal_access.get().uuid]))
    visit = {"therapist": str(world.tess.uuid), "time": "9:30", "minutes": "60", **_boxes("day", 9)}
    yield Station("appointment_new", flo, reverse("appointment_new", args=[ana]), filling=visit)
    yield Station("appointment_change", flo, reverse("appointment_change", args=[world.visit.uuid]), filling=visit)
    move = reverse("appointment_move", args=[world.visit.uuid, "arrive"])
    yield Station("appointment_move", flo, reverse("intake:today"), move, free=("back",))
    asked = {"kind": "this_device"}
    yield Station("intake:open_form", _browser(people.flo), reverse("intake:open_form", args=[ana]), filling=asked)
    doors = reverse("intake:open_form", args=[ana])
    yield Station("intake:link_send", flo, doors, reverse("intake:link_send", args=[ana]))
    end = reverse("intake:access_end", args=[world.link.uuid])
    yield Station("intake:access_end", flo, reverse("intake:open_form", args=[world.checked.uuid]), end)
    yield from _tablets(world, flo)
    stop = reverse("intake:stop", args=[world.stopped.stops.get().uuid])
    yield Station("intake:stop", flo, stop, filling={"action": "seen"})


def _tablets(world: World, flo: Browser) -> Iterator[Station]:
    """Handing over, and the tablets themselves: each kind of page of a tablet has one of its own."""
    at_rest, running = _tablet(world, "At rest"), _tablet(world, "Running")
    used, passed, locked = (_tablet(world, name) for name in ("Used", "Passed", "Locked"))
    page = reverse("intake:hand_over", args=[world.people.ben.uuid])
    said = {"name_said": "on", "born_said": "on", "tablet": str(_tablet(world, "Free")[0].uuid)}
    yield Station("intake:hand_over", flo, page, filling=said, done=200)
    _access, code = hand_over(client=world.people.ana, device=at_rest[0], by=world.people.flo)
    yield Station("intake:tablet", at_rest[1], reverse("intake:tablet"), filling={"code": code})
    for address, tablet in (("form_help", used), ("form_not_me", passed), ("form_lock", locked)):
        yield Station(
            f"intake:{address}", _opened_on(world, tablet), reverse("intake:form"), reverse(f"intake:{address}")
        )
    helped = _opened_on(world, running)
    still_here = reverse("intake:form_still_here")
    yield Station("intake:form_still_here", helped, reverse("intake:form"), still_here, done=204)
    helped.post(reverse("intake:form_help"))
    given = reverse("intake:help_given", args=[running[0].access.get().uuid])
    yield Station("intake:help_given", flo, reverse("intake:today"), given)
    place = {"name": "New", "location": str(world.people.location.uuid)}
    yield Station("intake:tablets", _browser(world.people.flo), reverse("intake:tablets"), filling=place)
    revoke = reverse("intake:tablet_revoke", args=[running[0].uuid])
    yield Station("intake:tablet_revoke", flo, reverse("intake:tablets"), revoke)


def _tablet(world: World, name: str) -> tuple[Device, Browser]:
    """A tablet of the practice, and its browser."""
    device, token = register_device(name=name, location=world.people.location, by=world.people.flo)
    browser = _browser()
    browser.cookies[settings.CLINIC_TABLET_COOKIE] = token
    return device, browser


def _opened_on(world: World, tablet: tuple[Device, Browser]) -> Browser:
    """That browser with the form of Ana open."""
    device, browser = tablet
    _access, code = hand_over(client=world.people.ana, device=device, by=world.people.flo)
    assert browser.post(reverse("intake:tablet"), {"code": code}).status_code == 302
    return browser


def _prefixed_guardian() -> Filling:
    named = {"guardian_name": "Kim", "guardian_relation": "mother", "guardian_phone": "07700 900111"}
    return {**named, "guardian_stays": "no"}


def _owner(world: World) -> Iterator[Station]:
    odile, flo = _browser(world.people.odile), world.people.flo.uuid
    place = {"name": "Mill", "address": "4 Mill Lane", "time_zone": "Europe/London"}
    yield Station("setup_practice", odile, reverse("setup_practice"))
    yield Station("setup_location_new", odile, reverse("setup_location_new"), filling=place)
    yield Station("setup_location", odile, reverse("setup_location", args=[world.people.location.uuid]), filling=place)
    member = {"printed_name": "Mo Lee", "email": "mo@riverside.example", "licence_no": "L1", "roles": ["therapist"]}
    yield Station("setup_staff_new", odile, reverse("setup_staff_new"), filling=member, done=200)
    yield Station("setup_staff", odile, reverse("setup_staff", args=[flo]), filling={"printed_name": "Flo M."})
    change = reverse("setup_staff_change", args=[flo, "disable"])
    yield Station("setup_staff_change", odile, reverse("setup_staff", args=[flo]), change)
    unsent = factories.unsent_message(world.people.ana, world.people.ana.email)
    again = reverse("setup_mail_settle", args=[unsent.uuid, "again"])
    yield Station("setup_mail_settle", odile, reverse("setup_mail"), again)
    sign_off = {"clinician": "Dr Ada Voss", "profession": "GP 1234", **_boxes("signed_on", 0)}
    yield Station("setup_content", odile, reverse("setup_content", args=["questions"]), filling=sign_off)


def _form_of(client: Client, by: User, purpose: str = "intake") -> Browser:
    """A browser confined to the form of ``client``."""
    browser = _browser(by)
    browser.post(reverse("intake:open_form", args=[client.uuid]), {"purpose": purpose, "kind": "this_device"})
    assert browser.get(reverse("intake:form")).status_code in (200, 302)
    return browser


def _intake(world: World) -> Iterator[Station]:
    asked: set[tuple[str, bool]] = set()
    on = timezone.localdate()
    for name, answers in HISTORIES.items():
        client = _answered(world.tess, name.title(), answers)
        browser = _form_of(client, world.tess)
        for address in form_steps(all_clear(**answers), on=on):
            step = form_step(address, all_clear(**answers), on=on)
            assert step is not None
            new = {(question.id, step.details) for question in step.questions} - asked
            if new:  # a page that asks nothing new after this history was a station already
                asked |= new
                yield Station("intake:form_page", browser, reverse("intake:form_page", args=[address]))
        if name == "clear":
            yield Station("intake:form_review", browser, reverse("intake:form_review"))
    by_mail, entered = _browser(), _browser()
    address = reverse("intake:link", args=[token_of(world.link.uuid)])
    yield Station("intake:link", by_mail, address)
    entered.post(address)
    yield Station("intake:link_birth_date", entered, reverse("intake:link_birth_date"), filling=_BORN)
    browser = _form_of(world.unchecked, world.tess, "check_in")
    yield Station("intake:form_check_in", browser, reverse("intake:form_check_in"), filling=_CHECK_IN)


_BORN: Filling = {"birth_date_day": "5", "birth_date_month": "3", "birth_date_year": "1980"}
_CHECK_IN: Filling = {
    name: value if isinstance(value, list) else str(value) for name, value in check_in_clear().items()
}


def _screening(world: World) -> Iterator[Station]:
    tess, uma = _browser(world.tess), world.undecided.uuid
    decision = {"accepted": "*", "outcome": "modified", "cap": "", "confirmed_aloud": "on", **_boxes("valid_until", 60)}
    yield Station("intake:review", tess, reverse("intake:review", args=[uma]), filling=decision)
    letter = {
        "clinician": "Dr Ada Voss",
        "profession": "GP",
        "contact": "01632 960200",
        "massage": "yes",
        "regions": ["none"],
        "entries": "*",
        "kind": "written",
        "max_pressure": "none",
        **_boxes("dated", -2),
        **_boxes("expires", 30),
    }
    yield Station("intake:clearance_new", tess, reverse("intake:clearance_new", args=[uma]), filling=letter)
    withdraw = reverse("intake:clearance_withdraw", args=[_clearance(world.undecided, world.tess).uuid])
    yield Station("intake:clearance_withdraw", tess, withdraw, filling={"reason": "wrong_client"})
    doctor = {"entries": "*", "to_name": "Dr Ada Voss", "to_contact": "Harbour Street 1", "remark": "", "do": "look"}
    to_doctor = reverse("sessions:letter_new", args=[uma])
    yield Station("sessions:letter_new", tess, to_doctor, filling=doctor, done=200, free=("read",))
    to_hand = _doctor_letter(world.undecided, world.tess)
    to_step = reverse("sessions:letter_step", args=[to_hand])
    handed = {"kind": "sent", "way": "client", "reason": None}
    yield Station("sessions:letter_step", tess, reverse("sessions:letter", args=[to_hand]), to_step, filling=handed)
    said = reverse("sessions:letter_answer", args=[_doctor_letter(world.undecided, world.tess, sent=True)])
    yield Station("sessions:letter_answer", tess, said, filling=letter)
    anew = reverse("intake:answer_anew", args=[world.undecided.intakes.get().uuid, "sf_fever"])
    yield Station("intake:answer_anew", tess, anew, filling={"sf_fever": "unsure", "reason": "changed"})
    stop = reverse("intake:stop_withdraw", args=[world.answered_anew.stops.get().uuid])
    yield Station("intake:stop_withdraw", tess, stop, filling={"reason": "misunderstood"})
    taken_back = reverse("intake:consent_withdraw", args=[world.undecided.consents.first().uuid])
    yield Station("intake:consent_withdraw", tess, reverse("intake:review", args=[uma]), taken_back)
    ask = reverse("intake:check_in", args=[world.unchecked.uuid])
    yield Station("intake:check_in", tess, ask, filling=_CHECK_IN)
    bea = world.checked.uuid
    entries = {"th_temp": "36.8"}
    yield Station(
        "intake:check_in_entries",
        tess,
        reverse("intake:check_in", args=[bea]),
        reverse("intake:check_in_entries", args=[bea]),
        entries,
    )
    yield Station("sessions:start", tess, reverse("sessions:start", args=[bea]))
    total = {"code": "ODI", "value": "40", "on": _iso(0)}
    yield Station("sessions:outcomes", tess, reverse("sessions:outcomes", args=[bea]), filling=total)


def _note(world: World) -> Iterator[Station]:
    tess = _browser(world.tess)

    def at(name: str, page: str, filling: Filling, *args: Any, of: SessionNote = world.note) -> Station:
        post = reverse(f"sessions:{name}", args=[of.uuid, *args])
        return Station(f"sessions:{name}", tess, reverse(f"sessions:{page}", args=[of.uuid]), post, filling)

    room = world.room
    yield at("place", "note", {"place": "MUS_GMED:L"}, of=room)
    yield at("event", "note", {"tap": "c3", "pressure": "1", "words": "Good"}, of=room)
    yield at("void", "note", {}, room.events.get().client_uuid, of=room)
    yield at("raise_cap", "note", {"reason": "smaller_range"}, of=room)
    yield at("consent", "note", {"scope": "thigh", "side": "L", "mode": "sheet"}, of=room)
    yield at("end", "note", {}, of=room)
    yield at("pain", "findings", {"before": "4"})
    yield at("text", "findings", {"subjective": "Sitting brings it on.", "reassess_on": _iso(14)})
    yield at("findings", "findings", {"T_FAIR.L.result": "neg", "T_FAIR.R.result": "neg"})
    tender = next(iter(RESULT_SETS["R_TENDER"].options))
    yield at("touch", "findings", {"place": "MUS_PIR:L", "tone": "1", "tender": tender})
    yield at("sign", "sign", {})
    late = {"kind": "late_entry", "text": "One thing more.", "happened_at": _iso(-1) + "T10:00"}
    yield at("addendum", "note", late, of=world.signed)
    yield at("strike", "sign", {"reason": "wrong_client"})
    mistaken = draft(world.tess, decided_client(world.tess, first="Ulla")[0])
    notes.strike_note(note=mistaken, reason="wrong_client", by=world.tess)
    page = reverse("sessions:note", args=[mistaken.uuid])
    link = reverse("sessions:enter_again", args=[mistaken.uuid])
    yield Station("sessions:enter_again", tess, page, link, {"note": str(world.note.uuid)})


def _iso(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def _plan(world: World) -> Iterator[Station]:
    tess, dora = _browser(world.tess), world.drafting.uuid
    page = reverse("sessions:plan_draft", args=[dora])
    bea = world.checked.uuid
    first = reverse("sessions:plan", args=[bea])
    yield Station("sessions:plan_draft", tess, first, reverse("sessions:plan_draft", args=[bea]))
    item = reverse("sessions:plan_item", args=[dora])
    yield Station("sessions:plan_item", tess, page, item, {"note": "Slowly."}, free=("stretch", "was"))
    mine = PlanItem.objects.filter(version__plan__client=world.drafting).first()
    assert mine is not None
    remove = reverse("sessions:plan_item_remove", args=[dora, mine.uuid])
    yield Station("sessions:plan_item_remove", tess, page, remove)
    move = reverse("sessions:plan_item_move", args=[dora, mine.uuid])
    yield Station("sessions:plan_item_move", tess, page, move, {"way": "down"})
    yield Station("sessions:plan_add", tess, page, reverse("sessions:plan_add", args=[dora]), free=("side",))
    look = {"purpose": "LB", "posture": "sitting", "minutes": "5", "fits": "on", "home": "on", "can": "on"}
    yield Station("sessions:plan_look", tess, page, reverse("sessions:plan_look", args=[dora]), look)
    words = reverse("sessions:plan_words", args=[dora])
    yield Station("sessions:plan_words", tess, page, words, {"message": "Gently."}, free=("seen",))
    ready = {"plan": "piriformis_standard", "side": "L"}
    yield Station("sessions:plan_ready", tess, page, reverse("sessions:plan_ready", args=[dora]), ready)
    publish = reverse("sessions:plan_publish", args=[dora])
    yield Station("sessions:plan_publish", tess, page, publish, {"message": "Well done.", "sides_checked": "on"})


def _portal(world: World) -> Iterator[Station]:
    pia = _coded(factories.portal_user(world.published, "pia@example.org"))
    signed = world.published.consents.get(statement="cs_speak")
    yield Station("sessions:my_consent", pia, reverse("sessions:my_consent", args=[signed.uuid]))
    yield Station("sessions:my_data", pia, reverse("sessions:my_data"), done=200)
    kim = _browser(factories.portal_user(world.published, "kim@example.org", PortalRelation.PARENT))
    factories.portal_user(world.drafting, "kim@example.org", PortalRelation.PARENT)
    mine = PlanItem.objects.filter(version__plan__client=world.published).first()
    assert mine is not None
    whose = {"client": str(world.published.uuid)}
    yield Station("sessions:portal_whose", kim, reverse("sessions:portal_whose"), filling=whose)
    tell_plan_change(version=world.published.stretch_plan.versions.get(), by=world.tess)
    news = world.published.messages.filter(template="plan_changed").first()
    yield Station("mail_stop", _browser(), reverse("mail_stop", args=[stop_token(news)]), done=200)
    chosen = {"days": ["1", "7"], "hour": "7", "zone": "Asia/Tokyo"}
    yield Station("sessions:portal_reminders", pia, reverse("sessions:portal_reminders"), filling=chosen)
    tick = reverse("sessions:portal_stretch", args=[mine.uuid])
    yield Station("sessions:portal_stretch", pia, tick, filling={"felt": "3"})
    yield Station("sessions:portal_text_size", pia, reverse("sessions:portal_text_size"), filling={"size": "large"})
    yield from _from_home(world)


def _from_home(world: World) -> Iterator[Station]:
    """A gentler version on offer, a message that waits for an answer, an answer that waits for its reader."""
    gail = decided_client(world.tess, first="Gail")[0]
    hard, other = published_plan(world.tess, gail, {}, {"stretch": "PR-04"}).items.all()
    by = factories.portal_user(gail, "gail@example.org")
    browser = _browser(by)
    for _time in range(2):
        tick = {"item_uuid": hard.uuid, "client_uuid": uuid.uuid4(), "comfort": 5}
        plans.log_stretch(client=gail, on=timezone.localdate(), by=by, **tick)
    yield Station("sessions:portal_gentler", browser, reverse("sessions:portal_gentler", args=[hard.uuid]))
    said = {"stretch": str(hard.uuid), "text": "It pulls."}
    yield Station("sessions:portal_not_right", browser, reverse("sessions:portal_not_right"), filling=said)
    asked, waiting = (
        home.send_home_message(client=gail, client_uuid=uuid.uuid4(), text=text, by=by, item_uuid=other.uuid)
        for text in ("How far?", "How long?")
    )
    answer = home.answer_home_message(message=asked, text="As far as it feels good.", goes_on=True, by=world.tess)
    read = reverse("sessions:portal_answer_read", args=[answer.uuid])
    yield Station("sessions:portal_answer_read", browser, reverse("sessions:portal"), read)
    reply = {"text": "Half a minute.", "goes_on": "no"}
    tess, page = _browser(world.tess), reverse("sessions:inbox")
    yield Station("sessions:inbox_answer", tess, page, reverse("sessions:inbox_answer", args=[waiting.uuid]), reply)


def _accounts(world: World) -> Iterator[Station]:
    known = {"login": world.people.flo.email, "password": factories.PASSWORD}
    yield Station("account_login", _browser(), reverse("account_login"), filling=known)
    asked = {"email": world.people.ana.email}
    yield Station("account_request_login_code", _browser(), reverse("account_request_login_code"), filling=asked)
    browser = _browser()
    browser.post(reverse("account_request_login_code"), asked)
    code = {"code": _code(mail.outbox[-1].body)}
    yield Station("account_confirm_login_code", browser, reverse("account_confirm_login_code"), filling=code)
    ana = _browser(world.people.ana_user)
    yield Station("code_again", ana, reverse("code_again"))
    ana.post(reverse("code_again"))
    fresh = {"code": _code(mail.outbox[-1].body)}
    yield Station("code_again_confirm", ana, reverse("code_again_confirm"), filling=fresh)
    flo = _browser(world.people.flo)
    password = {"password": factories.PASSWORD}
    yield Station("account_reauthenticate", flo, reverse("account_reauthenticate"), filling=password)
    new = {"oldpassword": factories.PASSWORD, "password1": "quiet-river-stone-9", "password2": "quiet-river-stone-9"}
    yield Station("account_change_password", flo, reverse("account_change_password"), filling=new)
    yield Station("account_logout", flo, reverse("clients"), reverse("account_logout"))


def _code(body: str) -> str:
    found = re.search(r"^[A-Z0-9-]{6,}$", body, re.MULTILINE)
    assert found is not None
    return found[0]


#: Every form of the site, by part of the day.
PARTS: Mapping[str, Callable[[World], Iterator[Station]]] = {
    "desk": _desk,
    "owner": _owner,
    "intake": _intake,
    "screening": _screening,
    "note": _note,
    "plan": _plan,
    "portal": _portal,
    "accounts": _accounts,
}
