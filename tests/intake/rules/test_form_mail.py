"""Which mail about a missing form is due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from intake.rules.form_mail import mail_due

VISIT = datetime(2027, 3, 30, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("before", "number"),
    [
        ({"days": 3, "seconds": 1}, 0),
        ({"days": 3}, 1),
        ({"days": 1, "seconds": 1}, 1),
        ({"days": 1}, 2),
        ({"hours": 2, "seconds": 1}, 2),
        ({"hours": 2}, 0),
        ({"hours": -1}, 0),
    ],
)
def test_the_first_is_due_days_before_and_the_second_takes_its_place(before, number):
    assert mail_due(VISIT, first_days=3, second_days=1, now=VISIT - timedelta(**before)) == number


@pytest.mark.parametrize(
    ("first", "second", "numbers"),
    [
        (3, 1, [0, 1, 1, 2, 0]),
        (3, None, [0, 1, 1, 1, 0]),
        (None, 2, [0, 0, 2, 2, 0]),
        (None, None, [0, 0, 0, 0, 0]),
        (30, 3, [1, 2, 2, 2, 0]),
    ],
)
def test_either_mail_can_be_left_out(first, second, numbers):
    asked = [timedelta(days=4), timedelta(days=3), timedelta(days=2), timedelta(hours=20), timedelta(hours=1)]

    due = [mail_due(VISIT, first_days=first, second_days=second, now=VISIT - before) for before in asked]

    assert due == numbers


def test_over_the_night_the_clocks_change_a_day_is_twenty_four_hours():
    monday_morning = datetime(2027, 3, 29, 9, tzinfo=UTC)  # London's clocks went forward on Sunday

    assert mail_due(monday_morning, first_days=1, second_days=None, now=monday_morning - timedelta(hours=24)) == 1
    assert mail_due(monday_morning, first_days=1, second_days=None, now=monday_morning - timedelta(hours=25)) == 0
