"""What a page weighs on the way to a browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import brotli
from django.conf import settings
from django.contrib.staticfiles.finders import find


def weighed(page: Any, way: Callable[[], Any]) -> dict[str, int]:
    """Bytes of each address that ``way`` asks the server for: files as ``serve`` gives them, pages as they are sent."""
    answers: list[Any] = []

    def note(answer: Any) -> None:
        answers.append(answer)

    page.on("response", note)
    way()
    page.wait_for_load_state("networkidle")
    page.remove_listener("response", note)
    asked = [answer for answer in answers if not answer.from_service_worker and answer.request.redirected_to is None]
    return {answer.url: _compressed(answer) for answer in asked}


def _compressed(answer: Any) -> int:
    head = sum(len(name) + len(value) + 4 for name, value in answer.headers.items())
    path = urlsplit(answer.url).path
    if not path.startswith(settings.STATIC_URL):
        return head + int(answer.request.sizes()["responseBodySize"])
    body = Path(find(path.removeprefix(settings.STATIC_URL)) or "").read_bytes()
    return head + min(len(body), len(brotli.compress(body)))
