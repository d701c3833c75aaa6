"""The quiet line of the treatment room in a real browser: it comes when it is due, without a tap and without a jump."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.journeys.by_hand import sign_in
from tests.sessions.factories import decided_client, draft, event, signed_note

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def room(page, people):
    """A follow-up of Tess on a tablet whose clock is held: firm pressure, ten seconds ago, felt pleasant."""
    earlier = timezone.now() - timedelta(days=7)
    client, _decision = decided_client(people.tess, at=earlier)
    signed_note(people.tess, client, at=earlier)
    note = draft(people.tess, client)
    event(note, pressure=4, at=timezone.now() - timedelta(seconds=10))
    page.set_viewport_size({"width": 820, "height": 1180})
    sign_in(page, people.tess.email)
    page.clock.install()
    page.goto(f"/notes/{note.uuid}/")
    return page


def test_the_line_changes_when_the_next_prompt_is_due(room):
    line = room.get_by_role("status").filter(has_text="Warm the layers above first.")
    line.wait_for()
    cue = room.get_by_text("Cue:").bounding_box()

    room.clock.run_for(21_000)

    assert room.locator("[data-prompt]").inner_text() == (
        "Go lighter here for 30 s. 30 s of firm or deep pressure on one spot."
    )
    assert room.get_by_text("Cue:").bounding_box() == cue


def test_a_tap_silences_what_it_makes_old(room):
    room.evaluate("() => document.addEventListener('submit', (event) => event.preventDefault())")

    room.get_by_role("button", name="Pleasant", exact=True).click()

    assert room.locator("[data-prompt]").inner_text() == ""


def test_a_newer_list_counts_from_when_it_came(room):
    room.clock.run_for(60_000)
    room.evaluate(
        """() => {
            const list = document.querySelector("[data-prompts]");
            const newer = list.cloneNode(false);
            newer.innerHTML = '<li data-in="5">Ask how it feels.</li>';
            list.replaceWith(newer);
        }"""
    )

    room.clock.run_for(3_000)
    early = room.locator("[data-prompt]").inner_text()
    room.clock.run_for(5_000)

    assert (early, room.locator("[data-prompt]").inner_text()) == ("", "Ask how it feels.")
