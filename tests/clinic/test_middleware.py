"""What holds for every request."""

from __future__ import annotations

import pytest
from django.test import Client as Browser

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("method", ["put", "patch", "delete", "trace"])
def test_methods_no_page_uses_are_refused(client, method):
    assert getattr(client, method)("/accounts/login/").status_code == 405


@pytest.mark.parametrize("path", ["/clients/%00/", "/?q=%00"])
def test_a_nul_in_the_address_is_a_bad_request(people, client, path):
    client.force_login(people.flo)

    assert client.get(path).status_code == 400


def test_a_post_from_another_site_is_refused(people, client):
    client.force_login(people.flo)

    answer = client.post("/clients/", {"q": "ana"}, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
    assert "Lind" not in answer.content.decode()


def test_answers_are_kept_out_of_every_cache(people, client):
    client.force_login(people.flo)

    answer = client.get("/clients/")

    assert "no-store" in answer["Cache-Control"]
    assert "microphone=()" in answer["Permissions-Policy"]
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]


def test_the_history_says_who_changed_a_client(people, client):
    client.force_login(people.flo)

    client.post(
        f"/clients/{people.ana.uuid}/contact/edit/",
        {
            "first_name": "Ana",
            "last_name": "Berg",
            "birth_date_day": "5",
            "birth_date_month": "3",
            "birth_date_year": "1980",
            "language": "en",
        },
    )

    event = people.ana.events.order_by("-pgh_id").first()
    assert event.last_name == "Berg"
    assert event.pgh_context.metadata == {"user": people.flo.pk}


def test_without_the_form_key_nothing_is_stored(people):
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(people.flo)

    answer = browser.post(f"/clients/{people.ana.uuid}/guardians/", {"guardian-name": "Kim"})

    assert answer.status_code == 403
    assert not people.ana.guardians.exists()
