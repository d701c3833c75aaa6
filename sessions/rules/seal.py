"""What a seal stands for: one canonical text per row, one hash per text, and what differs between two sets of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

#: The way rows are written into an entry; a later way gets the next number, old entries keep theirs.
FORM = 1
#: Digits of the hash of one row: 128 bits, twice what is needed so that nobody finds another text for it.
ROW_DIGITS = 32


def canonical(content: Mapping[str, Any]) -> str:
    """One text for one content: sorted keys, no spaces, UTF-8; only strings, whole numbers, lists, tables, null."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def row_hash(values: Mapping[str, Any]) -> str:
    """The hash (hex) of one row, ``values`` by column name.

    What says nothing (null, "", an empty list or table, false) is left out, so that a column that is added later does
    not change what was signed before.
    """
    said = {name: _plain(value) for name, value in values.items() if not _is_empty(value)}
    return hashlib.sha256(canonical(said).encode()).hexdigest()[:ROW_DIGITS]


def _is_empty(value: Any) -> bool:
    return value is None or value is False or (isinstance(value, str | list | dict | tuple) and not value)


def _plain(value: Any) -> Any:
    """A value as the canonical text writes it; a moment in UTC, so that the same moment always reads the same."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    return value


def sealed_text(*, kind: str, about: UUID, rows: Mapping[str, str]) -> str:
    """The entry of the chain for one record: ``rows`` maps "finding 3f2a…" to the hash of that row."""
    return canonical({"form": FORM, "kind": kind, "about": str(about), "rows": dict(rows)})


def text_hash(text: str) -> str:
    """SHA-256 (hex) of a text: what a signed note keeps of its own entry."""
    return hashlib.sha256(text.encode()).hexdigest()


def link_hash(number: int, previous_hash: str, entry: str) -> str:
    """The hash of one entry of the chain, as the database makes it."""
    return text_hash(f"{number}\n{previous_hash}\n{entry}")


def differences(sealed: Mapping[str, str], found: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """(row, "altered" | "missing" | "foreign") for every row in which ``found`` differs from what was ``sealed``."""
    for row in sorted(sealed.keys() | found.keys()):
        if row not in found:
            yield row, "missing"
        elif row not in sealed:
            yield row, "foreign"
        elif sealed[row] != found[row]:
            yield row, "altered"
