"""The portal's page for reminders: what is chosen stands there again, one button turns them off."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from clinic.actions import stop_mail
from clinic.models import OutboundMessage
from intake.actions import withdraw_consent
from intake.models import Consent
from sessions.actions.reminder import set_reminder
from sessions.models import PortalReminder
from tests import factories
from tests.sessions.factories import decided_client, published_plan, therapist

pytestmark = pytest.mark.django_db
PAGE = reverse("sessions:portal_reminders")
CHOSEN = {"days": ["1", "4"], "hour": "18", "zone": "Europe/Berlin", "plan_changes": "on"}


@pytest.fixture
def tess():
    return therapist()


@pytest.fixture
def ana(tess, client):
    """A client; her own browser is signed in."""
    found = decided_client(tess)[0]
    client.force_login(factories.portal_user(found, "ana@example.org"))
    return found


def _ticked(html, name):
    boxes = re.findall(rf'<input[^>]*name="{name}"[^>]*>', html)
    return [re.search(r'value="([^"]*)"', box)[1] if "value=" in box else "on" for box in boxes if " checked" in box]


def test_without_a_choice_the_page_offers_the_clocks_of_the_practice_and_guesses_those_of_the_browser(client, ana):
    html = client.get(PAGE).content.decode()

    assert '<option value="Europe/London" selected>' in html
    assert 'data-guess="zone"' in html
    assert "sessions/time-zone.js" in html
    assert "Turn reminders off" not in html
    assert _ticked(html, "days") == []


def test_what_was_chosen_stands_there_again(client, ana):
    client.post(PAGE, CHOSEN)

    html = client.get(PAGE).content.decode()
    assert _ticked(html, "days") == ["1", "4"]
    assert '<option value="18" selected>' in html
    assert '<option value="Europe/Berlin" selected>' in html
    assert "data-guess" not in html
    assert "at 18:00." in html


def test_one_button_turns_reminders_off_and_keeps_the_rest(client, ana):
    client.post(PAGE, CHOSEN)

    client.post(PAGE, CHOSEN | {"off": "yes"})

    row = PortalReminder.objects.get()
    assert (row.days, row.hour, row.zone, row.plan_changes) == ([], 18, "Europe/Berlin", True)


@pytest.mark.parametrize(
    "wrong", [{"days": ["8"]}, {"hour": "24"}, {"hour": ""}, {"zone": "Mars/Base"}, {"zone": ""}, {"off": "maybe"}]
)
def test_a_choice_that_is_none_is_refused_and_nothing_is_stored(client, ana, wrong):
    answer = client.post(PAGE, CHOSEN | wrong)

    assert answer.status_code == 422
    assert not PortalReminder.objects.exists()


def test_each_plan_has_its_own_reminders(client, ana, tess):
    other = decided_client(tess, first="Ida")[0]
    factories.portal_user(other, "ana@example.org", "parent")
    client.post(reverse("sessions:portal_whose"), {"client": str(other.uuid)})

    client.post(PAGE, CHOSEN)

    assert PortalReminder.objects.get().access == other.portal_access.get()


def test_mails_that_were_stopped_by_a_link_are_said_to_be_and_come_back_on_saving(client, ana, tess):
    access = ana.portal_access.get()
    set_reminder(access=access, days=[1], hour=18, zone="Europe/London", plan_changes=True, by=access.user)
    published_plan(tess, ana)
    stop_mail(message=OutboundMessage.objects.get(template="plan_changed"), by=None)
    assert _ticked(client.get(PAGE).content.decode(), "plan_changes") == []

    client.post(PAGE, CHOSEN)

    assert _ticked(client.get(PAGE).content.decode(), "plan_changes") == ["on"]


def test_reminders_that_ended_with_the_consent_say_so_and_promise_no_next_one(client, tess):
    found = decided_client(tess, cs_remind={"email": True})[0]
    client.force_login(factories.portal_user(found, "bo@example.org"))
    client.post(PAGE, CHOSEN)
    consent = Consent.objects.get(client=found, statement="cs_remind")
    withdraw_consent(consent=consent, by=tess)

    html = client.get(PAGE).content.decode()

    assert "The reminders have ended" in html
    assert "The next one comes" not in html


def test_todays_page_leads_to_the_reminders(client, ana):
    assert f'href="{PAGE}"' in client.get(reverse("sessions:portal")).content.decode()
