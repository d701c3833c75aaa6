"""The therapist's bench while a plan is written: what is in the draft, and the library with what fits this client."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, Subquery
from django.utils.translation import gettext as _

from clinic.models import Client
from clinic.queries import age_on
from clinic.vocabulary import Side
from intake.queries import answers_now, handed_in, screening_result
from intake.rules.limits import Limits
from intake.rules.questions import AnswerError
from intake.rules.screening import ENTRIES
from sessions.models import Finding, FindingSide, ItemSide, PlanItem, PlanVersion, Sensation, StretchLog
from sessions.queries.changes import item_mark
from sessions.queries.note import flag_names
from sessions.queries.plan import dose_of, side_words
from sessions.rules.findings import MEASURES, read_range
from sessions.rules.hold import minutes
from sessions.rules.note import stretch_lines
from sessions.rules.offer import Offer, Verdict, offers
from sessions.rules.ready_plans import READY_PLANS
from sessions.rules.shelf import (
    AT_HOME,
    Look,
    Posture,
    Purpose,
    hard_for,
    lacking,
    purpose_of,
    seconds_a_day,
)
from sessions.rules.stretches import (
    EQUIPMENT,
    FLAGS,
    GENTLE_FROM,
    START_AT_1,
    STRETCHES,
    Blocked,
    Stretch,
    dose_for,
    dose_words,
    start_level,
)

#: From so many stretches on the page says that fewer gets done more (design rules, section 2, [38]).
FEWER_FROM = 4
_ROUND = ("hold_seconds", "repetitions", "sets", "times_per_day")
_DOSE = (*_ROUND, "days_per_week")
_EVERY_LOOK = Look()


# --- where this client starts -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Start:
    """The level at which a client starts a stretch, 1 or 2, and what asks for level 1, in words."""

    level: int
    because: tuple[str, ...]


def start_of(client: Client, *, on: date) -> Start:
    """Where ``client`` (from the reading door) starts (clinical reference 5.1); level 3 is never where one starts.

    Answers that no longer make a whole set start at 1.
    """
    try:
        result = screening_result(client, on=on)
    except AnswerError:
        return Start(1, (_("the answers no longer make a whole set"),))
    intake = handed_in(client)
    answers = answers_now(intake) if intake is not None else {}
    flags = [flag.code for flag in (*result.flags, *result.cleared)] if result is not None else []
    age, ranges = age_on(client.birth_date, on), _flagged_ranges(client)
    irritable = answers.get("pn_worst", 0) >= 7 and answers.get("pn_trend") in ("worse", "fast_worse")
    because = [
        *([_("range of motion: %(ranges)s") % {"ranges": ", ".join(ranges)}] if ranges else []),
        *([_("irritable pain")] if irritable else []),
        *([_("%(age)s years or older") % {"age": GENTLE_FROM}] if age >= GENTLE_FROM else []),
        *(ENTRIES[code].label for code in dict.fromkeys(flags) if code in START_AT_1),
    ]
    return Start(start_level(age=age, flags=flags, irritable=irritable, rom_flag=bool(ranges)), tuple(because))


def start_level_of(client: Client, *, on: date) -> int:
    """The level of ``start_of`` alone."""
    return start_of(client, on=on).level


def _flagged_ranges(client: Client) -> list[str]:
    """Ranges of motion whose newest reading is outside its flag, with the side (clinical reference 4.9)."""
    readings = Finding.objects.filter(note__client=client, note__strike=None, code__in=list(MEASURES))
    newest: dict[tuple[str, str], float] = {}
    for found in readings.order_by("-note__started_at", "-id"):
        value = found.angle if found.angle is not None else found.measure
        if value is not None:
            newest.setdefault((found.code, found.side), float(value))
    across: dict[str, str] = {FindingSide.LEFT: FindingSide.RIGHT, FindingSide.RIGHT: FindingSide.LEFT}
    return [
        _range_words(code, side)
        for (code, side), value in newest.items()
        if read_range(code, value, newest.get((code, across.get(side, "")))).flagged
    ]


def _range_words(code: str, side: str) -> str:
    label = MEASURES[code].label
    if side not in Side.values:
        return label
    return _("%(what)s, %(side)s") % {"what": label, "side": Side(side).label}


# --- the draft ----------------------------------------------------------------------------------------------------


@dataclass
class DraftRow:
    """One stretch of the draft: ``nerve_sign`` reported for it since the last version, ``minutes`` a day.

    ``mark`` stands for what it is now; ``form`` is put in by the page.
    """

    item: PlanItem
    stretch: Stretch
    side: str
    dose: str
    minutes: int
    nerve_sign: bool
    mark: str
    levels: tuple[int, ...]
    sides: tuple[tuple[str, str], ...]
    first: bool
    last: bool
    form: Any = None

    @property
    def initial(self) -> dict[str, Any]:
        """What its form begins with."""
        names = ("stretch", "side", "level", *_DOSE, "on_bed", "note")
        held = {name: getattr(self.item, name) for name in names}
        return held | {"reason": self.item.override_reason, "was": self.item.side, "seen": self.mark}


@dataclass
class ShelfRow:
    """One stretch of the library beside the draft: how it stands to the client's limits, and what is proposed.

    ``fits`` says how far it may go, "" when nothing stands against it; ``because`` why not further. ``care``: what
    else to mind. ``lacks``: what the home has not. ``proposal`` is what one tap adds, ``in_words`` the same to read.
    ``more_side``: the side that can still be added when the other one is in the draft. ``form``: put in by the page.
    """

    offer: Offer
    purpose: str
    levels: tuple[int, ...]
    sides: tuple[tuple[str, str], ...]
    fits: str
    because: str
    care: tuple[str, ...]
    lacks: str
    minutes: int
    proposal: dict[str, Any]
    in_words: str
    in_draft: tuple[str, ...]
    more_side: str
    shown: bool
    form: Any = None

    @property
    def stretch(self) -> Stretch:
        """The stretch itself."""
        return self.offer.stretch

    @property
    def blocked(self) -> bool:
        """Whether it takes a reason to plan it as proposed."""
        return self.offer.verdict is Verdict.BLOCKED

    @property
    def with_care(self) -> bool:
        """Whether there is something to mind before it is planned."""
        return not self.blocked and bool(self.care or self.offer.verdict is Verdict.CARE)

    @property
    def one_tap(self) -> bool:
        """Whether it can be added as proposed."""
        return self.offer.fits_start and not self.in_draft


@dataclass
class Bench:
    """Everything the draft's page shows: the draft, the library as it is looked through, the start, the time."""

    start: Start
    drafted: list[DraftRow]
    shelf: list[ShelfRow]
    minutes: int
    home_minutes: int | None
    look: Look
    limits: tuple[str, ...] = ()
    sore: str = ""

    @property
    def shown(self) -> list[ShelfRow]:
        """The stretches that are looked for."""
        return [row for row in self.shelf if row.shown]

    @property
    def other_side(self) -> list[DraftRow]:
        """Stretches of the draft for the one side when the client has said that the other one is sore."""
        return [row for row in self.drafted if _is_of_other_side(row.item, self.sore)]

    @property
    def sore_words(self) -> str:
        """The sore side as the client said, in words; empty for both or neither."""
        return str(Side(self.sore).label) if self.sore else ""

    @property
    def too_long(self) -> bool:
        """Whether the draft takes longer than the client said to have."""
        return self.home_minutes is not None and self.minutes > self.home_minutes

    @property
    def fewer(self) -> bool:
        """Whether to say that fewer gets done more."""
        return len(self.drafted) >= FEWER_FROM

    @property
    def looks(self) -> bool:
        """Whether something of the library is left out of sight."""
        return self.look != _EVERY_LOOK


def bench(version: PlanVersion, client: Client, *, on: date, look: Look = _EVERY_LOOK) -> Bench:
    """The draft ``version`` with its library on the day ``on``; version and client come from the reading door."""
    answers = answers_now(version.screening.intake)
    start = start_of(client, on=on)
    drafted = _drafted(version)
    age = age_on(client.birth_date, on)
    rows = [_shelf_row(offer, answers, age, drafted, look) for offer in _offers(version, answers, start.level)]
    rows.sort(key=lambda row: row.offer.verdict.place)
    return Bench(
        start=start,
        drafted=drafted,
        shelf=rows,
        minutes=minutes(sum(map(_seconds_of, version.items.all()))) if drafted else 0,
        home_minutes=answers.get("gl_home_min"),
        look=look,
        limits=_limits(version),
        sore=_sore(answers),
    )


def _limits(version: PlanVersion) -> tuple[str, ...]:
    """What the decision leaves out of the stretches, one sentence each with the flags behind it."""
    said = _("%(what)s (%(why)s)")
    return tuple(
        said % {"what": line.text, "why": ", ".join(names)} if (names := flag_names(line.codes)) else line.text
        for line in stretch_lines(version.screening.limits)
    )


def _sore(answers: Mapping[str, Any]) -> str:
    """The one side that hurts by the newest answers, "L" or "R"; empty for both, neither and not said."""
    return {"left": Side.LEFT.value, "right": Side.RIGHT.value}.get(answers.get("pn_side", ""), "")


def _is_of_other_side(item: PlanItem, sore: str) -> bool:
    return bool(sore) and item.side in {*Side.values} - {sore}


def for_other_side(version: PlanVersion) -> tuple[str, list[DraftRow]]:
    """The sore side in words, and the stretches of the draft that are for the other one."""
    sore = _sore(answers_now(version.screening.intake))
    rows = [row for row in _drafted(version) if _is_of_other_side(row.item, sore)]
    return str(Side(sore).label) if rows else "", rows


def proposal(version: PlanVersion, client: Client, code: str, side: str, *, on: date) -> dict[str, Any] | None:
    """What one tap puts into the draft for the stretch ``code``; None when the library has no such stretch.

    ``side``: the one that is asked for, "" for the proposed one.
    """
    age = age_on(client.birth_date, on)
    start, answers = start_of(client, on=on).level, answers_now(version.screening.intake)
    for offer in _offers(version, answers, start):
        if offer.stretch.code == code:
            here = side or offer.side
            return _proposal(offer, here, offer.level_on(here) or offer.level, age)
    return None


def _offers(version: PlanVersion, answers: Mapping[str, Any], start: int) -> tuple[Offer, ...]:
    return offers(
        version.screening.stretch_levels,
        Limits.from_data(version.screening.limits),
        sore=_sore(answers) or ItemSide.BOTH.value,
        start=start,
        bed="bed" in answers.get("gl_equip", ()),
    )


def _proposal(offer: Offer, side: str, level: int, age: int) -> dict[str, Any]:
    dose = dose_for(offer.stretch, age=age, level=level)
    return {
        "stretch": offer.stretch.code,
        "side": side,
        "level": level,
        **{name: getattr(dose, name) for name in _DOSE},
        "on_bed": offer.on_bed,
    }


def _drafted(version: PlanVersion) -> list[DraftRow]:
    signs = _nerve_signs(version)
    items = list(version.items.all())
    rows = []
    for place, item in enumerate(items):
        stretch = STRETCHES[item.stretch]
        levels, sides = choices_of(item.stretch)
        rows.append(
            DraftRow(
                item=item,
                stretch=stretch,
                side=side_words(stretch, item.side, whose=None) or _("No side"),
                dose=dose_of(item),
                minutes=_minutes(_seconds_of(item)),
                nerve_sign=item.stretch in signs,
                mark=item_mark(item),
                levels=levels,
                sides=sides,
                first=place == 0,
                last=place == len(items) - 1,
            )
        )
    return rows


def _nerve_signs(version: PlanVersion) -> set[str]:
    """Stretches for which the client reported a nerve sign while the version before this one was the plan."""
    last = PlanVersion.objects.filter(plan=version.plan_id, published_at__isnull=False).order_by("-number")
    late = Q(client=version.plan.client_id, at__gt=Subquery(last.values("published_at")[:1]))
    shown = Q(item__version=Subquery(last.values("pk")[:1]))
    logs = StretchLog.objects.filter(shown | late, sensation=Sensation.NERVE)
    return set(logs.values_list("item__stretch", flat=True))


def _seconds_of(item: PlanItem) -> int:
    dose = {name: getattr(item, name) for name in _ROUND}
    return seconds_a_day(STRETCHES[item.stretch], side=item.side, level=item.level, **dose)


def _minutes(seconds: int) -> int:
    return minutes(seconds) if seconds else 0


# --- the library --------------------------------------------------------------------------------------------------


def choices_of(code: str) -> tuple[tuple[int, ...], tuple[tuple[str, str], ...]]:
    """Levels and sides that a stretch is offered at: one that moves both sides at once is for both."""
    stretch = STRETCHES.get(code)
    if stretch is None:
        return (), ()
    sides = [ItemSide.BOTH] if stretch.both_sides else list(ItemSide)
    return stretch.levels, tuple((side.value, str(side.label)) for side in sides)


def _shelf_row(offer: Offer, answers: Mapping[str, Any], age: int, drafted: list[DraftRow], look: Look) -> ShelfRow:
    stretch = offer.stretch
    home = {AT_HOME[each] for each in answers.get("gl_equip", ()) if each in AT_HOME}
    hard = hard_for(stretch, answers.get("gl_pos", ()), side=offer.side, level=offer.level, on_bed=offer.on_bed)
    lacks = lacking(stretch, home)
    proposed = _proposal(offer, offer.side, offer.level, age)
    one_round = {name: proposed[name] for name in _ROUND}
    takes = _minutes(seconds_a_day(stretch, side=offer.side, level=offer.level, **one_round))
    levels, sides = choices_of(stretch.code)
    there = tuple(row.item.side for row in drafted if row.item.stretch == stretch.code)
    more = {"L": "R", "R": "L"}.get(there[0], "") if len(there) == 1 else ""
    return ShelfRow(
        offer=offer,
        purpose=str(purpose_of(stretch).label),
        levels=levels,
        sides=sides,
        fits=_fits(offer),
        because=stands_against(*offer.against),
        care=_care(offer, hard=hard),
        lacks=", ".join(EQUIPMENT[code] for code in lacks),
        minutes=takes,
        proposal=proposed,
        in_words=_in_words(offer, dose_words(stretch, **{name: proposed[name] for name in _DOSE})),
        in_draft=there,
        more_side=more if more and offer.level_on(more) else "",
        shown=look.shows(stretch, takes=takes, lacks=bool(lacks), hard=hard, blocked=offer.verdict is Verdict.BLOCKED),
    )


def _in_words(offer: Offer, dose: str) -> str:
    side = side_words(offer.stretch, offer.side, whose=None)
    words = {"level": offer.level, "side": side[:1].lower() + side[1:], "dose": dose}
    return (_("Level %(level)s, %(side)s: %(dose)s") if side else _("Level %(level)s: %(dose)s")) % words


def _care(offer: Offer, *, hard: bool) -> tuple[str, ...]:
    """What to mind before a stretch is planned, beside how far it may go."""
    said = []
    if offer.verdict is not Verdict.BLOCKED and offer.level > offer.start:
        named = STRETCHES.get(offer.stretch.level_1_instead)
        said.append(
            _("Not offered at level 1, where this client starts. There it is %(name)s.") % {"name": named.name}
            if named
            else _("Not offered at level 1, where this client starts.")
        )
    if hard:
        said.append(_("The client called this position hard."))
    return tuple(said)


def _fits(offer: Offer) -> str:
    """How far a stretch may go on either side; "" when nothing stands against it."""
    left, right = offer.left, offer.right
    if left == right:
        if left == offer.stretch.levels[-1]:
            return ""
        return _("Up to level %(level)s") % {"level": left} if left else str(Verdict.BLOCKED.label)
    words = []
    for side, level in ((Side.LEFT, left), (Side.RIGHT, right)):
        text = _("%(side)s up to level %(level)s") if level else _("%(side)s blocked")
        words.append(text % {"side": side.label, "level": level})
    return ", ".join(words).capitalize()


def stands_against(*verdicts: Blocked) -> str:
    """What a move does that is not allowed, then the entries that ban it, in words."""
    flags = [FLAGS[flag] for verdict in verdicts for flag in verdict.flags]
    labels = [ENTRIES[code].label for verdict in verdicts for code in verdict.because if code in ENTRIES]
    return ": ".join(", ".join(dict.fromkeys(words)) for words in (flags, labels) if words)


def ready_plans() -> list[tuple[str, str]]:
    """Ready-made plans as (code, name and what to mind before using it)."""
    minded = _("%(name)s (%(mind)s)")
    return [
        (plan.code, minded % {"name": plan.name, "mind": plan.mind} if plan.mind else plan.name)
        for plan in READY_PLANS.values()
    ]


def purposes() -> list[tuple[str, str]]:
    """What a stretch may be for, as (code, label)."""
    return [(each.value, str(each.label)) for each in Purpose]


def postures() -> list[tuple[str, str]]:
    """How one may start, as (code, label)."""
    return [(each.value, str(each.label)) for each in Posture if each is not Posture.ANY]


def look_of(values: Mapping[str, Any]) -> Look:
    """What is looked for, from the words of a form."""
    return Look(**values)
