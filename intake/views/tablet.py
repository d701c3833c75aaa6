"""A tablet of the practice: it waits without a name on it, takes one form by a code, and waits again."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from clinic.access import confine, confined, for_confined, left_alone, open_to_anyone
from clinic.refusals import sent, shown_or_sent, status_of
from intake import access_actions as doors
from intake import access_queries as open_doors
from intake import actions, queries
from intake.forms import CodeForm
from intake.views.client import on_tablet, with_access

#: Without a touch for so long the form on a tablet is locked (seconds).
IDLE = 180


@open_to_anyone
@shown_or_sent
def tablet(request: HttpRequest) -> HttpResponse:
    """At rest: the practice's name and a box for four digits. What was open here before is gone from the browser."""
    bounds = None if request.user.is_authenticated else confined(request)
    if bounds and bounds.get("locked", True) and _goes_on(request, bounds):
        return redirect("intake:form")
    device = open_doors.device_of(request.COOKIES.get(settings.CLINIC_TABLET_COOKIE, ""))
    if device is None:
        return render(request, "intake/tablet/unknown.html", status=403)
    if bounds:
        request.session.flush()
    form = CodeForm(sent(request))
    status = None
    if request.method == "POST" and form.is_valid():
        access = doors.enter_on_tablet(device=device, **form.cleaned_data, by=None)
        if access is not None:
            seconds = int(actions.FORM_TIME.total_seconds())
            home, rest = reverse("intake:form"), reverse("intake:tablet")
            confine(request, path=home, subject=str(access.uuid), seconds=seconds, idle=IDLE, rest=rest)
            return redirect(home)
        form.add_error("code", open_doors.WRONG_CODE)
        status = 403
    context = {"form": form, "device": device}
    response = render(request, "intake/tablet/tablet.html", context, status=status or status_of(form))
    know_tablet(response, request.COOKIES[settings.CLINIC_TABLET_COOKIE])
    if bounds:
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _goes_on(request: HttpRequest, bounds: dict[str, Any]) -> bool:
    """Whether a form is open in this browser; one that nobody has touched for a while is locked by the question."""
    access = queries.open_access(bounds.get("subject", ""))
    if access is None:
        return False
    if left_alone(request):
        doors.lock_form(access=access, by=None)
        return False
    return True


def know_tablet(response: HttpResponse, token: str) -> None:
    """Let this browser stay the tablet it is: a cookie no script reads, renewed whenever the tablet is at rest."""
    response.set_cookie(
        settings.CLINIC_TABLET_COOKIE,
        token,
        max_age=settings.CLINIC_TABLET_COOKIE_SECONDS,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


@for_confined
@require_POST
@with_access
def lock(request: HttpRequest, access: Any) -> HttpResponse:
    """Nobody has answered whether they are still there."""
    if not on_tablet(access):
        return redirect("intake:form")
    doors.lock_form(access=access, by=None)
    return redirect("intake:tablet")


@for_confined
@require_POST
@with_access
def still_here(request: HttpRequest, access: Any) -> HttpResponse:
    """Somebody is typing or has said so; ``with_access`` has written it down."""
    return HttpResponse(status=204)


@for_confined
@require_POST
@with_access
def not_me(request: HttpRequest, access: Any) -> HttpResponse:
    """The tablet greets somebody else: nothing more is shown, and the desk is told."""
    if on_tablet(access):
        doors.refuse_form(access=access, by=None)
    return redirect("intake:form_over")


@for_confined
@require_POST
@with_access
def ask_help(request: HttpRequest, access: Any) -> HttpResponse:
    """Ring the desk's board. A script sends this beside the page, so that nothing typed is lost."""
    doors.ask_for_help(access=access, by=None)
    return redirect("intake:form")
