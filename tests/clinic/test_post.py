"""The post: a server that is down loses nothing, two workers send nothing twice, nights are quiet, one link ends it."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.core.management import CommandError, call_command
from django.db import connections

from clinic import actions, post
from clinic.models import AuditEvent, MailStop, MessageState, OutboundMessage, Trouble
from clinic.rules.post import LOST, TRIES, WAITS, is_night, next_try
from tests import factories

pytestmark = pytest.mark.django_db
NOON = datetime(2027, 3, 10, 12, tzinfo=UTC)
NEWS = {"name": "news", "stops": "the news"}


class Server(BaseEmailBackend):
    """A mail server that answers every message with ``trouble``, or takes it."""

    trouble: BaseException | None = None
    taken: list[str] = []

    def send_messages(self, messages):
        for message in messages:
            if Server.trouble is not None:
                raise Server.trouble
            time.sleep(0.002)
            Server.taken.append(message.to[0])
        return len(messages)


@pytest.fixture
def server(settings):
    """The mail server, up; and a kind of mail of its own, with the text of another."""
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    Server.trouble, Server.taken = None, []
    return Server


@pytest.fixture(autouse=True)
def _kinds(settings):
    settings.CLINIC_MAIL_KINDS = {"portal_open": NEWS}
    settings.CLINIC_MAIL_ROUNDS = []


def _write(number=1, **when):
    """Messages that wait, none of them put on its way at once."""
    ana = factories.client()
    when = {"send_after": NOON, **when}
    return [
        actions.send_mail(
            template="portal_open", client=ana, to=f"{one}@example.org", key=f"test:{one}", by=None, at=NOON, **when
        )
        for one in range(number)
    ]


def _state(row):
    row.refresh_from_db()
    return row.state


# --- rules


@pytest.mark.parametrize(
    ("moment", "night"),
    [
        ("2027-01-10T20:59", False),
        ("2027-01-10T21:00", True),
        ("2027-01-11T07:59", True),
        ("2027-01-11T08:00", False),
        ("2027-07-10T19:59", False),  # the clocks of London are an hour ahead of UTC in summer
        ("2027-07-10T20:00", True),
        ("2027-07-11T06:59", True),
        ("2027-07-11T07:00", False),
        ("2027-03-28T06:59", True),  # the night the clocks go forward
        ("2027-03-28T07:00", False),
        ("2027-10-31T07:59", True),  # the night they go back
        ("2027-10-31T08:00", False),
    ],
)
def test_night_is_by_the_clock_of_the_practice(moment, night):
    assert is_night(datetime.fromisoformat(moment).replace(tzinfo=UTC), post.timezone.get_default_timezone()) is night


def test_waits_grow_and_end_after_two_days():
    waits = [next_try(tries, NOON) for tries in range(1, TRIES)]

    assert list(WAITS) == sorted(WAITS)
    assert waits == [NOON + wait for wait in WAITS]
    assert next_try(TRIES, NOON) is None
    assert sum(WAITS, timedelta()) == timedelta(days=2, hours=3)


# --- the mail server


def test_a_mail_server_that_was_down_loses_nothing_and_sends_nothing_twice(server):
    rows, now = _write(5), NOON
    server.trouble = SMTPServerDisconnected()
    for _round in range(3):
        assert post.send_due(now) == 0
        now += timedelta(minutes=1)
    server.trouble = None

    for _round in range(3):
        now += timedelta(minutes=30)
        post.send_due(now)

    assert sorted(server.taken) == sorted(row.to for row in rows)
    assert {_state(row) for row in rows} == {MessageState.SENT}


def test_a_round_ends_at_a_mail_server_that_is_down(server):
    _write(5)
    server.trouble = ConnectionRefusedError()

    post.send_due(NOON)

    assert sorted(OutboundMessage.objects.values_list("attempts", flat=True)) == [0, 0, 0, 0, 1]


def test_a_message_is_given_up_after_the_last_try(server):
    (row,), now = _write(), NOON
    server.trouble = TimeoutError()

    for tried in range(1, TRIES):
        post.send_due(now)
        assert (_state(row), row.attempts, row.trouble) == (MessageState.WAITING, tried, Trouble.SERVER)
        assert post.send_due(row.send_after - timedelta(seconds=1)) == 0
        now = row.send_after if not is_night(row.send_after, UTC) else row.send_after + timedelta(hours=12)
    post.send_due(now)

    assert (_state(row), row.attempts, row.send_after) == (MessageState.FAILED, TRIES, None)
    assert post.send_due(now + timedelta(days=30)) == 0


def test_an_address_that_is_refused_for_good_is_given_up_at_once(server):
    (row,) = _write()
    server.trouble = SMTPRecipientsRefused({row.to: (550, b"no such user")})

    post.send_due(NOON)

    assert (_state(row), row.trouble) == (MessageState.FAILED, Trouble.ADDRESS)


def test_an_address_that_is_refused_for_now_is_tried_again_and_holds_up_nobody(server):
    first, second = _write(2)
    server.trouble = SMTPRecipientsRefused({first.to: (451, b"try later")})

    post.send_due(NOON)

    assert [(_state(row), row.attempts) for row in (first, second)] == [(MessageState.WAITING, 1)] * 2


def test_a_message_whose_worker_died_is_sent_again_later(server):
    (row,) = _write()
    server.trouble = SystemExit()
    with pytest.raises(SystemExit):
        post.send_due(NOON)
    server.trouble = None

    assert _state(row) == MessageState.SENDING
    assert post.send_due(NOON + LOST - timedelta(seconds=1)) == 0
    assert post.send_due(NOON + LOST) == 1
    assert server.taken == [row.to]


def test_a_worker_that_comes_back_too_late_does_not_undo_what_another_wrote(server):
    _write()
    late = post._claim(OutboundMessage.objects.all(), NOON)
    post.send_due(NOON + LOST)

    post._not_taken(late, NOON + LOST, Trouble.SERVER)

    assert OutboundMessage.objects.get().state == MessageState.SENT


def test_a_message_that_kills_its_workers_is_given_up(server):
    (row,) = _write()
    OutboundMessage.objects.update(attempts=TRIES, state=MessageState.SENDING, send_after=NOON)

    post.send_due(NOON)

    assert (_state(row), server.taken) == (MessageState.FAILED, [])


@pytest.mark.django_db(transaction=True)
def test_workers_side_by_side_send_each_message_once(server):
    rows, start = _write(40), threading.Barrier(4)

    def work():
        start.wait()
        try:
            post.send_due(NOON)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(server.taken) == sorted(row.to for row in rows)


# --- when, and whether at all


def test_nothing_leaves_before_its_time():
    (row,) = _write(send_after=NOON + timedelta(minutes=15))

    assert post.send_due(NOON + timedelta(minutes=14)) == 0
    assert post.send_due(NOON + timedelta(minutes=15)) == 1
    assert _state(row) == MessageState.SENT


def test_nothing_leaves_when_nobody_wants_it_any_more():
    (row,) = _write(send_before=NOON + timedelta(hours=1))

    post.send_due(NOON + timedelta(hours=1))

    assert (_state(row), mail.outbox) == (MessageState.DROPPED, [])


def test_what_nobody_waits_for_stays_until_morning():
    night, morning = NOON.replace(hour=22), NOON.replace(day=11, hour=8)
    (row,) = _write(send_after=night)

    assert post.send_due(night) == 0
    assert _state(row) == MessageState.WAITING
    assert post.send_due(morning) == 1


def test_what_somebody_waits_for_leaves_at_night(settings):
    settings.CLINIC_MAIL_KINDS = {"portal_open": NEWS | {"at_night": True}}
    _write(send_after=NOON.replace(hour=22))

    assert post.send_due(NOON.replace(hour=22)) == 1


def test_a_message_that_its_floor_no_longer_wants_is_dropped(settings):
    settings.CLINIC_MAIL_KINDS = {"portal_open": NEWS | {"still_wanted": f"{__name__}.never"}}
    (row,) = _write()

    post.send_due(NOON)

    assert (_state(row), mail.outbox) == (MessageState.DROPPED, [])


def never(message, now):
    """What a floor says of a message that is out of date."""
    return False


def test_the_same_key_is_written_once_whatever_else_it_says():
    _write()
    _write()

    assert OutboundMessage.objects.count() == 1


def test_the_other_floors_write_their_mail_first(settings):
    settings.CLINIC_MAIL_ROUNDS = [f"{__name__}.write_news"]

    post.do_round(NOON)

    assert [message.to for message in mail.outbox] == [["news@example.org"]]


def write_news(*, by, at):
    """What a floor does in a round."""
    ana = factories.client()
    actions.send_mail(
        template="portal_open", client=ana, to="news@example.org", key=f"news:{at}", send_after=at, by=by, at=at
    )


def test_the_command_makes_one_round_and_says_how_many_left(capsys, settings):
    settings.CLINIC_MAIL_KINDS = {"portal_open": NEWS | {"at_night": True}}
    _write(2, send_after=datetime(2026, 1, 1, tzinfo=UTC))

    call_command("send_due_mail")

    assert capsys.readouterr().out == "2 messages sent.\n"
    assert len(mail.outbox) == 2


@pytest.mark.parametrize("seconds", [0, 3601])
def test_the_command_refuses_a_pause_that_makes_no_sense(seconds):
    with pytest.raises(CommandError, match="1 to 3600"):
        call_command("send_due_mail", every=seconds)


# --- no more of these


def test_a_message_that_can_be_stopped_says_so_in_its_headers_and_its_text(people):
    (row,) = _write()

    post.send_due(NOON)

    sent = mail.outbox[-1].message()
    address = f"http://127.0.0.1:8000/mail/{post.stop_token(row)}/"
    assert sent["List-Unsubscribe"] == f"<{address}>"
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert sent["Auto-Submitted"] == "auto-generated"
    assert sent["Message-ID"] == f"<{row.uuid}@localhost>"


def test_a_message_that_cannot_be_stopped_has_no_such_header(settings, people):
    settings.CLINIC_MAIL_KINDS = {"portal_open": {"name": "news"}}
    (row,) = _write()

    post.send_due(NOON)

    assert "List-Unsubscribe" not in mail.outbox[-1].message()
    assert post.message_of(post.stop_token(row)) is None


def test_the_token_names_nobody_and_is_signed(people):
    (row,) = _write()
    token = post.stop_token(row)

    assert post.message_of(token) == row
    assert post.message_of(token[:-1]) is None
    assert post.message_of(row.uuid.hex) is None
    assert row.to not in token


def test_a_stop_holds_for_what_waits_for_this_client_at_this_address_and_for_nothing_else(people):
    first, second = _write(2)
    other = actions.send_mail(
        template="portal_open", client=people.ben, to=first.to, key="ben", send_after=NOON, by=None, at=NOON
    )
    for _time in range(2):
        actions.stop_mail(message=first, by=None)

    post.send_due(NOON)

    assert [_state(row) for row in (first, second, other)] == ["dropped", "sent", "sent"]
    assert AuditEvent.objects.filter(verb="stop_mail").count() == MailStop.objects.count() == 1


def test_a_stop_that_is_lifted_holds_no_more():
    (row,) = _write()
    actions.stop_mail(message=row, by=None)

    actions.lift_mail_stop(client=row.client, to=row.to, template=row.template, by=None)

    assert post.send_due(NOON) == 1


# --- what the owner does about it


def test_a_message_that_was_given_up_is_sent_again(people, server, django_capture_on_commit_callbacks):
    (row,) = _write()
    OutboundMessage.objects.update(state=MessageState.FAILED, attempts=TRIES, trouble=Trouble.SERVER, send_after=None)

    with django_capture_on_commit_callbacks():
        actions.settle_mail(message=row, again=True, by=people.odile)

    assert post.send_due(NOON) == 1
    assert (_state(row), row.trouble, row.attempts) == (MessageState.SENT, "", 1)


def test_a_message_that_is_left_is_never_sent(people, server):
    (row,) = _write()
    OutboundMessage.objects.update(state=MessageState.FAILED, attempts=TRIES, trouble=Trouble.ADDRESS, send_after=None)

    actions.settle_mail(message=row, again=False, by=people.odile)

    assert (_state(row), post.send_due(NOON)) == (MessageState.DROPPED, 0)


def test_a_message_that_has_left_is_not_sent_again(people):
    (row,) = _write()
    post.send_due(NOON)

    actions.settle_mail(message=row, again=True, by=people.odile)

    assert _state(row) == MessageState.SENT
