"""What every test stands on: an empty cache, strict templates, quick passwords, the people, and a browser."""

from __future__ import annotations

import os
import shutil
import sys
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.cache import cache

from tests import factories
from tests.kept_rows import KeptRows

_STRICT = tuple(f"{settings.BASE_DIR}/templates/{ours}/" for ours in ("clinic", "intake", "sessions"))
_NO_CHROMIUM = "Chromium is not installed, so the browser tests are skipped (set CHROMIUM to its path to run them)."


class UndefinedVariable(str):
    """What a template gets for a variable nobody defined: an error in a template of ours.

    A misspelt name would otherwise read as "nothing to report". Templates that come with Django and django-allauth
    lean on undefined names, so they keep the empty space.
    """

    def __contains__(self, item: object) -> bool:
        return item == "%s"

    def __mod__(self, missing: object) -> str:
        rendering = sys._getframe(1).f_locals.get("context")
        template = getattr(rendering, "template", None)
        if template is not None and any(part in str(template.origin.name) for part in _STRICT):
            raise AssertionError(f"undefined variable in {template.origin.name}: {missing}")
        return ""


def pytest_configure(config: pytest.Config) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = UndefinedVariable("%s")


@pytest.fixture(autouse=True)
def _empty_cache():
    """Rate limits and the like start from nothing."""
    cache.clear()


_PEOPLE = KeptRows(factories.people)


@pytest.fixture
def people(db) -> SimpleNamespace:
    """Ana and Ben (clients), their accounts, Tess and Theo (therapists), Flo (front desk), Odile (owner).

    Tess cares for Ana, Theo for Ben. ``ana_user`` opens Ana's plan, ``ben_user`` Ben's. The practice is set up.
    """
    return _PEOPLE()


def _chromium() -> str | None:
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def browser():
    """One Chromium for the whole run; skipped with one sentence when there is none, unless the tests are required."""
    path = _chromium()
    if path is None:
        if os.environ.get("BROWSER_TESTS") == "required":
            pytest.fail(_NO_CHROMIUM)
        pytest.skip(_NO_CHROMIUM)
    sync_api = pytest.importorskip("playwright.sync_api")
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs in the thread of the tests
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def context(browser, live_server):
    """A fresh browser profile at the live server."""
    profile = browser.new_context(base_url=live_server.url, locale="en-GB", viewport={"width": 1280, "height": 900})
    profile.set_default_timeout(10_000)
    yield profile
    profile.close()


@pytest.fixture
def page(context):
    """One page of a fresh profile; an error in a script fails the test."""
    opened = context.new_page()
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(str(error)))
    yield opened
    assert problems == []
