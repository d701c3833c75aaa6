"""On the left side: head to the right, the front toward the viewer, the right side up."""

from __future__ import annotations

from math import cos, radians, sin

from sessions.art.body import ON_SIDE, Body
from sessions.art.pictures import Drawing, picture
from sessions.art.scene import Scene
from sessions.art.space import AWAY, DOWN, LEFT, RIGHT, UP, VIEWER, Camera, V

FRONT = Camera(6, 30)
ABOVE = Camera(4, 46)
CLAM = Camera(10, 22)
HEEL = Camera(20, 50)


def on_side() -> Body:
    """Lying on the left side, the head on a pillow, the lower arm forward, the upper hand on the mat."""
    body = Body(V(0, ON_SIDE, 0), facing=VIEWER, up=RIGHT).trunk(side=6).look(side=-4, flex=6)
    body.reach("L", V(48, 2.6, 10), elbow=VIEWER, hand=RIGHT + AWAY * 0.4)
    return body.reach("R", V(15, 2.4, 17), elbow=VIEWER + UP * 0.5 + RIGHT * 0.4, hand=VIEWER + LEFT * 0.2)


def mat(camera: Camera, body: Body, *, end: float = -54, wide: float = 22) -> Scene:
    """The mat with the pillow under the head."""
    scene = Scene(camera).box((end, 52), (-1.6, 0), (-13, wide))
    at = body.skull
    top = max(2.4, at.y - 8.0)
    return scene.soft(*((V(at.x + x, y, z), 2.2) for x in (-6, 7) for y in (2.2, top) for z in (-8, 9)))


def cushion(scene: Scene, at: V, *, high: float, wide: float = 8, depth: float | None = None) -> Scene:
    """A pillow under ``at`` with its top ``high`` above the mat."""
    r = min(2.4, high / 2)
    return scene.soft(
        *((V(at.x + x, y, at.z + z), r) for x in (-wide, wide) for y in (r, high - r) for z in (-6, 6)), depth=depth
    )


# --- PR-05: knee drop ---------------------------------------------------------------------------------------------


def knee_drop(pillow: float, flex: float, *, pillows: int = 1) -> Scene:
    """The right knee sinks across onto a pillow ``pillow`` high; the foot rests behind the left calf."""
    body = on_side().leg("L", flex=6, knee=10, point=30)
    f = radians(flex)
    knee = V(-cos(f) * 24.4, pillow + 4.4, sin(f) * 24.4)
    if flex < 75:
        body.step("R", body.shin("L", 0.16, front=-6.0) + UP * 3.5, knee=knee - body.hip("R"), point=30)
    else:
        body.step("R", body.thigh("L", 0.93, front=7.0) + UP * 2.0, knee=knee - body.hip("R"), point=30)
    scene = mat(ABOVE, body, end=-61, wide=34)
    at = body.legs["R"].knee
    for k in range(pillows):
        each = (at.y - 4.2) / pillows
        base = V(at.x, 0, at.z)
        r = min(2.2, each / 2)
        scene.soft(
            *((base + V(x, each * k + y, z), r) for x in (-9, 9) for y in (r, each - r) for z in (-6, 5)),
            depth=-60 + k,
        )
    return (
        scene.body(body, over={"R.thigh": 6, "R.shin": 4})
        .glow(body.buttock("R") + UP * 3)
        .arrow(at + V(6, 22, 3), at + V(4, 5, 9), bow=-0.2)
    )


@picture("pr-05-1")
def pr_05_1() -> Drawing:
    return knee_drop(9.5, 60, pillows=2)


@picture("pr-05-2")
def pr_05_2() -> Drawing:
    return knee_drop(5.5, 60)


@picture("pr-05-3")
def pr_05_3() -> Drawing:
    return knee_drop(2.0, 88)


# --- GL-03, GL-04: strength of the side of the hip ----------------------------------------------------------------


def clam(open_: float, *, band: bool = False, arrow: bool = False) -> Scene:
    """Heels together, the upper knee opened by ``open_``."""
    body = on_side().leg("L", flex=45, knee=88, point=15)
    heel = body.legs["L"].ankle + UP * 7.4
    ahead = V(-sin(radians(45)), 0, cos(radians(45)))
    body.step("R", heel, knee=ahead + UP * open_, point=15)
    scene = mat(CLAM, body, wide=30)
    scene.body(body, over={"R.thigh": 12, "R.shin": 12}).glow(body.side_of_hip("R"), 5.4)
    if band:
        scene.band(body)
    if arrow:
        knee = body.legs["R"].knee
        scene.arrow(knee + V(-9, -6, 8), knee + V(-6, 7, 4), bow=0.2)
    return scene


@picture("gl-03-1")
def gl_03_1() -> Drawing:
    return clam(0), clam(0.5, arrow=True)


@picture("gl-03-2")
def gl_03_2() -> Drawing:
    return clam(0), clam(1.1, arrow=True)


@picture("gl-03-3")
def gl_03_3() -> Drawing:
    return clam(0, band=True), clam(0.9, band=True, arrow=True)


def leg_lift(lift: float, *, bent: bool = False, arrow: bool = False) -> Scene:
    """The upper leg lifted by ``lift`` degrees, a little behind the body; ``bent``: with both knees bent."""
    body = on_side().leg("L", flex=45 if bent else 30, knee=88 if bent else 60, point=20)
    if bent:
        body.leg("R", flex=45, out=lift, knee=88, point=15)
    else:
        body.leg("R", flex=-8, out=lift, point=10)
    scene = mat(FRONT, body, end=-54 if bent else -58, wide=28)
    scene.body(body, over={"R.thigh": 12, "R.shin": 12}).glow(body.side_of_hip("R"), 5.4)
    if arrow:
        ankle = body.legs["R"].ankle
        at = ankle + (V(-6, -9, 0) if bent else V(-2, -13, 4))
        scene.arrow(at, at + UP * 11)
    return scene


@picture("gl-04-1")
def gl_04_1() -> Drawing:
    return leg_lift(2, bent=True), leg_lift(22, bent=True, arrow=True)


@picture("gl-04-2")
def gl_04_2() -> Drawing:
    return leg_lift(-2), leg_lift(18, arrow=True)


# --- HF-03: heel to seat ------------------------------------------------------------------------------------------


def heel_to_seat(flex: float, bend: float, *, strap: bool = False) -> Scene:
    """The right heel drawn toward the seat by the right hand, or by a strap."""
    body = on_side().leg("L", flex=40, knee=60, point=20)
    body.leg("R", flex=flex, knee=bend, point=35)
    foot = body.legs["R"]
    scene = mat(HEEL, body, wide=24)
    if strap:
        palm = V(-4, 21, -13)
        body.reach("R", palm, elbow=UP + AWAY, hand=foot.ankle - palm)
        scene.strap(body.arms["R"].tip, foot.ankle + LEFT * 2.5, depth=HEEL.depth(foot.ankle) + 40)
    else:
        palm = foot.ankle + UP * 3.4 + RIGHT * 0.5
        body.reach("R", palm, elbow=UP + AWAY * 0.6, hand=LEFT + AWAY * 0.6 + DOWN * 0.4)
    scene.body(body, over={"R.thigh": 10, "R.fore": 20})
    return scene.glow(body.thigh("R", 0.5, front=3.0), 5.4).arrow(
        foot.ankle + V(-16, 11, -3), foot.ankle + V(-4, 13, -1), bow=0.15
    )


@picture("hf-03-1")
def hf_03_1() -> Drawing:
    return heel_to_seat(14, 96, strap=True)


@picture("hf-03-2")
def hf_03_2() -> Drawing:
    return heel_to_seat(4, 142)


@picture("hf-03-3")
def hf_03_3() -> Drawing:
    return heel_to_seat(-14, 128)


@picture("br-02-1")
def br_02_1() -> Drawing:
    body = on_side()
    body.leg("L", flex=62, knee=82, point=20)
    body.leg("R", flex=62, out=6, knee=82, point=20)
    scene = mat(FRONT, body, wide=32)
    middle = body.legs["R"].knee.toward(body.legs["L"].knee, 0.5)
    foot = body.legs["R"].ankle.toward(body.legs["L"].ankle, 0.5)
    scene.soft(
        *((at + V(x, y, z), 2.6) for at in (middle, foot) for x in (-2, 2) for y in (-1.5, 1.5) for z in (-2, 3)),
        depth=FRONT.depth(middle) + 5,
    )
    return scene.body(body, over={"R.thigh": 40, "R.shin": 40, "R.upper": 40, "R.fore": 40}).glow(
        body.low_back() + UP * 4
    )
