"""Standing: at a wall, at a bed, free, and getting up."""

from __future__ import annotations

from math import cos, radians, sin

from sessions.art.body import SOLE, Body
from sessions.art.paint import BALL, WEIGHT
from sessions.art.pictures import Drawing, picture
from sessions.art.poses.sitting import HIPS_HIGH, UNDER, chair, foot_down, sit
from sessions.art.scene import Scene
from sessions.art.space import AWAY, DOWN, LEFT, RIGHT, UP, VIEWER, Camera, V

SIDE = Camera(20, 10)
TALL = 53.6


def stand(hinge: float = 0, *, x: float = 0, y: float = TALL) -> Body:
    tip = radians(hinge)
    return Body(V(x, y, 0), facing=RIGHT, up=V(sin(tip), cos(tip), 0))


def foot(body: Body, side: str, x: float, *, z: float = 5.0, knee: V = RIGHT, toe: V = RIGHT) -> Body:
    out = 1 if side == "R" else -1
    return body.step(side, V(x, SOLE, z * out), knee=knee, toe=toe)


def hang(body: Body, side: str) -> Body:
    return body.arm(side, upper=(0.16, -1, -0.05), fore=(0.0, -1, 0.2))


def floor(camera: Camera = SIDE, x0: float = -34, x1: float = 34, wide: float = 14) -> Scene:
    return Scene(camera).box((x0, x1), (-1.2, 0), (-wide, wide))


# --- CA-01: calf at the wall --------------------------------------------------------------------------------------

WALL = Camera(-20, 10)


def calf(back: float, bend: bool = False) -> Scene:
    """Hands on the wall, the right foot ``back`` behind, its heel down."""
    lean = 8 + back * 0.16
    body = stand(lean, x=0, y=TALL - back * 0.12 - (6 if bend else 0))
    foot(body, "L", 13, knee=RIGHT)
    hip = body.hip("R")
    if bend:
        foot(body, "R", -back + 3, knee=RIGHT)
    else:
        reach = (49.9**2 - (hip.y - SOLE) ** 2) ** 0.5
        foot(body, "R", hip.x - reach, knee=RIGHT)
    wall = 34.0
    for side, z in (("R", 7), ("L", -7)):
        body.reach(side, V(wall - 2, 80 - back * 0.3, z), elbow=DOWN + V(0, 0, z * 0.1), hand=UP + RIGHT * 0.25)
    scene = floor(WALL, -44, wall).box((wall, wall + 2.4), (-1.2, 100), (-14, 14))
    ankle = body.legs["R"].ankle
    return scene.body(body).glow(body.shin("R", 0.32, front=-2.0), 5.4).arrow(ankle + V(-9, 13, 0), ankle + V(-9, 0, 0))


@picture("ca-01-1")
def ca_01_1() -> Drawing:
    return calf(14)


@picture("ca-01-2")
def ca_01_2() -> Drawing:
    return calf(26)


@picture("ca-01-3")
def ca_01_3() -> Drawing:
    return calf(26), calf(22, bend=True)


# --- PR-08: the shin on a bed -------------------------------------------------------------------------------------


BED = Camera(48, 26)


def tabletop(hinge: float, high: float, *, support: bool = False) -> Scene:
    """Standing on the left leg behind a table or bed, the right shin across it."""
    body = stand(hinge, y=TALL - 1)
    foot(body, "L", 1, z=4.6, knee=RIGHT)
    shin = V(21, high + 3.4, -10)
    body.step("R", shin, knee=VIEWER + UP * 0.3 + RIGHT * 0.3, toe=AWAY * 0.9 + RIGHT * 0.4 + UP * 0.1)
    scene = floor(BED, -24, 38, 28)
    # The standing leg is seen under the table top; what rests on it is in front of it.
    top = BED.depth(body.legs["L"].knee) + 22
    over = {
        **dict.fromkeys(("R.shin", "R.thigh", "R.fore", "L.fore"), 40.0),
        **dict.fromkeys(("shirt", "neck", "head", "R.upper", "L.upper"), 30.0),
        "pelvis": 24.0,
    }
    for x in (13, 31):
        for z in (-20, 20):
            scene.rod(V(x, high - 3, z), V(x, 0, z), r=1.5, depth=top - 1)
    scene.box((9.5, 34), (high - 3.4, high), (-24, 24), depth=top)
    if support:
        for z in (-40, -26):
            scene.rod(V(-2, 0, z), V(-2, 52, z), r=1.3).rod(V(-22, 0, z), V(-22, 24, z), r=1.3)
        scene.rod(V(-2, 51, -40), V(-2, 51, -26), r=1.8).box((-24, -1), (23, 25.4), (-42, -24))
        body.reach("L", V(-1, 54.4, -29), elbow=AWAY + LEFT * 0.5, hand=AWAY + DOWN * 0.2)
        body.reach("R", body.thigh("R", 0.5, front=6), elbow=VIEWER + LEFT * 0.5, hand=RIGHT + VIEWER * 0.2)
    else:
        for side, z in (("R", 18), ("L", -9)):  # on the table beyond the shin
            body.reach(side, V(30, high + 2.2, z), elbow=RIGHT * 0.5 + DOWN * 0.4 + V(0, 0, z * 0.05), hand=RIGHT)
    scene.body(body, over=over).glow(body.buttock("R") + VIEWER * 2)
    if not support:
        chest = body.spine[3]
        scene.arrow(chest + V(12, 18, -8), chest + V(24, 4, -8), bow=0.2)
    return scene


@picture("pr-08-1")
def pr_08_1() -> Drawing:
    return tabletop(0, 33, support=True)


@picture("pr-08-2")
def pr_08_2() -> Drawing:
    return tabletop(30, 42)


@picture("pr-08-3")
def pr_08_3() -> Drawing:
    return tabletop(50, 42)


# --- HF-04: split stance ------------------------------------------------------------------------------------------


def split(step: float) -> Scene:
    """The right foot ``step`` back, the tail tucked, a hand on the back of a chair."""
    body = stand(-2, x=0, y=TALL - step * 0.16).trunk(lumbar=5)
    foot(body, "L", step * 0.52, knee=RIGHT)
    hip = body.hip("R")
    reach = (49.6**2 - (hip.y - SOLE - 2.6) ** 2) ** 0.5
    body.step("R", V(hip.x - reach, SOLE + 2.6, 5), knee=RIGHT, toe=RIGHT + DOWN * 0.4)
    rail = step * 0.2 + 24
    scene = floor(SIDE, -42, rail + 28)
    for z in (-18, -2):
        scene.rod(V(rail, 0, z), V(rail, 52, z), r=1.3)
        scene.rod(V(rail + 20, 0, z), V(rail + 20, 25, z), r=1.3)
    scene.rod(V(rail, 50, -18), V(rail, 50, -2), r=1.8).box((rail - 1, rail + 22), (24, 26.4), (-20, 0))
    body.reach("L", V(rail - 1, 53.6, -8), elbow=DOWN + LEFT * 0.3, hand=RIGHT + DOWN * 0.2)
    hang(body, "R")
    groin = body.groin("R")
    return (
        scene.body(body, over={"R.fore": -4})
        .glow(groin, 5.6)
        .arrow(body.pelvis + V(-15, 2, 8), body.pelvis + V(-8.5, -8, 8), bow=-0.35)
    )


@picture("hf-04-1")
def hf_04_1() -> Drawing:
    return split(20)


@picture("hf-04-2")
def hf_04_2() -> Drawing:
    return split(34)


@picture("hf-04-3")
def hf_04_3() -> Drawing:
    return split(46)


# --- GL-05: side steps --------------------------------------------------------------------------------------------

FRONT, BACK = Camera(90, 8), Camera(-90, 16)


def side_step(
    width: float, *, camera: Camera = FRONT, band: str = "", counter: bool = False, arrow: bool = False
) -> Scene:
    """Facing the viewer in a small squat, feet ``width`` from the middle."""
    body = stand(18, x=-4, y=TALL - 6.5)
    for side, z in (("R", 1), ("L", -1)):
        body.step(side, V(0, SOLE, width * z), knee=V(1, 0.1, 0.35 * z), toe=V(1, 0, 0.12 * z))
    scene = Scene(camera).box((-16, 16), (-1.2, 0), (-36, 36))
    if counter:
        scene.box((20, 34), (46, 49), (-36, 36)).box((22, 34), (0, 46), (-36, 36))
        for side, z in (("R", 8), ("L", -8)):
            body.reach(side, V(24, 51.2, z * 2.9), elbow=DOWN + V(0, 0, z * 0.1), hand=RIGHT + DOWN * 0.1)
    else:
        for side, z in (("R", 1), ("L", -1)):
            body.reach(side, V(17, 62, 2.2 * z), elbow=DOWN + V(0, 0, 0.8 * z), hand=UP * 0.6 + V(0.2, 0, -0.5 * z))
    scene.body(body, both_near=True, over={"R.fore": 20, "L.fore": 20})
    if band == "knees":
        scene.band(body, 0.84)
    if band == "ankles":
        scene.band(body, 0.86, shin=True)
    for side in "RL":
        scene.glow(body.side_of_hip(side) + DOWN * 6, 4.6)
    if arrow:
        scene.arrow(V(0, 1.5, width + 8), V(0, 1.5, width + 20))
    return scene


@picture("gl-05-1")
def gl_05_1() -> Drawing:
    return side_step(9, counter=True, camera=BACK), side_step(15, counter=True, camera=BACK, arrow=True)


@picture("gl-05-2")
def gl_05_2() -> Drawing:
    return side_step(9, band="knees"), side_step(15, band="knees", arrow=True)


@picture("gl-05-3")
def gl_05_3() -> Drawing:
    return side_step(9, band="ankles"), side_step(15, band="ankles", arrow=True)


# --- GL-06: sit to stand ------------------------------------------------------------------------------------------


def rise(*, hands: bool = False, weight: bool = False) -> tuple[Scene, Scene]:
    """Leaning from the hips at the front of the chair, then standing."""
    high = 4.0 if hands else 0.0
    low = sit(38, x=6, high=high).look(flex=-22)
    up = stand(0, x=22)
    scenes = []
    for body, standing in ((low, False), (up, True)):
        for side in "LR":
            if standing:
                foot(body, side, 21, z=5.5)
            else:
                foot_down(body, side, x=21)
        scene = chair(SIDE, high=high, floor=46)
        for side, z in (("R", 1), ("L", -1)):
            if hands and not standing:
                seat = HIPS_HIGH - UNDER + high
                body.reach(side, V(8, seat + 2.0, 13 * z), elbow=LEFT + V(0, 0, z), hand=RIGHT + DOWN * 0.2)
            elif weight:
                at = body.spine[3] + body.chest.at(2.4 * z, -12, 10)
                body.reach(side, at, elbow=DOWN + V(0, 0, 0.9 * z), hand=body.chest.up * 0.6 - V(0, 0, 0.4 * z))
            elif standing:
                hang(body, side)
            else:
                body.arm(side, upper=(0.1, -0.5, 0.9), fore=(-0.05, -0.1, 1))
        scene.body(body)
        if weight:
            at = body.spine[3] + body.chest.at(0, -11.5, 12.5)
            scene.soft(
                (at - body.chest.up * 3, 2.4), (at + body.chest.up * 3, 2.4), depth=SIDE.depth(at) - 1, colour=WEIGHT
            )
        scenes.append(scene)
    first, second = scenes
    chest = low.spine[3]
    first.arrow(chest + V(9, 10, 0), chest + V(19, 26, 0), bow=-0.2)
    second.glow(up.buttock("R"), 5.6)
    return first, second


@picture("gl-06-1")
def gl_06_1() -> Drawing:
    return rise(hands=True)


@picture("gl-06-2")
def gl_06_2() -> Drawing:
    return rise()


@picture("gl-06-3")
def gl_06_3() -> Drawing:
    return rise(weight=True)


# --- SM-01: ball at the wall --------------------------------------------------------------------------------------


def ball_on_wall(r: float) -> Scene:
    """The back to the wall, a ball between it and the right buttock, knees a little bent."""
    body = stand(4, x=0, y=TALL - 4)
    for side in "LR":
        foot(body, side, 10, z=6)
    seat = body.pelvis + V(-8.6, 1.5, 5)
    ball = seat + V(-r + 0.6, 0, 0)
    wall = ball.x - r
    camera = Camera(28, 10)
    hang(body, "L")
    body.reach("R", body.thigh("R", 0.35, front=6.0), elbow=LEFT + VIEWER * 0.6, hand=RIGHT + DOWN)
    scene = floor(camera, wall, 30).box((wall - 2.4, wall), (-1.2, 100), (-14, 14))
    return (
        scene.soft((ball, r), depth=camera.depth(ball), colour=BALL)
        .body(body)
        .glow(seat + V(3.5, 0, 1), 5.6)
        .arrow(body.spine[2] + V(18, -6, 0), body.spine[2] + V(8, -7, 0))
    )


@picture("sm-01-1")
def sm_01_1() -> Drawing:
    return ball_on_wall(5.2)


@picture("sm-01-2")
def sm_01_2() -> Drawing:
    return ball_on_wall(3.6)


# --- LB-02 over a table, BR-03 ------------------------------------------------------------------------------------


def table_cat(lumbar: float, chest: float, *, arrow: bool = False) -> Scene:
    """Hands on a table, feet back; the back level or a little rounded."""
    body = Body(V(0, TALL - 1, 0), facing=RIGHT + DOWN * 0.75, up=RIGHT + UP * 0.75)
    tilt = 52 - (lumbar + chest) * 0.4
    body = Body(
        V(0, TALL - 1, 0),
        facing=V(cos(radians(tilt)), -sin(radians(tilt)), 0),
        up=V(sin(radians(tilt)), cos(radians(tilt)), 0),
    )
    body.trunk(lumbar=lumbar, chest=chest).look(flex=-12 + (lumbar + chest) * 0.5)
    for side in "LR":
        foot(body, side, -1, z=5)
    top = 44.0
    scene = floor(SIDE, -22, 60).box((30, 62), (top - 2.4, top), (-18, 16))
    for x in (34, 58):
        scene.rod(V(x, top - 2, 14), V(x, 0, 14), r=1.4)
    for side, z in (("R", 8), ("L", -8)):
        body.reach(side, V(37, top + 2.1, z), elbow=LEFT + DOWN * 0.2 + V(0, 0, z * 0.05), hand=RIGHT)
    scene.body(body)
    if arrow:
        back = body.spine[1] + body.lumbar.at(0, 6, -8)
        scene.arrow(back, back - body.lumbar.front * 11)
    return scene


@picture("lb-02-1")
def lb_02_1() -> Drawing:
    return table_cat(26, 24, arrow=True), table_cat(0, 0)


def walk(camera: Camera = SIDE, *, x: float = 0) -> tuple[Body, Scene]:
    body = stand(3, x=x, y=TALL - 1.2)
    foot(body, "L", x + 14, knee=RIGHT, toe=RIGHT + UP * 0.25)
    body.step("R", V(x - 15, SOLE + 4, 5), knee=RIGHT, toe=RIGHT + DOWN * 0.6)
    body.arm("R", upper=(0.12, -1, 0.5), fore=(0.0, -0.6, 1))
    body.arm("L", upper=(0.12, -1, -0.4), fore=(0.0, -1, 0.25))
    return body, floor(camera, x - 34, x + 34)


@picture("br-03-2")
def br_03_2() -> Drawing:
    walker, _floor = walk(x=22)
    steps = chair(SIDE, back=-18, front=8, floor=50).body(walker).arrow(V(42, 62, 0), V(55, 62, 0))
    body = stand(0, x=22)
    for side in "LR":
        foot(body, side, 21, z=5)
        z = V(0, 0, 1 if side == "R" else -1)
        pocket = body.buttock(side) + V(-3.2, 1.5, 0)
        body.reach(side, pocket, elbow=LEFT + z * 0.7, hand=DOWN + RIGHT * 0.3 - z * 0.3)
    squeeze = Scene(SIDE).box((-22, 50), (-1.2, 0), (-15, 15)).body(body, over={"R.fore": 8})
    return steps, squeeze.glow(body.buttock("R") + V(-1, -2.5, 3), 5.6)


@picture("br-03-3")
def br_03_3() -> Drawing:
    walker, scene = walk()
    return scene.body(walker).arrow(V(20, 62, 0), V(33, 62, 0))
