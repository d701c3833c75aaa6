"""Who did or read what, to whose record, when: never the text, never health data."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.models.base import append_only
from clinic.models.client import Client
from clinic.models.user import User


class AuditEvent(models.Model):
    """One act or one read. ``verb`` and ``reason`` are codes; an act without a person has no actor."""

    actor = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    roles = ArrayField(models.CharField(max_length=20), default=list)
    verb = models.CharField(max_length=60)
    object_type = models.CharField(max_length=60, blank=True)
    object_uuid = models.UUIDField(null=True, blank=True)
    client = models.ForeignKey(Client, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=60, blank=True)
    outcome = models.CharField(max_length=20, default="ok")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["client", "-id"], name="audit_client"),
            models.Index(fields=["actor", "-id"], name="audit_actor"),
        ]
        triggers = [append_only()]

    def __str__(self) -> str:
        return f"{self.verb} {self.pk}"
