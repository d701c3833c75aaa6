"""How long a clearance counts for each entry it names, and when its end is near (clinical reference 2.1, rule 1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from intake.rules.clearance import Clearance, last_day
from intake.rules.screening import ENTRIES

#: The therapist is warned so long before a clearance runs out, and told so long that it has: time to write and to wait.
WARNED = timedelta(days=14)


def ends(clearance: Clearance) -> dict[str, date]:
    """The last day on which ``clearance`` counts, by entry: its own end, or the earlier one of the entry's life.

    An entry that is no longer in the catalogue has no life of its own. Entries without any end are left out.
    """
    found = {
        code: last_day(clearance, ENTRIES[code].life if code in ENTRIES else {}) for code in sorted(clearance.entries)
    }
    return {code: day for code, day in found.items() if day is not None}


@dataclass(frozen=True)
class RunsOut:
    """An entry whose last yes ends on the day ``end``; ``key`` names that clearance."""

    code: str
    key: str
    end: date


def runs_out(letters: Iterable[Clearance], standing: Iterable[str], *, on: date) -> list[RunsOut]:
    """Entries among ``standing`` whose last counting yes ends near the day ``on``, the nearest end first.

    An entry that a no of the same day or later holds shut is not among them: nothing of it is open.
    """
    given = list(letters)
    found = []
    for code in dict.fromkeys(standing):
        about = [each for each in given if code in each.entries and each.date <= on]
        yes = [each for each in about if each.massage]
        no = max((each.date for each in about if not each.massage), default=date.min)
        last: Mapping[Clearance, date] = {
            each: end for each in yes if each.date > no and (end := ends(each).get(code)) is not None
        }
        if not last:
            continue
        latest = max(last, key=lambda each: last[each])
        if on - WARNED <= last[latest] <= on + WARNED:
            found.append(RunsOut(code, latest.key, last[latest]))
    return sorted(found, key=lambda each: each.end)
