"""The client's pages on a phone: the guided hold, taps counted, with and without scripts, at every width and zoom."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from types import SimpleNamespace

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sessions.actions.plan import log_stretch
from sessions.models import StretchLog
from tests import factories
from tests.browser.conftest import CHECKS
from tests.browser.weights import weighed
from tests.sessions.factories import decided_client, published_plan, therapist

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}
#: Both sides one after the other; counted; one long hold.
ITEMS = (
    {"stretch": "PR-01", "side": "B", "repetitions": 2},
    {"stretch": "GL-02", "side": "B", "hold_seconds": 0, "repetitions": 10, "sets": 2},
    {"stretch": "BR-01", "side": "B", "hold_seconds": 300, "repetitions": 1},
)
#: What the browser can do and headless Chromium cannot: counted, in the order of the calls.
STUBS = """
window.__calls = [];
Object.defineProperty(navigator, "wakeLock", {value: {request: async kind => {
  __calls.push(`awake ${kind}`);
  const lock = new EventTarget();
  lock.release = async () => { __calls.push("asleep"); lock.dispatchEvent(new Event("release")); };
  return lock;
}}});
navigator.vibrate = pattern => { __calls.push(`buzz ${pattern}`); return true; };
"""
TOUCHES = "addEventListener('touchstart', () => __touched(), true)"


@pytest.fixture
def home(live_server):
    """Ana with a plan of three stretches, and the cookies of her account."""
    tess = therapist()
    ana, _decision = decided_client(tess)
    version = published_plan(tess, ana, *ITEMS, message="Slowly.", at=timezone.now() - timedelta(days=9))
    signed_in = Client()
    account = factories.portal_user(ana, "ana@example.org")
    signed_in.force_login(account, backend=settings.AUTHENTICATION_BACKENDS[0])
    cookies = [{"name": key, "value": one.value, "url": live_server.url} for key, one in signed_in.cookies.items()]
    both, counted, long = version.items.all()
    return SimpleNamespace(cookies=cookies, both=both, counted=counted, long=long, ana=ana, account=account)


@pytest.fixture
def opened(browser, live_server, home):
    """Makes a phone that is signed in as Ana; closes it in the end. An error in a script fails the test.

    Without the worker that keeps pages for later: it asks for them behind the page, whatever a test is about.
    """
    profiles, problems = [], []

    def phone(**changes):
        profile = browser.new_context(
            base_url=live_server.url, viewport=PHONE, has_touch=True, is_mobile=True, service_workers="block", **changes
        )
        profile.set_default_timeout(30_000)
        profile.add_cookies(home.cookies)
        profiles.append(profile)
        page = profile.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        return page

    yield phone
    for profile in profiles:
        profile.close()
    assert problems == []


@pytest.fixture
def phone(opened):
    """A phone whose clock the test moves, and which tells when it keeps awake or vibrates."""
    page = opened(reduced_motion="no-preference")
    page.add_init_script(STUBS)
    stand_still(page)
    return page


def stand_still(page) -> None:
    """From now on time passes only when the test says so."""
    page.clock.install(time="2026-06-20T12:00:00")
    page.clock.pause_at("2026-06-20T12:00:01")


def begin(page, item) -> None:
    """Open the page of a stretch, start the timer and get into position."""
    page.goto(reverse("sessions:portal_stretch", args=[item.uuid]))
    start(page)


def start(page) -> None:
    """Start the timer and get into position."""
    page.get_by_role("button", name="Start", exact=True).tap()
    page.get_by_role("button", name="I am ready").tap()


def ring(page) -> tuple[str, str, str]:
    """What stands at the ring: title, number, cue."""
    return tuple(page.locator(f"[data-hold-{part}]").inner_text() for part in ("title", "count", "cue"))


def calls(page) -> list[str]:
    return page.evaluate("() => __calls")


# --- the guided hold ----------------------------------------------------------------------------------------------


def test_the_ring_leads_through_holds_rest_and_the_change_of_sides(phone, home):
    phone.goto(reverse("sessions:portal_stretch", args=[home.both.uuid]))
    phone.get_by_role("button", name="Start", exact=True).tap()
    phone.clock.run_for(90_000)
    seen = [ring(phone)]
    phone.get_by_role("button", name="I am ready").tap()
    seen.append(ring(phone))
    for seconds in (30, 10, 30, 10, 30):
        phone.clock.run_for(seconds * 1000)
        seen.append(ring(phone))

    assert seen == [
        ("Get into position, right side", "", "take your time"),
        ("Hold 1 of 2, right side", "30", "breathe in …"),
        ("Rest", "10", "let go, breathe"),
        ("Hold 2 of 2, right side", "30", "breathe in …"),
        ("Now the left side", "10", "Pause for more time"),
        ("Hold 1 of 2, left side", "30", "breathe in …"),
        ("Rest", "10", "let go, breathe"),
    ]


@pytest.mark.exhaustive
def test_the_picture_turns_with_the_side(phone, home):
    begin(phone, home.both)
    turned = [phone.locator(".prev .pic--mirrored").count()]
    phone.clock.run_for(80_000)
    turned.append(phone.locator(".prev .pic--mirrored").count())

    assert ring(phone)[0] == "Hold 1 of 2, left side"
    assert turned == [0, 1]


@pytest.mark.exhaustive
def test_the_breath_goes_in_for_four_seconds_and_out_for_six(phone, home):
    begin(phone, home.long)
    title = ring(phone)[0]
    cues = []
    for _second in range(11):
        cues.append(ring(phone)[2])
        phone.clock.run_for(1000)

    assert cues == ["breathe in …"] * 4 + ["breathe out …"] * 6 + ["breathe in …"]
    assert ring(phone)[1] == "4:49"
    assert title == "Breathe"


@pytest.mark.exhaustive
def test_repetitions_are_counted_at_their_tempo(phone, home):
    begin(phone, home.counted)
    seen = [ring(phone)]
    for _half in range(3):
        phone.clock.run_for(3000)
        seen.append(ring(phone))

    assert [(count, cue) for _title, count, cue in seen] == [
        ("1", "of 10 · slowly out …"),
        ("1", "of 10 · slowly back …"),
        ("2", "of 10 · slowly out …"),
        ("2", "of 10 · slowly back …"),
    ]
    assert seen[0][0] == "Set 1 of 2: 10 times"


@pytest.mark.exhaustive
def test_after_a_while_in_the_background_the_ring_is_where_the_clock_is(phone, home):
    begin(phone, home.both)

    phone.clock.fast_forward(30_000 + 10_000 + 12_000)  # one look at most in all that time
    phone.clock.run_for(200)

    assert ring(phone)[:2] == ("Hold 2 of 2, right side", "18")


@pytest.mark.exhaustive
def test_paused_it_stands_still_and_goes_on_where_it_was(phone, home):
    begin(phone, home.both)
    phone.clock.run_for(10_000)
    phone.get_by_role("button", name="Pause").tap()
    phone.clock.run_for(60_000)
    paused = ring(phone)
    phone.get_by_role("button", name="Go on").tap()
    phone.clock.run_for(5000)

    assert paused == ("Hold 1 of 2, right side", "20", "Paused")
    assert ring(phone)[1] == "15"


@pytest.mark.exhaustive
def test_stopped_it_begins_again_from_the_start(phone, home):
    begin(phone, home.both)
    phone.clock.run_for(20_000)
    phone.get_by_role("button", name="Pause").tap()
    phone.get_by_role("button", name="Stop and begin again").tap()
    hidden = phone.locator("[data-hold]").is_hidden()
    phone.get_by_role("button", name="Start", exact=True).tap()

    assert hidden
    assert ring(phone)[0] == "Get into position, right side"


@pytest.mark.exhaustive
def test_the_end_says_so_and_waits_for_nothing(phone, home):
    begin(phone, home.both)
    phone.clock.run_for(200_000)

    assert ring(phone)[0] == "All done"
    assert phone.locator("[data-hold-said]").inner_text() == "That was the last one. Choose Done."
    assert phone.get_by_role("button", name="Once more").is_visible()


@pytest.mark.exhaustive
def test_done_never_waits_for_the_timer(phone, home):
    begin(phone, home.both)
    phone.clock.run_for(2_000)
    phone.get_by_role("link", name="Done").tap()
    at_the_question = phone.get_by_role("heading", name="How did that feel?").is_visible()
    phone.get_by_role("link", name="Back").tap()

    assert at_the_question
    assert ring(phone)[2] == "Paused"


@pytest.mark.exhaustive
def test_a_screen_reader_hears_the_changes_and_not_the_seconds(phone, home):
    begin(phone, home.both)
    phone.evaluate(
        """() => { window.__said = []; const line = document.querySelector("[data-hold-said]");
        new MutationObserver(() => __said.push(line.textContent)).observe(line, {childList: true}) }"""
    )
    for _step in range(35):
        phone.clock.run_for(1000)

    assert phone.evaluate("() => __said") == ["Rest"]
    assert phone.locator("[role=timer]").get_attribute("aria-live") is None


@pytest.mark.exhaustive
def test_the_screen_stays_awake_while_it_runs_and_no_longer(phone, home):
    begin(phone, home.both)
    phone.clock.run_for(1000)
    phone.get_by_role("button", name="Pause").tap()
    phone.get_by_role("button", name="Go on").tap()
    phone.clock.run_for(200_000)

    assert calls(phone) == ["awake screen", "asleep", "awake screen", "asleep"]


@pytest.mark.exhaustive
def test_it_vibrates_at_each_change_only_when_asked_to(phone, home):
    begin(phone, home.both)
    phone.clock.run_for(1000)
    before = [call for call in calls(phone) if call.startswith("buzz")]
    phone.locator("[data-hold-shake]").tap()
    phone.clock.run_for(200_000)

    assert before == []
    assert [call for call in calls(phone) if call.startswith("buzz")] == ["buzz 200"] * 6 + ["buzz 200,100,200"]


@pytest.mark.exhaustive
def test_somebody_who_is_still_sore_does_half_a_round(phone, home):
    log_stretch(
        client=home.ana,
        item_uuid=home.both.uuid,
        client_uuid=uuid.uuid4(),
        on=timezone.localdate() - timedelta(days=1),
        by=home.account,
    )
    phone.goto(reverse("sessions:portal_stretch", args=[home.both.uuid]))
    phone.locator("[name=sore][value=yes]").tap()
    start(phone)
    half = ring(phone)[0]
    phone.locator("[name=sore][value=no]").tap()
    start(phone)

    assert half == "Hold, right side"
    assert ring(phone)[0] == "Hold 1 of 2, right side"


@pytest.mark.exhaustive
def test_a_browser_without_wake_lock_and_vibration_runs_the_same(opened, home):
    page = opened()
    page.add_init_script("delete Navigator.prototype.wakeLock; delete Navigator.prototype.vibrate")
    stand_still(page)
    begin(page, home.both)
    page.clock.run_for(2000)

    assert ring(page)[0] == "Hold 1 of 2, right side"
    assert page.get_by_text("Vibrate at every change").is_hidden()


@pytest.mark.exhaustive
def test_with_reduced_motion_the_ring_steps_once_a_second(opened, home):
    page = opened(reduced_motion="reduce")
    stand_still(page)
    begin(page, home.both)
    drawn = []
    for _look in range(10):
        page.clock.run_for(200)
        drawn.append(page.locator("[data-hold-arc]").get_attribute("stroke-dashoffset"))

    assert len(set(drawn)) <= 3
    assert page.locator("[data-hold-arc]").evaluate("arc => getComputedStyle(arc).transitionDuration") == "0s"


def test_the_keyboard_alone_runs_pauses_and_ends_it(phone, home):
    phone.goto(reverse("sessions:portal_stretch", args=[home.both.uuid]))
    go = phone.locator("[data-hold-go]")
    go.focus()
    phone.keyboard.press("Enter")
    phone.keyboard.press("Enter")
    phone.clock.run_for(1000)
    phone.keyboard.press("Space")
    paused = (go.inner_text(), go.evaluate("button => button === document.activeElement"))
    phone.keyboard.press("Tab")
    phone.keyboard.press("Enter")

    assert paused == ("Go on", True)
    assert phone.get_by_role("button", name=re.compile("^Delicious")).is_visible()


STORED = (
    "async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).map(each => each.name)]"
)


@pytest.mark.exhaustive
def test_the_guided_hold_stores_nothing(phone, home):
    phone.goto(reverse("sessions:portal_stretch", args=[home.both.uuid]))
    before = phone.evaluate(STORED)
    start(phone)
    phone.locator("[data-hold-shake]").tap()
    phone.clock.run_for(20_000)

    assert phone.evaluate(STORED) == before
    assert before[:2] == [0, 0]


def test_without_scripts_the_round_is_a_list_to_tick_and_the_answer_is_kept(opened, home):
    page = opened(java_script_enabled=False)
    page.goto(reverse("sessions:portal_stretch", args=[home.both.uuid]))
    lines = page.locator(".rounds li").all_inner_texts()
    page.locator(".rounds label").first.tap()
    ticked = page.locator(".rounds input").first.is_checked()
    page.get_by_role("link", name="Done").tap()
    page.get_by_role("button", name=re.compile("^Pleasant")).tap()
    page.get_by_text("Done · pleasant").wait_for()

    assert [" ".join(line.split()) for line in lines] == [
        "Get into position, right side",
        "Hold 1 of 2, right side 30 seconds",
        "Rest: 10 seconds",
        "Hold 2 of 2, right side 30 seconds",
        "Now the left side",
        "Hold 1 of 2, left side 30 seconds",
        "Rest: 10 seconds",
        "Hold 2 of 2, left side 30 seconds",
    ]
    assert ticked
    assert page.locator("[data-hold]").count() == 0
    assert StretchLog.objects.get().comfort == 2


# --- taps ---------------------------------------------------------------------------------------------------------


def counting(page) -> list[int]:
    """The touches of the page from now on, over all its addresses."""
    touches: list[int] = []
    page.context.expose_binding("__touched", lambda source: touches.append(1))
    page.context.add_init_script(TOUCHES)
    return touches


def test_one_stretch_is_done_with_its_timer_and_logged_in_at_most_five_taps(phone, home):
    touches = counting(phone)
    phone.goto(reverse("sessions:portal"))
    phone.get_by_role("link", name=re.compile("^Start")).first.tap()
    start(phone)
    phone.clock.run_for(200_000)
    phone.get_by_role("link", name="Done").tap()
    phone.get_by_role("button", name=re.compile("^Delicious")).tap()
    phone.get_by_text("Done · delicious").wait_for()

    assert StretchLog.objects.get().comfort == 3
    assert len(touches) == 5


PAGES = (
    "portal",
    "portal_stretches",
    "portal_stretch",
    "portal_not_right",
    "portal_progress",
    "portal_text_size",
    "portal_stop",
)
#: One page like the others is one more case; the page with the most in it and the one to stop are always opened.
THINNED = [
    name if name in ("portal_stretch", "portal_stop") else pytest.param(name, marks=pytest.mark.exhaustive)
    for name in PAGES
]


@pytest.mark.parametrize("name", THINNED)
def test_from_every_page_the_number_to_call_is_at_most_two_taps_away(phone, home, name):
    touches = counting(phone)
    phone.goto(reverse(f"sessions:{name}", args=[home.both.uuid] if name == "portal_stretch" else []))
    way = phone.locator(f"a[href='{reverse('sessions:portal_stop')}']:visible").last
    box = way.bounding_box()
    way.tap()
    phone.wait_for_url(f"**{reverse('sessions:portal_stop')}")
    call = phone.locator("a[href^='tel:']").first
    call.evaluate("link => link.addEventListener('click', event => event.preventDefault())")
    call.tap()

    assert box["y"] + box["height"] <= PHONE["height"], "It is on the screen without scrolling."
    assert len(touches) <= 2


# --- weight ------------------------------------------------------------------------------------------------------


def test_the_first_page_weighs_at_most_130_kb_and_the_next_at_most_20(opened):
    page = opened()
    first = weighed(page, lambda: page.goto(reverse("sessions:portal")))
    start = page.get_by_role("link", name=re.compile("^Start")).nth(1).get_attribute("href")
    later = weighed(page, lambda: page.goto(start))
    new = {address: size for address, size in later.items() if address not in first}

    assert sum(address.endswith(".svg") for address in first) >= 3, "Pictures of three stretches are in it."
    assert sum(first.values()) <= 130_000, first
    assert 0 < sum(new.values()) <= 20_000, new


# --- every width, every size of text ------------------------------------------------------------------------------


def looked_over(page, *, targets: int = 44) -> list[str]:
    run = {"targets": targets, "axe": True, "unfold": True}
    return page.evaluate("run => __checks.at_width(run)", run)


def shown(page, name, home) -> None:
    """Bring up a page of the portal in one of its states."""
    if name in ("running", "felt"):
        begin(page, home.both)
        if name == "felt":
            page.get_by_role("link", name="Done").tap()
    else:
        page.goto(reverse(f"sessions:{name}", args=[home.both.uuid] if name == "portal_stretch" else []))


@pytest.mark.parametrize("name", ["portal", *THINNED[1:], "running", "felt"])
def test_nothing_stands_in_the_way_at_any_width_zoom_or_size_of_text(opened, home, name):
    page = opened(reduced_motion="reduce")
    page.add_init_script(AXE_SCRIPT)
    page.add_init_script(path=str(CHECKS))
    shown(page, name, home)
    found = []
    for width, height in ((320, 640), (360, 740), (390, 844), (320, 256)):  # the last: 1280 by 1024 at 400 %
        page.set_viewport_size({"width": width, "height": height})
        found += [f"{width}×{height}: {one}" for one in looked_over(page, targets=44 if width > 320 else 0)]
    page.evaluate("() => { document.documentElement.dataset.textSize = 'largest' }")
    for width in (320, 390):
        page.set_viewport_size({"width": width, "height": 740})
        found += [f"largest text at {width}: {one}" for one in looked_over(page)]

    assert found == []


@pytest.mark.exhaustive
def test_the_chosen_text_size_is_on_every_page_and_stays(phone, home):
    phone.goto(reverse("sessions:portal"))
    phone.get_by_role("link", name="Text size").tap()
    phone.get_by_role("button", name="Largest").tap()
    phone.wait_for_url(f"**{reverse('sessions:portal')}")
    phone.goto(reverse("sessions:portal_stop"))

    assert phone.evaluate("() => getComputedStyle(document.documentElement).fontSize") == "22px"
