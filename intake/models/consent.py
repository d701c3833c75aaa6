"""What a client agreed to: the exact text, for which area and side, by whom, until when; and taking it back."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.models import Client, ContentEdition, User
from clinic.models.base import Record, append_only
from intake.models.intake import Intake


class SignerRole(models.TextChoices):
    """Who signed."""

    SELF = "self", _("the client")
    GUARDIAN = "guardian", _("parent, guardian or decision-maker")


class Consent(Record):
    """One statement agreed to. ``scope`` is the part of it that was ticked ("left", "back" …) or empty for the whole.

    A new consent is a new row; what counts is the newest one that is not withdrawn and not past its end.
    """

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="consents")
    intake = models.ForeignKey(Intake, null=True, blank=True, on_delete=models.PROTECT, related_name="consents")
    statement = models.CharField(max_length=20)
    scope = models.CharField(max_length=20, blank=True)
    mode = models.CharField(max_length=10, blank=True)
    text = models.TextField()
    text_hash = models.CharField(max_length=64)
    edition = models.ForeignKey(ContentEdition, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=10, default="en")
    signer_name = models.CharField(max_length=120)
    signer_role = models.CharField(max_length=10, choices=SignerRole.choices)
    relation = models.CharField(max_length=60, blank=True)
    witnessed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    expires = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["id"]
        indexes = [models.Index(fields=["client", "statement"], name="consent_of_client")]
        constraints = [
            models.CheckConstraint(name="consent_known_role", condition=Q(signer_role__in=SignerRole.values)),
        ]
        triggers = [append_only()]


class ConsentWithdrawal(Record):
    """A consent taken back, by the client or by staff on the client's word; it counts from this moment."""

    consent = models.OneToOneField(Consent, on_delete=models.PROTECT, related_name="withdrawal")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("withdrawal of a consent")
        verbose_name_plural = _("withdrawals of consents")
        triggers = [append_only()]
