"""How a client stands, in words, and the outcome scores that were typed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.models import Client
from intake.queries import situation
from intake.rules.questions import QUESTIONS
from sessions.models import Score, WayOn
from sessions.queries.assessment import LOOK_BACK, course_of
from sessions.queries.progress import check_ins_up_to
from sessions.rules.outcomes import ENTERED, OUTCOMES, Change
from sessions.rules.reach import STEPS
from sessions.rules.standing import Measured, Standing, standing

#: What check-ins ask instead of the average of a week.
_LABELS = {"NPRS": gettext_lazy("Pain now, 0 to 10")}
_TIERS = {Change.IMPROVED: "ok", Change.WORSE: "limit"}


@dataclass(frozen=True)
class ChangeRow:
    """One measure at first and now: both rules apart and together, in words. ``rule``: its published change limit."""

    label: str
    rule: str
    first: str
    first_on: date
    last: str
    last_on: date
    by_points: str
    by_percent: str
    word: str


@dataclass(frozen=True)
class StandingWords:
    """How a client stands since the first visit; ``word`` for all measures together, ``tier`` its look.

    ``decided_on``, ``decided``: when it was decided last how to go on, and how, with the reason.
    """

    word: str
    tier: str
    visits: int
    rows: tuple[ChangeRow, ...]
    decided_on: date | None
    decided: str


def in_words(stands: Standing) -> StandingWords:
    """``stands`` as the pages show it."""
    taken = stands.decided
    return StandingWords(
        word=str(stands.change.label) if stands.change else "",
        tier=_TIERS.get(stands.change, "note") if stands.change else "note",
        visits=stands.visits,
        rows=tuple(map(_row, stands.measured)),
        decided_on=taken.on if taken else None,
        decided=f"{WayOn(taken.way).label}: {taken.reason}" if taken else "",
    )


def _row(measured: Measured) -> ChangeRow:
    outcome, found = OUTCOMES[measured.code], measured.comparison
    return ChangeRow(
        label=str(_LABELS.get(measured.code, outcome.label)),
        rule=outcome.change,
        first=_value(measured.code, measured.first),
        first_on=measured.first_on,
        last=_value(measured.code, measured.last),
        last_on=measured.last_on,
        by_points=str(found.by_points.label) if found.by_points else "",
        by_percent=str(found.by_percent.label) if found.by_percent else "",
        word=str(found.change.label),
    )


def _value(code: str, value: float) -> str:
    if code == "REFER":
        return str(QUESTIONS["ck_refer"].options[STEPS[int(value)]])
    unit = OUTCOMES[code].unit
    return f"{value:g} {unit}".strip()


@dataclass(frozen=True)
class ScoreRow:
    """One value that counts, to be taken back: ``measure`` and ``value`` in words."""

    code: str
    measure: str
    on: date
    value: str
    by: str


@dataclass(frozen=True)
class Outcomes:
    """The page of outcomes: how it stands, and what was typed in, newest first."""

    standing: StandingWords
    scores: tuple[ScoreRow, ...]


def outcomes(client: Client, *, on: date) -> Outcomes:
    """How ``client`` (from the charted door) stands on the day ``on``; the same statements however much there is."""
    check_ins = check_ins_up_to(client, on=on, days=LOOK_BACK)
    held = situation(client, on=on)
    rows: dict[tuple[str, date], Any] = {
        (score.code, score.on): score
        for score in Score.objects.filter(client=client).select_related("by").order_by("id")
    }
    typed = sorted((row for row in rows.values() if row.value is not None), key=lambda row: row.on, reverse=True)
    return Outcomes(
        standing=in_words(standing(course_of(client, held, check_ins, on=on), on=on)),
        scores=tuple(
            ScoreRow(row.code, ENTERED[row.code].label, row.on, _value(row.code, float(row.value)), row.by.printed_name)
            for row in typed
        ),
    )


def measures() -> list[tuple[str, str]]:
    """What may be typed in, each with its range: "Oswestry (score entry), 0 to 100"."""
    said = _("%(label)s, %(low)g to %(high)g")
    return [
        (code, said % {"label": each.label, "low": each.minimum, "high": each.maximum})
        for code, each in ENTERED.items()
    ]
