"""The comfort window: the band, the start one step below its top, what lowers it (clinical reference 4.6)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions.rules.comfort_window import LAST_VISITS, FeltVisit, comfort_window
from tests.sessions.rules.test_timeline import Row


def _said(pressure, comfort):
    return Row(pressure=pressure, comfort=comfort, asked_by="therapist")


def _visit(*said, day=1, after=""):
    rows = tuple(one if isinstance(one, Row) else _said(*one) for one in said)
    return FeltVisit(date(2026, 11, day), rows, after)


def _start(*visits, cap=5):
    return comfort_window(visits, cap=cap).start


def test_the_band_is_what_was_pleasant_or_delicious():
    window = comfort_window([_visit((1, 1), (2, 2), (3, 3), (3, 2))], cap=5)

    assert (window.lowest, window.top, window.start) == (2, 3, 2)
    assert (window.best.on, window.best.pressure, window.best.comfort) == (date(2026, 11, 1), 3, 2)


@pytest.mark.parametrize("said", [[], [(2, 1)], [(2, 4)], [(2, 5)]])
def test_without_a_welcome_reading_nothing_is_suggested(said):
    assert comfort_window([_visit(*said)], cap=5) is None
    assert comfort_window([], cap=5) is None


def test_the_start_is_never_below_a_resting_hand():
    assert _start(_visit((1, 2))) == 0
    assert _start(_visit((0, 2))) == 0
    assert _start(_visit((1, 2), after="sore_long")) == 0


@pytest.mark.parametrize(("cap", "start", "capped"), [(3, 3, False), (2, 2, True), (0, 0, True)])
def test_the_cap_of_today_is_above_any_suggestion(cap, start, capped):
    window = comfort_window([_visit((4, 3))], cap=cap)

    assert (window.top, window.start, window.capped) == (4, start, capped)


@pytest.mark.parametrize(
    ("after", "start"), [("", 2), ("better", 2), ("same", 2), ("sore_short", 1), ("sore_long", 1), ("worse", 1)]
)
def test_sore_the_day_after_is_one_step_less(after, start):
    window = comfort_window([_visit((3, 3), after=after)], cap=5)

    assert (window.start, bool(window.eased_for)) == (start, start == 1)


def test_the_day_after_an_earlier_visit_is_over():
    assert _start(_visit((3, 3), day=8, after="better"), _visit((3, 3), after="sore_long")) == 2


@pytest.mark.parametrize("no", [(3, 4), (3, 5), (2, 4), Row(kind="sign", sign="nerve"), Row(kind="sign", sign="face")])
def test_a_pressure_that_was_too_much_since_is_out_of_the_band(no):
    window = comfort_window([_visit(no, day=8), _visit((1, 2), (3, 3))], cap=5)

    assert (window.lowest, window.top) == (1, 1)


def test_a_pressure_that_was_welcome_again_is_back_in_the_band():
    assert comfort_window([_visit((3, 4), (2, 2), (3, 3))], cap=5).top == 3


def test_too_much_above_leaves_the_band_below():
    assert comfort_window([_visit((3, 3), (4, 4))], cap=5).top == 3


def test_visits_long_ago_do_not_count():
    latest = [_visit((2, 2), day=20 - n) for n in range(LAST_VISITS)]

    assert _start(*latest, _visit((4, 3))) == 1
    assert _start(*latest[1:], _visit((4, 3))) == 3


def test_the_newest_of_several_readings_at_the_top_is_named():
    assert comfort_window([_visit((3, 2), day=8), _visit((3, 3))], cap=5).best.on == date(2026, 11, 8)


_SAID = st.tuples(st.integers(0, 5), st.integers(1, 5))
_VISITS = st.lists(
    st.builds(
        lambda said, after: _visit(*said, after=after),
        st.lists(_SAID, max_size=6),
        st.sampled_from(["", "better", "sore_short", "sore_long", "worse"]),
    ),
    max_size=6,
)


@given(visits=_VISITS, cap=st.integers(0, 5))
def test_a_suggestion_is_always_below_what_was_felt_and_never_above_the_cap(visits, cap):
    window = comfort_window(visits, cap=cap)

    if window is not None:
        assert 0 <= window.start <= cap
        assert window.start < window.top or window.top == 0
        assert window.lowest <= window.top
