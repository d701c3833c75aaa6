"""What was signed is checked against the chain: one letter changed behind the triggers' back is named."""

from __future__ import annotations

import io
import re
import uuid
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from sessions.actions import note as actions
from sessions.models import Addendum, NoteStrike, Seal, SessionNote
from sessions.models.seal import NO_HASH
from sessions.queries import seal as queries
from sessions.queries.seal import PARTS, Verified, verify
from sessions.rules.seal import link_hash, sealed_text
from tests.sessions.factories import decided_client, draft_with_rows, signed_note

pytestmark = pytest.mark.django_db

NOTE = "massage_sessions_sessionnote"
EVENT = "massage_sessions_timelineevent"
#: A column of each part, and the same row with one letter, digit or bit of it changed.
ALTERED = {
    "massage_sessions_sessionnote": "plan = plan || '.'",
    "massage_sessions_verbalconsent": "said_at = said_at + interval '1 microsecond'",
    "massage_sessions_capraise": "pressure = pressure - 1",
    "massage_sessions_timelineevent": "words = words || 'x'",
    "massage_sessions_eventvoid": "at = at - interval '1 microsecond'",
    "massage_sessions_finding": "comment = comment || ' '",
    "massage_sessions_addendum": "text = upper(text)",
    "massage_sessions_notestrike": "reason = 'duplicate'",
}


@contextmanager
def _behind_the_triggers():
    """What somebody with all rights on the database can do."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("SET session_replication_role = replica")
        try:
            yield lambda sql, *values: cursor.execute(sql, values)
        finally:
            cursor.execute("SET session_replication_role = DEFAULT")


def _first(table):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT uuid FROM {table} ORDER BY id LIMIT 1")
        return cursor.fetchone()[0]


def _once(table):
    """Constraints by which a note has such a row only once."""
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, table).items()
    return [name for name, c in found if c["unique"] and not c["primary_key"] and "note_id" in c["columns"]]


def _told(**options) -> list[str]:
    counted = Verified()
    return list(verify(counted, **options))


@pytest.fixture
def signed():
    return signed_note(added=True, struck=True)


def test_what_was_signed_holds(signed):
    out = io.StringIO()

    call_command("verify_records", stdout=out)

    first, _hint, head = out.getvalue().strip().splitlines()
    assert first == "Checked 1 signed notes, 1 additions, 1 strikes: nothing altered, missing or foreign."
    assert re.fullmatch(r"3:[0-9a-f]{64}", head)


def test_every_kind_of_part_is_tried():
    parts = {model._meta.db_table for _path, model in PARTS}

    assert parts <= ALTERED.keys(), "A new part of the note: say here how a byte of it is changed."


@pytest.mark.parametrize("table", ALTERED)
def test_one_changed_byte_is_named_with_its_row(table, signed):
    with _behind_the_triggers() as sql:
        sql(f"UPDATE {table} SET {ALTERED[table]} WHERE id = (SELECT min(id) FROM {table})")
    row, out = _first(table), io.StringIO()

    with pytest.raises(CommandError, match="1 sentence above"):
        call_command("verify_records", stdout=out)

    (line,) = out.getvalue().splitlines()
    assert str(row) in line
    assert str(signed.uuid) in line
    assert line.endswith("it was altered.")


def test_every_column_is_under_the_hash_but_the_key_and_the_hash_itself():
    left_out = {
        f"{model._meta.model_name}.{column.name}"
        for model in (SessionNote, Addendum, NoteStrike, *(model for _path, model in PARTS))
        for column in model._meta.concrete_fields
        if column not in queries._columns(model) and column.name != "id"
    }

    assert left_out == {"sessionnote.content_hash"}


def test_no_column_can_say_nothing_in_two_ways():
    """What says nothing is left out of the hash: of two such values one could be put in place of the other."""
    columns = [
        column
        for model in (SessionNote, Addendum, NoteStrike, *(model for _path, model in PARTS))
        for column in model._meta.concrete_fields
        if column.null and not column.is_relation
    ]
    also_empty = ("BooleanField", "ArrayField", "JSONField")
    two_ways = [c.name for c in columns if c.empty_strings_allowed or type(c).__name__ in also_empty]

    assert two_ways == []


@pytest.mark.parametrize("table", [table for table in ALTERED if table != NOTE])
def test_a_row_that_is_gone_is_named(table, signed):
    row = _first(table)
    with _behind_the_triggers() as sql:
        sql(f"DELETE FROM {table} WHERE uuid = %s", row)

    assert any(str(row) in line and "is missing" in line for line in _told())


@pytest.mark.parametrize("table", [table for table in ALTERED if table not in (NOTE, "massage_sessions_eventvoid")])
def test_a_row_that_came_later_is_named(table, signed):
    row = uuid.uuid4()
    model = next(each for each in apps.get_app_config("massage_sessions").get_models() if each._meta.db_table == table)
    columns = [c.column for c in model._meta.concrete_fields if c.column not in ("id", "uuid", "client_uuid")]
    fresh = ", client_uuid" if table == EVENT else ""
    with _behind_the_triggers() as sql:
        for name in _once(table):  # the same row once more, which a constraint would not take
            sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        told = ", ".join(columns)
        sql(
            f"INSERT INTO {table} (uuid{fresh}, {told}) SELECT %s{', gen_random_uuid()' if fresh else ''}, {told}"
            f" FROM {table} ORDER BY id LIMIT 1",
            row,
        )

    lines = [line for line in _told() if str(row) in line]

    assert len(lines) == 1
    assert "is foreign" in lines[0] or "in no entry of the chain" in lines[0]


def test_a_row_that_moved_to_another_note_is_missing_here_and_foreign_there(signed):
    other = signed_note(signed.therapist, decided_client(signed.therapist, first="Ben")[0])
    with _behind_the_triggers() as sql:
        sql("UPDATE massage_sessions_finding SET note_id = %s, code = 'T_SLR' WHERE note_id = %s", other.pk, signed.pk)

    told = _told()

    assert [line for line in told if f"of note {signed.uuid} is missing" in line]
    assert [line for line in told if f"of note {other.uuid} is foreign" in line]


def test_a_note_that_is_gone_with_all_its_rows_is_named(signed):
    with _behind_the_triggers() as sql:
        for table in (*ALTERED.keys() - {NOTE}, NOTE):
            sql(f"DELETE FROM {table}")

    assert any(
        line == f"Session note {signed.uuid} is missing: it was sealed and is no longer there." for line in _told()
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            "UPDATE massage_sessions_seal SET entry = replace(entry, 'form', 'farm') WHERE number = 1",
            "Entry 1 .*altered",
        ),
        ("UPDATE massage_sessions_seal SET hash = repeat('0', 64) WHERE number = 1", "Entry 1 .*altered"),
        ("UPDATE massage_sessions_seal SET about = gen_random_uuid() WHERE number = 2", "Entry 2 .*not say what"),
        ("UPDATE massage_sessions_seal SET entry = 'x' WHERE number = 3", "Entry 3 .*not say what"),
        ("DELETE FROM massage_sessions_seal WHERE number = 2", "Entry 2 of the chain: missing"),
        ("DELETE FROM massage_sessions_seal WHERE number < 3", "Entries 1 to 2 of the chain: missing"),
        ("DELETE FROM massage_sessions_seal WHERE number = 3", "Struck note .* in no entry"),
        ("UPDATE massage_sessions_sessionnote SET content_hash = repeat('0', 64)", "the hash that it keeps"),
    ],
)
def test_a_chain_that_was_touched_is_named(change, said, signed):
    with _behind_the_triggers() as sql:
        sql(change)

    assert any(re.search(said, line) for line in _told())


def test_an_entry_written_anew_with_its_hash_no_longer_carries_the_next(signed):
    with _behind_the_triggers() as sql:
        entry = sealed_text(kind="sign", about=signed.uuid, rows={})
        sql(
            "UPDATE massage_sessions_seal SET entry = %s, hash = %s WHERE number = 1",
            entry,
            link_hash(1, NO_HASH, entry),
        )

    assert any("Entry 2 of the chain does not follow" in line for line in _told())


def test_a_chain_that_was_cut_short_is_told_by_the_noted_entry(signed):
    last = Seal.objects.last()
    head = f"{last.number}:{last.hash}"
    call_command("verify_records", head=head, stdout=io.StringIO())
    with _behind_the_triggers() as sql:
        sql("DELETE FROM massage_sessions_seal WHERE number = 3")
        sql("DELETE FROM massage_sessions_notestrike")
    out = io.StringIO()

    call_command("verify_records", stdout=io.StringIO())  # nothing else tells
    with pytest.raises(CommandError):
        call_command("verify_records", head=head, stdout=out)

    assert out.getvalue() == "The chain ends with entry 2; entry 3, which you noted, is missing.\n"


def test_a_head_that_is_none_is_refused_with_a_sentence():
    with pytest.raises(CommandError, match="a number, a colon and 64 hex digits"):
        call_command("verify_records", head="3-abc")


def test_an_empty_practice_holds():
    out = io.StringIO()

    call_command("verify_records", stdout=out)

    assert out.getvalue() == "Checked 0 signed notes, 0 additions, 0 strikes: nothing altered, missing or foreign.\n"


def test_the_check_reads_in_batches_whatever_the_number(monkeypatch):
    monkeypatch.setattr(queries, "BATCH", 2)
    note = signed_note()
    for number in range(5):
        actions.add_addendum(note=note, kind="addendum", text=f"{number}", by=note.therapist)
    heard = []

    assert _told(progress=lambda done, all_: heard.append((done, all_))) == []
    assert heard == [(2, 6), (4, 6), (6, 6)]


@pytest.mark.parametrize(
    "write",
    [
        lambda n: SessionNote.objects.filter(pk=n.pk).update(
            signed_at=timezone.now(), signed_by=n.therapist, content_hash="0" * 64
        ),
        lambda n: NoteStrike.objects.create(note=n, reason="duplicate", by=n.therapist, at=timezone.now()),
    ],
    ids=["sign", "strike"],
)
def test_nothing_is_signed_or_struck_past_the_chain(write):
    note = draft_with_rows()

    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")

    with pytest.raises(DatabaseError, match="chain of signed records"), transaction.atomic():
        write(note)


def test_the_database_numbers_and_links_the_entries_itself(signed):
    Seal.objects.create(note=signed, about=uuid.uuid4(), entry="x", number=99, previous_hash="y", hash="z")

    third, fourth = Seal.objects.filter(number__gte=3)

    assert (fourth.number, fourth.previous_hash) == (4, third.hash)
    assert fourth.hash == link_hash(4, third.hash, "x")
