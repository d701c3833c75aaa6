"""The writing door: what each action leaves behind, and what it refuses."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.exceptions import ValidationError
from django.utils import timezone

from clinic import actions
from clinic.models import (
    Appointment,
    AppointmentState,
    AuditEvent,
    Care,
    Client,
    ContentKind,
    MessageState,
    OutboundMessage,
    PortalAccess,
    PortalRelation,
    User,
)
from clinic.queries import client_search, practice
from tests import factories

pytestmark = pytest.mark.django_db
S = AppointmentState
ANA = {"first_name": "Ana", "last_name": "Lind", "birth_date": date(1980, 3, 5)}


def _verbs(**about):
    return list(AuditEvent.objects.filter(**about).order_by("id").values_list("verb", flat=True))


# --- clients


def test_the_same_form_sent_twice_leaves_one_client(people):
    key = uuid.uuid4()

    first = actions.create_client(details=ANA, key=key, by=people.flo)
    second = actions.create_client(details=ANA, key=key, by=people.flo)

    assert first == second
    assert Client.objects.filter(uuid=key).count() == 1
    assert _verbs(client=first) == ["create_client"]


def test_a_form_key_of_another_person_is_refused(people):
    with pytest.raises(ValidationError, match="already used for somebody else"):
        actions.create_client(details=ANA | {"first_name": "Zoe"}, key=people.ana.uuid, by=people.flo)


def test_a_client_has_a_reference_that_can_be_said_aloud(people):
    assert people.ana.ref.replace("-", "").isdecimal()
    assert people.ana.ref != people.ben.ref


def test_a_client_without_a_name_is_refused_by_field(people):
    with pytest.raises(ValidationError) as refused:
        actions.create_client(details=ANA | {"last_name": ""}, by=people.flo)

    assert "last_name" in refused.value.message_dict


def test_only_details_may_be_written(people):
    with pytest.raises(ValueError, match="merged_into"):
        actions.change_client(client=people.ana, details={"merged_into": people.ben}, by=people.flo)


def test_a_changed_name_is_found_by_the_search(people):
    actions.change_client(client=people.ana, details={"last_name": "Østergård"}, by=people.flo)

    assert client_search(people.flo, "ostergard").rows == [people.ana]
    assert client_search(people.flo, "lind").rows == []


# --- portal


def test_opening_the_portal_makes_a_client_account_and_sends_one_mail(people, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        for _time in range(2):
            actions.open_portal(
                client=people.ben, email="Kim@Example.org", relation=PortalRelation.HELPER, name="Kim", by=people.flo
            )

    account = User.objects.get(email="kim@example.org")
    assert account.roles == ["client"]
    assert not account.has_usable_password()
    assert PortalAccess.objects.filter(user=account).count() == 1
    assert [message.to for message in mail.outbox] == [["kim@example.org"]]
    assert OutboundMessage.objects.get(to="kim@example.org").state == MessageState.SENT


def test_the_invitation_names_neither_client_nor_anything_of_health(people, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        actions.open_portal(client=people.ben, email="kim@example.org", relation=PortalRelation.HELPER, by=people.flo)

    text = f"{mail.outbox[0].subject} {mail.outbox[0].body}".lower()
    words = {"ben", "okoro", "massage plan", "stretch", "sciatica", "pain", "treatment"}
    assert {word for word in words if word in text} == set()
    assert "riverside massage" in text


def test_mail_waits_for_a_mail_server_that_is_down(people, settings, django_capture_on_commit_callbacks):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9

    with django_capture_on_commit_callbacks(execute=True):
        actions.open_portal(client=people.ben, email="kim@example.org", relation=PortalRelation.HELPER, by=people.flo)

    row = OutboundMessage.objects.get(to="kim@example.org")
    assert (row.state, row.attempts, row.trouble) == (MessageState.WAITING, 1, "server")


def test_a_staff_address_never_becomes_a_client_account(people):
    with pytest.raises(ValidationError, match="staff account"):
        actions.open_portal(client=people.ana, email=people.tess.email, relation=PortalRelation.SELF, by=people.flo)


def test_an_ended_access_can_be_opened_again(people):
    access = PortalAccess.objects.get(user=people.ana_user)
    actions.end_portal(access=access, by=people.flo)

    again = actions.open_portal(
        client=people.ana, email=people.ana_user.email, relation=PortalRelation.SELF, by=people.flo
    )

    assert again != access
    assert PortalAccess.objects.get(pk=access.pk).ended_at is not None


# --- diary


def test_booking_starts_care(people):
    factories.appointment(people.ana, people.theo)

    assert Care.objects.filter(client=people.ana, therapist=people.theo, until=None).count() == 1


def test_a_therapist_is_never_double_booked(people):
    factories.appointment(people.ana, people.tess)

    with pytest.raises(ValidationError) as refused:
        factories.appointment(people.ben, people.tess)

    assert "already has an appointment" in refused.value.message_dict["time"][0]
    assert Appointment.objects.count() == 1


def test_visits_that_touch_do_not_overlap(people):
    first = factories.appointment(people.ana, people.tess, minutes=45)

    factories.appointment(people.ben, people.tess, begins=first.during.upper)

    assert Appointment.objects.count() == 2


def test_a_cancelled_visit_frees_its_time_until_it_is_taken_back(people):
    cancelled = factories.appointment(people.ana, people.tess, state=S.CANCELLED)
    factories.appointment(people.ben, people.tess)

    with pytest.raises(ValidationError, match="already has an appointment"):
        actions.undo_appointment(appointment=cancelled, by=people.flo)

    assert Appointment.objects.get(pk=cancelled.pk).state == S.CANCELLED


def test_only_therapists_are_booked(people):
    with pytest.raises(ValidationError, match="therapist who works here"):
        factories.appointment(people.ana, people.flo)


@pytest.mark.parametrize(
    ("state", "before"),
    [(S.ARRIVED, S.BOOKED), (S.FINISHED, S.ARRIVED), (S.CANCELLED, S.BOOKED), (S.NO_SHOW, S.BOOKED)],
)
def test_undo_goes_one_step_back(people, state, before):
    visit = factories.appointment(people.ana, people.tess, state=state)

    back = actions.undo_appointment(appointment=visit, by=people.flo)

    assert back.state == before
    assert (back.arrived_at is not None) == (before == S.ARRIVED)


def test_a_visit_cancelled_after_arrival_comes_back_as_here(people):
    visit = factories.appointment(people.ana, people.tess, state=S.ARRIVED)
    arrived = visit.arrived_at
    actions.move_appointment(appointment=visit, to=S.CANCELLED, by=people.flo)

    back = actions.undo_appointment(appointment=visit, by=people.flo)

    assert (back.state, back.arrived_at) == (S.ARRIVED, arrived)


def test_there_is_nothing_to_undo_on_a_booked_visit(people):
    visit = factories.appointment(people.ana, people.tess)

    with pytest.raises(ValidationError, match="nothing to undo"):
        actions.undo_appointment(appointment=visit, by=people.flo)


def test_yesterday_cannot_be_undone(people):
    yesterday = timezone.now() - timedelta(days=1)
    visit = factories.appointment(people.ana, people.tess, begins=yesterday, state=S.FINISHED, at=yesterday)

    with pytest.raises(ValidationError, match="only on the day"):
        actions.undo_appointment(appointment=visit, by=people.flo)


def test_nobody_arrives_before_the_day(people):
    visit = factories.appointment(people.ana, people.tess, begins=timezone.now() + timedelta(days=2))

    with pytest.raises(ValidationError, match="later day"):
        actions.move_appointment(appointment=visit, to=S.ARRIVED, by=people.flo)


def test_a_finished_visit_does_not_become_a_no_show(people):
    visit = factories.appointment(people.ana, people.tess, state=S.FINISHED)

    with pytest.raises(ValidationError, match="Finished"):
        actions.move_appointment(appointment=visit, to=S.NO_SHOW, by=people.flo)


def test_the_same_tap_twice_is_one_move(people):
    visit = factories.appointment(people.ana, people.tess)

    first = actions.move_appointment(appointment=visit, to=S.ARRIVED, by=people.flo)
    second = actions.move_appointment(appointment=visit, to=S.ARRIVED, by=people.flo)

    assert first.arrived_at == second.arrived_at
    assert _verbs(object_uuid=visit.uuid) == ["book_appointment", "move_appointment"]


# --- owner


def test_a_new_staff_account_gets_a_one_time_password(people):
    user, password = actions.create_staff(
        email="New@Riverside.example", roles=["therapist"], printed_name="Nia", by=people.odile
    )

    assert user.email == "new@riverside.example"
    assert user.check_password(password)
    assert user.password_is_temporary


def test_a_weak_password_is_refused_by_field(db):
    with pytest.raises(ValidationError) as refused:
        actions.create_staff(email="a@b.example", roles=["owner"], printed_name="Nia", password="short", by=None)

    assert "password" in refused.value.message_dict


@pytest.mark.parametrize("roles", [[], ["client"], ["owner", "client"], ["admin"]])
def test_staff_hold_staff_roles_alone(people, roles):
    with pytest.raises(ValidationError, match="at least one of"):
        actions.create_staff(email="new@x.example", roles=roles, printed_name="Nia", by=people.odile)


def test_the_last_owner_stays(people):
    actions.disable_staff(staff=people.solo, by=people.odile)
    other = factories.staff("front_desk")

    with pytest.raises(ValidationError, match="last owner"):
        actions.disable_staff(staff=people.odile, by=other)
    with pytest.raises(ValidationError, match="last owner"):
        actions.change_staff(staff=people.odile, roles=["therapist"], printed_name="Odile", by=other)

    assert User.objects.get(pk=people.odile.pk).roles == ["owner"]


def test_nobody_changes_the_own_roles_or_shuts_the_own_account(people):
    with pytest.raises(ValidationError, match="your own roles"):
        actions.change_staff(staff=people.solo, roles=["owner"], printed_name="Sol", by=people.solo)
    with pytest.raises(ValidationError, match="your own account"):
        actions.disable_staff(staff=people.solo, by=people.solo)


def test_disabling_ends_the_browser_sessions_of_that_account_alone(people, client):
    client.post("/accounts/login/", {"login": people.tess.email, "password": factories.PASSWORD})
    key = client.session.session_key
    assert Session.objects.filter(session_key=key).exists()

    actions.disable_staff(staff=people.flo, by=people.odile)
    assert Session.objects.filter(session_key=key).exists()
    actions.disable_staff(staff=people.tess, by=people.odile)

    assert not Session.objects.filter(session_key=key).exists()


def test_an_enabled_account_has_no_time_of_disabling(people):
    actions.disable_staff(staff=people.tess, by=people.odile)

    again = actions.enable_staff(staff=people.tess, by=people.odile)

    assert (again.is_active, again.disabled_at) == (True, None)


def test_client_accounts_are_not_staff(people):
    with pytest.raises(ValidationError, match="client's account"):
        actions.change_staff(staff=people.ana_user, roles=["owner"], printed_name="Ana", by=people.odile)


def test_the_practice_stays_one_row(people):
    changed = actions.save_practice(details={"name": "Hillside"}, by=people.odile)

    assert practice() == changed
    assert practice().name == "Hillside"


def test_an_unknown_time_zone_is_refused(people):
    with pytest.raises(ValidationError, match="Europe/London"):
        actions.save_location(details={"name": "Moon", "time_zone": "Moon/Base"}, by=people.odile)


def test_a_sign_off_stands_for_the_edition_in_use(people):
    assert not practice().content_signed_off

    for kind in ContentKind:
        actions.sign_off_edition(
            kind=kind, clinician="Dr A. Lund", profession="GP", signed_on=date(2026, 1, 5), by=people.odile
        )

    assert practice().content_signed_off


def test_a_sign_off_is_not_dated_ahead(people):
    with pytest.raises(ValidationError) as refused:
        actions.sign_off_edition(
            kind=ContentKind.QUESTIONS,
            clinician="Dr A. Lund",
            profession="GP",
            signed_on=date.today() + timedelta(days=2),
            by=people.odile,
        )

    assert "signed_on" in refused.value.message_dict


def test_every_action_names_its_actor_and_roles(people):
    actions.change_client(client=people.ana, details={"pronouns": "she/her"}, by=people.solo)

    event = AuditEvent.objects.first()
    assert (event.actor, event.roles, event.client) == (people.solo, people.solo.roles, people.ana)


def test_the_time_can_be_given_for_a_past(people):
    past = datetime(2025, 1, 2, 9, tzinfo=UTC)

    made = actions.create_client(details=ANA, by=None, at=past)

    assert made.created_at == past
    assert AuditEvent.objects.get(client=made).at == past
