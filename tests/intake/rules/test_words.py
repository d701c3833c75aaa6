"""Conditions and limits in words: what is read there is what the rules do."""

# One row stays one row.
# ruff: noqa: E501

from __future__ import annotations

from typing import Any

import pytest

from intake.rules.words import limits_in_lines, listed, outline


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ({"q": "sf_saddle", "is": ("yes", "unsure")}, "sf_saddle is “Yes” or “Not sure”"),
        ({"q": "pn_weak", "has": ("general", "footdrop", "heel", "toe", "knee", "hip")}, "pn_weak has anything but “No weakness”"),
        ({"q": "hx_aaa.size_cm", "lt": 5}, "hx_aaa.size_cm is less than 5 cm"),
        ({"q": "cs_glute.left", "is": (True,)}, "cs_glute.left is agreed to"),
        ({"q": "pn_map", "region": ("SPINE", "COC")}, "pn_map marks SPINE or COC"),
        ({"q": "th_bp", "answered": False}, "th_bp is not answered"),
        ({"age": {"ge": 48, "lt": 60}}, "the age is 48 or more and less than 60"),
        ({"weeks": {"gt": 6}}, "the bout (pn_onset) has lasted more than 6 weeks"),
        ({"since": "hx_dvt.date", "within": {"months": 6}}, "hx_dvt.date is not more than 6 months ago (without a date: today)"),
        (
            {"each": "hx_surg", "has": ("fusion",), "beyond": {"weeks": 12}, "within": {"weeks": 52}},
            "hx_surg has “Spine fusion”, not more than 52 weeks ago and more than 12 weeks ago (without a date: today)",
        ),
        (
            {"each": "hx_thr", "where": {"q": "still_rules", "is": ("yes",)}},
            "one of hx_thr, with still_rules is “Yes”",
        ),
        ({"finding": "T_CALF", "value": {"ge": 3}}, "T_CALF measures 3 or more"),
        ({"none": ({"flag": ("A_MALIG",)},)}, "not: A_MALIG is raised"),
        ({"pattern": "best", "below": "some"}, "no pattern reaches “some”"),
    ],
)  # fmt: skip
def test_a_condition_on_one_line(condition, words):
    assert outline(condition) == [words]


def test_conditions_that_belong_together_are_indented_together():
    long = {"q": "pn_night", "is": ("constant",)}
    nested: dict[str, Any] = {"all": (long, {"any": ({"age": {"ge": 50}}, {"none": (long, {"age": {"ge": 65}})})})}

    assert outline(nested) == [
        "all of these:",
        "- pn_night is “is there all night, no position helps”",
        "- one of these:",
        "  - the age is 50 or more",
        "  - none of these:",
        "    - pn_night is “is there all night, no position helps”",
        "    - the age is 65 or more",
    ]


def test_limits_say_when_they_hold_what_they_forbid_and_where_r_is():
    block = {
        "when": {"q": "hx_skin", "has": ("bruise",)},
        "region": ({"each": "hx_skin", "has": ("bruise",)},),
        "cap": 2,
        "cap_with_reason": 3,
        "regions": {"R": 1, "LBK": 2},
        "regions_with_reason": {"R": 2},
        "locked": ("R",),
        "techniques": ("TQ_FRIC@R",),
        "positions": ("SIDE:s",),
        "max_minutes": 45,
        "stretch": ("F_FLEX@23",),
        "max_level": 1,
    }

    assert limits_in_lines(block) == [
        "only when hx_skin has “Bruise”",
        "pressure up to P2, with a coded reason P3",
        "P1 at R, with a coded reason P2",
        "P2 at LBK",
        "locked: R",
        "not: cross-fibre friction (TQ_FRIC) at R",
        "not: on the side (SIDE:s)",
        "at most 45 minutes",
        "stretch bans: F_FLEX@23",
        "stretches up to level 1",
        "R is the place given where hx_skin has “Bruise”",
        "without a place the therapist sets it before the start",
    ]


def test_a_list_is_read_like_speech():
    assert (listed(["a"]), listed(["a", "b"]), listed("abc", "and")) == ("a", "a or b", "a, b and c")
