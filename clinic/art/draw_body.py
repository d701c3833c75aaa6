"""Draws the body: front and back, every client region of the vocabulary as one shape, with close-ups of the feet.

    python -m clinic.art.draw_body          writes body.json
    python -m clinic.art.draw_body --check  says whether the drawing keeps its promises, and whether body.json is current

Left and right are the CLIENT's own in both views: on the back view the left is drawn on the left, on the front view on
the right. Regions are cut out of the outline in the order they are listed: an earlier one wins, what is left over goes
to the neighbour with the longest common edge, so nothing lies between them but the gap that is drawn on purpose. One
region may have several shapes (front, back, close-up); the saddle area is a button on the page, never a shape.
"""

# One area stays one line, however long.
# ruff: noqa: E501

from __future__ import annotations

import json
import sys
from math import cos, pi, sin
from pathlib import Path
from typing import Any

from shapely.affinity import rotate, scale, translate
from shapely.geometry import LineString, Point, Polygon, box
from shapely.ops import polylabel, unary_union

from clinic.art.geometry import Points, catmull, relative, ring, soften, tenths
from clinic.vocabulary import REGIONS

MIDDLE = 100.0
GAP = 0.45  # half of the gap between two regions
RIM = 0.85  # between the outline and the first region
ROUND = 0.8  # corner radius
FINE = 0.09  # how far a simplified line may lie from the true one
VIEWS = ("back", "front")
DRAWN = Path(__file__).with_name("body.json")


# --- the outline --------------------------------------------------------------------------------------------------


def _head() -> Points:
    """An egg: half an ellipse for the skull, narrowing to the jaw."""
    pts = []
    for i in range(25):
        t = pi * i / 24
        y = 37.5 - 28 * cos(t)
        pts.append((19.4 * sin(t) * (1 if y < 37.5 else 1 - 0.16 * ((y - 37.5) / 28) ** 1.4), y))
    return pts


#: Right half of the contour (distance from the midline, y), from neck to crotch, going outside first.
HALF = [
    (9.5, 56),
    (9.8, 70),
    (15, 78.5),
    (30, 84.5),
    (42.5, 91),
    (49.5, 103),
    (52, 124),
    (55.5, 150),
    (60.5, 172),
    (65, 196),
    (68.5, 217),
    (73.5, 230),
    (75.5, 246),
    (72.5, 259),
    (67.5, 259),
    (64.5, 246),
    (61.5, 232),
    (59, 217),
    (52.5, 192),
    (47.5, 170),
    (43.5, 146),
    (38.6, 118),
    (36.8, 126),
    (35, 142),
    (31.6, 168),
    (32.4, 184),
    (36.4, 206),
    (40, 230),
    (40, 256),
    (37, 288),
    (31.2, 322),
    (29.6, 340),
    (32.4, 366),
    (29.6, 394),
    (22.4, 432),
    (22.6, 446),
    (28.4, 458),
    (28.4, 467),
    (20, 471),
    (11.4, 468),
    (8.6, 455),
    (10.6, 438),
    (9.4, 396),
    (7.4, 366),
    (8.8, 338),
    (6.6, 306),
    (3.4, 274),
    (1.3, 252),
]


def _mirror(pts: Points) -> Points:
    return [(-x, y) for x, y in pts]


def silhouette() -> Any:
    """The whole figure around x = 0."""
    half = catmull(HALF, closed=False, steps=8)
    body = Polygon([*half, *reversed(_mirror(half))])
    head = Polygon(_head() + _mirror(list(reversed(_head()))))
    return soften(unary_union([body.buffer(0), head.buffer(0)]), 1.6)


# Close-ups of the feet, beside the lower legs on the client's own side; the big toe points to the middle.
TOES = [
    (50.4, 452.6, 6.6, 10.4, 2),
    (61.2, 453.2, 4.7, 8.8, -5),
    (67.9, 449.2, 4.4, 8.2, -10),
    (73.2, 443.4, 4.1, 7.6, -15),
    (76.6, 436.2, 3.6, 7.0, -20),
]
SOLE = [
    (59.4, 350),
    (67.6, 353),
    (71.8, 363),
    (71.6, 377),
    (71.6, 393),
    (74, 409),
    (77.4, 423),
    (78.8, 431),
    (73, 444),
    (62, 449),
    (50, 450),
    (44.4, 445),
    (43.6, 433),
    (46.8, 418),
    (50.8, 401),
    (50.4, 385),
    (48, 371),
    (48.4, 359),
    (52.6, 352),
]
TOP = [
    (49.6, 330),
    (49.4, 342),
    (48.8, 352),
    (47.2, 361),
    (48.4, 371),
    (49, 386),
    (48.4, 402),
    (46.2, 418),
    (43.8, 432),
    (44.4, 445),
    (50, 450),
    (62, 449),
    (73, 444),
    (78.8, 431),
    (77.4, 423),
    (74, 409),
    (71.6, 394),
    (70.4, 380),
    (70.2, 370),
    (71.4, 361),
    (69.4, 352),
    (68.8, 342),
    (68.6, 330),
]
#: Where a close-up stands: distance from the midline, y, width, height.
PANEL = (41.2, 338, 40.4, 133)


def _ellipse(x: float, y: float, rx: float, ry: float, turn: float = 0) -> Any:
    return rotate(translate(scale(Point(0, 0).buffer(1, 24), rx, ry), x, y), turn)


def foot(view: str) -> Any:
    """One enlarged foot: from below on the back view, from above on the front view."""
    if view == "back":
        base = Polygon(catmull(SOLE, steps=8))
    else:  # the leg runs in from the edge of the panel
        base = Polygon(catmull(TOP, closed=False, steps=8)).intersection(box(0, PANEL[1], 200, 600))
    both = unary_union([base.buffer(0), *(_ellipse(*toe) for toe in TOES)])
    return both.buffer(1.1).buffer(-1.1).intersection(box(0, PANEL[1], 200, 600))


# --- the regions --------------------------------------------------------------------------------------------------


def S(*pts: tuple[float, float], steps: int = 8) -> Points:
    """An open, soft line through the points."""
    return catmull(list(pts), closed=False, steps=steps)


NECK_LINE = S((0, 81.5), (6, 80.6), (11, 77.6), (20, 70))
ARMPIT = S((24.6, 121.8), (31, 121), (38.6, 119.2), (46, 116), (64, 112))
PIRIFORMIS = [
    (2, 211.4),
    (8.6, 210.4),
    (15, 209.2),
    (23, 211.4),
    (30.6, 216.8),
    (42, 223.4),
    (42, 235.4),
    (30.6, 233.4),
    (22, 232),
    (13, 228.8),
    (6.4, 226),
    (2, 224.6),
]
FOLD = S((0, 256.4), (4, 257.8), (9, 259.2), (15, 259.9), (21, 259.3), (27, 257.4), (32, 254.6))
CREST = S((0, 197), (9, 196.2), (17, 193.6), (25, 189.8), (36, 184.6), (46, 181))
TROCH_B = S((33.2, 207.2), (31.9, 208.6), (31.4, 212), (30.6, 220), (30.3, 230), (30.6, 242), (32, 254.6))
KNEE_B = [*S((0, 320.4), (18, 318), (52, 321.4)), *reversed(S((0, 345.4), (18, 347.8), (52, 344.2)))]
ANKLE_B = [*S((0, 418.4), (17, 420.6), (52, 416.8)), *reversed(S((0, 445), (17, 441.6), (52, 446)))]
KNEE_F = [*S((0, 318.6), (18, 316.2), (52, 319.6)), *reversed(S((0, 348.4), (18, 351), (52, 347.2)))]
ANKLE_F = [*S((0, 420.4), (17, 422.8), (52, 418.8)), *reversed(S((0, 446), (17, 442.6), (52, 447)))]

#: (name, kind, half of the polygon); kind c lies across the midline, p has a left and a right.
BACK = [
    ("head", "c", [(0, 0), (24, 0), (24, 61.4), (0, 61.4)]),
    ("neck", "p", [(0, 50), (24, 50), *reversed(NECK_LINE)]),
    ("hand", "p", [(54, 226), (92, 226), (92, 272), (54, 272)]),
    ("arm", "p", [*ARMPIT[16:], (92, 120), (92, 240), (52, 240), (39.5, 140)]),
    (
        "shoulder",
        "p",
        [(6, 70), *S((7.5, 79), (16, 86), (22.4, 97), (24.8, 109), (24.6, 121.8)), *ARMPIT, (64, 66), (20, 60)],
    ),
    ("upper-back", "p", [(0, 70), (30, 76), (30, 121), *S((24.6, 121.8), (12, 123.2), (0, 123.6))]),
    (
        "flank",
        "p",
        [
            *S((22.6, 156.8), (21.4, 166), (21.8, 178), (24, 190.4)),
            (44, 182),
            (44, 151.6),
            *S((44, 152), (34, 154), (22.6, 156.8)),
        ],
    ),
    ("lumbar", "p", [*S((0, 159.6), (12, 159), (22.6, 156.8)), (30, 170), (30, 200), *reversed(CREST)]),
    ("mid-back", "p", [(0, 118), (46, 112), (46, 157), (30, 158), (0, 161)]),
    ("hip-lateral", "p", [*TROCH_B, (52, 257), (52, 203.4)]),
    ("tailbone", "c", [(0, 229.6), *S((4.6, 229.6), (4.4, 234), (2.9, 239), (0, 241.8))]),
    ("sacrum", "p", [(0, 190), *S((9.8, 190), (9.6, 199), (8.6, 209), (6.9, 219), (4.6, 229.6)), (0, 229.6)]),
    ("piriformis", "p", catmull(PIRIFORMIS, steps=6)),
    ("si-joint", "p", [(4, 190), *S((16.4, 190), (16.4, 197), (15.6, 205), (14, 216)), (4, 216)]),
    ("buttock-upper", "p", [*CREST, (52, 206), (40, 222), (20, 218), (0, 214)]),
    ("buttock-lower", "p", [(0, 216), (20, 222), (36, 232), (36, 250), *reversed(FOLD)]),
    ("knee-posterior", "p", KNEE_B),
    ("ankle", "p", ANKLE_B),
    (
        "thigh-outer",
        "p",
        [*S((32, 254.6), (31.4, 266), (29.8, 280), (27.4, 298), (25.2, 312), (24.6, 324)), (52, 324), (52, 252)],
    ),
    ("thigh-posterior", "p", [(0, 248), (36, 248), (36, 330), (0, 330)]),
    (
        "lower-leg-outer",
        "p",
        [*S((24.6, 340), (25.6, 352), (25.8, 368), (23.6, 390), (19.6, 412), (18.4, 424)), (52, 424), (52, 340)],
    ),
    ("calf-posterior", "p", [(0, 340), (30, 340), (30, 424), (0, 424)]),
    ("foot-outer", "p", [*S((20.6, 452), (21, 461), (19.6, 478)), (52, 478), (52, 450.6)]),
    ("heel", "p", [(0, 436), (30, 436), (30, 480), (0, 480)]),
]
GROIN_U = S((23.6, 206.4), (18.2, 217), (12, 229), (7.6, 237.6), (5.2, 243.4))
GROIN_L = S(
    (30.4, 203.4),
    (28.4, 211.6),
    (25.8, 220.6),
    (24.4, 230),
    (23.6, 238.4),
    (21.4, 245),
    (16.8, 250.4),
    (9.6, 255.4),
    (0, 258.4),
)
BELLY = S((46, 195), (37, 199.4), (30.4, 203.4), (23.6, 206.4), (12, 208.8), (0, 209.6))
FRONT = [
    ("head", "c", [(0, 0), (24, 0), (24, 61.4), (0, 61.4)]),
    ("neck", "p", [(0, 50), (24, 50), *reversed(NECK_LINE)]),
    ("hand", "p", [(54, 226), (92, 226), (92, 272), (54, 272)]),
    ("arm", "p", [*ARMPIT[16:], (92, 120), (92, 240), (52, 240), (39.5, 140)]),
    (
        "shoulder",
        "p",
        [
            (6, 70),
            *S((8.5, 78.6), (18, 87.4), (27, 96.6), (33.4, 107), (38.6, 119.2)),
            *ARMPIT[16:],
            (64, 66),
            (20, 60),
        ],
    ),
    ("chest", "c", [(0, 70), (44, 70), (44, 150), *S((44, 150.6), (30, 153), (15, 155.8), (0, 156.8))]),
    ("abdomen", "c", [(0, 150), (46, 146), *BELLY]),
    ("pelvis", "c", [(0, 200), (23.6, 203), *GROIN_U[:-4], *S((6.2, 241.4), (4.4, 243.9), (2, 244.9), (0, 245))]),
    (
        "hip-lateral",
        "p",
        [
            *S((35, 210.8), (33.8, 212.2), (33.4, 215.6), (32.9, 223), (32.7, 232), (33, 241), (34, 248.6)),
            (52, 251),
            (52, 207),
        ],
    ),
    ("groin", "p", [*GROIN_U, (0, 240), (0, 264), *reversed(GROIN_L), (30.4, 196), (23, 196)]),
    (
        "hip-front",
        "p",
        [(20, 180), (52, 180), (52, 200), (36, 230), *S((34, 248.6), (29, 248), (22, 243.4)), (22, 220)],
    ),
    ("knee", "p", KNEE_F),
    ("ankle", "p", ANKLE_F),
    (
        "thigh-outer",
        "p",
        [*S((34, 248.6), (33, 262), (30.8, 280), (28, 298), (25.8, 312), (25.2, 324)), (52, 324), (52, 244)],
    ),
    (
        "thigh-inner",
        "p",
        [(0, 250), *S((9.4, 252), (12.4, 262), (14.2, 276), (14, 294), (12.6, 310), (11.6, 324)), (0, 324)],
    ),
    ("thigh-anterior", "p", [(4, 236), (40, 236), (40, 330), (0, 330)]),
    (
        "lower-leg-outer",
        "p",
        [*S((24.4, 344), (25.2, 356), (25.2, 370), (23.2, 392), (19.6, 414), (18.4, 426)), (52, 426), (52, 344)],
    ),
    ("shin", "p", [(0, 344), (30, 344), (30, 428), (0, 428)]),
    ("foot-outer", "p", [*S((22, 452), (22.4, 461), (20.4, 478)), (52, 478), (52, 450.6)]),
    ("foot", "p", [(0, 438), (30, 438), (30, 480), (0, 480)]),
]
_TOE_LINE = S((38, 441.4), (47, 442.4), (55.8, 443.8), (63.4, 443), (69.4, 439.2), (74, 434.4), (77.4, 433), (88, 433))
INSET = {
    "back": [
        ("big-toe", "p", [*_TOE_LINE[:17], (55.8, 470), (38, 470)]),
        ("toes", "p", [(55.8, 470), *_TOE_LINE[16:], (86, 470)]),
        ("heel-close", "p", [(40, 340), (84, 340), *S((84, 376), (66, 381), (52, 379.4), (40, 376))]),
        (
            "foot-outer-close",
            "p",
            [*S((65.8, 370), (65, 384), (65.4, 398), (66.8, 412), (69.6, 424), (76, 438)), (86, 440), (86, 370)],
        ),
        ("sole", "p", [(38, 376), (80, 376), (80, 450), (38, 450)]),
    ],
    "front": [
        ("big-toe", "p", [*_TOE_LINE[:17], (55.8, 470), (38, 470)]),
        ("toes", "p", [(55.8, 470), *_TOE_LINE[16:], (86, 470)]),
        ("ankle-close", "p", [(40, 340), (84, 340), *S((84, 370), (70, 373), (59.6, 376.4), (50, 373), (38, 370))]),
        (
            "foot-outer-close",
            "p",
            [*S((64.8, 366), (64.8, 384), (65.4, 398), (66.8, 412), (69.6, 424), (76, 438)), (86, 440), (86, 366)],
        ),
        ("foot-top", "p", [(38, 366), (80, 366), (80, 450), (38, 450)]),
    ],
}

#: The region code each named area carries; several areas may carry one code. The head carries none.
CODE_OF = {
    "neck": "NCK", "shoulder": "SHO", "arm": "ARM", "hand": "ARM", "chest": "CHE", "upper-back": "UBK",
    "mid-back": "MBK", "lumbar": "LBK", "flank": "FLK", "abdomen": "ABD", "pelvis": "PEL", "groin": "GRO",
    "sacrum": "SAC", "si-joint": "SIJ", "tailbone": "COC", "buttock-upper": "BTU", "piriformis": "BTM",
    "buttock-lower": "BTL", "hip-lateral": "HPL", "hip-front": "HPF", "thigh-anterior": "THF", "thigh-inner": "THI",
    "thigh-outer": "THO", "thigh-posterior": "THB", "knee": "KNF", "knee-posterior": "KNB", "shin": "SHN",
    "lower-leg-outer": "LLO", "calf-posterior": "CLF", "ankle": "ANK", "ankle-close": "ANK", "heel": "HEL",
    "heel-close": "HEL", "foot": "FTT", "foot-top": "FTT", "foot-outer": "FTO", "foot-outer-close": "FTO",
    "sole": "FTS", "big-toe": "TOB", "toes": "TOS",
}  # fmt: skip


def _side(view: str, drawn: int) -> str:
    """The client's side of what is drawn on the right (1) or on the left (-1)."""
    return "R" if (drawn == 1) == (view == "back") else "L"


def _polygons(shape: Any) -> list[Any]:
    return [part for part in getattr(shape, "geoms", [shape]) if isinstance(part, Polygon) and not part.is_empty]


def _largest(shape: Any) -> Any:
    return max(_polygons(shape), key=lambda part: part.area)


def _partition(listed: list[Any], domain: Any) -> dict[str, Any]:
    """Cut ``domain`` (the right half) into the listed regions without leaving anything over."""
    parts: dict[str, Any] = {}
    left = domain
    for name, _kind, pts in listed:
        parts[name] = _largest(Polygon(pts).buffer(0).intersection(left))
        left = left.difference(parts[name])
    for bit in sorted(_polygons(left), key=lambda part: -part.area):
        if bit.area >= 1e-4:
            edge = bit.buffer(0.02)
            best = max(parts, key=lambda name: edge.intersection(parts[name]).area)
            parts[best] = unary_union([parts[best], bit.buffer(0.01)])
    return parts


def _finish(shape: Any) -> Any:
    """The gap to the neighbours, and soft corners."""
    shape = _largest(shape.buffer(-GAP, 4))
    shape = _largest(shape.buffer(-ROUND, 5).buffer(ROUND, 5))  # outer corners
    return shape.buffer(0.35, 4).buffer(-0.35, 4)  # inner corners


def _placed(shape: Any, drawn: int) -> Any:
    return translate(scale(shape, drawn, 1, origin=(0, 0)), MIDDLE, 0)


def regions(view: str) -> tuple[list[Any], list[tuple[str, str, Any, bool]]]:
    """Outlines (body, feet) and the regions as (name, side, shape, in a close-up) in drawing coordinates."""
    whole = silhouette()
    listed = BACK if view == "back" else FRONT
    inner = whole.buffer(-RIM)
    half = _partition(listed, inner.intersection(box(0, -5, 200, 600)))
    found: list[tuple[str, str, Any, bool]] = []
    for name, kind, _pts in listed:
        shape = half[name]
        if kind == "c":
            seam = LineString([(0, shape.bounds[1]), (0, shape.bounds[3])]).buffer(0.02).intersection(inner)
            both = unary_union([shape, scale(shape, -1, 1, origin=(0, 0)), seam])
            found.append((name, "", _placed(_finish(_largest(both.buffer(0.03).buffer(-0.03))), 1), False))
        else:
            found += [(name, _side(view, drawn), _placed(_finish(shape), drawn), False) for drawn in (1, -1)]
    close = foot(view)
    parts = _partition(INSET[view], close.buffer(-RIM))
    for name, _kind, _pts in INSET[view]:
        found += [(name, _side(view, drawn), _placed(_finish(parts[name]), drawn), True) for drawn in (1, -1)]
    return [translate(whole, MIDDLE, 0), _placed(close, 1), _placed(close, -1)], found


# --- the drawing --------------------------------------------------------------------------------------------------


def _quiet_lines(view: str) -> list[str]:
    """A few lines without meaning of their own, so that people find their way: spine, navel, knee caps, nails."""
    drawn: list[Points] = []
    circles: list[tuple[float, float, float]] = []
    if view == "back":
        straight = [[(0.0, 86.0), (0.0, 120.0)]]
        circles += [(12.3, 201.7, 1.1), (-12.3, 201.7, 1.1)]
        drawn += [[(13, 99), (18.4, 106), (19.6, 113), (16.6, 119)], [(53.4, 398), (56.4, 410), (54, 424), (48.6, 432)]]
    else:
        straight = [[(0.0, 98.0), (0.0, 128.0)]]
        circles += [(0.0, 185.1, 1.7)]
        drawn += [
            [(3, 88), (12, 88.6), (24, 91)],
            [(13.6, 334), (15.4, 340), (20, 341.6), (24, 339), (25.2, 333.6)],
            [(49.6, 357), (50.9, 360.4), (49.8, 364)],
            [(69.2, 355.6), (67.9, 359.2), (69, 363)],
        ]
        for x, y, rx, ry, turn in TOES:
            arc = [(cos(pi * k / 8) * 0.42 * rx, (0.36 + 0.24 * sin(pi * k / 8)) * ry) for k in range(9)]
            drawn.append(list(rotate(LineString([(x + u, y + v) for u, v in arc]), turn, origin=(x, y)).coords))
    paths = [relative([(MIDDLE + x, y) for x, y in line], closed=False) for line in straight]
    for line in drawn:
        for side in (1, -1):
            paths.append(relative([(MIDDLE + side * x, y) for x, y in S(*line, steps=6)], closed=False))
    for x, y, radius in circles:
        cx, cy, r = (round(10 * value) for value in (MIDDLE + x, y, radius))
        paths.append(f"M{cx - r} {cy}a{r} {r} 0 1 0 {2 * r} 0a{r} {r} 0 1 0 -{2 * r} 0")
    return paths


def _edge_without_top(shape: Any) -> str:
    """The outline of a foot seen from above, without the straight edge where the leg runs in."""
    pts = list(shape.simplify(FINE).exterior.coords)[:-1]
    top = PANEL[1] + 0.01
    first = next(i for i in range(len(pts)) if pts[i - 1][1] <= top < pts[i][1])
    pts = [pts[first - 1], *pts[first:], *pts[: first - 1]]
    while pts[-1][1] <= top and pts[-2][1] <= top:
        pts.pop()
    return relative(pts, closed=False)


def _outline(shape: Any) -> dict[str, str]:
    """``fill`` is the area; ``line`` its edge, when that is not the whole edge."""
    path = {"fill": ring(shape, FINE)}
    if abs(shape.bounds[1] - PANEL[1]) < 0.01:
        path["line"] = _edge_without_top(shape)
    return path


def draw(view: str) -> dict[str, Any]:
    """One view as data: outlines, panels behind the close-ups, shapes with their region code, quiet lines.

    Coordinates are whole tenths of a unit; ``centre`` is a point well inside the shape, for a number on it.
    """
    outlines, found = regions(view)
    shapes = []
    for name, side, shape, close_up in found:
        code = CODE_OF.get(name, "")
        inside = polylabel(shape, 0.2)
        shapes.append(
            {
                "id": f"{view}-{name}{'-' + side.lower() if side else ''}",
                "code": f"{code}:{side}" if code and side else code,
                "close_up": close_up,
                "centre": list(tenths([(inside.x, inside.y)])[0]),
                "d": ring(shape, FINE),
            }
        )
    across, top, width, height = PANEL
    corners = [(MIDDLE + across, top), (MIDDLE - across - width, top)]
    return {
        "outlines": [_outline(shape) for shape in outlines],
        "panels": [[*tenths([corner])[0], round(width * 10), round(height * 10)] for corner in corners],
        "shapes": shapes,
        "lines": _quiet_lines(view),
    }


def as_text() -> str:
    """What body.json holds: one line a shape, so that a change can be read in a diff."""
    views = {view: draw(view) for view in VIEWS}
    blocks = []
    for view, drawn in views.items():
        parts = []
        for part, rows in drawn.items():
            lines = ",\n".join("   " + json.dumps(row, separators=(",", ":")) for row in rows)
            parts.append(f'  "{part}": [\n{lines}\n  ]')
        blocks.append(f' "{view}": {{\n' + ",\n".join(parts) + "\n }")
    return "{\n" + ",\n".join(blocks) + "\n}\n"


# --- the promises -------------------------------------------------------------------------------------------------


def problems() -> list[str]:
    """Sentences about what the drawing does not keep; empty when every code, side, overlap and gap is right."""
    bad: list[str] = []
    for view in VIEWS:
        outlines, found = regions(view)
        sides: dict[str, set[str]] = {}
        for name, side, _shape, _close in found:
            if name in CODE_OF:
                sides.setdefault(CODE_OF[name], set()).add(side)
        for code, region in REGIONS.items():
            expected = ({"L", "R"} if region.sided else {""}) if view in region.views else set()
            if view in region.views and sides.get(code, set()) != expected:
                bad.append(f"{code} on the {view} view: sides {sorted(sides.get(code, set()))}")
        bad += [f"{code} is drawn but not in the vocabulary" for code in sides if code not in REGIONS]
        for number, (name, side, shape, close) in enumerate(found):
            for other, other_side, other_shape, _close in found[number + 1 :]:
                if shape.intersection(other_shape).area > 0.02:
                    bad.append(f"{view}: {name} {side} overlaps {other} {other_side}")
            if side:
                twin = next(row[2] for row in found if row[0] == name and row[1] != side and row[3] == close)
                if scale(shape, -1, 1, origin=(MIDDLE, 0)).symmetric_difference(twin).area > 0.05:
                    bad.append(f"{view}: {name} {side} is not the mirror of its twin")
        empty = unary_union(outlines).difference(unary_union([row[2] for row in found]))
        for part in _polygons(empty.buffer(-1.0)):
            inside = part.representative_point()
            bad.append(f"{view}: a dead zone wider than 2 at {inside.x:.1f}, {inside.y:.1f}")
    return bad


def main() -> int:
    """Exit code 0 when the drawing keeps its promises and body.json is what it draws."""
    found = problems()
    if "--check" not in sys.argv:
        DRAWN.write_text(as_text(), encoding="utf-8")
    elif DRAWN.read_text(encoding="utf-8") != as_text():
        found.append("body.json is not what the tool draws: run it again")
    for line in found:
        sys.stdout.write(line + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
