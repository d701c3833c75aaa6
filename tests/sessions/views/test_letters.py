"""The pages of letters to a client's doctor."""

from __future__ import annotations

import html

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from intake import actions as intakes
from intake.models import Clearance, DoctorLetter
from intake.queries import judge
from intake.rules.screening import ENTRIES
from tests.factories import PASSWORD
from tests.intake.factories import handed_in
from tests.intake.test_letters import SHARING, SLIPPED, signed

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 massage is fine"


@pytest.fixture
def desk(people, client):
    """Tess's browser, with the password given just now."""
    client.force_login(people.tess)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def _shown(answer):
    return html.unescape(answer.content.decode())


def _fields(page):
    return {name: page.context["form"].initial[name] for name in ("entries", "to_name", "key")} | {
        "read": page.context["sheet"].fingerprint
    }


def test_the_letter_is_read_then_signed_with_the_password(people, desk):
    handed_in(people.ana, people.flo, **SLIPPED, **SHARING)
    address = reverse("sessions:letter_new", args=[people.ana.uuid])
    page = desk.get(address)

    answer = desk.post(address, {**_fields(page), "to_name": "Dr Lund", "do": "sign"})

    letter = DoctorLetter.objects.get()
    assert ENTRIES["A_SPL_HIGH"].label in _shown(page)
    assert answer.url == reverse("sessions:letter", args=[letter.uuid])
    shown = _shown(desk.get(answer.url))
    assert "Signed electronically by <strong>Tess Okafor</strong>" in shown
    assert f"consent {str(letter.consent.uuid)[:8]}" in shown


def test_without_the_password_nothing_is_signed(people, client):
    client.force_login(people.tess)
    handed_in(people.ana, people.flo, **SLIPPED)
    address = reverse("sessions:letter_new", args=[people.ana.uuid])
    page = client.get(address)

    answer = client.post(address, {**_fields(page), "to_name": "Dr Lund", "do": "sign"})

    assert answer.status_code == 302
    assert "/accounts/reauthenticate/" in answer.url
    assert not DoctorLetter.objects.exists()


def test_a_letter_that_changed_since_it_was_read_comes_back(people, desk):
    handed_in(people.ana, people.flo, **SLIPPED)
    address = reverse("sessions:letter_new", args=[people.ana.uuid])
    given = _fields(desk.get(address))

    answer = desk.post(address, {**given, "to_name": "Dr Lund", "remark": "Grade 3 on the picture.", "do": "sign"})

    assert answer.status_code == 422
    assert "is not the one you read" in _shown(answer)
    assert "Grade 3 on the picture." in _shown(answer)
    assert not DoctorLetter.objects.exists()


def test_the_lack_of_consent_is_said_with_the_remedy(people, desk):
    handed_in(people.ana, people.flo, **SLIPPED)

    page = _shown(desk.get(reverse("sessions:letter_new", args=[people.ana.uuid])))

    assert "The client has not agreed that we tell their doctor." in page
    assert reverse("intake:open_form", args=[people.ana.uuid]) in page


def test_a_letter_is_sent_answered_with_a_file_and_settled(people, desk):
    intake = handed_in(people.ana, people.flo, **SLIPPED)
    letter = signed(people.ana, people.tess)
    step, page = (reverse(f"sessions:letter{name}", args=[letter.uuid]) for name in ("_step", ""))
    assert desk.post(step, {"kind": "sent", "way": "client"}).url == page
    answering = reverse("sessions:letter_answer", args=[letter.uuid])
    first = desk.get(answering).context["form"].initial
    today = timezone.localdate()
    dates = {
        f"{name}_{part}": getattr(today, part) for name in ("dated", "expires") for part in ("day", "month", "year")
    }

    answer = desk.post(
        answering,
        {
            **first,
            **dates,
            "profession": "Surgeon",
            "contact": "Harbour Street",
            "massage": "yes",
            "max_pressure": "none",
            "regions": ["none"],
            "letter": SimpleUploadedFile("x.pdf", PDF),
        },
    )

    assert answer.url == page
    assert judge(intake, on=today).session_allowed == "yes"
    assert Clearance.objects.get().file_type == "application/pdf"
    assert "cleared" in _shown(desk.get(page))


def test_sending_without_saying_how_is_refused_at_the_field(people, desk):
    handed_in(people.ana, people.flo, **SLIPPED)
    letter = signed(people.ana, people.tess)

    answer = desk.post(reverse("sessions:letter_step", args=[letter.uuid]), {"kind": "sent"})

    assert answer.status_code == 422
    assert answer.context["form"].errors["way"] == ["Choose one answer."]


def test_waiting_letters_stand_on_my_day_and_on_the_chart(people, desk):
    handed_in(people.ana, people.flo, **SLIPPED)
    address = reverse("sessions:letter", args=[signed(people.ana, people.tess).uuid])

    assert address in _shown(desk.get(reverse("sessions:my_day")))
    assert address in _shown(desk.get(reverse("sessions:chart", args=[people.ana.uuid])))


def test_the_desk_reads_no_letter(people, client):
    handed_in(people.ana, people.flo, **SLIPPED)
    letter = signed(people.ana, people.tess)
    client.force_login(people.flo)

    assert client.get(reverse("sessions:letter", args=[letter.uuid])).status_code == 403
    assert client.get(reverse("sessions:letter_new", args=[people.ana.uuid])).status_code == 403


def test_the_page_of_a_stop_leads_the_therapist_alone_to_the_letter(people, client):
    access = intakes.open_form(client=people.ana, by=people.flo)
    intakes.save_page(access=access, ids=["sf_urine_start"], values={"sf_urine_start": "yes"}, by=None)
    page = reverse("intake:stop", args=[people.ana.stops.get().uuid])
    to_letter = reverse("sessions:letter_new", args=[people.ana.uuid])

    for who, sees in ((people.tess, True), (people.theo, False), (people.flo, False)):
        client.force_login(who)
        assert (to_letter in _shown(client.get(page))) is sees
