"""What a letter to a client's doctor takes from the notes: results of tests, and the last massage."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.models import Client
from sessions.models import Finding, SessionNote
from sessions.queries.note import finding_in_words
from sessions.rules.findings import MEASURES, TESTS

#: Results that fit on the page beside everything else.
MOST_FINDINGS = 12


def last_massage(client: Client) -> date | None:
    """The day of the client's last signed session that counts; None when there was none."""
    note = _signed(client).first()
    return timezone.localdate(note.started_at) if note is not None else None


def test_results(client: Client) -> list[dict[str, Any]]:
    """Tests and ranges of the newest signed note that holds any, in words and without the typed comments."""
    counted = Finding.objects.filter(note__in=_signed(client), code__in=(*TESTS, *MEASURES))
    newest = counted.order_by("-note__started_at", "-id").values_list("note", flat=True)[:1]
    found = counted.filter(note__in=list(newest)).select_related("note").order_by("id")
    rows = []
    for finding in found[:MOST_FINDINGS]:
        finding.comment = ""
        told = finding_in_words(finding)
        if told.result:
            rows.append(
                {
                    "label": told.label,
                    "side": told.side,
                    "result": _("%(result)s (%(phase)s)") % {"result": told.result, "phase": told.phase},
                    "on": timezone.localdate(finding.note.started_at).isoformat(),
                }
            )
    return rows


def _signed(client: Client) -> Any:
    return SessionNote.objects.filter(client=client, signed_at__isnull=False, strike=None).order_by("-started_at")
