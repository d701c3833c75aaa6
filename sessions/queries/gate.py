"""The gate in front of a session: what the decision, today's answers and the consents say together."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from clinic.models import Client
from clinic.queries import age_on
from intake.models import CheckIn, IntakeState, Screening
from intake.queries import consents, current_decision_of, flags_of, handed_in, judge, open_stops, practice_rules
from intake.rules.limits import Limits
from intake.rules.questions import AnswerError
from intake.rules.screening import ScreeningResult
from sessions.rules.gate import Decision, Reason, may_begin


@dataclass(frozen=True)
class Verdict:
    """Whether a session may begin, and if not, why; with what it rests on.

    ``tests_agreed``: the client agreed to movement tests (cs_assess).
    """

    is_open: bool
    because: tuple[Reason, ...]
    screening: Screening | None
    result: ScreeningResult | None
    tests_agreed: bool = False


def verdict(
    client: Client,
    check_in: CheckIn,
    *,
    on: date,
    confirmed: Collection[str] = (),
    regions_set: Collection[str] = (),
) -> Verdict:
    """The verdict for a session with ``check_in`` on the day ``on``; nothing is stored.

    ``confirmed``: entries whose clearance the therapist says has been asked for; ``regions_set``: entries whose region
    the therapist gives now. Without an intake that can be judged the gate stays shut.
    """
    intake = handed_in(client)
    screening = current_decision_of(client)
    if intake is None:
        return Verdict(False, (Reason("no_decision"),), screening, None)
    if intake.state == IntakeState.STOPPED:
        codes = tuple(flag.code for flag in flags_of(intake) if flag.severity == "emergency")
        return Verdict(False, (Reason("emergency", codes),), screening, None)
    try:
        result = judge(intake, on=on, check_in=check_in.answers)
    except AnswerError:  # the questions have changed since: the old answers no longer make a whole set
        return Verdict(False, (Reason("other_intake"),), screening, None)
    valid = {consent.statement for consent in consents(client, on=on)}
    minor = age_on(client.birth_date, on) < practice_rules().age_of_majority
    gate = may_begin(
        decision_of(screening),
        result,
        valid,
        on=on,
        intake=intake.pk,
        stopped=dict.fromkeys(code for stop in open_stops(client) for code in stop.codes),
        needed=("cs_minor",) if minor else (),
        confirmed=confirmed,
        regions_set=regions_set,
    )
    return Verdict(gate.open and screening is not None, gate.because, screening, result, "cs_assess" in valid)


def decision_of(screening: Screening | None) -> Decision | None:
    """A stored decision as the rule of the gate reads it."""
    if screening is None:
        return None
    return Decision(
        intake=screening.intake_id,
        decided_on=screening.decided_on,
        valid_until=screening.valid_until,
        accepted=frozenset(screening.accepted),
        outcome=screening.outcome,
        limits=Limits.from_data(screening.limits),
    )
