"""Times of the diary: when somebody is free."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

#: From and until (not included).
Span = tuple[datetime, datetime]


def overlapping(span: Span, taken: Iterable[Span]) -> list[Span]:
    """Those of ``taken`` that share a moment with ``span``; spans that merely touch share none."""
    return [one for one in taken if one[0] < span[1] and span[0] < one[1]]


def nearest_free(wanted: Span, taken: Iterable[Span], *, within: Span) -> datetime | None:
    """When the nearest time as long as ``wanted`` begins that is free of ``taken`` and lies ``within``; else None.

    Of two that are equally near the later one.
    """
    spans = list(taken)
    length: timedelta = wanted[1] - wanted[0]
    begins = [wanted[0], *(end for _start, end in spans), *(start - length for start, _end in spans)]
    free = [
        moment
        for moment in begins
        if within[0] <= moment and moment + length <= within[1] and not overlapping((moment, moment + length), spans)
    ]
    return min(free, key=lambda moment: (abs(moment - wanted[0]), -moment.timestamp()), default=None)
