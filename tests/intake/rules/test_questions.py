"""The questions against the text of clinical reference 0.5 and 1: complete, well formed, and strict about answers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from intake.rules.questions import (
    CHECK_IN_IDS,
    CONSENTS,
    INTAKE_IDS,
    PAGES,
    QUESTIONS,
    THERAPIST_IDS,
    AnswerError,
    check,
    missing,
    on_page,
    open_consents,
    reopened,
    usable,
    visible,
)
from tests.answers import DAY, all_clear, check_in_clear
from tests.strategies import answers, values

#: The rows of clinical reference 1.1 to 1.8, taken from its text: 194 questions and 5 therapist entries.
REFERENCE = {
    "1.1": """
        ab_first ab_last ab_pref ab_pronoun ab_dob ab_sex ab_gender ab_phone ab_email ab_addr ab_contact ab_lang
        ab_interp ab_job ab_sit ab_height ab_weight ab_smoke ab_decide ab_guard_name ab_guard_rel ab_guard_phone
        ab_guard_stay ab_emg_name ab_emg_rel ab_emg_phone ab_pcp_has ab_pcp_name ab_pcp_phone ab_pcp_seen
        ab_pcp_when ab_pcp_said ab_pcp_letter ab_pcp_ok
    """,
    "1.2": """
        pn_words pn_map pn_worst_at pn_side pn_onset pn_start pn_before pn_trend pn_now pn_best pn_worst pn_avg
        pn_which pn_quality pn_refer pn_path pn_freq pn_worse pn_sit_min pn_walk_min pn_walk_rest pn_walk
        pn_sit_free pn_ease pn_night pn_stiff pn_numb pn_numb_at pn_weak pn_weak_when pn_weak_trend pn_both
        pn_both_when
    """,
    "1.3": """
        sf_saddle sf_urine_start sf_urine_leak sf_bowel sf_sex sf_ces_when sf_ces_worse sf_trauma sf_minor_fall
        sf_fever sf_unwell sf_weight sf_calf sf_calf_sore sf_dvt_risk sf_haem sf_breath sf_belly sf_coldleg sf_cord
        sf_stroke sf_load sf_preg sf_preg_alarm sf_birth_alarm
    """,
    "1.4": """
        hx_dx hx_dx_other hx_spl_grade hx_spl_level hx_spl_stable hx_spl_date hx_disc_lvl hx_disc_now hx_img hx_surg
        hx_thr hx_spine_clear hx_device hx_inj hx_preg_wk hx_preg_risk hx_birth hx_cancer hx_cancer_info hx_heart
        hx_bp hx_bp_sym hx_hf_stable hx_dvt hx_aaa hx_aaa_fam hx_bleed hx_diab hx_diab_feet hx_neuro hx_seizure
        hx_organ hx_lung_kind hx_immune hx_needle hx_infect hx_skin hx_bone hx_tail hx_inflam hx_mood hx_fear
        hx_touch hx_faint
    """,
    "1.5": """
        md_any md_list md_class md_inr md_patch al_any al_list al_react al_pen al_unscented
    """,
    "1.6": """
        gl_goal gl_act1..3 gl_act1..3_score gl_exercise gl_prev gl_pressure gl_avoid gl_avoid_why gl_drape gl_gender
        gl_chaperone gl_pos gl_talk gl_stop gl_room gl_home_min gl_equip
    """,
    "1.7": """
        cs_true cs_scope cs_massage cs_speak cs_glute cs_thigh cs_assess cs_stretch cs_data cs_pcp cs_remind
        cs_stats cs_photo cs_minor cs_sign
    """,
    "1.8": """
        ck_change ck_ces ck_weak ck_both ck_ill ck_calf ck_chest ck_alarm ck_fall ck_skin ck_meds ck_now ck_refer
        ck_after ck_glute ck_pcp
    """,
    "therapist": """
        th_weaker th_bp th_temp th_calf th_ask
    """,
}


def rows() -> list[str]:
    return [id for ids in REFERENCE.values() for id in ids.split()]


def problems_of(whole: dict[str, Any], **kwargs: Any) -> dict[str, str]:
    """What ``check`` refuses, by id; empty when the set is accepted."""
    try:
        check(whole, on=DAY, **kwargs)
    except AnswerError as error:
        return error.problems
    return {}


def refused(changes: dict[str, Any], **kwargs: Any) -> dict[str, str]:
    """Problems of a clear intake with these changes."""
    return problems_of(all_clear(**changes), **kwargs)


# --- the catalogue ---------------------------------------------------------------------------------------------


def test_every_row_of_the_reference_is_a_question():
    assert len(rows()) == 194 + 5
    # Two rows stand for three questions each.
    expected = {id for id in rows() if not id.startswith("gl_act")}
    expected |= {f"gl_act{n}{tail}" for n in (1, 2, 3) for tail in ("", "_score")}
    assert set(QUESTIONS) == expected
    assert len(QUESTIONS) == len(INTAKE_IDS) + len(CHECK_IN_IDS) + len(THERAPIST_IDS) == 203
    assert set(CHECK_IN_IDS) == set(REFERENCE["1.8"].split())
    assert set(THERAPIST_IDS) == set(REFERENCE["therapist"].split())
    assert set(CONSENTS) == set(REFERENCE["1.7"].split())


def conditions(value: object) -> list[Mapping[str, Any]]:
    """Every table inside a condition."""
    if isinstance(value, Mapping):
        return [value, *(inner for part in value.values() for inner in conditions(part))]
    if isinstance(value, tuple):
        return [inner for part in value for inner in conditions(part)]
    return []


def test_conditions_name_only_options_that_exist():
    seen = 0
    for question in QUESTIONS.values():
        for condition in conditions(question.shown_when):
            name, _dot, part = str(condition.get("q", "")).partition(".")
            if name not in QUESTIONS:
                continue
            target = QUESTIONS[name]
            options = target.fields[part].options if part in target.fields else target.options
            compared = [*condition.get("is", ()), *condition.get("has", ())]
            compared += [condition[op] for op in ("ge", "gt", "le", "lt") if isinstance(condition.get(op), str)]
            for code in compared:
                seen += 1
                assert code in options or code == "none" or code is True, f"{question.id}: {name} has no {code}"
    assert seen > 60


def test_pages_are_one_subject_each_and_ask_only_about_earlier_pages():
    order = list(PAGES)
    assert [q.page for q in QUESTIONS.values()] == sorted((q.page for q in QUESTIONS.values()), key=order.index)
    steps = list(dict.fromkeys(page.step for page in PAGES.values()))
    assert steps == [
        "about", "pain", "safety", "history", "medicines", "goals", "consent", "check_in", "therapist",
    ]  # fmt: skip
    for page in PAGES.values():
        assert on_page(page.code)
        assert {q.step for q in on_page(page.code)} == {page.step}
    for question in QUESTIONS.values():
        for condition in conditions(question.shown_when):
            name = str(condition.get("q", condition.get("each", ""))).split(".")[0]
            # A small fall is asked again when thin bones or steroids are named later.
            if name in QUESTIONS and question.id != "sf_minor_fall":
                assert order.index(QUESTIONS[name].page) < order.index(question.page), question.id


@pytest.mark.parametrize("id", [q.id for q in QUESTIONS.values() if q.safety])
def test_a_safety_question_is_required_and_leaves_no_way_round(id):
    assert QUESTIONS[id].required
    assert "" not in QUESTIONS[id].options


def test_every_safety_question_of_the_reference_is_marked():
    marked = {q.id for q in QUESTIONS.values() if q.safety}
    assert set(REFERENCE["1.3"].split()) <= marked
    assert marked - set(REFERENCE["1.3"].split()) == {
        "pn_trend", "pn_night", "pn_weak", "pn_weak_when", "pn_weak_trend", "pn_both", "pn_both_when",
        "hx_cancer", "hx_needle",
        "ck_ces", "ck_weak", "ck_both", "ck_ill", "ck_calf", "ck_chest", "ck_alarm", "ck_fall",
    }  # fmt: skip


# --- whole sets ------------------------------------------------------------------------------------------------


def test_the_clear_answers_are_complete():
    cleaned = check(all_clear(), on=DAY)
    assert cleaned == all_clear()
    assert list(cleaned) == [id for id in QUESTIONS if id in cleaned]
    assert missing(all_clear(), on=DAY) == ()
    assert check(all_clear(), on=DAY, check_in=check_in_clear()) == {**all_clear(), **check_in_clear()}


def test_problems_name_the_subject_and_the_remedy():
    assert refused({"pn_now": 11}) == {"pn_now": "Pain right now: choose a whole number from 0 to 10."}
    assert refused({"pn_start": "slow"}) == {"pn_start": "How did it start? Choose one of the answers."}
    with pytest.raises(AnswerError) as caught:
        check(all_clear(pn_now=11, sf_calf=None, shoe_size=42), on=DAY)
    assert set(caught.value.problems) == {"pn_now", "sf_calf", "shoe_size"}


def test_an_empty_form_asks_for_everything_that_is_always_asked():
    needed = missing({}, on=DAY)
    assert needed[0] == "ab_first"
    assert {"sf_saddle", "pn_map", "hx_needle", "gl_avoid"} <= set(needed)
    assert not {"sf_ces_when", "sf_preg", "ab_guard_name", "ck_now", "cs_massage"} & set(needed)
    with pytest.raises(AnswerError) as caught:
        check({}, on=DAY)
    assert set(caught.value.problems) == set(needed)


@pytest.mark.parametrize("empty", [None, "", "  ", [], (), {}])
def test_an_empty_value_is_a_missing_answer(empty):
    with pytest.raises(AnswerError) as caught:
        check({**all_clear(), "pn_worse": empty}, on=DAY)
    assert set(caught.value.problems) == {"pn_worse"}


def test_one_page_is_judged_alone():
    so_far = {"ab_first": "Mara", "pn_now": 99}
    page = [q.id for q in on_page("you")]
    with pytest.raises(AnswerError) as caught:
        check(so_far, on=DAY, ids=page)
    assert set(caught.value.problems) == {"ab_last", "ab_dob", "ab_sex"}
    full = so_far | {"ab_last": "Lindqvist", "ab_dob": "1986-02-11", "ab_sex": "female"}
    assert list(check(full, on=DAY, ids=page)) == ["ab_first", "ab_last", "ab_dob", "ab_sex"]


def test_early_mode_keeps_what_can_be_read_and_never_refuses():
    early = usable(
        {"sf_saddle": "yes", "sf_calf": "maybe", "pn_now": True, "nonsense": 1, "sf_ces_when": "d14"}, on=DAY
    )
    assert early == {"sf_saddle": "yes", "sf_ces_when": "d14"}


# --- shapes (clinical reference 0.5) ---------------------------------------------------------------------------

THR = {"side": "L", "approach": "posterior", "date": "2020", "still_rules": "no", "dislocated": "no"}
CANCER = {"in_bone": "no", "treatment": ["surgery"], "nodes_removed": "no", "low_platelets": "no"}
AAA = {"site": "belly", "repaired": "yes"}
DVT = {"date": "2019-05", "region": ["CLF:L"], "on_thinner": "no", "treatment_end": "2020-01", "cleared": "yes"}
INSTANT = {"hx_heart": ["hbp_ok"]}

GOOD: list[tuple[dict[str, Any], str]] = [
    ({"pn_worst": 10}, "pn_worst"),
    ({"pn_best": 0}, "pn_best"),
    ({"pn_onset": "2026"}, "pn_onset"),
    ({"pn_onset": "2026-06"}, "pn_onset"),
    ({"pn_onset": "2026-06-01"}, "pn_onset"),
    ({"pn_onset": "2024-02-29"}, "pn_onset"),
    ({"pn_onset": "1986"}, "pn_onset"),
    ({"ab_dob": "1910-06-02", "sf_minor_fall": "no", "hx_aaa_fam": "no", "sf_preg": None}, "ab_dob"),
    ({"ab_pronoun": "they"}, "ab_pronoun"),
    ({"ab_pronoun": "ze and zir"}, "ab_pronoun"),
    ({"ab_sit": 7.5}, "ab_sit"),
    ({"ab_first": "x" * 80}, "ab_first"),
    ({"hx_touch": "line one\nline two\ttabbed"}, "hx_touch"),
    ({"hx_dx": ["disc", {"code": "scoliosis", "year": 1999}], "hx_disc_now": "no"}, "hx_dx"),
    ({"hx_surg": ["knee", {"code": "other", "date": "2020-01", "region": ["SHO:L"]}]}, "hx_surg"),
    ({"hx_surg": [{"code": "knee", "date": "2001"}, {"code": "knee", "date": "2011"}]}, "hx_surg"),
    ({"hx_surg": ["hip_replace"], "hx_thr": [THR, {**THR, "side": "R"}]}, "hx_thr"),
    ({"hx_spl_grade": "3", "hx_dx": ["spondylolisthesis"], "hx_spl_stable": "yes"}, "hx_spl_grade"),
    ({"hx_cancer": "past", "hx_cancer_info": {**CANCER, "nodes_region": ["GRO:L"], "year": 2001}}, "hx_cancer_info"),
    ({"hx_heart": ["dvt"], "hx_dvt": DVT}, "hx_dvt"),
    ({"hx_heart": ["dvt"], "hx_dvt": {**DVT, "treatment_end": "ongoing"}}, "hx_dvt"),
    ({"hx_heart": ["dvt"], "hx_dvt": {**DVT, "treatment_end": "2026-09"}}, "hx_dvt"),
    ({"hx_heart": ["aneurysm"], "hx_aaa": {**AAA, "size_cm": 4.5}}, "hx_aaa"),
    ({"hx_heart": [{"code": "lymph", "region": ["ARM:L"]}]}, "hx_heart"),
    ({**INSTANT, "hx_bp": {"sys": 130, "dia": 80, "when": "today"}}, "hx_bp"),
    ({"gl_avoid": ["SAD", "GRO:L"]}, "gl_avoid"),
    ({"gl_prev": ["massage", {"code": "yoga", "result": "better", "year": 2024}]}, "gl_prev"),
    ({"gl_exercise": {"text": "walks", "sessions": 14}}, "gl_exercise"),
    ({"md_any": "yes", "md_list": [{"name": "Ibuprofen", "since": "2026-01"}]}, "md_list"),
    ({"md_class": ["warfarin"], "md_inr": {"value": 2.4, "date": "2026-05-20"}}, "md_inr"),
    ({"al_any": "yes", "al_list": ["nut", "latex"], "al_react": {"nut": "rash", "latex": "unsure"}}, "al_react"),
    ({"cs_glute": {"left": True, "right": False, "mode": "skin"}}, "cs_glute"),
    ({"cs_glute": False}, "cs_glute"),
    ({"cs_pcp": {"findings": True, "summaries": False, "on_request": False}}, "cs_pcp"),
    ({"cs_pcp": True}, "cs_pcp"),
    ({"ab_interp": "yes", "ab_interp_text": "Large print"}, "ab_interp_text"),
    ({"ck_skin": [{"code": "rash", "region": ["THB:L"]}], **check_in_clear(ck_skin=None)}, "ck_skin"),
    ({**check_in_clear(), "ck_glute": {"left": True, "right": False}}, "ck_glute"),
    ({"sf_preg": "prefer_not", "th_ask": {"sf_preg": "maybe"}}, "th_ask"),
    ({"sf_sex": "prefer_not", "th_ask": {"sf_sex": "declined"}}, "th_ask"),
    ({"th_temp": 38.0}, "th_temp"),
]


@pytest.mark.parametrize(("changes", "id"), GOOD)
def test_a_value_of_the_right_shape_is_kept(changes, id):
    assert check(all_clear(**changes), on=DAY)[id] == changes[id]


BAD: list[tuple[dict[str, Any], str]] = [
    # choice: an exact code, never a number or a truth value
    ({"pn_trend": "Same"}, "pn_trend"),
    ({"pn_refer": 2}, "pn_refer"),
    ({"gl_pressure": 3}, "gl_pressure"),
    ({"sf_fever": True}, "sf_fever"),
    ({"sf_fever": "maybe"}, "sf_fever"),
    ({"sf_fever": ["no"]}, "sf_fever"),
    ({"sf_fever": "prefer_not"}, "sf_fever"),
    # numbers
    ({"pn_now": 11}, "pn_now"),
    ({"pn_now": -1}, "pn_now"),
    ({"pn_now": 3.5}, "pn_now"),
    ({"pn_now": "3"}, "pn_now"),
    ({"pn_now": True}, "pn_now"),
    ({"pn_now": math.nan}, "pn_now"),
    ({"pn_now": math.inf}, "pn_now"),
    ({"pn_stiff": 10**400}, "pn_stiff"),
    ({"hx_mood": 7}, "hx_mood"),
    ({"ab_sit": 4.25}, "ab_sit"),
    ({"ab_sit": 24.5}, "ab_sit"),
    ({"ab_height": 49}, "ab_height"),
    ({"ab_weight": 400.5}, "ab_weight"),
    ({"sf_preg": "pregnant", "sf_preg_alarm": ["none"], "hx_preg_risk": "no", "hx_preg_wk": 13.5}, "hx_preg_wk"),
    # contradictory numbers, on the id whose rule is broken
    ({"pn_best": 4, "pn_avg": 3}, "pn_best"),
    ({"pn_worst": 2, "pn_avg": 3}, "pn_worst"),
    # multi
    ({"pn_worse": "sit"}, "pn_worse"),
    ({"pn_worse": ["sit", "sit"]}, "pn_worse"),
    ({"pn_worse": ["sit", "none"]}, "pn_worse"),
    ({"pn_worse": ["sit", "swim"]}, "pn_worse"),
    ({"pn_worse": {"sit": True}}, "pn_worse"),
    ({"pn_worse": [{"code": "sit"}]}, "pn_worse"),
    ({"hx_surg": ["none", {"code": "knee"}]}, "hx_surg"),
    ({"gl_goal": ["sleep", "walk", "work", "sport"]}, "gl_goal"),
    # items with details
    ({"hx_surg": [{"date": "2020"}]}, "hx_surg"),
    ({"hx_surg": [{"code": "knee", "surgeon": "x"}]}, "hx_surg"),
    ({"hx_surg": [{"code": "knee", "date": "2027"}]}, "hx_surg"),
    ({"hx_surg": [{"code": "knee", "date": "1985-12-31"}]}, "hx_surg"),
    ({"hx_surg": [{"code": "knee", "region": ["KNF"]}]}, "hx_surg"),
    ({"hx_dx": [{"code": "scoliosis", "year": 1899}]}, "hx_dx"),
    ({"hx_dx": [{"code": "scoliosis", "year": 2027}]}, "hx_dx"),
    ({"hx_bone": [{"code": "fracture", "cleared": True}]}, "hx_bone"),
    # dates
    ({"pn_onset": "2026-06-02"}, "pn_onset"),
    ({"pn_onset": "2026-07"}, "pn_onset"),
    ({"pn_onset": "2027"}, "pn_onset"),
    ({"pn_onset": "1985"}, "pn_onset"),
    ({"pn_onset": "2025-02-29"}, "pn_onset"),
    ({"pn_onset": "2025-13"}, "pn_onset"),
    ({"pn_onset": "0000"}, "pn_onset"),
    ({"pn_onset": "20250101"}, "pn_onset"),
    ({"pn_onset": "٢٠٢٥"}, "pn_onset"),
    ({"pn_onset": 2025}, "pn_onset"),
    ({"pn_onset": date(2025, 1, 1)}, "pn_onset"),
    ({"ab_dob": "1986"}, "ab_dob"),
    ({"ab_dob": "1986-02-30"}, "ab_dob"),
    ({"ab_dob": "2026-06-02"}, "ab_dob"),
    ({"ab_dob": "1910-06-01"}, "ab_dob"),
    # regions
    ({"pn_map": ["BTM"]}, "pn_map"),
    ({"pn_map": ["ABD:L"]}, "pn_map"),
    ({"pn_map": ["XYZ:L"]}, "pn_map"),
    ({"pn_map": ["BTM:R", "BTM:R"]}, "pn_map"),
    ({"pn_map": "BTM:R"}, "pn_map"),
    ({"pn_map": [["BTM:R"]]}, "pn_map"),
    ({"pn_map": ["BTM:R", "LBK:R"], "pn_worst_at": "CLF:R"}, "pn_worst_at"),
    ({"gl_avoid": "nowhere"}, "gl_avoid"),
    ({"gl_avoid": ["none"]}, "gl_avoid"),
    # groups
    ({"hx_surg": ["hip_replace"], "hx_thr": THR}, "hx_thr"),
    ({"hx_surg": ["hip_replace"], "hx_thr": [THR, THR]}, "hx_thr"),
    ({"hx_surg": ["hip_replace"], "hx_thr": [{**THR, "side": "left"}]}, "hx_thr"),
    ({"hx_surg": ["hip_replace"], "hx_thr": [{k: v for k, v in THR.items() if k != "still_rules"}]}, "hx_thr"),
    ({"hx_cancer": "past", "hx_cancer_info": {**CANCER, "treatment": ["none", "chemo"]}}, "hx_cancer_info"),
    ({"hx_cancer": "past", "hx_cancer_info": {**CANCER, "in_bone": "prefer_not"}}, "hx_cancer_info"),
    ({"hx_heart": ["dvt"], "hx_dvt": {**DVT, "treatment_end": "soon"}}, "hx_dvt"),
    ({"hx_heart": ["dvt"], "hx_dvt": {**DVT, "date": "2026-09"}}, "hx_dvt"),
    ({"hx_heart": ["aneurysm"], "hx_aaa": {**AAA, "size_cm": 0.5}}, "hx_aaa"),
    ({**INSTANT, "hx_bp": {"sys": 130, "dia": 80}}, "hx_bp"),
    ({**INSTANT, "hx_bp": {"sys": 261, "dia": 80, "when": "today"}}, "hx_bp"),
    ({"md_any": "yes", "md_list": [{"dose": "5 mg"}]}, "md_list"),
    ({"md_class": ["warfarin"], "md_inr": {"value": 0.4}}, "md_inr"),
    ({"al_any": "yes", "al_list": ["nut", "latex"], "al_react": {"nut": "rash"}}, "al_react"),
    ({"al_any": "yes", "al_list": ["nut"], "al_react": {"nut": "rash", "latex": "rash"}}, "al_react"),
    ({"al_any": "yes", "al_list": ["nut"], "al_react": {"nut": "itch"}}, "al_react"),
    # consents
    ({"cs_massage": "yes"}, "cs_massage"),
    ({"cs_massage": 1}, "cs_massage"),
    ({"cs_massage": {"left": True}}, "cs_massage"),
    ({"cs_glute": True}, "cs_glute"),
    ({"cs_glute": {"left": True, "right": False}}, "cs_glute"),
    ({"cs_glute": {"left": "yes", "right": False, "mode": "over"}}, "cs_glute"),
    ({"cs_thigh": {"front": True}}, "cs_thigh"),
    ({"cs_sign": {"name": "Mara"}}, "cs_sign"),
    ({"cs_sign": {"name": "Mara", "role": "friend"}}, "cs_sign"),
    # check-in and therapist
    ({**check_in_clear(), "ck_skin": "yes"}, "ck_skin"),
    ({**check_in_clear(), "ck_skin": [{"code": "burn"}]}, "ck_skin"),
    ({**check_in_clear(), "ck_glute": {"left": 1}}, "ck_glute"),
    ({**check_in_clear(), "ck_refer": 3}, "ck_refer"),
    ({"sf_sex": "prefer_not", "th_ask": {"sf_fever": "no"}}, "th_ask"),
    ({"sf_sex": "prefer_not", "th_ask": {"sf_sex": "prefer_not"}}, "th_ask"),
    ({"sf_preg": "prefer_not", "th_ask": {"sf_preg": "yes"}}, "th_ask"),
    ({"th_temp": 43.1}, "th_temp"),
    # text
    ({"ab_first": "x" * 81}, "ab_first"),
    ({"pn_words": "x" * 10_000}, "pn_words"),
    ({"gl_stop": "Stop\x00"}, "gl_stop"),
    ({"hx_touch": "bell\x07"}, "hx_touch"),
    ({"hx_touch": "\ud800"}, "hx_touch"),
    ({"ab_first": 7}, "ab_first"),
    ({"ab_interp": "yes", "ab_interp_text": "x" * 2001}, "ab_interp_text"),
    ({"ab_phone": "555 0100"}, "ab_phone"),
    ({"ab_phone": "+1555010012345678"}, "ab_phone"),
    ({"ab_email": "mara@example"}, "ab_email"),
    ({"ab_email": "mara example@example.org"}, "ab_email"),
    ({"ab_lang": "english"}, "ab_lang"),
]


@pytest.mark.parametrize(("changes", "id"), BAD)
def test_a_value_of_the_wrong_shape_is_refused_by_its_id(changes, id):
    problems = refused(changes)
    assert set(problems) == {id}
    assert problems[id].endswith(".")


def test_both_contradictions_are_named_together():
    assert set(refused({"pn_best": 9, "pn_avg": 5, "pn_worst": 1})) == {"pn_best", "pn_worst"}


# --- skip logic ------------------------------------------------------------------------------------------------

SHOWN: list[tuple[dict[str, Any], str, bool]] = [
    ({"ab_dob": "2010-06-01"}, "ab_decide", True),
    ({"ab_dob": "2010-06-02"}, "ab_decide", False),
    ({"ab_dob": "2008-06-02"}, "ab_guard_name", True),
    ({"ab_dob": "2008-06-01"}, "ab_guard_name", False),
    ({"ab_decide": "yes"}, "ab_guard_name", True),
    ({"ab_pcp_seen": "told"}, "ab_pcp_when", True),
    ({"ab_pcp_seen": "no"}, "ab_pcp_when", False),
    ({"pn_map": ["BTM:R", "BTM:L"]}, "pn_worst_at", True),
    ({"pn_map": ["BTM:R"]}, "pn_worst_at", False),
    ({"pn_refer": "buttock"}, "pn_sit_free", False),
    ({"pn_refer": "thigh"}, "pn_sit_free", True),
    ({"pn_refer": "foot"}, "pn_path", True),
    ({"pn_worse": ["stand"]}, "pn_walk_rest", True),
    ({"pn_worse": ["stand"]}, "pn_walk_min", False),
    ({"pn_weak": ["none"]}, "pn_weak_when", False),
    ({"pn_weak": ["hip"]}, "pn_weak_when", True),
    ({"pn_both": "unsure"}, "pn_both_when", True),
    ({"sf_saddle": "unsure"}, "sf_ces_when", True),
    ({"sf_sex": "yes"}, "sf_ces_worse", True),
    ({"sf_sex": "prefer_not"}, "sf_ces_when", False),
    ({"ab_dob": "1976-06-01"}, "sf_minor_fall", True),
    ({"ab_dob": "1976-06-02"}, "sf_minor_fall", False),
    ({"hx_dx": ["osteopenia"]}, "sf_minor_fall", True),
    ({"md_class": ["steroid"]}, "sf_minor_fall", True),
    ({"sf_calf_sore": "unsure"}, "sf_dvt_risk", True),
    ({"sf_calf_sore": "yes", "sf_calf": "unsure"}, "sf_dvt_risk", False),
    ({"ab_sex": "male"}, "sf_preg", False),
    ({"ab_sex": "intersex"}, "sf_preg", True),
    ({"ab_sex": "prefer_not"}, "sf_preg", True),
    ({"ab_dob": "1966-05-31"}, "sf_preg", True),
    ({"ab_dob": "1965-06-01"}, "sf_preg", False),
    ({"ab_dob": "2016-06-01"}, "sf_preg", True),
    ({"ab_dob": "2016-06-02"}, "sf_preg", False),
    ({"sf_preg": "maybe"}, "sf_preg_alarm", True),
    ({"sf_preg": "maybe"}, "hx_preg_wk", False),
    ({"sf_preg": "birth"}, "sf_birth_alarm", True),
    ({"sf_preg": "birth"}, "hx_birth", True),
    ({"hx_surg": [{"code": "fusion", "date": "2020"}]}, "hx_spine_clear", True),
    ({"hx_heart": ["hbp_ok"], "hx_bp": {"sys": 180, "dia": 90, "when": "today"}}, "hx_bp_sym", True),
    ({"hx_heart": ["hbp_ok"], "hx_bp": {"sys": 179, "dia": 119, "when": "today"}}, "hx_bp_sym", False),
    ({"hx_heart": ["hbp_ok"], "hx_bp": {"sys": 150, "dia": 120, "when": "older"}}, "hx_bp_sym", True),
    ({"ab_dob": "1971-06-01"}, "hx_aaa_fam", True),
    ({"pn_map": ["COC"]}, "hx_tail", True),
    ({"pn_stiff": 30}, "hx_inflam", True),
    ({"pn_stiff": 29}, "hx_inflam", False),
    ({"al_any": "unsure"}, "al_list", True),
    ({"al_any": "yes", "al_list": ["nut"], "al_react": {"nut": "breath"}}, "al_pen", True),
    ({"al_any": "yes", "al_list": ["nut"], "al_react": {"nut": "rash"}}, "al_pen", False),
    ({"md_any": "yes", "md_list": [{"name": "Fentanyl", "patch": "yes"}]}, "md_patch", True),
    ({"md_any": "yes", "md_list": [{"name": "Fentanyl", "patch": "no"}]}, "md_patch", False),
    ({"gl_act2": "Stairs"}, "gl_act2_score", True),
    ({}, "gl_act2_score", False),
    ({"gl_avoid": ["GRO:L"]}, "gl_avoid_why", True),
    ({"gl_avoid": "none"}, "gl_avoid_why", False),
    ({"ab_dob": "2010-01-01"}, "cs_minor", True),
    ({}, "cs_minor", False),
    ({"cs_glute": {"left": True, "right": False, "mode": "over"}}, "ck_glute", True),
    ({"cs_glute": {"left": False, "right": False}}, "ck_glute", False),
    ({"cs_glute": None}, "ck_glute", False),
    ({"ab_pcp_seen": "told"}, "ck_pcp", True),
    ({}, "ck_pcp", False),
    ({"hx_needle": "prefer_not"}, "th_ask", True),
    ({}, "th_ask", False),
]


@pytest.mark.parametrize(("changes", "id", "asked"), SHOWN)
def test_a_question_is_asked_only_when_the_reference_says_so(changes, id, asked):
    assert (id in visible(all_clear(**changes), on=DAY, ids=QUESTIONS)) is asked


def test_majority_is_a_setting_of_the_practice():
    young = all_clear(ab_dob="2007-01-01")
    assert "cs_minor" not in visible(young, on=DAY)
    assert "cs_minor" in visible(young, on=DAY, age_of_majority=21)


def test_a_hidden_answer_does_not_open_later_questions():
    # The clot risk is hidden once the calf is swollen; pregnancy weeks once the sex is male.
    told = all_clear(ab_sex="male", sf_preg="pregnant", hx_preg_wk=20, hx_preg_risk="yes")
    assert not {"sf_preg", "sf_preg_alarm", "hx_preg_wk", "hx_preg_risk"} & set(visible(told, on=DAY))
    # al_pen hangs on al_react, which is hidden when there is no allergy.
    told = all_clear(al_any="no", al_list=["nut"], al_react={"nut": "breath"})
    assert "al_pen" not in visible(told, on=DAY)


@pytest.mark.parametrize("value", ["yes", 17, "rubbish", ["none", "x"], {"a": object()}, math.nan])
def test_answers_to_hidden_questions_are_left_out_whatever_they_hold(value):
    cleaned = check(all_clear(hx_preg_wk=value, hx_thr=value, pn_weak_when=value, ck_pcp=None), on=DAY)
    assert cleaned == all_clear()


def test_a_text_beside_a_hidden_question_is_left_out():
    assert "hx_preg_risk_text" not in check(all_clear(hx_preg_risk_text="bleeding early"), on=DAY)


# --- check-in, consents ----------------------------------------------------------------------------------------


def test_the_check_in_is_required_as_soon_as_there_is_one():
    with pytest.raises(AnswerError) as caught:
        check(all_clear(), on=DAY, check_in={})
    assert set(caught.value.problems) == {
        "ck_change", "ck_ces", "ck_weak", "ck_both", "ck_ill", "ck_calf", "ck_chest", "ck_alarm", "ck_fall",
        "ck_now", "ck_refer", "ck_glute",
    }  # fmt: skip
    assert "ck_glute" not in refused({"cs_glute": False}, check_in={})


def test_the_check_in_replaces_the_stored_answer():
    judged = check(all_clear(sf_load="hurts"), on=DAY, check_in=check_in_clear(ck_fall="yes", sf_load="no"))
    assert judged["sf_load"] == "no"


def test_what_a_check_in_asks_again():
    assert reopened(check_in_clear()) == ()
    assert reopened(check_in_clear(ck_weak="unsure")) == ("pn_weak", "pn_weak_when", "pn_weak_trend")
    assert reopened(check_in_clear(ck_fall="yes")) == ("sf_load",)
    changed = reopened(check_in_clear(ck_change="yes"))
    assert {"sf_preg", "hx_preg_wk", "hx_surg", "md_class", "al_any"} <= set(changed)
    assert not {"pn_now", "cs_true", "ab_first"} & set(changed)


def test_a_missing_consent_is_open_but_no_missing_answer():
    without = all_clear(cs_massage=None, cs_data=False, cs_sign=None)
    assert missing(without, on=DAY) == ()
    assert open_consents(without, on=DAY) == ("cs_massage", "cs_data", "cs_sign")
    assert open_consents(all_clear(cs_glute=None, cs_pcp=None, cs_photo=None), on=DAY) == ()


def test_the_one_who_decides_must_sign():
    guardian = {"name": "Jonas Lindqvist", "role": "guardian"}
    assert open_consents(all_clear(ab_decide="yes"), on=DAY) == ("cs_sign",)
    assert open_consents(all_clear(ab_decide="yes", cs_sign=guardian), on=DAY) == ()
    child = {"ab_dob": "2012-01-01"}
    assert open_consents(all_clear(**child, cs_sign=guardian), on=DAY) == ("cs_minor",)
    assert open_consents(all_clear(**child, cs_sign=guardian, cs_minor=True), on=DAY) == ()


def test_consents_carry_their_life_and_what_they_are_needed_for():
    assert {s.id for s in CONSENTS.values() if s.needed_for == "visit"} == {
        "cs_true", "cs_scope", "cs_massage", "cs_speak", "cs_data", "cs_sign",
    }  # fmt: skip
    assert {s.id for s in CONSENTS.values() if s.sensitive} == {"cs_glute", "cs_thigh"}
    assert {s.id for s in CONSENTS.values() if s.expiry_months == 12} == {
        "cs_scope", "cs_massage", "cs_speak", "cs_glute", "cs_thigh", "cs_assess", "cs_stretch", "cs_pcp", "cs_minor",
    }  # fmt: skip
    assert CONSENTS["cs_thigh"].parts["inner"] == ("THI",)
    for statement in CONSENTS.values():
        boxes = {name for name, part in QUESTIONS[statement.id].fields.items() if part.type == "bool"}
        assert set(statement.parts) <= boxes


# --- properties ------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(answers())
def test_any_drawn_answers_are_accepted_and_stay_the_same_when_judged_again(drawn):
    cleaned = check(drawn, on=DAY)
    assert check(cleaned, on=DAY) == cleaned


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(
        st.sampled_from([*QUESTIONS, "zz_unknown"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
            max_leaves=6,
        ),
        max_size=8,
    )
)
def test_no_value_at_all_breaks_the_judgement(rubbish):
    given_answers = all_clear() | rubbish
    usable(given_answers, on=DAY)
    missing(given_answers, on=DAY)
    assert set(problems_of(given_answers)) <= set(QUESTIONS) | {"zz_unknown"}
    assert all(problems_of(given_answers).values())


def options() -> list[tuple[str, str]]:
    return [(q.id, code) for q in QUESTIONS.values() if q.type in ("choice", "multi") for code in q.options]


@pytest.mark.exhaustive
@pytest.mark.parametrize("id", sorted({id for id, _code in options() if id != "ab_lang"}))
def test_the_strategy_draws_every_option(id):
    drawn: set[str] = set()

    @settings(max_examples=150, deadline=None, database=None, derandomize=True, phases=[Phase.generate])
    @given(values(QUESTIONS[id]))
    def collect(value):
        items = value if isinstance(value, list) else [value]
        drawn.update(item["code"] if isinstance(item, dict) else item for item in items)

    collect()
    assert drawn == set(QUESTIONS[id].options)
