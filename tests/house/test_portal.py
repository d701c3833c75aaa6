"""What leaves the practice through the portal: nothing that staff wrote, and no value that nobody has thought about."""

from __future__ import annotations

import enum
import html
import time
import uuid
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from datetime import time as clock
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Model
from django.forms import BaseForm
from django.test import Client
from django.urls import reverse
from django.utils.functional import Promise

from clinic.models import AuditEvent
from intake.models import RaisedFlag
from tests.house.matrix import addresses
from tests.house.rows import WORDS, two_clients

pytestmark = pytest.mark.django_db

PAGES = {name: pattern for name, pattern in addresses() if str(pattern.pattern).startswith("portal/")}
#: What in ``WORDS`` staff wrote, or the client has not handed in.
NEVER = ("letter", "note", "draft", "colleague_draft", "clearance", "decision", "plan_draft", "form")

#: What the pages are given, field by field, by whose it is. "own": the client said or did it. "plan": the therapist
#: chose or wrote it for the client, and published it. "library": wording of the catalogues for clients. "practice":
#: what anybody may know of it. "page": numbers and addresses that only make the page.
TOLD: dict[str, dict[str, str]] = {
    "MyPlan": {
        "own": "called days_done taken_back",
        "plan": "items message published_on number",
        "practice": "therapist comfort_words",
    },
    "MyItem": {
        "page": "uuid",
        "library": "name side_is picture steps smaller further feel watch",
        "plan": "side level dose in_short on_bed round note more_today due paused_because if_sore round_if_sore"
        " gentler capped",
        "own": "done_today felt_today too_much_today eased half",
    },
    "Step": {"plan": "kind seconds side number of set_number sets times", "library": "move breath part what"},
    "Picture": {"library": "files alt facing", "page": "width height", "plan": "mirrored"},
    "Day": {"page": "on today", "own": "done"},
    "ComfortStep": {"page": "value icon", "practice": "label", "library": "help"},
    "MyProgress": {"own": "pain travels weeks"},
    "Trend": {"own": "dots line", "page": "rules width height left right foot"},
    "Dot": {"own": "visit before_y after_y", "page": "x"},
    "Visit": {"own": "on before after"},
    "Ladder": {"own": "marks line", "library": "rungs", "page": "height width left right"},
    "Mark": {"own": "reach y", "page": "x"},
    "Rung": {"library": "word", "page": "y"},
    "Reach": {"own": "on step", "library": "word"},
    "Weeks": {"own": "columns", "page": "width height foot labels left right"},
    "Column": {"page": "begins x width is_dated", "own": "days y height"},
    "Paper": {"own": "whom", "practice": "address setting", "plan": "days left_out"},
    "Said": {"library": "about", "own": "what text by at", "plan": "item answer overtaken"},
    "MyReminders": {"own": "access chosen days hour zone plan_changes next stopped changes_stopped"},
    "MyForm": {"page": "uuid", "own": "kind on answers answered_on parts changes stopped", "library": "edition"},
    "MyChange": {"own": "on values", "library": "wording"},
    "ReviewPart": {"library": "title", "own": "rows"},
    "AnswerRow": {"library": "question wording", "own": "values", "page": "address"},
    "MyConsent": {"own": "consent text state taken_back_at", "library": "name part closes"},
}
#: Records that reach a page whole, with every column they have.
RECORDS: dict[str, dict[str, str]] = {
    "HomeAnswer": {"plan": "id uuid message text by at goes_on"},
    "PortalAccess": {"own": "id uuid user client relation opened_at ended_at"},
    "Consent": {
        "own": "id uuid client intake statement scope mode text text_hash edition language signature signer_name"
        " signer_role relation witnessed_by signed_at expires"
    },
}
LEAVES = (str, bytes, int, float, date, clock, uuid.UUID, enum.Enum, Promise, type(None))


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Ana and Ben with everything a client can have; rolled back at the end of this file."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield two_clients()
        transaction.set_rollback(True)


def opened(world, user, name):
    """The answer of one page to ``user``, signed in by a code of just now."""
    browser = Client()
    browser.force_login(user)
    session = browser.session
    session["code_at"] = time.time()
    session.save()
    rows = {"item_uuid": "item", "form_uuid": "intake", "consent_uuid": "consent", "answer_uuid": "answer"}
    kwargs = {key: getattr(world.own, rows[key]).uuid for key in PAGES[name].pattern.converters}
    return browser.get(reverse(name, kwargs=kwargs))


def given(response) -> dict[str, Any]:
    """What the view handed its page, without what every page is given."""
    if not response.context:
        return {}
    context = response.context[0] if isinstance(response.context, list) else response.context
    own = context.dicts[getattr(context, "_processors_index", 0) + 1 :]
    return {key: value for each in own for key, value in each.items() if key not in ("language_code", "language_bidi")}


def columns(value: Any) -> tuple[str, ...] | None:
    """The names under which ``value`` tells something; None when it is neither a dataclass nor a record."""
    if is_dataclass(value):
        return tuple(field.name for field in fields(value))
    if isinstance(value, Model):
        return tuple(field.name for field in value._meta.concrete_fields)
    return None


def unclassified(value: Any, where: str) -> Iterator[str]:
    """What of ``value`` stands in no list above: a new field, a record, something else."""
    if isinstance(value, (*LEAVES, BaseForm)):
        return
    if isinstance(value, Mapping):
        value = list(value.items())
    if isinstance(value, Collection):
        for each in value:
            yield from unclassified(each, where)
        return
    kind, names = type(value).__name__, columns(value)
    if names is None:
        yield f"{where} is a {kind}"
        return
    known = " ".join((RECORDS if isinstance(value, Model) else TOLD).get(kind, {}).values()).split()
    yield from (f"{where} tells {kind}.{name}" for name in names if name not in known)
    if is_dataclass(value):
        for name in names:
            yield from unclassified(getattr(value, name), f"{where}.{name}")


@pytest.mark.parametrize("name", PAGES)
def test_every_value_a_page_is_given_is_classified(world, name):
    values = given(opened(world, world.own.user, name))

    found = {line for key, value in values.items() for line in unclassified(value, key)}

    assert sorted(found) == [], "Say in TOLD whose it is, or keep it from the page."


def test_the_pages_are_opened_by_their_client(world):
    answers = {name: opened(world, world.own.user, name).status_code for name in PAGES}

    assert {name for name, status in answers.items() if status != 200} == {
        "sessions:portal_answer_read",
        "sessions:portal_tick",
    }


@dataclass(frozen=True)
class _Told:
    """A dataclass that nobody has classified."""

    remark: str


@pytest.mark.parametrize("value", [_Told("x"), [_Told("x")], {"a": (_Told("x"),)}, object(), AuditEvent()])
def test_what_is_in_no_list_is_found_wherever_it_hides(value):
    assert list(unclassified(value, "item")) != []


# --- nothing of staff ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("who", ["user", pytest.param("helper", marks=pytest.mark.exhaustive)])
def test_no_page_tells_what_staff_wrote(world, name, who):
    page = opened(world, getattr(world.own, who), name).content.decode()

    assert [word for kind in NEVER for word in world.own.words[kind] if word in page] == []


@pytest.mark.parametrize("name", PAGES)
def test_no_page_tells_a_flag(world, name):
    page = html.unescape(opened(world, world.own.user, name).content.decode())
    raised = RaisedFlag.objects.filter(intake__client=world.own.client)

    told = [word for flag in raised for word in (flag.code, flag.wording["label"], flag.wording["therapist"]) if word]

    assert told != []
    assert [word for word in told if word in page] == []


@pytest.mark.parametrize("name", PAGES)
def test_no_page_tells_anything_of_another_client(world, name):
    page = opened(world, world.own.user, name).content.decode()

    assert [word for words in WORDS["foreign"].values() for word in words if word in page] == []


def test_the_words_for_the_client_are_on_the_pages(world):
    pages = "".join(opened(world, world.own.user, name).content.decode() for name in PAGES)

    assert [word for word in world.own.words["plan"] if word not in pages] == []
