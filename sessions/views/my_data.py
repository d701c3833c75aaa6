"""What a client may read of their own record: the next visit, forms, consents and taking them back, data as a file.

Forms, consents and data ask for a code not older than half an hour, and open to the client and to who speaks for
them. Somebody who only helps has the plan: to them these pages do not exist.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clinic.access import for_role, fresh_code, has_fresh_code
from clinic.actions import record, record_read
from clinic.refusals import shown_or_sent
from clinic.roles import Role
from intake import queries as intake
from intake.actions import withdraw_consent
from sessions.queries.my_data import my_contact, my_file
from sessions.views.portal import of_one_client

View = Callable[..., HttpResponse]


def _of_my_record(view: View) -> View:
    """Hand the view the chosen client, if this account may read their record; 404 otherwise."""

    @wraps(view)
    def guarded(request: HttpRequest, client: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.reads_record:  # type: ignore[attr-defined]
            raise Http404
        return view(request, client, *args, **kwargs)

    return of_one_client(guarded)


@for_role(Role.CLIENT)
@require_safe
@_of_my_record
def me(request: HttpRequest, client: Any) -> HttpResponse:
    """The next visit, and the way to forms, consents and data."""
    context = {"called": client.called, "asks_for_code": not has_fresh_code(request)}
    return render(request, "sessions/my_data/me.html", context)


@for_role(Role.CLIENT)
@require_safe
@_of_my_record
@fresh_code
def forms(request: HttpRequest, client: Any) -> HttpResponse:
    """Every form that was filled in, by date."""
    record_read(about=client, client=client, by=request.user)
    return render(request, "sessions/my_data/forms.html", {"called": client.called, "forms": intake.my_forms(client)})


@for_role(Role.CLIENT)
@require_safe
@_of_my_record
@fresh_code
def form(request: HttpRequest, client: Any, form_uuid: uuid.UUID) -> HttpResponse:
    """One form: the questions as they were asked, and the client's own answers."""
    mine = intake.my_form(client, form_uuid)
    record_read(about=client, client=client, by=request.user)
    return render(request, "sessions/my_data/form.html", {"called": client.called, "mine": mine})


@for_role(Role.CLIENT)
@require_safe
@_of_my_record
@fresh_code
def consents(request: HttpRequest, client: Any) -> HttpResponse:
    """What the client agreed to, by whom it was signed, and what still counts."""
    record_read(about=client, client=client, by=request.user)
    rows = intake.my_consents(client, on=timezone.localdate())
    return render(request, "sessions/my_data/consents.html", {"called": client.called, "consents": rows})


@for_role(Role.CLIENT)
@shown_or_sent
@_of_my_record
@fresh_code
def consent(request: HttpRequest, client: Any, consent_uuid: uuid.UUID) -> HttpResponse:
    """One consent as signed, and the button that takes it back: what it closes stands above it."""
    mine = intake.my_consent(client, consent_uuid, on=timezone.localdate())
    if request.method == "POST":
        try:
            if not mine.can_be_taken_back:
                raise ValidationError(_("This no longer counts."))
            withdraw_consent(consent=mine.consent, by=request.user)
        except ValidationError:
            messages.info(request, _("This does not count any more: there is nothing to take back."))
        else:
            messages.success(request, _("Taken back. It counts from now on."))
        return redirect("sessions:my_consents")
    record_read(about=mine.consent, client=client, by=request.user)
    return render(request, "sessions/my_data/consent.html", {"called": client.called, "mine": mine})


@for_role(Role.CLIENT)
@shown_or_sent
@_of_my_record
@fresh_code
def data(request: HttpRequest, client: Any) -> HttpResponse:
    """The contact data, what is in the file and what is not; sent, it gives the file."""
    if request.method != "POST":
        context = {"called": client.called, "contact": my_contact(client)}
        return render(request, "sessions/my_data/data.html", context)
    record(verb="export_own_data", about=client, client=client, by=request.user)
    content = json.dumps(my_file(client), ensure_ascii=False, indent=2)
    response = HttpResponse(content, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="my-data-{timezone.localdate():%Y-%m-%d}.json"'
    return response
