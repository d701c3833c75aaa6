"""What was felt at the last visits: which notes count, whose, and what the day after was like."""

from datetime import timedelta

import pytest
from django.utils import timezone

from sessions.actions.note import sign_note, strike_note
from sessions.queries.comfort import felt_visits
from tests.sessions.factories import check_in, decided_client, draft_with_rows, event, signed_note, therapist

pytestmark = pytest.mark.django_db

PLACE = "MUS_PIR:L"


def _ago(days):
    return timezone.now() - timedelta(days=days)


@pytest.fixture
def known():
    """Tess and a client since two months."""
    tess = therapist()
    return tess, decided_client(tess, at=_ago(60))[0]


def _felt(visit):
    return [(row.pressure, row.comfort, row.sign) for row in visit.rows]


def test_readings_and_signs_that_count_are_given_newest_visit_first(known):
    tess, client = known
    signed_note(tess, client, at=_ago(20))
    later = draft_with_rows(tess, client, at=_ago(10))
    event(later, kind="sign", comfort=None, asked_by="", sign="face", pressure=2, at=_ago(10))
    event(later, kind="breath", comfort=None, asked_by="", cue="B1", pressure=2, at=_ago(10))
    sign_note(note=later, by=tess, at=_ago(9))

    newest, earlier = felt_visits(client.pk)[PLACE]

    assert (newest.on, earlier.on) == (timezone.localdate(_ago(10)), timezone.localdate(_ago(20)))
    assert _felt(earlier) == [(2, 2, ""), (3, 3, "")]
    assert _felt(newest) == [(2, 2, ""), (3, 3, ""), (2, None, "face")]


def test_the_day_after_is_what_the_next_check_in_said(known):
    tess, client = known
    signed_note(tess, client, at=_ago(20))
    check_in(client, tess, at=_ago(12), ck_after="better")
    check_in(client, tess, at=_ago(12), ck_after="sore_long")
    check_in(client, tess, at=_ago(5), ck_after="same")

    assert felt_visits(client.pk)[PLACE][0].day_after == "sore_long"


def test_nobody_asked_about_the_day_after_yet(known):
    signed_note(*known, at=_ago(20))

    assert felt_visits(known[1].pk)[PLACE][0].day_after == ""


def test_open_and_struck_notes_and_other_clients_do_not_count(known):
    tess, client = known
    other, _decision = decided_client(tess, first="Bela", at=_ago(60))
    signed_note(tess, other, at=_ago(20))
    struck = signed_note(tess, client, at=_ago(15))
    strike_note(note=struck, reason="wrong_client", by=tess)
    draft_with_rows(tess, client, at=_ago(10))

    assert felt_visits(client.pk) == {}
    assert set(felt_visits(other.pk)) == {PLACE}


def test_visits_from_a_moment_on_are_left_out(known):
    signed_note(*known, at=_ago(20))

    assert felt_visits(known[1].pk, before=_ago(21)) == {}
    assert felt_visits(known[1].pk, before=_ago(19)) != {}


def test_one_statement_however_many_visits(known, django_assert_num_queries):
    for days in (30, 20, 10):
        signed_note(*known, at=_ago(days))

    with django_assert_num_queries(1):
        assert len(felt_visits(known[1].pk)[PLACE]) == 3
