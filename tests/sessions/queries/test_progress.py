"""The client's progress: what was said at visits, days done; a helper reads the days alone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from sessions.actions.note import strike_note
from sessions.queries.progress import my_progress
from tests.sessions.factories import check_in, decided_client, draft, signed_note, therapist

pytestmark = pytest.mark.django_db


@pytest.fixture
def tess(db):
    return therapist()


@pytest.fixture
def ana(tess):
    return decided_client(tess, at=timezone.now() - timedelta(days=40))[0]


def ago(days: int):
    return timezone.now() - timedelta(days=days)


def pain(client, *, visits: bool = True) -> list[tuple[int | None, int | None]]:
    found = my_progress(client, on=timezone.localdate(), visits=visits).pain
    return [(dot.visit.before, dot.visit.after) for dot in found.dots]


def test_pain_is_told_before_and_after_each_signed_visit_oldest_first(tess, ana):
    signed_note(tess, ana, at=ago(20))
    signed_note(tess, ana, at=ago(10))

    dots = my_progress(ana, on=timezone.localdate(), visits=True).pain.dots

    assert [dot.visit.on for dot in dots] == [timezone.localdate(ago(20)), timezone.localdate(ago(10))]
    assert {dot.visit.after for dot in dots} == {2}


def test_a_check_in_without_a_signed_note_tells_what_was_said_before(tess, ana):
    check_in(ana, tess, at=ago(3), ck_now=6)

    assert pain(ana) == [(6, None)]


def test_what_an_open_note_says_after_the_visit_is_not_told(tess, ana):
    draft(tess, ana, at=ago(3))

    assert [after for _before, after in pain(ana)] == [None]


def test_the_newest_check_in_of_a_day_counts(tess, ana):
    check_in(ana, tess, at=ago(3), ck_now=6)
    check_in(ana, tess, at=ago(3), ck_now=4)

    assert pain(ana) == [(4, None)]


def test_a_struck_visit_is_not_told(tess, ana):
    struck = signed_note(tess, ana, at=ago(3))
    strike_note(note=struck, reason="wrong_client", by=tess)

    assert pain(ana) == []


def test_how_far_it_travels_is_told_in_the_words_of_the_check_in(tess, ana):
    check_in(ana, tess, at=ago(9), ck_refer="calf")
    check_in(ana, tess, at=ago(2), ck_refer="buttock")

    travels = my_progress(ana, on=timezone.localdate(), visits=True).travels

    assert [mark.reach.word for mark in travels.marks] == ["Calf", "Buttock"]
    assert travels.direction == "up"


def test_a_helper_reads_nothing_of_the_visits(tess, ana):
    signed_note(tess, ana, at=ago(3))

    told = my_progress(ana, on=timezone.localdate(), visits=False)

    assert (told.pain.dots, told.travels.marks) == ((), ())


def test_the_last_eight_visits_are_told(tess, ana):
    for days in range(30, 20, -1):
        check_in(ana, tess, at=ago(days), ck_now=days % 10)

    assert [before for before, _after in pain(ana)] == [8, 7, 6, 5, 4, 3, 2, 1]


def test_it_takes_two_statements_however_many_visits(tess, ana, django_assert_num_queries):
    for days in (20, 10, 5):
        signed_note(tess, ana, at=ago(days))

    with django_assert_num_queries(2):
        my_progress(ana, on=timezone.localdate(), visits=True)
