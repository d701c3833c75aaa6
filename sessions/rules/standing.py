"""How a client stands since the first visit: improved, no clear change, worse, and when to decide how to go on.

Clinical reference 4.10 (flag logic, change limits) and 3.6, RF7. Pure: days and values come in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sessions.rules.outcomes import OUTCOMES, Change, Comparison, compare

#: After so many signed visits, or so many days since the first, the therapist decides how to go on (RF7).
VISITS, DAYS = 4, 42


@dataclass(frozen=True)
class WayTaken:
    """How the therapist decided on a day that the treatment goes on: the code of the way, and the reason."""

    on: date
    way: str
    reason: str


@dataclass(frozen=True)
class Course:
    """What was told and measured, each oldest first.

    ``visits``: days of the signed visits. ``values``: outcome code → (day, value) in the units of the outcome.
    ``safety_worse``: a safety answer became worse since the first visit. ``decided``: how the therapist decided last to
    go on.
    """

    visits: Sequence[date]
    values: Mapping[str, Sequence[tuple[date, float]]]
    safety_worse: bool = False
    decided: WayTaken | None = None


@dataclass(frozen=True)
class Measured:
    """One outcome at first and now, compared by its rules; one whose value itself says it may be told once."""

    code: str
    first_on: date
    first: float
    last_on: date
    last: float
    comparison: Comparison


@dataclass(frozen=True)
class Standing:
    """Where a client stands. ``change`` None: nothing was told twice. ``due``: how to go on has to be decided.

    ``decided``: how that was decided last.
    """

    change: Change | None
    measured: tuple[Measured, ...]
    visits: int
    due: bool
    decided: WayTaken | None = None

    @property
    def improved(self) -> bool | None:
        """For the refer rule RF7: False when it is time and nothing has improved; None while it is too early."""
        if self.change is Change.IMPROVED:
            return True
        return False if self.due else None


def standing(course: Course, *, on: date) -> Standing:
    """How a client stands on the day ``on`` (clinical reference 4.10).

    Worse when any outcome is, a deeper referral among them; improved when one is and no safety answer became worse.
    Due after ``VISITS`` signed visits or ``DAYS`` days without "improved", since the first one or the last decision.
    """
    spread = course.values.get("REFER", ())
    further = len(spread) > 1 and spread[-1][1] > spread[0][1]
    measured = tuple(
        Measured(
            code,
            *told[0],
            *told[-1],
            compare(code, told[0][1], told[-1][1], safety_worse=course.safety_worse, spreads_further=further),
        )
        for code, told in course.values.items()
        if len(told) > 1 or (told and OUTCOMES[code].rule == "value")
    )
    changes = {each.comparison.change for each in measured} - {Change.NOT_JUDGED}
    change = next((each for each in (Change.WORSE, Change.IMPROVED, Change.NO_CLEAR_CHANGE) if each in changes), None)
    first = course.visits[0] if course.visits else None
    begins = course.decided.on if course.decided else first
    visits = [day for day in course.visits if course.decided is None or day > course.decided.on]
    enough = len(visits) >= VISITS or (begins is not None and (on - begins).days >= DAYS)
    due = enough and change is not Change.IMPROVED
    return Standing(change, measured, len(course.visits), due, course.decided)
