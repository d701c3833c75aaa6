"""Notes for tests, made through the actions alone: intake, decision, check-in, note, rows, signature."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, TypeVar, cast

from django.utils import timezone

from clinic.actions import start_care
from clinic.models import CareReason, Client, User
from intake.actions import decide_screening, open_form, save_page, submit_check_in, submit_intake
from intake.models import CheckIn, Screening
from intake.queries import judge
from intake.rules.questions import INTAKE_IDS
from sessions.actions import note as actions
from sessions.actions import plan as plans
from sessions.models import PlanItem, PlanVersion, SessionNote, TimelineEvent
from tests import factories
from tests.answers import all_clear, check_in_clear
from tests.kept_rows import KeptRows

Maker = TypeVar("Maker", bound=Callable[..., Any])


def made_once(make: Maker) -> Maker:
    """Without any argument, a factory's rows are made for the first test that asks and come back for the others."""
    rows = KeptRows(make)

    @wraps(make)
    def made(*args: Any, **kwargs: Any) -> Any:
        return make(*args, **kwargs) if args or kwargs else rows()

    return cast(Maker, made)


@made_once
def therapist() -> User:
    """A therapist of a practice that is set up."""
    factories.practice()
    factories.location()
    if not User.objects.filter(roles__contains=["owner"]).exists():
        factories.staff("owner")
    return factories.staff("therapist")


def decided_client(
    by: User, *, first: str = "Ana", at: datetime | None = None, **answers: Any
) -> tuple[Client, Screening]:
    """A client in the care of ``by`` whose intake was handed in and decided with every flag accepted."""
    client = factories.client(first, by=by)
    start_care(client=client, therapist=by, reason=CareReason.APPOINTMENT, by=by)
    return client, decide(client, by, at=at, **answers)


def decide(client: Client, by: User, *, at: datetime | None = None, **answers: Any) -> Screening:
    """A handed-in intake with ``answers`` changed from all clear, and the decision to go ahead."""
    access = open_form(client=client, by=by, at=at)
    save_page(access=access, ids=INTAKE_IDS, values=all_clear(**answers), by=by, at=at)
    intake = submit_intake(access=access, submit_key=uuid.uuid4(), by=by, at=at)
    result = judge(intake, on=timezone.localdate(at))
    return decide_screening(
        intake=intake,
        outcome="modified",
        accepted=[flag.code for flag in result.flags],
        confirmed_aloud=True,
        by=by,
        at=at,
    )


def check_in(client: Client, by: User, *, at: datetime | None = None, **answers: Any) -> CheckIn:
    """Today's check-in with ``answers`` changed from all clear."""
    return submit_check_in(
        client=client,
        answers=check_in_clear(**answers),
        submit_key=uuid.uuid4(),
        asked_by=by,
        by=by,
        at=at,
    )


@made_once
def draft(by: User | None = None, client: Client | None = None, *, at: datetime | None = None) -> SessionNote:
    """An open note without any row."""
    author = by or therapist()
    known = client or decided_client(author, at=at)[0]
    today = check_in(known, author, at=at)
    return actions.open_note(check_in=today, location=factories.location(), by=author, at=at)


def event_values(**changes: Any) -> dict[str, Any]:
    """A complete row: piriformis, left, light and pleasant."""
    return {
        "kind": "comfort",
        "structure": "MUS_PIR",
        "side": "L",
        "position": "PRONE",
        "technique": "TQ_EFF",
        "pressure": 2,
        "pressure_source": "tapped",
        "comfort": 2,
        "asked_by": "therapist",
        **changes,
    }


def event(note: SessionNote, *, at: datetime | None = None, **changes: Any) -> TimelineEvent:
    """A row of the timeline."""
    return actions.record_event(
        note=note, client_uuid=uuid.uuid4(), by=note.therapist, at=at, **event_values(**changes)
    )


@made_once
def draft_with_rows(by: User | None = None, client: Client | None = None, *, at: datetime | None = None) -> SessionNote:
    """A note that is ready to sign: rows, a voided one, spoken consent, a finding, texts, pain, end."""
    note = draft(by, client, at=at)
    author, moment = note.therapist, at or note.started_at
    event(note, at=moment)
    event(note, at=moment + timedelta(seconds=40), pressure=3, comfort=3)
    mistaken = event(note, at=moment + timedelta(seconds=90), comfort=1)
    actions.void_event(event=mistaken, reason="undo", by=author, at=moment + timedelta(seconds=95))
    for scope, side in (("massage", ""), ("glute", "L")):
        actions.record_verbal_consent(note=note, scope=scope, side=side, mode="sheet", by=author, at=moment)
    actions.raise_cap(
        note=note, structure="MUS_PIR", side="L", pressure=3, reason="smaller_range", by=author, at=moment
    )
    actions.record_finding(
        note=note, code="T_FAIR", side="L", phase="before", result="pos_familiar", by=author, at=moment
    )
    actions.set_pain(note=note, after=2, by=author, at=moment)
    actions.save_text(
        note=note,
        rev=0,
        texts={
            "subjective": "Sitting brings it on.",
            "assessment": "Eased well.",
            "plan": "Start at 3.",
            "response": "better",
            "adverse_event": "no",
        },
        by=author,
        at=moment,
    )
    actions.end_note(note=note, by=author, at=moment + timedelta(minutes=50))
    return SessionNote.objects.get(pk=note.pk)


def way_decided(note: SessionNote) -> SessionNote:
    """``note`` with the decision how to go on, where it is time for that."""
    if not note.way_due:
        return note
    texts = {"way": "continue", "way_reason": "It is getting easier to sit."}
    return actions.save_text(note=note, rev=note.rev, texts=texts, by=note.therapist)


@made_once
def signed_note(
    by: User | None = None,
    client: Client | None = None,
    *,
    at: datetime | None = None,
    added: bool = False,
    struck: bool = False,
) -> SessionNote:
    """A signed note, with an addendum and struck when asked for."""
    note = way_decided(draft_with_rows(by, client, at=at))
    actions.sign_note(note=note, by=note.therapist, at=at and at + timedelta(minutes=55))
    if added:
        actions.add_addendum(note=note, kind="addendum", text="One thing more.", by=note.therapist)
    if struck:
        actions.strike_note(note=note, reason="wrong_client", by=note.therapist)
    return SessionNote.objects.get(pk=note.pk)


# --- stretch plans ------------------------------------------------------------------------------------------------

#: Answers after a hip replacement on the right, back approach, whose rules still hold: no bend over 90 degrees, no
#: crossing of the middle, no turning in on that side.
RIGHT_HIP: dict[str, Any] = {
    "hx_surg": [{"code": "hip_replace", "date": "2024-05-01", "region": ["HPL:R"]}],
    "hx_thr": [{"side": "R", "approach": "posterior", "date": "2024-05-01", "still_rules": "yes", "dislocated": "no"}],
}


@made_once
def plan_draft(by: User | None = None, client: Client | None = None, *, at: datetime | None = None) -> PlanVersion:
    """An empty draft of a stretch plan; the client has no limits unless one is given."""
    author = by or therapist()
    known = client or decided_client(author, at=at)[0]
    return plans.draft_plan(client=known, by=author, at=at)


def item_values(**changes: Any) -> dict[str, Any]:
    """Chair figure-four, left, level 2, half a minute three times."""
    return {"stretch": "PR-03", "side": "L", "level": 2, "hold_seconds": 30, "repetitions": 3, **changes}


def plan_item(version: PlanVersion, **changes: Any) -> PlanItem:
    """One stretch in the draft."""
    return plans.set_item(version=version, by=version.created_by, **item_values(**changes))


@made_once
def published_plan(
    by: User | None = None,
    client: Client | None = None,
    *items: dict[str, Any],
    message: str = "",
    at: datetime | None = None,
) -> PlanVersion:
    """A published plan with ``items`` as changes of ``item_values``; one item when none is given."""
    version = plan_draft(by, client, at=at) if by or client or at else plan_draft()
    for changes in items or ({},):
        plan_item(version, **changes)
    return plans.publish_plan(version=version, message=message, by=version.created_by, at=at)
