"""Points and directions in space, the camera, and the outline of round bodies as SVG path data.

One unit is about 1.7 cm. ``x`` points right, ``y`` up, ``z`` toward the viewer; the floor is ``y`` = 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import acos, atan2, cos, hypot, pi, radians, sin, sqrt


@dataclass(frozen=True, slots=True)
class V:
    """A point or a direction."""

    x: float
    y: float
    z: float

    def __add__(self, other: V) -> V:
        return V(self.x + other.x, self.y + other.y, self.z + other.z)

    def __sub__(self, other: V) -> V:
        return V(self.x - other.x, self.y - other.y, self.z - other.z)

    def __mul__(self, by: float) -> V:
        return V(self.x * by, self.y * by, self.z * by)

    def __neg__(self) -> V:
        return V(-self.x, -self.y, -self.z)

    def dot(self, other: V) -> float:
        return self.x * other.x + self.y * other.y + self.z * other.z

    def cross(self, other: V) -> V:
        return V(
            self.y * other.z - self.z * other.y,
            self.z * other.x - self.x * other.z,
            self.x * other.y - self.y * other.x,
        )

    @property
    def length(self) -> float:
        return sqrt(self.dot(self))

    @property
    def unit(self) -> V:
        return self * (1 / self.length)

    def across(self, along: V) -> V:
        """The part of this direction that is square to ``along``, as a unit."""
        return (self - along * self.dot(along)).unit

    def toward(self, other: V, share: float) -> V:
        """The point at ``share`` (0 to 1) of the way to ``other``."""
        return self + (other - self) * share


RIGHT, UP, VIEWER = V(1, 0, 0), V(0, 1, 0), V(0, 0, 1)
LEFT, DOWN, AWAY = -RIGHT, -UP, -VIEWER


def between(first: V, second: V) -> float:
    """The angle between two unit directions in degrees."""
    return acos(max(-1.0, min(1.0, first.dot(second)))) * 180 / pi


@dataclass(frozen=True, slots=True)
class Frame:
    """How a part of a body is turned: its own right, up (toward the head) and front."""

    right: V
    up: V
    front: V

    @classmethod
    def facing(cls, front: V, up: V) -> Frame:
        """The frame that looks along ``front`` with the head toward ``up``, straightened to be square."""
        up = up.unit
        front = front.across(up)
        return cls(right=front.cross(up), up=up, front=front)

    def bent(self, flex: float = 0, side: float = 0, twist: float = 0) -> Frame:
        """Turned by degrees: ``flex`` forward, ``side`` over to the right, ``twist`` to look to the right."""
        right, up, front = self.right, self.up, self.front
        c, s = cos(radians(flex)), sin(radians(flex))
        up, front = up * c + front * s, front * c - up * s
        c, s = cos(radians(side)), sin(radians(side))
        up, right = up * c + right * s, right * c - up * s
        c, s = cos(radians(twist)), sin(radians(twist))
        front, right = front * c + right * s, right * c - front * s
        return Frame(right, up, front)

    def halfway(self, other: Frame) -> Frame:
        """The frame between this one and ``other``."""
        return Frame.facing(self.front + other.front, self.up + other.up)

    def at(self, right: float, up: float, front: float) -> V:
        """The direction with these parts."""
        return self.right * right + self.up * up + self.front * front


@dataclass(frozen=True, slots=True)
class Disc:
    """A ball as the camera sees it; ``depth`` grows toward the viewer."""

    x: float
    y: float
    r: float
    depth: float = 0


@dataclass(frozen=True, slots=True)
class Camera:
    """Looks at the scene without perspective, from ``turn`` degrees to the right of the viewer, ``height`` up."""

    turn: float = 0
    height: float = 0

    @property
    def toward(self) -> V:
        """The direction from the scene to the camera."""
        t, h = radians(self.turn), radians(self.height)
        return V(sin(t) * cos(h), sin(h), cos(t) * cos(h))

    def disc(self, at: V, r: float = 0) -> Disc:
        """The ball of radius ``r`` around ``at`` in the picture, ``y`` pointing down."""
        t = radians(self.turn)
        right = V(cos(t), 0, -sin(t))
        up = self.toward.cross(right)
        return Disc(at.dot(right), -at.dot(up), r, at.dot(self.toward))

    def depth(self, at: V) -> float:
        """How near ``at`` is to the camera."""
        return at.dot(self.toward)

    def cut(self, at: V, along: V, r: float) -> list[Disc]:
        """The cut through a round limb at ``at``, square to ``along``: a flat oval, as one or two discs."""
        thin = max(r * abs(along.dot(self.toward)), 0.15)
        flat = self.toward.cross(along)
        if flat.length < 1e-3:
            return [self.disc(at, r)]
        away = flat.unit * (r - thin)
        return [self.disc(at - away, thin), self.disc(at + away, thin)]


def number(value: float) -> str:
    """One decimal, a third of a pixel on a phone, as short as it can be written."""
    text = f"{value:.1f}".rstrip("0").rstrip(".")
    if text in ("-0", ""):
        return "0"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def place(disc: Disc) -> str:
    """The middle of ``disc`` as it stands in path data."""
    return f"{number(disc.x)} {number(disc.y)}"


def hull(discs: Sequence[Disc]) -> str:
    """Path data of the tightest outline around ``discs``: arcs joined by straight lines, always clockwise."""
    outer = [
        disc
        for i, disc in enumerate(discs)
        if not any(
            hypot(disc.x - other.x, disc.y - other.y) + disc.r <= other.r + 1e-6 and (other.r > disc.r or j < i)
            for j, other in enumerate(discs)
            if j != i
        )
    ]
    if len(outer) == 1:
        x, y, r = outer[0].x, outer[0].y, outer[0].r
        n = number
        return f"M{n(x - r)} {n(y)}A{n(r)} {n(r)} 0 1 1 {n(x + r)} {n(y)}A{n(r)} {n(r)} 0 1 1 {n(x - r)} {n(y)}Z"
    # Around the outline the disc that reaches furthest changes only where two discs reach equally far.
    turns = []
    for i, a in enumerate(outer):
        for b in outer[i + 1 :]:
            apart = hypot(b.x - a.x, b.y - a.y)
            if apart > abs(a.r - b.r):
                middle, half = atan2(b.y - a.y, b.x - a.x), acos((a.r - b.r) / apart)
                turns += [(middle + half) % (2 * pi), (middle - half) % (2 * pi)]
    turns = sorted(set(turns))
    run: list[tuple[Disc, float, float]] = []
    for start, end in zip(turns, [*turns[1:], turns[0] + 2 * pi], strict=True):
        angle = (start + end) / 2
        furthest = max(outer, key=lambda d: (d.x * cos(angle) + d.y * sin(angle) + d.r, d.r))
        if run and run[-1][0] is furthest:
            run[-1] = (furthest, run[-1][1], end)
        else:
            run.append((furthest, start, end))
    if len(run) > 1 and run[0][0] is run[-1][0]:
        first = run.pop(0)
        run[-1] = (first[0], run[-1][1], first[2] + 2 * pi)
    path = ""
    for disc, start, end in run:
        path += f"{'L' if path else 'M'}{_on(disc, start)}"
        if disc.r > 0.01 and end - start > 0.001:
            long = 1 if end - start > pi else 0
            path += f"A{number(disc.r)} {number(disc.r)} 0 {long} 1 {_on(disc, end)}"
    return path + "Z"


def _on(disc: Disc, angle: float) -> str:
    return f"{number(disc.x + disc.r * cos(angle))} {number(disc.y + disc.r * sin(angle))}"


def chain(discs: Sequence[Disc]) -> str:
    """Path data of a tapered tube through ``discs``: overlapping outlines of each two neighbours."""
    return "".join(hull(pair) for pair in pairwise(discs)) if len(discs) > 1 else hull(discs)


def bounds(discs: Iterable[Disc]) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of all ``discs``."""
    found = list(discs)
    return (
        min(d.x - d.r for d in found),
        min(d.y - d.r for d in found),
        max(d.x + d.r for d in found),
        max(d.y + d.r for d in found),
    )
