"""The pressure that was tolerated in each region, over the visits."""

from datetime import date

from sessions.rules.tolerance import Felt, Visit, region_of, tolerated


def _visit(day, *felt):
    return Visit(date(2026, 1, day), tuple(Felt(*each) for each in felt))


def _peaks(drawing):
    return {strip.place: [cell.pressure for cell in strip.cells] for strip in drawing.strips}


def test_the_highest_pressure_up_to_c3_counts():
    visit = _visit(1, ("MUS_PIR", "L", 2, 2), ("MUS_PIR", "L", 4, 4), ("MUS_PIR", "L", 3, 3), ("MUS_PIR", "L", 1, 1))

    assert _peaks(tolerated([visit])) == {"BTM:L": [3]}


def test_sides_are_apart():
    visit = _visit(1, ("MUS_PIR", "L", 2, 2), ("MUS_PIR", "R", 4, 3))

    assert _peaks(tolerated([visit])) == {"BTM:L": [2], "BTM:R": [4]}


def test_a_region_that_was_never_tolerated_is_shown_as_worked():
    strip = tolerated([_visit(1, ("MUS_PIR", "L", 1, 5))]).strips[0]

    assert (strip.known, strip.cells[0].worked, strip.cells[0].pressure) == ((), True, None)


def test_a_resting_hand_is_a_pressure():
    assert tolerated([_visit(1, ("MUS_PIR", "L", 0, 3))]).strips[0].known[0].pressure == 0


def test_a_visit_without_the_region_is_a_gap():
    drawing = tolerated([_visit(1, ("MUS_PIR", "L", 2, 2)), _visit(2, ("MUS_GMED", "L", 3, 3))])

    assert _peaks(drawing) == {"BTU:L": [None, 3], "BTM:L": [2, None]}
    assert not drawing.strips[0].cells[0].worked


def test_several_structures_of_one_region_are_one_strip():
    visit = _visit(1, ("MUS_PIR", "L", 2, 2), ("MUS_GEMS", "L", 3, 3))

    assert region_of("MUS_GEMS", "L") == "BTM:L"
    assert _peaks(tolerated([visit])) == {"BTM:L": [3]}


def test_no_visit_draws_nothing():
    assert tolerated([]).strips == ()


def test_eight_visits_stay_inside_the_drawing():
    drawing = tolerated([_visit(day, ("MUS_PIR", "L", 2, 2)) for day in range(1, 9)])

    assert max(cell.x for cell in drawing.strips[0].cells) + drawing.cell <= drawing.width
