"""Clearances: which letters lift which entries, for how long and how far (clinical reference 2.1, rules 1 to 7)."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from clinic.vocabulary import REGIONS, Severity, is_region
from intake.rules.conditions import add_months
from intake.rules.limits import NO_CAP, Limits, without_doubles

_SIZE = re.compile(r"[0-9]+(?:[.,][0-9]+)?\s*(?:cm|mm)\b", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Clearance:
    """What a clinician allows. ``regions`` None is all of them; ``max_pressure`` None says nothing about pressure.

    ``key`` tells it from others where one is asked about by itself.
    """

    entries: frozenset[str]
    kind: str
    date: datetime.date
    massage: bool
    regions: frozenset[str] | None = None
    max_pressure: int | None = None
    stretch_flags_lifted: frozenset[str] = frozenset()
    conditions: str = ""
    expires: datetime.date | None = None
    key: str = ""


def _earliest(value: object) -> datetime.date:
    """A day, or the first day that an approximate one may mean: the stricter end of a clearance (principle 14)."""
    if isinstance(value, datetime.date):
        return value
    parts = [int(part) for part in str(value).split("-")]
    return datetime.date(*[*parts, 1, 1][:3])


def read_clearance(value: Mapping[str, Any] | Clearance) -> Clearance:
    """A clearance from its stored shape (clinical reference 0.5). Raises ``ValueError`` for any other."""
    if isinstance(value, Clearance):
        return value
    try:
        regions = value.get("regions", "all")
        pressure = value.get("max_pressure")
        clearance = Clearance(
            entries=frozenset(value["entries"]),
            kind=value["kind"],
            date=_earliest(value["date"]),
            massage=value["massage"] in ("yes", True),
            regions=None if regions == "all" else frozenset(regions or ()),
            max_pressure=None if pressure in (None, "") else int(pressure),
            stretch_flags_lifted=frozenset(value.get("stretch_flags_lifted") or ()),
            conditions=value.get("conditions") or "",
            expires=_earliest(value["expires"]) if value.get("expires") else None,
            key=str(value.get("key") or ""),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"clearance: {error}") from error
    if clearance.kind not in ("written", "phone"):
        raise ValueError("clearance: the kind is neither written nor phone")
    if clearance.max_pressure is not None and not 0 <= clearance.max_pressure <= NO_CAP:
        raise ValueError("clearance: the pressure is not between 0 and 5")
    if clearance.regions is not None and not all(is_region(place) for place in clearance.regions):
        raise ValueError("clearance: a region is not on the body map")
    return clearance


def last_day(clearance: Clearance, life: Mapping[str, int]) -> datetime.date | None:
    """The last day on which ``clearance`` counts: its own or the entry's, whichever is earlier; None: no end."""
    ends = [clearance.expires] if clearance.expires else []
    if "months" in life:
        ends.append(add_months(clearance.date, life["months"]))
    if "weeks" in life:
        ends.append(clearance.date + datetime.timedelta(weeks=life["weeks"]))
    return min(ends, default=None)


def names_a_size(clearance: Clearance) -> bool:
    """True when the conditions of the letter name a size in cm or mm (clinical reference 2.8, A_AAA_KNOWN)."""
    return _SIZE.search(clearance.conditions) is not None


@dataclass(frozen=True)
class Weighed:
    """Whether one clearance lifts an entry on a day, and if not, why: what stands ``against`` it, "" when it lifts.

    "future": its date is still to come; "refuses": it says no to massage; "ended"; "told": by phone, where only a
    written one counts; "older": than the answers; "no_size": it must name the size; "refused_since": a later or equally
    dated one says no; "newer": another one of a later day, or a stricter one of the same day, decides.
    """

    clearance: Clearance
    against: str


def _against(
    clearance: Clearance,
    severity: Severity,
    *,
    on: datetime.date,
    life: Mapping[str, int],
    changed: datetime.date | None,
    must_name_size: bool,
) -> str:
    """What a clearance lacks by itself."""
    if clearance.date > on:
        return "future"
    if not clearance.massage:
        return "refuses"
    end = last_day(clearance, life)
    if end is not None and end < on:
        return "ended"
    if severity in (Severity.EMERGENCY, Severity.ABSOLUTE) and clearance.kind != "written":
        return "told"
    if changed is not None and clearance.date < changed:
        return "older"
    return "no_size" if must_name_size and not names_a_size(clearance) else ""


def weigh(
    clearances: Iterable[Clearance],
    code: str,
    severity: Severity,
    *,
    on: datetime.date,
    life: Mapping[str, int],
    changed: datetime.date | None,
    must_name_size: bool = False,
) -> tuple[Weighed, ...]:
    """Every clearance about the entry ``code`` on the day ``on``; one at most lifts it, the newest that counts.

    ``changed`` is the day on which the answers behind the entry were given; for an emergency never None. A "no" to
    massage needs no form: written or told, old or not, it holds until a newer clearance says yes.
    """
    found = [
        Weighed(each, _against(each, severity, on=on, life=life, changed=changed, must_name_size=must_name_size))
        for each in clearances
        if code in each.entries
    ]
    counting = [each.clearance for each in found if not each.against]
    if not counting:
        return tuple(found)
    newest = max(clearance.date for clearance in counting)
    refused = max((each.clearance.date for each in found if each.against == "refuses"), default=None)
    latest = [clearance for clearance in counting if clearance.date == newest]
    decides = min(latest, key=lambda c: (NO_CAP if c.max_pressure is None else c.max_pressure, c.regions is None))
    if refused is not None and refused >= newest:
        return tuple(each if each.against else replace(each, against="refused_since") for each in found)
    return tuple(
        each if each.against or each.clearance is decides else replace(each, against="newer") for each in found
    )


def lifting(
    clearances: Iterable[Clearance],
    code: str,
    severity: Severity,
    *,
    on: datetime.date,
    life: Mapping[str, int],
    changed: datetime.date | None,
    must_name_size: bool = False,
) -> Clearance | None:
    """The clearance that lifts the entry ``code`` on the day ``on``, or None: what ``weigh`` comes to."""
    weighed = weigh(clearances, code, severity, on=on, life=life, changed=changed, must_name_size=must_name_size)
    return next((each.clearance for each in weighed if not each.against), None)


def _sides(place: str) -> tuple[str, ...]:
    """The places that a limit's ``place`` stands for: without a side both."""
    whole = ":" not in place and REGIONS[place].sided
    return (f"{place}:L", f"{place}:R") if whole else (place,)


def _covers(clearance: Clearance, place: str) -> bool:
    """True when ``place`` of a limit lies in the regions of the clearance."""
    return clearance.regions is None or clearance.regions.issuperset(_sides(place))


def _raised(caps: Mapping[str, int], clearance: Clearance, pressure: int) -> dict[str, int]:
    """Region caps with those in the regions of the clearance raised to ``pressure``, side by side where they differ."""
    found: dict[str, int] = {}
    for place, cap in caps.items():
        sides = _sides(place)
        parted = len({_covers(clearance, side) for side in sides}) > 1
        for part in sides if parted else (place,):
            found[part] = max(cap, pressure) if _covers(clearance, part) else cap
    return found


def residual(limits: Limits, clearance: Clearance, *, blocking: bool, with_clearance: int | None) -> Limits:
    """What is left of an entry's limits after its clearance, which lifts only what it says (rule 2).

    A blocking entry (emergency, absolute) keeps its residual limits and takes the stricter ones of the letter. Of the
    others the letter lifts the regions, the pressure and the stretch flags that it names, up to ``with_clearance``.
    """
    kept = replace(limits, no_stretch_flags=limits.no_stretch_flags - clearance.stretch_flags_lifted)
    pressure = clearance.max_pressure
    if blocking:
        if pressure is not None:
            kept = replace(
                kept,
                pressure_cap=min(kept.pressure_cap, pressure),
                pressure_cap_with_reason=min(kept.pressure_cap_with_reason, pressure),
            )
        if clearance.regions is not None:
            others = {side for place in REGIONS for side in _sides(place)} - clearance.regions
            kept = replace(kept, no_regions=frozenset(kept.no_regions | others))
        return kept
    locked = (side for place in kept.no_regions for side in _sides(place) if not _covers(clearance, side))
    kept = replace(kept, no_regions=without_doubles(frozenset(locked)))
    if pressure is not None and clearance.regions is None:
        allowed = pressure if with_clearance is None else min(pressure, with_clearance)
        kept = replace(
            kept,
            pressure_cap=max(kept.pressure_cap, allowed),
            pressure_cap_with_reason=max(kept.pressure_cap_with_reason, allowed),
        )
    if pressure is not None:
        kept = replace(
            kept,
            region_caps=_raised(kept.region_caps, clearance, pressure),
            region_caps_with_reason=_raised(kept.region_caps_with_reason, clearance, pressure),
        )
    return kept
