"""The four roles. A staff account holds one or more of the first three and has the union of their rights."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a user does here; the client role excludes every other."""

    OWNER = "owner", _("Owner")
    THERAPIST = "therapist", _("Therapist")
    FRONT_DESK = "front_desk", _("Front desk")
    CLIENT = "client", _("Client")


STAFF = (Role.OWNER, Role.THERAPIST, Role.FRONT_DESK)
