"""The practice's tablets: registered, handed over by a code, locked, called back; what the desk sees of them."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone

from intake import access_actions as doors
from intake import actions
from intake.access_queries import device_of
from intake.board import board, tablets
from intake.models import Device, Intake, IntakeAccess
from intake.queries import form_states, open_access, shown_answers
from tests import factories
from tests.answers import all_clear
from tests.intake.factories import AS_ANA, handed_in

pytestmark = pytest.mark.django_db


def tablet(by, name="A"):
    """A registered tablet."""
    return doors.register_device(name=name, location=factories.location(), by=by)[0]


def opened(client, by, device=None, **more):
    """A form that was handed over and opened with its code."""
    device = device or tablet(by)
    _access, code = doors.hand_over(client=client, device=device, by=by, **more)
    return doors.enter_on_tablet(device=device, code=code, by=None)


def _wrong(code):
    return f"{(int(code) + 1) % 10000:04}"


def _states(by, **more):
    return [(each.device.name, each.state) for each in tablets(by, **more)]


# --- registering --------------------------------------------------------------------------------------------------


def test_a_tablet_is_known_by_its_token_and_the_token_is_in_no_table(people):
    device, token = doors.register_device(name="A", location=people.location, by=people.flo)

    assert device_of(token) == device
    assert token not in (device.token_hash, "")
    with connection.cursor() as cursor:
        cursor.execute("select row_to_json(d)::text from intake_device d")
        assert token not in cursor.fetchone()[0]


def test_owner_and_desk_register_tablets_and_nobody_else(people):
    for number, member in enumerate((people.odile, people.flo, people.solo)):
        tablet(member, name=str(number))

    for member in (people.tess, people.ana_user):
        with pytest.raises(PermissionDenied):
            tablet(member)


def test_two_tablets_in_use_never_have_one_name(people):
    first = tablet(people.flo)
    with pytest.raises(ValidationError, match="Another tablet has this name"):
        tablet(people.flo)

    doors.revoke_device(device=first, by=people.flo)

    assert tablet(people.flo).name == "A"


def test_a_tablet_registered_anew_is_no_longer_what_it_was(people):
    first, token = doors.register_device(name="A", location=people.location, by=people.flo)

    doors.register_device(name="B", location=people.location, instead_of=first, by=people.flo)

    assert device_of(token) is None
    assert _states(people.flo) == [("B", "free")]


def test_a_tablet_taken_out_of_use_opens_nothing_and_what_was_open_is_closed(people):
    device = tablet(people.flo)
    running = opened(people.ana, people.flo, device)

    doors.revoke_device(device=device, by=people.odile)

    assert open_access(str(running.uuid)) is None
    with pytest.raises(ValidationError, match="no longer registered"):
        doors.hand_over(client=people.ana, device=device, by=people.flo)
    assert doors.enter_on_tablet(device=device, code="0000", by=None) is None


# --- the code -----------------------------------------------------------------------------------------------------


def test_a_code_opens_the_form_of_its_client_on_its_tablet_once(people):
    device = tablet(people.flo)
    access, code = doors.hand_over(client=people.ana, device=device, by=people.flo)

    assert (len(code), code.isdigit()) == (4, True)
    assert doors.enter_on_tablet(device=tablet(people.flo, "B"), code=code, by=None) is None
    assert doors.enter_on_tablet(device=device, code=code, by=None) == access
    assert doors.enter_on_tablet(device=device, code=code, by=None) is None


def test_a_code_lives_five_minutes(people):
    device, now = tablet(people.flo), timezone.now()
    _access, code = doors.hand_over(client=people.ana, device=device, by=people.flo, at=now)

    late = doors.enter_on_tablet(device=device, code=code, by=None, at=now + timedelta(minutes=5))
    in_time = doors.enter_on_tablet(device=device, code=code, by=None, at=now + timedelta(minutes=4, seconds=59))

    assert (late, in_time is not None) == (None, True)


def test_the_code_is_not_kept_in_clear(people):
    access, code = doors.hand_over(client=people.ana, device=tablet(people.flo), by=people.flo)

    access.refresh_from_db()
    assert len(access.token_hash) == 64
    assert code not in {access.token_hash[:4], str(access.tries)}


def test_three_wrong_codes_kill_the_right_one(people):
    device = tablet(people.flo)
    _access, code = doors.hand_over(client=people.ana, device=device, by=people.flo)

    for _try in range(3):
        assert doors.enter_on_tablet(device=device, code=_wrong(code), by=None) is None

    assert doors.enter_on_tablet(device=device, code=code, by=None) is None
    assert _states(people.flo) == [("A", "tries")]
    assert opened(people.ana, people.flo, device) is not None


@pytest.mark.django_db(transaction=True)
def test_of_forty_codes_typed_at_once_three_are_heard():
    people = factories.people()
    device = tablet(people.flo)
    _access, code = doors.hand_over(client=people.ana, device=device, by=people.flo)
    wrong = [f"{number:04}" for number in range(41) if f"{number:04}" != code][:40]
    start, said = threading.Barrier(40), []

    def guess(typed):
        start.wait()
        try:
            said.append(doors.enter_on_tablet(device=device, code=typed, by=None))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=guess, args=(typed,)) for typed in wrong]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert said == [None] * 40
    assert (IntakeAccess.objects.get().tries, IntakeAccess.objects.get().ended_because) == (3, "tries")


def test_the_same_page_sent_twice_hands_over_once_with_a_new_code(people):
    device, key = tablet(people.flo), uuid.uuid4()
    first, old = doors.hand_over(client=people.ana, device=device, key=key, by=people.flo)
    again, new = doors.hand_over(client=people.ana, device=device, key=key, by=people.flo)

    assert first == again
    assert IntakeAccess.objects.count() == 1
    if old != new:
        assert doors.enter_on_tablet(device=device, code=old, by=None) is None
    assert doors.enter_on_tablet(device=device, code=new, by=None) == first
    with pytest.raises(ValidationError, match="out of date"):
        doors.hand_over(client=people.ana, device=device, key=key, by=people.flo)
    with pytest.raises(ValidationError, match="out of date"):
        doors.hand_over(client=people.ben, device=device, key=key, by=people.flo)


def test_a_tablet_in_somebodys_hands_is_not_handed_to_another(people):
    device = tablet(people.flo)
    running = opened(people.ana, people.flo, device)
    with pytest.raises(ValidationError, match="in use"):
        doors.hand_over(client=people.ben, device=device, by=people.flo)

    doors.revoke_access(access=running, by=people.flo)

    assert opened(people.ben, people.flo, device).client == people.ben


def test_a_code_nobody_typed_gives_way_to_the_next(people):
    device = tablet(people.flo)
    _first, old = doors.hand_over(client=people.ana, device=device, by=people.flo)
    second, code = doors.hand_over(client=people.ben, device=device, by=people.flo)

    if old != code:
        assert doors.enter_on_tablet(device=device, code=old, by=None) is None
    assert doors.enter_on_tablet(device=device, code=code, by=None) == second


# --- the database's own promises ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"device": None},
        {"token_hash": None},
        {"tries": 4},
        {"kind": "this_device"},
        {"ended_because": "idle"},
        {"ended_at": timezone.now()},
    ],
)
def test_the_database_refuses_a_tablet_form_that_is_none(people, change):
    access = opened(people.ana, people.flo)

    with pytest.raises(IntegrityError), transaction.atomic():
        IntakeAccess.objects.filter(pk=access.pk).update(**change)


def test_the_database_lets_a_tablet_hold_one_open_form(people):
    device = tablet(people.flo)
    mine = opened(people.ana, people.flo, device)
    other = opened(people.ben, people.flo, tablet(people.flo, "B"))

    with pytest.raises(IntegrityError), transaction.atomic():
        IntakeAccess.objects.filter(pk=other.pk).update(device=mine.device)


# --- who holds it -------------------------------------------------------------------------------------------------


def _typed(access, **said):
    page = {"ab_first": "Ana", "ab_last": "Lind", "ab_dob": "1980-03-05", "ab_sex": "female", **said}
    return actions.save_page(access=access, ids=list(page), values=page, by=None)


def test_what_the_practice_knows_stays_away_until_the_client_has_typed_who_they_are(people):
    access = opened(people.ana, people.flo)
    assert shown_answers(access) == {}

    _typed(access)

    assert shown_answers(open_access(str(access.uuid)))["ab_phone"] == "+447700900123"


@pytest.mark.parametrize("said", [{}, {"ab_first": "Anna"}, {"ab_last": "Lindt"}, {"ab_dob": "1980-03-06"}])
def test_a_slip_in_name_or_date_goes_on(people, said):
    access = opened(people.ana, people.flo)

    assert _typed(access, **said).answers["ab_sex"] == "female"


@pytest.mark.parametrize("said", [{"ab_first": "Ben", "ab_last": "Okoro"}, {"ab_dob": "1975-11-30"}])
def test_another_name_or_date_stops_the_form_keeps_nothing_and_tells_the_desk(people, said):
    access = opened(people.ana, people.flo)

    with pytest.raises(actions.AccessEnded):
        _typed(access, **said)

    assert Intake.objects.get().answers == {}
    assert open_access(str(access.uuid)) is None
    [row] = tablets(people.flo)
    assert (row.state, row.access.client, row.needs_somebody) == ("wrong_person", people.ana, True)


def test_at_the_desks_own_device_a_name_is_put_right_without_a_stop(people):
    access = actions.open_form(client=people.ana, by=people.flo)

    assert _typed(access, ab_first="Beatrix").answers["ab_first"] == "Beatrix"


# --- locked and gone on -------------------------------------------------------------------------------------------


def test_a_locked_form_keeps_its_answers_and_goes_on_with_a_new_code(people):
    device = tablet(people.flo)
    access = opened(people.ana, people.flo, device)
    _typed(access)

    doors.lock_form(access=access, by=None)

    assert _states(people.flo) == [("A", "locked")]
    again = opened(people.ana, people.flo, device)
    assert again.intake.answers["ab_first"] == "Ana"
    assert _states(people.flo) == [("A", "in_use")]


# --- the board ----------------------------------------------------------------------------------------------------


def test_the_board_says_who_has_which_tablet_and_how_far(people):
    free, waiting, busy = (tablet(people.flo, name) for name in "CBA")
    doors.hand_over(client=people.ben, device=waiting, by=people.flo)
    _typed(opened(people.ana, people.flo, busy))

    found = tablets(people.flo, now=timezone.now() + timedelta(minutes=4))

    assert [(each.device, each.state) for each in found] == [(busy, "in_use"), (waiting, "waiting"), (free, "free")]
    assert (found[0].access.client, found[0].minutes, 0 < found[0].done < found[0].of) == (people.ana, 4, True)


def test_a_row_of_the_board_says_on_which_tablet_or_that_it_is_done_at_home(people):
    on = timezone.localdate()
    _typed(opened(people.ben, people.flo), ab_first="Ben", ab_last="Okoro", ab_dob="1975-11-30")
    home = doors.send_link(client=people.ana, by=people.flo)
    doors.enter_by_link(access=home, asker=uuid.uuid4(), birth_date=people.ana.birth_date, by=None)
    values = all_clear(**AS_ANA)
    actions.save_page(access=home, ids=list(values), values=values, by=None)

    states = form_states(people.flo, [people.ana, people.ben], on=on)
    assert (states[people.ben.pk].tablet, states[people.ben.pk].at_home) == ("A", False)
    assert (states[people.ana.pk].tablet, states[people.ana.pk].at_home) == ("", True)

    actions.submit_intake(access=home, submit_key=uuid.uuid4(), by=None)
    done = form_states(people.flo, [people.ana], on=on)[people.ana.pk]
    assert (done.state, done.at_home) == ("done", True)


def test_clients_see_no_tablets(people):
    tablet(people.flo)

    assert tablets(people.ana_user) == []


def test_a_notice_about_a_tablet_ends_when_the_client_goes_on_elsewhere_or_the_day_is_over(people):
    device = tablet(people.flo)
    doors.lock_form(access=opened(people.ana, people.flo, device), by=None)
    assert _states(people.flo, now=timezone.now() + timedelta(days=1)) == [("A", "free")]

    actions.open_form(client=people.ana, kind="aloud", by=people.flo)

    assert _states(people.flo) == [("A", "free")]


def test_help_is_asked_for_and_answered(people):
    access = opened(people.ana, people.flo)

    doors.ask_for_help(access=access, by=None)
    assert [row.needs_somebody for row in tablets(people.flo)] == [True]

    doors.answer_help(access=access, by=people.flo)
    assert [row.needs_somebody for row in tablets(people.flo)] == [False]


def test_tablets_take_two_statements_however_many(people, django_assert_num_queries):
    for name in "ABCDE":
        opened(factories.client(name, "Busy"), people.flo, tablet(people.flo, name))

    with django_assert_num_queries(2):
        tablets(people.flo)


def test_a_check_in_on_a_tablet_has_no_pages_to_count(people):
    handed_in(people.ana, people.flo)
    opened(people.ana, people.flo, purpose="check_in")

    [row] = tablets(people.flo)
    assert (row.state, row.of) == ("in_use", 0)
    assert board(people.flo).here == []


def test_a_device_says_its_type_and_id_alone(people):
    device = tablet(people.flo, "Reception")

    assert str(device) == f"tablet {device.uuid}"
    assert Device.objects.get() == device
