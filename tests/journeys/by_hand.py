"""What hands do at a page: sign in, answer every control that a page of the form shows, send it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.core import mail

from tests.factories import PASSWORD

#: How many pages a form may have before a test gives up: more than there are.
MOST_PAGES = 100
DATE_PARTS = ("year", "month", "day")
#: What Playwright makes a phone of.
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def sign_in(page: Any, email: str) -> None:
    """Staff: e-mail address and password."""
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda address: "/accounts/" not in address)


def press(page: Any, name: str, *, role: str = "button") -> None:
    """Press the one control with this name, and wait for the page it leads to."""
    with page.expect_navigation(wait_until="load"):
        page.get_by_role(role, name=name, exact=True).first.click()


def fill_in_date(scope: Any, name: str, iso: str) -> None:
    """Day, month and year in their boxes; what the ISO text leaves out stays empty."""
    for part in DATE_PARTS:
        scope.locator(f"[name='{name}_{part}']").fill(_piece(iso, part))


def _piece(iso: str, part: str) -> str:
    pieces = iso.split("-")
    place = DATE_PARTS.index(part)
    return pieces[place].lstrip("0") if place < len(pieces) else ""


def fill_in(page: Any, answers: Mapping[str, Any]) -> list[str]:
    """Answer every control of the form on this page; the names of those for which ``answers`` hold something.

    A control is named after its question, and after a dash the part of it.
    """
    form = page.locator("main form")
    names = form.locator("[name]").evaluate_all("all => [...new Set(all.map(one => one.name))]")
    given = []
    for name in names:
        whole, _line, box = name.rpartition("_")
        subject = whole if box in (*DATE_PARTS, "word") else name
        question, _dash, part = subject.partition("-")
        answer = answers.get(question)
        if part:
            answer = answer.get(part) if isinstance(answer, Mapping) else None
        if answer is None or answer is False or box == "word":
            continue
        given.append(name)
        _answer(page, form.locator(f"[name='{name}']"), name, answer)
    return given


def _answer(page: Any, controls: Any, name: str, answer: Any) -> None:
    kind = controls.first.evaluate("one => one.matches('select, textarea') ? one.localName : one.type")
    if kind in ("radio", "checkbox"):
        for value in answer if isinstance(answer, list) else [answer]:
            _choose(page, controls, value)
    elif kind == "select":
        controls.select_option(str(answer))
    else:
        part = name.rpartition("_")[2]
        controls.fill(_piece(answer, part) if part in DATE_PARTS else str(answer))


def _choose(page: Any, controls: Any, value: Any) -> None:
    """A card, a number of a scale, a box, or a place of the body: that one by a tap on the picture."""
    control = controls.first if value is True else controls.and_(page.locator(f"[value='{value}']"))
    if control.is_checked():
        return
    if ":" in str(value):
        page.locator(f"[data-pose]:not([hidden]) path[data-code='{value}']").first.click()
    else:
        control.locator("xpath=ancestor::label").click()
    assert control.is_checked(), f"{value} is not chosen"


def fill_form(page: Any, answers: Mapping[str, Any]) -> list[str]:
    """Every page of the intake, from where it stands to the page that ends it; the addresses of the pages seen."""
    seen: list[str] = []
    while "/i/page/" in page.url and len(seen) < MOST_PAGES:
        address = page.url.rstrip("/").rpartition("/")[2]
        assert address not in seen, f"{address} came back: {page.locator('main').inner_text()}"
        seen.append(address)
        fill_in(page, answers)
        press(page, "Continue")
    return seen


# --- on a client's phone ------------------------------------------------------------------------------------------


def ask_for_code(phone: Any, address: str) -> None:
    """Have a code mailed to this address."""
    phone.goto("/")
    phone.locator("[name=email]").fill(address)
    tap(phone, "Send me a code")


def tap(phone: Any, name: str | re.Pattern[str], role: str = "button") -> None:
    """Tap the one control with this name, and wait for the page it leads to."""
    with phone.expect_navigation(wait_until="load"):
        phone.get_by_role(role, name=name, exact=True).first.tap()


def type_code(phone: Any, code: str) -> None:
    """Type a code into its field, and go on."""
    phone.locator("[name=code]").fill(code)
    tap(phone, "Continue")


def mailed_code() -> str:
    """The code in the newest mail."""
    return re.search(r"^\d{4}-\d{4}$", mail.outbox[-1].body, re.MULTILINE)[0]
