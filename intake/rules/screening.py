"""Screening: answers in, flags and limits out. Computed at the moment of use, never stored as truth.

The entries are data (``intake/catalogue/contraindications.toml``); the principles are those of the clinical reference
0.2, the clearance rules those of 2.1. Nothing here knows a database or a clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from graphlib import CycleError, TopologicalSorter
from types import MappingProxyType
from typing import Any

from clinic.catalogues import CatalogueError, freeze, read_catalogue, read_toml
from clinic.vocabulary import Severity
from intake.rules.clearance import Clearance, Weighed, read_clearance, residual, weigh
from intake.rules.conditions import Facts, evaluate, judge, mentioned, reasons, resolve, validate
from intake.rules.limits import Limits, because_of, block_limits, depends_on_answers, everywhere, holds
from intake.rules.patterns import pattern_view
from intake.rules.questions import CATALOGUE, check, usable

_FILE = CATALOGUE / "contraindications.toml"
_BLOCKING = (Severity.EMERGENCY, Severity.ABSOLUTE)
#: What "declined" counts as where "not sure" is no option (clinical reference 1.8).
_DECLINED = MappingProxyType({"sf_preg": "maybe", "hx_needle": "yes"})

#: What a block of limits may hold, besides its ``when``.
_BLOCK_KEYS = frozenset(
    {
        *("when", "region", "limb", "therapist_sets_region", "sides", "locked"),
        *("cap", "cap_with_reason", "regions", "regions_with_reason"),
        *("techniques", "positions", "max_minutes", "conduct"),
        *("stretch", "stretches", "only_stretches", "max_level"),
    }
)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A contraindication (clinical reference 2.2 to 2.6); the keys are explained at the top of the catalogue."""

    code: str
    severity: Severity
    label: str
    source: str
    when: Mapping[str, Any] | None = None
    reads: tuple[str, ...] = ()
    not_encoded: str = ""
    clinical: str = ""
    icd10: tuple[str, ...] = ()
    snomed: tuple[str, ...] = ()
    massage: str = ""
    stretching: str = ""
    therapist: str = ""
    client: str = ""
    clearance: str = ""
    life: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    lifts: bool = True
    lifts_when: Mapping[str, Any] | None = None
    clearance_needed: bool = False
    clearance_names_size: Mapping[str, Any] | None = None
    renewed_at_weeks: tuple[int, ...] = ()
    with_clearance: int | None = None
    awaiting: bool = False
    limits: tuple[Mapping[str, Any], ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "severity", Severity(self.severity))
        for name in ("when", "lifts_when", "clearance_names_size"):
            if (condition := getattr(self, name)) is not None:
                object.__setattr__(self, name, _condition(condition, self.code))
        object.__setattr__(self, "limits", tuple(_block(block, self.code) for block in self.limits))

    @property
    def blocking(self) -> bool:
        """True for what stops the whole session."""
        return self.severity in _BLOCKING


@dataclass(frozen=True, kw_only=True)
class StandingRule:
    """A rule of the treatment room that holds for every client (clinical reference 2.7): no flag, never cleared."""

    code: str
    zone: str
    source: str
    limits: tuple[Mapping[str, Any], ...]
    client: str = ""
    awaiting: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "limits", tuple(_block(block, self.code) for block in self.limits))


_NAMED: Mapping[str, Any] = freeze(read_toml(_FILE)["conditions"])


def _condition(condition: Mapping[str, Any], where: str) -> Mapping[str, Any]:
    whole: Mapping[str, Any] = resolve(condition, _NAMED, where)
    validate(whole, where)
    return whole


def _block(block: Mapping[str, Any], where: str) -> Mapping[str, Any]:
    if unknown := block.keys() - _BLOCK_KEYS:
        raise CatalogueError(f"{where}: unknown limit {min(unknown)!r}")
    if "when" in block:
        return MappingProxyType({**block, "when": _condition(block["when"], where)})
    return block


def _ordered(entries: Mapping[str, Entry]) -> tuple[Entry, ...]:
    """The entries so that each comes after those that its trigger names. Raises ``CatalogueError`` for a circle."""
    needs = {entry.code: mentioned(entry.when, "flag") | mentioned(entry.when, "cleared") for entry in entries.values()}
    if unknown := frozenset().union(*needs.values()) - entries.keys():
        raise CatalogueError(f"{_FILE.name}: no entry {min(unknown)!r}")
    try:
        return tuple(entries[code] for code in TopologicalSorter(needs).static_order())
    except CycleError as error:
        raise CatalogueError(f"{_FILE.name}: triggers go in a circle: {error.args[1]}") from error


#: Every contraindication by code, in the order of the reference.
ENTRIES: Mapping[str, Entry] = read_catalogue(_FILE, Entry)
_IN_ORDER = _ordered(ENTRIES)
_PLACE = MappingProxyType({code: place for place, code in enumerate(ENTRIES)})
#: The standing rules by code.
STANDING: Mapping[str, StandingRule] = read_catalogue(_FILE, StandingRule, table="standing")
_LIMITING: tuple[Entry | StandingRule, ...] = (*ENTRIES.values(), *STANDING.values())
#: (code, number of the block) → its limits, where they are the same for every client.
_FIXED: Mapping[tuple[str, int], Limits] = MappingProxyType(
    {
        (each.code, number): block_limits(block, each.code, Facts({}, on=date.min))[0]
        for each in _LIMITING
        for number, block in enumerate(each.limits)
        if not depends_on_answers(block)
    }
)


@dataclass(frozen=True)
class Flag:
    """An entry that is raised. ``reasons`` are the ids of the questions and tests that triggered it."""

    code: str
    severity: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PracticeRules:
    """The practice's own numbers: years, and kilograms that the treatment table carries (None: not known)."""

    age_of_majority: int = 18
    table_limit_kg: float | None = None


@dataclass(frozen=True, kw_only=True)
class ScreeningResult:
    """What the answers come to on one day.

    ``flags`` are raised, worst first; ``cleared`` raised and lifted by a valid clearance, their residual limits still
    apply. ``open_questions``: ids that the therapist must ask in private before the start (C_ASK).
    ``regions_to_set``: entries whose region the therapist must set before the start. ``to_confirm``: entries whose
    clearance must be asked for, confirmed before each start. ``weighed``: for each raised entry that a clearance names,
    whether it lifts it, and if not, why; ``left``: the limits that remain of each cleared entry.
    """

    flags: tuple[Flag, ...]
    cleared: tuple[Flag, ...]
    limits: Limits
    open_questions: tuple[str, ...] = ()
    regions_to_set: tuple[str, ...] = ()
    to_confirm: tuple[str, ...] = ()
    weighed: Mapping[str, tuple[Weighed, ...]] = field(default_factory=lambda: MappingProxyType({}))
    left: Mapping[str, Limits] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def severity(self) -> str:
        """The worst severity among ``flags``, or "none"."""
        return self.flags[0].severity if self.flags else "none"

    @property
    def session_allowed(self) -> str:
        """ "yes", "modified", or "no": nothing may be touched, P0 included."""
        if self.severity in _BLOCKING:
            return "no"
        return "modified" if self.severity in (Severity.LOCAL, Severity.CAUTION) else "yes"


def _worst_first(flags: Iterable[Flag]) -> tuple[Flag, ...]:
    return tuple(sorted(flags, key=lambda flag: (Severity(flag.severity).rank, _PLACE[flag.code])))


def _flag(entry: Entry, facts: Facts) -> Flag:
    named = reasons(entry.when, facts) if entry.when is not None else frozenset()
    return Flag(entry.code, str(entry.severity), tuple(sorted(named.union(entry.reads))))


def _said_in_private(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers with ``th_ask`` in the place of "I would rather not say" (clinical reference 1.8)."""
    said = {
        id: _DECLINED.get(id, "unsure") if answer == "declined" else answer
        for id, answer in answers["th_ask"].items()
        if answers.get(id) == "prefer_not"
    }
    return {**answers, **said}


@dataclass(frozen=True)
class _Days:
    """When answers were given; ``at_check_in`` ids on the day itself, what was asked aloud then among them."""

    on: date
    answered_on: Mapping[str, date] | date | None
    at_check_in: frozenset[str]

    def given(self, id: str) -> date | None:
        """The day on which ``id`` was answered; None where it is not known."""
        if id in self.at_check_in:
            return self.on
        return self.answered_on.get(id) if isinstance(self.answered_on, Mapping) else self.answered_on

    def changed(self, ids: Iterable[str], severity: Severity) -> date | None:
        """The latest day on which one of ``ids`` was given; None: unchanged since any clearance.

        A stored answer without a day counts as given today for an emergency, as unchanged for all others (0.5).
        """
        unknown = self.on if severity is Severity.EMERGENCY else None
        days = [self.given(id) or unknown for id in ids]
        return max((day for day in days if day is not None), default=unknown)


@dataclass(frozen=True)
class _Pregnancy:
    """How many weeks it had lasted (``hx_preg_wk``) on the day ``told``."""

    week: int | None
    told: date

    @classmethod
    def of(cls, known: Mapping[str, Any], days: _Days) -> _Pregnancy:
        return cls(known.get("hx_preg_wk"), days.given("hx_preg_wk") or days.on)

    def today(self, known: Mapping[str, Any], on: date) -> dict[str, Any]:
        """The answers with the week of the day ``on``: the stricter rules of a later week begin by themselves."""
        if self.week is None:
            return dict(known)
        return {**known, "hx_preg_wk": self.week + max(0, (on - self.told).days // 7)}

    def reached(self, weeks: Iterable[int], on: date) -> date | None:
        """The last of the days by ``on`` on which one of ``weeks`` began at the latest; None: none has begun."""
        if self.week is None:
            return None
        begun = [self.told + timedelta(weeks=week - self.week) for week in weeks]
        return max((day for day in begun if day <= on), default=None)


def _changed(entry: Entry, flag: Flag, days: _Days, pregnancy: _Pregnancy) -> date | None:
    """The day from which a clearance must date to lift a blocking entry (rules 4 and 5); None: any day."""
    if not entry.blocking:
        return None
    since = [days.changed(flag.reasons, entry.severity), pregnancy.reached(entry.renewed_at_weeks, days.on)]
    return max((day for day in since if day is not None), default=None)


def screen(
    answers: Mapping[str, object],
    *,
    on: date,
    answered_on: Mapping[str, date] | date | None = None,
    clearances: Iterable[Mapping[str, Any] | Clearance] = (),
    check_in: Mapping[str, object] | None = None,
    findings: Mapping[str, object] | None = None,
    practice: PracticeRules = PracticeRules(),
) -> ScreeningResult:
    """Flags and limits on the day ``on`` (full mode, clinical reference 0.2, principle 15).

    ``answers`` is a whole intake with the consents valid today; ``check_in`` holds the ``ck_`` and ``th_`` ids and
    intake ids asked again, which replace the old ones. ``answered_on``: the day on which the answers were given, or
    the day of each by id; a pregnancy has gone on since that day. ``findings``: test → list of results.
    ``clearances``: shapes of 0.5.
    Raises ``questions.AnswerError`` with a sentence for each id that is unknown, out of range or missing, and
    ``ValueError`` for a clearance that cannot be read.
    """
    letters = [read_clearance(clearance) for clearance in clearances]
    given: Mapping[str, Any] = {**answers, **(check_in or {})}
    majority = practice.age_of_majority
    known = check(answers, on=on, check_in=check_in, age_of_majority=majority)
    today = frozenset(check_in or ())
    if asked_aloud := known.get("th_ask"):
        known = usable(_said_in_private({**given, "th_ask": asked_aloud}), on=on, age_of_majority=majority)
        today |= asked_aloud.keys() if "th_ask" in today else frozenset()
    days = _Days(on, answered_on, today)
    pregnancy = _Pregnancy.of(known, days)
    known = pregnancy.today(known, on)
    raised: dict[str, bool | None] = {}
    lifted: dict[str, Clearance] = {}
    weighed: dict[str, tuple[Weighed, ...]] = {}
    facts = Facts(
        known,
        on=on,
        age_of_majority=majority,
        findings=findings,
        flags=raised,
        cleared=lifted.keys(),
        bands=lambda: {score.code: score.band for score in pattern_view(known, findings, on=on)},
        settings={"table_limit_kg": practice.table_limit_kg},
    )
    found: dict[str, Flag] = {}
    for entry in _IN_ORDER:
        raised[entry.code] = entry.when is not None and evaluate(entry.when, facts)
        if not raised[entry.code]:
            continue
        flag = found[entry.code] = _flag(entry, facts)
        if letters and entry.lifts and (entry.lifts_when is None or evaluate(entry.lifts_when, facts)):
            weighed[entry.code] = weigh(
                letters,
                entry.code,
                entry.severity,
                on=on,
                life=entry.life,
                changed=_changed(entry, flag, days, pregnancy),
                must_name_size=(
                    entry.clearance_names_size is not None and not evaluate(entry.clearance_names_size, facts)
                ),
            )
            if letter := next((each.clearance for each in weighed[entry.code] if not each.against), None):
                lifted[entry.code] = letter
    flags = _worst_first(flag for code, flag in found.items() if code not in lifted)
    limits, regions_to_set, left = _limits(found, lifted, facts)
    return ScreeningResult(
        flags=flags,
        cleared=_worst_first(flag for code, flag in found.items() if code in lifted),
        limits=limits,
        open_questions=found["C_ASK"].reasons if "C_ASK" in found else (),
        regions_to_set=regions_to_set,
        to_confirm=tuple(flag.code for flag in flags if ENTRIES[flag.code].clearance_needed),
        weighed=weighed,
        left=left,
    )


def _held(each: Entry | StandingRule, facts: Facts) -> list[tuple[Limits, bool]]:
    """The blocks of ``each`` that hold: their limits, and whether the therapist must set the region."""
    found = []
    for number, block in enumerate(each.limits):
        if holds(block, facts):
            fixed = _FIXED.get((each.code, number))
            found.append(block_limits(block, each.code, facts) if fixed is None else (fixed, False))
    return found


def _limits(
    found: Iterable[str], lifted: Mapping[str, Clearance], facts: Facts
) -> tuple[Limits, tuple[str, ...], dict[str, Limits]]:
    """The strictest limits of the raised entries and the standing rules, the entries without a region, and what is
    left of each cleared entry.
    """
    every = [limits for rule in STANDING.values() for limits, _unknown in _held(rule, facts)]
    to_set = []
    remains: dict[str, Limits] = {}
    for code in found:
        entry = ENTRIES[code]
        blocks = _held(entry, facts)
        own = [limits for limits, _unknown in blocks]
        if any(unknown for _limits, unknown in blocks):
            to_set.append(code)
        if code in lifted:
            left = residual(
                Limits().merge(*own), lifted[code], blocking=entry.blocking, with_clearance=entry.with_clearance
            )
            remains[code] = because_of(left, code)
            own = [remains[code]]
        elif entry.blocking:
            shut = Limits(pressure_cap=0, pressure_cap_with_reason=0, no_regions=everywhere(), max_level=0)
            own.append(because_of(shut, code))
        every += own
    return Limits().merge(*every), tuple(sorted(to_set, key=_PLACE.__getitem__)), remains


def early_flags(answers: Mapping[str, object], *, on: date, age_of_majority: int = 18) -> tuple[Flag, ...]:
    """What is already certain while the form is being filled in, worst first. Never refuses; silence is no answer."""
    raised: dict[str, bool | None] = {}
    known = usable(answers, on=on, age_of_majority=age_of_majority)
    facts = Facts(known, on=on, age_of_majority=age_of_majority, flags=raised, early=True)
    found = []
    for entry in _IN_ORDER:
        raised[entry.code] = judge(entry.when, facts) if entry.when is not None else False
        if raised[entry.code] is True:
            found.append(_flag(entry, facts))
    return _worst_first(found)
