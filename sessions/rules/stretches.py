"""Stretches: what fits a client's limits, at which level, in which dose (clinical reference 5)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic.catalogues import CatalogueError, read_catalogue, read_toml
from clinic.vocabulary import Side
from intake.rules.limits import Limits
from sessions.rules.muscles import CATALOGUE

LEVELS = (1, 2, 3)
#: From this age on the doses for older adults and the lowest start level apply (clinical reference 5.1).
OLDER_FROM, GENTLE_FROM = 65, 75
#: Weeks at level 2, and the hardest comfort there, before level 3 (clinical reference 5.1).
WEEKS_BEFORE_3, COMFORT_BEFORE_3 = 2, 3
#: Entries that start a stretch at level 1 (clinical reference 5.1 and 5.2).
START_AT_1 = frozenset({"C_HYPERM", "C_MASK", "C_NIGHT", "C_REACT"})
_FLOOR, _BED = "F_FLOOR", "B"
_CODES = re.compile(r" \((?:[A-Z]{2}-\d\d|C\d–C\d)\)")
_FILE = CATALOGUE / "stretches.toml"
_SIDES = MappingProxyType({"left": Side.LEFT.value, "right": Side.RIGHT.value, None: None})


def _labels(table: str) -> Mapping[str, str]:
    return MappingProxyType({row["code"]: row["label"] for row in read_toml(_FILE)[table]})


#: What a move does, in words (clinical reference 2.1).
FLAGS: Mapping[str, str] = _labels("flag")
EQUIPMENT: Mapping[str, str] = _labels("equipment")


@dataclass(frozen=True, kw_only=True)
class Dose:
    """How much of a stretch. ``hold_seconds`` 0: not held; every ``_to`` is the most, None when it is one number.

    ``text`` says it in full, ``tempo`` how it is done. ``every_minutes`` replaces the times a day. ``older``: what
    differs from 65 years on. What the guided hold counts besides: ``rest_seconds`` between holds, ``set_rest_seconds``
    between sets, ``move_seconds`` of one repetition out and back, ``breath`` seconds in and out.
    """

    code: str
    text: str
    source: str
    repetitions: int
    times_per_day: int
    hold_seconds: int = 0
    sets: int = 1
    days_per_week: int = 7
    hold_seconds_to: int | None = None
    repetitions_to: int | None = None
    sets_to: int | None = None
    times_per_day_to: int | None = None
    every_minutes: tuple[int, ...] = ()
    tempo: str = ""
    rest_seconds: int = 0
    set_rest_seconds: int = 0
    move_seconds: tuple[int, ...] = ()
    breath: tuple[int, ...] = ()
    older: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """An item of the library. ``level_1`` to ``level_3`` hold what the move does there; None: not offered.

    ``steps`` are those of level 2, with places for the side (``steps_for``); ``smaller`` and ``further`` say how levels
    1 and 3 differ. ``feel``: where it is felt, ``watch``: what to watch where no place is named. ``level_1_instead``:
    the stretch to use where level 1 is not offered. ``both_sides``: it moves both sides at once; ``no_side``: nothing
    about it is left or right. ``side_is``: the part of the body that the planned side names. ``hold_is``: what the
    client does in its seconds where that is no hold. ``tempo``: how it is done, where the tempo of its dose does not
    fit what moves. ``dose_1``: what level 1 changes in the dose. ``breath_1``, ``breath_3``: the breath of those levels
    where it differs from the dose's. ``home`` False: with the therapist only, never in a home plan.
    """

    code: str
    name: str
    purpose: str
    position: str
    equipment: tuple[str, ...]
    dose: str
    steps: tuple[str, ...]
    source: str
    sign_off: str
    level_1: tuple[str, ...] | None = None
    level_2: tuple[str, ...] | None = None
    level_3: tuple[str, ...] | None = None
    level_1_instead: str = ""
    smaller: str = ""
    further: str = ""
    feel: str = ""
    watch: str = ""
    side_is: str = ""
    hold_is: str = ""
    tempo: str = ""
    both_sides: bool = False
    no_side: bool = False
    dose_1: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    breath_1: tuple[int, ...] = ()
    breath_3: tuple[int, ...] = ()
    home: bool = True

    def __post_init__(self) -> None:
        flags = {flag for level in LEVELS for flag in self.flags_at(level) or ()}
        if unknown := (flags - FLAGS.keys()) | (set(self.equipment) - EQUIPMENT.keys()):
            raise CatalogueError(f"stretches.toml: {self.code}: unknown name {sorted(unknown)[0]!r}")

    def flags_at(self, level: int) -> frozenset[str] | None:
        """What the move does at ``level`` 1 to 3; None when that level is not offered."""
        flags = (self.level_1, self.level_2, self.level_3)[level - 1]
        return None if flags is None else frozenset(flags)

    @property
    def levels(self) -> tuple[int, ...]:
        """The levels that exist, lowest first."""
        return tuple(level for level in LEVELS if self.flags_at(level) is not None)

    def how_far(self, level: int) -> str:
        """What the client does differently from the steps at ``level``; "" at level 2."""
        return {1: self.smaller, 3: self.further}.get(level, "")

    def breath_at(self, level: int) -> tuple[int, ...]:
        """Seconds in and out that the client breathes at ``level``; empty where no breath is counted."""
        return {1: self.breath_1, 3: self.breath_3}.get(level) or DOSES[self.dose].breath

    def steps_for(self, side: str | None) -> tuple[str, ...]:
        """The steps with the side in words: ``side`` "L" or "R"; otherwise the sore side, and then the other one."""
        if side in (Side.LEFT, Side.RIGHT):
            here, across = (str(Side(each).label) for each in (side, Side.RIGHT if side == Side.LEFT else Side.LEFT))
            words = {"sore_side": here, "sore": here, "good": across, "swap": ""}
        else:
            words = {"sore_side": _("sore-side"), "sore": _("sore"), "good": _("good"), "swap": _(", then swap")}
        return tuple(step.format(**words) for step in self.steps)


def without_codes(text: str) -> str:
    """``text`` of the library as a client reads it: the codes of stretches and comfort in brackets are for staff."""
    return _CODES.sub("", text)


@dataclass(frozen=True)
class Text:
    """A sentence of the library with its source: a stop rule (shown on every card) or a general rule."""

    code: str
    text: str
    source: str
    therapist: str = ""


DOSES: Mapping[str, Dose] = read_catalogue(_FILE, Dose, table="dose")
STRETCHES: Mapping[str, Stretch] = read_catalogue(_FILE, Stretch, table="stretch")
STOP_RULES: Mapping[str, Text] = read_catalogue(_FILE, Text, table="stop_rule")


# --- bans ---------------------------------------------------------------------------------------------------------

_NOTATION = re.compile(r"(?P<what>[A-Z0-9_+-]+?)(?:@(?P<levels>[123]+))?(?::(?P<side>[LR]))?")


@dataclass(frozen=True)
class Ban:
    """One entry of the ban notation (clinical reference 2.1): all ``flags`` together, or the stretch ``code``."""

    token: str
    flags: frozenset[str]
    code: str
    levels: frozenset[int]
    side: str | None

    def hits(self, stretch: Stretch, level: int, flags: frozenset[str], side: str | None) -> bool:
        """True when ``stretch`` at ``level`` with ``flags`` is banned for ``side`` ("L", "R"; None: either side)."""
        if level not in self.levels or (side is not None and self.side not in (None, side)):
            return False
        return stretch.code == self.code if self.code else self.flags <= flags


def read_ban(token: str) -> Ban:
    """A ban from its notation: "F_X", "F_X@23", "F_X+F_Y:L", "CA-01:R".

    Raises ``ValueError`` for anything else: a ban that cannot be read must never be passed over.
    """
    match = _NOTATION.fullmatch(token)
    if match:
        what = match["what"]
        levels = frozenset(int(digit) for digit in match["levels"]) if match["levels"] else frozenset(LEVELS)
        if what in STRETCHES:
            return Ban(token, frozenset(), what, levels, match["side"])
        flags = frozenset(what.split("+"))
        if flags <= FLAGS.keys():
            return Ban(token, flags, "", levels, match["side"])
    raise ValueError(f"not a stretch ban: {token!r}")


def ban_words(token: str) -> str:
    """A ban in words: what is banned, on which side, and from which level on where lower ones are left."""
    ban = read_ban(token)
    words = STRETCHES[ban.code].name if ban.code else _(" with ").join(FLAGS[flag] for flag in sorted(ban.flags))
    if ban.side:
        words = _("%(what)s, %(side)s") % {"what": words, "side": Side(ban.side).label}
    if ban.levels != frozenset(LEVELS):
        words = _("%(what)s (level %(level)s on)") % {"what": words, "level": min(ban.levels)}
    return words


@dataclass(frozen=True)
class Suitable:
    """The stretch may be done up to ``max_level`` (1 to 3)."""

    max_level: int


@dataclass(frozen=True)
class Blocked:
    """The stretch may not be done. ``flags``: what it does that is banned; ``because``: the entries that ban it.

    Both are empty when the level does not exist or the stretch is for the treatment room alone.
    """

    flags: tuple[str, ...] = ()
    because: tuple[str, ...] = ()


def _blocked_at(
    stretch: Stretch, level: int, limits: Limits, bans: Iterable[Ban], side: str | None, bed: bool
) -> Blocked | None:
    """Why ``stretch`` may not be done at ``level``; None when it may."""
    flags = stretch.flags_at(level)
    if flags is None:
        return Blocked()
    if bed and _BED in stretch.equipment:
        flags -= {_FLOOR}
    tokens = set()
    found: set[str] = set()
    for ban in bans:
        if ban.hits(stretch, level, flags, side):
            tokens.add(ban.token)
            found |= ban.flags
    if level > limits.max_level:
        tokens.add("max_level")
    if limits.only_stretches is not None and stretch.code not in limits.only_stretches:
        tokens.add("only_stretches")
    if not tokens:
        return None
    codes: set[str] = set().union(*(limits.because.get(token, ()) for token in tokens))
    return Blocked(flags=tuple(sorted(found)), because=tuple(sorted(codes)))


def suitability(
    limits: Limits, *, side: str | None = None, level: int | None = None, bed: bool = False
) -> dict[str, Suitable | Blocked]:
    """By stretch code: up to which level it may be done, or why not (clinical reference 2.1, 5.2, 5.3).

    ``side`` "left" or "right": done on that side; None: both sides must be suitable. ``level`` 1 to 3: that level is
    asked for; None: the highest that fits. ``bed``: done on the bed where its equipment allows, so that getting down
    to the floor does not count. A level fits only when every lower one that is offered fits as well. Stretches that
    are never in a home plan are blocked. Raises ``ValueError`` for another side or level and for an unknown ban.
    """
    if side not in _SIDES:
        raise ValueError(f"not a side: {side!r}")
    if level not in (None, *LEVELS):
        raise ValueError(f"not a level: {level!r}")
    here, bans = _SIDES[side], _bans_of(limits)
    return {code: _verdict(stretch, limits, bans, here, level, bed) for code, stretch in STRETCHES.items()}


def _bans_of(limits: Limits) -> list[Ban]:
    return [read_ban(token) for token in sorted(limits.no_stretch_flags | limits.no_stretches)]


def _verdict(
    stretch: Stretch, limits: Limits, bans: Iterable[Ban], side: str | None, level: int | None, bed: bool
) -> Suitable | Blocked:
    """``suitability`` of one stretch; ``side`` "L", "R" or None for both."""
    if not stretch.home:
        return Blocked()
    highest, first = 0, None
    for step in stretch.levels:
        first = _blocked_at(stretch, step, limits, bans, side, bed)
        if first is not None:
            break
        highest = step
    if highest and (level is None or (level <= highest and level in stretch.levels)):
        return Suitable(highest)
    if level is not None and level not in stretch.levels:
        return _blocked_at(stretch, level, limits, bans, side, bed) or Blocked()
    return first or Blocked()


def allowed_levels(limits: Limits, *, bed: bool) -> dict[str, dict[str, int]]:
    """The highest level, 0 to 3, of every stretch for each side, done on the bed where its equipment allows or not.

    A stretch that moves both sides at once has the lower of both, so that a ban for one side holds for it.
    """
    left, right = (suitability(limits, side=side, bed=bed) for side in ("left", "right"))
    levels = {}
    for code, stretch in STRETCHES.items():
        found = {
            side: verdict.max_level if isinstance(verdict, Suitable) else 0
            for side, verdict in ((Side.LEFT.value, left[code]), (Side.RIGHT.value, right[code]))
        }
        levels[code] = dict.fromkeys(found, min(found.values())) if stretch.both_sides else found
    return levels


def levels_to_freeze(limits: Limits, *, bed: bool) -> dict[str, dict[str, int]]:
    """What a decision freezes: the levels at a home with a bed or without one.

    Where less is left beside the bed than on it, "L/floor" and "R/floor" hold that: the database asks for them when an
    item is not done on the bed.
    """
    levels = allowed_levels(limits, bed=bed)
    if bed:
        for code, beside in allowed_levels(limits, bed=False).items():
            for side, level in beside.items():
                if level < levels[code][side]:
                    levels[code][f"{side}/floor"] = level
    return levels


def level_in(levels: Mapping[str, Mapping[str, int]], stretch: str, side: str) -> int:
    """Highest level, 0 to 3, that ``levels`` allow for ``stretch`` on ``side`` "L", "R" or "B", the lower of the two.

    0 is "not at all"; a stretch that is not named is not allowed.
    """
    of_stretch = levels.get(stretch, {})
    sides = (side,) if side in Side.values else tuple(Side.values)
    return min(of_stretch.get(each, 0) for each in sides)


def highest_level(
    levels: Mapping[str, Mapping[str, int]], limits: Mapping[str, Any], stretch: str, side: str, *, on_bed: bool
) -> int:
    """``level_in`` for a stretch done on the bed or not; what is frozen with a decision takes the bed for granted.

    Getting down to the floor does not count on the bed (clinical reference 2.1), so beside it less may be left.
    """
    highest = level_in(levels, stretch, side)
    if on_bed or stretch not in STRETCHES or _BED not in STRETCHES[stretch].equipment:
        return highest
    entry, known = STRETCHES[stretch], Limits.from_data(limits)
    sides = (side,) if side in Side.values and not entry.both_sides else tuple(Side.values)
    verdicts = (_verdict(entry, known, _bans_of(known), each, None, False) for each in sides)
    return min(highest, *(each.max_level if isinstance(each, Suitable) else 0 for each in verdicts))


# --- level and dose -----------------------------------------------------------------------------------------------


def start_level(
    *,
    age: int,
    flags: Iterable[str] = (),
    irritable: bool = False,
    rom_flag: bool = False,
    weeks_at_2: int = 0,
    hardest_comfort: int | None = None,
    flare: bool = False,
) -> int:
    """The level to start at, 1 to 3 (clinical reference 5.1).

    1 with a range-of-motion flag, irritable pain (``pn_irritable``), from 75 years on and under the entries of
    ``START_AT_1``; else 2. 3 only after two weeks at level 2 with comfort up to C3 and no flare the next day;
    no comfort reading is no permission.
    """
    if rom_flag or irritable or age >= GENTLE_FROM or not START_AT_1.isdisjoint(flags):
        return 1
    settled = hardest_comfort is not None and hardest_comfort <= COMFORT_BEFORE_3 and not flare
    return 3 if weeks_at_2 >= WEEKS_BEFORE_3 and settled else 2


def dose_for(stretch: Stretch, *, age: int, level: int = 2) -> Dose:
    """The dose of ``stretch`` at ``level`` for a client of ``age`` completed years.

    From 65 on held longer, less often (clinical reference 5.1); at level 1 what the text of 5.4 says there.
    """
    dose = DOSES[stretch.dose]
    changes: dict[str, Any] = dict(dose.older) if age >= OLDER_FROM else {}
    if level == 1:
        changes |= stretch.dose_1
    return replace(dose, **changes)


def time_words(seconds: int) -> str:
    """``seconds`` as they are told: whole minutes from two on."""
    if seconds >= 120 and seconds % 60 == 0:
        return _("%(minutes)s minutes") % {"minutes": seconds // 60}
    return _("%(seconds)s seconds") % {"seconds": seconds}


def round_words(*, hold_seconds: int, repetitions: int, sets: int) -> str:
    """One round in short: "30 seconds × 3", "10 times, 2 sets"."""
    times = ngettext("%(times)s time", "%(times)s times", repetitions) % {"times": repetitions}
    if hold_seconds:
        held = time_words(hold_seconds)
        times = held if repetitions == 1 else _("%(time)s × %(times)s") % {"time": held, "times": repetitions}
    if sets == 1:
        return times
    counted = ngettext("%(sets)s set", "%(sets)s sets", sets) % {"sets": sets}
    return _("%(times)s, %(sets)s") % {"times": times, "sets": counted}


def dose_words(
    stretch: Stretch, *, hold_seconds: int, repetitions: int, sets: int, times_per_day: int, days_per_week: int
) -> str:
    """How much of ``stretch`` to do, in one line: "30 seconds × 3, once a day"."""
    dose = DOSES[stretch.dose]
    times = ngettext("%(times)s time", "%(times)s times", repetitions) % {"times": repetitions}
    if hold_seconds:
        held = time_words(hold_seconds)
        times = held if repetitions == 1 else _("%(time)s × %(times)s") % {"time": held, "times": repetitions}
    parts = [times]
    if tempo := stretch.tempo or dose.tempo:
        parts.append(tempo)
    if sets > 1:
        parts.append(ngettext("%(sets)s set", "%(sets)s sets", sets) % {"sets": sets})
    if dose.every_minutes:
        least, most = dose.every_minutes
        parts.append(_("every %(least)s to %(most)s minutes of sitting") % {"least": least, "most": most})
    else:
        daily = ngettext("once a day", "%(times)s times a day", times_per_day) % {"times": times_per_day}
        parts.append(daily)
    if days_per_week < 7:
        days = ngettext("%(days)s day a week", "%(days)s days a week", days_per_week) % {"days": days_per_week}
        parts.append(days)
    return ", ".join(parts)
