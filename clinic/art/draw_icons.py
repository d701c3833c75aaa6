"""Draws the icons of the installed portal from the logo: a surface that gives under a touch.

    python -m clinic.art.draw_icons     writes the files of clinic/static/clinic/icons

The logo's own file is ``clinic/static/clinic/icon.svg``; its measures stand here once more, on the same 40 by 40 grid.
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

Point = tuple[float, float]
FOLDER = Path(__file__).parents[1] / "static" / "clinic" / "icons"
GRID = 40
PINE, AMBER, CREAM = "#1e5b53", "#e2a32b", "#fce9be"
CORNER = 12.0
#: The surface: where it begins, then of each cubic curve two handles and the end.
SURFACE_FROM = (6.0, 17.0)
SURFACE: tuple[tuple[Point, Point, Point], ...] = (
    ((11, 17), (13, 17), (15, 20)),
    ((17, 23), (18, 26), (20, 26)),
    ((22, 26), (23, 23), (25, 20)),
    ((27, 17), (29, 17), (34, 17)),
)
STROKE = 3.0
TOUCH_AT, TOUCH_RADIUS = (20, 14), 5.0
#: A launcher may cut a maskable icon to any shape around the middle four fifths.
SAFE = 0.94
_FINER = 4
_STEPS = 48

#: File: size in pixels, whether it fills its square and keeps to the safe middle.
FILES = {
    "app-192.png": (192, False),
    "app-512.png": (512, False),
    "app-maskable-512.png": (512, True),
    "apple-touch-icon.png": (180, True),
}


def surface() -> list[Point]:
    """The line of the surface as points."""
    start, points = SURFACE_FROM, [SURFACE_FROM]
    for first, second, end in SURFACE:
        for step in range(1, _STEPS + 1):
            x, y = (_cubic(step / _STEPS, *each) for each in zip(start, first, second, end, strict=True))
            points.append((x, y))
        start = end
    return points


def _cubic(t: float, a: float, b: float, c: float, d: float) -> float:
    return (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d


def icon(size: int, *, full: bool) -> Image.Image:
    """One icon of ``size`` pixels; ``full``: the ground fills the square and the drawing keeps to its middle."""
    side = size * _FINER
    scale = side / GRID * (SAFE if full else 1)
    shift = (side - GRID * scale) / 2
    image = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((0, 0, side - 1, side - 1), 0 if full else CORNER * side / GRID, fill=PINE)
    for x, y in surface():
        _disc(draw, (x, y), STROKE / 2, CREAM, scale, shift)
    _disc(draw, TOUCH_AT, TOUCH_RADIUS, AMBER, scale, shift)
    return image.resize((size, size), Image.Resampling.BOX)


def _disc(draw: ImageDraw.ImageDraw, at: Point, radius: float, colour: str, scale: float, shift: float) -> None:
    x, y, r = at[0] * scale + shift, at[1] * scale + shift, radius * scale
    draw.ellipse((x - r, y - r, x + r, y + r), fill=colour)


def main() -> None:
    """Write every file."""
    FOLDER.mkdir(exist_ok=True)
    for name, (size, full) in FILES.items():
        icon(size, full=full).quantize(64, method=Image.Quantize.FASTOCTREE).save(FOLDER / name, optimize=True)


if __name__ == "__main__":
    main()
