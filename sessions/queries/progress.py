"""What a client sees of the way so far: what they said of their pain at visits, and the days they stretched."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from clinic.models import Client
from intake.models import CheckIn
from intake.rules.questions import QUESTIONS
from sessions.models import StretchLog
from sessions.rules.progress import VISITS, WEEK, WEEKS, Ladder, Reach, Weeks, ladder, weeks
from sessions.rules.trend import Trend, Visit, trend

#: The places the pain travels to, nearest to the back first, with their words.
_PLACES = QUESTIONS["ck_refer"].options


@dataclass(frozen=True)
class MyProgress:
    """An allow-list: pain before and after visits, how far it travels, days stretched. Nothing that staff wrote."""

    pain: Trend
    travels: Ladder
    weeks: Weeks


def my_progress(client: Client, *, on: date, visits: bool) -> MyProgress:
    """The client's progress up to the day ``on``; ``client`` comes from ``my_client``.

    What was said at visits is told only with ``visits``: not to a helper, who sees the stretches alone. Two statements.
    """
    since = on - WEEK * WEEKS
    done = StretchLog.objects.filter(client=client, done=True, on__gt=since, on__lte=on)
    told = _visits(client, on=on) if visits else []
    return MyProgress(
        pain=trend(Visit(each.on, each.before, each.after) for each in told if each.before is not None),
        travels=ladder([each.reach for each in told if each.reach is not None], [*map(str, _PLACES.values())]),
        weeks=weeks(frozenset(done.values_list("on", flat=True)), on=on),
    )


@dataclass(frozen=True)
class _Told:
    """What the client said at one visit."""

    on: date
    before: int | None
    after: int | None
    reach: Reach | None


def check_ins_up_to(client: Client, *, on: date, days: int) -> list[CheckIn]:
    """The check-ins of about the last ``days`` days up to ``on``, newest first, with their notes; one statement.

    A check-in that led to a struck note does not count: it may be somebody else's.
    """
    found = (
        CheckIn.objects.filter(client=client, on__lte=on)
        .exclude(note__strike__isnull=False)
        .select_related("note")
        .order_by("-on", "-id")
    )
    return list(found[: days * 3])


def one_a_day(newest_first: Iterable[CheckIn], *, days: int) -> list[CheckIn]:
    """One check-in of each of the last ``days`` days, oldest first: that of the signed note, or else the newest."""
    of_day: dict[date, CheckIn] = {}
    for check_in in newest_first:
        if check_in.on not in of_day or _is_signed(check_in):
            of_day[check_in.on] = check_in
    return list(reversed(list(of_day.values())[:days]))


def _visits(client: Client, *, on: date) -> list[_Told]:
    """The last visits, oldest first."""
    return [_told(check_in) for check_in in one_a_day(check_ins_up_to(client, on=on, days=VISITS), days=VISITS)]


def _is_signed(check_in: CheckIn) -> bool:
    """Whether its visit has a signed note."""
    note = getattr(check_in, "note", None)
    return note is not None and note.is_signed


def _told(check_in: CheckIn) -> _Told:
    place, before, after = check_in.answers.get("ck_refer"), check_in.answers.get("ck_now"), None
    if _is_signed(check_in):
        before, after = check_in.note.pain_before, check_in.note.pain_after
    return _Told(
        on=check_in.on,
        before=before if isinstance(before, int) else None,
        after=after,
        reach=Reach(check_in.on, list(_PLACES).index(place), str(_PLACES[place])) if place in _PLACES else None,
    )
