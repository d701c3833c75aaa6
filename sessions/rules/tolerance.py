"""The pressure that was tolerated in each region, over the visits, as a drawing.

``peak pressure tolerated at C ≤ 3`` per region, clinical reference 4.6. Pure functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from clinic.vocabulary import REGIONS, Comfort, Side
from sessions.rules.muscles import STRUCTURES
from sessions.rules.note import place_on

#: Up to this comfort a pressure was tolerated.
MOST = Comfort.C3
WIDTH = 360
_LEFT, _CELL, _TALL, _ROW, _TOP, _FOOT = 4, 26, 24, 54, 6, 24


@dataclass(frozen=True)
class Felt:
    """One comfort reading of a visit: structure and side, pressure P0 to P5, comfort C1 to C5."""

    structure: str
    side: str
    pressure: int
    comfort: int


@dataclass(frozen=True)
class Visit:
    """A visit with its readings that count."""

    on: date
    felt: tuple[Felt, ...]


@dataclass(frozen=True)
class Cell:
    """The highest tolerated pressure of one visit; None when the region was not felt, or never at C3 or below.

    ``worked``: there was a reading at all.
    """

    on: date
    pressure: int | None
    worked: bool
    x: float


@dataclass(frozen=True)
class Strip:
    """One region on one side over the visits. ``place`` is the stored region ("BTM:L", "COC")."""

    place: str
    cells: tuple[Cell, ...]
    label_y: int
    y: int

    @property
    def known(self) -> tuple[Cell, ...]:
        """The visits on which a pressure was tolerated, oldest first."""
        return tuple(cell for cell in self.cells if cell.pressure is not None)


@dataclass(frozen=True)
class Tolerance:
    """All strips, from the head down, and where the dates stand."""

    strips: tuple[Strip, ...]
    dates: tuple[tuple[date, float], ...]
    height: int
    width: int = WIDTH
    cell: int = _CELL
    tall: int = _TALL

    @property
    def labels(self) -> int:
        """Where the dates stand."""
        return self.height - 6


def region_of(structure: str, side: str) -> str:
    """The region under which a structure is listed, as it is stored, on ``side`` where the region has one."""
    return place_on(STRUCTURES[structure].first, side)


def order_of(place: str) -> tuple[int, int]:
    """From the head down, left before right."""
    code, _at, side = place.partition(":")
    return list(REGIONS).index(code), Side.values.index(side) if side else 0


def tolerated(visits: Sequence[Visit]) -> Tolerance:
    """The drawing of ``visits``, oldest first. A reading over C3 does not count, however hard the hand worked."""
    peaks: list[dict[str, int | None]] = [_peaks(visit.felt) for visit in visits]
    places = sorted({place for found in peaks for place in found}, key=order_of)
    step = (WIDTH - 2 * _LEFT) / max(len(visits), 1)
    xs = [round(_LEFT + step * number, 1) for number in range(len(visits))]
    strips = []
    for number, place in enumerate(places):
        top = _TOP + _ROW * number
        cells = tuple(
            Cell(visit.on, found.get(place), place in found, x)
            for visit, found, x in zip(visits, peaks, xs, strict=True)
        )
        strips.append(Strip(place, cells, top + 12, top + 20))
    return Tolerance(
        tuple(strips),
        tuple((visit.on, x) for visit, x in zip(visits, xs, strict=True)),
        _TOP + _ROW * len(places) + _FOOT,
        cell=round(min(step - 4, 60)),
    )


def _peaks(felt: Iterable[Felt]) -> dict[str, int | None]:
    peaks: dict[str, int | None] = {}
    for reading in felt:
        place = region_of(reading.structure, reading.side)
        held = peaks.setdefault(place, None)
        if reading.comfort <= MOST and (held is None or reading.pressure > held):
            peaks[place] = reading.pressure
    return peaks
