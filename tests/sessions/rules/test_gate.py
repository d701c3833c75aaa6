"""The gate: nothing short of every condition opens it, and each closed one says what to do (clinical reference 2.1)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from intake.rules.limits import Limits
from intake.rules.screening import Flag, ScreeningResult, screen
from sessions.rules.gate import REQUIRED_CONSENTS, Decision, may_begin
from tests.answers import DAY, all_clear, check_in_clear

DECISION = Decision(
    intake="intake",
    decided_on=DAY,
    valid_until=DAY,
    accepted=frozenset({"C_STEN", "L_WOUND"}),
    outcome="modified",
    limits=Limits(),
)


def _today(*flags, **parts):
    found = tuple(Flag(code, severity, ("q",)) for severity, code in flags)
    return ScreeningResult(flags=found, cleared=(), limits=Limits(), **parts)


CLEAR = _today()


def _gate(decision=DECISION, today=CLEAR, consents=REQUIRED_CONSENTS, *, on=DAY, **more):
    return may_begin(decision, today, consents, on=on, **more)


def _codes(gate):
    return [reason.code for reason in gate.because]


def test_everything_in_order_opens_the_gate():
    gate = _gate(today=_today(("local", "L_WOUND"), ("caution", "C_STEN"), ("info", "I_METAL")), intake="intake")

    assert (gate.open, gate.because) == (True, ())


def test_an_all_clear_client_of_the_rules_passes():
    today = screen(all_clear(), on=DAY, check_in=check_in_clear())

    assert _gate(today=today).open


@pytest.mark.parametrize(
    ("decision", "code"),
    [
        (None, "no_decision"),
        (replace(DECISION, intake="an older one"), "other_intake"),
        (replace(DECISION, decided_on=DAY + timedelta(1)), "not_yet_valid"),
        (replace(DECISION, valid_until=DAY - timedelta(1)), "expired"),
        (replace(DECISION, outcome="no"), "decided_no"),
    ],
)
def test_without_a_decision_that_holds_it_is_closed(decision, code):
    gate = _gate(decision, intake="intake")

    assert (gate.open, _codes(gate)) == (False, [code])


@pytest.mark.parametrize(
    ("flag", "code"),
    [
        (("emergency", "E_CES"), "emergency"),
        (("absolute", "A_FEVER"), "absolute"),
        (("caution", "C_OSTEO"), "not_accepted"),
        (("local", "L_BURN"), "not_accepted"),
    ],
)
def test_a_stop_or_a_flag_that_was_not_accepted_closes_it(flag, code):
    gate = _gate(today=_today(flag))

    assert [(reason.code, reason.about) for reason in gate.because] == [(code, (flag[1],))]


@pytest.mark.parametrize("flag", [("emergency", "E_CES"), ("absolute", "A_FEVER")])
def test_a_stop_cannot_be_accepted_away(flag):
    decision = replace(DECISION, accepted=frozenset({flag[1]}))

    assert not _gate(decision, _today(flag)).open


def test_a_private_question_is_answered_not_accepted():
    decision = replace(DECISION, accepted=frozenset({"C_ASK"}))

    gate = _gate(decision, _today(("caution", "C_ASK"), open_questions=("sf_sex",)))

    assert [(reason.code, reason.about) for reason in gate.because] == [("ask_aloud", ("sf_sex",))]


def test_an_unknown_region_is_set_before_the_start():
    today = _today(("local", "L_WOUND"), regions_to_set=("L_WOUND",))

    assert _codes(_gate(today=today)) == ["region_to_set"]
    assert _gate(today=today, regions_set=["L_WOUND"]).open


def test_a_needed_clearance_is_confirmed_before_each_start():
    today = _today(("caution", "C_STEN"), to_confirm=("C_STEN",))

    assert _codes(_gate(today=today)) == ["confirm_clearance"]
    assert _gate(today=today, confirmed=["C_STEN"]).open


@pytest.mark.parametrize("missing", REQUIRED_CONSENTS)
def test_a_missing_consent_closes_it(missing):
    given = {code: code != missing for code in REQUIRED_CONSENTS}

    gate = _gate(consents=given)

    assert [(reason.code, reason.about) for reason in gate.because] == [("consent", (missing,))]


def test_what_the_plan_of_the_visit_needs_counts_as_well():
    assert _gate(needed=["cs_stretch"]).because[0].about == ("cs_stretch",)
    assert _gate(consents=[*REQUIRED_CONSENTS, "cs_stretch"], needed=["cs_stretch"]).open


def test_every_reason_is_given_the_most_serious_first():
    today = _today(("emergency", "E_CES"), ("absolute", "A_FEVER"), ("caution", "C_OSTEO"), to_confirm=("C_OSTEO",))

    assert _codes(_gate(replace(DECISION, valid_until=date(2020, 1, 1)), today, [])) == [
        "emergency",
        "absolute",
        "expired",
        "not_accepted",
        "confirm_clearance",
        "consent",
    ]


def test_every_reason_says_what_to_do_in_words():
    gate = _gate(None, _today(("emergency", "E_CES"), ("absolute", "A_FEVER"), ("caution", "C_OSTEO")), [])

    for reason in gate.because:
        assert reason.title
        assert reason.what_to_do.endswith(".")
        assert reason.tier in ("stop", "limit")
        assert "cs_" not in reason.what_to_do
        assert "E_CES" not in reason.what_to_do
