"""What a phone asks the portal for: how to install it, what to keep and under which name, and ticks that come late."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from django import forms
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from PIL import Image, ImageChops

from clinic.art.draw_icons import FILES, FOLDER, icon
from clinic.fields import PlainTextField
from clinic.models import AuditEvent, PortalRelation
from sessions.actions.plan import draft_plan, publish_plan
from sessions.models import StretchLog
from sessions.offline import KEPT_FOR, PAPER, PINE
from sessions.plan_forms import DoneForm
from tests import factories
from tests.house.bad_values import LONG, NUL, RIGHT_TO_LEFT
from tests.sessions.factories import decided_client, published_plan

pytestmark = pytest.mark.django_db
KEPT, MANIFEST, WORKER = (reverse(f"sessions:portal_{name}") for name in ("kept", "manifest", "worker"))
PORTAL = reverse("sessions:portal")


@pytest.fixture
def plan(people):
    """A published plan of one stretch; ``account`` opens it."""
    version = published_plan(people.tess)
    version.account = factories.portal_user(version.plan.client, "ada@example.org")
    return version


def _signed_in(user, **options):
    browser = Browser(**options)
    browser.force_login(user)
    return browser


def _address(version, name="portal_tick"):
    return reverse(f"sessions:{name}", args=[version.items.first().uuid])


def _sent(version, **changes):
    """A tick as the phone sends it."""
    sent = {"client_uuid": uuid.uuid4(), "felt": "3", "on": timezone.localdate().isoformat(), **changes}
    return {name: value for name, value in sent.items() if value is not None}


# --- installing ---------------------------------------------------------------------------------------------------


def test_the_home_screen_shows_the_practices_name_and_no_word_about_health(client):
    factories.practice()

    answer = client.get(MANIFEST)

    manifest = answer.json()
    assert answer["Content-Type"] == "application/manifest+json"
    assert (manifest["name"], manifest["short_name"]) == ("Riverside Massage", "Riverside Massage")
    assert "description" not in manifest
    assert {manifest["id"], manifest["start_url"], manifest["scope"]} == {PORTAL}


def test_the_manifest_has_the_colours_of_the_tokens(client):
    tokens = (FOLDER.parent / "css" / "tokens.css").read_text(encoding="utf-8")

    manifest = client.get(MANIFEST).json()

    assert f"--paper: {PAPER};" in tokens
    assert f"--pine: {PINE};" in tokens
    assert (manifest["background_color"], manifest["theme_color"]) == (PAPER, PINE)


def test_the_manifest_names_icons_of_the_sizes_it_says(client):
    icons = client.get(MANIFEST).json()["icons"]

    for each in icons:
        with Image.open(FOLDER / each["src"].rsplit("/", 1)[1]) as drawn:
            assert "x".join(map(str, drawn.size)) == each["sizes"]
    assert {(each["sizes"], each["purpose"]) for each in icons} == {
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    }


@pytest.mark.parametrize("name", FILES)
def test_an_icon_is_what_the_generator_draws(name):
    size, full = FILES[name]

    with Image.open(FOLDER / name) as committed:
        away = ImageChops.difference(committed.convert("RGBA"), icon(size, full=full))

    # Fewer colours are stored than are drawn, so a shade may differ, never a shape.
    assert max(high for _low, high in away.getextrema()) <= 24, "Draw them again: python -m clinic.art.draw_icons"


def test_only_the_pages_of_a_client_who_is_signed_in_are_installable(plan):
    tess, ada = _signed_in(plan.created_by), _signed_in(plan.account)

    pages = {name: browser.get(path).content.decode() for name, browser, path in [
        ("portal", ada, PORTAL), ("staff", tess, "/my-day/"), ("sign-in", Browser(), "/accounts/login/")
    ]}  # fmt: skip

    assert [name for name, html in pages.items() if 'rel="manifest"' in html] == ["portal"]
    assert [name for name, html in pages.items() if WORKER in html] == ["portal"]


# --- the worker ---------------------------------------------------------------------------------------------------


def test_the_worker_reaches_the_portal_and_is_never_read_from_a_cache(client):
    answer = client.get(WORKER)

    assert answer["Content-Type"] == "text/javascript"
    assert answer["Cache-Control"] == "no-store"
    assert WORKER.startswith(PORTAL)
    assert "Service-Worker-Allowed" not in answer


def test_the_worker_holds_nothing_of_a_person(plan):
    assert _signed_in(plan.account).get(WORKER).content == Browser().get(WORKER).content


def test_the_policy_lets_workers_and_manifests_come_from_here_alone(client):
    policy = client.get(WORKER)["Content-Security-Policy"]

    assert "worker-src 'self'" in policy
    assert "manifest-src 'self'" in policy


# --- what is kept, and under which name ---------------------------------------------------------------------------


def _marked(browser, path):
    return browser.get(path).headers.get(KEPT_FOR)


def test_the_pages_to_keep_all_carry_the_name_of_the_list(plan):
    ada = _signed_in(plan.account)

    kept = ada.get(KEPT).json()

    assert _address(plan, "portal_stretch") in kept["pages"]
    assert {_marked(ada, page) for page in kept["pages"]} == {kept["name"]}


def test_no_other_page_may_be_kept(plan):
    ada = _signed_in(plan.account)
    other = ["/accounts/devices/", "/accounts/logout/", "/accounts/login/", KEPT, WORKER, MANIFEST]

    marked = [path for path in [*other, reverse("sessions:portal_whose"), "/nowhere/"] if _marked(ada, path)]

    assert marked == []


def test_an_answer_with_something_to_put_right_is_not_kept(plan):
    answer = _signed_in(plan.account).post(_address(plan, "portal_stretch"), {"felt": "9"})

    assert answer.status_code == 422
    assert KEPT_FOR not in answer.headers


def test_each_session_and_each_client_has_a_name_of_its_own(plan, people):
    other = published_plan(people.tess, decided_client(people.tess, first="Bela")[0])
    parent = factories.portal_user(plan.plan.client, "parent@example.org", PortalRelation.PARENT)
    factories.portal_user(other.plan.client, "parent@example.org", PortalRelation.PARENT)
    names = [_signed_in(plan.account).get(KEPT).json()["name"] for _session in range(2)]
    browser = _signed_in(parent)
    for version in (plan, other):
        browser.post(reverse("sessions:portal_whose"), {"client": version.plan.client.uuid})
        names.append(browser.get(KEPT).json()["name"])

    assert len(set(names)) == 4


def test_a_tick_belongs_to_the_account_and_the_client_in_every_session(plan):
    first, second = (_signed_in(plan.account).get(KEPT).json() for _session in range(2))

    assert (first["account"], first["owner"]) == (second["account"], second["owner"])
    assert first["account"] != first["owner"]


def test_the_names_tell_nothing(plan):
    kept = _signed_in(plan.account).get(KEPT).json()

    for name in (kept["name"], kept["account"], kept["owner"], kept["plan"], kept["state"]):
        assert re.fullmatch(r"[0-9a-f]{32}", name)


def test_a_tick_changes_nothing_of_what_is_kept_and_a_new_version_does(plan):
    ada, tess, client = _signed_in(plan.account), plan.created_by, plan.plan.client
    before = ada.get(KEPT).json()

    ada.post(_address(plan, "portal_stretch"), _sent(plan))
    ticked = ada.get(KEPT).json()
    publish_plan(version=draft_plan(client=client, by=tess), by=tess)
    newer = ada.get(KEPT).json()

    assert (ticked["plan"], ticked["state"]) == (before["plan"], before["state"])
    assert newer["plan"] != before["plan"]
    assert newer["state"] != before["state"]


def test_a_pause_changes_what_is_kept(plan):
    ada = _signed_in(plan.account)
    before = ada.get(KEPT).json()["plan"]

    ada.post(_address(plan, "portal_stretch"), _sent(plan, felt="nerve"))

    assert ada.get(KEPT).json()["plan"] != before


def test_the_line_names_the_day_of_the_plan_and_the_day_it_was_kept(plan):
    line = _signed_in(plan.account).get(KEPT).json()["line"]

    today = f"{timezone.localdate():%-d %B %Y}"
    assert line == f"You are offline. This is your plan of {today}. It was kept on this phone on {today}."


def test_without_a_plan_the_line_says_only_what_is_true(people):
    line = _signed_in(people.ben_user).get(KEPT).json()["line"]

    assert line == f"You are offline. It was kept on this phone on {timezone.localdate():%-d %B %Y}."


def test_words_never_wait_on_a_phone():
    class WithWords(DoneForm):
        more = PlainTextField(required=False)
        sore = forms.BooleanField(required=False)

    fields, words = WithWords.kept_offline()

    assert words == ["more"]
    assert {"client_uuid", "felt", "sore"} <= set(fields)


# --- ticks that come late -----------------------------------------------------------------------------------------


def test_a_late_tick_is_stored_once_however_often_it_is_sent(plan):
    ada, sent = _signed_in(plan.account), _sent(plan)

    answers = [ada.post(_address(plan), sent) for _time in range(3)]

    assert [(answer.status_code, answer.json()) for answer in answers] == [(200, {"stored": True})] * 3
    assert StretchLog.objects.get().comfort == 3
    assert AuditEvent.objects.filter(verb="log_stretch").count() == 1


@pytest.mark.parametrize(("back", "kept"), [(-2, False), (-1, True), (0, True), (6, True), (7, False)])
def test_a_late_tick_is_taken_for_a_week_and_from_a_phone_that_is_a_day_ahead(plan, back, kept):
    on = timezone.localdate() - timedelta(days=back)

    answer = _signed_in(plan.account).post(_address(plan), _sent(plan, on=on.isoformat()))

    assert answer.status_code == (200 if kept else 422)
    assert [log.on for log in StretchLog.objects.all()] == ([min(on, timezone.localdate())] if kept else [])
    assert kept or answer.json() == {"sentence": "Choose today or one of the last six days."}


def test_a_late_tick_of_a_version_that_was_replaced_meanwhile_is_stored(plan):
    address, tess, client = _address(plan), plan.created_by, plan.plan.client
    publish_plan(version=draft_plan(client=client, by=tess), by=tess)

    answer = _signed_in(plan.account).post(address, _sent(plan))

    assert answer.status_code == 200
    assert StretchLog.objects.get().item.version_id == plan.pk


def test_a_late_nerve_sign_pauses_the_stretch(plan):
    ada = _signed_in(plan.account)

    ada.post(_address(plan), _sent(plan, felt="nerve"))

    assert "Leave it out until we have spoken" in ada.get(PORTAL).content.decode()
    assert ada.post(_address(plan), _sent(plan)).status_code == 422


@pytest.mark.parametrize("bad", ["", "yesterday", "2026-02-30", "9999-12-31", "0001-01-01", NUL, LONG, RIGHT_TO_LEFT])
@pytest.mark.parametrize("name", ["client_uuid", "felt", "on"])
def test_a_bad_value_is_refused_with_a_sentence_and_nothing_is_stored(plan, name, bad):
    if (name, bad) == ("felt", ""):
        pytest.skip("an empty answer skips the question")

    answer = _signed_in(plan.account).post(_address(plan), _sent(plan, **{name: bad}))

    assert answer.status_code == 422
    assert answer.json()["sentence"]
    assert not StretchLog.objects.exists()


@pytest.mark.parametrize("name", ["client_uuid", "felt", "on"])
def test_a_value_sent_twice_is_refused(plan, name):
    sent = _sent(plan)

    answer = _signed_in(plan.account).post(_address(plan), {**sent, name: [str(sent[name])] * 2})

    assert answer.status_code == 422
    assert not StretchLog.objects.exists()


@pytest.mark.parametrize("name", ["client_uuid", "on"])
def test_a_late_tick_without_its_key_or_its_day_is_refused(plan, name):
    answer = _signed_in(plan.account).post(_address(plan), _sent(plan, **{name: None}))

    assert answer.status_code == 422


def test_a_late_tick_needs_a_fresh_form_key(plan):
    ada = _signed_in(plan.account, enforce_csrf_checks=True)

    without = ada.post(_address(plan), _sent(plan))
    key = ada.get(KEPT).json()["token"]
    answer = ada.post(_address(plan), _sent(plan), headers={"X-CSRFToken": key})

    assert (without.status_code, answer.status_code) == (403, 200)
    assert StretchLog.objects.count() == 1
