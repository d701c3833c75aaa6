"""What may be found with hands and eyes at a visit: tests, ranges, touch, with what stands and what was before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.vocabulary import REGIONS, Position, Side, region_label
from intake.rules.screening import ENTRIES
from sessions.models import EndFeel, Finding, FindingPhase, FindingSide, SessionNote
from sessions.queries.note import Found, Option, finding_in_words, structure_label
from sessions.rules.findings import (
    CONSENT,
    MEASURES,
    OBSERVED,
    POSITION,
    REGION,
    RESULT_SETS,
    TESTS,
    Pair,
    RangeChange,
    banned_position,
    blocked_tests,
    entry_of,
    pair,
    range_change,
)
from sessions.rules.muscles import STRUCTURES, TONES


@dataclass(frozen=True)
class Entry:
    """One thing to fill in: its name in the form, kind (a name of ``record_finding``), words, what stands."""

    name: str
    kind: str
    label: str
    options: tuple[tuple[str, str], ...]
    unit: str
    value: Any


@dataclass(frozen=True)
class SideEntries:
    """The entries of one side; ``blocked`` says why it is not done today, else empty.

    ``before``: what was found before the treatment, when that is not the phase that is filled in; ``again`` what became
    of it, when both were made alike, or why they are not held against each other.
    """

    side: str
    label: str
    blocked: str
    entries: tuple[Entry, ...]
    before: str = ""
    again: str = ""


@dataclass(frozen=True)
class TestRow:
    """One test or measure with both sides; ``blocked`` says why it is not done today, else empty.

    ``positive`` when, ``target`` and ``figures`` as the source gives them, which says how it was studied.
    """

    code: str
    label: str
    help: str
    blocked: str
    sides: tuple[SideEntries, ...]
    positive: str = ""
    target: str = ""
    figures: tuple[tuple[str, str], ...] = ()
    source: str = ""


@dataclass(frozen=True)
class FindingsTable:
    """Everything that may be found in one phase, in groups. ``device``, ``moved``: how ranges are measured by now."""

    phase: str
    groups: tuple[tuple[str, tuple[TestRow, ...]], ...]
    device: str = ""
    moved: str = ""

    @property
    def phases(self) -> list[Option]:
        """Before and after."""
        return [Option(value, str(label)) for value, label in FindingPhase.choices]

    @property
    def rows(self) -> list[TestRow]:
        """All rows of all groups."""
        return [row for _label, rows in self.groups for row in rows]


_NO_ENTRY = {
    CONSENT: gettext_lazy("no consent to movement tests"),
    POSITION: gettext_lazy("its position is not allowed today"),
    REGION: gettext_lazy("the area is not treated today"),
}


def test_blocks(note: SessionNote) -> dict[str, str]:
    """Tests and ranges not done today, "T_FAIR" or "T_FAIR:R", with the reason in words (clinical reference 3)."""
    blocked = note.limits.get("no_tests")
    if blocked is None:  # a note that was opened before this was kept with it
        blocked = blocked_tests(
            note.limits,
            note.flags,
            consent=bool(note.limits.get("tests_agreed")),
            cleared=note.limits.get("cleared", ()),
        )
    return {
        key: ", ".join(ENTRIES[code].label if code in ENTRIES else str(_NO_ENTRY.get(code, code)) for code in codes)
        for key, codes in blocked.items()
    }


def findings_table(note: SessionNote, phase: str) -> FindingsTable:
    """The tests and measures of one phase with what stands; an unknown phase is "before" until the treatment ends."""
    if phase not in FindingPhase.values:
        phase = "after" if note.ended_at else "before"
    found = list(note.findings.all())
    stands = {(f.code, f.side): f for f in found if f.phase == phase}
    before = {(f.code, f.side): f for f in found if f.phase == "before"} if phase == "after" else {}
    ways = next((f for f in (*reversed(list(stands.values())), *before.values()) if f.code in MEASURES), None)
    bench = _Bench(stands, before, test_blocks(note), note.limits)
    again = {code for code, _side in before if entry_of(code) is not None}
    every: tuple[Any, ...] = (*TESTS.values(), *MEASURES.values(), *OBSERVED.values())
    groups = (
        (_("Test again what was found before"), [entry for entry in every if entry.code in again]),
        (_("Tests"), [test for test in TESTS.values() if test.code not in again]),
        (_("Range of motion"), [measure for measure in MEASURES.values() if measure.code not in again]),
        (_("Seen and told"), [seen for seen in OBSERVED.values() if seen.code not in again]),
    )
    return FindingsTable(
        phase,
        tuple((label, tuple(_test_row(entry, bench) for entry in entries)) for label, entries in groups if entries),
        device=ways.device if ways else "",
        moved=ways.moved if ways else "",
    )


@dataclass(frozen=True)
class _Bench:
    """What the table is filled with: what stands in this phase, what stood before, what is not done, the limits."""

    stands: Mapping[tuple[str, str], Finding]
    before: Mapping[tuple[str, str], Finding]
    blocked: Mapping[str, str]
    limits: Mapping[str, Any]


def touch_choices() -> list[tuple[str, str]]:
    """Every structure and side, for palpation."""
    return [(f"{code}:{side}", structure_label(code, side)) for code in STRUCTURES for side in Side.values]


def tones() -> list[tuple[int, str]]:
    """Palpation tone 0 to 3 in words."""
    return [(step, f"{step} {label}") for step, label in TONES.items()]


def tenderness() -> list[tuple[str, str]]:
    """Tenderness in words (clinical reference 3.1)."""
    return list(RESULT_SETS["R_TENDER"].options.items())


@dataclass(frozen=True)
class Touched:
    """What was palpated at one ``place`` ("MUS_PIR:L"), in words."""

    place: str
    told: Found


def touched(note: SessionNote, phase: str) -> list[Touched]:
    """What was palpated in one phase."""
    return [
        Touched(f"{f.code}:{f.side}", finding_in_words(f))
        for f in note.findings.all()
        if f.phase == phase and f.code in STRUCTURES
    ]


def _test_row(test: Any, bench: _Bench) -> TestRow:
    sides = ("L", "R") if test.sided else ("M",)
    return TestRow(
        code=test.code,
        label=test.label,
        help=test.how,
        blocked=bench.blocked.get(test.code, ""),
        sides=tuple(_side_entries(test, side, bench) for side in sides),
        source=test.source,
        **_about(test),
    )


def _about(entry: Any) -> dict[str, Any]:
    """What the reference says about a test or a range: no bedside truth, so never without its source."""
    told: tuple[tuple[str, str], ...]
    if entry.code in MEASURES:
        told = ((_("Typical"), entry.typical), (_("Measuring error"), entry.measuring_error))
        return {"figures": tuple((label, value) for label, value in told if value)}
    told = (
        (_("Sensitivity"), entry.sens),
        (_("Specificity"), entry.spec),
        ("LR+", entry.lr_pos),
        ("LR−", entry.lr_neg),
    )
    return {
        "positive": entry.positive,
        "target": entry.target,
        "figures": tuple((label, value) for label, value in told if value),
    }


def _side_entries(test: Any, side: str, bench: _Bench) -> SideEntries:
    stands, before = bench.stands.get((test.code, side)), bench.before.get((test.code, side))
    return SideEntries(
        side,
        str(FindingSide(side).label),
        bench.blocked.get(f"{test.code}:{side}", ""),
        _entries(test, side, stands, before, bench.limits),
        before=finding_in_words(before).result if before else "",
        again=_again(test, before, stands) if before and stands else "",
    )


_NOT_ALIKE = {
    Pair.OTHER_POSITION: gettext_lazy("Done in another position than before: not compared."),
    Pair.OTHER_DEVICE: gettext_lazy("Measured with another device than before: not compared."),
    Pair.OTHER_HAND: gettext_lazy("Moved by somebody else than before: not compared."),
}
_CHANGES = {
    RangeChange.MORE: gettext_lazy("Better than before, by more than the measuring error."),
    RangeChange.LESS: gettext_lazy("Less than before, by more than the measuring error."),
    RangeChange.WITHIN_ERROR: gettext_lazy("Within the measuring error of before."),
    RangeChange.NOT_JUDGED: gettext_lazy("No measuring error is known: not judged."),
}


def _again(test: Any, before: Finding, after: Finding) -> str:
    """What became of a result, when it was taken alike; a test's results stand beside each other for themselves."""
    names = ("position", "device", "moved")
    found = pair(*({name: getattr(each, name) for name in names} for each in (before, after)))
    if found is not Pair.ALIKE:
        return str(_NOT_ALIKE[found])
    was, now = (each.angle if each.angle is not None else each.measure for each in (before, after))
    if test.code not in MEASURES or was is None or now is None:
        return ""
    return str(_CHANGES[range_change(test.code, float(was), float(now))])


def _entries(
    test: Any, side: str, found: Finding | None, before: Finding | None, limits: Mapping[str, Any]
) -> tuple[Entry, ...]:
    """What is filled in for one test on one side, by its result sets (clinical reference 3.1, 4.9)."""
    name = f"{test.code}.{side}"
    entries = []
    if options := test.options:
        entries.append(
            Entry(f"{name}.result", "result", _("Result"), tuple(options.items()), "", found.result if found else "")
        )
    if test.takes_angle:
        entries.append(Entry(f"{name}.angle", "angle", _("Degrees"), (), "°", found.angle if found else None))
    if test.unit:
        label = _("In %(unit)s") % {"unit": test.unit}
        entries.append(Entry(f"{name}.measure", "measure", label, (), test.unit, found.measure if found else None))
    if test.takes_where:
        where = found.felt_where[0] if found and found.felt_where else ""
        label = _("Refers where") if "R_TENDER" in test.results else _("Felt where")
        entries.append(Entry(f"{name}.where", "where", label, tuple(felt_places(side)), "", where))
    if len(test.positions) > 1:
        free = [each for each in test.positions if not banned_position(each, side, limits)]
        held = found or before
        positions = tuple((each, str(Position(each).label)) for each in free)
        entries.append(
            Entry(f"{name}.position", "position", _("Position"), positions, "", held.position if held else "")
        )
    if test.code in MEASURES:
        entries += [
            Entry(
                f"{name}.end_feel",
                "end_feel",
                _("End feel"),
                tuple((value, str(label)) for value, label in EndFeel.choices),
                "",
                found.end_feel if found else "",
            ),
            Entry(f"{name}.pain", "pain", _("Pain 0–10"), (), "", found.pain if found else None),
        ]
    if found is not None:  # asked for once there is a result: the page stays light
        entries.append(Entry(f"{name}.comment", "comment", _("Comment"), (), "", found.comment))
    return tuple(entries)


def felt_places(side: str = "M") -> list[tuple[str, str]]:
    """Where something can be felt: on ``side`` and in the middle; for what is done in the middle on either side."""
    sides = Side.values if side == FindingSide.MIDDLE else [side]
    return [
        (place, region_label(place))
        for code, region in REGIONS.items()
        for place in ([f"{code}:{each}" for each in sides] if region.sided else [code])
    ]
