"""What a version changed is read by the therapist in the list of versions and by the client in the portal."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from sessions.actions.plan import draft_plan, publish_plan, set_item
from sessions.queries.changes import NEWS_DAYS, version_rows, what_changed
from tests import factories
from tests.counting import statements
from tests.sessions.factories import item_values, plan_draft, plan_item, published_plan

pytestmark = pytest.mark.django_db
TOLD = "Chair figure-four, your left side: level 2 → 1"


def _second_version(*, at=None):
    """A plan published twice: the second time a level lower."""
    first = published_plan(at=at)
    therapist, client = first.created_by, first.plan.client
    draft = draft_plan(client=client, by=therapist, at=at)
    set_item(version=draft, by=therapist, **item_values(level=1))
    return publish_plan(version=draft, by=therapist, at=at)


def _portal(client, version, page="sessions:portal"):
    client.force_login(factories.portal_user(version.plan.client, "ana@example.org"))
    return client.get(reverse(page)).content.decode()


def test_the_list_of_versions_says_what_each_changed(client):
    version = _second_version()
    client.force_login(version.created_by)

    page = client.get(reverse("sessions:plan", args=[version.plan.client.uuid])).content.decode()

    assert TOLD in page
    assert "The first plan." in page
    assert [
        (row.number, row.sentences, row.first) for row in version_rows(version.created_by, version.plan.client)
    ] == [
        (2, (TOLD,), False),
        (1, (), True),
    ]


def test_a_client_without_a_plan_has_no_versions(client):
    draft = plan_draft()
    client.force_login(draft.created_by)

    page = client.get(reverse("sessions:plan", args=[draft.plan.client.uuid])).content.decode()

    assert version_rows(draft.created_by, draft.plan.client) == []
    assert "Versions" not in page


def test_the_client_reads_it_on_the_first_page_and_beside_the_plan(client):
    version = _second_version()

    today, whole = (_portal(client, version, page) for page in ("sessions:portal", "sessions:portal_stretches"))

    assert f"What changed on {timezone.localdate():%-d %B}" in today
    assert TOLD in today
    assert TOLD in whole


def test_a_first_plan_has_no_changes(client):
    assert "What changed" not in _portal(client, published_plan())


@pytest.mark.parametrize(("days", "told"), [(NEWS_DAYS - 1, True), (NEWS_DAYS, False)])
def test_after_two_weeks_it_is_no_news(days, told):
    version = _second_version()
    on = timezone.localdate(version.published_at) + timedelta(days=days)

    assert bool(what_changed(version.plan.client, on=on, days=NEWS_DAYS)) is told
    assert what_changed(version.plan.client, on=on)


def test_a_draft_is_no_change_yet():
    version = published_plan()
    draft = draft_plan(client=version.plan.client, by=version.created_by)
    plan_item(draft, stretch="PR-01")

    assert what_changed(version.plan.client, on=timezone.localdate()) is None


def test_the_plan_takes_the_same_statements_for_one_version_and_for_many(client):
    version = published_plan()
    address = reverse("sessions:plan", args=[version.plan.client.uuid])
    client.force_login(version.created_by)
    one = statements(client, address)
    for level in (1, 2, 1):
        draft = draft_plan(client=version.plan.client, by=version.created_by)
        plan_item(draft, level=level)
        publish_plan(version=draft, by=version.created_by)

    assert statements(client, address) == one
