"""The patient-specific function: what the client can do again."""

from datetime import date

import pytest

from sessions.rules.function import Scores, function
from sessions.rules.outcomes import Change


def _scores(day, **activities):
    return Scores(
        date.fromordinal(date(2026, 1, 1).toordinal() + day - 1),
        tuple((name.replace("_", " "), score) for name, score in activities.items()),
    )


def test_the_mean_has_one_decimal():
    assert _scores(1, a=3, b=4, c=4).mean == 3.7


@pytest.mark.parametrize(("last", "change"), [(5, Change.IMPROVED), (4, Change.NO_CLEAR_CHANGE), (1, Change.WORSE)])
def test_about_two_points_of_the_mean_count(last, change):
    assert function([_scores(1, sit=3), _scores(30, sit=last)]).change.change is change


def test_the_same_words_are_the_same_activity_however_they_are_spaced():
    told = [Scores(date(2026, 1, 1), (("Long  drives", 2),)), Scores(date(2026, 2, 1), (("long drives ", 6),))]

    assert function(told).bars[0].first == 2


def test_other_activities_are_not_compared():
    found = function([_scores(1, sit=3), _scores(30, drive=9)])

    assert (found.change, found.other_activities, found.bars[0].first) == (None, True, None)


def test_the_first_telling_of_the_same_activities_is_compared():
    found = function([_scores(1, drive=9), _scores(30, sit=3), _scores(60, sit=4), _scores(90, sit=6)])

    assert (found.since.on, found.change.points, found.other_activities) == (date(2026, 1, 30), 3, True)


def test_one_telling_is_no_change():
    found = function([_scores(1, sit=3)])

    assert (found.change, found.other_activities) == (None, False)


def test_nothing_told_draws_nothing():
    assert function([]).bars == function([Scores(date(2026, 1, 1), ())]).bars == ()
