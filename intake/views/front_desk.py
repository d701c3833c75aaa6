"""Pages of the desk that need to know how far a client's form is."""

from __future__ import annotations

import hashlib
import re
import uuid
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic.access import confine, for_role
from clinic.queries import client as contact
from clinic.queries import locations, mail_trouble, practice
from clinic.refusals import at_fields, sent, shown_or_sent, status_of
from clinic.roles import STAFF, Role
from intake import access_actions as doors
from intake import access_queries as open_doors
from intake import actions, queries
from intake import letter_queries as letters
from intake.board import board
from intake.board import tablets as board_tablets
from intake.forms import HandOverForm, LinkForm, OpenForm, StopActionForm, TabletForm
from intake.views.tablet import know_tablet

#: A form's token is another one each time a page is made; it says nothing about the board.
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')


@for_role(Role.FRONT_DESK, Role.OWNER)
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """Who is here, to come and done, with one next action each; ``?day=2026-11-25`` shows another day.

    A page that stands open asks again by itself and says in ``seen`` what it shows: 204 while that is all there is.
    """
    asked = request.GET.get("day", "")
    try:
        on = date.fromisoformat(asked) if asked else None
    except ValueError:
        raise Http404 from None
    this_day = timezone.localdate()
    shown = on or this_day
    if not date(1900, 1, 2) <= shown <= date(2200, 1, 1):
        raise Http404
    here = reverse("intake:today") + (f"?day={on.isoformat()}" if on else "")
    row = request.practice = practice(with_mail=True)  # type: ignore[attr-defined]  # read once, for the rows and the frame
    context = {
        "board": board(request.user, on=on, majority=row.majority_age),
        "tablets": board_tablets(request.user, majority=row.majority_age),
        "shown": shown,
        "here": here,
        "is_today": shown == this_day,
        "now": timezone.localtime(),
        "day_before": shown - timedelta(days=1),
        "day_after": shown + timedelta(days=1),
        "mail": mail_trouble(request.user, row),
        "mail_link": reverse("setup_mail") + "?only=trouble" if request.user.holds(Role.OWNER) else "",
    }
    page = render_to_string("intake/front_desk/today_board.html", context, request)
    seen = hashlib.blake2b(_TOKEN.sub("", page).encode(), digest_size=12).hexdigest()
    if request.htmx and request.GET.get("seen") == seen:
        return HttpResponse(status=204)
    live = page + format_html('<input type="hidden" id="board-seen" name="seen" value="{}">', seen)
    if request.htmx:
        return HttpResponse(live)
    return render(request, "intake/front_desk/today.html", {"live": live, "here": here})


@for_role(*STAFF)
@shown_or_sent
def open_form(request: HttpRequest, client_uuid: uuid.UUID) -> HttpResponse:
    """The doors to a client's form. Opened here, the staff session ends and one begins that reaches this form alone."""
    client = contact(request.user, client_uuid)
    form = OpenForm(sent(request), may_check_in=queries.handed_in(client) is not None)
    if request.method == "POST" and form.is_valid():
        try:
            access = actions.open_form(client=client, **form.cleaned_data, by=request.user)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            seconds = int(actions.FORM_TIME.total_seconds())
            confine(request, path=reverse("intake:form"), subject=str(access.uuid), seconds=seconds)
            return redirect("intake:form")
    return _doors(request, client, here=form)


@for_role(*STAFF)
@require_POST
def send_link(request: HttpRequest, client_uuid: uuid.UUID) -> HttpResponse:
    """Mail the client a link to the form."""
    client = contact(request.user, client_uuid)
    form = LinkForm(request.POST, prefix="link", may_check_in=queries.handed_in(client) is not None)
    if form.is_valid():
        try:
            access = doors.send_link(client=client, **form.cleaned_data, by=request.user)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("The link is on its way to %(address)s.") % {"address": access.sent_to})
            return redirect("intake:open_form", client.uuid)
    return _doors(request, client, link=form)


@for_role(*STAFF)
@require_POST
def end_access(request: HttpRequest, access_uuid: uuid.UUID) -> HttpResponse:
    """Take back a link that was mailed, or a form that is open somewhere; what is saved stays."""
    access = open_doors.access_to(request.user, access_uuid)
    doors.revoke_access(access=access, by=request.user)
    messages.success(request, _("Taken back. What was saved is kept."))
    if access.device_id is not None:
        return redirect("intake:today" if request.user.holds(Role.FRONT_DESK, Role.OWNER) else "home")
    return redirect("intake:open_form", access.client.uuid)


@for_role(*STAFF)
@require_POST
def help_given(request: HttpRequest, access_uuid: uuid.UUID) -> HttpResponse:
    """Somebody goes over to the client who asked."""
    access = open_doors.access_to(request.user, access_uuid)
    doors.answer_help(access=access, by=request.user)
    return redirect("intake:today" if request.user.holds(Role.FRONT_DESK, Role.OWNER) else "home")


@for_role(*STAFF)
@shown_or_sent
def hand_over(request: HttpRequest, client_uuid: uuid.UUID) -> HttpResponse:
    """Two things said aloud, a tablet chosen: the answer shows the code that opens the form there, and nowhere else."""
    client = contact(request.user, client_uuid)
    every = board_tablets(request.user)
    free = {str(tablet.device.uuid): tablet.device for tablet in every if tablet.is_free}
    form = HandOverForm(
        sent(request),
        client=client,
        tablets=[(key, device.name) for key, device in free.items()],
        may_check_in=queries.handed_in(client) is not None,
    )
    context = {"client": client, "form": form, "every": every, "free": list(free.values())}
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        device = free[given["tablet"]]
        purpose = {"purpose": given["purpose"]} if "purpose" in given else {}
        try:
            _access, code = doors.hand_over(client=client, device=device, key=given["key"], **purpose, by=request.user)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            return render(request, "intake/front_desk/code.html", {**context, "code": code, "device": device})
    return render(request, "intake/front_desk/hand_over.html", context, status=status_of(form))


@for_role(Role.FRONT_DESK, Role.OWNER)
@shown_or_sent
def tablets(request: HttpRequest) -> HttpResponse:
    """The practice's tablets. Sent from a tablet, its form registers that one and signs out there."""
    this = open_doors.device_of(request.COOKIES.get(settings.CLINIC_TABLET_COOKIE, ""))
    places = {str(place.uuid): place for place in locations(request.user)}
    form = TabletForm(sent(request), places=[(key, place.name) for key, place in places.items()])
    if request.method == "POST" and form.is_valid():
        name, place = form.cleaned_data["name"], places[form.cleaned_data["location"]]
        try:
            _device, token = doors.register_device(name=name, location=place, instead_of=this, by=request.user)
        except ValidationError as error:
            at_fields(form, error)
        else:
            logout(request)
            response = redirect("intake:tablet")
            know_tablet(response, token)
            return response
    context = {"form": form, "tablets": board_tablets(request.user), "this": this}
    return render(request, "intake/front_desk/tablets.html", context, status=status_of(form))


@for_role(Role.FRONT_DESK, Role.OWNER)
@require_POST
def tablet_revoke(request: HttpRequest, device_uuid: uuid.UUID) -> HttpResponse:
    """A tablet that is lost or given away."""
    doors.revoke_device(device=open_doors.device(request.user, device_uuid), by=request.user)
    messages.success(request, _("The tablet is taken out of use. It opens no form any more."))
    return redirect("intake:tablets")


def _doors(
    request: HttpRequest, client: Any, *, here: OpenForm | None = None, link: LinkForm | None = None
) -> HttpResponse:
    """The page with every door, and the sentences of the one that refused."""
    may_check_in = queries.handed_in(client) is not None
    forms = [
        here or OpenForm(may_check_in=may_check_in),
        link or LinkForm(prefix="link", may_check_in=may_check_in),
    ]
    context = {
        "client": client,
        "here": forms[0],
        "link": forms[1],
        "links": open_doors.links(client),
        "tablets": board_tablets(request.user),
        "forms": forms,
        "has_errors": any(form.is_bound and form.errors for form in forms),
    }
    return render(request, "intake/front_desk/open_form.html", context, status=status_of(*forms))


@for_role(*STAFF)
@shown_or_sent
def stop(request: HttpRequest, stop_uuid: uuid.UUID) -> HttpResponse:
    """What to do about a form that stopped, and what was done. The answer itself is not on this page."""
    found = queries.stop_of(request.user, stop_uuid)
    form = StopActionForm(sent(request))
    if request.method == "POST" and form.is_valid():
        actions.record_stop_action(stop=found, action=form.cleaned_data["action"], by=request.user)
        messages.success(request, _("Written down."))
        return redirect("intake:stop", stop_uuid)
    context = {"stop": found, "form": form, "may_write": letters.may_write(request.user, found.client)}
    return render(request, "intake/front_desk/stop.html", context, status=status_of(form))
