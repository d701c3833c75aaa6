"""Screening: limits in numbers (clinical reference 2.7, 2.8, 5.2), severity, order, early mode."""

# One row of the reference stays one row, however long.
# ruff: noqa: E501, C408

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from clinic.vocabulary import REGION_SETS, REGIONS, Position, Severity, Technique
from intake.rules.limits import Limits, no_limits
from intake.rules.questions import QUESTIONS, AnswerError
from intake.rules.screening import ENTRIES, STANDING, PracticeRules, early_flags, screen
from tests.answers import DAY, all_clear, check_in_clear
from tests.intake.rules.test_contraindication_table import (
    AAA,
    BIRTH,
    CANCER,
    DISC,
    DVT,
    PRACTICE,
    PREGNANT,
    SAD,
    SLIP,
    SORE,
    TABLE,
    WEAK,
    at,
    bp,
    c,
    hip,
    i,
    months_ago,
    raised,
    surgery,
)  # fmt: skip

#: The standing rules (2.7): caps of whole regions, and the saddle.
ROOM = {"KNB": (1, 2), "GRO": (1, 2), "FLK": (1, 2), "LLO": (1, 2), "COC": (1, 1)}
LEG = " ".join(REGION_SETS["LEG"])
HIP = " ".join(REGION_SETS["HIP"])
PLAIN = ("cap", "reason", "minutes", "level")


def letter(*codes: str, **rest: Any) -> dict[str, Any]:
    return {"entries": list(codes), "kind": "written", "date": DAY, "massage": "yes", "regions": "all"} | rest


BLOCKING = [code for code, entry in ENTRIES.items() if entry.blocking]


def limits_of(case: tuple[dict[str, Any], dict[str, Any], dict[str, Any]]) -> Limits:
    """The limits of a case in which every blocking entry is cleared."""
    intake, check_in, findings = case
    today = check_in_clear(**check_in) if check_in else None
    found = screen(
        all_clear(**intake), on=DAY, check_in=today, findings=findings or None, practice=PRACTICE,
        clearances=[letter(*BLOCKING, conditions="5.2 cm")],
    )  # fmt: skip
    return found.limits


def own(limits: Limits) -> dict[str, Any]:
    """The limits without what the standing rules do for everybody."""
    caps = {p: v for p, v in limits.region_caps.items() if ROOM.get(p, (9, 9))[0] != v}
    raised_to = {p: v for p, v in limits.region_caps_with_reason.items() if ROOM.get(p, (9, 9))[1] != v}
    return {
        "cap": limits.pressure_cap,
        "reason": limits.pressure_cap_with_reason,
        "caps": caps,
        "raise": raised_to,
        "locked": set(limits.no_regions) - {"SAD"},
        "tq": {
            ban for ban in limits.no_techniques if not set(limits.because[ban]) <= {f"L_ENDANGER.{n}" for n in range(8)}
        },
        "pos": set(limits.no_positions),
        "minutes": limits.max_minutes,
        "ban": set(limits.no_stretch_flags),
        "items": set(limits.no_stretches),
        "level": limits.max_level,
    }


def figures(text: str) -> dict[str, int]:
    """ "LBK2 LEG:L3" as places with their figures."""
    return {word[:-1]: int(word[-1]) for word in text.split()}


def expected(**row: Any) -> dict[str, Any]:
    caps = figures(row.get("caps", ""))
    reasons = caps | figures(row.get("raise", ""))
    held = {place.partition(":")[0] for place in ROOM}
    return {
        "cap": row.get("cap", 5),
        "reason": row.get("reason", row.get("cap", 5)),
        "caps": {p: v for p, v in caps.items() if p.partition(":")[0] not in held},
        "raise": {p: v for p, v in reasons.items() if not (p in held and v >= ROOM[p][1])},
        "locked": set(row.get("locked", "").split()),
        "tq": set(row.get("tq", "").split()),
        "pos": set(row.get("pos", "").split()),
        "minutes": row.get("minutes"),
        "ban": set(row.get("ban", "").split()),
        "items": set(row.get("items", "").split()),
        "level": row.get("level", 3),
    }


def each(words: str, figure: int) -> str:
    return " ".join(f"{word}{figure}" for word in words.split())


def around(technique: str, words: str) -> str:
    return " ".join(f"{technique}@{word}" for word in words.split())


SLIP_BANS = "F_EXT F_HEXT F_FLEX F_ROT F_PRONE F_IMPACT F_NT"
BLEED = "TQ_FRIC TQ_ELB TQ_TRP TQ_PERC TQ_CUP"
PREG = "F_SUP F_PRONE F_VALS F_INV F_ABD@23 F_BAL F_FLOOR"
L_LEG = " ".join(f"{code}:L" for code in REGION_SETS["LEG"])
R_HIP = " ".join(f"{code}:R" for code in REGION_SETS["HIP"])
MUSCLE_RULE = {"hx_skin": [{"code": "wound", "region": ["ARM:L", "CHE"]}]}

#: Rows of 2.8 with their row of 5.2; every case raises what the row names and nothing else with limits.
ROWS: list[tuple[str, Any, dict[str, Any]]] = [
    ("E_* cleared", i(sf_cord="yes"), dict(cap=2, reason=3, tq="TQ_ELB")),
    ("A_CES_LATE", i(**SAD), dict(cap=3, ban="F_VALS")),
    ("A_FOOTDROP", i(**(WEAK | {"pn_weak_when": "d14"})), dict(cap=3, reason=4, caps=each(LEG, 3), tq="TQ_MOB", ban="F_BAL F_NT", level=2)),
    ("A_MALIG", i(sf_weight="yes"), dict(cap=3, caps="BTM:R2", tq="TQ_ELB TQ_PERC")),
    ("A_INSUFF", i(sf_load="hurts", pn_start="sport"), dict(cap=3, caps="UBK2 MBK2 LBK2 SAC2", tq="TQ_PERC TQ_ELB TQ_MOB", ban="F_FLEX F_ROT F_SB F_IMPACT")),
    ("A_FX", i(hx_bone=[{"code": "fracture", "region": ["SAC:L"], "date": at(9)}]), {"cap": 3, "reason": 4, "caps": "SAC:L2", "raise": "SAC:L3", "tq": "TQ_ELB@SAC:L TQ_PERC@SAC:L TQ_MOB@SAC:L", "ban": "F_FLEX F_ROT F_SB F_IMPACT"}),
    ("A_FX injury", i(sf_trauma="yes", ab_pcp_seen="told"), {"cap": 3, "reason": 4, "caps": "BTM:R2", "raise": "BTM:R3", "tq": "TQ_ELB TQ_PERC TQ_MOB", "ban": "F_FLEX F_ROT F_SB F_IMPACT"}),
    ("A_DVT_TX", i(hx_heart=["dvt"], hx_dvt=DVT["hx_dvt"] | {"cleared": "no"}), dict(cap=2, locked=LEG, tq="TQ_PERC TQ_ELB TQ_FRIC TQ_CUP", ban="F_HAM", items="CA-01", level=1)),
    ("A_AAA_KNOWN", i(**AAA), dict(cap=3, caps="UBK2 MBK2 LBK2 FLK2", locked="ABD", tq="TQ_PSOAS TQ_ELB TQ_PERC", pos="PRONE", ban="F_VALS F_INV F_EXT")),
    ("A_SPL_HIGH", i(**(SLIP | {"hx_spl_grade": "3"})), dict(cap=2, tq="TQ_MOB TQ_ELB TQ_PERC", pos="PRONE", ban=SLIP_BANS)),
    ("A_SPL_NEURO", i(**SLIP, pn_both="pain", pn_both_when="m3"), dict(cap=2, tq="TQ_MOB TQ_ELB TQ_PERC", pos="PRONE", ban=SLIP_BANS)),
    ("A_SPL_UNK", i(**(SLIP | {"hx_spl_grade": "unknown"})), dict(cap=3, locked="LBK", tq="TQ_MOB TQ_ELB", pos="PRONE SUPINE SEMI CHAIR", ban=SLIP_BANS)),
    ("A_SPSURG", i(**surgery("fusion", 84)), dict(cap=3, caps="LBK2 SAC2", tq="TQ_MOB TQ_PERC", ban="F_FLEX F_EXT F_ROT F_SB F_VALS F_IMPACT", level=1)),
    ("A_POSTOP", i(**surgery("abdomen", 42)), dict(cap=2, reason=3, locked="LBK:L", tq="TQ_MOB TQ_ELB TQ_PERC", ban="F_FLEX F_EXT F_ROT F_SB F_VALS F_IMPACT", level=1)),
    ("A_HEART", i(hx_heart=["mi"], hx_hf_stable="yes"), dict(cap=3, tq="TQ_PSOAS", minutes=45, ban="F_VALS F_INV F_IMPACT")),
    ("A_STROKE", i(hx_heart=["stroke"]), dict(cap=3, caps="NCK2", tq="TQ_PSOAS TQ_MOB TQ_DEEP@NCK", minutes=45, ban="F_VALS F_INV F_BAL")),
    ("A_CANCER_TX", i(hx_cancer="tests", hx_cancer_info=CANCER | {"radiation_region": ["PEL"]}), {"cap": 1, "reason": 2, "caps": "PEL1", "locked": "PEL", "tq": "TQ_DEEP TQ_ELB TQ_PERC TQ_FRIC TQ_TRP", "ban": "F_SELFP F_FLEX F_ROT F_EXT F_VALS F_IMPACT"}),
    ("A_PLT", i(hx_bleed="lowplt"), dict(cap=1, reason=2, tq="TQ_DEEP " + BLEED, ban="F_SELFP", level=1)),
    ("A_PREG_HIGH", i(**(PREGNANT | {"hx_preg_risk": "yes"})), {"cap": 2, "reason": 3, "caps": "THI1", "raise": "THI2", "locked": "ABD PEL", "tq": "TQ_PERC TQ_PSOAS", "ban": "F_VALS", "level": 1}),
    ("A_JOINTINF", i(hx_bone=[{"code": "boneinf", "region": ["HPL:L"]}]), dict(cap=3, reason=4, caps="HPL:L2")),
    ("A_SPINF_RISK", i(hx_needle="yes", pn_trend="worse", sf_unwell="yes"), dict(cap=3, caps="BTM:R2", tq="TQ_ELB TQ_PERC")),
    ("A_FEVER A_CONTAG A_KIDNEY", i(), {}),
    ("L_NOCONSENT", i(cs_glute={"left": False, "right": True, "mode": "over"}), dict(locked="BTU:L BTM:L BTL:L SAC:L COC HPL:L")),
    ("L_NOCONSENT no drape", i(gl_drape="none"), dict(locked="BTU BTM BTL SAC COC HPL THI")),
    ("cs_thigh", i(cs_thigh={"back": False, "outer": True, "inner": False}), dict(locked="THB THI")),
    ("L_AVOID", i(gl_avoid=["NCK:L", "ABD"]), dict(locked="NCK:L ABD")),
    ("L_WOUND", i(**MUSCLE_RULE), dict(locked="ARM:L CHE")),
    ("L_SCAR", i(hx_skin=[{"code": "newscar", "region": ["KNF:L"]}]), dict(locked="KNF:L")),
    ("L_CELL", i(hx_skin=[{"code": "boil", "region": ["BTU:L"]}]), dict(locked="BTU:L")),
    ("L_SHINGLES", i(hx_skin=[{"code": "shingles", "region": ["MBK:L"]}]), dict(locked="MBK:L")),
    ("L_FUNGUS", i(hx_skin=[{"code": "fungus", "region": ["GRO:L"]}]), dict(locked="GRO:L")),
    ("L_BURN", i(hx_skin=[{"code": "sunburn", "region": ["SHO:L", "SHO:R"]}]), dict(locked="SHO")),
    ("L_LUMP", i(hx_skin=[{"code": "lump", "region": ["BTU:L"]}]), dict(locked="BTU:L")),
    ("L_INJ", i(hx_inj=[{"code": "steroid", "date": at(14), "region": ["BTM:L"]}]), dict(locked="BTM:L")),
    ("L_PATCH", i(md_any="yes", md_list=[{"name": "x", "patch": "yes"}], md_patch=["ARM:L"]), dict(locked="ARM:L", tq="TQ_HEAT")),
    ("L_RASH", i(hx_skin=[{"code": "eczema", "region": ["ARM:R"]}]), dict(caps="ARM:R1", locked="ARM:R")),
    ("L_BRUISE", i(hx_skin=[{"code": "bruise", "region": ["THB:R"]}]), {"caps": "THB:R1", "raise": "THB:R2", "locked": "THB:R", "tq": "TQ_FRIC@THB:R"}),
    ("L_VARIX", i(hx_heart=["varicose"]), dict(caps="CLF2 THB2 THI2", tq="TQ_DEEP@CLF TQ_DEEP@THB")),
    ("L_LYMPH", i(hx_heart=[{"code": "lymph", "region": ["ARM:L"]}]), dict(caps="ARM:L1 SHO:L1", tq="TQ_CUP@ARM:L TQ_CUP@SHO:L TQ_HEAT@ARM:L TQ_HEAT@SHO:L")),
    ("L_LYMPH nodes", i(hx_cancer="past", hx_cancer_info=CANCER | {"nodes_removed": "yes", "nodes_region": ["GRO:L"]}), {"cap": 3, "reason": 4, "caps": each(L_LEG, 1), "tq": around("TQ_CUP", L_LEG) + " " + around("TQ_HEAT", L_LEG)}),
    ("L_RADIO", i(hx_cancer="past", hx_cancer_info=CANCER | {"radiation_region": ["SAC:L"]}), dict(cap=3, reason=4, caps="SAC:L1")),
    ("L_DEVICE", i(hx_device=[{"code": "pump", "region": ["ABD"]}]), dict(locked="ABD", tq="TQ_VIB@ABD TQ_HEAT@ABD")),
    ("L_BUTTIMP", i(hx_inj=[{"code": "filler", "date": at(60), "region": ["BTU:L"]}]), dict(locked="BTU BTM BTL", tq="TQ_DEEP TQ_ELB", ban="F_SELFP")),
    ("L_THR_POST", i(**hip(still_rules="yes")), dict(caps="HPL:R3 BTM:R3 BTL:R3", tq=around("TQ_MOB", R_HIP) + " " + around("TQ_STR", R_HIP) + " TQ_DEEP@HPL:R TQ_DEEP@BTM:R TQ_DEEP@BTL:R", ban="F_HF90:R F_ADD:R F_IR:R")),
    ("L_THR_ANT", i(**hip(approach="anterior", still_rules="yes")), dict(caps="HPF:R2 GRO:R2", tq=around("TQ_STR", R_HIP), ban="F_HEXT:R F_ER:R")),
    ("L_GTPS", i(hx_dx=["gtps"]), dict(caps="HPL2", tq="TQ_FRIC@HPL", ban="F_ADD F_COMPGT")),
    ("L_GTPS side known", i(pn_map=["HPL:R"]), dict(caps="HPL2", tq="TQ_FRIC@HPL", pos="SIDE:R", ban="F_ADD F_COMPGT")),
    ("L_GTPS both sides", i(hx_dx=["gtps"], pn_map=["HPL:R", "HPL:L"], pn_worst_at="HPL:L"), dict(caps="HPL2", tq="TQ_FRIC@HPL", pos="SIDE", ban="F_ADD F_COMPGT")),
    ("L_HAM", i(hx_dx=["hamstring"]), dict(caps="BTL2 THB3", tq="TQ_FRIC@BTL", ban="F_HAM F_FLEX@23")),
    ("L_COC", i(pn_map=["COC"], pn_side="middle"), dict(locked="COC")),
    ("L_HERNIA", i(hx_organ=["hernia"]), dict(locked="ABD GRO", tq="TQ_PSOAS", ban="F_VALS")),
    ("L_NUMB", i(pn_numb="always", pn_numb_at=["CLF:R"]), {"caps": "CLF:R1", "raise": "CLF:R2", "tq": "TQ_HEAT@CLF:R TQ_COLD@CLF:R"}),
    ("L_NUMB feet", i(hx_diab="t2", hx_diab_feet="yes"), {"caps": each(" ".join(REGION_SETS["FEET"]), 1), "raise": each(" ".join(REGION_SETS["FEET"]), 2), "tq": around("TQ_HEAT", " ".join(REGION_SETS["FEET"])) + " " + around("TQ_COLD", " ".join(REGION_SETS["FEET"]))}),
    ("L_ON", i(hx_dx=["osteonecrosis"]), dict(tq=around("TQ_MOB", HIP), ban="F_IR@23 F_HF90@23")),
    ("L_CALF", i(**SORE, pn_map=["CLF:L"]), dict(locked="SHN:L LLO:L CLF:L KNB:L", tq="TQ_DEEP@THB:L", items="CA-01:L")),
    ("L_CALF no side", i(**SORE), dict(locked="SHN LLO CLF KNB", tq="TQ_DEEP@THB", items="CA-01")),
    ("C_CES_KNOWN", i(**(SAD | {"sf_ces_when": "known"})), dict(cap=3, reason=4, ban="F_VALS")),
    ("C_SPL_LOW", i(**SLIP), dict(cap=4, caps="LBK2", tq="TQ_MOB", ban="F_EXT F_HEXT F_IMPACT")),
    ("C_LYSIS", i(hx_dx=["spondylolysis"]), dict(cap=4, caps="LBK2", tq="TQ_MOB", ban="F_EXT F_ROT F_IMPACT")),
    ("C_LYSIS_SUS", i(ab_dob="2004-01-01", pn_worse=["bend_back"], ab_pcp_seen="told"), dict(cap=4, caps="LBK2", tq="TQ_MOB", ban="F_EXT F_ROT F_IMPACT")),
    ("C_DISC_AC", i(**DISC, pn_onset=at(42)), dict(cap=4, caps="LBK2 BTU3 BTM3 BTL3 SAC3 COC3 HPL3", tq="TQ_MOB TQ_STR TQ_ELB", minutes=45, ban="F_FLEX F_HAM F_NT F_VALS F_ROT")),
    ("C_DISC_SUB", i(**DISC), dict(cap=4, caps="LBK2 BTU3 BTM3 BTL3 SAC3 COC3 HPL3", tq="TQ_MOB TQ_STR", ban="F_FLEX@3 F_NT F_VALS")),
    ("C_DISC_CH", i(hx_dx=["disc"], hx_disc_now="no"), dict(cap=4, reason=5, ban="F_FLEX@3")),
    ("C_STEN", i(hx_dx=["stenosis"]), dict(cap=4, reason=5, caps="LBK3", ban="F_EXT F_HEXT")),
    ("C_SIJ", i(hx_dx=["sij"]), dict(cap=4, reason=5, caps="SIJ3 SAC3", tq="TQ_MOB", ban="F_ABD@23 F_ER@23")),
    ("C_OSTEO", i(hx_dx=["osteoporosis"], sf_minor_fall="no"), dict(cap=4, caps="UBK2 MBK2 LBK2", tq="TQ_PERC TQ_ELB TQ_MOB", ban="F_FLEX F_ROT F_SB F_IMPACT")),
    ("C_OSTEO osteopenia", i(hx_dx=["osteopenia"], sf_minor_fall="no"), {"cap": 4, "caps": "UBK2 MBK2 LBK2", "raise": "UBK3 MBK3 LBK3", "tq": "TQ_PERC TQ_ELB TQ_MOB", "ban": "F_FLEX F_ROT F_SB F_IMPACT"}),
    ("C_STEROID", i(md_class=["steroid"], sf_minor_fall="no"), dict(cap=2, reason=3, tq="TQ_FRIC TQ_ELB", ban="F_FLEX@3")),
    ("C_PREG1 L_ABDPREG", i(**PREGNANT), {"cap": 3, "caps": "THI1", "raise": "THI2", "locked": "ABD PEL", "tq": "TQ_PSOAS", "ban": "F_VALS"}),
    ("C_PREG1 prefer_not", i(sf_preg="prefer_not"), dict(cap=3, locked="ABD", tq="TQ_PSOAS", ban="F_VALS")),
    ("C_PREG1 maybe", i(sf_preg="maybe", sf_preg_alarm=["none"]), {"cap": 3, "caps": "THI1 THB2 KNB2 CLF2", "raise": "THI2", "locked": "ABD PEL", "tq": "TQ_PSOAS TQ_PERC", "pos": "PRONE SUPINE", "minutes": 60, "ban": PREG}),
    ("C_PREG2 week 19", i(**(PREGNANT | {"hx_preg_wk": 19})), {"cap": 3, "reason": 4, "caps": "THI1 THB2 KNB2 CLF2", "raise": "THI2", "locked": "ABD PEL", "tq": "TQ_PSOAS TQ_PERC", "pos": "PRONE", "ban": "F_PRONE F_VALS F_INV F_ABD@23"}),
    ("C_PREG2 week 20", i(**(PREGNANT | {"hx_preg_wk": 20})), {"cap": 3, "reason": 4, "caps": "THI1 THB2 KNB2 CLF2", "raise": "THI2", "locked": "ABD PEL", "tq": "TQ_PSOAS TQ_PERC", "pos": "PRONE SUPINE", "ban": "F_SUP F_PRONE F_VALS F_INV F_ABD@23"}),
    ("C_PREG3", i(**(PREGNANT | {"hx_preg_wk": 28})), {"cap": 3, "reason": 4, "caps": "THI1 THB2 KNB2 CLF2", "raise": "THI2", "locked": "ABD PEL", "tq": "TQ_PSOAS TQ_PERC", "pos": "PRONE SUPINE", "minutes": 60, "ban": PREG}),
    ("C_POSTPART", i(**BIRTH), dict(cap=3, reason=4, ban="F_VALS F_EXT F_IMPACT")),
    ("C_ANTICOAG", i(md_class=["doac"]), dict(cap=2, tq=BLEED, ban="F_SELFP", level=2)),
    ("C_MED_UNK", i(md_class=["unsure"]), dict(cap=2, tq=BLEED, ban="F_SELFP", level=2)),
    ("C_ANTIPLT", i(md_class=["nsaid"]), dict(cap=4, tq="TQ_FRIC")),
    ("C_BLEED", i(hx_bleed="easy"), dict(cap=2, tq="TQ_DEEP TQ_ELB", ban="F_SELFP", level=1)),
    ("C_BLEED sickle", i(hx_bleed="sickle"), dict(cap=2, tq="TQ_DEEP TQ_ELB TQ_COLD", ban="F_SELFP", level=1)),
    ("C_INFLAM", i(hx_dx=["ra"]), dict(cap=2, reason=3, tq="TQ_MOB")),
    ("C_INFLAM ankspond", i(hx_dx=["ankspond"]), dict(cap=2, reason=3, tq="TQ_MOB", ban="F_FLEX@23 F_EXT@23")),
    ("C_HYPERM", i(hx_dx=["hypermobile"]), dict(cap=3, reason=4, tq="TQ_STR TQ_MOB", level=1)),
    ("C_HTN unknown", i(hx_heart=["hbp_ok"]), dict(cap=3, reason=4, ban="F_VALS F_INV")),
    ("C_HTN 140", i(**bp(140, 80, "today")), dict(cap=3, reason=4, ban="F_VALS F_INV")),
    ("C_HTN 139", i(**bp(139, 80, "today")), dict(ban="F_VALS F_INV")),
    ("C_HTN measured lower", c(bp(150, 90, "older"), th_bp={"sys": 139, "dia": 80}), dict(ban="F_VALS F_INV")),
    ("C_HEART", i(hx_heart=["angina"], hx_hf_stable="yes"), dict(cap=3, tq="TQ_PSOAS", minutes=45, ban="F_VALS F_INV F_IMPACT")),
    ("C_STROKE_OLD", i(hx_heart=[{"code": "stroke", "date": months_ago(4)}]), dict(cap=3, caps="NCK2", tq="TQ_PSOAS TQ_MOB TQ_DEEP@NCK", minutes=45, ban="F_VALS F_INV F_BAL")),
    ("C_HF", i(hx_organ=["kidney"]), dict(cap=2, reason=3, pos="SUPINE PRONE", minutes=45, ban="F_VALS F_INV F_SUP")),
    ("C_PAD", i(hx_heart=["pad"]), dict(caps=each(LEG, 2), tq=around("TQ_HEAT", LEG) + " " + around("TQ_COLD", LEG))),
    ("C_DVTOLD", i(**DVT), dict(caps=each(LEG, 3) + " " + " ".join(f"{code}:L2" for code in REGION_SETS["LEG"]))),
    ("C_CANCERPAST", i(hx_cancer="past", hx_cancer_info=CANCER), dict(cap=3, reason=4)),
    ("C_IMMUNE", i(hx_immune="yes"), dict(cap=2, reason=3)),
    ("C_MASK", i(md_class=["opioid"]), dict(cap=3, level=2)),
    ("C_TENDON", i(md_class=["fluoroquinolone"]), dict(cap=4, caps="CLF3 THB3", tq="TQ_FRIC", ban="F_IMPACT", level=1)),
    ("C_CENTRAL", i(hx_dx=["fibromyalgia"]), dict(cap=2, reason=3, minutes=45)),
    ("C_FLARE", i(pn_now=8), dict(cap=2, tq="TQ_DEEP TQ_TRP TQ_STR", minutes=30)),
    ("C_FRAIL", i(ab_dob="1950-01-01", sf_minor_fall="no", hx_aaa_fam="no"), dict(cap=3, tq="TQ_ELB", ban="F_BAL F_FLOOR")),
    ("C_NIGHT", i(pn_night="constant"), dict(cap=3, tq="TQ_ELB TQ_PERC", minutes=45, level=2)),
    ("C_LOAD", i(sf_load="hurts"), dict(caps=each(R_HIP, 2), tq=" ".join(around(t, R_HIP) for t in ("TQ_DEEP", "TQ_ELB", "TQ_TRP", "TQ_MOB")), ban="F_IMPACT F_BAL")),
    ("C_FUSION", i(**surgery("fusion", 400)), dict(cap=4, caps="LBK3 SAC3", tq="TQ_MOB", ban="F_FLEX@23 F_EXT@23 F_ROT@23")),
    ("C_FUSION_MID", i(**surgery("fusion", 200)), dict(cap=3, caps="LBK2 SAC2", tq="TQ_MOB TQ_PERC TQ_STR", ban="F_FLEX F_EXT F_ROT F_SB F_IMPACT")),
    ("C_THR_OLD", i(**hip()), dict(cap=4, caps="HPL:R3 BTM:R3 BTL:R3", ban="F_HF90+F_ADD+F_IR:R F_HF90+F_ADD@23:R F_HF90+F_IR@23:R F_ADD+F_IR@23:R F_HF90@3:R F_ADD@3:R F_IR@3:R")),
    ("C_HIPJOINT", i(hx_dx=["fai"]), dict(cap=4, tq="TQ_MOB", ban="F_IR@23 F_HF90+F_ADD@23")),
    ("C_BRAINAN", i(hx_heart=["aneurysm"], hx_aaa={"site": "brain", "repaired": "no"}), dict(cap=3, caps="NCK2", tq="TQ_MOB TQ_DEEP@NCK", ban="F_VALS F_INV")),
    ("C_AAA_REP", i(hx_heart=["aneurysm"], hx_aaa={"site": "belly", "repaired": "yes"}), {"cap": 3, "caps": "UBK2 MBK2 LBK2 FLK2", "raise": "UBK3 MBK3 LBK3 FLK3", "locked": "ABD", "tq": "TQ_PSOAS TQ_PERC", "ban": "F_VALS F_INV"}),
    ("C_FAINT", i(hx_heart=["lowbp"]), dict(ban="F_INV")),
    ("C_REACT", c(ck_after="worse"), dict(level=2)),
    ("C_NEURO", i(hx_neuro=["ms"]), dict(tq="TQ_HEAT", ban="F_BAL F_FLOOR")),
    ("C_WEIGHT", i(gl_pos=["face_down", "on_back", "left_side", "floor"]), dict(pos="PRONE SUPINE SIDE:L", ban="F_PRONE F_SUP F_FLOOR")),
    ("C_ASK", i(hx_needle="prefer_not"), {}),
    ("C_DIAB", i(hx_diab="t1", hx_diab_feet="no"), {}),
    ("C_EPI", i(hx_neuro=["epilepsy"], hx_seizure=at(10)), {}),
    ("C_TRAUMA_INF", i(hx_touch="Please knock."), {}),
    ("C_DISTRESS", i(hx_mood=4), {}),
    ("C_ALLERGY", i(al_any="yes", al_list=["nut"], al_react={"nut": "breath"}, al_pen="no"), {}),
]  # fmt: skip


@pytest.mark.parametrize(("case", "row"), [pytest.param(case, row, id=name) for name, case, row in ROWS])
def test_limits_in_numbers(case, row):
    row = dict(row)
    wanted = expected(**row)
    found = own(limits_of(case))

    # Regions that the standing rules hold lower already say nothing here.
    for name in ("caps", "raise"):
        wanted[name] = {p: v for p, v in wanted[name].items() if p.partition(":")[0] not in ROOM}
        found[name] = {p: v for p, v in found[name].items() if p.partition(":")[0] not in ROOM}
    assert found == wanted


def test_the_rows_name_every_entry_with_limits():
    named = {word for name, _case, _row in ROWS for word in name.split()}
    with_limits = {code for code, entry in ENTRIES.items() if entry.limits and code[0] in "ALC"}

    assert with_limits <= named


def test_a_client_with_nothing_has_only_the_standing_rules():
    result = screen(all_clear(), on=DAY)

    assert (result.flags, result.severity, result.session_allowed) == ((), "none", "yes")
    limits = result.limits
    assert (limits.pressure_cap, limits.max_level, limits.max_minutes) == (5, 3, None)
    assert dict(limits.region_caps) == {p: cap for p, (cap, _reason) in ROOM.items()}
    assert dict(limits.region_caps_with_reason) == {p: reason for p, (_cap, reason) in ROOM.items()}
    assert limits.no_regions == {"SAD"}
    assert {"TQ_DEEP@KNB", "TQ_ELB@BTM", "TQ_PERC@FLK", "TQ_FRIC@LLO"} <= limits.no_techniques


def test_only_breath_and_position_while_pain_is_very_touchy():
    limits = limits_of(i(pn_now=8))

    assert limits.only_stretches == {"BR-01", "BR-02", "BR-03"}
    assert limits.because["only_stretches"] == {"C_FLARE"}


def test_the_strictest_of_two_entries_wins_and_each_is_named():
    limits = limits_of(i(md_class=["doac", "opioid"], hx_dx=["hypermobile"]))

    assert (limits.pressure_cap, limits.pressure_cap_with_reason, limits.max_level) == (2, 2, 1)
    assert limits.because["pressure_cap"] == {"C_ANTICOAG", "C_MASK", "C_HYPERM"}
    assert limits.because["TQ_STR"] == {"C_HYPERM"}


@pytest.mark.parametrize(
    "changes", [{"sf_breath": "yes"}, {"hx_spl_grade": "4", "hx_dx": ["spondylolisthesis"], "hx_spl_stable": "yes"}]
)
def test_a_stop_touches_nothing(changes):
    result = screen(all_clear(**changes), on=DAY)

    assert result.session_allowed == "no"
    assert (result.limits.pressure_cap, result.limits.pressure_cap_with_reason, result.limits.max_level) == (0, 0, 0)
    assert result.limits.no_regions == set(REGIONS)
    assert result.limits.because["max_level"] >= {result.flags[0].code}


def test_severity_and_order_come_from_the_worst_flag():
    result = screen(
        all_clear(sf_breath="yes", sf_weight="yes", hx_skin=["bruise"], hx_dx=["scoliosis"], hx_organ=["hernia"]),
        on=DAY,
    )

    ranks = [Severity(flag.severity).rank for flag in result.flags]
    assert ranks == sorted(ranks)
    assert result.severity == "emergency"
    assert screen(all_clear(hx_organ=["hernia"]), on=DAY).session_allowed == "modified"
    assert screen(all_clear(hx_mood=4), on=DAY).session_allowed == "modified"
    only_info = screen(all_clear(hx_dx=["scoliosis"]), on=DAY)
    assert (only_info.severity, only_info.session_allowed) == ("info", "yes")


def test_reasons_name_the_questions_that_triggered():
    flags = {
        flag.code: flag.reasons for flag in screen(all_clear(sf_fever="yes", pn_worst=8, pn_onset=at(7)), on=DAY).flags
    }

    assert flags["E_SPINF"] == ("pn_map", "pn_onset", "pn_worst", "sf_fever")


def test_an_unknown_region_is_for_the_therapist_to_set():
    result = screen(all_clear(hx_skin=["wound", {"code": "lump", "region": ["BTU:L"]}]), on=DAY)

    assert result.regions_to_set == ("L_WOUND",)
    assert "BTU:L" in result.limits.no_regions
    # A ban at an unknown place holds everywhere.
    assert "TQ_FRIC" in screen(all_clear(hx_skin=["bruise"]), on=DAY).limits.no_techniques


def test_a_private_question_stays_open_until_it_was_asked():
    intake = all_clear(hx_needle="prefer_not", sf_sex="prefer_not", sf_preg="prefer_not")
    assert set(screen(intake, on=DAY).open_questions) == {"hx_needle", "sf_sex", "sf_preg"}

    asked = check_in_clear(th_ask={"hx_needle": "no", "sf_sex": "declined", "sf_preg": "declined"})
    result = screen(intake, on=DAY, check_in=asked)
    codes = {flag.code for flag in result.flags}
    assert result.open_questions == ()
    # Declined counts as "not sure"; for a pregnancy as "maybe".
    assert "A_CES_LATE" in codes
    assert {"C_PREG1", "L_ABDPREG"} <= codes

    needle = all_clear(hx_needle="prefer_not", pn_trend="worse", pn_worst=8)
    for said, expected_flag in (("declined", True), ("yes", True), ("no", False)):
        result = screen(needle, on=DAY, check_in=check_in_clear(th_ask={"hx_needle": said}))
        assert ("A_SPINF_RISK" in {flag.code for flag in result.flags}) is expected_flag


def test_what_was_said_in_private_waits_for_no_date():
    told = check_in_clear(th_ask={"sf_sex": "yes", "sf_preg": "pregnant"})
    codes = {f.code for f in screen(all_clear(sf_sex="prefer_not", sf_preg="prefer_not"), on=DAY, check_in=told).flags}

    assert {"E_CES", "C_PREG1", "L_ABDPREG"} <= codes


def test_the_practice_decides_majority_and_table():
    seventeen = all_clear(ab_dob="2009-01-01", ab_guard_name="A", ab_guard_rel="parent", ab_guard_phone="+15550100999", ab_guard_stay="yes")  # fmt: skip
    assert "A_CONSENT" in {f.code for f in screen(seventeen, on=DAY).flags}
    younger = PracticeRules(age_of_majority=16)
    assert "A_CONSENT" not in {f.code for f in screen(seventeen, on=DAY, practice=younger).flags}
    assert screen(all_clear(ab_weight=300), on=DAY).flags == ()


def test_answers_that_cannot_be_judged_are_refused_by_id():
    with pytest.raises(AnswerError) as caught:
        screen(all_clear(sf_saddle=None, pn_now=11, sf_urine_leak="maybe") | {"sf_nothing": "yes"}, on=DAY)

    assert set(caught.value.problems) == {"sf_saddle", "pn_now", "sf_urine_leak", "sf_nothing"}


def test_hidden_answers_are_ignored():
    hidden = {"hx_spl_grade": "5", "sf_ces_when": "d14", "hx_thr": [{"side": "R"}], "hx_aaa": "nonsense"}

    assert screen(all_clear() | hidden, on=DAY) == screen(all_clear(), on=DAY)


def test_a_check_in_replaces_what_it_asks_again():
    intake = all_clear(**WEAK)
    assert "E_NEURO" not in {f.code for f in screen(intake, on=DAY).flags}

    worse = check_in_clear(ck_weak="yes", pn_weak=["footdrop"], pn_weak_when="d14", pn_weak_trend="fast")
    assert "E_NEURO" in {f.code for f in screen(intake, on=DAY, check_in=worse).flags}


def test_a_pregnancy_goes_on_after_the_answer():
    """Week 18 told three weeks ago is week 21: the rules from week 20 on hold without being asked again."""
    intake = all_clear(**(PREGNANT | {"hx_preg_wk": 18}))
    told = DAY - timedelta(days=21)

    assert "SUPINE" not in screen(intake, on=DAY, answered_on=DAY).limits.no_positions
    assert "SUPINE" not in screen(intake, on=DAY, answered_on=told + timedelta(days=8)).limits.no_positions
    assert "SUPINE" in screen(intake, on=DAY, answered_on={"hx_preg_wk": told}).limits.no_positions
    again = check_in_clear(sf_preg="pregnant", hx_preg_wk=19)
    assert "SUPINE" not in screen(intake, on=DAY, answered_on=told, check_in=again).limits.no_positions


def test_an_injury_before_it_was_examined_is_held_where_the_therapist_says():
    result = screen(all_clear(sf_trauma="yes", ab_pcp_seen="told"), on=DAY, clearances=[letter("A_FX")])

    assert result.regions_to_set == ("A_FX",)
    assert {"TQ_ELB", "TQ_PERC", "TQ_MOB"} <= result.limits.no_techniques


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"hx_heart": ["hbp_ok"]}, "belly"),
        ({"hx_heart": ["angina"], "hx_hf_stable": "yes"}, "Half-sitting"),
        (PREGNANT | {"hx_preg_wk": 20}, "wedge"),
        ({"hx_neuro": ["crps"]}, "CRPS"),
        ({"hx_dx": ["ankspond"]}, "brittle"),
        ({"hx_dx": ["sij"]}, "thrust"),
        ({"hx_bleed": "sickle"}, "warm"),
        ({"hx_skin": ["eczema"]}, "own cream"),
    ],
)
def test_what_no_number_can_say_stands_in_the_conduct(answers, words):
    assert any(words in sentence for sentence in screen(all_clear(**answers), on=DAY).limits.conduct)


def test_every_sentence_for_people_is_whole():
    """No row that only points at another, no mark-up, no stray quotation mark."""
    for entry in ENTRIES.values():
        for text in (entry.therapist, entry.client):
            assert not text.startswith("as "), entry.code
            assert not {"**", '"', "|"} & {mark for mark in ("**", '"', "|") if mark in text}, entry.code
        assert entry.client or entry.severity == Severity.INFO, entry.code
        assert entry.therapist, entry.code


def test_the_standing_rules_are_those_of_the_reference():
    assert list(STANDING) == [f"L_ENDANGER.{number}" for number in range(1, 8)] + ["cs_thigh"]
    for rule in STANDING.values():
        assert rule.zone
        assert rule.source.startswith("clinical reference")
        assert rule.limits


def test_early_mode_raises_what_is_certain_and_nothing_by_silence():
    assert early_flags({}, on=DAY) == ()
    assert [f.code for f in early_flags({"sf_saddle": "unsure"}, on=DAY)] == ["E_CES"]
    assert [f.code for f in early_flags({"sf_saddle": "yes", "sf_ces_when": "m3"}, on=DAY)] == []
    assert [f.code for f in early_flags({"sf_breath": "yes", "pn_now": 99, "unheard_of": 1}, on=DAY)] == [
        "E_PE",
        "E_ACS",
    ]
    # Whether it is a clot or a sore calf is open until the risk is known.
    sore = {"sf_calf": "no", "sf_calf_sore": "yes"}
    assert early_flags(sore, on=DAY) == ()
    assert [f.code for f in early_flags(sore | {"sf_dvt_risk": ["rest"]}, on=DAY)] == ["E_DVT"]


def test_early_mode_agrees_with_the_whole_set():
    for code, (cases, _others) in TABLE.items():
        intake, check_in, findings = cases[0]
        if check_in or findings or code in ("I_UNKNOWN", "C_WEIGHT"):
            continue
        early = {
            flag.code for flag in early_flags({k: v for k, v in all_clear(**intake).items() if v is not None}, on=DAY)
        }
        assert early <= raised(cases[0]) | {"C_WEIGHT"}, code


def test_limits_are_stored_and_read_back():
    limits = limits_of(i(pn_now=8, **hip(still_rules="yes")))

    assert Limits.from_data(json.loads(json.dumps(limits.as_data()))) == limits
    assert no_limits().merge() == no_limits()


def test_every_word_in_the_limits_is_known():
    for entry in ENTRIES.values():
        for block in entry.limits:
            for ban in block.get("techniques", ()):
                technique, _at, place = ban.partition("@")
                assert technique in Technique.values
                assert place.removesuffix(":s") in {"", "R", *REGIONS, *REGION_SETS}
            for place in (*block.get("locked", ()), *block.get("regions", ()), *block.get("regions_with_reason", ())):
                assert place.partition(":")[0] in {"R", *REGIONS, *REGION_SETS}, entry.code
            assert {position.partition(":")[0] for position in block.get("positions", ())} <= set(Position.values)
            for source in (*block.get("region", ()), *block.get("sides", ())):
                named = source.get("q", source.get("each", "")).partition(".")[0]
                assert named in QUESTIONS, entry.code
