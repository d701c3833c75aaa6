"""Sitting: on a chair, the right side toward the viewer, and on the floor."""

from __future__ import annotations

from math import cos, radians, sin

from sessions.art.body import SOLE, Body
from sessions.art.paint import BALL
from sessions.art.pictures import Drawing, picture
from sessions.art.scene import Scene
from sessions.art.space import AWAY, DOWN, LEFT, RIGHT, UP, VIEWER, Camera, V

SIDE = Camera(24, 12)
CORNER = Camera(20, 30)
#: Further round, so that a crossed shin is seen at its full length in front of a table.
ROUND = Camera(36, 30)
#: Height of the hips above the floor when the feet are flat, and of the seat below them.
HIPS_HIGH, UNDER = 28.4, 6.9


def sit(hinge: float = 0, *, x: float = 0, high: float = 0) -> Body:
    """Sitting upright or tipped forward from the hips by ``hinge`` degrees, the back long."""
    tip = radians(hinge)
    return Body(V(x, HIPS_HIGH + high, 0), facing=RIGHT, up=V(sin(tip), cos(tip), 0))


def foot_down(body: Body, side: str, x: float = 25, z: float = 5.5, knee: V | None = None) -> Body:
    """The sole flat on the floor."""
    out = 1 if side == "R" else -1
    return body.step(side, V(x, SOLE, z * out), knee=knee or UP + RIGHT, toe=RIGHT)


def hand_on(body: Body, side: str, share: float = 0.72, *, leg: str | None = None) -> Body:
    """The palm resting on the thigh."""
    z = VIEWER if side == "R" else AWAY
    return body.reach(side, body.thigh(leg or side, share, front=6.4), elbow=DOWN + z * 0.7 + LEFT * 0.5, hand=RIGHT)


def chair(camera: Camera, *, front: float = 13, back: float = -13, high: float = 0, floor: float = 46) -> Scene:
    """A chair with its back to the left, on a patch of floor."""
    seat = HIPS_HIGH - UNDER + high
    scene = Scene(camera).box((back - 4, floor), (-1.2, 0), (-15, 15))
    for x in (back + 2, front - 2):
        for z in (-9, 9):
            scene.rod(V(x, seat - 1.5, z), V(x, 0, z), r=1.2)
    for z in (-9, 9):
        scene.rod(V(back + 1.5, seat, z), V(back - 1, seat + 27, z), r=1.2)
    scene.rod(V(back - 1, seat + 25, -9), V(back - 1, seat + 25, 9), r=1.9)
    scene.rod(V(back - 0.4, seat + 18, -9), V(back - 0.4, seat + 18, 9), r=1.6)
    return scene.box((back, front), (seat - 2.4, seat), (-11, 11))


# --- PR-03: figure four -------------------------------------------------------------------------------------------


def chair_four(hinge: float, *, on_shin: bool = False, table: bool = False) -> Scene:
    """The right ankle on the left knee (or shin); the body tips forward from the hips by ``hinge``."""
    body = sit(hinge)
    foot_down(body, "L", x=36 if on_shin else 25)
    if on_shin:
        body.step("R", body.shin("L", 0.22, front=6.4) + VIEWER, knee=VIEWER + UP * 0.35, point=5)
    else:
        body.step("R", body.thigh("L", 0.9, front=7.2) + VIEWER * 1.5, knee=VIEWER + UP * 0.1, point=5)
    camera = ROUND if table else CORNER
    scene = chair(camera, floor=66 if table else 48)
    if table:
        top = 33.0
        scene.box((45, 66), (top - 2.2, top), (-17, 20))
        for x in (48, 63):  # nearer than the foot on the floor
            scene.rod(V(x, top - 2, 18), V(x, 0, 18), r=1.3, depth=camera.depth(V(x, 0, 18)))
        for side, z in (("R", 11), ("L", -9)):
            body.reach(side, V(50, top + 2.1, z), elbow=DOWN * 0.4 + V(0, 0, z * 0.1), hand=RIGHT)
    else:
        body.reach(
            "R", body.thigh("R", 0.8) + UP * 5.2, elbow=VIEWER + DOWN * 0.6 + LEFT * 0.6, hand=VIEWER + RIGHT * 0.4
        )
        if on_shin:
            hand_on(body, "L", 0.6)
        else:
            body.reach("L", body.shin("R", 0.86, front=3.6), elbow=AWAY + DOWN * 0.8, hand=VIEWER * 0.5 + RIGHT)
    over = {"R.shin": 12, "R.fore": 14, "L.fore": 14}
    if table:  # the near arm passes over the crossed shin
        over |= {"R.upper": 30, "R.fore": 30}
    scene.body(body, over=over).glow(body.buttock("R") + VIEWER * 2)
    if hinge:
        chest = body.spine[3]
        scene.arrow(chest + V(12, 17, -6), chest + V(24, 2, -6), bow=0.2)
    else:
        knee = body.legs["R"].knee
        scene.arrow(knee + V(4, 14, 4), knee + V(4, 3, 8), bow=-0.1)
    return scene


@picture("pr-03-1")
def pr_03_1() -> Drawing:
    return chair_four(0, on_shin=True)


@picture("pr-03-2")
def pr_03_2() -> Drawing:
    return chair_four(26)


@picture("pr-03-3")
def pr_03_3() -> Drawing:
    return chair_four(42, table=True)


# --- PR-04: knee hug across ---------------------------------------------------------------------------------------

HUG = Camera(50, 20)


def hug(flex: float, across: float, turn: float, *, both: bool = True) -> Scene:
    """The right leg crossed over the left, its knee drawn toward the left shoulder."""
    body = sit().trunk(twist=turn)
    foot_down(body, "L", z=3)
    body.leg("R", flex=flex, out=-across, turn=10, knee=98, point=20)
    knee = body.legs["R"].knee
    if both:
        body.reach("L", body.shin("R", 0.06, out=4.4, front=1.8), elbow=AWAY + DOWN * 0.5, hand=VIEWER + LEFT * 0.4)
        body.reach("R", body.shin("R", 0.12, front=4.6), elbow=VIEWER + DOWN * 0.6, hand=AWAY + DOWN * 0.2)
    else:
        body.reach("L", body.thigh("R", 0.92, front=5.0), elbow=AWAY + DOWN * 0.7, hand=VIEWER + RIGHT * 0.2)
        body.reach("R", V(9, HIPS_HIGH - UNDER + 2.2, 13), elbow=VIEWER + LEFT * 0.4, hand=RIGHT)
    scene = chair(HUG)
    over = {"R.thigh": 8, "R.shin": 10, "L.fore": 26, "R.fore": 26}
    goal = body.shoulder("L")
    return (
        scene.body(body, over=over, both_near=False)
        .glow(body.buttock("R") + VIEWER * 4)
        .arrow(knee + V(0, 1, -18), goal + V(0, -6, -14), bow=-0.1)
    )


@picture("pr-04-1")
def pr_04_1() -> Drawing:
    return hug(106, 22, 0, both=False)


@picture("pr-04-2")
def pr_04_2() -> Drawing:
    return hug(116, 22, 14)


@picture("pr-04-3")
def pr_04_3() -> Drawing:
    return hug(122, 24, 16)


# --- PR-11: on the floor ------------------------------------------------------------------------------------------

FLOOR = Camera(90, 38)


def ninety(tip: float, *, cushion: float = 0, hands: bool = True) -> Scene:
    """Sitting on the floor, knees bent wide, both rolled to the right by ``tip`` degrees (negative: left)."""
    lean = (-20 if cushion else -14) if hands else -4
    body = Body(V(0, 7.4 + cushion, 0), facing=RIGHT, up=V(sin(radians(lean)), 1, 0))
    t = radians(tip)
    for side, z in (("R", 1), ("L", -1)):
        ankle = V(22, SOLE, 15 * z)
        body.step(side, ankle, knee=V(0.25, cos(t), sin(t)), toe=V(1, 0, 0.25 * z))
        if hands:
            palm = V(-16 if cushion else -18, 2.3, (15 if cushion else 19) * z)
            body.reach(side, palm, elbow=V(-0.3, 0, 0.6 * z), hand=V(-0.8, 0, 0.5 * z))
        else:
            at = body.spine[3] + body.chest.at(2.4 * z, -9, 10)
            body.reach(side, at, elbow=DOWN + V(0, 0, 0.9 * z), hand=body.chest.up * 0.6 - V(0, 0, 0.4 * z))
    scene = Scene(FLOOR).box((-30, 38), (-1.6, 0), (-30, 30))
    if cushion:
        scene.soft(*((V(x, 2.0, z), min(2.0, cushion / 2)) for x in (-11, 9) for z in (-12, 12)))
    knee = body.legs["R"].knee.toward(body.legs["L"].knee, 0.5)
    way = 1 if tip > 0 else -1
    return scene.body(body, both_near=True).arrow(
        V(knee.x + 3, 33, -11 * way), V(knee.x + 3, 31, 10 * way), bow=0.2 * way
    )


@picture("pr-11-1")
def pr_11_1() -> Drawing:
    return ninety(56, cushion=5), ninety(-56, cushion=5)


@picture("pr-11-2")
def pr_11_2() -> Drawing:
    return ninety(62), ninety(-62)


@picture("pr-11-3")
def pr_11_3() -> Drawing:
    return ninety(62, hands=False), ninety(-62, hands=False)


# --- HA-03, NE-01, NE-03: one leg forward -------------------------------------------------------------------------


def long_leg(body: Body, side: str = "R", *, rest: float = 0, pull: float = 0) -> Body:
    """The leg straight ahead, its heel on the floor or on something ``rest`` high."""
    z = 5.5 if side == "R" else -5.5
    hip = body.hip(side)
    down = hip.y - (rest + 3.8)
    along = (49.9**2 - down**2) ** 0.5
    return body.step(side, V(hip.x + along, rest + 3.8, z), knee=UP, toe=UP + RIGHT * (0.45 - pull))


def hamstring(hinge: float, *, stool: bool = False) -> Scene:
    body = sit(hinge, x=6)
    foot_down(body, "L", x=24 if stool else 30)
    long_leg(body, rest=9 if stool else 0)
    scene = chair(SIDE, floor=62)
    if stool:
        heel = body.legs["R"].heel
        scene.box((heel.x - 8, heel.x + 9), (6.6, 9), (-2, 13))
        for x in (-6, 7):
            scene.rod(V(heel.x + x, 7, 11), V(heel.x + x, 0, 11), r=1.1)
    hand_on(body, "R", 0.55 + hinge * 0.008)
    hand_on(body, "L", 0.55 + hinge * 0.006)
    scene.body(body).glow(body.thigh("R", 0.5, front=-4.5), 5.4)
    if hinge:
        chest = body.spine[3]
        scene.arrow(chest + V(11, 19, 0), chest + V(25, 3, 0), bow=0.2)
    return scene


@picture("ha-03-1")
def ha_03_1() -> Drawing:
    return hamstring(0, stool=True)


@picture("ha-03-2")
def ha_03_2() -> Drawing:
    return hamstring(24)


@picture("ha-03-3")
def ha_03_3() -> Drawing:
    return hamstring(42)


def slider(*, straight: bool, slide: bool = False, pull: bool = False) -> Scene:
    """Hands behind the back; the right knee straightens while looking up, bends while looking down."""
    body = sit().look(flex=-34 if straight else 38)
    foot_down(body, "L")
    if slide:
        foot_down(body, "R", x=38 if straight else 22)
    elif straight:
        body.leg("R", flex=84, knee=14, point=-18 if pull else 20)
    else:
        foot_down(body, "R", x=21)
    for side, z in (("R", 1), ("L", -1)):
        body.reach(side, V(-10.5, HIPS_HIGH + 4, 2.5 * z), elbow=V(-0.6, 0, z), hand=V(0, -0.3, -z))
    scene = chair(SIDE, back=-18, floor=52).body(body, over={"R.fore": -30, "L.fore": -30})
    foot = body.legs["R"].ankle
    if slide:
        start, end = V(26, -4, 13), V(42, -4, 13)
        scene.arrow(*((start, end) if straight else (end, start)))
    elif straight:
        scene.arrow(foot + V(10, -16, 0), foot + V(12, -2, 0), bow=-0.15)
    else:
        scene.arrow(foot + V(24, 13, 0), foot + V(14, 1, 0), bow=0.2)
    head = body.skull
    if straight:
        return scene.arrow(head + V(13, -2, 0), head + V(9, 11, 0), bow=-0.2)
    return scene.arrow(head + V(11, 9, 0), head + V(15, -4, 0), bow=0.2)


@picture("ne-01-1")
def ne_01_1() -> Drawing:
    return slider(straight=True, slide=True), slider(straight=False, slide=True)


@picture("ne-01-2")
def ne_01_2() -> Drawing:
    return slider(straight=True), slider(straight=False)


@picture("ne-01-3")
def ne_01_3() -> Drawing:
    return slider(straight=True, pull=True), slider(straight=False)


@picture("ne-03-2")
def ne_03_2() -> Drawing:
    body = sit(-6).trunk(lumbar=30, chest=34).look(flex=40)
    foot_down(body, "L")
    body.leg("R", flex=84, knee=16, point=-15)
    for side, z in (("R", 1), ("L", -1)):
        body.reach(side, V(-8, HIPS_HIGH + 4, 3 * z), elbow=V(-0.6, 0, z), hand=V(0, -0.3, -z))
    return chair(SIDE, back=-18, floor=52).body(body, over={"R.fore": -20, "L.fore": -20})


# --- LB-01, LB-06, BR-03, SM-01: quiet ones -----------------------------------------------------------------------


@picture("lb-01-1")
def lb_01_1() -> Drawing:
    body = sit(-5).trunk(lumbar=12)
    for side in "LR":
        foot_down(body, side)
        hand_on(body, side)
    belly = body.belly()
    return chair(SIDE).body(body).glow(body.low_back() + LEFT * 1.5, 5.2).arrow(belly + V(18, 3, 0), belly + V(6, 3, 0))


@picture("lb-06-1")
def lb_06_1() -> Drawing:
    body = sit(34).trunk(lumbar=12, chest=16).look(flex=2)
    for side in "LR":
        foot_down(body, side, x=22)
    top = 36.0
    for side, z in (("R", 1), ("L", -1)):
        body.reach(side, V(46, top + 2.1, -3 * z), elbow=V(0.2, -0.2, z), hand=V(0.4, 0, -z))
    scene = chair(SIDE, floor=58).box((32, 58), (top - 2.2, top), (-18, 14))
    for x in (36, 55):
        scene.rod(V(x, top - 2, 12), V(x, 0, 12), r=1.3)
    return scene.body(body).glow(body.low_back(), 5.6)


@picture("br-03-1")
def br_03_1() -> Drawing:
    def shift(way: int) -> Scene:
        tip = radians(13 * way)
        body = Body(V(0, HIPS_HIGH + 0.8, 2.2 * way), facing=RIGHT, up=V(0, cos(tip), sin(tip))).trunk(side=-4 * way)
        for side in "LR":
            foot_down(body, side, z=7)
            hand_on(body, side, 0.8)
        at = body.spine[3]
        return chair(Camera(64, 22)).body(body, both_near=True).arrow(at + V(0, -6, 15 * way), at + V(0, -11, 28 * way))

    return shift(1), shift(-1)


@picture("sm-01-3")
def sm_01_3() -> Drawing:
    body = sit(6, high=1.5)
    for side in "LR":
        foot_down(body, side, x=24)
    seat = HIPS_HIGH - UNDER
    hand_on(body, "L")
    body.reach("R", V(-7, seat + 2.2, 14), elbow=VIEWER + LEFT, hand=RIGHT)
    ball = V(-3.5, seat + 3.0, 6.5)
    scene = chair(SIDE)
    return scene.body(body).soft((ball, 3.0), depth=SIDE.depth(ball) + 30, colour=BALL).glow(ball + UP * 3.5, 5.6)
