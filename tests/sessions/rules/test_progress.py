"""The client's progress as drawings: weeks as columns, how far the pain travels as a ladder."""

from datetime import date, timedelta

import pytest

from sessions.rules.progress import Reach, ladder, weeks

DAY = date(2026, 6, 20)
PLACES = ("Stays in the back", "Buttock", "Back of thigh", "Knee", "Calf")


def done(*days_ago: int) -> list[date]:
    return [DAY - timedelta(days=ago) for ago in days_ago]


def reached(*steps: int) -> list[Reach]:
    return [Reach(DAY + timedelta(days=7 * place), step, PLACES[step]) for place, step in enumerate(steps)]


@pytest.mark.parametrize(
    ("days_ago", "expected"),
    [
        ((), []),
        ((0,), [1]),
        ((0, 0, 6), [2]),
        ((0, 7), [1, 1]),
        ((0, 20), [1, 0, 1]),
        (range(7), [7]),
        ((60,), [0] * 8),
        ((0, 55), [1, 0, 0, 0, 0, 0, 0, 1]),
    ],
)
def test_weeks_of_seven_days_end_today_and_begin_with_the_first_day_done(days_ago, expected):
    assert [column.days for column in weeks(done(*days_ago), on=DAY).columns] == expected


def test_the_newest_week_ends_today_and_stands_on_the_right():
    columns = weeks(done(0, 8), on=DAY).columns

    assert [column.begins for column in columns] == [DAY - timedelta(days=13), DAY - timedelta(days=6)]
    assert columns[0].x < columns[1].x


def test_eight_columns_stay_within_the_drawing_and_their_dates_apart():
    columns = weeks(done(0, 55), on=DAY).columns

    assert columns[0].x >= 12
    assert columns[-1].x + columns[-1].width <= 348
    assert [column.is_dated for column in columns] == [False, True] * 4


def test_a_column_is_as_high_as_its_days():
    one, seven = (weeks(done(*days), on=DAY).columns[0] for days in ((0,), range(7)))

    assert (seven.y, seven.height) == (24, 96)
    assert round(one.height * 7) == 96
    assert one.y + one.height == seven.y + seven.height


def test_days_of_all_weeks_and_of_the_newest_are_counted():
    found = weeks(done(0, 3, 8), on=DAY)

    assert (found.days, found.last) == (3, 2)


@pytest.mark.parametrize(
    ("steps", "direction"), [((4, 2), "up"), ((2, 4), "down"), ((3, 1, 3), "same"), ((2,), ""), ((), "")]
)
def test_nearer_to_the_back_is_up(steps, direction):
    assert ladder(reached(*steps), PLACES).direction == direction


def test_the_ladder_has_rungs_down_to_one_below_the_furthest_place():
    assert [rung.word for rung in ladder(reached(2, 1), PLACES).rungs] == list(PLACES[:4])
    assert [rung.word for rung in ladder(reached(4), PLACES).rungs] == list(PLACES)


def test_each_visit_stands_on_the_rung_of_its_place_from_left_to_right():
    drawn = ladder(reached(4, 2, 0), PLACES)
    rungs = {rung.word: rung.y for rung in drawn.rungs}

    assert [mark.y for mark in drawn.marks] == [rungs["Calf"], rungs["Back of thigh"], rungs["Stays in the back"]]
    assert [mark.x for mark in drawn.marks] == [148, 244, 340]
    assert drawn.line == f"148.0,{rungs['Calf']} 244.0,{rungs['Back of thigh']} 340.0,{rungs['Stays in the back']}"
