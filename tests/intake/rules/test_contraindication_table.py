"""Every entry of the clinical reference 2.2 to 2.6: answers that raise it, and their nearest neighbours that do not.

Written from the text of section 2. ``at`` is a date so many days before the day of judgement.
"""

# One row stays one row, however long: it is read beside the reference.
# ruff: noqa: E501, RUF005

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from intake.rules.conditions import add_months
from intake.rules.screening import ENTRIES, PracticeRules, screen
from tests.answers import DAY, all_clear, check_in_clear

Case = tuple[dict[str, Any], dict[str, Any], dict[str, Any]]


def at(days: int) -> str:
    return (DAY - timedelta(days=days)).isoformat()


def months_ago(months: int, days: int = 0) -> str:
    return (add_months(DAY, -months) - timedelta(days=days)).isoformat()


def born(years: int, days: int = 0) -> str:
    """Birth date of someone who turns ``years`` today (``days`` > 0: so many days from now)."""
    return (date(DAY.year - years, DAY.month, DAY.day) + timedelta(days=days)).isoformat()


WEAK = {"pn_weak": ["general"], "pn_weak_when": "m3", "pn_weak_trend": "no"}
SAD = {"sf_saddle": "yes", "sf_ces_when": "m3", "sf_ces_worse": "no"}
AAA = {"hx_heart": ["aneurysm"], "hx_aaa": {"site": "belly", "repaired": "no"}}
SLIP = {"hx_dx": ["spondylolisthesis"], "hx_spl_grade": "1", "hx_spl_stable": "yes"}
CANCER = {"in_bone": "no", "treatment": ["surgery"], "nodes_removed": "no", "low_platelets": "no"}
PAST = {"hx_cancer": "past", "hx_cancer_info": CANCER}
PREGNANT = {"sf_preg": "pregnant", "sf_preg_alarm": ["none"], "hx_preg_wk": 10, "hx_preg_risk": "no"}
BIRTH = {"sf_preg": "birth", "sf_birth_alarm": ["none"], "hx_birth": {"date": at(60), "mode": "vaginal"}}
DVT = {
    "hx_heart": ["dvt"],
    "hx_dvt": {"date": months_ago(7), "region": ["CLF:L"], "on_thinner": "no", "cleared": "yes"},
}
SORE = {"sf_calf_sore": "yes", "sf_dvt_risk": ["none"]}
DISC = {"hx_dx": ["disc"], "hx_disc_now": "yes"}
BACK = {"pn_map": ["LBK:L"], "pn_side": "left"}


def hip(**changes: Any) -> dict[str, Any]:
    group = {"side": "R", "approach": "posterior", "date": at(200), "still_rules": "no", "dislocated": "no"} | changes
    return {"hx_surg": [{"code": "hip_replace", "date": group.get("date") or at(0)}], "hx_thr": [group]}


def surgery(code: str, days: int, **rest: Any) -> dict[str, Any]:
    clear = {"hx_spine_clear": "yes"} if code in ("fusion", "discectomy", "laminectomy") else {}
    return {"hx_surg": [{"code": code, "date": at(days), "region": ["LBK:L"]}], **clear, **rest}


def bp(sys: int, dia: int, when: str, heart: str = "hbp_ok", sym: list[str] | None = None) -> dict[str, Any]:
    found: dict[str, Any] = {"hx_heart": [heart], "hx_bp": {"sys": sys, "dia": dia, "when": when}}
    return found | ({"hx_bp_sym": sym or ["none"]} if sys >= 180 or dia >= 120 else {})


def heart(code: str, day: str | None, stable: str = "yes") -> dict[str, Any]:
    item: dict[str, Any] = {"code": code} | ({"date": day} if day else {})
    return {"hx_heart": [item], "hx_hf_stable": stable}


def i(**answers: Any) -> Case:
    return answers, {}, {}


def c(_intake: dict[str, Any] | None = None, **check_in: Any) -> Case:
    return _intake or {}, check_in, {}


def f(**findings: Any) -> Case:
    return {}, {}, findings


#: code → (cases that raise it, neighbours that do not)
TABLE: dict[str, tuple[list[Case], list[Case]]] = {
    "E_CES": (
        [i(**(SAD | {"sf_ces_when": "d14"})), i(**(SAD | {"sf_ces_worse": "unsure"})), c(ck_ces="unsure")]
        + [i(**{id: "unsure", "sf_ces_when": "d14", "sf_ces_worse": "no"}) for id in ("sf_urine_start", "sf_urine_leak", "sf_bowel")]
        + [i(sf_sex="yes", sf_ces_when="d14", sf_ces_worse="no")],
        [i(**SAD), i(sf_sex="unsure", sf_ces_when="d14", sf_ces_worse="yes")],
    ),
    "E_BILAT": (
        [i(pn_both="pain", pn_both_when="d14"), i(pn_both="unsure", pn_both_when="d14"), c(ck_both="yes")],
        [i(pn_both="weak", pn_both_when="w2_12")],
    ),
    "E_NEURO": (
        [i(**(WEAK | {"pn_weak_trend": "fast"})), c(ck_weak="yes", pn_weak=["hip"], pn_weak_when="d14", pn_weak_trend="fast")]
        + [i(pn_weak=["footdrop"], pn_weak_when="d14", pn_weak_trend="unsure"), c(ck_weak="yes", th_weaker="yes")],
        [i(pn_weak=["footdrop"], pn_weak_when="d14", pn_weak_trend="no"), i(pn_weak=["footdrop"], pn_weak_when="w2_12", pn_weak_trend="slow"), c(ck_weak="yes", th_weaker="no")],
    ),
    "E_CORD": ([i(sf_cord="unsure"), c(ck_alarm=["cord"]), c(ck_alarm=["unsure"])], [c(ck_alarm=["stroke"])]),
    "E_SPINF": (
        [i(sf_fever="yes", pn_night="constant"), i(sf_fever="unsure", hx_immune="unsure"), i(sf_fever="yes", hx_needle="yes")]
        + [i(sf_fever="yes", hx_diab="t2", hx_diab_feet="no"), i(sf_fever="yes", md_class=["chemo"])]
        + [i(sf_fever="yes", hx_inj=["steroid"]), i(sf_fever="yes", **surgery("discectomy", 84))]
        + [i(sf_fever="yes", pn_worst=8, pn_onset=at(42))],
        [i(sf_fever="yes"), i(sf_fever="yes", pn_worst=8, pn_onset=at(43)), i(sf_fever="yes", hx_immune="yes", pn_map=["CLF:R"])]
        + [i(sf_fever="yes", hx_inj=[{"code": "steroid", "date": at(20), "region": ["BTM:R"]}]), i(sf_fever="yes", **surgery("fusion", 85))],
    ),
    "E_TRAUMA": (
        [i(sf_trauma="yes", pn_worst=8), i(sf_trauma="unsure", pn_numb="some", pn_numb_at=["CLF:R"]), i(sf_trauma="yes", **WEAK)]
        + [i(sf_load="no"), c(ck_fall="yes", ck_now=8), c(WEAK, ck_fall="unsure"), c(ck_fall="yes", sf_load="no")],
        [i(sf_trauma="yes", pn_worst=7), i(sf_load="not_walking"), c(ck_fall="yes", ck_now=7)],
    ),
    "E_DVT": (
        [i(sf_calf="unsure"), i(**(SORE | {"sf_dvt_risk": ["rest"]})), i(**(SORE | {"sf_dvt_risk": ["unsure"]})), i(**SORE, **BIRTH)]
        + [i(**SORE, hx_cancer="now", hx_cancer_info=CANCER), i(**SORE, **DVT), i(**SORE, md_class=["hormone"]), i(**SORE, **surgery("knee", 84))]
        + [i(**(BIRTH | {"sf_birth_alarm": ["calf"]})), c(ck_calf="unsure"), c(th_calf=3), f(T_CALF=[{"side": "L", "value": 3}])],
        [i(**SORE), c(th_calf=2.9), i(**SORE, **surgery("knee", 85))],
    ),
    "E_PE": ([i(sf_breath="unsure"), c(ck_chest="yes"), i(**(BIRTH | {"sf_birth_alarm": ["unsure"]}))], [i(**BIRTH)]),
    "E_ACS": ([i(sf_breath="yes"), c(ck_chest="unsure"), i(**(BIRTH | {"sf_birth_alarm": ["chest"]}))], [i(**BIRTH)]),
    "E_AAA": (
        [i(sf_belly="unsure"), c(ck_alarm=["belly"]), i(**AAA, pn_trend="worse"), i(**AAA, pn_onset=at(84))]
        + [i(hx_heart=["aneurysm"], hx_aaa={"site": "unsure", "repaired": "unsure"}, pn_trend="fast_worse")],
        [i(**AAA), i(**AAA, pn_onset=at(85)), i(**AAA, pn_trend="worse", pn_map=["NCK:L"])]
        + [i(hx_heart=["aneurysm"], hx_aaa={"site": "belly", "repaired": "yes"}, pn_trend="worse")],
    ),
    "E_STROKE": ([i(sf_stroke="unsure"), c(ck_alarm=["stroke"])], [c(ck_alarm=["limb"])]),
    "E_LIMB": ([i(sf_coldleg="unsure"), c(ck_alarm=["limb"])], [c(ck_alarm=["cord"])]),
    "E_OB": (
        [i(**(PREGNANT | {"sf_preg_alarm": [sign]})) for sign in ("bleed", "fluid", "pains", "headache", "swell", "still")]
        + [i(sf_preg="maybe", sf_preg_alarm=["bleed"]), c(ck_alarm=["birth"]), c(BIRTH, ck_alarm=["unsure"])]
        + [i(**(BIRTH | {"sf_birth_alarm": [sign]})) for sign in ("bleed", "headache", "chest", "unsure")],
        [i(**PREGNANT), c(ck_alarm=["unsure"]), i(**(BIRTH | {"sf_birth_alarm": ["calf"]}))],
    ),
    "E_HTN": (
        [i(**bp(180, 90, "today", sym=["vision"])), i(**bp(150, 120, "today", sym=["headache"])), c(th_bp={"sys": 180, "dia": 90, "sym": ["breath"]})],
        [i(**bp(180, 90, "last_week", sym=["vision"])), i(**bp(200, 125, "today")), c(th_bp={"sys": 179, "dia": 119, "sym": ["breath"]})],
    ),
    "E_HAEM": (
        [i(sf_haem="yes", md_class=["antiplatelet"]), i(sf_haem="unsure", hx_bleed="easy"), i(sf_haem="yes", **WEAK), c(ck_alarm=["swelling"])]
        + [i(sf_haem="yes", pn_numb="some", pn_numb_at=["CLF:R"]), i(sf_haem="yes", md_class=["unsure"])],
        [i(sf_haem="yes")],
    ),
    "A_CES_LATE": (
        [i(**SAD), i(**(SAD | {"sf_ces_when": "w2_12"})), i(**(SAD | {"sf_ces_when": "known"}), ab_pcp_seen="told")]
        + [i(sf_sex="unsure", sf_ces_when="d14", sf_ces_worse="yes"), i(sf_sex="yes", sf_ces_when="m3", sf_ces_worse="no")],
        [i(**(SAD | {"sf_ces_when": "known"})), i(**(SAD | {"sf_ces_when": "d14"}))],
    ),
    "A_FOOTDROP": (
        [i(**(WEAK | {"pn_weak_when": "w2_12"})), i(**(WEAK | {"pn_weak_trend": "unsure"})), i(**WEAK, ab_pcp_seen="told")]
        + [i(**(WEAK | {"pn_weak": ["footdrop"], "pn_weak_when": "known"})), c(ck_weak="unsure")],
        [i(**WEAK), i(**(WEAK | {"pn_weak_when": "known"}))],
    ),
    "A_MALIG": (
        [i(sf_weight="unsure"), i(sf_unwell="yes"), i(**PAST, pn_night="constant"), i(**PAST, **BACK, pn_onset=at(84))]
        + [i(**PAST, **BACK, pn_trend="worse"), i(ab_dob=born(50), sf_minor_fall="no", pn_night="constant", pn_onset=at(84))],
        [i(**PAST, **BACK), i(**PAST, **BACK, pn_onset=at(85)), i(ab_dob=born(50, 1), pn_night="constant", pn_onset=at(84))]
        + [i(ab_dob=born(50), sf_minor_fall="no", pn_night="constant", pn_onset=at(85))],
    ),
    "A_INSUFF": (
        [i(ab_dob=born(50), sf_minor_fall="unsure"), i(ab_dob=born(65), hx_aaa_fam="no", sf_preg=None, sf_minor_fall="no", pn_start="lift")]
        + [i(md_class=["steroid"], sf_minor_fall="no", pn_start="fall"), i(sf_load="hurts", pn_map=["GRO:R"]), i(sf_load="hurts", pn_start="sport")]
        + [i(sf_load="hurts", gl_exercise={"sessions": 6}), i(sf_load="hurts", hx_dx=["osteopenia"], sf_minor_fall="no")],
        [i(ab_dob=born(65, 1), hx_aaa_fam="no", sf_preg=None, sf_minor_fall="no", pn_start="lift"), i(sf_load="hurts"), i(sf_load="hurts", gl_exercise={"sessions": 5})],
    ),
    "A_FX": (
        [i(hx_bone=[{"code": "fracture", "region": ["SAC:L"], "date": at(84), "cleared": "yes"}]), i(hx_bone=["fracture"])]
        + [i(hx_bone=[{"code": "fracture", "region": ["THF:L"], "date": at(120), "cleared": "unsure"}])]
        + [i(sf_trauma="yes", ab_pcp_seen="told"), c({"ab_pcp_seen": "told"}, ck_fall="unsure")],
        [i(hx_bone=[{"code": "fracture", "region": ["SAC:L"], "date": at(85), "cleared": "yes"}])]
        + [i(hx_bone=[{"code": "fracture", "region": ["ARM:L"], "date": at(10)}]), i(sf_trauma="yes")],
    ),
    "A_FEVER": (
        [i(sf_fever="unsure"), c(ck_ill="yes"), c(th_temp=38.0), i(**(BIRTH | {"sf_birth_alarm": ["fever"]})), i(hx_infect=["chest"], sf_unwell="yes")]
        + [i(hx_infect=["skin"], **BACK, pn_onset=at(42))],
        [c(th_temp=37.9), i(hx_infect=["chest"]), i(hx_infect=["skin"], **BACK, pn_onset=at(43)), i(hx_infect=["cold"], sf_unwell="yes")],
    ),
    "A_CONTAG": ([i(hx_skin=["scabies"]), i(hx_infect=["stomach"])], [i(hx_skin=["rash"])]),
    "A_DVT_TX": (
        [i(hx_heart=["dvt"], hx_dvt=DVT["hx_dvt"] | {"date": months_ago(6)}), i(hx_heart=["dvt"], hx_dvt=DVT["hx_dvt"] | {"cleared": "unsure"})]
        + [i(hx_heart=["dvt"], hx_dvt={"on_thinner": "no", "cleared": "yes"})],
        [i(**DVT), i(hx_heart=["dvt"], hx_dvt=DVT["hx_dvt"] | {"date": months_ago(6, 1)})],
    ),
    "A_AAA_KNOWN": (
        [i(**AAA), i(hx_heart=["aneurysm"], hx_aaa={"site": "chest", "repaired": "unsure"})],
        [i(hx_heart=["aneurysm"], hx_aaa={"site": "brain", "repaired": "no"}), i(hx_heart=["aneurysm"], hx_aaa={"site": "belly", "repaired": "yes"})],
    ),
    "A_SPL_HIGH": ([i(**(SLIP | {"hx_spl_grade": g})) for g in "345"], [i(**(SLIP | {"hx_spl_grade": "2"}))]),
    "A_SPL_NEURO": (
        [i(**SLIP, **WEAK), i(**SLIP, pn_numb="always", pn_numb_at=["CLF:R"]), i(**SLIP, pn_both="pain", pn_both_when="known")],
        [i(**SLIP, pn_numb="some", pn_numb_at=["CLF:R"])],
    ),
    "A_SPL_UNK": ([i(**(SLIP | {"hx_spl_grade": "unknown"})), i(**(SLIP | {"hx_spl_stable": "unsure"}))], [i(**SLIP)]),
    "A_SPSURG": (
        [i(**surgery("laminectomy", 84)), i(**(surgery("fusion", 400) | {"hx_spine_clear": "unsure"})), i(hx_surg=["discectomy"], hx_spine_clear="yes")],
        [i(**surgery("laminectomy", 85))],
    ),
    "A_HEART": (
        [i(**heart("mi", months_ago(6))), i(**heart("mi", None)), i(**heart("angina", at(42))), i(**heart("rhythm", None, "unsure"))],
        [i(**heart("mi", months_ago(6, 1))), i(**heart("angina", at(43))), i(**heart("angina", None)), i(**heart("hf", None))],
    ),
    "A_HTN_SEV": (
        [i(**bp(180, 90, "today")), i(**bp(150, 110, "last_week")), i(**bp(150, 110, "older")), c(th_bp={"sys": 180, "dia": 80}), i(hx_heart=["hbp_high"])]
        + [c(bp(190, 90, "older"), th_bp={"sys": 185, "dia": 90, "sym": ["headache"]})],
        [i(**bp(179, 109, "today")), c(bp(190, 90, "older"), th_bp={"sys": 179, "dia": 109}), c({"hx_heart": ["hbp_high"]}, th_bp={"sys": 150, "dia": 90})]
        + [i(**bp(200, 90, "today", sym=["chest"]))],
    ),
    "A_STROKE": ([i(hx_heart=[{"code": "stroke", "date": months_ago(3)}]), i(hx_heart=["stroke"])], [i(hx_heart=[{"code": "stroke", "date": months_ago(3, 1)}])]),
    "A_CANCER_TX": (
        [i(hx_cancer="tests", hx_cancer_info=CANCER), i(hx_cancer="past", hx_cancer_info=CANCER | {"in_bone": "unsure"})],
        [i(**PAST)],
    ),
    "A_PLT": (
        [i(hx_bleed="lowplt"), i(hx_bleed="haemophilia"), i(hx_cancer="past", hx_cancer_info=CANCER | {"low_platelets": "unsure"})]
        + [i(md_class=["warfarin"], md_inr={"value": 4.1})],
        [i(md_class=["warfarin"], md_inr={"value": 4}), i(hx_bleed="easy")],
    ),
    "A_PREG_HIGH": ([i(**(PREGNANT | {"hx_preg_risk": "unsure"}))], [i(**PREGNANT)]),
    "A_JOINTINF": (
        [i(hx_bone=["boneinf"]), i(hx_bone=[{"code": "boneinf", "cleared": "unsure"}])],
        [i(hx_bone=[{"code": "boneinf", "cleared": "yes"}])],
    ),
    "A_SPINF_RISK": (
        [i(hx_needle="yes", pn_trend="worse", pn_worst=8), i(hx_immune="unsure", pn_onset=at(42), pn_night="constant")]
        + [i(hx_inj=["prp"], pn_onset=at(42), sf_unwell="unsure")],
        [i(hx_needle="yes", pn_worst=8), i(hx_needle="yes", pn_trend="worse"), i(hx_immune="yes", pn_onset=at(43), pn_night="constant")],
    ),
    "A_POSTOP": (
        [i(**surgery(code, 42)) for code in ("hip_fix", "fusion", "discectomy", "laminectomy", "abdomen", "csection", "vessel")]
        + [i(**hip(date=at(42))), i(**(BIRTH | {"hx_birth": {"date": at(42), "mode": "csection"}}))],
        [i(**surgery("abdomen", 43)), i(**surgery("knee", 1)), i(**(BIRTH | {"hx_birth": {"date": at(42), "mode": "vaginal"}}))]
        + [i(**(BIRTH | {"hx_birth": {"date": at(43), "mode": "csection"}}))],
    ),
    "A_KIDNEY": ([i(hx_infect=["urine"], pn_map=["FLK:L"])], [i(hx_infect=["urine"])]),
    "A_INTOX": ([c(ck_meds=["alcohol"])], [c(ck_meds=["other"])]),
    "A_CONSENT": (
        [i(cs_massage=False), i(cs_massage=None), i(ab_decide="yes", ab_guard_name="A", ab_guard_rel="parent", ab_guard_phone="+15550100999", ab_guard_stay="yes")],
        [i(ab_decide="yes", ab_guard_name="A", ab_guard_rel="parent", ab_guard_phone="+15550100999", ab_guard_stay="yes", cs_sign={"name": "A", "role": "guardian"})],
    ),
    "L_NOCONSENT": (
        [i(cs_glute={"left": True, "right": False, "mode": "over"}), i(cs_glute=None, ck_glute=None), i(gl_drape="none")]
        + [c(ck_glute="no"), c(ck_glute={"left": False, "right": True})],
        [i(cs_thigh=None), c(ck_glute={"left": True, "right": True})],
    ),
    "L_AVOID": ([i(gl_avoid=["NCK:L"])], [i(gl_avoid="none")]),
    "L_WOUND": ([i(hx_skin=["wound"]), c(ck_skin=[{"code": "wound", "region": ["ARM:L"]}])], [i(hx_skin=["newtattoo"])]),
    "L_SCAR": (
        [i(hx_skin=["newscar"]), i(**surgery("knee", 42)), i(**(BIRTH | {"hx_birth": {"date": at(42), "mode": "csection"}}))],
        [i(**surgery("knee", 43))],
    ),
    "L_CELL": ([i(hx_skin=["boil"]), i(hx_infect=["skin"])], [i(hx_infect=["cold"])]),
    "L_SHINGLES": ([i(hx_skin=["shingles"])], [i(hx_skin=["rash"])]),
    "L_FUNGUS": ([i(hx_skin=["fungus"])], [i(hx_skin=["rash"])]),
    "L_RASH": ([i(hx_skin=["eczema"]), i(hx_skin=["psoriasis"]), c(ck_skin=["rash"])], [i(hx_skin=["sunburn"])]),
    "L_BURN": ([i(hx_skin=["sunburn"])], [i(hx_skin=["rash"])]),
    "L_BRUISE": (
        [i(hx_skin=["bruise"]), c(ck_skin=["bruise"]), i(sf_haem="unsure"), i(hx_bone=[{"code": "muscletear", "date": at(3)}])],
        [i(hx_bone=[{"code": "muscletear", "date": at(4)}]), i(sf_haem="yes", hx_bleed="easy")],
    ),
    "L_VARIX": ([i(hx_heart=["varicose"])], [i(hx_heart=["pad"])]),
    "L_LYMPH": ([i(hx_heart=["lymph"]), i(hx_cancer="past", hx_cancer_info=CANCER | {"nodes_removed": "yes"})], [i(**PAST)]),
    "L_RADIO": ([i(hx_cancer="past", hx_cancer_info=CANCER | {"radiation_region": ["SAC:L"]})], [i(**PAST)]),
    "L_LUMP": ([i(hx_skin=["lump"])], [i(hx_skin=["bruise"])]),
    "L_DEVICE": ([i(hx_device=["pacemaker"]), i(hx_device=["metal"])], [i(hx_device=["none"])]),
    "L_BUTTIMP": ([i(hx_device=["buttock_imp"]), i(hx_surg=[{"code": "buttock", "date": at(900)}]), i(hx_inj=["filler"])], [i(hx_inj=["prp"])]),
    "L_INJ": (
        [i(hx_inj=[{"code": code, "date": at(days)}]) for code, days in (("vaccine", 3), ("botulinum", 14), ("steroid", 14), ("prp", 28), ("other", 14))]
        + [i(hx_inj=["steroid"]), c(ck_skin=["needle"])],
        [i(hx_inj=[{"code": code, "date": at(days)}]) for code, days in (("vaccine", 4), ("botulinum", 15), ("steroid", 15), ("prp", 29), ("other", 15))]
        + [i(hx_inj=["filler"])],
    ),
    "L_PATCH": ([i(md_any="yes", md_list=[{"name": "Fentanyl", "patch": "yes"}], md_patch=["ARM:L"])], [i(md_any="yes", md_list=[{"name": "Fentanyl"}])]),
    "L_THR_POST": (
        [i(**hip(date=at(84))), i(**hip(still_rules="unsure")), i(**hip(dislocated="yes")), i(**hip(approach="unknown", date=at(84))), i(**hip(approach="lateral", date=None))],
        [i(**hip(date=at(85))), i(**hip(approach="anterior", still_rules="yes"))],
    ),
    "L_THR_ANT": ([i(**hip(approach="anterior", date=at(84))), i(**hip(approach="anterior", dislocated="yes"))], [i(**hip(approach="anterior", date=at(85)))]),
    "L_GTPS": ([i(hx_dx=["gtps"]), i(pn_map=["HPL:R"]), f(T_TREND=[{"side": "R", "result": "pos_familiar"}])], [i(pn_map=["HPL:R", "BTM:R"], pn_worst_at="BTM:R")]),
    "L_HAM": ([i(hx_dx=["hamstring"]), i(pn_map=["BTL:R"], pn_worse=["sit", "run"])], [i(pn_map=["BTL:R"], pn_worse=["sit"])]),
    "L_COC": ([i(pn_map=["COC"], pn_side="middle"), i(pn_map=["COC", "BTM:R"], pn_worst_at="BTM:R", hx_tail="unsure")], [i(pn_map=["COC", "BTM:R"], pn_worst_at="BTM:R", hx_tail="no")]),
    "L_HERNIA": ([i(hx_organ=["hernia"])], [i(hx_organ=["liver"])]),
    "L_NUMB": (
        [i(pn_numb="always", pn_numb_at=["CLF:R"]), i(hx_diab="t2", hx_diab_feet="unsure"), i(hx_neuro=["neuropathy"])],
        [i(pn_numb="some", pn_numb_at=["CLF:R"]), i(hx_diab="t2", hx_diab_feet="no")],
    ),
    "L_ON": ([i(hx_dx=["osteonecrosis"]), i(hx_dx=["hip_oa"], pn_stiff=30), i(hx_dx=["hip_oa"], pn_freq="constant")], [i(hx_dx=["hip_oa"], pn_stiff=29)]),
    "L_ABDPREG": ([i(**PREGNANT), i(sf_preg="maybe", sf_preg_alarm=["none"])], [i(**BIRTH)]),
    "L_CALF": ([i(**SORE), i(**(SORE | {"sf_calf_sore": "unsure"}))], [i(**(SORE | {"sf_dvt_risk": ["rest"]})), i(**SORE, md_class=["hormone"])]),
    "C_CES_KNOWN": ([i(**(SAD | {"sf_ces_when": "known"}))], [i(**SAD), i(**(SAD | {"sf_ces_when": "known", "sf_ces_worse": "unsure"}))]),
    "C_SPL_LOW": ([i(**SLIP), i(**(SLIP | {"hx_spl_grade": "2"}), pn_numb="some", pn_numb_at=["CLF:R"])], [i(**SLIP, **WEAK), i(**(SLIP | {"hx_spl_stable": "no"}))]),
    "C_LYSIS": ([i(hx_dx=["spondylolysis"])], [i(hx_dx=["disc"], hx_disc_now="no")]),
    "C_DISC_AC": ([i(**DISC, pn_onset=at(42)), i(**(DISC | {"hx_disc_now": "unsure"}), pn_onset=at(42))], [i(**DISC, pn_onset=at(43))]),
    "C_DISC_CH": ([i(hx_dx=["disc"], hx_disc_now="no")], [i(**DISC)]),
    "C_STEN": (
        [i(hx_dx=["stenosis"]), i(ab_dob=born(49), pn_which="leg", pn_worse=["walk"], pn_walk_rest="yes", pn_walk="sit")]
        + [i(ab_dob=born(49), pn_which="leg", pn_walk="sit"), i(ab_dob=born(49), pn_which="leg", pn_walk="other", pn_refer="thigh", pn_sit_free="yes")],
        [i(ab_dob=born(48), pn_which="leg", pn_worse=["walk"], pn_walk_rest="yes", pn_walk="sit"), i(ab_dob=born(49), pn_which="leg", pn_worse=["walk"], pn_walk_rest="yes", pn_walk="still")],
    ),
    "C_SIJ": (
        [i(hx_dx=["sij"]), f(T_SIJ_DIST=[{"result": "pos_familiar"}], T_SIJ_COMP=[{"result": "pos_familiar"}], T_SIJ_SAC=[{"result": "pos_familiar"}])],
        [f(T_SIJ_DIST=[{"result": "pos_familiar"}], T_SIJ_COMP=[{"result": "pos_familiar"}])],
    ),
    "C_OSTEO": ([i(hx_dx=["osteopenia"], sf_minor_fall="no"), i(hx_dx=["osteoporosis"], sf_minor_fall="no")], [i(hx_dx=["osteonecrosis"])]),
    "C_STEROID": ([i(md_class=["steroid"], sf_minor_fall="no")], [i(md_class=["nsaid"])]),
    "C_PREG1": (
        [i(**(PREGNANT | {"hx_preg_wk": 1})), i(**(PREGNANT | {"hx_preg_wk": 13})), i(sf_preg="maybe", sf_preg_alarm=["none"]), i(sf_preg="prefer_not")],
        [i(**(PREGNANT | {"hx_preg_wk": 14}))],
    ),
    "C_PREG2": ([i(**(PREGNANT | {"hx_preg_wk": 14})), i(**(PREGNANT | {"hx_preg_wk": 27}))], [i(**(PREGNANT | {"hx_preg_wk": 13})), i(**(PREGNANT | {"hx_preg_wk": 28}))]),
    "C_PREG3": ([i(**(PREGNANT | {"hx_preg_wk": 28}))], [i(**(PREGNANT | {"hx_preg_wk": 27}))]),
    "C_POSTPART": ([i(**BIRTH)], [i(**PREGNANT)]),
    "C_ANTICOAG": ([i(md_class=["warfarin"]), i(md_class=["doac"]), i(md_class=["heparin"])], [i(md_class=["antiplatelet"])]),
    "C_ANTIPLT": ([i(md_class=["antiplatelet"]), i(md_class=["nsaid"])], [i(md_class=["doac"])]),
    "C_BLEED": ([i(hx_bleed="easy"), i(hx_bleed="sickle")], [i(hx_bleed="haemophilia")]),
    "C_DIAB": ([i(hx_diab="other", hx_diab_feet="no")], [i(hx_diab="no")]),
    "C_INFLAM": ([i(hx_dx=["ra"]), i(hx_dx=["ankspond"]), i(pn_stiff=30, hx_inflam="yes")], [i(pn_stiff=30, hx_inflam="no"), i(pn_stiff=29, hx_inflam="yes")]),
    "C_HYPERM": ([i(hx_dx=["hypermobile"])], [i(hx_dx=["other"], hx_dx_other="Gout")]),
    "C_HTN": (
        [i(hx_heart=["hbp_ok"]), i(**bp(179, 109, "older", "hbp_high")), c({"hx_heart": ["hbp_high"]}, th_bp={"sys": 150, "dia": 90})],
        [i(hx_heart=["hbp_high"]), i(**bp(150, 110, "today", "hbp_high"))],
    ),
    "C_HF": (
        [i(**heart("hf", None)), i(**heart("rhythm", None)), i(hx_organ=["dialysis"]), i(hx_organ=["lung"], hx_lung_kind="copd_or_oxygen")],
        [i(**heart("hf", None, "no")), i(hx_organ=["lung"], hx_lung_kind="asthma")],
    ),
    "C_PAD": ([i(hx_heart=["pad"]), i(pn_walk="still")], [i(pn_walk="other")]),
    "C_DVTOLD": ([i(**DVT), i(hx_heart=["dvt"], hx_dvt=DVT["hx_dvt"] | {"date": months_ago(6, 1)})], [i(hx_heart=["dvt"], hx_dvt=DVT["hx_dvt"] | {"date": months_ago(6)})]),
    "C_CANCERPAST": ([i(**PAST)], [i(**PAST, pn_night="constant")]),
    "C_IMMUNE": ([i(hx_immune="unsure"), i(md_class=["immune"])], [i(md_class=["bone"])]),
    "C_MASK": ([i(md_class=[code]) for code in ("opioid", "gaba", "relaxant", "sleep")] + [c(ck_meds=["pain_med"])], [i(md_class=["bp"])]),
    "C_TENDON": ([i(md_class=["fluoroquinolone"])], [i(md_class=["bp"])]),
    "C_EPI": ([i(hx_neuro=["epilepsy"], hx_seizure="2010")], [i(hx_neuro=["migraine"])]),
    "C_NEURO": ([i(hx_neuro=[code]) for code in ("ms", "parkinson", "crps", "dementia")], [i(hx_neuro=["migraine"])]),
    "C_CENTRAL": (
        [i(hx_dx=["fibromyalgia"]), i(pn_map=["BTM:R", "BTM:L", "NCK:L", "NCK:R", "UBK:L", "UBK:R", "ABD"], pn_worst_at="BTM:R")],
        [i(pn_map=["BTM:R", "BTM:L", "NCK:L", "NCK:R", "UBK:L", "UBK:R"], pn_worst_at="BTM:R")],
    ),
    "C_FLARE": ([i(pn_worst=7, pn_trend="worse"), i(pn_now=8), c(ck_now=8)], [i(pn_worst=6, pn_trend="worse"), i(pn_worst=7), i(pn_now=7), c(ck_now=7)]),
    "C_FRAIL": (
        [i(ab_dob=born(75), sf_minor_fall="no", sf_preg=None, hx_aaa_fam="no")],
        [i(ab_dob=born(75, 1), sf_minor_fall="no", sf_preg=None, hx_aaa_fam="no")],
    ),
    "C_FAINT": ([i(hx_heart=["lowbp"]), i(hx_faint=["faint"])], [i(hx_faint=["other"])]),
    "C_TRAUMA_INF": ([i(hx_touch="Please knock.")], [i(hx_touch="  ")]),
    "C_FUSION": ([i(**surgery("fusion", 365))], [i(**surgery("fusion", 364)), i(**(surgery("fusion", 365) | {"hx_spine_clear": "no"}))]),
    "C_THR_OLD": ([i(**hip(date=at(85)))], [i(**hip(date=at(84))), i(**hip(still_rules="unsure")), i(**hip(dislocated="yes"))]),
    "C_HIPJOINT": ([i(hx_dx=["fai"]), i(hx_dx=["hip_oa"]), f(T_FADIR=[{"result": "pos_familiar", "where": ["GRO:R"]}]), f(T_FADIR=[{"result": "pos_other", "where": ["HPF:R"]}])], [f(T_FADIR=[{"result": "stretch_only", "where": ["GRO:R"]}]), f(T_FADIR=[{"result": "pos_familiar", "where": ["BTM:R"]}])]),
    "C_ALLERGY": ([i(al_any="unsure", al_list=["nut"], al_react={"nut": "rash"})], [i(al_any="no")]),
    "C_DISTRESS": ([i(hx_mood=4), i(hx_fear="agree")], [i(hx_mood=3), i(hx_fear="partly")]),
    "C_REACT": ([c(ck_after="sore_long"), c(ck_after="worse"), i(hx_faint=["sore"]), i(hx_faint=["bruise"])], [c(ck_after="sore_short")]),
    "C_WEIGHT": ([i(gl_pos=["face_down"]), i(ab_weight=150.5)], [i(ab_weight=150)]),
    "C_ASK": ([i(sf_sex="prefer_not"), i(sf_preg="prefer_not"), i(hx_needle="prefer_not")], [c({"hx_needle": "prefer_not"}, th_ask={"hx_needle": "no"})]),
    "C_NIGHT": ([i(pn_night="constant")], [i(pn_night="turn"), i(pn_night="constant", sf_weight="yes")]),
    "C_LOAD": ([i(sf_load="hurts")], [i(sf_load="hurts", pn_start="sport"), i(sf_load="not_walking")]),
    "C_DISC_SUB": ([i(**DISC, pn_onset=at(43))], [i(**DISC, pn_onset=at(42))]),
    "C_MED_UNK": ([i(md_class=["unsure"])], [i(md_class=["bp"])]),
    "C_LYSIS_SUS": (
        [i(ab_dob=born(26, 1), pn_worse=["bend_back"], ab_pcp_seen="told")],
        [i(ab_dob=born(26), pn_worse=["bend_back"], ab_pcp_seen="told"), i(ab_dob=born(20), pn_worse=["bend_back"])],
    ),
    "C_BRAINAN": ([i(hx_heart=["aneurysm"], hx_aaa={"site": "brain", "repaired": "yes"})], [i(**AAA)]),
    "C_AAA_REP": ([i(hx_heart=["aneurysm"], hx_aaa={"site": "belly", "repaired": "yes"})], [i(**AAA)]),
    "C_HEART": ([i(**heart("mi", months_ago(6, 1))), i(**heart("angina", None))], [i(**heart("mi", months_ago(6))), i(**heart("hf", None))]),
    "C_STROKE_OLD": ([i(hx_heart=[{"code": "stroke", "date": months_ago(3, 1)}])], [i(hx_heart=[{"code": "stroke", "date": months_ago(3)}])]),
    "C_FUSION_MID": ([i(**surgery("fusion", 85)), i(**surgery("fusion", 364))], [i(**surgery("fusion", 84)), i(**surgery("fusion", 365))]),
    "I_NOPCP": ([i(ab_pcp_seen="told"), i(ab_pcp_seen="no"), c({"ab_pcp_seen": "no"}, ck_pcp="told")], [c({"ab_pcp_seen": "no"}, ck_pcp="exam")]),
    "I_UNKNOWN": ([i(pn_map=["SHO:L"], pn_worse=["none"], pn_which="same", pn_freq="rare")], [i()]),
    "I_SCOLI": ([i(hx_dx=["scoliosis"])], [i(hx_dx=["sij"])]),
    "I_SITTING": ([i(ab_sit=8)], [i(ab_sit=7.5)]),
    "I_AAAFAM": ([i(ab_dob=born(55), sf_minor_fall="no", hx_aaa_fam="unsure")], [i(ab_dob=born(55, 1), sf_minor_fall="no", hx_aaa_fam="yes")]),
    "I_PELVIC": ([i(hx_organ=["endo"])], [i(hx_organ=["liver"])]),
    "I_REFLUX": ([i(hx_organ=["reflux"]), i(hx_organ=["lung"], hx_lung_kind="asthma")], [i(hx_organ=["lung"], hx_lung_kind="other")]),
    "I_METAL": ([i(hx_device=["metal"])], [i(hx_device=["stent"])]),
    "I_CHAPERONE": ([i(gl_chaperone="own"), i(gl_chaperone="clinic")], [i(gl_chaperone="no")]),
    "I_INFECT": ([i(hx_infect=["cold"]), i(hx_infect=["urine"])], [i(hx_infect=["stomach"]), i(hx_infect=["urine"], pn_map=["FLK:L"]), i(hx_infect=["cold"], sf_fever="yes")]),
}  # fmt: skip

#: Events that a therapist sees and no answer holds.
NOT_IN_ANSWERS = {"E_ALLERGY", "E_SESSION", "C_NOIMPROVE"}
PRACTICE = PracticeRules(table_limit_kg=150)


def raised(case: Case) -> set[str]:
    intake, check_in, findings = case
    today = check_in_clear(**check_in) if check_in else None
    if today is not None and "ck_glute" in intake:
        today.pop("ck_glute", None)
    answers = all_clear(**{id: value for id, value in intake.items() if id != "ck_glute"})
    result = screen(answers, on=DAY, check_in=today, findings=findings or None, practice=PRACTICE)
    return {flag.code for flag in result.flags}


def _cases(which: int) -> list[Any]:
    return [
        pytest.param(code, case, id=f"{code}-{number}")
        for code, both in TABLE.items()
        for number, case in enumerate(both[which])
    ]


@pytest.mark.parametrize(("code", "case"), _cases(0))
def test_entry_is_raised(code, case):
    assert code in raised(case)


@pytest.mark.parametrize(("code", "case"), _cases(1))
def test_neighbour_does_not_raise_it(code, case):
    assert code not in raised(case)


def test_the_table_names_every_entry():
    assert set(TABLE) | NOT_IN_ANSWERS == set(ENTRIES)
    assert {code for code, entry in ENTRIES.items() if entry.when is None} == NOT_IN_ANSWERS
    assert all(ENTRIES[code].not_encoded for code in NOT_IN_ANSWERS)


def test_a_minor_needs_the_guardians_consent():
    child = all_clear(
        ab_dob=born(18, 1), ab_guard_name="A", ab_guard_rel="parent", ab_guard_phone="+15550100999",
        ab_guard_stay="yes", cs_sign={"name": "A", "role": "guardian"},
    )  # fmt: skip

    assert "A_CONSENT" in {flag.code for flag in screen(child, on=DAY).flags}
    assert "A_CONSENT" not in {flag.code for flag in screen(child | {"cs_minor": True}, on=DAY).flags}


@pytest.mark.parametrize(
    ("first", "then", "at_day"),
    [
        ("A_SPSURG", "C_FUSION_MID", lambda days: surgery("fusion", days)),
        ("C_FUSION_MID", "C_FUSION", lambda days: surgery("fusion", days)),
        ("L_THR_POST", "C_THR_OLD", lambda days: hip(date=at(days))),
        ("L_THR_ANT", "C_THR_OLD", lambda days: hip(approach="anterior", date=at(days))),
        ("A_HEART", "C_HEART", lambda days: heart("mi", at(days))),
        ("A_STROKE", "C_STROKE_OLD", lambda days: {"hx_heart": [{"code": "stroke", "date": at(days)}]}),
        ("A_DVT_TX", "C_DVTOLD", lambda days: {"hx_heart": ["dvt"], "hx_dvt": DVT["hx_dvt"] | {"date": at(days)}}),
        ("C_DISC_AC", "C_DISC_SUB", lambda days: {**DISC, "pn_onset": at(days)}),
    ],
)
def test_waits_leave_no_gap(first, then, at_day):
    """On every day one of the two holds, never both, and the stricter one comes first."""
    found = [raised((at_day(days), {}, {})) & {first, then} for days in range(0, 420)]
    changes = [day for day in range(1, 420) if found[day] != found[day - 1]]

    assert all(len(each) <= 1 for each in found)
    start = next(day for day in range(420) if found[day])
    end = max(day for day in range(420) if found[day])
    assert all(found[start : end + 1])
    assert any({first} == found[day - 1] and {then} == found[day] for day in changes)


@pytest.mark.parametrize("measured", [False, True])
@pytest.mark.parametrize("signs", [[], ["headache"]])
@pytest.mark.parametrize("sys", [139, 140, 179, 180, 181, 260])
@pytest.mark.parametrize("dia", [89, 109, 110, 119, 120, 121, 160])
def test_every_blood_pressure_has_one_rule(sys, dia, signs, measured):
    """Stated or measured: emergency from 180 or 120 with signs, no massage from 180 or 110, else with care."""
    reading = {"sys": sys, "dia": dia} | ({"sym": signs} if signs else {})
    stated = bp(sys, dia, "today", "hbp_high", signs or None)

    found = raised(c({"hx_heart": ["hbp_high"]}, th_bp=reading) if measured else i(**stated))

    emergency = bool(signs) and (sys >= 180 or dia >= 120)
    rule = "E_HTN" if emergency else "A_HTN_SEV" if sys >= 180 or dia >= 110 else "C_HTN"
    assert found & {"E_HTN", "A_HTN_SEV", "C_HTN"} == {rule}


def test_every_week_of_a_pregnancy_has_one_rule():
    for week in range(1, 44):
        expected = "C_PREG1" if week < 14 else "C_PREG2" if week < 28 else "C_PREG3"
        found = raised(i(**(PREGNANT | {"hx_preg_wk": week})))
        assert found & {"C_PREG1", "C_PREG2", "C_PREG3"} == {expected}


def test_an_approximate_day_of_the_past_is_the_latest_that_it_may_be():
    for written, latest in (("2026-03", date(2026, 3, 31)), ("2025", date(2025, 12, 31)), ("2026", DAY)):
        days = (DAY - latest).days
        for code in ("fusion", "abdomen"):
            exact = surgery(code, days)
            rough = {**exact, "hx_surg": [{**exact["hx_surg"][0], "date": written}]}
            assert raised(i(**rough)) == raised(i(**exact))
