"""Mail that is to go out: a row first, sent later, never lost and never sent twice. And who wants no more of which."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.models.base import Record
from clinic.models.client import Client


class MessageState(models.TextChoices):
    """Where a message is on its way."""

    WAITING = "waiting", _("waiting")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("not sent")
    DROPPED = "dropped", _("no longer needed")


class Trouble(models.TextChoices):
    """Why a message did not leave at the last try."""

    SERVER = "server", _("the mail server could not be reached, or did not take it")
    ADDRESS = "address", _("the mail server refused the address")


class MessageQuerySet(models.QuerySet["OutboundMessage"]):
    """Which messages are due, and which need a person."""

    def due(self, now: datetime) -> MessageQuerySet:
        """Those that may leave at ``now``, longest due first.

        One that is "being sent" is due again when its worker has not come back by ``send_after``.
        """
        ready = Q(send_after=None) | Q(send_after__lte=now)
        return self.filter(ready, state__in=(MessageState.WAITING, MessageState.SENDING)).order_by(
            models.F("send_after").asc(nulls_first=True), "id"
        )

    def troubled(self) -> MessageQuerySet:
        """Those that the mail server does not take: given up, or being tried again."""
        on_its_way = Q(state__in=(MessageState.WAITING, MessageState.SENDING))
        return self.filter(Q(state=MessageState.FAILED) | (on_its_way & ~Q(trouble="")))


class OutboundMessage(Record):
    """One message by template name; it holds no text, so no health data can be in it.

    It leaves at ``send_after`` or later; empty means at once. After ``send_before`` nobody wants it any more.
    ``attempts`` counts the tries so far, ``trouble`` says why the last one failed.
    """

    template = models.CharField(max_length=60)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="messages")
    to = models.EmailField()
    state = models.CharField(max_length=10, choices=MessageState.choices, default=MessageState.WAITING)
    key = models.CharField(max_length=120, unique=True)
    created_at = models.DateTimeField()
    send_after = models.DateTimeField(null=True, blank=True)
    send_before = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    trouble = models.CharField(max_length=10, choices=Trouble.choices, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            models.Index(
                fields=["send_after", "id"],
                name="outbound_message_on_its_way",
                condition=Q(state__in=("waiting", "sending", "failed")),
            ),
        ]
        constraints = [
            models.CheckConstraint(name="outbound_message_known_state", condition=Q(state__in=MessageState.values)),
            models.CheckConstraint(
                name="outbound_message_known_trouble", condition=Q(trouble__in=["", *Trouble.values])
            ),
        ]

    @property
    def is_troubled(self) -> bool:
        """Given up, or being tried again: what ``troubled`` of many is for one."""
        return self.state == MessageState.FAILED or bool(self.trouble)


class MailStop(Record):
    """This address wants no more mail of this kind about this client, from ``stopped_at`` until it says otherwise."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="mail_stops")
    to = models.EmailField()
    template = models.CharField(max_length=60)
    stopped_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("stopped mail")
        verbose_name_plural = _("stopped mail")
        constraints = [
            models.UniqueConstraint(
                name="mail_stop_once", fields=["client", "to", "template"], condition=Q(lifted_at__isnull=True)
            )
        ]
