"""The WSGI application, behind a small guard.

Django reads the charset of a request before any middleware runs and fails on one it does not know, so a request in
another charset than UTF-8 is answered here. So is a body larger than any page of ours sends.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from email.message import Message
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")


class Guard:
    """Answers 415 to another charset, 413 to an oversized body, 400 to a length that is none; passes on the rest."""

    def __init__(self, application: Any) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        refusal = self._refusal(environ)
        if refusal is None:
            return self.application(environ, start_response)
        body = f"{refusal}\n".encode()
        headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]
        start_response(refusal, [*headers, ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")])
        return [body]

    def _refusal(self, environ: dict[str, Any]) -> str | None:
        message = Message()
        message["Content-Type"] = environ.get("CONTENT_TYPE") or "text/plain"
        charset = message.get_param("charset", "utf-8")
        if not isinstance(charset, str) or charset.lower() not in ("utf-8", "utf8", "us-ascii"):
            return "415 Unsupported Media Type"
        length = environ.get("CONTENT_LENGTH") or "0"
        if not (length.isascii() and length.isdigit()):
            return "400 Bad Request"
        if int(length) > settings.CLINIC_LARGEST_BODY:
            return "413 Content Too Large"
        return None


application = Guard(get_wsgi_application())
