"""Every address × role × row × method gives the answer that access.toml says, and no word to whom it is not for.

And the proof that it would notice: without its role check, or without its scope, each page is told apart.
"""

from __future__ import annotations

from collections import Counter

import pytest
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from clinic.models import PortalAccess, User
from clinic.roles import Role
from intake import queries as intakes
from intake.models import Consent, Intake
from sessions.models import HomeAnswer, PlanItem, SessionNote, TimelineEvent
from sessions.queries import plan as plans
from tests.house.matrix import DATA, INSIDE, PAGES, ROLES, by_name, expected, record_models, record_wrongs, wrongs
from tests.house.practice import Practice
from tests.thinning import thinned

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def practice(django_db_setup, django_db_blocker, tmp_path_factory):
    """One state of the database for every request of this file; each request is undone."""
    files = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("files"))
    with django_db_blocker.unblock(), files, transaction.atomic():
        yield Practice()
        transaction.set_rollback(True)


# --- the matrix is whole


def test_every_address_is_in_the_matrix():
    unknown = sorted(set(by_name()) - set(PAGES))

    assert not unknown, f"{unknown}: say in access.toml who may reach it, with which rows, and what it answers."


def test_the_matrix_holds_no_address_that_is_gone():
    gone = sorted(set(PAGES) - set(by_name()))

    assert not gone, f"{gone}: no such address any more; take it out of access.toml."


@pytest.mark.parametrize("name", DATA["reach"])
def test_every_reach_names_every_role(name):
    assert list(DATA["reach"][name]) == INSIDE, f"{name}: give each role of [roles] inside its answer, in that order."


def test_only_known_roles_read_words():
    strange = {role for kinds in DATA["words"].values() for readers in kinds.values() for role in readers} - set(ROLES)

    assert not strange


def test_every_page_of_ours_names_its_roles():
    silent = [
        name
        for name, pattern in by_name().items()
        if not hasattr(pattern.callback, "roles")
        and not name.startswith("admin:")  # the site asks for them: ClinicAdminSite.admin_view
        and pattern.callback.__module__.split(".")[0] != "allauth"
    ]

    assert not silent, f"{silent}: put @for_role(...), @for_confined or @open_to_anyone on the view."


def _halved(names):
    """Of the pages with the same reach every second waits for ``EXHAUSTIVE=1``."""
    seen = Counter()
    for name in names:
        reach = PAGES[name].get("reach", "")
        seen[reach] += 1
        yield pytest.param(name, marks=[] if seen[reach] % 2 else [pytest.mark.exhaustive])


# --- the matrix holds


@pytest.mark.parametrize("name", [*_halved(PAGES)])
def test_a_page_answers_each_role_as_the_matrix_says(practice, name):
    found = list(wrongs(practice, name))

    assert not found, f"{name}:\n" + "\n".join(found)


@pytest.mark.parametrize("label", thinned(record_models(), 8))
def test_the_records_answer_each_role_as_the_rules_say(practice, label):
    found = list(record_wrongs(practice, label))

    assert not found, f"{label} in the records desk:\n" + "\n".join(found)


@pytest.mark.parametrize("role", ["owner", "therapist", "client", "confined"])
def test_every_word_is_read_by_those_it_is_for(practice, role):
    kinds = {name: page.get("row", "") for name, page in PAGES.items()}
    opened = [
        (name, row) for name in PAGES for row in practice.rows[kinds[name]] if expected(name, "get", role, row) == "200"
    ]

    read = b"".join(practice.ask(role, "get", practice.address(name, kinds[name], row)).body for name, row in opened)

    mine = {
        word
        for whose, words in DATA["words"].items()
        for kind, readers in words.items()
        if role in readers
        for word in practice.words(whose, kind)
    }
    unread = [word for word in mine if word.encode() not in read]
    assert not unread, f"{role} reads {unread} nowhere, so that no leak of these would be seen."


# --- the matrix would notice


_GUARDED = {
    name: pattern
    for name, pattern in by_name().items()
    if getattr(pattern.callback, "roles", ()) and set(pattern.callback.roles) != set(Role)
}
#: django-allauth refuses by itself whoever has no password.
_REFUSED_ANYWAY = ("account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn")


@pytest.mark.parametrize("name", thinned(sorted(set(_GUARDED) - set(_REFUSED_ANYWAY)), 8))
def test_a_page_without_its_role_check_is_noticed(practice, monkeypatch, name):
    pattern = _GUARDED[name]
    bare = pattern.callback.__wrapped__
    confined, for_clients = pattern.callback.roles == ("confined",), Role.CLIENT in pattern.callback.roles
    role = "anonymous" if confined else "front_desk" if for_clients else "client"
    monkeypatch.setattr(pattern, "callback", login_not_required(bare) if confined else bare)

    assert next(wrongs(practice, name, [role]), None)


def _everything(model):
    return lambda *args, **kwargs: model.objects.all()


def _any(model, argument):
    return lambda *args, **kwargs: model.objects.get(uuid=args[argument])


def _any_item_of_the_portal(plan, item_uuid):
    client = PlanItem.objects.get(uuid=item_uuid).version.plan.client
    return next(item for item in plans.my_plan(client, on=timezone.localdate()).items if item.uuid == item_uuid)


def _any_form(_client, form_uuid):
    whose = Intake.objects.get(uuid=form_uuid).client
    return next(form for form in intakes.my_forms(whose) if form.uuid == form_uuid)


def _any_consent(_client, consent_uuid, *, on):
    whose = Consent.objects.get(uuid=consent_uuid).client
    return next(row for row in intakes.my_consents(whose, on=on) if row.consent.uuid == consent_uuid)


#: By reach of a page: its scope, what stands in for it, and a role that the scope alone keeps out.
_SCOPES = {
    "chart": ("clinic.models.client.ClientQuerySet.charted_for", lambda self, user, **kwargs: self, "stranger"),
    "treat": ("clinic.models.client.ClientQuerySet.charted_for", lambda self, user, **kwargs: self, "stranger"),
    "note": ("sessions.queries.note.notes", _everything(SessionNote), "stranger"),
    "note_of_therapist": ("sessions.queries.note.notes", _everything(SessionNote), "stranger"),
    "author": ("sessions.queries.note.own_draft", _any(SessionNote, 1), "solo"),
    "author_of_event": ("sessions.queries.note.own_event", _any(TimelineEvent, 2), "solo"),
    "author_of_any": ("sessions.queries.note.own_note", _any(SessionNote, 1), "solo"),
    "portal": ("sessions.views.portal.my_clients", _everything(PortalAccess), "client"),
}
#: Pages with a scope of their own beside that of their reach.
_OWN_SCOPES = {
    "sessions:plan_item_remove": ("sessions.queries.plan.draft_item", _any(PlanItem, 1), "solo"),
    "sessions:portal_stretch": ("sessions.queries.plan.MyPlan.item", _any_item_of_the_portal, "client"),
    "sessions:my_form": ("intake.queries.my_form", _any_form, "client"),
    "sessions:my_consent": ("intake.queries.my_consent", _any_consent, "client"),
    "sessions:portal_gentler": ("sessions.queries.plan.MyPlan.item", _any_item_of_the_portal, "client"),
    "sessions:portal_answer_read": ("sessions.actions.home.answer_to", _any(HomeAnswer, 1), "client"),
    "setup_staff": ("clinic.queries.staff", _everything(User), "owner"),
    "setup_staff_change": ("clinic.queries.staff", _everything(User), "owner"),
}


@pytest.mark.parametrize(
    ("name", "scope"),
    thinned(
        [
            *(
                (name, _SCOPES[page["reach"]])
                for name, page in PAGES.items()
                if page.get("reach") in _SCOPES and page.get("row")
            ),
            *_OWN_SCOPES.items(),
        ],
        8,
    ),
)
def test_a_page_without_its_scope_is_noticed(practice, monkeypatch, name, scope):
    function, everything, role = scope
    monkeypatch.setattr(function, everything)

    assert next(wrongs(practice, name, [role]), None)
