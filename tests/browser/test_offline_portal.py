"""The portal on a phone without a network, in a real browser: the plan stays readable, ticks arrive exactly once.

And nothing stays behind: not at sign-out, not for the next person, not for a page that is not the plan's.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clinic.models import PortalRelation
from sessions.actions.plan import draft_plan, publish_plan
from sessions.models import StretchLog
from sessions.queries.plan import my_plan
from tests import factories
from tests.sessions.factories import decided_client, published_plan

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}
FOUR = ({}, {"stretch": "PR-02"}, {"stretch": "PR-03"}, {"stretch": "GL-01"})
TODAY, STRETCHES, STOP = (reverse(f"sessions:portal{name}") for name in ("", "_stretches", "_stop"))
KEPT = reverse("sessions:portal_kept")
WORDS_OF_THE_PLAN = "Go to where it starts to feel good."

ALL_KEPT = "async path => !!(await caches.match(path, {ignoreVary: true}))"
PATHS = """async () => {
    const found = [];
    for (const name of await caches.keys())
        for (const kept of await (await caches.open(name)).keys()) found.push(new URL(kept.url).pathname);
    return found;
}"""
LEFT = """async () => ({
    caches: await caches.keys(), databases: await indexedDB.databases(), local: {...localStorage},
    session: {...sessionStorage}, workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""
NOTHING = {"caches": [], "databases": [], "local": {}, "session": {}, "workers": 0}
WAITING = "async () => (await KeptTicks.all()).filter(tick => tick.refused === undefined).length"


@pytest.fixture
def plan(people):
    """Ana's published plan of four stretches; Ben has one of his own."""
    version = published_plan(people.tess, decided_client(people.tess, first="Ada")[0], *FOUR, message=WORDS_OF_THE_PLAN)
    version.account = factories.portal_user(version.plan.client, "ada@example.org")
    return version


@pytest.fixture
def other(plan):
    """The plan of another client of the same therapist, with words of its own."""
    client = decided_client(plan.created_by, first="Bela")[0]
    version = published_plan(plan.created_by, client, {"stretch": "PR-05"}, message="Breathe out slowly.")
    version.account = factories.portal_user(client, "bela@example.org")
    return version


def sign_in(context: Any, user: Any, address: str) -> None:
    """Give the browser a session of ``user``, in place of the one it has."""
    session = Browser()
    session.force_login(user)
    cookie = session.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": address}])


def wait_for(page: Any, question: str, given: Any = None) -> None:
    """Until an asynchronous ``question`` to the page is answered with something true."""
    until = time.monotonic() + 40
    while not page.evaluate(question, given):
        assert time.monotonic() < until, f"never: {question}"
        page.wait_for_timeout(50)


def keep(page: Any, path: str = TODAY) -> None:
    """Open a page online and wait until the worker has kept the plan."""
    page.goto(path)
    page.evaluate("async () => { await navigator.serviceWorker.ready }")
    wait_for(page, ALL_KEPT, KEPT)


@pytest.fixture
def phone(context, page, plan, live_server):
    """Ada's phone with her plan kept on it."""
    page.set_viewport_size(PHONE)
    sign_in(context, plan.account, live_server.url)
    keep(page)
    return page


def addresses(version: Any) -> list[str]:
    """The pages of the stretches of a plan."""
    return [reverse("sessions:portal_stretch", args=[item.uuid]) for item in version.items.all()]


def offline(page: Any, is_offline: bool = True) -> None:
    page.context.set_offline(is_offline)


def say(page: Any, felt: str) -> None:
    """Done; then how it felt."""
    page.get_by_role("link", name="Done", exact=True).click()
    with page.expect_navigation(wait_until="load"):
        page.locator(f"main button[name=felt][value='{felt}']").click()


def tick(page: Any, path: str, felt: str = "3") -> None:
    """Open a stretch and say how it felt."""
    page.goto(path)
    say(page, felt)


def wait_until_sent(page: Any) -> None:
    wait_for(page, f"async () => (await ({WAITING})()) === 0")


# --- reading ------------------------------------------------------------------------------------------------------


def test_the_plan_and_its_pictures_are_read_offline(phone, plan):
    offline(phone)

    for path in (TODAY, STRETCHES, STOP, *addresses(plan)):
        phone.goto(path)
        line = phone.locator("#offline[role=status]")
        line.get_by_text("You are offline.").wait_for()
        broken = phone.evaluate(
            "() => [...document.images].filter(one => (one.loading = 'eager') && !(one.complete && one.naturalWidth))"
            ".map(one => one.src)"
        )
        assert broken == [], path
        assert phone.evaluate("() => getComputedStyle(document.body).fontFamily").startswith('"Atkinson')
    phone.goto(TODAY)
    phone.get_by_text("You are offline.").wait_for()
    assert WORDS_OF_THE_PLAN in phone.locator("main").inner_text()
    assert f"This is your plan of {timezone.localdate():%-d %B %Y}" in phone.locator("#offline").inner_text()


@pytest.mark.exhaustive
def test_a_page_that_is_not_kept_says_so_and_leads_back(phone):
    offline(phone)

    phone.goto(reverse("sessions:portal_whose"))

    assert phone.get_by_role("heading", level=1).inner_text() == "This page opens when you are online"
    phone.locator("main").get_by_role("link", name="Today").click()
    phone.get_by_text("You are offline.").wait_for()


@pytest.mark.exhaustive
def test_a_server_that_is_down_is_like_no_network(phone, plan, monkeypatch):
    def down(_handler: Any, _environ: Any, start_response: Any) -> list[bytes]:
        start_response("503 Service Unavailable", [("Content-Length", "0")])
        return [b""]

    phone.goto(addresses(plan)[0])
    monkeypatch.setattr(WSGIHandler, "__call__", down)
    say(phone, "3")

    assert WORDS_OF_THE_PLAN in phone.locator("main").inner_text()
    assert phone.evaluate(WAITING) == 1


@pytest.mark.exhaustive
def test_a_new_version_replaces_what_is_kept(phone, plan):
    gone = addresses(plan)
    client, tess = plan.plan.client, plan.created_by
    newer = publish_plan(version=draft_plan(client=client, by=tess), message="Less is more.", by=tess)

    phone.goto(STOP)
    wait_for(phone, ALL_KEPT, addresses(newer)[-1])
    wait_for(phone, f"async path => !(await ({ALL_KEPT})(path))", gone[0])
    offline(phone)
    phone.goto(TODAY)

    assert "Less is more." in phone.locator("main").inner_text()
    assert not set(gone) & set(phone.evaluate(PATHS))


@pytest.mark.exhaustive
def test_yesterdays_page_does_not_say_done_today(phone, plan):
    path = addresses(plan)[0]
    tick(phone, path)
    phone.locator("main .tag--ok").wait_for()
    keep(phone)
    offline(phone)
    phone.clock.set_fixed_time(timezone.now() + timedelta(days=1))

    phone.goto(TODAY)

    phone.get_by_text("You are offline.").wait_for()
    assert not phone.locator("main .tag--ok").is_visible()


# --- what is kept, and what never is ------------------------------------------------------------------------------


def test_only_pages_and_files_of_the_plan_are_kept(phone, plan):
    allowed = {TODAY, STRETCHES, STOP, KEPT, reverse("sessions:portal_offline"), *addresses(plan)}

    for path in (reverse("sessions:portal_whose"), "/accounts/logout/", "/accounts/devices/", "/no-such-page/", TODAY):
        phone.goto(path)
    keep(phone)

    paths = phone.evaluate(PATHS)
    assert {path for path in paths if not path.startswith(settings.STATIC_URL)} == allowed


def test_pages_of_the_staff_are_never_kept(context, page, people, plan, live_server):
    sign_in(context, people.tess, live_server.url)

    for path in ("/my-day/", f"/clients/{people.ana.uuid}/", TODAY):
        page.goto(path)

    left = page.evaluate(LEFT)
    assert (left["caches"], left["workers"]) == ([], 0)
    assert {one["name"] for one in left["databases"]} <= {"outbox"}  # the treatment room's own, with nothing in it
    page.goto("/my-day/")
    assert page.evaluate("() => Outbox.entries()") == []


@pytest.mark.exhaustive
def test_a_phone_that_nobody_signed_in_on_keeps_nothing(page):
    for path in ("/accounts/login/", "/accounts/login/code/", TODAY):
        page.goto(path)

    assert page.evaluate(LEFT) == NOTHING


# --- ticks --------------------------------------------------------------------------------------------------------


def test_ten_ticks_made_offline_and_delivered_twice_are_ten_rows(phone, plan):
    offline(phone)
    for number in range(10):
        tick(phone, addresses(plan)[number % len(addresses(plan))], felt=str(number % 3 + 1))
    phone.locator("#offline").get_by_text("Kept on this phone, sent when you are online: 10").wait_for()
    made = phone.evaluate("() => KeptTicks.all()")
    assert StretchLog.objects.count() == 0

    offline(phone, False)
    wait_until_sent(phone)
    phone.evaluate("async ticks => { for (const {order, ...tick} of ticks) await KeptTicks.add(tick) }", made)
    keep(phone)
    wait_until_sent(phone)

    logs = StretchLog.objects.order_by("id")
    assert [log.comfort for log in logs] == [number % 3 + 1 for number in range(10)]
    assert {str(log.client_uuid) for log in logs} == {tick["key"] for tick in made}
    assert {log.on for log in logs} == {timezone.localdate()}


@pytest.mark.exhaustive
def test_what_waits_is_a_code_and_never_a_word(phone, plan):
    offline(phone)

    tick(phone, addresses(plan)[0], felt="2")

    (kept,) = phone.evaluate("() => KeptTicks.all()")
    assert set(kept) == {"order", "key", "account", "owner", "page", "on", "fields", "words", "nerve"}
    assert sorted(kept["fields"]) == [["client_uuid", kept["key"]], ["felt", "2"]]
    assert (kept["words"], kept["nerve"], kept["page"]) == (False, False, addresses(plan)[0])


@pytest.mark.exhaustive
def test_an_answer_that_was_lost_on_the_way_is_not_stored_twice(phone, plan):
    path = addresses(plan)[0]
    phone.goto(path)
    phone.evaluate(
        "async path => { const form = new FormData(document.querySelector('#felt')); form.set('felt', '3');"
        "  await fetch(path, {method: 'POST', body: form}); }",
        path,
    )
    assert StretchLog.objects.count() == 1
    offline(phone)
    say(phone, "3")

    offline(phone, False)
    wait_until_sent(phone)

    assert StretchLog.objects.count() == 1


@pytest.mark.exhaustive
def test_a_stretch_ticked_offline_looks_done_until_it_is_sent(phone, plan):
    offline(phone)

    tick(phone, addresses(plan)[0])

    card = phone.locator("main li", has=phone.locator(f"a[href='{addresses(plan)[0]}']"))
    card.get_by_text("Done. Kept on this phone").wait_for()


def test_a_nerve_sign_offline_shows_the_stop_page_and_rests_the_stretch_at_once(phone, plan):
    path = addresses(plan)[0]
    offline(phone)

    tick(phone, path, felt="nerve")

    assert phone.get_by_role("heading", level=1).inner_text() == "Stop signs"
    phone.get_by_text("Your therapist sees this when you are online.").wait_for()
    phone.goto(TODAY)
    phone.locator("main").get_by_text("Leave it out until we have spoken.").wait_for()
    assert phone.locator(f"main a[href='{path}']:visible").count() == 0
    phone.goto(STRETCHES)
    phone.locator("main").get_by_text("Leave it out until we have spoken.").wait_for()
    assert phone.locator("main .hand .how:visible").count() == len(addresses(plan)) - 1
    phone.goto(path)
    phone.locator("main > .paused:visible").wait_for()
    assert not phone.get_by_role("link", name="Done", exact=True).is_visible()


@pytest.mark.exhaustive
def test_a_second_nerve_sign_offline_rests_the_whole_plan(phone, plan):
    offline(phone)
    for path in addresses(plan)[:2]:
        tick(phone, path, felt="nerve")

    for path in (TODAY, STRETCHES, addresses(plan)[2]):
        phone.goto(path)
        phone.get_by_text("Your plan rests for now.").first.wait_for()
        assert phone.locator("main [data-stretch] a:visible, main .how:visible").count() == 0, path


def test_a_nerve_sign_made_offline_reaches_the_practice_though_a_finger_slipped_first(phone, plan):
    path = addresses(plan)[0]
    phone.goto(path)
    offline(phone)
    phone.evaluate(
        "async path => { const form = new FormData(document.querySelector('#felt')); form.set('felt', '3');"
        "  await fetch(path, {method: 'POST', body: form, redirect: 'manual'}); }",
        path,
    )
    say(phone, "nerve")

    offline(phone, False)
    wait_until_sent(phone)

    assert set(StretchLog.objects.values_list("comfort", "sensation")) == {(3, ""), (None, "nerve")}
    item = my_plan(plan.plan.client, on=timezone.localdate()).items[0]
    assert "went down the leg" in item.paused_because


@pytest.mark.exhaustive
def test_a_tick_of_a_week_ago_is_refused_with_a_sentence(phone, plan):
    offline(phone)
    tick(phone, addresses(plan)[0])
    day = timezone.localdate() - timedelta(days=7)
    phone.evaluate("async on => KeptTicks.put({...(await KeptTicks.all())[0], on})", str(day))

    offline(phone, False)

    refused = phone.get_by_text(f"A stretch you ticked on {day:%-d %B} could not be added.")
    refused.wait_for()
    assert "Choose today or one of the last six days." in refused.inner_text()
    refused.get_by_role("button", name="All right").click()
    refused.wait_for(state="detached")
    assert StretchLog.objects.count() == 0


@pytest.mark.exhaustive
def test_a_tick_made_on_the_day_before_is_stored_for_that_day(phone, plan):
    yesterday = timezone.localdate() - timedelta(days=1)
    offline(phone)
    tick(phone, addresses(plan)[0])
    phone.evaluate("async on => KeptTicks.put({...(await KeptTicks.all())[0], on})", str(yesterday))

    offline(phone, False)
    wait_until_sent(phone)

    assert StretchLog.objects.get().on == yesterday


# --- nothing stays behind -----------------------------------------------------------------------------------------


def sign_out(page: Any) -> None:
    page.get_by_role("button", name="Sign out").click()


def test_after_signing_out_nothing_is_left(phone):
    sign_out(phone)
    phone.wait_for_url("**/accounts/login/**")

    assert phone.evaluate(LEFT) == NOTHING
    offline(phone)
    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
        phone.goto(TODAY)


@pytest.mark.exhaustive
def test_signing_out_elsewhere_on_the_site_leaves_nothing_either(phone):
    phone.goto("/accounts/logout/")

    phone.get_by_role("button", name="Sign out").last.click()
    phone.wait_for_url("**/accounts/login/**")

    assert phone.evaluate(LEFT) == NOTHING


@pytest.mark.exhaustive
def test_signing_out_sends_what_waits_first(phone, plan):
    offline(phone)
    tick(phone, addresses(plan)[0])
    phone.evaluate("() => window.addEventListener('online', (event) => event.stopImmediatePropagation(), true)")
    offline(phone, False)

    sign_out(phone)
    phone.wait_for_url("**/accounts/login/**")

    assert StretchLog.objects.count() == 1
    assert phone.evaluate(LEFT) == NOTHING


@pytest.mark.exhaustive
def test_signing_out_offline_asks_and_stays(phone, plan):
    offline(phone)
    tick(phone, addresses(plan)[0])

    sign_out(phone)
    phone.get_by_role("dialog").get_by_text("Ticks that are only on this phone: 1").wait_for()
    phone.get_by_role("button", name="Stay signed in").click()

    assert phone.evaluate(WAITING) == 1
    phone.goto(TODAY)
    assert WORDS_OF_THE_PLAN in phone.locator("main").inner_text()


@pytest.mark.exhaustive
def test_signing_out_offline_throws_away_when_told_to(phone, plan):
    offline(phone)
    tick(phone, addresses(plan)[0])

    sign_out(phone)
    phone.get_by_role("button", name="Throw away what waits (1) and remove the plan").click()
    phone.get_by_role("heading", name="The plan is no longer on this phone").wait_for()

    assert phone.evaluate(LEFT) == NOTHING
    offline(phone, False)
    phone.goto(STOP)
    assert StretchLog.objects.count() == 0


def test_a_session_that_ended_takes_the_plan_with_it(phone):
    Session.objects.all().delete()

    phone.goto(TODAY)
    phone.wait_for_url("**/accounts/login/**")

    wait_for(phone, "async () => (await caches.keys()).length === 0")


@pytest.mark.exhaustive
def test_the_next_person_on_the_phone_never_sees_the_first_ones_plan(phone, plan, other, live_server):
    sign_in(phone.context, other.account, live_server.url)
    keep(phone)
    wait_for(phone, ALL_KEPT, addresses(other)[0])
    offline(phone)

    shown = ""
    for path in (TODAY, STRETCHES, STOP, *addresses(plan)):
        phone.goto(path)
        shown += phone.content()

    assert "Breathe out slowly." in shown
    assert WORDS_OF_THE_PLAN not in shown
    assert not set(addresses(plan)) & set(phone.evaluate(PATHS))


@pytest.mark.exhaustive
def test_a_sign_in_page_forgets_the_plan_of_a_session_that_is_over(phone, live_server):
    phone.context.clear_cookies()

    phone.goto("/accounts/login/code/")

    wait_for(phone, "async () => (await caches.keys()).length === 0")


@pytest.mark.exhaustive
def test_ticks_of_another_account_are_thrown_away_unsent(phone, plan, other, live_server):
    offline(phone)
    tick(phone, addresses(plan)[0])
    sign_in(phone.context, other.account, live_server.url)
    offline(phone, False)

    keep(phone)

    wait_for(phone, "async () => (await KeptTicks.all()).length === 0")
    assert StretchLog.objects.count() == 0


@pytest.mark.exhaustive
def test_ticks_outlive_a_session_that_ended_and_are_sent_after_the_next_sign_in(phone, plan, live_server):
    offline(phone)
    tick(phone, addresses(plan)[0])
    Session.objects.all().delete()
    offline(phone, False)
    phone.goto(TODAY)
    phone.wait_for_url("**/accounts/login/**")

    sign_in(phone.context, plan.account, live_server.url)
    keep(phone)
    wait_until_sent(phone)

    assert StretchLog.objects.count() == 1


@pytest.mark.exhaustive
def test_choosing_whose_plan_changes_what_is_kept(context, page, plan, other, live_server):
    parent = factories.portal_user(plan.plan.client, "parent@example.org", PortalRelation.PARENT)
    factories.portal_user(other.plan.client, "parent@example.org", PortalRelation.PARENT)
    sign_in(context, parent, live_server.url)
    page.goto(TODAY)
    page.get_by_role("button", name="Ada").click()
    keep(page)
    offline(page)
    tick(page, addresses(plan)[0])
    offline(page, False)

    page.goto(reverse("sessions:portal_whose"))
    page.get_by_role("button", name="Bela").click()
    keep(page)
    wait_for(page, ALL_KEPT, addresses(other)[0])

    assert StretchLog.objects.get().client == plan.plan.client
    assert not set(addresses(plan)) & set(page.evaluate(PATHS))


# --- for everybody ------------------------------------------------------------------------------------------------


def test_the_offline_pages_have_no_barrier(phone, plan):
    phone.context.add_init_script(AXE_SCRIPT)
    phone.emulate_media(reduced_motion="reduce")  # no colour is measured half-way to another
    offline(phone)
    tick(phone, addresses(plan)[0])
    tick(phone, addresses(plan)[1], felt="nerve")

    found = []
    for path in (TODAY, STOP, reverse("sessions:portal_whose"), addresses(plan)[1]):
        phone.goto(path)
        phone.locator("#offline > p").first.wait_for()
        for width in (320, 390):
            phone.set_viewport_size({"width": width, "height": 844})
            result = phone.evaluate("() => axe.run()")
            found += [(path, width, one["id"], one["nodes"][0]["html"]) for one in result["violations"]]
    phone.goto(TODAY)
    sign_out(phone)
    phone.get_by_role("dialog").wait_for()
    found += [("dialog", 320, one["id"]) for one in phone.evaluate("() => axe.run()")["violations"]]

    assert found == []


@pytest.mark.exhaustive
def test_the_portal_can_be_installed(phone):
    chromium = phone.context.new_cdp_session(phone)

    manifest = chromium.send("Page.getAppManifest")
    errors = chromium.send("Page.getInstallabilityErrors")["installabilityErrors"]

    assert manifest["errors"] == []
    assert [one["errorId"] for one in errors if one["errorId"] != "in-incognito"] == []


@pytest.mark.exhaustive
def test_without_a_script_the_portal_works_as_before(browser, live_server, plan):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False, viewport=PHONE)
    sign_in(context, plan.account, live_server.url)
    page = context.new_page()

    tick(page, addresses(plan)[0])

    assert page.get_by_text("Done. Thank you.").is_visible()
    assert StretchLog.objects.count() == 1
    context.close()
