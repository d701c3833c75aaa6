"""Signing in on a phone: by the code from the mail, by the one from the desk, and once more for what is one's own."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from tests import factories
from tests.journeys.by_hand import PHONE, ask_for_code, mailed_code, press, sign_in, tap, type_code
from tests.sessions.factories import decide, published_plan

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


ADDRESS = "ana@example.org"


class MailIsDown(BaseEmailBackend):
    """No mail server answers."""

    def send_messages(self, messages):
        raise ConnectionRefusedError


@pytest.fixture
def ana(browser, live_server, context):
    """Ana's phone, signed in nowhere; her plan, a signed form and a visit of next week; the desk at its own page."""
    people = factories.people()
    decide(people.ana, people.tess)
    published_plan(people.tess, people.ana)
    factories.appointment(people.ana, people.tess, begins=timezone.now() + timedelta(days=7))
    profile = browser.new_context(base_url=live_server.url, locale="en-GB", **PHONE)
    profile.set_default_timeout(30_000)
    mail.outbox.clear()
    yield SimpleNamespace(people=people, phone=profile.new_page(), desk=context.new_page())
    profile.close()


def hours_pass(phone, hours):
    """The code of this phone's session becomes so many hours older."""
    [cookie] = [one for one in phone.context.cookies() if one["name"] == "sessionid"]
    session = SessionStore(cookie["value"])
    session["code_at"] -= hours * 3600
    session.save()


def heading(page):
    return page.locator("h1").inner_text()


def test_ana_signs_in_by_the_mailed_code_after_a_slip_of_the_finger(ana):
    phone = ana.phone
    ask_for_code(phone, ADDRESS)
    assert phone.locator("[name=code]").bounding_box()["height"] >= 64
    type_code(phone, f"{(int(mailed_code().replace('-', '')) + 1) % 10**8:08}")
    assert "You have 4 more tries." in phone.locator(".err-sum").inner_text()
    assert phone.evaluate("document.activeElement.className") == "err-sum"

    type_code(phone, mailed_code().replace("-", " "))

    assert heading(phone) == "Hello Ana"
    assert "with Tess Okafor" in phone.locator("main").inner_text()


def test_the_mail_fails_and_the_desk_prints_a_code(ana, settings):
    settings.EMAIL_BACKEND = f"{__name__}.MailIsDown"
    phone, desk = ana.phone, ana.desk
    ask_for_code(phone, ADDRESS)
    sign_in(desk, ana.people.flo.email)
    desk.goto(f"/clients/{ana.people.ana.uuid}/contact/")
    press(desk, "Print a sign-in code ana@example.org", role="link")
    for told in ("Full name", "Date of birth"):
        desk.get_by_label(told).locator("xpath=ancestor::label").click()
    press(desk, "Make the code")
    assert desk.get_by_role("button", name="Print").is_visible()
    desk.emulate_media(media="print")
    paper = desk.locator("body").inner_text()
    assert [word for word in ("Ana", "Lind", "stretch", "pain", "Flo") if word in paper] == []

    type_code(phone, desk.locator(".code").inner_text())

    assert heading(phone) == "Hello Ana"


@pytest.mark.exhaustive
def test_what_is_anas_own_asks_for_a_new_code_and_goes_on_where_she_was(ana):
    phone = ana.phone
    ask_for_code(phone, ADDRESS)
    type_code(phone, mailed_code())
    hours_pass(phone, 24)

    tap(phone, "Me", role="link")
    tap(phone, "What I agreed to", role="link")
    assert heading(phone) == "Is it you?"
    tap(phone, "Send me a code")
    type_code(phone, mailed_code())

    assert heading(phone) == "What I agreed to"
    phone.get_by_role("link", name=re.compile("^Stretches")).first.tap()
    phone.wait_for_url("**/consents/*-*/")
    assert "your stretches at home rest" in phone.locator("main").inner_text()
    tap(phone, "Yes, I take this back")
    assert "Taken back." in phone.locator(".messages").inner_text()
    phone.goto("/portal/")
    assert "They rest until you agree again." in phone.locator("main").inner_text()


@pytest.mark.exhaustive
def test_ana_takes_her_data_home_as_a_file(ana):
    phone = ana.phone
    ask_for_code(phone, ADDRESS)
    type_code(phone, mailed_code())
    tap(phone, "Me", role="link")
    tap(phone, "My data as a file", role="link")

    with phone.expect_download() as download:
        phone.get_by_role("button", name="Get the file").tap()

    assert re.fullmatch(r"my-data-\d{4}-\d\d-\d\d\.json", download.value.suggested_filename)
    file = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    assert file["you"]["last_name"] == "Lind"
    assert len(file["consents"]) == ana.people.ana.consents.count()
