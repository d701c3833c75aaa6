"""The therapist's inbox: what clients said from home, plans that no longer fit, and the answers."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from clinic.access import for_role
from clinic.actions import record_reads
from clinic.refusals import at_fields, status_of
from clinic.roles import Role
from sessions.actions.home import answer_home_message
from sessions.plan_forms import AnswerForm
from sessions.queries import inbox as home


@for_role(Role.THERAPIST, Role.OWNER)
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """Open messages with a form each, tasks, and what was answered; the owner reads along."""
    return _page(request)


def _page(request: HttpRequest, *, bound: Any = None, of: uuid.UUID | None = None) -> HttpResponse:
    """The inbox; ``bound`` is the answer to the message ``of`` that was refused, with what was typed."""
    found = home.inbox(request.user)
    answers = request.user.holds(Role.THERAPIST)
    lines = [replace(line, form=_form(line, bound if line.message.uuid == of else None)) for line in found.lines]
    record_reads(about=[line.message for line in (*found.lines, *found.answered)], by=request.user)
    context = {
        "inbox": found,
        "lines": lines,
        "answers": answers,
        "forms": [bound] if bound is not None else [],
        "has_errors": bound is not None,
    }
    return render(request, "sessions/inbox/inbox.html", context, status=status_of(bound))


def _form(line: Any, bound: Any) -> Any:
    return bound or AnswerForm(may_go_on=line.may_go_on, auto_id=f"id_{line.message.uuid}_%s")


@for_role(Role.THERAPIST)
@require_POST
def answer(request: HttpRequest, message_uuid: uuid.UUID) -> HttpResponse:
    """Answer one message; refused with the sentence at its field, the typed words kept."""
    line = home.home_message(request.user, message_uuid)
    form = AnswerForm(request.POST, may_go_on=line.may_go_on, auto_id=f"id_{message_uuid}_%s")
    if form.is_valid():
        try:
            answer_home_message(message=line.message, **form.values(), by=request.user)
        except ValidationError as error:
            at_fields(form, error)
        else:
            messages.success(request, _("Answered. The client reads it in the portal."))
            return redirect("sessions:inbox")
    return _page(request, bound=form, of=message_uuid)
