"""``{% body_map %}``: the body as a picture to read, with its places named for those who do not see it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

from clinic.body_map import pictures
from clinic.vocabulary import region_label

register = template.Library()


@register.inclusion_tag("parts/body_map.html")
def body_map(marks: Mapping[str, str], words: str, window: str = "whole") -> dict[str, Any]:
    """Draw ``marks`` (stored region code -> class of its look) in ``window``; ``words`` says what is marked."""
    named = ", ".join(region_label(code) for code in marks)
    return {"pictures": pictures(window, marks), "words": words, "named": named}
