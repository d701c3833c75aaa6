"""What every test stands on: an empty cache, strict templates, quick passwords, the people, and a browser."""

from __future__ import annotations

import gc
import os
import shutil
import sys
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db.backends.postgresql.operations import DatabaseOperations

from tests import factories
from tests.kept_rows import KeptRows
from tests.thinning import EXHAUSTIVE

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


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Walks that repeat what their neighbours show are left to ``EXHAUSTIVE=1``, which CI sets.

    A test in a browser that fails is tried once more: on a busy machine a browser is late now and then.
    """
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))
    if EXHAUSTIVE or "::" in " ".join(config.args):
        return
    left_out = [item for item in items if item.get_closest_marker("exhaustive")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if not item.get_closest_marker("exhaustive")]


def pytest_collection_finish() -> None:
    """What is imported by now lives to the end: the collector need not walk through it again and again."""
    gc.freeze()


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
    """The one that is named, or the first there is; the headless shell draws the same with half the work."""
    known = ("chromium-headless-shell", "chromium", "chromium-browser")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, known)), None)


@pytest.fixture(scope="session", autouse=True)
def _emptied_quickly():
    """A test with a server of its own leaves few rows: deleting them takes a tenth of truncating every table.

    Triggers that protect rows are silent for it, which needs a superuser: the embedded server's user is one.
    """

    def sql_flush(
        operations: DatabaseOperations, style: Any, tables: list[str], *, reset_sequences: bool = False, **_kwargs: Any
    ) -> list[str]:
        names = [operations.quote_name(table) for table in tables]
        deleted = [
            "SET session_replication_role = replica",
            *(f"DELETE FROM {name}" for name in names),
            "SET session_replication_role = DEFAULT",
        ]
        return ["; ".join(deleted)] if names else []

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", sql_flush)
        yield


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
    profile.set_default_timeout(30_000)
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
