"""The page behind the link in a mail: looking changes nothing, one button ends it, one button undoes that."""

from __future__ import annotations

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clinic.actions import send_mail
from clinic.models import MailStop
from clinic.post import is_stopped, stop_token

pytestmark = pytest.mark.django_db


@pytest.fixture
def message(people):
    """A mail to Ana that can be stopped."""
    return send_mail(template="plan_changed", client=people.ana, to="ana@example.org", key="test", by=None)


@pytest.fixture
def link(message):
    """The address in it."""
    return reverse("mail_stop", args=[stop_token(message)])


def test_looking_at_the_page_changes_nothing(client, message, link):
    answer = client.get(link)

    assert "Stop these mails?" in answer.content.decode()
    assert not is_stopped(message)


def test_one_button_stops_the_mails_and_says_so(client, message, link):
    answer = client.post(link)

    assert answer.status_code == 200
    assert "No more of these mails" in answer.content.decode()
    assert is_stopped(message)


def test_a_mail_program_stops_them_without_session_form_key_or_redirect(message, link):
    strict = Browser(enforce_csrf_checks=True)

    answer = strict.post(link, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 200
    assert is_stopped(message)
    assert not strict.cookies


def test_it_can_be_undone_and_done_again(client, message, link):
    for send, stopped in (({}, True), ({"again": "yes"}, False), ({"again": "yes"}, False), ({}, True), ({}, True)):
        client.post(link, send)
        assert is_stopped(message) is stopped

    assert MailStop.objects.count() == 2


def test_the_page_names_neither_client_nor_address(client, people, link):
    html = client.get(link).content.decode() + client.post(link).content.decode()

    assert not {word for word in ("Ana", "Lind", "ana@example.org", "stretch", "sciatica") if word in html}


@pytest.mark.parametrize("change", [lambda token: token[:-1], lambda token: "x" + token, lambda token: token[:32]])
def test_a_link_that_nobody_of_ours_signed_is_not_found(client, message, change):
    address = reverse("mail_stop", args=[change(stop_token(message))])

    assert (client.get(address).status_code, client.post(address).status_code) == (404, 404)
    assert not MailStop.objects.exists()
