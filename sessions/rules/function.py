"""What the client can do again: the patient-specific function (PSFS, clinical reference 1.6, 1.9 and 4.10), drawn.

Up to three activities in the client's own words, 0 (cannot do it) to 10 (as well as before). Pure functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sessions.rules.outcomes import Comparison, compare

WIDTH, LEFT, RIGHT = 360, 12, 348
_ROW, _TOP, _FOOT = 50, 6, 24


@dataclass(frozen=True)
class Scores:
    """The activities of one day with their scores 0 to 10, in the order they were named."""

    on: date
    activities: tuple[tuple[str, int], ...]

    @property
    def mean(self) -> float:
        """The mean of the activities, with one decimal."""
        return round(sum(score for _name, score in self.activities) / len(self.activities), 1)

    @property
    def names(self) -> frozenset[str]:
        """The activities as they are compared: the same words, however they are spaced or capitalised."""
        return frozenset(_same(name) for name, _score in self.activities)


@dataclass(frozen=True)
class Bar:
    """One activity in the drawing: where it was at first (None when it is told once) and where it is now."""

    name: str
    first: int | None
    last: int
    first_x: float | None
    last_x: float
    label_y: int
    y: int


@dataclass(frozen=True)
class Function:
    """The drawing. ``change`` compares the first telling of the same activities with the newest; None with one.

    ``other_activities``: earlier tellings were about something else and are not compared.
    """

    told: tuple[Scores, ...]
    bars: tuple[Bar, ...]
    change: Comparison | None
    since: Scores | None
    other_activities: bool
    rules: tuple[tuple[int, float], ...]
    height: int
    width: int = WIDTH
    left: int = LEFT
    right: int = RIGHT

    @property
    def last(self) -> Scores | None:
        """The newest telling."""
        return self.told[-1] if self.told else None

    @property
    def labels(self) -> int:
        """Where the numbers of the scale stand."""
        return self.height - 6


def function(told: Sequence[Scores]) -> Function:
    """The drawing of ``told``, oldest first. Only the same activities are compared with each other."""
    every = tuple(each for each in told if each.activities)
    rules = tuple((value, _x(value)) for value in (0, 5, 10))
    if not every:
        return Function((), (), None, None, False, rules, 0)
    newest = every[-1]
    same = [each for each in every[:-1] if each.names == newest.names]
    since = same[0] if same else None
    then = {_same(name): score for name, score in since.activities} if since else {}
    bars = []
    for number, (name, score) in enumerate(newest.activities):
        was = then.get(_same(name))
        top = _TOP + _ROW * number
        bars.append(Bar(name, was, score, None if was is None else _x(was), _x(score), top + 14, top + 30))
    return Function(
        told=every,
        bars=tuple(bars),
        change=None if since is None else compare("PSFS", since.mean, newest.mean),
        since=since,
        other_activities=len(same) < len(every) - 1,
        rules=rules,
        height=_TOP + _ROW * len(bars) + _FOOT,
    )


def _same(name: str) -> str:
    return " ".join(name.casefold().split())


def _x(score: int) -> float:
    return round(LEFT + 10 + (RIGHT - LEFT - 20) * score / 10, 1)
