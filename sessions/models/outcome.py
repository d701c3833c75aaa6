"""Totals of questionnaires and other outcome measures, typed in by the therapist with their day."""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.models import Client, User
from clinic.models.base import Record, append_only
from sessions.rules.outcomes import ENTERED

_IN_RANGE = reduce(
    or_, (Q(code=code, value__gte=each.minimum, value__lte=each.maximum) for code, each in ENTERED.items())
)


class Score(Record):
    """One value of an outcome measure on one day. The newest row of a measure and a day counts.

    ``value`` in the units of the measure; none: what was typed for that day is taken back.
    """

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="scores")
    code = models.CharField(_("measure"), max_length=10)
    on = models.DateField(_("day"))
    value = models.DecimalField(_("value"), max_digits=6, decimal_places=1, null=True, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("outcome score")
        verbose_name_plural = _("outcome scores")
        ordering = ["id"]
        indexes = [models.Index(fields=["client", "code", "on"], name="score_client")]
        constraints = [
            models.CheckConstraint(
                name="score_in_range", condition=(Q(value=None) & Q(code__in=[*ENTERED])) | _IN_RANGE
            )
        ]
        triggers = [append_only()]
