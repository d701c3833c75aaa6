"""The door behind a mailed link: a page with a button, the birth date, then the form in a session of its own."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_variables

from clinic.access import confine, confined, open_to_anyone
from clinic.refusals import sent, shown_or_sent, status_of
from intake import access_actions as actions
from intake import access_queries as queries
from intake.access_actions import AtTheDoor
from intake.forms import BirthDateForm

#: A browser that came by a link stays with its form for so long, and so long without a touch (seconds).
_LASTS, _IDLE = 12 * 60 * 60, 30 * 60
#: Where the session of a browser at the door keeps the access it asks for and its own random name.
_ASKED = "link"


def _not_on_our_devices(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A device of the practice that is busy with one form opens no other by link."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        bounds = confined(request)
        if bounds and bounds.get("locked", True) and not request.user.is_authenticated:
            return redirect(bounds["path"])
        return view(request, *args, **kwargs)

    return guarded


@open_to_anyone
@sensitive_variables("token")
@shown_or_sent
@_not_on_our_devices
def link(request: HttpRequest, token: str) -> HttpResponse:
    """What the mail leads to. Opening it changes nothing, so a mail scanner spends nothing; its button goes on.

    From there on the token is in no address and in no session: the browser holds the name of the access alone.
    """
    access = queries.link_access(token)
    if access is None:
        return _shut(request, status=410)
    if request.method != "POST":
        return render(request, "intake/link/link.html")
    known = request.session.get(_ASKED, {})
    request.session[_ASKED] = {"access": str(access.uuid), "asker": known.get("asker", str(uuid.uuid4()))}
    return redirect("intake:link_birth_date")


@open_to_anyone
@shown_or_sent
@_not_on_our_devices
def birth_date(request: HttpRequest) -> HttpResponse:
    """The second proof. The right date opens the form in a session that reaches nothing else."""
    asked = request.session.get(_ASKED)
    access = queries.asked_access(asked["access"]) if asked else None
    if asked is None or access is None:
        return _shut(request, status=410)
    form = BirthDateForm(sent(request))
    status = None
    if request.method == "POST" and form.is_valid():
        said = actions.enter_by_link(access=access, asker=uuid.UUID(asked["asker"]), **form.cleaned_data, by=None)
        if said == AtTheDoor.OPEN:
            home = reverse("intake:form")
            confine(request, path=home, subject=str(access.uuid), seconds=_LASTS, locked=False, idle=_IDLE)
            return redirect(home)
        if said == AtTheDoor.SHUT:
            return _shut(request, status=403)
        form.add_error("birth_date", queries.WRONG_DATE)
        status = 403
    return render(request, "intake/link/birth_date.html", {"form": form}, status=status or status_of(form))


def _shut(request: HttpRequest, *, status: int) -> HttpResponse:
    """One page for every link that leads nowhere: it says what to do, never which part was wrong."""
    return render(request, "intake/link/shut.html", status=status)
