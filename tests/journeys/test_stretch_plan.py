"""The stretch plan from both its ends: Ana on her phone, her therapist at the desk, and the network that goes away."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from sessions.models import HomeMessage, PlanVersion, Sensation, StretchLog
from tests import factories
from tests.journeys.by_hand import PHONE, ask_for_code, mailed_code, press, sign_in, tap, type_code
from tests.sessions.factories import decide, published_plan

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
THREE = ({"stretch": "PR-01"}, {"stretch": "PR-03"}, {"stretch": "GL-01"})
TODAY = reverse("sessions:portal")
IS_KEPT = "async path => !!(await caches.match(path, {ignoreVary: true}))"
ALL_SENT = "async () => (await KeptTicks.all()).length === 0"


@pytest.fixture
def road(browser, live_server, context):
    """Ana's phone, signed in nowhere, which counts touches; her plan of three stretches; Tess at the desk."""
    people = factories.people()
    since = timezone.now() - timedelta(days=7)
    decide(people.ana, people.tess, at=since)
    version = published_plan(people.tess, people.ana, *THREE, at=since)
    profile = browser.new_context(base_url=live_server.url, locale="en-GB", **PHONE)
    profile.set_default_timeout(30_000)
    touches: list[int] = []
    profile.expose_binding("__touched", lambda _source: touches.append(1))
    profile.add_init_script("addEventListener('touchstart', () => __touched(), true)")
    mail.outbox.clear()
    yield SimpleNamespace(
        people=people,
        items=list(version.items.all()),
        phone=profile.new_page(),
        desk=context.new_page(),
        touches=touches,
    )
    profile.close()


def until(page: Any, question: str, given: Any = None) -> None:
    """Wait for an asynchronous question to the page to be answered with something true."""
    end = time.monotonic() + 20
    while not page.evaluate(question, given):
        assert time.monotonic() < end, f"never: {question}"
        page.wait_for_timeout(50)


def card(phone: Any, item: Any) -> Any:
    """A stretch on the first page."""
    return phone.locator(f"[data-stretch='{item.uuid}']")


def do(phone: Any, item: Any, felt: str) -> None:
    """From the first page: start it, let the timer begin, say done and how it felt."""
    with phone.expect_navigation(wait_until="load"):
        card(phone, item).get_by_role("link", name=re.compile("^Start")).tap()
    phone.get_by_role("button", name="Start", exact=True).tap()
    phone.get_by_role("button", name="I am ready").tap()
    assert phone.locator("[data-hold-count]").is_visible()
    phone.get_by_role("link", name="Done", exact=True).tap()
    tap(phone, re.compile(f"^{felt}"))


def test_a_plan_is_done_hurts_is_answered_changed_printed_and_done_without_a_network(road):
    phone, desk, people = road.phone, road.desk, road.people
    easy, odd, nerve = road.items
    ask_for_code(phone, "ana@example.org")
    type_code(phone, mailed_code())
    assert phone.locator("h1").inner_text() == "Hello Ana"

    # Three stretches; the last goes down the leg and rests at once.
    before = len(road.touches)
    do(phone, easy, "Delicious")
    assert len(road.touches) - before <= 5
    card(phone, easy).get_by_text("Done · delicious").wait_for()
    do(phone, odd, "Pleasant")
    do(phone, nerve, "Went down the leg")
    assert reverse("sessions:portal_stop") in phone.url
    tap(phone, "Today", role="link")
    assert "Paused." in card(phone, nerve).inner_text()
    assert list(StretchLog.objects.order_by("id").values_list("comfort", "sensation")) == [
        (3, ""),
        (2, ""),
        (None, Sensation.NERVE),
    ]

    # It hurts: she writes, and it rests until somebody has answered.
    with phone.expect_navigation(wait_until="load"):
        card(phone, odd).get_by_role("link", name=re.compile("^Once more")).tap()
    tap(phone, "This doesn’t feel right", role="link")
    phone.locator("[name=text]").fill("It hurts in the knee.")
    tap(phone, "Send")
    before = len(road.touches)
    phone.goto(TODAY)
    assert "Paused." in card(phone, odd).inner_text()
    tap(phone, "Stop signs", role="link")
    assert len(road.touches) - before <= 2
    assert "999" in phone.locator("main").inner_text()

    # Tess reads both in her inbox, answers, and publishes a new version.
    sign_in(desk, people.tess.email)
    desk.goto(reverse("sessions:inbox"))
    assert desk.get_by_role("heading", level=2).first.inner_text() == "2 wait for an answer"
    hurts = desk.locator("article", has_text="It hurts in the knee.")
    hurts.locator("summary").click()
    hurts.locator("[name=text]").fill("Sit on a firmer chair. Then it may go on.")
    hurts.get_by_label("may go on").check()
    with desk.expect_navigation(wait_until="load"):
        hurts.get_by_role("button", name="Send the answer").click()
    assert HomeMessage.objects.filter(answer__goes_on=True).count() == 1
    desk.goto(reverse("sessions:plan", args=[people.ana.uuid]))
    press(desk, "Change the plan")
    row = desk.locator("li.drafted__row", has_text="nerve sign at home")
    with desk.expect_navigation(wait_until="load"):
        row.get_by_role("button", name=re.compile("^Take out")).click()
    adjusted = desk.locator("li.drafted__row").first
    adjusted.locator("summary").click()
    adjusted.locator("[name=repetitions]").fill("2")
    with desk.expect_navigation(wait_until="load"):
        adjusted.get_by_role("button", name="Save the change").click()
    with desk.expect_navigation(wait_until="load"):
        desk.get_by_role("button", name=re.compile("^Add (to plan|with care)")).first.click()
    press(desk, "See as client", role="link")
    assert "What changed" in desk.locator("main").inner_text()
    press(desk, "Back to the draft", role="link")
    desk.locator("[name=message]").fill("Less of the first, and no pulling.")
    desk.get_by_label("I have checked the side").check()  # the plan is for the left, the form said right
    press(desk, "Publish for the client")
    newest = PlanVersion.objects.get(number=2)
    assert newest.published_by == people.tess

    # Ana reads the answer and the new version under the same address.
    phone.goto(TODAY)
    told = phone.locator("main").inner_text()
    assert "Tess Okafor has answered" in told
    assert "Sit on a firmer chair." in told
    assert "Less of the first, and no pulling." in told
    tap(phone, "I have read it")
    assert "has answered" not in phone.locator("main").inner_text()
    assert card(phone, nerve).count() == 0

    # On paper: one page, with side, version and date.
    tap(phone, "All steps on one page, to print", role="link")
    sheet = phone.locator("main").inner_text()
    assert "version 2" in sheet
    assert "your left side" in sheet.lower()
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", phone.pdf(format="A4"))) == 1

    # Without a network: the plan is there, a tick waits and arrives once.
    first = newest.items.first()
    page_of_first = reverse("sessions:portal_stretch", args=[first.uuid])
    phone.goto(TODAY)
    phone.evaluate("async () => { await navigator.serviceWorker.ready }")
    until(phone, IS_KEPT, page_of_first)
    phone.context.set_offline(True)
    phone.goto(TODAY)
    phone.get_by_text("You are offline.").wait_for()
    do(phone, first, "Delicious")
    assert not StretchLog.objects.filter(item=first).exists()
    phone.context.set_offline(False)
    until(phone, ALL_SENT)
    phone.goto(TODAY)
    assert StretchLog.objects.filter(item=first).count() == 1
    assert "Done" in card(phone, first).inner_text()
