"""What limits the hand today, as the chart says it at one look."""

from datetime import timedelta

import pytest
from django.utils import timezone

from clinic.actions import start_care
from clinic.models import CareReason
from intake.actions import withdraw_consent
from intake.queries import judge, open_stops, situation
from intake.rules.screening import ENTRIES
from sessions.actions.note import open_note
from sessions.queries.comfort import reaction_limits
from sessions.queries.gate import verdict
from sessions.queries.risk import effective_limits, risk
from tests import factories
from tests.intake.factories import decided, handed_in, letter
from tests.sessions.factories import check_in, decide, decided_client, signed_note, therapist

pytestmark = pytest.mark.django_db

SLIPPED = {"hx_dx": ["spondylolisthesis"], "hx_spl_grade": "1", "hx_spl_level": "L5_S1", "hx_spl_stable": "yes"}
HIGH = {"hx_dx": ["spondylolisthesis"], "hx_spl_grade": "3", "hx_spl_stable": "yes"}
LABEL = ENTRIES["C_SPL_LOW"].label


def _risk(client, today=None):
    on = timezone.localdate()
    held = situation(client, on=on, check_in=today.answers if today is not None else None)
    return risk(client, held, open_stops(client), on=on, check_in=today)


def accept(client, by):
    """The decision made once more, with every flag of today accepted."""
    intake = client.intakes.first()
    today = client.check_ins.first()
    decided(intake, by, accepted=[flag.code for flag in judge(intake, on=today.on, check_in=today.answers).flags])


@pytest.fixture
def tess():
    """The therapist of the practice."""
    return therapist()


def test_the_own_limits_come_with_reason_source_and_review_date(tess):
    at = timezone.now() - timedelta(days=20)
    person, decision = decided_client(tess, at=at, **SLIPPED)

    found = _risk(person)

    assert (found.tier, found.title) == ("limit", f"Treat with limits: {LABEL}")
    assert {limit.why for limit in found.limits} == {LABEL}
    assert found.review_on == decision.valid_until
    assert tess.printed_name in found.decided
    assert "told by the client" in found.one_source.words


def test_standing_rules_do_not_hide_that_there_is_nothing_else(tess):
    person, _decision = decided_client(tess)

    found = _risk(person)

    assert (found.tier, found.limits) == ("ok", ())
    assert found.standing


def test_a_letter_is_a_source_and_one_that_ended_says_so(tess):
    person, _decision = decided_client(tess, at=timezone.now() - timedelta(days=100), **SLIPPED)
    today = timezone.localdate()
    letter(person, tess, "C_SPL_LOW", dated=today - timedelta(days=95), expires=today - timedelta(days=3))

    assert ", ended " in _risk(person).sources[0].words


def test_a_doctor_first_flag_is_a_stop_with_what_to_do(tess):
    person = factories.client("Hana", by=tess)
    start_care(client=person, therapist=tess, reason=CareReason.APPOINTMENT, by=tess)
    handed_in(person, tess, **HIGH)

    found = _risk(person)

    assert (found.tier, found.stops[0].code) == ("stop", "absolute")
    assert [limit.text for limit in found.limits] == ["Nothing may be touched"]


def test_a_flag_that_came_with_the_check_in_is_to_be_settled(tess):
    person, _decision = decided_client(tess)

    found = _risk(person, check_in(person, tess, ck_meds=["pain_med"]))

    assert [reason.code for reason in found.to_settle] == ["not_accepted"]
    assert "told by the client at the check-in" in found.sources[0].words


def test_an_emergency_at_the_check_in_stops_and_leads_to_its_steps(tess):
    person, _decision = decided_client(tess)

    found = _risk(person, check_in(person, tess, ck_ces="yes"))

    assert (found.tier, found.stops[0].code) == ("stop", "emergency")
    assert found.stop == open_stops(person)[0].uuid


def test_a_newer_intake_that_nobody_decided_on_is_a_stop(tess):
    person, _decision = decided_client(tess)
    handed_in(person, tess)

    assert _risk(person).stops[0].code == "other_intake"


def test_a_cap_that_was_raised_for_a_reason_is_told_to_whoever_treats_next(tess):
    person, _decision = decided_client(tess, hx_dx=["fibromyalgia"])
    decided(person.intakes.get(), tess, milder={"body": (3, "cleared_in_writing")})

    found = _risk(person)

    assert found.raised == ("Everywhere: raised to 3, cleared in writing by their doctor",)
    assert found.limits[0].text == "Pressure up to 3 everywhere"


def test_a_flag_that_limits_nothing_is_a_note(tess):
    person, _decision = decided_client(tess, gl_chaperone="own")

    assert _risk(person).notes == (ENTRIES["I_CHAPERONE"].label,)


def test_somebody_without_an_intake_is_a_stop(tess):
    person = factories.client("Hana", by=tess)

    assert _risk(person).stops[0].code == "no_decision"


def test_a_consent_that_was_taken_back_is_to_be_settled(tess):
    person, _decision = decided_client(tess)
    withdraw_consent(consent=person.consents.get(statement="cs_massage"), by=tess)

    assert [reason.code for reason in _risk(person).to_settle] == ["consent"]


def test_the_chart_limits_what_a_note_opened_now_would_limit(tess):
    then = timezone.now() - timedelta(days=7)
    person, _decision = decided_client(tess, at=then, **SLIPPED)
    signed_note(tess, person, at=then)
    check_in(person, tess, ck_after="worse")
    accept(person, tess)
    today = check_in(person, tess, ck_after="worse")

    held = situation(person, on=timezone.localdate(), check_in=today.answers)
    shown = effective_limits(held, on=timezone.localdate(), reaction=reaction_limits(person.pk, today))

    note = open_note(check_in=today, location=factories.location(), by=tess)
    assert shown["pressure_cap"] == 2  # a step below the three of the last visit
    assert shown == {name: note.limits[name] for name in shown}


@pytest.mark.parametrize(
    ("answers", "today"),
    [
        ({}, {}),
        (SLIPPED, {"ck_now": 9}),
        ({"md_any": "yes", "md_class": ["doac"]}, {"ck_meds": ["alcohol"]}),
        ({}, {"ck_ces": "yes"}),
        ({}, {"ck_ill": "yes"}),
        ({"hx_needle": "prefer_not"}, {}),
    ],
)
def test_the_chart_says_what_the_gate_says(answers, today, tess):
    person = factories.client("Hana", by=tess)
    start_care(client=person, therapist=tess, reason=CareReason.APPOINTMENT, by=tess)
    if answers.get("hx_needle"):
        handed_in(person, tess, **answers)
    else:
        decide(person, tess, **answers)
    given = check_in(person, tess, **today)

    found = _risk(person, given)

    assert (*found.stops, *found.to_settle) == verdict(person, given, on=timezone.localdate()).because


def test_what_is_read_in_one_statement_is_what_the_rules_say(tess, django_assert_num_queries):
    person, decision = decided_client(tess, at=timezone.now() - timedelta(days=40), **SLIPPED)
    handed_in(person, tess)
    on = timezone.localdate()

    with django_assert_num_queries(1):
        held = situation(person, on=on)

    assert held.result == judge(person.intakes.first(), on=on)
    assert (held.decision, held.decision_on(on)) == (decision, None)
    assert [intake.flags for intake in held.intakes] == [(), (LABEL,)]
    assert held.decision.therapist.printed_name == tess.printed_name
