"""What a letter to a client's doctor says: facts alone, in a fixed shape (clinical reference 3.6, letter fields).

The letter names no diagnosis. Page and paper are made of the same facts, and the signature is under these.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic.vocabulary import Severity
from intake.rules.screening import ENTRIES, ScreeningResult

#: Raised by what the client wishes or has not answered yet: nothing that a doctor could say a word about.
NOT_FOR_A_DOCTOR = frozenset({"A_CONSENT", "L_NOCONSENT", "L_AVOID", "C_ASK"})
#: What tells the course of the complaint (clinical reference 3.6: "time course").
COURSE = ("pn_onset", "pn_start", "pn_before", "pn_trend", "pn_worst_at", "pn_side", "pn_refer", "pn_now", "pn_worst")
#: As long as the words above and below it leave room for on one page.
LONGEST_REMARK = 600


def may_be_asked(code: str) -> bool:
    """Whether a letter can be about the entry ``code``."""
    return code in ENTRIES and code not in NOT_FOR_A_DOCTOR and ENTRIES[code].severity is not Severity.INFO


def chosen_beforehand(codes: Iterable[str], result: ScreeningResult | None) -> list[str]:
    """Those of ``codes`` that wait for a doctor: what stops (RF1, RF2), and what is asked for before each start."""
    asked = frozenset(result.to_confirm) if result is not None else frozenset()
    return [code for code in codes if ENTRIES[code].blocking or code in asked]


def reason(code: str) -> dict[str, Any]:
    """How the letter names an entry: the plain name, the clinical one with its codes, and what an answer must hold."""
    entry = ENTRIES[code]
    return {
        "code": code,
        "label": entry.label,
        "clinical": entry.clinical,
        "codes": [code for code in entry.icd10 if " " not in code],  # one with a mark beside it is not certain
        "stops": entry.blocking,
        "asks": _asks(code),
    }


def _asks(code: str) -> list[str]:
    """What an answer about the entry needs so that it counts here (clearance rules of 2.1)."""
    entry = ENTRIES[code]
    if not entry.lifts:
        return [_("We ask for your advice; our limits for this stay.")]
    said = []
    if entry.blocking:
        said.append(_("A yes counts only in writing."))
    if "months" in entry.life:
        number = entry.life["months"]
        text = ngettext("It counts for %(n)s month at most.", "It counts for %(n)s months at most.", number)
        said.append(text % {"n": number})
    if "weeks" in entry.life:
        number = entry.life["weeks"]
        text = ngettext("It counts for %(n)s week at most.", "It counts for %(n)s weeks at most.", number)
        said.append(text % {"n": number})
    if entry.clearance_names_size is not None:
        said.append(_("Please write the size in cm."))
    return said


def fingerprint(facts: Mapping[str, Any]) -> str:
    """The same for the same facts, and for no others: what was read is what is signed."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


#: Characters of all facts together from which the paper is set closer, so that it stays one page.
_CLOSE, _SMALL = 1500, 2600


def setting(facts: Mapping[str, Any]) -> str:
    """How close the paper is set: "plain", "close" or "small"."""
    letters = len(json.dumps(facts, ensure_ascii=False))
    if letters > _SMALL:
        return "small"
    return "close" if letters > _CLOSE else "plain"
