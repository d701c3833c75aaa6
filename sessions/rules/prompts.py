"""Quiet prompts of the treatment room: what the rules of dosage and comfort ask for next (clinical reference 4.3, 4.6).

They never stop anybody: a line that says what to do and why. Figures come from the catalogues. No database, no clock:
each prompt says from which moment on it holds, and the page shows the most urgent one that is due.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from clinic.vocabulary import Comfort, PressureLevel
from sessions.rules.muscles import COMFORT_RULES, COMFORT_STEPS, DOSAGE, STRUCTURES, TARGET
from sessions.rules.timeline import EASED, END_REGION, NERVE, STOP, Event, felt_as, indices, place_of

_WARM, _ONE_STEP, _LONGEST = DOSAGE["warm_first"], DOSAGE["one_step"], DOSAGE["longest_deep"]
_DEEP, _P5, _POINT, _MET = DOSAGE["deep_total"], DOSAGE["p5"], DOSAGE["point"], DOSAGE["contract_relax"]
_NERVE, _GOALS = COMFORT_RULES["nerve"], COMFORT_RULES["goals"]
_START_REGION = "start_region"
#: A share of fewer readings says nothing yet.
_READINGS_FOR_A_SHARE = 5


@dataclass(frozen=True)
class Prompt:
    """One quiet line: ``text`` says what to do, ``reason`` why; it holds from ``due`` until the next row."""

    code: str
    text: str
    reason: str
    due: datetime


def prompts(
    events: Sequence[Event], *, cap: int, first_visit: bool, target: Iterable[int] = TARGET
) -> tuple[Prompt, ...]:
    """What the rows that count, oldest first, ask for from the newest one on, most urgent first.

    ``cap``: today's highest pressure (0 to 5) where the hands are; ``target``: comfort steps of ``target_band``. What
    to do at once after "too much" and after a nerve sign is the panel's own line and not said twice.
    """
    if not events:
        return ()
    room = _Room(events, cap=cap, first_visit=first_visit, target=frozenset(target))
    found = [room.nerve_stays()]
    if _hands_on(room.last):
        found += [
            room.nerve_pressure(),
            room.restart(),
            room.ease(),
            room.longest_deep(),
            room.deep_total(),
            room.ask(),
            room.above_target(),
            room.p5(),
            room.warm_first(),
            room.one_step(),
            room.too_light(),
            room.spot(),
            room.contract_relax(),
            room.goals(),
        ]
    return tuple(prompt for prompt in found if prompt is not None)


def showing(found: Iterable[Prompt], at: datetime) -> Prompt | None:
    """The one line that is shown at the moment ``at``: the most urgent that is due; None when nothing is."""
    return next((prompt for prompt in found if prompt.due <= at), None)


def _hands_on(row: Event) -> bool:
    """Whether the hands still work after this row: not after a stop, and lifted off after C5 or a nerve sign."""
    return row.kind not in (STOP, END_REGION) and row.comfort != Comfort.C5 and row.sign != NERVE


def _seconds(number: int) -> timedelta:
    return timedelta(seconds=number)


class _Room:
    """The timeline as the rules look at it: the newest row, this stay at its area, everything done there today."""

    def __init__(self, events: Sequence[Event], *, cap: int, first_visit: bool, target: frozenset[int]) -> None:
        self.events, self.cap, self.first_visit, self.target = events, cap, first_visit, target
        self.last = events[-1]
        self.place = place_of(self.last)
        self.here = [row for row in events if place_of(row) == self.place]
        begins = len(events) - 1
        while (
            begins
            and place_of(events[begins - 1]) == self.place
            and events[begins - 1].kind
            not in (
                STOP,
                END_REGION,
            )
        ):
            begins -= 1
        self.stay = events[begins:]
        readings = [row for row in self.stay if felt_as(row) is not None]
        #: The newest reading or sign of this stay, and how it counts.
        self.reading = readings[-1] if readings else None
        self.felt = felt_as(self.reading) if self.reading is not None else None
        self.before = felt_as(readings[-2]) if len(readings) > 1 else None

    # --- after too much, nearly too much, the wrong kind (4.6) ----------------------------------------------------

    def nerve_stays(self) -> Prompt | None:
        """Two minutes after a nerve sign with no eased reading there, while the hands have not gone elsewhere."""
        sign = self._newest_nerve_sign_here()
        if sign is None or any(felt_as(row) in EASED for row in self._after(sign)):
            return None
        return Prompt(
            "nerve_stays",
            _("Is it still there, or is a leg or foot weaker? Then end the session."),
            _("Two minutes since the wrong kind."),
            sign.at + _seconds(_NERVE["seconds"]),
        )

    def nerve_pressure(self) -> Prompt | None:
        """More than P2 where a nerve sign was."""
        if self._newest_nerve_sign_here() is None or self.last.pressure <= _NERVE["pressure"]:
            return None
        return self._now(
            "nerve_pressure",
            _("Pressure %(most)s at most, 3 cm or more off the nerve line.") % {"most": _NERVE["pressure"]},
            _("The wrong kind was felt here today."),
        )

    def restart(self) -> Prompt | None:
        """After C5 the area starts again two steps lower at most."""
        worst = next((row for row in reversed(self.here) if row.comfort == Comfort.C5), None)
        if worst is None:
            return None
        most = max(worst.pressure - COMFORT_STEPS[Comfort.C5]["restart_below"], PressureLevel.P0)
        if self.last.pressure <= most:
            return None
        return self._now(
            "restart",
            _("Start again at %(most)s at most, after a new yes.") % {"most": _level(most)},
            _("It was too much at %(pressure)s here today.") % {"pressure": _level(worst.pressure)},
        )

    def ease(self) -> Prompt | None:
        """C4, or a sign of the body, and the pressure still stands."""
        if self.felt != Comfort.C4 or self._eased_since_reading() is not None:
            return None
        if self.before == Comfort.C4 or self.last.pressure == PressureLevel.P0:
            text, reason = _("One step less again, or move on, with a breath cue."), _("It is still nearly too much.")
        else:
            text = _("One step less now, with a breath cue.")
            said = self.reading is not None and self.reading.comfort == Comfort.C4
            reason = _("It was nearly too much.") if said else _("The body said no: that counts as nearly too much.")
        return self._now("ease", text, reason)

    def above_target(self) -> Prompt | None:
        """A reading that is the usual target and above the one of today, at a pressure that still stands."""
        if self.felt not in TARGET - self.target or self._eased_since_reading() is not None:
            return None
        return self._now(
            "above_target",
            _("One step less: stronger than today's target."),
            _("A first visit, 75 years or more, or a flag of today lowers the target."),
        )

    def too_light(self) -> Prompt | None:
        """C1 at a pressure that still stands."""
        if self.felt != Comfort.C1 or self.reading is None or self.last.pressure != self.reading.pressure:
            return None
        more = self.last.pressure < self.cap
        return self._now(
            "too_light",
            _("One step more, or slower.") if more else _("Slower: the pressure is at today's limit here."),
            _("It was too light."),
        )

    # --- asking (4.6, rule 2) -------------------------------------------------------------------------------------

    def ask(self) -> Prompt | None:
        """The earliest moment at which one of the rules wants to hear from the client."""
        waits = [*self._ask_after_a_reading(), *self._ask_after_a_change(), *self._ask_from_time_to_time()]
        if not waits:
            return None
        due, reason = min(waits, key=lambda wait: wait[0])
        return Prompt("ask", _("Ask how it feels."), reason, due)

    def _ask_after_a_reading(self) -> list[tuple[datetime, str]]:
        eased = self._eased_since_reading()
        if self.felt == Comfort.C4 and eased is not None:
            seconds = COMFORT_STEPS[Comfort.C4]["ask_after_seconds"]
            reason = _("%(seconds)s s since you eased off.") % {"seconds": seconds}
            return [(eased.at + _seconds(seconds), reason)]
        if self.felt == Comfort.C1 and self.reading is not None:
            seconds = COMFORT_STEPS[Comfort.C1]["ask_after_seconds"]
            reason = _("%(seconds)s s since it was too light.") % {"seconds": seconds}
            return [(self.reading.at + _seconds(seconds), reason)]
        return []

    def _ask_after_a_change(self) -> list[tuple[datetime, str]]:
        """After a change of pressure, technique or position that nobody has asked about yet."""
        changed = None
        for earlier, row in zip(self.stay, self.stay[1:], strict=False):
            if row.comfort is not None:
                changed = None
            elif _handling(earlier) != _handling(row):
                changed = row
        if changed is None:
            return []
        seconds = _ONE_STEP["seconds"]
        return [(changed.at + _seconds(seconds), _("%(seconds)s s since the change.") % {"seconds": seconds})]

    def _ask_from_time_to_time(self) -> list[tuple[datetime, str]]:
        """Silence is no reading: every 3 minutes from P3 on, every 60 seconds from P4 on."""
        asked = [row.at for row in self.stay if row.comfort is not None]
        found = []
        for rule in COMFORT_RULES["ask"]["every"]:
            if self.last.pressure >= rule["from_pressure"]:
                since = max([self._since(rule["from_pressure"]), *asked[-1:]])
                reason = _("From %(pressure)s on every %(seconds)s s: silence is no answer.") % {
                    "pressure": _level(rule["from_pressure"]),
                    "seconds": rule["seconds"],
                }
                found.append((since + _seconds(rule["seconds"]), reason))
        return found

    # --- dosage (4.3) ---------------------------------------------------------------------------------------------

    def longest_deep(self) -> Prompt | None:
        """P4 and more on one spot for 30 seconds; a pause shorter than 30 seconds does not start it anew."""
        if self.last.pressure < _LONGEST["from_pressure"]:
            return None
        spent, ended = timedelta(), None
        for row, until in self._spells():
            if place_of(row) != self.place or row.pressure < _LONGEST["from_pressure"]:
                continue
            if ended is not None and row.at - ended >= _seconds(_LONGEST["then_lighter_seconds"]):
                spent = timedelta()
            spent, ended = spent + (until - row.at), until
        return Prompt(
            "longest_deep",
            _("Go lighter here for %(seconds)s s.") % {"seconds": _LONGEST["then_lighter_seconds"]},
            _("%(seconds)s s of firm or deep pressure on one spot.") % {"seconds": _LONGEST["seconds"]},
            self.last.at + max(_seconds(_LONGEST["seconds"]) - spent, timedelta()),
        )

    def deep_total(self) -> Prompt | None:
        """P4 and more for as long as one visit takes, over all areas."""
        if self.last.pressure < _LONGEST["from_pressure"]:
            return None
        minutes = _DEEP["minutes_first_visit"] if self.first_visit else _DEEP["minutes_later"]
        deep = [(row, until) for row, until in self._spells() if row.pressure >= _LONGEST["from_pressure"]]
        spent = sum((until - row.at for row, until in deep), timedelta())
        return Prompt(
            "deep_total",
            _("No more firm or deep work today."),
            _("%(minutes)s minutes of it are the most for this visit.") % {"minutes": minutes},
            self.last.at + max(timedelta(minutes=minutes) - spent, timedelta()),
        )

    def p5(self) -> Prompt | None:
        """P5 outside the mass of the buttock, or on a first visit."""
        mass = STRUCTURES[self.last.structure].first in _P5["regions"]
        if self.last.pressure < _P5["pressure"] or (mass and not self.first_visit):
            return None
        return self._now(
            "p5",
            _("One step less: this is not for full depth."),
            _("Full depth is for the mass of the buttock alone, in a strong client, not on a first visit."),
        )

    def warm_first(self) -> Prompt | None:
        """P4 and more before the layers above were warmed: P1 to P3 on that side where a structure shares a region."""
        if self.last.pressure < _WARM["before_pressure"]:
            return None
        regions = set(STRUCTURES[self.last.structure].regions)
        warmed = sum(
            (
                until - row.at
                for row, until in self._spells()
                if row.side == self.last.side
                and PressureLevel.P0 < row.pressure < _WARM["before_pressure"]
                and not regions.isdisjoint(STRUCTURES[row.structure].regions)
            ),
            timedelta(),
        )
        if warmed >= timedelta(minutes=_WARM["minutes"]):
            return None
        return self._now(
            "warm_first",
            _("Warm the layers above first."),
            _("%(so_far)s of %(minutes)s minutes at lighter pressure here.")
            % {"so_far": int(warmed.total_seconds() // 60), "minutes": _WARM["minutes"]},
        )

    def one_step(self) -> Prompt | None:
        """The newest row raised the pressure by more than a step, before 20 seconds, or before asking.

        The level that an arrival carries over from earlier was not worked at: going on from there is no raise.
        """
        if len(self.stay) < 2:
            return None
        before = self.stay[-2]
        level = []
        for row in reversed(self.stay[:-1]):
            if row.pressure != before.pressure:
                break
            level.append(row)
        if self.last.pressure <= before.pressure or all(row.kind == _START_REGION for row in level):
            return None
        if self.last.pressure - before.pressure > _ONE_STEP["steps"]:
            reason = _("This was more than one.")
        elif self.last.at - level[-1].at < _seconds(_ONE_STEP["seconds"]):
            reason = _("Each step is held %(seconds)s s before the next.") % {"seconds": _ONE_STEP["seconds"]}
        elif all(row.comfort is None for row in level):
            reason = _("It was not asked how the step before felt.")
        else:
            return None
        return self._now("one_step", _("One step of pressure at a time."), reason)

    def spot(self) -> Prompt | None:
        """Delicious for 30 seconds on one spot, or 30 seconds of point pressure."""
        ends = []
        if self.felt == Comfort.C3 and self.reading is not None and self.last.pressure == self.reading.pressure:
            ends.append(self.reading.at + _seconds(COMFORT_STEPS[Comfort.C3]["spot_seconds"]))
        if self.last.technique == _POINT["technique"]:
            since = self.last.at
            for row in reversed(self.stay):
                if row.technique != self.last.technique:
                    break
                since = row.at
            ends.append(since + _seconds(_POINT["seconds"]))
        if not ends:
            return None
        text = _("Move on to the next spot, with a breath cue.")
        return Prompt("spot", text, _("%(seconds)s s on one spot.") % {"seconds": _POINT["seconds"]}, min(ends))

    def contract_relax(self) -> Prompt | None:
        """How contract and relax is dosed, when it begins."""
        earlier = self.stay[-2].technique if len(self.stay) > 1 else ""
        if self.last.technique != _MET["technique"] or earlier == self.last.technique:
            return None
        (least, most), (few, many) = _MET["seconds"], _MET["rounds"]
        return self._now(
            "contract_relax",
            _("Push %(least)s–%(most)s s, %(few)s–%(many)s rounds.")
            % {"least": least, "most": most, "few": few, "many": many},
            _("Contract and relax."),
        )

    # --- the session as a whole -----------------------------------------------------------------------------------

    def goals(self) -> Prompt | None:
        """Time in the target, and how fast the pressure falls after too much, where they miss their goal."""
        come_to = indices(self.events, target=self.target)
        least, slowest = _GOALS["in_target_percent"], _GOALS["response_seconds"]
        if come_to.response_seconds is not None and come_to.response_seconds > slowest:
            seconds = round(come_to.response_seconds)
            reason = _("So far it took %(seconds)s s on average; the goal is %(slowest)s or less.")
            text = _("Ease off sooner after nearly too much.")
            return self._now("goals", text, reason % {"seconds": seconds, "slowest": slowest})
        enough = come_to.readings >= _READINGS_FOR_A_SHARE
        if enough and come_to.in_target is not None and come_to.in_target < least:
            reason = _("In the target %(percent)s %% of the time so far; the goal is %(least)s or more.")
            text = _("Stay inside the target.")
            return self._now("goals", text, reason % {"percent": come_to.in_target, "least": least})
        return None

    # --- helpers --------------------------------------------------------------------------------------------------

    def _now(self, code: str, text: str, reason: str) -> Prompt:
        return Prompt(code, text, reason, self.last.at)

    def _after(self, row: Event) -> list[Event]:
        """What was done at this area after ``row``."""
        return self.here[next(n for n, one in enumerate(self.here) if one is row) + 1 :]

    def _newest_nerve_sign_here(self) -> Event | None:
        return next((row for row in reversed(self.here) if row.sign == NERVE), None)

    def _eased_since_reading(self) -> Event | None:
        """The row that brought the pressure below that of the newest reading, while it is still below."""
        if self.reading is None or self.last.pressure >= self.reading.pressure:
            return None
        return next(row for row in self._after(self.reading) if row.pressure < self.reading.pressure)

    def _since(self, pressure: int) -> datetime:
        """Since when in this stay the pressure is ``pressure`` or more."""
        since = self.last.at
        for row in reversed(self.stay):
            if row.pressure < pressure:
                break
            since = row.at
        return since

    def _spells(self) -> list[tuple[Event, datetime]]:
        """Each row with the hands on and the moment of the next one; the newest has only begun."""
        ends = [row.at for row in self.events[1:]] + [self.last.at]
        return [(row, until) for row, until in zip(self.events, ends, strict=True) if _hands_on(row)]


def _handling(row: Event) -> tuple[int, str, str]:
    """What the hands do in a row, as far as a change of it is asked about."""
    return row.pressure, row.technique, row.position


def _level(pressure: int) -> str:
    """A pressure as the panel names it: its number, or "resting hand"."""
    return str(pressure) if pressure else str(PressureLevel.P0.label)
