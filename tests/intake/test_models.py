"""Promises of the middle floor that the database keeps, whatever path a change takes."""

from __future__ import annotations

import uuid
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection, transaction

from clinic.actions import content_edition
from clinic.models import ContentKind
from intake import actions
from intake.models import (
    AnswerChange,
    CheckIn,
    Clearance,
    ClearanceWithdrawal,
    Consent,
    ConsentWithdrawal,
    Intake,
    IntakeAccess,
    RaisedFlag,
    Screening,
    StopAction,
    StopEvent,
)
from tests.answers import DAY, check_in_clear
from tests.intake.factories import AT, decided, filled, handed_in, letter
from tests.sessions.factories import draft

pytestmark = pytest.mark.django_db

APPEND_ONLY = [
    AnswerChange,
    CheckIn,
    Clearance,
    ClearanceWithdrawal,
    Consent,
    ConsentWithdrawal,
    RaisedFlag,
    Screening,
    StopAction,
    StopEvent,
]


def _refused(change):
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        change()
    return str(refused.value)


def _sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def rows(people):
    """Ana's intake, decided on, with one row of everything that hangs on it; Ben's stopped form."""
    intake = handed_in(people.ana, people.flo, at=AT, md_any="yes", md_list=[{"name": "X"}], md_class=["warfarin"])
    screening = decided(intake, people.tess, at=AT)
    check_in = actions.submit_check_in(
        client=people.ana, answers=check_in_clear(th_calf=3), submit_key=uuid.uuid4(), by=None, at=AT
    )
    clearance = letter(people.ana, people.tess, "C_ANTICOAG", at=AT)
    actions.withdraw_clearance(clearance=clearance, reason="wrong_entry", by=people.tess, at=AT)
    actions.withdraw_consent(consent=intake.consents.get(statement="cs_assess"), by=people.tess, at=AT)
    actions.change_answer(intake=intake, question="sf_load", new="hurts", reason="changed", by=people.tess, at=AT)
    stopped = filled(people.ben, people.flo, at=AT, sf_cord="yes").intake
    actions.record_stop_action(stop=stopped.stops.get(), action="seen", by=people.flo, at=AT)
    return SimpleNamespace(intake=intake, screening=screening, check_in=check_in, stopped=stopped, ben=people.ben)


def test_a_client_has_one_open_intake(people):
    access = actions.open_form(client=people.ana, by=people.flo, at=AT)
    second = Intake(client=people.ana, edition=access.intake.edition, started_at=AT, saved_at=AT)

    assert "intake_one_open" in _refused(second.save)


@pytest.mark.parametrize("which", ["intake", "stopped"])
@pytest.mark.parametrize(
    "change", ["answers = '{}'", "state = 'draft'", "rev = rev + 1", "submitted_at = now()", "asked_by_id = null"]
)
def test_an_intake_that_is_handed_in_or_stopped_is_frozen(rows, which, change):
    kept = getattr(rows, which)

    _refused(lambda: _sql(f"UPDATE intake_intake SET {change} WHERE id = %s", kept.pk))
    _refused(lambda: _sql("DELETE FROM intake_intake WHERE id = %s", kept.pk))


def test_an_intake_never_moves_to_another_client(people):
    draft_of_ana = actions.open_form(client=people.ana, by=people.flo, at=AT).intake

    _refused(lambda: Intake.objects.filter(pk=draft_of_ana.pk).update(client=people.ben))


def test_an_intake_is_submitted_with_its_time_and_its_key(people):
    open_form = actions.open_form(client=people.ana, by=people.flo, at=AT)

    broken = _refused(lambda: Intake.objects.filter(pk=open_form.intake_id).update(state="submitted"))

    assert "intake_submitted_with_time_and_key" in broken


@pytest.mark.parametrize("sources", [("intake", "check_in"), ()])
@pytest.mark.parametrize("model", [RaisedFlag, StopEvent])
def test_a_flag_and_a_stop_have_exactly_one_source(rows, model, sources):
    words = {
        RaisedFlag: {
            "code": "C_ASK",
            "severity": "caution",
            "wording": {},
            "edition": content_edition(ContentKind.CONTRAINDICATIONS, at=AT),
        },
        StopEvent: {"client": rows.ben, "codes": ["E_CORD"]},
    }[model]

    broken = _refused(model(**words, **{name: getattr(rows, name) for name in sources}, at=AT).save)

    assert "one_source" in broken


def test_a_flag_is_raised_once_by_one_source(rows):
    flag = rows.intake.flags.get(code="C_ANTICOAG")
    flag.pk, flag.uuid, flag._state.adding = None, uuid.uuid4(), True

    assert "raised_flag_once_in_intake" in _refused(flag.save)


@pytest.mark.parametrize(
    ("days", "broken"),
    [(367, "screening_at_most_twelve_months"), (-1, "screening_ends_after_it_began")],
)
def test_a_decision_has_an_end_within_twelve_months(rows, days, broken):
    decision = Screening(
        intake=rows.intake,
        therapist=rows.screening.therapist,
        decided_at=AT,
        decided_on=DAY,
        valid_until=DAY + timedelta(days=days),
        outcome="modified",
        limits=rows.screening.limits,
        stretch_levels={},
    )

    assert broken in _refused(decision.save)


def test_a_stopped_intake_is_never_decided_on(rows):
    decision = Screening.objects.get(pk=rows.screening.pk)
    decision.pk, decision.uuid, decision._state.adding = None, uuid.uuid4(), True
    decision.intake = rows.stopped

    assert "only a submitted intake" in _refused(decision.save)


def test_a_check_in_that_a_note_uses_stays_as_it_is():
    note = draft()

    _refused(lambda: _sql("UPDATE intake_checkin SET answers = '{}' WHERE id = %s", note.check_in_id))


@pytest.mark.parametrize("model", APPEND_ONLY, ids=lambda model: model.__name__)
def test_append_only_rows_are_neither_changed_nor_deleted(rows, model):
    table, row = model._meta.db_table, model.objects.first()

    _refused(lambda: _sql(f"UPDATE {table} SET uuid = %s WHERE id = %s", uuid.uuid4(), row.pk))
    _refused(lambda: _sql(f"DELETE FROM {table} WHERE id = %s", row.pk))

    assert model.objects.get(pk=row.pk).uuid == row.uuid


def test_an_access_names_its_intake_unless_it_is_for_a_check_in(people):
    access = actions.open_form(client=people.ana, by=people.flo, at=AT)
    this = IntakeAccess.objects.filter(pk=access.pk)

    assert "names_its_intake" in _refused(lambda: this.update(intake=None))
    assert "names_its_intake" in _refused(lambda: this.update(purpose="check_in"))
