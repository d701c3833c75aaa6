"""Reminders the client chose, and one word for one set of changes of the plan."""

from __future__ import annotations

import threading
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connections
from django.utils import timezone

from clinic import post
from clinic.actions import end_portal, stop_mail
from clinic.models import AuditEvent, OutboundMessage
from intake.actions import withdraw_consent
from sessions.actions import plan as plans
from sessions.actions.reminder import set_reminder, tell_plan_change, write_reminders
from sessions.models import PortalReminder
from sessions.queries.reminder import my_reminders
from tests import factories
from tests.sessions.factories import decide, decided_client, item_values, published_plan, therapist

pytestmark = pytest.mark.django_db
#: A Tuesday morning in summer: London's clocks are an hour ahead.
PUBLISHED = datetime(2026, 6, 2, 9, tzinfo=UTC)
SEVEN = datetime(2026, 6, 2, 18, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def tess():
    return therapist()


@pytest.fixture
def ana(tess):
    """A client whose plan of one stretch is open to ana@example.org."""
    client = decided_client(tess, at=PUBLISHED - DAY)[0]
    factories.portal_user(client, "ana@example.org")
    published_plan(tess, client, at=PUBLISHED)
    OutboundMessage.objects.filter(template="portal_open").update(state="sent")
    return client


@pytest.fixture
def access(ana):
    return ana.portal_access.get()


def _choose(access, **changes):
    wanted = {"days": range(1, 8), "hour": 19, "zone": "Europe/London", "plan_changes": False}
    return set_reminder(access=access, **{**wanted, **changes}, by=access.user, at=PUBLISHED)


def _round(now):
    """One round of the post; the subjects that left in it."""
    before = len(mail.outbox)
    post.do_round(now)
    return [message.subject for message in mail.outbox[before:]]


def _reminders():
    return list(OutboundMessage.objects.filter(template="plan_reminder").values_list("state", flat=True))


def _tick(client, on, by, at):
    item = client.stretch_plan.versions.exclude(published_at=None).order_by("-number")[0].items.get()
    plans.log_stretch(client=client, item_uuid=item.uuid, client_uuid=uuid.uuid4(), on=on, comfort=3, by=by, at=at)


# --- choosing


def test_choosing_again_writes_over_what_was_chosen(access):
    _choose(access)
    _choose(access, days=[5, 1, 5], hour=7, zone="Asia/Tokyo", plan_changes=True)

    row = PortalReminder.objects.get()
    assert (row.days, row.hour, row.zone, row.plan_changes) == ([1, 5], 7, "Asia/Tokyo", True)
    assert AuditEvent.objects.filter(verb="set_reminder").count() == 2


@pytest.mark.parametrize("wrong", [{"days": [0]}, {"days": [8]}, {"hour": 24}, {"zone": "Europe/Nowhere"}])
def test_what_no_clock_shows_is_refused(access, wrong):
    with pytest.raises(ValidationError):
        _choose(access, **wrong)

    assert not PortalReminder.objects.exists()


def test_nobody_chooses_for_somebody_else_or_through_an_ended_access(access, tess):
    with pytest.raises(PermissionDenied):
        set_reminder(access=access, days=[1], hour=8, zone="Europe/London", plan_changes=True, by=tess)
    with pytest.raises(PermissionDenied):
        _choose(end_portal(access=access, by=tess))


def test_until_somebody_chooses_there_are_no_reminders_but_a_word_about_changes(access, ana):
    mine = my_reminders(access.user, ana, now=SEVEN)

    assert (mine.chosen, mine.days, mine.plan_changes, mine.zone) == (False, [], True, "Europe/London")
    assert mine.next is None


def test_the_next_reminder_is_told_by_the_clocks_where_the_client_is(access, ana):
    _choose(access, days=[3], hour=8, zone="Asia/Tokyo")

    mine = my_reminders(access.user, ana, now=SEVEN)

    assert mine.next.isoformat() == "2026-06-03T08:00:00+09:00"


# --- reminders


def test_a_reminder_comes_once_on_its_day_at_its_hour(access):
    _choose(access)

    assert _round(SEVEN - MINUTE) == []
    assert _round(SEVEN) == ["Your reminder from Riverside Massage"]
    assert [_round(SEVEN + number * MINUTE) for number in (1, 30, 200)] == [[], [], []]
    assert len(_round(SEVEN + DAY)) == 1


def test_a_reminder_says_nothing_but_where_the_page_is(access):
    _choose(access)

    _round(SEVEN)

    text = mail.outbox[-1].body
    link = post.stop_token(OutboundMessage.objects.get(template="plan_reminder"))
    assert text == (
        "You asked us to remind you. Open: http://127.0.0.1:8000/portal/\n\n"
        f"No more of these mails: http://127.0.0.1:8000/mail/{link}/\n"
    )


def test_no_reminder_on_other_days(access):
    _choose(access, days=[1, 3])

    assert [len(_round(SEVEN + number * DAY)) for number in range(7)] == [0, 1, 0, 0, 0, 0, 1]


def test_a_reminder_at_night_comes_at_the_hour_that_was_chosen(access):
    _choose(access, hour=23)

    assert len(_round(datetime(2026, 6, 2, 22, 0, tzinfo=UTC))) == 1


def test_no_reminder_when_all_is_done_today(access, ana):
    _choose(access)
    _tick(ana, SEVEN.date(), access.user, SEVEN - 60 * MINUTE)

    assert _round(SEVEN) == []
    assert _reminders() == ["dropped"]


def test_a_reminder_while_one_of_two_rounds_is_still_to_do(tess):
    client = decided_client(tess, at=PUBLISHED - DAY)[0]
    user = factories.portal_user(client, "bo@example.org")
    published_plan(tess, client, item_values(times_per_day=2), at=PUBLISHED)
    _choose(client.portal_access.get())
    _tick(client, SEVEN.date(), user, SEVEN - 60 * MINUTE)

    post.do_round(SEVEN)

    assert _reminders() == ["sent"]


def test_no_reminder_without_a_published_plan(tess):
    client = decided_client(tess, at=PUBLISHED - DAY)[0]
    factories.portal_user(client, "bo@example.org")
    _choose(client.portal_access.get())

    post.do_round(SEVEN)

    assert _reminders() == ["dropped"]


def test_no_reminder_while_the_plan_rests(access, ana):
    _choose(access)
    ana.stretch_plan.paused_at = SEVEN
    ana.stretch_plan.save()

    assert _round(SEVEN) == []


def test_no_reminder_after_the_access_was_ended(access, tess):
    _choose(access)
    write_reminders(by=None, at=SEVEN)
    end_portal(access=access, by=tess)

    assert _round(SEVEN) == []
    assert _reminders() == ["dropped"]


def test_no_reminder_after_it_was_stopped_by_the_link_and_again_after_saving(access):
    _choose(access)
    _round(SEVEN)
    stop_mail(message=OutboundMessage.objects.get(template="plan_reminder"), by=None)

    assert _round(SEVEN + DAY) == []
    assert my_reminders(access.user, access.client, now=SEVEN).stopped
    _choose(access)
    assert len(_round(SEVEN + 2 * DAY)) == 1


def test_no_reminder_after_the_consent_to_reminders_was_taken_back_and_again_after_choosing_anew(access, tess):
    decide(access.client, tess, at=PUBLISHED - MINUTE, cs_remind={"email": True})
    _choose(access)
    consent = access.client.consents.get(statement="cs_remind")
    withdraw_consent(consent=consent, by=access.user, at=PUBLISHED + MINUTE)

    assert _round(SEVEN) == []
    set_reminder(
        access=access, days=[3], hour=19, zone="Europe/London", plan_changes=False, by=access.user, at=SEVEN + MINUTE
    )
    assert len(_round(SEVEN + DAY)) == 1


def test_a_reminder_that_could_not_leave_in_time_is_dropped(access):
    _choose(access)
    write_reminders(by=None, at=SEVEN)

    assert _round(SEVEN + timedelta(hours=3)) == []
    assert _reminders() == ["dropped"]


def test_a_machine_that_was_off_at_the_hour_makes_up_for_it_within_three(access):
    _choose(access)

    assert len(_round(SEVEN + timedelta(hours=2, minutes=59))) == 1
    assert _round(SEVEN + DAY + timedelta(hours=3)) == []


@pytest.mark.django_db(transaction=True)
def test_rounds_side_by_side_send_one_reminder(access):
    _choose(access)
    start = threading.Barrier(4)

    def work():
        start.wait()
        try:
            post.do_round(SEVEN)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert [message.subject for message in mail.outbox if "reminder" in message.subject] == [
        "Your reminder from Riverside Massage"
    ]


# --- the plan has changed


def _publish_again(client, tess, at):
    version = plans.draft_plan(client=client, by=tess, at=at - MINUTE)
    kept = version.items.first()
    values = item_values(level=1, note=f"Written at {at:%H:%M}.")
    plans.set_item(version=version, by=tess, at=at, **values | {"side": kept.side} if kept else values)
    return plans.publish_plan(version=version, by=tess, at=at)


def _news():
    return list(OutboundMessage.objects.filter(template="plan_changed").values_list("to", "state"))


def test_a_word_about_a_new_plan_leaves_after_a_quiet_quarter_of_an_hour(ana):
    assert _round(PUBLISHED + 14 * MINUTE) == []
    assert _round(PUBLISHED + 15 * MINUTE) == ["Your page at Riverside Massage has changed"]
    assert _round(PUBLISHED + 40 * MINUTE) == []


def test_versions_published_one_after_the_other_make_one_mail(ana, tess):
    for minutes in (10, 20, 30):
        _publish_again(ana, tess, PUBLISHED + minutes * MINUTE)
        assert _round(PUBLISHED + (minutes + 9) * MINUTE) == []

    assert len(_round(PUBLISHED + 45 * MINUTE)) == 1
    assert _news() == [("ana@example.org", "sent")]


def test_a_version_published_later_makes_another_mail(ana, tess):
    _round(PUBLISHED + 15 * MINUTE)
    _publish_again(ana, tess, PUBLISHED + 60 * MINUTE)

    assert len(_round(PUBLISHED + 75 * MINUTE)) == 1


def test_the_same_version_is_told_once(ana, tess):
    version = ana.stretch_plan.versions.get()
    _round(PUBLISHED + 15 * MINUTE)

    tell_plan_change(version=version, by=tess, at=PUBLISHED + 20 * MINUTE)

    assert _round(PUBLISHED + 60 * MINUTE) == []


def test_everybody_who_opens_the_plan_is_told_but_those_who_said_no(ana, tess):
    factories.portal_user(ana, "kim@example.org", "parent")
    _choose(ana.portal_access.get(user__email="ana@example.org"), plan_changes=False)
    OutboundMessage.objects.all().update(state="sent")

    _publish_again(ana, tess, PUBLISHED + 60 * MINUTE)

    assert _news() == [("ana@example.org", "sent"), ("kim@example.org", "waiting")]


def test_who_says_no_in_the_quiet_quarter_of_an_hour_is_not_told(ana, access):
    _choose(access, plan_changes=False)

    assert _round(PUBLISHED + 15 * MINUTE) == []
    assert _news() == [("ana@example.org", "dropped")]


def test_a_change_in_the_evening_is_told_in_the_morning(ana, tess):
    OutboundMessage.objects.all().update(state="sent")
    evening = datetime(2026, 6, 2, 19, 50, tzinfo=UTC)  # ten to nine in London
    _publish_again(ana, tess, evening)

    assert _round(evening + 15 * MINUTE) == []
    assert len(_round(datetime(2026, 6, 3, 7, 0, tzinfo=UTC))) == 1


def test_a_word_about_the_plan_tells_nothing_of_it(ana):
    _round(PUBLISHED + 15 * MINUTE)

    text = f"{mail.outbox[-1].subject} {mail.outbox[-1].body}".lower()
    assert not {word for word in ("ana", "lind", "stretch", "sciatica", "pain", "massage plan") if word in text}
    assert timezone.localdate(PUBLISHED).isoformat() not in text
