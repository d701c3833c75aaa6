"""The pattern view: which findings fit which pattern, line by line (clinical reference 3.5). Never a diagnosis.

It lives beside the screening and not with the session note because ``screen()`` needs the bands of P_RAD and P_STEN.
Weights and wording are data (``intake/catalogue/patterns.toml``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from clinic.catalogues import read_catalogue, read_toml
from intake.rules.conditions import Facts, evaluate
from intake.rules.questions import CATALOGUE, QUESTIONS, asked

#: Fewer lines done than this, and no band is given (clinical reference 3.5).
ENOUGH_DONE = 4


@dataclass(frozen=True)
class Line:
    """One line of a pattern: ``points`` when ``when`` holds, or those of ``less`` when only its weaker condition does.

    ``needs`` names the questions and tests of which ``needs_at_least`` make the line done; one question is enough.
    """

    text: str
    points: int
    needs: tuple[str, ...]
    when: Mapping[str, Any]
    less: Mapping[str, Any] | None = None
    needs_at_least: int = 1


@dataclass(frozen=True)
class Pattern:
    """A pattern with what counts for and against it; ``maximum`` is the most points that it can reach."""

    code: str
    label: str
    maximum: int
    counts_for: tuple[Line, ...]
    counts_against: tuple[Line, ...] = ()
    possible_cap: int | None = None

    def __post_init__(self) -> None:
        for side in ("counts_for", "counts_against"):
            object.__setattr__(self, side, tuple(Line(**line) for line in getattr(self, side)))


@dataclass(frozen=True)
class Observation:
    """A sign that a pattern counts and that has no test of its own; recorded as a finding: neg, pos or not_done."""

    code: str
    wording: str


@dataclass(frozen=True)
class CountedLine:
    """A line as it came out: ``points`` reached (below 0 when it counts against), and whether it was looked at."""

    text: str
    points: int
    done: bool


@dataclass(frozen=True)
class PatternScore:
    """Findings that fit a pattern: ``points`` of ``possible``, ``done`` of ``of`` lines; too few done: no band."""

    code: str
    label: str
    points: int
    possible: int
    done: int
    of: int
    band: str | None
    counts_for: tuple[CountedLine, ...]
    counts_against: tuple[CountedLine, ...]


_FILE = CATALOGUE / "patterns.toml"
PATTERNS: Mapping[str, Pattern] = read_catalogue(_FILE, Pattern, table="pattern")
OBSERVATIONS: Mapping[str, Observation] = read_catalogue(_FILE, Observation, table="observation")
#: Band → percent of the possible points from which it begins, worst fit first.
BANDS: Mapping[str, int] = MappingProxyType(read_toml(_FILE)["bands"])


def _recorded(code: str, findings: Mapping[str, Any]) -> bool:
    """True when a test has a result other than ``not_done``."""
    measures = ("angle", "value", "where")
    return any(
        item.get("result", "not_done") not in (None, "not_done")
        or ("result" not in item and any(item.get(name) is not None for name in measures))
        for item in findings.get(code, ())
    )


def _done(line: Line, answers: Mapping[str, Any], shown: frozenset[str], findings: Mapping[str, Any]) -> bool:
    """A question counts when answered or hidden by skip logic, a test when it has a result."""
    questions = [name for name in line.needs if name in QUESTIONS]
    if any(name in answers or name not in shown for name in questions):
        return True
    codes = [name for name in line.needs if name not in QUESTIONS and _recorded(name, findings)]
    return len(codes) >= line.needs_at_least


def _points(line: Line, facts: Facts) -> int:
    if evaluate(line.when, facts):
        return line.points
    if line.less and evaluate(line.less["when"], facts):
        return int(line.less["points"])
    return 0


def _band(points: int, possible: int, done: int) -> str | None:
    if done < ENOUGH_DONE or possible == 0:
        return None
    return [band for band, percent in BANDS.items() if points * 100 >= percent * possible][-1]


def pattern_view(
    answers: Mapping[str, Any], findings: Mapping[str, Any] | None = None, *, on: date
) -> tuple[PatternScore, ...]:
    """Every pattern with its score on the day ``on``, best fit first; patterns without a band come last.

    ``answers`` are cleaned (``questions.check``). ``findings``: test code → list of ``{"side", "result", "angle",
    "where", "value"}``, each key optional. The score is taken over the lines done; what counts against lowers it, but
    never below 0 and never the possible points.
    """
    findings = findings or {}
    facts = Facts(answers, on=on, findings=findings)
    shown = asked(answers, on=on)
    scores = []
    for pattern in PATTERNS.values():
        lines_for = []
        possible = 0
        for line in pattern.counts_for:
            done = _done(line, answers, shown, findings)
            lines_for.append(CountedLine(line.text, _points(line, facts) if done else 0, done))
            possible += line.points if done else 0
        lines_against = [
            CountedLine(line.text, -_points(line, facts), _done(line, answers, shown, findings))
            for line in pattern.counts_against
        ]
        reached = sum(line.points for line in lines_for)
        if pattern.possible_cap is not None:
            reached, possible = min(reached, pattern.possible_cap), min(possible, pattern.possible_cap)
        points = max(0, reached + sum(line.points for line in lines_against))
        done_count = sum(line.done for line in lines_for)
        scores.append(
            PatternScore(
                code=pattern.code,
                label=pattern.label,
                points=points,
                possible=possible,
                done=done_count,
                of=len(lines_for),
                band=_band(points, possible, done_count),
                counts_for=tuple(lines_for),
                counts_against=tuple(lines_against),
            )
        )
    return tuple(sorted(scores, key=lambda s: (s.band is None, -s.points / max(s.possible, 1))))
