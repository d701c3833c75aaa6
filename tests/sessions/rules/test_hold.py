"""One round in seconds: the doses of clinical reference 5.1, sides, rests, sets, breath."""

import pytest

from sessions.rules.hold import Kind, Step, minutes, round_of, seconds_of
from sessions.rules.stretches import DOSES, STRETCHES, dose_for

HOME = [stretch for stretch in STRETCHES.values() if stretch.home]


def steps(code: str, side: str, *, level: int = 2, age: int = 40, **changes: int) -> tuple[Step, ...]:
    """The round of ``code`` in the dose of the reference, with what is changed in it."""
    stretch = STRETCHES[code]
    dose = dose_for(stretch, age=age, level=level)
    values = {name: getattr(dose, name) for name in ("hold_seconds", "repetitions", "sets")} | changes
    return round_of(stretch, side=side, level=level, **values)


def told(found: tuple[Step, ...]) -> list[tuple[str, int, str]]:
    """Kind, seconds and side of each step."""
    return [(step.kind.value, step.seconds, step.side) for step in found]


@pytest.mark.parametrize(
    ("code", "side", "expected"),
    [
        ("PR-01", "L", "ready 10 L, hold 30 L, rest 10 L, hold 30 L, rest 10 L, hold 30 L"),
        ("PR-05", "R", "ready 10 R, hold 15 R, rest 10 R, hold 15 R, rest 10 R, hold 15 R"),
        ("AD-01", "B", "ready 10, hold 30, rest 10, hold 30, rest 10, hold 30"),
        ("GL-02", "B", "ready 10, move 60, rest 30, move 60"),
        ("LB-02", "B", "ready 10, move 60"),
        ("NE-01", "R", "ready 10 R, move 60 R"),
        ("PR-12", "L", "ready 10 L, hold 5 L, rest 3 L, hold 5 L, rest 3 L, hold 5 L"),
        ("SM-01", "L", "ready 10 L, hold 30 L, rest 10 L, hold 30 L"),
        ("BR-01", "B", "ready 10, hold 300"),
        ("BR-02", "B", "ready 10, hold 600"),
        ("BR-03", "B", "ready 10, hold 120"),
    ],
)
def test_a_round_follows_the_dose_of_the_reference(code, side, expected):
    found = [f"{kind} {seconds} {side}".strip() for kind, seconds, side in told(steps(code, side))]

    assert ", ".join(found) == expected


def test_from_sixty_five_years_on_it_is_held_longer_and_less_often():
    assert [step.seconds for step in steps("PR-01", "L", age=65) if step.is_work] == [45, 45]


def test_both_sides_one_after_the_other_are_parted_by_a_change_that_names_the_next():
    found = steps("PR-01", "B", repetitions=2)

    assert told(found) == [
        ("ready", 10, "R"),
        ("hold", 30, "R"),
        ("rest", 10, "R"),
        ("hold", 30, "R"),
        ("change", 10, "L"),
        ("hold", 30, "L"),
        ("rest", 10, "L"),
        ("hold", 30, "L"),
    ]
    assert found[4].title == "Now the left side"


def test_sets_on_both_sides_alternate():
    found = steps("GL-03", "B")

    assert [(step.kind, step.side, step.set_number) for step in found if step.is_work] == [
        (Kind.MOVE, "R", 1),
        (Kind.MOVE, "L", 1),
        (Kind.MOVE, "R", 2),
        (Kind.MOVE, "L", 2),
    ]
    assert [step.title for step in found if step.kind == Kind.CHANGE] == [
        "Now the left side: the leg on top",
        "Now the right side: the leg on top",
        "Now the left side: the leg on top",
    ]


@pytest.mark.parametrize(
    ("code", "side", "titles"),
    [
        ("PR-01", "L", "Get into position, left side / Hold 1 of 3, left side / Rest / Hold 2 of 3, left side"),
        ("PR-05", "R", "Get into position, right side: the leg on top / Hold 1 of 3, right side / Rest"),
        ("GL-02", "B", "Get into position / Set 1 of 2: 10 times / Rest / Set 2 of 2: 10 times"),
        ("GL-03", "R", "Get into position, right side: the leg on top / Set 1 of 2: 10 times, right side"),
        ("NE-01", "L", "Get into position, left side: the knee that straightens / 10 times, left side"),
        ("BR-01", "B", "Get into position / Breathe"),
        ("BR-03", "B", "Get into position / Break from sitting"),
    ],
)
def test_every_step_says_what_to_do_and_on_which_side(code, side, titles):
    expected = titles.split(" / ")

    assert [step.title for step in steps(code, side)][: len(expected)] == expected


@pytest.mark.parametrize(
    ("code", "level", "breath"),
    [("PR-01", 2, (4, 6)), ("BR-01", 1, (3, 4)), ("BR-01", 2, (4, 6)), ("BR-01", 3, (4, 8)), ("PR-12", 2, ())],
)
def test_the_breath_is_counted_as_the_reference_says_and_not_where_one_breathes_normally(code, level, breath):
    assert {step.breath for step in steps(code, "B", level=level) if step.kind == Kind.HOLD} == {breath}


def sides(code: str, side: str) -> set[str]:
    """The sides on which a round of ``code`` works."""
    return {step.side for step in steps(code, side, level=STRETCHES[code].levels[-1]) if step.is_work}


@pytest.mark.parametrize("code", [stretch.code for stretch in HOME if not stretch.both_sides])
def test_a_stretch_of_one_side_works_on_the_planned_side_or_on_both(code):
    assert [sides(code, side) for side in ("L", "R", "B")] == [{"L"}, {"R"}, {"L", "R"}]


@pytest.mark.parametrize("code", [stretch.code for stretch in HOME if stretch.both_sides])
def test_a_stretch_that_moves_both_sides_names_none(code):
    assert sides(code, "B") == {""}


@pytest.mark.parametrize("stretch", HOME, ids=lambda stretch: stretch.code)
def test_every_round_begins_with_getting_ready_and_ends_with_work(stretch):
    found = steps(stretch.code, "B", level=stretch.levels[-1])

    assert (found[0].kind, found[-1].is_work) == (Kind.READY, True)
    assert all(step.seconds > 0 for step in found)


@pytest.mark.parametrize("dose", DOSES.values(), ids=list(DOSES))
def test_what_is_counted_has_its_tempo_and_what_is_held_several_times_its_rest(dose):
    if dose.hold_seconds and dose.repetitions > 1:
        assert dose.rest_seconds
    if not dose.hold_seconds and dose.code != "NE-03":
        assert len(dose.move_seconds) == 2
        assert dose.set_rest_seconds


@pytest.mark.parametrize(("seconds", "expected"), [(1, 1), (89, 1), (90, 2), (540, 9), (569, 9), (570, 10)])
def test_minutes_are_told_to_the_nearest_and_never_as_none(seconds, expected):
    assert minutes(seconds) == expected


def test_the_length_of_a_round_is_that_of_its_steps():
    assert seconds_of(steps("PR-01", "L")) == 10 + 3 * 30 + 2 * 10
