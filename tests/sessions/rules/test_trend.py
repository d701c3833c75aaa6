"""The pain trend as a drawing."""

from datetime import date

import pytest

from sessions.rules.trend import Visit, trend


def _visits(*pains):
    return [Visit(date(2026, 1, 1 + n), before, after) for n, (before, after) in enumerate(pains)]


def test_no_visit_draws_nothing():
    assert trend([]).dots == ()


def test_more_pain_stands_higher():
    low, high = trend(_visits((2, None), (9, None))).dots

    assert high.before_y < low.before_y


def test_zero_and_ten_lie_on_their_rules():
    drawing = trend(_visits((0, None), (10, None)))

    assert [dot.before_y for dot in drawing.dots] == [dict(drawing.rules)[0], dict(drawing.rules)[10]]


@pytest.mark.parametrize(
    ("first", "last", "real"), [(6, 4, True), (6, 5, False), (3, 5, True), (4, 4, False), (3, 2, True), (4, 3, False)]
)
def test_a_change_of_two_or_of_thirty_per_cent_is_real(first, last, real):
    drawing = trend(_visits((first, None), (last, None)))

    assert (drawing.change, drawing.is_real) == (last - first, real)


def test_one_visit_is_no_change():
    assert trend(_visits((6, 3))).change is None


def test_a_visit_without_pain_leaves_a_gap():
    drawing = trend(_visits((6, None), (None, None), (3, None)))

    assert [dot.before_y is None for dot in drawing.dots] == [False, True, False]
    assert len(drawing.line.split()) == 2
