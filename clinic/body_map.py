"""The picture of the body on a page: views, close-ups, and which shapes are marked how. Drawn by clinic/art.

Left and right are always the client's own. The picture never stands alone: the same regions are named beside it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext_lazy as _

from clinic.vocabulary import REGION_SETS, REGIONS

_DRAWN: dict[str, Any] = json.loads((Path(__file__).parent / "art" / "body.json").read_text(encoding="utf-8"))

#: What a view shows as (view, box in tenths of a unit: x, y, width, height); the first is what a page opens with.
WINDOWS: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        "back": (("back", "500 1460 1000 1580"),),
        "front": (("front", "500 1460 1000 1580"),),
        "legs": (("back", "180 3120 1640 1620"), ("front", "180 3120 1640 1620")),
        "whole": (("back", "180 0 1640 4800"), ("front", "180 0 1640 4800")),
    }
)
#: The close-ups of the treatment room.
ROOM_WINDOWS: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        "hips": (("back", "550 1500 900 1260"),),
        "back": (("back", "420 660 1160 1420"),),
        "legs": (("back", "180 2460 1640 2300"),),
        "front": (("front", "400 1480 1200 3000"),),
    }
)
WINDOW_LABELS = {"hips": _("Hips"), "back": _("Back"), "front": _("Front"), "legs": _("Legs"), "whole": _("Whole body")}


_IN_HIPS = ("BTU", "BTM", "BTL", "SAC", "SIJ", "COC", "HPL", "FLK", "LBK")
_IN_LEGS = ("THB", "THO", "KNB", "CLF", "LLO", "ANK", "HEL", "FTS", "FTO")


def window_of(region: str) -> str:
    """The close-up of the treatment room in which ``region`` (a code without side) is best seen."""
    if region in _IN_HIPS:
        return "hips"
    if region in _IN_LEGS:
        return "legs"
    return "back" if "back" in REGIONS[region].views else "front"


@dataclass(frozen=True)
class Shape:
    """One area of a picture: ``code`` as stored ("BTM:L", "COC"; "" for the head), ``mark`` its look on this page.

    ``number`` is written on it, at ``x``, ``y``; None writes nothing.
    """

    code: str
    d: str
    x: int
    y: int
    mark: str
    number: int | None


@dataclass(frozen=True)
class Picture:
    """One view of the body as a template draws it."""

    view: str
    box: str
    outlines: tuple[Mapping[str, str], ...]
    panels: tuple[tuple[int, int, int, int], ...]
    shapes: tuple[Shape, ...]
    lines: tuple[str, ...]

    @property
    def left_first(self) -> bool:
        """True where the client's left is drawn on the left."""
        return self.view == "back"


def picture(view: str, box: str, marks: Mapping[str, str], numbers: Mapping[str, int] | None = None) -> Picture:
    """The ``view`` ("back" or "front") cut to ``box``.

    ``marks``: stored region code -> class of its look; ``numbers``: stored region code -> what is written on it, once
    a view (not on the close-ups).
    """
    drawn = _DRAWN[view]
    numbers = numbers or {}
    return Picture(
        view=view,
        box=box,
        outlines=tuple(drawn["outlines"]),
        panels=tuple(tuple(panel) for panel in drawn["panels"]),
        shapes=tuple(
            Shape(
                code=row["code"],
                d=row["d"],
                x=row["centre"][0],
                y=row["centre"][1],
                mark=marks.get(row["code"], ""),
                number=None if row["close_up"] else numbers.get(row["code"]),
            )
            for row in drawn["shapes"]
        ),
        lines=tuple(drawn["lines"]),
    )


def pictures(window: str, marks: Mapping[str, str]) -> tuple[Picture, ...]:
    """The pictures that ``window``, a key of ``WINDOWS``, shows."""
    return tuple(picture(view, box, marks) for view, box in WINDOWS[window])


def change_marks(was: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str]:
    """The marks of ``now`` with what changed: " new" behind what ``was`` did not have, "gone" for what it lost."""
    marks = {code: mark if code in was else f"{mark} new" for code, mark in now.items()}
    return marks | {code: "gone" for code in was if code not in now}


#: What a thumbnail shows, in tenths of a unit: the whole view, from the ribs to the feet, or to the knees.
_WHOLE, _LOWER, _HIPS = "180 0 1640 4800", "590 1190 820 3570", "590 1190 820 2290"
#: Above the ribs, or drawn in the close-ups at the side alone.
_NEEDS_WHOLE = frozenset({"NCK", "SHO", "ARM", "CHE", "UBK", "FTS", "TOB", "TOS"})
_NEEDS_FEET = frozenset(REGION_SETS["LOWER_LEG"]) - {"KNB"}


def thumbnails(several: Sequence[Mapping[str, str]]) -> list[tuple[Picture, ...]]:
    """Small pictures of the same cut for each of ``several`` marks, so that they can be compared at a glance.

    The back always, the front when something is marked that the back does not show.
    """
    codes = {code.partition(":")[0] for marks in several for code in marks}
    box = _WHOLE if codes & _NEEDS_WHOLE else _LOWER if codes & _NEEDS_FEET else _HIPS
    views = ["back"]
    if any(REGIONS[code].views and "back" not in REGIONS[code].views for code in codes):
        views.append("front")
    return [tuple(picture(view, box, marks) for view in views) for marks in several]


Windows = Mapping[str, tuple[tuple[str, str], ...]]


def entry(
    marks: Mapping[str, str], *, windows: Windows = WINDOWS, numbers: Mapping[str, int] | None = None, opens: str = ""
) -> dict[str, Any]:
    """What a page needs to let somebody tap places: each view once, and the buttons that move between ``windows``.

    ``opens`` is the window the page begins with, by default the first.
    """
    boxes = {name: dict(shown) for name, shown in windows.items()}
    return {
        "pictures": [
            {
                "picture": picture(view, WINDOWS["whole"][0][1], marks, numbers),
                "boxes": [(name, shown.get(view, "")) for name, shown in boxes.items()],
            }
            for view in ("back", "front")
        ],
        "windows": [(name, WINDOW_LABELS[name], name == (opens or next(iter(windows)))) for name in windows],
    }
