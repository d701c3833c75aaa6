"""The door behind a mailed link, as a browser meets it: button, birth date, form; and the one page of every refusal."""

from __future__ import annotations

import json
import logging
import re
import time

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client as Browser
from django.urls import reverse

from clinic.actions import change_client
from clinic.logs import OneLine
from intake import access_actions as doors
from intake import actions
from intake.models import IntakeAccess, LinkAsker
from tests.answers import all_clear
from tests.intake.factories import AS_ANA
from tests.intake.test_access_actions import mailed_token

pytestmark = pytest.mark.django_db

DATE = reverse("intake:link_birth_date")
FORM = reverse("intake:form")
BORN = {"birth_date_day": "5", "birth_date_month": "3", "birth_date_year": "1980"}
WRONG = {**BORN, "birth_date_day": "6"}


@pytest.fixture
def link(people, django_capture_on_commit_callbacks):
    """The address in Ana's mail."""
    with django_capture_on_commit_callbacks(execute=True):
        doors.send_link(client=people.ana, by=people.flo)
    return reverse("intake:link", args=[mailed_token()])


def _at_the_date(link: str) -> Browser:
    """A browser that has pressed the button."""
    browser = Browser()
    assert browser.post(link)["Location"] == DATE
    return browser


def _inside(link: str) -> Browser:
    """A browser that has given the right date."""
    browser = _at_the_date(link)
    assert browser.post(DATE, BORN)["Location"] == FORM
    return browser


def _words(answer) -> str:
    """The page without its form key."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())


# --- in ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_opening_the_mail_changes_nothing(link, method):
    before = list(IntakeAccess.objects.values())
    browser = Browser()

    for _scanner in range(5):
        getattr(browser, method)(link)

    assert list(IntakeAccess.objects.values()) == before
    assert not Session.objects.exists()
    assert not LinkAsker.objects.exists()


def test_the_page_behind_the_mail_names_nobody(link):
    html = Browser().get(link).content.decode()

    assert "Riverside Massage" in html
    assert not [word for word in ("Ana", "Lind", "1980", "example.org") if word in html]


def test_button_and_birth_date_open_the_form_and_nothing_else(link):
    browser = _inside(link)

    assert "Hello Ana" in browser.get(FORM).content.decode()
    assert browser.session["confined"]["subject"] == str(IntakeAccess.objects.get().uuid)
    assert [browser.get(path).status_code for path in ("/clients/", "/today/", "/portal/", "/admin/")] == [302] * 4


def test_the_form_goes_on_where_it_stopped_in_another_browser(link):
    first = _inside(link)
    answers = {name: value for name, value in all_clear(**AS_ANA).items() if name.startswith("ab_")}
    actions.save_page(access=IntakeAccess.objects.get(), ids=list(answers), values=answers, by=None)
    stopped_at = first.get(FORM)["Location"]

    assert stopped_at.startswith("/i/page/")
    assert _inside(link).get(FORM)["Location"] == stopped_at


def test_without_the_birth_date_nothing_of_the_form_is_reached(link):
    browser = _at_the_date(link)

    assert browser.get(FORM)["Location"] == "/"
    assert browser.get(reverse("intake:form_page", args=["you"]))["Location"] == "/"


def test_the_token_stays_out_of_addresses_and_sessions(link):
    token = link.split("/")[-2]
    browser = _inside(link)

    kept = [str(session.get_decoded()) for session in Session.objects.all()]
    assert kept
    assert not [one for one in kept if token in one]
    assert token not in browser.get(FORM, follow=True).content.decode()


def test_the_token_is_masked_in_the_log(link):
    token = link.split("/")[-2]
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, "Forbidden (%s): %s", ("CSRF", link), None)

    said = json.loads(OneLine().format(record))["message"]

    assert said == "Forbidden (CSRF): /i/link/…/"
    assert token not in said


# --- out ----------------------------------------------------------------------------------------------------------


def _ruin(how: str, link: str, people) -> str:
    """The address of a link that leads nowhere, for one reason each."""
    access = IntakeAccess.objects.get()
    token = link.split("/")[-2]
    if how == "cut":
        return link.replace(token, token[:-1])
    if how == "longer":
        return link.replace(token, token + "a")
    if how == "another":
        return link.replace(token, "a" * 43)
    if how == "expired":
        IntakeAccess.objects.update(expires_at=access.opened_at)
    elif how == "revoked":
        doors.revoke_access(access=access, by=people.flo)
    elif how == "replaced":
        doors.send_link(client=people.ana, by=people.flo)
    else:
        answers = all_clear(**AS_ANA, sf_saddle="yes")
        actions.save_page(access=access, ids=list(answers), values=answers, by=None)
    return link


@pytest.mark.parametrize("how", ["cut", "longer", "another", "expired", "revoked", "replaced", "used"])
def test_every_link_that_leads_nowhere_gives_the_same_page(link, people, how):
    gone = Browser().get(reverse("intake:link", args=["never-sent"]))

    ruined = _ruin(how, link, people)
    answers = [getattr(Browser(), method)(ruined) for method in ("get", "post")]

    assert [answer.status_code for answer in (gone, *answers)] == [410] * 3
    assert _words(answers[0]) == _words(answers[1]) == _words(gone)
    assert "ask us for a new link: +441632960100" in _words(gone)


def test_a_wrong_date_says_what_to_do_and_keeps_the_browser_out(link):
    browser = _at_the_date(link)

    answer = browser.post(DATE, WRONG)

    assert answer.status_code == 403
    assert "Check the date, or ask us for a new link." in answer.content.decode()
    assert 'value="6"' in answer.content.decode()
    assert "confined" not in browser.session


def test_five_wrong_dates_shut_the_door_for_this_browser_alone(link):
    stranger = _at_the_date(link)
    for _try in range(5):
        stranger.post(DATE, WRONG)
    stranger.post(link)  # pressing the button again brings no new tries

    answer = stranger.post(DATE, BORN)

    assert (answer.status_code, "This link is closed" in answer.content.decode()) == (403, True)
    assert _inside(link).get(FORM).status_code == 200


def test_a_link_revoked_while_the_form_is_open_closes_it_at_once(link, people):
    browser = _inside(link)
    doors.revoke_access(access=IntakeAccess.objects.get(), by=people.flo)

    answer = browser.post(reverse("intake:form_page", args=["you"]), {"ab_first": "Ana"})

    assert answer["Location"] == reverse("intake:form_over")
    assert "What you saved is kept" in browser.get(answer["Location"]).content.decode()


def test_after_half_an_hour_alone_the_browser_reaches_no_answer(link):
    browser = _inside(link)
    actions.save_page(access=IntakeAccess.objects.get(), ids=["pn_now"], values={"pn_now": 3}, by=None)
    session = browser.session
    session["confined"] = {**session["confined"], "seen": int(time.time()) - 30 * 60 - 1}
    session.save()

    answers = [browser.get(path, follow=True) for path in (FORM, reverse("intake:form_page", args=["you"]))]

    assert [answer.redirect_chain[-1][0] for answer in answers] == [reverse("intake:form_over")] * 2
    assert "open the link in your mail again" in answers[0].content.decode()
    assert _inside(link).get(FORM).status_code == 302


def test_signs_of_life_keep_the_form_open(link):
    browser = _inside(link)
    session = browser.session
    session["confined"] = {**session["confined"], "seen": int(time.time()) - 20 * 60}
    session.save()

    assert browser.get(FORM).status_code == 200
    assert int(time.time()) - browser.session["confined"]["seen"] < 60


def test_the_end_tells_people_at_home_nothing_about_a_desk(link):
    browser = _inside(link)
    answers = all_clear(**AS_ANA, sf_saddle="yes")
    actions.save_page(access=IntakeAccess.objects.get(), ids=list(answers), values=answers, by=None)

    html = browser.get(FORM, follow=True).content.decode()

    assert "Please pause here, Ana" in html
    assert "Call 999 now" in html
    assert not [words for words in ("back to the desk", "Staff: sign in") if words in html]


def test_a_device_of_the_practice_that_is_busy_opens_no_link(link, people):
    tablet = Browser()
    tablet.force_login(people.flo)
    tablet.post(reverse("intake:open_form", args=[people.ben.uuid]), {"kind": "this_device"})

    assert tablet.get(link)["Location"] == FORM
    assert tablet.post(link)["Location"] == FORM
    assert tablet.post(DATE, BORN)["Location"] == FORM


# --- the desk -----------------------------------------------------------------------------------------------------


def test_the_desk_sends_a_link_sees_it_and_takes_it_back(people, client, django_capture_on_commit_callbacks):
    client.force_login(people.flo)
    page = reverse("intake:open_form", args=[people.ana.uuid])
    form = re.search(r'name="link-key" value="([\w-]+)"', client.get(page).content.decode())
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("intake:link_send", args=[people.ana.uuid]), {"link-key": form[1]})

    html = client.get(page).content.decode()
    assert "The link is on its way to ana@example.org." in html
    assert "mail: sent" in re.sub(r"\s+", " ", html)
    assert mailed_token() not in html

    client.post(reverse("intake:access_end", args=[IntakeAccess.objects.get().uuid]))

    assert "called back by the desk" in client.get(page).content.decode()
    assert (len(mail.outbox), Browser().get(reverse("intake:link", args=[mailed_token()])).status_code) == (1, 410)


def test_without_an_address_the_page_says_where_to_add_one(people, client):
    change_client(client=people.ana, details={"email": ""}, by=people.flo)
    client.force_login(people.flo)

    html = client.get(reverse("intake:open_form", args=[people.ana.uuid])).content.decode()

    assert "There is no e-mail address yet." in html
    assert reverse("client_edit", args=[people.ana.uuid]) in html
