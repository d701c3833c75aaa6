"""Two clients with everything a client can have here, each in the care of another therapist; nothing is shared.

``own`` is Ana, in the care of Tess and Cole; ``foreign`` is Ben, in the care of Theo and Cole. Their free texts are
words that occur nowhere else, so that a leak can be read off any answer. Made through the actions alone.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from django.core.files.base import ContentFile
from django.utils import timezone

from clinic.actions import add_guardian, sign_off_edition, start_care
from clinic.models import CareReason, Client, ContentKind, PortalRelation, User
from intake import access_actions as doors
from intake import actions as intake
from intake import letter_actions
from intake import letter_queries as letters
from intake.models import Consent
from intake.rules.doctor_letter import fingerprint
from intake.rules.limits import Limits
from sessions.actions import home
from sessions.actions import note as notes
from sessions.actions import plan as plans
from sessions.actions.outcome import record_score
from sessions.models import SessionNote
from tests import factories
from tests.answers import all_clear
from tests.sessions.factories import check_in, decide, draft, draft_with_rows, event

#: Words in the free texts of each client, by what they stand in. Nobody else's rows hold them.
WORDS = {
    "own": {
        "answers": ["Quillanswer", "Quillgoal"],
        "note": ["Quillsaid", "Quillfound", "Quilladded", "Quillspoken", "Quillpalpated"],
        "draft": ["Quilldraft"],
        "colleague_draft": ["Quillcolleague"],
        "clearance": ["Quillclinician", "Quillcondition", "Quillletter"],
        "decision": ["Quillremark"],
        "letter": ["Quilldoctor", "Quilladdress", "Quilladvice"],
        "plan_draft": ["Quillunpublished"],
        "plan": ["Quillstretch", "Quillmessage"],
        "home": ["Quillknee", "Quillcushion", "Quillbedtime"],
        "contact": ["Quillsurname", "Quillguardian"],
        "form": ["Quillform"],
    },
}
WORDS["foreign"] = {kind: [word.replace("Quill", "Wren") for word in words] for kind, words in WORDS["own"].items()}
#: An answer that raises a flag of its own for each of the two.
FLAGGED = {"own": {"hx_faint": ["faint"]}, "foreign": {"hx_neuro": ["parkinson"]}}


def two_clients() -> SimpleNamespace:
    """The practice, its people, and ``own`` and ``foreign``: every row there is of Ana and of Ben."""
    factories.practice()
    people = SimpleNamespace(
        location=factories.location(),
        owner=factories.staff("owner", name="Odile Marchand"),
        therapist=factories.staff("therapist", name="Tess Okafor"),
        theo=factories.staff("therapist", name="Theo Haddad"),
        colleague=factories.staff("therapist", name="Cole Brandt"),
        stranger=factories.staff("therapist", name="Una Strand"),
        front_desk=factories.staff("front_desk", name="Flo Marsh"),
        solo=factories.staff("owner", "therapist", "front_desk", name="Sol Weiss"),
    )
    for kind in ContentKind:
        sign_off_edition(
            kind=kind, clinician="Dr Reader", profession="Physician", signed_on=date(2026, 1, 5), by=people.owner
        )
    people.own = everything_of("own", "Ana", people.therapist, people)
    people.foreign = everything_of("foreign", "Ben", people.theo, people)
    _entered_again(people)
    return people


def _entered_again(people: SimpleNamespace) -> None:
    """A note of the colleague that was struck for the wrong client, and the one of the right client."""
    mistaken = draft(people.colleague, people.own.client, at=timezone.now() - timedelta(days=5, hours=2))
    notes.strike_note(note=mistaken, reason="wrong_client", by=people.colleague)
    notes.enter_again(struck=mistaken, note=people.foreign.colleague_signed, by=people.colleague)


def everything_of(whose: str, first: str, therapist: User, people: SimpleNamespace) -> SimpleNamespace:
    """One client with guardian, portal, visit, stopped and handed-in intake, clearance, notes and plan."""
    words, now = WORDS[whose], timezone.now()
    client = factories.client(
        first, words["contact"][0], by=people.front_desk, email=f"{first}@example.org".lower(), phone="+447700900123"
    )
    row = SimpleNamespace(client=client, words=words, therapist=therapist)
    row.guardian = add_guardian(
        client=client,
        details={"name": words["contact"][1], "relation": "Mother", "phone": "", "stays_in_room": True},
        by=people.front_desk,
    )
    row.user = factories.portal_user(client, client.email)
    row.helper = factories.portal_user(client, f"helper-{whose}@example.org", PortalRelation.HELPER)
    row.access = client.portal_access.get(user=row.helper)
    row.message = factories.unsent_message(client, client.email)
    row.appointment = factories.appointment(client, therapist, begins=_today_at(9))
    start_care(client=client, therapist=people.colleague, reason=CareReason.NOTE, by=people.owner)
    earlier = _stopped(client, people, now - timedelta(days=10))
    row.stop = _stopped(client, people, now - timedelta(days=9))
    _result_of(row.stop, therapist)
    row.screening = _decided(client, therapist, whose, now - timedelta(days=8))
    row.intake = row.screening.intake
    intake.withdraw_stop(stop=earlier, reason="wrong_tick", by=therapist)
    _clearances(row, now)
    _doctor_letter(row)
    consents = Consent.objects.filter(client=client).order_by("id")
    row.consent = consents.get(statement="cs_speak")
    intake.change_answer(intake=row.intake, question="sf_fever", new="no", reason="wrong_tick", by=therapist)
    _notes(row, people, now)
    _plan(row)
    record_score(client=client, code="ODI", on=timezone.localdate(), value=Decimal(40), by=therapist)
    intake.withdraw_consent(consent=consents.get(statement="cs_assess"), by=therapist)
    return row


def _today_at(hour: int) -> datetime:
    return datetime.now(ZoneInfo("Europe/London")).replace(hour=hour, minute=0, second=0, microsecond=0)


def _stopped(client: Client, people: SimpleNamespace, at: datetime) -> Any:
    access = intake.open_form(client=client, by=people.front_desk, at=at)
    answers = all_clear(sf_urine_start="yes")
    stopped = intake.save_page(access=access, ids=list(answers), values=answers, by=None, at=at)
    stop = stopped.stops.get()
    intake.record_stop_action(stop=stop, action="seen", by=people.front_desk, at=at)
    return stop


def _result_of(stop: Any, by: User) -> None:
    """The written result of the hospital, which ends the stop."""
    day = timezone.localdate(stop.at)
    intake.record_clearance(
        client=stop.client,
        entries=stop.codes,
        kind="written",
        clinician="Dr Emery Night",
        profession="Physician",
        contact="Harbour Hospital",
        dated=day,
        massage=True,
        regions=["all"],
        expires=day + timedelta(days=90),
        by=by,
        at=stop.at,
    )


def _decided(client: Client, therapist: User, whose: str, at: datetime) -> Any:
    said, goal = WORDS[whose]["answers"]
    screening = decide(client, therapist, at=at, pn_words=said, gl_act1=goal, **FLAGGED[whose])
    return intake.decide_screening(
        intake=screening.intake,
        outcome="modified",
        accepted=screening.accepted,
        confirmed_aloud=True,
        stricter=Limits(max_level=2),
        remark=WORDS[whose]["decision"][0],
        by=therapist,
        at=at,
    )


def _clearances(row: SimpleNamespace, now: datetime) -> None:
    clinician, condition, letter = row.words["clearance"]
    made = [
        intake.record_clearance(
            client=row.client,
            entries=["C_FAINT"],
            kind="written",
            clinician=clinician,
            profession="Physician",
            contact="Harbour Street Practice",
            dated=timezone.localdate(now),
            massage=True,
            regions=["all"],
            conditions=condition,
            expires=timezone.localdate(now) + timedelta(days=90),
            letter=ContentFile(f"%PDF-1.4\n{letter} {number}\n%%EOF\n".encode(), name="letter.pdf"),
            by=row.therapist,
        )
        for number in range(2)
    ]
    row.clearance = made[0]
    intake.withdraw_clearance(clearance=made[1], reason="wrong_entry", by=row.therapist)


def _doctor_letter(row: SimpleNamespace) -> None:
    """A letter to the doctor, handed to the client; its answer is still to come."""
    name, contact, remark = row.words["letter"]
    entries = row.screening.accepted[:1]
    stands = letters.grounds(row.client, on=timezone.localdate())
    row.doctor_letter = letter_actions.sign_letter(
        client=row.client,
        entries=entries,
        to_name=name,
        to_contact=contact,
        remark=remark,
        read=fingerprint(letters.facts(row.client, stands, entries, remark=remark, by=row.therapist)),
        key=uuid.uuid4(),
        by=row.therapist,
    )
    letter_actions.record_letter_step(letter=row.doctor_letter, kind="sent", way="client", by=row.therapist)


def _notes(row: SimpleNamespace, people: SimpleNamespace, now: datetime) -> None:
    """A signed note and a draft of the therapist, and one of each of a colleague."""
    said, found, added, spoken, palpated = row.words["note"]

    def signed(by: User, at: datetime) -> SessionNote:
        note = draft_with_rows(by, row.client, at=at)
        event(note, at=at + timedelta(minutes=10), words=spoken)
        notes.record_finding(
            note=note, code="T_SLR", side="L", phase="before", result="neg", comment=palpated, by=by, at=at
        )
        notes.save_text(note=note, rev=note.rev, texts={"subjective": said, "objective": found}, by=by, at=at)
        note = notes.sign_note(note=note, by=by, at=at + timedelta(minutes=55))
        notes.add_addendum(note=note, kind="addendum", text=added, by=by)
        return note

    row.struck = signed(row.therapist, now - timedelta(days=7))
    notes.strike_note(note=row.struck, reason="duplicate", by=row.therapist)
    row.signed = signed(row.therapist, now - timedelta(days=6))
    row.colleague_signed = signed(people.colleague, now - timedelta(days=5))
    row.note = _open_note(row, row.therapist, row.words["draft"][0], now - timedelta(minutes=90))
    row.colleague_note = _open_note(row, people.colleague, row.words["colleague_draft"][0], now - timedelta(minutes=80))
    row.event = row.note.events.first()
    row.colleague_event = row.colleague_note.events.first()
    row.check_in = check_in(row.client, row.therapist)
    row.link = doors.send_link(client=row.client, purpose="check_in", by=people.front_desk)


def _open_note(row: SimpleNamespace, by: User, text: str, at: datetime) -> SessionNote:
    """A note that is complete and not signed."""
    note = draft_with_rows(by, row.client, at=at)
    return notes.save_text(note=note, rev=note.rev, texts={"subjective": text}, by=by, at=at)


def _at_home(row: SimpleNamespace, gentle: Any) -> None:
    """A gentler version on offer and one that was taken; a message that waits, and one answered and read."""
    knee, cushion, bedtime = row.words["home"]
    for item in (row.item, gentle):
        for comfort in (3, 5, 5):
            plans.log_stretch(
                client=row.client,
                item_uuid=item.uuid,
                client_uuid=uuid.uuid4(),
                on=timezone.localdate(),
                comfort=comfort,
                by=row.user,
            )
    home.take_gentler(client=row.client, item_uuid=gentle.uuid, level=2, by=row.user)
    said = {"client": row.client, "by": row.user}
    about = home.send_home_message(item_uuid=gentle.uuid, client_uuid=uuid.uuid4(), text=knee, **said)
    row.answer = home.answer_home_message(message=about, text=cushion, by=row.therapist)
    home.read_home_answer(client=row.client, answer_uuid=row.answer.uuid, by=row.helper)
    row.from_home = home.send_home_message(client_uuid=uuid.uuid4(), text=bedtime, **said)


def _plan(row: SimpleNamespace) -> None:
    """A published version with an item beyond the limits, what was done at home, and a draft."""
    said, message = row.words["plan"]
    dose = {"side": "L", "hold_seconds": 20, "repetitions": 3, "on_bed": True, "by": row.therapist}
    version = plans.draft_plan(client=row.client, by=row.therapist)
    row.item = plans.set_item(version=version, stretch="PR-01", level=2, note=said, **dose)
    gentle = plans.set_item(version=version, stretch="PR-03", level=3, reason="smaller_range", **dose)
    plans.publish_plan(version=version, message=message, by=row.therapist)
    _at_home(row, gentle)
    row.news = row.client.messages.get(template="plan_changed", to=row.user.email)
    row.version = plans.draft_plan(client=row.client, by=row.therapist)
    row.draft_item = plans.set_item(
        version=row.version, stretch="GL-01", level=1, note=row.words["plan_draft"][0], **dose
    )
