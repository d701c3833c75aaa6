"""A signed note cannot be changed by any path: ORM, bulk, update, delete, raw SQL, moving rows in or out."""

from __future__ import annotations

import uuid

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from sessions.models import (
    Addendum,
    CapRaise,
    EventVoid,
    Finding,
    NoteStrike,
    SessionNote,
    TimelineEvent,
    VerbalConsent,
)
from sessions.queries.seal import signature_holds
from tests.sessions.factories import draft_with_rows, event_values, signed_note

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed(db):
    return signed_note(added=True, struck=True)


@pytest.fixture
def draft(db):
    return draft_with_rows()


def _sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _copy(table, columns, *values):
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy,
    ):
        copy.write_row(values)


def _event(note, **changes):
    row = event_values() | {"seq": 99, "client_uuid": uuid.uuid4(), "at": timezone.now()} | changes
    return TimelineEvent(note=note, **row)


def _save(record, **changes):
    for name, value in changes.items():
        setattr(record, name, value)
    record.save()


NOTE = "massage_sessions_sessionnote"
EVENT = "massage_sessions_timelineevent"
FINDING = "massage_sessions_finding"
CONSENT = "massage_sessions_verbalconsent"
RAISE = "massage_sessions_capraise"
VOID = "massage_sessions_eventvoid"
ADDENDUM = "massage_sessions_addendum"

ATTEMPTS = {
    # the note's own row
    "save a text": lambda n, d: _save(n, subjective="x"),
    "save the pain": lambda n, d: _save(n, pain_after=0),
    "save through update_fields": lambda n, d: (setattr(n, "plan", "x"), n.save(update_fields=["plan"])),
    "update by queryset": lambda n, d: SessionNote.objects.filter(pk=n.pk).update(assessment="x"),
    "update by expression": lambda n, d: SessionNote.objects.filter(pk=n.pk).update(rev=1000),
    "bulk_update": lambda n, d: (setattr(n, "objective", "x"), SessionNote.objects.bulk_update([n], ["objective"])),
    "unsign": lambda n, d: SessionNote.objects.filter(pk=n.pk).update(signed_at=None, signed_by=None, content_hash=""),
    "sign again later": lambda n, d: SessionNote.objects.filter(pk=n.pk).update(signed_at=timezone.now()),
    "another hash": lambda n, d: SessionNote.objects.filter(pk=n.pk).update(content_hash="0" * 64),
    "another client": lambda n, d: SessionNote.objects.filter(pk=n.pk).update(client=d.client),
    "another author": lambda n, d: SessionNote.objects.filter(pk=n.pk).update(therapist=d.therapist),
    "other limits": lambda n, d: SessionNote.objects.filter(pk=n.pk).update(limits=n.limits | {"pressure_cap": 0}),
    "delete the object": lambda n, d: SessionNote.objects.filter(pk=n.pk)._raw_delete("default"),
    "raw update": lambda n, d: _sql(f"UPDATE {NOTE} SET subjective = 'x' WHERE id = %s", n.pk),
    "raw update of the key": lambda n, d: _sql(f"UPDATE {NOTE} SET uuid = gen_random_uuid() WHERE id = %s", n.pk),
    "raw update from a query": lambda n, d: _sql(
        f"WITH c AS (SELECT id FROM {NOTE} WHERE id = %s) UPDATE {NOTE} n SET plan = 'x' FROM c WHERE n.id = c.id", n.pk
    ),
    "raw delete": lambda n, d: _sql(f"DELETE FROM {NOTE} WHERE id = %s", n.pk),
    "raw upsert": lambda n, d: _sql(
        f"INSERT INTO {NOTE} SELECT * FROM {NOTE} WHERE id = %s ON CONFLICT (id) DO UPDATE SET plan = 'x'", n.pk
    ),
    "raw merge": lambda n, d: _sql(
        f"MERGE INTO {NOTE} n USING (SELECT %s::bigint AS id) s ON n.id = s.id WHEN MATCHED THEN UPDATE SET plan = 'x'",
        n.pk,
    ),
    # timeline
    "add an event": lambda n, d: _event(n).save(force_insert=True),
    "add events in bulk": lambda n, d: TimelineEvent.objects.bulk_create([_event(n)]),
    "change an event": lambda n, d: _save(n.events.first(), words="x"),
    "change events by queryset": lambda n, d: n.events.update(pressure=0),
    "delete an event": lambda n, d: TimelineEvent.objects.filter(note=n)._raw_delete("default"),
    "move an event out": lambda n, d: n.events.update(note=d),
    "move an event in": lambda n, d: d.events.update(note=n),
    "void an event": lambda n, d: EventVoid.objects.create(
        event=n.events.last(), reason="undo", by=n.therapist, at=timezone.now()
    ),
    "take a void away": lambda n, d: EventVoid.objects.filter(event__note=n)._raw_delete("default"),
    "raw insert of an event": lambda n, d: _sql(
        f"INSERT INTO {EVENT} (uuid, client_uuid, seq, kind, structure, side, position, technique, pressure,"
        " pressure_source, sign, asked_by, cue, words, at, note_id) SELECT gen_random_uuid(), gen_random_uuid(), 98,"
        " 'note', structure, side, position, technique, 0, 'tapped', '', '', '', '', at, note_id"
        f" FROM {EVENT} WHERE note_id = %s LIMIT 1",
        n.pk,
    ),
    "raw update of an event": lambda n, d: _sql(f"UPDATE {EVENT} SET comfort = 2 WHERE note_id = %s", n.pk),
    "raw delete of an event": lambda n, d: _sql(f"DELETE FROM {EVENT} WHERE note_id = %s", n.pk),
    # findings
    "add a finding": lambda n, d: Finding.objects.create(note=n, code="T_SLR", side="R", phase="after", result="neg"),
    "add findings in bulk": lambda n, d: Finding.objects.bulk_create(
        [Finding(note=n, code="T_SLR", side="R", phase="after", result="neg")]
    ),
    "change a finding": lambda n, d: _save(n.findings.first(), result="neg"),
    "change findings by queryset": lambda n, d: n.findings.update(comment="x"),
    "delete a finding": lambda n, d: n.findings.all().delete(),
    "move a finding out": lambda n, d: n.findings.update(note=d),
    "move a finding in": lambda n, d: d.findings.update(note=n),
    "raw move of a finding in": lambda n, d: _sql(f"UPDATE {FINDING} SET note_id = %s WHERE note_id = %s", n.pk, d.pk),
    "raw delete of a finding": lambda n, d: _sql(f"DELETE FROM {FINDING} WHERE note_id = %s", n.pk),
    "raw copy of a finding": lambda n, d: _copy(
        FINDING,
        "uuid, code, side, phase, result, felt_where, device, comment, note_id",
        *(str(uuid.uuid4()), "T_SLR", "R", "after", "neg", "{}", "", "", n.pk),
    ),
    "raw merge of a finding": lambda n, d: _sql(
        f"MERGE INTO {FINDING} f USING (SELECT %s::bigint AS note) s ON f.note_id = s.note WHEN MATCHED THEN DELETE",
        n.pk,
    ),
    # spoken consent, raised caps
    "add a spoken consent": lambda n, d: VerbalConsent.objects.create(note=n, scope="assess", said_at=timezone.now()),
    "change a spoken consent": lambda n, d: n.verbal_consents.update(mode="skin"),
    "delete a spoken consent": lambda n, d: n.verbal_consents.all().delete(),
    "move a spoken consent in": lambda n, d: d.verbal_consents.update(note=n),
    "raw update of a consent": lambda n, d: _sql(f"UPDATE {CONSENT} SET said_at = now() WHERE note_id = %s", n.pk),
    "add a raised cap": lambda n, d: CapRaise.objects.create(
        note=n, structure="MUS_PIR", side="L", pressure=1, reason="smaller_range", by=n.therapist, at=timezone.now()
    ),
    "change a raised cap": lambda n, d: _sql(f"UPDATE {RAISE} SET pressure = 5 WHERE note_id = %s", n.pk),
    # what was added later
    "change an addendum": lambda n, d: n.addenda.update(text="x"),
    "delete an addendum": lambda n, d: Addendum.objects.filter(note=n)._raw_delete("default"),
    "raw move of an addendum": lambda n, d: _sql(f"UPDATE {ADDENDUM} SET note_id = %s WHERE note_id = %s", d.pk, n.pk),
    "change a strike": lambda n, d: NoteStrike.objects.update(reason="duplicate"),
}


def _whole(note):
    """The note and every row of it as the database holds them."""
    with connection.cursor() as cursor:
        rows = []
        for table, column in (
            (NOTE, "id"),
            (EVENT, "note_id"),
            (FINDING, "note_id"),
            (CONSENT, "note_id"),
            (RAISE, "note_id"),
            (ADDENDUM, "note_id"),
            ("massage_sessions_notestrike", "note_id"),
        ):
            cursor.execute(f"SELECT to_jsonb(t)::text FROM {table} t WHERE t.{column} = %s ORDER BY t.id", [note.pk])
            rows.append(cursor.fetchall())
        cursor.execute(
            f"SELECT to_jsonb(v)::text FROM {VOID} v JOIN {EVENT} e ON e.id = v.event_id WHERE e.note_id = %s",
            [note.pk],
        )
        return [*rows, cursor.fetchall()]


def test_enough_ways_are_tried():
    assert len(ATTEMPTS) >= 30


def _gets_through(name, signed, draft):
    """Whether the database let one attempt pass, or anything of the signed note differs after it."""
    before = _whole(signed)
    try:
        with transaction.atomic():
            ATTEMPTS[name](SessionNote.objects.get(pk=signed.pk), SessionNote.objects.get(pk=draft.pk))
    except DatabaseError:
        return _whole(signed) != before
    return True


def test_a_signed_note_stays_as_it_was_whatever_is_tried(signed, draft):
    passed = [name for name in ATTEMPTS if _gets_through(name, signed, draft)]

    assert passed == []
    assert signature_holds(SessionNote.objects.get(pk=signed.pk))


@pytest.mark.parametrize("column", ["client_id", "screening_id", "check_in_id", "therapist_id"])
def test_a_draft_never_changes_whom_it_is_about(column, draft, signed):
    with pytest.raises(DatabaseError), transaction.atomic():
        SessionNote.objects.filter(pk=draft.pk).update(**{column: getattr(signed, column)})


def test_a_draft_is_never_deleted(draft):
    with pytest.raises(DatabaseError), transaction.atomic():
        SessionNote.objects.filter(pk=draft.pk)._raw_delete("default")


def test_an_addendum_needs_a_signed_note(draft):
    with pytest.raises(DatabaseError), transaction.atomic():
        Addendum.objects.create(
            note=draft,
            author=draft.therapist,
            kind="addendum",
            happened_at=timezone.now(),
            recorded_at=timezone.now(),
            text="x",
        )


@pytest.mark.parametrize("taken", ["screening", "check_in"])
def test_a_note_takes_nothing_from_another_client(taken, draft, signed):
    copy = SessionNote.objects.get(pk=draft.pk)
    other = signed_note()
    copy.pk = copy.id = None
    copy.uuid = uuid.uuid4()
    copy.appointment = None
    copy.client = other.client
    copy.screening, copy.check_in = other.screening, signed.check_in
    setattr(copy, taken, getattr(draft, taken))

    with pytest.raises(DatabaseError), transaction.atomic():
        copy.save(force_insert=True)


def test_the_hash_differs_when_one_letter_differs(signed):
    note = SessionNote.objects.get(pk=signed.pk)
    note.subjective += "."

    assert not signature_holds(note)
