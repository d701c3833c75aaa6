"""Clearances: which letters lift what, for how long and how far (clinical reference 2.1, rules 1 to 7)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from intake.rules.clearance import read_clearance
from intake.rules.conditions import add_months
from intake.rules.screening import ENTRIES, ScreeningResult, screen
from tests.answers import DAY, all_clear, check_in_clear
from tests.intake.rules.test_contraindication_table import AAA, PREGNANT, SAD, SLIP, WEAK, bp, hip, surgery

LONG_AGO = DAY - timedelta(days=60)
HIGH = SLIP | {"hx_spl_grade": "3"}


def letter(*entries: str, **rest: Any) -> dict[str, Any]:
    return {
        "entries": list(entries),
        "kind": "written",
        "date": DAY.isoformat(),
        "massage": "yes",
        "regions": "all",
    } | rest


def judged(answers: dict[str, Any], *letters: dict[str, Any], **rest: Any) -> ScreeningResult:
    return screen(all_clear(**answers), on=rest.pop("on", DAY), clearances=letters, **rest)


def lifted(result: ScreeningResult) -> set[str]:
    return {flag.code for flag in result.cleared}


# --- rules 1 and 2: what counts, and how far ----------------------------------------------------------------------


def test_a_cleared_entry_stays_listed_with_what_is_left_of_it():
    result = judged(HIGH, letter("A_SPL_HIGH"))

    assert lifted(result) == {"A_SPL_HIGH"}
    assert (result.severity, result.session_allowed) == ("none", "yes")
    assert (result.limits.pressure_cap, result.limits.no_positions) == (2, {"PRONE"})


def test_a_letter_lifts_only_the_entries_that_it_names():
    result = judged(HIGH | WEAK, letter("A_SPL_HIGH"))

    assert lifted(result) == {"A_SPL_HIGH"}
    assert result.session_allowed == "no"
    assert [flag.code for flag in result.flags if flag.severity == "absolute"] == ["A_SPL_NEURO"]


@pytest.mark.parametrize(("days", "counts"), [(-1, False), (0, True), (1, True)])
def test_a_letter_counts_to_the_end_of_its_last_day(days, counts):
    ends = (DAY + timedelta(days=days)).isoformat()

    result = judged(HIGH, letter("A_SPL_HIGH", date=LONG_AGO.isoformat(), expires=ends))

    assert (lifted(result) == {"A_SPL_HIGH"}) is counts


@pytest.mark.parametrize(("code", "answers"), [("A_SPL_HIGH", HIGH), ("E_CORD", {"sf_cord": "yes"})])
def test_without_an_end_of_its_own_a_letter_has_the_life_of_the_row(code, answers):
    """Six calendar months for both entries; their last day is included."""
    dated = date(2025, 12, 1)
    last = add_months(dated, ENTRIES[code].life["months"])
    old = letter(code, date=dated.isoformat())

    assert last == DAY
    assert lifted(judged(answers, old, answered_on=dated)) == {code}
    assert lifted(judged(answers, old, answered_on=dated, on=last + timedelta(days=1))) == set()


def test_a_shorter_life_in_the_letter_wins_and_a_longer_one_does_not():
    dated = (DAY - timedelta(days=200)).isoformat()

    assert lifted(judged(HIGH, letter("A_SPL_HIGH", date=dated, expires="2030-01-01"))) == set()


def test_a_letter_of_the_future_and_one_that_says_no_lift_nothing():
    tomorrow = (DAY + timedelta(days=1)).isoformat()

    assert lifted(judged(HIGH, letter("A_SPL_HIGH", date=tomorrow))) == set()
    assert lifted(judged(HIGH, letter("A_SPL_HIGH", massage="no"))) == set()


def test_an_approximate_date_of_a_letter_is_read_at_its_stricter_end():
    assert lifted(judged(HIGH, letter("A_SPL_HIGH", date="2025-12"))) == {"A_SPL_HIGH"}
    assert lifted(judged(HIGH, letter("A_SPL_HIGH", date="2025-12"), on=DAY + timedelta(days=1))) == set()
    assert lifted(judged(HIGH, letter("A_SPL_HIGH", date=LONG_AGO.isoformat(), expires="2026-06"))) == {"A_SPL_HIGH"}
    assert lifted(judged(HIGH, letter("A_SPL_HIGH", date=LONG_AGO.isoformat(), expires="2026"))) == set()


def test_the_stricter_of_row_and_letter_holds_after_a_block():
    stricter = judged(HIGH, letter("A_SPL_HIGH", max_pressure=1, regions=["THB:L"])).limits
    milder = judged(HIGH, letter("A_SPL_HIGH", max_pressure=5)).limits

    assert stricter.pressure_cap == stricter.pressure_cap_with_reason == 1
    assert "THB:L" not in stricter.no_regions
    assert {"THB:R", "LBK", "ABD"} <= stricter.no_regions
    assert milder.pressure_cap == milder.pressure_cap_with_reason == 2


def test_a_letter_opens_only_the_regions_that_it_names():
    avoid = {"hx_device": [{"code": "pump", "region": ["ABD", "LBK:L", "LBK:R"]}]}

    part = judged(avoid, letter("L_DEVICE", regions=["LBK:L"])).limits
    whole = judged(avoid, letter("L_DEVICE", regions=["LBK:L", "LBK:R"])).limits

    assert part.no_regions == {"SAD", "ABD", "LBK:R"}
    assert whole.no_regions == {"SAD", "ABD"}


def test_a_letter_lifts_only_the_stretch_flags_that_it_names():
    result = judged(hip(still_rules="yes"), letter("L_THR_POST", stretch_flags_lifted=["F_HF90:R"]))

    assert result.limits.no_stretch_flags == {"F_ADD:R", "F_IR:R"}


def test_more_pressure_than_the_row_allows_is_not_given():
    thinner = {"md_class": ["doac"]}

    three = judged(thinner, letter("C_ANTICOAG", max_pressure=3)).limits
    five = judged(thinner, letter("C_ANTICOAG", max_pressure=5)).limits
    nothing = judged(thinner, letter("C_ANTICOAG")).limits

    assert (three.pressure_cap, five.pressure_cap, nothing.pressure_cap) == (3, 3, 2)
    assert "TQ_ELB" in five.no_techniques


def test_pressure_for_one_region_raises_that_region_alone():
    back = letter("C_OSTEO", max_pressure=4, regions=["LBK:L", "LBK:R"])

    found = judged({"hx_dx": ["osteoporosis"], "sf_minor_fall": "no"}, back)

    assert found.limits.region_caps["LBK"] == 4
    assert found.limits.region_caps["MBK"] == 2


def test_pressure_for_one_side_raises_that_side_alone():
    left = letter("C_OSTEO", max_pressure=4, regions=["LBK:L"])

    caps = judged({"hx_dx": ["osteoporosis"], "sf_minor_fall": "no"}, left).limits.region_caps

    assert (caps["LBK:L"], caps["LBK:R"]) == (4, 2)


# --- rules 4 and 5: emergency and absolute --------------------------------------------------------------------------


@pytest.mark.parametrize("code", [code for code, entry in ENTRIES.items() if entry.blocking and entry.lifts])
def test_a_phone_note_never_opens_what_stops_the_session(code):
    from_everything = {"sf_cord": "yes"} | HIGH
    told = letter(code, kind="phone")

    assert lifted(judged(from_everything, told)) == set()


def test_a_phone_note_may_lift_a_limit():
    assert lifted(judged({"md_class": ["doac"]}, letter("C_ANTICOAG", kind="phone"))) == {"C_ANTICOAG"}


@pytest.mark.parametrize(("days", "counts"), [(-1, False), (0, True)])
def test_an_emergency_opens_only_by_a_result_from_the_day_of_the_answers_on(days, counts):
    answered = DAY - timedelta(days=10)
    dated = (answered + timedelta(days=days)).isoformat()

    result = judged({"sf_cord": "yes"}, letter("E_CORD", date=dated), answered_on=answered)

    assert (lifted(result) == {"E_CORD"}) is counts


def test_without_days_an_emergency_was_answered_today_and_all_else_before_the_letter():
    old = LONG_AGO.isoformat()

    assert lifted(judged({"sf_cord": "yes"} | HIGH, letter("E_CORD", "A_SPL_HIGH", date=old))) == {"A_SPL_HIGH"}


def test_an_answer_behind_an_absolute_entry_that_changed_after_the_letter_brings_the_block_back():
    dated = letter("A_SPL_HIGH", date=LONG_AGO.isoformat())
    days = {"hx_spl_grade": LONG_AGO, "pn_now": DAY}

    assert lifted(judged(HIGH, dated, answered_on=days)) == {"A_SPL_HIGH"}
    assert lifted(judged(HIGH, dated, answered_on=days | {"hx_spl_grade": LONG_AGO + timedelta(days=1)})) == set()


@pytest.mark.parametrize("answered_on", [None, LONG_AGO])
def test_what_the_check_in_says_was_said_today(answered_on):
    """A new weakness at the check-in is not covered by the letter about the old one."""
    old = letter("A_FOOTDROP", date=LONG_AGO.isoformat())
    weak = WEAK | {"pn_weak_when": "w2_12"}

    same = judged(weak, old, answered_on=answered_on, check_in=check_in_clear())
    worse = judged(weak, old, answered_on=answered_on, check_in=check_in_clear(ck_weak="yes"))

    assert "A_FOOTDROP" in lifted(same)
    assert "A_FOOTDROP" not in lifted(worse)


def test_what_was_said_in_private_was_said_at_that_check_in():
    told = check_in_clear(th_ask={"sf_sex": "yes"})
    old = letter("E_CES", date=LONG_AGO.isoformat())

    result = judged({"sf_sex": "prefer_not"}, old, answered_on=LONG_AGO, check_in=told)

    assert "E_CES" not in lifted(result)
    assert lifted(judged({"sf_sex": "prefer_not"}, letter("E_CES"), answered_on=LONG_AGO, check_in=told)) == {"E_CES"}


def test_the_newest_word_decides_and_a_no_needs_no_form():
    yes = letter("A_SPL_HIGH", date=LONG_AGO.isoformat())
    no_by_phone = letter("A_SPL_HIGH", kind="phone", massage="no", date=(DAY - timedelta(days=5)).isoformat())

    assert lifted(judged(HIGH, yes, no_by_phone)) == set()
    assert lifted(judged(HIGH, yes, no_by_phone, letter("A_SPL_HIGH"))) == {"A_SPL_HIGH"}


@pytest.mark.parametrize("code", ["A_FEVER", "A_CONTAG", "A_HTN_SEV", "A_KIDNEY", "A_INTOX", "A_CONSENT"])
def test_a_block_that_ends_with_its_cause_is_lifted_by_no_letter(code):
    causes = {"sf_fever": "yes", "hx_infect": ["stomach", "urine"], "pn_map": ["FLK:L"], "cs_massage": False}
    today = check_in_clear(ck_meds=["alcohol"], th_bp={"sys": 190, "dia": 90})

    result = judged(causes, letter(code), check_in=today)

    assert code in {flag.code for flag in result.flags}
    assert lifted(result) == set()


# --- what a row says besides ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "conditions", "counts"),
    [(4.9, "", True), (5, "", False), (5, "Aorta 5.0 cm, light massage only", True), (None, "", False)],
)
def test_a_large_aneurysm_must_be_named_with_its_size(size, conditions, counts):
    details = AAA["hx_aaa"] | ({"size_cm": size} if size else {})

    result = judged(AAA | {"hx_aaa": details}, letter("A_AAA_KNOWN", conditions=conditions))

    assert (lifted(result) == {"A_AAA_KNOWN"}) is counts


def test_a_letter_about_the_emergency_lowers_no_blood_pressure():
    high = bp(190, 100, "today", sym=["headache"])

    still = judged(high, letter("E_HTN"))
    lower = judged(high, letter("E_HTN"), check_in=check_in_clear(th_bp={"sys": 150, "dia": 90}))

    assert lifted(still) == lifted(lower) == {"E_HTN"}
    assert [flag.code for flag in still.flags if flag.severity == "absolute"] == ["A_HTN_SEV"]
    assert [flag.code for flag in lower.flags] == ["C_HTN"]


@pytest.mark.parametrize(("week", "told", "counts"), [(13, 6, True), (13, 7, False), (14, 6, True), (14, 5, False)])
def test_a_clearance_of_a_high_risk_pregnancy_ends_with_its_trimester(week, told, counts):
    """The letter is dated 6 days before; week 14 begins on the day on which the answers allow it at the latest."""
    answers = PREGNANT | {"hx_preg_risk": "yes", "hx_preg_wk": week}
    dated = letter("A_PREG_HIGH", date=(DAY - timedelta(days=6)).isoformat())
    days = dict.fromkeys(answers, DAY - timedelta(days=30)) | {"hx_preg_wk": DAY - timedelta(days=told)}

    assert (lifted(judged(answers, dated, answered_on=days)) == {"A_PREG_HIGH"}) is counts


def test_haemophilia_with_a_clearance_is_a_caution():
    result = judged({"hx_bleed": "haemophilia"}, letter("A_PLT"))

    assert lifted(result) == {"A_PLT"}
    assert [flag.code for flag in result.flags] == ["C_BLEED"]
    assert lifted(judged({"hx_bleed": "easy"}, letter("C_BLEED"))) == set()


def test_a_clearance_that_is_needed_is_asked_for_until_it_is_there():
    fused = surgery("fusion", 200)

    assert judged(fused).to_confirm == ("C_FUSION_MID",)
    assert judged(fused, letter("C_FUSION_MID")).to_confirm == ()


def test_a_severe_hip_joint_is_lifted_only_for_bone_death():
    assert lifted(judged({"hx_dx": ["osteonecrosis"]}, letter("L_ON"))) == {"L_ON"}
    assert lifted(judged({"hx_dx": ["hip_oa"], "pn_stiff": 30}, letter("L_ON"))) == set()


def test_late_trouble_keeps_its_limits_after_the_letter():
    limits = judged(SAD, letter("A_CES_LATE")).limits

    assert (limits.pressure_cap, limits.pressure_cap_with_reason) == (3, 3)
    assert "SAD" in limits.no_regions
    assert "F_VALS" in limits.no_stretch_flags


# --- shape ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"entries": None},
        {"kind": "told"},
        {"date": "soon"},
        {"max_pressure": 6},
        {"regions": ["BTM"]},
        {"expires": "2026-13"},
    ],
)
def test_a_clearance_of_another_shape_is_refused(wrong):
    with pytest.raises(ValueError, match="clearance"):
        read_clearance(letter("A_SPL_HIGH") | wrong)
