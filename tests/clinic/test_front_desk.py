"""Pages of the desk: clients, portal access, diary."""

from __future__ import annotations

import uuid
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from clinic import actions
from clinic.models import Appointment, AppointmentState, AuditEvent, Care, Client, Guardian, PortalAccess
from clinic.queries import PAGE
from tests import factories

pytestmark = pytest.mark.django_db
NEW = "/clients/new/"


@pytest.fixture
def desk(people, client):
    """The browser of Flo at the front desk."""
    client.force_login(people.flo)
    client.get("/")
    return client


def _typed(**changes):
    typed = {
        "first_name": "Zoe",
        "last_name": "Marsh",
        "birth_date_day": "29",
        "birth_date_month": "2",
        "birth_date_year": "1988",
        "sex": "female",
        "phone": "07700 900999",
        "email": "zoe@example.org",
        "language": "en",
        "key": str(uuid.uuid4()),
    }
    return {**typed, **changes}


# --- list and search


def test_a_search_is_posted_and_finds_without_accents_in_any_order(people, desk):
    factories.client("Zoë", "Sørensen")

    html = desk.post("/clients/", {"q": "SORENSEN zoe"}).content.decode()

    assert "Sørensen, Zoë" in html
    assert "Okoro" not in html


@pytest.mark.parametrize(
    "text", ["0456", "ben@example", "1975-11-30", "30.11.1975", "okor", "+44 7700 900456", "07700 900456"]
)
def test_a_search_looks_at_phone_mail_and_birth_date(people, desk, text):
    html = desk.post("/clients/", {"q": text}).content.decode()

    assert "Okoro, Ben" in html
    assert "Lind, Ana" not in html


def test_the_reference_finds_one(people, desk):
    html = desk.post("/clients/", {"q": people.ana.ref}).content.decode()

    assert "Lind, Ana" in html
    assert "Okoro" not in html


def test_a_search_as_one_types_answers_with_the_rows_alone(people, desk):
    html = desk.post("/clients/", {"q": "lind"}, headers={"HX-Request": "true"}).content.decode()

    assert html.startswith('<div id="found"')
    assert "<html" not in html


def test_no_typed_name_reaches_an_address(people, desk):
    html = desk.get("/clients/?q=lind").content.decode()

    assert 'method="post"' in html
    assert "Okoro" in html  # what stands in the address is no search


@pytest.mark.parametrize("clients", [1, 100])
def test_a_search_takes_four_statements(people, desk, clients, django_assert_max_num_queries):
    for number in range(clients):
        factories.client(f"Name{number}", "Search")

    with django_assert_max_num_queries(4):
        desk.post("/clients/", {"q": "search"})


def test_the_list_goes_on_behind_the_last_row_without_a_gap(people, desk):
    for number in range(PAGE):
        factories.client(f"Twin{number % 3}", "Same")
    first = desk.get("/clients/").context["found"]

    second = desk.get("/clients/", {"after": str(first.after)}).context["found"]

    seen = [row.pk for row in (*first.rows, *second.rows)]
    assert len(seen) == len(set(seen)) == Client.objects.count()
    assert second.after is None


def test_a_made_up_place_in_the_list_is_not_found(desk):
    assert desk.get("/clients/", {"after": "x"}).status_code == 404


def test_clients_may_not_see_the_list(people, client):
    client.force_login(people.ana_user)

    assert client.get("/clients/").status_code == 403


# --- new client


def test_a_client_is_registered_and_the_contact_page_follows(people, desk):
    answer = desk.post(NEW, _typed())

    made = Client.objects.get(last_name="Marsh")
    assert answer["Location"] == reverse("client_contact", args=[made.uuid])
    assert (made.phone, made.birth_date.isoformat()) == ("+447700900999", "1988-02-29")


def test_the_same_form_twice_leaves_one_client(people, desk):
    typed = _typed()

    answers = [desk.post(NEW, typed)["Location"] for _time in range(2)]

    assert Client.objects.filter(last_name="Marsh").count() == 1
    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    "alike",
    [
        {
            "first_name": "ANA",
            "last_name": "Lind",
            "birth_date_day": "5",
            "birth_date_month": "3",
            "birth_date_year": "1980",
        },
        {"phone": "07700 900123"},
        {"email": "Ana@example.org"},
    ],
)
def test_a_likely_double_is_shown_and_can_be_created_anyway(people, desk, alike):
    typed = _typed(**alike)

    warned = desk.post(NEW, typed)

    assert people.ana.ref in warned.content.decode()
    assert f'value="{typed["first_name"]}"' in warned.content.decode()
    assert Client.objects.count() == 2
    desk.post(NEW, {**typed, "anyway": "yes"})
    assert Client.objects.count() == 3


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"first_name": ""}, "Type an answer here."),
        ({"birth_date_day": "1", "birth_date_year": "1875"}, "ages up to 115"),
        ({"birth_date_day": "1", "birth_date_year": "2190"}, "not after"),
        ({"birth_date_year": "1987"}, "does not exist"),
        ({"phone": "12"}, "area code"),
        ({"email": "zoe"}, "in full"),
        ({"last_name": "x" * 10_000}, "80 characters or fewer"),
        ({"last_name": "a\x00b"}, "cannot be kept"),
        ({"last_name": ["Lind", "Marsh"]}, "sent twice"),
        ({"sex": "other"}, "Choose one of the answers"),
        ({"language": "xx"}, "Choose one of the answers"),
    ],
)
def test_bad_input_gets_a_sentence_and_stores_nothing(people, desk, changes, sentence):
    answer = desk.post(NEW, _typed(**changes))

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "zoe" in answer.content.decode()
    assert Client.objects.count() == 2


def test_a_broken_key_is_refused_without_an_error_page(people, desk):
    assert desk.post(NEW, _typed(key="nonsense")).status_code == 422


def test_a_child_needs_somebody_who_speaks_for_it(people, desk):
    child = _typed(birth_date_year="2020")
    assert "parent or guardian" in desk.post(NEW, child).content.decode()
    assert Client.objects.count() == 2

    desk.post(NEW, {**child, "guardian_name": "Kim Marsh", "guardian_relation": "mother", "guardian_stays": "yes"})

    guardian = Guardian.objects.get()
    assert (guardian.client.first_name, guardian.name, guardian.stays_in_room) == ("Zoe", "Kim Marsh", True)


# --- contact page


def test_the_contact_page_says_nothing_of_health(people, desk):
    factories.appointment(people.ana, people.tess)

    html = desk.get(reverse("client_contact", args=[people.ana.uuid])).content.decode()

    assert "+447700900123" in html
    assert "Chart" not in html
    assert "Lind" not in html.split("</title>")[0]


def test_contact_data_are_changed(people, desk):
    page = reverse("client_edit", args=[people.ana.uuid])
    html = desk.get(page).content.decode()
    assert 'value="Lind"' in html

    desk.post(page, _typed(first_name="Ana", last_name="Lindqvist"))

    people.ana.refresh_from_db()
    assert (people.ana.last_name, people.ana.search_text) == ("Lindqvist", "lindqvist ana")


def test_a_guardian_is_added_and_removed(people, desk):
    typed = {"guardian-name": "Kim", "guardian-relation": "mother", "guardian-stays_in_room": "no"}
    desk.post(reverse("guardian_add", args=[people.ana.uuid]), typed)
    made = Guardian.objects.get(client=people.ana)
    assert made.stays_in_room is False

    desk.post(reverse("guardian_remove", args=[made.uuid]))

    assert not Guardian.objects.exists()


def test_the_portal_is_opened_and_ended(people, desk, django_capture_on_commit_callbacks):
    typed = {"portal-email": "kim@example.org", "portal-relation": "parent", "portal-name": "Kim"}
    desk.post(reverse("portal_open", args=[people.ana.uuid]), typed)
    access = PortalAccess.objects.get(user__email="kim@example.org")

    desk.post(reverse("portal_end", args=[access.uuid]))

    access.refresh_from_db()
    assert access.ended_at is not None


def test_a_staff_address_is_refused_at_its_field(people, desk):
    answer = desk.post(
        reverse("portal_open", args=[people.ana.uuid]), {"portal-email": people.tess.email, "portal-relation": "self"}
    )

    assert answer.status_code == 422
    assert "staff account" in answer.content.decode()
    assert "<title>Error:" in answer.content.decode()


@pytest.mark.parametrize("page", ["client_contact", "client_edit", "appointment_new"])
def test_an_unknown_client_is_not_found(desk, page):
    assert desk.get(reverse(page, args=[uuid.uuid4()])).status_code == 404


# --- diary


def _visit(people, **changes):
    day = timezone.localdate() + timedelta(days=3)
    typed = {
        "therapist": str(people.tess.uuid),
        "location": str(people.location.uuid),
        "day_day": str(day.day),
        "day_month": str(day.month),
        "day_year": str(day.year),
        "time": "9:30",
        "minutes": "60",
    }
    return {**typed, **changes}


def _book(people, desk, **changes):
    return desk.post(reverse("appointment_new", args=[people.ana.uuid]), _visit(people, **changes))


def test_a_visit_is_added_in_the_clock_of_the_location(people, desk):
    place = factories.location("Perth", "Australia/Perth")

    _book(people, desk, location=str(place.uuid), time="14.15")

    begins = Appointment.objects.get().during.lower
    assert (begins.hour, begins.minute) == (6, 15)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"time": "25:00"}, "hours and minutes"),
        ({"time": ""}, "Type an answer here."),
        ({"minutes": "0"}, "10 to 240"),
        ({"minutes": "NaN"}, "in digits"),
        ({"therapist": ""}, "Choose one answer."),
        ({"therapist": "somebody"}, "Choose one of the answers"),
        ({"day_year": "2099"}, "two years ahead"),
        ({"day_year": "2001"}, "two years ahead"),
        ({"day_day": "31", "day_month": "2"}, "does not exist"),
    ],
)
def test_a_visit_that_cannot_be_is_refused_at_its_field(people, desk, changes, sentence):
    answer = _book(people, desk, **changes)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Appointment.objects.exists()


def test_a_double_booking_is_a_sentence_at_the_time(people, desk):
    _book(people, desk)

    answer = _book(people, desk, time="10:00")

    assert "already has an appointment" in str(answer.context["form"].errors["time"])
    assert 'value="10:00"' in answer.content.decode()
    assert Appointment.objects.count() == 1


def test_what_is_said_about_a_visit_must_be_a_word_we_know(people, desk):
    visit = factories.appointment(people.ana, people.tess)

    assert desk.post(f"/appointments/{visit.uuid}/explode/").status_code == 404
    assert desk.get(reverse("appointment_move", args=[visit.uuid, "arrive"])).status_code == 405


def test_a_move_that_is_not_possible_says_why(people, desk):
    visit = factories.appointment(people.ana, people.tess, begins=timezone.now() + timedelta(days=2))

    answer = desk.post(reverse("appointment_move", args=[visit.uuid, "arrive"]), follow=True)

    assert "later day" in answer.content.decode()


def test_a_foreign_address_to_go_back_to_is_ignored(people, desk):
    visit = factories.appointment(people.ana, people.tess)

    answer = desk.post(reverse("appointment_move", args=[visit.uuid, "arrive"]), {"back": "https://elsewhere.example/"})

    assert answer["Location"] == reverse("client_contact", args=[people.ana.uuid])


def test_an_ended_access_is_not_found_again(people, desk):
    access = PortalAccess.objects.get(user=people.ana_user)
    actions.end_portal(access=access, by=people.flo)

    assert desk.post(reverse("portal_end", args=[access.uuid])).status_code == 404


def _change(people, desk, visit, **changes):
    return desk.post(reverse("appointment_change", args=[visit.uuid]), _visit(people, **changes))


def test_a_refused_time_says_whose_visit_is_in_the_way_and_what_is_free(people, desk):
    _book(people, desk, time="9:30")
    other = factories.client("Dov", "Hale")

    refused = desk.post(reverse("appointment_new", args=[other.uuid]), _visit(people, time="10:00"))

    sentence = str(refused.context["form"].errors["time"])
    assert "Ana Lind, 09:30 to 10:30" in sentence
    assert "The nearest free time for 60 minutes that day is 10:30." in sentence


def test_a_visit_to_come_is_moved_and_its_form_starts_from_what_it_is(people, desk):
    _book(people, desk, time="9:30")
    visit = Appointment.objects.get()
    page = desk.get(reverse("appointment_change", args=[visit.uuid]))
    assert page.context["form"]["time"].value() == "09:30"

    answer = _change(people, desk, visit, therapist=str(people.theo.uuid), time="10:00")

    assert answer.status_code == 302
    moved = Appointment.objects.get()
    assert moved.therapist == people.theo
    assert moved.during.lower - visit.during.lower == timedelta(minutes=30)
    assert Care.objects.filter(client=people.ana, therapist=people.theo, until=None).exists()
    assert AuditEvent.objects.filter(verb="reschedule_appointment", object_uuid=visit.uuid).count() == 1


def test_a_visit_is_not_moved_onto_another_one(people, desk):
    _book(people, desk, time="9:30")
    first = Appointment.objects.get()
    other = factories.client("Dov", "Hale")
    desk.post(reverse("appointment_new", args=[other.uuid]), _visit(people, time="11:00"))

    refused = _change(people, desk, first, time="11:30")

    assert refused.status_code == 422
    sentence = str(refused.context["form"].errors["time"])
    assert "Dov Hale, 11:00 to 12:00" in sentence
    assert "12:00." in sentence
    first.refresh_from_db()
    assert 'value="11:30"' in refused.content.decode()
    assert first.during.lower.minute == 30


def test_a_visit_may_move_by_less_than_its_own_length(people, desk):
    _book(people, desk, time="9:30")

    assert _change(people, desk, Appointment.objects.get(), time="9:45").status_code == 302


def test_a_visit_that_is_over_is_not_moved(people, desk):
    visit = factories.appointment(people.ana, people.tess, state=AppointmentState.CANCELLED)

    refused = _change(people, desk, visit, time="9:45")

    assert refused.status_code == 422
    assert "only one that is still to come can be moved" in refused.content.decode()


def test_the_diary_shows_a_week_from_its_monday_in_the_day_of_the_location(people, desk, django_assert_max_num_queries):
    monday = timezone.localdate() - timedelta(days=timezone.localdate().weekday()) + timedelta(days=7)
    perth = factories.location("Perth", "Australia/Perth")
    for number, zone in ((0, perth), (6, people.location)):
        first = datetime.combine(monday + timedelta(days=number), time(0, 30), tzinfo=ZoneInfo(zone.time_zone))
        for hours, therapist in ((0, people.tess), (23, people.theo)):
            actions.book_appointment(
                client=people.ana,
                therapist=therapist,
                location=zone,
                begins=first + timedelta(hours=hours),
                minutes=30,
                by=people.flo,
            )
    gone = factories.appointment(
        people.ben, people.tess, begins=timezone.now() + timedelta(days=9), state=AppointmentState.CANCELLED
    )

    with django_assert_max_num_queries(5):
        page = desk.get(reverse("diary"), {"day": (monday + timedelta(days=3)).isoformat()})

    assert [len(rows) for _day, rows in page.context["days"]] == [2, 0, 0, 0, 0, 0, 2]
    assert page.context["monday"] == monday
    assert gone.client.name not in page.content.decode()
    assert "00:30" in page.content.decode()


@pytest.mark.parametrize("day", ["soon", "2026-13-01", "9999-12-31", "0001-01-01"])
def test_a_week_that_is_none_is_not_found(desk, day):
    assert desk.get(reverse("diary"), {"day": day}).status_code == 404
