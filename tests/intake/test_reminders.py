"""Mail about a missing form: two before a visit, none when it is done, stopped, cancelled or not wanted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.urls import reverse

from clinic import post
from clinic.actions import change_client, move_appointment, stop_mail
from clinic.models import OutboundMessage
from intake import actions as intake
from intake.access_actions import send_link
from intake.access_queries import token_of
from intake.board import board
from intake.models import IntakeAccess
from intake.reminder_actions import write_form_mails
from intake.reminder_queries import form_words, forms_missing
from tests import factories
from tests.answers import all_clear
from tests.sessions.factories import decide, decided_client

pytestmark = pytest.mark.django_db
#: A Friday at ten in London; its clocks are an hour ahead of UTC.
VISIT = datetime(2026, 6, 12, 9, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FIRST, SECOND = VISIT - 3 * DAY + HOUR, VISIT - DAY + HOUR


@pytest.fixture
def visit(people):
    """Ana's, without a form; other mail has left."""
    OutboundMessage.objects.all().update(state="sent")
    return factories.appointment(people.ana, people.tess, begins=VISIT, at=VISIT - 20 * DAY)


def _from(begin, end, every=HOUR):
    """Rounds of the post, one each hour unless said otherwise; the times at which a mail left."""
    left, now = [], begin
    while now < end:
        left += [now] * post.do_round(now)
        now += every
    return left


def _states():
    rows = OutboundMessage.objects.filter(template="form_missing").order_by("id")
    return [(row.key.rpartition(":")[2], row.state) for row in rows]


def test_two_mails_leave_before_the_visit_and_no_third(visit):
    assert _from(VISIT - 5 * DAY, VISIT + DAY) == [FIRST, SECOND]
    assert {message.to[0] for message in mail.outbox} == {"ana@example.org"}


def test_the_mail_holds_neither_name_nor_anything_of_health(visit):
    _from(VISIT - 3 * DAY, FIRST + MINUTE)

    text = f"{mail.outbox[0].subject} {mail.outbox[0].body}".lower()
    assert not {word for word in ("ana", "lind", "health", "pain", "sciatica", "intake", "12 june") if word in text}
    assert "riverside massage" in text
    assert "List-Unsubscribe" in mail.outbox[0].message()


def test_no_second_mail_when_the_form_is_done(visit, people):
    _from(VISIT - 4 * DAY, VISIT - 2 * DAY)
    decide(people.ana, people.tess, at=VISIT - 2 * DAY)

    assert _from(VISIT - 2 * DAY, VISIT) == []
    assert _states() == [("1", "sent")]


def test_a_mail_that_waits_is_dropped_when_the_form_is_done_meanwhile(visit, people):
    post.do_round(VISIT - 3 * DAY)
    decide(people.ana, people.tess, at=VISIT - 3 * DAY + 5 * MINUTE)

    assert _from(VISIT - 3 * DAY, VISIT) == []
    assert _states() == [("1", "dropped")]


def test_no_mail_to_somebody_who_took_back_that_they_may_be_reminded(visit, people):
    decide(people.ana, people.tess, at=VISIT - 19 * DAY, cs_remind={"email": True})
    access = intake.open_form(client=people.ana, by=people.flo, at=VISIT - 9 * DAY)
    intake.save_page(access=access, ids=["pn_worst"], values={"pn_worst": 4}, by=None, at=VISIT - 9 * DAY)
    assert [number for _visit, number in forms_missing(FIRST)] == [1]

    intake.withdraw_consent(consent=people.ana.consents.get(statement="cs_remind"), by=people.ana_user)

    assert _from(VISIT - 3 * DAY, VISIT) == []


def test_no_mail_about_a_visit_that_was_cancelled(visit, people):
    post.do_round(VISIT - 3 * DAY)
    move_appointment(appointment=visit, to="cancelled", by=people.flo, at=VISIT - 3 * DAY + MINUTE)

    assert _from(VISIT - 3 * DAY + 2 * MINUTE, VISIT) == []
    assert _states() == [("1", "dropped")]


def test_mail_at_night_waits_until_morning(people):
    OutboundMessage.objects.all().update(state="sent")
    late = VISIT.replace(hour=21)  # ten in the evening
    factories.appointment(people.ana, people.tess, begins=late, at=VISIT - 20 * DAY)

    assert _from(late - 3 * DAY, late - 2 * DAY) == [datetime(2026, 6, 10, 7, tzinfo=UTC)]


def test_a_visit_booked_late_has_one_mail(people):
    OutboundMessage.objects.all().update(state="sent")
    factories.appointment(people.ana, people.tess, begins=VISIT, at=VISIT - 20 * HOUR)

    assert len(_from(VISIT - 20 * HOUR, VISIT)) == 1
    assert _states() == [("2", "sent")]


def test_a_visit_booked_between_the_two_has_the_second_not_right_after_the_first(people):
    OutboundMessage.objects.all().update(state="sent")
    factories.appointment(people.ana, people.tess, begins=VISIT, at=VISIT - 26 * HOUR)

    first, second = _from(VISIT - 26 * HOUR, VISIT, every=15 * MINUTE)

    assert second - first >= 12 * HOUR


def test_a_visit_within_two_hours_has_none(visit):
    assert _from(VISIT - 2 * HOUR, VISIT) == []
    assert _states() == []


def test_of_two_visits_the_next_one_counts(visit, people):
    factories.appointment(people.ana, people.theo, begins=VISIT + 2 * HOUR, at=VISIT - 20 * DAY)

    assert _from(VISIT - 4 * DAY, VISIT + 2 * HOUR) == [FIRST, SECOND]


def test_an_address_that_wants_no_such_mail_gets_none(visit, people):
    _from(VISIT - 4 * DAY, VISIT - 2 * DAY)
    stop_mail(message=OutboundMessage.objects.get(template="form_missing"), by=None)

    assert _from(VISIT - 2 * DAY, VISIT) == []
    assert _states() == [("1", "sent"), ("2", "dropped")]


def test_a_client_without_an_address_gets_none(visit, people):
    change_client(client=people.ana, details={"email": ""}, by=people.flo)

    assert _from(VISIT - 4 * DAY, VISIT) == []


def test_a_mail_to_an_address_that_was_changed_is_dropped(visit, people):
    post.do_round(VISIT - 3 * DAY)
    change_client(client=people.ana, details={"email": "new@example.org"}, by=people.flo)

    assert _from(VISIT - 3 * DAY + MINUTE, VISIT - 2 * DAY) == []


def test_a_practice_that_wants_no_such_mail_sends_none(visit):
    factories.practice(form_first_days=None, form_second_days=None)

    assert _from(VISIT - 4 * DAY, VISIT) == []


def test_a_first_mail_that_the_second_has_overtaken_is_dropped(visit):
    write_form_mails(by=None, at=VISIT - 3 * DAY)

    assert len(_from(VISIT - DAY, VISIT)) == 1
    assert _states() == [("1", "dropped"), ("2", "sent")]


def test_a_mail_carries_the_link_that_the_desk_has_sent(visit, people):
    access = send_link(client=people.ana, by=people.flo, at=VISIT - 5 * DAY)
    OutboundMessage.objects.all().update(state="sent")

    assert _from(VISIT - 4 * DAY, VISIT - 2 * DAY) == [FIRST]

    text = mail.outbox[0].body
    assert reverse("intake:link", args=[token_of(access.uuid)]) in text
    assert "a quarter of an hour early" not in text


@pytest.mark.parametrize(
    "over",
    [{"ended_at": VISIT - 4 * DAY, "ended_because": "revoked"}, {"expires_at": VISIT - 4 * DAY}, {"token_hash": "x"}],
)
def test_a_link_that_no_longer_works_is_not_mailed_again(visit, people, over):
    access = send_link(client=people.ana, by=people.flo, at=VISIT - 5 * DAY)
    IntakeAccess.objects.filter(pk=access.pk).update(**over)
    OutboundMessage.objects.all().update(state="sent")
    write_form_mails(by=None, at=VISIT - 3 * DAY)

    words = form_words(OutboundMessage.objects.get(template="form_missing"), VISIT - 3 * DAY)

    assert words["link"] == ""


def test_no_mail_right_after_a_link(visit, people):
    send_link(client=people.ana, by=people.flo, at=VISIT - 3 * DAY - HOUR)
    OutboundMessage.objects.all().update(state="sent")

    first, second = _from(VISIT - 3 * DAY, VISIT)

    assert first >= VISIT - 3 * DAY + 11 * HOUR
    assert second == SECOND


def test_a_link_sent_while_the_mail_waits_takes_its_place(visit, people):
    post.do_round(VISIT - 3 * DAY)
    send_link(client=people.ana, by=people.flo, at=VISIT - 3 * DAY + MINUTE)
    OutboundMessage.objects.filter(template="form_link").update(state="sent")

    assert _from(VISIT - 3 * DAY + 2 * MINUTE, VISIT - 2 * DAY) == []
    assert _states() == [("1", "dropped")]


def test_who_is_missing_a_form_is_who_the_board_says(people):
    begun = factories.client("Bea", email="bea@example.org")
    intake.save_page(
        access=intake.open_form(client=begun, by=people.flo), ids=["pn_now"], values={"pn_now": 3}, by=None
    )
    stopped = factories.client("Cy", email="cy@example.org")
    answers = all_clear(sf_saddle="yes")
    intake.save_page(access=intake.open_form(client=stopped, by=people.flo), ids=["sf_saddle"], values=answers, by=None)
    done = decided_client(people.tess, first="Di")[0]
    change_client(client=done, details={"email": "di@example.org"}, by=people.flo)
    opened = factories.client("Ed", email="ed@example.org")
    intake.open_form(client=opened, by=people.flo)
    for number, client in enumerate((people.ana, begun, stopped, done, opened)):
        factories.appointment(client, people.tess, begins=VISIT + number * 2 * HOUR, at=VISIT - 20 * DAY)

    rows = board(people.flo, on=VISIT.date()).to_come
    missing = forms_missing(VISIT - HOUR * 20)

    assert {row.client.first_name: row.form.state for row in rows} == {
        "Ana": "not_started",
        "Bea": "in_progress",
        "Cy": "stopped",
        "Di": "done",
        "Ed": "not_started",
    }
    assert [visit.client.first_name for visit, _number in missing] == ["Ana", "Bea", "Ed"]


def test_looking_for_missing_forms_takes_the_same_statements_for_one_visit_and_for_many(
    visit, people, django_assert_num_queries
):
    with django_assert_num_queries(4):
        forms_missing(VISIT - 2 * DAY)
    for number in range(6):
        ana = factories.client(f"Ana{number}", email=f"ana{number}@example.org")
        factories.appointment(ana, people.tess, begins=VISIT + (number + 1) * HOUR, at=VISIT - 20 * DAY)

    with django_assert_num_queries(4):
        assert len(forms_missing(VISIT - 2 * DAY)) == 7
