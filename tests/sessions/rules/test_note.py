"""Limits per structure, required parts."""

import pytest

from clinic.vocabulary import REGIONS
from intake.rules.limits import Limits
from intake.rules.screening import screen
from sessions.rules.note import (
    after_a_reaction,
    further_lines,
    limit_lines,
    limit_sentences,
    own_and_standing,
    parts,
    structure_limits,
    with_overrides,
)
from tests.answers import DAY, all_clear

STRUCTURES = {"MUS_PIR": ("BTM",), "MUS_GMAX": ("BTU", "BTM", "BTL"), "MUS_ES": ("LBK",), "MUS_DIA": ("CHE", "ABD")}
FIRST = {"MUS_PIR": "BTM", "MUS_GMAX": "BTU", "MUS_ES": "LBK", "MUS_DIA": "ABD"}
NONE: dict = {}


def _data(limits):
    return Limits().as_data() | limits


def _at(limits, place):
    return structure_limits(_data(limits), STRUCTURES, FIRST)[place]


def test_without_limits_every_structure_is_open_up_to_five():
    assert _at(NONE, "MUS_PIR:L") == {
        "cap": 5,
        "cap_with_reason": 5,
        "locked": False,
        "no_techniques": [],
        "regions": ["BTM:L"],
        "first": "BTM:L",
    }


def test_the_regions_of_a_structure_are_named_as_stored():
    assert _at(NONE, "MUS_GMAX:R")["regions"] == ["BTU:R", "BTM:R", "BTL:R"]
    assert (_at(NONE, "MUS_DIA:R")["regions"], _at(NONE, "MUS_DIA:R")["first"]) == (["CHE", "ABD"], "ABD")


def test_the_whole_body_cap_holds_everywhere():
    assert _at({"pressure_cap": 2, "pressure_cap_with_reason": 3}, "MUS_ES:R")["cap"] == 2


def test_a_structure_takes_the_lowest_cap_of_its_regions():
    assert _at(NONE | {"region_caps": {"BTU": 3, "BTL": 1}}, "MUS_GMAX:L")["cap"] == 1


@pytest.mark.parametrize(("place", "cap"), [("MUS_PIR:L", 1), ("MUS_PIR:R", 5)])
def test_a_cap_with_a_side_holds_on_that_side_only(place, cap):
    assert _at(NONE | {"region_caps": {"BTM:L": 1}}, place)["cap"] == cap


@pytest.mark.parametrize("place", ["MUS_PIR:L", "MUS_PIR:R"])
def test_a_cap_without_a_side_holds_on_both(place):
    assert _at(NONE | {"region_caps": {"BTM": 1}}, place)["cap"] == 1


def test_one_locked_region_locks_the_structure():
    assert _at(NONE | {"no_regions": ["BTL:R"]}, "MUS_GMAX:R")["locked"] is True
    assert _at(NONE | {"no_regions": ["BTL:R"]}, "MUS_GMAX:L")["locked"] is False


def test_a_midline_region_locks_both_sides():
    assert _at(NONE | {"no_regions": ["ABD"]}, "MUS_DIA:L")["locked"] is True
    assert _at(NONE | {"no_regions": ["ABD"]}, "MUS_DIA:R")["locked"] is True


def test_a_raise_is_bound_by_the_lowest_cap_with_reason():
    limits = {
        "pressure_cap": 3,
        "pressure_cap_with_reason": 5,
        "region_caps": {"BTM": 2},
        "region_caps_with_reason": {"BTM": 3},
    }

    assert (_at(limits, "MUS_PIR:L")["cap"], _at(limits, "MUS_PIR:L")["cap_with_reason"]) == (2, 3)


@pytest.mark.parametrize(
    ("pressure", "minutes", "cap", "most"), [(4, 50, 3, 37), (1, 60, 0, 45), (0, 1, 0, 0), (3, None, 2, None)]
)
def test_after_a_bad_reaction_all_is_a_step_below_the_last_visit_and_shorter(pressure, minutes, cap, most):
    limits = after_a_reaction(pressure=pressure, minutes=minutes)

    assert (limits.pressure_cap, limits.pressure_cap_with_reason, limits.max_minutes) == (cap, cap, most)
    assert limits.because["pressure_cap"] == {"C_REACT"}


TODAY = {
    "pressure_cap": 3,
    "pressure_cap_with_reason": 4,
    "region_caps": {"LBK": 2},
    "region_caps_with_reason": {"LBK": 3},
}


@pytest.mark.parametrize(
    ("place", "level", "body", "back"),
    [("body", 4, 4, 2), ("body", 5, 3, 2), ("LBK", 3, 3, 3), ("LBK", 4, 3, 2), ("LBK", 1, 3, 2)],
)
def test_a_raise_of_the_decision_counts_inside_todays_bounds_only(place, level, body, back):
    found = with_overrides(_data(TODAY), [{"place": place, "level": level, "reason": "x"}])

    assert (found["pressure_cap"], found["region_caps"]["LBK"]) == (body, back)


def test_no_limits_give_no_sentence():
    assert limit_sentences(_data(NONE)) == []


def test_each_kind_of_limit_has_its_sentence():
    limits = _data(
        {
            "pressure_cap": 3,
            "pressure_cap_with_reason": 4,
            "region_caps": {"LBK:L": 2},
            "no_regions": ["ABD"],
            "no_positions": ["PRONE"],
            "no_techniques": ["TQ_ELB"],
            "max_minutes": 30,
        }
    )

    assert limit_sentences(limits) == [
        "Leave out: Belly",
        "Pressure up to 3 everywhere, 4 with a reason",
        "Pressure up to 2: Low back, left",
        "Not in these positions: face down",
        "Not these techniques: elbow or tool",
        "At most 30 minutes",
    ]


WHOLE = {
    "texts": {"subjective": "a", "objective": "", "assessment": "b", "plan": "c"},
    "worked": [("MUS_PIR", "L")],
    "unsettled": [],
    "said": [("massage", ""), ("glute", "L")],
    "structures": STRUCTURES,
    "ended": True,
    "pain_before": 5,
    "pain_after_known": True,
    "adverse_known": True,
    "response_known": True,
    "findings": ["before", "after"],
    "visit_kind": "first",
}


def _missing(**changes):
    return [part.code for part in parts(**(WHOLE | changes)) if part.missing]


def test_a_whole_note_misses_nothing():
    assert _missing() == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"texts": WHOLE["texts"] | {"subjective": "  "}}, "subjective"),
        ({"texts": WHOLE["texts"] | {"assessment": ""}}, "assessment"),
        ({"texts": WHOLE["texts"] | {"plan": ""}}, "plan"),
        ({"worked": [], "said": []}, "worked"),
        ({"unsettled": ["MUS_PIR:L"]}, "settled"),
        ({"said": [("massage", "")]}, "spoken"),
        ({"said": [("massage", ""), ("glute", "R")]}, "spoken"),
        ({"pain_before": None}, "pain_before"),
        ({"pain_after_known": False}, "pain_after"),
        ({"adverse_known": False}, "adverse"),
        ({"response_known": False}, "response"),
        ({"ended": False}, "ended"),
        ({"findings": ["after"]}, "findings_before"),
        ({"findings": ["before"]}, "findings_after"),
    ],
)
def test_each_part_is_missed_by_itself(changes, code):
    assert _missing(**changes) == [code]


def test_nothing_treated_is_allowed_with_a_reason_in_words():
    assert _missing(worked=[], texts=WHOLE["texts"] | {"objective": "Client unwell, only talked."}) == []


def test_findings_only_advise():
    assert [part.code for part in parts(**(WHOLE | {"findings": []})) if part.missing and not part.advice] == []


# --- limits at one look -------------------------------------------------------------------------------------------


def test_each_line_names_the_entries_behind_it():
    limits = _data(
        {
            "region_caps": {"LBK": 2, "SAC": 2},
            "no_positions": ["PRONE"],
            "because": {"LBK": ["C_SPL_LOW"], "SAC": ["C_OSTEO"], "PRONE": ["C_PREG2"]},
        }
    )

    assert [line.codes for line in limit_lines(limits)] == [("C_SPL_LOW", "C_OSTEO"), ("C_PREG2",)]


def test_where_every_region_is_closed_one_line_says_so():
    assert limit_sentences(_data({"no_regions": list(REGIONS), "pressure_cap": 0})) == ["Nothing may be touched"]


def test_somebody_without_problems_has_standing_rules_alone():
    own, standing = own_and_standing(screen(all_clear(), on=DAY).limits.as_data())

    assert (limit_lines(own), further_lines(own)) == ([], [])
    assert any(line.text == "No internal work" for line in limit_lines(standing))


def test_a_limit_of_an_entry_is_the_clients_own_even_where_a_standing_rule_says_the_same():
    limits = _data(
        {"region_caps": {"COC": 1, "FLK": 1}, "because": {"COC": ["L_ENDANGER.6", "C_OSTEO"], "FLK": ["L_ENDANGER.3"]}}
    )

    own, standing = own_and_standing(limits)

    assert (own["region_caps"], standing["region_caps"]) == ({"COC": 1}, {"FLK": 1})


def test_what_the_therapist_added_is_the_clients_own():
    own, standing = own_and_standing(_data({"max_minutes": 30, "no_regions": ["NCK:L"]}))

    assert (own["max_minutes"], own["no_regions"], standing["max_minutes"], standing["no_regions"]) == (
        30,
        ["NCK:L"],
        None,
        [],
    )


def test_a_standing_cap_is_not_told_milder_beside_a_stricter_one():
    limits = _data(
        {
            "pressure_cap": 1,
            "region_caps": {"FLK": 1},
            "because": {"FLK": ["L_ENDANGER.3"], "pressure_cap": ["C_FLARE"]},
        }
    )

    assert own_and_standing(limits)[1]["region_caps"] == {}


def test_nothing_is_lost_between_the_two():
    limits = screen(all_clear(md_any="yes", md_class=["doac"]), on=DAY).limits.as_data()
    own, standing = own_and_standing(limits)

    for name in ("no_regions", "no_techniques", "no_positions", "no_stretch_flags", "no_stretches", "conduct"):
        assert sorted(own[name] + standing[name]) == sorted(limits[name])


def test_stretches_and_techniques_at_a_place_are_told_with_side_and_level():
    limits = _data(
        {
            "no_techniques": ["TQ_ELB", "TQ_ELB@BTM:R", "TQ_DEEP@BTM:R"],
            "no_stretch_flags": ["F_HF90:R", "F_FLEX@23"],
            "no_stretches": ["CA-01:L"],
            "max_level": 1,
        }
    )

    assert [line.text for line in further_lines(limits)] == [
        "No stretches with hip flexion > 90°, right; lumbar flexion at end range or loaded (level 2 on); "
        "Wall calf stretch, left",
        "Stretches up to level 1",
        "Not at Deep middle of buttock, right: slow deep stripping, elbow or tool",
    ]
