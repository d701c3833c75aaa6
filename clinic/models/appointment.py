"""The diary. A therapist is never double-booked: the database refuses it."""

from __future__ import annotations

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from clinic.models.base import Record
from clinic.models.client import Client
from clinic.models.practice import Location
from clinic.models.user import User


class AppointmentState(models.TextChoices):
    """From booked to finished, or not at all."""

    BOOKED = "booked", _("To come")
    ARRIVED = "arrived", _("Here")
    FINISHED = "finished", _("Finished")
    CANCELLED = "cancelled", _("Cancelled")
    NO_SHOW = "no_show", _("Did not come")


LIVE = (AppointmentState.BOOKED, AppointmentState.ARRIVED, AppointmentState.FINISHED)


@pghistory.track()
class Appointment(Record):
    """One booked time of one client with one therapist."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="appointments")
    therapist = models.ForeignKey(User, on_delete=models.PROTECT, related_name="appointments")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="appointments")
    during = DateTimeRangeField(_("time"))
    state = models.CharField(max_length=10, choices=AppointmentState.choices, default=AppointmentState.BOOKED)
    arrived_at = models.DateTimeField(null=True, blank=True)
    source = models.CharField(max_length=40, blank=True)
    external_uid = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        indexes = [models.Index(fields=["client"], name="appointment_client")]
        constraints = [
            # An integer range of one value stands in for equality, which GiST has only with an extension.
            ExclusionConstraint(
                name="appointment_therapist_is_free",
                expressions=[
                    (
                        Func("therapist_id", "therapist_id", Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    (F("during"), RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=[*LIVE]),
                violation_error_message=_("This therapist already has an appointment at that time."),
                violation_error_code="double_booked",
            ),
            models.UniqueConstraint(
                name="appointment_external_uid", fields=["source", "external_uid"], condition=~Q(external_uid="")
            ),
            models.CheckConstraint(name="appointment_known_state", condition=Q(state__in=AppointmentState.values)),
            models.CheckConstraint(
                name="appointment_has_a_time",
                condition=Q(during__isempty=False, during__lower_inf=False, during__upper_inf=False),
            ),
        ]
