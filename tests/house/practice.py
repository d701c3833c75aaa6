"""A practice to try the whole site on: every role in a browser of its own, the rows that addresses name, and a wire.

Every request runs in a savepoint that is undone, so that each one meets the same rows.
"""

from __future__ import annotations

import functools
import html
import re
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.totp.internal.auth import TOTP
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection, models, transaction
from django.test import Client as Browser
from django.test import RequestFactory
from django.test.client import ClientHandler
from django.urls import reverse
from django.utils import timezone

from clinic.actions import create_staff, end_portal
from clinic.models import Client, PortalRelation, User
from clinic.post import stop_token
from intake.access_actions import hand_over, lock_form, register_device, send_link
from intake.access_queries import token_of
from intake.actions import save_page, submit_check_in
from intake.models import IntakeAccess, RaisedFlag
from sessions.models import PlanVersion
from sessions.queries.changes import draft_mark, words_mark
from sessions.queries.inbox import home_mark, newest_from_home
from tests import factories
from tests.answers import all_clear, check_in_clear
from tests.house.rows import two_clients

ABSENT = uuid.UUID("00000000-0000-4000-8000-000000000000")
#: Rows that are no rows: an id that does not exist, a word that the page does not know.
NO_ROW = ("absent", "unknown")
_WRITE = re.compile(r'^(?:INSERT INTO|UPDATE|DELETE FROM)\s+"(\w+)"', re.I)
#: Redirects that are a refusal rather than an answer.
_DOORS = {
    "/accounts/login/": "sign-in",
    "/admin/login/": "sign-in",
    "/accounts/password/": "new-password",
    "/i/": "form",
}


# --- asking -------------------------------------------------------------------------------------------------------


class Wire(RequestFactory):
    """Sends a request through the whole site with one session's cookie; an error in a view is an answer of 500."""

    def __init__(self, session_key: str = "", tablet: str = "") -> None:
        super().__init__()
        self._handler = ClientHandler(enforce_csrf_checks=False)
        named = {settings.SESSION_COOKIE_NAME: session_key, settings.CLINIC_TABLET_COOKIE: tablet}
        self._cookies = {name: value for name, value in named.items() if value}

    def request(self, **request: Any) -> Any:
        """The answer to one request, with the cookies as they were at the start."""
        self.cookies.clear()
        self.cookies.load(self._cookies)
        return self._handler(self._base_environ(**request))


@dataclass
class Asked:
    """One request and what came of it."""

    answer: str
    body: bytes
    written: set[str]
    changed: list[str] = field(default_factory=list)


def _body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def _answer(response: Any) -> str:
    if response.status_code != 302:
        return str(response.status_code)
    path = urlsplit(response["Location"]).path
    return _DOORS.get(path) or f"302 {path}"


# --- the state ----------------------------------------------------------------------------------------------------


class Practice:
    """Two clients, every role in a browser of its own, and the rows that addresses name."""

    def __init__(self) -> None:
        self.people = two_clients()
        self.own, self.foreign = self.people.own, self.people.foreign
        self.wires = {role: Wire(key) for role, key in self._sessions().items()} | self._tablets()
        self.rows = self._rows()
        self._before = {table: self._foreign_rows(table) for table in owned_tables()}

    # - who

    def _sessions(self) -> dict[str, str]:
        people = self.people
        former = factories.portal_user(self.own.client, "former@example.org", PortalRelation.HELPER)
        users = {
            **{role: getattr(people, role) for role in ("owner", "therapist", "stranger", "front_desk", "solo")},
            "client": self.own.user,
            "former_client": former,
            "disabled": factories.staff("owner", "therapist", "front_desk", name="Dora Gone"),
            "one_time": create_staff(
                email="new@riverside.example",
                roles=["owner", "therapist", "front_desk"],
                printed_name="Nora New",
                by=people.owner,
            )[0],
        }
        sessions = {role: _signed_in(user) for role, user in users.items()} | {"anonymous": ""}
        end_portal(access=former.portal_access.get(), by=people.owner)
        User.objects.filter(pk=users["disabled"].pk).update(is_active=False, disabled_at=timezone.now())
        return sessions | self._half_signed_in() | self._forms() | self._by_link()

    def _half_signed_in(self) -> dict[str, str]:
        asked, password = Browser(), Browser()
        asked.post(reverse("account_request_login_code"), {"email": self.own.user.email})
        careful = factories.staff("owner", "therapist", "front_desk", name="Fay Factor")
        TOTP.activate(careful, "JBSWY3DPEHPK3PXP")
        password.post(reverse("account_login"), {"login": careful.email, "password": factories.PASSWORD})
        return {"code_asked": _key(asked), "factor_pending": _key(password)}

    def _forms(self) -> dict[str, str]:
        """Three tablets with a form of the own client: an intake, a check-in, and a check-in that is handed in."""
        sessions = {}
        for role, purpose in (("confined", "intake"), ("confined_check_in", "check_in"), ("confined_over", "check_in")):
            tablet = Browser()
            tablet.force_login(self.people.front_desk)
            door = reverse("intake:open_form", args=[self.own.client.uuid])
            tablet.post(door, {"purpose": purpose, "kind": "this_device"})
            sessions[role] = _key(tablet)
            access = IntakeAccess.objects.order_by("-id").first()
            if purpose == "intake":
                answers = all_clear(pn_words=self.own.words["form"][0])
                save_page(access=access, ids=list(answers), values=answers, by=None)
            elif role == "confined_over":
                submit_check_in(
                    client=self.own.client,
                    answers=check_in_clear(),
                    submit_key=uuid.uuid4(),
                    access=access,
                    by=None,
                )
        return sessions

    def _by_link(self) -> dict[str, str]:
        """Two browsers that came by the own client's mail: one with the form open, one asked for the birth date."""
        access = send_link(client=self.own.client, by=self.people.front_desk)
        inside, asked = Browser(), Browser()
        for browser in (inside, asked):
            browser.post(reverse("intake:link", args=[token_of(access.uuid)]))
        born = {"birth_date_day": "5", "birth_date_month": "3", "birth_date_year": "1980"}
        assert inside.post(reverse("intake:link_birth_date"), born).status_code == 302
        return {"link": _key(inside), "link_asked": _key(asked)}

    def _tablets(self) -> dict[str, Wire]:
        """Three tablets: with a form of the own client, with one that was locked, and one that waits for a code."""
        desk, wires = self.people.front_desk, {}
        for name in ("tablet", "tablet_over", "at_rest", "free"):
            device, token = register_device(name=name, location=self.people.location, by=desk)
            if name == "free":
                self.free = device
                continue
            access, code = hand_over(client=self.own.client, device=device, by=desk)
            browser = Browser()
            browser.cookies[settings.CLINIC_TABLET_COOKIE] = token
            if name == "at_rest":
                self.code = code
                wires[name] = Wire(tablet=token)
                continue
            assert browser.post(reverse("intake:tablet"), {"code": code}).status_code == 302
            wires[name] = Wire(_key(browser), token)
            if name == "tablet_over":
                lock_form(access=access, by=None)
        return wires

    # - what

    def _rows(self) -> dict[str, dict[str, dict[str, Any]]]:
        """By kind of row and row: the parts of the address, and under "words" what a form sent to it names."""
        own, foreign, people = self.own, self.foreign, self.people
        both = {"own": own, "foreign": foreign}

        def one(argument: str, attribute: str) -> dict[str, dict[str, Any]]:
            found = {row: {argument: getattr(of, attribute).uuid, "words": _words(of)} for row, of in both.items()}
            return found | {"absent": {argument: ABSENT, "words": _words(own)}}

        notes = {
            "own": own.note,
            "own_signed": own.signed,
            "own_struck": own.struck,
            "colleague": own.colleague_note,
            "colleague_signed": own.colleague_signed,
            "foreign": foreign.note,
            "foreign_signed": foreign.signed,
        }
        events = {
            "own": (own.note.uuid, own.event.client_uuid),
            "own_signed": (own.signed.uuid, own.signed.events.first().client_uuid),
            "colleague": (own.colleague_note.uuid, own.colleague_event.client_uuid),
            "foreign": (foreign.note.uuid, foreign.event.client_uuid),
            "crossed": (own.note.uuid, foreign.event.client_uuid),
            "absent": (own.note.uuid, ABSENT),
        }
        items = {
            "own": (own.client.uuid, own.draft_item.uuid),
            "foreign": (foreign.client.uuid, foreign.draft_item.uuid),
            "crossed": (own.client.uuid, foreign.draft_item.uuid),
            "absent": (own.client.uuid, ABSENT),
        }
        members = {"own": people.front_desk.uuid, "client_account": own.user.uuid, "absent": ABSENT}
        visits = one("appointment_uuid", "appointment")
        return {
            "": {"": {}},
            "client": one("client_uuid", "client"),
            "chosen": {row: {"words": _words(of)} for row, of in both.items()}
            | {"absent": {"words": {"client": ABSENT}}},
            "device": {"own": {"device_uuid": self.free.uuid}, "absent": {"device_uuid": ABSENT}},
            "form_access": one("access_uuid", "link"),
            "link": {
                **{row: {"token": token_of(of.link.uuid)} for row, of in both.items()},
                "unknown": {"token": "never-sent"},
            },
            "guardian": one("guardian_uuid", "guardian"),
            "access": one("access_uuid", "access"),
            "appointment": {row: {**parts, "said": "arrive"} for row, parts in visits.items()}
            | {"unknown": {**visits["own"], "said": "vanish"}},
            "visit": visits,
            "stop": one("stop_uuid", "stop"),
            "message": {row: {**parts, "what": "again"} for row, parts in one("message_uuid", "message").items()}
            | {"unknown": {"message_uuid": own.message.uuid, "what": "vanish"}},
            "token": {row: {"token": stop_token(of.news)} for row, of in both.items()}
            | {"absent": {"token": "no-such-token"}},
            "clearance": one("clearance_uuid", "clearance"),
            "safety_answer": {
                row: {**parts, "question": "sf_calf"} for row, parts in one("intake_uuid", "intake").items()
            }
            | {"unasked": {"intake_uuid": own.intake.uuid, "question": "no-such-question"}},
            "doctor_letter": one("letter_uuid", "doctor_letter"),
            "consent": one("consent_uuid", "consent"),
            "my_consent": one("consent_uuid", "consent"),
            "my_form": one("form_uuid", "intake"),
            "intake": one("intake_uuid", "intake"),
            "note": {row: {"note_uuid": note.uuid, "words": {"rev": note.rev}} for row, note in notes.items()}
            | {"absent": {"note_uuid": ABSENT, "words": {"rev": 0}}},
            "event": {row: {"note_uuid": note, "key": event} for row, (note, event) in events.items()},
            "draft_item": {row: {"client_uuid": client, "item_uuid": item} for row, (client, item) in items.items()},
            "item": {row: {"item_uuid": of.item.uuid} for row, of in both.items()}
            | {"unpublished": {"item_uuid": own.draft_item.uuid}, "absent": {"item_uuid": ABSENT}},
            "from_home": one("message_uuid", "from_home"),
            "answer": one("answer_uuid", "answer"),
            "location": {"own": {"location_uuid": people.location.uuid}, "absent": {"location_uuid": ABSENT}},
            "member": {row: {"member_uuid": member} for row, member in members.items()},
            "member_change": {row: {"member_uuid": member, "what": "password"} for row, member in members.items()}
            | {"unknown": {"member_uuid": people.front_desk.uuid, "what": "promote"}},
            "kind": {"own": {"kind": "questions"}, "unknown": {"kind": "nonsense"}},
            "address": {"own": {"address": "heart"}, "unknown": {"address": "no-such-page"}},
            "passkey": {"absent": {"pk": 10**9}},
            "section": {"own": {"app_label": next(iter(admin.site._registry))._meta.app_label}},
            "on_site": {
                row: {"content_type_id": ContentType.objects.get_for_model(Client).pk, "object_id": key}
                for row, key in (("own", own.client.pk), ("foreign", foreign.client.pk), ("absent", 10**9))
            },
        }

    def parts(self, kind: str, row: str) -> dict[str, Any]:
        """The parts of an address that names this row."""
        return {part: value for part, value in self.rows[kind][row].items() if part != "words"}

    def address(self, name: str, kind: str, row: str) -> str:
        """The path of a page for one row."""
        return reverse(name, kwargs=self.parts(kind, row))

    def malformed(self, name: str, kind: str) -> str | None:
        """The path of a page with words where its ids are; None for one without ids."""
        row = next(iter(self.rows[kind]))
        path = broken = self.address(name, kind, row)
        for value in self.parts(kind, row).values():
            if isinstance(value, uuid.UUID | int):
                broken = broken.replace(str(value), "no-such-id")
        return broken if broken != path else None

    def form(self, send: Mapping[str, Any], kind: str, row: str) -> dict[str, Any]:
        """``send`` with the words in braces filled in."""
        today = timezone.localdate()
        words = {
            "key": uuid.uuid4(),
            "today": today,
            "therapist": self.people.stranger.uuid,
            "location": self.people.location.uuid,
            "tablet": self.free.uuid,
            "code": self.code,
            **{part: getattr(today, part) for part in ("day", "month", "year")},
            **self.rows[kind][row].get("words", {}),
        }

        def filled(value: Any) -> Any:
            return [filled(one) for one in value] if isinstance(value, list) else value.format(**words)

        return {name: filled(value) for name, value in send.items()}

    def words(self, whose: str, kind: str) -> list[str]:
        """The words of one client that stand in rows of one kind; "flags": what the raised flags are called."""
        if kind != "flags":
            return list(getattr(self, whose).words[kind])
        mine, other = self._flags(whose), self._flags("own")
        return sorted(mine if whose == "own" else mine - other)

    def _flags(self, whose: str) -> set[str]:
        raised = RaisedFlag.objects.filter(intake__client=getattr(self, whose).client)
        return {html.escape(wording["label"]) for wording in raised.values_list("wording", flat=True)}

    # - asking

    def ask(self, role: str, method: str, path: str, data: dict[str, Any] | None = None) -> Asked:
        """One request, undone again, with the tables it wrote to and the foreign client's rows it changed."""
        written: set[str] = set()

        def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            if found := _WRITE.match(sql):
                written.add(found[1])
            return execute(sql, params, many, context)

        cache.clear()  # no limit on tries here
        with transaction.atomic():
            with connection.execute_wrapper(note):
                response = getattr(self.wires[role], method)(path, data or {})
                asked = Asked(_answer(response), _body(response), written)
            if method == "post":
                asked.changed = self._changed(written)
            transaction.set_rollback(True)
        return asked

    def _changed(self, written: set[str]) -> list[str]:
        looked_at = written & set(owned_tables())
        return [table for table in sorted(looked_at) if self._foreign_rows(table) != self._before[table]]

    def _foreign_rows(self, table: str) -> Any:
        model, path = owned_tables()[table]
        return list(model._default_manager.filter(**{path: self.foreign.client.pk}).order_by("pk").values())


def _words(of: SimpleNamespace) -> dict[str, Any]:
    draft = PlanVersion.objects.get(pk=of.version.pk)
    marks = {
        "draft_mark": draft_mark(draft),
        "words_mark": words_mark(draft),
        "home_mark": home_mark(newest_from_home(of.client)),
    }
    return {"client": of.client.uuid, "flag": of.screening.accepted[0], **marks}


def _signed_in(user: User) -> str:
    """The key of a session of ``user`` who gave the password, or the code, a moment ago."""
    browser = Browser()
    browser.force_login(user)
    session = browser.session
    session["started"] = session["seen"] = session["code_at"] = int(time.time())
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session.save()
    return str(session.session_key)


def _key(browser: Browser) -> str:
    return str(browser.cookies[settings.SESSION_COOKIE_NAME].value)


@functools.cache
def owned_tables() -> dict[str, tuple[type[models.Model], str]]:
    """Tables whose rows belong to one client: the model, and the path from it to the client's key."""
    found = {}
    for label in ("clinic", "intake", "massage_sessions"):
        for model in apps.get_app_config(label).get_models():
            path = path_to_client(model)
            if path and not hasattr(model, "pgh_tracked_model"):
                found[model._meta.db_table] = (model, path)
    return found


@functools.cache
def path_to_client(model: type[models.Model]) -> str:
    """The shortest way from a record to its client as a lookup, "pk" for the client itself; "" when there is none."""
    if model is Client:
        return "pk"
    roads: list[tuple[type[models.Model], str]] = [(model, "")]
    seen = {model}
    while roads:
        here, road = roads.pop(0)
        for column in here._meta.fields:
            target = column.related_model
            if not column.many_to_one and not column.one_to_one:
                continue
            if target is Client and column.name != "merged_into":
                return f"{road}{column.name}"
            if isinstance(target, type) and target not in seen and target is not User:
                seen.add(target)
                roads.append((target, f"{road}{column.name}__"))
    return ""
