"""The picture of the treatment room in a real browser: a tap leads to the structures of that region and side."""

import pytest

from sessions.models import TimelineEvent
from tests.journeys.by_hand import sign_in
from tests.sessions.factories import decided_client, draft

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def room(page, people):
    """An open note of Tess on a tablet."""
    client, _decision = decided_client(people.tess, cs_thigh={"back": True, "outer": True, "inner": False})
    note = draft(people.tess, client)
    page.set_viewport_size({"width": 820, "height": 1180})
    sign_in(page, people.tess.email)
    page.goto(f"/notes/{note.uuid}/")
    return page


def tap(page, code: str) -> None:
    """Tap the shape of a stored region code in the open window."""
    page.locator(f"[data-pose]:not([hidden]) path[data-code='{code}']").first.click()


def test_a_tap_on_the_left_buttock_offers_left_structures_alone(room):
    tap(room, "BTM:L")

    shown = room.locator("#picker button:visible")

    assert set(shown.evaluate_all("all => all.map(one => one.dataset.side)")) == {"L"}
    assert room.get_by_role("button", name="Piriformis, left").is_visible()


def test_two_taps_start_work_on_that_structure_and_side(room):
    tap(room, "BTM:R")
    room.get_by_role("button", name="Piriformis, right").click()
    room.get_by_role("heading", name="Piriformis, right").wait_for()
    room.wait_for_function("() => Outbox.entries().length === 0")

    row = TimelineEvent.objects.get()

    assert (row.structure, row.side, row.kind) == ("MUS_PIR", "R", "start_region")


def test_a_closed_region_takes_no_tap(room):
    room.get_by_role("button", name="Front").click()

    taps = room.locator("[data-pose]:not([hidden]) path[data-code='THI:L']").evaluate(
        "shape => getComputedStyle(shape).pointerEvents"
    )

    assert taps == "none"
    assert TimelineEvent.objects.count() == 0


def test_the_whole_list_is_one_tap_away(room):
    room.get_by_role("button", name="Choose from the list").click()

    assert room.locator("#picker summary:visible").count() > 10
