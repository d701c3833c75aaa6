"""A wrong setting stops the start with a sentence that says what to do."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.conf import settings as product
from django.db import connection

from clinic import checks


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, []),
        ({"ALLOWED_HOSTS": []}, ["clinic.E001"]),
        ({"ALLOWED_HOSTS": ["*"], "CLINIC_HTTPS": True}, ["clinic.E002"]),
        ({"ALLOWED_HOSTS": ["clinic.example"], "CLINIC_HTTPS": True}, []),
        ({"ALLOWED_HOSTS": ["clinic.example"], "CLINIC_HTTPS": True, "DEBUG": True}, ["clinic.E003"]),
        ({"ALLOWED_HOSTS": ["192.168.1.20"]}, ["clinic.E004"]),
        ({"ALLOWED_HOSTS": ["127.0.0.1.example.org"]}, ["clinic.E004"]),
    ],
)
def test_without_https_only_this_machine_reaches_the_pages(settings, changed: dict, expected: list[str]) -> None:
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
    for name, value in changed.items():
        setattr(settings, name, value)

    assert [found.id for found in checks.who_reaches_the_pages(None)] == expected


def test_a_data_folder_inside_a_file_is_refused(settings, tmp_path) -> None:
    (tmp_path / "file").write_text("")
    settings.CLINIC_DATA = tmp_path / "file" / "data"
    assert [found.id for found in checks.data_folder_can_be_written(None)] == ["clinic.E005"]

    settings.CLINIC_DATA = tmp_path / "not yet" / "data"
    assert checks.data_folder_can_be_written(None) == []


@pytest.mark.django_db
def test_a_database_that_may_lose_what_it_acknowledged_is_refused() -> None:
    assert checks.database_is_durable(None, databases=["default"]) == []

    with connection.cursor() as cursor:
        cursor.execute("set local synchronous_commit = off")
    assert [found.id for found in checks.database_is_durable(None, databases=["default"])] == ["clinic.E006"]


def test_an_unknown_country_of_phone_numbers_is_refused(settings) -> None:
    settings.CLINIC_PHONE_REGION = "UK"

    assert [found.id for found in checks.phone_region_is_known(None)] == ["clinic.E007"]


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DEBUG", "maybe", "DEBUG is set to 'maybe'. Set it to 1 or 0."),
        ("HTTPS", "treu", "HTTPS is set to 'treu'. Set it to 1 or 0."),
        ("TRUSTED_PROXIES", "one", "TRUSTED_PROXIES is set to 'one'. Set it to a whole number."),
        ("TIME_ZONE", "Mars", "TIME_ZONE is set to 'Mars'. Set it to a zone such as Europe/London."),
        ("SECRET_KEY", "short", "SECRET_KEY is shorter than 50 characters."),
        ("DATABASE_URL", "mysql://a/b", "DATABASE_URL must name a PostgreSQL database"),
        ("DATABASE_URL", "postgres://somebody@127.0.0.1:1/none", "The database cannot be used."),
        ("CLINIC_DATA", "/proc/nowhere", "set CLINIC_DATA to a folder of your own"),
    ],
)
def test_a_wrong_setting_stops_every_command_with_a_sentence(name: str, value: str, sentence: str) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "serve"],
        cwd=product.BASE_DIR,
        env={**os.environ, name: value},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
