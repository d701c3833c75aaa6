"""The records desk of the top floor: notes with their rows, plans, logs; read, logged, and quick with many rows."""

from __future__ import annotations

import uuid

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from clinic.models import AuditEvent
from sessions.actions import home
from sessions.actions import plan as plans
from sessions.actions.note import add_addendum
from sessions.models import SessionNote
from tests import factories
from tests.counting import of_lists, statements
from tests.sessions.factories import decided_client, draft, event, published_plan, signed_note, therapist

pytestmark = pytest.mark.django_db

LISTS = (
    "massage_sessions_sessionnote",
    "massage_sessions_planversion",
    "massage_sessions_stretchlog",
    "massage_sessions_homemessage",
)
NOTES = reverse("admin:massage_sessions_sessionnote_changelist")


def _note(row):
    return reverse("admin:massage_sessions_sessionnote_change", args=[row.pk])


@pytest.fixture
def owner(client, db):
    """The browser of an owner who treats nobody."""
    factories.practice()
    client.force_login(factories.staff("owner", name="Odile Marchand", email="odile@riverside.example"))
    return client


@pytest.mark.parametrize(("text", "found"), [("muller", 1), ("moller", 0), ("MÜL jos", 1)])
def test_a_note_is_found_by_parts_of_its_clients_name(owner, text, found):
    by = therapist()
    signed_note(by, decided_client(by, first="José Müller")[0])
    signed_note(by, decided_client(by, first="Ana")[0])

    assert len(owner.get(NOTES, {"q": text}).context["cl"].result_list) == found


def test_reading_a_note_shows_its_timeline_and_additions_and_is_logged(owner):
    note = signed_note(added=True)

    page = owner.get(_note(note)).content.decode()

    assert [text for text in ("Sitting brings it on.", "Piriformis", "One thing more.") if text not in page] == []
    read = AuditEvent.objects.get(verb="read", object_uuid=note.uuid)
    assert (read.actor.printed_name, read.client) == ("Odile Marchand", note.client)


def test_a_colleagues_draft_is_not_there(owner):
    note = draft()

    assert owner.get(_note(note))["Location"] == "/admin/"
    assert len(owner.get(NOTES).context["cl"].result_list) == 0
    assert not AuditEvent.objects.filter(verb="read", object_uuid=note.uuid).exists()


def test_a_note_is_never_changed_here(owner):
    note = signed_note()

    assert owner.post(_note(note), {"subjective": "Other."}).status_code == 403
    assert SessionNote.objects.get(pk=note.pk).subjective == "Sitting brings it on."


def _one_more_of_each(by, number):
    client = decided_client(by, first=f"Client {number}")[0]
    signed_note(by, client, added=True)
    version = published_plan(by, client)
    user = factories.portal_user(client, f"client{number}@example.org")
    plans.log_stretch(
        client=client,
        item_uuid=version.items.get().uuid,
        on=timezone.localdate(),
        comfort=3,
        client_uuid=uuid.uuid4(),
        by=user,
    )
    said = {"client_uuid": uuid.uuid4(), "item_uuid": version.items.get().uuid, "by": user}
    message = home.send_home_message(client=client, text="It pulls.", **said)
    if number:
        home.answer_home_message(message=message, text="Go less far.", by=by)


@pytest.mark.exhaustive
def test_a_list_takes_as_many_statements_for_ten_rows_as_for_one(owner):
    by = therapist()
    _one_more_of_each(by, 0)
    few = of_lists(owner, *LISTS)

    for number in range(1, 10):
        _one_more_of_each(by, number)

    assert of_lists(owner, *LISTS) == few


def test_a_note_takes_as_many_statements_for_ten_rows_of_its_timeline_as_for_one(client):
    note = draft()
    client.force_login(note.therapist)
    event(note)
    one = statements(client, _note(note))

    for _number in range(9):
        event(note)

    assert statements(client, _note(note)) == one


def test_a_note_takes_as_many_statements_for_three_additions_as_for_one(client):
    note = signed_note(added=True)
    client.force_login(note.therapist)
    one = statements(client, _note(note))

    for text in ("Second.", "Third."):
        add_addendum(note=note, kind="addendum", text=text, by=note.therapist)

    assert statements(client, _note(note)) == one


def test_every_list_of_this_floor_is_counted():
    labels = {model._meta.label_lower.replace(".", "_") for model in admin.site._registry}

    assert {label for label in labels if label.startswith("massage_sessions_")} == set(LISTS)
