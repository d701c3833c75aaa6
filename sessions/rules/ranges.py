"""Ranges of motion over the visits: each side against the usual range and the measuring error, as a drawing.

Clinical reference 4.9: same device, position and tester; a change up to the minimal detectable one is "within
measuring error". Pure functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from clinic.vocabulary import Side
from sessions.rules.findings import MEASURES, Measure, RangeChange, RangeReading, range_change, read_range

WIDTH, LEFT, RIGHT = 360, 40, 348
_TOP, _BOTTOM, _FOOT = 14, 114, 26
_OTHER = {"L": "R", "R": "L"}


@dataclass(frozen=True)
class Reading:
    """One value of one range: ``side`` "L", "R" or "M"; ``phase`` "before" or "after"; value in its own unit."""

    on: date
    code: str
    side: str
    phase: str
    value: float
    device: str = ""


@dataclass(frozen=True)
class Point:
    """A value in the drawing; ``after`` is the one taken after the treatment of the same day."""

    on: date
    before: float | None
    after: float | None
    x: float
    before_y: float | None
    after_y: float | None

    @property
    def value(self) -> float:
        """The value the day stands for: before the treatment, else after it."""
        return self.before if self.before is not None else self.after  # type: ignore[return-value]


@dataclass(frozen=True)
class SideRange:
    """One side over the visits.

    ``change`` from the first visit to the last, both before the treatment or both after it; None when there are no two
    such values. ``other_device``: the two were taken with different devices, so that 3 to 5 degrees may lie between
    them. ``reading``: the newest value against the flags and the other side of the same day.
    """

    side: str
    points: tuple[Point, ...]
    change: RangeChange | None
    first: float | None
    last: float
    since: date | None
    other_device: bool
    reading: RangeReading
    #: The measuring error around the newest value, top and bottom; None where none is known.
    error: tuple[float, float, float] | None

    @property
    def word(self) -> str:
        """The side in words."""
        return str(Side(self.side).label) if self.side in Side.values else gettext("middle")

    @property
    def line(self) -> str:
        """The line through the values that the days stand for."""
        drawn = ((point.x, point.before_y if point.before_y is not None else point.after_y) for point in self.points)
        return " ".join(f"{x},{y}" for x, y in drawn)


@dataclass(frozen=True)
class RangeChart:
    """One range of motion: what it is, its sides, the usual range as a band, the rules with their numbers."""

    measure: Measure
    sides: tuple[SideRange, ...]
    dates: tuple[tuple[date, float], ...]
    band: tuple[float, float] | None
    rules: tuple[tuple[int, float], ...]
    height: int = _BOTTOM + _FOOT
    width: int = WIDTH
    left: int = LEFT
    right: int = RIGHT

    @property
    def unit(self) -> str:
        """What stands behind a number: the degree sign, or the unit with a space."""
        return f" {self.measure.unit}" if self.measure.unit else "°"

    @property
    def labels(self) -> int:
        """Where the dates stand."""
        return self.height - 6

    @property
    def across(self) -> int:
        """How wide the band of the usual range is."""
        return self.right - self.left

    @property
    def band_height(self) -> float:
        """How tall it is."""
        return round(self.band[1] - self.band[0], 1) if self.band else 0

    @property
    def is_flagged(self) -> bool:
        """Whether the newest value of a side is flagged."""
        return any(side.reading.flagged for side in self.sides)


def range_charts(readings: Iterable[Reading], *, days: int) -> list[RangeChart]:
    """A chart for each range that was measured, flagged ones first, then in the order of the catalogue.

    ``readings`` in any order; the last ``days`` days on which the range was measured are shown.
    """
    by_code: dict[str, list[Reading]] = {}
    for reading in readings:
        if reading.code in MEASURES:
            by_code.setdefault(reading.code, []).append(reading)
    charts = [_chart(MEASURES[code], by_code[code], days) for code in MEASURES if code in by_code]
    return sorted(charts, key=lambda chart: not chart.is_flagged)


def _chart(measure: Measure, readings: list[Reading], days: int) -> RangeChart:
    dates = sorted({reading.on for reading in readings})[-days:]
    shown = [reading for reading in readings if reading.on in dates]
    values: dict[tuple[str, date, str], Reading] = {(each.side, each.on, each.phase): each for each in shown}
    low, high = _bounds(measure, [each.value for each in shown])
    gap = (RIGHT - LEFT - 40) / max(len(dates) - 1, 1)
    xs = {on: round(LEFT + 20 + gap * number, 1) for number, on in enumerate(dates)}

    def y(value: float) -> float:
        inside = min(max(value, low), high)
        return round(_BOTTOM - (_BOTTOM - _TOP) * (inside - low) / (high - low), 1)

    sides = []
    for place, side in enumerate(side for side in ("L", "R", "M") if any(each.side == side for each in shown)):
        aside = (place - 0.5) * 12 if side != "M" else 0
        points = []
        for on in dates:
            before, after = (values.get((side, on, phase)) for phase in ("before", "after"))
            if before is None and after is None:
                continue
            was, then = (each.value if each else None for each in (before, after))
            points.append(
                Point(
                    on,
                    was,
                    then,
                    round(xs[on] + aside, 1),
                    None if was is None else y(was),
                    None if then is None else y(then),
                )
            )
        sides.append(_side(measure, side, tuple(points), values, y))
    return RangeChart(
        measure=measure,
        sides=tuple(sides),
        dates=tuple(xs.items()),
        band=(y(measure.normal[1]), y(measure.normal[0])) if measure.normal else None,
        rules=tuple((number, y(number)) for number in (round(low), round((low + high) / 2), round(high))),
    )


def _bounds(measure: Measure, values: list[float]) -> tuple[float, float]:
    """The lowest and the highest number of the drawing: tens around all values and the usual range."""
    every = [*values, *(measure.normal or ())]
    if measure.normal_mean is not None:
        every.append(measure.normal_mean)
    low, high = min(every) // 10 * 10, -(-max(every) // 10) * 10
    return low, max(high, low + 10)


def _side(
    measure: Measure,
    side: str,
    points: tuple[Point, ...],
    values: Mapping[tuple[str, date, str], Reading],
    y: Callable[[float], float],
) -> SideRange:
    newest = points[-1]
    phase = "before" if newest.before is not None else "after"
    other = values.get((_OTHER.get(side, ""), newest.on, phase))
    earlier = [each for (at, _on, when), each in values.items() if at == side and when == phase and each.on < newest.on]
    first = min(earlier, key=lambda each: each.on, default=None)
    change = None if first is None else range_change(measure.code, first.value, newest.value)
    device = values[side, newest.on, phase].device
    error = None
    if measure.mdc is not None:
        error = (newest.x, y(newest.value + measure.mdc), y(newest.value - measure.mdc))
    return SideRange(
        side=side,
        points=points,
        change=change,
        first=None if first is None else first.value,
        last=newest.value,
        since=None if first is None else first.on,
        other_device=first is not None and bool(first.device or device) and first.device != device,
        reading=read_range(measure.code, newest.value, other.value if other else None),
        error=error,
    )
