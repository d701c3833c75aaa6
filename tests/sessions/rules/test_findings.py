"""Results of tests, ranges and touch: what may be recorded, what is not done today, what a number means (3, 4.9)."""

import pytest

from intake.rules.limits import Limits
from sessions.rules.findings import (
    MEASURES,
    TESTS,
    Pair,
    RangeChange,
    blocked_tests,
    derived,
    for_rules,
    pair,
    problems,
    range_change,
    read_range,
)

NONE = Limits().as_data()


def _blocked(flags=(), *, consent=True, cleared=(), **limits):
    return blocked_tests(NONE | limits, flags, consent=consent, cleared=cleared)


# --- what may be recorded -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [
        {"code": "T_SLR", "side": "L", "result": "pos_familiar", "angle": 40, "felt_where": ["CLF:L"]},
        {"code": "T_SENS", "side": "R", "result": "pos", "felt_where": ["FTT:R"]},
        {"code": "T_PLE", "side": "M", "result": "neg"},
        {"code": "T_TOE", "side": "L", "measure": 8},
        {"code": "T_EHL", "side": "R", "result": "4"},
        {"code": "T_FLEX", "side": "M", "result": "centralises"},
        {"code": "T_PALP_NOTCH", "side": "L", "result": "refers", "felt_where": ["THB:L"]},
        {"code": "T_PALP_L2S1", "side": "M", "result": "refers", "felt_where": ["BTM:R"]},
        {"code": "ROM_HIP_EXT", "side": "L", "angle": -5, "position": "SIDE", "end_feel": "pinch", "pain": 4},
        {"code": "ROM_LFLEX", "side": "M", "measure": 12.5, "device": "Tape", "moved": "active"},
        {"code": "T_FREIB", "side": "L", "result": "not_done"},
        {"code": "O_CATCH", "side": "M", "result": "pos"},
        {"code": "MUS_PIR", "side": "L", "result": "2", "tone": 3},
        {"code": "MUS_PIR", "side": "L", "result": "refers", "tone": 1, "felt_where": ["THB:L"]},
    ],
)
def test_a_whole_result_is_recorded(values):
    assert problems(**values) == {}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"code": "T_NONE", "side": "L", "result": "neg"}, "code"),
        ({"code": "T_SPS_OR_APIR", "side": "L", "result": "pos"}, "code"),
        ({"code": "T_SLR", "side": "M", "result": "neg"}, "side"),
        ({"code": "T_PLE", "side": "L", "result": "neg"}, "side"),
        ({"code": "T_SLR", "side": "L", "result": "pos"}, "result"),
        ({"code": "T_SLR", "side": "L"}, "result"),
        ({"code": "T_SLR", "side": "L", "angle": 181}, "angle"),
        ({"code": "T_SLR", "side": "L", "angle": -1}, "angle"),
        ({"code": "T_SLR", "side": "L", "result": "not_done", "angle": 40}, "angle"),
        ({"code": "T_XSLR", "side": "L", "result": "neg", "angle": 40}, "angle"),
        ({"code": "T_XSLR", "side": "L", "result": "neg", "felt_where": ["THB:L"]}, "felt_where"),
        ({"code": "T_SLR", "side": "L", "result": "neg", "felt_where": ["THB"]}, "felt_where"),
        ({"code": "T_CALF", "side": "L", "measure": -1}, "measure"),
        ({"code": "T_EHL", "side": "L", "result": "6"}, "result"),
        ({"code": "T_PALP_NOTCH", "side": "L", "result": "refers"}, "felt_where"),
        ({"code": "MUS_PIR", "side": "L", "result": "refers", "tone": 1}, "felt_where"),
        ({"code": "MUS_PIR", "side": "L", "tone": 4}, "tone"),
        ({"code": "T_SLR", "side": "L", "result": "neg", "tone": 1}, "tone"),
        ({"code": "T_FREIB", "side": "L", "result": "neg"}, "position"),
        ({"code": "T_FREIB", "side": "L", "result": "neg", "position": "CHAIR"}, "position"),
        ({"code": "T_SLR", "side": "L", "result": "neg", "end_feel": "firm"}, "result"),
        ({"code": "T_SLR", "side": "L", "result": "neg", "device": "Tape"}, "result"),
        ({"code": "ROM_LFLEX", "side": "M", "measure": 12, "pain": 11}, "pain"),
        ({"code": "O_CATCH", "side": "L", "result": "pos"}, "side"),
    ],
)
def test_anything_else_is_refused_at_its_field(values, field):
    assert list(problems(**values)) == [field]


@pytest.mark.parametrize(
    ("after", "found"),
    [
        ({}, Pair.ALIKE),
        ({"position": "SIDE", "device": " goniometer ", "moved": "active"}, Pair.ALIKE),
        ({"position": "SUPINE"}, Pair.OTHER_POSITION),
        ({"device": "Phone"}, Pair.OTHER_DEVICE),
        ({"moved": "passive"}, Pair.OTHER_HAND),
    ],
)
def test_only_what_was_done_alike_is_held_against_each_other(after, found):
    assert pair({"position": "SIDE", "device": "Goniometer", "moved": "active"}, after) is found


# --- what is not done today ---------------------------------------------------------------------------------------


def test_nothing_is_blocked_without_limits():
    assert _blocked() == {}


@pytest.mark.parametrize("flags", [["E_CES"], ["A_FEVER"], ["C_FLARE"]])
def test_no_test_at_all_under_an_open_stop_or_a_flare(flags):
    assert set(TESTS) | set(MEASURES) <= set(_blocked(flags))


def test_no_test_without_consent_to_tests():
    assert _blocked(consent=False)["T_SLR"] == ("cs_assess",)


@pytest.mark.parametrize("given", [{"flags": ["L_THR_POST"]}, {"cleared": ["L_THR_POST"]}])
def test_fair_is_not_done_after_a_hip_replacement_with_rules_on(given):
    assert _blocked(**given)["T_FAIR"] == ("L_THR_POST",)


def test_a_banned_position_blocks_what_needs_it():
    blocked = _blocked(no_positions=["PRONE"], because={"PRONE": ["C_HF"]})

    assert blocked["T_PLE"] == ("C_HF",)
    assert "T_FREIB" not in blocked  # it can be done on the back as well


def test_a_test_on_the_side_is_done_lying_on_the_other_one():
    blocked = _blocked(no_positions=["SIDE:L"])

    assert blocked["T_OBER:R"] == ("position",)
    assert "T_OBER:L" not in blocked


def test_a_locked_region_blocks_the_test_that_presses_there():
    blocked = _blocked(no_regions=["BTM:L"], because={"BTM:L": ["L_NOCONSENT"]})

    assert blocked["T_PALP_NOTCH:L"] == ("L_NOCONSENT",)
    assert "T_PALP_NOTCH:R" not in blocked


# --- what results come to -----------------------------------------------------------------------------------------


def _pain(code, result, side="L"):
    return {"code": code, "side": side, "result": result}


@pytest.mark.parametrize(
    ("sps", "apir", "result"),
    [
        ("pos_familiar", "not_done", "pos"),
        ("neg", "pos_familiar", "pos"),
        ("neg", "neg", "neg"),
        ("pos_other", "neg", "neg"),
        ("neg", "not_done", None),
    ],
)
def test_either_of_the_two_is_enough_and_both_are_needed_for_no(sps, apir, result):
    found = for_rules([_pain("T_SPS", sps), _pain("T_APIR", apir)]).get("T_SPS_OR_APIR")

    assert found == (None if result is None else [{"side": "L", "result": result}])


@pytest.mark.parametrize(
    ("positive", "negative", "result"), [(3, 0, "pos"), (2, 2, None), (2, 3, "neg"), (1, 3, "neg"), (0, 2, None)]
)
def test_three_of_the_five_and_the_one_in_the_middle_counts_for_both_sides(positive, negative, result):
    codes = ["T_SIJ_SAC", "T_SIJ_DIST", "T_SIJ_THIGH", "T_SIJ_COMP", "T_SIJ_GAEN"]
    results = ["pos_familiar"] * positive + ["neg"] * negative
    given = {
        code: [{"side": "M" if code == "T_SIJ_SAC" else "R", "result": each}]
        for code, each in zip(codes, results, strict=False)
    }

    found = derived(given).get("T_SIJ_3OF5")

    assert found == (None if result is None else [{"side": "R", "result": result}])


def test_strength_becomes_a_number_and_places_stay():
    rows = [_pain("T_EHL", "3"), _pain("T_SLR", "pos_familiar") | {"angle": 40, "felt_where": ["CLF:L"]}]

    assert for_rules(rows) == {
        "T_EHL": [{"side": "L", "result": "3", "value": 3}],
        "T_SLR": [{"side": "L", "result": "pos_familiar", "angle": 40, "where": ["CLF:L"]}],
    }


@pytest.mark.parametrize(
    ("code", "value", "other", "flagged"),
    [
        ("ROM_HIP_IR90", 20, None, False),
        ("ROM_HIP_IR90", 19, None, True),
        ("ROM_HIP_IR90", 30, 40, True),
        ("ROM_HIP_IR90", 31, 40, False),
        ("ROM_HIP_EXT", 0, None, False),
        ("ROM_HIP_EXT", -1, None, True),
        ("ROM_AKE", 30, None, False),
        ("ROM_AKE", 31, None, True),
        ("ROM_FABER_H", 10, 14, False),
        ("ROM_FABER_H", 10, 14.5, True),
        ("ROM_HIP_ER90", 40, 60, False),
        ("ROM_LFLEX", 60, None, False),
    ],
)
def test_a_range_is_flagged_by_its_row(code, value, other, flagged):
    assert read_range(code, value, other).flagged is flagged


@pytest.mark.parametrize(
    ("code", "before", "after", "change"),
    [
        ("ROM_HIP_IR90", 20, 25, RangeChange.WITHIN_ERROR),
        ("ROM_HIP_IR90", 20, 26, RangeChange.MORE),
        ("ROM_HIP_FLEX", 110, 104, RangeChange.WITHIN_ERROR),
        ("ROM_HIP_FLEX", 110, 103, RangeChange.LESS),
        ("ROM_AKE", 30, 20, RangeChange.MORE),
        ("ROM_LFLEX", 10, 15, RangeChange.LESS),
        ("ROM_HIP_ABD", 30, 50, RangeChange.NOT_JUDGED),
    ],
)
def test_a_change_counts_beyond_the_measuring_error(code, before, after, change):
    assert range_change(code, before, after) is change
