"""The form itself, in a browser session that reaches nothing else: pages, stop, review, check-in, thank-you."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from clinic.access import confined, for_confined, left_alone
from clinic.refusals import sent, shown_or_sent, status_of
from intake import access_actions as doors
from intake import actions, queries
from intake.forms import AnswerForm, SubmitForm

View = Callable[..., HttpResponse]
_REVIEWING = "change"


def with_access(view: View) -> View:
    """Hand the view the access behind this browser session while it lasts; else say how it ended.

    A tablet that nobody has touched for a while is locked: its answers are kept, the desk opens it with a new code.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        bounds = confined(request) or {}
        access = queries.open_access(bounds.get("subject", ""))
        if access is not None and left_alone(request):
            if bounds["locked"]:
                doors.lock_form(access=access, by=None)
            access = None
        if access is None:
            return redirect("intake:form_over")
        request.form_access = access  # type: ignore[attr-defined]  # for the frame of the page: help, idle warning
        try:
            return view(request, access, *args, **kwargs)
        except actions.AccessEnded:
            return redirect("intake:form_over")

    return guarded


def on_tablet(access: Any) -> bool:
    """Whether the form is on one of the practice's tablets, where the desk is near and the next client too."""
    return access.device_id is not None


@for_confined
@require_GET
@with_access
def start(request: HttpRequest, access: Any) -> HttpResponse:
    """Go to where the form stands; on a tablet, and before the first page, by way of a greeting."""
    if access.intake is None:
        go = reverse("intake:form_check_in")
    else:
        address = queries.resume_at(access.intake.answers, on=timezone.localdate())
        go = _go(address)["Location"]
    if not on_tablet(access) and (access.intake is None or access.intake.answers):
        return redirect(go)
    context = {"client": access.client, "intake": access.intake, "go": go, "on_tablet": on_tablet(access)}
    return render(request, "intake/client/start.html", context)


def _go(address: str, *, reviewing: bool = False) -> HttpResponse:
    if address == queries.REVIEW:
        return redirect("intake:form_review")
    page = reverse("intake:form_page", args=[address])
    return redirect(f"{page}?{_REVIEWING}" if reviewing else page)


@for_confined
@shown_or_sent
@with_access
def page(request: HttpRequest, access: Any, address: str) -> HttpResponse:
    """One page of questions: saved when it is sent, judged at once."""
    if access.intake is None:
        return redirect("intake:form_check_in")
    on = timezone.localdate()
    answers = access.intake.answers
    step = queries.form_step(address, answers, on=on)
    if step is None or not queries.may_be_opened(address, answers, on=on):
        return _go(queries.resume_at(answers, on=on))
    reviewing = _REVIEWING in request.GET
    shown = queries.shown_answers(access)
    form = AnswerForm(sent(request), questions=step.questions, answers=shown, details=step.details)
    if on_tablet(access):
        form.suggest_nothing()
    if request.method == "POST" and form.is_valid():
        saved = form.stores(lambda values: actions.save_page(access=access, ids=form.ids, values=values, by=None))
        if saved is not None:
            if saved.state != "draft":
                return redirect("intake:form_over")
            return _go(_next(address, saved.answers, reviewing, on), reviewing=reviewing)
    context = {
        "form": form,
        "step": step,
        "before": queries.step_before(address, answers, on=on),
        "reviewing": reviewing,
    }
    return render(request, "intake/client/page.html", context, status=status_of(form))


def _next(address: str, answers: Any, reviewing: bool, on: Any) -> str:
    """Where to go on: through the form, or from a change back to the review by way of what it newly opened."""
    if reviewing:
        details = address + queries.DETAILS
        return details if details in queries.form_steps(answers, on=on) else queries.resume_at(answers, on=on)
    return queries.step_after(address, answers, on=on)


@for_confined
@shown_or_sent
@with_access
def review(request: HttpRequest, access: Any) -> HttpResponse:
    """Everything on one page with a way to change it, then hand it in."""
    if access.intake is None:
        return redirect("intake:form_check_in")
    on = timezone.localdate()
    answers = access.intake.answers
    first_open = queries.resume_at(answers, on=on)
    if first_open != queries.REVIEW:
        return redirect("intake:form_page", first_open)
    form = SubmitForm(sent(request))
    if request.method == "POST" and form.is_valid():
        handed_in = form.stores(lambda key: actions.submit_intake(access=access, submit_key=key, by=None))
        if handed_in is not None:
            return redirect("intake:form_over")
    context = {
        "form": form,
        "parts": queries.review_parts(answers, on=on),
        "open_consents": queries.consents_to_tick(answers, on=on),
        "before": queries.step_before(queries.REVIEW, answers, on=on),
    }
    return render(request, "intake/client/review.html", context, status=status_of(form))


@for_confined
@shown_or_sent
@with_access
def check_in(request: HttpRequest, access: Any) -> HttpResponse:
    """The short form before a visit; questions that an answer opens again follow on the same page."""
    if access.intake is not None:
        return redirect("intake:form")
    form, submit = check_in_forms(request, access.client)
    if request.method == "POST" and form.is_valid() and submit.is_valid():
        stored = form.stores(
            lambda values: actions.submit_check_in(
                client=access.client,
                answers=values,
                submit_key=submit.cleaned_data["submit_key"],
                access=access,
                by=None,
            )
        )
        if stored is not None:
            return redirect("intake:form_over")
    context = check_in_context(form, submit)
    return render(request, "intake/client/check_in.html", context, status=status_of(form, submit))


def check_in_forms(request: HttpRequest, client: Any) -> tuple[AnswerForm, SubmitForm]:
    """The check-in's questions, those it opens again and what these open in turn, and the key that stores it once."""
    on = timezone.localdate()
    data = sent(request)
    form = AnswerForm(data, questions=queries.check_in_questions(client, {}, on=on), answers={})
    while data is not None and form.is_valid():
        questions = queries.check_in_questions(client, form.values(), on=on)
        if len(questions) <= len(form.ids):
            break
        form = AnswerForm(data, questions=questions, answers={})
        form.opened_again = True
    return form, SubmitForm(data)


def check_in_context(form: AnswerForm, submit: SubmitForm) -> dict[str, Any]:
    """What the page of a check-in shows, the sentences of both its forms first."""
    forms = [form, submit]
    return {"form": form, "submit": submit, "forms": forms, "has_errors": any(each.errors for each in forms)}


@for_confined
@require_GET
def over(request: HttpRequest) -> HttpResponse:
    """The end of the form, and nothing else: stopped, thank you, left alone, or time is over."""
    bounds = confined(request) or {}
    try:
        access = None if left_alone(request) else queries.access_of(uuid.UUID(bounds.get("subject", "")))
    except ValueError:
        access = None
    context = {
        "end": queries.how_it_ended(access),
        "own_device": not bounds.get("locked", True),
        "rest": bounds.get("rest", ""),
    }
    return render(request, "intake/client/over.html", context)
