"""Signing in and out: staff by password, clients by code, clocks, one-time passwords, confined browser sessions."""

from __future__ import annotations

import re

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.http import HttpRequest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clinic import actions
from clinic.access import confine
from clinic.models import User
from tests import factories

pytestmark = pytest.mark.django_db
LOGIN, CODE, CONFIRM = "/accounts/login/", "/accounts/login/code/", "/accounts/login/code/confirm/"


def _sign_in(browser, user):
    return browser.post(LOGIN, {"login": user.email, "password": factories.PASSWORD})


def _code():
    return re.search(r"^[A-Z0-9-]{6,}$", mail.outbox[-1].body, re.MULTILINE)[0]


def _signed_in(browser):
    return "_auth_user_id" in browser.session


def _wind_back(browser, **seconds):
    session = browser.session
    for clock, ago in seconds.items():
        session[clock] = int(timezone.now().timestamp()) - ago
    session.save()


# --- staff


def test_staff_sign_in_by_password_whatever_the_case_of_the_address(people, client):
    answer = client.post(LOGIN, {"login": people.flo.email.upper(), "password": factories.PASSWORD})

    assert answer["Location"] == reverse("home")
    assert client.get("/")["Location"] == reverse("intake:today")


@pytest.mark.parametrize(
    ("who", "page"),
    [("tess", "sessions:my_day"), ("flo", "intake:today"), ("odile", "setup"), ("solo", "sessions:my_day")],
)
def test_each_role_starts_at_its_own_page(people, client, who, page):
    client.force_login(getattr(people, who))

    assert client.get("/")["Location"] == reverse(page)


def test_a_client_starts_at_the_portal(people, client):
    client.force_login(people.ana_user)

    assert client.get("/")["Location"] == reverse("sessions:portal")


def test_somebody_with_all_roles_reaches_every_start_page_from_the_top(people, client):
    client.force_login(people.solo)

    html = client.get(reverse("clients")).content.decode()

    for page in ("sessions:my_day", "intake:today", "clients", "admin:index", "setup"):
        assert f'href="{reverse(page)}"' in html


def test_the_desk_sees_no_way_to_other_roles_pages(people, client):
    client.force_login(people.flo)

    html = client.get(reverse("clients")).content.decode()

    for page in ("sessions:my_day", "admin:index", "setup"):
        assert f'href="{reverse(page)}"' not in html


def test_staff_get_no_code_and_the_answer_is_that_of_an_unknown_address(people):
    answers = {email: Browser().post(CODE, {"email": email}) for email in (people.tess.email, "nobody@example.org")}

    assert mail.outbox == []
    assert len({(answer.status_code, answer.get("Location")) for answer in answers.values()}) == 1


def test_a_wrong_password_signs_nobody_in(people, client):
    client.post(LOGIN, {"login": people.tess.email, "password": "not-the-password-1"})

    assert not _signed_in(client)


def test_guessing_passwords_is_slowed_down(people, client):
    for _attempt in range(12):
        client.post(LOGIN, {"login": people.tess.email, "password": "not-the-password-1"})

    _sign_in(client, people.tess)

    assert not _signed_in(client)


def test_the_records_have_no_way_in_past_the_second_factor(people, client):
    client.force_login(people.flo)

    answer = client.post("/admin/login/", {"username": people.odile.email, "password": factories.PASSWORD})

    assert answer.status_code == 403
    assert client.session["_auth_user_id"] == str(people.flo.pk)


def test_the_records_send_to_the_product_s_own_password_page(people, client):
    client.force_login(people.tess)

    assert client.get("/admin/password_change/")["Location"] == reverse("account_change_password")


@pytest.mark.parametrize("page", ["account_change_password", "account_reauthenticate", "mfa_index", "mfa_add_webauthn"])
def test_passwords_and_second_factors_are_not_for_clients(people, client, page):
    client.force_login(people.ana_user)

    assert client.get(reverse(page)).status_code == 403


def test_a_disabled_account_is_refused_at_the_next_request(people, client):
    _sign_in(client, people.tess)
    assert client.get(reverse("clients")).status_code == 200

    actions.disable_staff(staff=people.tess, by=people.odile)

    assert client.get(reverse("clients"))["Location"].startswith(LOGIN)
    _sign_in(client, people.tess)
    assert not _signed_in(client)


def test_a_role_that_was_taken_away_is_gone_at_the_next_request(people, client):
    _sign_in(client, people.solo)
    assert client.get(reverse("setup")).status_code == 200

    actions.change_staff(staff=people.solo, roles=["therapist"], printed_name="Sol", by=people.odile)

    assert client.get(reverse("setup")).status_code == 403


def test_there_is_no_sign_up_and_no_password_by_mail(client):
    for path in ("/accounts/signup/", "/accounts/password/reset/", "/accounts/email/"):
        assert client.get(path, follow=True).status_code == 404 or "/accounts/login/" in client.get(path)["Location"]


# --- clocks


def test_a_staff_session_ends_after_fifteen_idle_minutes(people, client):
    _sign_in(client, people.tess)
    _wind_back(client, seen=15 * 60 - 5)
    assert client.get(reverse("clients")).status_code == 200

    _wind_back(client, seen=15 * 60 + 5)

    assert client.get(reverse("clients"))["Location"].startswith(LOGIN)
    assert not _signed_in(client)


def test_a_staff_session_ends_after_twelve_hours_however_busy(people, client):
    _sign_in(client, people.tess)

    _wind_back(client, started=12 * 3600 + 5)

    assert client.get(reverse("clients"))["Location"].startswith(LOGIN)


def test_what_a_page_fetches_by_itself_is_no_activity(people, client):
    _sign_in(client, people.tess)
    _wind_back(client, seen=10 * 60)
    before = client.session["seen"]

    client.get(reverse("clients"), headers={"HX-Request": "true"})
    assert client.session["seen"] == before

    client.get(reverse("clients"))
    assert client.session["seen"] > before


def test_an_ended_session_answers_a_background_request_with_401(people, client):
    _sign_in(client, people.tess)
    _wind_back(client, seen=3600)

    assert client.post(reverse("clients"), {"q": "a"}, headers={"HX-Request": "true"}).status_code == 401


def test_a_portal_session_lasts_thirty_days(people, client):
    client.post(CODE, {"email": people.ana_user.email})
    client.post(CONFIRM, {"code": _code()})

    _wind_back(client, started=13 * 3600, seen=13 * 3600)

    assert client.get("/")["Location"] == reverse("sessions:portal")
    assert client.session.get_expiry_age() == 30 * 24 * 3600


# --- clients


def test_a_client_signs_in_by_the_code_from_the_mail(people, client):
    client.post(CODE, {"email": "Ana@Example.org"})

    answer = client.post(CONFIRM, {"code": _code()})

    assert _signed_in(client)
    assert answer["Location"] == reverse("home")
    assert mail.outbox[0].to == ["ana@example.org"]


def test_a_code_works_in_the_browser_that_asked_alone(people, client):
    client.post(CODE, {"email": people.ana_user.email})
    other = Browser()

    other.post(CONFIRM, {"code": _code()})

    assert not _signed_in(other)


def test_a_code_works_once(people, client):
    client.post(CODE, {"email": people.ana_user.email})
    code = _code()
    client.post(CONFIRM, {"code": code})
    client.post("/accounts/logout/")

    client.post(CONFIRM, {"code": code})

    assert not _signed_in(client)


def test_five_wrong_codes_end_the_attempt(people, client):
    client.post(CODE, {"email": people.ana_user.email})
    code = _code()
    for _attempt in range(5):
        client.post(CONFIRM, {"code": "00000000"})

    client.post(CONFIRM, {"code": code})

    assert not _signed_in(client)


def test_a_client_has_no_password(people, client):
    for password in ("", "!", factories.PASSWORD):
        client.post(LOGIN, {"login": people.ana_user.email, "password": password})

        assert not _signed_in(client)


def test_the_mail_with_the_code_says_nothing_of_health(people, client):
    client.post(CODE, {"email": people.ana_user.email})

    text = f"{mail.outbox[0].subject} {mail.outbox[0].body}".lower()
    assert [word for word in ("sciatica", "pain", "stretch", "lind") if word in text] == []


def test_the_mail_with_the_code_speaks_in_the_practices_name(people, client):
    client.post(CODE, {"email": people.ana_user.email})

    assert mail.outbox[0].subject == "Your code for Riverside Massage"
    assert "testserver" not in mail.outbox[0].body


def test_signing_out_leaves_nothing_behind(people, client):
    _sign_in(client, people.tess)
    key = client.session.session_key

    answer = client.post("/accounts/logout/")

    assert not Session.objects.filter(session_key=key).exists()
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get(reverse("clients"))["Location"].startswith(LOGIN)


def test_signing_out_of_the_records_leaves_nothing_behind_either(people, client):
    client.force_login(people.tess)

    answer = client.post(reverse("admin:logout"))

    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert not _signed_in(client)


def test_signing_out_needs_a_post(people, client):
    _sign_in(client, people.tess)

    client.get("/accounts/logout/")

    assert _signed_in(client)


# --- passwords


@pytest.fixture
def newcomer(people, client):
    """Signed in with a one-time password."""
    user, password = actions.create_staff(
        email="new@riverside.example", roles=["front_desk"], printed_name="Nia Ray", by=people.odile
    )
    client.post(LOGIN, {"login": user.email, "password": password})
    user.password_used = password
    return user


def test_a_one_time_password_leads_to_a_new_one_and_nowhere_else(newcomer, client):
    change = reverse("account_change_password")

    for path in ("/", reverse("clients"), reverse("intake:today"), "/accounts/2fa/"):
        assert client.get(path)["Location"] == change
    assert client.get(change).status_code == 200


def test_a_new_password_opens_the_pages(newcomer, client):
    new = "quiet-river-stone-7"

    client.post(
        reverse("account_change_password"),
        {"oldpassword": newcomer.password_used, "password1": new, "password2": new},
    )

    assert not User.objects.get(pk=newcomer.pk).password_is_temporary
    assert client.get(reverse("clients")).status_code == 200


def test_a_new_password_is_long_enough(newcomer, client):
    client.post(
        reverse("account_change_password"),
        {"oldpassword": newcomer.password_used, "password1": "short-1", "password2": "short-1"},
    )

    assert User.objects.get(pk=newcomer.pk).password_is_temporary


# --- confined


@pytest.fixture
def tablet(people, client):
    """A browser in which a form was opened for a client."""
    client.force_login(people.flo)
    request = HttpRequest()
    request.user, request.session = people.flo, client.session
    confine(request, path="/i/", subject="opaque", seconds=600)
    request.session.save()
    client.cookies["sessionid"] = request.session.session_key
    return client


def test_a_confined_browser_reaches_its_own_path_alone(tablet):
    for path in ("/", reverse("clients"), reverse("intake:today"), "/admin/", "/portal/", "/accounts/login/code/"):
        answer = tablet.get(path)
        assert answer.status_code == 302, path
        assert answer["Location"] == "/i/", path


def test_confining_ends_the_staff_session(tablet):
    assert not _signed_in(tablet)


def test_a_staff_sign_in_ends_the_confinement(people, tablet):
    _sign_in(tablet, people.flo)

    assert tablet.get(reverse("clients")).status_code == 200
