"""The quiet prompts of the room: each rule at its figure and one short of it (clinical reference 4.3, 4.6)."""

from datetime import timedelta

import pytest

from sessions.rules.prompts import prompts, showing
from tests.sessions.rules.test_timeline import NOON, Row

LOWERED = frozenset({2})


def _row(seconds, pressure=2, **changes):
    return Row(kind="pressure", seconds=seconds, pressure=pressure, **changes)


def _felt(seconds, comfort, pressure=2, **changes):
    return Row(seconds=seconds, comfort=comfort, pressure=pressure, asked_by="therapist", **changes)


def _arrive(seconds=0, pressure=0, **changes):
    return Row(kind="start_region", seconds=seconds, pressure=pressure, **changes)


def _all(*rows, cap=5, first_visit=False, **target):
    return {each.code: each for each in prompts(rows, cap=cap, first_visit=first_visit, **target)}


def _due(code, *rows, **about):
    """The second at which the rule speaks up; None when it has nothing to say."""
    found = _all(*rows, **about).get(code)
    return None if found is None else (found.due - NOON).total_seconds()


#: Five minutes at P2 and P3, asked often enough: nothing is owed but the next question.
WARM = [_arrive(), _felt(10, 2), _felt(160, 2, 3), _felt(310, 2, 3)]


def test_an_empty_room_and_a_calm_hand_hear_nothing():
    assert _all() == {}
    assert _all(_arrive()) == {}
    assert showing(prompts(WARM[:2], cap=5, first_visit=False), NOON + timedelta(hours=1)) is None


@pytest.mark.parametrize("stopped", ["stop", "end_region"])
def test_after_the_hands_have_left_nothing_is_asked(stopped):
    assert _all(*WARM, _felt(330, 4, 5), Row(kind=stopped, seconds=340, pressure=5)) == {}


# --- warm first ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "warm"), [(309, False), (310, True)])
def test_firm_pressure_comes_after_five_minutes_of_lighter_work(seconds, warm):
    rows = [_arrive(), _felt(10, 2), _felt(160, 2, 3), _felt(seconds, 2, 4)]

    assert (_due("warm_first", *rows) is None) is warm


def test_a_resting_hand_warms_nothing():
    assert _due("warm_first", _arrive(), _felt(600, 2, 4)) == 600


def test_the_layers_above_warm_the_same_region_and_side_alone():
    deep = _felt(400, 2, 4)

    assert _due("warm_first", _felt(0, 2, 3, structure="MUS_GMAX"), deep) is None
    assert _due("warm_first", _felt(0, 2, 3, structure="MUS_GMAX", side="R"), deep) == 400
    assert _due("warm_first", _felt(0, 2, 3, structure="MUS_GAST"), deep) == 400


def test_the_line_says_how_far_the_warming_is():
    assert "2 of 5 minutes" in _all(_felt(0, 2, 3), _felt(150, 2, 4))["warm_first"].reason


# --- one step at a time -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([_felt(0, 2, 1), _row(60, 3)], "more than one"),
        ([_felt(0, 2, 2), _row(19, 3)], "20 s before the next"),
        ([_row(0, 2), _row(60, 3)], "not asked"),
        ([_felt(0, 2, 2), _row(20, 3)], ""),
        ([_row(0, 2), _felt(20, 2, 2), _row(25, 3)], ""),
        ([_felt(0, 2, 3), _row(1, 1)], ""),
        ([_arrive(0, 2), _felt(5, 2, 4)], ""),
    ],
)
def test_pressure_rises_by_one_step_held_and_asked(rows, reason):
    found = _all(*rows).get("one_step")

    assert (found is not None) is bool(reason)
    assert reason in (found.reason if found else "")


# --- asking -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("pressure", "due"), [(2, None), (3, 490), (4, 370), (5, 370)])
def test_silence_is_asked_after_three_minutes_and_from_firm_on_after_one(pressure, due):
    assert _due("ask", *WARM, _felt(310, 2, pressure)) == due


def test_the_wait_begins_when_the_pressure_gets_there():
    rows = [_felt(0, 2, 2), _row(100, 3), _felt(120, 2, 3), _row(130, 2), _felt(140, 2, 2), _felt(150, 2, 3)]

    assert _due("ask", *rows) == 330


def test_coming_back_to_an_area_is_a_new_beginning():
    rows = [_felt(0, 2, 3), _felt(100, 2, 2, side="R"), _arrive(110, 3)]

    assert _due("ask", *rows) == 290


@pytest.mark.parametrize(
    "changed", [{"pressure": 1}, {"technique": "TQ_PET"}, {"position": "SUPINE"}], ids=lambda change: str(*change)
)
def test_a_change_is_asked_about_after_twenty_seconds(changed):
    assert _due("ask", _felt(0, 2, 2), _row(60, **changed)) == 80
    assert _due("ask", _felt(0, 2, 2), _row(60, **changed), _felt(70, 2, **changed)) is None


def test_a_row_that_changes_nothing_is_not_asked_about():
    assert _due("ask", _felt(0, 2, 2), Row(kind="breath", cue="B1", seconds=60, pressure=2)) is None


# --- how it felt --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", [{"comfort": 4, "asked_by": "client"}, {"kind": "sign", "sign": "face"}])
def test_nearly_too_much_is_eased_at_once_and_asked_again_after_twenty_seconds(said):
    rows = [_felt(0, 2, 2), _felt(60, 2, 3), Row(seconds=90, pressure=3, **said)]
    eased = Row(kind="adjust", seconds=93, pressure=2)

    assert _due("ease", *rows) == 90
    assert _due("ease", *rows, eased) is None
    assert _due("ask", *rows, eased) == 113
    assert _all(*rows, eased, _felt(115, 3, 2)).keys() == {"spot"}


def test_nearly_too_much_again_is_one_step_less_again_or_moving_on():
    rows = [_felt(0, 4, 3), Row(kind="adjust", seconds=3, pressure=2), _felt(25, 4, 2)]

    assert "again, or move on" in _all(*rows)["ease"].text
    assert "again" not in _all(rows[0])["ease"].text


def test_after_too_much_the_area_starts_two_steps_lower_at_most():
    rows = [_felt(0, 5, 3), Row(kind="adjust", seconds=5, pressure=2)]

    assert _all(rows[0]) == {}
    assert "Start again at 1 at most" in _all(*rows)["restart"].text
    assert _due("restart", *rows, _felt(30, 2, 1)) is None
    assert _due("restart", *rows, _felt(30, 2, 1, side="R"), _arrive(60, 2)) == 60
    assert "resting hand" in _all(_felt(0, 5, 2), _row(9, 1))["restart"].text.lower()


def test_too_light_is_one_step_more_inside_the_limit_and_asked_again():
    assert "One step more" in _all(_felt(0, 1, 2), cap=3)["too_light"].text
    assert "limit" in _all(_felt(0, 1, 2), cap=2)["too_light"].text
    assert _due("ask", _felt(0, 1, 2)) == 30
    assert _due("too_light", _felt(0, 1, 2), _row(20, 3)) is None


@pytest.mark.parametrize(("target", "due"), [(LOWERED, 0), (frozenset({2, 3}), None)])
def test_delicious_is_more_than_a_lowered_target(target, due):
    assert _due("above_target", _felt(0, 3, 2), target=target) == due
    assert _due("above_target", _felt(0, 3, 2), _row(5, 1), target=target) is None


def test_two_minutes_after_the_wrong_kind_somebody_asks_whether_it_is_still_there():
    sign = Row(kind="sign", sign="nerve", seconds=10, pressure=3)
    stopped = Row(kind="stop", seconds=15, pressure=3)

    assert _due("nerve_stays", sign) == 130
    assert _due("nerve_stays", sign, stopped) == 130
    assert _due("nerve_stays", sign, _felt(60, 2, 1)) is None
    assert _due("nerve_stays", sign, stopped, _arrive(90, side="R")) is None


def test_where_the_wrong_kind_was_the_pressure_stays_at_two():
    sign = Row(kind="sign", sign="nerve", seconds=0, pressure=3)

    assert _due("nerve_pressure", sign, _felt(60, 2, 2)) is None
    assert _due("nerve_pressure", sign, _felt(60, 2, 3)) == 60
    assert _due("nerve_pressure", sign, _felt(60, 2, 3, side="R")) is None


# --- how long -----------------------------------------------------------------------------------------------------


def test_firm_pressure_stays_thirty_seconds_on_one_spot():
    assert _due("longest_deep", *WARM, _felt(330, 2, 4)) == 360
    assert _due("longest_deep", *WARM, _felt(330, 2, 4), _felt(350, 2, 5)) == 360
    assert _due("longest_deep", *WARM, _felt(330, 2, 4), _felt(350, 2, 3)) is None


@pytest.mark.parametrize(("lighter", "due"), [(29, 399), (30, 430)])
def test_then_thirty_seconds_of_lighter_work(lighter, due):
    rows = [_felt(340, 2, 4), _felt(370, 2, 3), _felt(370 + lighter, 2, 4)]

    assert _due("longest_deep", *WARM, *rows) == due


def test_pauses_that_are_too_short_add_up():
    rows = [_felt(340, 2, 4), _felt(360, 2, 3), _felt(370, 2, 4)]

    assert _due("longest_deep", *WARM, *rows) == 380


def test_another_area_is_another_spot():
    assert _due("longest_deep", _felt(0, 2, 4), _felt(20, 2, 4, side="R")) == 50


@pytest.mark.parametrize(("first_visit", "minutes"), [(True, 15), (False, 25)])
def test_the_deep_minutes_of_a_visit_are_counted_over_all_areas(first_visit, minutes):
    rows = [_felt(0, 2, 4), _felt(600, 2, 3), _felt(700, 2, 4, side="R")]

    assert _due("deep_total", *rows, first_visit=first_visit) == 700 + minutes * 60 - 600
    assert _due("deep_total", *rows[:2], first_visit=first_visit) is None


@pytest.mark.parametrize(("comfort", "due"), [(3, 30), (2, None)])
def test_delicious_is_kept_thirty_seconds_on_a_spot(comfort, due):
    assert _due("spot", _felt(0, comfort, 2)) == due


def test_a_point_is_pressed_for_thirty_seconds():
    rows = [_felt(0, 2, 2), _row(10, 2, technique="TQ_TRP"), _felt(25, 2, 2, technique="TQ_TRP")]

    assert _due("spot", *rows) == 40


# --- depth, contract and relax, goals -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("structure", "first_visit", "due"),
    [("MUS_GMAX", False, None), ("MUS_GMAX", True, 0), ("MUS_PIR", False, None), ("MUS_ES", False, 0)],
)
def test_full_depth_is_for_the_mass_of_the_buttock_after_the_first_visit(structure, first_visit, due):
    assert _due("p5", _felt(0, 2, 5, structure=structure), first_visit=first_visit) == due
    assert _due("p5", _felt(0, 2, 4, structure=structure), first_visit=first_visit) is None


def test_contract_and_relax_says_its_dose_once():
    begun = _row(10, technique="TQ_MET")

    assert "5–7 s, 3–4 rounds" in _all(_felt(0, 2), begun)["contract_relax"].text
    assert _due("contract_relax", begun, _felt(40, 2, technique="TQ_MET")) is None


@pytest.mark.parametrize(("outside", "missed"), [(40, False), (43, True)])
def test_less_than_ninety_per_cent_in_the_target_is_said(outside, missed):
    rows = [_felt(0, 1), _felt(outside, 2), _felt(200, 2), _felt(300, 2), _felt(400, 2)]

    found = _all(*rows).get("goals")

    assert (found is not None) is missed
    assert _due("goals", *rows[:-1]) is None


@pytest.mark.parametrize(("seconds", "missed"), [(10, False), (11, True)])
def test_a_slow_answer_to_nearly_too_much_is_said(seconds, missed):
    rows = [_felt(0, 4, 3), Row(kind="adjust", seconds=seconds, pressure=2)]

    assert (_due("goals", *rows) is not None) is missed


# --- which line ---------------------------------------------------------------------------------------------------


def test_one_line_at_a_time_the_most_urgent_that_is_due():
    found = prompts([_felt(0, 2, 3), _felt(30, 2, 4)], cap=5, first_visit=False)

    said = [getattr(showing(found, NOON + timedelta(seconds=at)), "code", None) for at in (29, 30, 59, 60, 100)]

    assert said == [None, "warm_first", "warm_first", "longest_deep", "longest_deep"]
