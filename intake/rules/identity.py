"""Whether the person who fills in a form can be the one it was handed to, going by the name and birth date they typed.

Small differences pass: a slip of the finger, an accent, first and last name swapped, a second name left out, a new
name after a wedding. Somebody else's do not.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from clinic.rules.text import plain


def may_be(first: str, last: str, born: date, *, firsts: Iterable[str], expected_last: str, birth_date: date) -> bool:
    """Whether typed names and birth date are near those expected; ``firsts`` are the first and the preferred name.

    The birth date may differ in one of day, month and year, or have day and month swapped. The first name must be
    near. The last name must be near too, unless the birth date is exact.
    """
    if not _dates_near(born, birth_date):
        return False
    return any(
        _names_near(given, name) and (born == birth_date or _names_near(family, expected_last))
        for given, family in ((first, last), (last, first))
        for name in firsts
    )


def _dates_near(one: date, other: date) -> bool:
    if (one.year, one.month, one.day) == (other.year, other.day, other.month):
        return True
    same = [one.year == other.year, one.month == other.month, one.day == other.day]
    return sum(same) >= 2


def _names_near(one: str, other: str) -> bool:
    """The same but for a slip in three letters, or with a part left out ("Anna Maria" and "Anna")."""
    mine, yours = plain(one), plain(other)
    if not mine or not yours:
        return False
    parts, its_parts = set(mine.split()), set(yours.split())
    if parts <= its_parts or its_parts <= parts:
        return True
    return _slips(mine, yours) <= max(1, min(len(mine), len(yours)) // 3)


def _slips(one: str, other: str) -> int:
    """How many letters must be put in, left out, changed or swapped with a neighbour to get from one to the other."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, start=1):
        last, before, row = before, row, [place]
        for at, its in enumerate(other, start=1):
            steps = min(before[at] + 1, row[at - 1] + 1, before[at - 1] + (letter != its))
            if place > 1 and at > 1 and (letter, one[place - 2]) == (other[at - 2], its):
                steps = min(steps, last[at - 2] + 1)
            row.append(steps)
    return row[-1]
