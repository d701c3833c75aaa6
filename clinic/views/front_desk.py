"""Pages of the desk: find, register and change clients, open their portal, keep the diary."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic import actions, queries
from clinic.access import for_role
from clinic.forms import (
    AppointmentForm,
    ClientForm,
    GuardianForm,
    IdentityForm,
    NewClientForm,
    PortalForm,
    SearchForm,
)
from clinic.refusals import at_fields, sent, shown_or_sent, status_of
from clinic.roles import STAFF, Role


@for_role(*STAFF)
@shown_or_sent
def clients(request: HttpRequest) -> HttpResponse:
    """The list in name order; a search is posted, so that no name stands in an address."""
    if request.method == "POST":
        form = SearchForm(request.POST)
        text = form.cleaned_data["q"] if form.is_valid() else ""
        found = queries.client_search(request.user, text) if text else queries.client_page(request.user)
        context = {"form": form, "found": found, "searched": bool(text)}
        page = "clinic/front_desk/found.html" if request.htmx else "clinic/front_desk/clients.html"
        return render(request, page, context, status=status_of(form))
    after = request.GET.get("after", "")
    try:
        behind = uuid.UUID(after) if after else None
    except ValueError:
        raise Http404 from None
    found = queries.client_page(request.user, after=behind)
    context = {"form": SearchForm(), "found": found, "searched": False}
    return render(request, "clinic/front_desk/clients.html", context)


@for_role(*STAFF)
@shown_or_sent
def client_new(request: HttpRequest) -> HttpResponse:
    """Register a client; a likely double is shown first, and never keeps anybody from going on."""
    majority_age = queries.practice().majority_age
    if request.method != "POST":
        return render(request, "clinic/front_desk/client_new.html", {"form": NewClientForm(majority_age=majority_age)})
    form = NewClientForm(request.POST, majority_age=majority_age)
    similar: list[Any] = []
    if form.is_valid():
        details, key = form.details(), form.cleaned_data["key"]
        if request.POST.get("anyway") != "yes":
            similar = [one for one in queries.similar_clients(request.user, details) if one.uuid != key]
        if not similar:
            try:
                client = actions.create_client(details=details, guardian=form.guardian(), key=key, by=request.user)
            except ValidationError as error:
                at_fields(form, error)
            else:
                messages.success(request, _("The client is registered."))
                return redirect("client_contact", client.uuid)
    context = {"form": form, "similar": similar}
    return render(request, "clinic/front_desk/client_new.html", context, status=status_of(form))


@for_role(*STAFF)
@require_safe
def client_contact(request: HttpRequest, client_uuid: uuid.UUID) -> HttpResponse:
    """Name, contact data, guardians, portal access and visits of one client; nothing of health."""
    return _contact(request, queries.client(request.user, client_uuid))


def _contact(
    request: HttpRequest, client: Any, *, guardian_form: Form | None = None, portal_form: Form | None = None
) -> HttpResponse:
    forms = [
        guardian_form or GuardianForm(prefix="guardian"),
        portal_form or PortalForm(prefix="portal", initial={"email": client.email}),
    ]
    context = {
        "client": client,
        "charted": queries.charted_clients(request.user).filter(pk=client.pk).exists(),
        "guardians": queries.guardians(client),
        "accesses": queries.portal_accesses(client),
        "appointments": queries.appointments(client)[:20],
        "guardian_form": forms[0],
        "portal_form": forms[1],
        "forms": forms,
        "has_errors": any(form.is_bound and form.errors for form in forms),
    }
    return render(
        request, "clinic/front_desk/client_contact.html", context, status=422 if context["has_errors"] else 200
    )


@for_role(*STAFF)
@shown_or_sent
def client_edit(request: HttpRequest, client_uuid: uuid.UUID) -> HttpResponse:
    """Change name and contact data."""
    client = queries.client(request.user, client_uuid)
    form = ClientForm(request.POST if request.method == "POST" else None, initial=ClientForm.of(client))
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_client(client=client, details=form.cleaned_data, by=request.user)
        except ValidationError as error:
            at_fields(form, error)
        else:
            messages.success(request, _("The contact data are changed."))
            return redirect("client_contact", client.uuid)
    context = {"form": form, "client": client}
    return render(request, "clinic/front_desk/client_edit.html", context, status=status_of(form))


@for_role(*STAFF)
@require_POST
def guardian_add(request: HttpRequest, client_uuid: uuid.UUID) -> HttpResponse:
    """Somebody who speaks for the client."""
    client = queries.client(request.user, client_uuid)
    form = GuardianForm(request.POST, prefix="guardian")
    if form.is_valid():
        try:
            actions.add_guardian(client=client, details=form.cleaned_data, by=request.user)
        except ValidationError as error:
            at_fields(form, error)
        else:
            return redirect("client_contact", client.uuid)
    return _contact(request, client, guardian_form=form)


@for_role(*STAFF)
@require_POST
def guardian_remove(request: HttpRequest, guardian_uuid: uuid.UUID) -> HttpResponse:
    """Somebody who no longer speaks for the client."""
    guardian = queries.guardian(request.user, guardian_uuid)
    actions.remove_guardian(guardian=guardian, by=request.user)
    return redirect("client_contact", guardian.client.uuid)


@for_role(*STAFF)
@require_POST
def portal_open(request: HttpRequest, client_uuid: uuid.UUID) -> HttpResponse:
    """Let an e-mail address open this client's plan."""
    client = queries.client(request.user, client_uuid)
    form = PortalForm(request.POST, prefix="portal")
    if form.is_valid():
        try:
            actions.open_portal(client=client, **form.cleaned_data, by=request.user)
        except ValidationError as error:
            at_fields(form, error)
        else:
            messages.success(request, _("The portal is open. A mail with the way in is going out."))
            return redirect("client_contact", client.uuid)
    return _contact(request, client, portal_form=form)


@for_role(*STAFF)
@require_POST
def portal_end(request: HttpRequest, access_uuid: uuid.UUID) -> HttpResponse:
    """Close one account's access to a client's plan."""
    access = queries.portal_access(request.user, access_uuid)
    actions.end_portal(access=access, by=request.user)
    messages.success(request, _("This account no longer opens the plan."))
    return redirect("client_contact", access.client.uuid)


def _sign_in_address() -> str:
    """Where a code is typed, as people type it into a phone."""
    return f"{settings.CLINIC_ADDRESS}{reverse('account_request_login_code')}".removeprefix("https://")


@for_role(*STAFF)
@shown_or_sent
def desk_code(request: HttpRequest, access_uuid: uuid.UUID) -> HttpResponse:
    """Print a one-time sign-in code for somebody whose mail fails, once it is clear who they are; shown once."""
    access = queries.portal_access(request.user, access_uuid)
    form = IdentityForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            code, digits = actions.print_desk_code(access=access, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            at_fields(form, error)
        else:
            slip = {"access": access, "code": code, "halves": (digits[:4], digits[4:]), "address": _sign_in_address()}
            return render(request, "clinic/front_desk/desk_code_slip.html", slip)
    context = {"access": access, "form": form}
    return render(request, "clinic/front_desk/desk_code.html", context, status=status_of(form))


@for_role(*STAFF)
@shown_or_sent
def appointment_new(request: HttpRequest, client_uuid: uuid.UUID) -> HttpResponse:
    """Put a visit of this client into the diary."""
    client = queries.client(request.user, client_uuid)
    places = list(queries.locations(request.user))
    choices = {"therapists": queries.therapists(request.user), "locations": places}
    first = {"minutes": 60, "location": str(places[0].uuid) if len(places) == 1 else ""}
    form = AppointmentForm(request.POST if request.method == "POST" else None, initial=first, **choices)
    if request.method == "POST" and form.is_valid():
        fields = form.cleaned_data
        wanted = {name: fields[name] for name in ("therapist", "location", "begins", "minutes")}
        try:
            actions.book_appointment(client=client, **wanted, by=request.user)
        except ValidationError as error:
            at_fields(form, error)
        else:
            messages.success(request, _("The visit is in the diary."))
            return redirect("client_contact", client.uuid)
    context = {"form": form, "client": client}
    return render(request, "clinic/front_desk/appointment_new.html", context, status=status_of(form))


@for_role(*STAFF)
@require_safe
def diary(request: HttpRequest) -> HttpResponse:
    """The visits of one week from its Monday; ``?day=2026-11-25`` shows the week of that day."""
    asked = request.GET.get("day", "")
    try:
        day = date.fromisoformat(asked) if asked else timezone.localdate()
    except ValueError:
        raise Http404 from None
    if not date(1900, 1, 8) <= day <= date(2200, 1, 1):
        raise Http404
    monday = day - timedelta(days=day.weekday())
    found = queries.week(request.user, monday)
    visits = [visit for rows in found.values() for visit in rows]
    context = {
        "days": found.items(),
        "monday": monday,
        "sunday": monday + timedelta(days=6),
        "before": monday - timedelta(days=7),
        "after": monday + timedelta(days=7),
        "today": timezone.localdate(),
        "several_locations": len({visit.location_id for visit in visits}) > 1,
        "sees_board": request.user.holds(Role.FRONT_DESK, Role.OWNER),
    }
    return render(request, "clinic/front_desk/diary.html", context)


@for_role(*STAFF)
@shown_or_sent
def appointment_change(request: HttpRequest, appointment_uuid: uuid.UUID) -> HttpResponse:
    """Another time, length, therapist or place for a visit that is still to come."""
    visit = queries.appointment(request.user, appointment_uuid)
    choices = {"therapists": queries.therapists(request.user), "locations": queries.locations(request.user)}
    form = AppointmentForm(sent(request), initial=AppointmentForm.of(visit), **choices)
    if request.method == "POST" and form.is_valid():
        wanted = {name: form.cleaned_data[name] for name in ("therapist", "location", "begins", "minutes")}
        try:
            actions.reschedule_appointment(appointment=visit, **wanted, by=request.user)
        except ValidationError as error:
            at_fields(form, error)
        else:
            messages.success(request, _("The visit is moved."))
            return redirect("client_contact", visit.client.uuid)
    context = {"form": form, "client": visit.client, "visit": visit}
    return render(request, "clinic/front_desk/appointment_change.html", context, status=status_of(form))


#: A page of ours to go back to is never longer; the rest of a longer one is not looked at.
_LONGEST_BACK = 200
#: What the desk says about a visit, by the last part of the address.
_SAID = {"arrive": "arrived", "cancel": "cancelled", "no-show": "no_show", "finish": "finished", "undo": ""}


@for_role(*STAFF)
@require_POST
def appointment_move(request: HttpRequest, appointment_uuid: uuid.UUID, said: str) -> HttpResponse:
    """Here, finished, cancelled, did not come, or undo; back to the page that asked."""
    if said not in _SAID:
        raise Http404
    visit = queries.appointment(request.user, appointment_uuid)
    try:
        if said == "undo":
            actions.undo_appointment(appointment=visit, by=request.user)
        else:
            actions.move_appointment(appointment=visit, to=_SAID[said], by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    asked = request.POST.get("back", "")[:_LONGEST_BACK]
    if asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None):
        return HttpResponseRedirect(asked)
    return redirect("client_contact", visit.client.uuid)
