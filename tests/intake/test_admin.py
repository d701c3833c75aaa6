"""The records desk of the middle floor: found by name, filtered by flag and severity, quick with many rows."""

from __future__ import annotations

import uuid

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from clinic.models import AuditEvent
from intake import actions
from intake.models import Intake
from tests import factories
from tests.answers import check_in_clear
from tests.counting import of_lists, statements
from tests.intake.factories import decided, filled, handed_in, letter

pytestmark = pytest.mark.django_db

LISTS = (
    "intake_intake",
    "intake_checkin",
    "intake_screening",
    "intake_clearance",
    "intake_consent",
    "intake_stopevent",
    "intake_stopwithdrawal",
)
INTAKES = reverse("admin:intake_intake_changelist")
THINNER = {"md_any": "yes", "md_list": [{"name": "Warfarin"}], "md_class": ["warfarin"]}
PREGNANT = {"sf_preg": "pregnant", "hx_preg_wk": 20, "hx_preg_risk": "no", "sf_preg_alarm": ["none"]}


@pytest.fixture
def owner(people, client):
    """Odile's browser."""
    client.force_login(people.odile)
    return client


def _found(browser, address=INTAKES, **asked):
    return sorted(row.client.last_name for row in browser.get(address, asked).context["cl"].result_list)


@pytest.mark.parametrize("text", ["muller", "jose mul", "LLER josé"])
def test_an_intake_is_found_by_parts_of_its_clients_name(people, owner, text):
    handed_in(people.ana, people.flo)
    handed_in(factories.client("José", "Müller"), people.flo)

    assert _found(owner, q=text) == ["Müller"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"flag": "C_ANTICOAG"}, ["Lind"]),
        ({"flag": "E_CORD"}, ["Ray"]),
        ({"severity": "caution"}, ["Lind", "Okoro"]),
        ({"severity": "emergency"}, ["Ray"]),
        ({"severity": "absolute"}, []),
        ({"severity": "caution", "flag": "C_ANTICOAG"}, ["Lind"]),
        ({"severity": "caution", "q": "oko"}, ["Okoro"]),
    ],
)
def test_intakes_are_filtered_by_flag_and_severity(people, owner, asked, found):
    handed_in(people.ana, people.flo, **THINNER)
    handed_in(people.ben, people.flo, **PREGNANT)
    filled(factories.client("Cem", "Ray"), people.flo, sf_cord="yes")
    handed_in(factories.client("Dee", "Low"), people.flo)

    assert _found(owner, **asked) == found


def test_a_filter_offers_the_flags_of_charted_clients_alone(people, client):
    handed_in(people.ana, people.flo, **THINNER)
    handed_in(people.ben, people.flo, **PREGNANT)
    client.force_login(people.tess)

    page = client.get(INTAKES).content.decode()

    assert "flag=C_ANTICOAG" in page
    assert "flag=C_PREG" not in page


def test_answers_of_a_form_being_filled_in_are_nobodys_to_read(people, owner):
    draft = filled(people.ana, people.flo, pn_words="My heel burns.").intake
    address = reverse("admin:intake_intake_change", args=[draft.pk])
    assert "My heel burns" not in owner.get(address).content.decode()

    handed_in(people.ana, people.flo, pn_words="My heel burns.")

    assert "My heel burns" in owner.get(address).content.decode()
    assert AuditEvent.objects.filter(verb="read", object_uuid=draft.uuid).count() == 2


def test_an_intake_says_that_it_is_never_changed(people, owner):
    intake = handed_in(people.ana, people.flo)

    assert "never changed" in owner.get(reverse("admin:intake_intake_history", args=[intake.pk])).content.decode()
    assert owner.post(reverse("admin:intake_intake_change", args=[intake.pk]), {"answers": "{}"}).status_code == 403
    assert Intake.objects.get(pk=intake.pk).answers


def _one_more_of_each(people, number):
    client, today = factories.client(f"Client {number}"), timezone.localdate()
    stop = filled(client, people.flo, sf_cord="yes").intake.stops.get()
    intake = handed_in(client, people.flo, **THINNER, **PREGNANT)
    actions.withdraw_stop(stop=stop, reason="wrong_tick", by=people.tess)
    decided(intake, people.tess)
    letter(client, people.tess, "C_ANTICOAG", dated=today)
    actions.submit_check_in(
        client=client, answers=check_in_clear(th_temp=36.8), submit_key=uuid.uuid4(), asked_by=people.tess, by=None
    )


@pytest.mark.exhaustive
def test_a_list_takes_as_many_statements_for_ten_rows_as_for_one(people, owner):
    _one_more_of_each(people, 0)
    few = of_lists(owner, *LISTS)

    for number in range(1, 10):
        _one_more_of_each(people, number)

    assert of_lists(owner, *LISTS) == few


def test_an_intake_takes_as_many_statements_for_five_changes_as_for_one(people, owner):
    intake = handed_in(people.ana, people.flo, **THINNER)
    address = reverse("admin:intake_intake_change", args=[intake.pk])

    def change(new):
        actions.change_answer(intake=intake, question="sf_load", new=new, reason="changed", by=people.tess)

    change("hurts")
    one = statements(owner, address)
    for new in ("yes", "hurts", "yes", "hurts"):
        change(new)

    assert statements(owner, address) == one


def test_a_stop_takes_as_many_statements_for_three_actions_as_for_one(people, owner):
    stop = filled(people.ana, people.flo, sf_cord="yes").intake.stops.get()
    address = reverse("admin:intake_stopevent_change", args=[stop.pk])
    actions.record_stop_action(stop=stop, action="seen", by=people.flo)
    one = statements(owner, address)

    for by in (people.tess, people.theo):
        actions.record_stop_action(stop=stop, action="seen", by=by)

    assert statements(owner, address) == one


def test_every_list_of_this_floor_is_counted():
    labels = {model._meta.label_lower.replace(".", "_") for model in admin.site._registry}

    assert {label for label in labels if label.startswith("intake_")} == set(LISTS)
