"""A parent of two: each form speaks for the child whose page it stood on, whatever another tab has opened since."""

import uuid
from types import SimpleNamespace

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clinic.models import PortalRelation
from sessions.models import HomeMessage, StretchLog
from tests import factories
from tests.house.reading import Page
from tests.sessions.factories import decided_client, published_plan, therapist

pytestmark = pytest.mark.django_db
TODAY = reverse("sessions:portal")
WHOSE = reverse("sessions:portal_whose")


@pytest.fixture
def family():
    """A parent who opens the plans of Ana and Ben, and has Ben's open; ``ana``, ``ben``: the items of their plans."""
    tess = therapist()
    items = {}
    for first in ("Ana", "Ben"):
        client = decided_client(tess, first=first)[0]
        items[first.lower()] = published_plan(tess, client).items.select_related("version__plan__client").first()
        parent = factories.portal_user(client, "sabine@example.org", PortalRelation.PARENT)
    browser = Browser()
    browser.force_login(parent)
    return SimpleNamespace(browser=browser, **items)


def open_plan(family, item):
    return family.browser.post(WHOSE, {"client": item.version.plan.client.uuid})


def stretch(item):
    return reverse("sessions:portal_stretch", args=[item.uuid])


def hidden(family, address):
    """What the form of the page sends without anybody typing."""
    return dict(Page(family.browser.get(address).content.decode()).form(address).payload)


def test_a_nerve_sign_of_a_tab_left_open_reaches_the_practice_and_the_page_after_it_is_the_same_childs(family):
    open_plan(family, family.ana)
    left_open = hidden(family, stretch(family.ana))
    open_plan(family, family.ben)

    answer = family.browser.post(stretch(family.ana), left_open | {"felt": "nerve"})

    assert StretchLog.objects.get().client == family.ana.version.plan.client
    assert answer["Location"] == reverse("sessions:portal_stop")
    assert "Ana" in family.browser.get(TODAY).content.decode()


def test_words_about_no_stretch_go_to_the_child_whose_page_it_was(family):
    address = reverse("sessions:portal_not_right")
    open_plan(family, family.ana)
    left_open = hidden(family, address)
    open_plan(family, family.ben)

    family.browser.post(address, left_open | {"stretch": "plan", "text": "It aches at night."})

    assert HomeMessage.objects.get().client == family.ana.version.plan.client


def test_a_tick_sent_in_the_background_leaves_the_open_plan_open(family):
    open_plan(family, family.ben)
    ana = family.ana.version.plan.client
    sent = {"client_uuid": uuid.uuid4(), "felt": "3", "on": timezone.localdate().isoformat(), "whose": ana.uuid}

    answer = family.browser.post(reverse("sessions:portal_tick", args=[family.ana.uuid]), sent)

    assert answer.json() == {"stored": True}
    assert StretchLog.objects.get().client == ana
    assert "Ben" in family.browser.get(TODAY).content.decode()


def test_a_page_about_a_stretch_is_its_owners_and_opens_their_plan_again(family):
    open_plan(family, family.ben)

    page = family.browser.get(stretch(family.ana)).content.decode()
    open_plan(family, family.ben)
    form = family.browser.get(reverse("sessions:portal_not_right"), {"stretch": family.ana.uuid}).content.decode()

    assert "How did that feel for Ana?" in page
    assert "Ana’s left side" in page
    assert "Ana’s pages." in form
    assert form.count("checked") == 1
    assert "Ana’s stretches" in family.browser.get(TODAY).content.decode()


def test_what_a_parent_said_names_the_childs_side(family):
    open_plan(family, family.ana)
    address = reverse("sessions:portal_not_right")
    family.browser.post(address, hidden(family, address) | {"stretch": family.ana.uuid, "text": "It pulls."})

    assert "Chair figure-four: Ana’s left side" in family.browser.get(address).content.decode()


def test_what_the_worker_fetches_to_keep_leaves_open_what_is(family):
    open_plan(family, family.ben)

    answer = family.browser.get(stretch(family.ana), headers={"For-Keeping": "yes"})

    assert answer.status_code == 404
    assert "Ben’s stretches" in family.browser.get(TODAY).content.decode()


def test_a_stretch_of_somebody_they_do_not_speak_for_is_no_page(family):
    open_plan(family, family.ben)
    strangers = published_plan(None, decided_client(therapist(), first="Cem")[0]).items.first()

    assert family.browser.get(stretch(strangers)).status_code == 404
    form = family.browser.get(reverse("sessions:portal_not_right"), {"stretch": strangers.uuid})
    assert form.status_code == 200
    assert "Ben’s pages." in form.content.decode()


@pytest.mark.parametrize("whose", [uuid.uuid4(), "nobody"])
def test_a_form_about_somebody_else_is_no_page(family, whose):
    open_plan(family, family.ben)

    answer = family.browser.post(stretch(family.ben), {"client_uuid": uuid.uuid4(), "felt": "3", "whose": whose})

    assert answer.status_code == 404
    assert not StretchLog.objects.exists()


def test_who_opens_one_plan_sends_no_name_of_it(family):
    browser = Browser()
    browser.force_login(factories.portal_user(family.ana.version.plan.client, "ana@example.org"))

    assert 'name="whose"' not in browser.get(stretch(family.ana)).content.decode()


@pytest.mark.parametrize(
    "page",
    ["portal", "portal_stretches", "portal_not_right", "portal_reminders", "portal_stop", "portal_progress", "me"],
)
def test_each_page_of_a_parent_of_several_says_whose_it_is_and_leads_to_the_others(family, page):
    open_plan(family, family.ana)

    told = family.browser.get(reverse(f"sessions:{page}")).content.decode()

    assert "Ana’s pages." in told
    assert WHOSE in told


def test_somebody_with_one_plan_is_not_told_whose_it_is():
    browser = Browser()
    client = decided_client(therapist(), first="Ana")[0]
    browser.force_login(factories.portal_user(client, "ana@example.org"))

    assert WHOSE not in browser.get(TODAY).content.decode()
