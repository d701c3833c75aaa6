"""Promises of the ground floor that the database keeps, whatever path a change takes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.utils import InternalError, ProgrammingError
from django.utils import timezone

from clinic import actions
from clinic.models import (
    Appointment,
    AppointmentState,
    AuditEvent,
    Care,
    CareReason,
    Client,
    ContentEdition,
    ContentKind,
    EditionSignOff,
    OutboundMessage,
    PortalAccess,
    Practice,
    User,
)
from clinic.models.client import new_reference
from clinic.roles import Role
from clinic.rules.text import plain
from tests import factories

pytestmark = pytest.mark.django_db


def _refused(change):
    with pytest.raises((IntegrityError, InternalError, ProgrammingError)) as refused, transaction.atomic():
        change()
    return str(refused.value)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Østergård", "ostergard"),
        ("O'Brien-Smith", "o brien smith"),
        ("  Łukasz  ÇELİK ", "lukasz celik"),
        ("José_María", "jose maria"),
        ("Straße", "strasse"),
        ("山田", "山田"),
    ],
)
def test_names_are_searched_without_accents_and_signs(text, wanted):
    assert plain(text) == wanted


def test_a_reference_is_six_digits_in_two_groups():
    left, dash, right = new_reference().partition("-")

    assert dash == "-"
    assert (left + right).isdecimal()
    assert len(left) == len(right) == 3


# --- users


@pytest.mark.parametrize("roles", [[], ["client", "therapist"], ["admin"]])
def test_roles_are_known_and_the_client_role_stands_alone(people, roles):
    _refused(lambda: User.objects.filter(pk=people.tess.pk).update(roles=roles))


def test_two_accounts_never_share_an_address(people):
    _refused(lambda: User.objects.filter(pk=people.tess.pk).update(email=people.flo.email))


def test_a_disabled_account_says_since_when(people):
    _refused(lambda: User.objects.filter(pk=people.tess.pk).update(is_active=False))


@pytest.mark.parametrize("role", list(Role))
def test_each_role_alone_makes_an_account(people, role):
    User.objects.filter(pk=people.tess.pk).update(roles=[role])

    assert User.objects.get(pk=people.tess.pk).holds(role)


# --- practice, clients, access


def test_there_is_one_practice(people):
    _refused(lambda: Practice.objects.create(name="Second"))
    _refused(lambda: Practice.objects.create(name="Second", only=False))


@pytest.mark.parametrize("born", [date(1899, 12, 31), date(2200, 1, 2)])
def test_nobody_is_born_outside_the_range(people, born):
    _refused(lambda: Client.objects.filter(pk=people.ana.pk).update(birth_date=born))


def test_two_clients_share_an_address_but_no_reference(people):
    Client.objects.filter(pk=people.ben.pk).update(email=people.ana.email, phone=people.ana.phone)

    _refused(lambda: Client.objects.filter(pk=people.ben.pk).update(ref=people.ana.ref))


def test_a_client_is_not_merged_into_itself(people):
    _refused(lambda: Client.objects.filter(pk=people.ana.pk).update(merged_into=people.ana))


def test_one_open_access_for_each_account_and_client(people):
    row = PortalAccess.objects.get(user=people.ana_user)

    _refused(
        lambda: PortalAccess.objects.create(user=row.user, client=row.client, relation="self", opened_at=timezone.now())
    )


def test_one_account_opens_several_clients(people):
    factories.portal_user(people.ben, people.ana_user.email, "parent")

    assert PortalAccess.objects.filter(user=people.ana_user, ended_at=None).count() == 2


def test_one_open_care_for_each_therapist_and_client(people):
    _refused(
        lambda: Care.objects.create(
            client=people.ana, therapist=people.tess, reason=CareReason.NOTE, since=timezone.now()
        )
    )


def test_a_message_is_put_on_its_way_once(people):
    row = OutboundMessage.objects.first()

    _refused(
        lambda: OutboundMessage.objects.create(
            template="x", client=row.client, to=row.to, key=row.key, created_at=timezone.now()
        )
    )


# --- diary


def test_the_database_refuses_a_double_booking_by_sql(people):
    first = factories.appointment(people.ana, people.tess)
    second = factories.appointment(people.ben, people.tess, begins=first.during.upper)

    told = _refused(lambda: Appointment.objects.filter(pk=second.pk).update(during=first.during))

    assert "appointment_therapist_is_free" in told


@pytest.mark.parametrize("state", [AppointmentState.CANCELLED, AppointmentState.NO_SHOW])
def test_a_visit_that_did_not_happen_holds_no_time(people, state):
    first = factories.appointment(people.ana, people.tess, state=state)

    again = factories.appointment(people.ben, people.tess)

    assert again.during == first.during


def test_two_therapists_work_at_the_same_time(people):
    factories.appointment(people.ana, people.tess)
    factories.appointment(people.ben, people.theo)

    assert Appointment.objects.count() == 2


def test_a_visit_has_a_beginning_and_an_end(people):
    visit = factories.appointment(people.ana, people.tess)
    now = timezone.now()

    for during in (DateTimeTZRange(now, None), DateTimeTZRange(None, now), DateTimeTZRange(now, now)):
        _refused(lambda during=during: Appointment.objects.filter(pk=visit.pk).update(during=during))


def test_an_imported_visit_comes_in_once(people):
    details = {"client": people.ana, "location": people.location, "source": "calendar", "external_uid": "7@x"}
    tomorrow = timezone.now() + timedelta(days=1)
    actions.book_appointment(therapist=people.tess, begins=tomorrow, minutes=30, by=None, **details)

    _refused(lambda: actions.book_appointment(therapist=people.theo, begins=tomorrow, minutes=30, by=None, **details))


# --- append-only


def _append_only_rows(people):
    actions.sign_off_edition(
        kind=ContentKind.QUESTIONS, clinician="Dr A", profession="GP", signed_on=date(2026, 1, 1), by=people.odile
    )
    return [AuditEvent.objects.first(), ContentEdition.objects.first(), EditionSignOff.objects.first()]


def test_append_only_rows_are_neither_changed_nor_deleted(people):
    for row in _append_only_rows(people):
        table = row._meta.db_table
        _refused(row.save)
        _refused(row.delete)
        _refused(lambda row=row: type(row).objects.filter(pk=row.pk).update(id=row.pk))
        for sql in (f'update "{table}" set id = id', f'delete from "{table}"'):
            with connection.cursor() as cursor:
                told = _refused(lambda cursor=cursor, sql=sql: cursor.execute(sql))
                assert "append_only" in told or "Cannot" in told


def test_the_history_keeps_what_a_client_was_called(people):
    actions.change_client(client=people.ana, details={"last_name": "Berg"}, by=people.flo)

    names = list(people.ana.events.order_by("pgh_id").values_list("last_name", flat=True))
    assert names == ["Lind", "Berg"]


def test_records_say_type_and_id_alone(people):
    visit = factories.appointment(people.ana, people.tess)

    for row in (people.ana, people.tess, visit, people.location):
        assert str(row) == f"{row._meta.verbose_name} {row.uuid}"
