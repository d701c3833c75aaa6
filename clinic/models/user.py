"""Accounts that sign in."""

from __future__ import annotations

from typing import Any

import pghistory
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.models.base import Record
from clinic.roles import STAFF, Role


class TextSize(models.TextChoices):
    """How large the client's pages are set."""

    NORMAL = "normal", _("normal")
    LARGE = "large", _("large")
    LARGEST = "largest", _("largest")


class UserManager(BaseUserManager["User"]):
    """Looks accounts up by e-mail without regard to case."""

    def get_by_natural_key(self, username: str | None) -> User:
        """The account with this e-mail; raises ``User.DoesNotExist``."""
        return self.get(email=(username or "").strip().casefold())


@pghistory.track(exclude=["password", "last_login"])
class User(Record, AbstractBaseUser):
    """A person who signs in: staff with one or more roles, or a client."""

    email = models.EmailField(_("e-mail"), unique=True)
    roles = ArrayField(models.CharField(max_length=20, choices=Role.choices), verbose_name=_("roles"))
    printed_name = models.CharField(_("name as printed on notes"), max_length=120, validators=[MinLengthValidator(2)])
    licence_no = models.CharField(_("licence number"), max_length=60, blank=True)
    supervised_by = models.ForeignKey(
        "self", verbose_name=_("supervised by"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    disabled_at = models.DateTimeField(_("disabled at"), null=True, blank=True, editable=False)
    #: True after a one-time password was handed out; until a new one is chosen no other page opens.
    password_is_temporary = models.BooleanField(default=False, editable=False)
    text_size = models.CharField(_("text size"), max_length=10, choices=TextSize.choices, default=TextSize.NORMAL)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []  # type: ignore[misc]
    objects = UserManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["printed_name", "email"]
        constraints = [
            models.CheckConstraint(
                name="user_has_known_roles", condition=Q(roles__contained_by=Role.values) & ~Q(roles=[])
            ),
            models.CheckConstraint(
                name="user_client_role_is_exclusive",
                condition=~Q(roles__contains=[Role.CLIENT]) | Q(roles=[Role.CLIENT]),
            ),
            models.CheckConstraint(
                name="user_disabled_has_a_time",
                condition=Q(is_active=True, disabled_at=None) | Q(is_active=False, disabled_at__isnull=False),
            ),
            models.CheckConstraint(name="user_known_text_size", condition=Q(text_size__in=TextSize.values)),
        ]

    def clean(self) -> None:
        """E-mail without regard to case: stored casefolded."""
        self.email = self.email.strip().casefold()

    def get_full_name(self) -> str:
        """The printed name; what other people's screens show."""
        return self.printed_name

    def holds(self, *roles: Role) -> bool:
        """True when the account has at least one of ``roles``."""
        return any(role in self.roles for role in roles)

    @property
    def is_therapist(self) -> bool:
        """Whether the account writes notes; pages ask by this name."""
        return self.holds(Role.THERAPIST)

    @property
    def role_labels(self) -> list[str]:
        """The roles in words, for pages."""
        return [str(Role(role).label) for role in self.roles]

    @property
    def is_staff(self) -> bool:
        """Any staff role; Django's admin asks for this name."""
        return self.holds(*STAFF)

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Rights come from roles, asked by the pages themselves: no permission is granted by name."""
        return False

    def has_module_perms(self, app_label: str) -> bool:
        """The admin lists a section when one of its pages lets the user in."""
        return self.is_active and self.is_staff


class DeskCode(Record):
    """A one-time sign-in code that the desk printed for a client whose mail fails.

    Only a keyed hash is stored. It is spent by ``used_at``, worthless after ``expires_at`` or five wrong ``tries``.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="desk_codes")
    code_hash = models.CharField(max_length=64, editable=False)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("code from the desk")
        verbose_name_plural = _("codes from the desk")
        constraints = [
            models.UniqueConstraint(name="desk_code_one_open", fields=["user"], condition=Q(used_at__isnull=True)),
            models.CheckConstraint(name="desk_code_tries", condition=Q(tries__lte=5)),
        ]
