"""The mannequin as the camera sees it: parts in flat colours, ordered by depth, with the seams painted over."""

from __future__ import annotations

from itertools import pairwise
from math import atan2, cos, pi, sin, sqrt

from sessions.art.body import Body, Leg
from sessions.art.paint import HAIR, INK, SHORTS, SHORTS_FAR, SKIN, SKIN_FAR, TOP, TOP_FAR, Part, fill, stroke
from sessions.art.space import UP, Camera, Disc, Frame, V, chain, hull, number, place


class Figure:
    """The parts of one body, back to front in ``parts``.

    The side away from the viewer is darker; ``both_near``: neither is, as seen from the front. ``over`` moves parts
    toward the viewer where their middle misleads: {"R.shin": 5}.
    """

    def __init__(
        self, camera: Camera, body: Body, *, over: dict[str, float] | None = None, both_near: bool | None = None
    ) -> None:
        self.camera, self.body = camera, body
        apart = camera.depth(body.frame.right) + camera.depth(body.chest.right)
        near = abs(apart) < 0.5 if both_near is None else both_near
        self.far = "" if near else "L" if apart > 0 else "R"
        self.parts: list[Part] = []
        self._trunk()
        self._head()
        for side in body.legs:
            self._leg(side)
        for side in body.arms:
            self._arm(side)
        self._order(over or {})

    def _discs(self, *balls: tuple[V, float]) -> list[Disc]:
        return [self.camera.disc(at, r) for at, r in balls]

    def _order(self, over: dict[str, float]) -> None:
        """Sort by depth, and follow each part with the patches over its seams."""
        pelvis, shirt = (next(part for part in self.parts if part.name == name) for name in ("pelvis", "shirt"))
        from_below = self.camera.depth(self.body.lumbar.up) < -0.35
        if not from_below:
            shirt.depth = max(shirt.depth, pelvis.depth + 0.02)
        for part in self.parts:
            side, _dot, what = part.name.partition(".")
            if what == "thigh" and not from_below:  # the shirt hangs over the shorts of a thigh that is not lifted
                leg = self.body.legs[side]
                if (leg.knee - leg.hip).unit.dot(self.body.frame.up) < 0.12:
                    part.depth = min(part.depth, shirt.depth - 0.01)
            part.depth += over.get(part.name, 0)
        ordered = sorted(self.parts, key=lambda part: part.depth)
        self.parts = []
        drawn: list[str] = []
        for part in ordered:
            drawn.append(part.name)
            self.parts += [part, *self._seams(part.name, drawn, part.depth)]

    def _seams(self, name: str, drawn: list[str], depth: float) -> list[Part]:
        """Colour without ink over the line between ``name`` and the neighbour that it covers."""
        patches = []
        if "." in name:
            side, what = name.split(".")
            skin = SKIN_FAR if side == self.far else SKIN
            if what in ("thigh", "shin") and self._touch(drawn, side, "thigh", "shin"):
                leg = self.body.legs[side]
                if what == "shin":
                    bend = self._discs((leg.knee, 4.5), (leg.knee.toward(leg.hip, 0.14), 4.75))
                else:
                    bend = self._discs((leg.knee, 4.4), (leg.knee.toward(leg.ankle, 0.24) - leg.front * 0.7, 4.2))
                patches.append((hull(bend), skin))
            if what in ("upper", "fore") and self._touch(drawn, side, "upper", "fore"):
                arm = self.body.arms[side]
                other = arm.elbow.toward(arm.shoulder, 0.15) if what == "fore" else arm.elbow.toward(arm.wrist, 0.2)
                r = 2.8 if what == "fore" else 2.5
                patches.append((hull(self._discs((arm.elbow, 2.68), (other, r))), skin))
            if what == "upper" and "shirt" in drawn:
                shoulder = self.body.arms[side].shoulder
                inner = shoulder.toward(self.body.spine[3] - self.body.chest.up * 4, 0.2)
                colour = TOP_FAR if side == self.far else TOP
                patches.append((hull(self._discs((shoulder, 3.6), (inner, 2.9))), colour))
        # Near shorts are one piece of cloth: whichever of hips and thigh came first is filled once more.
        sides = [side for side in self.body.legs if side != self.far]
        if name == "pelvis":
            patches += [(self._cloth(self.body.legs[side], 0.3), SHORTS) for side in sides if f"{side}.thigh" in drawn]
        if name in [f"{side}.thigh" for side in sides] and "pelvis" in drawn:
            leg = self.body.legs[name[0]]
            if f"{self.far}.thigh" in drawn[drawn.index("pelvis") :]:  # it lies in front of the hips: only the root
                inner = self.body.pelvis.toward(leg.hip, 0.8) + self.body.frame.up * 2.5
                patches.append((hull(self._discs((leg.hip, 5.5), (inner, 5.0))), SHORTS))
            elif (leg.knee - leg.hip).unit.dot(self.camera.toward) < 0.25:
                patches.append((self._hips(cloth=True), SHORTS))
        return [Part(depth, fill(d, colour, line=None)) for d, colour in patches]

    @staticmethod
    def _touch(drawn: list[str], side: str, first: str, second: str) -> bool:
        """Whether two parts of a limb are drawn, with no part of the trunk between them."""
        if not {f"{side}.{first}", f"{side}.{second}"} <= set(drawn):
            return False
        places = sorted((drawn.index(f"{side}.{first}"), drawn.index(f"{side}.{second}")))
        return not {"shirt", "pelvis", "head"} & set(drawn[places[0] : places[1]])

    def _cloth(self, leg: Leg, down: float = 0.55) -> str:
        """Outline of the leg of the shorts, as far ``down`` the thigh."""
        along = (leg.knee - leg.hip).unit
        return hull(
            [self.camera.disc(leg.hip + along * 1.2, 6.2), *self.camera.cut(leg.hip.toward(leg.knee, down), along, 5.9)]
        )

    def _pair(self, at: V, frame: Frame, wide: float, r: float, up: float = 0, front: float = 0) -> list[Disc]:
        """Two balls beside each other: a cut through the trunk."""
        return [self.camera.disc(at + frame.at(side * wide, up, front), r) for side in (-1, 1)]

    def _oval(self, at: V, frame: Frame, wide: float, deep: float, up: float = 0, front: float = 0) -> list[Disc]:
        """A flat cut through the trunk, half as ``wide`` and ``deep``."""
        return [
            self.camera.disc(at + frame.at(wide * cos(a), up, deep * sin(a) + front), 0.6)
            for a in (pi * k / 6 for k in range(12))
        ]

    def _hips(self, cloth: bool = False) -> str:
        """Outline of the hips; ``cloth``: only what the shirt leaves open."""
        hips, top = self.body.spine[:2]
        seat = self._pair(hips, self.body.frame, 4.3, 5.9, -0.8, -1.3)
        if cloth:
            waist = self._oval(top, self.body.frame.halfway(self.body.lumbar), 8.9, 5.4, -1.8, -0.2)
            middle = self._oval(hips, self.body.frame, 9.6, 6.2, 0.5, -0.6)
            low = self._pair(hips, self.body.frame, 4.3, 5.6, -1.4, -1.2)
            return hull(waist + middle) + hull(middle + low)
        hip = self._pair(hips, self.body.frame, 4.5, 5.9, 1.0, 0.2)
        return hull(seat + hip) + hull(hip + self._pair(top, self.body.frame, 4.2, 5.4, 0.6, 0))

    def _trunk(self) -> None:
        hips, top, ribs, base = self.body.spine
        p, lumbar, c = self.body.frame, self.body.lumbar, self.body.chest

        pair = self._pair
        waist = p.halfway(lumbar)
        hem = self._oval(top, waist, 9.3, 5.9, -0.6, -0.2)
        flank = pair(top, waist, 3.9, 5.5, 4.6, 0)
        middle = pair(top.toward(ribs, 0.6), lumbar, 3.8, 5.4, 0, 0.1)
        low_ribs = pair(ribs, lumbar.halfway(c), 4.2, 5.7, 0, 0.4)
        breast = pair(ribs.toward(base, 0.45), c, 5.2, 5.8, 0, 0.7)
        girdle = pair(base, c, 6.6, 4.3, -3.4, 0)
        collar = pair(base, c, 2.8, 3.3, -1.8, -0.3)
        rings = (hem, flank, middle, low_ribs, breast, girdle, collar)
        tube = "".join(hull(a + b) for a, b in pairwise(rings))

        pelvis = fill(self._hips(), SHORTS)
        shirt = fill(tube, TOP)
        d = self.camera.depth
        self.parts.append(Part(d(hips.toward(top, 0.5)), pelvis, self._pair(hips, p, 4.4, 6.2), "pelvis"))
        self.parts.append(Part(d(ribs), shirt, hem + girdle + breast, "shirt"))

    def _head(self) -> None:
        frame, at = self.body.head, self.body.skull
        base = self.body.spine[3] - self.body.chest.up * 1.5
        neck = self._discs((base, 3.5), (at - frame.up * 3.5 - frame.front * 1.2, 3.0))
        d = self.camera.depth
        low = d(base.toward(at, 0.3)) - 1.5
        if d(frame.front) > 0:  # the chin is over the neck, from the feet as well
            low = min(low, d(at) - 0.1)
        self.parts.append(Part(low, fill(hull(neck), SKIN), neck, "neck"))

        skull = self.camera.disc(at + frame.at(0, 0.9, -0.5), 6.2)
        jaw = self.camera.disc(at + frame.at(0, -2.6, 1.4), 4.7)
        chin = self.camera.disc(at + frame.at(0, -4.7, 2.5), 3.2)
        nose = self._discs((at + frame.at(0, -0.2, 5.0), 1.0), (at + frame.at(0, -1.6, 6.5), 0.95))
        svg = fill(hull([skull, jaw]) + hull([jaw, chin]) + hull(nose), SKIN)
        hair = self._cap(at + frame.at(0, 0.9, -0.5), 6.65, frame.at(0, 0.80, -0.60), -0.04)
        if hair:
            svg += fill(hair, HAIR)
        for side in (-1, 1):
            ear = at + frame.at(side * 5.9, -1.3, -0.6)
            if d(frame.right) * side > 0.35:
                svg += fill(hull(self._discs((ear, 1.3))), SKIN, width=1.3)
            svg += self._eye(at, frame, side)
        self.parts.append(Part(d(at), svg, [skull, chin, *nose], "head"))

    def _eye(self, at: V, frame: Frame, side: int) -> str:
        """A closed eye, where it looks at the viewer."""
        if self.camera.depth(frame.at(side * 0.45, 0, 0.9)) < 0.3:
            return ""
        points = [
            at + frame.at(side * wide, up, sqrt(37 - wide * wide) - 0.6)
            for wide, up in ((1.4, 0.0), (2.7, -1.1), (4.0, 0.0))
        ]
        a, b, c = (self.camera.disc(point) for point in points)
        return stroke(f"M{place(a)}Q{place(b)} {place(c)}", INK, 0.8)

    def _cap(self, at: V, r: float, axis: V, least: float) -> str:
        """Path data of the part of a ball that lies within a cap around ``axis``, as far as it can be seen."""
        axis = axis.unit
        toward = self.camera.toward
        side = toward.across(axis) if abs(toward.dot(axis)) < 0.999 else UP.across(axis)
        other = axis.cross(side)
        round_ = sqrt(1 - least * least)
        rim = [
            axis * least + side * (round_ * cos(a)) + other * (round_ * sin(a))
            for a in (2 * pi * k / 40 for k in range(40))
        ]
        middle = self.camera.disc(at, r)
        hidden = [k for k in range(40) if rim[k].dot(toward) < 0 <= rim[(k + 1) % 40].dot(toward)]
        if not hidden:  # the whole edge looks at the viewer, or none of it
            if rim[0].dot(toward) < 0:
                return hull([middle]) if axis.dot(toward) > 0 else ""
            return "M" + "L".join(place(self.camera.disc(at + point * r)) for point in rim) + "Z"
        seen = [point for point in rim[hidden[0] + 1 :] + rim[: hidden[0] + 1] if point.dot(toward) >= 0]
        edge = [self.camera.disc(at + point * r) for point in seen]
        # Back along the outline of the ball, on the side the cap leans to.
        last = atan2(edge[-1].y - middle.y, edge[-1].x - middle.x)
        ahead = (atan2(edge[0].y - middle.y, edge[0].x - middle.x) - last) % (2 * pi)
        lean, half = self.camera.disc(axis), last + ahead / 2
        clockwise = cos(half) * lean.x + sin(half) * lean.y > 0
        long = (ahead > pi) == clockwise
        arc = f"A{number(r)} {number(r)} 0 {int(long)} {int(clockwise)} {place(edge[0])}"
        return "M" + "L".join(place(disc) for disc in [*edge[:-1:2], edge[-1]]) + arc + "Z"

    def _leg(self, side: str) -> None:
        leg = self.body.legs[side]
        skin, shorts = (SKIN_FAR, SHORTS_FAR) if side == self.far else (SKIN, SHORTS)
        d = self.camera.depth
        along = (leg.knee - leg.hip).unit
        cut = leg.hip.toward(leg.knee, 0.55)
        cloth = fill(self._cloth(leg), shorts)
        if along.dot(self.camera.toward) > 0.05:
            bare = fill(hull([*self.camera.cut(cut, along, 5.35), self.camera.disc(leg.knee, 4.5)]), skin)
            svg = cloth + bare
        else:
            svg = fill(chain(self._discs((leg.hip, 6.4), (cut, 5.4), (leg.knee, 4.5))), skin) + cloth
        self.parts.append(
            Part(d(leg.hip.toward(leg.knee, 0.5)), svg, self._discs((leg.hip, 6.6), (leg.knee, 4.5)), f"{side}.thigh")
        )
        calf = leg.knee.toward(leg.ankle, 0.3) - leg.front * 0.9
        shin = self._discs((leg.knee, 4.4), (calf, 4.2), (leg.ankle, 2.7))
        heel = self._discs((leg.heel, 2.2), (leg.ankle, 2.6))
        across = leg.toe.cross(leg.sole)
        ball = self._discs(*((leg.ball + across * wide, 1.9) for wide in (-1.7, 1.7)))
        toes = self._discs(*((leg.tip + across * wide, 1.4) for wide in (-1.6, 1.6)))
        path = chain(shin) + hull(heel + ball) + hull(ball + toes)
        self.parts.append(
            Part(d(leg.knee.toward(leg.ankle, 0.5)), fill(path, skin), [*shin, *heel, *ball, *toes], f"{side}.shin")
        )

    def _arm(self, side: str) -> None:
        arm = self.body.arms[side]
        skin, top = (SKIN_FAR, TOP_FAR) if side == self.far else (SKIN, TOP)
        d = self.camera.depth
        along = (arm.elbow - arm.shoulder).unit
        cut = arm.shoulder.toward(arm.elbow, 0.55)
        sleeve = fill(hull([self.camera.disc(arm.shoulder, 4.1), *self.camera.cut(cut, along, 3.75)]), top)
        if along.dot(self.camera.toward) > 0.05:
            bare = fill(hull([*self.camera.cut(cut, along, 3.1), self.camera.disc(arm.elbow, 2.75)]), skin)
            svg = sleeve + bare
        else:
            svg = fill(hull(self._discs((arm.shoulder, 3.5), (arm.elbow, 2.75))), skin) + sleeve
        self.parts.append(
            Part(
                d(arm.shoulder.toward(arm.elbow, 0.5)),
                svg,
                self._discs((arm.shoulder, 4.1), (arm.elbow, 2.8)),
                f"{side}.upper",
            )
        )
        fore = self._discs((arm.elbow, 2.7), (arm.wrist, 2.0))
        palm = arm.wrist.toward(arm.tip, 0.4)
        hand = self._discs((arm.wrist, 2.0), (palm, 2.25), (arm.tip, 1.6))
        self.parts.append(
            Part(
                d(arm.elbow.toward(arm.tip, 0.55)),
                fill(chain(fore) + chain(hand), skin),
                [*fore, *hand],
                f"{side}.fore",
            )
        )
