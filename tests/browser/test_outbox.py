"""The treatment room on bad Wi-Fi, in a real browser: shown at once, kept sealed, sent in order, stored once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from sessions.models import SessionNote, TimelineEvent, VerbalConsent
from tests import factories
from tests.journeys.by_hand import sign_in
from tests.sessions.factories import decided_client, draft, draft_with_rows

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TABLET = {"width": 820, "height": 1180}
PIRIFORMIS = "Piriformis, right"
WAITING = "() => Outbox.entries().length"
STORED = """async () => {
    const answer = (asked) => new Promise((resolve) => { asked.onsuccess = () => resolve(asked.result); });
    const base = await answer(indexedDB.open("outbox"));
    const rows = await answer(base.transaction("entries").objectStore("entries").getAll());
    base.close();
    return rows.map((row) => new TextDecoder("latin1").decode(row.secret) + JSON.stringify(row));
}"""


@pytest.fixture
def note(people):
    """An open note of Tess."""
    return draft(people.tess, decided_client(people.tess, first="Ada")[0])


@pytest.fixture
def room(page, people, note):
    """Its treatment page on a tablet."""
    page.set_viewport_size(TABLET)
    sign_in(page, people.tess.email)
    page.goto(f"/notes/{note.uuid}/")
    return page


def begin(page, place=PIRIFORMIS):
    """Choose where the hands are, from the list."""
    opened = "all => all.forEach((one) => { one.hidden = false; one.open = true; })"
    page.locator("#picker details").evaluate_all(opened)
    page.get_by_role("button", name=re.compile(place)).first.click()
    page.get_by_role("heading", name=place).wait_for()


def tap(page, name):
    """One tap in the panel."""
    page.locator("#event-form").get_by_role("button", name=re.compile(name)).first.click()


def all_sent(page):
    """Wait until nothing is left on the device."""
    page.wait_for_function("() => Outbox.entries().length === 0")


def keep_one(page, context, feeling="Delicious"):
    """Work has begun, the network is gone, and one tap is kept on the device."""
    begin(page)
    all_shown(page)
    context.set_offline(True)
    tap(page, feeling)
    page.get_by_text("1 kept here").wait_for()


def until(page, holds):
    """Wait until ``holds`` is true, and nothing is left on the device."""
    for _ in range(100):
        if holds():
            break
        page.wait_for_timeout(100)
    all_sent(page)


def all_shown(page):
    """Wait until the room shows what the server has."""
    all_sent(page)
    page.wait_for_function("() => !document.querySelector('#log li.kept')")


def line(page):
    """What the save line says."""
    return page.locator("#save-line").inner_text()


def rows(note):
    """What is stored: (kind, side, pressure, source, comfort) in order."""
    found = TimelineEvent.objects.filter(note=note, void=None).order_by("seq")
    return [(row.kind, row.side, row.pressure, row.pressure_source, row.comfort) for row in found]


def test_a_tap_is_shown_at_once_and_stored_without_leaving_the_page(room, note):
    begin(room)
    room.locator(".press label.p2").click()
    tap(room, "Delicious")
    all_sent(room)
    room.locator("#log li:not(.kept)").nth(1).wait_for()

    assert rows(note) == [("start_region", "R", 0, "carried", None), ("comfort", "R", 2, "tapped", 3)]
    assert re.match(r"Saved \d\d:\d\d:\d\d", line(room))
    felt = room.locator(".comf button[aria-pressed=true]")
    assert felt.inner_text() == "Delicious"
    assert felt.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"


def test_the_tapped_feeling_is_marked_while_the_finger_has_just_left_it(room, context):
    keep_one(room, context)

    felt = room.locator(".comf button[aria-pressed=true]")

    assert felt.evaluate("one => document.activeElement === one")
    assert felt.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"


def test_without_a_network_every_tap_is_seen_and_kept_and_later_stored_in_order(room, context, note):
    begin(room)
    all_shown(room)
    context.set_offline(True)

    room.locator(".press label.p2").click()
    tap(room, "Pleasant")
    tap(room, "Too much")
    tap(room, "Ease off one")
    tap(room, "Pleasant")
    begin(room, "Gluteus medius, left")
    tap(room, "Delicious")
    room.get_by_text("Offline · 6 kept here").wait_for()

    kept = room.locator("#log li.kept b[data-what]").all_inner_texts()
    assert kept == ["Delicious", "Gluteus medius, left", "Pleasant", "Ease off one", "Too much", "Pleasant"]
    assert len(rows(note)) == 1

    context.set_offline(False)
    all_sent(room)
    assert [row[:3] + row[4:] for row in rows(note)[1:]] == [
        ("comfort", "R", 2, 2),
        ("comfort", "R", 2, 5),
        ("adjust", "R", 1, None),
        ("comfort", "R", 1, 2),
        ("start_region", "L", 0, None),
        ("comfort", "L", 0, 3),
    ]
    room.wait_for_function("() => document.querySelectorAll('#log li.kept').length === 0")
    assert room.locator("#log li").count() == 7


def test_what_is_kept_is_sealed(room, context, note):
    keep_one(room, context, "Too much")

    (kept,) = room.evaluate(STORED)

    assert not any(word in kept for word in ("MUS_PIR", "tap=c5", "Too much", str(note.uuid)))
    assert "MUS" not in room.evaluate("() => JSON.stringify({...localStorage, ...sessionStorage})")


def test_a_tap_that_waited_keeps_its_time(room, context, note):
    keep_one(room, context)
    room.wait_for_timeout(3000)
    context.set_offline(False)
    all_sent(room)

    late = timezone.now() - TimelineEvent.objects.latest("seq").at
    assert timedelta(seconds=2.5) < late < timedelta(seconds=20)


def test_undone_before_it_was_sent_it_was_never_there(room, context, note):
    keep_one(room, context)
    tap(room, "Too much")
    room.get_by_text("2 kept here").wait_for()

    room.locator("#log li.kept").first.get_by_role("button", name="Undo").click()
    room.get_by_text("1 kept here").wait_for()
    context.set_offline(False)
    all_sent(room)

    all_shown(room)
    assert [row[4] for row in rows(note)] == [None, 3]
    assert TimelineEvent.objects.filter(note=note).count() == 2
    assert room.locator(".owed").is_hidden()


def test_taps_outlive_the_page_and_are_sent_by_the_next_one(room, context, note):
    begin(room)
    all_sent(room)
    room.route("**/event/", lambda route: route.abort())
    tap(room, "Delicious")
    room.get_by_text("1 kept here").wait_for()

    room.close()
    other = context.new_page()
    other.goto("/my-day/")

    until(other, lambda: rows(note)[-1][4] == 3)


def test_beyond_the_limits_a_kept_tap_is_refused_with_its_sentence_and_stays_to_be_read(room, note):
    begin(room)
    all_sent(room)
    thrust = "technique=TQ_THRUST"
    room.route("**/event/", lambda it: it.continue_(post_data=re.sub(r"technique=\w+", thrust, it.request.post_data)))
    tap(room, "Delicious")

    card = room.locator("#refusals section")
    card.wait_for()
    assert "This technique is not allowed today. Choose another." in card.inner_text()
    assert card.locator("p").all_inner_texts() == ["Technique: This technique is not allowed today. Choose another."]
    room.locator("#save-line", has_text="Not saved").wait_for()
    assert [row[0] for row in rows(note)] == ["start_region"]

    room.unroute("**/event/")
    room.reload()
    card.get_by_text("Technique: This technique is not allowed today. Choose another.").wait_for()

    card.get_by_role("button", name="All right").click()
    all_sent(room)
    assert room.locator("#log li").count() == 1


def test_a_yes_said_aloud_and_the_end_go_the_same_way(room, context, note):
    context.set_offline(True)
    room.locator("#said").get_by_role("button", name="massage today").click()
    room.get_by_text("1 kept here").wait_for()
    context.set_offline(False)
    all_sent(room)
    assert VerbalConsent.objects.get().scope == "massage"

    room.get_by_role("button", name="Treatment finished").click()
    room.wait_for_url("**/findings/")
    assert SessionNote.objects.get(pk=note.pk).ended_at is not None


def test_signed_out_in_between_one_signs_in_on_the_spot_and_goes_on(room, people, note):
    begin(room)
    all_sent(room)
    Session.objects.all().delete()
    tap(room, "Delicious")

    dialog = room.locator("#sign-in-again")
    for password in ("wrong", factories.PASSWORD):
        dialog.locator("input[name=login]").fill(people.tess.email)
        dialog.locator("input[name=password]").fill(password)
        dialog.get_by_role("button", name="Sign in", exact=True).click()
        if password == "wrong":
            dialog.locator(".err-sum").wait_for()
    all_sent(room)

    assert rows(note)[-1][4] == 3
    assert room.url.endswith(f"/notes/{note.uuid}/")


def test_who_does_not_sign_in_now_is_not_asked_again_but_can(room, note):
    begin(room)
    all_sent(room)
    Session.objects.all().delete()
    tap(room, "Delicious")
    dialog = room.locator("#sign-in-again")
    dialog.get_by_role("button", name="Not now").click()

    room.evaluate("() => Outbox.flush()")

    assert dialog.is_hidden()
    assert "Signed out · 1 kept here" in line(room)
    room.locator("#save-line").get_by_role("button", name="Sign in").click()
    dialog.locator("input[name=password]").wait_for()
    assert dialog.get_by_role("button").all_inner_texts() == ["Sign in", "Not now"]


def test_somebody_else_signed_in_stores_nothing_of_mine(room, context, people, note):
    begin(room)
    all_sent(room)
    Session.objects.all().delete()
    other = context.new_page()
    sign_in(other, people.theo.email)
    tap(room, "Delicious")

    room.get_by_text("Somebody else is signed in").wait_for()

    assert [row[0] for row in rows(note)] == ["start_region"]
    assert room.evaluate(WAITING) == 1


def test_signing_out_sends_what_waits_first(room, context, note):
    keep_one(room, context)
    context.set_offline(False)

    room.get_by_role("button", name="Sign out").click()
    room.wait_for_url(lambda url: "/notes/" not in url)

    assert rows(note)[-1][4] == 3
    assert room.evaluate("async () => (await indexedDB.databases()).length") == 0


def test_signing_out_offline_asks_and_what_is_thrown_away_is_gone(room, context, note):
    keep_one(room, context)

    room.get_by_role("button", name="Sign out").click()
    room.get_by_text("Changes that are only on this device: 1").wait_for()
    room.get_by_role("button", name="Stay").click()
    assert room.evaluate(WAITING) == 1

    room.get_by_role("button", name="Sign out").click()
    room.get_by_role("button", name="Throw away 1 and sign out").click()
    room.wait_for_function("() => Outbox.entries().length === 0")
    assert [row[0] for row in rows(note)] == ["start_region"]


def test_after_a_day_what_waited_is_gone_and_the_line_says_so(room, context, note):
    begin(room)
    all_sent(room)
    room.route("**/event/", lambda route: route.abort())
    tap(room, "Delicious")
    room.get_by_text("1 kept here").wait_for()
    room.close()
    later = context.new_page()
    later.clock.install(time=timezone.now() + timedelta(hours=25))
    later.goto(f"/notes/{note.uuid}/")

    later.get_by_text("Changes older than 24 hours are gone: 1. Check the note.").wait_for()
    assert later.evaluate(STORED) == []


# --- texts --------------------------------------------------------------------------------------------------------


@pytest.fixture
def findings(room, note):
    """The page of its texts."""
    room.goto(f"/notes/{note.uuid}/findings/")
    return room


def text(note, name="subjective"):
    """What is stored in a text of the note."""
    return getattr(SessionNote.objects.get(pk=note.pk), name)


def test_what_is_typed_without_a_network_is_stored_when_it_is_back(findings, context, note):
    context.set_offline(True)
    findings.get_by_label("What the client said").press_sequentially("Sits badly.")
    findings.locator("button[name=after][value='3']").click()
    findings.get_by_text("2 kept here").wait_for()
    context.set_offline(False)
    all_sent(findings)

    stored = SessionNote.objects.get(pk=note.pk)
    assert (stored.subjective, stored.pain_after) == ("Sits badly.", 3)


def test_text_that_waits_is_there_when_the_page_is_opened_again(findings, context, note):
    findings.route("**/text/", lambda route: route.abort())
    findings.get_by_label("What next").fill("Twice a week.")
    findings.get_by_text("1 kept here").wait_for()
    findings.close()
    again = context.new_page()
    again.route("**/text/", lambda route: route.abort())
    again.goto(f"/notes/{note.uuid}/findings/")

    again.wait_for_function("() => document.querySelector('[name=plan]').value === 'Twice a week.'")
    again.unroute("**/text/")
    again.evaluate("() => Outbox.flush()")
    all_sent(again)
    assert text(note, "plan") == "Twice a week."


def test_wording_that_reads_as_a_diagnosis_is_told_beside_the_text_once_it_is_saved(findings, context, note):
    told = findings.get_by_text("Reads as a diagnosis")
    context.set_offline(True)
    findings.get_by_label("What I think").press_sequentially("You have a disc.")
    findings.get_by_text("1 kept here").wait_for()
    assert told.count() == 0
    context.set_offline(False)
    told.wait_for()
    assert text(note, "assessment") == "You have a disc."
    findings.get_by_label("What I think").fill("Fits the pattern of a disc.")

    told.wait_for(state="detached")
    assert text(note, "assessment") == "Fits the pattern of a disc."


def test_an_answer_lost_on_the_way_is_no_conflict_with_oneself(findings, note):
    lost = iter([True])

    def lose(route):
        if next(lost, False):
            route.fetch()  # the server has it, the page never hears of it
            route.abort()
        else:
            route.continue_()

    findings.route("**/text/", lose)
    findings.get_by_label("What the client said").press_sequentially("Sits")
    findings.get_by_text("1 kept here").wait_for()
    findings.get_by_label("What the client said").press_sequentially(" badly.")
    findings.wait_for_function("() => Outbox.entries().length === 2")
    findings.evaluate("() => Outbox.flush()")
    all_sent(findings)

    assert text(note) == "Sits badly."
    assert findings.locator("[data-both]").count() == 0


def test_two_tabs_on_different_fields_keep_both_and_see_each_other(findings, context, note):
    other = context.new_page()
    other.goto(f"/notes/{note.uuid}/findings/")
    other.get_by_label("What next").fill("Twice a week.")
    until(other, lambda: text(note, "plan"))
    findings.get_by_label("What the client said").fill("Sits badly.")
    until(findings, lambda: text(note))

    assert (text(note), text(note, "plan")) == ("Sits badly.", "Twice a week.")
    findings.wait_for_function("() => document.querySelector('[name=plan]').value === 'Twice a week.'")


@pytest.mark.parametrize("choice", ["stored", "mine"])
def test_the_same_text_changed_twice_stands_side_by_side_until_one_is_chosen(findings, context, note, choice):
    other = context.new_page()
    other.goto(f"/notes/{note.uuid}/findings/")
    other.get_by_label("What the client said").fill("From the desk.")
    until(other, lambda: text(note))
    findings.get_by_label("What the client said").fill("From the room.")
    both = findings.locator("[data-both=subjective]")
    both.wait_for()

    assert "From the desk." in both.inner_text()
    assert "From the room." in both.inner_text()
    assert "Both texts are kept" in line(findings)
    assert text(note) == "From the desk."

    both.locator(f"[data-take={choice}]").click()
    all_sent(findings)
    both.wait_for(state="detached")
    expected = "From the desk." if choice == "stored" else "From the room."
    assert (text(note), findings.get_by_label("What the client said").input_value()) == (expected, expected)


def test_a_text_too_long_says_so_and_is_kept(findings, note):
    findings.get_by_label("Skin after").fill("x" * 201)

    findings.get_by_text("Use 200 characters or fewer. This text has 201.").wait_for()
    assert text(note, "skin_after") == ""

    findings.get_by_label("Skin after").fill("Pink, gone after ten minutes")
    until(findings, lambda: text(note, "skin_after"))
    assert text(note, "skin_after") == "Pink, gone after ten minutes"


def test_nothing_is_signed_while_something_waits(page, context, people):
    ready = draft_with_rows(people.tess, decided_client(people.tess, first="Ada")[0])
    page.set_viewport_size(TABLET)
    sign_in(page, people.tess.email)
    page.goto(f"/notes/{ready.uuid}/findings/")
    page.route("**/text/", lambda route: route.abort())
    page.get_by_label("What next").fill("Once more next week.")
    page.get_by_text("1 kept here").wait_for()
    page.goto(f"/notes/{ready.uuid}/sign/")
    page.get_by_role("button", name="Sign and lock").click()
    page.get_by_text("Changes still on this device: 1. Sign when they are sent.").wait_for()

    page.unroute("**/text/")
    page.get_by_role("button", name="Sign and lock").click()
    page.wait_for_function("() => document.querySelector('main').innerText.includes('Once more next week.')")
    assert not SessionNote.objects.get(pk=ready.pk).is_signed
    assert text(ready, "plan") == "Once more next week."
