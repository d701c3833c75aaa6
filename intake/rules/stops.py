"""When a stop is over (clinical reference 2.1, rule 4, and the house rule on answers given anew)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from intake.rules.clearance import Clearance


def is_open(codes: Collection[str], *, raised_on: date, letters: Iterable[Clearance]) -> bool:
    """Whether a stop for ``codes`` still stands: a written yes dated on or after ``raised_on`` has to cover each.

    A "no" to massage, written or told, of the same day or later than that yes keeps it open. When the letter itself
    runs out does not matter here: the stop is answered, and newer answers are judged by themselves.
    """
    given = list(letters)
    return any(not _answered(code, raised_on, given) for code in codes)


def _answered(code: str, raised_on: date, letters: list[Clearance]) -> bool:
    about = [letter for letter in letters if code in letter.entries and letter.date >= raised_on]
    yes = max((letter.date for letter in about if letter.massage and letter.kind == "written"), default=None)
    no = max((letter.date for letter in about if not letter.massage), default=None)
    return yes is not None and (no is None or no < yes)
