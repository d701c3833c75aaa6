"""Sign-in and error pages: they stand on their own, say what to do, and never offer what is closed."""

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_the_sign_in_page_leads_clients_to_their_code_and_staff_to_the_password(client):
    html = client.get(reverse("account_login")).content.decode()

    assert reverse("account_request_login_code") in html
    assert 'type="password"' in html
    assert "sign up" not in html.lower()


def test_a_wrong_password_is_said_on_the_page_and_in_its_title(client):
    answer = client.post(reverse("account_login"), {"login": "nobody@example.org", "password": "wrong-wrong-1"})

    html = answer.content.decode()
    assert "<title>Error: Sign in" in html
    assert "There is a problem" in html
    assert 'value="nobody@example.org"' in html


def test_the_code_page_takes_one_time_codes_from_the_keyboard(client):
    client.post(reverse("account_request_login_code"), {"email": "nobody@example.org"})

    html = client.get(reverse("account_confirm_login_code")).content.decode()

    assert 'autocomplete="one-time-code"' in html
    assert html.count("<h1>") == 1


@pytest.mark.parametrize("page", ["400.html", "500.html"])
def test_pages_for_a_broken_request_need_neither_request_nor_database(page, django_db_blocker):
    with django_db_blocker.block():
        html = render_to_string(page)

    assert "<h1>" in html
    assert 'href="/"' in html


def test_an_unknown_address_says_so(client):
    answer = client.get("/no-such-page/")

    assert answer.status_code in (302, 404)


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/login/code/"])
def test_pages_name_their_language_and_have_one_main_part(client, path):
    html = client.get(path).content.decode()

    assert '<html lang="en"' in html
    assert html.count("<main") == 1
    assert "allowEval&quot;:false" in html or '"allowEval":false' in html
