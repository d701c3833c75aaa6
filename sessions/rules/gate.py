"""The gate in front of a session: may it begin today, and if not, what is to be done (clinical reference 2.1)."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from clinic.vocabulary import Severity
from intake.rules.limits import Limits
from intake.rules.questions import QUESTIONS
from intake.rules.screening import ENTRIES, ScreeningResult

#: Without these no visit (clinical reference 1.7, "any visit").
REQUIRED_CONSENTS = ("cs_true", "cs_scope", "cs_massage", "cs_speak", "cs_data")
#: Raised while a private question is open; it is answered, never accepted.
_ASK = "C_ASK"


@dataclass(frozen=True, kw_only=True)
class Decision:
    """The therapist's decision on an intake. ``intake`` names the intake it was made on.

    Valid from ``decided_on`` to the end of ``valid_until``. ``accepted``: entries that were read and accepted;
    ``outcome`` "yes", "modified" or "no"; ``limits`` as frozen at the time.
    """

    intake: Hashable
    decided_on: date
    valid_until: date
    accepted: frozenset[str]
    outcome: str
    limits: Limits


#: Reason → tier of the screen, title, what to do. ``%(about)s``: the entries or consents in question.
_REASONS = MappingProxyType(
    {
        "emergency": (
            "stop",
            _("Emergency sign"),
            _("Do not treat; send to emergency care now: %(about)s. Only a written result from there opens this."),
        ),
        "open_stop": (
            "stop",
            _("A stop is still open"),
            _(
                "No massage: %(about)s. Record the written result. If the client has answered anew that there was no "
                "such sign, confirm it aloud and withdraw the stop on the page of the intake."
            ),
        ),
        "absolute": (
            "stop",
            _("A doctor first"),
            _("No massage today: %(about)s. Record the written clearance, or the newer answer or reading."),
        ),
        "no_decision": (
            "stop",
            _("No decision yet"),
            _("Nobody has decided on this client's health answers. Read the intake and decide."),
        ),
        "other_intake": (
            "stop",
            _("A newer intake"),
            _("The decision was made on an older intake. Read the new one and decide."),
        ),
        "not_yet_valid": (
            "stop",
            _("The decision is dated later"),
            _("The decision does not hold yet. Decide again for today."),
        ),
        "expired": ("stop", _("The decision has ended"), _("Read the answers again with the client and decide anew.")),
        "decided_no": (
            "stop",
            _("Decided: no massage for now"),
            _("Read the intake again and decide anew when things have changed."),
        ),
        "ask_aloud": (
            "limit",
            _("A private question is open"),
            _("Ask aloud, in private, and enter the answer at the check-in: %(about)s."),
        ),
        "region_to_set": (
            "limit",
            _("Where is it?"),
            _("The place is not known: %(about)s. Ask, and set the region before you start."),
        ),
        "not_accepted": ("limit", _("New since the decision"), _("Read and accept before you start: %(about)s.")),
        "confirm_clearance": (
            "limit",
            _("A clearance is needed"),
            _("Confirm, with a reason, that the clearance has been asked for: %(about)s."),
        ),
        "consent": ("limit", _("Consent is missing"), _("Ask for it and have it signed: %(about)s.")),
    }
)

#: Consent → its short name in a sentence (clinical reference 1.7).
_CONSENTS = MappingProxyType(
    {
        "cs_true": _("what I told you is true"),
        "cs_scope": _("what massage is and is not"),
        "cs_massage": _("massage"),
        "cs_speak": _("speaking up"),
        "cs_data": _("keeping health data"),
        "cs_assess": _("movement tests"),
        "cs_stretch": _("stretches"),
        "cs_glute": _("buttocks and hips"),
        "cs_thigh": _("thighs"),
        "cs_minor": _("parent or guardian"),
        "cs_sign": _("signature"),
    }
)


@dataclass(frozen=True)
class Reason:
    """Why the gate is closed. ``code`` is stable; ``about`` names entries, consents or questions."""

    code: str
    about: tuple[str, ...] = ()

    @property
    def tier(self) -> str:
        """ "stop" or "limit": the shape on the screen."""
        return _REASONS[self.code][0]

    @property
    def title(self) -> str:
        """What stands in the way, in a few words."""
        return str(_REASONS[self.code][1])

    @property
    def what_to_do(self) -> str:
        """One sentence: what to do about it."""
        about = ", ".join(str(_name(code)) for code in self.about)
        return str(_REASONS[self.code][2]) % {"about": about}

    def __str__(self) -> str:
        return self.what_to_do


def _name(code: str) -> str:
    if code in ENTRIES:
        return ENTRIES[code].label
    if code in QUESTIONS and code not in _CONSENTS:
        return QUESTIONS[code].wording
    return str(_CONSENTS.get(code, code))


@dataclass(frozen=True)
class Gate:
    """Whether a session may begin; when not, every reason, the most serious first."""

    open: bool
    because: tuple[Reason, ...]


def may_begin(
    decision: Decision | None,
    today: ScreeningResult,
    consents: Mapping[str, object] | Iterable[str],
    *,
    on: date,
    intake: Hashable = None,
    stopped: Collection[str] = (),
    needed: Collection[str] = (),
    confirmed: Collection[str] = (),
    regions_set: Collection[str] = (),
) -> Gate:
    """Whether a session may begin on the day ``on``: nothing short of every condition opens the gate.

    ``decision``: the newest one, or None; ``intake`` names the client's newest intake, on which the decision must have
    been made (None: not checked). ``stopped``: entries of stops that nothing has answered yet. ``today`` is the result
    of intake and check-in on that day. ``consents``: those valid on that day, as their ids or as their answers (a false
    one does not count); ``needed``: what the plan of the visit needs besides ``REQUIRED_CONSENTS``. ``confirmed``:
    entries whose clearance the therapist confirmed, for this start, to have been asked for; ``regions_set``: entries
    whose region the therapist has set.
    """
    given = {code for code, value in consents.items() if value} if isinstance(consents, Mapping) else set(consents)
    raised = {severity: tuple(f.code for f in today.flags if f.severity == severity) for severity in Severity.values}
    accepted = decision.accepted if decision is not None else frozenset()
    serious = raised[Severity.LOCAL] + raised[Severity.CAUTION]
    reasons = [
        Reason("emergency", raised[Severity.EMERGENCY]) if raised[Severity.EMERGENCY] else None,
        _if_any("open_stop", (code for code in stopped if code not in raised[Severity.EMERGENCY])),
        Reason("absolute", raised[Severity.ABSOLUTE]) if raised[Severity.ABSOLUTE] else None,
        _about_the_decision(decision, on, intake),
        _if_any("ask_aloud", today.open_questions or ((_ASK,) if _ASK in serious else ())),
        _if_any("region_to_set", (code for code in today.regions_to_set if code not in regions_set)),
        _if_any("not_accepted", (code for code in serious if code not in accepted and code != _ASK))
        if decision is not None
        else None,
        _if_any("confirm_clearance", (code for code in today.to_confirm if code not in confirmed)),
        _if_any("consent", (code for code in dict.fromkeys((*REQUIRED_CONSENTS, *needed)) if code not in given)),
    ]
    because = tuple(reason for reason in reasons if reason is not None)
    return Gate(not because, because)


def _if_any(code: str, about: Iterable[str]) -> Reason | None:
    found = tuple(about)
    return Reason(code, found) if found else None


def _about_the_decision(decision: Decision | None, on: date, intake: Hashable) -> Reason | None:
    """What stands against the decision itself; None when it holds."""
    if decision is None:
        return Reason("no_decision")
    if intake is not None and decision.intake != intake:
        return Reason("other_intake")
    if decision.decided_on > on:
        return Reason("not_yet_valid")
    if decision.valid_until < on:
        return Reason("expired")
    return Reason("decided_no") if decision.outcome == "no" else None
