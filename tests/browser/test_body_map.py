"""The picture and the list of places are two faces of the same form fields."""

import pytest

from clinic.vocabulary import REGIONS
from intake import actions
from intake.models import Intake
from intake.rules.questions import INTAKE_IDS
from tests.answers import all_clear
from tests.journeys.by_hand import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def where(page, people):
    """Ana's form at the page that asks where it hurts, nothing marked yet."""
    access = actions.open_form(client=people.ana, by=people.flo)
    before = INTAKE_IDS[: INTAKE_IDS.index("pn_map")]
    values = {question: answer for question, answer in all_clear().items() if question in before}
    actions.save_page(access=access, ids=before, values=values, by=None)
    sign_in(page, people.flo.email)
    page.goto(f"/clients/{people.ana.uuid}/open-form/")
    page.click("main form button[type=submit]")
    page.goto("/i/page/where/")
    return page


def ticked(page) -> list[str]:
    """Values of the boxes that are ticked."""
    return page.eval_on_selector_all("input[type=checkbox]:checked", "boxes => boxes.map(box => box.value)")


@pytest.mark.exhaustive
def test_every_shape_of_every_window_ticks_its_own_box(where):
    page = where
    wrong = []
    for window in ("whole", "back", "front", "legs"):
        page.locator(f"[data-window={window}]").click()
        codes = page.eval_on_selector_all(
            "[data-pose]:not([hidden]) path[data-code]", "shapes => shapes.map(shape => shape.dataset.code)"
        )
        for number, code in enumerate(codes):
            page.evaluate(
                "number => document.querySelectorAll('[data-pose]:not([hidden]) path[data-code]')[number]"
                ".dispatchEvent(new MouseEvent('click', {bubbles: true}))",
                number,
            )
            if ticked(page) != [code]:
                wrong.append((window, code, ticked(page)))
            page.locator(f".chip[data-code='{code}']").dispatch_event("click")

    assert wrong == []
    assert ticked(page) == []


def test_a_tap_on_the_left_of_the_back_marks_the_clients_left(where):
    page = where
    box = page.locator("[data-pose]:not([hidden]) svg").bounding_box()

    page.mouse.click(box["x"] + box["width"] * 0.33, box["y"] + box["height"] * 0.45)

    assert ticked(page) == ["BTM:L"]
    assert page.locator(".chip").inner_text().startswith("Deep middle of buttock, left")


def test_the_list_marks_the_picture_and_the_answer_is_stored(where):
    page = where

    page.get_by_text("Or use the list").click()
    page.locator("label.cell", has=page.locator("input[value='BTL:R']")).click()
    marked = page.locator("path.on").first.get_attribute("data-code")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/i/page/**")

    assert marked == "BTL:R"
    assert Intake.objects.get().answers["pn_map"] == ["BTL:R"]


def test_without_scripts_the_list_is_there_and_the_picture_is_not(browser, live_server, where):
    cookies = where.context.cookies()
    plain = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    plain.add_cookies(cookies)
    page = plain.new_page()

    page.goto("/i/page/where/")

    assert page.locator("[data-body-map]").is_hidden()
    assert page.locator("label.cell").first.is_visible()
    assert page.locator("label.cell").count() == sum(2 if region.sided else 1 for region in REGIONS.values()) - 1
    plain.close()
