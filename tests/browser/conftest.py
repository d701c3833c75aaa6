"""A site with a whole practice behind it, kept for one module, and a browser profile for each person who uses it."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client, modify_settings
from django.urls import reverse
from pytest_django.live_server_helper import LiveServer

from intake.access_actions import hand_over
from intake.actions import save_page, submit_intake
from intake.models import Device, IntakeAccess
from intake.rules.questions import INTAKE_IDS
from tests import factories
from tests.answers import all_clear
from tests.browser.practice import AFTER_A_BIRTH, EVERYTHING, SORE_CALF, draft_form, practice, stop_form

CHECKS = Path(__file__).with_name("checks.js")


class Opened:
    """One page of one person, and what it complained of: the console, failing scripts, requests to elsewhere."""

    def __init__(self, profile: Any, address: str) -> None:
        self.page = profile.new_page()
        self._address, self._said = address, []  # type: ignore[var-annotated]
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self._said.append(f"script: {error}"))
        self.page.on("request", self._request)

    def _console(self, said: Any) -> None:
        own_status = said.text.startswith("Failed to load resource") and said.location["url"] == self.page.url
        if said.type in ("error", "warning") and not own_status:
            self._said.append(f"console: {said.text}")

    def _request(self, request: Any) -> None:
        if not request.url.startswith((f"{self._address}/", "data:", "blob:")):
            self._said.append(f"asks {request.url}")

    def complaints(self) -> list[str]:
        """What was said since this was asked last."""
        said, self._said = self._said, []
        return said


class Site:
    """The served practice: ``who`` are its people and records, ``as_`` gives the page of one who is signed in."""

    def __init__(self, browser: Any, address: str, who: SimpleNamespace) -> None:
        self.address, self.who = address, who
        self._browser = browser
        self._signed_in = {name: sign_in(who) for name, sign_in in SESSIONS.items()}
        self._opened: dict[str, Opened] = {}
        who.passkey = self._register_passkey("fresh sol")

    def as_(self, name: str) -> Opened:
        """The page of ``name`` in a browser profile of their own; made at its first use."""
        if name not in self._opened:
            self._opened[name] = Opened(self._profile(name), self.address)
        return self._opened[name]

    def _profile(self, name: str) -> Any:
        profile = self._browser.new_context(
            base_url=self.address, locale="en-GB", viewport={"width": 1280, "height": 900}, reduced_motion="reduce"
        )
        profile.set_default_timeout(30_000)
        profile.add_init_script(AXE_SCRIPT)
        profile.add_init_script(path=str(CHECKS))
        if name in self._signed_in:
            cookies = self._signed_in[name].cookies.items()
            profile.add_cookies([{"name": key, "value": one.value, "url": self.address} for key, one in cookies])
        return profile

    def _register_passkey(self, name: str) -> Authenticator:
        """A passkey made by the browser itself, on the page for it."""
        page = self.as_(name).page
        device = {"protocol": "ctap2", "transport": "internal", "automaticPresenceSimulation": True}
        device |= {"hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True}
        chromium = page.context.new_cdp_session(page)
        chromium.send("WebAuthn.enable")
        chromium.send("WebAuthn.addVirtualAuthenticator", {"options": device})
        page.goto(reverse("mfa_add_webauthn"))
        page.fill("[name=name]", "Key on the ring")
        page.click("main form [type=submit], main form button")
        page.wait_for_url("**" + reverse("mfa_index"))
        return Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN)

    def close(self) -> None:
        for opened in self._opened.values():
            opened.page.context.close()


def _user(name: str, *, fresh: bool = False) -> Callable[[SimpleNamespace], Client]:
    def sign_in(who: SimpleNamespace) -> Client:
        client = Client()
        client.force_login(getattr(who, name), backend=settings.AUTHENTICATION_BACKENDS[0])
        session = client.session
        session["code_at"] = int(time.time())
        session.save()
        if fresh:
            client.post(reverse("account_reauthenticate"), {"password": factories.PASSWORD})
        return client

    return sign_in


def _half_signed_in(who: SimpleNamespace) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": who.solo.email, "password": factories.PASSWORD})
    return client


def _waiting_for_a_code(who: SimpleNamespace) -> Client:
    client = Client()
    client.post(reverse("account_request_login_code"), {"email": who.ana_user.email})
    return client


def _waiting_for_a_fresh_code(who: SimpleNamespace) -> Client:
    client = _user("ana_user")(who)
    client.post(reverse("code_again"))
    return client


def _form(client_name: str, purpose: str = "intake", **answers: Any) -> Callable[[SimpleNamespace], Client]:
    def open_form(who: SimpleNamespace) -> Client:
        person = getattr(who, client_name)
        if answers:
            draft_form(who, person, **answers)
        browser = _user("flo")(who)
        response = browser.post(
            reverse("intake:open_form", args=[person.uuid]), {"purpose": purpose, "kind": "this_device"}
        )
        assert response.status_code == 302, response.content.decode()
        return browser

    return open_form


def _over(*, stopped: bool) -> Callable[[SimpleNamespace], Client]:
    """A form that has come to its end in this browser: closed by a newer one, or stopped at the safety page."""

    def end_form(who: SimpleNamespace) -> Client:
        browser = _form("olaf" if stopped else "pia")(who)
        access = IntakeAccess.objects.latest("pk")
        if stopped:
            stop_form(access)
        else:
            save_page(access=access, ids=INTAKE_IDS, values=all_clear(), by=None)
            submit_intake(access=access, submit_key=uuid.uuid4(), by=None)
        return browser

    return end_form


def _by_link(*, inside: bool) -> Callable[[SimpleNamespace], Client]:
    """A browser that pressed the button behind a mailed link; ``inside``: that gave the date and was left alone."""

    def press(who: SimpleNamespace) -> Client:
        browser = Client()
        browser.post(reverse("intake:link", args=[who.token]))
        if inside:
            born = {"birth_date_day": "5", "birth_date_month": "3", "birth_date_year": "1980"}
            assert browser.post(reverse("intake:link_birth_date"), born).status_code == 302
            session = browser.session
            session["confined"] = {**session["confined"], "seen": 0}
            session.save()
        return browser

    return press


def _tablet(name: str, client_name: str = "") -> Callable[[SimpleNamespace], Client]:
    """A tablet of the practice: at rest, or with the form of somebody; "Refused" is one that greeted somebody else."""

    def take(who: SimpleNamespace) -> Client:
        browser = _user("flo")(who)
        browser.post(reverse("intake:tablets"), {"name": name, "location": str(who.location.uuid)})
        if client_name:
            device = Device.objects.get(name=name)
            _access, code = hand_over(client=getattr(who, client_name), device=device, by=who.flo)
            assert browser.post(reverse("intake:tablet"), {"code": code}).status_code == 302
        if name == "Refused":
            browser.post(reverse("intake:form_not_me"))
        return browser

    return take


#: How each profile is signed in; a name that is not here is nobody.
SESSIONS: dict[str, Callable[[SimpleNamespace], Client]] = {
    "flo": _user("flo"),
    "odile": _user("odile"),
    "tess": _user("tess"),
    "fresh tess": _user("tess", fresh=True),
    "fresh sol": _user("solo", fresh=True),
    "ana": _user("ana_user"),
    "ben": _user("ben_user"),
    "parent": _user("parent_user"),
    "half signed in": _half_signed_in,
    "waiting for a code": _waiting_for_a_code,
    "waiting for a fresh code": _waiting_for_a_fresh_code,
    "form untouched": _form("hana"),
    "form of everything": _form("mara", **EVERYTHING),
    "form about a sore calf": _form("rosa", **SORE_CALF),
    "form after a birth": _form("nora", **AFTER_A_BIRTH),
    "form over": _over(stopped=False),
    "form stopped": _over(stopped=True),
    "tablet at rest": _tablet("Rest"),
    "tablet in use": _tablet("B", "yuki"),
    "tablet refused": _tablet("Refused", "olaf"),
    "asked by a link": _by_link(inside=False),
    "link left alone": _by_link(inside=True),
    "theo": _user("theo"),
    "check-in": _form("ana", purpose="check_in"),
}


@pytest.fixture(scope="module")
def site(browser: Any, django_db_setup: None, django_db_blocker: Any) -> Iterator[Site]:
    """The practice served once for all tests of a module, which only read and are marked ``django_db``."""
    with django_db_blocker.unblock(), modify_settings(ALLOWED_HOSTS={"append": "localhost"}):
        assert connection.settings_dict["NAME"].startswith("test_"), "Mark the tests of this module with django_db."
        server = LiveServer("localhost")  # the fixture live_server would empty the database after every test
        served = None
        try:
            served = Site(browser, server.url, practice())
            yield served
        finally:
            if served is not None:
                served.close()
            server.stop()
            call_command("flush", verbosity=0, interactive=False)
            connections.close_all()  # Playwright's loop gives this thread a connection of its own
