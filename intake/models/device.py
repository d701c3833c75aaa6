"""The practice's own tablets: which devices may take a form by a code."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.models import Location, User
from clinic.models.base import Record


class Device(Record):
    """A tablet of the practice. Its browser holds a long random token as a cookie, this row the token's hash.

    It is nobody: it opens no page of anybody, it only may take the form that a code of the desk names.
    """

    name = models.CharField(_("name"), max_length=40)
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="devices")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    registered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("tablet")
        verbose_name_plural = _("tablets")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                name="device_name_once_in_use",
                fields=["name"],
                condition=Q(revoked_at=None),
                violation_error_message=_("Another tablet has this name. Choose a different one."),
            ),
        ]
