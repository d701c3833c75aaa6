"""The access matrix: what ``access.toml`` expects of each request, and everything about a page that is otherwise.

Each request is looked at in four ways: the answer, the words in it, the tables written to, and whether a row of the
other client changed.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import quote
from django.db import models
from django.urls import URLPattern, get_resolver, reverse

from tests.house.practice import NO_ROW, Asked, Practice, path_to_client
from tests.thinning import EXHAUSTIVE

DATA = tomllib.loads((Path(__file__).parent / "access.toml").read_text(encoding="utf-8"))
PAGES: dict[str, dict[str, Any]] = DATA["page"]
INSIDE, OUTSIDE, ONE_TIME, CONFINED = (DATA["roles"][kind] for kind in ("inside", "outside", "one_time", "confined"))
ROLES: list[str] = [*INSIDE, *OUTSIDE, *ONE_TIME, *CONFINED]
REFUSALS = ("403", "404", "405", "sign-in", "new-password", "form")
#: Refused wherever a client is, and tried there with one row.
_TWINS = ("former_client",)
#: Who tries what is answered before anybody asks who they are: ids that are none, other methods.
_ONE_OF_EACH = ("anonymous", "solo", "client") if EXHAUSTIVE else ("solo",)
#: The others of a sort that is turned away at a door alike: tried with the list alone at a record page, and where they
#: may do nothing at all with ``EXHAUSTIVE=1``.
_ALIKE = (*OUTSIDE[1:], *ONE_TIME[1:], *CONFINED[1:])
_METHODS = ("get", "post")
#: Written by any request: the browser session itself.
_SESSION = {"django_session", "usersessions_usersession"}
_READ_LOG = {"clinic_auditevent"}
#: Pages that Django's admin makes for each model.
_RECORD_PAGES = ("changelist", "add", "history", "delete", "change")


# --- the addresses ------------------------------------------------------------------------------------------------


def addresses(patterns: Any = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address of the site as (name with namespace, pattern)."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(one, URLPattern):
            yield f"{prefix}{one.name}", one
        else:
            yield from addresses(one.url_patterns, f"{prefix}{one.namespace}:" if one.namespace else prefix)


def record_models() -> dict[str, type[models.Model]]:
    """Models with pages in the records desk, by label."""
    return {model._meta.label_lower: model for model in admin.site._registry}


@functools.cache
def by_name() -> dict[str, URLPattern]:
    """The addresses by name, but those that the records desk makes for each model: they are judged by rule.

    The nameless ones of the admin send on to a change page, or answer 404 to what is none of its addresses.
    """
    ruled = {
        f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
        for model in record_models().values()
        for page in _RECORD_PAGES
    } | {"admin:None"}
    return {name: pattern for name, pattern in addresses() if name not in ruled}


# --- what is expected ---------------------------------------------------------------------------------------------


def expected(name: str, method: str, role: str, row: str = "") -> str:
    """The answer that ``access.toml`` gives for one request."""
    page = PAGES[name]
    if role in ONE_TIME and name not in DATA["doors"]["one_time_may_open"]:
        return "new-password"
    if role in CONFINED and not page.get("form") and name not in DATA["doors"]["confined_may_open"]:
        return "form"
    if page.get("open") or page.get("form"):
        return _stated(page, method, role, row)
    if role in OUTSIDE:
        return "sign-in"
    if role in ONE_TIME:
        return _stated(page, method, role, row)
    reach = DATA["reach"][page["reach"]][role]
    if isinstance(reach, int):
        return str(reach)
    stated = page[method]
    if stated == 405:
        return "405"
    by_role = isinstance(stated, dict) and (f"{role}.{row}" in stated or role in stated)
    if not by_role and (row in NO_ROW or (reach != "all" and row not in reach)):
        return "404"
    return _stated(page, method, role, row)


def _stated(page: dict[str, Any], method: str, role: str, row: str) -> str:
    stated = page[method]
    if isinstance(stated, dict):
        keys = (f"{role}.{row}", role, row, "*")
        return str(next(stated[key] for key in keys if key in stated))
    return str(stated)


def agrees(answer: str, wanted: str) -> bool:
    """Whether an answer is the expected one; "302" stands for a redirect to anywhere but a door."""
    return answer == wanted or (wanted == "302" and answer.startswith("302 "))


def hidden(practice: Practice, role: str) -> list[bytes]:
    """The words that no answer to ``role`` may hold."""
    return [
        word.encode()
        for whose, kinds in DATA["words"].items()
        for kind, readers in kinds.items()
        if role not in readers
        for word in practice.words(whose, kind)
    ]


# --- judging a page -----------------------------------------------------------------------------------------------


def wrongs(practice: Practice, name: str, roles: Collection[str] = ROLES) -> Iterator[str]:
    """Everything about one page that is not as the matrix says, as sentences."""
    kind = PAGES[name].get("row", "")
    send = PAGES[name].get("send", {})
    for role in roles:
        rows = _rows(practice, name, role)
        if role in _ALIKE and not EXHAUSTIVE and all(expected(name, m, role, rows[0]) in REFUSALS for m in _METHODS):
            continue
        bodies = set()
        for method in _METHODS:
            for row in rows[:1] if PAGES[name][method] == 405 else rows:
                data = practice.form(send, kind, row) if method == "post" else None
                asked = practice.ask(role, method, practice.address(name, kind, row), data)
                wanted = expected(name, method, role, row)
                where = f"{role}, {method.upper()}{', row ' + row if row else ''}"
                if not agrees(asked.answer, wanted):
                    yield f"{where}: {asked.answer}, not {wanted}"
                yield from _leaks(practice, role, asked, where)
                yield from _writes(name, method, (role, row), wanted, asked, where)
                if wanted == "404" and method == "get":
                    bodies.add(re.sub(rb"[0-9a-f-]{36}", b"", asked.body))
        if len(bodies) > 1:
            yield f"{role}: the 404 of a row that is not theirs differs from that of a row that does not exist"
        if role in _ONE_OF_EACH and PAGES[name].get("reach") != "records":
            yield from _malformed(practice, name, kind, role)
        if role in _ONE_OF_EACH:
            yield from _other_methods(practice, name, kind, role, rows[0])


def _rows(practice: Practice, name: str, role: str) -> list[str]:
    """The rows a role is tried with: all, but where it is refused before any row is read, one of each sort."""
    rows = list(practice.rows[PAGES[name].get("row", "")])
    refused = expected(name, "get", role, rows[0]) in REFUSALS and expected(name, "post", role, rows[0]) in REFUSALS
    if role in INSIDE and not (refused and isinstance(DATA["reach"].get(PAGES[name].get("reach"), {}).get(role), int)):
        return rows
    sorts = ("own", "foreign", "absent") if role in INSIDE and role not in _TWINS else ("own",)
    return [row for row in rows if row in sorts or row == "unknown"] or rows[:1]


def _leaks(practice: Practice, role: str, asked: Asked, where: str) -> Iterator[str]:
    for word in _hidden(practice, role):
        if word in asked.body:
            yield f"{where}: the answer holds {word.decode()!r}"


@functools.cache
def _hidden(practice: Practice, role: str) -> list[bytes]:
    return hidden(practice, role)


def _writes(name: str, method: str, who: tuple[str, str], wanted: str, asked: Asked, where: str) -> Iterator[str]:
    (role, row), page = who, PAGES[name]
    stated = page[method].get(role) if isinstance(page[method], dict) else page[method]
    allowed = _SESSION | _READ_LOG if method == "get" else _SESSION
    refused = wanted in REFUSALS and stated != wanted
    if (method == "get" or refused) and (too_much := asked.written - allowed):
        yield f"{where}: wrote to {sorted(too_much)}"
    if method == "post" and not row.startswith("foreign") and asked.changed:
        yield f"{where}: changed rows of the foreign client in {asked.changed}"
    done = wanted in ("200", "302") and row not in ("foreign", *NO_ROW)
    if method == "post" and done and "writes" not in page and not asked.written - _SESSION - _READ_LOG:
        yield f"{where}: wrote nothing; `send` in access.toml is not what the page takes"


def _malformed(practice: Practice, name: str, kind: str, role: str) -> Iterator[str]:
    if path := practice.malformed(name, kind):
        for method in ("get", "post"):
            answer = practice.ask(role, method, path).answer
            if answer != "404":
                yield f"{role}, {method.upper()}, an id that is none: {answer}, not 404"


def _other_methods(practice: Practice, name: str, kind: str, role: str, row: str) -> Iterator[str]:
    for method in ("put", "patch", "delete"):
        answer = practice.ask(role, method, practice.address(name, kind, row)).answer
        if answer != "405":
            yield f"{role}, {method.upper()}: {answer}, not 405"


# --- judging the records desk, by rule ----------------------------------------------------------------------------


def record_wrongs(practice: Practice, label: str) -> Iterator[str]:
    """Everything about one model's pages in the records desk that the rules of ``access.toml`` do not allow."""
    model = record_models()[label]
    rows = list(_record_rows(practice, model))
    for role in ROLES:
        tried = rows if role in _record_readers(label) else rows[:1]
        for page, row, path in _record_pages(practice, model, tried):
            if role in _ALIKE and page != "changelist":
                continue
            if "?" in path and role not in _record_readers(label):
                continue
            for method in ("get", "post"):
                asked = practice.ask(role, method, path)
                where = f"{role}, {method.upper()} {page}{' of ' + row if row else ''}"
                wanted = _expected_of_records(label, page, method, role, row)
                if asked.answer not in wanted:
                    yield f"{where}: {asked.answer}, not {' or '.join(wanted)}"
                yield from _leaks(practice, role, asked, where)
                if too_much := asked.written - _SESSION - (_READ_LOG if method == "get" else set()):
                    yield f"{where}: wrote to {sorted(too_much)}"


def _record_pages(
    practice: Practice, model: type[models.Model], rows: list[tuple[str, Any]]
) -> Iterator[tuple[str, str, str]]:
    """(page, whose row, path) of every page that the admin makes for ``model``, with these rows of it."""

    def path(page: str, *args: Any) -> str:
        return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)

    yield "changelist", "", path("changelist") + "?q=" + practice.foreign.client.last_name
    yield "changelist", "", path("changelist")
    yield "add", "", path("add")
    for row, key in rows:
        for page in ("change", "history", "delete"):
            yield page, row, path(page, quote(key))


def _record_rows(practice: Practice, model: type[models.Model]) -> Iterator[tuple[str, Any]]:
    """(whose, key) of the oldest and the newest row of each client, of some row of what is nobody's, and of none.

    The newest note of each is a colleague's draft.
    """
    road = path_to_client(model)
    rows = model._default_manager.order_by("pk")
    for whose in ("own", "foreign") if road else ():
        of_client = rows.filter(**{road: getattr(practice, whose).client.pk})
        for row in dict.fromkeys(filter(None, (of_client.first(), of_client.last()))):
            yield ("draft" if getattr(row, "signed_at", True) is None else whose), row.pk
    if not road and (some := rows.first()):
        yield "own", some.pk
    yield "absent", 10**9


def _record_readers(label: str) -> list[str]:
    rules = DATA["records"]
    if label in rules["nobody"]:
        return []
    return [role for role in rules["readers"] if label not in rules["owner_only"] or role in rules["owners"]]


def _expected_of_records(label: str, page: str, method: str, role: str, row: str) -> tuple[str, ...]:
    rules = DATA["records"]
    if role in OUTSIDE:
        return ("sign-in",)
    if role in ONE_TIME:
        return ("new-password",)
    if role in CONFINED:
        return ("form",)
    writers = rules["writers"].get(label, [])
    if role not in _record_readers(label) or page == "delete":
        return ("403", "302 /admin/") if row == "absent" else ("403",)
    if page == "add":
        return ("200",) if role in writers else ("403",)
    if page == "changelist":
        return ("200",)
    scoped = role not in rules["owners"] and path_to_client(record_models()[label])
    there = row == "own" if scoped else row in ("own", "foreign")
    if not there or (scoped and role == "stranger"):
        return ("302 /admin/",)  # Django's answer for a row that does not exist
    if page == "change" and method == "post" and role not in writers:
        return ("403",)
    return ("405",) if page == "history" and method == "post" else ("200",)
