"""The form in a browser that reaches nothing else: where it leads, what it keeps, how it ends."""

from __future__ import annotations

import html
import re
import uuid

import pytest
from django.urls import reverse

from clinic.actions import save_practice
from intake.models import CheckIn, Intake, IntakeAccess
from intake.queries import form_steps
from intake.rules.questions import QUESTIONS
from tests.answers import DAY, all_clear, check_in_clear
from tests.house.reading import Page
from tests.intake.factories import filled, handed_in
from tests.rich_answers import LONG_HISTORY

pytestmark = pytest.mark.django_db

REVIEW = reverse("intake:form_review")
END = reverse("intake:form_over")


def _page(address):
    return reverse("intake:form_page", args=[address])


@pytest.fixture
def opened(people, client):
    """Opens Ana's form on the desk's device, everything answered already; gives the browser."""

    def open_form(purpose="intake", **answers):
        if purpose == "intake":
            filled(people.ana, people.flo, **answers)
        client.force_login(people.flo)
        sent = {"purpose": purpose, "kind": "this_device"}
        assert client.post(reverse("intake:open_form", args=[people.ana.uuid]), sent).status_code == 302
        return client

    return open_form


def _sent_unchanged(browser, address):
    """What a browser sends when nothing on the page is touched; follows no redirect."""
    form = Page(browser.get(address).content.decode()).form(address)
    return browser.post(address, {name: control.values for name, control in form.controls.items() if control.values})


def _every_address():
    steps = form_steps(all_clear(), on=DAY)
    return [reverse("intake:form"), REVIEW, reverse("intake:form_check_in"), END, *map(_page, steps)]


# --- confined


def test_opening_a_form_ends_the_staff_session(opened):
    browser = opened()

    assert "_auth_user_id" not in browser.session
    assert browser.get(reverse("clients"))["Location"] == "/i/"


def test_no_answer_stays_in_a_cache(opened):
    browser = opened()

    kept = [address for address in _every_address() if browser.get(address)["Cache-Control"] != "no-store"]

    assert kept == []


@pytest.mark.parametrize("typed", ["/today/", "/clients/", "/admin/", "/portal/", "/setup/", "/accounts/login/code/"])
def test_a_typed_address_leads_back_to_the_form(opened, typed):
    assert opened().get(typed)["Location"] == "/i/"


def test_the_form_of_nobody_sends_to_the_sign_in(client, db):
    assert [client.get(address).status_code for address in _every_address()] == [302] * len(_every_address())


def test_after_handing_in_no_answer_is_reachable(opened, people):
    browser = opened(pn_words="My heel burns at night.")
    assert "My heel burns" in browser.get(REVIEW).content.decode()

    assert _sent_unchanged(browser, REVIEW)["Location"] == END

    for address in _every_address():
        answer = browser.get(address, follow=True)
        assert answer.redirect_chain[-1:] == ([] if address == END else [(END, 302)])
        assert "My heel burns" not in answer.content.decode()


def test_a_form_handed_in_says_thank_you_whatever_is_sent_again(opened):
    browser = opened()
    again = {"submit_key": str(uuid.uuid4())}

    answers = [browser.post(REVIEW, again) for _time in range(2)]

    assert [answer["Location"] for answer in answers] == [END, END]
    assert "Thank you, Ana" in browser.get(END).content.decode()
    assert Intake.objects.get().state == "submitted"


def test_an_ended_access_shows_nothing_but_that_it_is_over(opened):
    browser = opened()
    IntakeAccess.objects.update(expires_at=Intake.objects.get().saved_at)

    assert browser.get(REVIEW)["Location"] == END
    assert "This form is closed" in browser.get(END).content.decode()


# --- page by page


def test_a_form_is_gone_on_with_at_the_first_open_question(opened):
    browser = opened(sf_calf=None)

    assert browser.get("/i/")["Location"] == browser.get(REVIEW)["Location"]
    assert 'name="sf_calf"' in browser.get("/i/", follow=True).content.decode()


def test_a_page_that_jumps_over_a_required_question_is_not_opened(opened):
    browser = opened(sf_calf=None)
    first_open = browser.get("/i/")["Location"]

    assert browser.get(_page(form_steps(all_clear(), on=DAY)[-1]))["Location"] == first_open


def test_a_page_sent_with_a_gap_is_shown_again_with_a_sentence_at_it(opened):
    browser = opened()

    answer = browser.post(_page(QUESTIONS["sf_calf"].page), {})

    assert answer.status_code == 422
    assert Page(answer.content.decode()).sentences


# --- stopped


def test_the_stop_page_says_the_practices_own_words_and_no_answer(opened):
    browser = opened(sf_calf=None)
    save_practice(details={"emergency_wording": "Ring 112 from the red phone.", "emergency_number": "112"}, by=None)
    page = browser.get("/i/")["Location"]
    form = Page(browser.get(page).content.decode()).form(page)
    sent = {name: control.values for name, control in form.controls.items() if control.values}

    answer = browser.post(page, {**sent, "sf_calf": "yes"}, follow=True)

    shown = html.unescape(answer.content.decode())
    assert answer.redirect_chain[-1] == (END, 302)
    assert "Ring 112 from the red phone." in shown
    assert 'href="tel:112"' in shown
    assert "calf" not in shown.lower()


def test_a_stopped_form_is_not_opened_again_by_going_back(opened):
    browser = opened(sf_cord="yes")
    Intake.objects.get(state="stopped")

    filled_page = browser.get(_page(form_steps(all_clear(), on=DAY)[3]))

    assert filled_page.status_code == 302
    assert "My right buttock" not in browser.get("/i/", follow=True).content.decode()


# --- review


@pytest.mark.parametrize(
    "answers", [{}, pytest.param(LONG_HISTORY, marks=pytest.mark.exhaustive)], ids=["clear", "long history"]
)
def test_every_change_link_of_the_review_comes_back_to_it_and_loses_nothing(opened, answers):
    browser = opened(**answers)
    before = Intake.objects.get().answers
    links = dict.fromkeys(re.findall(r'href="(/i/page/[^"]+\?change)"', browser.get(REVIEW).content.decode()))

    lost = []
    for link in links:
        address = link
        while address.startswith("/i/page/") and address.endswith("?change"):
            address = _sent_unchanged(browser, address).headers.get("Location", "not taken")
        if address != REVIEW:
            lost.append((link, address))

    assert len(links) > 10
    assert lost == []
    assert _in_any_order(Intake.objects.get().answers) == _in_any_order(before)


def test_a_change_that_opens_a_question_comes_back_by_way_of_it(opened):
    browser = opened()
    link = f"{_page(QUESTIONS['sf_calf_sore'].page)}?change"
    form = Page(browser.get(link).content.decode()).form(link)
    sent = {name: control.values for name, control in form.controls.items() if control.values}

    way = browser.post(link, {**sent, "sf_calf_sore": "yes"})["Location"]

    assert (way.endswith("?change"), 'name="sf_dvt_risk"' in browser.get(way).content.decode()) == (True, True)


def _in_any_order(answers):
    """Several ticks are a set: the page sends them in the order they stand in."""
    return {name: sorted(value, key=str) if isinstance(value, list) else value for name, value in answers.items()}


# --- check-in


def test_a_yes_at_the_check_in_asks_again_until_nothing_is_open_and_stores_only_then(opened, people):
    handed_in(people.ana, people.flo)
    browser = opened("check_in")
    sent = {**check_in_clear(), "submit_key": str(uuid.uuid4()), "ck_weak": "yes"}

    for more in ({"pn_weak": ["general"]}, {"pn_weak_when": "m3", "pn_weak_trend": "no"}):
        asked = browser.post(reverse("intake:form_check_in"), sent)
        assert (asked.status_code, CheckIn.objects.count()) == (422, 0)
        assert [name for name in more if f'name="{name}"' not in asked.content.decode()] == []
        sent |= more

    assert browser.post(reverse("intake:form_check_in"), sent)["Location"] == END
    assert CheckIn.objects.get().answers["pn_weak"] == ["general"]
