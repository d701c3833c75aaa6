"""The pain trend as a drawing: which dot goes where. Pure numbers, so that print and screen show the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sessions.rules.outcomes import Change, compare

WIDTH, HEIGHT = 360, 190
_LEFT, _RIGHT, _TOP, _BOTTOM = 28, 348, 22, 158
#: From this difference on more pain than after the last visit is pointed out (clinical reference 4.10, NPRS).
REAL_CHANGE = 2


@dataclass(frozen=True)
class Visit:
    """Pain 0 to 10 on a day, before and after the treatment; None when it was not given."""

    on: date
    before: int | None
    after: int | None = None


@dataclass(frozen=True)
class Dot:
    """One visit in the drawing; ``y`` values grow downwards, None when there is no value."""

    visit: Visit
    x: float
    before_y: float | None
    after_y: float | None

    @property
    def label_y(self) -> float | None:
        """Where the number over the dot stands."""
        return None if self.before_y is None else self.before_y - 9


@dataclass(frozen=True)
class Trend:
    """A drawing of ``WIDTH`` by ``HEIGHT``: dots from left to right, the line through "before", the 0, 5, 10 rules."""

    dots: tuple[Dot, ...]
    line: str
    rules: tuple[tuple[int, float], ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = _RIGHT
    foot: int = _BOTTOM + 22

    @property
    def first(self) -> Visit | None:
        """The oldest visit with a value before."""
        return next((dot.visit for dot in self.dots if dot.before_y is not None), None)

    @property
    def last(self) -> Visit | None:
        """The newest visit with a value before."""
        return next((dot.visit for dot in reversed(self.dots) if dot.before_y is not None), None)

    @property
    def change(self) -> int | None:
        """Pain before, newest minus oldest; None with fewer than two visits."""
        if len([dot for dot in self.dots if dot.before_y is not None]) < 2:
            return None
        return self.last.before - self.first.before  # type: ignore[union-attr,operator]

    @property
    def is_real(self) -> bool:
        """Whether the change counts: 2 points or 30 %, from 3 or less 30 % alone (clinical reference 4.10)."""
        if self.change is None:
            return False
        verdict = compare("NPRS", self.first.before, self.last.before).change  # type: ignore[union-attr,arg-type]
        return verdict in (Change.IMPROVED, Change.WORSE)


def _y(value: int | None) -> float | None:
    return None if value is None else round(_BOTTOM - (_BOTTOM - _TOP) * value / 10, 1)


def trend(visits: Iterable[Visit]) -> Trend:
    """The drawing of ``visits``, oldest first."""
    rows = list(visits)
    step = (_RIGHT - _LEFT - 24) / max(len(rows) - 1, 1)
    dots = tuple(
        Dot(visit, round(_LEFT + 12 + step * n, 1), _y(visit.before), _y(visit.after)) for n, visit in enumerate(rows)
    )
    line = " ".join(f"{dot.x},{dot.before_y}" for dot in dots if dot.before_y is not None)
    return Trend(dots, line, tuple((value, _y(value)) for value in (0, 5, 10)))  # type: ignore[misc]
