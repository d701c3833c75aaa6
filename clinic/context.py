"""What every page knows: the practice, the user's own navigation, the demo mark, the content notice."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from clinic import queries
from clinic.access import confined
from clinic.content import edition_number


def _navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The start pages and lists the user's roles open, in the order of settings."""
    user = request.user
    if not user.is_authenticated:
        return []
    return [
        {"label": label, "url": reverse(name), "current": request.path == reverse(name)}
        for label, name, roles in settings.CLINIC_NAVIGATION
        if user.holds(*roles)
    ]


def practice(request: HttpRequest) -> dict[str, Any]:
    """``practice``, ``demo``, ``nav``, ``roles_text``, ``content_notice``; the practice is read once, when first used,
    unless the view has read it already and left it on the request.

    An answer to a request that failed before sign-in was worked out (a bad address, a wrong method) has no user.
    """
    row = getattr(request, "practice", None) or SimpleLazyObject(queries.practice)
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated

    def notice() -> str:
        if row.content_signed_off:
            return ""
        return _("Clinical content edition %(number)s, not yet signed off by a clinician") % {
            "number": edition_number()
        }

    return {
        "practice": row,
        "demo": SimpleLazyObject(lambda: row.is_demo),
        "nav": _navigation(request) if signed_in else [],
        "roles_text": ", ".join(user.role_labels) if signed_in else "",
        "content_notice": SimpleLazyObject(notice),
        "confined": hasattr(request, "session") and confined(request) is not None,
    }
