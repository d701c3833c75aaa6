"""The practice itself and its locations."""

import zoneinfo

import pghistory
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.models.base import Record


def known_time_zone(name: str) -> None:
    """Refuse a name that is not in the time zone database."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("“%(name)s” is not a time zone. Write it like Europe/London."), params={"name": name})


@pghistory.track()
class Practice(Record):
    """The one row of settings: one installation is one practice."""

    only = models.BooleanField(default=True, editable=False, unique=True)
    name = models.CharField(_("name"), max_length=120)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    emergency_number = models.CharField(
        _("emergency number"), max_length=40, blank=True, help_text=_("Shown on every stop page. There is no default.")
    )
    emergency_wording = models.TextField(
        _("emergency wording"),
        max_length=500,
        blank=True,
        help_text=_("What a client reads when the answers ask for emergency care, in the words used where you are."),
    )
    majority_age = models.PositiveSmallIntegerField(
        _("age of majority"), default=18, validators=[MinValueValidator(14), MaxValueValidator(21)]
    )
    table_limit_kg = models.PositiveSmallIntegerField(_("table limit in kg"), null=True, blank=True)
    retention_years = models.PositiveSmallIntegerField(
        _("years that records are kept"), default=10, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    comfort_words = models.JSONField(
        _("comfort words"),
        default=dict,
        blank=True,
        help_text=_('Your own words for the five steps, such as {"3": "Just right"}. Codes stay.'),
    )
    form_first_days = models.PositiveSmallIntegerField(
        _("days before a visit with the first mail about a missing form"),
        null=True,
        blank=True,
        default=3,
        validators=[MaxValueValidator(30)],
        help_text=_("Empty: no such mail."),
    )
    form_second_days = models.PositiveSmallIntegerField(
        _("days before a visit with the second mail about a missing form"),
        null=True,
        blank=True,
        default=1,
        validators=[MaxValueValidator(30)],
        help_text=_("Empty: no such mail."),
    )
    all_therapists_read_all = models.BooleanField(_("all therapists read all charts"), default=False)
    is_demo = models.BooleanField(default=False, editable=False)

    #: True when every clinical catalogue in use has a sign-off; ``queries.practice`` finds out.
    content_signed_off = False

    class Meta:
        verbose_name = _("practice")
        verbose_name_plural = _("practice")
        constraints = [
            models.CheckConstraint(name="practice_is_one_row", condition=Q(only=True)),
            models.CheckConstraint(
                name="practice_majority_age", condition=Q(majority_age__gte=14, majority_age__lte=21)
            ),
            models.CheckConstraint(
                name="practice_form_mails_in_order",
                condition=Q(form_first_days=None)
                | Q(form_second_days=None)
                | Q(form_second_days__lt=models.F("form_first_days")),
            ),
        ]

    def clean(self) -> None:
        """Comfort words: steps "1" to "5" only, each a short word. The second form mail is the later one."""
        first, second = self.form_first_days, self.form_second_days
        if first is not None and second is not None and second >= first:
            raise ValidationError({"form_second_days": _("Use fewer days than for the first mail.")})
        words = self.comfort_words
        fits = isinstance(words, dict) and all(
            step in {"1", "2", "3", "4", "5"} and isinstance(word, str) and 0 < len(word.strip()) <= 30
            for step, word in words.items()
        )
        if not fits:
            raise ValidationError(
                {"comfort_words": _("Give steps 1 to 5 with a word of up to 30 letters, or leave it empty.")}
            )


class Location(Record):
    """A place where the practice treats; its time zone decides which day it is there."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=60, validators=[known_time_zone])

    class Meta:
        verbose_name = _("location")
        verbose_name_plural = _("locations")
        ordering = ["name"]
