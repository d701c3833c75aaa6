"""Colours, the one ink line, and the parts a picture is put together from.

``paint-order="stroke"`` (on the group around all parts) puts the ink behind the colour, so that overlapping
outlines of one part show as one shape without a seam.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sessions.art.space import Disc, number

INK, LINE = "#2B4A45", 1.9
SKIN, SKIN_FAR, HAIR = "#F6E9DA", "#E6D3BF", "#4B4238"
TOP, TOP_FAR, SHORTS, SHORTS_FAR = "#CFE3DC", "#B9D3CA", "#2F6F66", "#265C54"
GLOW, ARROW, BALL, WEIGHT = "#E2A32B", "#A4492A", "#D98A68", "#B9AC99"
SAND, SAND_SIDE, SAND_DARK, SAND_LINE, PILLOW = "#E6DCCC", "#DDD2C0", "#D3C6B2", "#A99B86", "#FFFBF4"


@dataclass
class Part:
    """Something painted in one go; ``depth`` decides what covers what, ``discs`` how far it reaches."""

    depth: float
    svg: str
    discs: Sequence[Disc] = ()
    name: str = ""


def fill(d: str, colour: str, *, line: str | None = INK, width: float = LINE) -> str:
    """A shape in one colour; ``line`` None: without ink. What is usual stands on the group around all parts."""
    extra = ' stroke="none"' if line is None else "" if line == INK else f' stroke="{line}"'
    if line and width != LINE:
        extra += f' stroke-width="{number(width)}"'
    return f'<path d="{d}" fill="{colour}"{extra}/>'


def stroke(d: str, colour: str, width: float) -> str:
    """A line in one colour with round ends."""
    return f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{number(width)}" stroke-linecap="round"/>'
