"""The main road: a client is registered, answers, is treated, and stretches at home; and the road that ends early."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from django.core import mail
from django.utils import timezone

from clinic.models import Client
from intake.models import Intake, StopEvent
from sessions.models import PlanVersion, SessionNote, StretchLog
from sessions.queries.plan import dose_of, stop_signs
from sessions.rules.stretches import STRETCHES
from tests import factories
from tests.answers import all_clear, check_in_clear
from tests.journeys.by_hand import (
    PHONE,
    ask_for_code,
    fill_form,
    fill_in,
    fill_in_date,
    mailed_code,
    press,
    sign_in,
    type_code,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NOTE = {
    "subjective": "Sitting brings it on.",
    "objective": "Tender deep in the right buttock.",
    "assessment": "Eased well.",
    "plan": "Start at 2.",
    "response": "better",
    "adverse_event": "no",
}
WORDING = "Ring 999 at once. The nearest emergency department is at St Mary's."


@pytest.fixture
def rooms(browser, live_server, context):
    """The desk's tablet, the therapist's tablet and the client's phone; nobody is signed in anywhere yet."""
    factories.practice(emergency_wording=WORDING)
    factories.location()
    factories.staff("owner")
    flo = factories.staff("front_desk", name="Flo Marsh")
    tess = factories.staff("therapist", name="Tess Okafor")
    size = {"viewport": {"width": 820, "height": 1180}, "has_touch": True}
    profiles = [browser.new_context(base_url=live_server.url, locale="en-GB", **more) for more in (size, PHONE)]
    for profile in profiles:
        profile.set_default_timeout(30_000)
    tablet, phone = (profile.new_page() for profile in profiles)
    yield SimpleNamespace(flo=flo, tess=tess, desk=context.new_page(), tablet=tablet, phone=phone)
    for profile in profiles:
        profile.close()


def register(rooms) -> Client:
    """The desk signs in, registers Mara and books her a visit of today with Tess."""
    desk = rooms.desk
    sign_in(desk, rooms.flo.email)
    press(desk, "New client", role="link")
    for name, text in {"first_name": "Mara", "last_name": "Lindqvist", "email": "mara@example.org"}.items():
        desk.locator(f"main [name={name}]").fill(text)
    fill_in_date(desk, "birth_date", "1986-02-11")
    press(desk, "Register client")
    assert "The client is registered." in desk.locator(".messages").inner_text()
    press(desk, "Add a visit", role="link")
    desk.get_by_label("Therapist").select_option(label="Tess Okafor")
    fill_in_date(desk, "day", timezone.localdate().isoformat())
    desk.get_by_label("Time").fill("12:00")
    press(desk, "Put it in the diary")
    assert "The visit is in the diary." in desk.locator(".messages").inner_text()
    return Client.objects.get()


def hand_over(rooms) -> None:
    """Mara is here; the desk's device becomes her form."""
    desk = rooms.desk
    desk.goto("/today/")
    press(desk, "Arrived Mara Lindqvist")
    press(desk, "Open the form Mara Lindqvist", role="link")
    assert "11 February 1986" in desk.locator("main").inner_text()
    press(desk, "Open the form on this device")
    assert "Hello Mara" in desk.locator("h1").inner_text()
    press(desk, "Start", role="link")


def answer_and_hand_in(rooms) -> None:
    """Mara answers everything, reads it again and hands it in; nothing of it stays on the device."""
    desk = rooms.desk
    seen = fill_form(desk, all_clear())
    assert {"you", "where", "bladder_bowel", "agree", "sign"} <= set(seen)
    assert desk.url.endswith("/i/review/")
    read_back = desk.locator("main").inner_text()
    assert "My right buttock aches when I sit." in read_back
    assert "Deep middle of buttock, right" in read_back
    press(desk, "Hand in my answers")
    assert "no longer on this device" in desk.locator("main").inner_text()
    shows_nothing(desk)


def shows_nothing(desk) -> None:
    """Neither Back nor an address typed by hand shows an answer or another page of the practice."""
    for go in (
        desk.go_back,
        *(lambda to=to: desk.goto(to) for to in ("/i/review/", "/i/page/words/", "/today/", "/clients/")),
    ):
        go()
        shown = desk.content()
        assert "aches" not in shown
        assert "Lindqvist" not in shown
        assert not desk.get_by_role("link", name="Today").count()


def decide(rooms) -> None:
    """Tess finds the new intake on her day, reads that nothing is raised, and decides."""
    tablet = rooms.tablet
    sign_in(tablet, rooms.tess.email)
    tablet.goto("/my-day/")
    press(tablet, "Decide about Mara Lindqvist", role="link")
    assert "No flag is raised today." in tablet.locator("main").inner_text()
    assert "Deep middle of buttock, right" in tablet.locator("section[aria-labelledby=where]").inner_text()
    fill_in(tablet, {"confirmed_aloud": True, "outcome": "yes"})
    press(tablet, "Sign the decision")
    assert "by Tess Okafor" in tablet.locator("main").inner_text()


def check_in_and_begin(rooms, client) -> None:
    """The gate is closed until the check-in is asked; Tess asks aloud, and the gate opens."""
    tablet = rooms.tablet
    tablet.goto(f"/clients/{client.uuid}/start/")
    assert tablet.get_by_role("button", name="Begin the session").count() == 0
    press(tablet, "Ask it aloud", role="link")
    assert len(fill_in(tablet, check_in_clear(ck_pcp="yes"))) >= 14
    press(tablet, "Store the check-in")
    press(tablet, "Begin the session")
    note = SessionNote.objects.get()
    assert tablet.url.endswith(f"/notes/{note.uuid}/")
    return note


def treat(rooms, note) -> None:
    """A spoken yes, a place tapped on the body, three feelings: pleasant, too much, and pleasant again once eased."""
    tablet = rooms.tablet
    keep(tablet, "massage today")
    keep(tablet, "buttock and hip, right · sheet")
    tablet.locator("[data-pose]:not([hidden]) path[data-code='BTM:R']").first.click()
    keep(tablet, "Piriformis, right")
    tap(tablet, "Pleasant", pressure=2)
    tap(tablet, "Too much", pressure=3)
    assert "ease off and ask again" in tablet.get_by_role("status").filter(has_text="Lift off").inner_text()
    keep(tablet, "Ease off one")
    tap(tablet, "Delicious")
    rows = list(note.events.order_by("pk").values_list("kind", "structure", "side", "pressure", "comfort"))
    assert [row[0] for row in rows] == ["start_region", "comfort", "comfort", "adjust", "comfort"]
    assert {row[1:3] for row in rows} == {("MUS_PIR", "R")}
    assert [row[3:] for row in rows[1:]] == [(2, 2), (3, 5), (2, None), (2, 3)]
    tablet.wait_for_function("() => !document.querySelector('#log li.kept')")
    assert "ask again" not in tablet.locator(".wk").inner_text()


def keep(tablet, name: str) -> None:
    """Press a button of the treatment room: the page stays, and the server has it."""
    tablet.get_by_role("button", name=name, exact=True).first.click()
    tablet.wait_for_function("() => Outbox.entries().length === 0")


def tap(tablet, feeling: str, *, pressure: int | None = None) -> None:
    """One tap stores place, pressure and feeling."""
    if pressure is not None:
        tablet.locator(f"label.p{pressure}").click()
    keep(tablet, feeling)


def write_and_sign(rooms, note) -> None:
    """Pain before and after, four texts, and the password under it."""
    tablet = rooms.tablet
    press(tablet, "Treatment finished, next: findings")
    tablet.get_by_role("group", name=re.compile("^Before")).get_by_role("button", name="5", exact=True).click()
    tablet.get_by_role("heading", name="Before: 5").wait_for()
    tablet.get_by_role("group", name=re.compile("^After")).get_by_role("button", name="2", exact=True).click()
    tablet.get_by_role("heading", name="After: 2").wait_for()
    fill_in(tablet, NOTE)
    keep(tablet, "Save the note")
    press(tablet, "Next: check and sign", role="link")
    press(tablet, "Sign and lock")
    assert "/accounts/reauthenticate/" in tablet.url
    tablet.locator("[name=password]").fill(factories.PASSWORD)
    press(tablet, "Go on")
    assert "Signed by Tess Okafor" in tablet.locator("main").inner_text()
    note.refresh_from_db()
    assert (note.pain_before, note.pain_after, note.is_signed) == (5, 2, True)
    assert {name: getattr(note, name) for name in NOTE} == NOTE


def publish_plan(rooms, client) -> PlanVersion:
    """A ready-made plan for the right side; the client sees it once it is published."""
    tablet = rooms.tablet
    tablet.goto(f"/clients/{client.uuid}/plan/")
    press(tablet, "Start a plan")
    tablet.locator("[name=plan]").select_option(index=1)
    tablet.locator("main form[action$='/ready/'] [name=side]").select_option("R")
    press(tablet, "Fill in what fits")
    tablet.locator("[name=message]").fill("Slowly, and never into pain.")
    press(tablet, "Publish for the client")
    version = PlanVersion.objects.get()
    assert version.published_at is not None
    assert {item.side for item in version.items.all()} & {"R"}
    return version


def open_portal(rooms, client) -> None:
    """The desk signs in on its device again and opens the plan to Mara's own address."""
    desk = rooms.desk
    sign_in(desk, rooms.flo.email)
    desk.goto(f"/clients/{client.uuid}/contact/")
    desk.get_by_text("Open the portal for somebody").click()
    assert desk.locator("[name=portal-email]").input_value() == "mara@example.org"
    desk.locator("label", has=desk.locator("[name=portal-relation][value=self]")).click()
    press(desk, "Open and send a mail")
    assert "The portal is open." in desk.locator(".messages").inner_text()


def stretch_at_home(rooms, version) -> None:
    """On her phone Mara signs in by the mailed code, reads one stretch and says how it felt."""
    phone = rooms.phone
    ask_for_code(phone, "mara@example.org")
    assert mail.outbox[-1].to == ["mara@example.org"]
    type_code(phone, mailed_code())
    assert "Hello Mara" in phone.locator("h1").inner_text()
    assert "Slowly, and never into pain." in phone.locator("main").inner_text()
    item = next(item for item in version.items.all() if item.side == "R")
    phone.locator(f"a[href$='{item.uuid}/']").tap()
    phone.get_by_role("heading", level=1, name=STRETCHES[item.stretch].name).wait_for()
    shows_how(phone, item)
    phone.get_by_role("link", name="Done").tap()
    phone.get_by_role("button", name=re.compile("^Delicious")).tap()
    phone.get_by_text("Done · delicious").wait_for()
    log = StretchLog.objects.get()
    assert (log.item_id, log.comfort, log.done) == (item.pk, 3, True)


def shows_how(phone, item) -> None:
    """Side, dose, the small version without the steps of the full one, the stop rule; no wider than the phone."""
    assert "Your right side" in phone.locator(".side-line").inner_text()
    shown = phone.locator("main").inner_text()
    stretch = STRETCHES[item.stretch]
    for words in (dose_of(item), stretch.how_far(1), *stop_signs().values()):
        assert words in shown
    assert item.level == 1
    assert [step for step in stretch.steps_for("R") if step in shown] == []
    assert "{" not in shown
    assert phone.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_the_main_road_from_the_desk_to_a_stretch_at_home(rooms, settings):
    client = register(rooms)
    hand_over(rooms)
    answer_and_hand_in(rooms)
    decide(rooms)
    note = check_in_and_begin(rooms, client)
    treat(rooms, note)
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 3  # the five minutes since the sign-in are over
    write_and_sign(rooms, note)
    version = publish_plan(rooms, client)
    open_portal(rooms, client)
    stretch_at_home(rooms, version)


def test_a_red_flag_stops_the_form_the_desk_learns_no_answer_and_nothing_can_begin(rooms):
    client = register(rooms)
    hand_over(rooms)
    seen = fill_form(rooms.desk, all_clear(sf_saddle="yes"))
    assert seen[-1] == "bladder_bowel"
    assert Intake.objects.get().state == "stopped"
    stops(rooms.desk)
    tells_the_desk(rooms)
    begins_nothing(rooms, client)


def stops(desk) -> None:
    """The page says to pause and shows the practice's own wording and number; there is no way on and none back."""
    assert "Please pause here, Mara" in desk.locator("h1").inner_text()
    assert WORDING in desk.locator("main").inner_text()
    assert desk.locator("a[href='tel:999']").count() == 1
    assert desk.locator("main form").count() == 0
    shows_nothing(desk)


def tells_the_desk(rooms) -> None:
    """The board and its page of steps say that the form stopped, and nothing of what was answered."""
    desk = rooms.desk
    sign_in(desk, rooms.flo.email)
    desk.goto("/today/")
    assert "Mara Lindqvist stopped at the safety page" in desk.locator("main").inner_text()
    assert desk.get_by_role("link", name=re.compile("Open the form")).count() == 0
    board = desk.content()
    press(desk, "See steps Mara Lindqvist", role="link")
    assert WORDING in desk.locator("main").inner_text()
    for told in ("saddle", "numb", "bladder", "bowel", "buttock"):
        assert told not in (board + desk.content()).lower()
    fill_in(desk, {"action": "emergency_called"})
    press(desk, "Write down")
    assert StopEvent.objects.get().actions.get().by == rooms.flo


def begins_nothing(rooms, client) -> None:
    """Tess reads the stop on her day, and neither there nor in the chart does a button begin a session."""
    tablet = rooms.tablet
    sign_in(tablet, rooms.tess.email)
    tablet.goto("/my-day/")
    assert "stopped at the safety page" in tablet.locator("main").inner_text()
    for address in ("/my-day/", f"/clients/{client.uuid}/start/", f"/clients/{client.uuid}/intake/"):
        tablet.goto(address)
        assert tablet.get_by_role("button", name=re.compile("Begin")).count() == 0
    assert SessionNote.objects.count() == 0
