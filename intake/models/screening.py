"""Flags as they were raised, and the therapist's signed decision on them."""

from __future__ import annotations

from datetime import timedelta

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import ExpressionWrapper, F, Q
from django.utils.translation import gettext_lazy as _

from clinic.models import ContentEdition, User
from clinic.models.base import Record, append_only
from clinic.vocabulary import Severity
from intake.models.intake import CheckIn, Intake

#: A decision lasts at most twelve months (clinical reference 1): so many days, a leap year included.
LONGEST_DECISION = timedelta(days=366)


class RaisedFlag(Record):
    """A flag as it was raised by an intake or a check-in, with the wording of that edition."""

    intake = models.ForeignKey(Intake, null=True, blank=True, on_delete=models.PROTECT, related_name="flags")
    check_in = models.ForeignKey(CheckIn, null=True, blank=True, on_delete=models.PROTECT, related_name="flags")
    code = models.CharField(max_length=20)
    severity = models.CharField(max_length=10, choices=Severity.choices)
    reasons = ArrayField(models.CharField(max_length=40), default=list)
    wording = models.JSONField()
    edition = models.ForeignKey(ContentEdition, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("raised flag")
        verbose_name_plural = _("raised flags")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="raised_flag_one_source",
                condition=Q(intake__isnull=False, check_in=None) | Q(intake=None, check_in__isnull=False),
            ),
            models.CheckConstraint(name="raised_flag_known_severity", condition=Q(severity__in=Severity.values)),
            models.UniqueConstraint(name="raised_flag_once_in_intake", fields=["intake", "code"]),
            models.UniqueConstraint(name="raised_flag_once_in_check_in", fields=["check_in", "code"]),
        ]
        triggers = [append_only()]


class Outcome(models.TextChoices):
    """What the therapist decided."""

    YES = "yes", _("Go ahead")
    MODIFIED = "modified", _("Go ahead with limits")
    NO = "no", _("No massage for now")


class MilderReason(models.TextChoices):
    """Coded reasons for a cap raised inside its cap_with_reason (design rules, section 6)."""

    CLEARED = "cleared_in_writing", _("cleared in writing by their doctor")
    SMALLER_RANGE = "smaller_range", _("done inside a smaller, pain-free range")
    NO_LONGER = "no_longer_applies", _("the limit no longer applies: send it for review")


class Screening(Record):
    """The therapist's decision on an intake: what was accepted, with which limits, until when.

    ``limits`` are frozen as ``Limits`` writes them; ``stretch_levels`` maps a stretch to the highest level, 0 to 3,
    for "L" and "R", and for "L/floor" and "R/floor" where less is left beside the bed. ``overrides`` lists items made
    milder with a coded reason. ``confirmed_aloud``: every safety answer was read aloud (``HeardAnswer``).
    """

    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, related_name="screenings")
    therapist = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    decided_on = models.DateField()
    valid_until = models.DateField(_("valid until"))
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    accepted = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    limits = models.JSONField()
    stretch_levels = models.JSONField(blank=True)
    overrides = models.JSONField(default=list, blank=True)
    remark = models.CharField(_("remark"), max_length=1000, blank=True)
    confirmed_aloud = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("screening")
        verbose_name_plural = _("screenings")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="screening_known_outcome", condition=Q(outcome__in=Outcome.values)),
            models.CheckConstraint(name="screening_ends_after_it_began", condition=Q(valid_until__gte=F("decided_on"))),
            models.CheckConstraint(
                name="screening_at_most_twelve_months",
                condition=Q(
                    valid_until__lte=ExpressionWrapper(
                        F("decided_on") + LONGEST_DECISION, output_field=models.DateTimeField()
                    )
                ),
            ),
        ]
        triggers = [
            append_only(),
            pgtrigger.Trigger(
                name="of_a_submitted_intake",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM intake_intake i WHERE i.id = NEW.intake_id AND i.state = 'submitted'
                    ) THEN
                        RAISE EXCEPTION 'only a submitted intake is decided on' USING ERRCODE = 'CL003';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]
