"""A client's own data as one file: an allow-list, field by field.

A field that nobody has put on either list is in no file, and a test fails until somebody has (``TOLD``, ``KEPT``).
What staff find, conclude or write about the client is the practice's record and is asked for there: session notes,
flags, decisions, letters of doctors.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django.db import models
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinic.content import edition_number
from clinic.models import (
    SPEAKS_FOR_CLIENT,
    Appointment,
    Client,
    ContentEdition,
    Guardian,
    Location,
    MailStop,
    OutboundMessage,
    PortalAccess,
    User,
)
from clinic.queries import practice
from clinic.roles import Role
from intake.models import AnswerChange, CheckIn, Consent, ConsentWithdrawal, Intake
from intake.queries import MyForm, consent_row, my_forms
from sessions.models import (
    GentlerLevel,
    HomeAnswer,
    HomeAnswerRead,
    HomeMessage,
    PlanItem,
    PlanVersion,
    PortalReminder,
    Score,
    StretchLog,
    StretchPlan,
)
from sessions.rules.stretches import STRETCHES

#: Raised when the shape of the file changes.
EDITION = 1

#: What the file tells of each record. Of people and places it tells the name, of an edition its number.
TOLD: Mapping[type[models.Model], tuple[str, ...]] = MappingProxyType(
    {
        Client: (
            *("ref", "first_name", "last_name", "preferred_name", "pronouns", "birth_date", "sex"),
            *("phone", "email", "address", "emergency_name", "emergency_relation", "emergency_phone"),
            *("pcp_name", "pcp_contact", "language", "access_needs", "created_at"),
        ),
        Guardian: ("name", "relation", "phone", "stays_in_room"),
        PortalAccess: ("user", "relation", "opened_at", "ended_at"),
        PortalReminder: ("days", "hour", "zone", "plan_changes", "changed_at"),
        OutboundMessage: ("template", "to", "state", "created_at", "sent_at"),
        MailStop: ("template", "to", "stopped_at", "lifted_at"),
        Appointment: ("during", "state", "therapist", "location", "arrived_at"),
        Intake: ("state", "answers", "answered_on", "edition", "started_at", "saved_at", "submitted_at"),
        CheckIn: ("on", "answers", "edition"),
        AnswerChange: ("question", "new", "at"),
        Consent: (
            *("statement", "scope", "mode", "text", "edition", "language"),
            *("signer_name", "signer_role", "relation", "signed_at", "expires"),
        ),
        ConsentWithdrawal: ("at",),
        StretchPlan: ("paused_at",),
        PlanVersion: ("number", "message", "edition", "published_by", "published_at"),
        PlanItem: (
            *("position", "stretch", "side", "level", "hold_seconds", "repetitions", "sets"),
            *("times_per_day", "days_per_week", "on_bed", "note"),
        ),
        StretchLog: ("item", "on", "done", "comfort", "sensation", "sore", "felt_where", "at"),
        GentlerLevel: ("item", "level", "at"),
        HomeMessage: ("item", "kind", "text", "at"),
        HomeAnswer: ("text", "goes_on", "by", "at"),
        HomeAnswerRead: ("by", "at"),
        Score: ("code", "on", "value"),
    }
)

_KEY, _DERIVED, _STAFF, _TOLD_BY = "a key", "follows from another field", "of staff", "told by what it stands in"
_ROW = {"id": _KEY, "uuid": _KEY}
#: What it does not tell of the same records, and why.
KEPT: Mapping[type[models.Model], Mapping[str, str]] = MappingProxyType(
    {
        Client: {
            **_ROW,
            "search_text": _DERIVED,
            "phone_digits": _DERIVED,
            "birth_date_text": _DERIVED,
            "merged_into": _STAFF,
            "archived_at": _STAFF,
        },
        Guardian: {**_ROW, "client": _TOLD_BY},
        PortalAccess: {**_ROW, "client": _TOLD_BY},
        PortalReminder: {**_ROW, "access": _TOLD_BY},
        OutboundMessage: {
            **_ROW,
            "client": _TOLD_BY,
            "key": _KEY,
            **dict.fromkeys(("send_after", "send_before", "attempts", "trouble"), _STAFF),
        },
        MailStop: {**_ROW, "client": _TOLD_BY},
        Appointment: {**_ROW, "client": _TOLD_BY, "source": _KEY, "external_uid": _KEY},
        Intake: {**_ROW, "client": _TOLD_BY, "asked_by": _STAFF, "rev": _KEY, "submit_key": _KEY},
        CheckIn: {
            **_ROW,
            "client": _TOLD_BY,
            "appointment": _TOLD_BY,
            "asked_by": _STAFF,
            "submit_key": _KEY,
            "at": _DERIVED,
        },
        AnswerChange: {**_ROW, "intake": _TOLD_BY, "old": _TOLD_BY, "reason": _STAFF, "confirmed_by": _STAFF},
        Consent: {**_ROW, "client": _TOLD_BY, "intake": _TOLD_BY, "text_hash": _DERIVED, "witnessed_by": _STAFF},
        ConsentWithdrawal: {**_ROW, "consent": _TOLD_BY, "by": _STAFF},
        StretchPlan: {**_ROW, "client": _TOLD_BY},
        PlanVersion: {**_ROW, "plan": _TOLD_BY, "screening": _STAFF, "created_by": _STAFF, "created_at": _STAFF},
        PlanItem: {**_ROW, "version": _TOLD_BY, "override_reason": _STAFF},
        StretchLog: {**_ROW, "client": _TOLD_BY, "client_uuid": _KEY, "by": _TOLD_BY},
        GentlerLevel: {**_ROW, "by": _TOLD_BY},
        HomeMessage: {**_ROW, "client": _TOLD_BY, "log": _TOLD_BY, "client_uuid": _KEY, "by": _TOLD_BY},
        HomeAnswer: {**_ROW, "message": _TOLD_BY},
        HomeAnswerRead: {**_ROW, "answer": _TOLD_BY},
        Score: {**_ROW, "client": _TOLD_BY, "by": _STAFF, "at": _STAFF},
    }
)
#: Records about a client of which the file tells nothing: "app.Model" and why.
NOT_TOLD: Mapping[str, str] = MappingProxyType(
    {
        "clinic.AuditEvent": "who read and did what is told on request, by a person",
        "clinic.Care": "which therapist may read: of staff",
        "intake.IntakeAccess": "which device a form was opened on",
        "intake.LinkAsker": "wrong birth dates counted at the door of a link",
        "intake.RaisedFlag": "what the rules conclude: never told to the client by a file",
        "intake.Screening": "the therapist's decision",
        "intake.StopEvent": "a flag that stopped a form",
        "intake.StopWithdrawal": "a flag that stopped a form, and why it no longer does",
        "intake.StopAction": "what staff did then",
        "intake.Clearance": "a doctor's letter with the therapist's reading of it",
        "intake.ClearanceWithdrawal": "a doctor's letter with the therapist's reading of it",
        "intake.DoctorLetter": "a letter to the doctor: the practice gives a copy",
        "intake.HeardAnswer": "that a therapist read an answer aloud: the answer itself is told",
        "intake.LetterStep": "what became of a letter to the doctor",
        "massage_sessions.SessionNote": "the session note: the practice gives a copy",
        "massage_sessions.VerbalConsent": "part of the session note",
        "massage_sessions.CapRaise": "part of the session note",
        "massage_sessions.TimelineEvent": "part of the session note",
        "massage_sessions.EventVoid": "part of the session note",
        "massage_sessions.Finding": "part of the session note",
        "massage_sessions.Addendum": "part of the session note",
        "massage_sessions.NoteStrike": "part of the session note",
        "massage_sessions.Reentry": "part of the session note",
        "massage_sessions.Seal": "hashes of the session note",
        "massage_sessions.ItemOverride": "the therapist's reason",
    }
)


def reads_record(access: PortalAccess) -> bool:
    """Whether this access lets its account read the client's visits, forms, consents and data."""
    return access.relation in SPEAKS_FOR_CLIENT


def my_contact(client: Client) -> list[tuple[str, str]]:
    """The contact data as the desk wrote them, label and value, for who reads the record (``reads_record``)."""
    emergency = (client.emergency_name, client.emergency_relation, client.emergency_phone)
    doctor = (client.pcp_name, client.pcp_contact)
    rows = [
        (_("Name"), client.name),
        (_("Born"), date_format(client.birth_date, "j F Y")),
        (_("Phone"), client.phone),
        (_("E-mail"), client.email),
        (_("Address"), client.address),
        (_("Emergency contact"), ", ".join(filter(None, emergency))),
        (_("Everyday doctor"), ", ".join(filter(None, doctor))),
    ]
    speaking = [f"{guardian.name}, {guardian.relation}" for guardian in client.guardians.order_by("id")]
    return rows + [(_("Who speaks for you"), guardian) for guardian in speaking]


def _plain(value: Any) -> Any:
    """A value as JSON holds it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, DateTimeTZRange):
        return {"from": _plain(value.lower), "to": _plain(value.upper)}
    if isinstance(value, User):
        return value.email if value.holds(Role.CLIENT) else value.printed_name
    if isinstance(value, Location):
        return {"name": value.name, "address": value.address, "time_zone": value.time_zone}
    if isinstance(value, ContentEdition):
        return value.number
    if isinstance(value, PlanItem):
        return {"stretch": _stretch(value.stretch), "side": value.side_label}
    return value


def _stretch(code: str) -> str:
    return STRETCHES[code].name if code in STRETCHES else code


def _told(row: models.Model) -> dict[str, Any]:
    """What the file tells of one record; a value chosen from a list with its words beside it."""
    told: dict[str, Any] = {}
    for name in TOLD[type(row)]:
        value = getattr(row, name)
        told[name] = _plain(value)
        field = row._meta.get_field(name)
        if getattr(field, "choices", None) and value not in (None, ""):
            told[f"{name}_in_words"] = str(getattr(row, f"get_{name}_display")())
    return told


def _form(form: MyForm) -> dict[str, Any]:
    """One form with question and answer as they were read, and each answer as it is stored."""
    return {
        "kind": form.kind,
        "on": form.on.isoformat(),
        "handed_in": not form.stopped,
        "edition": form.edition,
        "answers": [
            {
                "page": part.title,
                "question": row.wording,
                "answer": list(row.values),
                "id": row.question,
                "value": form.answers.get(row.question),
                "answered_on": form.answered_on.get(row.question),
            }
            for part in form.parts
            for row in part.rows
        ],
        "changed_later": [
            {"on": change.on.isoformat(), "question": change.wording, "answer": list(change.values)}
            for change in form.changes
        ],
    }


def _consents(client: Client) -> list[dict[str, Any]]:
    signed = Consent.objects.filter(client=client).select_related("withdrawal", "edition").order_by("signed_at", "id")
    rows = []
    for consent in signed:
        named = consent_row(consent)
        withdrawal = getattr(consent, "withdrawal", None)
        rows.append(
            {
                "about": named.name,
                "part": named.part,
                **_told(consent),
                "taken_back": _told(withdrawal) if withdrawal else None,
            }
        )
    return rows


def _plan(client: Client) -> dict[str, Any] | None:
    """The published versions, newest first; a draft is not the client's yet."""
    plan = StretchPlan.objects.filter(client=client).first()
    if plan is None:
        return None
    versions = plan.versions.filter(published_at__isnull=False).select_related("edition", "published_by")
    gentler = GentlerLevel.objects.filter(item__version__plan=plan).select_related("item").order_by("id")
    return {
        **_told(plan),
        "versions": [
            {
                **_told(version),
                "stretches": [{"name": _stretch(item.stretch), **_told(item)} for item in version.items.all()],
            }
            for version in versions.prefetch_related("items")
        ],
        "gentler_levels": [_told(row) for row in gentler],
    }


def _message(message: HomeMessage) -> dict[str, Any]:
    answer = getattr(message, "answer", None)
    if answer is None:
        return {**_told(message), "answer": None}
    reads = [_told(row) for row in answer.reads.all()]
    return {**_told(message), "answer": {**_told(answer), "read": reads}}


def my_file(client: Client, *, now: datetime | None = None) -> dict[str, Any]:
    """Everything the client has told the practice and got from it by this product, ready for JSON.

    ``client`` is one whose record the account may read (``reads_record``).
    """
    house = practice()
    logs = StretchLog.objects.filter(client=client).select_related("item").order_by("on", "id")
    messages = HomeMessage.objects.filter(client=client).select_related("item", "answer__by")
    messages = messages.prefetch_related(Prefetch("answer__reads", HomeAnswerRead.objects.select_related("by")))
    accesses = client.portal_access.select_related("user").order_by("id")
    reminders = PortalReminder.objects.filter(access__client=client).order_by("id")
    visits = client.appointments.select_related("therapist", "location").order_by("during")
    return {
        "file": {
            "edition": EDITION,
            "made_at": _plain(now or timezone.now()),
            "practice": {"name": house.name, "phone": house.phone, "email": house.email},
            "clinical_content": {"edition": edition_number(), "signed_off_by_a_clinician": house.content_signed_off},
            "not_in_this_file": _(
                "Session notes, letters and what your therapist decided belong to the record of the practice. "
                "Ask the practice for a copy."
            ),
        },
        "you": _told(client),
        "who_speaks_for_you": [_told(row) for row in client.guardians.order_by("id")],
        "who_opens_your_pages": [_told(row) for row in accesses],
        "reminders": [_told(row) for row in reminders],
        "mails": [_told(row) for row in client.messages.order_by("id")],
        "mails_stopped": [_told(row) for row in client.mail_stops.order_by("id")],
        "visits": [_told(row) for row in visits],
        "forms": [_form(form) for form in my_forms(client)],
        "consents": _consents(client),
        "stretch_plan": _plan(client),
        "done_at_home": [_told(row) for row in logs],
        "messages_from_home": [_message(row) for row in messages.order_by("id")],
        "scores": [_told(row) for row in Score.objects.filter(client=client).order_by("id")],
    }
