"""Outcomes: what is typed in, how it stands in words, and that a note is not signed before the way on is decided."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from sessions.actions import note as actions
from sessions.actions.outcome import record_score
from sessions.models import Score, SessionNote
from sessions.queries.outcomes import outcomes
from tests import factories
from tests.sessions.factories import decided_client, draft_with_rows, signed_note, therapist

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


@pytest.fixture
def tess():
    return therapist()


@pytest.fixture
def ana(tess):
    long_ago = timezone.now() - 6 * WEEK
    return decided_client(tess, at=long_ago)[0]


def _score(client, by, value, *, code="ODI", days_ago=0):
    on = timezone.localdate() - timedelta(days=days_ago)
    return record_score(client=client, code=code, on=on, value=value, by=by)


def _rows(client):
    return {row.label: row for row in outcomes(client, on=timezone.localdate()).standing.rows}


def test_two_totals_are_compared_by_both_rules(ana, tess):
    _score(ana, tess, Decimal(40), days_ago=30)
    _score(ana, tess, Decimal(29))

    row = _rows(ana)["Oswestry (score entry)"]
    assert (row.first, row.last, row.by_points, row.by_percent, row.word) == (
        "40",
        "29",
        "Improved",
        "No clear change",
        "Improved",
    )


def test_what_was_typed_again_counts_instead_and_what_was_taken_back_does_not(ana, tess):
    _score(ana, tess, Decimal(40), days_ago=30)
    _score(ana, tess, Decimal(4))
    _score(ana, tess, Decimal(44))
    assert _rows(ana)["Oswestry (score entry)"].last == "44"

    _score(ana, tess, None)
    assert _rows(ana) == {}
    assert Score.objects.count() == 4


def test_the_same_twice_is_stored_once(ana, tess):
    assert _score(ana, tess, Decimal(40)) == _score(ana, tess, Decimal(40))


def test_one_rating_of_change_says_it_by_itself(ana, tess):
    _score(ana, tess, Decimal(2), code="GROC")

    assert _rows(ana)["Global rating of change, 7 steps"].word == "Improved"


@pytest.mark.parametrize("code", ["NPRS", "PSFS", "REFER", "SBI", "SFI", "RMDQ23", "X"])
def test_what_the_client_tells_or_nobody_may_ask_is_not_typed_in(code, ana, tess):
    with pytest.raises(ValidationError) as error:
        _score(ana, tess, Decimal(1), code=code)

    assert error.value.message_dict == {"code": ["Choose a measure from the list."]}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"value": Decimal(101)}, "value"),
        ({"value": Decimal(-1)}, "value"),
        ({"value": None}, "value"),
        ({"on": timezone.localdate() + timedelta(days=1)}, "on"),
        ({"on": timezone.localdate() - timedelta(days=50_000)}, "on"),
    ],
)
def test_a_value_that_cannot_be_is_refused_at_its_field(values, field, ana, tess):
    given = {"code": "ODI", "on": timezone.localdate(), "value": Decimal(10), **values}

    with pytest.raises(ValidationError) as error:
        record_score(client=ana, by=tess, **given)

    assert list(error.value.message_dict) == [field]
    assert not Score.objects.exists()


def test_nobody_outside_the_care_types_in(ana):
    with pytest.raises(PermissionDenied):
        _score(ana, factories.staff("therapist"), Decimal(10))


def test_the_database_takes_no_value_outside_its_range(ana, tess):
    with pytest.raises(IntegrityError), transaction.atomic():
        Score.objects.create(client=ana, code="ODI", on=timezone.localdate(), value=101, by=tess, at=timezone.now())


def test_the_page_stores_and_takes_back(ana, tess, client):
    client.force_login(tess)
    page = reverse("sessions:outcomes", args=[ana.uuid])
    today = timezone.localdate().isoformat()

    client.post(page, {"code": "LEFS", "value": "41", "on": today})
    assert "<b>Lower Extremity Functional Scale (score entry)</b>: 41" in client.get(page).content.decode()

    client.post(page, {"code": "LEFS", "on": today, "back": "yes"})
    assert "Nothing typed in yet." in client.get(page).content.decode()


def test_a_refused_total_keeps_what_was_typed(ana, tess, client):
    client.force_login(tess)

    answer = client.post(
        reverse("sessions:outcomes", args=[ana.uuid]), {"code": "LEFS", "value": "81", "on": timezone.localdate()}
    )

    assert answer.status_code == 422
    assert "goes from 0 to 80" in answer.content.decode()
    assert 'value="81"' in answer.content.decode()


# --- how to go on -------------------------------------------------------------------------------------------------


def _visits(client, by, number):
    for week in range(number, 0, -1):
        signed_note(by, client, at=timezone.now() - week * WEEK)


@pytest.mark.parametrize(("before", "due"), [(0, False), (3, False), (4, True)])
def test_after_four_visits_without_improvement_the_note_asks_how_to_go_on(before, due, ana, tess, client):
    _visits(ana, tess, before)

    note = draft_with_rows(tess, ana)

    assert note.way_due is due
    client.force_login(tess)
    page = client.get(reverse("sessions:findings", args=[note.uuid])).content.decode()
    assert ("Four visits or six weeks without a clear improvement" in page) is due


def _due(ana, tess):
    _visits(ana, tess, 4)
    return draft_with_rows(tess, ana)


@pytest.mark.parametrize("texts", [{}, {"way": "continue"}, {"way_reason": "It is winter."}])
def test_it_is_not_signed_without_the_way_and_its_reason(texts, ana, tess):
    note = _due(ana, tess)
    if texts:
        note = actions.save_text(note=note, rev=note.rev, texts=texts, by=tess)

    with pytest.raises(actions.NotComplete) as error:
        actions.sign_note(note=note, by=tess)

    assert error.value.missing == ("way",)
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        SessionNote.objects.filter(pk=note.pk).update(
            signed_at=timezone.now(), signed_by=tess, content_hash="0" * 64, ended_at=timezone.now()
        )


def test_once_decided_it_is_signed_and_asked_again_four_visits_later(ana, tess, client):
    note = _due(ana, tess)
    texts = {"way": "change", "way_reason": "Less depth, more stretching."}
    note = actions.save_text(note=note, rev=note.rev, texts=texts, by=tess)
    actions.sign_note(note=note, by=tess)

    assert not draft_with_rows(tess, ana, at=timezone.now() + WEEK).way_due
    client.force_login(tess)
    read = client.get(reverse("sessions:note", args=[note.uuid])).content.decode()
    assert "Change the treatment: Less depth, more stretching." in read
    on = f"{timezone.localdate(note.started_at):%-d %b %Y}"
    for page in ("sessions:chart", "sessions:outcomes"):
        shown = client.get(reverse(page, args=[ana.uuid])).content.decode()
        assert f"decided on {on}: Change the treatment: Less depth, more stretching." in shown


def test_how_to_go_on_leads_to_the_letter_to_the_doctor(ana, tess, client):
    note = _due(ana, tess)
    client.force_login(tess)

    page = client.get(reverse("sessions:findings", args=[note.uuid])).content.decode()

    assert page.count(reverse("sessions:letter_new", args=[ana.uuid])) == 1


def test_that_it_is_due_never_changes(ana, tess):
    note = _due(ana, tess)

    with pytest.raises(DatabaseError), transaction.atomic():
        SessionNote.objects.filter(pk=note.pk).update(way_due=False)
