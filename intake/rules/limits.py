"""Limits: what may be done while flags are raised. Numbers, regions, techniques, positions, stretches, minutes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any

from clinic.vocabulary import REGION_SETS, REGIONS
from intake.rules.conditions import Facts, evaluate, in_regions, items_of

#: No cap, and the highest level of a stretch.
NO_CAP = 5
TOP_LEVEL = 3
#: Regions that stand for an arm when "the limb beside it" is meant; every other region stands for the leg.
_ARM = frozenset({"NCK", "SHO", "ARM", "CHE", "UBK"})
_LIMB_ARM = ("SHO", "ARM")

#: Parts of a block whose meaning the answers fill in.
_ANSWERED = frozenset({"region", "sides", "therapist_sets_region"})

_SETS = ("no_regions", "no_techniques", "no_positions", "no_stretch_flags", "no_stretches", "conduct")


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What holds for one client on one day; the strictest rule wins (clinical reference 0.2, principle 10).

    ``pressure_cap`` 0 to 5 (5: none) is the hard limit, ``pressure_cap_with_reason`` the highest step to which a
    therapist may raise it with a coded reason; ``region_caps`` and ``region_caps_with_reason`` the same by region.
    Regions carry a side where one applies ("BTM:R"), without one they mean both. ``no_techniques``: "TQ_ELB"
    everywhere, "TQ_ELB@BTM:R" at a region. ``no_positions``: "PRONE"; "SIDE:L" is lying on the left side.
    ``no_stretch_flags`` in the ban notation of 2.1, ``no_stretches`` item codes with or without a side;
    ``only_stretches``: when given, no others. ``max_level`` 0 is no stretch at all, 3 no limit. ``max_minutes``:
    None is no limit. ``conduct``: sentences for the therapist. ``because``: what is limited → the entries that do so.
    """

    pressure_cap: int = NO_CAP
    pressure_cap_with_reason: int = NO_CAP
    region_caps: Mapping[str, int] = field(default_factory=dict)
    region_caps_with_reason: Mapping[str, int] = field(default_factory=dict)
    no_regions: frozenset[str] = frozenset()
    no_techniques: frozenset[str] = frozenset()
    no_positions: frozenset[str] = frozenset()
    no_stretch_flags: frozenset[str] = frozenset()
    no_stretches: frozenset[str] = frozenset()
    only_stretches: frozenset[str] | None = None
    max_level: int = TOP_LEVEL
    max_minutes: int | None = None
    conduct: frozenset[str] = frozenset()
    because: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def merge(self, *others: Limits) -> Limits:
        """The strictest of these limits and ``others``, part by part."""
        every = (self, *others)
        because: defaultdict[str, frozenset[str]] = defaultdict(frozenset)
        for limits in every:
            for token, codes in limits.because.items():
                because[token] |= codes
        only = [limits.only_stretches for limits in every if limits.only_stretches is not None]
        minutes = [limits.max_minutes for limits in every if limits.max_minutes is not None]
        unions: dict[str, Any] = {
            name: frozenset().union(*(getattr(limits, name) for limits in every)) for name in _SETS
        }
        unions["no_regions"] = without_doubles(unions["no_regions"])
        return Limits(
            pressure_cap=min(limits.pressure_cap for limits in every),
            pressure_cap_with_reason=min(limits.pressure_cap_with_reason for limits in every),
            region_caps=_lowest(limits.region_caps for limits in every),
            region_caps_with_reason=_lowest(limits.region_caps_with_reason for limits in every),
            only_stretches=frozenset.intersection(*only) if only else None,
            max_level=min(limits.max_level for limits in every),
            max_minutes=min(minutes, default=None),
            because=dict(because),
            **unions,
        )

    def as_data(self) -> dict[str, Any]:
        """Plain data for storing; ``from_data`` reads it back."""
        return {f.name: _plain(getattr(self, f.name)) for f in fields(self)}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Limits:
        """Limits from what ``as_data`` gave. Raises ``TypeError`` for a key that is none of theirs."""
        read = dict(data)
        for name in (*_SETS, "only_stretches"):
            if read.get(name) is not None:
                read[name] = frozenset(read[name])
        read["because"] = {token: frozenset(codes) for token, codes in read.get("because", {}).items()}
        return cls(**read)


def no_limits() -> Limits:
    """Nothing limited; not even the standing rules of the treatment room."""
    return Limits()


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in sorted(value.items())}
    return value


def without_doubles(places: frozenset[str]) -> frozenset[str]:
    """Both sides of a region become the region; a side beside its whole region goes."""
    whole = {place for place in places if ":" not in place}
    sided = {place.partition(":")[0] for place in places if ":" in place}
    whole |= {code for code in sided if {f"{code}:L", f"{code}:R"} <= places}
    return frozenset(whole | {place for place in places if ":" in place and place.partition(":")[0] not in whole})


def _lowest(several: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """The lowest cap of each place; a side that its whole region already holds as low is left out."""
    found: dict[str, int] = {}
    for caps in several:
        for place, cap in caps.items():
            found[place] = min(cap, found.get(place, cap))
    return {
        place: cap
        for place, cap in sorted(found.items())
        if ":" not in place or cap < found.get(place.partition(":")[0], NO_CAP + 1)
    }


def everywhere() -> frozenset[str]:
    """Every region of the body."""
    return frozenset(REGIONS)


def limbs(places: Iterable[str]) -> list[str]:
    """The whole arm or leg that each of ``places`` belongs to, on its side."""
    found: set[str] = set()
    for place in places:
        code, _sep, side = place.partition(":")
        for member in _LIMB_ARM if code in _ARM else REGION_SETS["LEG"]:
            found.add(f"{member}:{side}" if side else member)
    return sorted(found)


def places_of(sources: Iterable[Mapping[str, Any]], facts: Facts) -> tuple[list[str], bool]:
    """Stored regions behind ``sources``, and whether one of them should have had a region and has none."""
    places: list[str] = []
    unknown = False
    for source in sources:
        if "each" in source:
            for item in items_of(source, facts):
                places += item.get("region") or ()
                unknown = unknown or not item.get("region")
        else:
            given = facts.answer(source["q"])
            if isinstance(given, list | tuple):
                places += given
            else:
                unknown = True
    return places, unknown


_SIDE = MappingProxyType({"left": "L", "right": "R"})


def sides_of(sources: Iterable[Mapping[str, Any]], facts: Facts) -> tuple[str, ...]:
    """The sides behind ``sources``: of groups, of places, or of a SIDE answer; none or an unclear one is both."""
    found: set[str] = set()
    for source in sources:
        if "each" in source:
            found.update(item["side"] for item in items_of(source, facts))
            continue
        given = facts.answer(source["q"])
        if isinstance(given, str):
            found.update(_SIDE.get(given, "LR"))
        for place in given if isinstance(given, list | tuple) else ():
            if "region" not in source or in_regions(place, source["region"]):
                found.update(place.partition(":")[2] or "LR")
    return tuple(sorted(found)) if found in ({"L"}, {"R"}) else ()


def _expand(word: str, here: Iterable[str], sides: tuple[str, ...]) -> list[str]:
    """Stored places behind a name in a limit: "LBK", "GLUTE:L", "HIP:s", "R"."""
    if word == "R":
        return list(here)
    name, _sep, side = word.partition(":")
    wanted = sides if side == "s" else (side,) if side else ()
    found = []
    for code in REGION_SETS.get(name, (name,)):
        # A region in the midline belongs to either side.
        found += [f"{code}:{side}" for side in wanted] if wanted and REGIONS[code].sided else [code]
    return found


def _sided(bans: Iterable[str], sides: tuple[str, ...]) -> frozenset[str]:
    found: set[str] = set()
    for ban in bans:
        if ban.endswith(":s"):
            found.update(f"{ban[:-2]}:{side}" for side in sides) if sides else found.add(ban[:-2])
        else:
            found.add(ban)
    return frozenset(found)


def holds(block: Mapping[str, Any], facts: Facts) -> bool:
    """True when the ``when`` of a block of limits is met, or it has none."""
    return "when" not in block or evaluate(block["when"], facts)


def depends_on_answers(block: Mapping[str, Any]) -> bool:
    """True when what a block limits, not only whether it does, hangs on the answers."""
    return not _ANSWERED.isdisjoint(block)


def block_limits(block: Mapping[str, Any], code: str, facts: Facts) -> tuple[Limits, bool]:
    """The limits of one ``[[entry.limits]]`` block of entry ``code``, and whether the therapist must set its region.

    Without a known region its techniques at "R" are banned everywhere. Whether its ``when`` is met: ``holds``.
    """
    here, unknown = places_of(block.get("region", ()), facts)
    here = limbs(here) if block.get("limb") else here
    unknown = unknown or block.get("therapist_sets_region", False)
    sides = sides_of(block["sides"], facts) if "sides" in block else ()
    figures = block.get("regions", {})
    with_reason = {**figures, **block.get("regions_with_reason", {})}
    techniques: set[str] = set()
    for ban in block.get("techniques", ()):
        technique, at, where = ban.partition("@")
        if not at or (where == "R" and unknown):
            techniques.add(technique)
        else:
            techniques.update(f"{technique}@{place}" for place in _expand(where, here, sides))
    limits = Limits(
        pressure_cap=block.get("cap", NO_CAP),
        pressure_cap_with_reason=block.get("cap_with_reason", NO_CAP),
        region_caps=_lowest(dict.fromkeys(_expand(word, here, sides), cap) for word, cap in figures.items()),
        region_caps_with_reason=_lowest(
            dict.fromkeys(_expand(word, here, sides), cap) for word, cap in with_reason.items()
        ),
        no_regions=without_doubles(
            frozenset(place for word in block.get("locked", ()) for place in _expand(word, here, sides))
        ),
        no_techniques=frozenset(techniques),
        no_positions=_sided(block.get("positions", ()), sides),
        no_stretch_flags=_sided(block.get("stretch", ()), sides),
        no_stretches=_sided(block.get("stretches", ()), sides),
        only_stretches=frozenset(block["only_stretches"]) if "only_stretches" in block else None,
        max_level=block.get("max_level", TOP_LEVEL),
        max_minutes=block.get("max_minutes"),
        conduct=frozenset(block.get("conduct", ())),
    )
    return because_of(limits, code), unknown


def because_of(limits: Limits, code: str) -> Limits:
    """``limits`` with ``code`` as the reason for each of its parts."""
    tokens: set[str] = set(limits.region_caps) | set(limits.region_caps_with_reason)
    for name in _SETS[:-1]:
        tokens |= getattr(limits, name)
    for name, none in (("pressure_cap", NO_CAP), ("max_level", TOP_LEVEL), ("max_minutes", None)):
        if getattr(limits, name) != none:
            tokens.add(name)
    if limits.only_stretches is not None:
        tokens.add("only_stretches")
    return Limits(
        **{f.name: getattr(limits, f.name) for f in fields(limits) if f.name != "because"},
        because={token: frozenset({code}) for token in tokens},
    )
