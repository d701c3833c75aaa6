"""A whole set of answers without any problem, for every test to start from and change."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from typing import Any

#: The day on which the tests judge; the answers below fit it.
DAY = date(2026, 6, 1)

_CLEAR: dict[str, Any] = {
    # About you: a woman of 40 with a doctor who has examined her.
    "ab_first": "Mara",
    "ab_last": "Lindqvist",
    "ab_dob": "1986-02-11",
    "ab_sex": "female",
    "ab_phone": "+15550100123",
    "ab_email": "mara@example.org",
    "ab_contact": ["text", "email"],
    "ab_lang": "en",
    "ab_interp": "no",
    "ab_sit": 4,
    "ab_smoke": "never",
    "ab_decide": "no",
    "ab_emg_name": "Jonas Lindqvist",
    "ab_emg_rel": "Brother",
    "ab_emg_phone": "+15550100124",
    "ab_pcp_has": "yes",
    "ab_pcp_name": "Harbour Street Practice",
    "ab_pcp_seen": "exam",
    "ab_pcp_ok": "yes",
    # Pain: an old, calm buttock pain that stays above the knee.
    "pn_words": "My right buttock aches when I sit.",
    "pn_map": ["BTM:R"],
    "pn_side": "right",
    "pn_onset": "2025-09",
    "pn_start": "slowly",
    "pn_before": "once_twice",
    "pn_trend": "same",
    "pn_now": 3,
    "pn_best": 1,
    "pn_avg": 3,
    "pn_worst": 5,
    "pn_which": "buttock",
    "pn_quality": ["ache", "tight"],
    "pn_refer": "buttock",
    "pn_freq": "comes_goes",
    "pn_worse": ["sit"],
    "pn_sit_min": 40,
    "pn_walk": "none",
    "pn_ease": ["walk", "move"],
    "pn_night": "none",
    "pn_stiff": 5,
    "pn_numb": "none",
    "pn_weak": ["none"],
    "pn_both": "no",
    # Safety.
    "sf_saddle": "no",
    "sf_urine_start": "no",
    "sf_urine_leak": "no",
    "sf_bowel": "no",
    "sf_sex": "no",
    "sf_trauma": "no",
    "sf_load": "yes",
    "sf_fever": "no",
    "sf_unwell": "no",
    "sf_weight": "no",
    "sf_calf": "no",
    "sf_calf_sore": "no",
    "sf_coldleg": "no",
    "sf_haem": "no",
    "sf_breath": "no",
    "sf_belly": "no",
    "sf_cord": "no",
    "sf_stroke": "no",
    "sf_preg": "no",
    # History.
    "hx_dx": ["none"],
    "hx_surg": ["none"],
    "hx_device": ["none"],
    "hx_inj": ["none"],
    "hx_cancer": "never",
    "hx_heart": ["none"],
    "hx_bleed": "no",
    "hx_diab": "no",
    "hx_neuro": ["none"],
    "hx_organ": ["none"],
    "hx_immune": "no",
    "hx_needle": "no",
    "hx_infect": ["none"],
    "hx_skin": ["none"],
    "hx_bone": ["none"],
    "hx_mood": 1,
    "hx_fear": "disagree",
    "hx_faint": ["none"],
    # Medicines and allergies.
    "md_any": "no",
    "md_class": ["none"],
    "al_any": "no",
    "al_unscented": "no",
    # Goals.
    "gl_goal": ["less_pain", "sit_longer"],
    "gl_act1": "Sitting through a meeting",
    "gl_act1_score": 4,
    "gl_prev": ["none"],
    "gl_pressure": "3",
    "gl_avoid": "none",
    "gl_drape": "over",
    "gl_gender": "any",
    "gl_chaperone": "no",
    "gl_pos": ["none"],
    "gl_talk": "words",
    "gl_stop": "Stop",
    "gl_home_min": 15,
    "gl_equip": ["chair", "bed", "mat", "strap", "wall"],
    # Consent.
    "cs_true": True,
    "cs_scope": True,
    "cs_massage": True,
    "cs_speak": True,
    "cs_data": True,
    "cs_glute": {"left": True, "right": True, "mode": "over"},
    "cs_thigh": {"back": True, "outer": True, "inner": True},
    "cs_assess": True,
    "cs_stretch": True,
    "cs_sign": {"name": "Mara Lindqvist", "role": "self"},
}

_CHECK_IN_CLEAR: dict[str, Any] = {
    "ck_change": "no",
    "ck_ces": "no",
    "ck_weak": "no",
    "ck_both": "no",
    "ck_ill": "no",
    "ck_calf": "no",
    "ck_chest": "no",
    "ck_alarm": ["none"],
    "ck_fall": "no",
    "ck_skin": "no",
    "ck_meds": ["none"],
    "ck_now": 3,
    "ck_refer": "buttock",
    "ck_after": "better",
    "ck_glute": "yes",
}


def _changed(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    merged = deepcopy(base) | changes
    return {id: value for id, value in merged.items() if value is not None}


def all_clear(**changes: Any) -> dict[str, Any]:
    """A complete, valid intake of an adult in whom nothing is raised on ``DAY``; ``id=None`` takes an answer out."""
    return _changed(_CLEAR, changes)


def check_in_clear(**changes: Any) -> dict[str, Any]:
    """A complete check-in with nothing new; ``id=None`` takes an answer out."""
    return _changed(_CHECK_IN_CLEAR, changes)
