"""What a client felt at the last visits, per structure and side: for the window of the treatment page and the chart."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from intake.models import CheckIn
from intake.rules.limits import Limits
from sessions.models import SessionNote, TimelineEvent
from sessions.rules.comfort_window import LAST_VISITS, FeltVisit
from sessions.rules.note import REACTED, after_a_reaction

#: Notes that are read: an area is not worked on at every visit.
_NOTES = 2 * LAST_VISITS


def felt_visits(client_id: int, *, before: datetime | None = None) -> dict[str, list[FeltVisit]]:
    """ "MUS_PIR:L" → the visits at which something was felt there, newest first, in one statement.

    Signed notes alone, none that is struck, the newest eight that began before ``before`` (default: all). Scope: the
    caller has the client from a door.
    """
    notes = SessionNote.objects.filter(client_id=client_id, signed_at__isnull=False, strike=None)
    if before is not None:
        notes = notes.filter(started_at__lt=before)
    next_check_in = CheckIn.objects.filter(client_id=client_id, on__gt=OuterRef("note__check_in__on"))
    rows = (
        TimelineEvent.objects.filter(note__in=Subquery(notes.order_by("-started_at", "-id").values("pk")[:_NOTES]))
        .filter(Q(comfort__isnull=False) | ~Q(sign=""), void=None)
        .annotate(day_after=Subquery(next_check_in.order_by("on", "-id").values("answers__ck_after")[:1]))
        .select_related("note")
        .order_by("-note__started_at", "-note_id", "seq")
        .only("structure", "side", "pressure", "comfort", "sign", "kind", "note__started_at")
    )
    found: defaultdict[str, dict[int, list[Any]]] = defaultdict(dict)
    for row in rows:
        found[f"{row.structure}:{row.side}"].setdefault(row.note_id, []).append(row)
    return {place: [_visit(rows) for rows in visits.values()] for place, visits in found.items()}


def last_visit(client_id: int) -> tuple[int, int | None] | None:
    """The highest pressure of the newest visit, and its minutes (None when it was not ended); None when there is none.

    A visit counts whether or not its note is signed, unless it is struck or nothing was recorded in it.
    """
    worked = TimelineEvent.objects.filter(note=OuterRef("pk"), void=None).order_by("-pressure")
    note = (
        SessionNote.objects.filter(client_id=client_id, strike=None)
        .annotate(highest=Subquery(worked.values("pressure")[:1]))
        .filter(highest__isnull=False)
        .order_by("-started_at", "-id")
        .first()
    )
    return None if note is None else (note.highest, note.minutes)


def reaction_limits(client_id: int, check_in: CheckIn | None) -> Limits:
    """What a bad reaction to the last visit limits today (clinical reference 2.8, C_REACT); asked for only then."""
    if check_in is None or check_in.answers.get("ck_after") not in REACTED:
        return Limits()
    last = last_visit(client_id)
    return after_a_reaction(pressure=last[0], minutes=last[1]) if last is not None else Limits()


def _visit(rows: list[Any]) -> FeltVisit:
    first = rows[0]
    return FeltVisit(timezone.localdate(first.note.started_at), tuple(rows), first.day_after or "")
