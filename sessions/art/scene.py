"""What one picture shows: the mannequin, props, the glow where it is felt and the arrow of the movement."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import atan2, cos, radians, sin

from sessions.art.body import Body
from sessions.art.figure import Figure
from sessions.art.paint import (
    ARROW,
    GLOW,
    INK,
    LINE,
    PILLOW,
    SAND,
    SAND_DARK,
    SAND_LINE,
    SAND_SIDE,
    Part,
    fill,
    stroke,
)
from sessions.art.space import Camera, Disc, V, bounds, chain, hull, number, place

#: Width to height of a picture: what lies is wide, what stands is tall. The least width in units keeps small poses
#: from being blown up.
WIDE, USUAL, TALL, LEAST = 2, 4 / 3, 3 / 4, 92


@dataclass
class Scene:
    """Things behind everything, parts by depth, marks in front."""

    camera: Camera
    parts: list[Part] = field(default_factory=list)
    under: list[Part] = field(default_factory=list)
    marks: list[Part] = field(default_factory=list)
    bodies: list[Body] = field(default_factory=list)

    def _discs(self, *balls: tuple[V, float]) -> list[Disc]:
        return [self.camera.disc(at, r) for at, r in balls]

    def body(self, body: Body, *, over: dict[str, float] | None = None, both_near: bool | None = None) -> Scene:
        """The mannequin; see ``Figure``."""
        self.bodies.append(body)
        self.parts += Figure(self.camera, body, over=over, both_near=both_near).parts
        return self

    # --- props ----------------------------------------------------------------------------------------------------

    def box(
        self,
        x: tuple[float, float],
        y: tuple[float, float],
        z: tuple[float, float],
        *,
        r: float = 0.7,
        depth: float | None = None,
    ) -> Scene:
        """A plain thing with flat faces: mat, seat, table top, bed, wall. ``depth`` None: behind everything."""
        (x0, x1), (y0, y1), (z0, z1) = (x[0] + r, x[1] - r), (y[0] + r, y[1] - r), (z[0] + r, z[1] - r)
        toward = self.camera.toward
        corners = [V(a, b, c) for a in (x0, x1) for b in (y0, y1) for c in (z0, z1)]
        whole = self._discs(*((corner, r) for corner in corners))
        svg = fill(hull(whole), SAND_DARK, line=None)
        faces = []
        if abs(toward.y) > 0.02:
            faces.append(([V(a, y1, c) for a in (x0, x1) for c in (z0, z1)], SAND))
        if abs(toward.x) > 0.02 and y1 - y0 > 6:
            side = x1 if toward.x > 0 else x0
            faces.append(([V(side, b, c) for b in (y0, y1) for c in (z0, z1)], SAND_SIDE))
        for points, colour in faces:
            svg += fill(hull(self._discs(*((point, r) for point in points))), colour, line=None)
        part = Part(depth or 0, svg, whole)
        (self.under if depth is None else self.parts).append(part)
        return self

    def rod(self, *points: V, r: float = 1.3, colour: str = SAND_LINE, depth: float | None = None) -> Scene:
        """A leg of a chair, a door post, a rail."""
        discs = self._discs(*((point, r) for point in points))
        part = Part(depth or 0, fill(chain(discs), colour, line=None), discs)
        (self.under if depth is None else self.parts).append(part)
        return self

    def soft(self, *balls: tuple[V, float], depth: float | None = None, colour: str = PILLOW) -> Scene:
        """A pillow, a pad, a ball: round, with a sand line."""
        discs = self._discs(*balls)
        part = Part(depth or 0, fill(hull(discs), colour, line=SAND_LINE), discs)
        (self.under if depth is None else self.parts).append(part)
        return self

    def strap(self, *points: V, depth: float) -> Scene:
        """A strap: a clay line."""
        discs = self._discs(*((point, 0.6) for point in points))
        svg = stroke("M" + "L".join(place(disc) for disc in discs), ARROW, 1.3)
        self.parts.append(Part(depth, svg, discs))
        return self

    def band(self, body: Body, share: float = 0.84, *, shin: bool = False) -> Scene:
        """An elastic band around both thighs, or around both shins."""
        discs = []
        for leg in body.legs.values():
            first, last = (leg.knee, leg.ankle) if shin else (leg.hip, leg.knee)
            at, r = first.toward(last, share), 3.5 if shin else 5.4
            discs += self.camera.cut(at, (last - first).unit, r)
        depth = max(part.depth for part in self.parts) + 1
        svg = stroke(hull(discs), ARROW, 1.7)
        self.parts.append(Part(depth, svg, discs))
        return self

    # --- marks ----------------------------------------------------------------------------------------------------

    def glow(self, at: V, r: float = 6.2) -> Scene:
        """Where it is felt: a honey dot in two rings, on white so that it stands out in greys as well."""
        disc = self.camera.disc(at, r)
        middle = f'<circle cx="{number(disc.x)}" cy="{number(disc.y)}" r="'
        svg = (
            f'<g fill="none" stroke="{GLOW}">{middle}{number(r * 0.7)}" stroke-width="1.3" fill="{PILLOW}"/>'
            f'{middle}{number(r * 0.4)}" fill="{GLOW}" stroke="{INK}" stroke-width=".9"/>'
            f'{middle}{number(r)}" stroke-width="1" stroke-dasharray="1.6 2.2" stroke-linecap="round"/></g>'
        )
        self.marks.append(Part(0, svg, [disc]))
        return self

    def arrow(self, start: V, end: V, *, bow: float = 0) -> Scene:
        """The movement, from ``start`` to ``end``, edged in white; ``bow`` bends it to its left."""
        a, b = self.camera.disc(start, 1), self.camera.disc(end, 1)
        dx, dy = b.x - a.x, b.y - a.y
        bend = Disc((a.x + b.x) / 2 + dy * bow, (a.y + b.y) / 2 - dx * bow, 1)
        heading = atan2(b.y - bend.y, b.x - bend.x)
        left, right = (
            Disc(b.x + 4 * cos(heading + turn), b.y + 4 * sin(heading + turn), 1)
            for turn in (radians(148), radians(-148))
        )
        line = f"M{place(a)}Q{place(bend)} {place(b)}M{place(left)}L{place(b)}L{place(right)}"
        top = Disc((a.x + b.x) / 4 + bend.x / 2, (a.y + b.y) / 4 + bend.y / 2, 1)
        svg = stroke(line, PILLOW, 3.4) + stroke(line, ARROW, 1.8)
        self.marks.append(Part(0, svg, [a, b, top, left, right]))
        return self

    # --- the file -------------------------------------------------------------------------------------------------

    def frame(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of everything drawn, with a margin."""
        every = [*self.under, *self.parts, *self.marks]
        left, top, right, bottom = bounds(disc for part in every for disc in part.discs)
        return left - 2.5, top - 2.5, right + 2.5, bottom + 2.5

    def svg(self, frame: tuple[float, float, float, float] | None = None, *, aspect: float = USUAL) -> str:
        """The picture as one SVG file, cut to its content in the shape ``aspect``."""
        left, top, right, bottom = frame or self.frame()
        width, height = right - left, bottom - top
        whole = max(width, height * aspect, LEAST * min(1, aspect / USUAL))
        tall = whole / aspect
        left -= (whole - width) / 2
        top -= (tall - height) / 2
        parts = [*self.under, *sorted(self.parts, key=lambda part: part.depth), *self.marks]
        n = number
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{n(left)} {n(top)} {n(whole)} {n(tall)}">'
            f'<g stroke="{INK}" stroke-width="{LINE}" stroke-linejoin="round" paint-order="stroke">'
            + "".join(part.svg for part in parts)
            + "</g></svg>\n"
        )
