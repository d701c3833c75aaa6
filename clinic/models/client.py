"""The person who receives massage, who speaks for them, and who opens their plan."""

from __future__ import annotations

import re
import secrets

import pghistory
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.models.base import Record
from clinic.models.user import User
from clinic.roles import STAFF, Role
from clinic.rules.text import plain


def new_reference() -> str:
    """A human reference that can be said aloud and guessed by nobody: six digits as "417-902"."""
    digits = f"{secrets.randbelow(10**6):06}"
    return f"{digits[:3]}-{digits[3:]}"


class Sex(models.TextChoices):
    """Sex recorded at birth, as the intake asks it."""

    FEMALE = "female", _("Female")
    MALE = "male", _("Male")
    INTERSEX = "intersex", _("Intersex")
    PREFER_NOT = "prefer_not", _("I would rather not say")


class ClientQuerySet(models.QuerySet["Client"]):
    """Who may see which client: written here once, every other record's scope goes through it."""

    def visible_to(self, user: User) -> ClientQuerySet:
        """Clients whose name and contact data ``user`` may see: staff every one, a client those of their access."""
        if user.is_active and user.holds(*STAFF):
            return self
        if user.is_active and user.holds(Role.CLIENT):
            return self.filter(portal_access__user=user, portal_access__ended_at=None)
        return self.none()

    def charted_for(self, user: User, *, every_therapist: bool) -> ClientQuerySet:
        """Clients whose health record ``user`` may read.

        The owner reads all; a therapist those in their care (an open care row), or all when the practice has
        widened it (``every_therapist``). The desk alone and clients read none.
        """
        if not user.is_active:
            return self.none()
        if user.holds(Role.OWNER) or (every_therapist and user.holds(Role.THERAPIST)):
            return self
        if user.holds(Role.THERAPIST):
            return self.filter(care__therapist=user, care__until=None)
        return self.none()

    def matching(self, text: str) -> ClientQuerySet:
        """Clients with every word of ``text`` somewhere in name, reference, phone digits, e-mail or birth date."""
        found = self
        words = text.casefold().split()
        if len(words) > 1 and re.fullmatch(r"[+(]?[\d\s().-]+", text.strip()):
            words = ["".join(words)]  # one phone number, typed in groups
        for word in words:
            digits = re.sub(r"\D", "", word)
            either = Q(email__icontains=word) | Q(ref=word)
            if name := plain(word):
                either |= Q(search_text__contains=name)
            if len(digits) >= 3 and not re.search(r"[^\d+().-]", word):
                either |= Q(phone_digits__contains=digits.lstrip("0") or digits) | Q(birth_date_text__contains=word)
            if day := re.fullmatch(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})", word):
                either |= Q(birth_date_text=f"{day[3]}-{int(day[2]):02}-{int(day[1]):02}")
            found = found.filter(either)
        return found


@pghistory.track()
class Client(Record):
    """What a massage record must contain about the person (clinical reference 6.2), and a human reference."""

    ref = models.CharField(_("reference"), max_length=7, unique=True, default=new_reference, editable=False)
    first_name = models.CharField(_("first name"), max_length=80)
    last_name = models.CharField(_("last name"), max_length=80)
    preferred_name = models.CharField(_("what to call them"), max_length=80, blank=True)
    pronouns = models.CharField(_("pronouns"), max_length=40, blank=True)
    birth_date = models.DateField(_("date of birth"))
    sex = models.CharField(_("sex recorded at birth"), max_length=12, choices=Sex.choices, blank=True)
    phone = models.CharField(_("mobile phone"), max_length=20, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    address = models.CharField(_("home address"), max_length=300, blank=True)
    emergency_name = models.CharField(_("emergency contact"), max_length=120, blank=True)
    emergency_relation = models.CharField(_("their link to the client"), max_length=60, blank=True)
    emergency_phone = models.CharField(_("their phone"), max_length=20, blank=True)
    pcp_name = models.CharField(_("doctor or clinic for everyday care"), max_length=120, blank=True)
    pcp_contact = models.CharField(_("phone or secure e-mail of that doctor"), max_length=120, blank=True)
    language = models.CharField(_("language for health talk"), max_length=35, default="en")
    access_needs = models.CharField(_("access needs"), max_length=300, blank=True)
    search_text = models.CharField(max_length=500, editable=False)
    phone_digits = models.CharField(max_length=20, editable=False, blank=True)
    birth_date_text = models.CharField(max_length=10, editable=False)
    merged_into = models.ForeignKey("self", null=True, blank=True, editable=False, on_delete=models.PROTECT)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(editable=False)

    objects = ClientQuerySet.as_manager()

    class Meta:
        verbose_name = _("client")
        verbose_name_plural = _("clients")
        ordering = ["search_text", "id"]
        indexes = [
            models.Index(OpClass("search_text", name="text_pattern_ops"), "id", name="client_search_text"),
            models.Index(fields=["phone_digits"], name="client_phone_digits"),
            models.Index(fields=["birth_date"], name="client_birth_date"),
        ]
        constraints = [
            models.CheckConstraint(
                name="client_birth_date_in_range",
                condition=Q(birth_date__gte="1900-01-01") & Q(birth_date__lte="2200-01-01"),
            ),
            models.CheckConstraint(
                name="client_merged_into_another",
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=models.F("id")),
            ),
            models.CheckConstraint(name="client_known_sex", condition=Q(sex__in=[*Sex.values, ""])),
        ]

    def clean(self) -> None:
        """Derive what the search looks at."""
        self.first_name, self.last_name = " ".join(self.first_name.split()), " ".join(self.last_name.split())
        self.search_text = plain(f"{self.last_name} {self.first_name} {self.preferred_name}")
        self.phone_digits = re.sub(r"\D", "", self.phone)
        self.birth_date_text = self.birth_date.isoformat() if self.birth_date else ""

    @property
    def name(self) -> str:
        """First and last name, as the desk says it."""
        return f"{self.first_name} {self.last_name}"

    @property
    def called(self) -> str:
        """How the client is addressed."""
        return self.preferred_name or self.first_name


class Guardian(Record):
    """A parent or decision-maker who speaks for a client."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="guardians")
    name = models.CharField(_("name"), max_length=120)
    relation = models.CharField(_("link to the client"), max_length=60)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    stays_in_room = models.BooleanField(_("stays in the room"), default=True)

    class Meta:
        verbose_name = _("guardian")
        verbose_name_plural = _("guardians")


class PortalRelation(models.TextChoices):
    """Why an account opens this client's plan."""

    SELF = "self", _("The client")
    PARENT = "parent", _("Parent or guardian")
    HELPER = "helper", _("Helper")


#: Who may read the client's visits, forms, consents and data, and take a consent back: a helper has the plan alone.
SPEAKS_FOR_CLIENT = (PortalRelation.SELF, PortalRelation.PARENT)


class PortalAccess(Record):
    """One account may open one client's plan, until it is ended."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="portal_access")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="portal_access")
    relation = models.CharField(_("link"), max_length=10, choices=PortalRelation.choices)
    opened_at = models.DateTimeField(editable=False)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("portal access")
        verbose_name_plural = _("portal access")
        constraints = [
            models.UniqueConstraint(
                name="portal_access_one_open", fields=["user", "client"], condition=Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(
                name="portal_access_known_relation", condition=Q(relation__in=PortalRelation.values)
            ),
        ]
