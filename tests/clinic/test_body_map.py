"""The drawn body: every region has its shapes, left is left, and what is committed is what the tool draws."""

import re

import pytest

from clinic.art import draw_body
from clinic.body_map import WINDOWS, change_marks, picture, pictures, thumbnails
from clinic.vocabulary import REGIONS


def _stored(code: str) -> list[str]:
    return [f"{code}:L", f"{code}:R"] if REGIONS[code].sided else [code]


def test_the_committed_drawing_is_what_the_tool_draws():
    assert draw_body.DRAWN.read_text(encoding="utf-8") == draw_body.as_text()


def test_the_drawing_keeps_its_promises():
    assert draw_body.problems() == []


@pytest.mark.parametrize("view", ["back", "front"])
def test_every_region_of_a_view_has_a_shape_for_each_side(view):
    expected = {stored for code, region in REGIONS.items() if view in region.views for stored in _stored(code)}

    drawn = {shape.code for shape in picture(view, "", {}).shapes if shape.code}

    assert drawn >= expected
    assert drawn <= {stored for code in REGIONS for stored in _stored(code)}


@pytest.mark.parametrize(("view", "left_is_smaller"), [("back", True), ("front", False)])
def test_left_is_the_clients_left(view, left_is_smaller):
    shapes = picture(view, "", {}).shapes
    middle = 1000

    wrong = [shape.code for shape in shapes if shape.code.endswith(":L") and (shape.x < middle) is not left_is_smaller]

    assert wrong == []


def test_the_saddle_area_is_never_drawn():
    assert "SAD" not in {shape.code for view in ("back", "front") for shape in picture(view, "", {}).shapes}


def test_marks_reach_every_shape_of_their_region_and_no_other():
    marked = [shape for one in pictures("whole", {"FTO:L": "on"}) for shape in one.shapes if shape.mark]

    assert {shape.code for shape in marked} == {"FTO:L"}
    assert len(marked) == 4  # on the foot and in its close-up, from behind and from the front


@pytest.mark.parametrize("window", WINDOWS)
def test_every_window_lies_inside_the_drawing(window):
    for _view, box in WINDOWS[window]:
        x, y, width, height = map(int, box.split())
        assert x >= 0
        assert y >= 0
        assert x + width <= 2000
        assert y + height <= 4800


def test_path_data_is_short_and_holds_nothing_but_numbers():
    for view in ("back", "front"):
        assert all(re.fullmatch(r"M[\d -]+l[\d -]+Z", shape.d) for shape in picture(view, "", {}).shapes)


# --- thumbnails


def test_what_came_is_new_and_what_went_is_marked_as_gone():
    assert change_marks({"BTM:L": "on", "THB:L": "travel"}, {"BTM:L": "on", "CLF:L": "travel"}) == {
        "BTM:L": "on",
        "CLF:L": "travel new",
        "THB:L": "gone",
    }


def test_two_thumbnails_have_the_same_cut():
    was, now = thumbnails([{"BTM:L": "on"}, {"CLF:L": "on"}])

    assert [one.box for one in was] == [one.box for one in now]


@pytest.mark.parametrize(("code", "views"), [("BTM:L", ["back"]), ("SHN:L", ["back", "front"]), ("SAD", ["back"])])
def test_the_front_is_shown_where_the_back_does_not_show_it(code, views):
    assert [one.view for one in thumbnails([{code: "on"}])[0]] == views


@pytest.mark.parametrize("code", [code for code, region in REGIONS.items() if region.views])
def test_every_marked_region_lies_inside_its_thumbnail(code):
    drawn = thumbnails([{_stored(code)[0]: "on"}])[0]

    inside = []
    for one in drawn:
        x, y, width, height = map(int, one.box.split())
        inside += [
            x <= shape.x <= x + width and y <= shape.y <= y + height
            for shape in one.shapes
            if shape.mark and shape.code == _stored(code)[0]
        ]
    assert any(inside)
