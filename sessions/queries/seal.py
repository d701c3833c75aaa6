"""Reading what is sealed: the rows of a signed note, and the whole chain against what the database holds today."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db.models import Exists, Model, OuterRef, Prefetch, QuerySet, prefetch_related_objects

from sessions.models import Addendum, NoteStrike, Seal, SessionNote
from sessions.models.note import FROZEN
from sessions.models.seal import NO_HASH
from sessions.rules.seal import differences, link_hash, row_hash, sealed_text, text_hash

SIGN, ADDENDUM, STRIKE = "sign", "addendum", "strike"
#: Entries that are read and compared at once.
BATCH = 100
#: Columns that are no content: the key never leaves the database, the hash stands for the others.
_NOT_SEALED = ("id", "content_hash")

M = TypeVar("M", bound=Model)


def _parts(model: type[Model], path: str = "") -> Iterator[tuple[str, type[Model]]]:
    """(path of relations, model) of every part of ``model``: the rows that are frozen with it, and theirs."""
    for relation in model._meta.related_objects:
        part = relation.related_model
        if any(trigger.name == FROZEN for trigger in getattr(part._meta, "triggers", ())):
            yield (here := f"{path}{relation.get_accessor_name()}"), part
            yield from _parts(part, f"{here}__")


#: Every table whose rows belong to a note: "events", "events__void" and so on.
PARTS: tuple[tuple[str, type[Model]], ...] = tuple(_parts(SessionNote))


def _columns(model: type[Model]) -> list[Any]:
    return [column for column in model._meta.concrete_fields if column.name not in _NOT_SEALED]


def _with_people(model: type[M]) -> QuerySet[M]:
    """Rows with everything they point to, whose uuids are part of the content."""
    return model._base_manager.select_related(*(c.name for c in _columns(model) if c.is_relation))


def sealed_reads() -> list[Prefetch]:
    """What to read along with notes so that ``note_rows`` asks nothing more: one statement for each kind of part."""
    return [Prefetch(path, _with_people(part)) for path, part in PARTS]


def _row(record: Model) -> tuple[str, str]:
    """A record's name in an entry, "finding 3f2a…", and the hash of its content."""
    values = {}
    for column in _columns(type(record)):
        value = getattr(record, column.name)
        values[column.name] = value.uuid if column.is_relation and value is not None else value
    return f"{record._meta.model_name} {values['uuid']}", row_hash(values)


def note_rows(note: SessionNote) -> dict[str, str]:
    """The hash of the note's own row and of every row frozen with it."""
    prefetch_related_objects([note], *sealed_reads())
    return dict(_row(record) for record in [note, *_below(note, [path.split("__") for path, _part in PARTS])])


def _below(record: Model, paths: Sequence[Sequence[str]]) -> Iterator[Model]:
    for name in dict.fromkeys(path[0] for path in paths):
        found: Any = getattr(record, name, None)
        rows = found.all() if hasattr(found, "all") else [found] if found is not None else []
        deeper = [path[1:] for path in paths if path[0] == name and len(path) > 1]
        for row in rows:
            yield row
            yield from _below(row, deeper)


def note_seal(note: SessionNote) -> str:
    """The entry for the signature of ``note`` as it stands."""
    return sealed_text(kind=SIGN, about=note.uuid, rows=note_rows(note))


def later_seal(kind: str, record: Addendum | NoteStrike) -> str:
    """The entry for an addition or a strike."""
    return sealed_text(kind=kind, about=record.uuid, rows=dict([_row(record)]))


def signature_holds(note: SessionNote) -> bool:
    """True when a signed note with all its rows is what was signed."""
    return note.is_signed and text_hash(note_seal(note)) == note.content_hash


# --- the whole chain ----------------------------------------------------------------------------------------------


@dataclass
class Verified:
    """What a check of the chain counted; ``number`` and ``hash`` are of its newest entry."""

    number: int = 0
    hash: str = NO_HASH
    kinds: dict[str, int] = field(default_factory=lambda: {SIGN: 0, ADDENDUM: 0, STRIKE: 0})


_LATER: Mapping[str, type[Addendum] | type[NoteStrike]] = {ADDENDUM: Addendum, STRIKE: NoteStrike}
_SAID = {
    "altered": "is not what was sealed: it was altered.",
    "missing": "is missing: it was sealed and is no longer there.",
    "foreign": "is foreign: it was not there when the note was signed.",
}


def verify(
    counted: Verified, *, head: tuple[int, str] | None = None, progress: Callable[[int, int], None] = lambda *_: None
) -> Iterator[str]:
    """A sentence for everything that is altered, missing or foreign in the signed records; none when all holds.

    Goes through the chain in batches of ``BATCH``, so that memory does not grow with the practice, and counts into
    ``counted``. ``head``: number and hash of an entry that was noted elsewhere. ``progress`` hears (done, all).
    The sentences name records by kind and uuid, never a person and no text.
    """
    every = Seal.objects.count()
    while batch := list(Seal.objects.filter(number__gt=counted.number).order_by("number")[:BATCH]):
        yield from _links(batch, counted, head)
        yield from _contents(batch, counted)
        progress(batch[-1].number, every)
    if head is not None and head[0] > counted.number:
        yield f"The chain ends with entry {counted.number}; entry {head[0]}, which you noted, is missing."
    yield from _unsealed()


def _links(batch: Iterable[Seal], counted: Verified, head: tuple[int, str] | None) -> Iterator[str]:
    """Whether each entry is whole and follows the one before."""
    for seal in batch:
        first = counted.number + 1
        if seal.number != first:
            gone = f"Entry {first}" if seal.number == first + 1 else f"Entries {first} to {seal.number - 1}"
            yield f"{gone} of the chain: missing."
        elif seal.previous_hash != counted.hash:
            yield f"Entry {seal.number} of the chain does not follow the entry before it: one of the two was replaced."
        if seal.hash != link_hash(seal.number, seal.previous_hash, seal.entry):
            yield f"Entry {seal.number} of the chain, about note {_uuid_of(seal)}, was altered."
        if head is not None and head[0] == seal.number and head[1] != seal.hash:
            yield f"Entry {seal.number} of the chain is not the one that you noted: the chain was written anew."
        counted.number, counted.hash = seal.number, seal.hash


def _uuid_of(seal: Seal) -> Any:
    return SessionNote.objects.filter(pk=seal.note_id).values_list("uuid", flat=True).first()


def _contents(batch: Iterable[Seal], counted: Verified) -> Iterator[str]:
    """Whether the records of these entries are what was sealed."""
    entries = [(seal, _read(seal.entry)) for seal in batch]
    about = {kind: [seal.about for seal, entry in entries if entry.get("kind") == kind] for kind in counted.kinds}
    notes = {note.uuid: note for note in _with_people(SessionNote).filter(uuid__in=about[SIGN])}
    prefetch_related_objects(list(notes.values()), *sealed_reads())
    later = {
        kind: {row.uuid: row for row in _with_people(model).filter(uuid__in=about[kind])}
        for kind, model in _LATER.items()
    }
    for seal, entry in entries:
        kind = entry.get("kind")
        if kind not in counted.kinds or entry.get("about") != str(seal.about):
            yield f"Entry {seal.number} of the chain does not say what it is about: it was altered."
            continue
        counted.kinds[kind] += 1
        record: Any = notes.get(seal.about) if kind == SIGN else later[kind].get(seal.about)
        found: dict[str, str] = {}
        if record is not None:
            found = note_rows(record) if kind == SIGN else dict([_row(record)])
            owner = record if kind == SIGN else record.note
            if owner.pk != seal.note_id:
                yield f"Entry {seal.number} of the chain points to another note than it is about."
        for row, what in differences(entry["rows"], found):
            yield f"{_named(row)}{_of(row, record)} {_SAID[what]}"
        if kind == SIGN and record is not None and record.content_hash != text_hash(seal.entry):
            yield f"Session note {record.uuid}: the hash that it keeps is not that of its entry in the chain."


def _read(entry: str) -> dict[str, Any]:
    """An entry as a table; empty when it is no entry at all."""
    try:
        told = json.loads(entry)
    except ValueError:
        return {}
    return told if isinstance(told, dict) and isinstance(told.get("rows"), dict) else {}


_SEALED: tuple[type[Model], ...] = (SessionNote, Addendum, NoteStrike)
#: Model name in an entry -> its words.
_WORDS: dict[str | None, str] = {
    model._meta.model_name: str(model._meta.verbose_name) for model in (*_SEALED, *(part for _path, part in PARTS))
}


def _named(row: str) -> str:
    name, _space, uuid = row.partition(" ")
    return f"{_WORDS.get(name, name).capitalize()} {uuid}"


def _of(row: str, record: Any) -> str:
    """ " of note …" for a row that belongs to one."""
    if record is None or row.startswith(f"{SessionNote._meta.model_name} "):
        return ""
    return f" of note {record.uuid if isinstance(record, SessionNote) else record.note.uuid}"


def _unsealed() -> Iterator[str]:
    """Signed notes, additions and strikes that are in no entry of the chain."""
    no_entry = ~Exists(Seal.objects.filter(about=OuterRef("uuid")))
    signed = SessionNote.objects.filter(no_entry, signed_at__isnull=False)
    for uuid in signed.order_by("pk").values_list("uuid", flat=True).iterator(BATCH):
        yield f"Session note {uuid} is signed and in no entry of the chain."
    for model in _LATER.values():
        rows = model._base_manager.filter(no_entry).order_by("pk").values_list("uuid", "note__uuid")
        for uuid, note in rows.iterator(BATCH):
            yield f"{_WORDS[model._meta.model_name].capitalize()} {uuid} of note {note} is in no entry of the chain."
