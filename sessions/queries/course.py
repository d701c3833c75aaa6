"""How it went from visit to visit: what was worked and felt, ranges, function, where the symptoms were.

Made from rows that ``chart`` has read; nothing here asks the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.body_map import Picture, change_marks, thumbnails
from clinic.vocabulary import REGIONS, Comfort, region_label
from intake.models import CheckIn
from intake.queries import ToldIntake
from intake.rules.questions import QUESTIONS
from sessions.models import AddendumKind, EventSign, FindingSide, SessionNote
from sessions.queries.note import structure_label
from sessions.queries.plan import comfort_word
from sessions.rules.function import Function, Scores, function
from sessions.rules.ranges import RangeChart, Reading, range_charts
from sessions.rules.reach import STEPS, Reaches, SideLine, Told, reaches, symptoms
from sessions.rules.tolerance import Felt, Tolerance, Visit, order_of, region_of, tolerated

#: Visits that stand side by side, and tellings and visits in a drawing.
SIDE_BY_SIDE, MOST = 4, 8


def day_of(note: SessionNote) -> date:
    """The day of a visit."""
    return timezone.localdate(note.started_at)


# --- what was worked and felt -------------------------------------------------------------------------------------


@dataclass
class Touch:
    """One area of one visit: the pressures in order, how often each comfort was felt, signs, whether it was stopped."""

    pressures: list[int] = field(default_factory=list)
    comforts: list[int] = field(default_factory=list)
    signs: list[str] = field(default_factory=list)
    stopped: bool = False


@dataclass(frozen=True)
class Cell:
    """One area of one visit in words; ``last`` the pressure it ended on, for its colour."""

    last: int
    pressure: str
    felt: tuple[str, ...]
    warns: tuple[str, ...]


@dataclass(frozen=True)
class AreaRow:
    """One structure and side over the visits; None where it was not worked."""

    region: str
    label: str
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True)
class SideBySide:
    """The last visits beside each other, oldest first, area by area."""

    notes: tuple[SessionNote, ...]
    rows: tuple[AreaRow, ...]


def touches(note: Any) -> dict[tuple[str, str], Touch]:
    """The areas of a visit in the order they were first touched; ``told_events`` has been read along."""
    found: dict[tuple[str, str], Touch] = {}
    for event in note.told_events:
        touch = found.setdefault((event["structure"], event["side"]), Touch())
        touch.pressures.append(event["pressure"])
        if event["comfort"]:
            touch.comforts.append(event["comfort"])
        if event["sign"]:
            touch.signs.append(event["sign"])
        touch.stopped = event["kind"] == "stop" or (touch.stopped and event["kind"] == "end_region")
    return found


def side_by_side(newest_first: Sequence[SessionNote]) -> SideBySide:
    """The last visits area by area, from the head down."""
    notes = tuple(reversed(newest_first[:SIDE_BY_SIDE]))
    worked = [touches(note) for note in notes]
    words = getattr(notes[-1], "comfort_words", None) or {} if notes else {}
    areas = sorted(
        {area for found in worked for area in found},
        key=lambda area: (order_of(region_of(*area)), structure_label(*area)),
    )
    return SideBySide(
        notes,
        tuple(
            AreaRow(
                region_label(region_of(*area)),
                structure_label(*area),
                tuple(_cell(found[area], words) if area in found else None for found in worked),
            )
            for area in areas
        ),
    )


def _cell(touch: Touch, words: Mapping[str, str]) -> Cell:
    first, last, highest = touch.pressures[0], touch.pressures[-1], max(touch.pressures)
    pressure = str(last)
    if highest > last:
        pressure = _("%(last)s, eased from %(highest)s") % {"last": last, "highest": highest}
    elif first != last:
        pressure = _("%(first)s to %(last)s") % {"first": first, "last": last}
    warns = [str(EventSign(sign).label) for sign in dict.fromkeys(touch.signs)]
    return Cell(
        last=last,
        pressure=pressure,
        felt=tuple(
            _("%(felt)s × %(times)s") % {"felt": comfort_word(step, words), "times": touch.comforts.count(step)}
            for step in Comfort.values
            if step in touch.comforts
        ),
        warns=(*warns, *([_("stopped here")] if touch.stopped else [])),
    )


def worked_in_words(note: Any) -> str:
    """What was worked on, each area with its newest pressure: "Piriformis, left (3, eased from 4)"."""
    return "; ".join(f"{structure_label(*area)} ({_cell(touch, {}).pressure})" for area, touch in touches(note).items())


def worked_marks(note: Any) -> dict[str, str]:
    """The regions of a visit with the look of the pressure they ended on."""
    return {region_of(*area): f"p{touch.pressures[-1]}" for area, touch in touches(note).items()}


def comfort_counts(note: Any) -> tuple[int, ...]:
    """How often each comfort, C1 to C5, was felt."""
    felt = [event["comfort"] for event in note.told_events if event["comfort"]]
    return tuple(felt.count(step) for step in Comfort.values)


# --- pressure, ranges, function -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class ToleratedRow:
    """One region on one side: the strip of the drawing, its name, and what became of it in a sentence."""

    strip: Any
    label: str
    says: str


@dataclass(frozen=True)
class Tolerated:
    """The drawing of the tolerated pressure with its words."""

    drawing: Tolerance
    rows: tuple[ToleratedRow, ...]


def tolerated_pressure(newest_first: Sequence[Any]) -> Tolerated:
    """The highest pressure at comfort C3 or below, region by region (clinical reference 4.6)."""
    visits = [
        Visit(
            day_of(note),
            tuple(
                Felt(event["structure"], event["side"], event["pressure"], event["comfort"])
                for event in note.told_events
                if event["comfort"]
            ),
        )
        for note in reversed(newest_first[:MOST])
    ]
    drawing = tolerated(visits)
    return Tolerated(
        drawing,
        tuple(
            ToleratedRow(strip, region_label(strip.place), _tolerated_words(strip, region_label(strip.place)))
            for strip in drawing.strips
        ),
    )


def _tolerated_words(strip: Any, label: str) -> str:
    if not strip.known:
        return _("%(place)s: never tolerated.") % {"place": label}
    first, last = strip.known[0], strip.known[-1]
    words = {"place": label, "first": first.pressure, "last": last.pressure}
    if first is last:
        return _("%(place)s: %(last)s.") % words
    if first.pressure == last.pressure:
        return _("%(place)s: %(last)s, as at first.") % words
    return _("%(place)s: from %(first)s to %(last)s.") % words


def ranges(newest_first: Sequence[Any]) -> list[RangeChart]:
    """Every range of motion that was measured, with its flags and changes (clinical reference 4.9)."""
    readings = [
        Reading(
            on=day_of(note),
            code=told["code"],
            side=told["side"],
            phase=told["phase"],
            value=float(value),
            device=told["device"],
        )
        for note in newest_first
        for told in note.told_findings
        if (value := told["angle"] if told["angle"] is not None else told["measure"]) is not None
    ]
    return range_charts(readings, days=MOST)


def side_word(side: str) -> str:
    """ "left", "right" or the middle, in words."""
    return str(FindingSide(side).label)


def psfs(intakes: Iterable[ToldIntake]) -> Function:
    """The activities that the client named in each intake, newest first as given, as a drawing."""
    told = []
    for intake in reversed(list(intakes)):
        named = [(intake.answers.get(f"gl_act{n}"), intake.answers.get(f"gl_act{n}_score")) for n in (1, 2, 3)]
        scores = tuple((str(name), score) for name, score in named if name and isinstance(score, int))
        if scores:
            told.append(Scores(intake.on, scores))
    return function(told[-MOST:])


# --- where the symptoms were --------------------------------------------------------------------------------------

_PLACES = QUESTIONS["ck_refer"].options


def tellings(intakes: Sequence[ToldIntake], check_ins: Iterable[CheckIn]) -> list[Told]:
    """What the client told of the places, oldest first; a check-in reads the side and places of the intake before it.

    ``intakes`` newest first.
    """
    told = [(intake.on, 0, _of_intake(intake, intake.on)) for intake in intakes if intake.answers.get("pn_side")]
    for check_in in check_ins:
        before = next(
            (intake for intake in intakes if intake.on <= check_in.on and intake.answers.get("pn_side")), None
        )
        refer = check_in.answers.get("ck_refer")
        if before is not None and refer in STEPS:
            told.append((check_in.on, 1, _of_intake(before, check_in.on, refer=refer)))
    return [each for _on, _kind, each in sorted(told, key=lambda row: row[:2])][-MOST:]


def _of_intake(intake: ToldIntake, on: date, *, refer: str = "") -> Told:
    answers = intake.answers
    return Told(
        on=on,
        side=answers.get("pn_side", ""),
        places=tuple(answers.get("pn_map") or ()),
        refer=refer or answers.get("pn_refer", ""),
        path=tuple(answers.get("pn_path") or ()),
        at_check_in=bool(refer),
    )


@dataclass(frozen=True)
class SideWords:
    """One side of the reach in words; ``tier`` "ok" when it moved up, "limit" when it went further, else "note"."""

    line: SideLine
    side: str
    first: str
    last: str
    tier: str


@dataclass(frozen=True)
class ReachChart:
    """How far down the symptoms went, side by side, with the words of the places."""

    drawing: Reaches
    sides: tuple[SideWords, ...]
    rungs: tuple[tuple[str, float], ...]
    rows: tuple[tuple[date, tuple[str, ...], bool], ...]


def step_word(step: int) -> str:
    """A place that the pain travels to, in words."""
    return str(_PLACES[STEPS[step]])


def reach_chart(told: Sequence[Told]) -> ReachChart:
    """The drawing of how far down it went, with its words."""
    drawing = reaches(told)
    tiers = {"improved": "ok", "worse": "limit"}
    return ReachChart(
        drawing=drawing,
        sides=tuple(
            SideWords(
                line,
                side_word(line.side),
                step_word(line.first.step),
                step_word(line.last.step),
                tiers.get(str(line.change), "note"),
            )
            for line in drawing.sides
        ),
        rungs=tuple((step_word(step), y) for step, y in drawing.rungs),
        rows=tuple(
            (row.on, tuple("–" if step is None else step_word(step) for step in row.steps), row.at_check_in)
            for row in drawing.rows
        ),
    )


@dataclass(frozen=True)
class BodyAt:
    """The body on one day: pictures, the day, whether a check-in told of it, and the places in words."""

    on: date
    at_check_in: bool
    pictures: tuple[Picture, ...]
    places: str


@dataclass(frozen=True)
class BodyChange:
    """The body at the last telling and now, what came and what went in words; ``not_drawn``: no picture shows it."""

    was: BodyAt | None
    now: BodyAt
    came: str
    gone: str
    not_drawn: str


def body_change(told: Sequence[Told]) -> BodyChange | None:
    """Where the symptoms were at the visit before and are at the newest telling; None when nothing was told."""
    if not told:
        return None
    newest = told[-1]
    before = next((each for each in reversed(told) if each.on < newest.on), None)
    is_now = symptoms(newest)
    was = symptoms(before) if before is not None else {}
    marks = change_marks(was, is_now) if before is not None else is_now
    drawn = thumbnails([was, marks])
    return BodyChange(
        was=None if before is None else BodyAt(before.on, before.at_check_in, drawn[0], _named(was)),
        now=BodyAt(newest.on, newest.at_check_in, drawn[1], _named(is_now)),
        came=_named(place for place in is_now if place not in was) if before is not None else "",
        gone=_named(place for place in was if place not in is_now),
        not_drawn=_named(place for place in is_now if not REGIONS[place.partition(":")[0]].views),
    )


def _named(places: Iterable[str]) -> str:
    return ", ".join(region_label(place) for place in places)


# --- what was added later -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Added:
    """What was added to a signed note: kind, both dates, author, text, and the note."""

    note: SessionNote
    kind: str
    happened_at: datetime
    recorded_at: datetime
    author: str
    text: str


def additions(notes: Iterable[Any]) -> list[Added]:
    """Addenda, late entries and corrections of ``notes``, the newest first."""
    found = [
        Added(
            note,
            str(AddendumKind(told["kind"]).label),
            datetime.fromisoformat(told["happened_at"]),
            datetime.fromisoformat(told["recorded_at"]),
            told["author"],
            told["text"],
        )
        for note in notes
        for told in note.told_addenda
    ]
    return sorted(found, key=lambda each: each.recorded_at, reverse=True)
