"""What today's check-in says that the last visit did not: nothing is hunted for (design rules, section 6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from intake.rules.questions import CHECK_IN_IDS, QUESTIONS
from sessions.rules.trend import REAL_CHANGE

#: The places that pain travels to, nearest first, with their words.
REFERRAL = QUESTIONS["ck_refer"].options
#: Questions of the check-in that look for danger.
_SAFETY = tuple(name for name in CHECK_IN_IDS if QUESTIONS[name].safety)

_TIERS = ("stop", "limit", "note", "ok")


@dataclass(frozen=True)
class Change:
    """One line of what is new since the last visit."""

    tier: str  # "stop", "limit", "note" or "ok"
    title: str
    text: str


def changes_since(was: Mapping[str, Any], pain_then: int | None, now: Mapping[str, Any]) -> list[Change]:
    """The lines for today's answers ``now``, the gravest first.

    ``was``: the answers of the check-in of the last visit, empty without one; ``pain_then``: the pain after that visit,
    else before it, 0 to 10, None when there was none.
    """
    return gravest_first([*_referral(was, now), *_pain(pain_then, now), *_health(now), _safety(now)])


def gravest_first(changes: Iterable[Change]) -> list[Change]:
    """The lines from "stop" to "ok", in their order within each tier."""
    return sorted(changes, key=lambda change: _TIERS.index(change.tier))


def _referral(was: Mapping[str, Any], now: Mapping[str, Any]) -> list[Change]:
    steps = list(REFERRAL)
    before, after = was.get("ck_refer"), now.get("ck_refer")
    if before not in steps or after not in steps or before == after:
        return []
    words = {"now": REFERRAL[after], "was": REFERRAL[before]}
    if steps.index(after) > steps.index(before):
        return [Change("limit", _("Travels further"), _("%(now)s (was %(was)s).") % words)]
    return [Change("ok", _("Has moved up"), _("%(now)s (was %(was)s).") % words)]


def _pain(then: int | None, now: Mapping[str, Any]) -> list[Change]:
    pain = now.get("ck_now")
    if not isinstance(pain, int):
        return []
    title = _("Pain now %(pain)s") % {"pain": pain}
    if then is None:
        return [Change("note", title, "")]
    tier = "limit" if pain - then >= REAL_CHANGE else "note"
    return [Change(tier, title, _("was %(pain)s after the last visit.") % {"pain": then})]


def _health(now: Mapping[str, Any]) -> list[Change]:
    found = []
    if now.get("ck_change") in ("yes", "unsure"):
        text = str(now.get("ck_change_text") or "")
        found.append(Change("limit", _("Health, medicine or pregnancy has changed"), text))
    if now.get("ck_after") in ("sore_long", "worse"):
        text = _("Sore for more than two days, or worse.")
        found.append(Change("limit", _("The day after the last visit"), text))
    if [code for code in now.get("ck_meds") or () if code != "none"]:
        found.append(Change("limit", _("Something that dulls feeling in the last 6 hours"), ""))
    return found


def _safety(now: Mapping[str, Any]) -> Change:
    if any(now.get(name) not in (None, "no", ["none"]) for name in _SAFETY):
        return Change("limit", _("Safety check"), _("At least one sign was ticked. Open the check-in."))
    return Change("ok", _("Safety check"), _("None of the signs today."))
