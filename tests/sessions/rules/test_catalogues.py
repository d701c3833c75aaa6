"""Catalogues of the top floor, row by row against the tables of clinical reference 3.2, 4.2 and 4.5 to 4.10."""

import pytest

from clinic.catalogues import read_toml
from clinic.vocabulary import REGION_SETS, REGIONS, Comfort, PressureLevel, Technique
from sessions.models import EventKind, EventSign
from sessions.rules.findings import ALL_TESTS, DERIVED, MEASURES, RESULT_SETS, TESTS
from sessions.rules.muscles import CATALOGUE, CUES, EVENT_NEEDS, SIGNS_COUNT_AS, STRUCTURES, TECHNIQUES, TONES
from sessions.rules.outcomes import OUTCOMES
from tests.sessions.rules import reference_3_4 as reference


def _rows(text):
    return [[cell.strip() for cell in line.split("|")] for line in text.strip().split("\n")]


TEST_ROWS, RANGE_ROWS, OUTCOME_ROWS = map(_rows, (reference.TESTS, reference.RANGES, reference.OUTCOMES))


def _words(*values):
    return ["–" if value in (None, "", ()) else str(value) for value in values]


def _numbers(values):
    return " ".join(f"{value:g}" for value in values)


# --- tests --------------------------------------------------------------------------------------------------------


def test_the_tests_are_those_of_the_reference_in_its_order():
    assert list(ALL_TESTS) == [row[0] for row in TEST_ROWS]
    assert len(ALL_TESTS) == 41


@pytest.mark.parametrize(("code", "side", "results", "sens", "spec", "lr_pos", "lr_neg"), TEST_ROWS)
def test_every_test_has_the_sides_results_and_figures_of_its_row(code, side, results, sens, spec, lr_pos, lr_neg):
    test = ALL_TESTS[code]

    recorded = " ".join((*test.results, *([test.unit] if test.unit else []))) or "derived"
    assert ("LR" if test.sided else "M", recorded) == (side, results)
    assert _words(test.sens, test.spec, test.lr_pos, test.lr_neg) == [sens, spec, lr_pos, lr_neg]
    assert test.source.startswith("clinical reference 3.2")
    assert (code in DERIVED) is (results == "derived")


def test_what_a_test_is_not_done_with():
    assert {code: " ".join(test.not_with) for code, test in ALL_TESTS.items() if test.not_with} == dict(
        _rows(reference.NOT_WITH)
    )


def test_what_is_not_for_a_slip_of_grade_one_is_not_for_a_higher_one():
    higher = {"A_SPL_HIGH", "A_SPL_UNK", "A_SPL_NEURO"}

    assert [test.code for test in TESTS.values() if "C_SPL_LOW" in test.not_with and higher - set(test.not_with)] == []


def test_tests_that_press_name_where():
    assert {code: test.touches for code, test in TESTS.items() if test.touches} == {
        "T_SPS": ("BTM",),
        "T_APIR": ("BTM",),
        "T_SIJ_DIST": ("HPF",),
        "T_SIJ_COMP": ("HPL",),
        "T_SIJ_SAC": ("SAC",),
        "T_SILL": ("LBK",),
        "T_PALP_NOTCH": ("BTM",),
        "T_PALP_TROCH": ("HPL",),
        "T_PALP_ISCH": ("BTL",),
        "T_PALP_L2S1": ("LBK", "SAC"),
    }


def test_the_options_of_every_result_set():
    options = {code: " ".join(found.options) for code, found in RESULT_SETS.items()}

    assert options == {
        "R_PAIN": "neg pos_familiar pos_other stretch_only not_done stopped",
        "R_YN": "neg pos not_done",
        "R_STR": "0 1 2 3 4 5 not_done",
        "R_TENDER": "0 1 2 3 refers not_done",
        "R_MOVE": "centralises peripheralises no_change not_done",
        "R_ANGLE": "",
        "R_WHERE": "",
    }


def test_the_twelve_point_score_ships_switched_off():
    michel = read_toml(CATALOGUE / "tests.toml")["michel"]

    assert (michel["status"], michel["probable_from"], michel["unclear_from"]) == ("unverified", 8, 6)
    assert [(item["code"], item["points"]) for item in michel["item"]] == [(f"M{n}", 1) for n in range(1, 13)]


# --- structures, techniques, scales -------------------------------------------------------------------------------


def test_every_structure_lies_in_the_regions_of_its_row():
    expected = {code: tuple(places.split()) for codes, places in _rows(reference.STRUCTURES) for code in codes.split()}

    assert {code: structure.regions for code, structure in STRUCTURES.items()} == expected
    assert len(STRUCTURES) == 38


def test_the_techniques_are_those_of_the_vocabulary_in_the_order_of_a_usual_visit():
    assert list(TECHNIQUES) == Technique.values
    in_order = sorted((t for t in TECHNIQUES.values() if t.order), key=lambda t: t.order)
    assert [t.code for t in in_order] == ["TQ_HOLD", "TQ_EFF", "TQ_PET", "TQ_MFR", "TQ_DEEP", "TQ_TRP", "TQ_MET"]


def test_the_scales_have_the_steps_of_the_vocabulary_and_their_figures():
    scales = read_toml(CATALOGUE / "scales.toml")

    assert [row["code"] for row in scales["pressure"]] == PressureLevel.values
    assert [(row["code"], row["touch_nrs"], row["zone"]) for row in scales["comfort"]] == [
        (Comfort.C1, [0, 0], "under"),
        (Comfort.C2, [1, 3], "target"),
        (Comfort.C3, [4, 6], "target"),
        (Comfort.C4, [7, 7], "warning"),
        (Comfort.C5, [8, 10], "stop"),
    ]
    assert list(TONES.values()) == ["soft", "slightly firm", "firm", "rope-like or guarded"]


def test_kinds_signs_and_cues_are_those_that_the_database_takes():
    assert list(EVENT_NEEDS) == EventKind.values
    assert set(SIGNS_COUNT_AS.values()) == {4}
    assert {*SIGNS_COUNT_AS, "nerve"} == set(EventSign.values)
    assert list(CUES) == ["B1", "B2", "B3", "B4", "B5", "B6"]


def test_the_regions_of_the_body_map():
    sided = [code for code, region in REGIONS.items() if region.sided]

    assert (len(REGIONS), len(REGIONS) - len(sided)) == (36, 5)
    assert {code for code, region in REGIONS.items() if not region.sided} == {"CHE", "ABD", "PEL", "SAD", "COC"}
    assert REGION_SETS["GLUTE"] == ("BTU", "BTM", "BTL", "SAC", "COC", "HPL")


# --- range of motion, outcomes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("code", "positions", "normal", "below", "above", "apart", "mdc"), RANGE_ROWS)
def test_every_range_has_the_figures_of_its_row(code, positions, normal, below, above, apart, mdc):
    found = MEASURES[code]

    assert _words(" ".join(found.positions), _numbers(found.normal or ())) == [positions, normal]
    figures = (found.flag_below, found.flag_above, found.flag_side_difference, found.mdc)
    assert ["–" if figure is None else f"{figure:g}" for figure in figures] == [below, above, apart, mdc]


def test_knee_height_is_flagged_above_four_centimetres_between_the_sides():
    height = MEASURES["ROM_FABER_H"]

    assert (height.normal_side_difference, height.flag_side_difference_above, height.unit) == (2, 4, "cm")
    assert list(MEASURES) == [row[0] for row in RANGE_ROWS]


@pytest.mark.parametrize(("code", "span", "better", "points", "percent", "recovered", "mdc"), OUTCOME_ROWS)
def test_every_outcome_has_the_figures_of_its_row(code, span, better, points, percent, recovered, mdc):
    found = OUTCOMES[code]

    assert [_numbers((found.minimum, found.maximum)), found.better or "–"] == [span, better]
    figures = (found.mcid_points, found.mcid_percent, found.recovered, found.mdc)
    assert ["–" if figure is None else f"{figure:g}" for figure in figures] == [points, percent, recovered, mdc]
    assert list(OUTCOMES) == [row[0] for row in OUTCOME_ROWS]
