"""What a phone may keep of the portal, for whom, and under which name; and how it sends what was ticked meanwhile.

The names are opaque: a worker compares them, nobody can read a person out of them. Nothing here decides who may read
what: that did the view before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.templatetags.static import static
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.formats import date_format
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _

from clinic.models import Client, Practice
from sessions.plan_forms import DoneForm
from sessions.queries.home import unanswered_nerve_signs
from sessions.queries.plan import MyPlan
from sessions.rules.home import NERVE_SIGNS_FOR_ALL

View = Callable[..., HttpResponse]
#: An answer that carries this header may be kept on the phone under its value; no other answer is.
KEPT_FOR = "Kept-For"
#: With this header the worker asks for a page as it may be kept: without what is for this moment alone.
_TO_KEEP = "For-Keeping"
#: What a stretch tells of today: a page is kept as it was shown, a tick does not change it.
_OF_TODAY = ("done_today", "felt_today", "more_today", "due")
#: Colours of ``tokens.css``: the ground of the start picture, the bar of the phone.
PAPER, PINE = "#faf6f0", "#1e5b53"
_ICONS = (
    ("clinic/icons/app-192.png", "192x192", "any"),
    ("clinic/icons/app-512.png", "512x512", "any"),
    ("clinic/icons/app-maskable-512.png", "512x512", "maskable"),
)


def kept_for(request: HttpRequest, client: Client) -> str:
    """The name under which this browser session may keep this client's pages: another session, another name."""
    return _name("pages", request.session.session_key, client.uuid)


def _name(*parts: Any) -> str:
    return salted_hmac("sessions.offline", ":".join(map(str, parts)), algorithm="sha256").hexdigest()[:32]


def kept_offline(view: View) -> View:
    """Mark what a view of one client shows as something the phone may keep; goes below the choice of the client."""

    @wraps(view)
    def marked(request: HttpRequest, client: Client, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, client, *args, **kwargs)
        if request.method == "GET" and response.status_code == 200 and not getattr(request, "for_now", False):
            response.headers[KEPT_FOR] = kept_for(request, client)
        return response

    return marked


def for_now(request: HttpRequest, told: list[Any]) -> list[Any]:
    """What a page tells for the moment, such as an answer to somebody's own words; a page that tells it is not kept.

    Asked for a page to keep, there is nothing of it.
    """
    if asked_to_keep(request):
        return []
    request.for_now = bool(told)  # type: ignore[attr-defined]
    return told


def asked_to_keep(request: HttpRequest) -> bool:
    """Whether the worker asks for the page, behind what is open, to keep it."""
    return bool(request.headers.get(_TO_KEEP))


def to_keep(request: HttpRequest, client: Client, plan: MyPlan, practice: Practice, *, on: date) -> dict[str, Any]:
    """What the phone keeps of the plan, and what it needs to send ticks later.

    ``name`` is that of the pages; ``plan`` changes with what they say, ``state`` also when they are only to be fetched
    again. ``account`` and ``owner`` say whose a tick is, also after the next sign-in, and ``whose`` says it to the
    server; ``fields`` are the answers of a tick that may wait on the phone, ``words`` those that may not. After
    ``rests_after`` more nerve signs the whole plan rests.
    """
    stretches = [reverse("sessions:portal_stretch", args=[item.uuid]) for item in plan.items]
    first = [reverse(f"sessions:{name}") for name in ("portal", "portal_stop", "portal_offline", "portal_stretches")]
    says = _digest(_said(plan), practice.name, practice.phone, practice.emergency_number, practice.emergency_wording)
    looks = (get_language(), request.user.text_size, static("clinic/css/site.css"), on.isocalendar()[:2])
    fields, words = DoneForm.kept_offline()
    return {
        "name": kept_for(request, client),
        "plan": says,
        "state": _digest(says, *looks),
        "account": _name("account", request.user.pk),
        "owner": _name("owner", request.user.pk, client.uuid),
        "whose": str(client.uuid),
        "pages": first + stretches,
        "stretches": stretches,
        "rests_after": max(0, NERVE_SIGNS_FOR_ALL - unanswered_nerve_signs(client)),
        "fields": fields,
        "words": words,
        "line": _line(plan, on),
        "token": get_token(request),
    }


def _said(plan: MyPlan) -> list[Any]:
    """What the pages say of the plan, without what was ticked."""
    items = [{name: told for name, told in asdict(item).items() if name not in _OF_TODAY} for item in plan.items]
    return [plan.called, plan.message, plan.therapist, plan.published_on, plan.number, plan.comfort_words, items]


def _digest(*parts: Any) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def _line(plan: MyPlan, on: date) -> str:
    """The sentence above a page that comes from the phone."""
    kept = _("It was kept on this phone on %(day)s.") % {"day": date_format(on, "j F Y")}
    if plan.published_on is None:
        return _("You are offline.") + " " + kept
    day = date_format(plan.published_on, "j F Y")
    return _("You are offline. This is your plan of %(day)s.") % {"day": day} + " " + kept


def app_manifest(practice: Practice) -> dict[str, Any]:
    """How a phone installs the portal. On the home screen stands the practice's name, and no word about health."""
    name = practice.name or _("My stretches")
    start = reverse("sessions:portal")
    return {
        "id": start,
        "start_url": start,
        "scope": start,
        "name": name,
        "short_name": name,
        "lang": get_language(),
        "dir": "rtl" if get_language_bidi() else "ltr",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": PINE,
        "icons": [
            {"src": static(path), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for path, sizes, purpose in _ICONS
        ],
    }
