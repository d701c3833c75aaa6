"""The mannequin: one body for every picture, posed by the angles of its joints or by where hands and feet rest."""

from __future__ import annotations

from dataclasses import dataclass
from math import acos, cos, degrees, radians, sin, sqrt

from sessions.art.space import Frame, V, between

THIGH, SHIN, FOOT = 25.5, 24.5, 9.0
UPPER, FORE, HAND = 18.0, 15.0, 6.0
#: From the ankle down to the sole, and from the wrist to the middle of the palm.
SOLE, PALM = 4.0, 3.4
#: Pelvis height when lying on the back, on the front and on the side, so that the body rests on the floor.
ON_BACK, ON_FRONT, ON_SIDE = 7.8, 6.6, 10.6
#: Half the width between the hip joints and between the shoulder joints.
HIPS, SHOULDERS = 4.6, 8.4
#: How far a shoulder moves with the reaching arm.
SHOULDER_GIVES = 3.0

#: What a healthy joint can do, in degrees; a pose beyond it is a drawing mistake.
KNEE_MOST, ELBOW_MOST, HIP_MOST, HIP_BACK = 156, 152, 138, 32


class PoseError(Exception):
    """A pose that no body can take; the message names the joint."""


@dataclass(frozen=True)
class Leg:
    """Joints of one leg; ``front`` is where the shin looks, ``toe`` and ``sole`` how the foot is turned."""

    hip: V
    knee: V
    ankle: V
    front: V
    toe: V
    sole: V

    @property
    def ball(self) -> V:
        return self.ankle + self.toe * 6.2 + self.sole * 2.2

    @property
    def heel(self) -> V:
        return self.ankle - self.toe * 2.0 + self.sole * 1.8

    @property
    def tip(self) -> V:
        return self.ankle + self.toe * 9.4 + self.sole * 2.4

    @property
    def bend(self) -> float:
        """How far the knee is bent, in degrees."""
        return between((self.knee - self.hip).unit, (self.ankle - self.knee).unit)


@dataclass(frozen=True)
class Arm:
    """Joints of one arm; ``tip`` is the end of the fingers."""

    shoulder: V
    elbow: V
    wrist: V
    tip: V


def _bend(root: V, end: V, first: float, second: float, pole: V, name: str) -> V:
    """Where the middle joint is when a limb reaches from ``root`` to ``end``, bending toward ``pole``."""
    reach = end - root
    far = reach.length
    if far > first + second + 0.4:
        raise PoseError(f"{name} cannot reach: {far:.1f} is further than {first + second:.1f}")
    far = min(far, first + second - 0.001)
    along = reach.unit
    step = (first * first - second * second + far * far) / (2 * far)
    return root + along * step + pole.across(along) * sqrt(max(0.0, first * first - step * step))


class Body:
    """A mannequin in a pose. Sides are the body's own: "R" is its right.

    Make it with the place of the pelvis and where it looks, bend the trunk, then place the legs and the arms, so
    that a hand can rest on a leg. ``names`` of points are given to ``at``: "R.knee", "L.wrist" and so on.
    """

    def __init__(self, pelvis: V, *, facing: V, up: V) -> None:
        self.pelvis = pelvis
        self.frame = Frame.facing(facing, up)
        self.lumbar = self.chest = self.frame
        self.legs: dict[str, Leg] = {}
        self.arms: dict[str, Arm] = {}
        self.neck_flex = self.neck_side = self.neck_twist = 0.0

    # --- trunk ----------------------------------------------------------------------------------------------------

    def trunk(self, *, lumbar: float = 0, chest: float = 0, side: float = 0, twist: float = 0) -> Body:
        """Bend the back forward by ``lumbar`` and ``chest`` degrees, over to the right by ``side``; turn to the right.

        Negative is backward, to the left. Both parts share side-bend and turn.
        """
        self.lumbar = self.frame.bent(lumbar, side / 2, twist / 2)
        self.chest = self.lumbar.bent(chest, side / 2, twist / 2)
        return self

    def look(self, *, flex: float = 0, side: float = 0, twist: float = 0) -> Body:
        """Turn the head against the chest: chin down is positive."""
        self.neck_flex, self.neck_side, self.neck_twist = flex, side, twist
        return self

    @property
    def head(self) -> Frame:
        return self.chest.bent(self.neck_flex, self.neck_side, self.neck_twist)

    @property
    def spine(self) -> tuple[V, V, V, V]:
        """Middle of the hips, top of the pelvis, lower ribs, base of the neck."""
        top = self.pelvis + self.frame.up * 5
        ribs = top + self.lumbar.up * 10.5
        return self.pelvis, top, ribs, ribs + self.chest.up * 15

    @property
    def skull(self) -> V:
        """The middle of the head."""
        base = self.spine[3]
        neck = self.chest.halfway(self.head)
        return base + neck.up * 5.6 + self.head.up * 4.4 + self.head.front * 0.8

    def shoulder(self, side: str) -> V:
        return self.spine[3] + self.chest.at(self._out(side) * SHOULDERS, -3.4, 0)

    def hip(self, side: str) -> V:
        return self.pelvis + self.frame.at(self._out(side) * HIPS, 0, 0)

    @staticmethod
    def _out(side: str) -> int:
        return 1 if side == "R" else -1

    # --- limbs ----------------------------------------------------------------------------------------------------

    def leg(
        self,
        side: str,
        *,
        flex: float = 0,
        out: float = 0,
        turn: float = 0,
        knee: float = 0,
        point: float = 0,
        toe: V | None = None,
    ) -> Body:
        """Place a leg by angles: hip ``flex`` forward, ``out`` to the side, ``turn`` outward, ``knee`` bent.

        ``point``: the foot from square (0) to pointed; negative pulls it up. ``toe``: where the foot looks instead.
        """
        f, a, t = radians(flex), radians(out), radians(turn)
        lateral = self._out(side)
        frame = self.frame
        thigh = frame.at(lateral * sin(a), -cos(f) * cos(a), sin(f) * cos(a))
        back = frame.at(0, -sin(f), -cos(f))
        outward = frame.at(lateral * cos(a), sin(a) * cos(f), -sin(a) * sin(f))
        back = back * cos(t) - outward * sin(t)
        k = radians(knee)
        hip = self.hip(side)
        joint = hip + thigh * THIGH
        shin = thigh * cos(k) + back * sin(k)
        front = thigh * sin(k) - back * cos(k)
        return self._leg(side, hip, joint, joint + shin * SHIN, front, point, toe)

    def step(
        self,
        side: str,
        ankle: V,
        *,
        knee: V,
        point: float = 0,
        toe: V | None = None,
        hip: V | None = None,
    ) -> Body:
        """Place a leg by where its ankle rests; the knee goes toward the direction ``knee``."""
        root = hip or self.hip(side)
        joint = _bend(root, ankle, THIGH, SHIN, knee, f"{side} leg")
        thigh, shin = (joint - root).unit, (ankle - joint).unit
        bent = between(thigh, shin)
        front = thigh.across(shin) if bent > 4 else knee.across(shin)
        return self._leg(side, root, joint, ankle, front, point, toe)

    def _leg(self, side: str, hip: V, knee: V, ankle: V, front: V, point: float, toe: V | None) -> Body:
        shin = (ankle - knee).unit
        p = radians(point)
        look = toe.unit if toe else front * cos(p) + shin * sin(p)
        sole = shin.across(look) if abs(look.dot(shin)) < 0.97 else (-front).across(look)
        if not toe:
            sole = shin * cos(p) - front * sin(p)
        leg = Leg(hip, knee, ankle, front, look, sole)
        if leg.bend > KNEE_MOST:
            raise PoseError(f"{side} knee is bent by {leg.bend:.0f}")
        thigh = (knee - hip).unit
        lifted = degrees(acos(max(-1.0, min(1.0, -thigh.dot(self.frame.up)))))
        if thigh.dot(self.frame.front) < 0 and lifted > HIP_BACK and abs(thigh.dot(self.frame.right)) < 0.5:
            raise PoseError(f"{side} hip is stretched back by {lifted:.0f}")
        if lifted > HIP_MOST:
            raise PoseError(f"{side} hip is bent by {lifted:.0f}")
        self.legs[side] = leg
        return self

    def arm(self, side: str, *, upper: tuple[float, float, float], fore: tuple[float, float, float]) -> Body:
        """Place an arm by directions in the frame of the chest: outward, up, front."""
        out = self._out(side)
        shoulder = self.shoulder(side)
        first, second = (self.chest.at(out * d[0], d[1], d[2]).unit for d in (upper, fore))
        elbow = shoulder + first * UPPER
        return self._arm(side, shoulder, elbow, elbow + second * FORE, second)

    def reach(self, side: str, palm: V, *, elbow: V, hand: V | None = None) -> Body:
        """Place an arm so that its palm rests at ``palm``; the elbow goes toward ``elbow``, fingers along ``hand``.

        A shoulder gives a little, as far as ``SHOULDER_GIVES``, when the hand reaches far.
        """
        shoulder = self.shoulder(side)
        along = (hand or palm - shoulder).unit
        wrist = palm - along * PALM
        gap = wrist - shoulder
        shoulder += gap.unit * min(SHOULDER_GIVES, max(0.0, gap.length - UPPER - FORE + 0.3))
        joint = _bend(shoulder, wrist, UPPER, FORE, elbow, f"{side} arm")
        if not hand:
            along = (wrist - joint).unit
        return self._arm(side, shoulder, joint, wrist, along)

    def _arm(self, side: str, shoulder: V, elbow: V, wrist: V, along: V) -> Body:
        bent = between((elbow - shoulder).unit, (wrist - elbow).unit)
        if bent > ELBOW_MOST:
            raise PoseError(f"{side} elbow is bent by {bent:.0f}")
        self.arms[side] = Arm(shoulder, elbow, wrist, wrist + along * HAND)
        return self

    # --- places on the body ---------------------------------------------------------------------------------------

    def thigh(self, side: str, share: float, *, front: float = 0, out: float = 0) -> V:
        """A point of the thigh, ``share`` of the way from hip to knee, moved to its front or outer side."""
        leg = self.legs[side]
        along = (leg.knee - leg.hip).unit
        # A knee bends backward, however far: the front of the thigh is where the shin does not go.
        ahead = leg.front.across(along) if leg.bend < 20 else (leg.knee - leg.ankle).across(along)
        outer = ahead.cross(along) * -self._out(side)
        return leg.hip.toward(leg.knee, share) + ahead * front + outer * out

    def shin(self, side: str, share: float, *, front: float = 0, out: float = 0) -> V:
        """A point of the lower leg, ``share`` of the way from knee to ankle."""
        leg = self.legs[side]
        along = (leg.ankle - leg.knee).unit
        outer = leg.front.cross(along) * -self._out(side)
        return leg.knee.toward(leg.ankle, share) + leg.front * front + outer * out

    def buttock(self, side: str) -> V:
        """Over the piriformis, behind the hip joint."""
        return self.pelvis + self.frame.at(self._out(side) * 5.0, 0.5, -4.5)

    def side_of_hip(self, side: str) -> V:
        """Over gluteus medius, beside and above the hip joint."""
        return self.pelvis + self.frame.at(self._out(side) * 8.5, 3.0, -2.0)

    def groin(self, side: str) -> V:
        """The front of the hip."""
        return self.pelvis + self.frame.at(self._out(side) * 4.6, 1.0, 5.0)

    def low_back(self) -> V:
        return self.spine[1] + self.lumbar.at(0, 4.0, -4.5)

    def belly(self) -> V:
        return self.spine[1] + self.lumbar.at(0, 3.0, 4.5)
