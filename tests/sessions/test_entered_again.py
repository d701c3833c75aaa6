"""A note written for the wrong client: struck, entered again for the right one, each saying where the other is."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from sessions.actions import note as actions
from sessions.models import Reentry, SessionNote
from tests import factories
from tests.sessions.factories import decided_client, draft_with_rows, therapist

pytestmark = pytest.mark.django_db


@pytest.fixture
def tess():
    return therapist()


@pytest.fixture
def struck(tess):
    note = draft_with_rows(tess, decided_client(tess, first="Ana")[0])
    actions.sign_note(note=note, by=tess)
    actions.strike_note(note=note, reason="wrong_client", by=tess)
    return SessionNote.objects.get(pk=note.pk)


@pytest.fixture
def right(tess, struck):
    return draft_with_rows(tess, decided_client(tess, first="Ben")[0])


def _page(user, note):
    browser = Browser()
    browser.force_login(user)
    return browser.get(reverse("sessions:note", args=[note.uuid])).content.decode()


def test_both_notes_say_where_the_other_is_and_neither_names_the_other_client(tess, struck, right):
    actions.enter_again(struck=struck, note=right, by=tess)
    actions.sign_note(note=right, by=tess)
    colleague = factories.staff("owner", "therapist")

    mine, theirs = _page(tess, struck), _page(colleague, struck)
    assert "Entered again for the right client" in mine
    assert reverse("sessions:note", args=[right.uuid]) in mine
    assert "Entered again for the right client" in theirs
    assert str(right.uuid) not in theirs
    assert "Ben" not in theirs
    assert "first written into the record of another client" in _page(tess, right)
    assert "Ana" not in _page(tess, right)


def test_the_page_offers_ones_own_notes_of_other_clients_and_links_the_chosen_one(tess, struck, right, client):
    client.force_login(tess)
    assert "Ben Lind" in _page(tess, struck)

    client.post(reverse("sessions:enter_again", args=[struck.uuid]), {"note": str(right.uuid)})

    link = Reentry.objects.get()
    assert (link.struck, link.note, link.by) == (struck, right, tess)
    assert "Link the two notes" not in _page(tess, struck)


@pytest.mark.parametrize("sent", [{}, {"note": "x"}, {"note": "00000000-0000-0000-0000-000000000000"}])
def test_anything_else_is_refused_with_a_sentence(sent, tess, struck, right, client):
    client.force_login(tess)

    answer = client.post(reverse("sessions:enter_again", args=[struck.uuid]), sent)

    assert answer.status_code == 422
    assert "Choose" in answer.content.decode()
    assert not Reentry.objects.exists()


def test_a_note_of_the_same_client_or_one_that_is_not_struck_is_not_linked(tess, struck, right):
    same = draft_with_rows(tess, struck.client)

    for was, now in ((struck, same), (right, struck)):
        with pytest.raises(ValidationError):
            actions.enter_again(struck=was, note=now, by=tess)
        with pytest.raises(DatabaseError), transaction.atomic():
            Reentry.objects.create(struck=was, note=now, by=tess, at=timezone.now())


def test_each_of_the_two_is_linked_once_and_the_same_again_is_the_same(tess, struck, right):
    link = actions.enter_again(struck=struck, note=right, by=tess)
    other = draft_with_rows(tess, decided_client(tess, first="Cleo")[0])

    assert actions.enter_again(struck=struck, note=right, by=tess) == link
    with pytest.raises(ValidationError):
        actions.enter_again(struck=struck, note=other, by=tess)


def test_nobody_else_links_them(tess, struck, right):
    other = factories.staff("therapist")

    with pytest.raises(PermissionDenied):
        actions.enter_again(struck=struck, note=right, by=other)
    with pytest.raises(DatabaseError), transaction.atomic():
        Reentry.objects.create(struck=struck, note=right, by=other, at=timezone.now())
