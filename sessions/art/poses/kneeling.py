"""Hands and knees, half kneeling, sitting on the heels: facing right, the right side toward the viewer."""

from __future__ import annotations

from math import cos, radians, sin

from sessions.art.body import SOLE, Body
from sessions.art.pictures import Drawing, picture
from sessions.art.scene import Scene
from sessions.art.space import AWAY, DOWN, LEFT, RIGHT, UP, VIEWER, Camera, V

SIDE = Camera(-14, 12)
#: Height of a knee that bears weight, and of the ankle behind it.
KNEE, ANKLE = 4.6, 2.9


def mat(x0: float, x1: float, camera: Camera = SIDE, wide: float = 14) -> Scene:
    return Scene(camera).box((x0, x1), (-1.6, 0), (-wide, wide))


def kneel(body: Body, side: str, x: float, *, z: float = 5) -> Body:
    """The knee on the mat at ``x``, the shin long behind it."""
    out = 1 if side == "R" else -1
    return body.step(side, V(x - 24.4, ANKLE, z * out), knee=RIGHT * 0.6 + DOWN, toe=LEFT + DOWN * 0.05)


def all_fours(lumbar: float = 0, chest: float = 0, *, head: float = 0) -> Body:
    """Hands under the shoulders, knees under the hips."""
    high = KNEE + 25.3
    # The arms stay straight: the trunk slopes so that the shoulders keep their height while the back rounds.
    for tilt in range(-40, 60):
        slope = radians(-tilt)
        body = Body(V(0, high, 0), facing=V(-sin(slope), -cos(slope), 0), up=V(cos(slope), -sin(slope), 0))
        body.trunk(lumbar=lumbar, chest=chest).look(flex=head)
        if body.shoulder("R").y > 35.6:
            break
    for side in "LR":
        kneel(body, side, 0)
    return hands_down(body)


def hands_down(body: Body, sides: str = "LR") -> Body:
    for side in sides:
        shoulder = body.shoulder(side)
        out = 1 if side == "R" else -1
        body.reach(side, V(shoulder.x + 2, 2.2, shoulder.z), elbow=LEFT + V(0, 0, 0.3 * out), hand=RIGHT)
    return body


# --- LB-02: cat and level -----------------------------------------------------------------------------------------


def cat(lumbar: float, chest: float, head: float, *, arrow: bool = False) -> Scene:
    body = all_fours(lumbar, chest, head=head)
    scene = mat(-34, 46).body(body)
    if arrow:
        back = body.spine[2] + body.lumbar.at(0, -3, -9)
        scene.arrow(back, back + UP * 11)
    return scene


@picture("lb-02-2")
def lb_02_2() -> Drawing:
    return cat(28, 28, 22, arrow=True), cat(0, 0, -6)


@picture("lb-02-3")
def lb_02_3() -> Drawing:
    return cat(44, 40, 34, arrow=True), cat(-8, -4, -12)


# --- LB-07: bird-dog ----------------------------------------------------------------------------------------------


@picture("lb-07-1")
def lb_07_1() -> Drawing:
    body = all_fours(head=-4)
    body.step("R", V(-43, 4.6, 6), knee=DOWN + RIGHT * 0.2, toe=DOWN * 0.8 + LEFT * 0.55)
    return mat(-56, 46).body(body).glow(body.low_back(), 5.6).arrow(V(-20, -4.6, 16), V(-38, -4.6, 16))


@picture("lb-07-2")
def lb_07_2() -> Drawing:
    start = all_fours(head=-4)
    body = all_fours(head=-4)
    body.step("R", V(-49.6, body.pelvis.y, 5), knee=DOWN, point=40)
    shoulder = body.shoulder("L")
    body.reach("L", shoulder + V(35.6, 1.5, -1), elbow=DOWN, hand=RIGHT)
    ankle, tip = body.legs["R"].ankle, body.arms["L"].tip
    return (
        mat(-62, 66).body(start),
        mat(-62, 66)
        .body(body)
        .glow(body.low_back(), 5.6)
        .arrow(ankle + V(2, -17, 0), ankle + V(2, -5, 0))
        .arrow(tip + V(-4, -17, 0), tip + V(-4, -5, 0)),
    )


# --- LB-06: child's pose ------------------------------------------------------------------------------------------


def childs_pose(*, pillow: bool) -> Scene:
    """Sitting back toward the heels, folded forward."""
    high = 16 if pillow else 14
    tilt = radians(40 if pillow else 70)
    knee = 2.4
    back = knee - (25.4**2 - (high - KNEE) ** 2) ** 0.5
    body = Body(V(back, high, 0), facing=V(cos(tilt), -sin(tilt), 0), up=V(sin(tilt), cos(tilt), 0))
    body.trunk(lumbar=24 if pillow else 20, chest=18 if pillow else 14).look(flex=4 if pillow else 10)
    for side, z in (("R", 7), ("L", -7)):
        body.step(side, V(knee - 24.4, ANKLE, z), knee=RIGHT + DOWN * 0.6, toe=LEFT + DOWN * 0.05)
        shoulder = body.shoulder(side)
        body.reach(side, V(shoulder.x + 27, 2.2, z * 1.4), elbow=UP * 0.3 + V(0, 0, z * 0.2), hand=RIGHT)
    scene = mat(-36, 66)
    over: dict[str, float] = {}
    if pillow:  # between thighs and chest; the near limbs are in front of it
        scene.soft(
            *((V(x, y, z), 3.2) for x, y in ((-10, 17), (2, 23), (15, 19.5), (14, 14), (4, 12.5)) for z in (-10, 10)),
            depth=SIDE.depth(body.spine[2]) + 20,
        )
        over = dict.fromkeys(("R.thigh", "R.shin", "shirt", "pelvis", "neck", "head", "R.upper", "R.fore"), 40.0)
    return scene.body(body, over=over).glow(body.low_back(), 5.6)


@picture("lb-06-2")
def lb_06_2() -> Drawing:
    return childs_pose(pillow=True)


@picture("lb-06-3")
def lb_06_3() -> Drawing:
    return childs_pose(pillow=False)


# --- HF-01: half kneeling -----------------------------------------------------------------------------------------


def half_kneel(*, reach: bool = False) -> Scene:
    """The right knee on a pad, the left foot in front; the tail tucked, the weight a little forward."""
    body = Body(V(6, KNEE + 2.4 + 24.4, 0), facing=RIGHT, up=UP).trunk(lumbar=4, side=-10 if reach else 0)
    body.step("L", V(33, SOLE, -6), knee=UP + RIGHT, toe=RIGHT)
    knee = V(-1.2, KNEE + 2.4, 5)
    body.step("R", V(knee.x - 23.8, ANKLE, 5), knee=RIGHT * 0.7 + DOWN, toe=LEFT + DOWN * 0.05)
    body.reach("L", body.thigh("L", 0.8, front=6.0), elbow=DOWN + AWAY * 0.6, hand=RIGHT)
    if reach:
        body.arm("R", upper=(-0.12, 1, 0.12), fore=(-0.3, 1, 0.05))
    else:
        body.reach("R", body.hip("R") + V(1.5, 7, 7.4), elbow=LEFT + VIEWER * 0.8, hand=DOWN * 0.6 + RIGHT)
    at = body.legs["R"].knee
    scene = mat(-40, 50, Camera(14, 10)).soft(*((V(at.x + x, 1.4, z), 1.4) for x in (-8, 8) for z in (-1, 12)))
    pelvis = body.pelvis
    scene.body(body).glow(body.groin("R"), 5.6)
    scene.arrow(pelvis + V(-24, 2, 0), pelvis + V(-11, 2, 0))
    if reach:
        tip = body.arms["R"].tip
        scene.arrow(tip + V(7, -12, 0), tip + V(7, 1, 0))
    return scene


@picture("hf-01-2")
def hf_01_2() -> Drawing:
    return half_kneel()


@picture("hf-01-3")
def hf_01_3() -> Drawing:
    return half_kneel(reach=True)


# --- PR-09: half pigeon -------------------------------------------------------------------------------------------

PIGEON = Camera(60, 38)


def pigeon(*, pillow: bool) -> Scene:
    """The right shin in front on the mat, knee to the side, the left leg long behind; a pillow under the hip."""
    high = 11.5 if pillow else 8.6
    tip = radians(60)
    body = Body(V(0, high, 0), facing=V(cos(tip), -sin(tip), 0), up=V(sin(tip), cos(tip), 0))
    body.trunk(lumbar=-18, chest=-10).look(flex=-16)
    ankle = V(15, 3.0, -4) if pillow else V(22, 3.0, -2)
    body.step("R", ankle, knee=VIEWER + RIGHT * 0.6 + DOWN * 0.1, toe=AWAY + LEFT * 0.3)
    body.step("L", V(-49.4, 3.0, -5), knee=DOWN + LEFT * 0.2, toe=LEFT + DOWN * 0.06)
    for side, z in (("R", 13), ("L", -14)):
        body.reach(side, V(37, 2.2, z), elbow=V(-0.4, 0, 0.5 * (1 if z > 0 else -1)), hand=RIGHT)
    scene = Scene(PIGEON).box((-62, 44), (-1.6, 0), (-24, 30))
    if pillow:
        scene.soft(*((V(x, 2.2, z), 2.2) for x in (-8, 7) for z in (1, 16)))
    pelvis = body.pelvis
    return (
        scene.body(body, over={"R.fore": 10})
        .glow(body.buttock("R") + VIEWER * 3)
        .arrow(pelvis + V(-14, 18, 6), pelvis + V(-12, 6, 6))
    )


@picture("pr-09-2")
def pr_09_2() -> Drawing:
    return pigeon(pillow=True)


@picture("pr-09-3")
def pr_09_3() -> Drawing:
    return pigeon(pillow=False)
