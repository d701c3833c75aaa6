"""When a reminder is due, over nights in which the clocks change, in zones far from the practice."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from sessions.rules.reminder import Moment, due_now, first_moment, next_due

LONDON = ZoneInfo("Europe/London")
EVERY_DAY = range(1, 8)


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "hour", "zone", "moment"),
    [
        # An ordinary day, winter and summer.
        ("2027-01-15", 18, "Europe/London", "2027-01-15T18:00"),
        ("2027-07-15", 18, "Europe/London", "2027-07-15T17:00"),
        ("2027-07-15", 8, "America/New_York", "2027-07-15T12:00"),
        ("2027-07-15", 8, "Pacific/Auckland", "2027-07-14T20:00"),
        ("2027-07-15", 8, "Asia/Kathmandu", "2027-07-15T02:15"),
        # The day before, the day of, and the day after the clocks go forward.
        ("2027-03-27", 8, "Europe/London", "2027-03-27T08:00"),
        ("2027-03-28", 8, "Europe/London", "2027-03-28T07:00"),
        ("2027-03-29", 8, "Europe/London", "2027-03-29T07:00"),
        # The hour they leave out: the first moment after it.
        ("2027-03-28", 1, "Europe/London", "2027-03-28T01:00"),
        ("2027-03-28", 2, "Europe/Berlin", "2027-03-28T01:00"),
        ("2027-03-14", 2, "America/New_York", "2027-03-14T07:00"),
        ("2027-10-03", 2, "Australia/Lord_Howe", "2027-10-02T15:30"),
        # The hour that comes twice when they go back: the first of the two.
        ("2027-10-31", 1, "Europe/London", "2027-10-31T00:00"),
        ("2027-10-31", 2, "Europe/Berlin", "2027-10-31T00:00"),
        ("2027-11-07", 1, "America/New_York", "2027-11-07T05:00"),
        ("2027-10-31", 8, "Europe/London", "2027-10-31T08:00"),
        # Clocks that go forward at midnight.
        ("2026-09-06", 0, "America/Santiago", "2026-09-06T04:00"),
    ],
)
def test_an_hour_of_the_clocks_is_one_moment(day, hour, zone, moment):
    assert first_moment(date.fromisoformat(day), hour, ZoneInfo(zone)) == _utc(moment)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2027-01-15T17:59:59", False),
        ("2027-01-15T18:00", True),
        ("2027-01-15T20:59:59", True),
        ("2027-01-15T21:00", False),
    ],
)
def test_a_reminder_is_due_from_its_hour_for_three_hours(now, due):
    assert (due_now(EVERY_DAY, 18, LONDON, now=_utc(now)) is not None) is due


def test_a_late_reminder_never_comes_on_the_next_day():
    found = due_now(EVERY_DAY, 23, LONDON, now=_utc("2027-01-15T23:30"))

    assert found == Moment(date(2027, 1, 15), _utc("2027-01-15T23:00"), _utc("2027-01-16T00:00"))
    assert due_now(EVERY_DAY, 23, LONDON, now=_utc("2027-01-16T00:00")) is None


def test_the_day_is_that_of_the_clocks_where_the_client_is():
    tuesday_in_auckland = _utc("2027-01-11T19:30")  # still Monday in London

    assert due_now({2}, 8, ZoneInfo("Pacific/Auckland"), now=tuesday_in_auckland).on == date(2027, 1, 12)
    assert due_now({1}, 8, ZoneInfo("Pacific/Auckland"), now=tuesday_in_auckland) is None


@pytest.mark.parametrize("weekday", EVERY_DAY)
def test_only_chosen_days_are_due(weekday):
    monday = datetime(2027, 1, 11, 18, 30, tzinfo=UTC)

    due = [day for day in EVERY_DAY if due_now({weekday}, 18, LONDON, now=monday + timedelta(days=day - 1))]

    assert due == [weekday]


def test_without_days_nothing_is_due():
    assert due_now([], 18, LONDON, now=_utc("2027-01-15T18:00")) is None
    assert next_due([], 18, LONDON, after=_utc("2027-01-15T18:00")) is None


@pytest.mark.parametrize("zone", ["Europe/London", "America/New_York", "Australia/Lord_Howe", "America/Santiago"])
@pytest.mark.parametrize("hour", [0, 1, 2, 3, 8, 23])
def test_over_a_year_asked_every_quarter_of_an_hour_each_day_is_due_exactly_once(zone, hour):
    now, days = _utc("2027-01-01T12:00"), []
    while now < _utc("2028-01-01T12:00"):
        found = due_now(EVERY_DAY, hour, ZoneInfo(zone), now=now)
        if found is not None and found.on not in days[-1:]:
            days.append(found.on)
        now += timedelta(minutes=15)

    assert len(days) == len(set(days))
    assert {later - day for day, later in pairwise(days)} == {timedelta(days=1)}


@pytest.mark.parametrize(
    ("after", "due"),
    [
        ("2027-01-15T17:59", "2027-01-15T18:00"),  # a Friday
        ("2027-01-15T18:00", "2027-01-18T18:00"),
        ("2027-03-26T18:00", "2027-03-29T17:00"),  # over the night the clocks go forward
        ("2027-10-29T17:00", "2027-11-01T18:00"),  # and back
    ],
)
def test_the_next_reminder_is_the_next_chosen_day(after, due):
    assert next_due({1, 5}, 18, LONDON, after=_utc(after)) == _utc(due)


def test_a_reminder_once_a_week_is_due_again_in_a_week():
    assert next_due({5}, 18, LONDON, after=_utc("2027-01-15T18:00")) == _utc("2027-01-22T18:00")
