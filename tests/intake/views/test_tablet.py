"""A tablet of the practice as a browser meets it: at rest, handed over, in use, locked, handed back."""

from __future__ import annotations

import re
import time

import pytest
from django.conf import settings
from django.test import Client as Browser
from django.urls import reverse

from intake import access_actions as doors
from intake import actions
from intake.models import Device, IntakeAccess
from intake.queries import form_steps
from tests.answers import DAY, all_clear, check_in_clear
from tests.house.reading import Page
from tests.intake.factories import AS_ANA, handed_in

pytestmark = pytest.mark.django_db

REST = reverse("intake:tablet")
FORM = reverse("intake:form")
END = reverse("intake:form_over")
YOU = reverse("intake:form_page", args=["you"])
#: What stands in the records of Ben, and never on a tablet that has the form of Ana.
BENS = ("Okoro", "ben@example.org", "900456", "Benswords")


@pytest.fixture
def device(people) -> Browser:
    """A browser that the desk has made tablet A, at rest."""
    browser = Browser()
    browser.force_login(people.flo)
    sent = {"name": "A", "location": str(people.location.uuid)}
    assert browser.post(reverse("intake:tablets"), sent)["Location"] == REST
    return browser


@pytest.fixture
def desk(people) -> Browser:
    """The desk's own browser."""
    browser = Browser()
    browser.force_login(people.flo)
    return browser


def _code(desk: Browser, client, **more) -> str:
    """The code that the desk's page shows after both things were said and a tablet chosen."""
    page = reverse("intake:hand_over", args=[client.uuid])
    key = Page(desk.get(page).content.decode()).form(page).controls["key"].values[0]
    said = {"name_said": "on", "born_said": "on", "tablet": str(Device.objects.get().uuid), "key": key, **more}
    found = re.search(r'class="code">(\d{4})<', desk.post(page, said).content.decode())
    assert found is not None
    return found[1]


def _handed(desk: Browser, device: Browser, client, **more) -> Browser:
    """The tablet with the form of ``client`` open."""
    assert device.post(REST, {"code": _code(desk, client, **more)})["Location"] == FORM
    return device


def _age(browser: Browser, seconds: int) -> None:
    """As if nobody had touched the tablet for so long."""
    session = browser.session
    session["confined"] = {**session["confined"], "seen": int(time.time()) - seconds}
    session.save()


def _typed(browser: Browser, **said: str):
    """The first page of the form, sent."""
    page = {
        **{"ab_first": "Ana", "ab_last": "Lind", "ab_sex": "female"},
        **{"ab_dob_day": "5", "ab_dob_month": "3", "ab_dob_year": "1980"},
    }
    return browser.post(YOU, {**page, **said})


# --- at rest ------------------------------------------------------------------------------------------------------


def test_registering_a_tablet_signs_out_on_it_and_leaves_a_cookie_no_script_reads(device):
    cookie = device.cookies[settings.CLINIC_TABLET_COOKIE]

    assert "_auth_user_id" not in device.session
    assert (cookie["httponly"], cookie["samesite"], int(cookie["max-age"]) > 300 * 86400) == (True, "Lax", True)
    assert device.get(reverse("clients")).status_code == 302


def test_a_tablet_at_rest_names_the_practice_and_no_person(device, people):
    html = device.get(REST).content.decode()

    assert "Riverside Massage" in html
    assert not [name for name in ("Ana", "Lind", "Ben", "Okoro", "Flo", "Marsh", "Tess") if name in html]


def test_any_other_device_is_told_that_it_is_none(people, client):
    answer = client.get(REST)

    assert (answer.status_code, "not one of our tablets" in answer.content.decode()) == (403, True)
    assert client.post(REST, {"code": "0000"}).status_code == 403


def test_a_tablet_taken_out_of_use_is_any_other_device(device, desk):
    desk.post(reverse("intake:tablet_revoke", args=[Device.objects.get().uuid]))

    assert device.get(REST).status_code == 403


def test_somebody_still_signed_in_on_a_tablet_is_asked_to_sign_out(device, people):
    device.force_login(people.flo)

    assert "You are signed in on this tablet" in device.get(REST).content.decode()


@pytest.mark.parametrize("code", ["", "12", "abcd", "12345", "\u0661\u0662\u0663\u0664"])
def test_what_is_no_code_is_said_at_the_box(device, code):
    answer = device.post(REST, {"code": code})

    assert (answer.status_code, "Type the four digits." in answer.content.decode()) == (422, True)


def test_a_code_that_opens_nothing_says_what_to_do(device, desk, people):
    code = _code(desk, people.ana)

    answer = device.post(REST, {"code": f"{(int(code) + 1) % 10000:04}"})

    assert (answer.status_code, "ask the desk for a new one" in answer.content.decode()) == (403, True)
    assert "confined" not in device.session


# --- handing over -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("missing", ["name_said", "born_said", "tablet", "key"])
def test_without_both_things_said_and_a_tablet_there_is_no_code(device, desk, people, missing):
    page = reverse("intake:hand_over", args=[people.ana.uuid])
    said = {"name_said": "on", "born_said": "on", "tablet": str(Device.objects.get().uuid), "key": people.ana.uuid}

    answer = desk.post(page, {name: value for name, value in said.items() if name != missing})

    assert (answer.status_code, 'class="code"' in answer.content.decode()) == (422, False)
    assert not IntakeAccess.objects.exists()


def test_a_code_of_another_tablet_opens_nothing_here(device, desk, people):
    other = Browser()
    other.force_login(people.flo)
    code = _code(desk, people.ana)
    other.post(reverse("intake:tablets"), {"name": "B", "location": str(people.location.uuid)})

    assert other.post(REST, {"code": code}).status_code == 403
    assert device.post(REST, {"code": code})["Location"] == FORM


def test_the_tablet_greets_the_client_and_shows_nothing_the_practice_knows(device, desk, people):
    _handed(desk, device, people.ana)

    html = device.get(FORM).content.decode() + device.get(YOU).content.decode()

    assert "Hello Ana" in html
    assert not [known for known in ("Lind", "1980", "900123", "ana@example.org") if known in html]


def test_the_browser_offers_nothing_that_was_typed_before(device, desk, people):
    _handed(desk, device, people.ana)
    _typed(device)

    html = device.get(reverse("intake:form_page", args=["reach"])).content.decode()

    assert 'autocomplete="off"' in html
    assert not re.findall(r'autocomplete="(?!off")[\w-]+"', html)


def test_a_check_in_is_handed_over_to_somebody_who_comes_back(device, desk, people):
    handed_in(people.ana, people.flo)
    _handed(desk, device, people.ana, purpose="check_in")

    assert reverse("intake:form_check_in") in device.get(FORM).content.decode()
    sent = {**check_in_clear(), "submit_key": people.ana.uuid}
    assert device.post(reverse("intake:form_check_in"), sent)["Location"] == END
    assert "Please hand this back to the desk." in device.get(END).content.decode()


# --- in somebody's hands ------------------------------------------------------------------------------------------


def _everywhere() -> list[str]:
    """Every address a hand could type: the form's own, and one of each kind of page of the practice."""
    steps = form_steps(all_clear(), on=DAY)
    own = ["form", "form_review", "form_check_in", "form_over", "tablet", "link_birth_date"]
    pages = [reverse(f"intake:{name}") for name in own] + [reverse("intake:form_page", args=[step]) for step in steps]
    return [*pages, "/", "/today/", "/clients/", "/tablets/", "/my-day/", "/portal/", "/admin/", "/setup/"]


def test_every_address_of_the_tablet_leads_to_this_form_is_never_kept_and_holds_nothing_of_others(device, desk, people):
    handed_in(people.ben, people.flo, **{"pn_words": "Benswords"})
    _handed(desk, device, people.ana)
    _typed(device)

    for path in (*_everywhere(), reverse("client_contact", args=[people.ben.uuid])):
        answer = device.get(path)
        assert answer["Cache-Control"] == "no-store"
        assert not [word for word in BENS if word in answer.content.decode()]
        if not path.startswith("/i/"):
            assert answer["Location"] == FORM


def test_typing_the_address_of_the_rest_page_keeps_the_form_open(device, desk, people):
    _handed(desk, device, people.ana)

    assert device.get(REST)["Location"] == FORM
    assert "Hello Ana" in device.get(FORM).content.decode()


def test_somebody_else_says_so_and_the_desk_is_told(device, desk, people):
    _handed(desk, device, people.ana)

    assert device.post(reverse("intake:form_not_me"))["Location"] == END
    assert "Please give this device to the desk" in device.get(END).content.decode()
    assert "Name or birth date did not fit" in desk.get(reverse("intake:today")).content.decode()


def test_another_name_stops_the_form_and_the_next_page_is_not_reached(device, desk, people):
    _handed(desk, device, people.ana)

    assert _typed(device, ab_first="Ben", ab_last="Okoro")["Location"] == END

    html = device.get(END).content.decode()
    assert "Let us check whose form this is" in html
    assert not [word for word in ("Ana", "Lind", *BENS) if word in html]
    assert device.get(reverse("intake:form_page", args=["reach"]))["Location"] == END


def test_help_rings_the_board_and_stops_when_somebody_goes(device, desk, people):
    _handed(desk, device, people.ana)
    device.post(reverse("intake:form_help"))

    assert "Asks for help" in desk.get(reverse("intake:today")).content.decode()
    desk.post(reverse("intake:help_given", args=[IntakeAccess.objects.get().uuid]))
    assert "Asks for help" not in desk.get(reverse("intake:today")).content.decode()


def test_three_minutes_without_a_touch_lock_the_form_until_the_desk_gives_a_new_code(device, desk, people):
    _handed(desk, device, people.ana)
    _typed(device)
    _age(device, 181)

    assert device.get(YOU)["Location"] == END
    assert device.get(END, follow=True).content.decode().count("Ana") == 0
    assert "Locked: nobody touched it." in desk.get(reverse("intake:today")).content.decode()

    assert "Please wait for the desk" in device.get(REST).content.decode()
    _handed(desk, device, people.ana)
    assert "Your form goes on where you stopped." in device.get(FORM).content.decode()


def test_the_lock_leads_to_rest_and_leaves_nothing_behind(device, desk, people):
    _handed(desk, device, people.ana)
    _typed(device)

    assert device.post(reverse("intake:form_lock"))["Location"] == REST
    at_rest = device.get(REST)

    assert at_rest["Clear-Site-Data"] == '"cache", "storage"'
    assert "confined" not in device.session
    assert [device.get(path)["Location"] for path in (FORM, YOU, END)] == [REST] * 3


def test_a_sign_of_life_keeps_the_form_open(device, desk, people):
    _handed(desk, device, people.ana)
    _age(device, 170)

    assert device.post(reverse("intake:form_still_here")).status_code == 204
    assert int(time.time()) - device.session["confined"]["seen"] < 60


def test_a_form_called_back_is_gone_from_the_next_request_on(device, desk, people):
    _handed(desk, device, people.ana)
    _typed(device)

    back = desk.post(reverse("intake:access_end", args=[IntakeAccess.objects.get().uuid]))

    assert back["Location"] == reverse("intake:today")
    assert device.get(reverse("intake:form_page", args=["reach"]))["Location"] == END
    assert "Ana" not in device.get(END).content.decode()


# --- handed back --------------------------------------------------------------------------------------------------


def _filled_in(device: Browser, **answers):
    values = all_clear(**{**AS_ANA, **answers})
    actions.save_page(access=IntakeAccess.objects.get(), ids=list(values), values=values, by=None)
    return device


def test_after_handing_in_no_answer_comes_back_by_any_address(device, desk, people):
    _filled_in(_handed(desk, device, people.ana), pn_words="Anaswords")
    review = reverse("intake:form_review")
    sent = Page(device.get(review).content.decode()).form(review).payload
    assert device.post(review, dict(sent))["Location"] == END

    pages = b"".join(device.get(path, follow=True).content for path in _everywhere() if path != REST)
    at_rest = device.get(REST)

    assert b"Please hand this back to the desk." in pages
    assert b"Anaswords" not in pages
    assert b"Ana" not in at_rest.content
    assert [device.get(path)["Location"] for path in (FORM, review, END)] == [REST] * 3


def test_the_stop_page_stays_until_the_desk_takes_the_tablet(device, desk, people):
    _filled_in(_handed(desk, device, people.ana), sf_saddle="yes")

    html = device.get(END).content.decode()

    assert "Please pause here, Ana" in html
    assert "data-rest-after" not in html
    assert REST in html


# --- the desk's pages ---------------------------------------------------------------------------------------------


def test_the_board_shows_tablets_and_progress_and_no_answer(device, desk, people):
    _filled_in(_handed(desk, device, people.ana), pn_words="Anaswords")

    html = desk.get(reverse("intake:today")).content.decode()

    assert "Ana Lind" in html
    assert "Call back" in html
    assert "Anaswords" not in html


def test_a_tablet_in_use_is_not_offered_for_another_client(device, desk, people):
    _handed(desk, device, people.ana)

    html = desk.get(reverse("intake:hand_over", args=[people.ben.uuid])).content.decode()

    assert "Every tablet is in somebody" in html
    assert 'name="tablet"' not in html


def test_without_a_tablet_the_page_says_how_to_make_one(desk, people):
    html = desk.get(reverse("intake:hand_over", args=[people.ana.uuid])).content.decode()

    assert "There is no tablet yet." in html


def test_therapists_hand_over_but_keep_no_tablets(device, people, client):
    client.force_login(people.tess)

    assert "Tablet A" in client.get(reverse("intake:hand_over", args=[people.ana.uuid])).content.decode()
    assert client.get(reverse("intake:tablets")).status_code == 403
    assert client.post(reverse("intake:tablet_revoke", args=[Device.objects.get().uuid])).status_code == 403


def test_a_name_in_use_is_said_at_its_field(device, desk, people):
    answer = desk.post(reverse("intake:tablets"), {"name": "A", "location": str(people.location.uuid)})

    assert (answer.status_code, "Another tablet has this name" in answer.content.decode()) == (422, True)
    assert desk.get(reverse("clients")).status_code == 200


def test_a_link_is_not_opened_on_a_tablet_in_use(device, desk, people):
    doors.send_link(client=people.ben, by=people.flo)
    _handed(desk, device, people.ana)

    assert device.get(reverse("intake:link", args=["whatever"]))["Location"] == FORM
