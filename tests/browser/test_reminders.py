"""The page for reminders on a phone abroad: its own time zone stands there, until somebody has chosen one."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client as Browser
from django.urls import reverse
from playwright.sync_api import expect

from sessions.models import PortalReminder
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def phone(browser, live_server):
    """Ana's phone, on a journey in Tokyo."""
    signed_in = Browser()
    signed_in.force_login(factories.people().ana_user)
    profile = browser.new_context(
        base_url=live_server.url,
        locale="en-GB",
        timezone_id="Asia/Tokyo",
        viewport={"width": 390, "height": 844},
        has_touch=True,
    )
    profile.set_default_timeout(30_000)
    key = signed_in.cookies[settings.SESSION_COOKIE_NAME].value
    profile.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
    yield profile.new_page()
    profile.close()


def test_the_time_zone_of_the_phone_stands_there_until_one_is_chosen(phone):
    phone.goto(reverse("sessions:portal"))
    phone.tap("text=Reminders by mail")
    zone = phone.locator("[name=zone]")
    expect(zone).to_have_value("Asia/Tokyo")

    phone.tap("label:has-text('Tue')")
    zone.select_option("Europe/London")
    phone.select_option("[name=hour]", "7")
    phone.tap("text=Save")
    phone.wait_for_selector("text=The next one comes on Tuesday")

    assert zone.input_value() == "Europe/London"
    row = PortalReminder.objects.get()
    assert (row.days, row.hour, row.zone) == ([2], 7, "Europe/London")


def test_one_tap_turns_reminders_off(phone):
    phone.goto(reverse("sessions:portal_reminders"))
    phone.tap("label:has-text('Tue')")
    phone.tap("text=Save")

    phone.tap("text=Turn reminders off")
    phone.wait_for_selector("text=Saved.")

    assert PortalReminder.objects.get().days == []
    assert phone.locator("text=Turn reminders off").count() == 0
