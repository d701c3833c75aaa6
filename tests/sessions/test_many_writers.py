"""Twenty at once on one note, each over a connection of its own: nobody hangs, nothing is lost, one text wins."""

from __future__ import annotations

import threading
import uuid
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connections, transaction
from django.db.models import F
from django.test import Client as Browser
from django.urls import reverse

from sessions.actions import note as actions
from sessions.models import Finding, Seal, SessionNote
from sessions.queries.seal import Verified, verify
from tests.sessions.factories import decided_client, draft, draft_with_rows, event, event_values, signed_note

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 20
#: What an action may answer to somebody who came second. Anything else, a deadlock above all, is a failure.
SECOND = (actions.TextConflict, actions.NoteSigned, actions.NotComplete, ValidationError)


def at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    """Every act in a thread and over a connection of its own, begun together; what each gave or raised, in order."""
    start = threading.Barrier(len(acts))
    given: list[Any] = [None] * len(acts)

    def run(number: int) -> None:
        start.wait()
        try:
            given[number] = acts[number]()
        except Exception as error:
            given[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads), "somebody hangs"
    return given


def _writers(note: SessionNote) -> list[Callable[[], Any]]:
    """One of every action on an open note, twice, and two signatures."""
    tess, row = note.therapist, note.events.first()

    def fresh() -> SessionNote:
        return SessionNote.objects.select_related("therapist").get(pk=note.pk)

    def signed() -> SessionNote:
        return actions.sign_note(note=fresh(), by=tess)

    acts: list[Callable[[], Any]] = [
        lambda: event(fresh(), pressure=1, comfort=3),
        lambda: actions.record_event(note=fresh(), client_uuid=uuid.uuid4(), by=tess, **event_values(comfort=1)),
        lambda: actions.void_event(event=row, reason="undo", by=tess),
        lambda: actions.save_text(note=fresh(), rev=fresh().rev, texts={"plan": f"{uuid.uuid4()}"}, by=tess),
        lambda: actions.set_pain(note=fresh(), after=1, by=tess),
        lambda: actions.record_verbal_consent(note=fresh(), scope="assess", by=tess),
        lambda: actions.record_finding(note=fresh(), code="T_SLR", side="L", phase="after", result="neg", by=tess),
        lambda: actions.raise_cap(
            note=fresh(), structure="MUS_PIR", side="R", pressure=3, reason="smaller_range", by=tess
        ),
        lambda: actions.end_note(note=fresh(), by=tess),
    ]
    return [*acts, signed, *acts, signed]


def test_of_twenty_writers_nobody_hangs_and_each_is_answered():
    note = draft_with_rows()

    given = at_once(_writers(note))

    errors = [each for each in given if isinstance(each, Exception)]
    assert len(given) == MANY
    assert [error for error in errors if not isinstance(error, SECOND)] == []
    assert SessionNote.objects.get(pk=note.pk).is_signed
    assert list(verify(Verified())) == []


def test_twenty_who_write_past_the_actions_wait_for_each_other_too():
    """A row first and then the note itself: the order in which two would hold half each and wait for the other half."""
    note = draft()

    def write(number: int) -> None:
        with transaction.atomic():
            Finding.objects.create(note=note, code=f"T_{number}", side="L", phase="after", result="neg")
            SessionNote.objects.filter(pk=note.pk).update(rev=F("rev") + 1)

    given = at_once([lambda n=n: write(n) for n in range(MANY)])

    assert [each for each in given if each is not None] == []
    assert (note.findings.count(), SessionNote.objects.get(pk=note.pk).rev) == (MANY, MANY)


def test_twenty_signatures_and_additions_make_one_chain_without_a_gap():
    signed = signed_note()
    ready = []
    for number in range(4):
        client, _decision = decided_client(signed.therapist, first=f"Ben{number}")
        ready.append(draft_with_rows(signed.therapist, client))
    adds = [
        lambda n=n: actions.add_addendum(note=signed, kind="addendum", text=f"{n}", by=signed.therapist)
        for n in range(MANY - len(ready))
    ]

    given = at_once([*(lambda n=n: actions.sign_note(note=n, by=n.therapist) for n in ready), *adds])

    assert [each for each in given if isinstance(each, Exception)] == []
    assert list(Seal.objects.values_list("number", flat=True)) == list(range(1, MANY + 2))
    assert list(verify(Verified())) == []


def test_of_twenty_editors_one_is_accepted_and_nineteen_see_both_texts():
    note = draft()
    page = reverse("sessions:text", args=[note.uuid])
    browsers = []
    for _number in range(MANY):
        browsers.append(Browser())
        browsers[-1].force_login(note.therapist)

    def edit(number: int) -> Any:
        sent = {"field": "subjective", "subjective": f"Editor {number} wrote this.", "was-subjective": ""}
        return browsers[number].post(page, sent, headers={"HX-Request": "true"})

    answers = at_once([lambda n=n: edit(n) for n in range(MANY)])

    assert Counter(answer.status_code for answer in answers) == {204: 1, 409: MANY - 1}
    won = next(number for number, answer in enumerate(answers) if answer.status_code == 204)
    stored = SessionNote.objects.get(pk=note.pk)
    assert (stored.subjective, stored.rev) == (f"Editor {won} wrote this.", 1)
    for number, answer in enumerate(answers):
        if number != won:
            told = answer.content.decode()
            assert f"Editor {won} wrote this." in told
            assert f"Editor {number} wrote this." in told
