"""What limits the hand today and what stands against touching at all: read at one look, each with where it is from."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinic.models import Client
from clinic.queries import age_on
from clinic.vocabulary import REGIONS, Severity
from intake.clearance_queries import until
from intake.models import CheckIn, Clearance, IntakeState, MilderReason, Screening, StopEvent
from intake.queries import Raised, Situation
from intake.rules.limits import Limits
from intake.rules.screening import ENTRIES
from sessions.queries.comfort import reaction_limits
from sessions.queries.gate import decision_of
from sessions.queries.note import flag_names
from sessions.rules.findings import entry_of
from sessions.rules.gate import Reason, may_begin
from sessions.rules.note import (
    LimitLine,
    further_lines,
    limit_lines,
    limits_of_day,
    own_and_standing,
    place_label,
)

#: Limits that are shown at once; the others stand behind "more" (design rules, section 6).
AT_ONCE = 3


@dataclass(frozen=True)
class Limit:
    """One limit in a sentence, and the names of the flags behind it."""

    text: str
    why: str


@dataclass(frozen=True)
class Source:
    """One flag with where it is from: who told it and when, which letter is on file."""

    label: str
    tier: str
    words: str


@dataclass(frozen=True)
class Risk:
    """The banner of the chart. ``tier`` "stop", "limit" or "ok".

    ``stops``: what stands against touching at all, with what to do; ``to_settle``: what has to be settled before the
    start. ``review_on``: the decision ends then. ``limits`` are this client's own, ``standing`` the rules of the
    treatment room that hold for everybody. ``raised``: caps that the decision made milder, each with its reason.
    ``notes``: flags that limit nothing. ``stop``: the stop with its steps, None when there is none.
    """

    tier: str
    title: str
    decided: str
    review_on: date | None
    stops: tuple[Reason, ...]
    to_settle: tuple[Reason, ...]
    limits: tuple[Limit, ...]
    standing: tuple[Limit, ...]
    raised: tuple[str, ...]
    sources: tuple[Source, ...]
    notes: tuple[str, ...]
    stop: uuid.UUID | None

    @property
    def at_once(self) -> tuple[Limit, ...]:
        """The limits that are shown at once."""
        return self.limits[:AT_ONCE]

    @property
    def more(self) -> tuple[Limit, ...]:
        """The client's own limits behind "more"."""
        return self.limits[AT_ONCE:]

    @property
    def one_source(self) -> Source | None:
        """The flag behind all of it, when there is one alone: then it needs no list."""
        return self.sources[0] if len(self.sources) == 1 else None

    @property
    def behind(self) -> int:
        """How many limits stand behind "more"."""
        return len(self.more) + len(self.standing)


def risk(
    client: Client, held: Situation, stops: Iterable[StopEvent], *, on: date, check_in: CheckIn | None = None
) -> Risk:
    """What limits the hand on the day ``on``. ``held`` and ``stops`` are this client's, read with today's check-in."""
    open_stops = tuple(stops)
    because = _because(client, held, open_stops, on=on)
    limits = effective_limits(held, on=on, reaction=reaction_limits(client.pk, check_in))
    own, standing = own_and_standing(limits) if limits else ({}, {})
    conduct = _conduct(held)
    shown = tuple(_limit(line, conduct) for line in _own_lines(own)) if own else ()
    nothing = bool(own) and _nothing_left(own)
    flags = [flag.code for flag in held.result.flags if flag.severity != Severity.INFO] if held.result else []
    stop_reasons = tuple(reason for reason in because if reason.tier == "stop")
    names = ", ".join(flag_names(flags))
    if stop_reasons:
        tier, title = "stop", stop_reasons[0].title
    elif shown:
        tier, title = "limit", _("Treat with limits: %(flags)s") % {"flags": names} if names else _("Treat with limits")
    else:
        tier, title = "ok", _("No limits of their own")
    decision = held.decision_on(on)
    return Risk(
        tier=tier,
        title=title,
        decided=_decided(decision) if decision is not None else "",
        review_on=decision.valid_until if decision is not None else None,
        stops=stop_reasons,
        to_settle=tuple(reason for reason in because if reason.tier != "stop"),
        limits=shown,
        standing=tuple(_limit(line, {}) for line in limit_lines(standing)) if standing and not nothing else (),
        raised=tuple(_raised(decision)) if decision is not None else (),
        sources=tuple(_sources(held, flags, on=on)),
        notes=tuple(flag_names(flag.code for flag in held.result.flags if flag.severity == Severity.INFO))
        if held.result
        else (),
        stop=open_stops[0].uuid if open_stops else None,
    )


def effective_limits(held: Situation, *, on: date, reaction: Limits) -> Mapping[str, Any] | None:
    """The limits as a note opened now would hold them; None with neither a decision nor a result of today."""
    decision = held.decision_on(on)
    if held.result is None:
        return decision.limits if decision is not None else None
    today = held.result.limits.as_data()
    if decision is None:
        return limits_of_day(today, today, (), reaction).as_data()
    return limits_of_day(decision.limits, today, decision.overrides, reaction).as_data()


def _decided(decision: Screening) -> str:
    words = {"name": decision.therapist.printed_name, "on": date_format(decision.decided_on, "j M Y")}
    return _("decided by %(name)s, %(on)s") % words


def _raised(decision: Screening) -> list[str]:
    """The caps that the therapist raised inside what a reason may raise, for whoever treats next."""
    return [
        _("%(place)s: raised to %(level)s, %(reason)s")
        % {
            "place": _("Everywhere") if each["place"] == "body" else place_label(each["place"]),
            "level": each["level"],
            "reason": MilderReason(each["reason"]).label,
        }
        for each in decision.overrides
    ]


def _because(client: Client, held: Situation, stops: tuple[StopEvent, ...], *, on: date) -> tuple[Reason, ...]:
    """Why a session may not begin, as far as it is known now; the gate itself asks again."""
    if held.intake is None:
        return (Reason("no_decision"),)
    if held.intake.state == IntakeState.STOPPED:
        raised = (each.code for each in held.raised if each.intake == held.intake.pk and each.severity == "emergency")
        return (Reason("emergency", tuple(dict.fromkeys(raised))),)
    if held.result is None:
        return (Reason("other_intake"),)
    minor = age_on(client.birth_date, on) < held.majority_age
    return may_begin(
        decision_of(held.decision),
        held.result,
        held.consents,
        on=on,
        intake=held.intake.pk,
        stopped=dict.fromkeys(code for stop in stops for code in stop.codes),
        needed=("cs_minor",) if minor else (),
    ).because


def _own_lines(own: Mapping[str, Any]) -> list[LimitLine]:
    """The client's own limits, the weightiest first; where nothing may be touched, that alone."""
    lines = limit_lines(own)
    if _nothing_left(own):
        return lines
    return sorted([*lines, *further_lines(own)], key=lambda line: line.weight)


def _nothing_left(limits: Mapping[str, Any]) -> bool:
    return len(limits["no_regions"]) >= len(REGIONS)


def _conduct(held: Situation) -> dict[str, tuple[str, ...]]:
    """Sentence of conduct → the flags of today that ask for it: limits carry no reason for these."""
    found: dict[str, tuple[str, ...]] = {}
    for flag in (*held.result.flags, *held.result.cleared) if held.result else ():
        for block in ENTRIES[flag.code].limits:
            for sentence in block.get("conduct", ()):
                found[sentence] = (*found.get(sentence, ()), flag.code)
    return found


def _limit(line: LimitLine, conduct: Mapping[str, tuple[str, ...]]) -> Limit:
    return Limit(line.text, ", ".join(flag_names(line.codes or conduct.get(line.text, ()))))


def _sources(held: Situation, flags: Iterable[str], *, on: date) -> list[Source]:
    cleared = [flag.code for flag in held.result.cleared] if held.result else []
    return [
        Source(
            ENTRIES[code].label,
            Severity(ENTRIES[code].severity).tier,
            " · ".join(
                [
                    *(_told(code, held.raised) or _found(code, held)),
                    *(_letter(each, on) for each in held.clearances if code in each.entries),
                ]
            ),
        )
        for code in (*flags, *cleared)
        if code in ENTRIES
    ]


def _told(code: str, raised: Iterable[Raised]) -> list[str]:
    """Who told of it first, and when."""
    first = next((each for each in raised if each.code == code), None)
    if first is None:
        return []
    words = _("told by the client at the check-in of %(on)s") if first.at_check_in else _("told by the client, %(on)s")
    return [words % {"on": date_format(first.on, "j M Y")}]


def _found(code: str, held: Situation) -> list[str]:
    """The tests behind a flag that no answer raised."""
    flags = (*held.result.flags, *held.result.cleared) if held.result else ()
    tests = [entry.label for flag in flags if flag.code == code for name in flag.reasons if (entry := entry_of(name))]
    return [_("found by test: %(tests)s") % {"tests": ", ".join(tests)}] if tests else []


def _letter(letter: Clearance, on: date) -> str:
    words = {"name": letter.clinician, "on": date_format(letter.dated, "j M Y"), "until": until(letter, on=on)}
    return _("letter of %(name)s, %(on)s, %(until)s") % words
