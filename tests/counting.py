"""How many statements a page takes: the measure of "constant, whatever the number of rows"."""

from __future__ import annotations

import re

from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

_CONTROL = re.compile(r"(SELECT set_config.*; )?(SAVEPOINT|RELEASE|BEGIN|COMMIT)")


def statements(browser: Browser, address: str) -> int:
    """Statements of one visit, without transaction control; what only a first visit asks is over."""
    browser.get(address)
    with CaptureQueriesContext(connection) as taken:
        answer = browser.get(address)
    assert answer.status_code == 200, address
    return sum(not _CONTROL.match(query["sql"]) for query in taken)


def of_lists(browser: Browser, *models: str) -> dict[str, int]:
    """Statements of the list of each of ``models`` ("clinic_client") in the records desk."""
    return {model: statements(browser, reverse(f"admin:{model}_changelist")) for model in models}
