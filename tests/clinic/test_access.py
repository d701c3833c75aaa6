"""The shut door: roles on views, the open ones, and confined browser sessions."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse

from clinic.access import confined, for_confined, for_role, open_to_anyone
from clinic.forms import local_moment
from clinic.models import User
from clinic.roles import Role

LONDON = ZoneInfo("Europe/London")


def _page(request):
    return HttpResponse("inside")


def _ask(rf, view, user):
    request = rf.get("/")
    request.user = user
    request.session = {}
    return view(request)


@pytest.mark.parametrize("held", list(Role))
def test_a_view_lets_in_the_roles_it_names(rf, held):
    view = for_role(Role.THERAPIST, Role.OWNER)(_page)
    user = User(roles=[held])

    if held in (Role.THERAPIST, Role.OWNER):
        assert _ask(rf, view, user).content == b"inside"
    else:
        with pytest.raises(PermissionDenied):
            _ask(rf, view, user)


def test_several_roles_have_the_union_of_rights(rf):
    view = for_role(Role.OWNER)(_page)

    assert _ask(rf, view, User(roles=["front_desk", "owner"])).status_code == 200


def test_nobody_signed_in_holds_no_role(rf):
    with pytest.raises(PermissionDenied):
        _ask(rf, for_role(*Role)(_page), AnonymousUser())


def test_a_view_says_its_roles(rf):
    assert for_role(Role.OWNER)(_page).roles == (Role.OWNER,)
    assert open_to_anyone(_page).roles == ()
    assert for_confined(_page).roles == ("confined",)


def test_pages_of_a_form_send_everybody_else_to_the_start(rf):
    answer = _ask(rf, for_confined(_page), User(roles=["owner"]))

    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_a_confined_session_says_what_it_is_confined_to(rf):
    request = rf.get("/i/")
    request.session = {"confined": {"path": "/i/", "subject": "x"}}

    assert confined(request) == {"path": "/i/", "subject": "x"}


# --- the clock of a location


def test_a_time_is_read_on_the_clock_of_the_place():
    assert local_moment(date(2026, 7, 1), time(9, 30), LONDON).astimezone(UTC) == datetime(
        2026, 7, 1, 8, 30, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("day", "clock", "sentence"),
    [(date(2026, 3, 29), time(1, 30), "go forward"), (date(2026, 10, 25), time(1, 30), "go back")],
)
def test_a_time_the_clocks_skip_or_repeat_is_refused(day, clock, sentence):
    with pytest.raises(ValidationError, match=sentence):
        local_moment(day, clock, LONDON)


@pytest.mark.parametrize("clock", [time(0, 59), time(2, 0)])
def test_times_around_the_change_of_clocks_are_fine(clock):
    for day in (date(2026, 3, 29), date(2026, 10, 25)):
        assert local_moment(day, clock, LONDON).time() == clock
