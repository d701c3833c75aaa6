"""What the treatment page draws: limits, worked areas and the hands on the picture, always on the right side."""

from datetime import timedelta

import pytest
from django.utils import timezone

from sessions.actions import note as actions
from sessions.queries.note import own_draft, treatment
from tests import factories
from tests.sessions.factories import check_in, decide, decided_client, draft, draft_with_rows, event, therapist

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


# --- what is off, and why -----------------------------------------------------------------------------------------


def _room(note, **about):
    return treatment(own_draft(note.therapist, note.uuid), **about)


def _draft_of(**answers):
    tess = therapist()
    return draft(tess, decided_client(tess, **answers)[0])


def _off(each):
    return {one.what: one.why for one in each}


def test_a_thigh_without_a_written_yes_says_so_on_the_map_and_in_the_list():
    room = _room(_draft_of(cs_thigh={"back": True, "outer": True, "inner": False}))

    assert _off(room.off_regions) == {"Inner thigh, both sides": "No agreement for buttock or thigh work"}
    group = next(group for group in room.groups if group.code == "THI")
    assert group.why_off == ("No agreement for buttock or thigh work",)


def test_a_buttock_without_a_written_yes_is_off_on_that_side_alone():
    room = _room(_draft_of(cs_glute={"left": True, "right": False, "mode": "over"}))

    group = next(group for group in room.groups if group.code == "BTM")
    assert group.why_off == ("Right: No agreement for buttock or thigh work",)


def test_a_structure_that_reaches_into_a_closed_region_is_named():
    room = _room(_draft_of(gl_avoid=["BTL:R"]))

    group = next(group for group in room.groups if group.code == "BTU")
    assert group.why_off == ("Gluteus maximus, right: Place you asked us to leave",)


def test_what_the_therapist_left_out_says_by_whom():
    tess = therapist()
    client, _decision = decided_client(tess)
    today = check_in(client, tess)
    note = actions.open_note(check_in=today, location=factories.location(), regions_set={"L_LUMP": "LBK:L"}, by=tess)

    assert _off(_room(note).off_regions)["Low back, left"] == "set by the therapist"


def test_a_region_that_nobody_lists_is_drawn_as_shut_as_well():
    shapes = _shapes(_draft_of(gl_avoid=["NCK:L", "COC"]))

    assert shapes["NCK:L"][0] == "shut"
    assert shapes["COC"][0] == "shut"
    assert shapes["NCK:R"][0] == ""


def test_a_region_closed_for_the_day_is_drawn_and_said():
    note = draft()
    event(note, comfort=5)
    event(note, structure="MUS_DEEP6", comfort=5)

    room = _room(note)

    assert "shut" in _shapes(note)["BTM:L"][0].split()
    assert "shut" not in _shapes(note)["BTM:R"][0].split()
    assert "closed for today" in _off(room.off_regions)["Deep middle of buttock, left"]
    assert not any(level.allowed for level in room.pressures)
    assert (room.current.is_off, room.suggestion) == (True, None)
    assert {place.place for place in room.places if place.closed} >= {"MUS_PIR:L", "MUS_GMAX:L", "MUS_QF:L"}


def test_an_area_left_on_too_much_in_a_region_closed_since_is_settled_by_going_back():
    note = draft()
    event(note, comfort=5)
    event(note, structure="MUS_DEEP6", comfort=5)

    row = _room(note).arrival("MUS_PIR", "L")
    actions.record_event(note=note, client_uuid=note.uuid, by=note.therapist, **row)

    assert row["kind"] == "stop"
    assert [area.place.structure for area in _room(note).worked if area.owed] == ["MUS_DEEP6"]


def test_techniques_and_positions_that_are_off_say_why():
    note = _draft_of(md_class=["doac"], sf_preg="maybe", sf_preg_alarm=["none"], ab_sex="female")
    event(note, pressure=1, position="SIDE:L")

    room = _room(note)

    techniques, positions = _off(room.off_techniques), _off(room.off_positions)
    assert set(positions) == {"face down; on the back"}
    assert all(techniques.values())
    assert "cross-fibre friction" in next(what for what, why in techniques.items() if "thinner" in why.lower())


def test_a_technique_banned_at_one_place_is_off_there_alone():
    note = draft()
    event(note, structure="MUS_POP", pressure=1)

    there = _off(_room(note).off_techniques)
    event(note, structure="MUS_ES", pressure=1)
    here = _off(_room(note).off_techniques)

    assert set(there.values()) == {"standing rule of the treatment room"}
    assert "elbow or tool" in next(iter(there))
    assert here == {}


# --- the comfort window -------------------------------------------------------------------------------------------


def _second_visit(anew=None, *, most=3, **answers):
    """A follow-up of somebody who found piriformis left pleasant at 2 and delicious at 3 a week ago."""
    tess = therapist()
    earlier = timezone.now() - timedelta(days=7)
    client, _decision = decided_client(tess, at=earlier)
    first = draft_with_rows(tess, client, at=earlier)
    if most > 3:
        event(first, pressure=most, comfort=3, at=earlier + timedelta(minutes=9))
    actions.sign_note(note=first, by=tess, at=earlier + timedelta(hours=1))
    if anew:
        decide(client, tess, **anew)
    today = check_in(client, tess, **answers)
    note = actions.open_note(check_in=today, location=factories.location(), by=tess)
    actions.record_event(
        note=note,
        client_uuid=note.uuid,
        by=tess,
        **_room(note).arrival("MUS_PIR", "L"),
    )
    return note, earlier


def test_a_start_is_suggested_below_what_was_delicious_last_time():
    note, earlier = _second_visit()

    suggestion = _room(note).suggestion

    day = f"{timezone.localdate(earlier):%-d %b}"
    assert (suggestion.start, suggestion.reason) == ("2", f"Good from 2 to 3: Delicious at 3 on {day}.")


def test_sore_the_day_after_lowers_the_start_and_says_so():
    note, _earlier = _second_visit(ck_after="sore_short")

    suggestion = _room(note).suggestion

    assert suggestion.start == "1"
    assert "Sore the day after: one less." in suggestion.reason


def test_the_cap_of_today_stands_above_the_suggestion():
    note, _earlier = _second_visit({"md_class": ["doac"]}, most=4)

    room = _room(note)

    assert (room.cap, room.suggestion.start) == (2, "2")
    assert "Today's limit is 2." in room.suggestion.reason


def test_once_something_was_felt_today_no_start_is_suggested():
    note, _earlier = _second_visit()
    event(note)

    suggestion = _room(note).suggestion

    assert suggestion.start == ""
    assert "Delicious at 3" in suggestion.reason


def test_an_area_that_was_never_worked_on_has_no_window():
    note, _earlier = _second_visit()
    event(note, side="R", pressure=1)

    assert _room(note).suggestion is None


# --- the quiet line -----------------------------------------------------------------------------------------------


def test_the_line_is_the_prompt_that_is_due_and_the_page_knows_when_the_next_ones_are():
    note = draft()
    row = event(note, pressure=4)

    room = _room(note, now=row.at + timedelta(seconds=10))

    due = {each.code: seconds for each, seconds in room.timed_prompts}
    assert room.prompt.code == "warm_first"
    assert (due["warm_first"], due["longest_deep"], due["ask"]) == (0, 20, 50)


def test_an_undone_row_prompts_nothing():
    note = draft()
    row = event(note, pressure=4)
    actions.void_event(event=row, reason="undo", by=note.therapist)

    assert _room(note).prompts == ()


def test_after_the_treatment_nothing_prompts():
    note = draft()
    event(note, pressure=4)
    actions.end_note(note=note, by=note.therapist)

    assert _room(note).prompts == ()
