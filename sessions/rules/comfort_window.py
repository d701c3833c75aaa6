"""The comfort window of a structure and side: where this client said "pleasant" or "delicious" lately, and from that a
start for today (clinical reference 4.6). Only ever a suggestion; limits, closed areas and consent stand above it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from clinic.vocabulary import Comfort, PressureLevel
from sessions.rules.muscles import TARGET
from sessions.rules.timeline import NERVE, felt_as

#: So many visits at which the area was worked on are looked at: as many as lie between two re-assessments (4.1).
LAST_VISITS = 4
#: Answers to "How was the day after the last visit?" that mean sore or worse (1.8, ck_after).
SORE = ("sore_short", "sore_long", "worse")


@dataclass(frozen=True)
class FeltVisit:
    """What was felt at one structure and side at one visit.

    ``rows``: its readings and signs that count, oldest first, each with ``pressure`` (0 to 5), ``comfort`` (1 to 5 or
    None) and ``sign``. ``day_after``: the answer to ck_after at the check-in that followed, "" when not asked yet.
    """

    on: date
    rows: tuple[Any, ...]
    day_after: str = ""


@dataclass(frozen=True)
class Reading:
    """One reading that the window rests on."""

    on: date
    pressure: int
    comfort: int


@dataclass(frozen=True)
class Window:
    """The pressures that were welcome lately, ``lowest`` to ``top``, and the suggested ``start`` (0 to 5).

    ``best``: the reading at the top, the newest of several. ``eased_for``: the answer of the day after that lowered
    the start, else "". ``capped``: today's cap lowered it.
    """

    lowest: int
    top: int
    best: Reading
    start: int
    eased_for: str
    capped: bool


def comfort_window(visits: Sequence[FeltVisit], *, cap: int) -> Window | None:
    """The window of one structure and side; None when nothing there was pleasant or delicious lately.

    ``visits``: newest first, those where something was felt there. ``cap``: the highest pressure allowed there today,
    0 to 5. A reading counts until a later one at the same pressure or less was nearly too much, too much or a nerve
    sign. The start lies one step below the top, one more when the client was sore the day after the newest of these
    visits, and never above the cap.
    """
    lately = visits[:LAST_VISITS]
    welcome = _welcome(lately)
    if not welcome:
        return None
    top = max(reading.pressure for reading in welcome)
    best = next(reading for reading in reversed(welcome) if reading.pressure == top)
    eased_for = lately[0].day_after if lately[0].day_after in SORE else ""
    start = max(top - 1 - bool(eased_for), PressureLevel.P0)
    return Window(
        lowest=min(reading.pressure for reading in welcome),
        top=top,
        best=best,
        start=min(start, cap),
        eased_for=eased_for,
        capped=cap < start,
    )


def _welcome(visits: Iterable[FeltVisit]) -> list[Reading]:
    """The readings of C2 and C3 that still count, oldest first."""
    found: list[Reading] = []
    for visit in reversed(list(visits)):
        for row in visit.rows:
            felt = felt_as(row)
            if row.sign == NERVE or felt in (Comfort.C4, Comfort.C5):
                found = [reading for reading in found if reading.pressure < row.pressure]
            elif felt is not None and felt in TARGET:
                found.append(Reading(visit.on, row.pressure, felt))
    return found
