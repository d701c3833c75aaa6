"""A stop does not go away because somebody answers "no" the next time."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clinic.actions import start_care
from clinic.models import CareReason
from intake import actions
from intake.models import IntakeState, StopWithdrawal
from intake.queries import decision_sheet, judge, open_stops
from intake.rules.questions import INTAKE_IDS, AnswerError
from sessions.actions.plan import draft_plan
from sessions.queries.gate import verdict
from sessions.queries.plan import my_plan
from tests import factories
from tests.answers import all_clear, check_in_clear
from tests.sessions.factories import check_in, decide, decided_client, published_plan, therapist

pytestmark = pytest.mark.django_db


def answer(client, by, **answers):
    """One whole form; an emergency among the answers stops it."""
    access = actions.open_form(client=client, by=by)
    saved = actions.save_page(access=access, ids=INTAKE_IDS, values=all_clear(**answers), by=by)
    if saved.state == IntakeState.STOPPED:
        return saved
    return actions.submit_intake(access=access, submit_key=uuid.uuid4(), by=by)


def decision(intake, by):
    result = judge(intake, on=timezone.localdate())
    return actions.decide_screening(
        intake=intake,
        outcome="modified" if result.flags else "yes",
        accepted=[flag.code for flag in result.flags],
        confirmed_aloud=True,
        by=by,
    )


def result(client, by, **changed):
    day = timezone.localdate()
    said = {"kind": "written", "massage": True, "dated": day, "expires": day, "entries": ["E_CORD"]} | changed
    return actions.record_clearance(
        client=client, clinician="Dr Night", profession="Physician", contact="Hospital", regions=["all"], by=by, **said
    )


@pytest.fixture
def stopped():
    """Tess, and her client whose form was stopped and who then answered "no" in a new one."""
    tess = therapist()
    client = factories.client("Ana", by=tess)
    start_care(client=client, therapist=tess, reason=CareReason.APPOINTMENT, by=tess)
    stop = answer(client, tess, sf_cord="yes").stops.get()
    return tess, client, stop, answer(client, tess)


def codes(client, by):
    """Why the gate is shut today."""
    held = check_in(client, by)
    return [reason.code for reason in verdict(client, held, on=timezone.localdate()).because]


def test_a_new_form_with_no_ends_no_stop(stopped):
    tess, client, _stop, intake = stopped

    with pytest.raises(ValidationError, match="A stop is still open"):
        decision(intake, tess)

    assert codes(client, tess)[0] == "open_stop"


def test_a_no_can_still_be_decided(stopped):
    tess, _client, _stop, intake = stopped

    assert actions.decide_screening(intake=intake, outcome="no", by=tess).outcome == "no"


def test_a_written_result_ends_it(stopped):
    tess, client, _stop, intake = stopped
    result(client, tess)

    decision(intake, tess)

    assert codes(client, tess) == []


@pytest.mark.parametrize("changed", [{"kind": "phone"}, {"massage": False}, {"entries": ["E_PE"]}])
def test_anything_less_does_not(stopped, changed):
    tess, client, _stop, intake = stopped
    result(client, tess, **changed)

    with pytest.raises(ValidationError, match="A stop is still open"):
        decision(intake, tess)


def test_a_withdrawn_result_opens_it_again(stopped):
    tess, client, _stop, intake = stopped
    letter = result(client, tess)
    decision(intake, tess)
    actions.withdraw_clearance(clearance=letter, reason="wrong_client", by=tess)

    assert codes(client, tess) == ["open_stop"]


def test_withdrawn_with_the_client_it_is_over_and_stays_readable(stopped):
    tess, client, stop, intake = stopped

    actions.withdraw_stop(stop=stop, reason="misunderstood", by=tess)
    decision(intake, tess)

    assert codes(client, tess) == []
    assert StopWithdrawal.objects.get().stop == stop
    assert stop.intake.answers["sf_cord"] == "yes"


def test_while_nobody_answered_anew_it_is_not_withdrawn():
    tess = therapist()
    client = factories.client("Ana", by=tess)
    stop = answer(client, tess, sf_cord="yes").stops.get()

    with pytest.raises(ValidationError, match="not answered anew"):
        actions.withdraw_stop(stop=stop, reason="wrong_tick", by=tess)


def test_with_answers_to_other_questions_it_is_not_withdrawn(stopped, monkeypatch):
    tess, _client, stop, _intake = stopped

    def of_another_edition(*_args, **_kwargs):
        raise AnswerError({"sf_new": "Answer this."})

    monkeypatch.setattr(actions, "judge", of_another_edition)

    with pytest.raises(ValidationError, match="questions have changed"):
        actions.withdraw_stop(stop=stop, reason="wrong_tick", by=tess)


def test_the_desk_withdraws_none_and_nobody_twice(stopped):
    tess, _client, stop, _intake = stopped
    with pytest.raises(PermissionDenied):
        actions.withdraw_stop(stop=stop, reason="wrong_tick", by=factories.staff("front_desk", name="Flo"))
    actions.withdraw_stop(stop=stop, reason="wrong_tick", by=tess)

    with pytest.raises(ValidationError, match="withdrawn already"):
        actions.withdraw_stop(stop=stop, reason="wrong_tick", by=tess)


def sent(client, by, **answers):
    return actions.submit_check_in(
        client=client, answers=check_in_clear(**answers), submit_key=uuid.uuid4(), asked_by=by, by=by
    )


def test_a_stop_at_the_check_in_outlives_the_next_check_in():
    tess = therapist()
    client, _screening = decided_client(tess)
    first = sent(client, tess, ck_chest="yes")
    again = sent(client, tess)

    assert [stop.check_in for stop in open_stops(client)] == [first]
    assert [reason.code for reason in verdict(client, again, on=timezone.localdate()).because] == ["open_stop"]

    actions.withdraw_stop(stop=first.stops.get(), reason="misunderstood", by=tess)

    assert verdict(client, again, on=timezone.localdate()).is_open


def test_the_plan_at_home_rests_until_the_stop_is_answered():
    tess = therapist()
    client, _screening = decided_client(tess)
    published_plan(tess, client)
    first = sent(client, tess, ck_chest="yes")
    sent(client, tess)

    assert my_plan(client, on=timezone.localdate()).rests
    with pytest.raises(ValidationError, match="A stop is still open"):
        draft_plan(client=client, by=tess)

    actions.withdraw_stop(stop=first.stops.get(), reason="wrong_tick", by=tess)

    assert not my_plan(client, on=timezone.localdate()).rests
    assert draft_plan(client=client, by=tess)


def test_what_the_newest_answers_say_again_is_not_withdrawn():
    tess = therapist()
    client, _screening = decided_client(tess)
    first = sent(client, tess, ck_chest="yes")
    sent(client, tess)
    sent(client, tess, ck_chest="yes")

    with pytest.raises(ValidationError, match="say it again"):
        actions.withdraw_stop(stop=first.stops.get(), reason="misunderstood", by=tess)


def test_a_changed_answer_that_is_an_emergency_is_a_stop():
    tess = therapist()
    client = factories.client("Ana", by=tess)
    start_care(client=client, therapist=tess, reason=CareReason.APPOINTMENT, by=tess)
    intake = decide(client, tess).intake

    actions.change_answer(intake=intake, question="sf_breath", new="yes", reason="changed", by=tess)

    [stop] = open_stops(client)
    assert "E_PE" in stop.codes
    with pytest.raises(ValidationError, match="a doctor first"):
        decision(intake, tess)

    actions.change_answer(intake=intake, question="sf_breath", new="no", reason="changed", by=tess)
    with pytest.raises(ValidationError, match="A stop is still open"):
        decision(intake, tess)
    assert [each.uuid for each in decision_sheet(tess, client, on=timezone.localdate()).open_stops] == [stop.uuid]

    actions.withdraw_stop(stop=stop, reason="wrong_tick", by=tess)
    assert decision(intake, tess)


def test_the_page_tells_of_the_stop_and_withdraws_it(stopped):
    tess, client, stop, _intake = stopped
    browser = Browser()
    browser.force_login(tess)
    review, withdraw = reverse("intake:review", args=[client.uuid]), reverse("intake:stop_withdraw", args=[stop.uuid])

    assert "is still open" in browser.get(review).content.decode()
    assert "Ask the client aloud" in browser.get(withdraw).content.decode()
    assert browser.post(withdraw, {}).status_code == 422
    assert browser.post(withdraw, {"reason": "wrong_tick"})["Location"] == review
    assert "is still open" not in browser.get(review).content.decode()
