"""Answers that open every question of the intake between them, without stopping it: for tests of all pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: An adult of 65 with a long history, none of it an emergency; somebody else decides.
LONG_HISTORY: Mapping[str, Any] = {
    "ab_dob": "1961-04-05",
    "ab_decide": "yes",
    "ab_guard_name": "Kim Lind",
    "ab_guard_rel": "parent",
    "ab_guard_phone": "+447700900111",
    "ab_guard_stay": "ask_me",
    "pn_map": ["BTM:R", "COC"],
    "pn_worst_at": "BTM:R",
    "pn_refer": "calf",
    "pn_path": ["back"],
    "pn_sit_free": "no",
    "pn_both": "pain",
    "pn_both_when": "m3",
    "pn_numb": "some",
    "pn_numb_at": ["CLF:R"],
    "pn_worse": ["sit", "walk"],
    "pn_walk_min": 20,
    "pn_walk_rest": "yes",
    "pn_weak": ["general"],
    "pn_weak_trend": "no",
    "pn_weak_when": "known",
    "pn_stiff": 40,
    "sf_bowel": "unsure",
    "sf_ces_when": "known",
    "sf_ces_worse": "no",
    "sf_minor_fall": "no",
    "hx_dx": ["disc", "spondylolisthesis", "other"],
    "hx_dx_other": "A rare one",
    "hx_disc_lvl": "L4_5",
    "hx_disc_now": "no",
    "hx_spl_grade": "1",
    "hx_spl_level": "L5_S1",
    "hx_spl_stable": "yes",
    "hx_spl_date": "2018-05",
    "hx_surg": ["fusion", "hip_replace"],
    "hx_spine_clear": "yes",
    "hx_thr": [{"side": "L", "approach": "anterior", "date": "2015", "still_rules": "no", "dislocated": "no"}],
    "hx_heart": ["hbp_ok", "hf", "dvt", "aneurysm"],
    "hx_aaa": {"site": "brain", "repaired": "yes", "size_cm": 3},
    "hx_aaa_fam": "no",
    "hx_bp": {"sys": 185, "dia": 90, "when": "older"},
    "hx_bp_sym": ["none"],
    "hx_hf_stable": "yes",
    "hx_dvt": {"on_thinner": "no", "cleared": "yes", "date": "2019"},
    "hx_cancer": "past",
    "hx_cancer_info": {
        "kind": "skin",
        "year": 2010,
        "in_bone": "no",
        "treatment": ["surgery"],
        "nodes_removed": "no",
        "low_platelets": "no",
    },
    "hx_diab": "t2",
    "hx_diab_feet": "no",
    "hx_neuro": ["epilepsy"],
    "hx_seizure": "2010",
    "hx_organ": ["lung"],
    "hx_lung_kind": "asthma",
    "hx_inflam": "no",
    "hx_tail": "no",
    "md_any": "yes",
    "md_list": [{"name": "Fentanyl", "dose": "12", "patch": "yes"}],
    "md_patch": ["LBK:L"],
    "md_class": ["warfarin", "steroid"],
    "md_inr": {"value": 2.5, "date": "2026-01"},
    "al_any": "yes",
    "al_list": ["nut", "latex"],
    "al_react": {"nut": "breath", "latex": "rash"},
    "al_pen": "yes",
    "gl_act2": "Walking",
    "gl_act2_score": 3,
    "gl_act3": "Sleeping",
    "gl_act3_score": 2,
    "gl_avoid": ["FTS:L"],
    "gl_avoid_why": "Ticklish",
    "cs_sign": {"name": "Kim Lind", "role": "guardian"},
}

#: A girl of 16 who gave birth two years ago, and comes with her parent.
YOUNG_MOTHER: Mapping[str, Any] = {
    "ab_dob": "2010-05-05",
    "ab_guard_name": "Kim Lind",
    "ab_guard_rel": "parent",
    "ab_guard_phone": "+447700900111",
    "ab_guard_stay": "yes",
    "sf_preg": "birth",
    "hx_birth": {"date": "2025-01-10", "mode": "vaginal"},
    "sf_birth_alarm": ["none"],
    "cs_minor": True,
    "cs_sign": {"name": "Kim Lind", "role": "guardian"},
}

#: Halfway through a pregnancy.
PREGNANT: Mapping[str, Any] = {
    "sf_preg": "pregnant",
    "hx_preg_wk": 20,
    "hx_preg_risk": "no",
    "sf_preg_alarm": ["none"],
}

#: A calf that is sore to the touch, without anything that makes a clot likely.
SORE_CALF: Mapping[str, Any] = {"sf_calf_sore": "unsure", "sf_dvt_risk": ["none"]}
