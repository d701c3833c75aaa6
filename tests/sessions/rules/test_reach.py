"""How far down the symptoms go on each side, and the places where they are."""

from datetime import date

import pytest

from sessions.rules.outcomes import Change
from sessions.rules.reach import STEPS, Told, reaches, step_on, symptoms


def _intake(day=1, **told):
    return Told(date(2026, 1, day), **{"side": "left", "places": ("BTM:L",), "refer": "buttock", **told})


def _check_in(day, refer, **told):
    return _intake(day, refer=refer, at_check_in=True, **told)


@pytest.mark.parametrize(
    ("side", "left", "right"),
    [("left", 4, None), ("right", 1, 4), ("both", 4, 4), ("switches", 4, 4), ("middle", 1, None)],
)
def test_the_referral_counts_for_the_side_that_was_told(side, left, right):
    told = _intake(side=side, refer="calf")

    assert (step_on(told, "L"), step_on(told, "R")) == (left, right)


def test_a_marked_place_on_the_side_nobody_named_is_not_overlooked():
    assert step_on(_intake(places=("BTM:L", "CLF:R")), "R") == STEPS.index("calf")


def test_a_mark_further_down_than_the_referral_counts_in_an_intake_alone():
    assert step_on(_intake(places=("FTO:L",)), "L") == STEPS.index("foot")
    assert step_on(_check_in(2, "buttock", places=("FTO:L",)), "L") == STEPS.index("buttock")


def test_pain_of_the_middle_has_a_line_of_its_own():
    assert [line.side for line in reaches([_check_in(1, "buttock", side="middle", places=())]).sides] == ["M"]


def test_further_down_stands_lower():
    near, far = reaches([_check_in(1, "buttock"), _check_in(2, "foot")]).sides[0].marks

    assert far.y > near.y


def test_two_sides_at_one_place_stand_beside_each_other():
    left, right = reaches([_intake(side="both")]).sides

    assert (left.marks[0].y, left.marks[0].x < right.marks[0].x) == (right.marks[0].y, True)


@pytest.mark.parametrize(
    ("steps", "change"),
    [
        (("calf", "thigh"), Change.IMPROVED),
        (("thigh", "calf"), Change.WORSE),
        (("calf", "calf"), Change.NO_CLEAR_CHANGE),
        (("calf",), None),
    ],
)
def test_one_step_toward_the_back_counts(steps, change):
    line = reaches([_check_in(day, step) for day, step in enumerate(steps, start=1)]).sides[0]

    assert line.change is change


def test_the_worst_of_an_intake_is_not_compared_with_the_day_of_a_check_in():
    line = reaches([_intake(1, refer="foot"), _check_in(2, "thigh"), _check_in(3, "thigh")]).sides[0]

    assert (line.change, line.first.on) == (Change.NO_CLEAR_CHANGE, date(2026, 1, 2))


def test_a_single_check_in_after_an_intake_is_shown_and_not_judged():
    line = reaches([_intake(1, refer="foot"), _check_in(2, "thigh")]).sides[0]

    assert (line.change, line.last.on) == (None, date(2026, 1, 2))


def test_that_it_was_further_down_in_between_is_told():
    steps = ("thigh", "foot", "thigh")

    assert reaches([_check_in(day, step) for day, step in enumerate(steps, start=1)]).sides[0].rose_and_fell


def test_a_day_on_which_a_side_was_not_told_is_a_gap():
    drawing = reaches([_intake(1, places=("BTM:L", "THB:R")), _check_in(2, "buttock")])

    assert [row.steps for row in drawing.rows] == [(1, 2), (1, None)]


def test_nothing_told_draws_nothing():
    assert reaches([]).sides == reaches([Told(date(2026, 1, 1))]).sides == ()


# --- the places


def test_the_way_down_is_drawn_along_the_path_on_the_told_side():
    marks = symptoms(_check_in(2, "calf", path=("outer",)))

    assert marks == {"BTM:L": "on", "THO:L": "travel", "KNB:L": "travel", "LLO:L": "travel"}


def test_an_unknown_path_is_the_back_of_the_leg():
    assert set(symptoms(_intake(refer="knee", path=("unsure",)))) == {"BTM:L", "THB:L", "KNB:L"}


def test_a_marked_place_beyond_the_referral_of_the_day_is_gone():
    places = ("BTM:L", "CLF:L", "NCK:L")

    assert set(symptoms(_check_in(2, "buttock", places=places))) == {"BTM:L", "NCK:L"}
    assert set(symptoms(_intake(places=places))) == set(places)


def test_a_mark_on_the_other_side_stays():
    assert "CLF:R" in symptoms(_check_in(2, "buttock", places=("BTM:L", "CLF:R")))


def test_a_marked_place_stays_marked_where_the_pain_travels():
    assert symptoms(_intake(places=("THB:L",), refer="thigh"))["THB:L"] == "on"


def test_without_a_side_no_leg_is_drawn():
    assert symptoms(_check_in(2, "foot", side="middle", places=("COC",))) == {"COC": "on"}
