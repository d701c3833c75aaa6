"""The records desk of the ground floor: found by any part of a name, quick with many rows, and who changed what."""

from __future__ import annotations

import html
from datetime import date

import pytest
from django.contrib import admin
from django.urls import reverse

from clinic import actions
from clinic.models import AuditEvent, Client, ContentKind, PortalRelation
from tests import factories
from tests.counting import of_lists, statements
from tests.sessions.factories import decided_client

pytestmark = pytest.mark.django_db

LISTS = (
    "clinic_client",
    "clinic_appointment",
    "clinic_user",
    "clinic_location",
    "clinic_contentedition",
    "clinic_editionsignoff",
    "clinic_outboundmessage",
    "clinic_auditevent",
)
CLIENTS = reverse("admin:clinic_client_changelist")


@pytest.fixture
def owner(people, client):
    """Odile's browser."""
    client.force_login(people.odile)
    return client


def _found(browser, text):
    """Family names on the list of clients after a search."""
    return sorted(row.last_name for row in browser.get(CLIENTS, {"q": text}).context["cl"].result_list)


@pytest.mark.parametrize("text", ["muller", "Müller", "jose mul", "üller JOSÉ", "MULLER jose"])
def test_a_search_finds_parts_of_a_name_in_any_order_without_accents(owner, text):
    factories.client("José", "Müller")
    factories.client("Josef", "Moller")

    assert _found(owner, text) == ["Müller"]


def test_a_therapist_finds_charted_clients_alone(people, client):
    client.force_login(people.tess)

    assert (_found(client, ""), _found(client, "okoro")) == (["Lind"], [])


def test_the_history_page_names_who_changed_what(people, client):
    client.force_login(people.flo)
    changed = {"first_name": "Ana", "last_name": "Berg", "language": "en"}
    born = {"birth_date_day": "5", "birth_date_month": "3", "birth_date_year": "1980"}
    assert client.post(reverse("client_edit", args=[people.ana.uuid]), {**changed, **born}).status_code == 302
    client.force_login(people.odile)

    page = html.unescape(client.get(reverse("admin:clinic_client_history", args=[people.ana.pk])).content.decode())

    assert "Flo Marsh" in page
    assert "Last name: Lind → Berg" in page


def test_opening_a_client_is_logged_and_looking_at_the_list_is_not(people, owner):
    owner.get(CLIENTS)
    assert not AuditEvent.objects.filter(verb="read").exists()

    owner.get(reverse("admin:clinic_client_change", args=[people.ana.pk]))

    read = AuditEvent.objects.get(verb="read")
    assert (read.actor, read.client, read.object_uuid) == (people.odile, people.ana, people.ana.uuid)


def test_a_client_is_read_and_never_changed_here(people, owner):
    address = reverse("admin:clinic_client_change", args=[people.ana.pk])

    assert owner.post(address, {"first_name": "X", "last_name": "Y"}).status_code == 403
    assert Client.objects.get(pk=people.ana.pk).last_name == "Lind"


def test_the_log_is_searched_by_who_and_by_whose(people, owner):
    actions.record_read(about=people.ana, client=people.ana, by=people.theo)
    log = reverse("admin:clinic_auditevent_changelist")

    found = {text: owner.get(log, {"q": text, "verb__exact": "read"}).context["cl"].result_count for text in _PEOPLE}

    assert found == _PEOPLE


#: Words of a search and how many reads of Ana's record by Theo it finds.
_PEOPLE = {"Lind Ana": 1, "haddad": 1, "okoro": 0}


def _one_more_of_each(people, number):
    """A client, a visit, an account, a place, a sign-off, a mail and log entries."""
    therapist = factories.staff("therapist")
    client, _decision = decided_client(therapist, first=f"Client {number}")
    factories.appointment(client, therapist)
    factories.location(f"Place {number}")
    factories.portal_user(client, f"client{number}@example.org")
    actions.sign_off_edition(
        kind=ContentKind.QUESTIONS,
        clinician=f"Dr {number}",
        profession="GP",
        signed_on=date(2026, 1, 5),
        by=people.odile,
    )


@pytest.mark.exhaustive
def test_a_list_takes_as_many_statements_for_ten_rows_as_for_one(people, owner):
    _one_more_of_each(people, 0)
    few = of_lists(owner, *LISTS)

    for number in range(1, 10):
        _one_more_of_each(people, number)

    assert of_lists(owner, *LISTS) == few


def test_a_client_takes_as_many_statements_for_three_therapists_and_accounts_as_for_one(people, owner):
    address = reverse("admin:clinic_client_change", args=[people.ana.pk])
    few = statements(owner, address)

    for number in range(2):
        actions.start_care(client=people.ana, therapist=factories.staff("therapist"), reason="note", by=None)
        factories.portal_user(people.ana, f"helper{number}@example.org", PortalRelation.HELPER)

    assert statements(owner, address) == few


def test_every_list_of_this_floor_is_counted():
    labels = {model._meta.label_lower.replace(".", "_") for model in admin.site._registry}

    assert {label for label in labels if label.startswith("clinic_")} - set(LISTS) == {"clinic_practice"}
