"""A form stopped by an emergency, and what people did about it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.models import Client, User
from clinic.models.base import Record, append_only
from intake.models.intake import CheckIn, Intake


class StopEvent(Record):
    """An emergency flag stopped a form. ``codes`` are for the therapist; the desk sees only that it stopped."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="stops")
    intake = models.ForeignKey(Intake, null=True, blank=True, on_delete=models.PROTECT, related_name="stops")
    check_in = models.ForeignKey(CheckIn, null=True, blank=True, on_delete=models.PROTECT, related_name="stops")
    codes = ArrayField(models.CharField(max_length=20))
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("stop")
        verbose_name_plural = _("stops")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="stop_event_one_source",
                condition=Q(intake__isnull=False, check_in=None) | Q(intake=None, check_in__isnull=False),
            )
        ]
        triggers = [append_only()]


class NoSignReason(models.TextChoices):
    """How an answer came to tell of a sign that was never there; one that went away is for a clinician to judge."""

    WRONG_TICK = "wrong_tick", _("ticked the wrong answer")
    MISUNDERSTOOD = "misunderstood", _("misunderstood the question")


class StopWithdrawal(Record):
    """The sign behind a stop was none: the client answered anew, and a therapist confirmed it aloud.

    The stop and the answers that raised it stay readable, and the owner reads this row.
    """

    stop = models.OneToOneField(StopEvent, on_delete=models.PROTECT, related_name="withdrawal")
    reason = models.CharField(max_length=20, choices=NoSignReason.choices)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("withdrawn emergency")
        verbose_name_plural = _("withdrawn emergencies")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="stop_withdrawal_known_reason", condition=Q(reason__in=NoSignReason.values))
        ]
        triggers = [append_only()]


class StopActionKind(models.TextChoices):
    """What was done."""

    SEEN = "seen", _("Seen: I am with the client")
    EMERGENCY_CALLED = "emergency_called", _("Emergency service called")
    SENT_TO_CARE = "sent_to_care", _("Sent to emergency care, not driving alone")
    CLINICIAN_SPOKEN = "clinician_spoken", _("Spoken with a clinician")
    WENT_HOME = "went_home", _("Client chose to go home")


class StopAction(Record):
    """One thing done about a stop, by whom and when."""

    stop = models.ForeignKey(StopEvent, on_delete=models.PROTECT, related_name="actions")
    action = models.CharField(max_length=20, choices=StopActionKind.choices)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("action on a stop")
        verbose_name_plural = _("actions on stops")
        ordering = ["id"]
        constraints = [models.CheckConstraint(name="stop_action_known", condition=Q(action__in=StopActionKind.values))]
        triggers = [append_only()]
