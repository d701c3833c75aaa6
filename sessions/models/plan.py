"""The stretch plan: one per client, published in versions, with what the client logged at home.

Error codes of the triggers as in ``sessions.models.note``.
"""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.models import Client, ContentEdition, User
from clinic.models.base import Record, append_only
from clinic.vocabulary import Comfort
from sessions.models.note import BEYOND_LIMITS, NEVER_CHANGES, SIGNED

#: SQL: the level, 0 to 3, that ``levels`` (of one stretch) allows an ``item`` on one side; off the bed it may be less.
_ON_SIDE = """COALESCE(CASE WHEN {item}.on_bed THEN NULL ELSE (levels->>'{side}/floor')::int END,
    (levels->>'{side}')::int, 0)"""
_LEFT, _RIGHT = (_ON_SIDE.replace("{side}", side) for side in "LR")
#: SQL: the same for the side of the ``item``; B is the lower of both.
_ALLOWED = f"CASE {{item}}.side WHEN 'L' THEN {_LEFT} WHEN 'R' THEN {_RIGHT} ELSE LEAST({_LEFT}, {_RIGHT}) END"


class ItemSide(models.TextChoices):
    """On which side the client does a stretch; both means one after the other."""

    LEFT = "L", _("left")
    RIGHT = "R", _("right")
    BOTH = "B", _("both sides")


class ItemReason(models.TextChoices):
    """Coded reasons for an item beyond the screening's stretch levels (design rules, section 6)."""

    CLEARED = "cleared_in_writing", _("cleared in writing by their doctor")
    SMALLER_RANGE = "smaller_range", _("done inside a smaller, pain-free range")
    NO_LONGER = "no_longer_applies", _("the limit no longer applies: send it for review")


class Sensation(models.TextChoices):
    """What the client felt beside comfort; a nerve sign stops the stretch (clinical reference 4.6, rule 4)."""

    NERVE = "nerve", _("Went down the leg, electric or numb")


class StretchPlan(Record):
    """The one plan of a client, whose address never changes; paused while ``paused_at`` is set."""

    client = models.OneToOneField(Client, on_delete=models.PROTECT, related_name="stretch_plan")
    paused_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("stretch plan")
        verbose_name_plural = _("stretch plans")
        triggers = [pgtrigger.ReadOnly(name="client_never_changes", fields=["client", "uuid"])]


class PlanVersion(Record):
    """One edition of the plan: a draft until it is published, frozen from then on."""

    plan = models.ForeignKey(StretchPlan, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    screening = models.ForeignKey("intake.Screening", on_delete=models.PROTECT, related_name="+")
    edition = models.ForeignKey(ContentEdition, on_delete=models.PROTECT, related_name="+")
    message = models.CharField(_("message to the client"), max_length=500, blank=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    published_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("plan version")
        verbose_name_plural = _("plan versions")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(name="plan_version_number", fields=["plan", "number"]),
            models.UniqueConstraint(
                name="plan_version_one_draft", fields=["plan"], condition=Q(published_at__isnull=True)
            ),
            models.CheckConstraint(
                name="plan_version_published_by_someone",
                condition=Q(published_at=None, published_by=None)
                | Q(published_at__isnull=False, published_by__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="frozen_when_published",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                declare=[("item", "record"), ("levels", "jsonb"), ("allowed", "integer")],
                func=f"""
                    IF OLD.published_at IS NOT NULL THEN
                        RAISE EXCEPTION 'the version is published' USING ERRCODE = '{SIGNED}';
                    END IF;
                    IF TG_OP = 'DELETE' THEN
                        RETURN OLD;
                    END IF;
                    IF (OLD.plan_id, OLD.number, OLD.screening_id) IS DISTINCT FROM
                       (NEW.plan_id, NEW.number, NEW.screening_id) THEN
                        RAISE EXCEPTION 'this column never changes' USING ERRCODE = '{NEVER_CHANGES}';
                    END IF;
                    IF NEW.published_at IS NOT NULL THEN
                        FOR item IN SELECT * FROM massage_sessions_planitem WHERE version_id = NEW.id LOOP
                            SELECT s.stretch_levels->item.stretch INTO levels
                                FROM intake_screening s WHERE s.id = NEW.screening_id;
                            allowed := {_ALLOWED.format(item="item")};
                            IF item.level > allowed AND NOT EXISTS (
                                SELECT 1 FROM massage_sessions_itemoverride o
                                WHERE o.item_id = item.id AND o.level >= item.level
                            ) THEN
                                RAISE EXCEPTION 'beyond the stretch levels of the screening'
                                    USING ERRCODE = '{BEYOND_LIMITS}';
                            END IF;
                        END LOOP;
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="starts_as_draft",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__published_at__isnull=False),
                func=f"""
                    RAISE EXCEPTION 'a version starts as a draft' USING ERRCODE = '{NEVER_CHANGES}';
                """,
            ),
            pgtrigger.Trigger(
                name="one_client",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=f"""
                    IF NOT EXISTS (
                        SELECT 1 FROM massage_sessions_stretchplan p
                        JOIN intake_screening s ON s.id = NEW.screening_id
                        JOIN intake_intake i ON i.id = s.intake_id
                        WHERE p.id = NEW.plan_id AND p.client_id = i.client_id
                    ) THEN
                        RAISE EXCEPTION 'screening and plan are of different clients'
                            USING ERRCODE = '{NEVER_CHANGES}';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]


class PlanItem(Record):
    """One stretch of a version: side, level 1 to 3, dose, note, place in the list.

    Seconds, repetitions and sets of one round; ``times_per_day`` rounds on ``days_per_week`` days.
    """

    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()
    stretch = models.CharField(max_length=30)
    side = models.CharField(_("side"), max_length=1, choices=ItemSide.choices)
    level = models.PositiveSmallIntegerField(_("level"), validators=[MinValueValidator(1), MaxValueValidator(3)])
    hold_seconds = models.PositiveSmallIntegerField(_("seconds"), validators=[MaxValueValidator(600)])
    repetitions = models.PositiveSmallIntegerField(
        _("repetitions"), validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    sets = models.PositiveSmallIntegerField(
        _("sets"), default=1, validators=[MinValueValidator(1), MaxValueValidator(10)]
    )
    times_per_day = models.PositiveSmallIntegerField(
        _("times a day"), default=1, validators=[MinValueValidator(1), MaxValueValidator(6)]
    )
    days_per_week = models.PositiveSmallIntegerField(
        _("days a week"), default=7, validators=[MinValueValidator(1), MaxValueValidator(7)]
    )
    on_bed = models.BooleanField(_("done on the bed"), default=False)
    note = models.CharField(_("note to the client"), max_length=300, blank=True)
    override_reason = models.CharField(_("reason to go beyond"), max_length=20, choices=ItemReason.choices, blank=True)

    class Meta:
        verbose_name = _("plan item")
        verbose_name_plural = _("plan items")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(name="plan_item_once", fields=["version", "stretch", "side"]),
            models.CheckConstraint(name="plan_item_known_side", condition=Q(side__in=ItemSide.values)),
            models.CheckConstraint(name="plan_item_level", condition=Q(level__gte=1, level__lte=3)),
            models.CheckConstraint(
                name="plan_item_known_reason", condition=Q(override_reason__in=["", *ItemReason.values])
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="frozen_with_version",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                declare=[("published", "timestamptz")],
                func=f"""
                    IF TG_OP = 'UPDATE' THEN
                        IF OLD.version_id IS DISTINCT FROM NEW.version_id THEN
                            RAISE EXCEPTION 'an item never moves to another version'
                                USING ERRCODE = '{NEVER_CHANGES}';
                        END IF;
                        IF (OLD.stretch, OLD.side, OLD.level, OLD.on_bed) IS DISTINCT FROM
                           (NEW.stretch, NEW.side, NEW.level, NEW.on_bed) AND EXISTS (
                            SELECT 1 FROM massage_sessions_itemoverride o WHERE o.item_id = OLD.id
                        ) THEN
                            RAISE EXCEPTION 'the override stands for what the item was'
                                USING ERRCODE = '{NEVER_CHANGES}';
                        END IF;
                    END IF;
                    IF TG_OP <> 'INSERT' THEN
                        SELECT published_at INTO published FROM massage_sessions_planversion
                            WHERE id = OLD.version_id FOR SHARE;
                        IF published IS NOT NULL THEN
                            RAISE EXCEPTION 'the version is published' USING ERRCODE = '{SIGNED}';
                        END IF;
                    END IF;
                    IF TG_OP = 'DELETE' THEN
                        RETURN OLD;
                    END IF;
                    SELECT published_at INTO published FROM massage_sessions_planversion
                        WHERE id = NEW.version_id FOR SHARE;
                    IF published IS NOT NULL THEN
                        RAISE EXCEPTION 'the version is published' USING ERRCODE = '{SIGNED}';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="within_stretch_levels",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                declare=[("allowed", "integer"), ("levels", "jsonb")],
                func=f"""
                    SELECT s.stretch_levels->NEW.stretch INTO levels
                        FROM massage_sessions_planversion v JOIN intake_screening s ON s.id = v.screening_id
                        WHERE v.id = NEW.version_id;
                    allowed := {_ALLOWED.format(item="NEW")};
                    IF NEW.level > allowed AND NEW.override_reason = '' THEN
                        RAISE EXCEPTION 'beyond the stretch levels of the screening'
                            USING ERRCODE = '{BEYOND_LIMITS}';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    @property
    def side_label(self) -> str:
        """The side in words."""
        return str(self.get_side_display())


class ItemOverride(Record):
    """An item published beyond the screening's levels, up to ``level``, by a named therapist with a coded reason.

    Written when the version is published: until then the reason stands on the draft's item and may be taken back.
    """

    item = models.ForeignKey(PlanItem, on_delete=models.PROTECT, related_name="overrides")
    level = models.PositiveSmallIntegerField(_("level"), validators=[MinValueValidator(1), MaxValueValidator(3)])
    reason = models.CharField(_("reason"), max_length=20, choices=ItemReason.choices)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("item override")
        verbose_name_plural = _("item overrides")
        constraints = [
            models.CheckConstraint(name="item_override_known_reason", condition=Q(reason__in=ItemReason.values)),
            models.CheckConstraint(name="item_override_level", condition=Q(level__gte=1, level__lte=3)),
        ]
        triggers = [append_only()]


class StretchLog(Record):
    """What the client ticked at home: done or not on a day, how it felt, what it was like."""

    item = models.ForeignKey(PlanItem, on_delete=models.PROTECT, related_name="logs")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="stretch_logs")
    client_uuid = models.UUIDField(unique=True)
    on = models.DateField()
    done = models.BooleanField()
    comfort = models.SmallIntegerField(null=True, blank=True, choices=Comfort.choices)
    sensation = models.CharField(max_length=10, choices=Sensation.choices, blank=True)
    #: Asked at the next time: still sore more than a day after the time before (clinical reference 5.1, stop rule 4).
    sore = models.BooleanField(default=False)
    felt_where = ArrayField(models.CharField(max_length=5), default=list, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("stretch log")
        verbose_name_plural = _("stretch logs")
        ordering = ["-id"]
        indexes = [models.Index(fields=["client", "-on"], name="stretch_log_client")]
        constraints = [
            models.CheckConstraint(
                name="stretch_log_comfort", condition=Q(comfort=None) | Q(comfort__in=Comfort.values)
            ),
            models.CheckConstraint(
                name="stretch_log_known_sensation", condition=Q(sensation__in=["", *Sensation.values])
            ),
        ]
        triggers = [
            append_only(),
            pgtrigger.Trigger(
                name="own_published_item",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=f"""
                    IF NOT EXISTS (
                        SELECT 1 FROM massage_sessions_planitem i
                        JOIN massage_sessions_planversion v ON v.id = i.version_id AND v.published_at IS NOT NULL
                        JOIN massage_sessions_stretchplan p ON p.id = v.plan_id
                        WHERE i.id = NEW.item_id AND p.client_id = NEW.client_id
                    ) THEN
                        RAISE EXCEPTION 'not a published item of this client' USING ERRCODE = '{NEVER_CHANGES}';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]
