"""The library as it is looked through, and what may stand in for what."""

import pytest

from sessions.rules.shelf import (
    AT_HOME,
    Look,
    Posture,
    Purpose,
    hard_for,
    instead_of,
    lacking,
    postures_of,
    purpose_of,
    seconds_a_day,
)
from sessions.rules.stretches import EQUIPMENT, STRETCHES, dose_for

HOME = [stretch for stretch in STRETCHES.values() if stretch.home]


@pytest.mark.parametrize("stretch", STRETCHES.values(), ids=list(STRETCHES))
def test_every_stretch_has_a_purpose_and_a_position(stretch):
    assert purpose_of(stretch) in Purpose
    assert postures_of(stretch)


def test_every_purpose_and_position_finds_something():
    assert {purpose_of(stretch) for stretch in HOME} == set(Purpose)
    assert {posture for stretch in HOME for posture in postures_of(stretch)} == set(Posture)


def test_what_the_intake_asks_for_at_home_is_equipment_of_the_library():
    assert set(AT_HOME.values()) | {"P", "D"} == set(EQUIPMENT)


@pytest.mark.parametrize(
    ("code", "home", "missing"),
    [
        ("PR-01", "M", ()),
        ("PR-01", "B", ()),
        ("PR-01", "", ("B", "M")),
        ("HA-01", "B", ("S",)),
        ("HA-01", "S", ("B", "M")),
        ("LB-01", "C", ()),
        ("GL-03", "B", ()),
        ("GL-05", "B", ("E",)),
        ("SM-01", "W", ("L",)),
        ("HA-02", "M", ()),
        ("BR-01", "", ()),
    ],
)
def test_what_a_home_lacks_for_a_stretch(code, home, missing):
    assert lacking(STRETCHES[code], set(home)) == missing


@pytest.mark.parametrize(
    ("code", "hard", "side", "on_bed", "expected"),
    [
        ("PR-01", ["on_back"], "L", True, True),
        ("PR-01", ["face_down"], "L", True, False),
        ("PR-01", ["floor"], "L", True, False),
        ("PR-01", ["floor"], "L", False, True),
        ("PR-05", ["right_side"], "L", True, True),
        ("PR-05", ["left_side"], "L", True, False),
        ("PR-05", ["left_side"], "B", True, True),
        ("LB-01", ["on_back"], "B", True, False),
        ("BR-01", ["on_back", "face_down", "left_side", "right_side", "floor"], "B", False, False),
        ("PR-03", ["getting_up"], "L", False, False),
    ],
)
def test_a_position_that_the_client_called_hard(code, hard, side, on_bed, expected):
    assert hard_for(STRETCHES[code], hard, side=side, level=2, on_bed=on_bed) is expected


@pytest.mark.parametrize(
    ("code", "side", "seconds"),
    [
        ("PR-01", "L", 10 + 3 * 30),
        ("PR-01", "B", 10 + 3 * 30 + 10 + 3 * 30),
        ("BR-01", "B", (10 + 300) * 2),
        ("BR-03", "B", 0),
    ],
)
def test_how_long_a_stretch_takes_in_a_day(code, side, seconds):
    stretch = STRETCHES[code]
    dose = dose_for(stretch, age=40)
    rests = 2 * (2 if side == "B" else 1) * seconds_between(stretch)

    found = seconds_a_day(
        stretch,
        side=side,
        level=2,
        hold_seconds=dose.hold_seconds,
        repetitions=dose.repetitions,
        sets=dose.sets,
        times_per_day=dose.times_per_day,
    )

    assert found == seconds + (rests if code == "PR-01" else 0)


def seconds_between(stretch) -> int:
    """The rest of the catalogue between two holds."""
    return dose_for(stretch, age=40).rest_seconds


# --- what may stand in --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "first"),
    [
        ("PR-09", "PR-08"),
        ("HF-01", "HF-04"),
        ("PR-06", "PR-01"),
        ("GL-02", "GL-06"),
        ("HA-01", "HA-02"),
        ("NE-01", "NE-02"),
    ],
)
def test_the_nearest_stands_in_first(code, first):
    assert instead_of(STRETCHES[code])[0].code == first


@pytest.mark.parametrize("stretch", HOME, ids=lambda stretch: stretch.code)
def test_what_stands_in_has_the_same_purpose_and_is_for_home(stretch):
    for each in instead_of(stretch):
        assert (each.home, each is stretch, purpose_of(each)) == (True, False, purpose_of(stretch))


@pytest.mark.parametrize("code", ["LB-03", "LB-04", "LB-05", "LB-01"])
def test_bending_never_stands_in_for_arching_nor_the_other_way(code):
    assert instead_of(STRETCHES[code]) == ()


def test_a_stretch_never_stands_in_for_strength():
    assert {each.code for each in instead_of(STRETCHES["GL-02"])} == {"GL-06"}
    assert instead_of(STRETCHES["GL-01"]) == ()


# --- looking through ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("look", "shown"),
    [
        (Look(), True),
        (Look(purpose="PR"), True),
        (Look(purpose="LB"), False),
        (Look(posture="sitting"), True),
        (Look(posture="back"), False),
        (Look(minutes=2), True),
        (Look(minutes=1), False),
        (Look(home=True), False),
        (Look(can=True), False),
        (Look(fits=True), False),
        (Look(purpose="PR", posture="sitting", minutes=5), True),
    ],
)
def test_what_is_looked_for(look, shown):
    assert look.shows(STRETCHES["PR-03"], takes=2, lacks=True, hard=True, blocked=True) is shown


def test_what_is_done_in_any_position_is_found_under_each():
    assert all(
        Look(posture=posture).shows(STRETCHES["BR-01"], takes=1, lacks=False, hard=False, blocked=False)
        for posture in Posture
    )


@pytest.mark.parametrize("field", ["home", "can", "fits"])
def test_what_is_free_of_it_is_shown(field):
    assert Look(**{field: True}).shows(STRETCHES["PR-03"], takes=2, lacks=False, hard=False, blocked=False)
