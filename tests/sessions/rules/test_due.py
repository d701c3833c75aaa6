"""What is due today, case by case."""

from datetime import date, timedelta

import pytest

from sessions.rules.due import Due, due

DAY = date(2026, 6, 20)


def ask(*days_ago: int, times: int = 1, days: int = 7) -> Due:
    """Where it stands after it was done so many days ago, once for each."""
    return due([DAY - timedelta(days=ago) for ago in days_ago], times_per_day=times, days_per_week=days, on=DAY)


@pytest.mark.parametrize(
    ("done", "times", "days", "expected"),
    [
        ((), 1, 7, "due"),
        ((0,), 1, 7, "done"),
        ((0,), 2, 7, "due"),
        ((0, 0), 2, 7, "done"),
        ((0, 0, 0), 2, 7, "done"),
        ((1, 1), 2, 7, "due"),
        ((1, 3), 1, 3, "due"),
        ((1, 3, 5), 1, 3, "enough"),
        ((1, 1, 3, 3), 1, 3, "due"),
        ((2, 4, 7), 1, 3, "due"),
        ((1, 2, 3, 4, 5, 6), 1, 7, "due"),
        ((0, 1, 3, 5), 1, 3, "done"),
        ((0, 1, 3, 5), 2, 3, "due"),
    ],
)
def test_what_was_done_decides_what_is_due(done, times, days, expected):
    assert ask(*done, times=times, days=days) == expected


def test_a_paused_stretch_is_never_due():
    assert due([], times_per_day=1, days_per_week=7, on=DAY, paused=True) == Due.PAUSED


def test_what_is_due_comes_first_and_what_is_paused_last():
    assert sorted(Due, key=lambda state: state.place) == [Due.DUE, Due.DONE, Due.ENOUGH, Due.PAUSED]
