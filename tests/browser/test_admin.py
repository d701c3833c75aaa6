"""Every page of the records desk in a real browser: accessible, within its width, quiet.

The owner sees every one of them. The therapist's are the same templates with fewer rows (who may see which row is the
access matrix's): her start page and one list with its record are looked at.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.db.models import Model
from django.urls import reverse

from clinic.models import Client
from tests.thinning import thinned

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

#: A tablet, where the lists stand above their filters, and a desk.
WIDTHS = (820, 1280)
PICTURES = os.environ.get("SCREENSHOTS")
#: What must never be read in a page: a bare record, a bare value of Python.
RAW = re.compile(r"[A-Z]\w+ object \(|[a-z]+ [0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-|[{\[]['\"]|<[A-Z]\w+:|\[\d{4}-")

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
#: Every ninth stands for the others, whose lists and records are drawn by the same templates.
OPENED = [*thinned((("odile", model) for model in MODELS), 9), ("tess", Client)]


def _address(model: type[Model], page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def _wrong(opened: Any, path: str, file: str) -> list[str]:
    """Everything wrong with one page, each with its address."""
    page = opened.page
    page.set_viewport_size({"width": WIDTHS[0], "height": 1180})
    response = page.goto(path, wait_until="load")
    found = [] if response.status == 200 else [f"status {response.status}"]
    found += [*page.evaluate("() => [...__refused]"), *opened.complaints()]
    if page.locator("link[rel=icon]").count() != 1:
        found.append("no icon")
    shown = page.locator("#container").inner_text()
    for edition in page.locator("pre.edition").all():  # a catalogue word for word is meant to be raw
        shown = shown.replace(edition.inner_text(), "")
    found += [f"reads “{raw}”" for raw in RAW.findall(shown)]
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"admin-{file}-{width}.png", full_page=True)
        # axe itself holds targets to 24 pixels, as WCAG does; what it reads is the same at both widths
        run = {"targets": 0, "axe": width == WIDTHS[0], "unfold": True}
        found += [f"at {width} px {one}" for one in page.evaluate("run => __checks.at_width(run)", run)]
    opened.complaints()  # axe reads stylesheets by a way that the policy refuses and the console reports
    return [f"{path}: {one}" for one in found]


def _pages(page: Any, model: type[Model]) -> Iterator[tuple[str, str]]:
    """The list, a record and, for one model, its history; a search and one choice of each filter are only asked for."""
    listed = _address(model, "changelist")
    yield "list", listed
    page.goto(listed)
    first = page.locator("#result_list tbody tr a[href*='/change/']").first
    record = first.get_attribute("href") if first.count() else None
    filters = page.locator("#changelist-filter details, #changelist-filter [data-filter-title]")
    asked = [box.locator("a[href^='?']").nth(1).get_attribute("href") for box in filters.all()]
    if page.locator("#searchbar").count():
        asked.append("?q=li")
    for query in asked:
        assert page.request.get(f"{listed}{query}").ok, f"{listed}{query}"
    if record is not None:
        yield "view", record
        if model is Client:
            yield "history", record.replace("/change/", "/history/")


@pytest.mark.parametrize("who", ["odile", "tess"])
def test_index(site, who):
    opened = site.as_(who)

    found = _wrong(opened, reverse("admin:index"), f"index-{who}")
    for app in {model._meta.app_label for model in MODELS}:
        found += _wrong(opened, reverse("admin:app_list", args=[app]), f"{app}-{who}")

    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("who", "model"), OPENED, ids=lambda value: value if isinstance(value, str) else value.__name__
)
def test_pages_of(site, who, model):
    opened = site.as_(who)

    found = []
    for kind, path in list(_pages(opened.page, model)):
        found += _wrong(opened, path, f"{model.__name__}-{kind}-{who}")

    assert not found, "\n".join(found)
