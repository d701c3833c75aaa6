"""Who the invented people are and what they answer. Phone numbers and addresses are of ranges kept for fiction."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any


@dataclass(frozen=True)
class StaffMember:
    """One account of the practice; ``key`` is what the story calls them."""

    key: str
    name: str
    email: str
    roles: tuple[str, ...]
    licence_no: str = ""


STAFF = (
    StaffMember("odile", "Odile Marchand", "odile@riverside.example", ("owner", "therapist"), "RM-1042"),
    StaffMember("tam", "Tam Okafor", "tam@riverside.example", ("therapist",), "RM-2210"),
    StaffMember("leila", "Leila Haddad", "leila@riverside.example", ("therapist",), "RM-2387"),
    StaffMember("jonah", "Jonah Weiss", "jonah@riverside.example", ("therapist",), "RM-2901"),
    StaffMember("jo", "Jo Marsh", "jo@riverside.example", ("front_desk",)),
    StaffMember("priti", "Priti Shah", "priti@riverside.example", ("front_desk",)),
)

LOCATIONS = (
    ("Riverside", "4 Mill Lane, Northford", "Europe/London"),
    ("Station Road", "51 Station Road, Northford", "Europe/London"),
)


@dataclass(frozen=True)
class Found:
    """What one visit found: how far down the pain went, ranges by code as (left, right) in degrees, other areas.

    ``worked``: further structures of the sore side with the pressure of the hand, all felt as pleasant.
    """

    reach: str
    ranges: dict[str, tuple[int, int]] = field(default_factory=dict)
    worked: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Person:
    """One invented client.

    ``age`` in years; ``answers`` are the differences from somebody without any problem; ``visits`` are past treatments
    as (days ago, pain before, pain after, comforts felt on the sore side). ``today`` is what the diary of today says
    when it is ten to eleven (the story moves it to the hour it is told at): (hour, minute, state) or None.
    """

    key: str
    first: str
    last: str
    age: int
    sex: str
    therapist: str
    answers: dict[str, Any] = field(default_factory=dict)
    intake: str = "submitted"  # "none", "draft", "stopped", "submitted"
    decided: bool = True
    visits: tuple[tuple[int, int, int, tuple[int, ...]], ...] = ()
    #: What was told and measured at some of the visits, by the days ago.
    found: dict[int, Found] = field(default_factory=dict)
    #: Answers that another intake changed, by the days ago on which it was handed in.
    again: dict[int, dict[str, Any]] = field(default_factory=dict)
    today: tuple[int, int, str] | None = None
    language: str = "en"
    guardian: str = ""


def _calm(side: str) -> dict[str, Any]:
    """Deep buttock pain on one side, the pattern the clinic sees most."""
    return {
        "pn_side": "left" if side == "L" else "right",
        "pn_map": [f"BTM:{side}", f"BTL:{side}"],
        "pn_worst_at": f"BTM:{side}",
    }


PEOPLE = (
    # The people the issue of the day is about.
    Person(
        "sam", "Sam", "Whitlock", 38, "male", "tam", {"sf_saddle": "yes"}, intake="stopped", today=(9, 0, "arrived")
    ),
    Person(
        "robin",
        "Robin",
        "Ashworth",
        46,
        "female",
        "tam",
        _calm("L")
        | {
            "hx_dx": ["spondylolisthesis"],
            "hx_spl_grade": "1",
            "hx_spl_level": "L5_S1",
            "hx_spl_stable": "yes",
            "pn_refer": "thigh",
            "pn_path": ["back"],
            "pn_sit_free": "no",
            "pn_avg": 5,
            "pn_worst": 7,
            "pn_now": 5,
            "gl_act1": "Sitting 45 minutes at work",
            "gl_act1_score": 3,
            "gl_act2": "Driving to the coast",
            "gl_act2_score": 4,
        },
        visits=(
            (49, 7, 6, (4, 5, 3, 3)),
            (42, 7, 6, (3, 4, 3, 3)),
            (35, 7, 5, (2, 3, 4, 3)),
            (21, 5, 4, (2, 3, 3)),
            (14, 4, 3, (3, 3, 3)),
        ),
        found={
            49: Found("calf", {"ROM_HIP_IR90": (18, 31), "ROM_SLR": (52, 74)}, (("MUS_GMED", 1),)),
            42: Found("calf", worked=(("MUS_GMED", 2), ("MUS_HAM_BF", 1))),
            35: Found("knee", {"ROM_HIP_IR90": (22, 31), "ROM_SLR": (58, 75)}, (("MUS_GMED", 2),)),
            21: Found("thigh", worked=(("MUS_GMED", 3), ("MUS_HAM_BF", 2))),
            14: Found("thigh", {"ROM_HIP_IR90": (27, 32), "ROM_SLR": (66, 75)}, (("MUS_GMED", 3), ("MUS_HAM_BF", 2))),
        },
        again={22: {"gl_act1_score": 6, "gl_act2_score": 5, "pn_avg": 4, "pn_worst": 6}},
        today=(10, 0, "arrived"),
    ),
    Person("ines", "Inês", "Duarte", 29, "female", "leila", intake="none", today=(10, 30, "arrived")),
    Person(
        "theo",
        "Theo",
        "Brandt",
        63,
        "male",
        "leila",
        _calm("R") | {"md_any": "yes", "md_class": ["doac"]},
        visits=((10, 6, 4, (2, 3, 3)),),
        today=(11, 30, "booked"),
    ),
    Person(
        "margaret",
        "Margaret",
        "Oyelaran",
        71,
        "female",
        "tam",
        _calm("R") | {"hx_surg": [{"code": "hip_replace", "date": -140, "region": ["HPL:R"]}], "hx_thr": "right hip"},
        visits=((28, 5, 4, (2, 2, 3)), (14, 5, 3, (2, 3))),
        today=(11, 0, "booked"),
    ),
    Person("kit", "Kit", "Sørensen", 33, "male", "tam", intake="draft", today=(12, 0, "booked")),
    Person(
        "priya",
        "Priya",
        "Raman",
        31,
        "female",
        "leila",
        _calm("L") | {"sf_preg": "pregnant", "sf_preg_alarm": ["none"], "hx_preg_wk": 24, "hx_preg_risk": "no"},
        visits=((21, 6, 4, (2, 3)), (7, 5, 3, (2, 2, 3))),
        today=(12, 30, "booked"),
    ),
    Person(
        "jon",
        "Jon",
        "Eklund",
        52,
        "male",
        "tam",
        _calm("R")
        | {
            "hx_surg": [{"code": "discectomy", "date": -150, "region": ["LBK:L", "LBK:R"]}],
            "hx_spine_clear": "no",
        },
        today=(13, 0, "booked"),
    ),
    Person(
        "nadia",
        "Nadia",
        "Farouk",
        44,
        "female",
        "jonah",
        _calm("L"),
        visits=((63, 7, 5, (3, 4, 3)), (49, 6, 4, (3, 3)), (35, 5, 3, (3, 3)), (21, 4, 2, (2, 3, 3))),
        today=(9, 0, "finished"),
    ),
    Person("amir", "Amir", "Novak", 36, "male", "jonah", _calm("R"), visits=((1, 6, 4, (2, 3, 4, 3)),)),
    Person(
        "mia", "Mia", "Keller", 14, "female", "odile", _calm("L"), guardian="Sabine Keller", today=(11, 30, "booked")
    ),
    Person("luca", "Luca", "Keller", 16, "male", "odile", _calm("R"), guardian="Sabine Keller"),
    # Everybody else.
    Person(
        "hannah",
        "Hannah",
        "Lindqvist",
        40,
        "female",
        "leila",
        _calm("R"),
        visits=((30, 5, 3, (3, 3)), (16, 4, 3, (3, 3))),
    ),
    Person(
        "bruno",
        "Bruno",
        "Castelli",
        58,
        "male",
        "leila",
        _calm("L") | {"hx_heart": ["hbp_ok"]},
        visits=((12, 6, 5, (2, 3)),),
    ),
    Person("zofia", "Zofia", "Łukasik", 35, "female", "jonah", _calm("R"), visits=((9, 5, 4, (3, 3)),)),
    Person(
        "emile",
        "Émile",
        "Fontaine",
        49,
        "male",
        "jonah",
        _calm("L") | {"hx_diab": "t2", "hx_diab_feet": "no"},
        decided=False,
    ),
    Person(
        "grace",
        "Grace",
        "Adeyemi",
        27,
        "female",
        "tam",
        _calm("L") | {"al_any": "yes", "al_list": ["nut"], "al_react": {"nut": "rash"}, "al_unscented": "yes"},
        decided=False,
        today=(14, 0, "booked"),
    ),
    Person(
        "oskar",
        "Oskar",
        "Nyman",
        66,
        "male",
        "tam",
        _calm("R") | {"hx_aaa_fam": "no"},
        visits=((40, 6, 5, (3,)), (26, 5, 4, (3, 3))),
    ),
    Person("yuki", "Yuki", "Tanaka", 30, "female", "leila", _calm("L"), visits=((18, 4, 2, (2, 3)),)),
    Person(
        "dan",
        "Dan",
        "O’Neill",
        45,
        "male",
        "jonah",
        _calm("R") | {"hx_dx": ["disc"], "hx_disc_lvl": "L4_5", "hx_disc_now": "no"},
        visits=((25, 6, 4, (2, 3)),),
    ),
    Person(
        "fatima",
        "Fatima",
        "Zahra",
        39,
        "female",
        "odile",
        _calm("L"),
        visits=((33, 5, 4, (3, 3)),),
        today=(9, 45, "finished"),
    ),
    Person(
        "peter",
        "Peter",
        "Van Dijk",
        73,
        "male",
        "odile",
        _calm("R") | {"hx_aaa_fam": "no"},
        visits=((45, 4, 3, (2, 2)),),
    ),
    Person("chloe", "Chloé", "Martin", 24, "female", "leila", _calm("L"), today=(13, 30, "booked")),
    Person("ravi", "Ravi", "Menon", 51, "male", "tam", _calm("L"), visits=((60, 7, 6, (4, 3)), (53, 6, 5, (3, 3)))),
    Person("sinead", "Sinéad", "Byrne", 34, "female", "jonah", intake="none", today=(12, 15, "booked")),
    Person("marcus", "Marcus", "Hale", 42, "male", "jonah", intake="none"),
    Person("elena", "Elena", "Petrova", 56, "female", "leila", _calm("R"), visits=((70, 6, 5, (3,)),)),
    Person("tom", "Tom", "Baxter", 61, "male", "tam", _calm("L") | {"hx_aaa_fam": "no"}, today=(15, 0, "cancelled")),
    Person("aisha", "Aisha", "Bello", 32, "female", "odile", _calm("R"), visits=((11, 5, 3, (3, 3)),)),
    Person("kofi", "Kofi", "Mensah", 47, "male", "tam", _calm("L"), visits=((15, 6, 4, (3, 4, 3)),)),
    Person("laura", "Laura", "Jensen", 28, "female", "leila", _calm("R"), today=(8, 30, "no_show")),
    Person("viktor", "Viktor", "Horvat", 54, "male", "jonah", intake="draft"),
)

_NO = (
    "sf_saddle",
    "sf_urine_start",
    "sf_urine_leak",
    "sf_bowel",
    "sf_sex",
    "sf_trauma",
    "sf_minor_fall",
    "sf_fever",
    "sf_unwell",
    "sf_weight",
    "sf_calf",
    "sf_calf_sore",
    "sf_coldleg",
    "sf_haem",
    "sf_breath",
    "sf_belly",
    "sf_cord",
    "sf_stroke",
)
_CLEAR: dict[str, Any] = {
    "ab_contact": ["text", "email"],
    "ab_interp": "no",
    "ab_sit": 6,
    "ab_smoke": "never",
    "ab_emg_rel": "Family",
    "ab_pcp_has": "yes",
    "ab_pcp_name": "Mill Lane Surgery",
    "ab_pcp_seen": "exam",
    "ab_pcp_ok": "yes",
    "pn_words": "My buttock aches when I sit for long.",
    "pn_map": ["BTM:R"],
    "pn_side": "right",
    "pn_start": "slowly",
    "pn_before": "once_twice",
    "pn_trend": "same",
    "pn_now": 4,
    "pn_best": 1,
    "pn_avg": 4,
    "pn_worst": 6,
    "pn_which": "buttock",
    "pn_quality": ["ache", "tight"],
    "pn_refer": "buttock",
    "pn_freq": "comes_goes",
    "pn_worse": ["sit"],
    "pn_sit_min": 30,
    "pn_walk": "none",
    "pn_ease": ["walk", "move"],
    "pn_night": "none",
    "pn_stiff": 5,
    "pn_numb": "none",
    "pn_weak": ["none"],
    "pn_both": "no",
    **dict.fromkeys(_NO, "no"),
    "sf_dvt_risk": ["none"],
    "sf_load": "yes",
    "hx_dx": ["none"],
    "hx_surg": ["none"],
    "hx_device": ["none"],
    "hx_inj": ["none"],
    "hx_cancer": "never",
    "hx_heart": ["none"],
    "hx_aaa_fam": "no",
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
    "md_any": "no",
    "md_class": ["none"],
    "al_any": "no",
    "al_unscented": "no",
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
}

_CONSENTS: dict[str, Any] = {
    "cs_true": True,
    "cs_scope": True,
    "cs_massage": True,
    "cs_speak": True,
    "cs_data": True,
    "cs_glute": {"left": True, "right": True, "mode": "over"},
    "cs_thigh": {"back": True, "outer": True, "inner": False},
    "cs_assess": True,
    "cs_stretch": True,
}

CHECK_IN: dict[str, Any] = {
    "ck_change": "no",
    "ck_ces": "no",
    "ck_weak": "no",
    "ck_both": "no",
    "ck_ill": "no",
    "ck_calf": "no",
    "ck_chest": "no",
    "ck_alarm": ["none"],
    "ck_fall": "no",
    "ck_refer": "buttock",
    "ck_glute": "yes",
}


def birth_date(person: Person, today: date) -> date:
    """A birth date that makes the person ``age`` years old today, spread over the year."""
    spread = sum(map(ord, person.key)) % 300 + 20
    return (today.replace(day=1, year=today.year - person.age) - timedelta(days=spread)).replace(day=1) + timedelta(
        days=spread % 27
    )


def answers(person: Person, *, born: date, phone: str, email: str, on: date) -> dict[str, Any]:
    """Everything this person answers in an intake given on the day ``on``.

    Dates of operations are told in days relative to ``on``, so that the story is as old as it was meant to be.
    """
    signer = person.guardian or f"{person.first} {person.last}"
    given = deepcopy(_CLEAR) | {
        "ab_first": person.first,
        "ab_last": person.last,
        "ab_dob": born.isoformat(),
        "ab_sex": person.sex,
        "ab_phone": phone,
        "ab_email": email,
        "ab_lang": person.language,
        "ab_decide": "no",
        "ab_emg_name": person.guardian or f"Alex {person.last}",
        "ab_emg_phone": "+447700900999",
        "pn_onset": f"{on.year - 1}-{on.month:02}",
        "sf_preg": "no",
        **deepcopy(_CONSENTS),
        "cs_sign": {"name": signer, "role": "guardian" if person.guardian else "self"},
    }
    if person.guardian:
        given |= {
            "ab_guard_name": person.guardian,
            "ab_guard_rel": "parent",
            "ab_guard_phone": "+447700900998",
            "ab_guard_stay": "yes",
            "cs_minor": True,
        }
    given |= deepcopy(person.answers)
    for item in given["hx_surg"]:
        if isinstance(item, dict):
            item["date"] = (on + timedelta(days=item["date"])).isoformat()
            if given.get("hx_thr") == "right hip":
                given["hx_thr"] = [
                    {
                        "side": "R",
                        "approach": "posterior",
                        "date": item["date"],
                        "still_rules": "yes",
                        "dislocated": "no",
                    }
                ]
    return given
