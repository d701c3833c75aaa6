"""What holds for every request: private answers, session clocks, confinement, who-did-it for the history."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pghistory.middleware
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from clinic.access import confined
from clinic.roles import Role

Handler = Callable[[HttpRequest], HttpResponse]
#: The steps of a staff sign-in; a code for a client is not among them.
_STAFF_SIGN_IN = ("account_login", "mfa_authenticate", "mfa_login_webauthn", "healthz", "readyz")
_ACTIVITY_GRAIN = 60  # seconds; the clock is written at most once a minute


class PrivateResponses:
    """Refuses what no page of ours sends, and keeps answers out of every cache."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD", "POST", "OPTIONS"):
            response = HttpResponse(status=405, headers={"Allow": "GET, HEAD, POST, OPTIONS"})
        elif "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            response = HttpResponse(status=400)
        elif request.method == "POST" and request.headers.get("Sec-Fetch-Site") == "cross-site":
            response = render(request, "403.html", status=403)
        else:
            response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
        if request.method == "POST" and request.path in map(reverse, ("account_logout", "admin:logout")):
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response


class SessionClock:
    """Ends a staff session after 15 idle minutes or 12 hours. Background requests never extend it.

    Expiry is checked before anything else. A page's own background read (an htmx GET) is no activity; a POST is
    somebody typing or tapping, so it is.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and not request.user.holds(Role.CLIENT):
            now = int(timezone.now().timestamp())
            started = request.session.get("started", now)
            seen = request.session.get("seen", now)
            if now - started > settings.CLINIC_STAFF_SESSION_SECONDS or now - seen > settings.CLINIC_STAFF_IDLE_SECONDS:
                logout(request)
            else:
                background = request.method == "GET" and request.headers.get("HX-Request") == "true"
                if "started" not in request.session or (not background and now - seen > _ACTIVITY_GRAIN):
                    request.session["started"], request.session["seen"] = started, now
        if not request.user.is_authenticated and request.headers.get("HX-Request") == "true":
            return HttpResponse(status=401)  # the page keeps what was typed and asks to sign in again
        return self.get_response(request)


class ConfinedSessions:
    """A browser session confined to one path reaches nothing else but the staff sign-in that ends it.

    One that is not locked (the client's own device) is led nowhere: elsewhere it is somebody who is not signed in.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        bounds = confined(request)
        if bounds and bounds.get("locked", True) and not request.user.is_authenticated:
            inside = request.path.startswith((bounds["path"], settings.STATIC_URL)) or request.path == bounds.get(
                "rest"
            )
            if not inside and request.path not in map(reverse, _STAFF_SIGN_IN):
                return redirect(bounds["path"])
        return self.get_response(request)


class OneTimePasswords:
    """Somebody who signed in with a one-time password reaches the page for a new one, and nothing else."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and request.user.password_is_temporary:
            change = reverse("account_change_password")
            if request.path not in (change, reverse("account_logout")):
                return redirect(change)
        return self.get_response(request)


class HistoryContext(pghistory.middleware.HistoryMiddleware):
    """Stores who changed a row beside its history: the account's key, never the address of the page."""

    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        """Metadata of every change in this request."""
        return {"user": request.user.pk if request.user.is_authenticated else None}
