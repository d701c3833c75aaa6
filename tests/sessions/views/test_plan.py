"""The therapist's page of a client's plan: the version, what was done at home, and what the log asks for."""

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from sessions.actions.plan import log_stretch
from tests import factories
from tests.sessions.factories import published_plan

pytestmark = pytest.mark.django_db


def _ticked(version, *felt):
    """The page after the client logged these, each a comfort or "nerve"."""
    client = version.plan.client
    account = factories.portal_user(client, "ana@example.org")
    for step in felt:
        values = {"sensation": "nerve"} if step == "nerve" else {"comfort": step}
        log_stretch(
            client=client,
            item_uuid=version.items.get().uuid,
            client_uuid=uuid.uuid4(),
            on=timezone.localdate(),
            by=account,
            **values,
        )


def _page(client, version):
    client.force_login(version.created_by)
    return client.get(reverse("sessions:plan", args=[version.plan.client.uuid])).content.decode()


def test_too_much_twice_asks_for_a_gentler_level(client):
    version = published_plan()
    _ticked(version, 5, 5)

    assert "A gentler level: too much twice in a row" in _page(client, version)


def test_one_pleasant_time_asks_for_nothing(client):
    version = published_plan()
    _ticked(version, 2)

    page = _page(client, version)

    assert "Active" in page
    assert "gentler" not in page


def test_a_nerve_sign_stands_on_top_and_at_its_stretch(client):
    version = published_plan()
    _ticked(version, "nerve")

    page = _page(client, version)

    assert "A nerve sign at home." in page
    assert "Stop: it went down the leg" in page
