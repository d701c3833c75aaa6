"""Ready-made plans as they fit a client: what is banned is swapped or drops out (clinical reference 5.4)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from clinic.catalogues import CatalogueError, read_catalogue
from intake.rules.limits import Limits
from sessions.rules.muscles import CATALOGUE
from sessions.rules.shelf import instead_of, lacking
from sessions.rules.stretches import STRETCHES, Blocked, Dose, Stretch, dose_for, suitability

_BED = "B"


@dataclass(frozen=True, kw_only=True)
class PlanEntry:
    """One stretch of a ready-made plan: the lowest and the highest level it uses."""

    code: str
    levels: tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Ready:
    """A ready-made plan (clinical reference 5.4). ``mind``: what the therapist minds before using it."""

    code: str
    name: str
    items: tuple[PlanEntry, ...]
    source: str
    sign_off: str
    mind: str = ""

    def __post_init__(self) -> None:
        entries: tuple[Any, ...] = self.items
        object.__setattr__(self, "items", tuple(PlanEntry(**entry) for entry in entries))
        for entry in self.items:
            if entry.code not in STRETCHES or entry.levels[0] > entry.levels[1]:
                raise CatalogueError(f"plans.toml: {self.code}: {entry.code}")


READY_PLANS: Mapping[str, Ready] = read_catalogue(CATALOGUE / "plans.toml", Ready, table="plan")


@dataclass(frozen=True)
class Kept:
    """A stretch that stays in the plan: "both" for one that moves both sides at once, else the side asked for."""

    stretch: Stretch
    level: int
    side: str
    on_bed: bool
    dose: Dose


@dataclass(frozen=True)
class Dropped:
    """A stretch that the client's limits take out of the plan, with nothing that could stand in."""

    stretch: Stretch
    blocked: Blocked


@dataclass(frozen=True)
class Swapped:
    """A stretch that the client's limits take out of the plan, and the one that stands in its place among the kept."""

    stretch: Stretch
    blocked: Blocked
    instead: Stretch


@dataclass(frozen=True)
class FilteredPlan:
    """A ready-made plan as it fits a client."""

    kept: tuple[Kept, ...]
    swapped: tuple[Swapped, ...]
    dropped: tuple[Dropped, ...]


def ready_plan(
    code: str,
    limits: Limits,
    *,
    side: str | None,
    age: int,
    start: int = 2,
    bed: bool = False,
    home: Collection[str] | None = None,
    taken: Collection[str] = (),
) -> FilteredPlan:
    """The ready-made plan ``code`` filtered by ``limits``, for ``side`` "left", "right" or None (both).

    Each stretch gets the highest level that the plan uses, the limits allow and ``start`` (``start_level``) reaches.
    Never below the lowest of the plan, unless ``start`` is lower: then that one is used, because who starts at level 1
    does so in every plan. Where the lowest is banned or not offered, the nearest of the same purpose that fits stands
    in (``instead_of``), one that ``home`` has the equipment for before others; without one the stretch drops out.
    ``taken``: stretches that are in the draft already and stand in for none. Raises ``KeyError`` for an unknown plan.
    """
    entries = READY_PLANS[code].items
    used = {entry.code for entry in entries} | set(taken)
    kept: list[Kept] = []
    swapped, dropped = [], []
    for entry in entries:
        fits = partial(_fitted, entry=entry, limits=limits, side=side, age=age, start=start, bed=bed)
        stretch = STRETCHES[entry.code]
        found = fits(stretch)
        if isinstance(found, Kept):
            kept.append(found)
            continue
        others = [each for each in instead_of(stretch) if each.code not in used]
        fitting = [each for each in map(fits, others) if isinstance(each, Kept)]
        if not fitting:
            dropped.append(Dropped(stretch, found))
            continue
        nearest = min(fitting, key=lambda each: home is not None and bool(lacking(each.stretch, home)))
        used.add(nearest.stretch.code)
        kept.append(nearest)
        swapped.append(Swapped(stretch, found, nearest.stretch))
    return FilteredPlan(tuple(kept), tuple(swapped), tuple(dropped))


def _fitted(
    stretch: Stretch, *, entry: PlanEntry, limits: Limits, side: str | None, age: int, start: int, bed: bool
) -> Kept | Blocked:
    """``stretch`` in the place of ``entry``, or why it may not be there."""
    lowest, highest = min(entry.levels[0], start), entry.levels[1]
    on_bed = bed and _BED in stretch.equipment
    here = None if stretch.both_sides else side
    found = suitability(limits, side=here, level=lowest, bed=on_bed)[stretch.code]
    if isinstance(found, Blocked):
        return found
    level = max(lowest, min(highest, found.max_level, start))
    return Kept(stretch, level, here or "both", on_bed, dose_for(stretch, age=age, level=level))
