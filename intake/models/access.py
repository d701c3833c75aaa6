"""How a browser gets to exactly one form: the row behind a confined browser session."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clinic.models import Client, User
from clinic.models.base import Record
from intake.models.device import Device
from intake.models.intake import Intake

#: A mailed link opens its form for so long at most.
LONGEST_LINK = timedelta(days=14)
#: Wrong birth dates that one browser may try at a link. A stranger who has them all used up is out, the client is not.
TRIES_OF_A_BROWSER = 5
#: Wrong birth dates that all browsers together may try at a link; then the desk has to send a new one.
TRIES_OF_A_LINK = 20
#: Wrong codes that may be typed on a tablet; then the desk has to give a new one.
TRIES_OF_A_CODE = 3

#: Digits of the code that the desk gives for a tablet.
CODE_DIGITS = 4


class AccessKind(models.TextChoices):
    """Through which door the form was opened."""

    THIS_DEVICE = "this_device", _("on this device")
    LINK = "link", _("by link")
    TABLET = "tablet", _("on a tablet")
    ALOUD = "aloud", _("asked aloud")


class AccessPurpose(models.TextChoices):
    """Which form it opens."""

    INTAKE = "intake", _("intake")
    CHECK_IN = "check_in", _("check-in")


class EndReason(models.TextChoices):
    """Why an access is over before its time."""

    DONE = "done", _("handed in, or stopped by an answer")
    REVOKED = "revoked", _("called back by the desk")
    REPLACED = "replaced", _("replaced by a newer one")
    TRIES = "tries", _("too many wrong tries")
    IDLE = "idle", _("left alone")
    WRONG_PERSON = "wrong_person", _("somebody else has it")


class IntakeAccess(Record):
    """One browser session may fill in one form of one client, until it expires or is ended.

    A link has the hash of its token and the address it was mailed to; a tablet has its device and the hash of its code.
    ``tries`` counts wrong answers at the door, ``begun_at`` is when it was first passed. ``help_asked_at``: the client
    asks for somebody of the desk.
    """

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="intake_access")
    purpose = models.CharField(max_length=10, choices=AccessPurpose.choices)
    intake = models.ForeignKey(Intake, null=True, blank=True, on_delete=models.PROTECT, related_name="access")
    kind = models.CharField(max_length=12, choices=AccessKind.choices)
    token_hash = models.CharField(max_length=64, null=True, blank=True, unique=True)
    device = models.ForeignKey(Device, null=True, blank=True, on_delete=models.PROTECT, related_name="access")
    sent_to = models.EmailField(blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True, blank=True)
    help_asked_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=12, choices=EndReason.choices, blank=True)

    class Meta:
        verbose_name = _("intake access")
        verbose_name_plural = _("intake access")
        constraints = [
            models.CheckConstraint(name="intake_access_known_kind", condition=Q(kind__in=AccessKind.values)),
            models.CheckConstraint(name="intake_access_known_purpose", condition=Q(purpose__in=AccessPurpose.values)),
            models.CheckConstraint(
                name="intake_access_names_its_intake",
                condition=Q(purpose="check_in", intake=None) | Q(purpose="intake", intake__isnull=False),
            ),
            models.CheckConstraint(
                name="intake_access_ended_because",
                condition=Q(ended_at=None, ended_because="")
                | Q(ended_at__isnull=False, ended_because__in=EndReason.values),
            ),
            models.CheckConstraint(
                name="intake_access_link_has_token_and_address",
                condition=~Q(kind="link") | (Q(token_hash__isnull=False) & ~Q(sent_to="")),
            ),
            models.CheckConstraint(
                name="intake_access_link_expires",
                condition=~Q(kind="link") | Q(expires_at__lte=F("opened_at") + LONGEST_LINK),
            ),
            models.CheckConstraint(
                name="intake_access_tablet_has_device_and_code",
                condition=Q(kind="tablet", device__isnull=False, token_hash__isnull=False)
                | (~Q(kind="tablet") & Q(device=None)),
            ),
            models.CheckConstraint(
                name="intake_access_tries",
                condition=Q(kind="tablet", tries__lte=TRIES_OF_A_CODE)
                | (~Q(kind="tablet") & Q(tries__lte=TRIES_OF_A_LINK)),
            ),
            models.UniqueConstraint(
                name="intake_access_one_open_link",
                fields=["client", "purpose"],
                condition=Q(kind="link", ended_at=None),
            ),
            models.UniqueConstraint(
                name="intake_access_one_open_on_a_tablet", fields=["device"], condition=Q(ended_at=None)
            ),
        ]


class LinkAsker(Record):
    """One browser that stands at the door of a link: how many wrong birth dates it has tried.

    ``asker`` is a random name that lives in that browser's session; it opens nothing.
    """

    access = models.ForeignKey(IntakeAccess, on_delete=models.PROTECT, related_name="askers")
    asker = models.UUIDField()
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("browser at a link")
        verbose_name_plural = _("browsers at a link")
        constraints = [
            models.UniqueConstraint(name="link_asker_once_for_each_link", fields=["access", "asker"]),
            models.CheckConstraint(name="link_asker_tries", condition=Q(tries__lte=TRIES_OF_A_BROWSER)),
        ]
