"""Letters to a client's doctor: written from facts, signed, then sent, answered, cleared or declined."""

from __future__ import annotations

import uuid
from typing import Any

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from clinic.access import for_role
from clinic.actions import record_read
from clinic.queries import charted_client
from clinic.refusals import at_fields, sent, shown_or_sent, status_of
from clinic.roles import Role
from intake import letter_actions as actions
from intake import letter_queries as queries
from intake.forms import ClearanceForm, LetterForm, LetterStepForm
from sessions.queries import letter as notes


@for_role(Role.THERAPIST)
@shown_or_sent
def letter_new(request: HttpRequest, client_uuid: uuid.UUID) -> HttpResponse:
    """The letter as it would be now, above it what it is about and to whom; signed with the password."""
    client = charted_client(request.user, client_uuid)
    stands = queries.grounds(client, on=timezone.localdate())
    name, contact = queries.doctor_known(client, stands)
    first = {"entries": list(stands.beforehand), "to_name": name, "to_contact": contact, "key": uuid.uuid4()}
    form = LetterForm(sent(request), flags=stands.choices, initial=first)
    given = form.cleaned_data if request.method == "POST" and form.is_valid() else None
    if given is not None and form.signs and not did_recently_reauthenticate(request):
        raise ReauthenticationRequired  # the middleware asks for the password, then sends this request again
    beside = {"findings": notes.test_results(client), "last_visit": notes.last_massage(client)}
    if given is not None and form.signs:
        said = {part: given[part] for part in ("entries", "to_name", "to_contact", "remark", "read", "key")}
        try:
            letter = actions.sign_letter(client=client, **said, **beside, by=request.user)
        except ValidationError as error:
            at_fields(form, error)
        except actions.LetterChanged:
            form.add_error(None, _("The letter is not the one you read. Read it as it is now, then sign."))
        else:
            messages.success(request, _("Signed. Print it, and write down how it was sent."))
            return redirect("sessions:letter", letter.uuid)
    if request.method == "POST":
        return _new(request, client, stands, form, given or {"entries": []}, beside)
    return _new(request, client, stands, form, first, beside)


def _new(
    request: HttpRequest, client: Any, stands: Any, form: LetterForm, about: Any, beside: dict[str, Any]
) -> HttpResponse:
    consent = queries.sharing_consent(client, on=timezone.localdate())
    sheet = None
    if about["entries"]:
        said = queries.facts(
            client, stands, about["entries"], remark=about.get("remark", ""), **beside, by=request.user
        )
        sheet = queries.Sheet(said, about["to_name"], about["to_contact"], consent)
    if stands.intake is not None:
        record_read(about=stands.intake, client=client, by=request.user)
    context = {
        "client": client,
        "stands": stands,
        "form": form,
        "sheet": sheet,
        "consent": consent,
        "said": queries.said_about_talking(stands),
    }
    return render(request, "sessions/letters/letter_new.html", context, status=status_of(form))


@for_role(Role.THERAPIST, Role.OWNER)
@require_GET
def letter(request: HttpRequest, letter_uuid: uuid.UUID) -> HttpResponse:
    """A signed letter: to read, to print, and what became of it."""
    found = queries.doctor_letter(request.user, letter_uuid)
    record_read(about=found, client=found.client, by=request.user)
    return _letter(request, found)


def _letter(request: HttpRequest, found: Any, form: LetterStepForm | None = None) -> HttpResponse:
    may_be_sent = queries.may_be_sent(found, on=timezone.localdate())
    context = {
        "client": found.client,
        "letter": found,
        "sheet": queries.sheet_of(found),
        "state": queries.state_of(found),
        "may_be_sent": may_be_sent,
        "writes": request.user.holds(Role.THERAPIST),
        "form": form or LetterStepForm(by_hand_only=not may_be_sent),
    }
    return render(request, "sessions/letters/letter.html", context, status=status_of(form))


@for_role(Role.THERAPIST)
@require_POST
def letter_step(request: HttpRequest, letter_uuid: uuid.UUID) -> HttpResponse:
    """Write down that it was sent, was answered without a decision yet, or is put aside."""
    found = queries.doctor_letter(request.user, letter_uuid)
    form = LetterStepForm(request.POST)
    if form.is_valid():
        try:
            actions.record_letter_step(letter=found, **form.cleaned_data, by=request.user)
        except ValidationError as error:
            at_fields(form, error)
            found = queries.doctor_letter(request.user, letter_uuid)
        else:
            messages.success(request, _("Written down."))
            return redirect("sessions:letter", letter_uuid)
    return _letter(request, found, form)


@for_role(Role.THERAPIST)
@shown_or_sent
def letter_answer(request: HttpRequest, letter_uuid: uuid.UUID) -> HttpResponse:
    """What the doctor answered, as a clearance: a yes with its scope, or a no that keeps every limit."""
    found = queries.doctor_letter(request.user, letter_uuid)
    first = {
        "entries": found.entries,
        "clinician": found.to_name,
        "contact": found.to_contact,
        "kind": "written",
    }
    flags = queries.answerable(found, on=timezone.localdate())
    form = ClearanceForm(sent(request), request.FILES or None, flags=flags, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            clearance = actions.record_answer(to=found, **form.values(), by=request.user)
        except ValidationError as error:
            at_fields(form, error)
        else:
            said = (
                _("Recorded. The limits are lifted as far as it says.")
                if clearance.massage
                else _("Recorded. Every limit stays.")
            )
            messages.success(request, said)
            return redirect("sessions:letter", letter_uuid)
    context = {"client": found.client, "letter": found, "form": form}
    return render(request, "sessions/letters/letter_answer.html", context, status=status_of(form))
