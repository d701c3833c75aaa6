"""The doors from afar: who is let in, on what proof, and how a door closes."""

from __future__ import annotations

import re
import threading
import uuid
from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, connections
from django.test import override_settings
from django.utils import timezone

from clinic.actions import change_client
from clinic.models import OutboundMessage
from clinic.post import deliver
from intake import access_actions as doors
from intake import actions
from intake.access_actions import AtTheDoor
from intake.access_queries import link_access, links, token_of
from intake.models import Intake, IntakeAccess, LinkAsker
from tests import factories
from tests.answers import check_in_clear
from tests.intake.factories import handed_in

pytestmark = pytest.mark.django_db

BORN, WRONG = date(1980, 3, 5), date(1980, 3, 6)


def mailed_token() -> str:
    """The token in the mail that was sent last."""
    found = re.search(r"/i/link/([\w-]+)/", mail.outbox[-1].body)
    assert found is not None
    return found[1]


@pytest.fixture
def sent(people, django_capture_on_commit_callbacks):
    """Sends Ana a link; the mail is on its way when it comes back."""

    def send(client=people.ana, **more):
        with django_capture_on_commit_callbacks(execute=True):
            return doors.send_link(client=client, by=people.flo, **more)

    return send


def _enter(access, birth_date, asker=None):
    return doors.enter_by_link(access=access, asker=asker or uuid.uuid4(), birth_date=birth_date, by=None)


# --- the mail -----------------------------------------------------------------------------------------------------


def test_the_mail_holds_the_link_and_nothing_about_the_person(people, sent):
    access = sent()

    message = mail.outbox[-1]
    assert message.to == ["ana@example.org"]
    assert link_access(mailed_token()) == access
    said = (message.subject + message.body).lower()
    assert not [word for word in ("ana", "lind", "pain", "sciatica", "1980", "health", "tess") if word in said]


def test_the_token_is_in_no_table(sent):
    sent()
    token = mailed_token()

    with connection.cursor() as cursor:
        cursor.execute(
            "select table_name, column_name from information_schema.columns where table_schema = 'public'"
            " and data_type in ('text', 'character varying', 'jsonb', 'json', 'ARRAY', 'bytea')"
        )
        columns = cursor.fetchall()
        holding = []
        for table, column in columns:
            cursor.execute(f'select count(*) from "{table}" where "{column}"::text like %s', [f"%{token}%"])
            holding += [(table, column)] if cursor.fetchone()[0] else []

    assert len(columns) > 100
    assert holding == []
    assert IntakeAccess.objects.get().token_hash not in (None, "", token)


def test_a_copy_of_the_database_with_another_signing_key_makes_no_token(sent):
    access = sent()

    with override_settings(SECRET_KEY="x" * 60):
        assert link_access(token_of(access.uuid)) is None
    assert link_access(token_of(access.uuid)) == access


def test_the_same_page_sent_twice_mails_once(people, sent):
    key = uuid.uuid4()

    assert sent(key=key) == sent(key=key)
    with pytest.raises(ValidationError, match="out of date"):
        sent(client=people.ben, key=key)

    assert (len(mail.outbox), OutboundMessage.objects.filter(template="form_link").count()) == (1, 1)


def test_a_newer_link_closes_the_one_before(sent):
    first = sent()
    first_token = mailed_token()
    second = sent()

    assert (link_access(first_token), link_access(mailed_token())) == (None, second)
    first.refresh_from_db()
    assert first.ended_because == "replaced"


def test_without_an_address_no_link_is_sent(people, sent):
    change_client(client=people.ana, details={"email": ""}, by=people.flo)

    with pytest.raises(ValidationError, match="no e-mail address"):
        sent(client=people.ana)

    assert not IntakeAccess.objects.exists()


def test_a_client_account_sends_no_link(people):
    with pytest.raises(PermissionDenied):
        doors.send_link(client=people.ana, by=people.ana_user)


def test_a_mail_whose_link_was_taken_back_meanwhile_does_not_leave(people):
    access = doors.send_link(client=people.ana, by=people.flo)
    doors.revoke_access(access=access, by=people.flo)

    deliver.func(str(OutboundMessage.objects.get(template="form_link").uuid))

    assert (mail.outbox, OutboundMessage.objects.get(template="form_link").state) == ([], "dropped")


# --- how a link closes --------------------------------------------------------------------------------------------


def test_a_link_works_for_two_weeks(people, sent):
    now = timezone.now()
    lasting = sent(at=now - timedelta(days=14) + timedelta(minutes=1))
    over = sent(client=people.ben, at=now - timedelta(days=14))

    assert [link_access(token_of(access.uuid)) for access in (lasting, over)] == [lasting, None]
    assert [row.over for row in links(people.ben)] == ["its time is over"]


def test_a_link_taken_back_opens_nothing(people, sent):
    access = sent()
    with pytest.raises(PermissionDenied):
        doors.revoke_access(access=access, by=people.ana_user)

    doors.revoke_access(access=access, by=people.tess)

    assert link_access(mailed_token()) is None
    assert _enter(access, BORN) == AtTheDoor.SHUT


def test_a_link_closes_when_the_form_is_handed_in_through_another_door(people, sent):
    sent()
    handed_in(people.ana, people.flo)

    assert link_access(mailed_token()) is None


def test_a_link_closes_when_the_address_of_the_client_changes(people, sent):
    access = sent()

    change_client(client=people.ana, details={"email": "new@example.org"}, by=people.flo)

    assert link_access(mailed_token()) is None
    assert _enter(access, BORN) == AtTheDoor.SHUT
    assert [row.over for row in links(people.ana)] == ["the e-mail address has changed"]


def test_a_link_goes_on_with_the_draft_there_is(people, sent):
    there = actions.open_form(client=people.ana, by=people.flo)
    actions.save_page(access=there, ids=["pn_now"], values={"pn_now": 3}, by=None)

    assert sent().intake == there.intake


def test_a_link_to_a_check_in_ends_with_it(people, sent):
    handed_in(people.ana, people.flo)
    access = sent(purpose="check_in")

    actions.submit_check_in(
        client=people.ana, answers=check_in_clear(), submit_key=uuid.uuid4(), access=access, by=None
    )

    assert link_access(mailed_token()) is None


# --- the birth date -----------------------------------------------------------------------------------------------


def test_the_right_date_opens_again_and_again(sent):
    access = sent()

    assert [_enter(access, BORN) for _number in range(30)] == [AtTheDoor.OPEN] * 30


def test_a_browser_is_heard_five_times_and_others_are_not_locked_out_with_it(sent):
    access, stranger = sent(), uuid.uuid4()

    said = [_enter(access, WRONG, stranger) for _number in range(6)]

    assert said == [AtTheDoor.WRONG] * 5 + [AtTheDoor.SHUT]
    assert _enter(access, BORN, stranger) == AtTheDoor.SHUT
    assert _enter(access, BORN) == AtTheDoor.OPEN


def test_after_twenty_wrong_dates_from_anywhere_the_desk_sends_a_new_link(people, sent):
    access = sent()

    said = [_enter(access, WRONG) for _number in range(25)]

    assert said == [AtTheDoor.WRONG] * 20 + [AtTheDoor.SHUT] * 5
    assert _enter(access, BORN) == AtTheDoor.SHUT
    assert [row.over for row in links(people.ana)] == ["too many wrong tries"]
    assert _enter(sent(), BORN) == AtTheDoor.OPEN


def _at_once(access, guesses):
    """Each (asker, date) in a thread of its own, all started together; what was said to them."""
    start, said = threading.Barrier(len(guesses)), []

    def guess(asker, birth_date):
        start.wait()
        try:
            said.append(_enter(access, birth_date, asker))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=guess, args=one) for one in guesses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


@pytest.mark.django_db(transaction=True)
def test_of_forty_guesses_at_once_in_one_browser_five_are_heard():
    people, stranger = factories.people(), uuid.uuid4()
    access = doors.send_link(client=people.ana, by=people.flo)

    said = _at_once(access, [(stranger, date(1950, 1, 1 + day % 28)) for day in range(40)])

    assert (len(said), said.count(AtTheDoor.WRONG)) == (40, 5)
    assert (LinkAsker.objects.get().tries, IntakeAccess.objects.get().tries) == (5, 5)
    assert _enter(access, BORN) == AtTheDoor.OPEN


@pytest.mark.django_db(transaction=True)
def test_of_forty_guesses_at_once_in_forty_browsers_twenty_are_heard():
    people = factories.people()
    access = doors.send_link(client=people.ana, by=people.flo)

    said = _at_once(access, [(uuid.uuid4(), WRONG) for _number in range(40)])

    assert (said.count(AtTheDoor.WRONG), said.count(AtTheDoor.SHUT)) == (20, 20)
    held = IntakeAccess.objects.get()
    assert (held.tries, held.ended_because) == (20, "tries")
    assert Intake.objects.get().answers == {}
