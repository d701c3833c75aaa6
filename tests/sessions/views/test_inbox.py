"""The inbox: who sees which messages, what a line says, answering, tasks; the same statements however many rows."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clinic.models import AuditEvent
from intake.actions import withdraw_consent
from intake.models import Consent
from sessions.actions.home import answer_home_message, send_home_message
from sessions.actions.plan import draft_plan, log_stretch, publish_plan
from sessions.models import HomeAnswer
from sessions.queries.inbox import age_words, inbox, waiting_number
from tests import factories
from tests.counting import statements
from tests.sessions.factories import RIGHT_HIP, decide, decided_client, published_plan, therapist

pytestmark = pytest.mark.django_db
PAGE = "/inbox/"


def _told(version, text="It pulls in the knee.", item=None):
    """A message of the client about a stretch of the plan."""
    client = version.plan.client
    user = client.portal_access.first()
    return send_home_message(
        client=client,
        item_uuid=(item or version.items.first()).uuid,
        client_uuid=uuid.uuid4(),
        text=text,
        by=user.user if user else factories.portal_user(client, f"{uuid.uuid4()}@example.org"),
    )


def _nerve(version):
    client = version.plan.client
    user = factories.portal_user(client, f"{uuid.uuid4()}@example.org")
    values = {"client_uuid": uuid.uuid4(), "on": timezone.localdate(), "done": False, "sensation": "nerve"}
    log_stretch(client=client, item_uuid=version.items.first().uuid, by=user, **values)


def _browser(user):
    browser = Browser()
    browser.force_login(user)
    return browser


def _page(user):
    return _browser(user).get(PAGE).content.decode()


def test_a_line_says_who_which_stretch_and_side_what_and_in_whose_words():
    version = published_plan()
    _told(version)

    page = _page(version.created_by)

    for words in (
        "Ana Lind",
        "This doesn’t feel right.",
        "Chair figure-four: left side",
        "It pulls in the knee.",
        "less than an hour",
        reverse("sessions:plan", args=[version.plan.client.uuid]),
    ):
        assert words in page


@pytest.mark.parametrize(
    ("level", "felt", "now"),
    [
        (2, [5, 5], "The gentler level is on offer to the client."),
        (1, [5, 5], "It rests until you answer."),
        (2, ["nerve"], "It rests until you publish a new version."),
        (2, ["nerve", "nerve"], "Nothing of the plan is done until you publish a new version."),
        (2, ["sore"], "Half the dose until a day goes by without it."),
    ],
)
def test_a_line_says_what_the_plan_has_done_by_itself(level, felt, now):
    version = published_plan(None, None, {"level": level})
    user = factories.portal_user(version.plan.client, "ana@example.org")
    said = {"nerve": {"done": False, "sensation": "nerve"}, "sore": {"sore": True}}

    for step in felt:
        log_stretch(
            client=version.plan.client,
            item_uuid=version.items.get().uuid,
            client_uuid=uuid.uuid4(),
            on=timezone.localdate(),
            by=user,
            **said.get(step, {"comfort": step}),
        )

    assert inbox(version.created_by).lines[-1].now == now
    assert now in _page(version.created_by)


def test_a_message_about_an_older_version_says_so():
    version = published_plan()
    _told(version)

    publish_plan(version=draft_plan(client=version.plan.client, by=version.created_by), by=version.created_by)

    assert inbox(version.created_by).lines[0].now == "A newer version of the plan is published since."


def test_only_the_care_team_and_the_owner_read_it():
    version = published_plan()
    _told(version)

    stranger, owner = factories.staff("therapist"), factories.staff("owner")

    assert "It pulls" not in _page(stranger)
    assert "It pulls" in _page(owner)
    assert "<textarea" not in _page(owner)
    assert _browser(factories.staff("front_desk")).get(PAGE).status_code == 403


def test_every_message_on_the_page_is_in_the_read_log():
    version = published_plan()
    message = _told(version)

    _page(version.created_by)

    read = AuditEvent.objects.get(verb="read", object_type="homemessage")
    assert (read.object_uuid, read.client, read.actor) == (message.uuid, version.plan.client, version.created_by)


def test_urgent_messages_come_first_and_then_the_oldest():
    tess = therapist()
    ana, ben, cleo = (published_plan(tess, decided_client(tess, first=name)[0]) for name in ("Ana", "Ben", "Cleo"))
    _told(ana)
    _told(ben)
    _nerve(cleo)

    assert [line.client.first_name for line in inbox(tess).lines] == ["Cleo", "Ana", "Ben"]


def test_an_empty_inbox_says_when_messages_come():
    assert "Nothing waits. Messages come when" in _page(therapist())


def test_an_answer_is_stored_and_the_message_moves_behind():
    version = published_plan()
    message, tess = _told(version), version.created_by
    browser = _browser(tess)

    sent = browser.post(
        reverse("sessions:inbox_answer", args=[message.uuid]), {"text": "Use a cushion.", "goes_on": "no"}
    )

    assert sent.status_code == 302
    assert HomeAnswer.objects.get().text == "Use a cushion."
    found = inbox(tess)
    assert (found.lines, [line.message for line in found.answered]) == ((), [message])


def test_an_answer_without_words_comes_back_with_a_sentence_and_what_was_chosen():
    version = published_plan()
    message = _told(version)

    page = _browser(version.created_by).post(
        reverse("sessions:inbox_answer", args=[message.uuid]), {"text": "", "goes_on": "no"}
    )

    assert page.status_code == 422
    assert "Type an answer here." in page.content.decode()
    assert page.context["lines"][0].form["goes_on"].value() == "no"
    assert not HomeAnswer.objects.exists()


def test_whether_a_resting_stretch_goes_on_is_said_and_never_taken_for_granted():
    version = published_plan()
    message = _told(version)

    page = _browser(version.created_by).post(
        reverse("sessions:inbox_answer", args=[message.uuid]), {"text": "Use a cushion."}
    )

    assert page.status_code == 422
    assert "Choose whether the stretch may go on or rests." in page.content.decode()
    assert not HomeAnswer.objects.exists()


def test_an_answer_that_ends_no_rest_asks_for_no_such_choice():
    version = published_plan()
    _nerve(version)
    message = inbox(version.created_by).lines[0].message

    sent = _browser(version.created_by).post(
        reverse("sessions:inbox_answer", args=[message.uuid]), {"text": "We look at it together."}
    )

    assert sent.status_code == 302
    assert not HomeAnswer.objects.get().goes_on


def test_a_second_answer_says_who_has_answered():
    version = published_plan()
    message, tess = _told(version), version.created_by
    answer_home_message(message=message, text="Use a cushion.", by=tess)

    page = _browser(tess).post(
        reverse("sessions:inbox_answer", args=[message.uuid]), {"text": "Or not.", "goes_on": "no"}
    )

    assert page.status_code == 422
    assert f"{tess.printed_name} has answered this already." in page.content.decode()


def test_going_on_is_offered_where_a_stretch_rests_because_of_the_message():
    version = published_plan(None, None, {}, {"stretch": "PR-04"})
    _told(version)
    _nerve(version)
    _told(version, item=version.items.last())
    publish_plan(version=draft_plan(client=version.plan.client, by=version.created_by), by=version.created_by)
    newer = version.plan.versions.first()
    _told(newer)

    offered = [line.may_go_on for line in inbox(version.created_by).lines]

    assert offered == [False, False, False, True]


def test_a_plan_that_a_newer_decision_no_longer_allows_is_a_task_until_it_is_published_anew():
    version = published_plan(None, None, {"stretch": "PR-04", "side": "L"}, {"stretch": "PR-04", "side": "R"})
    client, tess = version.plan.client, version.created_by
    before = inbox(tess).tasks

    decide(client, tess, **RIGHT_HIP)
    waiting = inbox(tess).tasks
    publish_plan(version=draft_plan(client=client, by=tess), by=tess)

    assert before == inbox(tess).tasks == ()
    assert [(task.client, task.stretches) for task in waiting] == [
        (client, (f"{waiting[0].stretches[0].split(':')[0]}: right side",))
    ]


def test_a_stretch_that_rests_after_its_answer_is_a_task_until_a_new_version_settles_it():
    version = published_plan()
    _nerve(version)
    message = version.plan.client.home_messages.get()
    assert not inbox(version.created_by).tasks

    answer_home_message(message=message, text="Leave it out.", by=version.created_by)
    (task,) = inbox(version.created_by).tasks
    assert (task.client, task.why) == (version.plan.client, "Answered, and resting still:")
    assert task.stretches[0].startswith("Chair figure-four")
    assert "Answered, and resting still:" in _page(version.created_by)

    publish_plan(version=draft_plan(client=version.plan.client, by=version.created_by), by=version.created_by)
    assert inbox(version.created_by).tasks == ()


@pytest.mark.parametrize("goes_on", [True, False])
def test_a_stretch_whose_answer_lets_it_go_on_is_no_task(goes_on):
    version = published_plan()
    answer_home_message(message=_told(version), text="Sit up.", goes_on=goes_on, by=version.created_by)

    assert bool(inbox(version.created_by).tasks) is not goes_on


def test_a_consent_taken_back_is_a_task_and_counted_on_my_day_until_it_is_given_again():
    version = published_plan()
    tess, consent = version.created_by, Consent.objects.get(statement="cs_stretch")
    assert (inbox(tess).tasks, waiting_number(tess)) == ((), 0)

    withdraw_consent(consent=consent, by=tess)

    (task,) = inbox(tess).tasks
    assert (task.client, task.stretches) == (version.plan.client, ("Chair figure-four: left side",))
    assert "until the client agrees again" in _page(tess)
    assert waiting_number(tess) == 1
    decide(version.plan.client, tess)
    assert (inbox(tess).tasks, waiting_number(tess)) == ((), 0)


def test_a_newer_decision_that_allows_the_same_is_no_task():
    version = published_plan()

    decide(version.plan.client, version.created_by)

    assert inbox(version.created_by).tasks == ()


def test_the_inbox_takes_the_same_statements_for_one_message_and_for_many():
    tess = therapist()
    _told(published_plan(tess, decided_client(tess, first="Ana0")[0]))
    browser = _browser(tess)
    one = statements(browser, PAGE)

    for number in range(1, 5):
        version = published_plan(tess, decided_client(tess, first=f"Ana{number}")[0])
        _told(version)
        answer_home_message(message=_told(version), text="Yes.", by=tess)

    assert statements(browser, PAGE) <= one


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(minutes=5), "less than an hour"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=23, minutes=59), "23 hours"),
        (timedelta(hours=24), "1 day"),
        (timedelta(days=12), "12 days"),
    ],
)
def test_the_age_is_told_in_the_largest_whole_unit(ago, words):
    now = timezone.now()

    assert age_words(now - ago, now) == words


@pytest.mark.parametrize("page", ["sessions:chart", "sessions:start", "sessions:plan"])
def test_the_chart_the_way_in_and_the_plan_show_open_messages_and_the_last_readings(page):
    version = published_plan()
    client = version.plan.client
    _told(version)

    shown = _browser(version.created_by).get(reverse(page, args=[client.uuid])).content.decode()

    assert "It pulls in the knee." in shown
    assert "No reading yet" in shown


def test_two_weeks_at_home_are_told_in_days_and_words():
    version = published_plan()
    client = version.plan.client
    user = factories.portal_user(client, "ana@example.org")
    for back, comfort in ((2, 2), (1, 4), (1, 3)):
        on = timezone.localdate() - timedelta(days=back)
        values = {"item_uuid": version.items.get().uuid, "client_uuid": uuid.uuid4()}
        log_stretch(client=client, on=on, comfort=comfort, by=user, **values)

    shown = _browser(version.created_by).get(reverse("sessions:chart", args=[client.uuid])).content.decode()

    assert "Done on 2 days of the last 14. Hardest: Nearly too much." in shown
    assert "Pleasant, Nearly too much, Delicious" in shown


def test_my_day_counts_what_waits():
    version = published_plan()
    _told(version)

    shown = _browser(version.created_by).get(reverse("sessions:my_day")).content.decode()

    assert "from home, to look at" in shown
