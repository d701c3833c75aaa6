"""How far down the symptoms go, side by side over time, and the places where they are: from what the client told.

The intake asks for the places (``pn_map``), the side (``pn_side``) and the deepest referral (``pn_refer``, clinical
reference 1.2); the check-in asks for the referral alone (``ck_refer``, 1.8). It is read for the side of the intake
before it. Pure functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from clinic.vocabulary import REGIONS, Side
from sessions.rules.outcomes import Change, compare

#: The places of ``pn_refer`` and ``ck_refer``, nearest to the back first (clinical reference 0.5).
STEPS = ("none", "buttock", "thigh", "knee", "calf", "ankle", "foot")
MIDDLE = "M"
_SIDES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"left": ("L",), "right": ("R",), "both": ("L", "R"), "switches": ("L", "R"), "middle": (MIDDLE,)}
)
#: How deep each region of the way down the leg lies, as an index of ``STEPS``; [DESIGN], awaiting clinician sign-off.
_DEPTH: Mapping[str, int] = MappingProxyType(
    dict.fromkeys(("LBK", "SAC", "SIJ"), 0)
    | dict.fromkeys(("BTU", "BTM", "BTL"), 1)
    | dict.fromkeys(("THF", "THI", "THO", "THB"), 2)
    | dict.fromkeys(("KNF", "KNB"), 3)
    | dict.fromkeys(("SHN", "LLO", "CLF"), 4)
    | {"ANK": 5}
    | dict.fromkeys(("HEL", "FTT", "FTO", "FTS", "TOB", "TOS"), 6)
)
#: The regions that each side of the leg (``pn_path``) passes at the steps from the thigh on; [DESIGN], awaiting
#: clinician sign-off.
_ALONG: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "back": ("THB", "KNB", "CLF", "ANK", "HEL"),
        "outer": ("THO", "KNB", "LLO", "ANK", "FTO"),
        "front": ("THF", "KNF", "SHN", "ANK", "FTT"),
        "inner": ("THI", "KNF", "CLF", "ANK", "FTT"),
    }
)
_FIRST_STEP = 2  # the thigh
WIDTH, LEFT, RIGHT = 360, 120, 348
_TOP, _GAP, _FOOT = 16, 30, 36


@dataclass(frozen=True)
class Told:
    """What a client told on one day. ``side``, ``places`` and ``path`` are those of the intake that held then.

    ``at_check_in``: only ``refer`` is of that day. ``refer`` is one of ``STEPS`` or "".
    """

    on: date
    side: str = ""
    places: tuple[str, ...] = ()
    refer: str = ""
    path: tuple[str, ...] = ()
    at_check_in: bool = False


def step_on(told: Told, side: str) -> int | None:
    """How far down ``side`` ("L", "R" or the middle, "M") went, as an index of ``STEPS``; None when it was not told.

    In an intake the deepest place that is marked counts as well, so that a side nobody named is not overlooked.
    """
    found = (
        [] if told.at_check_in else [_DEPTH[code] for code, at in _parted(told.places) if at == side and code in _DEPTH]
    )
    if told.refer in STEPS and side in _SIDES.get(told.side, ()):
        found.append(STEPS.index(told.refer))
    return max(found, default=None)


def _parted(places: Iterable[str]) -> list[tuple[str, str]]:
    return [(code, side) for code, _at, side in (place.partition(":") for place in places)]


@dataclass(frozen=True)
class Mark:
    """One day on one side; ``y`` grows downwards, as the symptoms do."""

    on: date
    step: int
    x: float
    y: float
    at_check_in: bool


@dataclass(frozen=True)
class SideLine:
    """One side over time.

    An intake asks for the worst, a check-in for the day, so like is compared with like: ``compared`` are the check-ins
    where there are two, else the intakes. ``change`` is from the first of them to the last, None with fewer than two
    (clinical reference 4.10).
    """

    side: str
    marks: tuple[Mark, ...]

    @property
    def line(self) -> str:
        """The points of the line through the marks."""
        return " ".join(f"{mark.x},{mark.y}" for mark in self.marks)

    @property
    def compared(self) -> tuple[Mark, ...]:
        """The marks that answer the same question."""
        check_ins = tuple(mark for mark in self.marks if mark.at_check_in)
        intakes = tuple(mark for mark in self.marks if not mark.at_check_in)
        return check_ins if len(check_ins) > 1 or not intakes else intakes

    @property
    def first(self) -> Mark:
        """The oldest of those that are compared."""
        return self.compared[0]

    @property
    def last(self) -> Mark:
        """The newest of those that are compared; with nothing to compare, the newest of all."""
        return self.compared[-1] if len(self.compared) > 1 else self.marks[-1]

    @property
    def change(self) -> Change | None:
        """What became of it: one step toward the back counts."""
        if len(self.compared) < 2:
            return None
        return compare("REFER", self.first.step, self.last.step).change

    @property
    def rose_and_fell(self) -> bool:
        """Whether it went further down in between, which the first and the last do not tell."""
        return max(mark.step for mark in self.compared) > max(self.first.step, self.last.step)


@dataclass(frozen=True)
class Row:
    """One day in the table behind the drawing: the step on each side that has a line, None where it was not told."""

    on: date
    steps: tuple[int | None, ...]
    at_check_in: bool


@dataclass(frozen=True)
class Reaches:
    """The drawing: a line for each side on the rungs of the places, the nearest to the back on top."""

    sides: tuple[SideLine, ...]
    rungs: tuple[tuple[int, float], ...]
    dates: tuple[tuple[date, float], ...]
    rows: tuple[Row, ...]
    height: int
    width: int = WIDTH
    left: int = LEFT
    right: int = RIGHT

    @property
    def labels(self) -> int:
        """Where the dates stand."""
        return self.height - 6


def reaches(told: Sequence[Told]) -> Reaches:
    """The drawing of ``told``, oldest first; rungs go one further than the deepest place, where there is one."""
    steps = {side: [step_on(each, side) for each in told] for side in (*Side.values, MIDDLE)}
    sides = [side for side, found in steps.items() if any(step is not None for step in found)]
    if not sides:
        return Reaches((), (), (), (), 0)
    deepest = max(step for side in sides for step in steps[side] if step is not None)
    lowest = min(deepest + 1, len(STEPS) - 1)
    gap = (RIGHT - LEFT - 40) / max(len(told) - 1, 1)
    xs = [round(LEFT + 20 + gap * place, 1) for place in range(len(told))]
    lines = []
    for place, side in enumerate(sides):
        # Two sides at the same place stand beside each other, not over each other.
        aside = (place - (len(sides) - 1) / 2) * 16
        marks = tuple(
            Mark(each.on, step, round(x + aside, 1), _TOP + _GAP * step, each.at_check_in)
            for each, x, step in zip(told, xs, steps[side], strict=True)
            if step is not None
        )
        lines.append(SideLine(side, marks))
    return Reaches(
        sides=tuple(lines),
        rungs=tuple((step, _TOP + _GAP * step) for step in range(lowest + 1)),
        dates=tuple((each.on, x) for each, x in zip(told, xs, strict=True)),
        rows=tuple(
            Row(each.on, tuple(steps[side][place] for side in sides), each.at_check_in)
            for place, each in enumerate(told)
        ),
        height=_TOP + _GAP * lowest + _FOOT,
    )


# --- the places ---------------------------------------------------------------------------------------------------


def symptoms(told: Told) -> dict[str, str]:
    """Where the symptoms were that day: stored region → "on" where it was marked, "travel" where it goes along.

    At a check-in a marked place further down than the referral of that day is left out, and the way down to it is
    drawn along ``path``, the back of the leg when that is not known.
    """
    deepest = STEPS.index(told.refer) if told.refer in STEPS else len(STEPS)
    sides = [side for side in _SIDES.get(told.side, ()) if side in Side.values]
    marks = {
        place: "on"
        for place, (code, side) in zip(told.places, _parted(told.places), strict=True)
        if not (told.at_check_in and side in sides and _DEPTH.get(code, 0) > deepest)
    }
    if told.refer in STEPS:
        paths = [path for path in told.path if path in _ALONG] or ["back"]
        for path in paths:
            for region in _ALONG[path][: max(deepest - _FIRST_STEP + 1, 0)]:
                for side in sides:
                    marks.setdefault(f"{region}:{side}", "travel")
    return {place: mark for place, mark in marks.items() if place.partition(":")[0] in REGIONS}
