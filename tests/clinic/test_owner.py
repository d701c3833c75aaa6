"""Pages of the owner."""

from __future__ import annotations

import re
import uuid

import pytest
from django.urls import reverse

from clinic.models import ContentKind, EditionSignOff, Location, OutboundMessage, Practice, User
from tests import factories
from tests.counting import statements

pytestmark = pytest.mark.django_db
PRACTICE = {
    "name": "Hillside",
    "emergency_number": "112",
    "emergency_wording": "Call 112 now.",
    "majority_age": "18",
    "retention_years": "10",
    "all_therapists_read_all": "no",
}


@pytest.fixture
def owner(people, client):
    """The browser of Odile, the owner."""
    client.force_login(people.odile)
    return client


def test_the_set_up_page_says_what_is_missing_and_where(client):
    client.force_login(factories.staff("owner"))

    html = client.get("/setup/").content.decode()

    assert "The emergency number is missing." in html
    assert f'href="{reverse("setup_practice")}"' in html
    assert f'href="{reverse("setup_location_new")}"' in html


def test_a_practice_that_is_set_up_misses_nothing(owner):
    assert "Everything an intake needs is there." in owner.get("/setup/").content.decode()


def test_the_practice_is_saved(owner):
    owner.post(reverse("setup_practice"), PRACTICE | {"all_therapists_read_all": "yes"})

    row = Practice.objects.get()
    assert (row.name, row.emergency_number, row.all_therapists_read_all) == ("Hillside", "112", True)


@pytest.mark.parametrize(
    "changes", [{"emergency_number": ""}, {"majority_age": "13"}, {"majority_age": "NaN"}, {"table_limit_kg": "9999"}]
)
def test_a_practice_that_cannot_be_is_refused_and_kept_as_typed(owner, changes):
    answer = owner.post(reverse("setup_practice"), PRACTICE | changes)

    assert answer.status_code == 422
    assert 'value="Hillside"' in answer.content.decode()
    assert Practice.objects.get().name == "Riverside Massage"


def test_the_days_of_mail_about_a_form_are_saved_or_emptied(owner):
    owner.post(reverse("setup_practice"), PRACTICE | {"form_first_days": "5", "form_second_days": "2"})
    days = Practice.objects.values_list("form_first_days", "form_second_days")
    assert days.get() == (5, 2)

    owner.post(reverse("setup_practice"), PRACTICE | {"form_first_days": "", "form_second_days": ""})
    assert days.get() == (None, None)


def test_the_second_mail_about_a_form_is_the_later_one(owner):
    answer = owner.post(reverse("setup_practice"), PRACTICE | {"form_first_days": "2", "form_second_days": "2"})

    assert answer.status_code == 422
    assert "form_second_days" in answer.context["form"].errors


def test_a_location_is_added_and_changed(owner):
    owner.post(reverse("setup_location_new"), {"name": "Station", "time_zone": "Europe/Paris"})
    made = Location.objects.get(name="Station")

    owner.post(reverse("setup_location", args=[made.uuid]), {"name": "Old Station", "time_zone": "Europe/Paris"})

    made.refresh_from_db()
    assert made.name == "Old Station"


def test_two_locations_of_one_name_are_refused_at_the_name(owner):
    answer = owner.post(reverse("setup_location_new"), {"name": "Riverside", "time_zone": "Europe/Paris"})

    assert answer.status_code == 422
    assert "name" in answer.context["form"].errors


def test_a_new_account_shows_its_one_time_password_once(owner):
    answer = owner.post(
        reverse("setup_staff_new"), {"printed_name": "Nia", "email": "nia@x.example", "roles": ["therapist"]}
    )

    password = re.search(r'class="code">([^<]+)<', answer.content.decode())[1]
    made = User.objects.get(email="nia@x.example")
    assert made.check_password(password)
    assert password not in owner.get(reverse("setup_staff", args=[made.uuid])).content.decode()


@pytest.mark.parametrize(
    "typed",
    [
        {"printed_name": "Nia", "email": "tess@riverside.example", "roles": ["therapist"]},
        {"printed_name": "Nia", "email": "nia@x.example", "roles": []},
        {"printed_name": "Nia", "email": "nia@x.example", "roles": ["client"]},
        {"printed_name": "", "email": "nia@x.example", "roles": ["owner"]},
    ],
)
def test_an_account_that_cannot_be_is_refused(owner, typed):
    before = User.objects.count()

    assert owner.post(reverse("setup_staff_new"), typed).status_code == 422
    assert User.objects.count() == before


def test_roles_are_changed(people, owner):
    page = reverse("setup_staff", args=[people.tess.uuid])

    owner.post(page, {"printed_name": "Tess Okafor", "licence_no": "RM-1", "roles": ["therapist", "front_desk"]})

    people.tess.refresh_from_db()
    assert (people.tess.roles, people.tess.licence_no) == (["therapist", "front_desk"], "RM-1")


def test_the_own_roles_stay(people, owner):
    page = reverse("setup_staff", args=[people.odile.uuid])

    answer = owner.post(page, {"printed_name": "Odile", "roles": ["therapist"]})

    assert "Another owner has to change" in answer.content.decode()


def test_an_account_is_disabled_and_enabled(people, owner):
    for what, active in (("disable", False), ("enable", True)):
        owner.post(reverse("setup_staff_change", args=[people.tess.uuid, what]))
        people.tess.refresh_from_db()
        assert people.tess.is_active is active


def test_a_forgotten_password_is_replaced_by_a_one_time_one(people, owner):
    answer = owner.post(reverse("setup_staff_change", args=[people.tess.uuid, "password"]))

    people.tess.refresh_from_db()
    assert people.tess.password_is_temporary
    assert people.tess.check_password(re.search(r'class="code">([^<]+)<', answer.content.decode())[1])


def test_client_accounts_are_not_on_the_owner_s_pages(people, owner):
    assert owner.get(reverse("setup_staff", args=[people.ana_user.uuid])).status_code == 404


def test_a_sign_off_is_recorded_with_name_and_day(people, owner):
    typed = {"clinician": "Dr A. Lund", "profession": "GP", "signed_on_day": "3", "signed_on_month": "11"}

    owner.post(reverse("setup_content", args=["questions"]), typed | {"signed_on_year": "2025"})

    made = EditionSignOff.objects.get()
    assert (made.edition.kind, made.clinician, made.recorded_by) == (ContentKind.QUESTIONS, "Dr A. Lund", people.odile)
    assert "Signed off by Dr A. Lund, GP, 3 Nov 2025" in owner.get("/setup/").content.decode()


def test_the_notice_goes_when_every_catalogue_is_signed_off(people, owner):
    typed = {"clinician": "Dr A. Lund", "profession": "GP", "signed_on_day": "3", "signed_on_month": "11"}
    assert "not yet signed off" in owner.get("/setup/").content.decode()

    for kind in ContentKind:
        owner.post(reverse("setup_content", args=[kind.value]), typed | {"signed_on_year": "2025"})

    assert "not yet signed off" not in owner.get("/setup/").content.decode()


@pytest.mark.parametrize("who", ["tess", "flo", "ana_user"])
def test_set_up_is_the_owner_s_alone(people, client, who):
    client.force_login(getattr(people, who))

    for path in ("/setup/", "/setup/practice/", "/setup/locations/new/", "/setup/staff/new/", "/setup/content/tests/"):
        assert client.get(path).status_code == 403
    assert client.post(f"/setup/staff/{people.tess.uuid}/disable/").status_code == 403


def test_words_that_name_nothing_are_not_found(people, owner):
    assert owner.get("/setup/content/horoscopes/").status_code == 404
    assert owner.post(f"/setup/staff/{people.tess.uuid}/promote/").status_code == 404
    assert owner.get(f"/setup/locations/{uuid.uuid4()}/").status_code == 404


# --- mail


def test_the_owner_sees_every_message_with_its_state(owner, people):
    unsent = factories.unsent_message(people.ana, "wrong@example.org")

    html = owner.get(reverse("setup_mail")).content.decode()

    assert html.count("<tr>") == 1 + OutboundMessage.objects.count()
    assert "wrong@example.org" in html
    assert "the mail server refused the address" in html
    assert reverse("setup_mail_settle", args=[unsent.uuid, "again"]) in html


def test_only_what_is_in_trouble_can_be_looked_at(owner, people):
    factories.unsent_message(people.ana, "wrong@example.org")

    rows = owner.get(reverse("setup_mail"), {"only": "trouble"}).context["page"].rows

    assert [row.message.to for row in rows] == ["wrong@example.org"]


@pytest.mark.parametrize("query", [{"only": "x"}, {"before": "x"}])
def test_a_list_of_mail_that_is_none_is_not_found(owner, query):
    assert owner.get(reverse("setup_mail"), query).status_code == 404


def test_a_long_list_of_mail_goes_on_where_it_ended(owner, people):
    for number in range(55):
        factories.unsent_message(people.ana, f"to{number}@example.org")
    shown, page = [], owner.get(reverse("setup_mail"), {"only": "trouble"}).context["page"]
    while True:
        shown += [row.message.to for row in page.rows]
        if page.before is None:
            break
        page = owner.get(reverse("setup_mail"), {"only": "trouble", "before": page.before}).context["page"]

    assert shown == [f"to{number}@example.org" for number in range(54, -1, -1)]


@pytest.mark.parametrize(("what", "state"), [("again", "waiting"), ("leave", "dropped")])
def test_a_message_that_could_not_be_sent_is_sent_again_or_left(owner, people, what, state):
    unsent = factories.unsent_message(people.ana, "wrong@example.org")

    owner.post(reverse("setup_mail_settle", args=[unsent.uuid, what]))

    unsent.refresh_from_db()
    assert (unsent.state, unsent.attempts, unsent.trouble) == (state, 0, "")


def test_the_list_of_mail_takes_the_same_statements_for_one_and_for_many(owner, people):
    factories.unsent_message(people.ana, "first@example.org")
    one = statements(owner, reverse("setup_mail"))
    for number in range(5):
        factories.unsent_message(factories.client(f"Ana{number}"), f"to{number}@example.org")

    assert statements(owner, reverse("setup_mail")) == one
