"""What of the library is offered to one client: fits, fits with care, blocked; on which side and at which level."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from clinic.vocabulary import Side
from intake.rules.limits import Limits
from sessions.rules.stretches import STRETCHES, Blocked, Stretch, level_in, suitability

_BED, _BOTH = "B", "B"
_NAMES: Mapping[str, str] = {Side.LEFT.value: "left", Side.RIGHT.value: "right"}
Levels = Mapping[str, Mapping[str, int]]


class Verdict(TextChoices):
    """How a stretch stands to a client's limits."""

    FITS = "fits", _("Fits")
    CARE = "care", _("Fits with care")
    BLOCKED = "blocked", _("Blocked")

    @property
    def place(self) -> int:
        """What fits comes first, what is blocked last."""
        return list(Verdict).index(self)


@dataclass(frozen=True)
class Offer:
    """One stretch for one client. ``left`` and ``right``: the highest level there, 0 is blocked.

    ``side`` and ``level`` are what is proposed: the sore side, and the ``start`` level as far as the limits allow it;
    the lowest that there is where it is blocked or not offered so low. ``against``: why it may not go further.
    """

    stretch: Stretch
    left: int
    right: int
    side: str
    level: int
    start: int
    on_bed: bool
    verdict: Verdict
    against: tuple[Blocked, ...]

    @property
    def fits_start(self) -> bool:
        """Whether it is offered as low as the client starts, so that it can be planned as proposed."""
        return self.verdict is not Verdict.BLOCKED and self.level <= self.start

    def level_on(self, side: str) -> int:
        """The level that is proposed on ``side``; 0 when there is none as low as the client starts."""
        most = min(self.highest(side), self.start)
        return max((each for each in self.stretch.levels if each <= most), default=0)

    def highest(self, side: str) -> int:
        """The highest level on ``side``, for both the lower one."""
        return {Side.LEFT.value: self.left, Side.RIGHT.value: self.right}.get(side, min(self.left, self.right))


def offers(levels: Levels, limits: Limits, *, sore: str, start: int, bed: bool) -> tuple[Offer, ...]:
    """Every stretch of the home library as a decision offers it, in the order of the library.

    ``levels`` are those the decision froze, ``limits`` those behind them; ``sore`` the side that hurts, "L", "R" or
    "B"; ``start`` the level at which the client begins; ``bed``: whether there is one at home.
    """
    verdicts = {side: suitability(limits, side=name, bed=bed) for side, name in _NAMES.items()}
    return tuple(
        _offer(stretch, levels, limits, sore=sore, start=start, bed=bed, verdicts=verdicts)
        for stretch in STRETCHES.values()
        if stretch.home
    )


def _offer(
    stretch: Stretch,
    levels: Levels,
    limits: Limits,
    *,
    sore: str,
    start: int,
    bed: bool,
    verdicts: Mapping[str, Mapping[str, object]],
) -> Offer:
    left, right = (level_in(levels, stretch.code, side) for side in Side.values)
    side = _BOTH if stretch.both_sides or stretch.no_side else sore
    here = level_in(levels, stretch.code, side)
    top = stretch.levels[-1]
    level = max((each for each in stretch.levels if each <= min(here, start)), default=0)
    if not level and here:
        level = stretch.levels[0]  # one that is not offered as low as this client starts
    verdict = Verdict.BLOCKED if not here else Verdict.FITS if left == right == top and level <= start else Verdict.CARE
    against: list[Blocked] = []
    for each, highest in ((Side.LEFT.value, left), (Side.RIGHT.value, right)):
        against += _against(stretch, each, highest, limits, bed, verdicts[each][stretch.code])
    on_bed = bed and _BED in stretch.equipment
    return Offer(stretch, left, right, side, level or stretch.levels[0], start, on_bed, verdict, tuple(against))


def _against(
    stretch: Stretch, side: str, highest: int, limits: Limits, bed: bool, verdict: object
) -> Iterable[Blocked]:
    """What stands against the first level above ``highest`` on one side."""
    higher = [level for level in stretch.levels if level > highest]
    if not isinstance(verdict, Blocked) and higher:
        verdict = suitability(limits, side=_NAMES[side], level=higher[0], bed=bed)[stretch.code]
    return [verdict] if isinstance(verdict, Blocked) else []
