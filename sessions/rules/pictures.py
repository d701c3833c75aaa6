"""Which picture belongs to a stretch, a level and a side, and how it is told without the picture."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from clinic.vocabulary import Side
from sessions.rules.picture_texts import SHOWN
from sessions.rules.stretches import Stretch


@dataclass(frozen=True)
class Picture:
    """One picture as a page shows it.

    ``files``: static files, one, or the start and the end of a movement; ``width`` and ``height``: of each.
    ``mirrored``: they are drawn for the right side and have to be shown as their mirror image. ``alt``: the same in
    words. ``facing``: the body faces the reader, its right side is on the left, mirrored or not.
    """

    files: tuple[str, ...]
    width: int
    height: int
    mirrored: bool
    alt: str
    facing: bool

    @property
    def shape(self) -> str:
        """What a page has to make room for: "wide", "tall", or nothing unusual."""
        return "wide" if self.width == 2 * self.height else "tall" if self.width < self.height else ""


def picture(stretch: Stretch, level: int, side: str) -> Picture:
    """The picture of ``stretch`` at ``level`` 1 to 3, done on ``side`` "L", "R" or anything else for both sides.

    Both sides are shown and told for the right one first. Raises ``KeyError`` for a level that is not offered.
    """
    shown = SHOWN[stretch.code][level]
    left, right = gettext("left"), gettext("right")
    mirrored = shown.sided and side == Side.LEFT
    alt = gettext(shown.text).format(side=left if mirrored else right, other=right if mirrored else left)
    if shown.sided and side not in (Side.LEFT, Side.RIGHT):
        alt = gettext("%(how)s Then change sides and do the mirror image.") % {"how": alt}
    width, height = shown.size
    return Picture(files=shown.files, width=width, height=height, mirrored=mirrored, alt=alt, facing=shown.facing)
