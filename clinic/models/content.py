"""Editions of the clinical catalogues, so that old answers keep the wording they were given under."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.models.base import Record, append_only
from clinic.models.user import User


class ContentKind(models.TextChoices):
    """Which catalogue an edition is of."""

    QUESTIONS = "questions", _("questions")
    CONSENTS = "consents", _("consents")
    CONTRAINDICATIONS = "contraindications", _("contraindications")
    STRETCHES = "stretches", _("stretches")
    TESTS = "tests", _("tests")


class ContentEdition(Record):
    """The whole text of one catalogue as it was in use, by hash."""

    kind = models.CharField(max_length=20, choices=ContentKind.choices)
    language = models.CharField(max_length=10, default="en")
    hash = models.CharField(max_length=64, unique=True)
    content = models.TextField()
    first_used_at = models.DateTimeField()

    class Meta:
        verbose_name = _("content edition")
        verbose_name_plural = _("content editions")
        ordering = ["kind", "-id"]
        constraints = [
            models.CheckConstraint(name="content_edition_known_kind", condition=Q(kind__in=ContentKind.values))
        ]
        triggers = [append_only()]

    @property
    def number(self) -> str:
        """The short name of the edition: the first eight letters of its hash."""
        return self.hash[:8]


class EditionSignOff(Record):
    """A named clinician has read an edition and takes responsibility for it."""

    edition = models.ForeignKey(ContentEdition, on_delete=models.PROTECT, related_name="sign_offs")
    clinician = models.CharField(_("name of the clinician"), max_length=120)
    profession = models.CharField(_("profession"), max_length=120)
    signed_on = models.DateField(_("on"))
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("sign-off")
        verbose_name_plural = _("sign-offs")
        triggers = [append_only()]
