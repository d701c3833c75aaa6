"""Pages of the owner: what is missing, the practice, locations, staff accounts, sign-off of clinical content, mail."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from clinic import actions, queries
from clinic.access import for_role
from clinic.forms import LocationForm, NewStaffForm, PracticeForm, SignOffForm, StaffForm
from clinic.refusals import at_fields, shown_or_sent, status_of
from clinic.roles import Role


@for_role(Role.OWNER)
@require_safe
def setup(request: HttpRequest) -> HttpResponse:
    """What is missing before the first intake, and everything that can be set."""
    row = request.practice = queries.practice(with_mail=True)  # type: ignore[attr-defined]  # read once, for the frame too
    context = {
        "steps": queries.set_up_steps(),
        "locations": queries.locations(request.user),
        "staff": queries.staff(request.user),
        "editions": queries.editions_in_use(),
        "mail": queries.mail_trouble(request.user, row),
    }
    return render(request, "clinic/owner/setup.html", context)


@for_role(Role.OWNER)
@shown_or_sent
def setup_practice(request: HttpRequest) -> HttpResponse:
    """The practice's own settings."""
    sent = request.POST if request.method == "POST" else None
    form = PracticeForm(sent, initial=PracticeForm.of(queries.practice()))
    if form.is_bound and form.is_valid():
        try:
            actions.save_practice(details=form.cleaned_data, by=request.user)
        except ValidationError as error:
            at_fields(form, error)
        else:
            messages.success(request, _("The practice is saved."))
            return redirect("setup")
    return render(request, "clinic/owner/setup_practice.html", {"form": form}, status=status_of(form))


@for_role(Role.OWNER)
@shown_or_sent
def setup_location(request: HttpRequest, location_uuid: uuid.UUID | None = None) -> HttpResponse:
    """One location, or a new one."""
    place = queries.location(request.user, location_uuid) if location_uuid else None
    first = {"name": place.name, "address": place.address, "time_zone": place.time_zone} if place else {}
    form = LocationForm(request.POST if request.method == "POST" else None, initial=first)
    if form.is_bound and form.is_valid():
        try:
            actions.save_location(location=place, details=form.cleaned_data, by=request.user)
        except ValidationError as error:
            at_fields(form, error)
        else:
            messages.success(request, _("The location is saved."))
            return redirect("setup")
    return render(request, "clinic/owner/setup_location.html", {"form": form, "place": place}, status=status_of(form))


@for_role(Role.OWNER)
@shown_or_sent
@sensitive_variables("password")
def setup_staff_new(request: HttpRequest) -> HttpResponse:
    """A new staff account; its one-time password is shown on the answer to this form and nowhere else."""
    form = NewStaffForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            member, password = actions.create_staff(**form.cleaned_data, by=request.user)
        except ValidationError as error:
            at_fields(form, error)
        else:
            return render(request, "clinic/owner/password.html", {"member": member, "password": password})
    return render(request, "clinic/owner/setup_staff.html", {"form": form, "member": None}, status=status_of(form))


@for_role(Role.OWNER)
@shown_or_sent
def setup_staff(request: HttpRequest, member_uuid: uuid.UUID) -> HttpResponse:
    """Name and roles of one staff account."""
    member = queries.staff_member(request.user, member_uuid)
    first = {"printed_name": member.printed_name, "licence_no": member.licence_no, "roles": member.roles}
    form = StaffForm(request.POST if request.method == "POST" else None, initial=first)
    if form.is_bound and form.is_valid():
        try:
            actions.change_staff(staff=member, **form.cleaned_data, by=request.user)
        except ValidationError as error:
            at_fields(form, error)
        else:
            messages.success(request, _("The account is saved."))
            return redirect("setup")
    context = {"form": form, "member": member}
    return render(request, "clinic/owner/setup_staff.html", context, status=status_of(form))


@for_role(Role.OWNER)
@require_POST
@sensitive_variables("password")
def setup_staff_change(request: HttpRequest, member_uuid: uuid.UUID, what: str) -> HttpResponse:
    """Disable or enable an account, or hand out a new one-time password, which the answer shows."""
    if what not in ("disable", "enable", "password"):
        raise Http404
    member = queries.staff_member(request.user, member_uuid)
    try:
        if what == "password":
            password = actions.renew_password(staff=member, by=request.user)
            return render(request, "clinic/owner/password.html", {"member": member, "password": password})
        if what == "disable":
            actions.disable_staff(staff=member, by=request.user)
            messages.success(request, _("The account is disabled and signed out everywhere."))
        else:
            actions.enable_staff(staff=member, by=request.user)
            messages.success(request, _("The account may sign in again."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("setup_staff", member.uuid)


@for_role(Role.OWNER)
@shown_or_sent
def setup_content(request: HttpRequest, kind: str) -> HttpResponse:
    """Record who has signed off the edition in use of one clinical catalogue."""
    edition = queries.edition_in_use(kind)
    form = SignOffForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            actions.sign_off_edition(kind=edition.kind, **form.cleaned_data, by=request.user)
        except ValidationError as error:
            at_fields(form, error)
        else:
            messages.success(request, _("The sign-off is recorded."))
            return redirect("setup")
    return render(
        request, "clinic/owner/setup_content.html", {"form": form, "edition": edition}, status=status_of(form)
    )


@for_role(Role.OWNER)
@require_safe
def setup_mail(request: HttpRequest) -> HttpResponse:
    """Every message with its state, newest first; ``?only=trouble`` those that the mail server did not take."""
    only, before = request.GET.get("only", ""), request.GET.get("before", "")
    try:
        place = uuid.UUID(before) if before else None
    except ValueError:
        raise Http404 from None
    if only not in ("", "trouble"):
        raise Http404
    row = request.practice = queries.practice(with_mail=True)  # type: ignore[attr-defined]  # read once, for the frame too
    context = {
        "page": queries.mail_page(request.user, troubled=bool(only), before=place),
        "trouble": queries.mail_trouble(request.user, row),
        "only": only,
        "first": place is None,
    }
    return render(request, "clinic/owner/setup_mail.html", context)


@for_role(Role.OWNER)
@require_POST
def setup_mail_settle(request: HttpRequest, message_uuid: uuid.UUID, what: str) -> HttpResponse:
    """Send a message that could not be sent again, or leave it."""
    if what not in ("again", "leave"):
        raise Http404
    message = queries.mail_message(request.user, message_uuid)
    actions.settle_mail(message=message, again=what == "again", by=request.user)
    messages.success(request, _("It is on its way again.") if what == "again" else _("It is left unsent."))
    return redirect(reverse("setup_mail") + "?only=trouble")
