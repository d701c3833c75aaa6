"""Bad input at every form of the site: refused with a sentence at its field, what was typed kept, nothing stored.

Every field of a form gets a bad value at once and each must have its own sentence, so that a few requests try them
all; which values of the catalogue a form meets depends on its place. ``FUZZ=full`` sends every value alone instead.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote_plus

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import override_settings

from tests.house.bad_values import Field, Sent, fields
from tests.house.matrix import PAGES
from tests.house.reading import Form, Page
from tests.house.stations import PARTS, Station, World
from tests.thinning import EXHAUSTIVE, thinned

pytestmark = pytest.mark.django_db
FULL = os.environ.get("FUZZ") == "full"
#: How many times each form is sent with all its fields wrong.
ROUNDS = 2 if EXHAUSTIVE else 1
FORM = "application/x-www-form-urlencoded"
#: What a refusal may write: who tried what, browser sessions, limits on trying.
_NOT_COUNTED = r"clinic_auditevent|django_session|usersessions_|clinic_cache|pghistory_context"
_WRITES = re.compile(rf'^\s*(INSERT INTO|UPDATE|DELETE FROM) "(?!{_NOT_COUNTED})', re.I)
#: Post addresses without a form of ours: answered by django-allauth or the admin, tried with the blunt ones below.
#: What the worker of the portal sends no page shows: tests/sessions/views/test_offline.py.
_NOT_OURS = ("sessions:portal_tick", "mfa_", "usersessions_", "admin:", "account_inactive", "home")


def filled(station: Station) -> dict[str, list[str | bytes]]:
    """What a browser sends when the station's filling is typed."""
    sent: dict[str, list[str | bytes]] = {}
    for name, value in station.form.payload:
        sent.setdefault(name, []).append(value)
    for name, value in station.filling.items():
        if value == "*":
            sent[name] = [*station.form.controls[name].offers]
        elif value is not None:
            sent[name] = [*value] if isinstance(value, list) else [value]
    return sent


def encoded(sent: Sent) -> str:
    """As a form sends it."""
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, values in sent.items() for value in values)


@contextmanager
def undone(station: Station) -> Iterator[list[str]]:
    """Whatever happens inside leaves no trace; gives the statements that wrote something that counts."""
    wrote: list[str] = []

    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if _WRITES.match(sql):
            wrote.append(sql)
        return execute(sql, params, many, context)

    cookies = station.browser.cookies.copy()
    cache.clear()
    before = transaction.savepoint()
    with connection.execute_wrapper(watch):
        yield wrote
    transaction.savepoint_rollback(before)
    station.browser.cookies = cookies


def _text(value: str | bytes) -> str:
    text = value.decode(errors="replace") if isinstance(value, bytes) else value
    return re.sub(r"\r\n?", "\n", text)


def _shown_again(form: Form, sent: Sent, field: Field) -> bool:
    """Whether what was typed into ``field`` stands in the form again."""
    for name in field.names:
        held = form.controls[name].values[-1] if name in form.controls and form.controls[name].values else ""
        typed = " ".join(map(_text, sent[name])) if field.kind == "boxes" else _text(sent[name][-1])
        if _text(held) != typed:
            return False
    return True


def told(station: Station, answer: HttpResponse, wrote: list[str], sent: Sent, wrong: Iterable[Field]) -> Iterator[str]:
    """What is not as it should be in the answer to bad values in the fields ``wrong``."""
    if answer.status_code >= 500:
        kind, error, _trace = answer.exc_info  # type: ignore[attr-defined]
        yield f"{answer.status_code} {kind.__name__}: {error!s:.90}"
    elif wrote:
        yield f"stored something: {wrote[0]:.60}"
    elif answer.status_code in (400, 404):
        return
    elif answer.status_code // 100 == 3:
        yield f"{answer.status_code}, as if it were stored"
    else:
        page = Page(answer.content.decode())
        for field in wrong:
            shown = f"{field.name}={[*map(_text, sent[field.names[0]])]!r:.70}"
            if not any(page.at(name) for name in field.names):
                yield f"no sentence for {shown}"
            elif field.is_typed and not _shown_again(page.form(station.post), sent, field):
                yield f"not shown again: {shown}"


def attempts(asked: list[Field], place: int) -> Iterator[tuple[Sent, list[Field]]]:
    """What to send: a few times all fields wrong at once, or every bad value alone."""
    if FULL:
        for field in asked:
            for bad in field.bad():
                yield bad, [field]
        return
    longest = max((len(field.bad()) for field in asked), default=0)
    for turn in range(min(ROUNDS, longest)):
        sent: dict[str, list[str | bytes]] = {}
        for position, field in enumerate(asked):
            values = field.bad()
            sent |= values[(place + position + turn * longest // ROUNDS) % len(values)]
        yield sent, asked


def try_out(station: Station, place: int) -> Iterator[str]:
    """Everything that is wrong at one form."""
    good = filled(station)
    with undone(station) as wrote:
        answer = station.browser.post(station.post, encoded(good), content_type=FORM)
    if answer.status_code != station.done:
        yield f"the good filling is refused: {answer.status_code} {Page(answer.content.decode()).sentences}"
    for bad, wrong in attempts([field for field in fields(station.form) if field.name not in station.free], place):
        sent = good | dict(bad)
        with undone(station) as wrote:
            answer = station.browser.post(station.post, encoded(sent), content_type=FORM)
        yield from told(station, answer, wrote, sent, wrong)


@pytest.fixture(scope="module")
def forms(django_db_setup, django_db_blocker, tmp_path_factory):
    """The stations of each part, in one state of the database for every request of this file."""
    files = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("files"))
    with django_db_blocker.unblock(), files, transaction.atomic():
        world = World()
        parts = {part: list(stations(world)) for part, stations in PARTS.items()}
        pages: dict[tuple[int, str], Page] = {}
        for station in (station for part in parts.values() for station in part):
            key = (id(station.browser), station.page)
            pages[key] = pages.get(key) or Page(station.browser.get(station.page).content.decode())
            station.form = pages[key].form(station.post)
        yield parts
        transaction.set_rollback(True)


@pytest.mark.parametrize("part", PARTS)
def test_bad_values_are_refused_at_their_field_and_nothing_is_stored(forms, part):
    found = [
        f"{station.name} {station.page}: {problem}"
        for place, station in enumerate(forms[part])
        for problem in try_out(station, place)
    ]

    assert not found, "\n".join(dict.fromkeys(found))


def _takes_a_post(name: str) -> bool:
    stated = PAGES[name]["post"]
    answers = stated.values() if isinstance(stated, dict) else [stated]
    return 405 not in answers and not name.startswith(_NOT_OURS)


def test_every_form_of_the_site_is_a_station(forms):
    tried = {station.name for part in forms.values() for station in part}

    assert tried == set(filter(_takes_a_post, PAGES)), "A form is new or gone: see tests/house/stations.py."


def one_of_each(stations: Iterable[Station]) -> list[Station]:
    """Of many stations with one address only the first."""
    return list({station.name: station for station in reversed(list(stations))}.values())


#: What all forms answer alike is tried at one part, and with ``EXHAUSTIVE=1`` at all of them.
ONE_AND_ALL = thinned(PARTS, len(PARTS))


# --- sent twice ---------------------------------------------------------------------------------------------------


def _rows() -> dict[str, int]:
    """How many rows each table holds that a refusal may not write."""
    tables = [name for name in connection.introspection.table_names() if not re.match(_NOT_COUNTED, name)]
    counts = " union all ".join(f"select '{table}', count(*) from \"{table}\"" for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(counts)
        return dict(cursor.fetchall())


@pytest.mark.parametrize("part", ONE_AND_ALL)
def test_the_same_form_sent_twice_is_stored_once(forms, part):
    twice = []
    for station in one_of_each(forms[part]):
        body = encoded(filled(station))
        with undone(station):
            first = station.browser.post(station.post, body, content_type=FORM)
            once = _rows()
            second = station.browser.post(station.post, body, content_type=FORM)
            more = {table: number for table, number in _rows().items() if number != once[table]}
        if first.status_code != station.done or second.status_code >= 500 or more:
            twice.append((station.name, first.status_code, second.status_code, more))

    assert not twice


# --- bodies that no form sends, questions that no page asks --------------------------------------------------------

_BODIES = {
    "nothing": ("", FORM),
    "json": ('{"q": ["x", {"\\u0000": NaN}]}', "application/json"),
    "xml": ('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>', "text/xml"),
    "no text": (b"\xff\xfe\x00", "text/plain"),
    "percent signs": ("%zz=%&&==&%00=%ff&[]=1&a[b]=2&__proto__=1&%ED%A0%80=1", FORM),
    "no boundary": ("q=1", "multipart/form-data"),
    "cut short": ('--x\r\nContent-Disposition: form-data; name="q"\r\n\r\ncut', "multipart/form-data; boundary=x"),
    "too many fields": ("&".join(f"f{number}=1" for number in range(700)), FORM),
    "too large": ("q=" + "a" * 1_100_000, FORM),
}
#: Refused by whoever reads them first, the check of the form key.
_UNREADABLE = ("no boundary", "too many fields", "too large")
#: To a form all of these are the same: nothing was filled in.
_EMPTY = ("nothing", "json", "xml", "no text")
_ODD = ("percent signs", "cut short")
#: Sent by mail programs, which have no form key; the signed token in the address stands for it.
_KEYLESS = ("mail_stop",)


@pytest.mark.parametrize("part", ONE_AND_ALL)
def test_a_body_that_no_form_sends_is_never_our_fault(forms, part):
    wrong = []
    for place, station in enumerate(one_of_each(forms[part])):
        for kind in (_EMPTY[place % len(_EMPTY)], _ODD[place % len(_ODD)]):
            with undone(station):
                answer = station.browser.post(station.post, _BODIES[kind][0], content_type=_BODIES[kind][1])
            if answer.status_code >= 500:
                wrong.append((station.name, kind, answer.status_code))

    assert not wrong


@contextmanager
def key_asked_for(station: Station) -> Iterator[None]:
    """The form key is checked, as outside the tests."""
    station.browser.handler.enforce_csrf_checks = True
    yield
    station.browser.handler.enforce_csrf_checks = False


@pytest.mark.parametrize("part", ONE_AND_ALL)
def test_without_a_readable_form_key_nothing_is_taken(forms, part):
    taken = []
    for station in one_of_each(forms[part]):
        good = {name: value for name, value in station.filling.items() if isinstance(value, str)}
        bodies = {"no key": (encoded({name: [value] for name, value in good.items()}), FORM)}
        if station.name in _KEYLESS:
            bodies = {}
        for kind, (body, content_type) in (bodies | {kind: _BODIES[kind] for kind in _UNREADABLE}).items():
            with undone(station) as wrote, key_asked_for(station):
                answer = station.browser.post(station.post, body, content_type=content_type)
            if answer.status_code != (403 if kind == "no key" else 400) or wrote:
                taken.append((station.name, kind, answer.status_code, wrote[:1]))

    assert not taken


_QUERIES = (
    "day=2026-02-30&after=bogus&phase=bogus&page=-1&p=NaN&q=%F0%9F&next=//evil.example&change&again&e=1&all=x&back=x",
    "day=9999-12-31&day=x&after=%E2%80%AE&phase=after&page=1e9&p=99999999999999999999&q=%22%27%3B--&o=9999999999",
    "&".join(f"{name}={'a' * 2000}" for name in ("day", "after", "phase", "page", "q", "next")),
)


@pytest.mark.parametrize("query", thinned(range(len(_QUERIES)), len(_QUERIES)))
def test_a_question_that_no_page_asks_is_never_our_fault(forms, query):
    pages = {station.page: station for part in forms.values() for station in one_of_each(part)}
    wrong = []
    for page, station in pages.items():
        with undone(station) as wrote:
            status = station.browser.get(f"{page}?{_QUERIES[query]}").status_code
        if status >= 500 or wrote:
            wrong.append((page, status, wrote[:1]))

    assert not wrong
