"""A letter to a doctor: one page of A4 or Letter, however much there is to tell, in the words of the screen."""

import os
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client as Browser

from clinic.actions import start_care
from clinic.models import CareReason
from tests import factories
from tests.browser.practice import letter_to_doctor
from tests.intake.factories import handed_in
from tests.rich_answers import LONG_HISTORY
from tests.sessions.factories import therapist

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PICTURES = os.environ.get("SCREENSHOTS")
SLIPPED = {"hx_dx": ["spondylolisthesis"], "hx_spl_grade": "3", "hx_spl_stable": "yes"}
REMARK = "She was lifted by two people last week and says that the leg gives way on stairs since then. " * 6


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize(("like", "answers", "remark"), [("usual", SLIPPED, ""), ("long", LONG_HISTORY, REMARK[:600])])
def test_a_letter_prints_on_one_page_with_all_it_says(page, live_server, paper, like, answers, remark):
    tess = therapist()
    ana = factories.client("Ana", "Marchetti-Featherstonehaugh", by=tess)
    start_care(client=ana, therapist=tess, reason=CareReason.APPOINTMENT, by=tess)
    handed_in(ana, tess, **answers)
    letter = letter_to_doctor(ana, tess, sent=True, remark=remark)
    known = Browser()
    known.force_login(tess, backend=settings.AUTHENTICATION_BACKENDS[0])
    page.context.add_cookies(
        [{"name": key, "value": one.value, "url": live_server.url} for key, one in known.cookies.items()]
    )
    page.goto(f"{live_server.url}/letters/{letter.uuid}/")
    on_screen = page.locator(".letter").inner_text().split()

    printed = page.pdf(format=paper, prefer_css_page_size=False)
    page.emulate_media(media="print")
    if PICTURES:
        (Path(PICTURES) / f"letter-{like}-{paper}.pdf").write_bytes(printed)
        page.screenshot(path=Path(PICTURES) / f"letter-{like}-{paper}.png", full_page=True)

    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) == 1
    assert page.locator(".letter").inner_text().split() == on_screen
