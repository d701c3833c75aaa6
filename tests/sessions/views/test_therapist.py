"""The therapist's pages: who may open them, what they refuse, what they keep, how many statements they take."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinic.actions import start_care
from clinic.models import AuditEvent, CareReason, Practice
from sessions.actions import note as actions
from sessions.actions.home import send_home_message
from sessions.actions.plan import log_stretch
from sessions.models import Addendum, SessionNote, TimelineEvent
from tests import factories
from tests.intake.factories import letter
from tests.sessions.factories import (
    check_in,
    decide,
    decided_client,
    draft,
    draft_with_rows,
    event,
    published_plan,
    signed_note,
    therapist,
    way_decided,
)

pytestmark = pytest.mark.django_db
BACKGROUND = {"HX-Request": "true"}


def _statements(client, address):
    """How many statements a page takes, without transaction control; the first visit of the minute is over."""
    client.get(address)
    with CaptureQueriesContext(connection) as taken:
        response = client.get(address)
    assert response.status_code == 200
    return [
        q["sql"] for q in taken if not re.match(r"(SELECT set_config.*; )?(SAVEPOINT|RELEASE|BEGIN|COMMIT)", q["sql"])
    ]


def _reauthenticated(client):
    """The password given just now, on its own page."""
    client.post("/accounts/reauthenticate/", {"password": factories.PASSWORD})


def _tap(note, **changes):
    return {
        "place": "MUS_PIR:L",
        "client_uuid": str(uuid.uuid4()),
        "position": "PRONE",
        "technique": "TQ_EFF",
        "pressure": "2",
        "tap": "c3",
        **changes,
    }


def _address(note, page=""):
    return f"/notes/{note.uuid}/{page}"


# --- who may open what --------------------------------------------------------------------------------------------

PAGES = ("", "findings/", "sign/")
POSTS = ("place/", "event/", "limit/", "consent/", "pain/", "end/", "text/", "touch/")


@pytest.mark.parametrize("page", PAGES)
def test_the_author_opens_a_draft(page, client):
    note = draft()
    client.force_login(note.therapist)

    assert client.get(_address(note, page)).status_code == 200


@pytest.mark.parametrize("roles", [("therapist",), ("owner",), ("owner", "therapist")])
@pytest.mark.parametrize("page", PAGES)
def test_nobody_else_finds_a_draft(page, roles, client):
    note = draft()
    client.force_login(factories.staff(*roles))

    assert client.get(_address(note, page)).status_code in ((404, 403) if roles == ("owner",) else (404,))


@pytest.mark.parametrize("page", [*PAGES, *POSTS, "addendum/", "strike/"])
def test_the_desk_is_refused(page, client):
    note = signed_note()
    client.force_login(factories.staff("front_desk"))

    assert [client.get(_address(note, page)).status_code, client.post(_address(note, page)).status_code] == [403, 403]


@pytest.mark.parametrize("page", [*POSTS, "addendum/", "strike/"])
def test_nobody_else_writes(page, client):
    note = draft()
    client.force_login(factories.staff("therapist"))

    assert client.post(_address(note, page)).status_code == 404


def test_a_signed_note_is_read_by_the_owner_and_not_outside_care(client):
    note = signed_note()

    client.force_login(factories.staff("owner"))
    assert client.get(_address(note)).status_code == 200
    client.force_login(factories.staff("therapist"))
    assert client.get(_address(note)).status_code == 404


def test_reading_a_note_is_logged(client):
    note = signed_note()
    owner = factories.staff("owner")
    client.force_login(owner)

    client.get(_address(note))

    assert AuditEvent.objects.filter(verb="read", actor=owner, object_uuid=note.uuid, client=note.client).count() == 1


def test_a_chart_outside_care_says_so_and_shows_nothing(client):
    note = signed_note()
    client.force_login(factories.staff("therapist"))

    response = client.get(f"/clients/{note.client.uuid}/")

    assert response.status_code == 403
    assert "not in your care" in response.content.decode()
    assert note.client.last_name not in response.content.decode()


def test_an_absent_chart_is_not_found(client):
    client.force_login(therapist())

    assert client.get(f"/clients/{uuid.uuid4()}/").status_code == 404


# --- the way in ---------------------------------------------------------------------------------------------------


def test_without_a_check_in_nothing_begins(client):
    tess = therapist()
    person, _screening = decided_client(tess)
    client.force_login(tess)

    response = client.post(f"/clients/{person.uuid}/start/")

    assert (response.status_code, SessionNote.objects.count()) == (409, 0)


def test_a_closed_gate_says_which_and_stores_nothing(client):
    tess = therapist()
    person, _screening = decided_client(tess)
    check_in(person, tess, ck_ces="yes")
    client.force_login(tess)

    response = client.post(f"/clients/{person.uuid}/start/")

    assert (response.status_code, SessionNote.objects.count()) == (409, 0)
    assert "No note is opened while the gate is closed" in response.content.decode()


def test_an_open_gate_begins_the_session_once(client):
    tess = therapist()
    person, _screening = decided_client(tess)
    check_in(person, tess)
    client.force_login(tess)

    first = client.post(f"/clients/{person.uuid}/start/")
    second = client.post(f"/clients/{person.uuid}/start/")

    note = SessionNote.objects.get()
    assert [first.url, second.url] == [_address(note)] * 2


# --- tapping ------------------------------------------------------------------------------------------------------


def test_a_tap_is_one_complete_row(client):
    note = draft()
    client.force_login(note.therapist)

    client.post(_address(note, "place/"), {"place": "MUS_PIR:L", "client_uuid": str(uuid.uuid4())})
    client.post(_address(note, "event/"), _tap(note))

    start, felt = note.events.order_by("seq")
    assert (start.kind, start.pressure, start.pressure_source) == ("start_region", 0, "carried")
    assert (felt.kind, felt.comfort, felt.pressure, felt.pressure_source) == ("comfort", 3, 2, "tapped")


def test_a_pressure_that_was_not_chosen_is_marked_as_carried(client):
    note = draft()
    event(note, pressure=3)
    client.force_login(note.therapist)

    client.post(_address(note, "event/"), _tap(note, pressure=""))

    row = note.events.last()
    assert (row.pressure, row.pressure_source) == (3, "carried")


def _owed(client, note):
    """Whether the page asks for an eased reading or a stop."""
    return (
        re.search(r'<div class="owed"[^>]*>', client.get(_address(note)).content.decode())[0].endswith(" hidden>")
        is False
    )


def test_too_much_asks_for_an_eased_reading(client):
    note = draft()
    event(note, pressure=4)
    client.force_login(note.therapist)

    client.post(_address(note, "event/"), _tap(note, pressure="4", tap="c5"))
    assert _owed(client, note)
    client.post(_address(note, "event/"), _tap(note, pressure="", tap="ease"))
    assert _owed(client, note)
    client.post(_address(note, "event/"), _tap(note, pressure="2", tap="c2"))

    assert not _owed(client, note)
    assert [row.pressure for row in note.events.order_by("seq")] == [4, 4, 3, 2]


def test_a_tap_that_waited_is_stored_for_when_it_was_made(client):
    note = draft(at=timezone.now() - timedelta(hours=1))
    event(note, pressure=2)
    client.force_login(note.therapist)

    answer = client.post(
        _address(note, "event/"),
        _tap(note, pressure="", tap="c3", stands="3", ago=str(10 * 60 * 1000)),
        headers=BACKGROUND,
    )

    row = note.events.latest("seq")
    assert answer.status_code == 204
    assert timedelta(minutes=9) < timezone.now() - row.at < timedelta(minutes=11)
    assert (row.pressure, row.pressure_source) == (3, "carried")


@pytest.mark.parametrize("ago", ["-1", "86400001", "soon", "7200000"])
def test_a_tap_from_before_the_visit_or_from_nowhere_is_refused(ago, client):
    note = draft()
    client.force_login(note.therapist)

    answer = client.post(_address(note, "place/"), {"place": "MUS_PIR:L", "client_uuid": uuid.uuid4(), "ago": ago})

    assert answer.status_code == 422
    assert not note.events.exists()


def test_the_last_visits_level_is_offered_not_stored(client):
    tess = therapist()
    earlier = timezone.now() - timedelta(days=7)
    person, _screening = decided_client(tess, at=earlier)
    signed_note(tess, person, at=earlier)
    note = draft(tess, person)
    client.force_login(tess)

    client.post(_address(note, "place/"), {"place": "MUS_PIR:L", "client_uuid": str(uuid.uuid4())})

    row = note.events.get()
    assert (row.pressure, row.pressure_source) == (2, "carried")


def test_what_is_off_stands_on_the_page_with_its_reason(client):
    tess = therapist()
    person, _decision = decided_client(tess, md_class=["doac"], cs_thigh={"back": True, "outer": True, "inner": False})
    note = draft(tess, person)
    event(note)
    client.force_login(tess)

    page = client.get(_address(note)).content.decode()

    assert "Not yet said aloud today: massage today; buttock and hip, left." in page
    assert "Inner thigh, both sides (No agreement for buttock or thigh work)" in page
    assert "Pressure above 2 is off here:" in page
    assert re.search(r"<b>Off here today:</b> [^<]*cross-fibre friction[^<]* \([^<]+\)", page)


def test_after_nearly_too_much_easing_off_comes_first_and_is_said(client):
    note = draft()
    event(note, comfort=4)
    client.force_login(note.therapist)

    page = client.get(_address(note)).content.decode()

    assert re.search(r'class="btn btn-primary[^"]*" name="tap" value="ease"', page)
    assert "<b>One step less now, with a breath cue.</b> It was nearly too much.</p>" in page


def test_in_a_region_closed_for_the_day_only_a_stop_can_be_tapped(client):
    note = draft()
    event(note, comfort=5)
    event(note, comfort=5)
    client.force_login(note.therapist)

    page = client.get(_address(note)).content.decode()
    refused = client.post(_address(note, "event/"), _tap(note, tap="c2", pressure="1"))
    stopped = client.post(_address(note, "event/"), _tap(note, tap="stop"))

    form = page[page.index('id="event-form"') :]
    assert all("disabled" in tag for tag in re.findall(r'<button class="c[1-5]"[^>]*>', form))
    assert all("disabled" in tag for tag in re.findall(r'<input type="radio" name="pressure"[^>]*>', form))
    assert "All pressure is off here" in page
    assert (refused.status_code, stopped.status_code) == (422, 302)
    assert "closed for today" in refused.content.decode()


def test_undo_leaves_the_row_readable(client):
    note = draft()
    row = event(note)
    client.force_login(note.therapist)

    client.post(_address(note, f"events/{row.client_uuid}/void/"))

    assert "undone at once" in client.get(_address(note)).content.decode()
    assert TimelineEvent.objects.filter(pk=row.pk, void__isnull=False).exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"place": "MUS_PIR"},
        {"place": "SAD:L"},
        {"place": "MUS_PIR:X"},
        {"pressure": "6"},
        {"pressure": "-1"},
        {"pressure": "NaN"},
        {"pressure": "2.5"},
        {"tap": "c6"},
        {"tap": ""},
        {"tap": "c0"},
        {"position": "STANDING"},
        {"technique": "TQ_NONE"},
        {"client_uuid": "1"},
        {"words": "x" * 201},
        {"words": "x" * 10_000},
        {"words": "a\x00b"},
        {"tap": "note", "words": ""},
    ],
)
def test_a_wrong_tap_is_refused_with_a_sentence_and_stores_nothing(wrong, client):
    note = draft()
    event(note)
    client.force_login(note.therapist)

    response = client.post(_address(note, "event/"), _tap(note, **wrong))

    assert response.status_code == 422
    assert "There is a problem" in response.content.decode()
    assert note.events.count() == 1


def test_an_open_page_that_posts_beyond_the_cap_is_refused(client):
    tess = therapist()
    person, _screening = decided_client(tess, md_class=["doac"])
    note = draft(tess, person)
    cap = note.limits["structures"]["MUS_PIR:L"]["cap"]
    event(note, pressure=cap)
    client.force_login(tess)

    response = client.post(_address(note, "event/"), _tap(note, pressure=str(cap + 1)))

    assert (response.status_code, note.events.count()) == (422, 1)


# --- texts --------------------------------------------------------------------------------------------------------


def one_text(client, note, field, text, was):
    """What the page sends when a field was typed in."""
    return client.post(_address(note, "text/"), {"field": field, field: text, f"was-{field}": was}, headers=BACKGROUND)


def test_a_field_typed_in_is_saved_by_itself(client):
    note = draft()
    client.force_login(note.therapist)

    response = one_text(client, note, "subjective", "Sits badly.", "")

    assert (response.status_code, response.headers["Note-Version"].split(".")[0]) == (204, "1")
    assert SessionNote.objects.get(pk=note.pk).subjective == "Sits badly."


def test_wording_that_reads_as_a_diagnosis_is_saved_and_told(client):
    note = draft()
    client.force_login(note.therapist)

    told = one_text(client, note, "assessment", "You have a <b> disc.", "")
    stood = client.get(_address(note, "findings/")).content.decode()
    mended = one_text(client, note, "assessment", "Fits pattern P_DISC.", "You have a <b> disc.")

    assert (told.status_code, told.headers["Note-Version"].split(".")[0]) == (200, "1")
    assert "Reads as a diagnosis: “You have”" in told.content.decode()
    assert stood.count("Reads as a diagnosis: “You have”") == 1
    assert (mended.status_code, mended.content.strip()) == (200, b"")
    assert "Reads as a diagnosis" not in client.get(_address(note, "findings/")).content.decode()


def test_the_clients_own_words_may_name_a_diagnosis(client):
    note = draft()
    client.force_login(note.therapist)

    told = one_text(client, note, "subjective", "My doctor diagnosed a slipped disc.", "")

    assert told.status_code == 204
    assert "Reads as a diagnosis" not in client.get(_address(note, "findings/")).content.decode()


def test_without_scripts_the_wording_is_told_on_the_next_page_and_on_a_refused_one(client):
    note = draft()
    client.force_login(note.therapist)

    saved = client.post(_address(note, "text/"), {"rev": 0, "assessment": "Diagnosed."}, follow=True)
    refused = client.post(_address(note, "text/"), {"rev": 1, "assessment": "You have it.", "plan": "x" * 9000})

    assert "Reads as a diagnosis: “Diagnosed”" in saved.content.decode()
    assert refused.status_code == 422
    assert "Reads as a diagnosis: “You have”" in refused.content.decode()
    assert SessionNote.objects.get(pk=note.pk).assessment == "Diagnosed."


def test_two_devices_write_different_fields(client):
    note = draft()
    client.force_login(note.therapist)

    answers = [
        one_text(client, note, "subjective", "Sits badly.", ""),
        one_text(client, note, "plan", "Twice a week.", ""),
    ]

    stored = SessionNote.objects.get(pk=note.pk)
    assert [answer.status_code for answer in answers] == [204, 204]
    assert (stored.subjective, stored.plan) == ("Sits badly.", "Twice a week.")


def test_a_field_sent_again_because_its_answer_was_lost_is_no_conflict(client):
    note = draft()
    client.force_login(note.therapist)

    answers = [one_text(client, note, "plan", "Twice a week.", "") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [204, 204]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"field": "rev", "rev": "9", "was-rev": "0"}, 422),
        ({"field": "signed_at", "signed_at": "2026-01-01"}, 422),
        ({"subjective": "No place."}, 422),
        ({"field": "plan", "plan": "x", "was-plan": "x" * 8001}, 422),
        ({"field": "reassess_on", "reassess_on": "2026-13-01", "was-reassess_on": ""}, 422),
        ({"field": "subjective", "subjective": "x" * 8001, "was-subjective": ""}, 422),
        ({"field": "response", "response": "better"}, 204),
        ({"field": "pcp_advised", "pcp_advised": "on"}, 204),
    ],
)
def test_a_field_that_is_none_or_cannot_be_kept_changes_nothing(sent, status, client):
    note = draft()
    client.force_login(note.therapist)

    response = client.post(_address(note, "text/"), sent, headers=BACKGROUND)

    assert response.status_code == status
    assert SessionNote.objects.get(pk=note.pk).rev == (1 if status == 204 else 0)
    if status == 422:
        said = re.search(r"Not saved\.(.*)</span>", response.content.decode(), re.DOTALL)[1]
        assert re.search(r"[A-Z][^<]*\.", said), said


def test_the_same_field_written_twice_shows_both_texts(client):
    note = draft()
    client.force_login(note.therapist)
    one_text(client, note, "subjective", "Saved elsewhere.", "")

    response = one_text(client, note, "subjective", "Typed here.", "")

    page = response.content.decode()
    assert response.status_code == 409
    assert "Saved elsewhere." in page
    assert "Typed here." in page
    assert SessionNote.objects.get(pk=note.pk).subjective == "Saved elsewhere."


def test_a_conflict_of_the_whole_form_shows_both_texts(client):
    note = draft()
    client.force_login(note.therapist)
    client.post(_address(note, "text/"), {"rev": 0, "subjective": "Saved elsewhere."})

    response = client.post(_address(note, "text/"), {"rev": 0, "subjective": "Typed here."})

    page = response.content.decode()
    assert response.status_code == 409
    assert "Saved elsewhere." in page
    assert "Typed here." in page
    assert SessionNote.objects.get(pk=note.pk).subjective == "Saved elsewhere."


def test_the_version_changes_with_every_change_of_the_note_and_takes_few_statements(client):
    note = draft()
    client.force_login(note.therapist)

    def version():
        answer = client.get(_address(note, "version/"), headers=BACKGROUND).json()
        return answer["text"], answer["room"]

    seen = [version()]
    row = event(note, pressure=2)
    seen.append(version())
    client.post(_address(note, f"events/{row.client_uuid}/void/"))
    seen.append(version())
    client.post(_address(note, "consent/"), {"scope": "massage"})
    seen.append(version())
    client.post(_address(note, "end/"))
    seen.append(version())
    one_text(client, note, "plan", "Twice a week.", "")
    seen.append(version())
    client.post(_address(note, "pain/"), {"after": "3"})
    seen.append(version())

    assert len(set(seen)) == len(seen)
    assert len(_statements(client, _address(note, "version/"))) == 4  # with session, user and the door
    room = client.get(_address(note)).content.decode()
    assert f'"version": "{seen[-1][1]}"' in room
    assert f'data-version="{seen[-1][0]}"' in client.get(_address(note, "findings/")).content.decode()


def test_after_a_conflict_the_merged_text_is_saved(client):
    note = draft()
    client.force_login(note.therapist)
    client.post(_address(note, "text/"), {"rev": 0, "subjective": "Saved elsewhere."})
    page = client.post(_address(note, "text/"), {"rev": 0, "subjective": "Typed here."}).content.decode()
    rev = re.search(r'name="rev" value="(\d+)"', page).group(1)

    client.post(_address(note, "text/"), {"rev": rev, "subjective": "Both."})

    assert SessionNote.objects.get(pk=note.pk).subjective == "Both."


@pytest.mark.parametrize(
    "wrong",
    [
        {"subjective": "x" * 8001},
        {"subjective": "a\x00b"},
        {"response": "fine"},
        {"adverse_event": "perhaps"},
        {"reassess_on": "29.2.2027"},
        {"reassess_on": "2027-02-29"},
        {"rev": "-1"},
        {"rev": "x"},
        {"next_visit": "x" * 201},
    ],
)
def test_a_wrong_text_is_refused_and_kept_on_the_page(wrong, client):
    note = draft()
    client.force_login(note.therapist)

    response = client.post(_address(note, "text/"), {"rev": 0, "plan": "Keep me.", **wrong})

    page = response.content.decode()
    assert response.status_code == 422
    assert "There is a problem" in page
    assert "Keep me." in page
    assert SessionNote.objects.get(pk=note.pk).rev == 0


@pytest.mark.parametrize(("values", "stored"), [({"after": "0"}, (0, False)), ({"after": "declined"}, (None, True))])
def test_pain_after_is_a_number_or_not_given(values, stored, client):
    note = draft()
    client.force_login(note.therapist)

    client.post(_address(note, "pain/"), values)

    note.refresh_from_db()
    assert (note.pain_after, note.pain_after_declined) == stored


@pytest.mark.parametrize("value", ["11", "-1", "NaN", "", "2.5"])
def test_pain_outside_the_scale_is_refused(value, client):
    note = draft()
    client.force_login(note.therapist)

    response = client.post(_address(note, "pain/"), {"after": value})

    note.refresh_from_db()
    assert (note.pain_after, response.status_code) == (None, 422)
    assert "from 0 to 10" in response.content.decode()


def test_each_missing_part_leads_to_the_place_where_it_is_filled_in(client):
    note = draft()
    event(note, comfort=5)
    client.force_login(note.therapist)

    links = re.findall(r'href="([^"#]+)#([^"]+)" aria-label="Add', client.get(_address(note, "sign/")).content.decode())

    assert len(links) >= 8
    for page, place in links:
        assert f'id="{place}"' in client.get(page).content.decode(), (page, place)


# --- findings -----------------------------------------------------------------------------------------------------


def test_findings_are_stored_per_side(client):
    note = draft()
    client.force_login(note.therapist)

    client.post(_address(note, "findings/"), {"phase": "before", "T_SLR.L.result": "neg", "T_SLR.L.angle": "70"})

    finding = note.findings.get()
    assert (finding.code, finding.side, finding.phase, finding.result, finding.angle) == (
        "T_SLR",
        "L",
        "before",
        "neg",
        70,
    )


def test_a_tenderness_that_refers_is_stored_with_the_place(client):
    note = draft()
    client.force_login(note.therapist)
    posted = {"phase": "before", "T_PALP_L2S1.M.result": "refers", "T_PALP_L2S1.M.where": "BTM:R"}

    client.post(_address(note, "findings/"), posted)
    client.post(
        _address(note, "touch/"),
        {"place": "MUS_PIR:L", "phase": "before", "tone": "3", "tender": "refers", "where": "THB:L"},
    )

    assert [(f.code, f.side, f.result, f.felt_where) for f in note.findings.all()] == [
        ("T_PALP_L2S1", "M", "refers", ["BTM:R"]),
        ("MUS_PIR", "L", "refers", ["THB:L"]),
    ]


def test_a_tenderness_that_refers_is_not_stored_without_the_place(client):
    note = draft()
    client.force_login(note.therapist)

    response = client.post(_address(note, "findings/"), {"phase": "before", "T_PALP_NOTCH.L.result": "refers"})
    touched = client.post(
        _address(note, "touch/"),
        {"place": "MUS_PIR:L", "phase": "before", "tone": "3", "tender": "refers"},
        follow=True,
    )

    assert (response.status_code, note.findings.count()) == (422, 0)
    assert "Say where it refers to." in response.content.decode()
    assert "Say where it refers to." in touched.content.decode()


def test_an_area_that_is_not_treated_today_is_not_palpated_either(client):
    tess = therapist()
    ana, _screening = decided_client(tess, cs_glute={"left": False, "right": True, "mode": "over"})
    note = draft(tess, ana)
    client.force_login(tess)

    response = client.post(
        _address(note, "touch/"), {"place": "MUS_PIR:L", "phase": "before", "tone": "1", "tender": "1"}, follow=True
    )

    assert note.findings.count() == 0
    assert "This area is not touched today." in response.content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"T_SLR.L.angle": "181"},
        {"T_SLR.L.angle": "NaN"},
        {"T_SLR.L.result": "maybe"},
        {},
    ],
)
def test_wrong_findings_store_nothing(wrong, client):
    note = draft()
    client.force_login(note.therapist)

    response = client.post(_address(note, "findings/"), {"phase": "before", **wrong})

    assert (response.status_code, note.findings.count()) == (422, 0)


def _results(note):
    return {(f.code, f.side): f.result for f in note.findings.all()}


def _shown(note, client, phase="before"):
    """What a browser would send of the page as it stands: every field with its value, and what was shown."""
    page = client.get(_address(note, "findings/"), {"phase": phase}).context["findings_form"]
    fields = {name: page.get_initial_for_field(field, name) for name, field in page.fields.items()}
    return {name: value for name, value in fields.items() if value not in (None, "")} | dict(page.shown)


def test_a_result_on_the_wrong_side_is_emptied_and_gone_before_signing(client):
    note = draft()
    client.force_login(note.therapist)
    client.post(_address(note, "findings/"), {"phase": "before", "T_SLR.L.result": "neg", "T_SLR.L.angle": "70"})
    sent = _shown(note, client)
    del sent["T_SLR.L.result"], sent["T_SLR.L.angle"]

    client.post(_address(note, "findings/"), sent | {"T_SLR.R.result": "neg", "T_SLR.R.angle": "70"})

    assert _results(note) == {("T_SLR", "R"): "neg"}
    assert AuditEvent.objects.filter(verb="take_back_finding", client=note.client).count() == 1


def test_what_another_page_has_recorded_meanwhile_is_not_written_over(client):
    note = draft()
    client.force_login(note.therapist)
    client.post(_address(note, "findings/"), {"phase": "before", "T_SLR.L.result": "neg"})
    old = _shown(note, client)
    client.post(_address(note, "findings/"), old | {"T_SLR.L.result": "pos_familiar", "T_FABER.R.result": "neg"})

    client.post(_address(note, "findings/"), old | {"T_HCLK.R.result": "neg"})
    clash = client.post(_address(note, "findings/"), old | {"T_SLR.L.result": "pos_other"})
    again = client.post(_address(note, "findings/"), _shown(note, client) | {"T_SLR.L.result": "pos_other"})

    assert "Another page has changed this meanwhile" in clash.content.decode()
    assert (clash.status_code, again.status_code) == (422, 302)
    assert _results(note) == {("T_SLR", "L"): "pos_other", ("T_FABER", "R"): "neg", ("T_HCLK", "R"): "neg"}


def test_could_not_be_done_is_stored_and_left_empty_is_not(client):
    note = draft()
    client.force_login(note.therapist)

    client.post(_address(note, "findings/"), {"phase": "before", "T_SLR.L.result": "not_done"})
    client.post(_address(note, "findings/"), _shown(note, client) | {"T_SLR.L.comment": "Cast."})

    page = client.get(_address(note, "sign/")).content.decode()
    assert _results(note) == {("T_SLR", "L"): "not_done"}
    assert "could not be done · Cast." in page


def test_what_was_palpated_is_taken_back(client):
    note = draft()
    client.force_login(note.therapist)
    touch = {"place": "MUS_PIR:L", "phase": "before", "tone": "1", "tender": "1"}
    client.post(_address(note, "touch/"), touch)

    client.post(_address(note, "touch/"), {"back": "MUS_PIR:L", "phase": "before"})
    refused = client.post(_address(note, "touch/"), {"back": "MUS_XX:L", "phase": "before"})

    assert (note.findings.count(), refused.status_code) == (0, 422)
    assert "not on the list any more" in refused.content.decode()


def test_a_test_tells_when_it_is_positive_and_where_its_figures_come_from(client):
    note = draft()
    client.force_login(note.therapist)

    page = client.get(_address(note, "findings/")).content.decode()

    assert "Positive when: Familiar leg pain that eases when the neck is lifted" in page
    assert "Figures belong to the electrical H-reflex version (3 SD delay), not to pain alone" in page


# --- signing ------------------------------------------------------------------------------------------------------


def test_signing_asks_for_the_password(client):
    note = draft_with_rows()
    client.force_login(note.therapist)

    response = client.post(_address(note, "sign/"), {"rev": note.rev})

    assert response.status_code == 302
    assert response.url.startswith("/accounts/reauthenticate/")
    assert not SessionNote.objects.get(pk=note.pk).is_signed


def test_the_password_signs_the_note_that_was_sent(client):
    note = draft_with_rows()
    client.force_login(note.therapist)
    asked = client.post(_address(note, "sign/"), {"rev": note.rev})

    client.post(asked.url, {"password": factories.PASSWORD})

    assert SessionNote.objects.get(pk=note.pk).is_signed


def test_with_a_fresh_password_one_tap_signs(client):
    note = draft_with_rows()
    client.force_login(note.therapist)
    _reauthenticated(client)

    response = client.post(_address(note, "sign/"), {"rev": note.rev}, follow=True)

    assert "Signed and locked" in response.content.decode()
    assert "The content is what was signed." in response.content.decode()


def test_a_note_that_misses_parts_is_listed_not_signed(client):
    note = draft()
    client.force_login(note.therapist)
    _reauthenticated(client)

    response = client.post(_address(note, "sign/"), {"rev": 0})

    assert response.status_code == 409
    assert "Write what the client said." in response.content.decode()


@pytest.mark.parametrize("page", POSTS)
def test_what_arrives_after_the_signature_is_a_409_with_a_sentence(page, client):
    note = draft_with_rows()
    client.force_login(note.therapist)
    late = {
        "place/": {"place": "MUS_PIR:L", "client_uuid": str(uuid.uuid4())},
        "event/": _tap(note),
        "limit/": {"place": "MUS_PIR:L", "pressure": "3", "reason": "smaller_range"},
        "consent/": {"scope": "assess"},
        "pain/": {"after": "1"},
        "text/": {"rev": note.rev, "plan": "Late."},
        "touch/": {"place": "MUS_PIR:L", "phase": "after", "tone": "1", "tender": "1"},
    }.get(page, {})
    actions.sign_note(note=note, by=note.therapist)

    response = client.post(_address(note, page), late)

    assert response.status_code == 409
    assert "already signed" in response.content.decode()


def test_an_addition_is_shown_with_kind_author_and_dates(client):
    note = signed_note()
    client.force_login(note.therapist)

    response = client.post(
        _address(note, "addendum/"), {"kind": "late_entry", "text": "Forgot the heat pack."}, follow=True
    )

    page = response.content.decode()
    assert Addendum.objects.get().kind == "late_entry"
    assert "Forgot the heat pack." in page
    assert "Late entry" in page


def test_a_struck_note_stays_readable(client):
    note = signed_note()
    client.force_login(note.therapist)

    response = client.post(_address(note, "strike/"), {"reason": "wrong_client"}, follow=True)

    page = response.content.decode()
    assert "written for the wrong client" in page
    assert "Sitting brings it on." in page


# --- the day and the chart ----------------------------------------------------------------------------------------


def test_my_day_gives_each_row_its_next_step(client):
    tess = therapist()
    person, _screening = decided_client(tess)
    factories.appointment(person, tess)
    note = draft(tess)
    client.force_login(tess)

    page = client.get("/my-day/").content.decode()

    assert "Open the chart" in page
    assert f"/notes/{note.uuid}/sign/" in page


@pytest.mark.parametrize(
    ("ago", "told", "bold"),
    [
        ({"minutes": 5}, "less than an hour old", False),
        ({"hours": 1, "minutes": 5}, "1 hour old", False),
        ({"hours": 23, "minutes": 5}, "23 hours old", False),
        ({"hours": 25}, "1 day old", True),
        ({"days": 3, "hours": 2}, "3 days old", True),
    ],
)
def test_an_unsigned_note_tells_its_age_and_bold_after_a_day(client, ago, told, bold):
    note = draft(at=timezone.now() - timedelta(**ago))
    client.force_login(note.therapist)

    page = client.get("/my-day/").content.decode()

    assert told in page
    assert (f"<b>{told}</b>" in page) is bold


def test_my_day_takes_the_same_statements_for_one_unsigned_note_and_for_many(client):
    tess = therapist()
    now = timezone.now()
    draft(tess, at=now - timedelta(days=2))
    client.force_login(tess)
    one = len(_statements(client, "/my-day/"))
    for number in range(4):
        draft(tess, at=now - timedelta(hours=20 * number + 1))

    assert len(_statements(client, "/my-day/")) == one


def test_the_chart_computes_what_is_new(client):
    tess = therapist()
    earlier = timezone.now() - timedelta(days=7)
    person, _screening = decided_client(tess, at=earlier)
    signed_note(tess, person, at=earlier)
    check_in(person, tess, ck_now=6, ck_refer="calf")
    client.force_login(tess)

    page = client.get(f"/clients/{person.uuid}/").content.decode()

    assert "Travels further" in page
    assert "Pain now 6" in page
    assert "was 2 after the last visit." in page


def _person_with_history(tess, *, visits):
    """Two intakes, a letter, signed visits with ranges and additions, a plan with ticks and messages, a check-in."""
    first = timezone.now() - timedelta(days=60)
    slipped = {"hx_dx": ["spondylolisthesis"], "hx_spl_grade": "1", "hx_spl_level": "L5_S1", "hx_spl_stable": "yes"}
    person, _screening = decided_client(tess, at=first, **slipped)
    for number in range(visits):
        note = draft_with_rows(tess, person, at=first + timedelta(days=number + 1))
        for side, angle in (("L", 18 + 3 * number), ("R", 31)):
            actions.record_finding(
                note=note, code="ROM_HIP_IR90", side=side, phase="before", angle=angle, by=tess, at=note.started_at
            )
        actions.sign_note(note=way_decided(note), by=tess, at=note.started_at + timedelta(minutes=55))
        actions.add_addendum(note=note, kind="late_entry", text=f"Late entry {number}.", by=tess)
        letter(person, tess, "C_SPL_LOW", clinician=f"Dr Number{number}", dated=timezone.localdate(first))
    decide(person, tess, at=timezone.now() - timedelta(days=40), **slipped, gl_act1_score=7)
    user = factories.portal_user(person, f"{person.first_name}@example.org")
    version = published_plan(tess, person, {}, {"stretch": "CA-01"})
    for item in version.items.all():
        for _n in range(visits):
            log_stretch(
                client=person,
                item_uuid=item.uuid,
                client_uuid=uuid.uuid4(),
                on=timezone.localdate(),
                comfort=2,
                by=user,
            )
    for _n in range(visits):
        send_home_message(client=person, client_uuid=uuid.uuid4(), text="Which ones first?", by=user)
    check_in(person, tess, ck_refer="calf")
    return person


def test_the_chart_takes_at_most_fourteen_statements_however_much_there_is(client):
    tess = therapist()
    client.force_login(tess)
    taken = [len(_statements(client, f"/clients/{_person_with_history(tess, visits=n).uuid}/")) for n in (1, 5)]

    assert taken[0] == taken[1] <= 14


def test_the_chart_of_somebody_new_takes_no_more_statements(client):
    tess = therapist()
    client.force_login(tess)
    person = factories.client("Hana", by=tess)
    start_care(client=person, therapist=tess, reason=CareReason.APPOINTMENT, by=tess)

    assert len(_statements(client, f"/clients/{person.uuid}/")) <= 14


def test_the_chart_tells_the_course_with_numbers_behind_each_drawing(client):
    tess = therapist()
    client.force_login(tess)
    person = _person_with_history(tess, visits=5)

    page = client.get(f"/clients/{person.uuid}/").content.decode()

    assert "18° → 30°" in page
    assert "more than before" in page
    assert "uneven with the other side" not in page
    assert "Mean 4 on" in page
    assert "Deep middle of buttock, left: 3, as at first." in page
    assert "2 to 3" in page  # the piriformis, side by side
    assert page.count('role="img"') == page.count("Show numbers") + 4  # the bars of comfort share one table
    assert "Late entry 4." in page
    assert "Dr Number4" in page
    assert page.count("/intakes/") == 2


def test_a_stop_on_the_chart_offers_its_steps_and_no_session(client):
    tess = therapist()
    client.force_login(tess)
    person, _screening = decided_client(tess)
    check_in(person, tess, ck_ces="yes")

    page = client.get(f"/clients/{person.uuid}/").content.decode()

    assert f"/stops/{person.stops.get().uuid}/" in page
    assert "Start session" not in page


def test_a_newer_check_in_of_a_day_with_a_signed_visit_is_not_overlooked(client):
    tess = therapist()
    client.force_login(tess)
    person, _screening = decided_client(tess)
    signed_note(tess, person)
    check_in(person, tess, ck_ces="yes", ck_now=9)

    page = client.get(f"/clients/{person.uuid}/").content.decode()

    assert "Emergency sign" in page
    assert "Pain now 9" in page


def test_the_chart_says_how_to_talk_and_uses_the_practices_own_word(client):
    tess = therapist()
    client.force_login(tess)
    person, _screening = decided_client(tess, gl_talk="quiet", gl_stop="Banana")
    signed_note(tess, person)
    Practice.objects.update(comfort_words={"3": "Just right"})

    page = client.get(f"/clients/{person.uuid}/").content.decode()

    assert "Quiet session" in page
    assert "Stop word: Banana" in page
    assert "Just right, share of checks" in page
    assert "Just right × 1" in page


def test_a_struck_note_counts_nowhere_on_the_chart(client):
    tess = therapist()
    client.force_login(tess)
    person, _screening = decided_client(tess)
    signed_note(tess, person, struck=True)

    page = client.get(f"/clients/{person.uuid}/").content.decode()

    assert "Struck" in page
    assert "No checks yet." in page
    assert "Last visit" not in page


def test_what_is_new_names_a_letter_that_ended_and_a_nerve_sign_at_home(client):
    tess = therapist()
    client.force_login(tess)
    then = timezone.now() - timedelta(days=30)
    person, _screening = decided_client(tess, at=then)
    signed_note(tess, person, at=then)
    today = timezone.localdate()
    letter(person, tess, "C_SPL_LOW", dated=today - timedelta(days=60), expires=today - timedelta(days=2))
    user = factories.portal_user(person, "ana@example.org")
    item = published_plan(tess, person).items.get()
    log_stretch(
        client=person, item_uuid=item.uuid, client_uuid=uuid.uuid4(), on=today, comfort=3, sensation="nerve", by=user
    )

    page = client.get(f"/clients/{person.uuid}/").content.decode()

    assert "The letter of Dr Hale has ended" in page
    assert re.search(r'class="stop-ink">(?:(?!</li>).)*At home:', page, re.S)


@pytest.mark.parametrize("rows", [1, 30])
def test_the_note_takes_at_most_twelve_statements(rows, client):
    note = draft()
    for _n in range(rows):
        event(note)
    client.force_login(note.therapist)

    assert len(_statements(client, _address(note))) <= 12


def test_a_background_save_takes_at_most_six_statements(client):
    note = draft()
    client.force_login(note.therapist)
    client.get("/my-day/")

    with CaptureQueriesContext(connection) as taken:
        client.post(_address(note, "text/"), {"rev": 0, "plan": "x"}, headers={"HX-Request": "true"})

    counted = [q["sql"] for q in taken if "SAVEPOINT" not in q["sql"]]
    assert len(counted) <= 6


def test_the_next_visit_is_booked_from_the_signed_note(client):
    note = signed_note()
    client.force_login(note.therapist)

    page = client.get(_address(note)).content.decode()

    assert f'href="/clients/{note.client.uuid}/appointments/new/"' in page
