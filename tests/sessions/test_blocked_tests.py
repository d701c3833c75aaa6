"""A test that is not done today is stored by no path: action, page, ORM, SQL; and rule, action and database agree."""

import uuid
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse

from sessions.actions.note import record_finding
from sessions.models import Finding
from sessions.rules.findings import MEASURES, NOT_DONE, TESTS, blocked_tests, problems
from tests.sessions.factories import RIGHT_HIP, check_in, decided_client, draft, therapist

pytestmark = pytest.mark.django_db


@pytest.fixture
def note():
    by = therapist()
    return draft(by, decided_client(by, **RIGHT_HIP)[0])


def _with_limits(note, **changes):
    """The note of another check-in, whose limits were others when it was opened."""
    held = check_in(note.client, note.therapist)
    note.pk = note.id = None
    note.uuid, note.check_in, note.limits = uuid.uuid4(), held, note.limits | changes
    note.save(force_insert=True)
    return note


def _entries():
    for entry in (*TESTS.values(), *MEASURES.values()):
        for side in ("L", "R") if entry.sided else ("M",):
            yield entry, side


def _values(entry):
    """A whole result of a test or a range, in its first position."""
    values = {"position": entry.positions[0]} if entry.positions else {}
    if entry.options:
        return values | {"result": next(code for code in entry.options if code != NOT_DONE)}
    return values | ({"angle": 10} if entry.takes_angle else {"measure": Decimal(10)})


class _UndoneError(Exception):
    """What was stored for a try is rolled back."""


def _refused(do):
    try:
        with transaction.atomic():
            do()
            raise _UndoneError
    except _UndoneError:
        return False
    except (ValidationError, DatabaseError):
        return True


def test_what_is_not_done_is_fixed_with_the_note_as_the_rule_says(note):
    note.refresh_from_db()

    assert note.limits["no_tests"] == {
        key: list(why) for key, why in blocked_tests(note.limits, note.flags, consent=True).items()
    }
    assert "L_THR_POST" in note.limits["no_tests"]["T_FAIR:R"]


def test_action_and_database_refuse_exactly_what_the_rule_blocks_on_every_side(note):
    blocked = note.limits["no_tests"]
    seen = set()
    for entry, side in _entries():
        values, known = _values(entry), {entry.code, f"{entry.code}:{side}"}
        assert not problems(code=entry.code, side=side, **values), entry.code
        due = bool(known & blocked.keys()) or (
            bool(values.get("position")) and values["position"] in note.limits["no_positions"]
        )
        row = {"code": entry.code, "side": side, "phase": "before", **values}

        by_action = _refused(lambda row=row: record_finding(note=note, by=note.therapist, **row))
        by_orm = _refused(lambda row=row: Finding.objects.create(note=note, **row))

        assert (by_action, by_orm) == (due, due), (entry.code, side)
        seen.add(due)
    assert seen == {True, False}


def test_moving_a_result_to_the_blocked_side_or_position_is_refused_too(note):
    finding = record_finding(note=note, code="T_SLUMP", side="R", phase="before", result="neg", by=note.therapist)

    for change in ({"code": "T_FAIR"}, {"position": "SIDE", "code": "T_FAIR"}):
        assert _refused(lambda change=change: Finding.objects.filter(pk=finding.pk).update(**change))
    finding.refresh_from_db()
    assert finding.code == "T_SLUMP"


def test_lying_on_a_side_that_is_banned_is_for_the_test_of_the_other(note):
    note = _with_limits(note, no_tests={}, no_positions=["SIDE:L"])
    row = {"code": "T_OBER", "phase": "before", "result": "neg", "position": "SIDE"}

    assert _refused(lambda: Finding.objects.create(note=note, side="R", **row))
    assert not _refused(lambda: Finding.objects.create(note=note, side="L", **row))


def test_a_structure_that_is_not_touched_today_is_not_palpated_by_sql_either(note):
    places = note.limits["structures"]
    note = _with_limits(note, structures=places | {"MUS_PIR:L": places["MUS_PIR:L"] | {"locked": True}})

    assert _refused(lambda: Finding.objects.create(note=note, code="MUS_PIR", side="L", phase="before", tone=1))
    assert not _refused(lambda: Finding.objects.create(note=note, code="MUS_PIR", side="R", phase="before", tone=1))


def test_the_page_says_why_shows_no_field_and_takes_nothing_that_is_sent_anyway(note, client):
    client.force_login(note.therapist)
    address = reverse("sessions:findings", args=[note.uuid])

    page = client.get(address)
    sent = client.post(address, {"phase": "before", "T_FAIR.R.result": "pos_familiar", "T_SLUMP.R.result": "neg"})

    assert "Not today: " in page.content.decode()
    assert "T_FAIR.R.result" not in page.context["findings_form"].fields
    assert (sent.status_code, note.findings.count()) == (422, 0)
    assert "is not done today" in sent.content.decode()
