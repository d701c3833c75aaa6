"""Names and shapes that clinics' scripts and other programs rely on: add to them freely, never rename."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import fields
from datetime import date
from typing import Any

import pytest
from django.core.management import get_commands, load_command_class

from intake.rules.clearance import Clearance
from intake.rules.limits import Limits
from intake.rules.questions import AnswerError, missing
from intake.rules.screening import Flag, PracticeRules, ScreeningResult, early_flags, screen
from sessions.rules.gate import Gate, may_begin
from sessions.rules.stretches import Blocked, Suitable, suitability
from tests.answers import DAY, all_clear, check_in_clear

#: Function → (what is given by place, what by name alone without a default, what by name alone with its default).
SIGNATURES: list[tuple[Callable[..., Any], list[str], list[str], dict[str, Any]]] = [
    (
        screen,
        ["answers"],
        ["on"],
        {"answered_on": None, "clearances": (), "check_in": None, "findings": None, "practice": PracticeRules()},
    ),
    (early_flags, ["answers"], ["on"], {}),
    (missing, ["answers"], ["on"], {}),
    (suitability, ["limits"], [], {"side": None, "level": None, "bed": False}),
    (may_begin, ["decision", "today", "consents"], ["on"], {}),
]
#: Command → what must be understood after its name.
COMMANDS = {
    "demo": ["--port", "--reset", "--no-serve"],
    "serve": ["--host", "--port"],
    "create_staff": ["email", "--role"],
    "print_catalogue": ["kind", "--not-encoded"],
    "verify_records": ["--head"],
    "send_due_mail": ["--every"],
    "backup": ["path"],
    "restore": ["path"],
}


def names(of: type[Any]) -> set[str]:
    """Fields and properties."""
    return {field.name for field in fields(of)} | {name for name, _ in inspect.getmembers(of, inspect.isdatadescriptor)}


@pytest.mark.parametrize(
    ("function", "placed", "named", "defaults"), SIGNATURES, ids=lambda value: getattr(value, "__name__", "")
)
def test_functions_are_called_as_promised(function, placed, named, defaults):
    parameters = inspect.signature(function).parameters.values()
    by_name = {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY}

    assert [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD] == placed
    assert [name for name, default in by_name.items() if default is inspect.Parameter.empty] == named
    assert defaults.items() <= by_name.items()


def test_results_carry_what_is_promised():
    assert {"flags", "cleared", "severity", "session_allowed", "limits"} <= names(ScreeningResult)
    assert [field.name for field in fields(Flag)] == ["code", "severity", "reasons"]
    assert names(Limits) >= {
        *("pressure_cap", "pressure_cap_with_reason", "region_caps", "region_caps_with_reason"),
        *("no_regions", "no_techniques", "no_positions", "no_stretch_flags", "no_stretches"),
        *("max_level", "max_minutes"),
    }
    assert names(Gate) >= {"open", "because"}
    assert names(Suitable) >= {"max_level"}
    assert names(Blocked) >= {"flags", "because"}
    assert (PracticeRules().age_of_majority, PracticeRules().table_limit_kg) == (18, None)


def test_a_screening_result_has_the_promised_shapes():
    result = screen(all_clear(hx_dx=["gtps"], hx_organ=["hernia"]), on=DAY, check_in=check_in_clear())

    assert isinstance(result.flags, tuple)
    assert isinstance(result.cleared, tuple)
    assert [(flag.code, flag.severity, flag.reasons) for flag in result.flags] == [
        ("L_GTPS", "local", ("hx_dx",)),
        ("L_HERNIA", "local", ("hx_organ",)),
    ]
    assert (result.severity, result.session_allowed) == ("local", "modified")
    limits = result.limits
    assert isinstance(limits.pressure_cap, int)
    assert isinstance(limits.pressure_cap_with_reason, int)
    assert isinstance(limits.region_caps, dict)
    assert isinstance(limits.region_caps_with_reason, dict)
    for kind in ("no_regions", "no_techniques", "no_positions", "no_stretch_flags", "no_stretches"):
        assert isinstance(getattr(limits, kind), frozenset), kind
    assert (limits.pressure_cap, limits.max_level, limits.max_minutes) == (5, 3, None)


@pytest.mark.parametrize(
    ("changes", "severity", "allowed"),
    [
        ({"sf_cord": "yes"}, "emergency", "no"),
        ({"sf_weight": "yes"}, "absolute", "no"),
        ({"hx_organ": ["hernia"]}, "local", "modified"),
        ({"hx_mood": 4}, "caution", "modified"),
        ({"hx_dx": ["scoliosis"]}, "info", "yes"),
        ({}, "none", "yes"),
    ],
)
def test_severity_and_what_is_allowed_use_the_promised_words(changes, severity, allowed):
    result = screen(all_clear(**changes), on=DAY)

    assert (result.severity, result.session_allowed) == (severity, allowed)
    assert isinstance(result.severity, str)


def test_a_clearance_is_taken_as_a_mapping_or_as_itself():
    as_mapping = {
        "entries": ["C_ANTICOAG"], "kind": "written", "clinician": "Dr Ode", "profession": "GP", "contact": "",
        "date": "2026-06-01", "massage": "yes", "regions": "all", "max_pressure": 3, "stretch_flags_lifted": [],
        "conditions": "", "expires": "2026-12-01", "file": "",
    }  # fmt: skip
    itself = Clearance(
        entries=frozenset({"C_ANTICOAG"}), kind="written", date=date(2026, 6, 1), massage=True, max_pressure=3
    )
    thinner = all_clear(md_class=["doac"])

    for clearance in (as_mapping, itself):
        assert [flag.code for flag in screen(thinner, on=DAY, clearances=[clearance]).cleared] == ["C_ANTICOAG"]


def test_answers_that_cannot_be_judged_are_named_by_id():
    with pytest.raises(AnswerError) as caught:
        screen(all_clear(pn_now=None), on=DAY)

    assert isinstance(caught.value.problems, dict)
    assert list(caught.value.problems) == ["pn_now"]
    assert caught.value.problems["pn_now"].endswith(".")
    assert missing(all_clear(pn_now=None), on=DAY) == ("pn_now",)


def test_early_flags_never_refuse():
    assert early_flags({"sf_cord": "yes", "no_such": 1}, on=DAY) == (Flag("E_CORD", "emergency", ("sf_cord",)),)


def test_stretches_are_judged_by_code():
    found = suitability(screen(all_clear(), on=DAY).limits, side="left", level=None, bed=True)

    assert found["PR-01"] == Suitable(3)
    assert isinstance(found["NE-03"], Blocked)
    assert isinstance(suitability(screen(all_clear(sf_cord="yes"), on=DAY).limits)["PR-01"], Blocked)


def test_the_gate_says_whether_and_why_not():
    gate = may_begin(None, screen(all_clear(), on=DAY), {}, on=DAY)

    assert gate.open is False
    assert [reason.code for reason in gate.because] == ["no_decision", "consent"]


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_are_there_and_explain_themselves(command):
    parser = load_command_class(get_commands()[command], command).create_parser("manage.py", command)

    said = parser.format_help()
    words = {word for action in parser._actions for word in (action.dest, *action.option_strings)}
    assert set(COMMANDS[command]) <= words
    assert parser.description
    assert "usage:" in said
