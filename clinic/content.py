"""Which edition of the clinical catalogues is in use, and whether a clinician has signed it off."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings

from clinic.catalogues import edition_hash
from clinic.models import ContentKind


def catalogue_path(kind: ContentKind) -> Path:
    """The file behind ``kind``; settings name the files, because this floor does not know the others."""
    return Path(settings.BASE_DIR) / settings.CLINIC_CATALOGUES[kind.value]


@cache
def current_hash(kind: ContentKind) -> str:
    """SHA-256 of the catalogue this process runs with."""
    return edition_hash(catalogue_path(kind))


def current_hashes() -> list[str]:
    """The hashes of all catalogues in use."""
    return [current_hash(ContentKind(kind)) for kind in settings.CLINIC_CATALOGUES]


def edition_number() -> str:
    """One short name for all catalogues together, as staff pages and print-outs show it."""
    return "-".join(each[:4] for each in current_hashes())
