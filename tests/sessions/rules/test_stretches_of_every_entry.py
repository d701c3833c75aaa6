"""Blocked means blocked: for every entry, item, level, side and bed, worked out again from the tables of 5.2 and 5.3.

Nothing of the code under test is used for what is expected: the rows of the reference and ten lines below.
"""

import re
from functools import cache, partial
from itertools import product

import pytest

from clinic.vocabulary import REGION_SETS
from intake.rules.screening import ENTRIES, screen
from sessions.rules.offer import Verdict, offers
from sessions.rules.stretches import STRETCHES, Suitable, allowed_levels, highest_level, levels_to_freeze, suitability
from tests.answers import DAY, all_clear, check_in_clear
from tests.intake.rules.test_contraindication_table import NOT_IN_ANSWERS, PRACTICE, TABLE
from tests.sessions.rules.reference_5 import BANS, LIBRARY, WORDS

CASES = [
    pytest.param(code, case, id=f"{code}-{number}", marks=[pytest.mark.exhaustive] if number else [])
    for code, (raising, _others) in TABLE.items()
    for number, case in enumerate(raising)
]
SIDES = {"left": "L", "right": "R", None: ""}


def _bans_by_name():
    """Each name of a heading of 5.2 and the bans under it, e.g. "C_PREG2, from week 20"."""
    lines = [line for line in BANS.strip().split("\n") if line]
    pairs = zip(lines[::2], lines[1::2], strict=True)
    return {
        re.sub(r" \(cleared\)$", "", name): bans.split("|")[0].strip()
        for heading, bans in pairs
        for name in heading.removeprefix("# ").split(" / ")
    }


BY_NAME = _bans_by_name()
ITEMS = {
    code: [None if cell == "not offered" else set() if cell == "none" else set(cell.split()) for cell in cells]
    for code, *cells in ([cell.strip() for cell in line.split("|")] for line in LIBRARY.strip().split("\n"))
}
WITH_A_BED = {row.split(" | ")[0] for row in WORDS.strip().split("\n") if "B" in row.split(" | ")[3].split()}


def _names(code, answers):
    """Which rows of 5.2 hold for ``code`` with these answers."""
    weeks = answers.get("hx_preg_wk", 0)
    special = {
        "A_HEART": ["C_HEART"],
        "A_STROKE": ["C_STROKE_OLD"],
        "C_PREG1": ["C_PREG1 (maybe)" if answers.get("sf_preg") == "maybe" else "C_PREG1 (wk 1–13, prefer_not)"],
        "C_PREG2": ["C_PREG2, from week 20" if weeks >= 20 else "C_PREG2, weeks 14–19"],
        "C_INFLAM": ["C_INFLAM with ankspond"] if "ankspond" in answers["hx_dx"] else [],
        "C_WEIGHT": [f"C_WEIGHT {each}" for each in answers["gl_pos"] if each != "none"],
    }
    return special.get(code, [code])


def _sides(code, answers):
    """The side of that hip or leg; both where the answers do not say."""
    if code in ("L_THR_POST", "L_THR_ANT", "C_THR_OLD"):
        return [group["side"] for group in answers["hx_thr"]]
    marked = [place for place in answers["pn_map"] if place.partition(":")[0] in REGION_SETS["LOWER_LEG"]]
    return [place[-1] for place in marked] or ["L", "R"]


def _rules(codes, answers):
    """(banned together, item code or "", levels, side or "") of every ban, and the highest level."""
    bans, highest = set(), 3
    for code in codes:
        if code == "A_PREG_HIGH":
            highest = 1
        text = " ".join(BY_NAME.get(name, "") for name in _names(code, answers))
        highest = min([highest, *(int(level) for level in re.findall(r"max level (\d)", text))])
        for word in re.findall(r"(?:F_[A-Z0-9]|CA-01)[^\s;,]*", text):
            what, _colon, sided = word.partition(":")
            what, _at, levels = what.partition("@")
            for side in _sides(code, answers) if sided else [""]:
                flags = frozenset() if what == "CA-01" else frozenset(what.split("+"))
                bans.add((flags, "" if flags else what, levels or "123", side))
    return bans, highest


def _fits(code, level, side, bed, *, bans, highest, only):
    flags = ITEMS[code][level - 1]
    if flags is None or code == "NE-03" or level > highest or (only and code not in ("BR-01", "BR-02", "BR-03")):
        return False
    flags = flags - {"F_FLOOR"} if bed and code in WITH_A_BED else flags
    for what, item, levels, ban_side in bans:
        here = str(level) in levels and (not ban_side or side in ("", ban_side))
        if here and (item == code or (not item and what <= flags)):
            return False
    return True


@cache
def _offered(limits_key, side, bed):
    return {
        (code, level): isinstance(verdict, Suitable)
        for level in (1, 2, 3)
        for code, verdict in suitability(_LIMITS[limits_key], side=side, level=level, bed=bed).items()
    }


_LIMITS = {}


def _key(limits):
    key = (limits.no_stretch_flags, limits.no_stretches, limits.only_stretches, limits.max_level)
    _LIMITS.setdefault(key, limits)
    return key


def _judged(case, clearances=()):
    intake, check_in, findings = case
    today = check_in_clear(**check_in) if check_in else None
    answers = all_clear(**{name: value for name, value in intake.items() if name != "ck_glute"})
    if today is not None and "ck_glute" in intake:
        today.pop("ck_glute")
    result = screen(
        answers, on=DAY, check_in=today, findings=findings or None, practice=PRACTICE, clearances=clearances
    )
    return answers | (check_in or {}), result


def _letter(codes):
    return {
        "entries": codes,
        "kind": "written",
        "clinician": "Dr. Ada Moss",
        "profession": "physician",
        "contact": "",
        "date": DAY.isoformat(),
        "massage": "yes",
        "regions": "all",
        "max_pressure": None,
        "stretch_flags_lifted": [],
        "conditions": "stable at 4 cm",
        "expires": "",
        "file": "",
    }


@pytest.mark.parametrize(("code", "case"), CASES)
def test_what_is_offered_is_what_the_tables_say(code, case):
    answers, open_result = _judged(case)
    stops = [flag.code for flag in open_result.flags if ENTRIES[flag.code].blocking]
    _answers, result = _judged(case, [_letter(stops)] if stops else [])
    left = [flag.code for flag in result.flags if ENTRIES[flag.code].blocking]
    raised = {flag.code for flag in (*result.flags, *result.cleared)}
    bans, highest = _rules(raised, answers)
    highest = 0 if left else highest

    assert code in raised
    for (side, letter), bed in product(SIDES.items(), (True, False)):
        expected = {
            (item, level): _fits(item, level, letter, bed, bans=bans, highest=highest, only="C_FLARE" in raised)
            for item in ITEMS
            for level in (1, 2, 3)
        }
        assert _offered(_key(result.limits), side, bed) == expected


def _decided(case):
    """The limits a decision on this case freezes, and what the tables say of every item, level, side and bed."""
    answers, result = _judged(case)
    stops = [flag.code for flag in result.flags if ENTRIES[flag.code].blocking]
    if stops:
        _answers, result = _judged(case, [_letter(stops)])
    raised = {flag.code for flag in (*result.flags, *result.cleared)}
    bans, highest = _rules(raised, answers)
    if any(ENTRIES[flag.code].blocking for flag in result.flags):
        highest = 0
    return result.limits, partial(_fits, bans=bans, highest=highest, only="C_FLARE" in raised)


@pytest.mark.parametrize(("code", "case"), CASES)
@pytest.mark.parametrize("bed", [True, pytest.param(False, marks=pytest.mark.exhaustive)])
def test_what_the_draft_offers_is_what_the_tables_say(code, case, bed):
    limits, fits = _decided(case)
    levels = levels_to_freeze(limits, bed=bed)

    for sore, start in product("LRB", (1, 2)):
        for offer in offers(levels, limits, sore=sore, start=start, bed=bed):
            item = offer.stretch.code
            side = "" if offer.side == "B" else offer.side
            lowest = offer.stretch.levels[0]
            assert (offer.verdict is Verdict.BLOCKED) is not fits(item, lowest, side, bed), (item, sore)
            if offer.fits_start:
                assert fits(item, offer.level, side, bed), (item, sore, start)
            for letter, most in (("L", offer.left), ("R", offer.right)):
                here = "" if offer.stretch.both_sides else letter
                assert [level for level in (1, 2, 3) if fits(item, level, here, bed)] == [
                    level for level in offer.stretch.levels if level <= most
                ], (item, letter)


@pytest.mark.parametrize(("code", "case"), CASES)
@pytest.mark.parametrize("bed", [True, pytest.param(False, marks=pytest.mark.exhaustive)])
def test_what_the_draft_takes_is_what_the_tables_say(code, case, bed):
    limits, fits = _decided(case)
    levels, stored = levels_to_freeze(limits, bed=bed), limits.as_data()

    for stretch, side, on_bed in product(STRETCHES.values(), "LRB", (True, False)):
        if stretch.both_sides and side != "B":
            continue
        most = highest_level(levels, stored, stretch.code, side, on_bed=on_bed and stretch.code in WITH_A_BED)
        taken = [level for level in stretch.levels if stretch.home and level <= most]
        here = "" if side == "B" else side
        assert taken == [level for level in (1, 2, 3) if fits(stretch.code, level, here, bed and on_bed)], (
            stretch.code,
            side,
            on_bed,
        )


@pytest.mark.parametrize(("code", "case"), CASES)
def test_what_the_database_is_told_is_what_the_tables_say(code, case):
    limits, fits = _decided(case)
    frozen = levels_to_freeze(limits, bed=True)

    for stretch, side, on_bed in product(STRETCHES.values(), "LR", (True, False)):
        told = frozen[stretch.code]
        most = told[side] if on_bed else told.get(f"{side}/floor", told[side])
        here = "" if stretch.both_sides else side
        assert [level for level in stretch.levels if level <= most] == [
            level for level in (1, 2, 3) if fits(stretch.code, level, here, on_bed)
        ], (stretch.code, side, on_bed)


@pytest.mark.parametrize(("code", "case"), [case for case in CASES if ENTRIES[case.values[0]].blocking])
def test_under_an_open_stop_nothing_is_offered_at_all(code, case):
    _answers, result = _judged(case)

    assert set(_offered(_key(result.limits), None, True).values()) == {False}
    assert allowed_levels(result.limits, bed=True) == {item: {"L": 0, "R": 0} for item in ITEMS}


def test_every_entry_that_answers_can_raise_is_tried():
    assert {case.values[0] for case in CASES} == set(ENTRIES) - NOT_IN_ANSWERS
