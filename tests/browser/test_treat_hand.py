"""The treatment room under one hand: taps counted on a touch screen, what is shown before any answer, its weight."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sessions.models import SessionNote, TimelineEvent
from tests import factories
from tests.browser.weights import weighed
from tests.journeys.by_hand import press
from tests.sessions.factories import actions as notes
from tests.sessions.factories import check_in, decided_client, draft, draft_with_rows, event

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TABLET = {"viewport": {"width": 820, "height": 1180}, "has_touch": True}
TOUCHES = "addEventListener('touchstart', () => __touched(), true)"


@pytest.fixture
def tablet(browser, live_server, people):
    """A touch screen that is signed in as Tess and counts the taps: ``touches``."""
    signed_in = Client()
    signed_in.force_login(people.tess, backend=settings.AUTHENTICATION_BACKENDS[0])
    context = browser.new_context(base_url=live_server.url, **TABLET)
    context.set_default_timeout(30_000)
    context.add_cookies(
        [{"name": key, "value": one.value, "url": live_server.url} for key, one in signed_in.cookies.items()]
    )
    page = context.new_page()
    page.touches = []
    page.expose_function("__touched", lambda: page.touches.append(1))
    page.add_init_script(TOUCHES)
    yield page
    context.close()


def _came_back(people):
    """Ada, treated a week ago at two areas, checked in for today."""
    a_week_ago = timezone.now() - timedelta(days=7)
    ada = decided_client(people.tess, first="Ada", at=a_week_ago)[0]
    last = draft_with_rows(people.tess, ada, at=a_week_ago)
    event(last, structure="MUS_GMAX", side="R", at=a_week_ago + timedelta(minutes=20))
    notes.record_verbal_consent(note=last, scope="glute", side="R", mode="sheet", by=people.tess, at=a_week_ago)
    notes.sign_note(note=last, by=people.tess, at=a_week_ago + timedelta(hours=1))
    check_in(ada, people.tess)
    return ada


def _tap(page, name, *, role="button"):
    page.get_by_role(role, name=name).first.tap()


def _idle(page):
    page.wait_for_function("() => Outbox.entries().length === 0")


def test_a_follow_up_session_with_two_regions_takes_at_most_fourteen_taps(tablet, people):
    ada = _came_back(people)
    tablet.goto(reverse("sessions:start", args=[ada.uuid]))
    with tablet.expect_navigation():
        _tap(tablet, "Begin the session")

    for area in ("Piriformis, left", "Gluteus maximus, right"):
        tablet.locator("#last-time, #worked").get_by_role("button", name=area).first.tap()
        tablet.get_by_role("heading", name=area).wait_for()
        _tap(tablet, re.compile("Delicious"))
        _idle(tablet)
    for scope, side in (("massage", ""), ("glute", "L"), ("glute", "R")):
        form = f"#said form:has([name=scope][value={scope}]):has([name=side][value='{side}'])"
        tablet.locator(f"{form} button").first.tap()
        _idle(tablet)
    with tablet.expect_navigation():
        _tap(tablet, "Treatment finished, next: findings")

    for field, words in (("subjective", "Less sore."), ("assessment", "Better."), ("plan", "As today.")):
        tablet.locator(f"#id_{field}").fill(words)  # dictated
    tablet.locator("[data-pain] [name=after][value='2']").tap()
    tablet.locator("[name=response][value=better]").tap()
    tablet.locator("[name=adverse_event][value=no]").tap()
    _idle(tablet)
    with tablet.expect_navigation():
        _tap(tablet, "Next: check and sign", role="link")
    with tablet.expect_navigation():
        _tap(tablet, "Sign and lock")
    if "reauthenticate" in tablet.url:
        tablet.get_by_label("Password", exact=True).fill(factories.PASSWORD)
        tablet.keyboard.press("Enter")
        tablet.wait_for_url(re.compile("/notes/"))
        if not SessionNote.objects.latest("id").is_signed:
            press(tablet, "Sign and lock")

    assert SessionNote.objects.latest("id").is_signed
    assert len(tablet.touches) <= 14, len(tablet.touches)


def test_a_feeling_takes_two_taps_at_most_and_too_much_three_until_it_is_asked_again(tablet, people):
    note = draft(people.tess, decided_client(people.tess, first="Ada")[0])
    event(note)
    tablet.goto(f"/notes/{note.uuid}/")

    tablet.locator(".press label").nth(2).tap()
    _tap(tablet, re.compile("Delicious"))
    _idle(tablet)
    newest = TimelineEvent.objects.latest("seq")
    assert (newest.pressure, newest.comfort, len(tablet.touches)) == (3, 3, 2)

    tablet.touches.clear()
    _tap(tablet, re.compile("Too much"))
    tablet.get_by_role("button", name="Ease off one").tap()
    _tap(tablet, re.compile("Pleasant"))
    _idle(tablet)
    newest = TimelineEvent.objects.latest("seq")
    assert (newest.pressure, newest.comfort, len(tablet.touches)) == (2, 2, 3)


def test_a_tap_is_shown_with_no_answer_from_anywhere(tablet, people):
    note = draft(people.tess, decided_client(people.tess, first="Ada")[0])
    event(note)
    tablet.goto(f"/notes/{note.uuid}/")
    tablet.context.set_offline(True)

    _tap(tablet, re.compile("Delicious"))

    tablet.locator(".comf button.c3[aria-pressed='true']").wait_for()
    tablet.locator("#log li.kept").first.wait_for()
    tablet.get_by_text("1 kept here").wait_for()


def test_the_room_weighs_at_most_110_kb_at_first_and_20_later(tablet, people):
    note = draft_with_rows(people.tess, decided_client(people.tess, first="Ada")[0])
    first = weighed(tablet, lambda: tablet.goto(f"/notes/{note.uuid}/"))
    seen = set(first)
    assert sum(first.values()) <= 110_000, first

    for page in ("findings/", "sign/", ""):
        later = weighed(tablet, lambda page=page: tablet.goto(f"/notes/{note.uuid}/{page}"))
        again = {address for address in later if address in seen and "/static/" in address}
        new = {address: size for address, size in later.items() if address not in again}
        seen |= set(later)
        assert 0 < sum(new.values()) <= 20_000, (page, new)


def test_each_missing_part_takes_the_focus_to_where_it_is_filled_in(tablet, people):
    note = draft(people.tess, decided_client(people.tess, first="Ada")[0])
    event(note, comfort=5)
    signing = f"/notes/{note.uuid}/sign/"
    tablet.goto(signing)
    links = tablet.locator("ul.check a[href*='#']").evaluate_all("all => all.map(a => a.getAttribute('href'))")

    assert len(links) >= 8
    for link in links:
        tablet.goto(signing)
        tablet.locator(f"ul.check a[href='{link}']").first.tap()
        tablet.wait_for_url(f"**{link}")
        tablet.wait_for_function("place => document.activeElement.id === place", arg=link.partition("#")[2])
