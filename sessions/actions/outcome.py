"""Writing outcome scores: totals that the therapist types in with their day."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.actions import record
from clinic.models import Client, User
from clinic.queries import charted_clients
from clinic.roles import Role
from sessions.models import Score
from sessions.rules.outcomes import ENTERED


@transaction.atomic
def record_score(
    *, client: Client, code: str, on: date, value: Decimal | None, by: User, at: datetime | None = None
) -> Score:
    """Store the value of an outcome measure for a day; typed again for that day it counts instead, None takes it back.

    ``value`` in the units of the measure, with at most one decimal. Raises ``ValidationError`` by field for a measure
    that is not typed in, a day to come or before birth, and a value outside its range; ``PermissionDenied`` for a
    client who is not in care.
    """
    now = at or timezone.now()
    if not by.holds(Role.THERAPIST) or not charted_clients(by).filter(pk=client.pk).exists():
        raise PermissionDenied
    Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    measure = ENTERED.get(code)
    if measure is None:
        raise ValidationError({"code": _("Choose a measure from the list.")})
    if not client.birth_date <= on <= timezone.localdate(now):
        raise ValidationError({"on": _("Give the day on which it was filled in: today or earlier.")})
    if value is not None and not measure.minimum <= value <= measure.maximum:
        raise ValidationError(
            {
                "value": _("%(measure)s goes from %(low)g to %(high)g. Check the number.")
                % {"measure": measure.label, "low": measure.minimum, "high": measure.maximum}
            }
        )
    newest = Score.objects.filter(client=client, code=code, on=on).order_by("-id").first()
    if newest is not None and newest.value == value:
        return newest  # sent twice
    if newest is None and value is None:
        raise ValidationError({"value": _("Nothing is stored for that day, so nothing was taken back.")})
    score = Score(client=client, code=code, on=on, value=value, by=by, at=now)
    score.full_clean()
    score.save()
    record(verb="record_score", about=score, client=client, by=by, at=now)
    return score
