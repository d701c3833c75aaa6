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
    """What a clinician allows. ``regions`` None is all of them; ``max_pressure`` None says nothing about pressure."""

    entries: frozenset[str]
    kind: str
    date: datetime.date
    massage: bool
    regions: frozenset[str] | None = None
    max_pressure: int | None = None
    stretch_flags_lifted: frozenset[str] = frozenset()
    conditions: str = ""
    expires: datetime.date | None = None


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
    """The clearance that lifts the entry ``code`` on the day ``on``, or None. The newest one that counts decides.

    ``changed`` is the day on which the answers behind the entry were given; for an emergency never None. A "no" to
    massage needs no form: written or told, old or not, it holds until a newer clearance says yes.
    """
    counting = []
    refused = None
    for clearance in clearances:
        if code not in clearance.entries or clearance.date > on:
            continue
        if not clearance.massage:
            refused = max(clearance.date, refused or clearance.date)
            continue
        end = last_day(clearance, life)
        if end is not None and end < on:
            continue
        if severity in (Severity.EMERGENCY, Severity.ABSOLUTE) and clearance.kind != "written":
            continue
        if changed is not None and clearance.date < changed:
            continue
        if must_name_size and not names_a_size(clearance):
            continue
        counting.append(clearance)
    if not counting:
        return None
    newest = max(clearance.date for clearance in counting)
    if refused is not None and refused >= newest:
        return None
    latest = [clearance for clearance in counting if clearance.date == newest]
    return min(latest, key=lambda c: (NO_CAP if c.max_pressure is None else c.max_pressure, c.regions is None))


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
