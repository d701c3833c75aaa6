"""Forms for tests, made through the actions alone: opened, filled in, handed in, decided on."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils import timezone

from clinic.models import Client, User
from intake import actions
from intake.models import Clearance, Intake, IntakeAccess, Screening
from intake.queries import judge
from tests.answers import DAY, all_clear

#: A moment of the day on which the answers of the tests are judged.
AT = datetime(DAY.year, DAY.month, DAY.day, 10, tzinfo=UTC)


#: How the first page of the form names Ana of ``tests.factories``.
AS_ANA = {"ab_first": "Ana", "ab_last": "Lind", "ab_dob": "1980-03-05"}


def filled(client: Client, by: User, *, at: datetime | None = None, **answers: Any) -> IntakeAccess:
    """An open form, everything answered with ``answers`` changed from all clear, not handed in."""
    access = actions.open_form(client=client, by=by, at=at)
    values = all_clear(**answers)
    actions.save_page(access=access, ids=values, values=values, by=None, at=at)
    return IntakeAccess.objects.get(pk=access.pk)


def handed_in(client: Client, by: User, *, at: datetime | None = None, **answers: Any) -> Intake:
    """An intake that was handed in; an emergency among ``answers`` would have stopped it."""
    access = filled(client, by, at=at, **answers)
    return actions.submit_intake(access=access, submit_key=uuid.uuid4(), by=None, at=at)


def decided(intake: Intake, by: User, *, at: datetime | None = None, **said: Any) -> Screening:
    """The decision to go ahead with every flag accepted, unless ``said`` otherwise."""
    flags = judge(intake, on=timezone.localdate(at)).flags
    decision = {"outcome": "modified", "accepted": [flag.code for flag in flags], "confirmed_aloud": True}
    return actions.decide_screening(intake=intake, **{**decision, **said}, by=by, at=at)


def letter(
    client: Client, by: User, *entries: str, dated: date = DAY, at: datetime | None = None, **said: Any
) -> Clearance:
    """A written yes to massage everywhere for ``entries``, for ninety days."""
    words: dict[str, Any] = {
        "kind": "written",
        "clinician": "Dr Hale",
        "profession": "Surgeon",
        "contact": "+441632960999",
        "massage": True,
        "regions": ["all"],
        "expires": dated + timedelta(days=90),
    }
    return actions.record_clearance(client=client, entries=[*entries], dated=dated, **{**words, **said}, by=by, at=at)
