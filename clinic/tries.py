"""How often codes are asked for and typed: counted per asking browser and per address, so that neither is a way to
guess a code nor a way to lock somebody else out.

Three counts (settings, ``ACCOUNT_RATE_LIMITS``): codes that go out to an address, tries at one code in the browser
session that asked for it, and tries for an address in a day. The counts of an address are shared by every browser
that has never signed in to it; a browser that has keeps its own. Strangers who use them up are thereby among
themselves, and a client on a new device has the code that the desk prints: it is good whatever was counted here,
because it carries its own five tries (``clinic.actions.use_desk_code``).

Whether an address has an account plays no part here: known and unknown addresses are counted and answered alike.
"""

from __future__ import annotations

import secrets

from allauth.core import ratelimit
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

#: Stays when somebody signs out: it opens nothing, and says only that this browser has been let in before.
COOKIE = "known-browser"
_COOKIE_PATH = "/accounts/"
_COOKIE_SECONDS = 400 * 24 * 60 * 60


def _mark(nonce: str, address: str) -> str:
    return salted_hmac("clinic.known-browser", f"{nonce}:{address.casefold()}", algorithm="sha256").hexdigest()


def remember_browser(request: HttpRequest, response: HttpResponse, *, address: str) -> None:
    """From now on the tries of this browser for ``address`` are counted apart from those of strangers."""
    nonce = _known_as(request, address) or secrets.token_urlsafe(12)
    response.set_cookie(
        COOKIE,
        f"{nonce}.{_mark(nonce, address)}",
        max_age=_COOKIE_SECONDS,
        path=_COOKIE_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _known_as(request: HttpRequest, address: str) -> str:
    """The name this browser got when it signed in to ``address``; "" when it never did."""
    nonce, _dot, mark = request.COOKIES.get(COOKIE, "").rpartition(".")
    return nonce if nonce and constant_time_compare(mark, _mark(nonce, address)) else ""


def _whose(request: HttpRequest, address: str) -> str:
    return f"{address.casefold()}:{_known_as(request, address)}"


def may_send_code(request: HttpRequest, *, address: str) -> bool:
    """Count one more code for ``address``; False when no further one goes out to it for now."""
    return ratelimit.consume(request, action="codes_of_address", key=_whose(request, address))


def may_try_code(request: HttpRequest, *, code_of: str) -> bool:
    """Count one more try at the code asked for at ``code_of`` in this browser session, before it is compared.

    False when its five tries are used up: parallel guesses wait for each other, and none is compared beyond.
    """
    key = f"{request.session.session_key}:{code_of}"
    return ratelimit.consume(request, action="tries_of_code", key=key)


def may_try_address(request: HttpRequest, *, address: str) -> bool:
    """Count one more try for ``address``; False when no e-mailed code is taken for it here until tomorrow."""
    return ratelimit.consume(request, action="tries_of_address", key=_whose(request, address))
