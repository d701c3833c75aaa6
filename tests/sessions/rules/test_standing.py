"""How a client stands since the first visit (clinical reference 4.10, 3.6 RF7)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from sessions.rules.outcomes import Change
from sessions.rules.standing import DAYS, Course, WayTaken, standing

FIRST = date(2026, 3, 2)


def _course(*pains, psfs=(), refer=(), days=7, safety_worse=False):
    visits = [FIRST + timedelta(days=days * number) for number in range(max(len(pains), 1))]
    told = {
        "NPRS": list(zip(visits, pains, strict=False)),
        "PSFS": [(FIRST + timedelta(days=30 * n), value) for n, value in enumerate(psfs)],
        "REFER": [(FIRST + timedelta(days=7 * n), value) for n, value in enumerate(refer)],
    }
    return Course(visits=visits, values=told, safety_worse=safety_worse)


def _at(course, on=None):
    return standing(course, on=on or course.visits[-1])


@pytest.mark.parametrize(
    ("course", "change"),
    [
        (_course(7), None),
        (_course(7, 5), Change.IMPROVED),
        (_course(7, 6), Change.NO_CLEAR_CHANGE),
        (_course(5, 7), Change.WORSE),
        (_course(7, 6, psfs=(3.0, 5.5)), Change.IMPROVED),
        (_course(7, 4, refer=(2, 3)), Change.WORSE),
        (_course(7, 6, refer=(3, 2)), Change.IMPROVED),
        (_course(7, 4, safety_worse=True), Change.NO_CLEAR_CHANGE),
    ],
)
def test_one_word_for_all_that_was_told_twice(course, change):
    assert _at(course).change is change


@pytest.mark.parametrize(
    ("pains", "days", "later", "due"),
    [
        ((7, 7, 7), 7, 0, False),
        ((7, 7, 7, 7), 7, 0, True),
        ((7, 7, 6, 5), 7, 0, False),
        ((7, 7), 7, DAYS - 8, False),
        ((7, 7), 7, DAYS - 7, True),
    ],
)
def test_after_four_visits_or_six_weeks_without_improvement_it_is_time_to_decide(pains, days, later, due):
    course = _course(*pains, days=days)

    stands = _at(course, course.visits[-1] + timedelta(days=later))

    assert stands.due is due
    assert stands.improved is (False if due else True if stands.change is Change.IMPROVED else None)


def test_nothing_is_due_before_the_first_visit():
    assert not standing(Course(visits=(), values={}), on=FIRST).due


def test_a_decision_counts_anew_and_is_told():
    visits = [FIRST + timedelta(days=7 * number) for number in range(8)]
    taken = WayTaken(visits[3], "continue", "Winter was hard.")
    course = Course(visits=visits, values={}, decided=taken)

    assert standing(course, on=visits[-1]).due
    early = standing(replace(course, visits=visits[:7]), on=visits[6])
    assert (early.due, early.decided) == (False, taken)
