"""The ground floor as a Django app."""

from django.apps import AppConfig
from django.core import checks

from clinic.checks import CHECKS


class ClinicConfig(AppConfig):
    """People, access, diary, audit; system checks are registered here."""

    name = "clinic"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Practice"

    def ready(self) -> None:
        """Register the checks of our own settings."""
        for check, tag in CHECKS:
            checks.register(check, tag)
