"""What a client sees of the way so far, as drawings: days stretched in each week, how far the pain travels.

Pure numbers; a gap is a gap and a week without is an empty column. Pain before and after visits is drawn by ``trend``.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

WEEK = timedelta(days=7)
#: Weeks and visits that are shown at most.
WEEKS, VISITS = 8, 8
WIDTH = 360
_LEFT, _RIGHT = 12, 348
_TOP, _FOOT, _LABELS = 24, 120, 142
_WIDEST = 60


@dataclass(frozen=True)
class Column:
    """A week of seven days from ``begins`` on: how many of them something was done on, and where it is drawn.

    ``is_dated``: its date is printed; every second one is, back from the newest, so that the dates stay apart.
    """

    begins: date
    days: int
    x: float
    y: float
    width: float
    height: float
    is_dated: bool

    @property
    def middle(self) -> float:
        """Where the number and the date stand."""
        return round(self.x + self.width / 2, 1)

    @property
    def label_y(self) -> float:
        """Where the number stands: over the column."""
        return round(self.y - 7, 1)


@dataclass(frozen=True)
class Weeks:
    """The columns of the last weeks, oldest first; the newest ends today."""

    columns: tuple[Column, ...]
    width: int = WIDTH
    height: int = _LABELS + 6
    foot: int = _FOOT
    labels: int = _LABELS
    left: int = _LEFT
    right: int = _RIGHT

    @property
    def days(self) -> int:
        """Days with something done in all of them."""
        return sum(column.days for column in self.columns)

    @property
    def last(self) -> int:
        """Days with something done in the newest."""
        return self.columns[-1].days if self.columns else 0


def weeks(done_on: Collection[date], *, on: date) -> Weeks:
    """The last ``WEEKS`` weeks up to the day ``on``, from the week of the first day in ``done_on`` on."""
    days = {day for day in done_on if day <= on}
    if not days:
        return Weeks(())
    number = min((on - min(days)) // WEEK + 1, WEEKS)
    step = min((_RIGHT - _LEFT) / number, _WIDEST)
    columns = []
    for place in range(number):
        begins = on - WEEK * (number - place) + timedelta(days=1)
        count = len([day for day in days if begins <= day < begins + WEEK])
        height = round((_FOOT - _TOP) * count / 7, 1)
        columns.append(
            Column(
                begins=begins,
                days=count,
                x=round(_LEFT + step * place + 6, 1),
                y=round(_FOOT - height, 1),
                width=step - 12,
                height=height,
                is_dated=(number - 1 - place) % 2 == 0,
            )
        )
    return Weeks(tuple(columns))


@dataclass(frozen=True)
class Reach:
    """How far down the pain went on a day: ``step`` 0 is the nearest to the back; ``word`` names the place."""

    on: date
    step: int
    word: str


@dataclass(frozen=True)
class Rung:
    """A place the pain has gone to, with its line in the drawing."""

    word: str
    y: float


@dataclass(frozen=True)
class Mark:
    """One visit on the ladder."""

    reach: Reach
    x: float
    y: float


@dataclass(frozen=True)
class Ladder:
    """Visits from left to right on the rungs of the places; higher up is nearer to the back."""

    marks: tuple[Mark, ...]
    rungs: tuple[Rung, ...]
    line: str
    height: int
    width: int = WIDTH
    left: int = 128
    right: int = _RIGHT

    @property
    def first(self) -> Reach | None:
        """The oldest."""
        return self.marks[0].reach if self.marks else None

    @property
    def last(self) -> Reach | None:
        """The newest."""
        return self.marks[-1].reach if self.marks else None

    @property
    def labels(self) -> int:
        """Where the dates stand."""
        return self.height - 6

    @property
    def direction(self) -> str:
        """ "up" when the newest is nearer to the back than the oldest, "down" when further, "same", "" with one."""
        if len(self.marks) < 2:
            return ""
        change = self.marks[-1].reach.step - self.marks[0].reach.step
        return "up" if change < 0 else "down" if change > 0 else "same"


def ladder(visits: Sequence[Reach], places: Sequence[str]) -> Ladder:
    """The drawing of ``visits``, oldest first; ``places`` are all words, nearest to the back first.

    Rungs go down to the furthest place that was reached, and one further at most.
    """
    if not visits:
        return Ladder((), (), "", 0)
    lowest = min(max(visit.step for visit in visits) + 1, len(places) - 1)
    gap, top = 30, 16
    rungs = tuple(Rung(word, top + gap * step) for step, word in enumerate(places[: lowest + 1]))
    step = (_RIGHT - 156) / max(len(visits) - 1, 1)
    marks = tuple(
        Mark(visit, round(148 + step * place, 1), top + gap * visit.step) for place, visit in enumerate(visits)
    )
    line = " ".join(f"{mark.x},{mark.y}" for mark in marks)
    return Ladder(marks, rungs, line, top + gap * lowest + 42)
