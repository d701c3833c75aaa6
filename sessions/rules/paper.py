"""The printed plan: what is left out for now and why, in the client's words, and how closely the page is set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from clinic.vocabulary import Side
from intake.rules.limits import Limits
from intake.rules.screening import ENTRIES
from sessions.rules.ready_plans import READY_PLANS
from sessions.rules.stretches import STRETCHES, Blocked, Stretch, suitability

#: Stretches named for one reason; whoever has more of them reads "and others like these".
MOST_NAMED = 4
#: Reasons told on the page one by one.
MOST_REASONS = 3
#: How the sheet is set, each up to this much to read; a stretch takes the place of so many letters beside its words.
#: Measured on Letter, the shorter paper, with room to spare.
SETTINGS = (("roomy", 2200), ("close", 3300), ("tight", 4600))
_ONE_STRETCH = 300


@dataclass(frozen=True)
class LeftOut:
    """Stretches that the client leaves out for one reason.

    ``stretches`` by name, each with the side in words or ""; ``more``: others are left out as well. ``because``: what
    the client is told about it, "" when the therapist alone decided.
    """

    stretches: tuple[tuple[str, str], ...]
    more: bool
    because: str


def _known_ones() -> dict[str, int]:
    """Every stretch with its place: what ready-made plans hold comes first, people know it and do it unasked."""
    common = dict.fromkeys(entry.code for plan in READY_PLANS.values() for entry in plan.items)
    return {code: place for place, code in enumerate(dict.fromkeys([*common, *STRETCHES]))}


_PLACE = _known_ones()


def left_out(
    levels: Mapping[str, Mapping[str, int]], limits: Limits, *, planned: Iterable[str] = (), bed: bool = True
) -> tuple[LeftOut, ...]:
    """What a client leaves out: stretches with no level on a side, by reason, best known first.

    ``levels`` are those of the decision (``allowed_levels``), ``limits`` the limits behind them. ``planned``: codes of
    the plan itself, whose place on the page says for itself that they rest. A reason is the client's sentence of the
    entries that ban the stretch; no label of an entry, no word for the therapist.
    """
    names = ((Side.LEFT, "left"), (Side.RIGHT, "right"))
    verdicts = {side: suitability(limits, side=name, bed=bed) for side, name in names}
    if not levels:  # decided not to go ahead: every stretch of the plan rests and says so
        return ()
    planned = frozenset(planned)
    found: dict[str, list[tuple[str, str]]] = {}
    for code in sorted(_PLACE, key=_PLACE.__getitem__):
        stretch = STRETCHES[code]
        if not stretch.home or code in planned:
            continue
        shut = [side for side in Side if levels.get(code, {}).get(side, 0) == 0]
        if shut:
            because = _sentence(*(verdicts[side][code] for side in shut))
            found.setdefault(because, []).append((stretch.name, _side(stretch, shut)))
    by_number = sorted(found.items(), key=lambda pair: (pair[0] == "", -len(pair[1])))
    return tuple(
        LeftOut(tuple(same[:MOST_NAMED]), len(same) > MOST_NAMED, because) for because, same in by_number[:MOST_REASONS]
    )


def _side(stretch: Stretch, shut: list[Side]) -> str:
    """The side in words when the other one is free."""
    return "" if len(shut) > 1 or stretch.both_sides or stretch.no_side else str(shut[0].label)


def _sentence(*verdicts: object) -> str:
    codes = dict.fromkeys(code for verdict in verdicts if isinstance(verdict, Blocked) for code in verdict.because)
    return " ".join(dict.fromkeys(ENTRIES[code].client for code in codes if code in ENTRIES and ENTRIES[code].client))


def setting(letters: int, *, stretches: int) -> str:
    """How a sheet with so much to read is set to stay one page: "roomy", "close", "tight" or "small"."""
    much = letters + _ONE_STRETCH * stretches
    return next((name for name, most in SETTINGS if much <= most), "small")
