"""The top floor as a Django app."""

from django.apps import AppConfig


class SessionsConfig(AppConfig):
    """Session notes, stretch plans, portal. Django owns the label "sessions", so ours differs from the package."""

    name = "sessions"
    label = "massage_sessions"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Sessions"
