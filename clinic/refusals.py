"""How a page answers when something typed cannot be kept: the sentence at its field, and the status."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest
from django.views.decorators.http import require_http_methods

#: A page with a form: looked at, or sent.
shown_or_sent = require_http_methods(["GET", "HEAD", "POST"])


def sent(request: HttpRequest) -> Any:
    """What a form takes as its data: everything posted, be it nothing at all; None for a page that is looked at."""
    return request.POST if request.method == "POST" else None


def at_fields(form: Form, error: ValidationError) -> None:
    """Put the sentences of a refused action at the fields of ``form``, or above it."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, sentences in error.message_dict.items():
        for sentence in sentences:
            form.add_error(name if name in form.fields else None, sentence)


def status_of(*forms: Form | None) -> int:
    """422 when one of the forms has something to put right, else 200."""
    return 422 if any(form is not None and form.is_bound and form.errors for form in forms) else 200
