"""Signing in by code: from the mail or from the desk, the counts that keep guessers out and clients in, fresh codes."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event, current_thread

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clinic import actions, post
from clinic.accounts import digits_of, masked
from clinic.models import AuditEvent, DeskCode, PortalRelation
from tests import factories

pytestmark = pytest.mark.django_db
ASK, TYPE = "/accounts/login/code/", "/accounts/login/code/confirm/"
AGAIN, AGAIN_TYPE = "/accounts/code/", "/accounts/code/confirm/"
ANA = "ana@example.org"
PORTAL = "/portal/"
KEY = "0e5a1d43-9f52-4dd5-a2b3-6f8f1d0a7c11"


class MailServerIsDown(EmailBackend):
    """Refuses as smtplib does."""

    def send_messages(self, messages):
        raise ConnectionRefusedError("no mail today")


def mailed_code():
    return re.search(r"^\d{4}-\d{4}$", mail.outbox[-1].body, re.MULTILINE)[0]


def wrong(code):
    """A code of the right shape that is not ``code``."""
    return f"{(int(digits_of(code)) + 1) % 10**8:08}"


def signed_in(browser):
    return "_auth_user_id" in browser.session


def asked(browser=None, address=ANA):
    """A browser at the page for the code."""
    browser = browser or Browser()
    assert browser.post(ASK, {"email": address})["Location"] == TYPE
    return browser


def known(address=ANA):
    """A browser that signed in to ``address`` once, and out again."""
    browser = asked(address=address)
    browser.post(TYPE, {"code": mailed_code()})
    browser.post("/accounts/logout/")
    assert not signed_in(browser)
    return browser


def printed(people, at=None):
    """A code that the desk printed for Ana."""
    access = people.ana_user.portal_access.get()
    return actions.print_desk_code(access=access, checked=["name", "birth_date"], by=people.flo, at=at)[1]


def strangers(tries, address=ANA):
    """So many wrong tries for an address, from browsers that never signed in to it; the codes go nowhere known."""
    for number in range(tries):
        if number % 5 == 0:
            browser = asked(address=address)
        browser.post(TYPE, {"code": "00000000"})


# --- how a code may be typed


@pytest.mark.parametrize(
    "typed",
    ["1234-5670", "12345670", " 1234 5670 ", "1234–5670", "12 34.56 70", "I234-567O", "１２３４５６７０", "١٢٣٤٥٦٧٠"],
)
def test_a_code_is_read_however_it_is_typed(typed):
    assert digits_of(typed) == "12345670"


@pytest.mark.parametrize("typed", ["", "abc", "1234-567x", "½½½½½½½½"])
def test_what_cannot_be_a_code_is_not_read_as_one(typed):
    assert len(digits_of(typed)) != 8


def test_a_code_with_spaces_and_a_dash_signs_in(people):
    browser = asked()

    browser.post(TYPE, {"code": f" {mailed_code().replace('-', ' – ')} "})

    assert signed_in(browser)


def test_the_field_for_the_code_is_made_for_phones(people):
    html = asked().get(TYPE).content.decode()

    field = re.search(r'<input[^>]*name="code"[^>]*>', html)[0]
    assert 'autocomplete="one-time-code"' in field
    assert 'inputmode="numeric"' in field
    assert "maxlength" not in field


def test_the_page_shows_the_address_as_it_was_typed_so_that_a_slip_is_seen(people):
    assert f"We sent a code to {ANA}." in asked().get(TYPE).content.decode()
    assert masked("s@example.org") == "s…@example.org"


# --- tries


def test_a_wrong_code_says_how_many_tries_are_left(people):
    browser = asked()

    answer = browser.post(TYPE, {"code": wrong(mailed_code())})

    assert answer.status_code == 422
    assert "You have 4 more tries." in answer.content.decode()


@pytest.mark.parametrize("typed", ["", "1234567", "123456789", "hello"])
def test_what_cannot_be_a_code_costs_no_try(people, typed):
    browser = asked()
    for _number in range(6):
        assert browser.post(TYPE, {"code": typed}).status_code == 422

    browser.post(TYPE, {"code": mailed_code()})

    assert signed_in(browser)


def test_after_five_wrong_codes_a_new_one_is_asked_for(people):
    browser = asked()
    code = mailed_code()
    for _number in range(4):
        browser.post(TYPE, {"code": wrong(code)})

    answer = browser.post(TYPE, {"code": wrong(code)}, follow=True)

    assert answer.redirect_chain == [(ASK, 302)]
    assert "That was five tries." in answer.content.decode()
    browser.post(TYPE, {"code": code})
    assert not signed_in(browser)


def test_a_code_is_good_for_ten_minutes(people):
    browser = asked()
    session = browser.session
    session["account_login"]["state"]["stages"]["login_by_code"]["data"]["at"] -= 601
    session.save()

    browser.post(TYPE, {"code": mailed_code()})

    assert not signed_in(browser)


def test_an_unknown_address_is_answered_like_a_known_one_all_the_way(people):
    def road(address):
        browser = Browser()
        seen = []
        for _code in range(6):
            answers = [browser.post(ASK, {"email": address}), browser.get(TYPE)]
            answers += [browser.post(TYPE, {"code": "00000000"}) for _number in range(4)]
            seen += [(one.status_code, re.sub(r'value="[^"]{64}"', "", one.content.decode())) for one in answers]
        return [(status, page.replace(address, "what was typed")) for status, page in seen]

    assert road("anx@example.org") == road(ANA)


# --- asking


def test_somebody_who_asked_may_ask_again_for_another_address(people):
    browser = asked(address="ana@example.orh")

    assert browser.get(ASK).status_code == 200
    browser.post(TYPE, {"code": ""})
    asked(browser)
    browser.post(TYPE, {"code": mailed_code()})

    assert signed_in(browser)


def test_a_code_that_was_asked_for_keeps_no_staff_from_signing_in(people):
    browser = asked()

    assert browser.get("/accounts/login/").status_code == 200


def test_a_new_code_ends_the_one_before(people):
    browser = asked()
    first = mailed_code()
    asked(browser)

    browser.post(TYPE, {"code": first})

    assert not signed_in(browser)


def test_five_codes_an_hour_go_to_an_address_and_the_newest_stays_good(people):
    browser = Browser()
    for _number in range(5):
        asked(browser)
    newest = mailed_code()

    html = asked(browser).get(TYPE).content.decode()

    assert len(mail.outbox) == 5
    assert "no more mail goes there for now" in html
    browser.post(TYPE, {"code": newest})
    assert signed_in(browser)


def test_one_connection_asks_for_thirty_codes_an_hour(people):
    for number in range(30):
        asked(address=f"somebody{number}@example.org")

    answer = Browser().post(ASK, {"email": ANA})

    assert answer.status_code == 200
    assert mail.outbox == []


def test_a_mail_server_that_is_down_stops_nobody(people, settings):
    settings.EMAIL_BACKEND = f"{__name__}.MailServerIsDown"
    browser = asked()

    browser.post(TYPE, {"code": printed(people)})

    assert signed_in(browser)


def test_the_mail_leaves_beside_the_request(people, settings, monkeypatch):
    settings.CLINIC_MAIL_BESIDE = True
    threads, sent = [], Event()
    monkeypatch.setattr(post, "_send", lambda message: (threads.append(current_thread()), sent.set()))

    asked()

    assert sent.wait(10)
    assert threads != [current_thread()]


# --- strangers


def test_strangers_lock_nobody_out_of_a_browser_that_has_signed_in_before(people):
    browser = known()
    strangers(30)

    asked(browser)
    browser.post(TYPE, {"code": mailed_code()})

    assert signed_in(browser)


def test_after_twenty_tries_no_new_browser_gets_in_by_mail_until_tomorrow(people):
    browser = asked()
    code = mailed_code()
    strangers(20)

    answer = browser.post(TYPE, {"code": code})

    assert not signed_in(browser)
    assert "Ask the desk" in answer.content.decode()


def test_the_code_of_the_desk_works_on_a_new_phone_whatever_strangers_did(people):
    strangers(30)

    browser = asked()
    browser.post(TYPE, {"code": printed(people)})

    assert signed_in(browser)


def test_the_mark_of_a_known_browser_holds_for_its_own_address_alone(people):
    browser = known("ben@example.org")
    strangers(20)

    asked(browser)
    browser.post(TYPE, {"code": "00000000"})

    assert "Ask the desk" in browser.post(TYPE, {"code": "00000000"}).content.decode()


def test_a_forged_mark_makes_no_browser_known(people):
    browser = Browser()
    browser.cookies["known-browser"] = "made-up." + "0" * 64
    strangers(20)
    asked(browser)

    assert "Ask the desk" in browser.post(TYPE, {"code": "00000000"}).content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("store", ["locmem", "db"])
def test_of_forty_guesses_at_once_five_are_compared(people, settings, monkeypatch, store):
    if store == "db":  # the cache that `serve` uses
        backend = "django.core.cache.backends.db.DatabaseCache"
        settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": "clinic_cache_of_test"}}
        call_command("createcachetable", verbosity=0)
    browser, compared = asked(), []
    monkeypatch.setattr("clinic.accounts.compare_user_code", lambda actual, expected: bool(compared.append(actual)))

    def guess(number):
        one = Browser()
        one.cookies = browser.cookies
        try:
            return one.post(TYPE, {"code": f"{number:08}"}).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        statuses = set(pool.map(guess, range(40)))

    assert 0 < len(compared) <= 5
    assert statuses <= {422, 302}
    if store == "db":
        cache.clear()
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE clinic_cache_of_test")


# --- the desk's code


def test_a_code_from_the_desk_signs_in_the_account_it_was_printed_for(people):
    browser = asked()

    browser.post(TYPE, {"code": printed(people)})

    assert browser.session["_auth_user_id"] == str(people.ana_user.pk)


def test_a_code_from_the_desk_opens_no_other_account(people):
    code = printed(people)
    browser = asked(address="ben@example.org")

    browser.post(TYPE, {"code": code})

    assert not signed_in(browser)


def test_a_code_from_the_desk_works_once(people):
    code = printed(people)
    asked().post(TYPE, {"code": code})
    browser = asked()

    browser.post(TYPE, {"code": code})

    assert not signed_in(browser)


def test_a_code_from_the_desk_ends_with_the_next_one(people):
    first, second = printed(people), printed(people)

    assert not actions.use_desk_code(digits=first, by=people.ana_user)
    assert actions.use_desk_code(digits=second, by=people.ana_user)


@pytest.mark.parametrize(("minutes", "good"), [(9, True), (10, False)])
def test_a_code_from_the_desk_is_good_for_ten_minutes(people, minutes, good):
    now = timezone.now()
    code = printed(people, at=now - timedelta(minutes=minutes))

    assert actions.use_desk_code(digits=code, by=people.ana_user, at=now) is good


def test_a_code_from_the_desk_stands_five_tries_in_all_browsers_together(people):
    code = printed(people)
    for _browser in range(5):
        asked().post(TYPE, {"code": wrong(code)})

    assert not actions.use_desk_code(digits=code, by=people.ana_user)
    assert DeskCode.objects.get().tries == 5


def test_a_right_code_from_the_mail_leaves_the_desks_code_alone(people):
    printed(people)

    asked().post(TYPE, {"code": mailed_code()})

    assert DeskCode.objects.get().tries == 0


def test_only_a_hash_of_the_desks_code_is_kept(people):
    code = printed(people)

    row = DeskCode.objects.get()

    assert code not in repr(vars(row))
    assert len(row.code_hash) == 64


@pytest.mark.django_db(transaction=True)
def test_of_forty_guesses_at_once_five_reach_the_desks_code(people):
    code = printed(people)

    def guess(_number):
        try:
            return actions.use_desk_code(digits=wrong(code), by=people.ana_user)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(guess, range(40)))

    assert AuditEvent.objects.filter(verb="use_desk_code").count() == 5


@pytest.mark.django_db(transaction=True)
def test_of_many_with_the_right_code_from_the_desk_one_gets_in(people):
    code = printed(people)

    def use(_number):
        try:
            return actions.use_desk_code(digits=code, by=people.ana_user)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(use, range(20))) == 1


def test_the_desk_asks_who_it_is_before_it_prints(people, client):
    client.force_login(people.flo)
    page = reverse("desk_code", args=[people.ana_user.portal_access.get().uuid])

    answer = client.post(page, {"checked": ["name"]})

    assert answer.status_code == 422
    assert "two are needed" in answer.content.decode()
    assert not DeskCode.objects.exists()


def test_the_slip_says_how_and_until_when_and_names_nobody(people, client):
    client.force_login(people.flo)
    page = reverse("desk_code", args=[people.ana_user.portal_access.get().uuid])

    html = client.post(page, {"checked": ["name", "birth_date"], "key": KEY}).content.decode()

    slip = html[html.index('<section class="card slip">') : html.index("</section>", html.index("card slip"))]
    code = "".join(re.findall(r"<span>(\d{4})</span>", slip))
    assert "Riverside Massage" in slip
    assert f"{timezone.localtime(DeskCode.objects.get().expires_at):%H:%M}" in slip
    assert [word for word in ("Ana", "Lind", ANA, "pain", "stretch", "sciatica") if word in slip] == []
    assert actions.use_desk_code(digits=code, by=people.ana_user)


def test_the_same_form_sent_twice_prints_one_code(people, client):
    client.force_login(people.flo)
    page = reverse("desk_code", args=[people.ana_user.portal_access.get().uuid])
    sent = {"checked": ["name", "birth_date"], "key": KEY}

    slips = [re.findall(r"<span>(\d{4})</span>", client.post(page, sent).content.decode()) for _tap in range(2)]

    assert slips[0] == slips[1] != []
    assert DeskCode.objects.count() == 1


def test_a_form_whose_code_was_used_prints_it_no_more(people, client):
    client.force_login(people.flo)
    page = reverse("desk_code", args=[people.ana_user.portal_access.get().uuid])
    sent = {"checked": ["name", "birth_date"], "key": KEY}
    slip = client.post(page, sent).content.decode()
    actions.use_desk_code(digits="".join(re.findall(r"<span>(\d{4})</span>", slip)), by=people.ana_user)

    answer = client.post(page, sent)

    assert answer.status_code == 422
    assert "The code of this page is over." in answer.content.decode()


def test_the_record_tells_who_printed_a_code_and_what_was_checked(people):
    printed(people)

    event = AuditEvent.objects.get(verb="print_desk_code")

    assert (event.actor, event.client, event.reason) == (people.flo, people.ana, "name+birth_date")


def test_no_code_is_printed_for_an_access_that_ended(people):
    access = factories.portal_user(people.ana, "kim@example.org", PortalRelation.HELPER).portal_access.get()
    ended = actions.end_portal(access=access, by=people.flo)

    with pytest.raises(ValidationError):
        actions.print_desk_code(access=ended, checked=["name", "phone"], by=people.flo)


# --- a fresh code


@pytest.fixture
def ana(people, client):
    """Ana's phone, signed in by a code yesterday."""
    asked(client)
    client.post(TYPE, {"code": mailed_code()})
    session = client.session
    session["code_at"] -= 24 * 3600
    session.save()
    return client


def test_a_fresh_code_leads_back_to_where_it_was_asked_for(ana):
    answer = ana.post(AGAIN, {"next": PORTAL})
    assert answer["Location"] == f"{AGAIN_TYPE}?next=%2Fportal%2F"

    answer = ana.post(AGAIN_TYPE, {"code": mailed_code(), "next": PORTAL})

    assert answer["Location"] == PORTAL
    assert timezone.now().timestamp() - ana.session["code_at"] < 60


def test_a_fresh_code_goes_to_the_address_of_the_account(ana):
    ana.post(AGAIN)

    assert mail.outbox[-1].to == [ANA]
    assert len(mail.outbox) == 2


def test_the_page_says_why_and_to_whom_before_anything_is_sent(ana):
    html = ana.get(AGAIN).content.decode()

    assert "a…@example.org" in html
    assert "30 minutes" in html
    assert len(mail.outbox) == 1


def test_without_a_fresh_code_the_session_stays_as_it_was(ana):
    ana.post(AGAIN)
    for _number in range(5):
        answer = ana.post(AGAIN_TYPE, {"code": wrong(mailed_code())})

    assert answer["Location"] == AGAIN
    assert signed_in(ana)
    assert ana.session.get_expiry_age() == 30 * 24 * 3600
    assert timezone.now().timestamp() - ana.session["code_at"] > 23 * 3600


def test_a_copied_cookie_does_not_become_fresh_with_the_owner(ana):
    thief = Browser()
    thief.cookies["sessionid"] = ana.session.session_key
    ana.post(AGAIN)

    ana.post(AGAIN_TYPE, {"code": mailed_code()})

    assert thief.get(PORTAL)["Location"].startswith("/accounts/login/")
    assert ana.get(PORTAL).status_code == 200
    assert len(ana.get(reverse("usersessions_list")).context["sessions"]) == 1


def test_the_desks_code_is_fresh_too(people, ana):
    ana.post(AGAIN)

    ana.post(AGAIN_TYPE, {"code": printed(people)})

    assert timezone.now().timestamp() - ana.session["code_at"] < 60


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "portal"])
def test_a_fresh_code_leads_to_no_other_site(ana, elsewhere):
    ana.post(AGAIN)

    answer = ana.post(AGAIN_TYPE, {"code": mailed_code(), "next": elsewhere})

    assert answer["Location"] == reverse("home")


def test_five_fresh_codes_an_hour_are_mailed(ana):
    for _number in range(6):
        ana.post(AGAIN)

    assert len(mail.outbox) == 1 + 5
    assert "no more mail goes there for now" in ana.get(AGAIN_TYPE).content.decode()
