"""The picture of a stretch on a page: the right level, the right side, with its words."""

from __future__ import annotations

from typing import Any

from django import template

from sessions.rules.pictures import picture
from sessions.rules.stretches import Stretch

register = template.Library()


@register.inclusion_tag("sessions/portal/_picture.html")
def stretch_picture(stretch: Stretch, level: int, side: str, shown: str = "picture") -> dict[str, Any]:
    """The picture of ``stretch`` at ``level`` for ``side``.

    ``shown``: "picture" with its words for who cannot see it; "thumb" small and silent, beside the name of the stretch.
    """
    return {"picture": picture(stretch, level, side), "shown": shown}
