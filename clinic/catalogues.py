"""Reading the clinical catalogues: TOML in, frozen entries out. Errors name the file and the key.

A catalogue is a TOML file with one array of tables. Wording stays in the file, beside its source; the hash of
the content is the edition that answers, flags and plans are stored with.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

Entry = TypeVar("Entry")


class CatalogueError(Exception):
    """A catalogue file cannot be used; the message names the file and the key."""


def read_toml(path: Path) -> dict[str, Any]:
    """The file as nested dictionaries. Raises ``CatalogueError`` naming the file when it is missing or malformed."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise CatalogueError(f"{path.name}: {error}") from error


def freeze(value: Any) -> Any:
    """``value`` with lists turned into tuples and tables into read-only mappings, all the way down."""
    if isinstance(value, dict):
        return MappingProxyType({key: freeze(item) for key, item in value.items()})
    if isinstance(value, list):
        return tuple(freeze(item) for item in value)
    return value


def read_catalogue(path: Path, entry: type[Entry], *, table: str = "entry", key: str = "code") -> Mapping[str, Entry]:
    """Frozen entries of ``path`` by key, in file order.

    ``entry`` is a frozen dataclass; each ``[[table]]`` of the file becomes one, its keys the field names.
    Raises ``CatalogueError`` for an unknown or missing field and for a key used twice.
    """
    return _entries(read_toml(path), path.name, entry, table=table, key=key)


def read_edition(text: str, entry: type[Entry], *, table: str = "entry", key: str = "code") -> Mapping[str, Entry]:
    """Frozen entries of an earlier edition, from its stored text; what ``entry`` no longer knows is left out."""
    return _entries(tomllib.loads(text), "edition", entry, table=table, key=key, left_out=True)


def _entries(
    content: Mapping[str, Any], source: str, entry: type[Entry], *, table: str, key: str, left_out: bool = False
) -> Mapping[str, Entry]:
    names = {f.name for f in fields(entry)}  # type: ignore[arg-type]
    needed = {
        f.name
        for f in fields(entry)  # type: ignore[arg-type]
        if f.default is MISSING and f.default_factory is MISSING
    }
    found: dict[str, Entry] = {}
    for row in content.get(table, []):
        where = f"{source}: {row.get(key, '(no ' + key + ')')}"
        if unknown := row.keys() - names:
            if not left_out:
                raise CatalogueError(f"{where}: unknown field {sorted(unknown)[0]!r}")
            row = {name: value for name, value in row.items() if name in names}
        if missing := needed - row.keys():
            raise CatalogueError(f"{where}: field {sorted(missing)[0]!r} is missing")
        if row[key] in found:
            raise CatalogueError(f"{where}: used twice")
        found[row[key]] = entry(**freeze(row))
    return MappingProxyType(found)


def edition_hash(path: Path) -> str:
    """SHA-256 (hex) of the file's bytes: the identity of a catalogue's edition."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
