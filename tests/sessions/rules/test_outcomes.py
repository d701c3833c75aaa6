"""Meaningful change, both published rules (clinical reference 4.10)."""

import pytest

from sessions.rules.outcomes import Change, compare

IMPROVED, SAME, WORSE, SHOWN = Change.IMPROVED, Change.NO_CLEAR_CHANGE, Change.WORSE, Change.NOT_JUDGED


@pytest.mark.parametrize(
    ("code", "before", "after", "change"),
    [
        ("NPRS", 6, 4, IMPROVED),
        ("NPRS", 6, 5, SAME),
        ("NPRS", 4, 3, SAME),
        ("NPRS", 10, 8, IMPROVED),
        ("NPRS", 5, 7, WORSE),
        ("NPRS", 3, 2, IMPROVED),
        ("NPRS", 3, 3, SAME),
        ("NPRS", 2, 3, WORSE),
        ("NPRS", 0, 0, SAME),
        ("VAS_LEG", 80, 49.7, SAME),
        ("VAS_LEG", 80, 49.6, IMPROVED),
        ("RMDQ24", 20, 15, IMPROVED),
        ("RMDQ24", 10, 7, IMPROVED),
        ("RMDQ24", 20, 16, SAME),
        ("RMDQ23", 20, 13, IMPROVED),
        ("RMDQ23", 20, 14, SAME),
        ("ODI", 20, 14, IMPROVED),
        ("ODI", 60, 51, SAME),
        ("SBI", 12, 7, SAME),
        ("SBI", 12, 6, IMPROVED),
        ("SFI", 24, 0, SHOWN),
        ("LBS", 24, 0, SHOWN),
        ("PSFS", 3, 5, IMPROVED),
        ("PSFS", 5, 3, WORSE),
        ("LEFS", 40, 49, IMPROVED),
        ("LEFS", 40, 48, SAME),
        ("PROMIS", 60, 50, SHOWN),
        ("GROC", 0, 2, IMPROVED),
        ("GROC", 0, 1, SAME),
        ("GROC", 0, -2, WORSE),
        ("REFER", 5, 4, IMPROVED),
        ("REFER", 4, 5, WORSE),
        ("SITTING", 30, 40, IMPROVED),
        ("SITTING", 20, 29, SAME),
        ("SITTING", 60, 70, SAME),
    ],
)
def test_a_change_is_judged_by_its_row(code, before, after, change):
    assert compare(code, before, after).change is change


def test_low_pain_is_judged_by_percent_alone():
    found = compare("NPRS", 3, 2)

    assert (found.by_points, found.by_percent, found.percent) == (None, IMPROVED, -33.3)


def test_both_rules_are_shown():
    found = compare("RMDQ24", 10, 7)

    assert (found.by_points, found.by_percent, found.points) == (SAME, IMPROVED, -3)


def test_a_worse_safety_answer_leaves_no_improvement():
    assert compare("NPRS", 8, 2, safety_worse=True).change is SAME


def test_pain_that_spreads_further_down_is_worse():
    assert compare("NPRS", 8, 2, spreads_further=True).change is WORSE


@pytest.mark.parametrize(("after", "recovered"), [(17.5, True), (17.6, False)])
def test_the_published_cut_of_recovery(after, recovered):
    assert compare("VAS_LEG", 60, after).recovered is recovered


@pytest.mark.parametrize(("after", "within"), [(10, True), (5.4, False)])
def test_the_measuring_error(after, within):
    assert compare("SBI", 12, after).within_error is within


@pytest.mark.parametrize("value", [-1, 11])
def test_a_value_outside_the_range_is_refused(value):
    with pytest.raises(ValueError, match="not between"):
        compare("NPRS", value, 5)
