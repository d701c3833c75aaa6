"""The reading door of clearances: what each lifts today and why not, when it ends, and whose end is near."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, Subquery
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clinic.models import Client, User
from clinic.models.base import columns, from_told
from clinic.queries import charted_clients
from clinic.vocabulary import PressureLevel, region_label
from intake.models import Clearance, Intake, IntakeState, RaisedFlag
from intake.queries import (
    as_rule,
    check_in_of,
    entry_names,
    handed_in,
    judge,
    limits_in_words,
    open_stops,
)
from intake.rules.clearance import Clearance as Rule
from intake.rules.clearance import read_clearance
from intake.rules.clearance_days import WARNED, ends, runs_out
from intake.rules.questions import AnswerError
from intake.rules.screening import ENTRIES, ScreeningResult

#: Why a clearance lifts nothing of an entry (``intake.rules.clearance.Weighed``), and what to do.
_AGAINST = {
    "future": gettext_lazy("Lifts nothing yet: its date is still to come."),
    "refuses": gettext_lazy("It says no to massage: every limit stays, and an older yes no longer counts."),
    "ended": gettext_lazy("Lifts nothing any more: it counted until %(end)s. Ask the doctor for a new one."),
    "told": gettext_lazy("Lifts nothing: it was told by phone, and this opens only in writing. Ask for it in writing."),
    "older": gettext_lazy(
        "Lifts nothing: it is older than the answers behind the flag. Ask for one dated on their day or later."
    ),
    "no_size": gettext_lazy("Lifts nothing: it has to name the size in cm or mm. Ask the doctor for it."),
    "refused_since": gettext_lazy("Lifts nothing: another answer of the same day or later says no."),
    "newer": gettext_lazy("Lifts nothing by itself: a newer one, or a stricter one of the same day, decides."),
}


def rule_of(clearance: Clearance) -> Rule:
    """A clearance as the rules read it."""
    return read_clearance(as_rule(clearance))


# --- when it ends -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class End:
    """The last day on which a clearance counts, for the entries named."""

    on: date
    about: str


def ends_of(clearance: Clearance) -> tuple[End, ...]:
    """The days on which ``clearance`` ends, the earliest first: never later than the rules use it."""
    by_day: dict[date, list[str]] = {}
    for code, day in ends(rule_of(clearance)).items():
        by_day.setdefault(day, []).append(code)
    return tuple(End(day, ", ".join(entry_names(codes))) for day, codes in sorted(by_day.items()))


def ended(clearance: Clearance, *, on: date) -> bool:
    """Whether nothing of ``clearance`` counts any more on the day ``on``."""
    return all(end.on < on for end in ends_of(clearance))


def until(clearance: Clearance, *, on: date) -> str:
    """Until when ``clearance`` counts, in words; by entry where the days differ."""
    found = ends_of(clearance)
    if len(found) == 1:
        text = _("ended %(on)s") if found[0].on < on else _("until %(on)s")
        return text % {"on": date_format(found[0].on, "j M Y")}
    parts = []
    for end in found:
        text = _("ended %(on)s (%(about)s)") if end.on < on else _("until %(on)s (%(about)s)")
        parts.append(text % {"on": date_format(end.on, "j M Y"), "about": end.about})
    return ", ".join(parts)


@dataclass(frozen=True)
class ClearanceRow:
    """One clearance in a list: about what, and until when it counts."""

    clearance: Clearance
    about: str
    until: str
    ended: bool


def rows(found: Iterable[Clearance], *, on: date) -> tuple[ClearanceRow, ...]:
    """Clearances in a list, in the order given."""
    return tuple(
        ClearanceRow(each, ", ".join(entry_names(each.entries)), until(each, on=on), ended(each, on=on))
        for each in found
    )


# --- one of them --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class About:
    """What a clearance comes to for one entry today. ``tier``: "ok" when it lifts it, "limit" or "stop" when not."""

    label: str
    severity: str
    tier: str
    says: str
    remains: tuple[str, ...]
    shorter: str


@dataclass(frozen=True)
class ClearanceSheet:
    """One clearance, whole: what it says, and what it comes to today, entry by entry."""

    clearance: Clearance
    entries: tuple[About, ...]
    regions: str
    pressure: str
    until: str


def clearance_sheet(user: User, clearance_uuid: uuid.UUID, *, on: date) -> ClearanceSheet:
    """One clearance of a client whose chart ``user`` may read; 404 otherwise."""
    found = Clearance.objects.filter(client__in=charted_clients(user))
    told = found.select_related("client", "recorded_by", "withdrawal__by", "letter_step__letter")
    clearance = get_object_or_404(told, uuid=clearance_uuid)
    intake = handed_in(clearance.client)
    result: ScreeningResult | None = None
    if intake is not None and intake.state == IntakeState.SUBMITTED:
        held = check_in_of(clearance.client, on=on)
        try:
            result = judge(intake, on=on, check_in=held.answers if held else None)
        except AnswerError:  # the questions have changed since: nothing is judged before a new form
            result = None
    stopped = {code for stop in open_stops(clearance.client) for code in stop.codes}
    level = clearance.max_pressure
    return ClearanceSheet(
        clearance,
        tuple(_about(clearance, code, result, stopped) for code in clearance.entries),
        _("all regions") if clearance.regions == ["all"] else ", ".join(map(region_label, clearance.regions)),
        _("not stated") if level is None else f"P{level}, {PressureLevel(level).label}",
        until(clearance, on=on),
    )


def _about(clearance: Clearance, code: str, result: ScreeningResult | None, stopped: set[str]) -> About:
    [label] = entry_names([code])
    entry = ENTRIES.get(code)
    end = ends(rule_of(clearance)).get(code)
    shorter = _shorter(clearance, code, end)
    severity = str(entry.severity.label) if entry is not None else ""
    tier = entry.severity.tier if entry is not None else "note"

    def says(text: str, *, tier: str = tier, remains: tuple[str, ...] = ()) -> About:
        return About(label, severity, tier, text, remains, shorter)

    if hasattr(clearance, "withdrawal"):
        gone = clearance.withdrawal
        return says(
            _("Lifts nothing: it was withdrawn on %(on)s, %(reason)s.")
            % {"on": date_format(timezone.localtime(gone.at), "j F Y"), "reason": gone.get_reason_display()}
        )
    if code in stopped:
        return says(_("A stop is still open: only a written yes of its day or later ends it."))
    if result is None:
        return says(_("Not judged: the newest form was stopped, or its questions have changed. Open a new form."))
    if code not in {flag.code for flag in (*result.flags, *result.cleared)}:
        return says(_("Not raised today: there is nothing to lift."), tier="note")
    if entry is not None and not entry.lifts:
        return says(_("Lifts nothing: no clearance lifts this, its limits always stay."))
    mine = next((each for each in result.weighed.get(code, ()) if each.clearance.key == str(clearance.uuid)), None)
    if mine is None:
        return says(_("Lifts nothing: what the answers say today does not let a clearance lift it."))
    if mine.against:
        words = {"end": date_format(end, "j F Y") if end else ""}
        return says(str(_AGAINST[mine.against]) % words)
    lifted = (
        _("Lifted until %(on)s, the day itself included.") % {"on": date_format(end, "j F Y")} if end else _("Lifted.")
    )
    return says(lifted, tier="ok", remains=limits_in_words(result.left[code]))


def _shorter(clearance: Clearance, code: str, end: date | None) -> str:
    """Why it ends before the day that the clinician wrote; "" when it does not."""
    if end is None or end >= clearance.expires or code not in ENTRIES:
        return ""
    life = ENTRIES[code].life
    months, weeks = life.get("months", 0), life.get("weeks", 0)
    longest = (
        ngettext("%(n)s month", "%(n)s months", months) % {"n": months}
        if months
        else ngettext("%(n)s week", "%(n)s weeks", weeks) % {"n": weeks}
    )
    return _("For this a clearance counts %(longest)s at most; the letter says %(on)s.") % {
        "longest": longest,
        "on": date_format(clearance.expires, "j F Y"),
    }


def ended_in_words(result: ScreeningResult) -> tuple[str, ...]:
    """For each flag that blocks or limits again because its clearance ran out: a sentence that says so."""
    said = []
    for flag in result.flags:
        over = [each.clearance for each in result.weighed.get(flag.code, ()) if each.against == "ended"]
        last = max((ends(each)[flag.code] for each in over if flag.code in ends(each)), default=None)
        if last is not None:
            said.append(
                _("%(label)s: the clearance ran out on %(on)s.")
                % {"label": ENTRIES[flag.code].label, "on": date_format(last, "j F Y")}
            )
    return tuple(said)


# --- whose end is near --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RunningOut:
    """What of a client was cleared and ends soon, or has ended lately. ``days`` left; negative when it has ended."""

    client: Client
    clearance: uuid.UUID
    about: str
    end: date
    days: int


def running_out(user: User, *, on: date) -> list[RunningOut]:
    """Clearances of clients whose chart ``user`` may read that are near their end on the day ``on``; one statement.

    Only what the client's newest form, or a check-in since, has raised: what no longer stands needs no clearance.
    """
    newest = (
        Intake.objects.filter(client=OuterRef("pk")).exclude(state=IntakeState.DRAFT).order_by("-id").values("pk")[:1]
    )
    raised = RaisedFlag.objects.filter(
        Q(intake=OuterRef("newest")) | Q(check_in__client=OuterRef("pk"), check_in__at__gt=OuterRef("newest_at"))
    )
    letters = Clearance.objects.filter(client=OuterRef("pk"), withdrawal=None).order_by("-id")
    with_letters = Clearance.objects.filter(withdrawal=None, massage=True, expires__gte=on - WARNED).values("client")
    people: Any = (
        charted_clients(user)
        .filter(merged_into=None, pk__in=with_letters)
        .annotate(
            newest=Subquery(newest), newest_at=Subquery(Intake.objects.filter(pk=OuterRef("newest")).values("saved_at"))
        )
        .annotate(
            told_codes=ArraySubquery(raised.order_by("id").values("code")),
            told_letters=ArraySubquery(letters.values(told=columns(Clearance))),
        )
    )
    found = [
        RunningOut(client, letter.uuid, end.about, end.on, (end.on - on).days)
        for client in people
        for letter, end in running_out_of(
            [from_told(Clearance, told) for told in client.told_letters], client.told_codes, on=on
        )
    ]
    return sorted(found, key=lambda row: row.end)


def running_out_of(letters: Iterable[Clearance], standing: Iterable[str], *, on: date) -> list[tuple[Clearance, End]]:
    """Those of one client's ``letters`` whose end for something ``standing`` is near, or lately past."""
    by_key = {str(letter.uuid): letter for letter in letters}
    near: dict[tuple[str, date], list[str]] = {}
    for each in runs_out([rule_of(letter) for letter in by_key.values()], standing, on=on):
        near.setdefault((each.key, each.end), []).append(each.code)
    return [(by_key[key], End(end, ", ".join(entry_names(codes)))) for (key, end), codes in near.items()]
