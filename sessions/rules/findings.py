"""Results of tests, range of motion and touch: what may be recorded, what is not done today, what a number means."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _

from clinic.catalogues import CatalogueError, read_catalogue
from clinic.vocabulary import REGIONS, Severity, Side, is_region
from intake.rules.patterns import OBSERVATIONS
from intake.rules.screening import ENTRIES
from sessions.rules.muscles import CATALOGUE, STRUCTURES, TONES

#: Under this entry no test is done that may provoke (clinical reference 3).
FLARE = "C_FLARE"
#: The reason code of a missing consent to tests, and of a banned position or a locked region without an entry.
CONSENT, POSITION, REGION = "cs_assess", "position", "region"
NOT_DONE = "not_done"
#: The tenderness that is felt elsewhere; where, is part of the result (clinical reference 3.1).
REFERS = "refers"
#: Highest number of a measured result: centimetres, seconds, times.
MOST = 999
MOST_PAIN = 10
_MIDDLE = "M"
_BLOCKING = (Severity.EMERGENCY, Severity.ABSOLUTE)


@dataclass(frozen=True, kw_only=True)
class ResultSet:
    """What may be recorded (clinical reference 3.1). ``positive``: the results that count as positive."""

    code: str
    source: str
    options: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    positive: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    unit: str = ""


RESULT_SETS: Mapping[str, ResultSet] = read_catalogue(CATALOGUE / "scales.toml", ResultSet, table="result_set")


def _options(sets: Iterable[str]) -> Mapping[str, str]:
    """The results of all ``sets``, in order; "not done" stands last."""
    found: dict[str, str] = {}
    for code in sets:
        found.update(RESULT_SETS[code].options)
    if NOT_DONE in found:
        found[NOT_DONE] = found.pop(NOT_DONE)
    return MappingProxyType(found)


@dataclass(frozen=True, kw_only=True)
class Test:
    """An orthopaedic test (clinical reference 3.2); the keys are explained at the top of the catalogue."""

    code: str
    label: str
    sided: bool
    target: str
    source: str
    how: str = ""
    positive: str = ""
    results: tuple[str, ...] = ()
    unit: str = ""
    positions: tuple[str, ...] = ()
    touches: tuple[str, ...] = ()
    pressure_to: int | None = None
    not_with: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    at_least: int = 0
    sens: str = ""
    spec: str = ""
    lr_pos: str = ""
    lr_neg: str = ""
    sign_off: str = ""

    def __post_init__(self) -> None:
        _check("tests.toml", self)

    @property
    def options(self) -> Mapping[str, str]:
        """Result code → words; empty when only a number is recorded."""
        return _options(self.results)

    @property
    def takes_angle(self) -> bool:
        """Whether degrees are recorded."""
        return "R_ANGLE" in self.results

    @property
    def takes_where(self) -> bool:
        """Whether it is recorded where it was felt, or where it refers to."""
        return not {"R_WHERE", "R_TENDER"}.isdisjoint(self.results)

    def is_positive(self, result: str) -> bool:
        """True when ``result`` counts as positive (clinical reference 3.1)."""
        return any(result in RESULT_SETS[code].positive for code in self.results)


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A range of motion (clinical reference 4.9); the keys are explained at the top of the catalogue."""

    code: str
    label: str
    how: str
    sided: bool
    better: str
    typical: str
    measuring_error: str
    source: str
    unit: str = ""
    positions: tuple[str, ...] = ()
    not_with: tuple[str, ...] = ()
    normal: tuple[int, int] | None = None
    normal_mean: float | None = None
    normal_side_difference: float | None = None
    flag: str = ""
    flag_below: float | None = None
    flag_above: float | None = None
    flag_side_difference: float | None = None
    flag_side_difference_above: float | None = None
    mdc: float | None = None
    touches: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check("measures.toml", self)

    @property
    def takes_angle(self) -> bool:
        """Whether whole degrees are recorded; otherwise a number in ``unit``."""
        return not self.unit

    @property
    def takes_where(self) -> bool:
        """A range has no place."""
        return False

    @property
    def options(self) -> Mapping[str, str]:
        """A range is a number, it has no results to choose from."""
        return {}


def _check(file: str, entry: Test | Measure) -> None:
    sets = entry.results if isinstance(entry, Test) else ()
    wrong = (
        (set(sets) - RESULT_SETS.keys())
        | (set(entry.not_with) - ENTRIES.keys())
        | (set(entry.touches) - REGIONS.keys())
    )
    if wrong:
        raise CatalogueError(f"{file}: {entry.code}: unknown name {sorted(wrong)[0]!r}")


#: Every test of clinical reference 3.2, those that follow from others among them.
ALL_TESTS: Mapping[str, Test] = read_catalogue(CATALOGUE / "tests.toml", Test, table="test")
#: Tests that are done with the hands, and those that follow from their results.
TESTS: Mapping[str, Test] = MappingProxyType({code: test for code, test in ALL_TESTS.items() if not test.of})
DERIVED: Mapping[str, Test] = MappingProxyType({code: test for code, test in ALL_TESTS.items() if test.of})
MEASURES: Mapping[str, Measure] = read_catalogue(CATALOGUE / "measures.toml", Measure, table="measure")
#: Signs that the pattern view counts and that have no test of their own (clinical reference 3.5): seen or told.
OBSERVED: Mapping[str, Test] = MappingProxyType(
    {
        code: Test(
            code=code,
            label=seen.wording,
            sided=False,
            target="",
            source="clinical reference 3.5 [DESIGN]",
            results=("R_YN",),
        )
        for code, seen in OBSERVATIONS.items()
    }
)


def entry_of(code: str) -> Test | Measure | None:
    """The test, sign or range of motion behind ``code``; None for anything else, a palpated structure among it."""
    return TESTS.get(code) or OBSERVED.get(code) or MEASURES.get(code)


# --- what may be recorded -----------------------------------------------------------------------------------------


def problems(
    *,
    code: str,
    side: str,
    result: str = "",
    angle: int | None = None,
    measure: Decimal | float | None = None,
    tone: int | None = None,
    felt_where: Collection[str] = (),
    position: str = "",
    device: str = "",
    moved: str = "",
    end_feel: str = "",
    pain: int | None = None,
) -> dict[str, str]:
    """Field → sentence for what may not be recorded as a result of ``code``; empty when all is well.

    ``code`` is a test, a range of motion or a palpated structure; ``side`` "L", "R" or "M". ``angle`` in whole
    degrees 0 to 180 (a range of motion may fall below 0, to -90), ``measure`` in the unit of the test, ``tone`` 0 to 3.
    ``felt_where``: places of the body map; a tenderness that refers elsewhere needs one. ``position``: one of those of
    the test, needed where it knows several. ``device``, ``moved``, ``end_feel`` and ``pain`` (0 to 10): of a range.
    """
    entry = entry_of(code)
    if entry is None and code not in STRUCTURES:
        return {"code": _("This is no test of the list. Choose one from the list.")}
    found: dict[str, str] = {}
    options = entry.options if entry else _options(["R_TENDER"])
    sides = Side.values if entry is None or entry.sided else [_MIDDLE]
    if side not in sides:
        found["side"] = (
            _("Give the side: left or right.") if _MIDDLE not in sides else _("This has one result, no side.")
        )
    if result and result not in options:
        found["result"] = _("Choose one of the results in the list.")
    done = result != NOT_DONE
    if angle is not None:
        lowest = -90 if code in MEASURES else 0
        if entry is None or not entry.takes_angle or not done:
            found["angle"] = _("No degrees are recorded here. Leave them out.")
        elif not lowest <= angle <= 180 or angle != int(angle):
            found["angle"] = _("Give whole degrees up to 180.")
    if measure is not None:
        if entry is None or not entry.unit or not done:
            found["measure"] = _("No number is recorded here. Leave it out.")
        elif not 0 <= measure <= MOST:
            found["measure"] = _("Give a number from 0 to 999.")
    if tone is not None and (entry is not None or tone not in TONES):
        found["tone"] = _("Tone goes from 0 (soft) to 3 (rope-like), for a structure that was palpated.")
    if felt_where and (not all(is_region(place) for place in felt_where) or not done):
        found["felt_where"] = _("Choose a place of the body map.")
    elif felt_where and entry is not None and not entry.takes_where:
        found["felt_where"] = _("No place is recorded here. Leave it out.")
    elif result == REFERS and not felt_where:
        found["felt_where"] = _("Say where it refers to.")
    positions = entry.positions if entry else ()
    if position and position not in positions:
        found["position"] = _("This is not done in that position. Choose another one.")
    elif not position and len(positions) > 1 and done:
        found["position"] = _("Say in which position: only the same one is compared later.")
    if code not in MEASURES and (device or moved or end_feel or pain is not None):
        found["result"] = _("Device, end feel and pain belong to a range of motion. Leave them out here.")
    elif pain is not None and not 0 <= pain <= MOST_PAIN:
        found["pain"] = _("Pain goes from 0 to 10.")
    if not found and not result and angle is None and measure is None and tone is None:
        found["result"] = _("Give a result.")
    return found


# --- what is not done today ---------------------------------------------------------------------------------------


def _severe(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(code for code in codes if code in ENTRIES and ENTRIES[code].severity in _BLOCKING))


def _lies(position: str, side: str) -> str:
    """How the client lies for a test of ``side``: on the other side, when it is done side-lying."""
    return f"SIDE:{'R' if side == Side.LEFT else 'L'}" if position == "SIDE" else position


def blocked_tests(
    limits: Mapping[str, Any], flags: Collection[str], *, consent: bool, cleared: Collection[str] = ()
) -> dict[str, tuple[str, ...]]:
    """Which tests and ranges are not done today, and why (clinical reference 3).

    ``limits`` as stored (``Limits.as_data``); ``flags``: codes of the open entries, ``cleared``: of those lifted by a
    clearance (what they forbid a test still holds); ``consent``: the client agreed to movement tests (cs_assess).
    A key is a code, when the whole test is not done, or a code with a side ("T_FAIR:R"). The reasons are codes of
    entries, ``CONSENT``, ``POSITION`` or ``REGION``.
    """
    why = limits.get("because") or {}
    none = (() if consent else (CONSENT,)) + _severe(flags) + ((FLARE,) if FLARE in flags else ())
    found: dict[str, tuple[str, ...]] = {}
    entries: list[Test | Measure] = [*TESTS.values(), *MEASURES.values()]
    for entry in entries:
        sides = Side.values if entry.sided else [_MIDDLE]
        by_side = {}
        for side in sides:
            reasons = [*none, *(code for code in entry.not_with if code in flags or code in cleared)]
            banned = [banned_position(position, side, limits) for position in entry.positions]
            if banned and all(banned):
                reasons += [code for token in banned if token for code in why.get(token, ())] or [POSITION]
            locked = _locked(entry.touches, side, limits)
            if locked:
                reasons += [code for token in locked for code in why.get(token, ())] or [REGION]
            by_side[side] = tuple(dict.fromkeys(reasons))
        if all(by_side.values()):
            found[entry.code] = tuple(dict.fromkeys(code for reasons in by_side.values() for code in reasons))
        found.update({f"{entry.code}:{side}": reasons for side, reasons in by_side.items() if reasons})
    return found


def banned_position(position: str, side: str, limits: Mapping[str, Any]) -> str:
    """The entry of the limits that bans ``position`` for a test of ``side``; "" when none does."""
    banned = set(limits.get("no_positions") or ())
    return next((token for token in (position, _lies(position, side)) if token in banned), "")


def _locked(touches: Iterable[str], side: str, limits: Mapping[str, Any]) -> list[str]:
    """The locked places that a test of ``side`` touches; one in the middle touches both sides."""
    banned = set(limits.get("no_regions") or ())
    sides = Side.values if side == _MIDDLE else [side]
    places = [place for region in touches for place in (region, *(f"{region}:{each}" for each in sides))]
    return [place for place in places if place in banned]


# --- what results come to -----------------------------------------------------------------------------------------


def for_rules(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Stored results in the shape that ``screen()`` and the pattern view read, derived tests included.

    Each row has ``code``, ``side`` and any of ``result``, ``angle``, ``measure``, ``felt_where``. Results of one test
    stand together; strength 0 to 5 becomes a number as well.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        item: dict[str, Any] = {"side": row["side"]}
        if row.get("result"):
            item["result"] = row["result"]
            test = TESTS.get(row["code"])
            if test is not None and "R_STR" in test.results and row["result"].isdigit():
                item["value"] = int(row["result"])
        if row.get("angle") is not None:
            item["angle"] = row["angle"]
        if row.get("measure") is not None:
            item["value"] = float(row["measure"])
        if row.get("felt_where"):
            item["where"] = list(row["felt_where"])
        found.setdefault(row["code"], []).append(item)
    return found | derived(found)


def derived(results: Mapping[str, Iterable[Mapping[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Results that follow from others: enough of the tests positive on one side (one in the middle counts for both).

    A side is left out while the tests not yet done could still decide it.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for code, test in DERIVED.items():
        for side in Side.values:
            done = positive = 0
            for member in test.of:
                given = [
                    item["result"]
                    for item in results.get(member, ())
                    if item.get("side") in (side, _MIDDLE) and item.get("result", NOT_DONE) != NOT_DONE
                ]
                done += bool(given)
                positive += any(TESTS[member].is_positive(result) for result in given)
            if positive >= test.at_least:
                found.setdefault(code, []).append({"side": side, "result": "pos"})
            elif done - positive > len(test.of) - test.at_least:
                found.setdefault(code, []).append({"side": side, "result": "neg"})
    return found


class Pair(StrEnum):
    """Whether a result after the treatment may be held against the one before it."""

    ALIKE = "alike"
    OTHER_POSITION = "other_position"
    OTHER_DEVICE = "other_device"
    OTHER_HAND = "other_hand"


def pair(before: Mapping[str, Any], after: Mapping[str, Any]) -> Pair:
    """Whether two results of one test on one side were made alike (clinical reference 4.9: same device, position).

    Each has ``position``, ``device`` and ``moved``; one that says nothing about a way is taken as made the same way.
    """
    for name, differs in (
        ("position", Pair.OTHER_POSITION),
        ("device", Pair.OTHER_DEVICE),
        ("moved", Pair.OTHER_HAND),
    ):
        was, now = before.get(name, ""), after.get(name, "")
        if was and now and was.strip().casefold() != now.strip().casefold():
            return differs
    return Pair.ALIKE


@dataclass(frozen=True)
class RangeReading:
    """What a range says: ``low`` or ``high`` against the flag of its own value, ``uneven`` against the other side."""

    flagged: bool
    low: bool = False
    high: bool = False
    uneven: bool = False
    within_normal: bool | None = None


def read_range(code: str, value: float, other: float | None = None) -> RangeReading:
    """A range of motion against its flags and its usual healthy range (clinical reference 4.9).

    ``value`` and ``other`` (the other side, when measured) in the unit of the measure. Raises ``KeyError`` for an
    unknown code.
    """
    measure = MEASURES[code]
    low = measure.flag_below is not None and value < measure.flag_below
    high = measure.flag_above is not None and value > measure.flag_above
    apart = None if other is None else abs(value - other)
    uneven = apart is not None and (
        (measure.flag_side_difference is not None and apart >= measure.flag_side_difference)
        or (measure.flag_side_difference_above is not None and apart > measure.flag_side_difference_above)
    )
    normal = None if measure.normal is None else measure.normal[0] <= value <= measure.normal[1]
    return RangeReading(low or high or uneven, low, high, uneven, normal)


class RangeChange(StrEnum):
    """What became of a range (clinical reference 4.9): a change up to the measuring error is none."""

    MORE = "more"
    LESS = "less"
    WITHIN_ERROR = "within_error"
    NOT_JUDGED = "not_judged"


def range_change(code: str, before: float, after: float) -> RangeChange:
    """``RangeChange`` of a range of motion; a change must be larger than the minimal detectable one (4.10).

    ``NOT_JUDGED`` where no measuring error is known. Raises ``KeyError`` for an unknown code.
    """
    measure = MEASURES[code]
    if measure.mdc is None:
        return RangeChange.NOT_JUDGED
    if abs(after - before) <= measure.mdc:
        return RangeChange.WITHIN_ERROR
    return RangeChange.MORE if (after > before) == (measure.better == "up") else RangeChange.LESS
