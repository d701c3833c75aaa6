"""One round of a stretch as a plan of seconds: holds, rests, the change of sides, counted repetitions.

The page shows these steps and runs through them; no database, no clock. The numbers come from the dose of the item and
from the catalogue (clinical reference 5.1, 4.8).
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clinic.vocabulary import Side
from sessions.rules.stretches import DOSES, Stretch, time_words

#: Time to put the phone down and get into position, and to change sides ([DESIGN], awaiting clinician sign-off).
READY_SECONDS, CHANGE_SECONDS = 10, 10
#: One repetition where neither hold nor tempo is known.
_MOVE = (3, 3)


class Kind(models.TextChoices):
    """What the client does during one step."""

    READY = "ready", _("get into position")
    HOLD = "hold", _("hold")
    MOVE = "move", _("repetitions, counted")
    REST = "rest", _("rest")
    CHANGE = "change", _("change sides")


@dataclass(frozen=True)
class Step:
    """One step of a round.

    ``seconds`` is its whole length. ``side`` is "L" or "R", empty where both move at once or none does. ``number`` of
    ``of``: which hold of its set; ``set_number`` of ``sets``. A counted step has ``times`` repetitions of ``move``
    seconds out and back; a hold with a counted breath has ``breath`` seconds in and out. ``part``: the part of the body
    that the side names, told where a side begins, because "the right side" of somebody lying on it can be misheard.
    ``what``: what is done instead of holding, such as breathing.
    """

    kind: Kind
    seconds: int
    side: str = ""
    number: int = 1
    of: int = 1
    set_number: int = 1
    sets: int = 1
    times: int = 0
    move: tuple[int, ...] = ()
    breath: tuple[int, ...] = ()
    part: str = ""
    what: str = ""

    @property
    def is_work(self) -> bool:
        """Whether something is done in it, so that it can be ticked."""
        return self.kind in (Kind.HOLD, Kind.MOVE)

    @property
    def title(self) -> str:
        """What stands above the ring while the step runs: "Hold 2 of 3, left side"."""
        said = self._said()
        if self.sets > 1 and self.is_work:
            said = _("Set %(number)s of %(sets)s: %(what)s") % {
                "number": self.set_number,
                "sets": self.sets,
                "what": said,
            }
        return said

    @property
    def length(self) -> str:
        """How long it takes in words; of counted repetitions, how slow each one is."""
        if self.move:
            return _("%(out)s seconds out, %(back)s seconds back") % {"out": self.move[0], "back": self.move[1]}
        return time_words(self.seconds)

    def _said(self) -> str:
        words = {"number": self.number, "of": self.of, "times": self.times, "part": self.part}
        if self.kind == Kind.REST:
            return _("Rest")
        if self.kind == Kind.MOVE:
            return _times(self.side, self.times) % words
        if self.kind == Kind.HOLD and self.what:
            numbered = _("%(what)s, %(number)s of %(of)s") % {"what": self.what, **words}
            return self.what if self.of == 1 else numbered
        one, many = _TEXTS[self.kind]
        said = str((one if self.of == 1 else many)[self.side])
        return (_("%(side)s: %(part)s") % {"side": said, "part": self.part} if self.part else said) % words


_LEFT, _RIGHT, _NEITHER = Side.LEFT.value, Side.RIGHT.value, ""
_READY = {
    _LEFT: gettext_lazy("Get into position, left side"),
    _RIGHT: gettext_lazy("Get into position, right side"),
    _NEITHER: gettext_lazy("Get into position"),
}
_CHANGE = {_LEFT: gettext_lazy("Now the left side"), _RIGHT: gettext_lazy("Now the right side")}
_HOLD = {
    _LEFT: gettext_lazy("Hold, left side"),
    _RIGHT: gettext_lazy("Hold, right side"),
    _NEITHER: gettext_lazy("Hold"),
}
_HOLD_OF = {
    _LEFT: gettext_lazy("Hold %(number)s of %(of)s, left side"),
    _RIGHT: gettext_lazy("Hold %(number)s of %(of)s, right side"),
    _NEITHER: gettext_lazy("Hold %(number)s of %(of)s"),
}
#: What is said of a step that is the only one of its kind, and of one of several; whole sentences for each side.
_TEXTS = {Kind.READY: (_READY, _READY), Kind.CHANGE: (_CHANGE, _CHANGE), Kind.HOLD: (_HOLD, _HOLD_OF)}


def _times(side: str, times: int) -> str:
    """The repetitions of a counted step, with the side."""
    if side == Side.LEFT:
        return ngettext("%(times)s time, left side", "%(times)s times, left side", times)
    if side == Side.RIGHT:
        return ngettext("%(times)s time, right side", "%(times)s times, right side", times)
    return ngettext("%(times)s time", "%(times)s times", times)


def round_of(
    stretch: Stretch, *, hold_seconds: int, repetitions: int, sets: int, side: str, level: int
) -> tuple[Step, ...]:
    """The steps of one round of ``stretch`` in its dose.

    ``side`` is "L", "R" or "B". For both sides one after the other every set is done on the right side, as the picture
    shows it, then on the left; what moves both at once, or has no side, is done once. ``hold_seconds`` 0: repetitions
    are counted. Two sets on the same side are parted by a rest; a change of sides is its own rest.
    """
    dose = DOSES[stretch.dose]
    one_after_the_other = side not in Side.values and not (stretch.both_sides or stretch.no_side)
    sides = ("R", "L") if one_after_the_other else (side if side in Side.values and not stretch.no_side else "",)
    steps = [Step(Kind.READY, READY_SECONDS, side=sides[0], part=stretch.side_is if sides[0] else "")]
    for set_number in range(1, sets + 1):
        for here in sides:
            if len(steps) > 1 and one_after_the_other:
                steps.append(Step(Kind.CHANGE, CHANGE_SECONDS, side=here, part=stretch.side_is))
            elif len(steps) > 1:
                steps.append(Step(Kind.REST, dose.set_rest_seconds or dose.rest_seconds or CHANGE_SECONDS))
            if hold_seconds:
                steps += _holds(stretch, hold_seconds, repetitions, here, set_number, sets, level)
            else:
                move = dose.move_seconds or _MOVE
                steps.append(
                    Step(
                        Kind.MOVE,
                        repetitions * sum(move),
                        side=here,
                        set_number=set_number,
                        sets=sets,
                        times=repetitions,
                        move=move,
                    )
                )
    return tuple(steps)


def _holds(
    stretch: Stretch, seconds: int, repetitions: int, side: str, set_number: int, sets: int, level: int
) -> list[Step]:
    """The holds of one set on one side with the rests between them."""
    steps: list[Step] = []
    rest = DOSES[stretch.dose].rest_seconds
    for number in range(1, repetitions + 1):
        if steps and rest:
            steps.append(Step(Kind.REST, rest, side=side))
        steps.append(
            Step(
                Kind.HOLD,
                seconds,
                side=side,
                number=number,
                of=repetitions,
                set_number=set_number,
                sets=sets,
                breath=stretch.breath_at(level),
                what=stretch.hold_is,
            )
        )
    return steps


def seconds_of(steps: tuple[Step, ...]) -> int:
    """How long a round takes."""
    return sum(step.seconds for step in steps)


def minutes(seconds: int) -> int:
    """``seconds`` in whole minutes to the nearest, at least 1: "about 9 minutes"."""
    return max(1, (seconds + 30) // 60)
