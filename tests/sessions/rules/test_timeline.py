"""The timeline: what an event may not do, what settles an area, what a visit came to (clinical reference 4.6, 4.7)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from clinic.vocabulary import Comfort
from sessions.models import EventKind
from sessions.rules.muscles import target_band
from sessions.rules.timeline import closed_today, indices, is_closed, unsettled, violations

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
FREE = {"no_techniques": [], "no_positions": []}


@dataclass(frozen=True)
class Row:
    kind: str = "comfort"
    structure: str = "MUS_PIR"
    side: str = "L"
    position: str = "PRONE"
    technique: str = "TQ_EFF"
    pressure: int = 3
    comfort: int | None = None
    sign: str = ""
    asked_by: str = ""
    cue: str = ""
    words: str = ""
    seconds: int = 0

    @property
    def at(self):
        return NOON + timedelta(seconds=self.seconds)


def _felt(comfort, **changes):
    return Row(**{"comfort": comfort, "asked_by": "therapist"} | changes)


def _sign(code, **changes):
    return Row(kind="sign", sign=code, **changes)


def _limits(**changes):
    place = {"cap": 5, "cap_with_reason": 5, "locked": False, "no_techniques": []} | changes
    return FREE | {"structures": {"MUS_PIR:L": place}}


@pytest.mark.parametrize("kind", EventKind.values)
def test_every_kind_of_event_can_be_recorded(kind):
    whole = Row(
        kind=kind,
        comfort=2 if kind == "comfort" else None,
        asked_by="client" if kind == "comfort" else "",
        sign="face" if kind == "sign" else "",
        cue="B1" if kind == "breath" else "",
        words="Warm now." if kind == "note" else "",
    )

    assert violations(whole, [], _limits()) == ()


@pytest.mark.parametrize("kind", ["comfort", "sign", "breath", "note"])
def test_what_a_kind_records_has_to_be_there(kind):
    assert len(violations(Row(kind=kind), [], _limits())) == (2 if kind == "comfort" else 1)


@pytest.mark.parametrize(
    ("limits", "changes", "said"),
    [
        ({"locked": True}, {}, "not treated today"),
        ({"cap": 2, "cap_with_reason": 2}, {}, "up to 2 at Piriformis, left today. Choose less"),
        ({"cap": 2, "cap_with_reason": 4}, {}, "up to 4 with a reason"),
        ({"no_techniques": ["TQ_EFF"]}, {}, "Not this technique"),
        ({}, {"side": "R"}, "not part of this note"),
        ({}, {"structure": "MUS_XX"}, "Choose an area"),
        ({}, {"kind": "other"}, "Choose what this row records"),
        ({}, {"pressure": 6}, "from resting hand to 5"),
        ({}, {"comfort": 6}, "five steps"),
        ({}, {"asked_by": ""}, "who brought it up"),
    ],
)
def test_an_event_outside_the_limits_or_not_whole_is_refused_with_a_sentence(limits, changes, said):
    found = violations(_felt(**{"comfort": 2} | changes), [], _limits(**limits))

    assert len(found) == 1
    assert said in found[0]


@pytest.mark.parametrize("banned", ["SIDE", "SIDE:R"])
def test_a_banned_position_is_refused(banned):
    limits = _limits() | {"no_positions": [banned]}

    assert len(violations(_felt(2, position="SIDE:R"), [], limits)) == 1
    assert violations(_felt(2, position="PRONE"), [], limits) == ()


def test_a_raise_holds_up_to_the_cap_with_reason():
    raises = [Row(pressure=5)]

    assert violations(_felt(2, pressure=4), [], _limits(cap=2, cap_with_reason=4), raises=raises) == ()
    assert len(violations(_felt(2, pressure=5), [], _limits(cap=2, cap_with_reason=4), raises=raises)) == 1


@pytest.mark.parametrize(("times", "closed"), [(1, False), (2, True)])
def test_too_much_twice_closes_the_area_for_the_day(times, closed):
    earlier = [_felt(5)] * times

    assert bool(violations(_felt(2), earlier, _limits())) is closed
    assert violations(Row(kind="stop"), earlier, _limits()) == ()
    assert violations(Row(kind="note", words="Client is fine."), earlier, _limits()) == ()


def test_too_much_at_two_structures_of_one_region_closes_all_that_lies_in_it():
    earlier = [_felt(5), _felt(5, structure="MUS_DEEP6")]

    assert closed_today(earlier) == {"BTM:L"}
    assert "closed for today" in violations(_felt(2), earlier, _limits())[0]
    assert is_closed("MUS_GMAX", "L", closed_today(earlier))
    assert not is_closed("MUS_GMAX", "R", closed_today(earlier))
    assert not is_closed("MUS_ES", "L", closed_today(earlier))
    assert violations(_felt(2), earlier[:1], _limits()) == ()


def test_the_middle_of_the_body_is_one_region_for_both_sides():
    assert closed_today([_felt(5, structure="MUS_DIA"), _felt(5, structure="MUS_DIA", side="R")]) == {"ABD"}


def test_too_much_elsewhere_closes_nothing_here():
    earlier = [_felt(5, side="R"), _felt(5, structure="MUS_GMAX")] * 2

    assert violations(_felt(2), earlier, _limits()) == ()


@pytest.mark.parametrize("last", [_felt(5), _sign("nerve")])
def test_an_area_is_not_left_on_too_much_or_a_nerve_sign(last):
    leave = Row(kind="end_region")

    assert len(violations(leave, [last], _limits())) == 1
    assert violations(leave, [last, _felt(3)], _limits()) == ()


@pytest.mark.parametrize(
    ("then", "settled"),
    [
        ([_felt(1)], True),
        ([_felt(3)], True),
        ([_felt(4)], False),
        ([Row(kind="stop")], True),
        ([Row(kind="adjust", pressure=1)], False),
        ([_felt(2, side="R")], False),
        ([_felt(2), _felt(5)], False),
        ([_felt(2, sign="breath_held")], False),
        ([Row(kind="stop", comfort=5, asked_by="client")], True),
    ],
)
def test_only_an_eased_reading_or_a_stop_settles_an_area(then, settled):
    assert (unsettled([_felt(5), *then]) == ()) is settled


def test_a_sign_of_the_body_counts_as_nearly_too_much_even_when_the_client_says_fine():
    found = indices([_felt(3, sign="face"), _sign("fists"), _felt(2)])

    assert (found.c4, found.readings, found.peak) == (2, 2, {"MUS_PIR:L": 3})


def test_time_in_target_runs_from_one_reading_to_the_next():
    rows = [_felt(2), _felt(4, seconds=60), _felt(3, seconds=80), Row(kind="stop", seconds=100)]

    assert indices(rows).in_target == 80


def test_the_last_reading_lasts_until_the_end():
    assert indices([_felt(4), _felt(2, seconds=30)], ended=NOON + timedelta(seconds=120)).in_target == 75


def test_the_response_is_timed_from_too_much_to_less_pressure_there():
    rows = [
        _felt(5, pressure=4),
        Row(kind="adjust", pressure=2, side="R", seconds=2),
        Row(kind="adjust", pressure=3, seconds=6),
        _sign("nerve", pressure=3, seconds=60),
        Row(kind="stop", pressure=3, seconds=70),
    ]

    found = indices(rows)

    assert (found.response_seconds, found.c5, found.nerve_signs) == (8.0, 1, 1)


def test_the_peak_is_the_highest_pressure_that_felt_good():
    rows = [_felt(3, pressure=3), _felt(4, pressure=5), _felt(2, pressure=2), _felt(1, pressure=4, side="R")]

    assert indices(rows).peak == {"MUS_PIR:L": 3, "MUS_PIR:R": 4}


def test_nothing_recorded_has_no_indices():
    found = indices([])

    assert (found.in_target, found.response_seconds, found.peak) == (None, None, {})


@pytest.mark.parametrize(
    ("known", "lowered"),
    [
        ({}, False),
        ({"first_visit": True}, True),
        ({"age": 74}, False),
        ({"age": 75}, True),
        ({"flags": {"C_MASK"}}, True),
        ({"flags": {"C_CENTRAL"}}, True),
        ({"flags": {"C_FLARE"}}, True),
        ({"flags": {"C_STEN"}}, False),
    ],
)
def test_the_target_is_two_and_three_or_two_alone(known, lowered):
    band = target_band(**{"flags": set(), "first_visit": False, "age": 40} | known)

    assert band == ({Comfort.C2} if lowered else {Comfort.C2, Comfort.C3})
