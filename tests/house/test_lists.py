"""A list runs the same statements with one row and with many; counted without those that only open and close."""

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests import factories
from tests.sessions.factories import decided_client, published_plan, signed_note, therapist

pytestmark = pytest.mark.django_db
MANY = 12


def _statements(browser: Browser, path: str) -> int:
    browser.get(path)  # sessions and the like are written once
    with CaptureQueriesContext(connection) as seen:
        answer = browser.get(path)
    assert answer.status_code == 200
    return sum(
        not each["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")) for each in seen.captured_queries
    )


def _browser(user) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def _visit(by, number: int) -> None:
    client, _decision = decided_client(by, first=f"Ana{number}")
    begins = timezone.now().replace(hour=number % 24, minute=0, second=0, microsecond=0)
    factories.appointment(client, by, begins=begins, minutes=30)


@pytest.mark.parametrize(
    "page", ["sessions:my_day", "clients", pytest.param("admin:clinic_client_changelist", marks=pytest.mark.exhaustive)]
)
def test_a_list_takes_the_same_statements_for_one_and_for_many(page):
    tess = therapist()
    _visit(tess, 0)
    browser = _browser(tess)
    one = _statements(browser, reverse(page))
    for number in range(1, MANY):
        _visit(tess, number)

    assert _statements(browser, reverse(page)) == one


@pytest.mark.parametrize("name", ["sessionnote", "planversion"])
def test_a_list_of_the_records_takes_the_same_statements_for_one_and_for_many(name):
    tess = therapist()
    make = {"sessionnote": signed_note, "planversion": published_plan}[name]
    make(tess, decided_client(tess, first="Ana0")[0])
    browser, path = _browser(tess), reverse(f"admin:massage_sessions_{name}_changelist")
    one = _statements(browser, path)
    for number in range(1, 4):
        make(tess, decided_client(tess, first=f"Ana{number}")[0])

    assert _statements(browser, path) == one


@pytest.mark.parametrize("items", [1, 4])
def test_the_portals_first_page_takes_at_most_eight_statements(items):
    tess = therapist()
    client = decided_client(tess)[0]
    stretches = ("PR-01", "PR-02", "PR-03", "GL-01")[:items]
    published_plan(tess, client, *({"stretch": code} for code in stretches))
    browser = _browser(factories.portal_user(client, "ana@example.org"))

    assert _statements(browser, reverse("sessions:portal")) <= 8
