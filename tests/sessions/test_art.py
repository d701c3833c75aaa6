"""The drawn stretches: what is committed is what the poses draw, and every file is plain, small and self-contained."""

import xml.etree.ElementTree as ElementTree

import pytest

from sessions.art import poses
from sessions.art.body import Body, PoseError
from sessions.art.pictures import FOLDER, PICTURES, every_file
from sessions.art.space import RIGHT, UP, VIEWER, Camera, Disc, V, between, hull

FILES = sorted(FOLDER.glob("*.svg"))
#: Elements that draw; anything else (script, style, text, image, use, foreignObject …) has no place in a picture.
DRAWS = {"svg", "g", "path", "circle"}
MOST_BYTES = 9 * 1024


def test_the_committed_pictures_are_what_the_poses_draw():
    committed = {path.name: path.read_text(encoding="utf-8") for path in FILES}

    assert len(poses.__all__) == 6
    assert committed == every_file(), "Draw them again: python -m sessions.art"


def test_drawing_twice_gives_the_same_bytes():
    assert every_file() == every_file()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_picture_is_well_formed_and_holds_nothing_but_shapes(path):
    elements = list(ElementTree.fromstring(path.read_bytes()).iter())  # noqa: S314

    assert {element.tag.removeprefix("{http://www.w3.org/2000/svg}") for element in elements} <= DRAWS
    assert not {name for element in elements for name in element.attrib} & {"style", "class", "href", "onload"}
    assert not [element for element in elements if (element.text or "").strip()]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_picture_is_small(path):
    assert path.stat().st_size <= MOST_BYTES


def test_the_outline_of_two_equal_discs_is_a_capsule():
    path = hull([Disc(0, 0, 1), Disc(4, 0, 1)])

    assert path == "M0 1A1 1 0 0 1 0 -1L4 -1A1 1 0 0 1 4 1Z"


def test_a_disc_inside_another_leaves_no_trace():
    assert hull([Disc(0, 0, 3), Disc(1, 0, 1)]) == hull([Disc(0, 0, 3)])


def test_the_camera_keeps_sizes_and_sees_what_is_near():
    camera = Camera(turn=90)

    seen = camera.disc(V(5, 2, 0), 1)

    assert (round(seen.x, 6), round(seen.y, 6), round(seen.depth, 6)) == (0, -2, 5)


def test_the_right_side_of_a_body_that_faces_the_viewer_is_on_the_left_of_the_picture():
    body = Body(V(0, 50, 0), facing=VIEWER, up=UP)

    assert body.hip("R").x < 0 < body.hip("L").x


@pytest.mark.parametrize("pose", [{"knee": 170}, {"flex": 160}, {"flex": -60}])
def test_a_pose_that_no_body_can_take_is_refused(pose):
    body = Body(V(0, 50, 0), facing=RIGHT, up=UP)

    with pytest.raises(PoseError):
        body.leg("R", **pose)


def test_a_hand_that_cannot_reach_is_refused():
    body = Body(V(0, 50, 0), facing=RIGHT, up=UP)

    with pytest.raises(PoseError, match="R arm cannot reach"):
        body.reach("R", V(0, -40, 0), elbow=RIGHT)


# --- the poses do what the steps say ------------------------------------------------------------------------------


def _bodies(name: str) -> list[Body]:
    drawn = PICTURES[name]()
    scenes = drawn if isinstance(drawn, tuple) else (drawn,)
    return [body for scene in scenes for body in scene.bodies]


def _point(body: Body, name: str) -> V:
    """A point by its name: "R.knee", "L.tip" (fingers), "L.shoulder", "head"."""
    if name == "head":
        return body.skull
    side, what = name.split(".")
    if what in ("hip", "shoulder"):
        return getattr(body, what)(side)
    return getattr(body.arms[side], what) if what in ("wrist", "tip", "elbow") else getattr(body.legs[side], what)


#: Picture, frame, and two points that touch (how far apart their middles may be), from the steps of 5.4.
TOUCHES = [
    ("pr-01-1", 0, "R.ankle", "L.knee", 11),
    ("pr-01-2", 0, "R.ankle", "L.knee", 11),
    ("pr-02-2", 0, "L.wrist", "R.knee", 10),
    ("pr-02-3", 0, "L.wrist", "R.knee", 10),
    ("pr-03-2", 0, "R.ankle", "L.knee", 11),
    ("pr-04-1", 0, "L.wrist", "R.knee", 10),
    ("pr-04-2", 0, "L.wrist", "R.knee", 10),
    ("pr-04-2", 0, "R.wrist", "R.knee", 10),
    ("pr-10-2", 0, "R.ankle", "L.knee", 11),
    ("pr-12-2", 0, "R.ankle", "L.knee", 11),
    ("pr-12-2", 0, "L.wrist", "R.ankle", 8),
    ("gl-01-2", 0, "R.wrist", "R.knee", 11),
    ("gl-01-2", 0, "L.wrist", "R.knee", 11),
    ("gl-03-2", 1, "R.heel", "L.heel", 9),
    ("hf-02-2", 0, "R.wrist", "L.knee", 11),
    ("hf-03-2", 0, "R.wrist", "R.ankle", 8),
    ("hf-03-3", 0, "R.wrist", "R.ankle", 8),
    ("ad-01-2", 0, "R.ankle", "L.ankle", 9),
    ("pr-06-3", 0, "L.ankle", "R.knee", 12),
    ("pr-11-3", 0, "L.tip", "R.tip", 8),
    ("br-03-1", 0, "L.wrist", "L.knee", 12),
]


@pytest.mark.parametrize(("name", "frame", "first", "second", "most"), TOUCHES)
def test_what_holds_or_rests_on_what_is_drawn_as_the_steps_say(name, frame, first, second, most):
    body = _bodies(name)[frame]

    assert (_point(body, first) - _point(body, second)).length <= most


@pytest.mark.parametrize(
    ("name", "frame", "joint", "least", "most"),
    [
        ("ha-01-1", 0, "R", 25, 35),  # knee bent 30°
        ("ha-01-2", 0, "R", 5, 20),  # knee soft
        ("ha-01-3", 0, "R", 0, 1),  # knee straight
        ("pr-07-2", 0, "R", 88, 92),  # knee 90°
        ("ca-01-2", 0, "R", 0, 8),  # back knee straight
        ("ca-01-3", 1, "R", 15, 60),  # "knee slightly bent version too"
        ("br-02-2", 0, "R", 80, 100),  # hips and knees 90°
    ],
)
def test_knees_are_bent_as_far_as_the_steps_say(name, frame, joint, least, most):
    assert least <= _bodies(name)[frame].legs[joint].bend <= most


@pytest.mark.parametrize("name", ["pr-05-1", "pr-05-2", "pr-05-3", "gl-03-2", "gl-04-2", "hf-03-2"])
def test_on_the_side_the_side_that_works_is_up(name):
    assert all(body.hip("R").y > body.hip("L").y + 5 for body in _bodies(name))


@pytest.mark.parametrize("name", ["pr-02-1", "pr-02-2", "pr-02-3", "pr-04-1", "pr-04-2", "pr-04-3"])
def test_the_knee_is_drawn_over_to_the_other_side(name):
    body = _bodies(name)[0]

    across = (body.legs["R"].knee - body.pelvis).dot(body.frame.right)

    assert across < body.frame.right.dot(body.hip("R") - body.pelvis) - 5


@pytest.mark.parametrize("knee", [0, 30, 95, 142])
def test_the_front_of_a_thigh_is_its_front_however_far_the_knee_bends(knee):
    body = Body(V(0, 50, 0), facing=RIGHT, up=UP).leg("R", knee=knee)

    ahead = body.thigh("R", 0.5, front=3) - body.thigh("R", 0.5)

    assert (round(ahead.x, 6), round(ahead.y, 6), round(ahead.z, 6)) == (3, 0, 0)


@pytest.mark.parametrize("name", ["hf-03-1", "hf-03-2", "hf-03-3"])
def test_heel_to_seat_glows_on_the_front_of_the_thigh(name):
    body = _bodies(name)[0]
    leg = body.legs["R"]

    ahead = body.thigh("R", 0.5, front=3) - body.thigh("R", 0.5)

    assert ahead.dot((leg.ankle - leg.knee).unit) < 0 < ahead.dot(body.frame.front)


def test_the_ankle_rests_on_top_of_the_thigh_that_fell_inward():
    body = _bodies("pr-06-3")[0]

    assert body.legs["L"].ankle.y > body.legs["R"].knee.y + 3


def test_the_crossed_leg_lies_over_the_other_one():
    legs = _bodies("pr-04-1")[0].legs

    assert legs["R"].knee.y > legs["L"].knee.y + 4


@pytest.mark.parametrize("name", ["pr-08-2", "pr-08-3"])
def test_both_hands_rest_on_the_bed_beyond_the_shin(name):
    body = _bodies(name)[0]

    assert all(arm.tip.x > body.legs["R"].ankle.x + 5 for arm in body.arms.values())
    assert {round(arm.tip.y) for arm in body.arms.values()} == {44}


def test_one_heel_is_lifted_and_its_toes_stay_down():
    legs = _bodies("lb-01-3")[0].legs

    assert legs["R"].heel.y > legs["L"].heel.y + 3
    assert abs(legs["R"].ball.y - legs["L"].ball.y) < 1


def test_the_foot_falls_outward_face_down():
    body = _bodies("pr-07-2")[0]

    assert (body.legs["R"].ankle - body.legs["R"].knee).dot(body.frame.right) > 5


def test_the_knee_falls_inward_on_the_back():
    right = _bodies("pr-06-2")[0].legs["R"]

    assert right.knee.z < right.ankle.z - 5


def test_the_bird_dog_lifts_the_opposite_arm():
    start, end = _bodies("lb-07-2")

    assert end.legs["R"].ankle.y > start.legs["R"].ankle.y + 20
    assert end.arms["L"].tip.y > start.arms["L"].tip.y + 20
    assert end.arms["R"].tip == start.arms["R"].tip


def test_the_slider_looks_up_with_a_straight_knee_and_down_with_a_bent_one():
    straight, bent = _bodies("ne-01-2")

    assert straight.head.front.y > 0.3 > -0.3 > bent.head.front.y
    assert straight.legs["R"].bend < 30 < 80 < bent.legs["R"].bend


def test_the_lying_slider_points_the_toes_away_with_a_straight_knee():
    bent, straight = _bodies("ne-02-2")

    pointed = [between(body.legs["R"].toe, body.legs["R"].front) for body in (bent, straight)]

    assert bent.legs["R"].bend > straight.legs["R"].bend + 30
    assert pointed[0] < 20 < 30 < pointed[1]


@pytest.mark.parametrize("name", sorted(PICTURES))
def test_nobody_sinks_into_the_floor(name):
    low = [
        point
        for body in _bodies(name)
        for limb in [*body.legs.values(), *body.arms.values()]
        for point in (getattr(limb, "ankle", None) or limb.wrist, getattr(limb, "knee", None) or limb.elbow)
        if point.y < 1.5
    ]

    assert low == []


@pytest.mark.parametrize("name", sorted(PICTURES))
def test_both_sides_of_a_body_have_all_limbs(name):
    assert all(set(body.legs) == set(body.arms) == {"L", "R"} for body in _bodies(name))
