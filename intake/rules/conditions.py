"""Conditions as data: what makes a question shown, a line of a pattern count, an entry of the catalogue raised.

A condition is a table of exactly one kind; conditions nest freely. Unknown kinds and keys are errors at load.

``any`` ``all`` ``none``      logic over a list of conditions; ``none`` holds when no member does
``some_of``                   at least ``at_least`` of a list of conditions
``ref``                       a named condition; put in its place at load (``resolve``)
``q``                         an answer, by id or dotted path into a group, with exactly one of
    ``is``                    equal to one of these
    ``has``                   a list (or the values of an object) holds one of these codes
    ``region``                a place on the body map: codes or named sets, either side
    ``count_ge``              so many members
    ``ge gt le lt``           numbers, and how far the pain goes (``none`` to ``foot``)
    ``answered``              answered, or not (false)
    ``above_practice``        more than this number of the practice's settings; false where the practice sets none
``age`` ``weeks``             completed years; weeks since the bout began, both with ``ge gt le lt``
``minor``                     under the age of majority
``each``                      one and the same item of a list satisfies all of: ``has`` (its code), ``region`` (with
                              ``or_unknown``: also an item without a region), ``within`` and ``beyond`` (days, weeks or
                              months since its ``date``), ``where`` (a condition on the item's own keys)
``since``                     a date, with ``within`` and ``beyond``
``flag``                      one of these entries is raised
``cleared``                   one of these entries is raised and lifted by a clearance
``worst``                     the worst place
``finding`` ``findings``      a test's results: one and the same item satisfies ``result``, ``angle``, ``value`` and
                              ``where``; or ``side_difference`` of the angles; or ``count_ge`` of several tests
``pattern``                   a pattern of the pattern view with this ``band``; ``"best"`` with ``below``
``early``                     only while the form is being filled in

Days and waits: clinical reference 0.2, principles 13 and 14. A missing answer is neither yes nor no: every comparison
on it is false; in early mode it is not known, so that a ``none`` is never certain by silence.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, timedelta
from functools import cache, cached_property
from types import MappingProxyType
from typing import Any

from clinic.catalogues import CatalogueError
from clinic.vocabulary import expand_regions

Condition = Mapping[str, Any]

#: How far down the pain goes, in order (clinical reference 0.5).
REACH = ("none", "buttock", "thigh", "knee", "calf", "ankle", "foot")
_REACH = {word: place for place, word in enumerate(REACH)}
#: Bands of the pattern view, worst fit first; None is "not enough findings".
_BANDS = (None, "weak", "some", "many")
_COMPARISONS = frozenset({"ge", "gt", "le", "lt"})
_UNITS = frozenset({"days", "weeks", "months"})


def add_months(day: date, months: int) -> date:
    """``day`` moved by calendar months; a day that the month lacks becomes its last (principle 14)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def latest_day(value: object, on: date) -> date:
    """The day of an approximate date of the past: the last day it may mean, not after ``on``; no date is ``on``."""
    if not isinstance(value, str):
        return on
    parts = [int(part) for part in value.split("-")]
    if len(parts) == 3:
        return date(parts[0], parts[1], parts[2])
    month = parts[1] if len(parts) == 2 else 12
    return min(on, date(parts[0], month, calendar.monthrange(parts[0], month)[1]))


class Facts:
    """What is known of one client on one day, for conditions to be judged by.

    ``answers`` are cleaned and asked (``questions.check``); ``findings`` maps a test to its results; ``flags`` maps
    an entry to whether it is raised (None: not certain), ``cleared`` names those lifted; ``bands`` maps a pattern to
    its band; ``settings`` are the practice's numbers.
    """

    def __init__(
        self,
        answers: Mapping[str, Any],
        *,
        on: date,
        age_of_majority: int = 18,
        findings: Mapping[str, Any] | None = None,
        flags: Mapping[str, bool | None] | None = None,
        cleared: Collection[str] = (),
        bands: Callable[[], Mapping[str, str | None]] | None = None,
        settings: Mapping[str, float | None] | None = None,
        early: bool = False,
    ) -> None:
        self.answers = answers
        self.on = on
        self.age_of_majority = age_of_majority
        self.findings: Mapping[str, Any] = findings or {}
        self.flags: Mapping[str, bool | None] = flags if flags is not None else {}
        self.cleared = cleared
        self._bands = bands
        self.settings: Mapping[str, float | None] = settings or {}
        self.early = early

    @property
    def silence(self) -> bool | None:
        """What a comparison with a missing answer comes to."""
        return None if self.early else False

    def answer(self, path: str) -> Any:
        """The answer behind an id or a dotted path; None when there is none."""
        if "." not in path:
            return self.answers.get(path)
        value: Any = self.answers
        for part in path.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        return value

    @cached_property
    def age(self) -> int | None:
        """Completed years on the day, the birthday included."""
        if not (text := self.answers.get("ab_dob")):
            return None
        born = date.fromisoformat(text)
        return self.on.year - born.year - ((self.on.month, self.on.day) < (born.month, born.day))

    @cached_property
    def bands(self) -> Mapping[str, str | None]:
        return self._bands() if self._bands else {}

    @cached_property
    def worst_place(self) -> str | None:
        """Region code of the worst place; where one place is marked, that one."""
        places = list(self.answers.get("pn_map") or ())
        worst = self.answers.get("pn_worst_at") or (places[0] if len(places) == 1 else None)
        return str(worst).partition(":")[0] if worst else None


@cache
def _codes(names: tuple[str, ...]) -> frozenset[str]:
    return expand_regions(names)


def in_regions(places: object, names: Iterable[str]) -> bool:
    """True when one of the stored ``places`` lies in the region codes or named sets ``names``, on either side."""
    wanted = _codes(tuple(names))
    given = (places,) if isinstance(places, str) else places
    return isinstance(given, list | tuple) and any(str(place).partition(":")[0] in wanted for place in given)


def _compares(value: Any, condition: Condition) -> bool:
    if isinstance(value, str):
        value = _REACH[value]
    for name, sign in (("ge", 1), ("le", -1), ("gt", 2), ("lt", -2)):
        if (bound := condition.get(name)) is None:
            continue
        bound = _REACH[bound] if isinstance(bound, str) else bound
        difference = (value - bound) * (1 if sign > 0 else -1)
        if difference < 0 or (abs(sign) == 2 and difference == 0):
            return False
    return True


def _ended(start: date, wait: Condition) -> date:
    """The last day of ``wait`` after ``start``, which still belongs to it."""
    if "months" in wait:
        return add_months(start, wait["months"])
    return start + timedelta(days=wait.get("days", 0), weeks=wait.get("weeks", 0))


def _waited(day: object, condition: Condition, on: date) -> bool:
    start = latest_day(day, on)
    if "within" in condition and on > _ended(start, condition["within"]):
        return False
    return "beyond" not in condition or on > _ended(start, condition["beyond"])


def codes_in(value: object) -> tuple[Any, ...]:
    """The codes of a multi-select (plain, or of its items), or the values of an object."""
    if isinstance(value, Mapping):
        return tuple(value.values())
    if isinstance(value, list | tuple):
        return tuple(item.get("code") if isinstance(item, Mapping) else item for item in value)
    return ()


def _q(condition: Condition, facts: Facts) -> bool | None:
    value = facts.answer(condition["q"])
    if (answered := condition.get("answered")) is not None:
        return (value is not None) == answered
    if value is None:
        return facts.silence
    if (wanted := condition.get("is")) is not None:
        return value in wanted if not isinstance(wanted, str) else value == wanted
    if (wanted := condition.get("has")) is not None:
        return any(code in wanted for code in codes_in(value))
    if (wanted := condition.get("region")) is not None:
        return in_regions(value, wanted)
    if (wanted := condition.get("count_ge")) is not None:
        return len(value) >= wanted
    if (name := condition.get("above_practice")) is not None:
        limit = facts.settings.get(name)
        return limit is not None and value > limit
    return _compares(value, condition)


def items_of(condition: Condition, facts: Facts) -> list[Mapping[str, Any]]:
    """The items of an ``each`` condition that satisfy it; a bare code is an item without details."""
    found = []
    listed = facts.answer(condition["each"])
    for entry in listed if isinstance(listed, list | tuple) else ():
        item = entry if isinstance(entry, Mapping) else {"code": entry}
        if "has" in condition and item.get("code") not in condition["has"]:
            continue
        places = item.get("region")
        if "region" in condition and not (
            in_regions(places, condition["region"]) or (not places and condition.get("or_unknown"))
        ):
            continue
        if not _waited(item.get("date"), condition, facts.on):
            continue
        if "where" in condition and not evaluate(condition["where"], Facts(item, on=facts.on)):
            continue
        found.append(item)
    return found


def _each(condition: Condition, facts: Facts) -> bool | None:
    if facts.answer(condition["each"]) is None:
        return facts.silence
    return bool(items_of(condition, facts))


def _since(condition: Condition, facts: Facts) -> bool | None:
    path = condition["since"]
    owner = path.rpartition(".")[0] or path
    if facts.answer(owner) is None:
        return facts.silence
    return _waited(facts.answer(path), condition, facts.on)


def _age(condition: Condition, facts: Facts) -> bool | None:
    return facts.silence if facts.age is None else _compares(facts.age, condition["age"])


def _weeks(condition: Condition, facts: Facts) -> bool | None:
    onset = facts.answers.get("pn_onset")
    if onset is None:
        return facts.silence
    return _compares((facts.on - latest_day(onset, facts.on)).days / 7, condition["weeks"])


def _minor(condition: Condition, facts: Facts) -> bool | None:
    return facts.silence if facts.age is None else (facts.age < facts.age_of_majority) == condition["minor"]


def _worst(condition: Condition, facts: Facts) -> bool | None:
    return facts.silence if facts.worst_place is None else in_regions(facts.worst_place, condition["worst"])


def _fits(item: Mapping[str, Any], condition: Condition) -> bool:
    if "result" in condition and item.get("result") not in condition["result"]:
        return False
    for name in ("angle", "value"):
        if name in condition and (item.get(name) is None or not _compares(item[name], condition[name])):
            return False
    return "where" not in condition or in_regions(item.get("where"), condition["where"])


def _finding(condition: Condition, facts: Facts) -> bool:
    items = facts.findings.get(condition["finding"], ())
    if "side_difference" in condition:
        angles = {item.get("side"): item.get("angle") for item in items}
        left, right = angles.get("L"), angles.get("R")
        return left is not None and right is not None and _compares(abs(left - right), condition["side_difference"])
    return any(_fits(item, condition) for item in items)


def _findings(condition: Condition, facts: Facts) -> bool:
    fitting = (any(_fits(item, condition) for item in facts.findings.get(code, ())) for code in condition["findings"])
    return sum(fitting) >= condition["count_ge"]


def _flag(condition: Condition, facts: Facts) -> bool | None:
    states = [facts.flags.get(code, False) for code in condition["flag"]]
    return True if True in states else None if None in states else False


def _cleared(condition: Condition, facts: Facts) -> bool:
    return any(code in facts.cleared for code in condition["cleared"])


def _pattern(condition: Condition, facts: Facts) -> bool | None:
    if facts.early:
        return None
    if condition["pattern"] == "best":
        best = max((_BANDS.index(band) for band in facts.bands.values()), default=0)
        return best < _BANDS.index(condition["below"])
    return facts.bands.get(condition["pattern"]) == condition["band"]


def _any(condition: Condition, facts: Facts) -> bool | None:
    outcome: bool | None = False
    for member in condition["any"]:
        if (state := judge(member, facts)) is True:
            return True
        if state is None:
            outcome = None
    return outcome


def _all(condition: Condition, facts: Facts) -> bool | None:
    outcome: bool | None = True
    for member in condition["all"]:
        if (state := judge(member, facts)) is False:
            return False
        if state is None:
            outcome = None
    return outcome


def _none(condition: Condition, facts: Facts) -> bool | None:
    state = _any({"any": condition["none"]}, facts)
    return None if state is None else not state


def _some_of(condition: Condition, facts: Facts) -> bool | None:
    states = [judge(member, facts) for member in condition["some_of"]]
    if states.count(True) >= condition["at_least"]:
        return True
    return None if states.count(True) + states.count(None) >= condition["at_least"] else False


#: Kind → how it is judged, and the keys that may stand beside it.
_KINDS: Mapping[str, tuple[Callable[[Condition, Facts], bool | None], frozenset[str]]] = MappingProxyType(
    {
        "any": (_any, frozenset()),
        "all": (_all, frozenset()),
        "none": (_none, frozenset()),
        "some_of": (_some_of, frozenset({"at_least"})),
        "q": (_q, _COMPARISONS | {"is", "has", "region", "count_ge", "answered", "above_practice"}),
        "age": (_age, frozenset()),
        "weeks": (_weeks, frozenset()),
        "minor": (_minor, frozenset()),
        "each": (_each, frozenset({"has", "region", "or_unknown", "within", "beyond", "where"})),
        "since": (_since, frozenset({"within", "beyond"})),
        "flag": (_flag, frozenset()),
        "cleared": (_cleared, frozenset()),
        "worst": (_worst, frozenset()),
        "finding": (_finding, frozenset({"result", "angle", "value", "where", "side_difference"})),
        "findings": (_findings, frozenset({"result", "count_ge"})),
        "pattern": (_pattern, frozenset({"band", "below"})),
        "early": (lambda condition, facts: facts.early == condition["early"], frozenset()),
    }
)
_LOGIC = ("any", "all", "none", "some_of")


def kind_of(condition: Condition) -> str:
    """The one kind of ``condition``."""
    for key in condition:
        if key in _KINDS:
            return key
    raise CatalogueError(f"condition {dict(condition)}: unknown kind")


def judge(condition: Condition, facts: Facts) -> bool | None:
    """True, False, or None where early mode cannot tell yet."""
    return _KINDS[kind_of(condition)][0](condition, facts)


def evaluate(condition: Condition, facts: Facts) -> bool:
    """True when ``condition`` certainly holds. Raises ``CatalogueError`` for an unknown kind."""
    return judge(condition, facts) is True


def reasons(condition: Condition, facts: Facts) -> frozenset[str]:
    """Ids of the questions and tests on which a true ``condition`` rests; empty when it does not hold."""
    if not evaluate(condition, facts):
        return frozenset()
    kind = kind_of(condition)
    if kind in ("any", "all", "some_of"):
        return frozenset().union(*(reasons(member, facts) for member in condition[kind]))
    match kind:
        case "q" | "each" | "since":
            return frozenset({condition[kind].partition(".")[0]})
        case "age" | "minor":
            return frozenset({"ab_dob"})
        case "weeks":
            return frozenset({"pn_onset"})
        case "worst":
            return frozenset({"pn_worst_at" if "pn_worst_at" in facts.answers else "pn_map"})
        case "finding":
            return frozenset({condition["finding"]})
        case "findings":
            return frozenset(code for code in condition["findings"] if code in facts.findings)
    return frozenset()


def resolve(condition: Any, named: Mapping[str, Any], where: str) -> Any:
    """``condition`` with every ``ref`` put in full. Raises ``CatalogueError`` for an unknown one."""
    if isinstance(condition, list | tuple):
        return tuple(resolve(member, named, where) for member in condition)
    if not isinstance(condition, Mapping):
        return condition
    if "ref" in condition:
        name = condition["ref"]
        if name not in named or len(condition) > 1:
            raise CatalogueError(f"{where}: no condition named {name!r}, or keys beside it")
        others = {key: value for key, value in named.items() if key != name}
        return resolve(named[name], others, where)
    return MappingProxyType({key: resolve(value, named, where) for key, value in condition.items()})


def validate(condition: Any, where: str) -> None:
    """Raises ``CatalogueError`` naming ``where`` unless ``condition`` is well formed; a ``ref`` is resolved before."""

    def fail(what: str) -> CatalogueError:
        return CatalogueError(f"{where}: {what} in condition {condition}")

    if not isinstance(condition, Mapping) or not condition:
        raise fail("no table")
    kinds = [key for key in condition if key in _KINDS]
    if not kinds:
        raise fail("unknown kind")
    kind = kinds[0]
    if unknown := condition.keys() - {kind} - _KINDS[kind][1]:
        raise fail(f"unknown key {min(unknown)!r}")
    if kind in _LOGIC:
        if not condition[kind]:
            raise fail("nothing")
        for member in condition[kind]:
            validate(member, where)
    if kind == "q" and len(condition.keys() - {"q"} - _COMPARISONS) + bool(condition.keys() & _COMPARISONS) != 1:
        raise fail("not exactly one comparison")
    if kind in ("age", "weeks") and not (condition[kind].keys() and condition[kind].keys() <= _COMPARISONS):
        raise fail("no comparison")
    for wait in ("within", "beyond"):
        if wait in condition and not (len(condition[wait]) == 1 and condition[wait].keys() <= _UNITS):
            raise fail(f"no wait {wait!r}")
    if kind == "since" and len(condition) == 1:
        raise fail("no wait")
    if kind == "each" and "where" in condition:
        validate(condition["where"], where)
    for name in ("region", "worst"):
        if name in condition:
            try:
                expand_regions(condition[name])
            except KeyError as error:
                raise fail(f"unknown region {error}") from error


def mentioned(condition: Any, kind: str) -> frozenset[str]:
    """What ``condition`` and its members name under ``kind``: "q", "each", "since", "flag", "finding" …"""
    if isinstance(condition, list | tuple):
        return frozenset().union(*(mentioned(member, kind) for member in condition))
    if not isinstance(condition, Mapping):
        return frozenset()
    own = condition.get(kind, ())
    here = frozenset([own] if isinstance(own, str) else own if isinstance(own, list | tuple) else ())
    inner = (value for key, value in condition.items() if key in _LOGIC)
    return here.union(*(mentioned(value, kind) for value in inner))
