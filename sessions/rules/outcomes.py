"""Meaningful change: two values of an outcome, compared by both published rules (clinical reference 4.10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.catalogues import CatalogueError, read_catalogue
from sessions.rules.muscles import CATALOGUE

_RULES = ("any", "both", "value", "none")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """An outcome measure; the keys are explained at the top of the catalogue."""

    code: str
    label: str
    minimum: float
    maximum: float
    rule: str
    source: str
    better: str = ""
    mcid_points: float | None = None
    mcid_percent: float | None = None
    percent_only_to: float | None = None
    recovered: float | None = None
    recovered_when: str = ""
    mdc: float | None = None
    unit: str = ""
    change: str = ""
    measuring_error: str = ""
    when: str = ""

    def __post_init__(self) -> None:
        if self.rule not in _RULES or (self.rule != "none" and (not self.better or self.mcid_points is None)):
            raise CatalogueError(f"measures.toml: {self.code}: the rule cannot be applied")


OUTCOMES: Mapping[str, Outcome] = read_catalogue(CATALOGUE / "measures.toml", Outcome, table="outcome")
#: Told by the client at each visit or intake: never typed in a second time.
TOLD = frozenset({"NPRS", "PSFS", "REFER"})
#: Neither asked nor typed in before their owners agree (clinical reference 1.9).
WITHHELD = frozenset({"SBI", "SFI", "RMDQ23"})
#: What a therapist may type in as a total with its day; no item text of any questionnaire is shipped (1.9).
ENTERED: Mapping[str, Outcome] = MappingProxyType(
    {code: outcome for code, outcome in OUTCOMES.items() if code not in TOLD | WITHHELD}
)


class Change(models.TextChoices):
    """What became of an outcome."""

    IMPROVED = "improved", _("Improved")
    NO_CLEAR_CHANGE = "no_clear_change", _("No clear change")
    WORSE = "worse", _("Worse")
    NOT_JUDGED = "not_judged", _("Shown, not judged")


@dataclass(frozen=True)
class Comparison:
    """Two values of one outcome.

    ``points`` is after minus before, ``percent`` the same of the first value (None: that was 0). ``by_points`` and
    ``by_percent``: the verdict of each rule alone, None where it does not apply. ``recovered``: the value now reaches
    the published cut, None where there is none. ``within_error``: not more than the measuring error, None when that is
    not known.
    """

    change: Change
    points: float
    percent: float | None
    by_points: Change | None
    by_percent: Change | None
    recovered: bool | None
    within_error: bool | None


def compare(
    code: str, before: float, after: float, *, safety_worse: bool = False, spreads_further: bool = False
) -> Comparison:
    """Improved, no clear change or worse, with both rules (clinical reference 4.10, flag logic).

    ``before`` and ``after`` in the units of the outcome. ``safety_worse``: a safety answer became worse, which leaves
    no "improved". ``spreads_further``: the deepest referral went down the leg, which is "worse". A first value up to
    the outcome's ``percent_only_to`` is judged by percent alone. Raises ``KeyError`` for an unknown code and
    ``ValueError`` for a value outside its range.
    """
    outcome = OUTCOMES[code]
    for value in (before, after):
        if not outcome.minimum <= value <= outcome.maximum:
            raise ValueError(f"{code}: {value} is not between {outcome.minimum} and {outcome.maximum}")
    points = after - before
    # The gain is positive when it is for the better.
    sign = -1 if outcome.better == "down" else 1
    by_points = by_percent = None
    if outcome.rule == "value":
        by_points = _passed(sign * after, outcome.mcid_points)
    elif outcome.rule != "none":
        if outcome.percent_only_to is None or before > outcome.percent_only_to:
            by_points = _passed(sign * points, outcome.mcid_points)
        if outcome.mcid_percent is not None:
            # From 0 every change is larger than any share of it.
            by_percent = _passed(sign * points * 100, outcome.mcid_percent * abs(before), strict=before == 0)
    change = _together(outcome.rule, [each for each in (by_points, by_percent) if each is not None])
    if change is Change.IMPROVED and safety_worse:
        change = Change.NO_CLEAR_CHANGE
    if spreads_further:
        change = Change.WORSE
    return Comparison(
        change=change,
        points=points,
        percent=round(100 * points / abs(before), 1) if before else None,
        by_points=by_points,
        by_percent=by_percent,
        recovered=None if outcome.recovered is None else sign * after >= sign * outcome.recovered,
        within_error=None if outcome.mdc is None else abs(points) <= outcome.mdc,
    )


def _passed(gain: float, least: float | None, *, strict: bool = False) -> Change:
    """The verdict of one rule: a gain of ``least`` or more is improved, a loss as large is worse."""
    needed = least or 0
    if gain >= needed and not (strict and gain == 0):
        return Change.IMPROVED
    if gain <= -needed and not (strict and gain == 0):
        return Change.WORSE
    return Change.NO_CLEAR_CHANGE


def _together(rule: str, verdicts: list[Change]) -> Change:
    """One verdict of both rules: either is enough ("any"), or all must agree ("both")."""
    if not verdicts:
        return Change.NOT_JUDGED
    if rule == "both":
        return verdicts[0] if len(set(verdicts)) == 1 else Change.NO_CLEAR_CHANGE
    for change in (Change.WORSE, Change.IMPROVED):
        if change in verdicts:
            return change
    return Change.NO_CLEAR_CHANGE
