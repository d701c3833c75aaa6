"""Small geometry helpers of the drawing tools. Units are those of the drawing, y points down. Needs shapely."""

from __future__ import annotations

from math import hypot
from typing import Any

Points = list[tuple[float, float]]


def catmull(points: Points, *, closed: bool = True, steps: int = 10) -> Points:
    """A soft line (centripetal Catmull-Rom spline) through ``points``, ``steps`` samples from one to the next."""
    pts = list(points)
    count = len(pts)
    out: Points = []
    for i in range(count if closed else count - 1):
        p0 = pts[(i - 1) % count] if closed or i > 0 else pts[i]
        p1, p2 = pts[i], pts[(i + 1) % count]
        p3 = pts[(i + 2) % count] if closed or i + 2 < count else p2
        knots = [0.0]
        for a, b in ((p0, p1), (p1, p2), (p2, p3)):
            knots.append(knots[-1] + max(hypot(b[0] - a[0], b[1] - a[1]), 1e-6) ** 0.5)
        out += [_between(knots, (p0, p1, p2, p3), k / steps) for k in range(steps)]
    return out if closed else [*out, pts[-1]]


def _between(knots: list[float], pts: tuple[Any, ...], share: float) -> tuple[float, float]:
    """The point ``share`` of the way from the second to the third of four points."""
    t0, t1, t2, t3 = knots
    t = t1 + (t2 - t1) * share

    def mix(a: float, b: float, begin: float, end: float) -> float:
        return (end - t) / (end - begin) * a + (t - begin) / (end - begin) * b

    found = []
    for axis in (0, 1):
        p0, p1, p2, p3 = (point[axis] for point in pts)
        a1, a2, a3 = mix(p0, p1, t0, t1), mix(p1, p2, t1, t2), mix(p2, p3, t2, t3)
        found.append(mix(mix(a1, a2, t0, t2), mix(a2, a3, t1, t3), t1, t2))
    return found[0], found[1]


def soften(shape: Any, radius: float) -> Any:
    """Round inner and outer corners of a shapely shape without changing its size much."""
    return shape.buffer(radius).buffer(-2 * radius).buffer(radius)


def tenths(points: Points) -> list[tuple[int, int]]:
    """The points in whole tenths of a unit, so that path data needs no decimal point."""
    return [(round(x * 10), round(y * 10)) for x, y in points]


def relative(points: Points, *, closed: bool) -> str:
    """SVG path data with relative steps in tenths of a unit: short, and equal shapes read equal."""
    (x, y), *rest = tenths(points)
    steps = []
    for to_x, to_y in rest:
        if (to_x, to_y) != (x, y):
            steps.append(f"{to_x - x} {to_y - y}")
            x, y = to_x, to_y
    start = tenths(points)[0]
    return f"M{start[0]} {start[1]}l{' '.join(steps).replace(' -', '-')}{'Z' if closed else ''}"


def ring(shape: Any, tolerance: float) -> str:
    """Path data of the outer edge of a shapely polygon, simplified to within ``tolerance``."""
    return relative(list(shape.simplify(tolerance).exterior.coords)[:-1], closed=True)
