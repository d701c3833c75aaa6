"""A red flag, the letter to the doctor, the answer with its file, limits lifted as far as it says, and its end."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from clinic.actions import start_care
from clinic.models import CareReason
from intake.models import Clearance, DoctorLetter
from intake.queries import judge
from sessions.queries.gate import verdict
from tests import factories
from tests.answers import all_clear, check_in_clear
from tests.factories import PASSWORD
from tests.journeys.by_hand import fill_form, fill_in, fill_in_date, press, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SLIPPED = {"hx_dx": ["spondylolisthesis"], "hx_spl_grade": "3", "hx_spl_stable": "yes"}
SAYS = {"kind": "written", "clinician": "Dr Lund", "profession": "Spine surgeon", "contact": "Harbour Street"}


@pytest.fixture
def room(live_server, context):
    """Tess's tablet; Ana, in her care, is about to fill in her form on it."""
    factories.practice()
    factories.location()
    factories.staff("owner")
    tess = factories.staff("therapist", name="Tess Okafor")
    ana = factories.client("Ana", by=tess)
    start_care(client=ana, therapist=tess, reason=CareReason.APPOINTMENT, by=tess)
    page = context.new_page()
    page.set_default_timeout(30_000)
    return page, tess, ana


def _main(page) -> str:
    return page.locator("main").inner_text()


def _on_my_day(page) -> str:
    page.goto("/my-day/")
    return _main(page)


def test_from_the_red_flag_to_the_end_of_the_clearance(room, tmp_path):
    page, tess, ana = room
    sign_in(page, tess.email)

    # The form raises a flag that asks for a doctor first.
    page.goto(f"/clients/{ana.uuid}/open-form/")
    press(page, "Open the form on this device")
    press(page, "Start", role="link")
    fill_form(page, all_clear(**SLIPPED, cs_pcp={"findings": True}))
    press(page, "Hand in my answers")
    sign_in(page, tess.email)
    _gate_is_shut(page, ana)

    # The letter is written of what stands, read, and signed with the password.
    press(page, "Write to the doctor", role="link")
    assert "High-grade spondylolisthesis" in page.locator(".letter").inner_text()
    page.locator("[name=to_name]").fill("Dr Lund, Harbour Street")
    press(page, "Show the letter again")
    assert "Dr Lund, Harbour Street" in page.locator(".letter").inner_text()
    press(page, "Sign the letter")
    if page.locator("[name=password]").count():
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("main button[type=submit], form button[type=submit]").last.click()
        page.wait_for_url(re.compile(r"/letters/|/letters/new/"))
        if page.get_by_role("button", name="Sign the letter").count():
            press(page, "Sign the letter")
    letter = DoctorLetter.objects.get()
    assert page.url.endswith(f"/letters/{letter.uuid}/")
    assert "signed, not sent yet" in _on_my_day(page).lower()

    # Sent, and answered with a file.
    page.goto(f"/letters/{letter.uuid}/")
    page.locator("[name=way][value=post]").locator("xpath=ancestor::label").click()
    press(page, "It was sent")
    assert "by post" in _main(page)
    assert "sent, 0 days" in _on_my_day(page).lower()
    page.goto(f"/letters/{letter.uuid}/")
    press(page, "Record what the doctor allows or forbids", role="link")
    today = timezone.localdate()
    fill_in(page, {**SAYS, "massage": "yes", "max_pressure": "2", "regions": "none"})
    fill_in_date(page, "dated", today.isoformat())
    fill_in_date(page, "expires", (today + timedelta(days=5)).isoformat())
    page.locator("[name=conditions]").fill("No rotation of the trunk.")
    scan = tmp_path / "answer.pdf"
    scan.write_bytes(b"%PDF-1.7 massage up to light pressure")
    page.locator("[name=letter]").set_input_files(scan)
    press(page, "Record the answer")
    assert "cleared" in _main(page)

    # The limits are lifted as far as it says, and no further; the file is saved, not shown.
    clearance = Clearance.objects.get()
    page.goto(f"/clearances/{clearance.uuid}/")
    said = _main(page)
    assert "Lifted until" in said
    assert "Everywhere: pressure up to P2." in said
    with page.expect_download() as download:
        page.get_by_role("link", name="Save the attached file").click()
    assert download.value.path().read_bytes() == scan.read_bytes()
    result = judge(ana.intakes.get(), on=today)
    assert (result.session_allowed, result.limits.pressure_cap) == ("yes", 2)
    page.goto(f"/clients/{ana.uuid}/intake/")
    fill_in(page, {"confirmed_aloud": True, "outcome": "yes"})
    press(page, "Sign the decision")
    assert "Clearances that run out" in _on_my_day(page)
    check_in = _check_in(page, ana)
    assert page.get_by_role("button", name="Begin the session").count() == 1

    # When it has run out, the block is back.
    on_the_last_day = verdict(ana, check_in, on=clearance.expires)
    after = verdict(ana, check_in, on=clearance.expires + timedelta(days=1))
    assert on_the_last_day.is_open
    assert [reason.code for reason in after.because] == ["absolute"]


def _gate_is_shut(page, ana) -> None:
    _check_in(page, ana)
    assert page.get_by_role("button", name="Begin the session").count() == 0
    assert "A doctor first" in _main(page)


def _check_in(page, ana):
    """Today's check-in, asked aloud once; then the start of the session."""
    if not ana.check_ins.exists():
        page.goto(f"/clients/{ana.uuid}/check-in/")
        fill_in(page, check_in_clear(ck_pcp="yes"))
        press(page, "Store the check-in")
    page.goto(f"/clients/{ana.uuid}/start/")
    return ana.check_ins.get()
