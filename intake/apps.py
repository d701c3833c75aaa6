"""The middle floor as a Django app."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Questions, flags, screening, consent."""

    name = "intake"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Intake"
