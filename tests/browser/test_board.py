"""The desk's board in a real browser: it follows what happens elsewhere, and stays still under the hand."""

import pytest

from clinic import actions
from clinic.models import AppointmentState as S
from tests import factories
from tests.journeys.by_hand import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def visit(people):
    """A visit of Ana with Tess, to come today."""
    return factories.appointment(people.ana, people.tess)


def _board(page, email):
    page.set_viewport_size({"width": 1280, "height": 800})
    sign_in(page, email)
    page.goto("/today/")
    page.get_by_role("link", name="Ana Lind").first.wait_for()


def _look_again(page):
    with page.expect_response(lambda answer: "/today/" in answer.url and answer.request.method == "GET") as found:
        page.evaluate("htmx.trigger('#board', 'look-again')")
    return found.value


def test_what_the_other_desk_does_is_seen_said_and_leaves_the_focus(page, people, visit):
    other = factories.appointment(people.ben, people.theo)
    _board(page, people.flo.email)
    page.locator("summary", has_text="Ana Lind").click()
    page.locator("summary", has_text="Ana Lind").focus()

    actions.move_appointment(appointment=other, to=S.ARRIVED, by=people.flo)
    assert _look_again(page).status == 200

    page.get_by_role("heading", name="Here now").wait_for()
    assert page.locator("[data-board-said]").inner_text().startswith("1 here now, 1 to come")
    assert page.evaluate("document.activeElement.textContent").strip().endswith("Ana Lind")
    assert page.locator("details[open]").count() == 1


def test_a_button_that_is_gone_leaves_the_focus_on_its_row(page, people, visit):
    _board(page, people.flo.email)
    page.get_by_role("button", name="Arrived Ana Lind").focus()

    actions.move_appointment(appointment=visit, to=S.ARRIVED, by=people.flo)
    _look_again(page)

    page.get_by_role("heading", name="Here now").wait_for()
    assert page.evaluate("document.activeElement.getAttribute('href')").endswith(f"/clients/{people.ana.uuid}/contact/")


def test_a_board_that_is_signed_out_shows_nobody(page, people, visit):
    _board(page, people.flo.email)

    page.context.clear_cookies()
    page.evaluate("htmx.trigger('#board', 'look-again')")

    page.wait_for_url("**/accounts/login/**")
    assert "Ana Lind" not in page.content()


def test_a_board_that_cannot_look_says_so(page, people, visit):
    _board(page, people.flo.email)

    page.route("**/today/**", lambda route: route.abort())
    page.evaluate("htmx.trigger('#board', 'look-again')")

    page.get_by_text("This board is not up to date").wait_for()
