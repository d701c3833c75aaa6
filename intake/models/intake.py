"""What the client has answered: the intake, the check-in before a visit, and later changes of a safety answer."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.models import Appointment, Client, ContentEdition, User
from clinic.models.base import Record, append_only

#: Error code of the triggers: the row is submitted or stopped and stays as it is.
FROZEN = "CL001"


class IntakeState(models.TextChoices):
    """An intake is a draft until it is handed in, or until an emergency stops it."""

    DRAFT = "draft", _("in progress")
    STOPPED = "stopped", _("stopped")
    SUBMITTED = "submitted", _("done")


class Intake(Record):
    """The health history of one client as given once.

    ``answers`` maps question ids to values (clinical reference 0.5), ``answered_on`` each id to the day it was given.
    ``asked_by`` is the member of staff who asked aloud, or nobody. ``rev`` counts the pages saved.
    """

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="intakes")
    edition = models.ForeignKey(ContentEdition, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=IntakeState.choices, default=IntakeState.DRAFT)
    answers = models.JSONField(default=dict, blank=True)
    answered_on = models.JSONField(default=dict, blank=True)
    asked_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    rev = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    submit_key = models.UUIDField(null=True, blank=True, unique=True)

    class Meta:
        verbose_name = _("intake")
        verbose_name_plural = _("intakes")
        ordering = ["-id"]
        indexes = [models.Index(fields=["client", "-id"], name="intake_of_client")]
        constraints = [
            models.UniqueConstraint(name="intake_one_open", fields=["client"], condition=Q(state="draft")),
            models.CheckConstraint(name="intake_known_state", condition=Q(state__in=IntakeState.values)),
            models.CheckConstraint(
                name="intake_submitted_with_time_and_key",
                condition=~Q(state="submitted") | Q(submitted_at__isnull=False, submit_key__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=f"""
                    IF OLD.state <> 'draft' THEN
                        RAISE EXCEPTION 'the intake is handed in' USING ERRCODE = '{FROZEN}';
                    END IF;
                    IF TG_OP = 'DELETE' THEN
                        RETURN OLD;
                    END IF;
                    IF NEW.client_id IS DISTINCT FROM OLD.client_id THEN
                        RAISE EXCEPTION 'an intake never changes its client' USING ERRCODE = 'CL003';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]


class CheckIn(Record):
    """The short safety form before a visit, with the therapist's own entries (``th_`` ids).

    A new measurement or an answer given aloud makes a new row; the newest one of the day counts.
    """

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="check_ins")
    appointment = models.ForeignKey(
        Appointment, null=True, blank=True, on_delete=models.PROTECT, related_name="check_ins"
    )
    on = models.DateField()
    answers = models.JSONField()
    edition = models.ForeignKey(ContentEdition, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    submit_key = models.UUIDField(unique=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("check-in")
        verbose_name_plural = _("check-ins")
        ordering = ["-id"]
        indexes = [models.Index(fields=["client", "-id"], name="check_in_of_client")]
        triggers = [append_only()]


class ChangeReason(models.TextChoices):
    """Why a safety answer was given anew."""

    WRONG_TICK = "wrong_tick", _("ticked the wrong answer")
    MISUNDERSTOOD = "misunderstood", _("misunderstood the question")
    CHANGED = "changed", _("it has changed since")


class AnswerChange(Record):
    """A safety answer given anew by the client and confirmed aloud; the old one stays in the intake."""

    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, related_name="changes")
    question = models.CharField(max_length=40)
    old = models.JSONField(null=True)
    new = models.JSONField()
    reason = models.CharField(max_length=20, choices=ChangeReason.choices)
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("changed answer")
        verbose_name_plural = _("changed answers")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="answer_change_known_reason", condition=Q(reason__in=ChangeReason.values))
        ]
        triggers = [append_only()]


class HeardAnswer(Record):
    """A safety answer that the therapist read aloud and the client said yes to; ``value`` is the answer as it stood.

    An answer that the client gives anew is an ``AnswerChange``, which is confirmed aloud by itself.
    """

    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, related_name="heard")
    question = models.CharField(max_length=40)
    value = models.JSONField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("answer read aloud")
        verbose_name_plural = _("answers read aloud")
        ordering = ["id"]
        triggers = [
            append_only(),
            pgtrigger.Trigger(
                name="as_it_stands",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("stands", "jsonb")],
                func="""
                    SELECT coalesce(
                        (SELECT c.new FROM intake_answerchange c
                            WHERE c.intake_id = NEW.intake_id AND c.question = NEW.question ORDER BY c.id DESC LIMIT 1),
                        (SELECT i.answers->NEW.question FROM intake_intake i WHERE i.id = NEW.intake_id)
                    ) INTO stands;
                    IF stands IS DISTINCT FROM NEW.value THEN
                        RAISE EXCEPTION 'this is not the answer that stands' USING ERRCODE = 'CL003';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]
