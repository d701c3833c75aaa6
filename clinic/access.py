"""Who may open which page. The only place where a role is compared with a page.

Everything is shut by default (LoginRequiredMiddleware); a view names its roles here, or says that it is open. A
"confined" browser session belongs to nobody and reaches one path only: that is how an intake is filled in.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, reverse
from django.utils import timezone

from clinic.roles import Role

View = Callable[..., HttpResponseBase]
Address = URLPattern | URLResolver
_CONFINED = "confined"
#: Seconds between two signs of life that are written down.
_GRAIN = 5


def for_role(*roles: Role) -> Callable[[View], View]:
    """Let in accounts with at least one of ``roles``; others get 403 before the view's body runs."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not (request.user.is_authenticated and request.user.holds(*roles)):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.roles = roles  # type: ignore[attr-defined]
        return guarded

    return decorate


def each_for_role(addresses: Iterable[Address], *roles: Role, but: Collection[str] = ()) -> list[Address]:
    """The ``addresses`` of another package, each view behind ``for_role``; those named in ``but`` as they are."""
    guarded: list[Address] = []
    for one in addresses:
        if isinstance(one, URLResolver):
            inner = each_for_role(one.url_patterns, *roles, but=but)
            guarded.append(URLResolver(one.pattern, inner, one.default_kwargs, one.app_name, one.namespace))
        elif one.name in but:
            guarded.append(one)
        else:
            guarded.append(URLPattern(one.pattern, for_role(*roles)(one.callback), one.default_args, one.name))
    return guarded


def has_fresh_code(request: HttpRequest) -> bool:
    """Whether the newest code of this browser session is at most half an hour old."""
    age: float = time.time() - request.session.get("code_at", 0)
    return age <= settings.CLINIC_FRESH_CODE_SECONDS


def fresh_code(view: View) -> View:
    """Let in a client whose newest code is at most half an hour old; others are asked for one and come back here.

    What comes after a form was sent goes back to the page of the form, never on to what it would have done.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not has_fresh_code(request):
            return redirect(f"{reverse('code_again')}?{urlencode({'next': request.path})}")
        return view(request, *args, **kwargs)

    guarded.fresh_code = True  # type: ignore[attr-defined]
    return guarded


def open_to_anyone(view: View) -> View:
    """Let in everybody, signed in or not. Only for pages that show nothing of a person."""
    opened = login_not_required(view)
    opened.roles = ()  # type: ignore[attr-defined]
    return opened


def for_confined(view: View) -> View:
    """Let in browser sessions confined to this path; a tablet at rest goes to its page, others to the sign-in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if confined(request) is None:
            at_rest = settings.CLINIC_TABLET_COOKIE in request.COOKIES and not request.user.is_authenticated
            return redirect(settings.CLINIC_TABLET_PAGE if at_rest else "home")
        return view(request, *args, **kwargs)

    opened = login_not_required(guarded)
    opened.roles = (_CONFINED,)  # type: ignore[attr-defined]
    return opened


def confine(
    request: HttpRequest,
    *,
    path: str,
    subject: str,
    seconds: int,
    locked: bool = True,
    idle: int = 0,
    rest: str = "",
) -> None:
    """End whatever session this browser has and start one that opens nothing but ``path`` for ``seconds``.

    ``subject`` is an opaque id the pages below ``path`` may read back. A ``locked`` session is for a device of the
    practice: every other address leads back, but ``rest``, the page where a tablet of the practice waits; leaving
    needs a staff sign-in. ``idle``: after so many seconds without a request nobody is taken to be there (0: never).
    """
    logout(request)
    bounds = {"path": path, "subject": subject, "locked": locked, "idle": idle, "rest": rest, "seen": _now()}
    request.session[_CONFINED] = bounds
    request.session.set_expiry(seconds)


def confined(request: HttpRequest) -> dict[str, Any] | None:
    """``{"path", "subject", "locked", …}`` of a confined browser session, else None."""
    return request.session.get(_CONFINED)


def left_alone(request: HttpRequest) -> bool:
    """Whether nobody has used this confined session for its idle time; nobody is there again from then on.

    Otherwise this request is a sign of life, written down every few seconds at most.
    """
    bounds = confined(request)
    if not bounds or not bounds.get("idle"):
        return False
    silent = _now() - bounds["seen"]
    if silent > bounds["idle"]:
        return True
    if silent >= _GRAIN:
        request.session[_CONFINED] = {**bounds, "seen": _now()}
    return False


def _now() -> int:
    return int(timezone.now().timestamp())
