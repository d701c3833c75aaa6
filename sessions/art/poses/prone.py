"""Face down: head to the right, the right side toward the viewer."""

from __future__ import annotations

from math import cos, radians, sin

from sessions.art.body import ON_FRONT, Body
from sessions.art.pictures import Drawing, picture
from sessions.art.scene import Scene
from sessions.art.space import DOWN, LEFT, RIGHT, Camera, V

PRONE = Camera(-90, 52)
PROFILE = Camera(-14, 12)


def face_down(*, hips: float = 0, lumbar: float = 0, chest: float = 0, head: float = 0, turn: float = 0) -> Body:
    """Lying on the front, head to the right, toes long; bent backward at the hips, ``lumbar`` and ``chest``."""
    t = radians(hips)
    body = Body(V(0, ON_FRONT + hips * 0.06, 0), facing=DOWN, up=V(cos(t), sin(t), 0))
    body.trunk(lumbar=-lumbar, chest=-chest).look(flex=-head, twist=turn)
    for side in "LR":
        body.leg(side, flex=2 - hips, out=3, point=62)
    return body


def foot_out(turn: float, *, band: bool = False) -> Scene:
    """Pillow under the belly, the right knee bent to a right angle, the foot fallen outward by ``turn`` degrees."""
    body = face_down(turn=-70, head=4)
    body.leg("R", flex=0, turn=-turn, knee=90, point=10)
    for side, z in (("R", 1), ("L", -1)):
        body.reach(side, V(37, 2.2, 12 * z), elbow=V(0.4, 0, z), hand=V(0.6, 0, -z))
    scene = Scene(PRONE).box((-63, 52), (-1.6, 0), (-16, 18))
    scene.soft(*((V(x, y, z), 2.0) for x in (2, 16) for y in (2.0, 2.6) for z in (-13, 13)))
    foot = body.legs["R"]
    scene.body(body, both_near=True, over={"R.shin": 10})
    if band:
        post = V(foot.ankle.x, 22, 40)
        scene.rod(V(post.x, 34, post.z), V(post.x, 0, post.z), r=1.6, depth=PRONE.depth(post) - 40)
        scene.strap(foot.ball, post, depth=PRONE.depth(foot.ball) + 20)
    scene.glow(body.buttock("R"), 5.6)
    if band:  # the strap shows the way
        return scene
    start, end = (foot.knee + V(0, cos(radians(angle)), sin(radians(angle))) * 30 for angle in (turn + 14, turn + 48))
    return scene.arrow(start, end, bow=-0.15)


@picture("pr-07-1")
def pr_07_1() -> Drawing:
    return foot_out(16)


@picture("pr-07-2")
def pr_07_2() -> Drawing:
    return foot_out(34)


@picture("pr-07-3")
def pr_07_3() -> Drawing:
    return foot_out(34, band=True)


def flat() -> Scene:
    """Face down, forehead on the hands."""
    body = face_down(head=2)
    for side, z in (("R", 1), ("L", -1)):
        body.reach(side, V(42, 2.2, 4.5 * z), elbow=V(0.2, 0.05, z), hand=V(0.2, 0, -z))
    return Scene(PROFILE).box((-62, 52), (-1.6, 0), (-15, 15)).body(body)


def elbows(*, arrow: bool = False) -> Scene:
    """Propped on the elbows under the shoulders, hips heavy."""
    body = face_down(lumbar=26, chest=26, head=40)
    for side, z in (("R", 1), ("L", -1)):
        shoulder = body.shoulder(side)
        ahead = (18.0**2 - (shoulder.y - 2.8) ** 2) ** 0.5
        elbow = V(shoulder.x + ahead, 2.8, shoulder.z)
        body.reach(side, elbow + V(18.2, -0.4, -1.5 * z), elbow=DOWN + LEFT * 0.4, hand=V(1, 0, -0.1 * z))
    return _prop(body, arrow)


def pressed(hips: float, lumbar: float, chest: float, *, ahead: float) -> Scene:
    """Pressed up on the hands, ``ahead`` of the shoulders, hips heavy."""
    body = face_down(hips=hips, lumbar=lumbar, chest=chest, head=36 - hips)
    for side, z in (("R", 1), ("L", -1)):
        shoulder = body.shoulder(side)
        body.reach(side, V(shoulder.x + ahead, 2.2, shoulder.z + 2 * z), elbow=LEFT + V(0, 0, 0.3 * z), hand=RIGHT)
    return _prop(body, True)


def _prop(body: Body, arrow: bool) -> Scene:
    scene = Scene(PROFILE).box((-62, 52), (-1.6, 0), (-15, 15)).body(body)
    if arrow:
        chest = body.spine[3]
        scene.arrow(chest + V(14, -12, 12), chest + V(15, 2, 12), bow=-0.12)
    return scene


@picture("lb-04-1")
def lb_04_1() -> Drawing:
    return flat()


@picture("lb-04-2")
def lb_04_2() -> Drawing:
    return elbows(), pressed(8, 28, 26, ahead=7)


@picture("lb-04-3")
def lb_04_3() -> Drawing:
    return elbows(), pressed(20, 36, 20, ahead=20.5)
