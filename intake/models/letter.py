"""A letter that asks a client's doctor about flags, as it was signed, and what became of it."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.models import Client, ContentEdition, User
from clinic.models.base import Record, append_only
from intake.models.clearance import Clearance
from intake.models.consent import Consent


class DoctorLetter(Record):
    """A letter as it was signed: what the page and the paper show is made of ``facts`` alone.

    ``entries``: the flags it asks about. ``facts`` in the shape of ``intake.rules.doctor_letter``. ``consent``: the
    client's yes to sharing findings with the doctor; without it the letter may only be handed to the client. ``key``:
    the page it was signed on, so that a second tap signs nothing again.
    """

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="letters")
    entries = ArrayField(models.CharField(max_length=20))
    to_name = models.CharField(_("doctor or clinic"), max_length=120)
    to_contact = models.CharField(_("address, phone or fax"), max_length=200, blank=True)
    facts = models.JSONField()
    consent = models.ForeignKey(Consent, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    edition = models.ForeignKey(ContentEdition, on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("letter to a doctor")
        verbose_name_plural = _("letters to doctors")
        ordering = ["-id"]
        constraints = [models.CheckConstraint(name="doctor_letter_names_entries", condition=~Q(entries=[]))]
        triggers = [
            append_only(),
            pgtrigger.Trigger(
                name="consent_of_its_client",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF NEW.consent_id IS NOT NULL AND NOT EXISTS (
                        SELECT 1 FROM intake_consent c WHERE c.id = NEW.consent_id AND c.client_id = NEW.client_id
                            AND c.statement = 'cs_pcp' AND c.scope = 'findings'
                    ) THEN
                        RAISE EXCEPTION 'the consent is not this client''s to sharing findings' USING ERRCODE = 'CL003';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]


class LetterStepKind(models.TextChoices):
    """What became of a letter."""

    SENT = "sent", _("sent")
    ANSWERED = "answered", _("answered")
    CLEARED = "cleared", _("cleared")
    DECLINED = "declined", _("declined")
    ASIDE = "aside", _("put aside")


#: Where a letter that waits for nothing any more has come to.
LAST_STEPS = (LetterStepKind.CLEARED, LetterStepKind.DECLINED, LetterStepKind.ASIDE)


class LetterWay(models.TextChoices):
    """How a letter left the practice. In the client's own hand it needs no consent: they give it on themselves."""

    CLIENT = "client", _("handed to the client to take along")
    POST = "post", _("by post")
    FAX = "fax", _("by fax")
    SECURE_MAIL = "secure_mail", _("by secure e-mail, outside this program")
    IN_PERSON = "in_person", _("handed to the doctor or their staff")


class AsideReason(models.TextChoices):
    """Why nobody waits for an answer any more."""

    WRITTEN_WRONGLY = "written_wrongly", _("it was written wrongly")
    NOT_NEEDED = "not_needed", _("it is no longer needed")
    NO_ANSWER = "no_answer", _("no answer came")
    CONSENT_GONE = "consent_gone", _("the client no longer agrees")


class LetterStep(Record):
    """One step of a letter: sent, answered, then cleared or declined with what the doctor allowed; or put aside.

    The order is held by the database: forward only, each step once. What leaves the practice other than in the
    client's hand needs a consent that counts on that day.
    """

    letter = models.ForeignKey(DoctorLetter, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=LetterStepKind.choices)
    way = models.CharField(max_length=12, choices=LetterWay.choices, blank=True)
    reason = models.CharField(max_length=20, choices=AsideReason.choices, blank=True)
    clearance = models.OneToOneField(
        Clearance, null=True, blank=True, on_delete=models.PROTECT, related_name="letter_step"
    )
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("step of a letter")
        verbose_name_plural = _("steps of letters")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="letter_step_known_kind", condition=Q(kind__in=LetterStepKind.values)),
            models.CheckConstraint(
                name="letter_step_sent_in_a_way",
                condition=Q(kind="sent", way__in=LetterWay.values) | (~Q(kind="sent") & Q(way="")),
            ),
            models.CheckConstraint(
                name="letter_step_aside_with_a_reason",
                condition=Q(kind="aside", reason__in=AsideReason.values) | (~Q(kind="aside") & Q(reason="")),
            ),
            models.CheckConstraint(
                name="letter_step_ends_with_what_was_allowed",
                condition=Q(kind__in=("cleared", "declined"), clearance__isnull=False)
                | (~Q(kind__in=("cleared", "declined")) & Q(clearance=None)),
            ),
            models.UniqueConstraint(name="letter_step_once", fields=["letter", "kind"]),
        ]
        triggers = [
            append_only(),
            pgtrigger.Trigger(
                name="forward_only",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("last", "text"), ("letter", "intake_doctorletter")],
                func="""
                    SELECT * INTO letter FROM intake_doctorletter l WHERE l.id = NEW.letter_id FOR NO KEY UPDATE;
                    SELECT s.kind INTO last FROM intake_letterstep s WHERE s.letter_id = NEW.letter_id
                        ORDER BY s.id DESC LIMIT 1;
                    IF (CASE
                        WHEN last IS NULL THEN NEW.kind NOT IN ('sent', 'aside')
                        WHEN last = 'sent' THEN NEW.kind NOT IN ('answered', 'aside')
                        WHEN last = 'answered' THEN NEW.kind NOT IN ('cleared', 'declined', 'aside')
                        ELSE true
                    END) THEN
                        RAISE EXCEPTION 'a letter goes forward only' USING ERRCODE = 'CL003';
                    END IF;
                    IF NEW.kind = 'sent' AND NEW.way <> 'client' AND NOT EXISTS (
                        SELECT 1 FROM intake_consent c WHERE c.id = letter.consent_id
                            AND (c.expires IS NULL OR c.expires >= (NEW.at AT TIME ZONE 'UTC')::date - 1)
                            AND NOT EXISTS (SELECT 1 FROM intake_consentwithdrawal w WHERE w.consent_id = c.id)
                    ) THEN
                        RAISE EXCEPTION 'the client has not agreed to share this' USING ERRCODE = 'CL003';
                    END IF;
                    IF NEW.clearance_id IS NOT NULL AND NOT EXISTS (
                        SELECT 1 FROM intake_clearance c WHERE c.id = NEW.clearance_id
                            AND c.client_id = letter.client_id AND c.massage = (NEW.kind = 'cleared')
                    ) THEN
                        RAISE EXCEPTION 'the clearance does not belong to this answer' USING ERRCODE = 'CL003';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]
