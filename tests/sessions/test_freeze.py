"""A signed note cannot be changed by any path: ORM, bulk, upsert, UPDATE, DELETE, MERGE, COPY, moving rows in or out.

What is tried by name stands in ``ATTEMPTS``; ``WAYS`` are tried on every table whose rows are part of a note, found by
the foreign keys, so that a new part without its trigger fails here.
"""

from __future__ import annotations

import uuid

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from sessions.models import (
    Addendum,
    CapRaise,
    EventVoid,
    Finding,
    NoteStrike,
    Reentry,
    Seal,
    SessionNote,
    TimelineEvent,
    VerbalConsent,
)
from sessions.queries.seal import PARTS, signature_holds
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


#: What comes after the signature: rows of their own, append-only, each with its own entry in the chain.
LATER = (Addendum, NoteStrike, Seal)
#: What links a struck note with the one entered for the right client; append-only as well.
LINKS = (Reentry,)


def _rows(model, note):
    """SQL for the rows of a part that belong to one note, and the column by which they hang on it."""
    if any(field.name == "note" for field in model._meta.concrete_fields):
        return f"note_id = {note.pk}", "note_id"
    parent = next(field for field in model._meta.concrete_fields if field.related_model in [part for _p, part in PARTS])
    above = parent.related_model._meta.db_table
    return f"{parent.column} IN (SELECT id FROM {above} WHERE note_id = {note.pk})", parent.column


def _whole(note):
    """The note and every row of it as the database holds them."""
    found = []
    with connection.cursor() as cursor:
        for model in (SessionNote, *LATER, *(part for _path, part in PARTS)):
            where = f"id = {note.pk}" if model is SessionNote else _rows(model, note)[0]
            cursor.execute(f"SELECT to_jsonb(t)::text FROM {model._meta.db_table} t WHERE {where} ORDER BY t.id")
            found.append(cursor.fetchall())
    return found


def test_whatever_hangs_on_a_note_is_frozen_with_it_or_comes_after():
    parts = [part for _path, part in PARTS]
    hanging = {
        relation.related_model
        for model in (SessionNote, *parts)
        for relation in model._meta.related_objects
        if relation.related_model is not SessionNote
    }

    assert hanging == {*parts, *LATER, *LINKS}, "A part of the note needs frozen_with_note() in Meta.triggers."


# --- ways that are tried on every part ----------------------------------------------------------------------------


def _columns(model, *, but=()):
    return [field.column for field in model._meta.concrete_fields if field.column not in ("id", *but)]


def _again(model):
    """The columns of a part for a copy of a row, and what is copied: fresh uuids, the rest as it is."""
    columns = _columns(model)
    return ", ".join(columns), ", ".join("gen_random_uuid()" if c in ("uuid", "client_uuid") else c for c in columns)


def _copied(model, note):
    """COPY out one row of the note and COPY it in again under fresh uuids."""
    columns, values = _again(model)
    table, (where, _parent) = model._meta.db_table, _rows(model, note)
    with connection.wrap_database_errors, connection.cursor() as cursor:
        with cursor.copy(f"COPY (SELECT {values} FROM {table} WHERE {where} LIMIT 1) TO STDOUT") as out:
            row = b"".join(bytes(block) for block in out)
        with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            copy.write(row)


def _first(model, note):
    where, _parent = _rows(model, note)
    return model._base_manager.extra(where=[where]).order_by("pk")[0]  # noqa: S610  of this file's own making


def _insert(model, note, end=""):
    columns, values = _again(model)
    where, _parent = _rows(model, note)
    table = model._meta.db_table
    _sql(f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table} WHERE {where} LIMIT 1 {end}")


def _upsert(model, note):
    columns = ", ".join(["id", *_columns(model)])
    where, _parent = _rows(model, note)
    table = model._meta.db_table
    _sql(
        f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table} WHERE {where} LIMIT 1"
        " ON CONFLICT (id) DO UPDATE SET uuid = gen_random_uuid()"
    )


def _merge(model, note, then):
    where, _parent = _rows(model, note)
    table = model._meta.db_table
    _sql(f"MERGE INTO {table} t USING (SELECT id FROM {table} WHERE {where}) s ON t.id = s.id WHEN MATCHED THEN {then}")


def _merge_in(model, note):
    columns, values = _again(model)
    where, _parent = _rows(model, note)
    table = model._meta.db_table
    _sql(
        f"MERGE INTO {table} t USING (SELECT * FROM {table} WHERE {where} LIMIT 1) s ON false"
        f" WHEN NOT MATCHED THEN INSERT ({columns}) VALUES ({values})"
    )


def _moved(model, note, to):
    """Every row of one note moves below another."""
    where, parent = _rows(model, note)
    target = to.pk if parent == "note_id" else TimelineEvent.objects.filter(note=to).earliest("pk").pk
    _sql(f"UPDATE {model._meta.db_table} SET {parent} = {target} WHERE {where}")


def _moved_by_two(model, note, to):
    """Taken out of one note and put into another in one statement."""
    where, parent = _rows(model, note)
    columns = _columns(model)
    target = to.pk if parent == "note_id" else TimelineEvent.objects.filter(note=to).earliest("pk").pk
    values = ", ".join(str(target) if c == parent else c for c in columns)
    table = model._meta.db_table
    _sql(
        f"WITH gone AS (DELETE FROM {table} WHERE {where} RETURNING *)"
        f" INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM gone"
    )


def _below(model, note):
    """The column by which a part hangs on a note, and the value that hangs it there."""
    _where, parent = _rows(model, note)
    return parent, note.pk if parent == "note_id" else TimelineEvent.objects.filter(note=note).earliest("pk").pk


def _merge_moved(model, note, to):
    parent, target = _below(model, to)
    _merge(model, note, f"UPDATE SET {parent} = {target}")


def _field_below(model, note):
    """The same as keyword arguments of the ORM."""
    parent, target = _below(model, note)
    return {parent: target}


def _copied_binary(model, note):
    """COPY in the binary form, out of the table and in again."""
    columns, values = _again(model)
    table, (where, _parent) = model._meta.db_table, _rows(model, note)
    with connection.wrap_database_errors, connection.cursor() as cursor:
        with cursor.copy(f"COPY (SELECT {values} FROM {table} WHERE {where} LIMIT 1) TO STDOUT (FORMAT binary)") as out:
            row = b"".join(bytes(block) for block in out)
        with cursor.copy(f"COPY {table} ({columns}) FROM STDIN (FORMAT binary)") as copy:
            copy.write(row)


def _through_view(model, note, change):
    """A temporary view of the table that PostgreSQL writes through."""
    table, (where, _parent) = model._meta.db_table, _rows(model, note)
    _sql(f"CREATE TEMP VIEW through AS SELECT * FROM {table} WHERE {where}")
    _sql(change)


def _at_cursor(model, note, change):
    """Row by row, at the place where a cursor of the server stands."""
    table, (where, _parent) = model._meta.db_table, _rows(model, note)
    _sql(f"DECLARE here CURSOR FOR SELECT * FROM {table} WHERE {where} FOR UPDATE")
    _sql("FETCH here")
    _sql(change.format(table=table) + " WHERE CURRENT OF here")


def _at_sight(model, note, change):
    table, (where, _parent) = model._meta.db_table, _rows(model, note)
    _sql(f"DO $$ BEGIN {change.format(table=table, where=where)}; END $$")


def _prepared(model, note):
    table, (where, _parent) = model._meta.db_table, _rows(model, note)
    name = f"later_{uuid.uuid4().hex}"  # a prepared statement outlives its transaction
    _sql(f"PREPARE {name} AS UPDATE {table} SET uuid = gen_random_uuid() WHERE {where}")
    _sql(f"EXECUTE {name}")


def _set_constraints_later(model, note):
    table, (where, _parent) = model._meta.db_table, _rows(model, note)
    _sql("SET CONSTRAINTS ALL DEFERRED")
    _sql(f"UPDATE {table} SET uuid = gen_random_uuid() WHERE {where}")


def _many(model, note):
    """The same statement for many rows, as a loader sends it."""
    table, (where, _parent) = model._meta.db_table, _rows(model, note)
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET uuid = %s WHERE {where}", [(uuid.uuid4(),)])


WAYS = {
    "save": lambda m, n, d: _first(m, n).save(),
    "save of one field": lambda m, n, d: _first(m, n).save(update_fields=["uuid"]),
    "save of a copy": lambda m, n, d: _fresh(_first(m, n)).save(force_insert=True),
    "update_or_create": lambda m, n, d: m._base_manager.update_or_create(
        pk=_first(m, n).pk, defaults={"uuid": uuid.uuid4()}
    ),
    "queryset update that moves out": lambda m, n, d: m._base_manager.filter(pk=_first(m, n).pk).update(
        **_field_below(m, d)
    ),
    "queryset update that moves in": lambda m, n, d: m._base_manager.filter(pk=_first(m, d).pk).update(
        **_field_below(m, n)
    ),
    "delete": lambda m, n, d: _first(m, n).delete(),
    "bulk_create": lambda m, n, d: m._base_manager.bulk_create([_fresh(_first(m, n))]),
    "bulk_create that updates": lambda m, n, d: m._base_manager.bulk_create(
        [_first(m, n)], update_conflicts=True, unique_fields=["id"], update_fields=["uuid"]
    ),
    "bulk_update": lambda m, n, d: m._base_manager.bulk_update([_first(m, n)], ["uuid"]),
    "queryset update": lambda m, n, d: m._base_manager.filter(pk=_first(m, n).pk).update(uuid=uuid.uuid4()),
    "queryset delete": lambda m, n, d: m._base_manager.filter(pk=_first(m, n).pk)._raw_delete("default"),
    "INSERT": lambda m, n, d: _insert(m, n),
    "INSERT that skips what is there": lambda m, n, d: _insert(m, n, "ON CONFLICT DO NOTHING"),
    "INSERT that updates what is there": lambda m, n, d: _upsert(m, n),
    "UPDATE": lambda m, n, d: _sql(f"UPDATE {m._meta.db_table} SET uuid = gen_random_uuid() WHERE {_rows(m, n)[0]}"),
    "UPDATE of nothing": lambda m, n, d: _sql(f"UPDATE {m._meta.db_table} SET uuid = uuid WHERE {_rows(m, n)[0]}"),
    "DELETE": lambda m, n, d: _sql(f"DELETE FROM {m._meta.db_table} WHERE {_rows(m, n)[0]}"),
    "MERGE that updates": lambda m, n, d: _merge(m, n, "UPDATE SET uuid = gen_random_uuid()"),
    "MERGE that deletes": lambda m, n, d: _merge(m, n, "DELETE"),
    "MERGE that inserts": lambda m, n, d: _merge_in(m, n),
    "COPY": lambda m, n, d: _copied(m, n),
    "move out": lambda m, n, d: _moved(m, n, d),
    "move in": lambda m, n, d: _moved(m, d, n),
    "delete and insert elsewhere": lambda m, n, d: _moved_by_two(m, n, d),
    "delete elsewhere and insert": lambda m, n, d: _moved_by_two(m, d, n),
    "UPDATE by a join": lambda m, n, d: _sql(
        f"UPDATE {m._meta.db_table} t SET uuid = gen_random_uuid()"
        f" FROM (SELECT id FROM {m._meta.db_table} WHERE {_rows(m, n)[0]}) s WHERE t.id = s.id"
    ),
    "DELETE by a join": lambda m, n, d: _sql(
        f"DELETE FROM {m._meta.db_table} t"
        f" USING (SELECT id FROM {m._meta.db_table} WHERE {_rows(m, n)[0]}) s WHERE t.id = s.id"
    ),
    "UPDATE of many": lambda m, n, d: _many(m, n),
    "UPDATE prepared": lambda m, n, d: _prepared(m, n),
    "UPDATE with constraints set later": lambda m, n, d: _set_constraints_later(m, n),
    "UPDATE through a view": lambda m, n, d: _through_view(m, n, "UPDATE through SET uuid = gen_random_uuid()"),
    "DELETE through a view": lambda m, n, d: _through_view(m, n, "DELETE FROM through"),
    "UPDATE at a cursor": lambda m, n, d: _at_cursor(m, n, "UPDATE {table} SET uuid = gen_random_uuid()"),
    "DELETE at a cursor": lambda m, n, d: _at_cursor(m, n, "DELETE FROM {table}"),
    "UPDATE in a block": lambda m, n, d: _at_sight(m, n, "UPDATE {table} SET uuid = gen_random_uuid() WHERE {where}"),
    "DELETE in a block": lambda m, n, d: _at_sight(m, n, "DELETE FROM {table} WHERE {where}"),
    "MERGE that moves out": lambda m, n, d: _merge_moved(m, n, d),
    "MERGE that moves in": lambda m, n, d: _merge_moved(m, d, n),
    "COPY in the binary form": lambda m, n, d: _copied_binary(m, n),
}


def _fresh(record):
    record.pk, record.uuid = None, uuid.uuid4()
    if hasattr(record, "client_uuid"):
        record.client_uuid = uuid.uuid4()
    return record


@pytest.mark.parametrize("model", [part for _path, part in PARTS], ids=lambda part: part._meta.model_name)
def test_every_part_refuses_every_way(model, signed, draft):
    before, here = _whole(signed), SessionNote.objects.get(pk=signed.pk)
    assert _first(model, signed), "tests/sessions/factories.py: draft_with_rows makes no row of this part; add one."
    passed = []
    for way, change in WAYS.items():
        try:
            with transaction.atomic():
                change(model, here, draft)
        except DatabaseError as refused:
            if getattr(refused.__cause__, "sqlstate", "")[:2] in ("CL", "P0"):  # by a trigger, not by luck
                continue
        passed.append(way)

    assert passed == []
    assert _whole(signed) == before


@pytest.mark.parametrize("model", LATER, ids=lambda part: part._meta.model_name)
def test_what_came_after_the_signature_refuses_every_way_to_change_it(model, signed, draft):
    before = _whole(signed)
    ways = {
        "UPDATE": f"UPDATE {model._meta.db_table} SET note_id = note_id",
        "move": f"UPDATE {model._meta.db_table} SET note_id = {draft.pk}",
        "DELETE": f"DELETE FROM {model._meta.db_table}",
        "MERGE": f"MERGE INTO {model._meta.db_table} t USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE",
        "upsert": f"INSERT INTO {model._meta.db_table} SELECT * FROM {model._meta.db_table} LIMIT 1"
        " ON CONFLICT (id) DO UPDATE SET note_id = excluded.note_id",
    }
    passed = []
    for way, statement in ways.items():
        try:
            with transaction.atomic():
                _sql(statement)
        except DatabaseError:
            continue
        passed.append(way)

    assert passed == []
    assert _whole(signed) == before


# --- by name ------------------------------------------------------------------------------------------------------


_ADMIN_ACTS = ("change", "delete")


def test_no_form_of_the_records_desk_changes_a_signed_note(signed, client):
    before = _whole(signed)
    signed.therapist.roles = ["therapist", "owner"]
    signed.therapist.save()
    client.force_login(signed.therapist)
    inline = {f"findings-{name}": value for name, value in (("TOTAL_FORMS", 1), ("INITIAL_FORMS", 1))}
    change, delete = (reverse(f"admin:massage_sessions_sessionnote_{act}", args=[signed.pk]) for act in _ADMIN_ACTS)
    everywhere = {"action": "delete_selected", "_selected_action": signed.pk, "post": "yes"}

    refused = [client.post(change, {"subjective": "x", **inline, "findings-0-comment": "x"}), client.post(delete)]
    listed = client.post(reverse("admin:massage_sessions_sessionnote_changelist"), everywhere)

    assert [answer.status_code for answer in refused] == [403, 403]
    assert listed.status_code == 200  # the list again: it knows no such action
    assert _whole(signed) == before


def test_enough_ways_are_tried():
    assert len(WAYS) >= 30  # each on every part; ATTEMPTS come on top
    assert len(PARTS) >= 5


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
