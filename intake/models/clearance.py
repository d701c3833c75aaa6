"""A clinician's yes, with its scope, its conditions and its end."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clinic.models import Client, User
from clinic.models.base import Record, append_only


class ClearanceKind(models.TextChoices):
    """How it reached the practice; only a written one opens a stop (clinical reference 2.1)."""

    WRITTEN = "written", _("written")
    PHONE = "phone", _("by phone")


class Clearance(Record):
    """What a clinician allowed, for which entries, until when (clinical reference 2.1, clearance rules).

    ``regions`` is ["all"] or stored regions; ``max_pressure`` P0 to P5 or not stated. ``file`` is the letter, under a
    name the server made; ``file_type`` its checked type.
    """

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="clearances")
    entries = ArrayField(models.CharField(max_length=20))
    kind = models.CharField(max_length=8, choices=ClearanceKind.choices)
    clinician = models.CharField(_("name of the clinician"), max_length=120)
    profession = models.CharField(_("profession"), max_length=120)
    contact = models.CharField(_("contact"), max_length=200)
    dated = models.DateField(_("dated"))
    massage = models.BooleanField(_("massage allowed"))
    regions = ArrayField(models.CharField(max_length=5))
    max_pressure = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(5)])
    stretch_flags_lifted = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    conditions = models.CharField(_("conditions"), max_length=1000, blank=True)
    expires = models.DateField(_("valid until"))
    file = models.FileField(upload_to="clearances", blank=True)
    file_type = models.CharField(max_length=30, blank=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("clearance")
        verbose_name_plural = _("clearances")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="clearance_known_kind", condition=Q(kind__in=ClearanceKind.values)),
            models.CheckConstraint(
                name="clearance_max_pressure", condition=Q(max_pressure=None) | Q(max_pressure__lte=5)
            ),
            models.CheckConstraint(name="clearance_expires_after_its_date", condition=Q(expires__gte=F("dated"))),
            models.CheckConstraint(name="clearance_names_entries", condition=~Q(entries=[])),
        ]
        triggers = [append_only()]


class WithdrawReason(models.TextChoices):
    """Why a clearance no longer counts before its end."""

    BY_CLINICIAN = "by_clinician", _("withdrawn by the clinician")
    WRONG_CLIENT = "wrong_client", _("recorded for the wrong client")
    WRONG_ENTRY = "wrong_entry", _("recorded wrongly")


class ClearanceWithdrawal(Record):
    """A clearance ended early; the clearance itself stays readable."""

    clearance = models.OneToOneField(Clearance, on_delete=models.PROTECT, related_name="withdrawal")
    reason = models.CharField(max_length=20, choices=WithdrawReason.choices)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("withdrawal of a clearance")
        verbose_name_plural = _("withdrawals of clearances")
        constraints = [
            models.CheckConstraint(name="clearance_withdrawal_known", condition=Q(reason__in=WithdrawReason.values))
        ]
        triggers = [append_only()]
