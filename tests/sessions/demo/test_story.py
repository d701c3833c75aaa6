"""The fictional practice: everybody the tour needs is there, at whatever hour and on whatever day it is opened."""

from datetime import UTC, datetime, timedelta

from django.db.models import Count
from django.test import TestCase

from clinic.models import Appointment, AppointmentState, Client, Location, OutboundMessage, PortalAccess, User
from clinic.post import do_round
from clinic.queries import diary
from intake.models import Clearance, Intake, RaisedFlag
from intake.queries import current_screening, screening_result
from sessions.demo.story import PARENT, PORTAL, renew, tell
from sessions.models import SessionNote, StretchLog
from sessions.queries.inbox import inbox

NOW = datetime(2026, 11, 25, 10, 50, tzinfo=UTC)


def named(first: str) -> Client:
    """The invented client of that first name."""
    return Client.objects.get(first_name=first)


def flags(first: str) -> set[str]:
    """Codes raised by that client's newest intake."""
    return set(RaisedFlag.objects.filter(intake__client=named(first)).values_list("code", flat=True))


class TestStory(TestCase):
    """Told once for all tests of this class; each leaves it as it was."""

    @classmethod
    def setUpTestData(cls) -> None:
        tell(lambda line: None, now=NOW)

    def test_the_practice_has_its_people(self):
        assert Location.objects.count() == 2
        assert Client.objects.count() >= 30
        assert User.objects.filter(roles__contains=["owner", "therapist"]).count() == 1
        assert User.objects.filter(roles__contains=["therapist"]).count() == 4
        assert User.objects.filter(roles__contains=["front_desk"]).count() == 2

    def test_at_ten_to_eleven_people_are_here_to_come_and_finished(self):
        begun = {visit.state: visit for visit in diary(User.objects.get(printed_name="Jo Marsh"), now=NOW)}

        assert set(begun) >= {AppointmentState.ARRIVED, AppointmentState.BOOKED, AppointmentState.FINISHED}

    def test_a_day_of_the_demo_sends_a_handful_of_mail(self):
        for hours in range(24):
            do_round(NOW + timedelta(hours=hours))

        sent = OutboundMessage.objects.filter(state="sent").values_list("template", flat=True)
        assert sorted(sent) == ["plan_reminder", "portal_open", "portal_open", "portal_open"]

    def test_one_form_stopped_and_it_says_nothing_more(self):
        assert Intake.objects.get(client=named("Sam")).state == "stopped"

    def test_the_flags_of_the_tour_are_raised(self):
        tour = {"Robin": "C_SPL_LOW", "Theo": "C_ANTICOAG", "Priya": "C_PREG2", "Margaret": "L_THR_POST"}
        for first, code in tour.items():
            with self.subTest(first):
                assert code in flags(first)

    def test_robin_may_be_treated_within_limits(self):
        decision = current_screening(named("Robin"), on=NOW.date())

        assert decision.outcome == "modified"

    def test_an_expired_clearance_blocks_again(self):
        clearance = Clearance.objects.get(client=named("Jon"))

        assert clearance.expires < NOW.date()
        assert screening_result(named("Jon"), on=NOW.date()).session_allowed == "no"

    def test_five_sessions_show_pain_falling(self):
        notes = SessionNote.objects.filter(client=named("Robin")).order_by("started_at")

        assert [note.pain_before for note in notes] == [7, 7, 7, 5, 4]

    def test_a_signed_note_has_an_addendum_and_one_of_yesterday_waits_for_its_signature(self):
        with_addendum = SessionNote.objects.annotate(added=Count("addenda")).filter(added=1, signed_at__isnull=False)
        unsigned = SessionNote.objects.filter(signed_at=None)

        assert with_addendum.count() == 1
        assert [note.started_at.date() for note in unsigned] == [NOW.date() - timedelta(days=1)]

    def test_two_weeks_of_stretches_are_logged(self):
        days = set(StretchLog.objects.filter(client=named("Robin")).values_list("on", flat=True))

        assert max(days) - min(days) >= timedelta(days=12)

    def test_the_inbox_holds_what_waits_and_what_is_answered(self):
        found = inbox(User.objects.get(printed_name__startswith="Tam"), now=NOW)

        assert sorted(line.message.kind for line in found.lines) == ["not_right", "too_much"]
        assert [line.may_go_on for line in found.answered] == [True]

    def test_a_parent_opens_two_children_and_a_client_one_plan(self):
        opened = PortalAccess.objects.values_list("user__email").annotate(number=Count("id"))

        assert dict(opened) == {PARENT: 2, PORTAL: 1}

    def test_a_demo_opened_minutes_after_midnight_has_its_diary(self):
        midnight = datetime(2026, 11, 28, 0, 5, tzinfo=UTC)

        renew(lambda line: None, now=midnight)

        assert diary(User.objects.get(printed_name="Jo Marsh"), on=midnight.date())

    def test_on_a_later_day_the_diary_is_renewed_once(self):
        later = NOW + timedelta(days=3)
        desk = User.objects.get(printed_name="Jo Marsh")

        renew(lambda line: None, now=later)
        once = Appointment.objects.count()
        renew(lambda line: None, now=later)

        assert Appointment.objects.count() == once
        assert len(diary(desk, on=later.date())) == len(diary(desk, on=NOW.date()))

    def test_at_any_hour_the_whole_diary_lies_in_that_day(self):
        desk = User.objects.get(printed_name="Jo Marsh")
        for day, hour in ((2, 0), (3, 7), (4, 19), (5, 23)):
            with self.subTest(hour=hour):
                later = datetime(2026, 12, day, hour, 20, tzinfo=UTC)

                renew(lambda line: None, now=later)

                assert len(diary(desk, on=later.date())) == len(diary(desk, on=NOW.date()))
