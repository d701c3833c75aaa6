"""The plan on one sheet: for the client in the portal, for staff from the chart; the same words on both."""

import re

import pytest
import qrcode
from django.urls import reverse

from sessions.queries.plan import my_plan
from sessions.templatetags.qr_code import qr_code
from tests import factories
from tests.counting import statements
from tests.sessions.factories import decided_client, plan_draft, published_plan, therapist

pytestmark = pytest.mark.django_db
ARCHED = {"hx_dx": ["spondylolisthesis"], "hx_spl_grade": "1", "hx_spl_level": "L5_S1", "hx_spl_stable": "yes"}


def _sheet(client, version, **as_):
    client.force_login(as_.get("user", version.created_by))
    return client.get(reverse("sessions:plan_print", args=[version.plan.client.uuid])).content.decode()


def test_the_sheet_of_staff_is_the_one_of_the_client(client):
    version = published_plan(message="Gently.")
    account = factories.portal_user(version.plan.client, "ana@example.org")
    staff = _sheet(client, version)
    client.force_login(account)

    portal = client.get(reverse("sessions:portal_stretches")).content.decode()
    portal = re.sub(r'<p class="noprint"><a .*?</a></p>', "", portal)  # the way to the stretch, on the screen alone

    sheet = re.compile(r'<div class="sheet .*?</div>\s*</div>\s*(?=<|\n)', re.S)
    assert sheet.search(staff)[0].strip() == sheet.search(portal)[0].strip()


def test_what_is_left_out_stands_with_the_clients_own_sentence(client):
    tess = therapist()
    version = published_plan(tess, decided_client(tess, **ARCHED)[0])

    page = _sheet(client, version)

    assert "Elbow prop / press-up" in page
    assert "We keep your back from arching. If leg signs grow, we stop and call your doctor." in page
    assert "Slipped vertebra" not in page


def test_a_paused_stretch_has_no_steps_and_no_boxes(client):
    version = published_plan()
    version.plan.paused_at = version.published_at
    version.plan.save()

    page = _sheet(client, version)

    assert "Your plan rests for now." in page
    assert 'class="ticks' not in page
    assert 'class="how"' not in page


def test_a_draft_is_not_on_paper(client):
    version = plan_draft()
    client.force_login(version.created_by)

    answer = client.get(reverse("sessions:plan_print", args=[version.plan.client.uuid]))

    assert answer.url == reverse("sessions:plan", args=[version.plan.client.uuid])


@pytest.mark.parametrize("address", ["sessions:plan_print", "sessions:portal_stretches"])
def test_the_sheet_takes_the_same_statements_for_one_stretch_and_for_four(client, address):
    taken = []
    for codes in (["PR-01"], ["PR-01", "PR-03", "GL-01", "HA-01"]):
        version = published_plan(None, None, *({"stretch": code} for code in codes))
        user = version.created_by
        if address == "sessions:portal_stretches":
            user = factories.portal_user(version.plan.client, f"ana{len(codes)}@example.org")
        client.force_login(user)
        taken.append(
            statements(client, reverse(address, args=[version.plan.client.uuid] if "print" in address else []))
        )

    assert taken[0] == taken[1]


def test_the_code_on_the_sheet_is_the_address_and_nothing_else(client, settings):
    settings.CLINIC_ADDRESS = "https://plan.riverside.example"
    page = _sheet(client, published_plan())

    code = qrcode.QRCode(border=4, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data("https://plan.riverside.example/portal/")
    code.make()
    drawn = re.search(r'<path d="(M[^"]*?)" fill="#000"/>', page)[1]

    assert {(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", drawn)} == {
        (x, y) for y, row in enumerate(code.get_matrix()) for x, dark in enumerate(row) if dark
    }


def test_words_of_the_code_cannot_break_out_of_it():
    assert "<script>" not in qr_code("https://riverside.example/portal/", '"><script>')


def test_the_portals_plan_is_what_is_printed(client):
    version = published_plan()

    page = _sheet(client, version)

    assert [item.name for item in my_plan(version.plan.client, on=version.published_at.date()).items] == [
        "Chair figure-four"
    ]
    assert "1. Chair figure-four" in page
