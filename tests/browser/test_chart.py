"""The chart on a tablet in a real browser: the risks are read without a scroll."""

import pytest

from tests.journeys.by_hand import sign_in
from tests.sessions.factories import check_in, decided_client

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
#: Two conditions that limit, and a check-in that changes most of what it can.
ANSWERS = {
    "hx_dx": ["spondylolisthesis", "fibromyalgia"],
    "hx_spl_grade": "1",
    "hx_spl_level": "L5_S1",
    "hx_spl_stable": "yes",
}
TODAY = {"ck_refer": "calf", "ck_now": 7, "ck_meds": ["pain_med"], "ck_after": "worse"}


@pytest.fixture
def chart(page, people):
    """The chart of somebody with limits and news, at the size of a tablet."""
    client, _decision = decided_client(people.tess, **ANSWERS)
    check_in(client, people.tess, **TODAY)
    page.set_viewport_size({"width": 820, "height": 1180})
    sign_in(page, people.tess.email)
    page.goto(f"/clients/{client.uuid}/")
    return page


def test_the_first_screen_of_a_tablet_holds_the_limits_and_what_is_new(chart):
    dock = chart.locator(".dock").bounding_box()["y"]
    lines = [*chart.locator(".flag .limits > li:visible").all(), *chart.locator(".diff > li").all()]

    ends = [box["y"] + box["height"] for box in (line.bounding_box() for line in lines)]

    assert len(chart.locator(".flag .limits > li:visible").all()) == 3
    assert len(ends) >= 8
    assert max(ends) < dock


def test_more_opens_every_other_limit_by_keyboard(chart):
    chart.locator(".flag summary").focus()
    chart.keyboard.press("Enter")

    shown = chart.locator(".flag .limits > li:visible").count()

    assert shown > 3
    assert chart.get_by_role("heading", name="Standing rules of the room").is_visible()
