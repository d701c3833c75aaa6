"""Who is in whose care: the row that opens a chart to a therapist."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clinic.models.base import Record
from clinic.models.client import Client
from clinic.models.user import User


class CareReason(models.TextChoices):
    """What made this therapist part of the client's care team."""

    APPOINTMENT = "appointment", _("appointment")
    NOTE = "note", _("session note")
    HAND_OVER = "hand_over", _("hand-over")


class Care(Record):
    """A therapist cares for a client from ``since`` until ``until`` (open when empty)."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="care")
    therapist = models.ForeignKey(User, on_delete=models.PROTECT, related_name="care")
    reason = models.CharField(max_length=12, choices=CareReason.choices)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("care")
        verbose_name_plural = _("care")
        constraints = [
            models.UniqueConstraint(
                name="care_one_open", fields=["client", "therapist"], condition=Q(until__isnull=True)
            ),
            models.CheckConstraint(
                name="care_ends_after_it_began", condition=Q(until__isnull=True) | Q(until__gte=F("since"))
            ),
            models.CheckConstraint(name="care_known_reason", condition=Q(reason__in=CareReason.values)),
        ]
