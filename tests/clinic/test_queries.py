"""The reading door: who gets which rows."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.http import Http404

from clinic import actions, queries
from clinic.models import Client
from tests import factories

pytestmark = pytest.mark.django_db


def test_staff_see_every_client_s_contact_data(people):
    for who in (people.odile, people.tess, people.flo):
        assert set(queries.clients(who)) == {people.ana, people.ben}


def test_a_client_account_sees_the_clients_it_opens(people):
    assert list(queries.clients(people.ana_user)) == [people.ana]
    with pytest.raises(Http404):
        queries.client(people.ana_user, people.ben.uuid)


def test_an_ended_access_shows_nobody(people):
    access = queries.portal_accesses(people.ana).get()
    actions.end_portal(access=access, by=people.flo)

    assert list(queries.clients(people.ana_user)) == []


@pytest.mark.parametrize(
    ("who", "charts"),
    [("tess", ["ana"]), ("theo", ["ben"]), ("odile", ["ana", "ben"]), ("flo", []), ("ana_user", []), ("ben_user", [])],
)
def test_charts_open_to_the_care_team_and_the_owner(people, who, charts):
    assert set(queries.charted_clients(getattr(people, who))) == {getattr(people, name) for name in charts}


def test_a_practice_may_let_all_therapists_read_all_charts(people):
    actions.save_practice(details={"all_therapists_read_all": True}, by=people.odile)

    assert set(queries.charted_clients(people.tess)) == {people.ana, people.ben}
    assert set(queries.charted_clients(people.flo)) == set()
    assert set(queries.charted_clients(people.ana_user)) == set()


def test_a_disabled_account_sees_nothing(people):
    disabled = actions.disable_staff(staff=people.tess, by=people.odile)

    assert list(queries.clients(disabled)) == []
    assert list(queries.charted_clients(disabled)) == []


def test_merged_and_archived_clients_leave_the_list(people):
    Client.objects.filter(pk=people.ben.pk).update(merged_into=people.ana)

    assert list(queries.clients(people.flo)) == [people.ana]


@pytest.mark.parametrize("who", ["ana_user"])
def test_clients_get_no_staff_rows(people, who):
    user = getattr(people, who)
    visit = factories.appointment(people.ana, people.tess)

    assert list(queries.locations(user)) == []
    assert list(queries.therapists(user)) == []
    assert list(queries.staff(user)) == []
    assert queries.diary(user, on=visit.during.lower.date()) == []
    with pytest.raises(Http404):
        queries.appointment(user, visit.uuid)


def test_therapists_are_those_who_may_sign_in(people):
    actions.disable_staff(staff=people.theo, by=people.odile)

    assert set(queries.therapists(people.flo)) == {people.tess, people.solo}


def test_each_location_has_its_own_day(people):
    perth = factories.location("Perth", "Australia/Perth")
    morning = datetime(2026, 7, 1, 22, tzinfo=UTC)  # 2 July, six in the morning, in Perth
    visit = actions.book_appointment(
        client=people.ana, therapist=people.tess, location=perth, begins=morning, minutes=60, by=people.flo
    )

    assert queries.diary(people.flo, on=date(2026, 7, 2)) == [visit]
    assert queries.diary(people.flo, on=date(2026, 7, 1)) == []
    assert queries.diary(people.flo, now=morning) == [visit]


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(1980, 3, 5), date(2026, 3, 5), 46),
        (date(1980, 3, 5), date(2026, 3, 4), 45),
    ],
)
def test_age_counts_completed_years(born, on, years):
    assert queries.age_on(born, on) == years


def test_similar_clients_are_found_by_name_and_day_phone_or_mail(people):
    new = {"first_name": "Zoe", "last_name": "Ray", "birth_date": date(1980, 3, 5), "phone": "", "email": ""}

    assert queries.similar_clients(people.flo, new) == []
    assert queries.similar_clients(people.flo, new | {"first_name": "Lind", "last_name": "Ána"}) == [people.ana]
    assert queries.similar_clients(people.flo, new | {"phone": people.ben.phone}) == [people.ben]
    assert queries.similar_clients(people.flo, new | {"email": "BEN@example.org"}) == [people.ben]


def test_clients_without_phone_or_mail_resemble_nobody_by_it(people):
    factories.client("Cem", "Ray")
    new = {"first_name": "Zoe", "last_name": "Ash", "birth_date": date(1990, 1, 1), "phone": "", "email": ""}

    assert queries.similar_clients(people.flo, new) == []


@pytest.mark.parametrize("text", ["%", "_", "'", '"', "\\", "a' or 1=1 --", "💆", " "])
def test_signs_in_a_search_are_just_signs(people, text):
    found = queries.client_search(people.flo, text)

    assert found.rows in ([], [people.ana, people.ben], [people.ben, people.ana])


def test_set_up_names_every_gap(db):
    told = queries.set_up_gaps()

    assert len(told) == 5
    assert all(sentence.endswith(".") for sentence in told)
