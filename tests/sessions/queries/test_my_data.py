"""The file of a client's own data: an allow-list in which every field has its place, and nothing of staff."""

from __future__ import annotations

import json

import pytest
from django.apps import apps
from django.db import transaction

from clinic.content import edition_number
from clinic.models import SPEAKS_FOR_CLIENT, PortalRelation
from intake.actions import add_to_check_in
from intake.models import RaisedFlag
from sessions.queries.my_data import KEPT, NOT_TOLD, TOLD, my_file
from tests.house.practice import owned_tables
from tests.house.rows import WORDS, two_clients
from tests.sessions.factories import check_in, decided_client, published_plan

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("model", TOLD, ids=lambda model: model._meta.label)
def test_every_field_is_told_or_kept_with_a_reason(model):
    fields = {field.name for field in model._meta.concrete_fields}

    told, kept = set(TOLD[model]), set(KEPT[model])

    assert told | kept == fields, "Say in sessions/queries/my_data.py whether the client's file tells this field."
    assert told & kept == set()


def test_every_record_about_a_client_is_told_or_not_with_a_reason():
    about_clients = {model._meta.label for model, _path in owned_tables().values()}

    told = {model._meta.label for model in TOLD}

    assert about_clients - told - set(NOT_TOLD) == set(), "Put the new record into TOLD or NOT_TOLD."
    assert told & set(NOT_TOLD) == set()
    assert {apps.get_model(label)._meta.label for label in NOT_TOLD} == set(NOT_TOLD)


def test_an_entry_of_the_therapist_at_the_check_in_is_not_in_the_file(people):
    client, _screening = decided_client(people.tess)
    add_to_check_in(check_in=check_in(client, people.tess), entries={"th_temp": 36.6}, by=people.tess)

    file = my_file(client)

    [asked] = [form for form in file["forms"] if form["kind"] == "check_in"]
    assert asked["answers"] != []
    assert "th_temp" not in json.dumps(file)


def test_every_answer_is_in_the_file_in_words_and_as_stored(people):
    client, screening = decided_client(people.tess)

    [form] = my_file(client)["forms"]

    stored = {name: value for name, value in screening.intake.answers.items() if value not in ([], "")}
    assert {row["id"]: row["value"] for row in form["answers"]} == stored
    assert all(row["question"] and row["answer"] for row in form["answers"])


def test_a_draft_of_the_plan_is_not_in_the_file(people):
    client, _screening = decided_client(people.tess)
    version = published_plan(people.tess, client)

    plan = my_file(client)["stretch_plan"]

    assert [each["number"] for each in plan["versions"]] == [version.number]


def test_the_file_says_whether_a_clinician_has_signed_the_content_off(people):
    said = my_file(people.ana)["file"]["clinical_content"]

    assert said == {"edition": edition_number(), "signed_off_by_a_clinician": False}


def test_a_client_with_nothing_yet_has_a_file(people):
    file = my_file(people.ben)

    assert file["you"]["last_name"] == "Okoro"
    assert (file["forms"], file["stretch_plan"], file["consents"]) == ([], None, [])


def test_a_helper_is_not_among_those_who_read_the_record():
    assert set(SPEAKS_FOR_CLIENT) == set(PortalRelation) - {PortalRelation.HELPER}


# --- last, because this state of the database stays for the rest of the file


@pytest.fixture(scope="module")
def ana_and_ben(django_db_setup, django_db_blocker):
    """Both with everything a client can have; rolled back at the end of this file."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield two_clients()
        transaction.set_rollback(True)


@pytest.fixture
def file(ana_and_ben):
    """Ana's file as text."""
    return json.dumps(my_file(ana_and_ben.own.client), ensure_ascii=False)


@pytest.mark.parametrize("kind", ["answers", "plan", "home", "contact"])
def test_the_file_holds_what_the_client_told_and_got(file, kind):
    assert [word for word in WORDS["own"][kind] if word not in file] == []


@pytest.mark.parametrize("kind", ["note", "draft", "colleague_draft", "clearance", "decision", "plan_draft", "form"])
def test_the_file_holds_nothing_that_staff_wrote(file, kind):
    assert [word for word in WORDS["own"][kind] if word in file] == []


def test_the_file_holds_no_flag(ana_and_ben, file):
    raised = RaisedFlag.objects.filter(intake__client=ana_and_ben.own.client)

    said = [word for flag in raised for word in (flag.code, flag.wording["label"], flag.wording["therapist"])]
    assert said != []
    assert [word for word in said if word and word in file] == []


def test_the_file_holds_nothing_of_another_client(file):
    assert [word for words in WORDS["foreign"].values() for word in words if word in file] == []
