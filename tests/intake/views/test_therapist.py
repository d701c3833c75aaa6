"""The therapist's pages of the intake: what raised a flag, the decision, letters, consents, the check-in."""

from __future__ import annotations

import html
import io
import re
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from clinic.models import AuditEvent
from intake.models import CheckIn, Clearance, Screening, StopEvent
from intake.queries import judge
from intake.rules.screening import ENTRIES
from tests.answers import check_in_clear
from tests.intake.factories import decided, filled, handed_in, letter

pytestmark = pytest.mark.django_db

#: A slipped vertebra of grade 3 asks for a doctor first; a blood thinner limits; both without a date.
SLIPPED = {"hx_dx": ["spondylolisthesis"], "hx_spl_grade": "3", "hx_spl_stable": "yes"}
THINNER = {"md_any": "yes", "md_list": [{"name": "Warfarin"}], "md_class": ["warfarin"]}
PDF = b"%PDF-1.7 massage is fine"


@pytest.fixture
def desk(people, client):
    """Tess's browser."""
    client.force_login(people.tess)
    return client


def _review(client):
    return reverse("intake:review", args=[client.uuid])


def _shown(browser, address):
    return html.unescape(browser.get(address).content.decode())


def _allowed(client):
    return judge(client.intakes.get(), on=timezone.localdate()).session_allowed


# --- reading


def test_flags_stand_worst_first_with_the_answers_that_raised_them(people, desk):
    handed_in(people.ana, people.flo, **SLIPPED, **THINNER)

    cards = re.findall(r'<li class="card flag-card">(.*?)</li>', _shown(desk, _review(people.ana)), re.S)

    assert [ENTRIES[code].label in card for code, card in zip(("A_SPL_HIGH", "C_ANTICOAG"), cards, strict=True)]
    assert ["Doctor first" in card for card in cards] == [True, False]
    assert [answer in card for answer, card in zip(("Grade", "Warfarin"), cards, strict=True)] == [True, True]


def test_reading_an_intake_is_logged_once_it_is_there(people, desk):
    desk.get(_review(people.ana))
    assert not AuditEvent.objects.filter(verb="read").exists()

    intake = handed_in(people.ana, people.flo)
    desk.get(_review(people.ana))

    read = AuditEvent.objects.get(verb="read")
    assert (read.actor, read.client, read.object_uuid) == (people.tess, people.ana, intake.uuid)


def test_a_stopped_form_is_read_with_its_answer_and_takes_no_decision(people, desk):
    filled(people.ana, people.flo, sf_cord="yes")

    shown = _shown(desk, _review(people.ana))
    desk.post(_review(people.ana), {"outcome": "yes", "confirmed_aloud": "on"})

    assert "Stopped at the safety page" in shown
    assert "Emergency" in shown
    assert "Sign the decision" not in shown
    assert not Screening.objects.exists()


def test_an_owner_who_treats_nobody_reads_and_does_not_decide(people, client):
    handed_in(people.ana, people.flo)
    client.force_login(people.odile)

    assert "Sign the decision" not in _shown(client, _review(people.ana))
    assert client.post(_review(people.ana), {"outcome": "yes", "confirmed_aloud": "on"}).status_code == 403


# --- deciding


def test_a_decision_with_every_flag_accepted_is_stored(people, desk):
    handed_in(people.ana, people.flo, **THINNER)
    said = {"accepted": ["C_ANTICOAG"], "outcome": "modified", "confirmed_aloud": "on", "cap": "1", "remark": "Gently."}

    answer = desk.post(_review(people.ana), said)

    screening = Screening.objects.get()
    assert answer["Location"] == _review(people.ana)
    assert (screening.therapist, screening.accepted) == (people.tess, ["C_ANTICOAG"])
    assert (screening.limits["pressure_cap"], screening.remark) == (1, "Gently.")


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"accepted": []}, "accept every flag first"),
        ({"confirmed_aloud": []}, "aloud once more, then tick this"),
        ({"outcome": "yes"}, "Choose “go ahead with limits”"),
    ],
)
def test_a_decision_that_skips_a_step_is_shown_again_with_what_is_missing(people, desk, said, sentence):
    handed_in(people.ana, people.flo, **THINNER)
    good = {"accepted": ["C_ANTICOAG"], "outcome": "modified", "confirmed_aloud": "on", "remark": "Kept as typed."}

    answer = desk.post(_review(people.ana), {**good, **said})

    shown = html.unescape(answer.content.decode())
    assert (answer.status_code, sentence in shown, "Kept as typed." in shown) == (422, True, True)
    assert not Screening.objects.exists()


def test_doctor_first_leaves_no_massage_for_now_until_a_clearance_is_recorded(people, desk):
    handed_in(people.ana, people.flo, **SLIPPED)
    said = {"accepted": ["A_SPL_HIGH"], "outcome": "modified", "confirmed_aloud": "on"}
    assert "only “no massage for now”" in _shown(desk, _review(people.ana))
    assert desk.post(_review(people.ana), said).status_code == 422

    letter(people.ana, people.tess, "A_SPL_HIGH", dated=timezone.localdate())

    assert desk.post(_review(people.ana), said).status_code == 302
    assert "Cleared; what remains still limits" in _shown(desk, _review(people.ana))


# --- letters and clearances


def _written(today, **more):
    day = {"day": today.day, "month": today.month, "year": today.year}
    dates = {f"dated_{part}": value for part, value in day.items()}
    dates |= {f"expires_{part}": value for part, value in (day | {"year": today.year + 1, "day": 1}).items()}
    words = {"clinician": "Dr Hale", "profession": "Surgeon", "contact": "+441632960999", "massage": "yes"}
    allowed = {"regions": ["none"], "entries": ["A_SPL_HIGH"], "kind": "written", "max_pressure": "none"}
    return {**words, **allowed, **dates, **more}


def _picture():
    file = io.BytesIO()
    Image.new("RGB", (4, 4), "white").save(file, format="PNG")
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [("x.pdf", PDF, "application/pdf"), ("evil.html", _picture(), "image/png")],
    ids=["pdf", "picture under another name"],
)
def test_a_letter_is_kept_as_what_it_is_and_served_as_a_file_to_save(
    people, desk, settings, tmp_path, name, content, kind
):
    settings.MEDIA_ROOT = tmp_path
    handed_in(people.ana, people.flo, **SLIPPED)
    file = io.BytesIO(content)
    file.name = name

    sent = desk.post(
        reverse("intake:clearance_new", args=[people.ana.uuid]), _written(timezone.localdate(), letter=file)
    )
    answer = desk.get(reverse("intake:letter", args=[Clearance.objects.get().uuid]))

    assert (sent.status_code, _allowed(people.ana)) == (302, "yes")
    assert (answer["Content-Type"], answer["Content-Disposition"][:10]) == (kind, "attachment")
    assert name not in answer["Content-Disposition"]
    assert AuditEvent.objects.filter(verb="read", object_uuid=Clearance.objects.get().uuid).count() == 1


@pytest.mark.parametrize(
    ("who", "status"),
    [("tess", 200), ("odile", 200), ("theo", 404), ("flo", 403), ("ana_user", 403), ("ben_user", 403), (None, 302)],
)
def test_a_letter_is_served_to_those_alone_who_may_read_the_chart(people, client, settings, tmp_path, who, status):
    settings.MEDIA_ROOT = tmp_path
    kept = letter(people.ana, people.tess, "A_SPL_HIGH", dated=timezone.localdate(), letter=io.BytesIO(PDF))
    if who is not None:
        client.force_login(getattr(people, who))

    answer = client.get(reverse("intake:letter", args=[kept.uuid]))

    assert answer.status_code == status
    assert (PDF in (answer.getvalue() if answer.streaming else answer.content)) is (status == 200)


def test_a_file_that_is_no_letter_is_refused_at_its_field(people, desk, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    handed_in(people.ana, people.flo, **SLIPPED)
    page = io.BytesIO(b"<script>alert(1)</script>")
    page.name = "letter.pdf"

    answer = desk.post(
        reverse("intake:clearance_new", args=[people.ana.uuid]), _written(timezone.localdate(), letter=page)
    )

    assert (answer.status_code, Clearance.objects.count()) == (422, 0)
    assert "not a PDF, PNG or JPEG" in answer.content.decode()
    assert list(tmp_path.rglob("*.*")) == []


def test_a_withdrawn_clearance_leaves_the_page_and_the_flag_is_back(people, desk):
    handed_in(people.ana, people.flo, **SLIPPED)
    kept = letter(people.ana, people.tess, "A_SPL_HIGH", dated=timezone.localdate())
    assert "Dr Hale" in _shown(desk, _review(people.ana))

    desk.post(reverse("intake:clearance_withdraw", args=[kept.uuid]), {"reason": "wrong_entry"})

    assert "Dr Hale" not in _shown(desk, _review(people.ana))
    assert _allowed(people.ana) == "no"


def test_a_consent_taken_back_leaves_the_page_at_once(people, desk):
    intake = handed_in(people.ana, people.flo)
    consent = intake.consents.get(statement="cs_massage")
    taken_back = reverse("intake:consent_withdraw", args=[consent.uuid])
    assert taken_back in _shown(desk, _review(people.ana))

    desk.post(taken_back)

    assert taken_back not in _shown(desk, _review(people.ana))
    assert _allowed(people.ana) == "no"


# --- the check-in


def test_a_measured_sign_of_a_clot_stops_the_day(people, desk):
    intake = handed_in(people.ana, people.flo)
    decided(intake, people.tess, outcome="yes")
    asked = {**check_in_clear(), "submit_key": str(uuid.uuid4())}
    assert desk.post(reverse("intake:check_in", args=[people.ana.uuid]), asked).status_code == 302
    assert CheckIn.objects.get().asked_by == people.tess

    desk.post(reverse("intake:check_in_entries", args=[people.ana.uuid]), {"th_calf": "3"})

    assert StopEvent.objects.get().codes == ["E_DVT"]
    assert CheckIn.objects.count() == 2


# --- an earlier intake


def test_an_earlier_intake_is_read_in_its_own_answers_with_its_flags_and_decisions(people, desk):
    earlier = handed_in(people.ana, people.flo, at=timezone.now() - timedelta(days=90), **THINNER)
    decided(earlier, people.tess, at=timezone.now() - timedelta(days=90), remark="Reads her own blood values.")
    handed_in(people.ana, people.flo)
    address = reverse("intake:past_intake", args=[earlier.uuid])

    page = _shown(desk, address)

    assert address in _shown(desk, _review(people.ana))
    assert ENTRIES["C_ANTICOAG"].label in page
    assert "Warfarin" in page
    assert "Reads her own blood values." in page


def test_an_intake_that_is_still_filled_in_is_not_found(people, desk):
    access = filled(people.ana, people.flo)

    assert desk.get(reverse("intake:past_intake", args=[access.intake.uuid])).status_code == 404


def test_reading_an_earlier_intake_is_logged(people, desk):
    earlier = handed_in(people.ana, people.flo)

    desk.get(reverse("intake:past_intake", args=[earlier.uuid]))

    assert AuditEvent.objects.filter(verb="read", actor=people.tess, object_uuid=earlier.uuid).count() == 1
