"""The plan on paper: one page of A4 or Letter, whatever is in it, with everything that stands in it."""

import os
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client as Browser

from clinic.models import Practice
from sessions.queries.shelf import choices_of
from sessions.rules.stretches import STRETCHES
from tests import factories
from tests.browser.practice import SLIPPED
from tests.sessions.factories import decided_client, published_plan, therapist

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PICTURES = os.environ.get("SCREENSHOTS")
#: Width and height in CSS pixels, at 96 to the inch.
PAPERS = {"A4": (794, 1123), "Letter": (816, 1056)}
USUAL = ["PR-01", "PR-03", "GL-01", "HA-01", "BR-01"]
#: Those with most to read and see: long words, two pictures each.
LONGEST = ["PR-02", "PR-12", "PR-08", "GL-06", "NE-01"]
NOTE = "In the evening, after the walk with the dog. Stop a little before it pulls hard and count five breaths out."
WORDS = "Two of them a day is plenty. If the leg is quiet, leave the evening round out; write to us when it is not."


def _plan(codes: list[str], level: int, note: str, message: str, **answers):
    tess = therapist()
    client, _decision = decided_client(tess, **answers)
    items = []
    for code in codes:
        levels, sides = choices_of(code)
        side = "L" if len(sides) > 1 else "B"
        highest = max(each for each in levels if each <= level)
        items.append({"stretch": code, "side": side, "level": highest, "note": note, "reason": "smaller_range"})
    published_plan(tess, client, *items, message=message)
    return tess, client, factories.portal_user(client, "ana@example.org")


def _opened(page, live_server, user, path):
    known = Browser()
    known.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    cookies = [{"name": key, "value": one.value, "url": live_server.url} for key, one in known.cookies.items()]
    page.context.add_cookies(cookies)
    page.goto(f"{live_server.url}{path}")
    return page


def _pages(page, paper: str, file: str) -> int:
    """How many sides the browser's own print takes."""
    printed = page.pdf(format=paper, prefer_css_page_size=False)
    if PICTURES:
        (Path(PICTURES) / f"{file}-{paper}.pdf").write_bytes(printed)
        page.emulate_media(media="print")
        page.screenshot(path=Path(PICTURES) / f"{file}-{paper}.png", full_page=True)
        page.emulate_media(media="screen")
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", printed))


def _cut(page) -> list[str]:
    """Texts of the sheet that do not fit into their own box, or stick out of the sheet."""
    page.emulate_media(media="print")
    return page.evaluate(
        """() => {
          const sheet = document.querySelector('.sheet'), wide = sheet.getBoundingClientRect();
          return [...sheet.querySelectorAll('*')].filter(one => one.checkVisibility()).filter(one => {
            const box = one.getBoundingClientRect();
            const inline = getComputedStyle(one).display === 'inline';
            return !inline && one.clientWidth > 0 && one.scrollWidth > one.clientWidth + 1
              || box.right > wide.right + 1 || box.left < wide.left - 1;
          }).map(one => `${one.localName}.${one.getAttribute('class')}: ${one.textContent.trim().slice(0, 40)}`);
        }"""
    )


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize(
    ("like", "codes", "level", "note", "message"),
    [
        ("one", USUAL[:1], 2, "", ""),
        pytest.param("three", USUAL[:3], 2, NOTE, WORDS, marks=pytest.mark.exhaustive),
        pytest.param("five", USUAL, 2, "", WORDS, marks=pytest.mark.exhaustive),
        pytest.param("five-long", LONGEST, 1, NOTE, WORDS, marks=pytest.mark.exhaustive),
        pytest.param("five-longer", LONGEST, 3, NOTE * 2, WORDS * 3, marks=pytest.mark.exhaustive),
        ("five-longest", LONGEST, 1, (NOTE * 3)[:300], (WORDS * 5)[:500]),
    ],
)
def test_a_plan_prints_to_one_page(page, live_server, paper, like, codes, level, note, message):
    _tess, _client, ana = _plan(codes, level, note, message, **SLIPPED)
    Practice.objects.update(is_demo=True)  # with the line that says so, which takes its room as well
    width, height = PAPERS[paper]
    page.set_viewport_size({"width": width - 83, "height": height - 64})  # the sheet without its margins
    _opened(page, live_server, ana, "/portal/stretches/")

    pages = _pages(page, paper, f"paper-{like}")

    assert pages == 1
    assert _cut(page) == []


@pytest.mark.parametrize("paper", PAPERS)
def test_the_sheet_of_staff_is_one_page_too(page, live_server, paper):
    tess, client, _ana = _plan(LONGEST, 1, (NOTE * 3)[:300], (WORDS * 5)[:500], **SLIPPED)
    Practice.objects.update(is_demo=True)
    _opened(page, live_server, tess, f"/clients/{client.uuid}/plan/print/")

    assert _pages(page, paper, "paper-staff") == 1


def test_the_sheet_says_everything_on_paper(page, live_server):
    tess, client, _ana = _plan(USUAL, 2, NOTE, WORDS, **SLIPPED)
    _opened(page, live_server, tess, f"/clients/{client.uuid}/plan/print/")
    page.emulate_media(media="print")

    sheet = page.locator(".sheet").inner_text()

    assert {STRETCHES[code].name in sheet for code in USUAL} == {True}
    for words in (
        "Your left side",
        "30 seconds × 3",
        "once a day",
        NOTE,
        WORDS,
        "version 1",
        f"{client.name} · {client.ref}",
        "Leave these out for now",
    ):
        assert words in sheet
    assert page.locator(".ticks li:visible").count() == len(USUAL) * 7
    assert page.locator(".sheet svg.qr").is_visible()
    assert page.locator(".how").first.evaluate("one => getComputedStyle(one).listStyleType") == "decimal"
    assert page.locator(".hand__words:visible").count() == len(USUAL)
