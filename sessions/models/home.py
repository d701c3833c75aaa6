"""What client and therapist say to each other about the stretches at home, and when the client wants to be reminded."""

from __future__ import annotations

import uuid

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.models import Client, PortalAccess, User
from clinic.models.base import Record, append_only
from sessions.models.note import NEVER_CHANGES
from sessions.models.plan import PlanItem, StretchLog


class GentlerLevel(Record):
    """The client took the gentler level that was offered: from now on the item is done at ``level``.

    A published version never changes; this stands beside it until the therapist publishes the next one.
    """

    item = models.ForeignKey(PlanItem, on_delete=models.PROTECT, related_name="gentler")
    level = models.PositiveSmallIntegerField(_("level"), validators=[MinValueValidator(1), MaxValueValidator(2)])
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("gentler level")
        verbose_name_plural = _("gentler levels")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(name="gentler_level_once", fields=["item", "level"]),
            models.CheckConstraint(name="gentler_level_range", condition=Q(level__gte=1, level__lte=2)),
        ]
        triggers = [
            append_only(),
            pgtrigger.Trigger(
                name="gentler_than_published",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=f"""
                    IF NOT EXISTS (
                        SELECT 1 FROM massage_sessions_planitem i
                        JOIN massage_sessions_planversion v ON v.id = i.version_id AND v.published_at IS NOT NULL
                        WHERE i.id = NEW.item_id AND NEW.level < i.level
                    ) THEN
                        RAISE EXCEPTION 'not below the level of a published item' USING ERRCODE = '{NEVER_CHANGES}';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]


class HomeMessageKind(models.TextChoices):
    """What a message from home says; all but the client's own words are written by the rules of the plan."""

    NOT_RIGHT = "not_right", _("This doesn’t feel right")
    NERVE = "nerve", _("went down the leg, electric or numb")
    TOO_MUCH = "too_much", _("too much twice in a row")
    SORE = "sore", _("sore for more than a day")
    PLAN_RESTS = "plan_rests", _("a second nerve sign: the whole plan rests")


class HomeMessage(Record):
    """A message from home to the therapist: a line of the inbox until it is answered.

    ``item`` is the stretch it is about, empty for the plan as a whole; ``log`` the tick that raised it;
    ``client_uuid`` the key under which the page sent it, so that the same message is kept once.
    """

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="home_messages")
    item = models.ForeignKey(PlanItem, null=True, blank=True, on_delete=models.PROTECT, related_name="home_messages")
    log = models.ForeignKey(StretchLog, null=True, blank=True, on_delete=models.PROTECT, related_name="home_messages")
    kind = models.CharField(_("what it says"), max_length=20, choices=HomeMessageKind.choices)
    text = models.CharField(_("in the client’s words"), max_length=500, blank=True)
    client_uuid = models.UUIDField(unique=True, default=uuid.uuid4)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("message from home")
        verbose_name_plural = _("messages from home")
        ordering = ["-id"]
        indexes = [models.Index(fields=["client", "-id"], name="home_message_client")]
        constraints = [
            models.CheckConstraint(name="home_message_known_kind", condition=Q(kind__in=HomeMessageKind.values)),
            models.UniqueConstraint(name="home_message_once_per_tick", fields=["log", "kind"]),
        ]
        triggers = [
            append_only(),
            pgtrigger.Trigger(
                name="own_item_and_tick",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=f"""
                    IF NEW.item_id IS NOT NULL AND NOT EXISTS (
                        SELECT 1 FROM massage_sessions_planitem i
                        JOIN massage_sessions_planversion v ON v.id = i.version_id AND v.published_at IS NOT NULL
                        JOIN massage_sessions_stretchplan p ON p.id = v.plan_id
                        WHERE i.id = NEW.item_id AND p.client_id = NEW.client_id
                    ) THEN
                        RAISE EXCEPTION 'not a published item of this client' USING ERRCODE = '{NEVER_CHANGES}';
                    END IF;
                    IF NEW.log_id IS NOT NULL AND NOT EXISTS (
                        SELECT 1 FROM massage_sessions_stretchlog l
                        WHERE l.id = NEW.log_id AND l.client_id = NEW.client_id
                    ) THEN
                        RAISE EXCEPTION 'not a tick of this client' USING ERRCODE = '{NEVER_CHANGES}';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]


#: After these the therapist's answer may let a stretch go on; after a nerve sign only a new version does.
MAY_GO_ON = (HomeMessageKind.NOT_RIGHT, HomeMessageKind.TOO_MUCH)


class HomeAnswer(Record):
    """The therapist's one answer to a message from home; the client reads it in the portal.

    ``goes_on``: the stretch that rests because of the message is done again from now on.
    """

    message = models.OneToOneField(HomeMessage, on_delete=models.PROTECT, related_name="answer")
    text = models.CharField(_("answer"), max_length=500)
    goes_on = models.BooleanField(_("the stretch may go on"), default=False)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("answer to a message from home")
        verbose_name_plural = _("answers to messages from home")
        constraints = [models.CheckConstraint(name="home_answer_says_something", condition=~Q(text=""))]
        triggers = [
            append_only(),
            pgtrigger.Trigger(
                name="goes_on_without_nerve_sign",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__goes_on=True),
                func=f"""
                    IF NOT EXISTS (
                        SELECT 1 FROM massage_sessions_homemessage m
                        WHERE m.id = NEW.message_id AND m.item_id IS NOT NULL AND m.kind IN {tuple(map(str, MAY_GO_ON))}
                    ) THEN
                        RAISE EXCEPTION 'this stretch goes on with a new version only'
                            USING ERRCODE = '{NEVER_CHANGES}';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]


class HomeAnswerRead(Record):
    """One who opens the portal has read the answer: it leaves their first page, and stays behind the messages."""

    answer = models.ForeignKey(HomeAnswer, on_delete=models.PROTECT, related_name="reads")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("answer read")
        verbose_name_plural = _("answers read")
        constraints = [models.UniqueConstraint(name="home_answer_read_once", fields=["answer", "by"])]
        triggers = [append_only()]


class PortalReminder(Record):
    """When this person wants a mail about this client's stretches; no row means none.

    ``days``: ISO weekdays, 1 Monday to 7 Sunday; ``hour`` 0 to 23 in ``zone``, a name of the IANA time zone database.
    ``plan_changes``: a mail when a new version is published. Either is ended by the link in the mail.
    """

    access = models.OneToOneField(PortalAccess, on_delete=models.PROTECT, related_name="reminder")
    days = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("days"), default=list, blank=True)
    hour = models.PositiveSmallIntegerField(_("hour"), default=8, validators=[MaxValueValidator(23)])
    zone = models.CharField(_("time zone"), max_length=64)
    plan_changes = models.BooleanField(_("a mail when the plan changes"), default=True)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.CheckConstraint(
                name="portal_reminder_known_days", condition=Q(days__contained_by=[1, 2, 3, 4, 5, 6, 7])
            ),
            models.CheckConstraint(name="portal_reminder_hour", condition=Q(hour__gte=0, hour__lte=23)),
        ]
