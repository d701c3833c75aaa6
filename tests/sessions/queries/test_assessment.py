"""Findings in the rules: they raise flags, close the gate, are read on the decision page, and fit patterns."""

import uuid

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from intake.queries import decision_sheet, situation
from sessions.actions import note as actions
from sessions.queries.assessment import assessment_at
from sessions.queries.gate import verdict
from tests.counting import statements
from tests.sessions.factories import check_in, decided_client, draft, event, signed_note, therapist

pytestmark = pytest.mark.django_db


def _finding(note, code="T_CALF", side="L", phase="before", **values):
    values = values or {"measure": 4}
    return actions.record_finding(note=note, code=code, side=side, phase=phase, by=note.therapist, **values)


@pytest.fixture
def note():
    by = therapist()
    return draft(by, decided_client(by)[0])


def _judged(note):
    return situation(note.client, on=timezone.localdate())


def _codes(held):
    return [flag.code for flag in held.result.flags]


def test_a_finding_raises_its_flag_through_the_rules_of_the_intake(note):
    assert "E_DVT" not in _codes(_judged(note))

    _finding(note)

    held = _judged(note)
    assert "E_DVT" in _codes(held)
    assert held.result.session_allowed == "no"
    assert held.findings["T_CALF"] == [{"side": "L", "value": 4.0}]


def test_the_next_session_does_not_begin_while_it_stands(note):
    _finding(note, "T_EHL", result="3")

    gate = verdict(note.client, check_in(note.client, note.therapist), on=timezone.localdate())

    assert not gate.is_open
    assert "A_FOOTDROP" in {code for reason in gate.because for code in reason.about}


def test_the_session_that_runs_stops_as_well_and_says_why(note):
    assert event(note).pk
    _finding(note, "T_HEEL", result="pos")

    with pytest.raises(actions.ValidationError, match="Weak foot or leg, not cleared"):
        event(note)
    assert event(note, kind="stop", pressure=0, comfort=None, asked_by="").pk
    assert "No massage before it is cleared in writing." in _page(note, "note")


def test_a_test_done_again_replaces_its_result_and_one_that_was_not_done_does_not(note):
    _finding(note, "T_EHL", result="3")
    _finding(note, "T_EHL", phase="after", result="not_done")
    assert "A_FOOTDROP" in _codes(_judged(note))

    _finding(note, "T_EHL", phase="after", result="5")
    assert "A_FOOTDROP" not in _codes(_judged(note))


def test_the_other_side_and_another_client_are_not_touched_by_it(note):
    other = draft(note.therapist, decided_client(note.therapist, first="Ben")[0])
    _finding(note, "T_EHL", side="L", result="3")
    _finding(note, "T_EHL", side="R", result="5")

    assert "A_FOOTDROP" in _codes(_judged(note))
    assert "A_FOOTDROP" not in _codes(_judged(other))


def test_findings_of_a_struck_note_count_nowhere():
    note = signed_note()
    assert _judged(note).findings["T_FAIR"]

    actions.strike_note(note=note, reason="wrong_client", by=note.therapist)

    assert _judged(note).findings == {}


def test_the_decision_page_says_by_which_test_a_flag_was_found(note):
    _finding(note)

    sheet = decision_sheet(note.therapist, note.client, on=timezone.localdate())

    assert [card.tests for card in sheet.cards if card.code == "E_DVT"] == [("Calf girth 10 cm below tibial tubercle",)]


def _page(note, name="findings"):
    browser = Browser()
    browser.force_login(note.therapist)
    return browser.get(reverse(f"sessions:{name}", args=[note.uuid])).content.decode()


def test_the_page_of_findings_sends_on_at_once_with_the_reason_and_how_soon(note):
    _finding(note, "T_EHL", result="3")

    page = _page(note)

    assert "A strength test came out weak." in page
    assert "How soon: same day." in page


def test_a_pattern_is_told_by_points_and_items_and_never_as_a_diagnosis(note):
    for code in ("T_FAIR", "T_BEATTY", "T_SPS"):
        _finding(note, code, result="pos_familiar")
    _finding(note, "T_PALP_NOTCH", result="2")

    found = assessment_at(note)
    page = _page(note)

    assert found.fits[0].score.code == "P_PIR"
    assert found.fits[0].words in page
    assert "Findings that fit “Piriformis or deep gluteal”" in page
    assert "no diagnosis" in page


def test_a_sign_that_is_seen_is_recorded_like_a_test(note):
    _finding(note, "O_CATCH", side="M", result="pos")

    assert _judged(note).findings["O_CATCH"] == [{"side": "M", "result": "pos"}]
    assert "Catches or gives way on moving" in _page(note)


def test_after_the_treatment_the_page_begins_with_what_was_found_before(note):
    _finding(note, "ROM_HIP_EXT", angle=5, position="SIDE", device="Goniometer", moved="passive", end_feel="tight")
    event(note)
    actions.end_note(note=note, by=note.therapist)

    page = _page(note)
    assert page.index("Test again what was found before") < page.index("Straight-leg raise (Lasègue)")
    assert "Before: 5° · end feel tight · on the side · the therapist moves · Goniometer" in page

    alike = {"position": "SIDE", "device": "goniometer", "moved": "passive"}
    _finding(note, "ROM_HIP_EXT", phase="after", angle=15, **alike)
    assert "Better than before, by more than the measuring error." in _page(note)

    _finding(note, "ROM_HIP_EXT", phase="after", angle=15, **alike | {"device": "Phone"})
    assert "another device than before: not compared" in _page(note)


def test_a_position_that_is_banned_today_is_not_taken(note):
    held = check_in(note.client, note.therapist)
    note.pk = note.id = None
    note.uuid, note.check_in, note.limits = uuid.uuid4(), held, note.limits | {"no_positions": ["PRONE"]}
    note.save(force_insert=True)  # limits are fixed at opening

    with pytest.raises(actions.ValidationError, match="not allowed today"):
        _finding(note, "T_FREIB", result="neg", position="PRONE")
    assert _finding(note, "T_FREIB", result="neg", position="SUPINE").position == "SUPINE"


def test_the_statements_of_the_page_do_not_grow_with_what_was_found(note):
    browser = Browser()
    browser.force_login(note.therapist)
    address = reverse("sessions:findings", args=[note.uuid])
    few = statements(browser, address)
    for code in ("T_FAIR", "T_BEATTY", "T_SPS", "T_APIR", "T_HCLK"):
        _finding(note, code, result="pos_familiar")

    assert statements(browser, address) == few
