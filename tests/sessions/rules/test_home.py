"""What the log at home asks for, case by case from clinical reference 5.1."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions.rules.home import HomeLog, Reaction, gentler_dose, gentler_level, half_dose, reaction

DAY = date(2026, 6, 20)
LONG_AGO = DAY - timedelta(days=30)


def log(days_ago: int = 0, comfort: int | None = 3, **signs: bool) -> HomeLog:
    """One tick so many days before the day the tests judge on."""
    return HomeLog("item", DAY - timedelta(days=days_ago), comfort, **signs)


def ask(*logs: HomeLog, level: int = 2, since: date = LONG_AGO, top: int = 3) -> Reaction:
    """The reaction to these ticks on the day."""
    return reaction(logs, level=level, since=since, on=DAY, top=top)


GOOD = tuple(log(days) for days in range(12, 0, -2))


@pytest.mark.parametrize(
    ("comforts", "expected"),
    [((5, 5), "ease"), ((5,), "none"), ((5, 4), "none"), ((5, 3, 5), "none"), ((3, 5, 5), "ease"), ((5, 5, 3), "none")],
)
def test_too_much_twice_in_a_row_asks_for_a_gentler_level(comforts, expected):
    assert ask(*(log(1, comfort) for comfort in comforts)) == expected


def test_a_skipped_answer_between_two_readings_of_too_much_does_not_hide_them():
    assert ask(log(3, 5), log(2, None), log(1, 5)) == Reaction.EASE


def test_one_nerve_sign_stops_the_stretch_whatever_came_after():
    assert ask(log(5, None, nerve=True), *GOOD) == Reaction.STOP


def test_soreness_for_more_than_a_day_halves_the_dose_until_a_time_without_it():
    assert ask(log(2), log(1, 3, sore=True)) == Reaction.HALVE
    assert ask(log(2, 3, sore=True), log(1)) == Reaction.NONE


def test_the_second_time_of_a_sore_day_does_not_end_the_half_dose():
    assert ask(log(1, 3, sore=True), log(1)) == Reaction.HALVE


def test_a_tick_handed_in_late_for_an_earlier_day_does_not_end_the_half_dose():
    assert ask(log(1, 3, sore=True), log(4)) == Reaction.HALVE


@pytest.mark.parametrize(
    ("logs", "expected"),
    [
        ((log(3, 5, answered=True), log(2, 5, answered=True)), "none"),
        ((log(3, 5, answered=True), log(2, 5)), "none"),
        ((log(3, 5, answered=True), log(2, 5), log(1, 5)), "ease"),
        ((log(2, 3, sore=True, answered=True),), "none"),
        ((log(2, None, nerve=True, answered=True),), "stop"),
    ],
    ids=["both before", "one before", "twice again", "sore before", "a nerve sign counts on"],
)
def test_what_was_answered_does_not_count_against_the_gentler_level(logs, expected):
    assert ask(*logs, level=1) == expected


def test_too_much_in_the_last_two_weeks_suggests_no_more_even_when_it_was_answered():
    assert ask(log(10, 5, answered=True), *GOOD) == Reaction.NONE


def test_two_good_weeks_suggest_more():
    assert ask(*GOOD) == Reaction.MORE


@pytest.mark.parametrize(
    ("logs", "level", "since"),
    [
        (GOOD, 3, LONG_AGO),
        (GOOD, 2, DAY - timedelta(days=13)),
        (GOOD[:5], 2, LONG_AGO),
        ((*GOOD, log(0, 4)), 2, LONG_AGO),
        ((log(9, 3, sore=True), *GOOD), 2, LONG_AGO),
        (tuple(log(days, None) for days in range(12, 0, -2)), 2, LONG_AGO),
    ],
    ids=["top level", "a day too early", "five days", "nearly too much", "was sore", "never said how it felt"],
)
def test_no_more_is_suggested(logs, level, since):
    assert ask(*logs, level=level, since=since) == Reaction.NONE


def test_no_more_is_suggested_at_the_highest_level_that_the_stretch_has():
    assert ask(*GOOD, level=2, top=2) == Reaction.NONE


def test_on_the_fourteenth_day_more_may_be_suggested():
    assert ask(*GOOD, since=DAY - timedelta(days=14)) == Reaction.MORE


LOGS = st.lists(
    st.builds(log, st.integers(0, 20), st.sampled_from([None, 1, 2, 3, 4, 5]), nerve=st.booleans(), sore=st.booleans()),
    max_size=12,
)
ORDER = [Reaction.STOP, Reaction.EASE, Reaction.HALVE, Reaction.NONE, Reaction.MORE]


@given(LOGS, st.sampled_from([1, 2, 3]))
def test_a_nerve_sign_more_never_loosens(logs, level):
    before, after = ask(*logs, level=level), ask(*logs, log(0, None, nerve=True), level=level)

    assert ORDER.index(after) <= ORDER.index(before)


@given(LOGS)
def test_one_reading_of_too_much_more_never_suggests_more(logs):
    assert ask(*logs, log(0, 5)) != Reaction.MORE


# --- gentler, and half --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("levels", "level", "highest", "expected"),
    [
        ((1, 2, 3), 3, 3, 2),
        ((1, 2, 3), 2, 3, 1),
        ((1, 2, 3), 1, 3, None),
        ((2, 3), 2, 3, None),
        ((1, 3), 3, 3, 1),
        ((1, 2, 3), 3, 1, 1),
        ((1, 2, 3), 3, 0, None),
    ],
)
def test_the_gentler_level_is_the_next_one_below_that_exists_and_is_allowed(levels, level, highest, expected):
    assert gentler_level(levels, level=level, highest=highest) == expected


DOSE = {"hold_seconds": 30, "repetitions": 3, "sets": 2, "times_per_day": 2, "days_per_week": 7}


@pytest.mark.parametrize(
    ("given", "half"),
    [
        ({}, {"repetitions": 1}),
        ({"repetitions": 10}, {"repetitions": 5}),
        ({"repetitions": 2}, {"repetitions": 1}),
        ({"repetitions": 1, "sets": 3}, {"repetitions": 1, "sets": 1}),
        ({"repetitions": 1, "sets": 1}, {"repetitions": 1, "sets": 1, "hold_seconds": 15}),
        ({"repetitions": 1, "sets": 1, "hold_seconds": 0}, {"times_per_day": 1}),
        ({"repetitions": 1, "sets": 1, "hold_seconds": 0, "times_per_day": 1}, {"days_per_week": 3}),
        ({"repetitions": 1, "sets": 1, "hold_seconds": 1, "times_per_day": 1, "days_per_week": 1}, {}),
    ],
)
def test_half_the_dose_halves_the_first_that_can_be_halved(given, half):
    assert half_dose({**DOSE, **given}) == {**DOSE, **given, **half}


@given(st.fixed_dictionaries({name: st.integers(1, 50) for name in DOSE}))
def test_half_the_dose_is_never_more_and_never_nothing(dose):
    half = half_dose(dose)

    assert all(1 <= half[name] <= dose[name] for name in dose)


@pytest.mark.parametrize(("at_level", "seconds"), [({}, 30), ({"hold_seconds": 10}, 10), ({"hold_seconds": 45}, 30)])
def test_the_gentler_level_never_asks_for_more_than_was_published(at_level, seconds):
    assert gentler_dose(DOSE, at_level) == {**DOSE, "hold_seconds": seconds}
