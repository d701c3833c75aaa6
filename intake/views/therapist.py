"""The therapist's pages of the intake: flags worst first, the decision, the check-in, clearances and consents."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from clinic.access import for_role
from clinic.actions import record_read
from clinic.queries import charted_client
from clinic.refusals import at_fields, sent, shown_or_sent, status_of
from clinic.roles import Role
from intake import actions, queries
from intake import clearance_queries as clearances
from intake.forms import AnewForm, AnswerForm, ClearanceForm, DecisionForm, StopWithdrawForm, WithdrawForm
from intake.views.client import check_in_context, check_in_forms


@for_role(Role.THERAPIST, Role.OWNER)
@shown_or_sent
def review(request: HttpRequest, client_uuid: uuid.UUID) -> HttpResponse:
    """Flags worst first with the answers that raised them, proposed limits, and the decision."""
    decides = request.user.holds(Role.THERAPIST)
    if request.method == "POST" and not decides:
        raise PermissionDenied  # an owner who treats nobody reads, and leaves the decision to those who do
    client = charted_client(request.user, client_uuid)
    on = timezone.localdate()
    sheet = queries.decision_sheet(request.user, client, on=on)
    form = None
    if sheet.may_decide and decides:
        form = DecisionForm(sent(request), flags=sheet.to_accept, to_hear=sheet.aloud.choices)
        if request.method == "POST" and form.is_valid():
            given = dict(form.cleaned_data)
            stricter = queries.stricter_limits(given.pop("cap"), given.pop("no_regions"), given.pop("max_minutes"))
            try:
                actions.decide_screening(
                    intake=sheet.intake, accepted=given.pop("accepted", ()), stricter=stricter, **given, by=request.user
                )
            except ValidationError as error:
                at_fields(form, error)
            else:
                messages.success(request, _("Decided. It can be read on the chart and at the gate."))
                return redirect("intake:review", client_uuid)
    elif request.method == "POST":
        messages.error(request, _("There is nothing to decide on here. Open a new intake first."))
        return redirect("intake:review", client_uuid)
    if sheet.intake is not None:
        record_read(about=sheet.intake, client=client, by=request.user)
    context = {
        "client": client,
        "sheet": sheet,
        "clearances": clearances.rows(sheet.clearances, on=on),
        "form": form,
        "writes": decides,
    }
    return render(request, "intake/therapist/review.html", context, status=status_of(form))


@for_role(Role.THERAPIST, Role.OWNER)
@require_GET
def past_intake(request: HttpRequest, intake_uuid: uuid.UUID) -> HttpResponse:
    """One intake in the words as it was asked then, with its flags and decisions."""
    past = queries.past_intake(request.user, intake_uuid)
    record_read(about=past.intake, client=past.intake.client, by=request.user)
    return render(request, "intake/therapist/past_intake.html", {"client": past.intake.client, "past": past})


@for_role(Role.THERAPIST)
@shown_or_sent
def answer_anew(request: HttpRequest, intake_uuid: uuid.UUID, question: str) -> HttpResponse:
    """The client answers a safety question anew, asked aloud; the therapist confirms it with the reason."""
    anew = queries.answer_to_change(request.user, intake_uuid, question)
    client = anew.intake.client
    form, why = AnswerForm(sent(request), questions=[anew.question], answers=anew.beside), AnewForm(sent(request))
    if request.method == "POST" and form.is_valid() and form.values()[question] == anew.value:
        form.refuse({question: _("This is the answer that stands already. Read it aloud and confirm it as it is.")})
    if request.method == "POST" and form.is_valid() and why.is_valid():
        reason = why.cleaned_data["reason"]
        stored = form.stores(
            lambda values: actions.change_answer(
                intake=anew.intake, question=question, new=values[question], reason=reason, by=request.user
            )
        )
        if stored is not None:
            messages.success(request, _("Stored and confirmed. The first answer stays readable."))
            return redirect("intake:review", client.uuid)
    record_read(about=anew.intake, client=client, by=request.user)
    bound = [form, why]
    context = {
        "client": client,
        "anew": anew,
        "form": form,
        "why": why,
        "forms": bound,
        "has_errors": any(each.is_bound and each.errors for each in bound),
    }
    return render(request, "intake/therapist/answer_anew.html", context, status=status_of(form, why))


@for_role(Role.THERAPIST)
@shown_or_sent
def check_in(request: HttpRequest, client_uuid: uuid.UUID) -> HttpResponse:
    """Today's check-in: asked aloud here, or read when the client has filled it in; with the therapist's entries."""
    client = charted_client(request.user, client_uuid)
    on = timezone.localdate()
    held = queries.check_in_of(client, on=on)
    if held is not None and request.method == "GET" and "again" not in request.GET:
        record_read(about=held, client=client, by=request.user)
        form = _entries_form(request, client, held)
        context = {"client": client, "held": held, "rows": queries.check_in_rows(held), "form": form}
        return render(request, "intake/therapist/check_in_done.html", context)
    form, submit = check_in_forms(request, client)
    if request.method == "POST" and form.is_valid() and submit.is_valid():
        stored = form.stores(
            lambda values: actions.submit_check_in(
                client=client,
                answers=values,
                submit_key=submit.cleaned_data["submit_key"],
                appointment=queries.visit_of_today(request.user, client),
                asked_by=request.user,
                by=request.user,
            )
        )
        if stored is not None:
            return redirect("sessions:start", client_uuid)
    context = {"client": client, **check_in_context(form, submit)}
    return render(request, "intake/therapist/check_in.html", context, status=status_of(form, submit))


def _entries_form(request: HttpRequest, client: Any, held: Any) -> AnswerForm:
    asked = queries.private_questions(client, on=timezone.localdate())
    questions = [q for q in queries.therapist_questions() if q.id != "th_ask" or asked]
    return AnswerForm(sent(request), questions=questions, answers=held.answers, asked_aloud=asked)


@for_role(Role.THERAPIST)
@require_POST
def entries(request: HttpRequest, client_uuid: uuid.UUID) -> HttpResponse:
    """What the therapist measured or asked in private, beside today's check-in."""
    client = charted_client(request.user, client_uuid)
    held = queries.check_in_of(client, on=timezone.localdate())
    if held is None:
        messages.error(request, _("There is no check-in today yet. Ask it first."))
        return redirect("intake:check_in", client_uuid)
    form = _entries_form(request, client, held)
    given = {name: value for name, value in form.values().items() if value is not None} if form.is_valid() else {}
    if form.is_valid() and not given:
        form.add_error(None, _("Nothing is filled in yet. Give at least one entry."))
    elif given:
        stored = form.stores(lambda _values: actions.add_to_check_in(check_in=held, entries=given, by=request.user))
        if stored is not None:
            messages.success(request, _("Stored beside the check-in."))
            return redirect("sessions:start", client_uuid)
    context = {"client": client, "held": held, "rows": queries.check_in_rows(held), "form": form}
    return render(request, "intake/therapist/check_in_done.html", context, status=422)


@for_role(Role.THERAPIST)
@shown_or_sent
def clearance_new(request: HttpRequest, client_uuid: uuid.UUID) -> HttpResponse:
    """Record what a clinician allowed."""
    client = charted_client(request.user, client_uuid)
    flags = queries.clearable(client, on=timezone.localdate())
    form = ClearanceForm(sent(request), request.FILES or None, flags=flags)
    if request.method == "POST" and form.is_valid():
        try:
            actions.record_clearance(client=client, **form.values(), by=request.user)
        except ValidationError as error:
            at_fields(form, error)
        else:
            messages.success(request, _("Recorded. The limits are lifted as far as it says."))
            return redirect("intake:review", client_uuid)
    context = {"client": client, "form": form}
    return render(request, "intake/therapist/clearance.html", context, status=status_of(form))


@for_role(Role.THERAPIST, Role.OWNER)
@require_GET
def clearance(request: HttpRequest, clearance_uuid: uuid.UUID) -> HttpResponse:
    """What a clearance says, what it lifts today, and why not where it does not."""
    sheet = clearances.clearance_sheet(request.user, clearance_uuid, on=timezone.localdate())
    found = sheet.clearance
    record_read(about=found, client=found.client, by=request.user)
    context = {
        "client": found.client,
        "sheet": sheet,
        "asked": found.letter_step.letter.uuid if hasattr(found, "letter_step") else None,
        "withdrawn": hasattr(found, "withdrawal"),
        "writes": request.user.holds(Role.THERAPIST),
    }
    return render(request, "intake/therapist/clearance_read.html", context)


@for_role(Role.THERAPIST, Role.OWNER)
@require_GET
def letter(request: HttpRequest, clearance_uuid: uuid.UUID) -> FileResponse:
    """The letter behind a clearance, as a file to save; never shown in the page."""
    found = queries.clearance(request.user, clearance_uuid)
    if not found.file:
        raise Http404
    record_read(about=found, client=found.client, by=request.user)
    ending = found.file.name.rpartition(".")[2]
    return FileResponse(
        found.file.open("rb"), as_attachment=True, filename=f"letter.{ending}", content_type=found.file_type
    )


@for_role(Role.THERAPIST)
@shown_or_sent
def clearance_withdraw(request: HttpRequest, clearance_uuid: uuid.UUID) -> HttpResponse:
    """End a clearance before its time; asks once, with the reason."""
    found = queries.clearance(request.user, clearance_uuid)
    form = WithdrawForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.withdraw_clearance(clearance=found, reason=form.cleaned_data["reason"], by=request.user)
        except ValidationError as error:
            at_fields(form, error)
        else:
            messages.success(request, _("Withdrawn. What it lifted is back."))
            return redirect("intake:review", found.client.uuid)
    context = {"client": found.client, "clearance": found, "form": form}
    return render(request, "intake/therapist/clearance_withdraw.html", context, status=status_of(form))


@for_role(Role.THERAPIST)
@shown_or_sent
def stop_withdraw(request: HttpRequest, stop_uuid: uuid.UUID) -> HttpResponse:
    """The client answered anew that there was no emergency sign; the therapist confirms it aloud, with the reason."""
    found = queries.stop_to_withdraw(request.user, stop_uuid)
    form = StopWithdrawForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.withdraw_stop(stop=found, reason=form.cleaned_data["reason"], by=request.user)
        except ValidationError as error:
            at_fields(form, error)
        else:
            messages.success(request, _("Withdrawn. The owner can read it; the first answers stay as they were."))
            return redirect("intake:review", found.client.uuid)
    record_read(about=found, client=found.client, by=request.user)
    context = {"client": found.client, "stop": found, "signs": queries.entry_names(found.codes), "form": form}
    return render(request, "intake/therapist/stop_withdraw.html", context, status=status_of(form))


@for_role(Role.THERAPIST)
@require_POST
def consent_withdraw(request: HttpRequest, consent_uuid: uuid.UUID) -> HttpResponse:
    """Take a consent back on the client's word; what it covered is closed at once."""
    found = queries.consent(request.user, consent_uuid)
    try:
        actions.withdraw_consent(consent=found, by=request.user)
    except ValidationError:
        messages.info(request, _("This consent was taken back already."))
    else:
        messages.success(request, _("Taken back. What it covered is closed from now on."))
    return redirect("intake:review", found.client.uuid)
