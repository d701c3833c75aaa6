"""The writing door of the intake: what it stores, what it refuses, and what it never lets pass."""

from __future__ import annotations

import threading
import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connections

from clinic.actions import save_practice
from clinic.vocabulary import Severity
from intake import actions
from intake.models import CheckIn, Consent, Intake, IntakeAccess, RaisedFlag, Screening, StopEvent
from intake.queries import answers_now, check_in_questions, judge
from intake.rules.limits import Limits
from intake.rules.questions import INTAKE_IDS, AnswerError
from intake.rules.screening import ENTRIES
from sessions.queries.gate import verdict
from tests import factories
from tests.answers import DAY, all_clear, check_in_clear
from tests.intake.factories import AT, decided, filled, handed_in, letter
from tests.intake.rules.test_contraindication_table import PREGNANT, SAD, TABLE, surgery

pytestmark = pytest.mark.django_db

#: Answers of the intake alone that stop the form: (entry, answers), from the table of the clinical reference.
EMERGENCIES = [
    pytest.param(code, answers, id=f"{code}-{number}")
    for code, (cases, _neighbours) in TABLE.items()
    if ENTRIES[code].severity == Severity.EMERGENCY
    for number, (answers, check_in, findings) in enumerate(cases)
    if not check_in and not findings
]
#: One flag with a cap that a reason may raise from P3 to P4.
HAD_CANCER = {
    "hx_cancer": "past",
    "hx_cancer_info": {"in_bone": "no", "treatment": ["surgery"], "nodes_removed": "no", "low_platelets": "no"},
}


def _saved(access, *, at=AT, **values):
    return actions.save_page(access=access, ids=values, values=values, by=None, at=at)


def _checked_in(client, *, key=None, at=AT, **answers):
    values = check_in_clear(**answers)
    return actions.submit_check_in(client=client, answers=values, submit_key=key or uuid.uuid4(), by=None, at=at)


def _asked_today(client, **given):
    return {question.id for question in check_in_questions(client, given, on=DAY)}


def _codes(intake, on=DAY, **more):
    return {flag.code for flag in judge(intake, on=on, **more).flags}


# --- opening ------------------------------------------------------------------------------------------------------


def test_the_draft_there_is_is_gone_on_with(people):
    first = actions.open_form(client=people.ana, by=people.flo, at=AT)
    _saved(first, ab_first="Ana")

    again = actions.open_form(client=people.ana, by=people.tess, at=AT)

    assert again.pk != first.pk
    assert (again.intake_id, Intake.objects.get().answers) == (first.intake_id, {"ab_first": "Ana"})


def test_a_practice_that_is_not_set_up_opens_no_form(people):
    save_practice(details={"emergency_number": ""}, by=None)

    with pytest.raises(ValidationError, match="emergency number"):
        actions.open_form(client=people.ana, by=people.flo)

    assert not IntakeAccess.objects.exists()


def test_a_form_asked_aloud_says_who_asked(people):
    by_hand = actions.open_form(client=people.ana, by=people.flo)
    assert by_hand.intake.asked_by is None

    aloud = actions.open_form(client=people.ana, kind="aloud", by=people.tess)

    assert (aloud.intake_id, Intake.objects.get().asked_by) == (by_hand.intake_id, people.tess)


def test_a_client_account_opens_no_form(people):
    with pytest.raises(PermissionDenied):
        actions.open_form(client=people.ana, by=people.ana_user)


def test_before_the_first_intake_there_is_no_check_in(people):
    with pytest.raises(ValidationError, match="no intake yet"):
        actions.open_form(client=people.ana, purpose="check_in", by=people.flo)


# --- page by page -------------------------------------------------------------------------------------------------


def test_a_page_is_kept_beside_those_before_it(people):
    access = actions.open_form(client=people.ana, by=people.flo, at=AT)

    _saved(access, pn_now=3)
    saved = _saved(access, at=AT + timedelta(minutes=5), ab_first="Ana")

    assert saved.answers == {"pn_now": 3, "ab_first": "Ana"}
    assert saved.answered_on == {"pn_now": "2026-06-01", "ab_first": "2026-06-01"}
    assert saved.rev == 2


def test_a_page_with_one_bad_answer_stores_nothing(people):
    access = actions.open_form(client=people.ana, by=people.flo, at=AT)

    with pytest.raises(AnswerError) as refused:
        _saved(access, pn_now=3, pn_worst=11)

    assert set(refused.value.problems) == {"pn_worst"}
    assert Intake.objects.get().answers == {}


def test_answers_to_questions_that_no_longer_show_are_dropped_when_handed_in(people):
    access = filled(people.ana, people.flo, at=AT, **PREGNANT)
    _saved(access, sf_preg="no")

    intake = actions.submit_intake(access=access, submit_key=uuid.uuid4(), by=None, at=AT)

    assert "hx_preg_wk" not in intake.answers
    assert not {code for code in _codes(intake) if "PREG" in code}


@pytest.mark.parametrize(("code", "answers"), EMERGENCIES)
def test_an_emergency_stops_the_form_at_the_page_that_brings_it(people, code, answers):
    access = actions.open_form(client=people.ana, by=people.flo, at=AT)

    stopped = actions.save_page(access=access, ids=INTAKE_IDS, values=all_clear(**answers), by=None, at=AT)

    assert stopped.state == "stopped"
    assert code in StopEvent.objects.get(intake=stopped, client=people.ana).codes
    assert RaisedFlag.objects.get(intake=stopped, code=code).severity == "emergency"


def test_a_stopped_form_takes_nothing_more(people):
    access = actions.open_form(client=people.ana, by=people.flo, at=AT)
    other_device = actions.open_form(client=people.ana, by=people.flo, at=AT)
    _saved(access, **{**SAD, "sf_ces_when": "d14"})

    for door in (access, other_device):
        with pytest.raises(actions.AccessEnded):
            _saved(door, sf_saddle="no")
        with pytest.raises(actions.AccessEnded):
            actions.submit_intake(access=door, submit_key=uuid.uuid4(), by=None, at=AT)

    assert Intake.objects.get().answers["sf_saddle"] == "yes"


def test_a_form_that_ran_out_of_time_takes_nothing(people):
    access = actions.open_form(client=people.ana, by=people.flo, at=AT)

    with pytest.raises(actions.AccessEnded):
        _saved(access, at=AT + actions.FORM_TIME, ab_first="Ana")


# --- handing in ---------------------------------------------------------------------------------------------------


def test_the_same_key_twice_is_one_intake(people):
    access, key = filled(people.ana, people.flo, at=AT, **HAD_CANCER), uuid.uuid4()

    first = actions.submit_intake(access=access, submit_key=key, by=None, at=AT)
    again = actions.submit_intake(access=access, submit_key=key, by=None, at=AT)

    assert (first, Intake.objects.count()) == (again, 1)
    assert [flag.code for flag in RaisedFlag.objects.all()] == ["C_CANCERPAST"]


def test_an_intake_that_misses_answers_is_refused_by_name(people):
    access = actions.open_form(client=people.ana, by=people.flo, at=AT)
    answers = all_clear(pn_now=None, sf_calf=None)
    actions.save_page(access=access, ids=answers, values=answers, by=None, at=AT)

    with pytest.raises(AnswerError) as refused:
        actions.submit_intake(access=access, submit_key=uuid.uuid4(), by=None, at=AT)

    assert set(refused.value.problems) == {"pn_now", "sf_calf"}
    assert Intake.objects.get().state == "draft"


def test_without_a_needed_consent_nothing_is_handed_in(people):
    access = filled(people.ana, people.flo, at=AT, cs_massage=False)

    with pytest.raises(ValidationError) as refused:
        actions.submit_intake(access=access, submit_key=uuid.uuid4(), by=None, at=AT)

    assert set(refused.value.message_dict) == {"cs_massage"}
    assert not Consent.objects.exists()


def test_each_part_agreed_to_is_one_consent_with_its_words(people):
    intake = handed_in(people.ana, people.flo, at=AT, cs_glute={"left": True, "right": False, "mode": "over"})

    glute = intake.consents.get(statement="cs_glute")

    assert (glute.scope, glute.mode, glute.signer_name) == ("left", "over", "Mara Lindqvist")
    assert {row.scope for row in intake.consents.filter(statement="cs_thigh")} == {"back", "outer", "inner"}


@pytest.mark.django_db(transaction=True)
def test_of_twenty_taps_on_hand_in_one_counts_and_all_are_answered_with_it():
    people, key = factories.people(), uuid.uuid4()
    access = filled(people.ana, people.flo, at=AT, **HAD_CANCER)
    start, answered = threading.Barrier(20), []

    def tap():
        start.wait()
        try:
            answered.append(actions.submit_intake(access=access, submit_key=key, by=None, at=AT).pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=tap) for _number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answered == [access.intake_id] * 20
    assert (Intake.objects.get().state, RaisedFlag.objects.count()) == ("submitted", 1)
    assert Consent.objects.filter(statement="cs_massage").count() == 1


# --- the check-in -------------------------------------------------------------------------------------------------


def test_a_check_in_sent_twice_is_stored_once(people):
    handed_in(people.ana, people.flo, at=AT)
    key = uuid.uuid4()

    assert _checked_in(people.ana, key=key) == _checked_in(people.ana, key=key)
    with pytest.raises(ValidationError, match="other answers"):
        _checked_in(people.ana, key=key, ck_now=9)

    assert CheckIn.objects.get().answers["ck_now"] == 3


def test_a_question_asked_again_at_the_check_in_replaces_the_intakes_answer(people):
    intake = handed_in(people.ana, people.flo, at=AT)
    again = _asked_today(people.ana, ck_weak="yes", pn_weak=["hip"]) - _asked_today(people.ana)
    assert again >= {"pn_weak", "pn_weak_when", "pn_weak_trend"}

    _checked_in(people.ana, ck_weak="yes", pn_weak=["hip"], pn_weak_when="d14", pn_weak_trend="fast")

    assert StopEvent.objects.get(check_in__isnull=False).codes == ["E_NEURO"]
    assert answers_now(intake)["pn_weak"] == ["none"]


def test_a_stopped_intake_takes_no_check_in(people):
    access = actions.open_form(client=people.ana, by=people.flo, at=AT)
    _saved(access, sf_cord="yes")

    with pytest.raises(ValidationError, match="no submitted intake"):
        _checked_in(people.ana)


# --- the decision -------------------------------------------------------------------------------------------------


def test_a_therapist_is_free_to_be_stricter(people):
    intake = handed_in(people.ana, people.flo, at=AT)

    screening = decided(intake, people.tess, at=AT, stricter=Limits(pressure_cap=1, no_regions=frozenset({"CLF"})))

    assert screening.limits["pressure_cap"] == 1
    assert "CLF" in screening.limits["no_regions"]


@pytest.mark.parametrize("reason", ["", "because", None])
def test_milder_without_a_coded_reason_is_refused(people, reason):
    intake = handed_in(people.ana, people.flo, at=AT, **HAD_CANCER)

    with pytest.raises(ValidationError, match="choose the reason"):
        decided(intake, people.tess, at=AT, milder={"body": (4, reason)})

    assert not Screening.objects.exists()


def test_a_reason_raises_a_cap_no_further_than_the_entry_lets_it(people):
    intake = handed_in(people.ana, people.flo, at=AT, **HAD_CANCER)

    milder = decided(intake, people.tess, at=AT, milder={"body": (4, "smaller_range")})
    with pytest.raises(ValidationError, match="up to 4, not further"):
        decided(intake, people.tess, at=AT, milder={"body": (5, "smaller_range")})

    assert milder.limits["pressure_cap"] == 4
    assert milder.overrides == [{"place": "body", "level": 4, "reason": "smaller_range"}]


def test_an_emergency_is_never_decided_away(people):
    intake = handed_in(people.ana, people.flo, at=AT)
    _checked_in(people.ana, ck_ces="yes", **{**SAD, "sf_ces_when": "d14"})
    letter(people.ana, people.tess, "E_CES", kind="phone", at=AT)

    for outcome in ("yes", "modified"):
        with pytest.raises(ValidationError, match="a doctor first"):
            decided(intake, people.tess, at=AT, outcome=outcome, accepted=["E_CES"])
    assert decided(intake, people.tess, at=AT, outcome="no").stretch_levels == {}


def test_doctor_first_is_open_after_its_clearance_alone(people):
    intake = handed_in(people.ana, people.flo, at=AT, **surgery("fusion", 30))
    with pytest.raises(ValidationError, match="a doctor first"):
        decided(intake, people.tess, at=AT)

    letter(people.ana, people.tess, "A_SPSURG", "A_POSTOP", at=AT)

    assert decided(intake, people.tess, at=AT).outcome == "modified"


@pytest.mark.parametrize(("until", "fits"), [(date(2027, 6, 1), True), (date(2027, 6, 2), False), (DAY, True)])
def test_a_decision_lasts_twelve_months_at_most(people, until, fits):
    intake = handed_in(people.ana, people.flo, at=AT)

    if fits:
        assert decided(intake, people.tess, at=AT, valid_until=until).valid_until == until
    else:
        with pytest.raises(ValidationError, match="twelve months"):
            decided(intake, people.tess, at=AT, valid_until=until)


def test_a_decision_freezes_limits_and_stretch_levels_of_its_day(people):
    intake = handed_in(people.ana, people.flo, at=AT, **HAD_CANCER)
    screening = decided(intake, people.tess, at=AT, stricter=Limits(max_level=1))

    _checked_in(people.ana, at=AT + timedelta(hours=1), th_calf=3)

    kept = Screening.objects.get(pk=screening.pk)
    assert Limits.from_data(kept.limits) == judge(intake, on=DAY).limits.merge(Limits(max_level=1))
    assert {level for sides in kept.stretch_levels.values() for level in sides.values()} <= {0, 1}


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"confirmed_aloud": False}, "aloud once more"),
        ({"accepted": []}, "accept every flag"),
        ({"outcome": "yes"}, "There are limits"),
        ({"outcome": "maybe"}, "Choose what you decide"),
    ],
)
def test_a_decision_that_skips_a_step_is_refused(people, said, sentence):
    intake = handed_in(people.ana, people.flo, at=AT, **HAD_CANCER)

    with pytest.raises(ValidationError, match=sentence):
        decided(intake, people.tess, at=AT, **said)


def test_the_desk_decides_nothing(people):
    intake = handed_in(people.ana, people.flo, at=AT)

    for act in (lambda: decided(intake, people.flo, at=AT), lambda: letter(people.ana, people.flo, "C_ANTICOAG")):
        with pytest.raises(PermissionDenied):
            act()


# --- clearances, consents, changed answers ------------------------------------------------------------------------


def test_a_clearance_lifts_exactly_what_it_names(people):
    intake = handed_in(people.ana, people.flo, at=AT, **surgery("fusion", 30))
    before = _codes(intake)

    letter(people.ana, people.tess, "A_SPSURG", at=AT)

    assert before - _codes(intake) == {"A_SPSURG"}
    assert "A_POSTOP" in before


def test_a_withdrawn_clearance_brings_back_what_it_lifted(people):
    intake = handed_in(people.ana, people.flo, at=AT, **surgery("fusion", 30))
    clearance = letter(people.ana, people.tess, "A_SPSURG", "A_POSTOP", at=AT)
    assert judge(intake, on=DAY).session_allowed == "modified"

    actions.withdraw_clearance(clearance=clearance, reason="by_clinician", by=people.tess, at=AT)

    assert judge(intake, on=DAY).session_allowed == "no"


def test_a_clearance_ends_after_its_last_day(people):
    intake = handed_in(people.ana, people.flo, at=AT, **surgery("fusion", 30))
    letter(people.ana, people.tess, "A_SPSURG", "A_POSTOP", expires=DAY + timedelta(days=9), at=AT)

    allowed = [judge(intake, on=DAY + timedelta(days=days)).session_allowed for days in (9, 10)]

    assert allowed == ["modified", "no"]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"dated": DAY + timedelta(days=1)}, "dated"),
        ({"expires": DAY - timedelta(days=1)}, "expires"),
        ({"max_pressure": 6}, "max_pressure"),
        ({"kind": "rumour"}, "kind"),
        ({"clinician": ""}, "clinician"),
    ],
)
def test_a_clearance_that_cannot_be_is_refused_at_its_field(people, said, field):
    with pytest.raises(ValidationError) as refused:
        letter(people.ana, people.tess, "A_SPSURG", at=AT, **said)

    assert set(refused.value.message_dict) == {field}


@pytest.mark.parametrize("statement", ["cs_massage", "cs_scope", "cs_data"])
def test_a_consent_taken_back_closes_the_gate_at_once(people, statement):
    intake = handed_in(people.ana, people.flo, at=AT)
    decided(intake, people.tess, at=AT, outcome="yes")
    today = _checked_in(people.ana)
    assert verdict(people.ana, today, on=DAY).is_open

    actions.withdraw_consent(consent=intake.consents.get(statement=statement), by=people.tess, at=AT)

    shut = verdict(people.ana, today, on=DAY)
    assert not shut.is_open
    assert "consent" in {reason.code for reason in shut.because}


def test_a_changed_answer_counts_at_once_and_the_old_one_stays(people):
    intake = handed_in(people.ana, people.flo, at=AT, sf_load="hurts")

    change = actions.change_answer(
        intake=intake, question="sf_load", new="yes", reason="wrong_tick", by=people.tess, at=AT
    )

    fresh = Intake.objects.get()
    assert (change.old, change.confirmed_by) == ("hurts", people.tess)
    assert (fresh.answers["sf_load"], answers_now(fresh)["sf_load"]) == ("hurts", "yes")


@pytest.mark.parametrize(
    ("question", "new", "refusal"),
    [("ab_first", "Mia", ValidationError), ("nonsense", "x", ValidationError), ("sf_load", "blue", AnswerError)],
)
def test_a_change_that_does_not_fit_is_refused(people, question, new, refusal):
    intake = handed_in(people.ana, people.flo, at=AT)

    with pytest.raises(refusal):
        actions.change_answer(intake=intake, question=question, new=new, reason="changed", by=people.tess, at=AT)

    assert not intake.changes.exists()
