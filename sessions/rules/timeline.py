"""The timeline of a treatment: what an event may not do, which areas are unsettled, what a session came to (4.6, 4.7).

Events are any objects with the fields of a timeline row: kind, structure, side, position, technique, pressure, comfort,
sign, asked_by, cue, words, at. Only rows that count are handed in, oldest first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from django.utils.translation import gettext as _

from clinic.vocabulary import Comfort, Position, PressureLevel, Side, Technique, position_label
from sessions.rules.muscles import EVENT_NEEDS, SIGNS_COUNT_AS, STRUCTURES, TARGET
from sessions.rules.note import place_on

#: The sign of a nerve: lift off, whatever the comfort step (clinical reference 4.6, rule 4).
NERVE = "nerve"
STOP, END_REGION, NOTE = "stop", "end_region", "note"
#: From so many C5 in one region on it is closed for the day (clinical reference 4.6).
C5_CLOSES = 2
#: Steps that settle an area after too much or a nerve sign: not "nearly too much".
EASED = (Comfort.C1, Comfort.C2, Comfort.C3)


class Event(Protocol):
    """One complete row of the timeline."""

    kind: Any
    structure: Any
    side: Any
    position: Any
    technique: Any
    pressure: Any
    comfort: Any
    sign: Any
    asked_by: Any
    cue: Any
    words: Any
    at: Any


class Raised(Protocol):
    """A cap raised for this visit with a coded reason."""

    structure: Any
    side: Any
    pressure: Any


Row = TypeVar("Row", bound=Event)


def place_of(event: Event) -> str:
    """Where an event is: "MUS_PIR:L"."""
    return f"{event.structure}:{event.side}"


def _said(event: Event) -> str:
    return f"{STRUCTURES[event.structure].name}, {Side(event.side).label}"


# --- what an event may not do -------------------------------------------------------------------------------------


def violations(
    event: Event, earlier: Sequence[Event], limits: Mapping[str, Any], *, raises: Iterable[Raised] = ()
) -> tuple[str, ...]:
    """One sentence for each rule that ``event`` breaks, each saying what to do; empty when it may be recorded.

    ``earlier``: the rows before it. ``limits`` as fixed at opening of the note, with "structures" as
    ``rules.note.structure_limits`` gives them. ``raises``: caps raised for this visit. The standing rules of the
    treatment room (clinical reference 2.7) are part of the limits.
    """
    if event.structure not in STRUCTURES or event.side not in Side.values:
        return (_("Choose an area of the list, left or right."),)
    if event.kind not in EVENT_NEEDS:
        return (_("Choose what this row records."),)
    return (
        *_incomplete(event),
        *_beyond_limits(event, limits, raises),
        *_against_the_client(event, earlier),
    )


def _incomplete(event: Event) -> list[str]:
    """What is missing from a complete event (clinical reference 4.7)."""
    remedies = {
        "comfort": _("Ask how it feels, and choose one of the five steps."),
        "asked_by": _("Say who brought it up: you asked, or the client said it unprompted."),
        "sign": _("Choose the sign that was seen."),
        "cue": _("Choose the breath cue that was given."),
        "words": _("Write the note, up to 200 letters."),
    }
    needs = dict.fromkeys(EVENT_NEEDS[event.kind])
    if event.comfort is not None:
        needs["asked_by"] = None
    missing = [remedies[name] for name in needs if getattr(event, name) in (None, "")]
    if event.pressure not in PressureLevel.values:
        missing.append(_("Choose a pressure from resting hand to 5."))
    if event.comfort is not None and event.comfort not in Comfort.values:
        missing.append(remedies["comfort"])
    return missing


def _beyond_limits(event: Event, limits: Mapping[str, Any], raises: Iterable[Raised]) -> list[str]:
    place = limits["structures"].get(place_of(event))
    if place is None:
        return [_("%(place)s is not part of this note. Choose another area.") % {"place": _said(event)}]
    if place["locked"]:
        return [_("%(place)s is not treated today. Choose another area.") % {"place": _said(event)}]
    found = []
    if event.technique in limits["no_techniques"] or event.technique in place["no_techniques"]:
        label = Technique(event.technique).label if event.technique in Technique.values else event.technique
        found.append(_("Not this technique here today: %(technique)s. Choose another.") % {"technique": label})
    base = str(event.position).partition(":")[0]
    if event.position in limits["no_positions"] or base in limits["no_positions"]:
        label = position_label(event.position) if base in Position.values else event.position
        found.append(_("Not in this position today: %(position)s. Choose another.") % {"position": label})
    raised = [r.pressure for r in raises if (r.structure, r.side) == (event.structure, event.side)]
    cap = max([place["cap"], *(min(pressure, place["cap_with_reason"]) for pressure in raised)])
    if event.pressure in PressureLevel.values and event.pressure > cap:
        text = (
            _("Pressure goes up to %(cap)s at %(place)s today, up to %(reason)s with a reason. Choose less.")
            if place["cap_with_reason"] > cap
            else _("Pressure goes up to %(cap)s at %(place)s today. Choose less.")
        )
        found.append(text % {"cap": cap, "place": _said(event), "reason": place["cap_with_reason"]})
    return found


def _against_the_client(event: Event, earlier: Sequence[Event]) -> list[str]:
    """What the client's own word forbids: a region closed for the day, leaving an area that is not settled."""
    here = [row for row in earlier if place_of(row) == place_of(event)]
    if event.kind == END_REGION and unsettled(here):
        return [_("This area stands on “Too much” or “Wrong kind”. Record an eased reading, or “Stopped here”.")]
    if event.kind not in (STOP, END_REGION, NOTE) and is_closed(event.structure, event.side, closed_today(earlier)):
        text = _("“Too much” twice in this region: %(place)s is closed for today. Choose another, or “Stopped here”.")
        return [text % {"place": _said(event)}]
    return []


def closed_today(events: Iterable[Event]) -> frozenset[str]:
    """Regions ("BTM:L") that are closed for the day: C5 twice there (clinical reference 4.6).

    A C5 counts for the region under which its structure is listed, where the picture shows the hands.
    """
    times = Counter(place_on(STRUCTURES[row.structure].first, row.side) for row in events if row.comfort == Comfort.C5)
    return frozenset(place for place, number in times.items() if number >= C5_CLOSES)


def is_closed(structure: str, side: str, closed: frozenset[str]) -> bool:
    """Whether a structure lies, even in part, in a region that is ``closed`` for the day."""
    return any(place_on(region, side) in closed for region in STRUCTURES[structure].regions)


# --- the state of an area -----------------------------------------------------------------------------------------


def unsettled(events: Iterable[Row]) -> tuple[Row, ...]:
    """For each area that may not end as it stands: the row of the open C5 or nerve sign, in order.

    Only a later reading of C1 to C3 at the same structure and side, or "stopped", settles it (clinical reference 4.6;
    C4 is still nearly too much).
    """
    open_rows: dict[str, Row] = {}
    for event in events:
        if event.kind == STOP:
            open_rows.pop(place_of(event), None)
        elif event.comfort == Comfort.C5 or event.sign == NERVE:
            open_rows[place_of(event)] = event
        elif felt_as(event) in EASED:
            open_rows.pop(place_of(event), None)
    return tuple(open_rows.values())


@dataclass(frozen=True)
class Indices:
    """What a session came to (clinical reference 4.6).

    ``in_target``: percent of the time between readings that was in the target, None without a reading that lasted;
    goal 90 or more. ``c4`` counts body-says-no signs as well. ``response_seconds``: mean time from C4, C5 or a sign to
    less pressure or a stop there, None without one; goal 10 or less. ``peak``: highest pressure at comfort up to C3, by
    area.
    """

    readings: int
    in_target: int | None
    c4: int
    c5: int
    nerve_signs: int
    response_seconds: float | None
    peak: Mapping[str, int]


def felt_as(event: Event) -> int | None:
    """The comfort an event stands for; a body-says-no sign counts as C4 even if the client says "fine" (rule 3)."""
    felt = (event.comfort, SIGNS_COUNT_AS.get(event.sign))
    return max((step for step in felt if step is not None), default=None)


def indices(events: Sequence[Event], *, target: Iterable[int] = TARGET, ended: datetime | None = None) -> Indices:
    """The session indices over the rows that count, oldest first.

    ``target``: comfort steps of ``muscles.target_band``. A reading lasts until the next one, or until the area is
    stopped or left, at most until ``ended``.
    """
    band = frozenset(target)
    inside = total = 0.0
    running: Event | None = None
    peak: dict[str, int] = {}
    delays = []
    for n, event in enumerate(events):
        felt = felt_as(event)
        if running is not None and (felt is not None or event.kind in (STOP, END_REGION)):
            seconds = (event.at - running.at).total_seconds()
            total += seconds
            inside += seconds if felt_as(running) in band else 0
            running = None
        if felt is not None:
            running = event
        if felt in EASED:
            peak[place_of(event)] = max(event.pressure, peak.get(place_of(event), 0))
        if felt in (Comfort.C4, Comfort.C5) or event.sign == NERVE:
            answer = next((row for row in events[n + 1 :] if _answers(row, event)), None)
            delays += [(answer.at - event.at).total_seconds()] if answer is not None else []
    if running is not None and ended is not None:
        seconds = max((ended - running.at).total_seconds(), 0)
        total += seconds
        inside += seconds if felt_as(running) in band else 0
    return Indices(
        readings=len([event for event in events if event.comfort is not None]),
        in_target=round(100 * inside / total) if total else None,
        c4=len([event for event in events if felt_as(event) == Comfort.C4]),
        c5=len([event for event in events if felt_as(event) == Comfort.C5]),
        nerve_signs=len([event for event in events if event.sign == NERVE]),
        response_seconds=round(sum(delays) / len(delays), 1) if delays else None,
        peak=peak,
    )


def _answers(row: Event, event: Event) -> bool:
    """True when ``row`` is the response to ``event``: less pressure or a stop at the same place."""
    return place_of(row) == place_of(event) and (row.kind == STOP or row.pressure < event.pressure)
