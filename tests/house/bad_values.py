"""What nobody should be able to store: for each kind of field the values of the bad-input catalogue.

Deterministic; a value stands here when every field of its kind must refuse it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.house.reading import Control, Form

#: What goes over the wire for one control: several values when a parameter is repeated.
Sent = Mapping[str, list[str | bytes]]

LONG = "a" * 10_000
NUL, BELL, RIGHT_TO_LEFT, ESCAPE = "nul\x00", "bell\x07", "\u202etxt", "esc\x1b[31m"
#: Bytes that are no UTF-8, a lone surrogate, and a character that is none.
NOT_UTF8, SURROGATE, NO_CHARACTER = b"\xff\xfe", b"\xed\xa0\x80", "\ufffe"
ZALGO = "e" + "\u0301" * 40

_TEXT = [LONG, NUL, BELL, RIGHT_TO_LEFT, ESCAPE, NOT_UTF8, SURROGATE, NO_CHARACTER, ZALGO]
_NUMBER = [
    "NaN",
    "-999",
    "1e3",
    "9" * 30,
    "\u0663",
    "\uff13",
    "1_000",
    "ten",
    "Infinity",
    "0x1",
    "5.55",
    NUL,
    LONG,
]
_CHOICE = ["bogus", "-1", "11", "NaN", "None", NUL, LONG, "\u0663", NOT_UTF8]
_ID = ["bogus", "", "0", "00000000-0000-0000", NUL, LONG, "' OR 1=1"]
_VERSION = ["bogus", "", "-1", "NaN", "1e3", "9" * 30, NUL, LONG]
_EMAIL = ["no-at-sign", "a@b", "two@@example.org", "a b@example.org", "a@example.org\r\nBcc: b@example.org", LONG, NUL]
_PHONE = ["abc", "+", "07", "#31#07700900123;ext=<script>", "\u0660\u0661\u0662", LONG, NUL, RIGHT_TO_LEFT]
_DAY = [
    "2026-02-30",
    "2023-02-29",
    "9999-12-31",
    "0001-01-01",
    "10000-01-01",
    "yesterday",
    "NaN",
    NUL,
    LONG,
    "\u0662\u0660\u0662\u0666-01-01",
]
_MOMENT = ["2026-03-29T01:30", "2026-01-01T24:01", "9999-12-31T23:59", "0001-01-01T00:00", "now", NUL, LONG]
#: Day, month, year.
_BOXES = [
    ("30", "2", "2024"),
    ("29", "2", "2023"),
    ("29", "2", "2100"),
    ("31", "4", "2026"),
    ("1", "13", "2026"),
    ("0", "1", "2026"),
    ("1", "1", "9999"),
    ("1", "1", "0001"),
    ("1", "1", "1800"),
    ("1", "1", "85"),
    ("1", "1", "NaN"),
    ("\u0661", "\u0661", "\u0662\u0660\u0661\u0660"),
    ("1", "1", "\uff12\uff10\uff11\uff10"),
    ("1\x00", "1", "2010"),
    ("1", LONG, "2010"),
    ("1", "", "2010"),
]


@dataclass(frozen=True)
class Field:
    """One question of a form: its control, or the boxes of its date."""

    name: str
    kind: str
    control: Control

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters it sends."""
        if self.kind == "boxes":
            return (f"{self.name}_day", f"{self.name}_month", f"{self.name}_year")
        return (self.name,)

    @property
    def is_typed(self) -> bool:
        """Whether somebody types it, so that it has to stand there again."""
        return self.kind not in ("choice", "many", "tick", "id", "version", "secret")

    def bad(self) -> list[Sent]:
        """Every value this field must refuse, as it is sent."""
        if self.kind == "boxes":
            sent: list[Sent] = [dict(zip(self.names, ([d], [m], [y]), strict=True)) for d, m, y in _BOXES]
            day, month, year = self.names
            return [*sent, {day: ["1", "2"], month: ["1"], year: ["2010"]}]
        values: dict[str, list[str | bytes]] = {
            "number": [*_NUMBER],
            "choice": [value for value in _CHOICE if value not in self.control.offers],
            "many": [value for value in _CHOICE if value not in self.control.offers],
            "tick": ["bogus", "-1", NUL, LONG],
            "id": [*_ID],
            "version": [*_VERSION],
            "email": [*_EMAIL],
            "tel": [*_PHONE],
            "date": [*_DAY],
            "moment": [*_MOMENT],
            "text": [*_TEXT],
            "secret": [NUL],
        }[self.kind]
        if self.kind == "many":
            return [{self.name: [*self.control.offers[:1], value]} for value in values]
        return [*({self.name: [value]} for value in values), {self.name: self._twice()}]

    def _twice(self) -> list[str | bytes]:
        """Two different values under one name."""
        offers = [offer for offer in self.control.offers if offer]
        return [*offers[:2]] if len(offers) > 1 else ["1", "2"]


_KINDS = {
    "select": "choice",
    "radio": "choice",
    "button": "choice",
    "checkbox": "many",
    "hidden": "id",
    "email": "email",
    "tel": "tel",
    "date": "date",
    "datetime-local": "moment",
    "number": "number",
    "password": "secret",
}
#: Hidden, and a number.
_VERSIONS = ("rev",)


def fields(form: Form) -> list[Field]:
    """What a form asks; without its own key, and without files, which are tried by themselves."""
    found: dict[str, Field] = {}
    for control in form.controls.values():
        stem, _line, part = control.name.rpartition("_")
        if part in ("day", "month", "year", "word") and f"{stem}_year" in form.controls:
            found.setdefault(stem, Field(stem, "boxes", form.controls[f"{stem}_year"]))
        elif control.name != "csrfmiddlewaretoken" and control.kind != "file":
            kind = "version" if control.name in _VERSIONS else _KINDS.get(control.kind, "text")
            if control.attributes.get("inputmode") in ("numeric", "decimal"):
                kind = "number"
            if kind == "many" and len(control.offers) == 1:
                kind = "tick"
            found[control.name] = Field(control.name, kind, control)
    return list(found.values())
