"""Ranges of motion over the visits: against the usual range and the measuring error."""

from datetime import date

import pytest

from sessions.rules.findings import RangeChange
from sessions.rules.ranges import Reading, range_charts


def _reading(day, value, *, side="L", phase="before", code="ROM_HIP_IR90", device=""):
    return Reading(date(2026, 1, day), code, side, phase, value, device)


def _side(*readings):
    return range_charts(readings, days=8)[0].sides[0]


@pytest.mark.parametrize(
    ("last", "change"),
    [
        (27.4, RangeChange.WITHIN_ERROR),
        (27.5, RangeChange.MORE),
        (16.5, RangeChange.LESS),
        (22, RangeChange.WITHIN_ERROR),
    ],
)
def test_a_change_up_to_the_measuring_error_is_none(last, change):
    assert _side(_reading(1, 22), _reading(8, last)).change is change


def test_a_range_whose_error_is_not_known_is_not_judged():
    side = _side(_reading(1, 22, code="ROM_HIP_ABD"), _reading(8, 40, code="ROM_HIP_ABD"))

    assert (side.change, side.error) == (RangeChange.NOT_JUDGED, None)


def test_before_is_compared_with_before_and_after_with_after():
    side = _side(_reading(1, 20), _reading(1, 35, phase="after"), _reading(8, 21), _reading(8, 40, phase="after"))

    assert (side.first, side.last, side.change) == (20, 21, RangeChange.WITHIN_ERROR)


def test_a_value_after_is_not_compared_with_one_before():
    side = _side(_reading(1, 20), _reading(8, 40, phase="after"))

    assert (side.first, side.change) == (None, None)


@pytest.mark.parametrize(
    ("first", "last", "other"),
    [
        ("Goniometer", "Goniometer", False),
        ("Goniometer", "Inclinometer", True),
        ("Goniometer", "", True),
        ("", "", False),
    ],
)
def test_another_device_is_told(first, last, other):
    assert _side(_reading(1, 22, device=first), _reading(8, 30, device=last)).other_device is other


def test_the_newest_value_is_read_against_its_flag_and_the_other_side():
    left, right = range_charts([_reading(1, 19), _reading(1, 31, side="R")], days=8)[0].sides

    assert (left.reading.low, left.reading.uneven, right.reading.low, right.reading.uneven) == (True, True, False, True)


def test_the_other_side_of_another_day_is_not_compared():
    chart = range_charts([_reading(1, 31, side="R"), _reading(8, 21)], days=8)[0]

    assert not chart.sides[0].reading.uneven


def test_more_stands_higher_and_the_band_is_the_usual_range():
    chart = range_charts([_reading(1, 30), _reading(8, 40)], days=8)[0]
    low, high = chart.sides[0].points

    assert (high.before_y, low.before_y) == chart.band


def test_flagged_ranges_come_first():
    codes = [
        chart.measure.code
        for chart in range_charts(
            [_reading(1, 35), _reading(1, 50, code="ROM_SLR"), _reading(1, 15, code="ROM_HIP_EXT")], days=8
        )
    ]

    assert codes == ["ROM_SLR", "ROM_HIP_IR90", "ROM_HIP_EXT"]


def test_what_is_no_range_is_left_out():
    assert range_charts([_reading(1, 60, code="T_SLR")], days=8) == []


def test_only_the_last_days_are_shown():
    chart = range_charts([_reading(day, 20 + day) for day in range(1, 6)], days=2)[0]

    assert [on.day for on, _x in chart.dates] == [4, 5]
