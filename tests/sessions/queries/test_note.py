"""What the treatment page draws: limits, worked areas and the hands on the picture, always on the right side."""

import pytest

from sessions.queries.note import own_draft, treatment
from tests.sessions.factories import decided_client, draft, event, therapist

pytestmark = pytest.mark.django_db


def _shapes(note) -> dict[str, tuple[str, int | None]]:
    """Stored region code -> (look, number), of both views; a number wins over the close-up without one."""
    room = treatment(own_draft(note.therapist, note.uuid))
    found: dict[str, tuple[str, int | None]] = {}
    for one in room.map["pictures"]:
        for shape in one["picture"].shapes:
            if shape.code and (shape.number is not None or shape.code not in found):
                found[shape.code] = (shape.mark, shape.number)
    return found


def test_a_worked_area_shows_its_newest_pressure_on_its_own_side_alone():
    note = draft()
    event(note, structure="MUS_GMAX", side="L", pressure=1)
    event(note, structure="MUS_GMAX", side="L", pressure=2)

    shapes = _shapes(note)

    assert shapes["BTU:L"][1] == 2
    assert "p2" in shapes["BTU:L"][0].split()
    assert shapes["BTU:R"][1] is None


def test_the_hands_are_marked_where_the_newest_row_is():
    note = draft()
    event(note, structure="MUS_GMAX", side="L", pressure=1)
    event(note, structure="MUS_PIR", side="R", pressure=1)

    marked = [code for code, (look, _number) in _shapes(note).items() if "sel" in look.split()]

    assert marked == ["BTM:R"]


def test_a_capped_area_is_drawn_as_limited_and_a_locked_one_as_shut():
    tess = therapist()
    client, _decision = decided_client(tess, cs_thigh={"back": True, "outer": True, "inner": False})

    shapes = _shapes(draft(tess, client))

    assert "lim" in shapes["LLO:L"][0].split()  # standing rule: the peroneal nerve lies close to the surface
    assert "shut" in shapes["THI:L"][0].split()  # no consent for the inner thigh


def test_the_page_opens_the_window_of_the_hands():
    note = draft()
    event(note, structure="MUS_GAST", side="L", pressure=1)

    room = treatment(own_draft(note.therapist, note.uuid))

    assert [name for name, _label, opens in room.map["windows"] if opens] == ["legs"]
