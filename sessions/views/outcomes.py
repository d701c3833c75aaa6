"""The therapist's page of outcomes: how a client stands, and totals typed in with their day."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.access import for_role
from clinic.actions import record_read
from clinic.queries import charted_client
from clinic.refusals import at_fields, shown_or_sent, status_of
from clinic.roles import Role
from sessions.actions.outcome import record_score
from sessions.forms import ScoreForm
from sessions.queries import outcomes as found


@for_role(Role.THERAPIST)
@shown_or_sent
def outcomes(request: HttpRequest, client_uuid: uuid.UUID) -> HttpResponse:
    """How it stands by every rule; a POST stores one value, or takes one back."""
    client = charted_client(request.user, client_uuid)
    form: Any = None
    if request.method == "POST":
        form = ScoreForm(request.POST, measures=found.measures())
        if form.is_valid():
            said = form.cleaned_data
            value = None if said["back"] else Decimal(str(said["value"]))
            try:
                record_score(client=client, code=said["code"], on=said["on"], value=value, by=request.user)
            except ValidationError as error:
                at_fields(form, error)
            else:
                messages.success(request, _("Taken back.") if value is None else _("The value is stored."))
                return redirect("sessions:outcomes", client_uuid)
    else:
        record_read(about=client, client=client, by=request.user)
    today = timezone.localdate()
    context = {
        "client": client,
        "outcomes": found.outcomes(client, on=today),
        "form": form or ScoreForm(measures=found.measures(), initial={"on": today}),
    }
    return render(request, "sessions/outcomes/outcomes.html", context, status=status_of(form))
