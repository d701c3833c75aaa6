"""Reading notes, the day and the chart. Scope: the author, and for signed notes whoever may read the chart."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Max, Prefetch, Q, QuerySet, Subquery, prefetch_related_objects
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.body_map import ROOM_WINDOWS, entry, window_of
from clinic.models import Practice, User
from clinic.queries import age_on, charted_clients
from clinic.roles import Role
from clinic.vocabulary import REGIONS, Comfort, PressureLevel, Side, Technique, region_label
from intake.models import Screening
from intake.rules.screening import ENTRIES
from sessions.models import (
    Addendum,
    ConsentScope,
    EventPosition,
    EventSign,
    Finding,
    Reentry,
    SessionNote,
    TimelineEvent,
)
from sessions.queries.comfort import felt_visits
from sessions.queries.seal import sealed_reads, signature_holds
from sessions.rules.comfort_window import FeltVisit, comfort_window
from sessions.rules.findings import RESULT_SETS, entry_of
from sessions.rules.muscles import CUES, STRUCTURES, target_band
from sessions.rules.note import (
    Part,
    limit_sentences,
    parts,
    place_label,
    place_on,
    places_of,
    spoken_consents,
)
from sessions.rules.prompts import Prompt, prompts, showing
from sessions.rules.timeline import closed_today, is_closed, place_of, unsettled
from sessions.rules.wording import WATCHED, diagnosis_words

#: Region codes of every structure.
STRUCTURE_REGIONS = {code: structure.regions for code, structure in STRUCTURES.items()}
#: Standing rule that locks what has no written yes -> the entry that says so in words (clinical reference 1.7, 2.4).
_NO_WRITTEN_YES = {"cs_thigh": "L_NOCONSENT"}
#: The region under which every structure is listed.
FIRST_REGION = {code: structure.first for code, structure in STRUCTURES.items()}


def structure_label(code: str, side: str) -> str:
    """A structure with its side in full, e.g. "Piriformis, left"."""
    return f"{STRUCTURES[code].name}, {Side(side).label}"


# --- one note -----------------------------------------------------------------------------------------------------


def notes(user: User) -> QuerySet[SessionNote]:
    """Notes that ``user`` may read: their own, and signed ones of clients whose chart they may read.

    A colleague's draft is nobody else's, not even the owner's.
    """
    if not user.is_active or not user.holds(Role.THERAPIST, Role.OWNER):
        return SessionNote.objects.none()
    signed = Q(signed_at__isnull=False, client__in=charted_clients(user))
    return SessionNote.objects.filter(Q(therapist=user) | signed)


def note(user: User, note_uuid: uuid.UUID) -> SessionNote:
    """One note with client, people and screening; 404 when absent or not for ``user``."""
    return get_object_or_404(_whole_row(notes(user)), uuid=note_uuid)


def _whole_row(found: QuerySet[SessionNote]) -> QuerySet[SessionNote]:
    """With everything that stands in the note's own row, and the practice's words for comfort, in one statement."""
    return found.select_related(
        "client",
        "therapist",
        "signed_by",
        "location",
        "screening__therapist",
        "check_in",
        "appointment",
        "strike__by",
        "tests_edition",
    ).annotate(comfort_words=Subquery(Practice.objects.values("comfort_words")[:1]))


def own_note(user: User, note_uuid: uuid.UUID) -> SessionNote:
    """A note of which ``user`` is the author, signed or not; 404 otherwise."""
    return get_object_or_404(_whole_row(SessionNote.objects.filter(therapist=user)), uuid=note_uuid)


def own_draft(user: User, note_uuid: uuid.UUID) -> SessionNote:
    """An open note of which ``user`` is the author; 404 otherwise, for a struck one too."""
    drafts = SessionNote.objects.filter(therapist=user, strike=None)
    return get_object_or_404(_whole_row(drafts), uuid=note_uuid)


def own_event(user: User, note_uuid: uuid.UUID, key: uuid.UUID) -> TimelineEvent:
    """An event of the user's own note by the key that its tap was made with; 404 otherwise."""
    events = TimelineEvent.objects.filter(note__therapist=user, note__uuid=note_uuid).select_related("note__client")
    return get_object_or_404(events, client_uuid=key)


def version(note: SessionNote) -> dict[str, str]:
    """What changes with every change of an open note ("text", "room"), in one statement; ``note`` comes from the door.

    A page that stands open on another device looks here before it reads the note again.
    """
    newest = SessionNote.objects.filter(pk=note.pk).aggregate(
        row=Max("events__pk"),
        undone=Max("events__void__pk"),
        raised=Max("cap_raises__pk"),
        said=Max("verbal_consents__said_at"),
    )
    return {"text": text_version(note), "room": _room_version(note, **newest)}


def text_version(note: SessionNote) -> str:
    """What changes with every change of the texts and the pain of a note."""
    return f"{note.rev}.{note.pain_before}.{note.pain_after}.{note.pain_after_declined}.{note.is_signed}"


def _room_version(note: SessionNote, row: Any, undone: Any, raised: Any, said: datetime | None) -> str:
    moments = [moment.astimezone(UTC).isoformat() if moment else "" for moment in (said, note.ended_at)]
    return ".".join(str(part) for part in (row or 0, undone or 0, raised or 0, *moments, note.is_signed))


def all_events(note: SessionNote) -> list[TimelineEvent]:
    """Every row of the timeline in order, voided ones included (``event.void``)."""
    return list(note.events.select_related("void", "note").order_by("seq"))


def live_events(note: SessionNote) -> list[TimelineEvent]:
    """The rows that count, in order."""
    return list(note.events.filter(void=None).order_by("seq"))


def note_parts(note: SessionNote, events: Iterable[TimelineEvent] | None = None) -> tuple[Part, ...]:
    """The list before signing, each part with what is missing (clinical reference 4.1)."""
    rows = live_events(note) if events is None else list(events)
    return parts(
        texts={name: getattr(note, name) for name in ("subjective", "objective", "assessment", "plan")},
        worked=dict.fromkeys((row.structure, row.side) for row in rows),
        unsettled=unsettled(rows),
        said=[(said.scope, said.side) for said in note.verbal_consents.all()],
        structures=STRUCTURE_REGIONS,
        ended=note.ended_at is not None,
        pain_before=note.pain_before,
        pain_after_known=note.pain_after is not None or note.pain_after_declined,
        adverse_known=note.adverse_event == "no" or (note.adverse_event == "yes" and bool(note.adverse_text.strip())),
        response_known=bool(note.response),
        findings=[finding.phase for finding in note.findings.all()],
        visit_kind=note.visit_kind,
        way_known=bool(note.way and note.way_reason.strip()) if note.way_due else None,
    )


def missing_parts(note: SessionNote) -> tuple[str, ...]:
    """Codes of the parts without which the note is not signed; empty when it may be."""
    return tuple(part.code for part in note_parts(note) if part.missing and not part.advice)


# --- the treatment page -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """A structure on one side: its name, today's cap, and ``why`` nothing may be done there, else empty.

    ``locked``: by the limits fixed at opening; ``closed``: for the day, since the client said "too much" twice.
    """

    place: str
    structure: str
    side: str
    name: str
    label: str
    cap: int
    cap_with_reason: int
    locked: bool
    closed: bool
    why: str

    @property
    def is_off(self) -> bool:
        """Whether nothing may be done here: not treated today, or closed since for the day."""
        return self.locked or self.closed

    @property
    def limited(self) -> bool:
        """Whether some pressures are off here."""
        return self.is_off or self.cap < PressureLevel.P5


@dataclass(frozen=True)
class PlaceGroup:
    """The structures that are listed under one region, each as (left, right)."""

    code: str
    label: str
    pairs: tuple[tuple[Place, ...], ...]

    @property
    def why_off(self) -> tuple[str, ...]:
        """Why areas of the group are off, a line for each reason: "Left: no agreement for ..."."""
        every = [place for pair in self.pairs for place in pair]
        lines = []
        for reason in dict.fromkeys(place.why for place in every if place.is_off):
            off = [place for place in every if place.why == reason]
            sides = {place.side for place in off}
            whole_sides = len(off) == len(self.pairs) * len(sides)
            if not whole_sides:
                lines.append(f"{'; '.join(place.label for place in off)}: {reason}")
            elif len(sides) == 1:
                lines.append(f"{str(Side(off[0].side).label).capitalize()}: {reason}")
            else:
                lines.append(reason)
        return tuple(lines)


@dataclass(frozen=True)
class Pressure:
    """One button of the pressure row."""

    value: int
    label: str
    allowed: bool
    carried: bool


@dataclass(frozen=True)
class Worked:
    """One area worked on today and where it stands now."""

    place: Place
    pressure: int
    owed: bool
    is_current: bool


@dataclass(frozen=True)
class Said:
    """One kind of spoken consent: said already, or needed for what was worked on."""

    scope: str
    side: str
    label: str
    said_at: datetime | None
    mode: str
    needed: bool


@dataclass(frozen=True)
class Row:
    """One line of the log, in words; ``key`` is the one that its tap was made with."""

    key: uuid.UUID
    at: datetime
    place: str
    pressure: int
    what: str
    technique: str
    position: str
    carried: bool
    asked_by: str
    words: str
    void: str


@dataclass(frozen=True)
class Off:
    """What is off today for one reason: "elbow or tool, friction" because of "blood thinners"."""

    what: str
    why: str


@dataclass(frozen=True)
class Suggestion:
    """The line of the comfort window: where to start, "" once something was felt here today, and what it rests on."""

    start: str
    reason: str

    @property
    def title(self) -> str:
        """What stands in front of the reason."""
        return _("Suggested start: %(start)s.") % {"start": self.start} if self.start else _("Last visits:")


@dataclass(frozen=True)
class Feeling:
    """One button of the comfort row, in the practice's own word."""

    value: int
    label: str
    icon: str
    last: bool


@dataclass(frozen=True)
class Option:
    """A code and its words."""

    code: str
    label: str


@dataclass(frozen=True)
class Banner:
    """The limits fixed at opening, in sentences."""

    tier: str
    title: str
    source: str
    lines: tuple[str, ...]


def row_of(event: TimelineEvent) -> Row:
    """The line of the log for one event."""
    if event.comfort:
        what = str(Comfort(event.comfort).label)
    elif event.sign:
        what = str(event.get_sign_display())
    elif event.cue:
        what = f"{event.get_kind_display()}: {CUES[event.cue]}"
    else:
        what = str(event.get_kind_display())
    return Row(
        key=event.client_uuid,
        at=event.at,
        place=structure_label(event.structure, event.side),
        pressure=event.pressure,
        what=what,
        technique=str(event.get_technique_display()),
        position=str(event.get_position_display()),
        carried=event.pressure_source == "carried",
        asked_by=str(event.get_asked_by_display()) if event.asked_by else "",
        words=event.words,
        void=str(event.void.get_reason_display()) if is_void(event) else "",
    )


def flag_names(codes: Iterable[str]) -> list[str]:
    """The plain labels of entries; the standing rules of the treatment room have none."""
    return [ENTRIES[code].label for code in codes if code in ENTRIES]


def why(limits: Mapping[str, Any], tokens: Iterable[str]) -> str:
    """Why something is limited, in plain words: the entries behind its ``tokens`` in the limits of a note.

    The parts of the thigh without a written yes are locked without an entry; what has no reason in the limits was set
    by the therapist.
    """
    because = limits.get("because") or {}
    codes = dict.fromkeys(code for token in tokens for code in because.get(token, ()))
    if not codes:
        return _("set by the therapist")
    names = flag_names(_NO_WRITTEN_YES.get(code, code) for code in codes)
    return ", ".join(dict.fromkeys(names)) or _("standing rule of the treatment room")


def _by_reason(pairs: Iterable[tuple[str, str]]) -> tuple[Off, ...]:
    """(what, why) of what is off, one for each reason."""
    grouped: dict[str, list[str]] = {}
    for what, reason in pairs:
        grouped.setdefault(reason, []).append(what)
    return tuple(Off("; ".join(whats), reason) for reason, whats in grouped.items())


def decided_by(screening: Screening) -> str:
    """Who decided, when, and until when it holds."""
    return _("Decided by %(name)s on %(on)s, until %(until)s.") % {
        "name": screening.therapist.printed_name,
        "on": date_format(timezone.localdate(screening.decided_at), "j M Y"),
        "until": date_format(screening.valid_until, "j M Y"),
    }


def banner(note: SessionNote) -> Banner:
    """The limits of the note as its pages show them, with where they come from."""
    lines = tuple(limit_sentences(note.limits))
    source = decided_by(note.screening)
    if not lines:
        return Banner("ok", _("No limits today"), source, ())
    names = ", ".join(flag_names(note.flags))
    title = _("Treat with limits: %(flags)s") % {"flags": names} if names else _("Treat with limits")
    return Banner("limit", title, source, lines)


@dataclass(frozen=True)
class Treatment:
    """Everything the treatment page shows, read once."""

    note: SessionNote
    places: tuple[Place, ...]
    events: tuple[TimelineEvent, ...]
    felt: Mapping[str, Sequence[FeltVisit]]
    last_pressures: Mapping[str, int]
    spoken: tuple[Said, ...]
    comfort_words: Mapping[str, str]
    now: datetime

    @property
    def live(self) -> list[TimelineEvent]:
        """The rows that count."""
        return [event for event in self.events if not is_void(event)]

    @property
    def last(self) -> TimelineEvent | None:
        """The newest row that counts."""
        live = self.live
        return live[-1] if live else None

    @property
    def as_last_time(self) -> list[Place]:
        """Where something was felt at the newest visit before this one: one tap to begin there; what is off is not."""
        newest = max((visits[0].on for visits in self.felt.values()), default=None)
        then = {place for place, visits in self.felt.items() if visits[0].on == newest}
        today = {f"{event.structure}:{event.side}" for event in self.live}
        return [each for each in self.places if each.place in then - today and not each.is_off]

    @property
    def newest_first(self) -> list[Row]:
        """The log as the page shows it."""
        return [row_of(event) for event in reversed(self.events)]

    @property
    def banner(self) -> Banner:
        """The limits of the day."""
        return banner(self.note)

    @property
    def comforts(self) -> list[Feeling]:
        """The comfort row in the practice's own words; the newest reading here is marked."""
        last = self.last
        felt = last.comfort if last is not None and last.kind == "comfort" else None
        return [
            Feeling(
                step.value,
                self.comfort_words.get(str(step.value), str(step.label)),
                f"parts/icons/comfort-{step.value}.html",
                felt == step,
            )
            for step in Comfort
        ]

    @property
    def signs(self) -> list[Option]:
        """Signs of the body that count as C4 (clinical reference 4.6, rule 3)."""
        return [Option(sign.value, str(sign.label)) for sign in EventSign if sign is not EventSign.NERVE]

    @property
    def cues(self) -> list[Option]:
        """The breath cues (clinical reference 4.8)."""
        return [Option(code, text) for code, text in CUES.items()]

    @property
    def checks(self) -> int:
        """How many comfort readings count."""
        return len([event for event in self.live if event.comfort])

    @property
    def target(self) -> frozenset[int]:
        """The comfort steps to work in today (clinical reference 4.6, rule 1)."""
        age = age_on(self.note.client.birth_date, timezone.localdate(self.note.started_at))
        return target_band(flags=set(self.note.flags), first_visit=self.note.visit_kind == "first", age=age)

    @property
    def in_target(self) -> int:
        """How many checks were inside the target."""
        return len([event for event in self.live if event.comfort in self.target])

    @property
    def target_words(self) -> str:
        """The target in the words of the comfort row."""
        return ", ".join(feeling.label for feeling in self.comforts if feeling.value in self.target)

    @property
    def groups(self) -> list[PlaceGroup]:
        """The picker: open and closed areas by region, left and right of a structure side by side."""
        grouped: dict[str, list[tuple[Place, ...]]] = {}
        for left, right in zip(self.places[::2], self.places[1::2], strict=True):
            grouped.setdefault(STRUCTURES[left.structure].first, []).append((left, right))
        return [PlaceGroup(code, str(REGIONS[code].label), tuple(pairs)) for code, pairs in grouped.items()]

    @property
    def map(self) -> dict[str, Any]:
        """The picture: limits hatched, closed areas barred, what was worked in its pressure, where the hands are."""
        marks = dict.fromkeys(self._shut, "shut")
        for group in self.groups:
            for number, side in enumerate(Side.values):
                marks[place_on(group.code, side)] = _look([pair[number] for pair in group.pairs])
        numbers: dict[str, int] = {}
        for area in self.worked:
            key = place_on(STRUCTURES[area.place.structure].first, area.place.side)
            numbers[key] = area.pressure
            marks[key] = f"p{area.pressure} {marks[key]}"
        opens = ""
        if self.current is not None:
            first = STRUCTURES[self.current.structure].first
            marks[place_on(first, self.current.side)] += " sel"
            opens = window_of(first)
        return entry(marks, windows=ROOM_WINDOWS, numbers=numbers, opens=opens)

    @property
    def choices(self) -> list[tuple[str, str]]:
        """What a form accepts: every area that is not locked today."""
        return [(place.place, place.label) for place in self.places if not place.locked]

    @property
    def positions(self) -> list[tuple[str, str]]:
        """Positions allowed today."""
        banned = set(self.note.limits["no_positions"])
        return [
            (value, str(label))
            for value, label in EventPosition.choices
            if not banned & {value, value.partition(":")[0]}
        ]

    @property
    def techniques(self) -> list[tuple[str, str]]:
        """Techniques allowed today; an area may ban more."""
        banned = self._banned_techniques
        return [(value, str(label)) for value, label in Technique.choices if value not in banned]

    @property
    def off_positions(self) -> tuple[Off, ...]:
        """Positions that are off today, with the reason."""
        tokens = {
            value: {value, value.partition(":")[0]} & set(self.note.limits["no_positions"])
            for value in EventPosition.values
        }
        return _by_reason(
            (str(EventPosition(value).label), why(self.note.limits, sorted(found)))
            for value, found in tokens.items()
            if found
        )

    @property
    def off_techniques(self) -> tuple[Off, ...]:
        """Techniques that are off at the current area, with the reason."""
        here = () if self.current is None else self._places_of(self.current.structure, self.current.side)
        banned = self._banned_techniques
        return _by_reason(
            (str(label), why(self.note.limits, [value, *(f"{value}@{place}" for place in here)]))
            for value, label in Technique.choices
            if value in banned
        )

    @property
    def off_regions(self) -> tuple[Off, ...]:
        """Regions of the picture that are off, with the reason: closed since, no written yes, or another limit."""
        closed = closed_today(self.live)
        limits = self.note.limits
        found = [(place, str(_TOO_MUCH_TWICE)) for place in sorted(closed)]
        for place in limits["no_regions"]:
            code = place.partition(":")[0]
            if REGIONS[code].views:
                sides = places_of(code, *(Side.values if place == code else [place.partition(":")[2]]))
                found.append((place, why(limits, sides)))
        return _by_reason((place_label(place), reason) for place, reason in found)

    @property
    def _shut(self) -> list[str]:
        """Regions of the picture, on their side, that are off whether or not a structure is listed there."""
        places = [
            place_on(code, side)
            for entry in self.note.limits["no_regions"]
            for code, _colon, only in [entry.partition(":")]
            for side in ([only] if only else Side.values)
        ]
        return [*places, *closed_today(self.live)]

    @property
    def _banned_techniques(self) -> set[str]:
        banned = set(self.note.limits["no_techniques"])
        if self.current is not None:
            banned |= set(self.note.limits["structures"][self.current.place]["no_techniques"])
        return banned

    @staticmethod
    def _places_of(structure: str, side: str) -> list[str]:
        """The ways in which limits may name the regions of a structure."""
        return [place for region in STRUCTURES[structure].regions for place in places_of(region, side)]

    @property
    def current(self) -> Place | None:
        """Where the hands are: the area of the newest row."""
        last = self.last
        return None if last is None else self._place(f"{last.structure}:{last.side}")

    @property
    def here(self) -> str:
        """The code of where the hands are, as "MUS_PIR:L"; empty at the start."""
        return "" if self.current is None else self.current.place

    @property
    def is_closed(self) -> bool:
        """Whether the current area was stopped or left: the next row starts somewhere."""
        return self.last is not None and self.last.kind in ("stop", "end_region")

    @property
    def owed(self) -> str:
        """ "comfort" after too much, "nerve" after the wrong kind, until an eased reading or a stop; else empty."""
        return "" if self.current is None else self._owed.get(self.current.place, "")

    @property
    def _owed(self) -> dict[str, str]:
        return {place_of(row): "nerve" if row.sign == "nerve" else "comfort" for row in unsettled(self.live)}

    @property
    def pressures(self) -> list[Pressure]:
        """The pressure row of the current area, resting hand first; all off where the day is over."""
        cap = -1 if self.current is not None and self.current.closed else self.cap
        now = self.carried(None)
        return [Pressure(value, str(label), value <= cap, value == now) for value, label in PressureLevel.choices]

    @property
    def cap(self) -> int:
        """The highest pressure of the current area, a raise of this visit included."""
        return 0 if self.current is None else self._cap(self.current)

    def _cap(self, place: Place) -> int:
        raised = [
            r.pressure for r in self.note.cap_raises.all() if (r.structure, r.side) == (place.structure, place.side)
        ]
        return max([place.cap, *raised])

    @property
    def why_off(self) -> str:
        """Why some or all pressure is off at the current area, and what to do; empty where none is."""
        return "" if self.current is None else self._why_off(self.current)

    def _why_off(self, place: Place) -> str:
        if place.closed:
            remedy = (
                _("Record “Stopped here”, then choose another area.")
                if place.place in self._owed
                else _("Choose another area.")
            )
            return _("All pressure is off here: %(why)s.") % {"why": place.why} + " " + remedy
        cap = self._cap(place)
        if cap >= PressureLevel.P5:
            return ""
        return _("Pressure above %(cap)s is off here: %(why)s.") % {"cap": cap, "why": self._why_capped(place)}

    def _why_capped(self, place: Place) -> str:
        caps = self.note.limits["region_caps"]
        tokens = self._places_of(place.structure, place.side)
        lowest = [token for token in tokens if caps.get(token) == place.cap]
        if self.note.limits["pressure_cap"] == place.cap:
            lowest.append("pressure_cap")
        return why(self.note.limits, lowest)

    @property
    def unsaid(self) -> list[str]:
        """What the client has not yet said yes to aloud today, of what the current area needs."""
        if self.current is None or self.current.closed:
            return []
        needed = spoken_consents({(self.current.structure, self.current.side)}, STRUCTURE_REGIONS)
        return [said.label for said in self.spoken if said.said_at is None and (said.scope, said.side) in needed]

    @property
    def suggestion(self) -> Suggestion | None:
        """The comfort window in words; once something was felt here today, that counts and no start is suggested."""
        return None if self.current is None else self._suggestion(self.current)

    def _suggestion(self, place: Place) -> Suggestion | None:
        if place.closed or place.place not in self.felt:
            return None
        cap = self._cap(place)
        window = comfort_window(self.felt[place.place], cap=cap)
        if window is None:
            return Suggestion("", _("Nothing was pleasant or delicious here at the last visits."))
        words = {feeling.value: feeling.label for feeling in self.comforts}
        best = {
            "word": words[window.best.comfort],
            "lowest": _level(window.lowest),
            "top": _level(window.top),
            "on": date_format(window.best.on, "j M"),
        }
        band = _("Good from %(lowest)s to %(top)s: %(word)s at %(top)s on %(on)s.")
        said = [(band if window.lowest < window.top else _("%(word)s at %(top)s on %(on)s.")) % best]
        if any(f"{row.structure}:{row.side}" == place.place and row.comfort for row in self.live):
            return Suggestion("", said[0])
        if window.eased_for:
            worse = window.eased_for == "worse"
            said.append(_("Worse the day after: one less.") if worse else _("Sore the day after: one less."))
        if window.capped:
            said.append(_("Today's limit is %(cap)s.") % {"cap": _level(cap)})
        return Suggestion(_level(window.start), " ".join(said))

    @property
    def prompts(self) -> tuple[Prompt, ...]:
        """What the rules ask for from the newest row on, most urgent first; nothing once the treatment has ended."""
        if self.note.ended_at is not None:
            return ()
        first_visit = self.note.visit_kind == "first"
        return prompts(self.live, cap=self.cap, first_visit=first_visit, target=self.target)

    @property
    def eases_first(self) -> bool:
        """Whether easing off is the next thing to do: after nearly too much, too much or the wrong kind."""
        closed = self.current is not None and self.current.closed
        return not closed and (bool(self.owed) or any(prompt.code == "ease" for prompt in self.prompts))

    @property
    def timed_prompts(self) -> list[tuple[Prompt, int]]:
        """Each prompt with the seconds until it is due, 0 when it is due already."""
        return [(each, max(0, round((each.due - self.now).total_seconds()))) for each in self.prompts]

    @property
    def prompt(self) -> Prompt | None:
        """The one line that is due now."""
        return showing(self.prompts, self.now)

    @property
    def can_raise(self) -> bool:
        """Whether a coded reason may lift the cap of the current area further."""
        return self.current is not None and not self.current.closed and self.current.cap_with_reason > self.cap

    @property
    def worked(self) -> list[Worked]:
        """Areas of today in the order they were first touched, with their newest pressure."""
        newest: dict[str, TimelineEvent] = {}
        for event in self.live:
            newest[f"{event.structure}:{event.side}"] = event
        owed = {f"{row.structure}:{row.side}" for row in unsettled(self.live)}
        return [
            Worked(self._place(key), event.pressure, key in owed, key == self.here) for key, event in newest.items()
        ]

    def carried(self, place: str | None) -> int:
        """The pressure that stands unless one is chosen: the newest row there, else last visit's start, else P0."""
        key = place or self.here
        for event in reversed(self.live):
            if f"{event.structure}:{event.side}" == key:
                return event.pressure
        known = self.note.limits["structures"].get(key)
        return min(self.last_pressures.get(key, PressureLevel.P0), known["cap"] if known else PressureLevel.P0)

    @property
    def version(self) -> str:
        """The room's part of ``version``, of what was read for this page."""
        events = self.events
        return _room_version(
            self.note,
            max((event.pk for event in events), default=0),
            max((event.void.pk for event in events if is_void(event)), default=0),
            max((raised.pk for raised in self.note.cap_raises.all()), default=0),
            max((said.said_at for said in self.note.verbal_consents.all()), default=None),
        )

    @property
    def data(self) -> dict[str, Any]:
        """What the page needs to show the next taps while the network is away: each open area and how it stands."""
        owed = self._owed
        return {
            "version": self.version,
            "here": self.here,
            "places": {
                place.place: {
                    "label": place.label,
                    "cap": -1 if place.closed else self._cap(place),
                    "why": self._why_off(place),
                    "window": [suggestion.title, suggestion.reason] if (suggestion := self._suggestion(place)) else [],
                    "bans": self.note.limits["structures"][place.place]["no_techniques"],
                    "stands": self.carried(place.place),
                    "owed": owed.get(place.place, ""),
                    "closed": place.closed,
                }
                for place in self.places
                if not place.locked
            },
        }

    def arrival(self, structure: str, side: str) -> dict[str, Any]:
        """The complete row of moving to an area; technique and position go on as they were, still hands at first.

        Nobody moves to a region that is closed for the day: going back there records that it was stopped.
        """
        last = self.last
        positions = [value for value, _label in self.positions]
        banned = set(self.note.limits["structures"][f"{structure}:{side}"]["no_techniques"])
        techniques = [value for value, _label in self.techniques if value not in banned]
        position = last.position if last and last.position in positions else positions[0]
        technique = last.technique if last and last.technique in techniques else techniques[0]
        return {
            "kind": "stop" if self._place(f"{structure}:{side}").closed else "start_region",
            "structure": structure,
            "side": side,
            "position": position,
            "technique": technique,
            "pressure": self.carried(f"{structure}:{side}"),
            "pressure_source": "carried",
        }

    def _place(self, key: str) -> Place:
        return next(place for place in self.places if place.place == key)


def _look(places: Sequence[Place]) -> str:
    """The look of one region on one side: closed when nothing in it may be touched, else hatched where capped."""
    if all(place.is_off for place in places):
        return "shut"
    return "lim" if any(place.limited for place in places) else "open"


def is_void(event: TimelineEvent) -> bool:
    """Whether the row was undone (``event.void`` must have been read along)."""
    return getattr(event, "void", None) is not None


def treatment(note: SessionNote, *, now: datetime | None = None) -> Treatment:
    """What the treatment page of an open note shows; ``note`` comes from the door."""
    prefetch_related_objects([note], "cap_raises", "verbal_consents")
    events = tuple(all_events(note))
    closed = closed_today(event for event in events if not is_void(event))
    places = tuple(
        Place(
            place=f"{code}:{side}",
            structure=code,
            side=side,
            name=STRUCTURES[code].name,
            label=structure_label(code, side),
            cap=limit["cap"],
            cap_with_reason=limit["cap_with_reason"],
            locked=limit["locked"],
            closed=is_closed(code, side, closed),
            why=_why_off(note.limits, code, side, limit["locked"], is_closed(code, side, closed)),
        )
        for code in STRUCTURES
        for side in Side.values
        if (limit := note.limits["structures"].get(f"{code}:{side}"))
    )
    felt = felt_visits(note.client_id, before=note.started_at)
    return Treatment(
        note=note,
        places=places,
        events=events,
        felt=felt,
        last_pressures=_last_pressures(felt),
        spoken=_spoken(note, events),
        comfort_words=getattr(note, "comfort_words", None) or {},
        now=now or timezone.now(),
    )


_TOO_MUCH_TWICE = gettext_lazy("“Too much” twice in this region, closed for today")


def _why_off(limits: Mapping[str, Any], structure: str, side: str, locked: bool, closed: bool) -> str:
    """Why nothing may be done at a structure and side; empty when something may."""
    if not locked:
        return str(_TOO_MUCH_TWICE) if closed else ""
    banned = set(limits["no_regions"])
    ways = [places_of(region, side) for region in STRUCTURES[structure].regions]
    return why(limits, [place for places in ways if banned.intersection(places) for place in places])


def _previous(note: SessionNote) -> QuerySet[SessionNote]:
    """Signed notes of the same client before this one, newest first."""
    return SessionNote.objects.filter(
        client_id=note.client_id, signed_at__isnull=False, strike=None, started_at__lt=note.started_at
    ).order_by("-started_at", "-id")


def _last_pressures(felt: Mapping[str, Sequence[FeltVisit]]) -> dict[str, int]:
    """The starting level of each area at the last visit: the first felt reading there (design rules, section 5)."""
    last = max((visits[0].on for visits in felt.values()), default=None)
    found = {}
    for place, visits in felt.items():
        readings = [row.pressure for row in visits[0].rows if row.comfort is not None]
        if visits[0].on == last and readings:
            found[place] = readings[0]
    return found


def _level(pressure: int) -> str:
    """A pressure as the panel names it: its number, or "resting hand"."""
    return str(pressure) if pressure else str(PressureLevel.P0.label).lower()


def _spoken(note: SessionNote, events: Iterable[TimelineEvent]) -> tuple[Said, ...]:
    """Massage, and buttock, thigh per side; tests and stretches on request."""
    said = {(each.scope, each.side): each for each in note.verbal_consents.all()}
    worked = {(event.structure, event.side) for event in events if not is_void(event)}
    needed = spoken_consents(worked, STRUCTURE_REGIONS)
    rows = []
    for scope, sides in (
        ("massage", ("",)),
        ("glute", ("L", "R")),
        ("thigh", ("L", "R")),
        ("assess", ("",)),
        ("stretch", ("",)),
    ):
        for side in sides:
            row = said.get((scope, side))
            label = str(ConsentScope(scope).label)
            rows.append(
                Said(
                    scope=scope,
                    side=side,
                    label=f"{label}, {Side(side).label}" if side else label,
                    said_at=row.said_at if row else None,
                    mode=str(row.get_mode_display()) if row else "",
                    needed=(scope, side) in needed,
                )
            )
    return tuple(rows)


# --- texts --------------------------------------------------------------------------------------------------------

_TEXTS = ("subjective", "objective", "assessment", "plan")


def text_values(note: SessionNote) -> dict[str, Any]:
    """What the text form starts with."""
    names = (
        *_TEXTS,
        "rev",
        "response",
        "adverse_event",
        "adverse_text",
        "skin_after",
        "client_words",
        "next_visit",
        "reassess_on",
        "pcp_advised",
        "people_in_room",
        "way",
        "way_reason",
    )
    return {name: getattr(note, name) for name in names}


@dataclass(frozen=True)
class BothTexts:
    """One field saved elsewhere in the meantime: what stands, and what was typed here."""

    name: str
    label: str
    stored: str
    mine: str


def both_texts(stored: SessionNote, mine: Mapping[str, Any]) -> list[BothTexts]:
    """The fields in which two versions of a note differ, both texts beside each other."""
    found = []
    for name, value in mine.items():
        if getattr(stored, name) != value:
            label = getattr(SessionNote._meta.get_field(name), "verbose_name", name)
            found.append(BothTexts(name, str(label), str(getattr(stored, name) or ""), str(value or "")))
    return found


def wording(name: str, text: str) -> tuple[str, ...] | None:
    """What in the text ``name`` of a note reads as a diagnosis; None for a text that is not looked through."""
    return diagnosis_words(name, text) if name in WATCHED else None


def last_texts(note: SessionNote) -> dict[str, str]:
    """The four texts of the last signed note, offered and never copied; empty on a first visit."""
    last = _previous(note).only(*_TEXTS).first()
    return {name: getattr(last, name) for name in _TEXTS} if last else {}


# --- the whole note, to read and to sign --------------------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """One finding in words."""

    label: str
    side: str
    phase: str
    result: str


@dataclass(frozen=True)
class SoapPart:
    """One of the four texts."""

    letter: str
    label: str
    text: str


@dataclass(frozen=True)
class Strike:
    """That the note was struck, by whom, when and why."""

    title: str
    by: str


@dataclass(frozen=True)
class Whole:
    """The note as a text, with what is missing before signing or what was added after."""

    banner: Banner
    soap: tuple[SoapPart, ...]
    said: tuple[Said, ...]
    findings: tuple[Found, ...]
    raises: tuple[str, ...]
    rows: tuple[Row, ...]
    parts: tuple[Part, ...]
    addenda: tuple[Addendum, ...]
    strike: Strike | None
    signature_holds: bool

    @property
    def is_complete(self) -> bool:
        """Whether nothing that a signature needs is missing."""
        return not any(part.missing and not part.advice for part in self.parts)

    @property
    def broken_seal(self) -> str:
        """What a signed note says that is no longer what was signed."""
        return _("This is not what was signed. Tell the owner; “manage.py verify_records” names what differs.")


#: Notes to choose from when a struck one is entered again.
_CHOICES = 20
SOAP = (
    ("S", "subjective", gettext_lazy("What the client said")),
    ("O", "objective", gettext_lazy("What I found")),
    ("A", "assessment", gettext_lazy("What I think")),
    ("P", "plan", gettext_lazy("What next")),
)


def entered_again(note: SessionNote) -> Reentry | None:
    """The link of ``note`` to the one it was entered again in, or from; ``note`` comes from the door. One statement."""
    found = Reentry.objects.filter(Q(struck=note) | Q(note=note))
    return found.select_related("struck__client", "note__client").first()


def right_notes(user: User, struck: SessionNote) -> list[tuple[str, str]]:
    """Notes of ``user`` in which a note struck for the wrong client may have been entered again, newest first.

    Their own, of other clients, begun since the day of the struck visit, neither struck nor linked: (uuid, words).
    """
    begins = timezone.localtime(struck.started_at).replace(hour=0, minute=0, second=0, microsecond=0)
    found = (
        SessionNote.objects.filter(therapist=user, strike=None, entered_from=None, started_at__gte=begins)
        .exclude(client=struck.client_id)
        .select_related("client")
        .order_by("-started_at", "-id")[:_CHOICES]
    )
    words = _("%(name)s, %(at)s")
    return [
        (
            str(each.uuid),
            words % {"name": each.client.name, "at": date_format(timezone.localtime(each.started_at), "j M Y H:i")},
        )
        for each in found
    ]


def whole(note: SessionNote) -> Whole:
    """Everything of a note, read for one page."""
    addenda = Prefetch("addenda", Addendum.objects.select_related("author").order_by("id"))
    prefetch_related_objects([note], *sealed_reads(), addenda)
    events = list(note.events.all())
    live = [event for event in events if not is_void(event)]
    strike = getattr(note, "strike", None)
    return Whole(
        banner=banner(note),
        soap=tuple(SoapPart(letter, str(label), getattr(note, name)) for letter, name, label in SOAP),
        said=tuple(said for said in _spoken(note, events) if said.said_at),
        findings=tuple(finding_in_words(finding) for finding in note.findings.all()),
        raises=tuple(
            _("%(place)s up to %(pressure)s: %(reason)s, %(name)s")
            % {
                "place": structure_label(raised.structure, raised.side),
                "pressure": raised.pressure,
                "reason": raised.get_reason_display(),
                "name": raised.by.printed_name,
            }
            for raised in note.cap_raises.all()
        ),
        rows=tuple(row_of(event) for event in events),
        parts=() if note.is_signed else note_parts(note, live),
        addenda=tuple(note.addenda.all()),
        strike=None
        if strike is None
        else Strike(
            _("Struck: %(reason)s") % {"reason": strike.get_reason_display()},
            _("By %(name)s, %(at)s. The text stays readable and counts nowhere.")
            % {"name": strike.by.printed_name, "at": date_format(timezone.localtime(strike.at), "j M Y H:i")},
        ),
        signature_holds=signature_holds(note),
    )


def finding_in_words(finding: Finding) -> Found:
    test: Any = entry_of(finding.code)
    values = []
    if finding.result:
        options = test.options if test else RESULT_SETS["R_TENDER"].options
        values.append(options.get(finding.result, finding.result))
    if finding.angle is not None:
        values.append(f"{finding.angle}°")
    if finding.measure is not None:
        values.append(f"{finding.measure} {test.unit if test else ''}".strip())
    if finding.tone is not None:
        values.append(_("tone %(tone)s") % {"tone": finding.tone})
    if finding.felt_where:
        values.append(", ".join(region_label(place) for place in finding.felt_where))
    if finding.end_feel:
        values.append(_("end feel %(end)s") % {"end": finding.get_end_feel_display()})
    if finding.pain is not None:
        values.append(_("pain %(pain)s of 10") % {"pain": finding.pain})
    if finding.position and test and len(test.positions) > 1:
        values.append(str(finding.get_position_display()))
    if finding.moved:
        values.append(str(finding.get_moved_display()))
    if finding.device:
        values.append(finding.device)
    if finding.comment:
        values.append(finding.comment)
    return Found(
        test.label if test else STRUCTURES[finding.code].name,
        str(finding.get_side_display()),
        str(finding.get_phase_display()),
        " · ".join(values),
    )
