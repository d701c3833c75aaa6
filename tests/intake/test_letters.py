"""Letters to a client's doctor: signed from facts, sent with consent, answered, cleared or declined; forward only."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from intake import actions
from intake import letter_actions as letters
from intake import letter_queries as queries
from intake.models import Clearance, DoctorLetter, LetterStep
from intake.queries import judge
from intake.rules.doctor_letter import fingerprint
from intake.rules.screening import ENTRIES
from tests.intake.factories import handed_in

pytestmark = pytest.mark.django_db

SLIPPED = {"hx_dx": ["spondylolisthesis"], "hx_spl_grade": "3", "hx_spl_stable": "yes"}
SHARING = {"cs_pcp": {"findings": True}}


def signed(client, by, *entries, **said) -> DoctorLetter:
    """A signed letter about ``entries``, or all that stands."""
    stands = queries.grounds(client, on=timezone.localdate())
    about = list(entries) or [ground.code for ground in stands.each]
    words = {"to_name": "Dr Lund", "remark": "", **said}
    read = fingerprint(queries.facts(client, stands, about, remark=words["remark"], by=by))
    return letters.sign_letter(client=client, entries=about, **words, read=read, key=uuid.uuid4(), by=by)


def answer(letter, by, **changes):
    today = timezone.localdate()
    said = {
        "entries": letter.entries,
        "kind": "written",
        "clinician": "Dr Lund",
        "profession": "Surgeon",
        "contact": "Harbour Street",
        "dated": today,
        "massage": True,
        "regions": ["all"],
        "expires": today + timedelta(days=60),
    }
    return letters.record_answer(to=letter, **{**said, **changes}, by=by)


def _allowed(client) -> str:
    return judge(client.intakes.get(), on=timezone.localdate()).session_allowed


def test_a_letter_tells_the_flag_the_answers_with_their_day_and_what_was_done(people):
    handed_in(people.ana, people.flo, **SLIPPED)

    facts = signed(people.ana, people.tess).facts

    entry = ENTRIES["A_SPL_HIGH"]
    assert [(each["label"], each["clinical"]) for each in facts["reasons"]] == [(entry.label, entry.clinical)]
    assert {each["on"] for each in facts["answers"]} == {timezone.localdate().isoformat()}
    assert facts["course"]
    assert "We give no massage until a written answer is here." in facts["done"]
    assert facts["from"]["licence"] == people.tess.licence_no


def test_what_changed_since_it_was_read_is_not_signed(people):
    handed_in(people.ana, people.flo, **SLIPPED)

    with pytest.raises(letters.LetterChanged):
        letters.sign_letter(
            client=people.ana, entries=["A_SPL_HIGH"], to_name="Dr", read="0" * 64, key=uuid.uuid4(), by=people.tess
        )

    assert not DoctorLetter.objects.exists()


def test_the_same_page_signs_once(people):
    handed_in(people.ana, people.flo, **SLIPPED)
    letter = signed(people.ana, people.tess)

    again = letters.sign_letter(
        client=people.ana, entries=["A_SPL_HIGH"], to_name="Dr", read="", key=letter.key, by=people.tess
    )

    assert again == letter


def test_the_desk_signs_no_letter(people):
    handed_in(people.ana, people.flo, **SLIPPED)

    with pytest.raises(PermissionDenied):
        signed(people.ana, people.flo)


def test_a_letter_about_what_does_not_stand_is_refused(people):
    handed_in(people.ana, people.flo, **SLIPPED)

    with pytest.raises(ValidationError, match="does not stand today"):
        signed(people.ana, people.tess, "A_FEVER")


def test_a_stop_of_an_unfinished_form_can_be_written_about_with_what_was_done(people):
    access = actions.open_form(client=people.ana, by=people.flo)
    actions.save_page(access=access, ids=["sf_urine_start"], values={"sf_urine_start": "yes"}, by=None)
    stop = people.ana.stops.get()
    actions.record_stop_action(stop=stop, action="sent_to_care", by=people.flo)

    facts = signed(people.ana, people.tess).facts

    assert {each["code"] for each in facts["reasons"]} == set(stop.codes)
    assert [each["values"] for each in facts["answers"]] == [["Yes"]]
    assert any("Sent to emergency care" in sentence for sentence in facts["done"])


# --- consent


def test_without_consent_a_letter_goes_by_the_clients_hand_alone(people):
    handed_in(people.ana, people.flo, **SLIPPED)
    letter = signed(people.ana, people.tess)

    with pytest.raises(ValidationError) as refused:
        letters.record_letter_step(letter=letter, kind="sent", way="post", by=people.tess)

    assert "has not agreed" in refused.value.message_dict["way"][0]
    assert letters.record_letter_step(letter=letter, kind="sent", way="client", by=people.tess).kind == "sent"


def test_with_consent_a_letter_is_sent(people):
    handed_in(people.ana, people.flo, **SLIPPED, **SHARING)
    letter = signed(people.ana, people.tess)

    assert letters.record_letter_step(letter=letter, kind="sent", way="post", by=people.tess).way == "post"


def test_a_consent_taken_back_before_sending_stops_it_even_in_the_database(people):
    handed_in(people.ana, people.flo, **SLIPPED, **SHARING)
    letter = signed(people.ana, people.tess)
    actions.withdraw_consent(consent=letter.consent, by=people.tess)

    with pytest.raises(ValidationError, match="has not agreed"):
        letters.record_letter_step(letter=letter, kind="sent", way="fax", by=people.tess)
    with pytest.raises(DatabaseError, match="has not agreed"), transaction.atomic():
        LetterStep.objects.create(letter=letter, kind="sent", way="fax", by=people.tess, at=timezone.now())


# --- steps


@pytest.mark.parametrize("kind", ["answered", "cleared", "declined"])
def test_the_database_lets_no_step_jump_ahead(people, kind):
    handed_in(people.ana, people.flo, **SLIPPED)
    letter = signed(people.ana, people.tess)

    with pytest.raises(DatabaseError), transaction.atomic():
        LetterStep.objects.create(letter=letter, kind=kind, by=people.tess, at=timezone.now())


def test_a_yes_clears_and_lifts_as_far_as_it_says(people):
    intake = handed_in(people.ana, people.flo, **SLIPPED)
    letter = signed(people.ana, people.tess)
    letters.record_letter_step(letter=letter, kind="sent", way="client", by=people.tess)
    assert _allowed(people.ana) == "no"

    answer(letter, people.tess, max_pressure=2)

    assert [step.kind for step in letter.steps.all()] == ["sent", "answered", "cleared"]
    result = judge(intake, on=timezone.localdate())
    assert [flag.code for flag in result.cleared] == ["A_SPL_HIGH"]
    assert result.limits.pressure_cap == 2


def test_a_no_keeps_every_limit_and_beats_an_older_yes(people):
    handed_in(people.ana, people.flo, **SLIPPED)
    letter = signed(people.ana, people.tess)
    letters.record_letter_step(letter=letter, kind="sent", way="client", by=people.tess)
    letters.record_letter_step(letter=letter, kind="answered", by=people.tess)

    answer(letter, people.tess, massage=False)

    assert queries.state_of(queries.doctor_letter(people.tess, letter.uuid)) == "declined"
    assert _allowed(people.ana) == "no"
    assert not Clearance.objects.get().massage


def test_an_answer_recorded_twice_is_one(people):
    handed_in(people.ana, people.flo, **SLIPPED)
    letter = signed(people.ana, people.tess)
    letters.record_letter_step(letter=letter, kind="sent", way="client", by=people.tess)

    assert answer(letter, people.tess) == answer(letter, people.tess)
    assert LetterStep.objects.filter(kind="cleared").count() == 1


@pytest.mark.parametrize("kind", ["sent", "answered", "aside"])
def test_a_settled_letter_takes_no_step(people, kind):
    handed_in(people.ana, people.flo, **SLIPPED)
    letter = signed(people.ana, people.tess)
    letters.record_letter_step(letter=letter, kind="sent", way="client", by=people.tess)
    answer(letter, people.tess)

    with pytest.raises(ValidationError, match="settled already"):
        letters.record_letter_step(
            letter=letter,
            kind=kind,
            way="client" if kind == "sent" else "",
            reason="no_answer" if kind == "aside" else "",
            by=people.tess,
        )


def test_an_answer_about_something_else_is_refused_and_leaves_nothing(people):
    handed_in(people.ana, people.flo, **SLIPPED)
    letter = signed(people.ana, people.tess)
    letters.record_letter_step(letter=letter, kind="sent", way="client", by=people.tess)

    with pytest.raises(ValidationError, match="that the letter asked about"):
        answer(letter, people.tess, entries=["C_ANTICOAG"])

    assert not Clearance.objects.exists()


def test_an_answer_before_sending_is_refused(people):
    handed_in(people.ana, people.flo, **SLIPPED)

    with pytest.raises(ValidationError, match="not sent yet"):
        answer(signed(people.ana, people.tess), people.tess)

    assert not Clearance.objects.exists()


def test_letters_wait_with_their_age_for_the_care_team_until_they_are_settled(people):
    handed_in(people.ana, people.flo, **SLIPPED)
    letter = signed(people.ana, people.tess)
    later = timezone.now() + timedelta(days=9)

    waiting = queries.letters_waiting(people.tess, now=later)

    assert [(row.letter, row.state, row.days) for row in waiting] == [(letter, "signed", 9)]
    assert queries.letters_waiting(people.theo, now=later) == []
    letters.record_letter_step(letter=letter, kind="aside", reason="not_needed", by=people.tess)
    assert queries.letters_waiting(people.tess, now=later) == []


def test_a_letter_names_a_consent_of_its_own_client_alone(people):
    handed_in(people.ana, people.flo, **SLIPPED, **SHARING)
    handed_in(people.ben, people.flo, **SLIPPED)
    theirs = queries.sharing_consent(people.ana, on=timezone.localdate())
    letter = signed(people.ben, people.theo)
    fields = {name: getattr(letter, name) for name in ("entries", "to_name", "facts", "edition", "signed_at")}

    with pytest.raises(DatabaseError, match="not this client's"), transaction.atomic():
        DoctorLetter.objects.create(
            client=people.ben, consent=theirs, key=uuid.uuid4(), signed_by=people.theo, **fields
        )
