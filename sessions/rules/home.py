"""What the client's log at home asks for: ease, rest, stop, or more (clinical reference 5.1). Proposes; never acts.

The log is that of one published version: a new version is the therapist's answer and starts a new log. No database, no
clock: the day comes in as an argument.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.vocabulary import Comfort

#: Two weeks at a level without trouble, before more is suggested (clinical reference 5.1, start level).
GOOD_WEEKS = timedelta(days=14)
#: On so many of those days it was done: three a week, the least the reference calls enough (5.1, static stretch).
GOOD_DAYS = 6
#: So many readings of "too much" in a row ask for a gentler level.
TOO_MUCH_IN_A_ROW = 2
#: So many nerve signs in one version rest the whole plan (clinical reference 5.1, stop rule 1).
NERVE_SIGNS_FOR_ALL = 2
TOP_LEVEL = 3
#: What "half the dose" halves: the first of these that is more than one.
HALVED = ("repetitions", "sets", "hold_seconds", "times_per_day", "days_per_week")


class Reaction(models.TextChoices):
    """What one stretch of the plan needs now, worst first."""

    STOP = "stop", _("stop: it went down the leg, or felt electric or numb")
    EASE = "ease", _("a gentler level: too much twice in a row")
    HALVE = "halve", _("half the dose: sore for more than a day")
    MORE = "more", _("ready for more: two good weeks")
    NONE = "none", _("goes on as it is")


@dataclass(frozen=True)
class HomeLog:
    """One tick at home: which stretch, when, how it felt.

    ``comfort`` is C1 to C5 or None when skipped; ``nerve``: it went down the leg, electric or numb; ``sore``: the
    client was still sore more than a day after. ``answered``: it was made before the client took the gentler level it
    is done at now, or before the therapist said that it may go on.
    """

    item: str
    on: date
    comfort: int | None = None
    nerve: bool = False
    sore: bool = False
    answered: bool = False


def reaction(logs: Sequence[HomeLog], *, level: int, since: date, on: date, top: int = TOP_LEVEL) -> Reaction:
    """What one stretch needs on the day ``on``, from its own ``logs`` in the order they were made.

    ``level`` is the level it is done at (1 to ``top``), ``since`` the day from which it is done at it. A nerve sign
    counts until a new version answers it; soreness until a later day went by without it; "too much" is judged on the
    last two readings given. What was answered by a gentler level, or by the therapist's word, counts for neither of
    the last two. More is suggested after two weeks at the level, done on six days or more of the last two weeks, never
    above C3, never sore, and only where there is a level above.
    """
    if any(log.nerve for log in logs):
        return Reaction.STOP
    counting = [log for log in logs if not log.answered]
    felt = [log.comfort for log in counting if log.comfort is not None]
    if len(felt) >= TOO_MUCH_IN_A_ROW and all(step == Comfort.C5 for step in felt[-TOO_MUCH_IN_A_ROW:]):
        return Reaction.EASE
    # Asked once a day, at the first time: the second time of that day says nothing about it.
    last_day = max((log.on for log in counting), default=None)
    if any(log.sore for log in counting if log.on == last_day):
        return Reaction.HALVE
    lately = [log for log in logs if on - GOOD_WEEKS < log.on <= on]
    calm = all(not log.sore and (log.comfort is None or log.comfort <= Comfort.C3) for log in lately)
    often = len({log.on for log in lately}) >= GOOD_DAYS
    if level < top and since <= on - GOOD_WEEKS and calm and often and any(log.comfort for log in lately):
        return Reaction.MORE
    return Reaction.NONE


def gentler_level(levels: Iterable[int], *, level: int, highest: int) -> int | None:
    """The next level below ``level`` among the ``levels`` that a stretch has, up to the ``highest`` allowed.

    None when there is none: then the stretch rests until the therapist has spoken.
    """
    return max((each for each in levels if each < level and each <= highest), default=None)


def gentler_dose(dose: Mapping[str, int], at_that_level: Mapping[str, int]) -> Mapping[str, int]:
    """``dose`` with what the gentler level changes in it, where that is less: never more than was published."""
    lower = {name: value for name, value in at_that_level.items() if value < dose.get(name, 0)}
    return MappingProxyType({**dose, **lower})


def half_dose(dose: Mapping[str, int]) -> Mapping[str, int]:
    """Half of ``dose`` (clinical reference 5.1, stop rule 4), rounded down and at least 1.

    The repetitions are halved; where there is one, the sets; then the seconds, the times a day, the days a week.
    """
    for name in HALVED:
        if dose.get(name, 0) > 1:
            return MappingProxyType({**dose, name: dose[name] // 2})
    return dose
