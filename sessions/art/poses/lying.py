"""On the back: head to the left, the right side toward the viewer."""

from __future__ import annotations

from math import cos, radians, sin

from sessions.art.body import ON_BACK, SOLE, Body
from sessions.art.pictures import Drawing, picture
from sessions.art.scene import Scene
from sessions.art.space import AWAY, DOWN, LEFT, RIGHT, UP, VIEWER, Camera, V

SIDE = Camera(-16, 15)
ABOVE = Camera(-12, 48)
FOUR = Camera(-4, 18)
CORNER = Camera(22, 28)
FEET = Camera(90, 46)
#: A little to the right of the feet: the left side counts as far and is drawn darker, so that crossed legs differ.
FEET_RIGHT = Camera(88, 46)
ROLL = Camera(90, 58)


def on_back(*, head: float = 14, y: float = 0) -> Body:
    """Lying flat with the head on a low pillow, arms to be placed."""
    return Body(V(0, ON_BACK + y, 0), facing=UP, up=LEFT).look(flex=head)


def foot_down(body: Body, side: str, x: float = 23, z: float = 5, knee: V = UP) -> Body:
    """Knee up, the sole on the mat ``x`` from the hips, ``z`` out from the middle."""
    out = 1 if side == "R" else -1
    return body.step(side, V(x, SOLE, z * out), knee=knee, toe=RIGHT)


def straight(body: Body, side: str, z: float = 4.6, y: float = 0) -> Body:
    """The leg long on the mat, toes up."""
    out = 1 if side == "R" else -1
    return body.step(side, V(49.6, 4.2 + y, z * out), knee=UP, toe=UP + V(0.15, 0, 0.25 * out))


def arm_down(body: Body, side: str, *, out: float = 13, x: float = -8) -> Body:
    """The arm beside the body, palm on the mat."""
    z = out if side == "R" else -out
    return body.reach(side, V(x, body.pelvis.y - ON_BACK + 2.2, z), elbow=DOWN * 0.2 + V(0, 0, z), hand=RIGHT)


def mat(camera: Camera, body: Body, *, end: float = 34, wide: float = 14, pillow: bool = True) -> Scene:
    """The mat with the body's pillow on it."""
    scene = Scene(camera).box((-50, end), (-1.6, 0), (-wide, wide))
    return _pillow(scene, body) if pillow else scene


def _pillow(scene: Scene, body: Body, *, low: float = 0) -> Scene:
    at = body.skull
    floor = low + 2.2
    top = max(floor + 0.2, at.y - 8.4)
    return scene.soft(
        *((V(at.x + x, y, z), r) for x, y, r in ((-5, top, 2.2), (5, floor, 2.0), (-6, floor, 2.2)) for z in (-8, 8))
    )


def hold_thigh(body: Body, leg: str, share: float = 0.62) -> Body:
    """Both hands behind the thigh of ``leg``."""
    for side, z in (("R", VIEWER), ("L", AWAY)):
        palm = body.thigh(leg, share, front=-6.6) + z * 2.6
        body.reach(side, palm, elbow=DOWN * 0.3 + z, hand=-z + RIGHT * 0.5 + UP * 0.2)
    return body


def hold_shin(body: Body, leg: str, share: float = 0.2) -> Body:
    """Both hands around the shin of ``leg``, below the knee."""
    for side, z in (("R", VIEWER), ("L", AWAY)):
        palm = body.shin(leg, share, front=4.6) + z * 2.6
        body.reach(side, palm, elbow=DOWN * 0.4 + z, hand=-z + UP * 0.5)
    return body


# --- PR-01, PR-10, PR-12: the figure four -------------------------------------------------------------------------


def cross(body: Body, *, share: float = 0.92, out: V = VIEWER + RIGHT * 0.25) -> Body:
    """The right ankle on the left thigh, just above the knee; the right knee falls outward."""
    return body.step("R", body.thigh("L", share, front=7.0) + VIEWER * 1.5, knee=out)


def figure_four(flex: float) -> Body:
    body = on_back().leg("L", flex=flex, knee=92, point=10)
    return hold_thigh(cross(body), "L")


@picture("pr-01-1")
def pr_01_1() -> Drawing:
    body = cross(foot_down(on_back(), "L", z=4), share=0.88, out=VIEWER + RIGHT * 0.3)
    arm_down(arm_down(body, "L", out=33, x=-10), "R", out=33, x=-10)
    knee = body.legs["R"].knee
    return (
        mat(FEET, body, end=34, wide=38)
        .body(body, both_near=True, over={"R.shin": 20})
        .glow(body.buttock("R") + VIEWER * 3)
        .arrow(knee + V(0, 9, -4), knee + V(0, 2, 9), bow=-0.2)
    )


@picture("pr-01-2")
def pr_01_2() -> Drawing:
    body = figure_four(100)
    knee = body.legs["L"].knee
    return mat(FOUR, body).body(body).glow(body.buttock("R")).arrow(knee + V(6, 12, 0), knee + V(-14, 12, 0), bow=0.2)


@picture("pr-01-3")
def pr_01_3() -> Drawing:
    body = figure_four(122)
    knee = body.legs["L"].knee
    return mat(FOUR, body).body(body).glow(body.buttock("R")).arrow(knee + V(4, 14, 0), knee + V(-16, 11, 0), bow=0.2)


@picture("pr-10-2")
def pr_10_2() -> Drawing:
    return wall_figure_four(90)


@picture("pr-10-1")
def pr_10_1() -> Drawing:
    return wall_figure_four(68, closer=False)


@picture("pr-10-3")
def pr_10_3() -> Drawing:
    return wall_figure_four(104)


def wall_figure_four(flex: float, *, closer: bool = True) -> Scene:
    """The left foot on the wall; the nearer the wall, the more the hip is bent. ``closer``: with the way to it."""
    body = on_back()
    f = radians(flex)
    knee = body.hip("L") + V(cos(f), sin(f), 0) * 25.5
    body.leg("L", flex=flex, knee=flex, toe=UP)
    wall = knee.x + 24.5 + SOLE + 0.4
    cross(body)
    for side in "LR":
        arm_down(body, side, out=23, x=-5)
    scene = Scene(SIDE).box((-50, wall), (-1.6, 0), (-14, 14)).box((wall, wall + 2.4), (-1.6, 62), (-14, 14))
    _pillow(scene, body)
    scene.body(body).glow(body.buttock("R"))
    return scene.arrow(V(wall - 30, -4.2, 17), V(wall - 14, -4.2, 17)) if closer else scene


@picture("pr-12-2")
def pr_12_2() -> Drawing:
    def hands(body: Body) -> Body:
        at = body.shin("R", 0.93, front=0) + LEFT * 3.6 + UP * 1.0
        body.reach("L", at, elbow=AWAY + DOWN * 0.3, hand=VIEWER + UP * 0.8)
        palm = body.thigh("L", 0.6, front=-6.6) + VIEWER * 3
        return body.reach("R", palm, elbow=DOWN * 0.3 + VIEWER, hand=AWAY + RIGHT * 0.5)

    press = hands(cross(on_back().leg("L", flex=94, knee=92, point=10)))
    closer = hands(cross(on_back().leg("L", flex=114, knee=92, point=10)))
    foot, knee = press.legs["R"].ankle, closer.legs["L"].knee
    return (
        mat(FOUR, press)
        .body(press, over={"L.fore": 24})
        .glow(press.buttock("R"))
        .arrow(foot + V(14, 9, 0), foot + V(3, 7, 0), bow=0.15),
        mat(FOUR, closer)
        .body(closer, over={"L.fore": 24})
        .glow(closer.buttock("R"))
        .arrow(knee + V(4, 13, 0), knee + V(-16, 11, 0), bow=0.2),
    )


# --- PR-02: knee to opposite shoulder -----------------------------------------------------------------------------


def knee_across(
    flex: float, across: float, *, turn: float = 0, other_straight: bool = False, hold: float = 0.98, bend: float = 105
) -> Scene:
    """The left hand draws the right knee over the middle toward the left shoulder."""
    body = on_back()
    (straight if other_straight else foot_down)(body, "L")
    body.leg("R", flex=flex, out=-across, turn=turn, knee=bend, point=15)
    palm = body.thigh("R", hold, out=4.2, front=2.4)
    body.reach("L", palm, elbow=AWAY + DOWN * 0.3, hand=VIEWER * 0.6 + RIGHT * 0.5 + UP * 0.2)
    arm_down(body, "R", out=17, x=-1)
    knee = body.legs["R"].knee
    return (
        mat(ABOVE, body, end=54 if other_straight else 36)
        .body(body, over={"L.fore": 14, "L.upper": 6})
        .glow(body.buttock("R"))
        .arrow(knee + V(4, 7, -7), knee + V(-14, 5, -14), bow=0.15)
    )


@picture("pr-02-1")
def pr_02_1() -> Drawing:
    return knee_across(70, 12, hold=0.74, bend=84)


@picture("pr-02-2")
def pr_02_2() -> Drawing:
    return knee_across(104, 26)


@picture("pr-02-3")
def pr_02_3() -> Drawing:
    return knee_across(108, 28, turn=-18, other_straight=True)


# --- PR-06: knee falls inward -------------------------------------------------------------------------------------


def knee_in(fall: float, *, pillow: bool = False, weight: bool = False) -> Scene:
    """Feet wide, the right knee falls inward by ``fall`` (0 upright to 1)."""
    body = on_back()
    foot_down(body, "R", x=22, z=17, knee=UP * (1.05 - fall) + AWAY * fall)
    if weight:
        ankle = body.thigh("R", 0.66, out=6.8) + UP * 1 + AWAY * 1.5
        body.step("L", ankle, knee=UP + AWAY * 0.4, toe=VIEWER + LEFT * 0.35 + UP * 0.1)
    else:
        foot_down(body, "L", x=22, z=17, knee=UP + AWAY * 0.1)
    for side in "LR":
        arm_down(body, side, out=21, x=-6)
    scene = mat(FEET_RIGHT if weight else FEET, body, end=34, wide=27)
    knee = body.legs["R"].knee
    if pillow:
        middle = knee.toward(body.legs["L"].knee, 0.5)
        scene.soft(
            *((middle + V(0, y, z), 3.4) for y in (-6, 2) for z in (-2.5, 2.5)),
            depth=FEET.depth(middle),
        )
    scene.body(body, both_near=not weight, over={"L.shin": 20} if weight else {})
    scene.glow(body.side_of_hip("R") + V(-1, -4, 2))
    if weight:  # below the knee, the ankle lies above it
        return scene.arrow(knee + V(11, 0, 4), knee + V(9, 0, -13), bow=-0.1)
    return scene.arrow(knee + V(2, 9, 9), knee + V(2, 7, -6), bow=0.2)


@picture("pr-06-1")
def pr_06_1() -> Drawing:
    return knee_in(0.25, pillow=True)


@picture("pr-06-2")
def pr_06_2() -> Drawing:
    return knee_in(0.72)


@picture("pr-06-3")
def pr_06_3() -> Drawing:
    return knee_in(0.72, weight=True)


# --- GL-01, LB-03: knees to the chest -----------------------------------------------------------------------------


@picture("gl-01-1")
def gl_01_1() -> Drawing:
    body = hold_thigh(foot_down(on_back(), "L").leg("R", flex=92, out=4, knee=95, point=20), "R")
    return _toward_chest(body)


@picture("gl-01-2")
def gl_01_2() -> Drawing:
    return _toward_chest(hold_shin(foot_down(on_back(), "L").leg("R", flex=122, out=8, knee=125, point=20), "R"))


@picture("gl-01-3")
def gl_01_3() -> Drawing:
    body = hold_shin(straight(on_back(), "L").leg("R", flex=122, out=8, knee=125, point=20), "R")
    return _toward_chest(body, end=56)


def _toward_chest(body: Body, *, end: float = 34) -> Scene:
    knee = body.legs["R"].knee
    return (
        mat(SIDE, body, end=end)
        .body(body)
        .glow(body.buttock("R"))
        .arrow(knee + V(8, 10, 0), knee + V(-9, 9, 0), bow=0.2)
    )


@picture("lb-03-2")
def lb_03_2() -> Drawing:
    body = _both_knees()
    knee = body.legs["R"].knee
    return (
        mat(SIDE, body, end=22)
        .body(body)
        .glow(body.low_back() + RIGHT * 2)
        .arrow(knee + V(8, 10, 0), knee + V(-9, 9, 0), bow=0.2)
    )


@picture("lb-03-3")
def lb_03_3() -> Drawing:
    body = _both_knees()
    knee = body.legs["R"].knee
    return (
        mat(SIDE, body, end=22)
        .body(body)
        .glow(body.low_back() + RIGHT * 2)
        .arrow(knee + V(-1, 11, 0), knee + V(-12, 9, 0), bow=0.12)
        .arrow(knee + V(2, 11, 0), knee + V(13, 9, 0), bow=-0.12)
    )


def _both_knees() -> Body:
    body = on_back()
    for side in "LR":
        body.leg(side, flex=126, out=3, knee=125, point=20)
    for side, z in (("R", VIEWER), ("L", AWAY)):
        palm = body.shin(side, 0.25, front=4.8)
        body.reach(side, palm, elbow=DOWN * 0.4 + z, hand=-z + UP * 0.6)
    return body


# --- GL-02: bridge ------------------------------------------------------------------------------------------------


def bridge(lift: float, *, band: bool = False, arrow: bool = False) -> Scene:
    """Feet flat, hips lifted by ``lift`` degrees of slope; shoulders stay down."""
    slope = radians(lift)
    up = V(-cos(slope), -sin(slope), 0)
    shoulders = V(-30.5, 7.4, 0)
    body = Body(shoulders - up * 30.5, facing=UP, up=up).look(flex=8 + lift * 0.75)
    for side in "LR":
        foot_down(body, side, x=22)
        z = 22 if side == "R" else -22
        body.reach(side, V(-5, 2.2, z), elbow=DOWN * 0.2 + V(0, 0, z), hand=RIGHT)
    scene = mat(SIDE, body).body(body).glow(body.buttock("R") + body.frame.front * 2)
    if band:
        scene.band(body)
    if arrow:
        scene.arrow(body.pelvis + V(-1, 10, 0), body.pelvis + V(-1, 22, 0))
    return scene


@picture("gl-02-1")
def gl_02_1() -> Drawing:
    return bridge(0)


@picture("gl-02-2")
def gl_02_2() -> Drawing:
    return bridge(0), bridge(23, arrow=True)


@picture("gl-02-3")
def gl_02_3() -> Drawing:
    return bridge(0, band=True), bridge(23, band=True, arrow=True)


# --- HA-01, HA-02: hamstrings -------------------------------------------------------------------------------------


def strap_leg(flex: float, bend: float) -> Scene:
    """The right leg raised with a strap round the foot, its ends in both hands."""
    body = straight(on_back(), "L").leg("R", flex=flex, knee=bend, point=22)
    ball = body.legs["R"].ball
    for side, z in (("R", 4), ("L", -4)):
        palm = V(-15, 33, z)
        body.reach(side, palm, elbow=DOWN + V(0, 0, z * 0.2), hand=(ball - palm))
    scene = mat(SIDE, body, end=56).body(body).glow(body.thigh("R", 0.55, front=-4.5))
    depth = SIDE.depth(ball)
    for side in "LR":
        scene.strap(body.arms[side].tip, ball + body.legs["R"].sole * 1.6, depth=depth + (2 if side == "R" else -30))
    ankle = body.legs["R"].ankle
    return scene.arrow(ankle + V(13, -8, 0), ankle + V(11, 5, 0), bow=-0.15)


@picture("ha-01-1")
def ha_01_1() -> Drawing:
    return strap_leg(66, 30)


@picture("ha-01-2")
def ha_01_2() -> Drawing:
    return strap_leg(76, 12)


@picture("ha-01-3")
def ha_01_3() -> Drawing:
    return strap_leg(82, 0)


def doorway(flex: float, *, closer: bool = True) -> Scene:
    """The right leg up the frame, the left one long through the open door. ``closer``: with the way to it."""
    body = straight(on_back(), "L").leg("R", flex=flex, knee=8, point=8)
    leg = body.legs["R"]
    frame = leg.heel.x + 2.4
    for side in "LR":
        arm_down(body, side, out=15)
    scene = Scene(SIDE).box((-50, 56), (-1.6, 0), (-16, 13))
    scene.box((frame, frame + 3), (0, 66), (-22, -17)).box((frame, frame + 3), (62, 66), (-22, 10))
    scene.box((frame, frame + 3), (0, 66), (0.5, 10), depth=SIDE.depth(body.hip("L")) + 6)
    _pillow(scene, body)
    scene.body(body, over={"R.shin": 20}).glow(body.thigh("R", 0.6, front=-4.5))
    return scene.arrow(V(-22, -4.5, 17), V(-6, -4.5, 17)) if closer else scene


@picture("ha-02-1")
def ha_02_1() -> Drawing:
    return doorway(58, closer=False)


@picture("ha-02-2")
def ha_02_2() -> Drawing:
    return doorway(72)


@picture("ha-02-3")
def ha_02_3() -> Drawing:
    return doorway(82)


# --- HF-02: edge of the bed ---------------------------------------------------------------------------------------


def edge_of_bed(drop: float, bend: float, *, stool: bool = False) -> Scene:
    """At the foot end of the bed: the left knee is hugged, the right thigh hangs over the edge."""
    high = 27.0
    body = on_back(y=high)
    body.leg("R", flex=-drop, knee=bend, point=25)
    body.leg("L", flex=124, out=2, knee=125, point=20)
    hold_shin(body, "L")
    scene = Scene(SIDE).box((-52, 3), (high - 11, high), (-17, 17))
    for x in (-48, -1):
        scene.rod(V(x, high - 12, 15), V(x, 0, 15), r=1.6)
    _pillow(scene, body, low=high)
    if stool:
        sole = body.legs["R"].ankle.y - SOLE
        x = body.legs["R"].ball.x
        scene.box((x - 9, x + 6), (sole - 2.4, sole), (-3, 13))
        for leg in (-7, 4):
            scene.rod(V(x + leg, sole - 2.4, 11), V(x + leg, 0, 11), r=1.1)
    knee = body.legs["R"].knee
    return scene.body(body).glow(body.groin("R")).arrow(knee + V(3, 15, 0), knee + V(4, 6.5, 0))


@picture("hf-02-1")
def hf_02_1() -> Drawing:
    return edge_of_bed(2, 72, stool=True)


@picture("hf-02-2")
def hf_02_2() -> Drawing:
    return edge_of_bed(12, 62)


@picture("hf-02-3")
def hf_02_3() -> Drawing:
    return edge_of_bed(12, 92)


# --- LB-01, LB-05, LB-08: small movements of the trunk ------------------------------------------------------------


def pelvic_tilt(*, heel: bool = False) -> Scene:
    body = on_back()
    if heel:
        foot_down(body, "L", x=15)
        body.step("R", V(30, SOLE + 4.6, 5), knee=UP, toe=RIGHT + DOWN)
    else:
        foot_down(body, "L")
        foot_down(body, "R")
    for side in "LR":
        arm_down(body, side, out=24, x=-2)
    low = body.low_back()
    scene = mat(SIDE, body, end=44 if heel else 34).body(body).glow(low)
    scene.arrow(body.belly() + V(-1, 17, 0), body.belly() + V(-1, 5, 0))
    if heel:
        scene.arrow(V(22.5, -2.5, 14), V(22.5, 7.5, 14))
    return scene


@picture("lb-01-2")
def lb_01_2() -> Drawing:
    return pelvic_tilt()


@picture("lb-01-3")
def lb_01_3() -> Drawing:
    return pelvic_tilt(heel=True)


def knees_over(roll: float, tip: float) -> Scene:
    """Knees together tipped to the right by ``tip`` degrees (negative: left), the hips rolling ``roll`` with them."""
    r, t = radians(roll), radians(tip)
    body = Body(V(0, ON_BACK, 0), facing=V(0, cos(r), sin(r)), up=LEFT).trunk(twist=-roll).look(flex=14)
    pole = V(0, cos(t), sin(t))
    for side, z in (("R", 3.4), ("L", -3.4)):
        ankle = V(21, SOLE, z) + V(0, max(0.0, -z * sin(t)) * 0.5, 0)
        body.step(side, ankle, knee=pole, toe=RIGHT)
        out = 41 if side == "R" else -41
        body.reach(side, V(-17, 2.2, out), elbow=DOWN * 0.2 + RIGHT, hand=V(6, 0, out))
    knee = body.legs["R"].knee.toward(body.legs["L"].knee, 0.5)
    side = 1 if tip > 0 else -1
    return (
        mat(ROLL, body, end=34, wide=20)
        .body(body, both_near=True)
        .arrow(knee + V(0, 12 - abs(t) * 2, -6 * side), knee + V(0, 7 - abs(t) * 5, 11 * side), bow=0.25 * side)
    )


@picture("lb-05-1")
def lb_05_1() -> Drawing:
    return knees_over(6, 14), knees_over(-6, -14)


@picture("lb-05-2")
def lb_05_2() -> Drawing:
    return knees_over(18, 38), knees_over(-18, -38)


@picture("lb-05-3")
def lb_05_3() -> Drawing:
    return knees_over(36, 72), knees_over(-36, -72)


def heel_slide(x: float, *, arrow: bool = True) -> Scene:
    """The right heel ``x`` away from the hips, on the mat."""
    body = foot_down(on_back(), "L")
    if x < 30:
        foot_down(body, "R", x=x)
    else:
        body.step("R", V(x, 4.2, 5), knee=UP, toe=UP + RIGHT * (0.4 if x < 44 else 0.1))
    for side in "LR":
        arm_down(body, side, out=15)
    scene = mat(SIDE, body, end=54).body(body).glow(body.belly(), 5)
    if arrow:
        scene.arrow(V(25, -4.2, 16), V(min(x, 44) + 4, -4.2, 16))
    return scene


@picture("lb-08-1")
def lb_08_1() -> Drawing:
    return heel_slide(23, arrow=False), heel_slide(34)


@picture("lb-08-2")
def lb_08_2() -> Drawing:
    return heel_slide(23, arrow=False), heel_slide(46)


@picture("lb-08-3")
def lb_08_3() -> Drawing:
    body = foot_down(on_back(), "L").leg("R", flex=90, knee=90, point=5)
    arm_down(body, "R", out=15)
    shoulder = body.shoulder("L")
    body.reach("L", shoulder + UP * 35 + LEFT * 6, elbow=LEFT, hand=UP)
    foot, hand = body.legs["R"].ankle, body.arms["L"].tip
    lifted = (
        mat(SIDE, body, end=54)
        .body(body)
        .glow(body.belly(), 5)
        .arrow(foot + V(12, -14, 0), foot + V(12, -2, 0))
        .arrow(hand + V(9, -14, 0), hand + V(8, -2, 0), bow=-0.1)
    )
    return heel_slide(23, arrow=False), lifted


# --- NE-02: lying nerve slider ------------------------------------------------------------------------------------


def lying_slider(flex: float, bend: float, *, away: bool) -> Scene:
    """Hands behind the right thigh; the knee straightens while the toes point away, bends while they pull up."""
    body = foot_down(on_back(), "L").leg("R", flex=flex, knee=bend, point=38 if away else -16)
    hold_thigh(body, "R", 0.62 if flex >= 90 else 0.52)
    ankle = body.legs["R"].ankle
    scene = mat(SIDE, body).body(body)
    if away:
        return scene.arrow(ankle + V(12, -12, 0), ankle + V(12, 2, 0), bow=-0.15)
    return scene.arrow(ankle + V(12, 10, 0), ankle + V(12, -4, 0), bow=0.15)


@picture("ne-02-1")
def ne_02_1() -> Drawing:
    return lying_slider(84, 92, away=False), lying_slider(84, 64, away=True)


@picture("ne-02-2")
def ne_02_2() -> Drawing:
    return lying_slider(90, 95, away=False), lying_slider(90, 42, away=True)


@picture("ne-02-3")
def ne_02_3() -> Drawing:
    return lying_slider(90, 105, away=False), lying_slider(90, 22, away=True)


# --- AD-01, BR-01, BR-02 ------------------------------------------------------------------------------------------


def butterfly(high: float) -> Scene:
    """Soles together, each knee on a pillow ``high`` units thick."""
    body = on_back()
    for side, z in (("R", 1), ("L", -1)):
        body.step(side, V(21, 4.6, 4.1 * z), knee=V(0.1, 0.18 + high * 0.035, z), toe=RIGHT + UP * 0.25)
        arm_down(body, side, out=21, x=-8)
    scene = mat(FEET, body, end=34, wide=27)
    for side in "LR":
        knee = body.legs[side].knee
        z = 1 if side == "R" else -1
        top = max(1.8, knee.y - 6.4)
        scene.soft(
            *((V(knee.x + dx, y, knee.z + dz * z), 2.2) for dx in (-7, 7) for y in (2, top) for dz in (-7, 5)),
        )
    scene.body(body, both_near=True).glow(body.thigh("R", 0.45, out=-3.5), 5).glow(body.thigh("L", 0.45, out=-3.5), 5)
    for side, z in (("R", 1), ("L", -1)):
        knee = body.legs[side].knee
        scene.arrow(knee + V(1, 3, 9 * z), knee + V(1, 1, 20 * z))
    return scene


@picture("ad-01-1")
def ad_01_1() -> Drawing:
    return butterfly(11)


@picture("ad-01-2")
def ad_01_2() -> Drawing:
    return butterfly(6)


@picture("ad-01-3")
def ad_01_3() -> Drawing:
    return butterfly(2)


@picture("br-01-2")
def br_01_2() -> Drawing:
    body = on_back()
    for side in "LR":
        foot_down(body, side)
    belly = body.belly() + UP * 3.5
    body.reach("R", belly + V(2, 0, 1), elbow=VIEWER + DOWN * 0.6, hand=RIGHT * 0.4 + AWAY)
    arm_down(body, "L")
    return mat(SIDE, body).body(body, over={"R.fore": 6}).arrow(belly + V(-8, 3, 0), belly + V(-8, 15, 0))


@picture("br-02-2")
def br_02_2() -> Drawing:
    body = on_back()
    for side in "LR":
        body.leg(side, flex=84, out=2, knee=84, point=15)
        arm_down(body, side, out=16)
    calf = body.legs["R"].ankle
    seat = calf.y - 3.6
    scene = Scene(SIDE).box((-50, 44), (-1.6, 0), (-15, 15))
    _pillow(scene, body)
    for x in (18, 40):
        scene.rod(V(x, seat - 2, -12), V(x, 0, -12), r=1.2)
    scene.rod(V(41, seat, -12), V(43, seat + 26, -12), V(43, seat + 26, 12), V(41, seat, 12), r=1.3)
    scene.box((15, 42), (seat - 2.6, seat), (-13, 13))
    for x in (18, 40):
        scene.rod(V(x, seat - 2, 12), V(x, 0, 12), r=1.2)
    return scene.body(body).glow(body.low_back())
