"""Mail to clients whose form for a visit is missing. It holds no health data and does not say which form."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from clinic.actions import send_mail
from clinic.models import User
from intake.reminder_queries import FORM_MISSING, forms_missing, key_of
from intake.rules.form_mail import LAST

#: A visit booked this minute may get its form in the next: the mail waits for so long.
QUIET = timedelta(minutes=15)


def write_form_mails(*, by: User | None, at: datetime | None = None) -> None:
    """Write the mails about missing forms that are due now; each once, whoever asks and however often."""
    now = at or timezone.now()
    for visit, number in forms_missing(now):
        send_mail(
            template=FORM_MISSING,
            client=visit.client,
            to=visit.client.email,
            key=key_of(visit, number),
            send_after=now + QUIET,
            send_before=visit.during.lower - LAST,
            by=by,
            at=now,
        )
