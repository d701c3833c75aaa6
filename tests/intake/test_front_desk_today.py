"""The desk's board of the day."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from clinic.actions import move_appointment
from clinic.models import AppointmentState as S
from intake.board import board
from tests import factories
from tests.intake.test_tablets import opened, tablet

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(people, client):
    """The browser of Flo at the front desk."""
    client.force_login(people.flo)
    return client


def _names(rows):
    return [row.client.name for row in rows]


def test_visits_stand_in_three_groups_by_time(people):
    factories.appointment(people.ana, people.tess, state=S.ARRIVED)
    factories.appointment(people.ben, people.theo)
    factories.appointment(people.ana, factories.staff("therapist"))
    cancelled = factories.client("Cem", "Ray")
    factories.appointment(cancelled, factories.staff("therapist"), state=S.CANCELLED)

    found = board(people.flo, on=timezone.localdate())

    assert _names(found.here) == ["Ana Lind"]
    assert _names(found.to_come) == ["Ben Okoro", "Ana Lind"]
    assert _names(found.done) == ["Cem Ray"]


def test_the_day_is_that_of_the_location(people):
    late = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)  # half past midnight of 2 July in London
    factories.appointment(people.ana, people.tess, begins=late)

    assert _names(board(people.flo, on=late.date()).to_come) == []
    assert _names(board(people.flo, on=late.date() + timedelta(days=1)).to_come) == ["Ana Lind"]


def test_waiting_counts_from_the_arrival(people):
    visit = factories.appointment(people.ana, people.tess, state=S.ARRIVED)

    found = board(people.flo, now=visit.arrived_at + timedelta(minutes=7, seconds=40))

    assert [row.waiting for row in found.here] == [7]


@pytest.mark.parametrize(
    ("state", "following"),
    [(S.BOOKED, "arrive"), (S.ARRIVED, "open_form"), (S.FINISHED, "book_next"), (S.CANCELLED, "undo")],
)
def test_a_row_has_one_next_thing(people, state, following):
    factories.appointment(people.ana, people.tess, state=state)

    found = board(people.flo)

    assert [row.next for row in found.here + found.to_come + found.done] == [following]


def test_clients_get_no_board(people):
    factories.appointment(people.ana, people.tess)

    assert board(people.ana_user).to_come == []


def test_the_page_shows_states_and_moves_back_to_itself(people, desk):
    visit = factories.appointment(people.ana, people.tess)
    html = desk.get(reverse("intake:today")).content.decode()
    assert "Ana Lind" in html
    assert "Form not started" in html

    answer = desk.post(reverse("appointment_move", args=[visit.uuid, "arrive"]), {"back": reverse("intake:today")})

    assert answer["Location"] == reverse("intake:today")
    visit.refresh_from_db()
    assert visit.state == S.ARRIVED


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", "9999-12-31", "0001-01-01"])
def test_a_day_that_is_none_is_not_found(desk, day):
    assert desk.get(reverse("intake:today"), {"day": day}).status_code == 404


def test_therapists_and_clients_have_other_pages(people, client):
    for user in (people.tess, people.ana_user):
        client.force_login(user)
        assert client.get(reverse("intake:today")).status_code == 403


@pytest.mark.parametrize("visits", [1, 100])
def test_the_board_takes_six_statements_however_full(desk, people, visits, django_assert_max_num_queries):
    for number in range(visits):
        known = factories.client(f"Client{number}", "Row")
        begins = timezone.now().replace(hour=6, minute=0, second=0, microsecond=0) + timedelta(minutes=10 * number)
        factories.appointment(known, people.tess, minutes=10, begins=begins)
        if number < 5:
            opened(known, people.flo, tablet(people.flo, str(number)))

    desk.get(reverse("clients"))  # the first page after signing in starts the session's clock

    with django_assert_max_num_queries(6):
        html = desk.get(reverse("intake:today")).content.decode()

    assert html.count('class="appt"') == visits


def test_the_board_says_how_many_mails_did_not_leave_and_nothing_of_whose(desk, people):
    for address in ("one@example.org", "two@example.org"):
        factories.unsent_message(people.ana, address)

    html = desk.get(reverse("intake:today")).content.decode()

    assert "2 mails could not be sent." in html
    assert "example.org" not in html
    assert reverse("setup_mail") not in html  # the desk has no such page; the owner is led there


def test_the_board_leads_the_owner_to_mail_that_did_not_leave(people, client):
    client.force_login(people.odile)
    factories.unsent_message(people.ana, "one@example.org")

    assert f"{reverse('setup_mail')}?only=trouble" in client.get(reverse("intake:today")).content.decode()


def test_the_board_is_silent_about_mail_while_all_is_well(desk):
    html = desk.get(reverse("intake:today")).content.decode()

    assert "could not be sent" not in html
    assert "mail server" not in html


def _seen(response):
    return re.search(r'name="seen" value="(\w+)"', response.content.decode())[1]


def test_a_board_that_stands_open_hears_nothing_until_something_changed(people, desk, monkeypatch):
    noon = timezone.localtime().replace(hour=12, minute=5, second=0)
    monkeypatch.setattr(timezone, "now", lambda: noon)
    visit = factories.appointment(people.ana, people.tess)
    seen = _seen(desk.get(reverse("intake:today")))

    def look():
        return desk.get(reverse("intake:today"), {"seen": seen}, headers={"HX-Request": "true"})

    assert (look().status_code, look().content) == (204, b"")

    move_appointment(appointment=visit, to=S.ARRIVED, by=people.flo)
    changed = look()
    assert (changed.status_code, _seen(changed) != seen) == (200, True)
    assert "<h1>" in changed.content.decode()
    assert "<html" not in changed.content.decode()


def test_looking_again_keeps_nobody_signed_in(people, client, monkeypatch):
    client.force_login(people.flo)
    start = timezone.now()
    client.get(reverse("intake:today"))
    for minutes in (5, 10, 14, 16):
        monkeypatch.setattr(timezone, "now", lambda minutes=minutes: start + timedelta(minutes=minutes))
        answer = client.get(reverse("intake:today"), headers={"HX-Request": "true"})
        assert answer.status_code == (200 if minutes < 15 else 401)
