"""The session note and everything that is frozen with it. The database holds each promise made here.

Error codes of the triggers: CL001 the note is signed (or not signed yet, for an addendum); CL002 outside the note's
limits; CL003 a column that never changes, or rows of two different clients; CL004 signed without an entry in the chain.
"""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.models import Appointment, Client, ContentEdition, Location, User
from clinic.models.base import Record, append_only
from clinic.vocabulary import Comfort, Position, PressureLevel, Side, Technique

SIGNED = "CL001"
BEYOND_LIMITS = "CL002"
NEVER_CHANGES = "CL003"
NOT_SEALED = "CL004"
#: The trigger of every table whose rows are part of a note: frozen with it, and under the hash of its signature.
FROZEN = "frozen_with_note"
#: Longest text of one SOAP field, in characters.
TEXT_LENGTH = 8000


class VisitKind(models.TextChoices):
    """Type of visit (clinical reference 4.1)."""

    FIRST = "first", _("First visit")
    FOLLOW_UP = "follow_up", _("Follow-up")
    REASSESSMENT = "reassessment", _("Re-assessment")


class Response(models.TextChoices):
    """Response class of the assessment (clinical reference 4.1)."""

    BETTER = "better", _("Better")
    SAME = "same", _("Same")
    WORSE = "worse", _("Worse")


class AdverseEvent(models.TextChoices):
    """Whether anything went wrong during or right after the treatment (clinical reference 4.1, O-post)."""

    NO = "no", _("Nothing went wrong")
    YES = "yes", _("Something went wrong")


class ConsentScope(models.TextChoices):
    """What the client said yes to aloud (clinical reference 4.1, head)."""

    MASSAGE = "massage", _("massage today")
    GLUTE = "glute", _("buttock and hip")
    THIGH = "thigh", _("thigh")
    STRETCH = "stretch", _("guided stretches")
    ASSESS = "assess", _("movement tests")


class DrapeMode(models.TextChoices):
    """How the area is worked on (clinical reference 4.1: clothed, sheet, skin)."""

    CLOTHED = "clothed", _("through clothes")
    SHEET = "sheet", _("through the sheet")
    SKIN = "skin", _("on skin")


class EventKind(models.TextChoices):
    """What a timeline row says has changed (clinical reference 4.7)."""

    START_REGION = "start_region", _("Started here")
    TECHNIQUE = "technique", _("Technique changed")
    PRESSURE = "pressure", _("Pressure changed")
    COMFORT = "comfort", _("Asked how it feels")
    BREATH = "breath", _("Breath cue")
    SIGN = "sign", _("Sign seen")
    ADJUST = "adjust", _("Eased off")
    STOP = "stop", _("Stopped here")
    NOTE = "note", _("Note")
    END_REGION = "end_region", _("Left this area")


class EventPosition(models.TextChoices):
    """How the client lies or sits, as limits name it: "SIDE:L" is lying on the left side."""

    PRONE = "PRONE", Position.PRONE.label
    SUPINE = "SUPINE", Position.SUPINE.label
    SIDE_LEFT = "SIDE:L", _("on the left side")
    SIDE_RIGHT = "SIDE:R", _("on the right side")
    SEMI = "SEMI", Position.SEMI.label
    CHAIR = "CHAIR", Position.CHAIR.label


class PressureSource(models.TextChoices):
    """Whether the pressure was chosen for this row or carried over from the one before."""

    TAPPED = "tapped", _("chosen")
    CARRIED = "carried", _("carried over")


class EventSign(models.TextChoices):
    """Nerve sign, or a body-says-no sign that counts as C4 (clinical reference 4.6, rules 3 and 4)."""

    NERVE = "nerve", _("Wrong kind")
    BREATH_HELD = "breath_held", _("Breath held")
    GUARDING = "guarding", _("Bracing or pulling away")
    FACE = "face", _("Grimace or clenched jaw")
    FISTS = "fists", _("Fists or toes curled")
    QUIET = "quiet", _("Sudden quiet")
    SWEAT = "sweat", _("Sweating")


class AskedBy(models.TextChoices):
    """Who brought up the comfort reading."""

    THERAPIST = "therapist", _("therapist asked")
    CLIENT = "client", _("client said it unprompted")


class VoidReason(models.TextChoices):
    """Why a timeline row does not count."""

    UNDO = "undo", _("undone at once")
    WRONG_PLACE = "wrong_place", _("wrong place or side")
    WRONG_VALUE = "wrong_value", _("wrong value")


class RaiseReason(models.TextChoices):
    """Coded reasons for a raise inside cap_with_reason (design rules, section 6)."""

    CLEARED = "cleared_in_writing", _("cleared in writing by their doctor")
    SMALLER_RANGE = "smaller_range", _("done inside a smaller, pain-free range")
    NO_LONGER = "no_longer_applies", _("the limit no longer applies: send it for review")


class WayOn(models.TextChoices):
    """How the treatment goes on when it has not helped clearly by now (clinical reference 3.6, RF7)."""

    CONTINUE = "continue", _("Go on as planned")
    CHANGE = "change", _("Change the treatment")
    REFER = "refer", _("Send back to the primary-care provider")


class EndFeel(models.TextChoices):
    """What ends a range of motion (clinical reference 4.9)."""

    TIGHT = "tight", _("tight")
    PAIN = "pain", _("pain")
    PINCH = "pinch", _("pinch")
    FIRM = "firm", _("firm")
    EMPTY = "empty", _("empty: stopped before the end")


class MovedBy(models.TextChoices):
    """Who moves while a range is measured (clinical reference 4.9)."""

    ACTIVE = "active", _("the client moves")
    PASSIVE = "passive", _("the therapist moves")


class FindingPhase(models.TextChoices):
    """Before or after the treatment."""

    BEFORE = "before", _("before")
    AFTER = "after", _("after")


class FindingSide(models.TextChoices):
    """The client's side, or the midline."""

    LEFT = "L", _("left")
    RIGHT = "R", _("right")
    MIDDLE = "M", _("middle")


class AddendumKind(models.TextChoices):
    """A late entry holds facts known then; an addendum new information (clinical reference 6.5)."""

    ADDENDUM = "addendum", _("Addendum: something new")
    LATE_ENTRY = "late_entry", _("Late entry: known then, left out")
    CORRECTION = "correction", _("Correction: something in the note is wrong")


class StrikeReason(models.TextChoices):
    """Why a whole note is struck; it stays readable."""

    WRONG_CLIENT = "wrong_client", _("written for the wrong client")
    DUPLICATE = "duplicate", _("a second note of the same visit")


def frozen_with_note() -> pgtrigger.Trigger:
    """Rows of a signed note are neither added, changed nor taken away, and no row moves between notes.

    The parent is locked as whoever changes it locks it: a signature in another transaction is waited for, and two
    writers who go on to change the note itself wait for each other in one order.
    """
    return pgtrigger.Trigger(
        name=FROZEN,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        declare=[("signed", "timestamptz")],
        func=f"""
            IF TG_OP = 'UPDATE' THEN
                IF OLD.note_id IS DISTINCT FROM NEW.note_id THEN
                    RAISE EXCEPTION 'a row never moves to another note' USING ERRCODE = '{NEVER_CHANGES}';
                END IF;
            END IF;
            IF TG_OP <> 'INSERT' THEN
                SELECT signed_at INTO signed FROM massage_sessions_sessionnote WHERE id = OLD.note_id FOR NO KEY UPDATE;
                IF signed IS NOT NULL THEN
                    RAISE EXCEPTION 'the note is signed' USING ERRCODE = '{SIGNED}';
                END IF;
            END IF;
            IF TG_OP = 'DELETE' THEN
                RETURN OLD;
            END IF;
            SELECT signed_at INTO signed FROM massage_sessions_sessionnote WHERE id = NEW.note_id FOR NO KEY UPDATE;
            IF signed IS NOT NULL THEN
                RAISE EXCEPTION 'the note is signed' USING ERRCODE = '{SIGNED}';
            END IF;
            RETURN NEW;
        """,
    )


def sealed_at_commit(of: str) -> pgtrigger.Trigger:
    """What is signed, added or struck has its entry in the chain by the end of the transaction, whoever wrote it.

    ``of``: "note", whose hash is that of its entry, or "later" for what comes after the signature.
    """
    same = " AND encode(sha256(convert_to(s.entry, 'UTF8')), 'hex') = NEW.content_hash" if of == "note" else ""
    return pgtrigger.Trigger(
        name="sealed_at_commit",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update if of == "note" else pgtrigger.Insert,
        timing=pgtrigger.Deferred,
        condition=pgtrigger.Q(new__signed_at__isnull=False) if of == "note" else None,
        func=f"""
            IF NOT EXISTS (
                SELECT 1 FROM massage_sessions_seal s
                WHERE s.about = NEW.uuid AND s.note_id = NEW.{"id" if of == "note" else "note_id"}{same}
            ) THEN
                RAISE EXCEPTION 'not in the chain of signed records' USING ERRCODE = '{NOT_SEALED}';
            END IF;
            RETURN NULL;
        """,
    )


class SessionNote(Record):
    """One treatment: the screening it rests on, its limits fixed at opening, SOAP text, pain, signature.

    ``limits`` holds the effective limits of the day and, under "structures", what they mean for every structure and
    side: ``{"MUS_PIR:L": {"cap": 3, "cap_with_reason": 4, "locked": false, "no_techniques": [], "regions":
    ["BTM:L"], "first": "BTM:L"}}``; under "no_tests", which tests and ranges are not done and why, as ``blocked_tests``
    gives them: ``{"T_FAIR:R": ["L_THR_POST"]}``. ``rev`` counts saved texts, for the version check. ``way_due``, fixed
    at opening: it is time to decide how to go on, and the note is not signed without ``way`` and ``way_reason``.
    """

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="notes")
    screening = models.ForeignKey("intake.Screening", on_delete=models.PROTECT, related_name="notes")
    check_in = models.OneToOneField("intake.CheckIn", on_delete=models.PROTECT, related_name="note")
    appointment = models.OneToOneField(
        Appointment, null=True, blank=True, on_delete=models.PROTECT, related_name="note"
    )
    therapist = models.ForeignKey(User, on_delete=models.PROTECT, related_name="notes")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    tests_edition = models.ForeignKey(ContentEdition, on_delete=models.PROTECT, related_name="+")
    visit_kind = models.CharField(_("type of visit"), max_length=12, choices=VisitKind.choices)
    people_in_room = models.CharField(_("people in the room"), max_length=120, blank=True)
    started_at = models.DateTimeField(_("started"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("date of entry"))
    limits = models.JSONField()
    flags = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    subjective = models.TextField(_("what the client said"), max_length=TEXT_LENGTH, blank=True)
    objective = models.TextField(_("what I found and did"), max_length=TEXT_LENGTH, blank=True)
    assessment = models.TextField(_("what I think"), max_length=TEXT_LENGTH, blank=True)
    plan = models.TextField(_("what next"), max_length=TEXT_LENGTH, blank=True)
    pain_before = models.SmallIntegerField(
        _("pain before"), null=True, blank=True, validators=[MinValueValidator(0), MaxValueValidator(10)]
    )
    pain_after = models.SmallIntegerField(
        _("pain after"), null=True, blank=True, validators=[MinValueValidator(0), MaxValueValidator(10)]
    )
    pain_after_declined = models.BooleanField(_("the client would rather not say"), default=False)
    skin_after = models.CharField(_("skin after"), max_length=200, blank=True)
    client_words = models.CharField(_("client's own words after"), max_length=300, blank=True)
    adverse_event = models.CharField(_("adverse event"), max_length=3, choices=AdverseEvent.choices, blank=True)
    adverse_text = models.CharField(_("what went wrong"), max_length=500, blank=True)
    response = models.CharField(_("response"), max_length=6, choices=Response.choices, blank=True)
    next_visit = models.CharField(_("next visit"), max_length=200, blank=True)
    reassess_on = models.DateField(_("re-assess on"), null=True, blank=True)
    pcp_advised = models.BooleanField(_("advised to see the primary-care provider"), default=False)
    way_due = models.BooleanField(_("time to decide how to go on"), default=False)
    way = models.CharField(_("how to go on"), max_length=8, choices=WayOn.choices, blank=True)
    way_reason = models.CharField(_("reason for that"), max_length=300, blank=True)
    rev = models.PositiveIntegerField(default=0)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    content_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("session note")
        verbose_name_plural = _("session notes")
        ordering = ["-started_at", "-id"]
        indexes = [
            models.Index(fields=["client", "-started_at"], name="note_client"),
            models.Index(fields=["therapist", "started_at"], name="note_unsigned", condition=Q(signed_at=None)),
        ]
        constraints = [
            models.CheckConstraint(
                name="note_signed_is_complete",
                condition=Q(signed_at=None, signed_by=None, content_hash="")
                | (
                    Q(signed_at__isnull=False, signed_by=models.F("therapist"), ended_at__isnull=False)
                    & Q(content_hash__regex=r"^[0-9a-f]{64}$")
                ),
            ),
            models.CheckConstraint(
                name="note_ends_after_it_began", condition=Q(ended_at=None) | Q(ended_at__gte=models.F("started_at"))
            ),
            models.CheckConstraint(
                name="note_pain_0_to_10",
                condition=(Q(pain_before=None) | Q(pain_before__gte=0, pain_before__lte=10))
                & (Q(pain_after=None) | Q(pain_after__gte=0, pain_after__lte=10, pain_after_declined=False)),
            ),
            models.CheckConstraint(name="note_known_visit_kind", condition=Q(visit_kind__in=VisitKind.values)),
            models.CheckConstraint(name="note_known_response", condition=Q(response__in=["", *Response.values])),
            models.CheckConstraint(
                name="note_known_adverse_event", condition=Q(adverse_event__in=["", *AdverseEvent.values])
            ),
            models.CheckConstraint(name="note_limits_have_structures", condition=Q(limits__has_key="structures")),
            models.CheckConstraint(name="note_known_way_on", condition=Q(way__in=["", *WayOn.values])),
            models.CheckConstraint(
                name="note_signed_says_how_to_go_on",
                condition=Q(signed_at=None) | Q(way_due=False) | (~Q(way="") & ~Q(way_reason="")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            sealed_at_commit("note"),
            pgtrigger.Trigger(
                name="signed_is_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=f"""
                    IF OLD.signed_at IS NOT NULL AND to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW) THEN
                        RAISE EXCEPTION 'the note is signed' USING ERRCODE = '{SIGNED}';
                    END IF;
                    IF (OLD.id, OLD.uuid, OLD.client_id, OLD.screening_id, OLD.check_in_id, OLD.therapist_id,
                        OLD.started_at, OLD.recorded_at, OLD.limits, OLD.flags, OLD.way_due)
                        IS DISTINCT FROM
                       (NEW.id, NEW.uuid, NEW.client_id, NEW.screening_id, NEW.check_in_id, NEW.therapist_id,
                        NEW.started_at, NEW.recorded_at, NEW.limits, NEW.flags, NEW.way_due) THEN
                        RAISE EXCEPTION 'this column never changes' USING ERRCODE = '{NEVER_CHANGES}';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="one_client",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=f"""
                    IF NOT EXISTS (
                        SELECT 1 FROM intake_screening s JOIN intake_intake i ON i.id = s.intake_id
                        WHERE s.id = NEW.screening_id AND i.client_id = NEW.client_id
                    ) OR NOT EXISTS (
                        SELECT 1 FROM intake_checkin c WHERE c.id = NEW.check_in_id AND c.client_id = NEW.client_id
                    ) OR (NEW.appointment_id IS NOT NULL AND NOT EXISTS (
                        SELECT 1 FROM clinic_appointment a
                        WHERE a.id = NEW.appointment_id AND a.client_id = NEW.client_id
                    )) THEN
                        RAISE EXCEPTION 'screening, check-in and note are of different clients'
                            USING ERRCODE = '{NEVER_CHANGES}';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    @property
    def is_signed(self) -> bool:
        """True once the note is frozen."""
        return self.signed_at is not None

    @property
    def is_struck(self) -> bool:
        """True when the whole note was struck; read ``strike`` along in lists."""
        return hasattr(self, "strike")

    @property
    def minutes(self) -> int | None:
        """Whole minutes from start to end; None while it runs."""
        return round((self.ended_at - self.started_at).total_seconds() / 60) if self.ended_at else None


class VerbalConsent(Record):
    """A yes said aloud at this visit: for what, which side, how covered, when (clinical reference 4.1, 6.3)."""

    note = models.ForeignKey(SessionNote, on_delete=models.PROTECT, related_name="verbal_consents")
    scope = models.CharField(_("for"), max_length=10, choices=ConsentScope.choices)
    side = models.CharField(_("side"), max_length=1, choices=Side.choices, blank=True)
    mode = models.CharField(_("how"), max_length=10, choices=DrapeMode.choices, blank=True)
    said_at = models.DateTimeField()

    class Meta:
        verbose_name = _("spoken consent")
        verbose_name_plural = _("spoken consents")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(name="verbal_consent_once", fields=["note", "scope", "side"]),
            models.CheckConstraint(name="verbal_consent_known_scope", condition=Q(scope__in=ConsentScope.values)),
            models.CheckConstraint(name="verbal_consent_known_side", condition=Q(side__in=["", *Side.values])),
            models.CheckConstraint(name="verbal_consent_known_mode", condition=Q(mode__in=["", *DrapeMode.values])),
        ]
        triggers = [frozen_with_note()]


class CapRaise(Record):
    """The cap of one structure and side raised for this visit, up to cap_with_reason, with a coded reason."""

    note = models.ForeignKey(SessionNote, on_delete=models.PROTECT, related_name="cap_raises")
    structure = models.CharField(max_length=20)
    side = models.CharField(max_length=1, choices=Side.choices)
    pressure = models.SmallIntegerField(choices=PressureLevel.choices)
    reason = models.CharField(_("reason"), max_length=20, choices=RaiseReason.choices)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("raised cap")
        verbose_name_plural = _("raised caps")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="cap_raise_known_reason", condition=Q(reason__in=RaiseReason.values)),
            models.CheckConstraint(name="cap_raise_known_side", condition=Q(side__in=Side.values)),
            models.CheckConstraint(name="cap_raise_pressure", condition=Q(pressure__in=PressureLevel.values)),
        ]
        triggers = [
            append_only(),
            frozen_with_note(),
            pgtrigger.Trigger(
                name="within_reason",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("place", "jsonb")],
                func=f"""
                    SELECT limits->'structures'->(NEW.structure || ':' || NEW.side) INTO place
                        FROM massage_sessions_sessionnote WHERE id = NEW.note_id;
                    IF place IS NULL OR (place->>'locked')::boolean
                            OR NEW.pressure > (place->>'cap_with_reason')::int THEN
                        RAISE EXCEPTION 'beyond what a reason can raise' USING ERRCODE = '{BEYOND_LIMITS}';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]


class TimelineEvent(Record):
    """One complete row of the treatment: where, how, how hard, how it felt, who asked, when."""

    note = models.ForeignKey(SessionNote, on_delete=models.PROTECT, related_name="events")
    client_uuid = models.UUIDField(unique=True)
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=EventKind.choices)
    structure = models.CharField(max_length=20)
    side = models.CharField(max_length=1, choices=Side.choices)
    position = models.CharField(max_length=8, choices=EventPosition.choices)
    technique = models.CharField(max_length=10, choices=Technique.choices)
    pressure = models.SmallIntegerField(choices=PressureLevel.choices)
    pressure_source = models.CharField(max_length=8, choices=PressureSource.choices)
    comfort = models.SmallIntegerField(null=True, blank=True, choices=Comfort.choices)
    sign = models.CharField(max_length=12, choices=EventSign.choices, blank=True)
    asked_by = models.CharField(max_length=10, choices=AskedBy.choices, blank=True)
    cue = models.CharField(max_length=2, blank=True)
    words = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("timeline event")
        verbose_name_plural = _("timeline events")
        ordering = ["seq"]
        constraints = [
            models.UniqueConstraint(name="timeline_event_seq", fields=["note", "seq"]),
            models.CheckConstraint(name="timeline_event_known_kind", condition=Q(kind__in=EventKind.values)),
            models.CheckConstraint(name="timeline_event_known_side", condition=Q(side__in=Side.values)),
            models.CheckConstraint(
                name="timeline_event_known_position", condition=Q(position__in=EventPosition.values)
            ),
            models.CheckConstraint(name="timeline_event_known_technique", condition=Q(technique__in=Technique.values)),
            models.CheckConstraint(name="timeline_event_pressure", condition=Q(pressure__in=PressureLevel.values)),
            models.CheckConstraint(
                name="timeline_event_known_source", condition=Q(pressure_source__in=PressureSource.values)
            ),
            models.CheckConstraint(
                name="timeline_event_comfort",
                condition=Q(comfort=None, asked_by="") | Q(comfort__in=Comfort.values, asked_by__in=AskedBy.values),
            ),
            models.CheckConstraint(
                name="timeline_event_comfort_tap_has_a_value",
                condition=~Q(kind=EventKind.COMFORT) | Q(comfort__isnull=False),
            ),
            models.CheckConstraint(
                name="timeline_event_sign",
                condition=Q(kind=EventKind.SIGN, sign__in=EventSign.values) | (~Q(kind=EventKind.SIGN) & Q(sign="")),
            ),
            models.CheckConstraint(
                name="timeline_event_known_cue", condition=Q(cue__in=["", "B1", "B2", "B3", "B4", "B5", "B6"])
            ),
        ]
        triggers = [
            append_only(),
            frozen_with_note(),
            pgtrigger.Trigger(
                name="within_limits",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("bounds", "jsonb"), ("place", "jsonb")],
                func=f"""
                    SELECT limits INTO bounds FROM massage_sessions_sessionnote WHERE id = NEW.note_id;
                    place := bounds->'structures'->(NEW.structure || ':' || NEW.side);
                    IF place IS NULL OR (place->>'locked')::boolean
                            OR place->'no_techniques' ? NEW.technique
                            OR bounds->'no_techniques' ? NEW.technique
                            OR bounds->'no_positions' ?| ARRAY[NEW.position, split_part(NEW.position, ':', 1)] THEN
                        RAISE EXCEPTION 'outside the limits of the note' USING ERRCODE = '{BEYOND_LIMITS}';
                    END IF;
                    IF NEW.pressure > (place->>'cap')::int AND NOT EXISTS (
                        SELECT 1 FROM massage_sessions_capraise r
                        WHERE r.note_id = NEW.note_id AND r.structure = NEW.structure AND r.side = NEW.side
                            AND r.pressure >= NEW.pressure
                    ) THEN
                        RAISE EXCEPTION 'above the pressure cap of the note' USING ERRCODE = '{BEYOND_LIMITS}';
                    END IF;
                    IF NEW.kind NOT IN ('stop', 'end_region', 'note') AND EXISTS (
                        SELECT 1 FROM massage_sessions_timelineevent e
                        WHERE e.note_id = NEW.note_id AND e.comfort = {Comfort.C5.value}
                            AND NOT EXISTS (SELECT 1 FROM massage_sessions_eventvoid v WHERE v.event_id = e.id)
                            AND place->'regions' ?
                                (bounds->'structures'->(e.structure || ':' || e.side)->>'first')
                        GROUP BY bounds->'structures'->(e.structure || ':' || e.side)->>'first'
                        HAVING count(*) > 1
                    ) THEN
                        RAISE EXCEPTION 'too much twice: closed for the day' USING ERRCODE = '{BEYOND_LIMITS}';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]


class EventVoid(Record):
    """Undo: the event stays and does not count."""

    event = models.OneToOneField(TimelineEvent, on_delete=models.PROTECT, related_name="void")
    reason = models.CharField(_("reason"), max_length=12, choices=VoidReason.choices)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("voided event")
        verbose_name_plural = _("voided events")
        constraints = [
            models.CheckConstraint(name="event_void_known_reason", condition=Q(reason__in=VoidReason.values))
        ]
        triggers = [
            append_only(),
            pgtrigger.Trigger(
                name=FROZEN,
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("signed", "timestamptz")],
                func=f"""
                    SELECT n.signed_at INTO signed FROM massage_sessions_timelineevent e
                        JOIN massage_sessions_sessionnote n ON n.id = e.note_id
                        WHERE e.id = NEW.event_id FOR NO KEY UPDATE OF n;
                    IF signed IS NOT NULL THEN
                        RAISE EXCEPTION 'the note is signed' USING ERRCODE = '{SIGNED}';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]


class Finding(Record):
    """One result: a test, a range of motion, or a palpated structure, per side, before or after.

    ``position``: how the client lay or sat, where the test knows one. A range of motion is measured with a ``device``,
    ``moved`` by somebody, to an ``end_feel``, with ``pain`` from 0 to 10: only the same ways are compared.
    """

    note = models.ForeignKey(SessionNote, on_delete=models.PROTECT, related_name="findings")
    code = models.CharField(max_length=20)
    side = models.CharField(max_length=1, choices=FindingSide.choices)
    phase = models.CharField(max_length=6, choices=FindingPhase.choices)
    result = models.CharField(max_length=20, blank=True)
    angle = models.SmallIntegerField(
        _("degrees"), null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(180)]
    )
    measure = models.DecimalField(_("measure"), max_digits=5, decimal_places=1, null=True, blank=True)
    tone = models.SmallIntegerField(
        _("tone"), null=True, blank=True, validators=[MinValueValidator(0), MaxValueValidator(3)]
    )
    felt_where = ArrayField(models.CharField(max_length=5), default=list, blank=True)
    position = models.CharField(_("position"), max_length=6, choices=Position.choices, blank=True)
    device = models.CharField(_("device"), max_length=60, blank=True)
    moved = models.CharField(_("moved by"), max_length=7, choices=MovedBy.choices, blank=True)
    end_feel = models.CharField(_("end feel"), max_length=5, choices=EndFeel.choices, blank=True)
    pain = models.PositiveSmallIntegerField(_("pain"), null=True, blank=True, validators=[MaxValueValidator(10)])
    comment = models.CharField(_("comment"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(name="finding_once", fields=["note", "code", "side", "phase"]),
            models.CheckConstraint(name="finding_known_side", condition=Q(side__in=FindingSide.values)),
            models.CheckConstraint(name="finding_known_phase", condition=Q(phase__in=FindingPhase.values)),
            models.CheckConstraint(name="finding_angle", condition=Q(angle=None) | Q(angle__gte=-90, angle__lte=180)),
            models.CheckConstraint(name="finding_tone", condition=Q(tone=None) | Q(tone__gte=0, tone__lte=3)),
            models.CheckConstraint(name="finding_pain", condition=Q(pain=None) | Q(pain__lte=10)),
            models.CheckConstraint(
                name="finding_known_words",
                condition=Q(position__in=["", *Position.values])
                & Q(moved__in=["", *MovedBy.values])
                & Q(end_feel__in=["", *EndFeel.values]),
            ),
            models.CheckConstraint(
                name="finding_says_something",
                condition=~Q(result="") | Q(angle__isnull=False) | Q(measure__isnull=False) | Q(tone__isnull=False),
            ),
        ]
        triggers = [
            frozen_with_note(),
            pgtrigger.Trigger(
                name="within_limits",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                declare=[("bounds", "jsonb")],
                func=f"""
                    SELECT limits INTO bounds FROM massage_sessions_sessionnote WHERE id = NEW.note_id;
                    IF bounds->'no_tests' ?| ARRAY[NEW.code, NEW.code || ':' || NEW.side]
                            OR (bounds->'structures'->(NEW.code || ':' || NEW.side)->>'locked')::boolean
                            OR bounds->'no_positions' ? NEW.position
                            OR (NEW.position = '{Position.SIDE.value}' AND bounds->'no_positions' ?
                                CASE NEW.side WHEN 'L' THEN 'SIDE:R' ELSE 'SIDE:L' END) THEN
                        RAISE EXCEPTION 'not done today' USING ERRCODE = '{BEYOND_LIMITS}';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]


class Addendum(Record):
    """What is added to a signed note, marked for good with kind, author and both dates (clinical reference 6.5)."""

    note = models.ForeignKey(SessionNote, on_delete=models.PROTECT, related_name="addenda")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=10, choices=AddendumKind.choices)
    happened_at = models.DateTimeField(_("when it happened"))
    recorded_at = models.DateTimeField(_("date of entry"))
    text = models.TextField(_("text"), max_length=TEXT_LENGTH)

    class Meta:
        verbose_name = _("addendum")
        verbose_name_plural = _("addenda")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="addendum_known_kind", condition=Q(kind__in=AddendumKind.values)),
            models.CheckConstraint(name="addendum_has_text", condition=~Q(text="")),
            models.CheckConstraint(
                name="addendum_is_not_about_the_future", condition=Q(happened_at__lte=models.F("recorded_at"))
            ),
        ]
        triggers = [
            append_only(),
            sealed_at_commit("later"),
            pgtrigger.Trigger(
                name="signed_note_only",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("signed", "timestamptz")],
                func=f"""
                    SELECT signed_at INTO signed FROM massage_sessions_sessionnote WHERE id = NEW.note_id FOR SHARE;
                    IF signed IS NULL THEN
                        RAISE EXCEPTION 'an addendum needs a signed note' USING ERRCODE = '{SIGNED}';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]


class NoteStrike(Record):
    """The whole note struck by its author: it stays readable and counts nowhere."""

    note = models.OneToOneField(SessionNote, on_delete=models.PROTECT, related_name="strike")
    reason = models.CharField(_("reason"), max_length=12, choices=StrikeReason.choices)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("struck note")
        verbose_name_plural = _("struck notes")
        constraints = [
            models.CheckConstraint(name="note_strike_known_reason", condition=Q(reason__in=StrikeReason.values))
        ]
        triggers = [append_only(), sealed_at_commit("later")]


class Reentry(Record):
    """A note struck for the wrong client, and the note in which its author entered the visit again for the right one.

    Both stay readable, each in the record of its own client; neither names the other client to who may not read it.
    """

    struck = models.OneToOneField(SessionNote, on_delete=models.PROTECT, related_name="entered_again")
    note = models.OneToOneField(SessionNote, on_delete=models.PROTECT, related_name="entered_from")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("note entered again")
        verbose_name_plural = _("notes entered again")
        triggers = [
            append_only(),
            pgtrigger.Trigger(
                name="struck_for_the_wrong_client",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=f"""
                    IF NOT EXISTS (
                        SELECT 1
                        FROM massage_sessions_sessionnote was
                        JOIN massage_sessions_notestrike s ON s.note_id = was.id AND s.reason = 'wrong_client'
                        JOIN massage_sessions_sessionnote now ON now.id = NEW.note_id
                        WHERE was.id = NEW.struck_id AND was.client_id <> now.client_id
                            AND was.therapist_id = NEW.by_id AND now.therapist_id = NEW.by_id
                            AND NOT EXISTS (SELECT 1 FROM massage_sessions_notestrike x WHERE x.note_id = now.id)
                    ) THEN
                        RAISE EXCEPTION 'not a note struck for the wrong client and one of its author for another'
                            USING ERRCODE = '{NEVER_CHANGES}';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]
