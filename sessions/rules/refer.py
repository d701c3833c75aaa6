"""When to send a client on: the refer rules, and what the pattern view may be told (clinical reference 3.5 and 3.6).

The rules are data (``sessions/catalogue/refer.toml``) and judged by the interpreter of the intake. Nothing here names
an illness as found: a pattern is "findings that fit", a rule is advice with its reason.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from clinic.catalogues import CatalogueError, read_catalogue
from clinic.vocabulary import Severity
from intake.rules.conditions import Facts, evaluate, validate
from intake.rules.patterns import BANDS, PatternScore
from intake.rules.screening import ENTRIES
from sessions.rules.muscles import CATALOGUE

#: Patterns that massage of hips and glutes may help; for any other best one the client is told so (reference 3.5).
MAY_HELP = frozenset({"P_PIR", "P_GTPS", "P_HAM"})
#: The best pattern among these asks for an examination from "some" on (RF5).
_ASKS_FOR_EXAMINATION = frozenset({"P_STEN", "P_SPL", "P_OTHER", "P_HIP"})
#: Shown at once (3.5); the two best within so many hundredths of their points are alike (RF10).
BEST = 2
_ALIKE = 10
_TIERS = ("stop", "limit", "note")


@dataclass(frozen=True, kw_only=True)
class Refer:
    """A row of clinical reference 3.6; the keys are explained at the top of the catalogue."""

    code: str
    says: str
    do: str
    within: str
    tier: str
    when: Mapping[str, Any] | None = None
    rule: str = ""
    source: str = "clinical reference 3.6 [DESIGN]"

    def __post_init__(self) -> None:
        if self.tier not in _TIERS or (self.when is None) == (self.rule not in RULES):
            raise CatalogueError(f"refer.toml: {self.code}: a tier, and either a condition or a known rule")
        if self.when is not None:
            validate(self.when, self.code)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What is known of a client on the day ``on``.

    ``answers`` as ``screen()`` reads them, ``findings`` in the shape of ``for_rules``, ``flags``: codes of the open
    entries, ``scores`` of the pattern view, best first. ``referral``: how far down the pain went, 0 (nowhere) to 6
    (foot), telling by telling, oldest first. ``improved``: an outcome has passed its change limit since the first
    visit, None while it is too early to say (fewer than 4 visits and 6 weeks).
    """

    on: date
    answers: Mapping[str, Any]
    findings: Mapping[str, Any]
    flags: Collection[str]
    scores: Sequence[PatternScore]
    referral: Sequence[int] = ()
    improved: bool | None = None


def _open(seen: Seen, severity: Severity) -> bool:
    return any(ENTRIES[code].severity == severity for code in seen.flags if code in ENTRIES)


def _share(score: PatternScore) -> float:
    return 100 * score.points / score.possible if score.possible else 0


def _some(score: PatternScore) -> bool:
    return score.band is not None and list(BANDS).index(score.band) >= list(BANDS).index("some")


def best(scores: Sequence[PatternScore]) -> tuple[PatternScore, ...]:
    """The patterns that are shown: the two best of those with a band; none while too little is done."""
    return tuple(score for score in scores if score.band is not None)[:BEST]


def _best_needs_examination(seen: Seen) -> bool:
    shown = best(seen.scores)
    examined = seen.answers.get("ab_pcp_seen") == "exam"
    return bool(shown) and shown[0].code in _ASKS_FOR_EXAMINATION and _some(shown[0]) and not examined


def _unclear(seen: Seen) -> bool:
    shown = best(seen.scores)
    return len(shown) == BEST and all(map(_some, shown)) and abs(_share(shown[0]) - _share(shown[1])) <= _ALIKE


def spreads(referral: Sequence[int]) -> bool:
    """Whether the pain was at least one step further down at each of the last two tellings than before them."""
    return len(referral) > 2 and all(step > referral[-3] for step in referral[-2:])


#: What the conditions of the catalogue cannot say, by the name it uses.
RULES: Mapping[str, Callable[[Seen], bool]] = MappingProxyType(
    {
        "emergency": lambda seen: _open(seen, Severity.EMERGENCY),
        "absolute": lambda seen: _open(seen, Severity.ABSOLUTE),
        "best_needs_examination": _best_needs_examination,
        "unclear": _unclear,
        "spreads": lambda seen: spreads(seen.referral),
        "no_improvement": lambda seen: seen.improved is False,
    }
)
REFER: Mapping[str, Refer] = read_catalogue(CATALOGUE / "refer.toml", Refer, table="refer")


def advice(seen: Seen) -> tuple[Refer, ...]:
    """The refer rules that hold, the most pressing first (clinical reference 3.6)."""
    facts = Facts(
        seen.answers,
        on=seen.on,
        findings=seen.findings,
        flags=dict.fromkeys(seen.flags, True),
        bands=lambda: {score.code: score.band for score in seen.scores},
    )
    found = [
        rule
        for rule in REFER.values()
        if (evaluate(rule.when, facts) if rule.when is not None else RULES[rule.rule](seen))
    ]
    return tuple(sorted(found, key=lambda rule: _TIERS.index(rule.tier)))


def may_not_help(scores: Sequence[PatternScore]) -> bool:
    """Whether the best pattern is one for which massage may not be effective (clinical reference 3.5 [DOC])."""
    shown = best(scores)
    return bool(shown) and shown[0].code not in MAY_HELP
