"""System checks of our own settings: each names the setting and says what to do. ``serve`` and ``demo`` run them."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags
from django.db import connections
from phonenumbers import SUPPORTED_REGIONS

_LOOPBACK = re.compile(r"localhost|.*\.localhost|127(\.\d{1,3}){3}|::1|\[::1\]")
#: Settings of the database server without which a saved note may be lost in a power cut.
DURABLE = ("fsync", "full_page_writes", "synchronous_commit")


def is_loopback(host: str) -> bool:
    """Whether ``host`` names this machine only."""
    return bool(_LOOPBACK.fullmatch(host))


def who_reaches_the_pages(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Passwords and health data travel in clear without HTTPS: then only this machine may reach the pages."""
    found: list[CheckMessage] = []
    others = [host for host in settings.ALLOWED_HOSTS if not is_loopback(host)]
    if not settings.ALLOWED_HOSTS:
        found.append(
            Error("ALLOWED_HOSTS is empty.", hint="Set it to the names people type, with commas.", id="clinic.E001")
        )
    if "*" in settings.ALLOWED_HOSTS:
        found.append(
            Error(
                "ALLOWED_HOSTS accepts every name, which lets a stranger's link steal sign-ins.",
                hint="Set it to the names people type, with commas.",
                id="clinic.E002",
            )
        )
    if others and settings.DEBUG:
        found.append(
            Error(
                f"DEBUG shows health data in error pages, and others can reach {others[0]}.",
                hint="Set DEBUG=0, or remove the names of other machines from ALLOWED_HOSTS.",
                id="clinic.E003",
            )
        )
    if others and not settings.CLINIC_HTTPS:
        found.append(
            Error(
                f"HTTPS is off, but ALLOWED_HOSTS names {others[0]}: what people type would travel readable.",
                hint="Put a TLS proxy in front (README) and set HTTPS=1.",
                id="clinic.E004",
            )
        )
    return found


def data_folder_can_be_written(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Uploaded files, keys and the embedded database live in CLINIC_DATA."""
    folder = Path(settings.CLINIC_DATA)
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
        return []
    return [
        Error(
            f"Nothing can be written to {folder}.",
            hint="Set CLINIC_DATA to a folder of the user who runs this.",
            id="clinic.E005",
        )
    ]


def phone_region_is_known(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Numbers written without a country code are read as numbers of this country."""
    if settings.CLINIC_PHONE_REGION in SUPPORTED_REGIONS:
        return []
    return [
        Error(
            f"PHONE_REGION is set to {settings.CLINIC_PHONE_REGION!r}, which is no country.",
            hint="Set it to two capital letters such as GB.",
            id="clinic.E007",
        )
    ]


def database_is_durable(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """The server must keep what it has acknowledged. Asks the database: runs with ``migrate`` and ``--database``."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        with connections[alias].cursor() as cursor:
            for name in DURABLE:
                cursor.execute("select current_setting(%s)", [name])
                if cursor.fetchone()[0] == "off":
                    found.append(
                        Error(
                            f"The database server runs with {name} off: a saved note could be lost.",
                            hint=f"Set {name} = on in its configuration and restart it.",
                            id="clinic.E006",
                        )
                    )
    return found


#: What the app registers, with its tag.
CHECKS = (
    (who_reaches_the_pages, Tags.security),
    (data_folder_can_be_written, Tags.files),
    (phone_region_is_known, Tags.translation),
    (database_is_durable, Tags.database),
)
