"""Things that hold for the project as a whole: label, migrations, append-only tables, files that must not leak."""

import os
import re
import subprocess
import sys

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader

from tests.house.source import PACKAGES, ROOT

LABELS = ("clinic", "intake", "massage_sessions")
APPEND_ONLY = {
    "clinic": ["AuditEvent", "ContentEdition", "EditionSignOff"],
    "intake": [
        "StopEvent",
        "StopAction",
        "StopWithdrawal",
        "AnswerChange",
        "RaisedFlag",
        "Clearance",
        "ClearanceWithdrawal",
        "Screening",
        "Consent",
        "ConsentWithdrawal",
        "DoctorLetter",
        "HeardAnswer",
        "LetterStep",
    ],
    "massage_sessions": [
        "TimelineEvent",
        "EventVoid",
        "Addendum",
        "NoteStrike",
        "Reentry",
        "Seal",
        "ItemOverride",
        "StretchLog",
        "GentlerLevel",
        "HomeMessage",
        "HomeAnswer",
        "HomeAnswerRead",
        "Score",
    ],
}


def test_the_sessions_package_keeps_its_own_label():
    assert apps.get_app_config("massage_sessions").name == "sessions"


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


@pytest.mark.parametrize("label", LABELS)
def test_each_app_has_one_migration_leaf(label):
    loader = MigrationLoader(None)

    assert len(loader.graph.leaf_nodes(label)) == 1


@pytest.mark.parametrize("label", LABELS)
def test_every_migration_can_be_reversed(label):
    loader = MigrationLoader(None)

    stuck = [
        f"{key}: {operation}"
        for key, migration in loader.disk_migrations.items()
        if key[0] == label
        for operation in migration.operations
        if not operation.reversible
    ]

    assert not stuck


@pytest.mark.parametrize(("label", "name"), [(label, name) for label, names in APPEND_ONLY.items() for name in names])
def test_append_only_tables_have_their_trigger(label, name):
    model = apps.get_model(label, name)

    triggers = {trigger.name for trigger in model._meta.triggers}

    assert "append_only" in triggers, f"{name} is append-only by its promise: add append_only() to Meta.triggers."


@pytest.mark.django_db
@pytest.mark.parametrize("statement", ["update", "delete"])
def test_an_audit_row_cannot_be_changed_by_sql(statement, django_user_model):
    apps.get_model("clinic", "AuditEvent").objects.create(verb="test", at="2026-01-01T00:00:00Z")
    sql = {"update": "update clinic_auditevent set verb = 'x'", "delete": "delete from clinic_auditevent"}[statement]

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_production_settings_pass_the_deployment_checks(tmp_path):
    production = {"HTTPS": "1", "ALLOWED_HOSTS": "clinic.example", "CLINIC_DATA": str(tmp_path), "DEBUG": "0"}
    # The browser tests of the same worker set what no production has.
    machine = {name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]

    checked = subprocess.run(command, cwd=ROOT, env=machine | production, capture_output=True, text=True, check=False)

    assert checked.returncode == 0, checked.stderr
    assert "0 silenced" in checked.stdout


def test_every_foreign_key_to_a_record_protects_it():
    loose = [
        f"{model.__name__}.{field.name}"
        for label in LABELS
        for model in apps.get_app_config(label).get_models()
        for field in model._meta.get_fields()
        if field.many_to_one
        and field.concrete
        and not hasattr(model, "pgh_tracked_model")
        and field.remote_field.on_delete.__name__ not in ("PROTECT",)
    ]

    assert not loose, f"{loose}: clinical rows are never deleted along with another."


def _tracked() -> list[str]:
    return subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")


def test_no_file_names_a_machine_path_or_a_package_host():
    words = re.compile(r"/wor[k]/|\.\./share[d]|pythonhoste[d]|npmj[s]\.|deb\.debia[n]")

    found = [
        name
        for name in _tracked()
        if name
        and (ROOT / name).is_file()
        and "/vendor/" not in name
        and (ROOT / name).suffix in (".py", ".md", ".toml", ".txt", ".html", ".css", ".js", ".in", ".yaml", "")
        and words.search((ROOT / name).read_text(encoding="utf-8", errors="ignore"))
    ]

    assert not found


def test_templates_hold_no_inline_script_or_style():
    pattern = re.compile(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\bsrc=)", re.I)

    found = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "templates").rglob("*.html")
        if pattern.search(path.read_text(encoding="utf-8"))
    ]

    assert not found, f"{found}: the content security policy refuses it; use a file."


def test_ci_runs_the_readme_command_word_for_word():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")

    assert (
        "python3 -m venv .venv && .venv/bin/pip install -r requirements-dev.txt && .venv/bin/python -m pytest\n"
        in readme
    )
    assert "grep -m1 -- '-m pytest$' README.md" in script


def test_every_pinned_requirement_has_hashes():
    for name in ("requirements.txt", "requirements-dev.txt"):
        pins = re.findall(r"^[A-Za-z0-9_.\[\]-]+==", (ROOT / name).read_text(), re.M)
        blocks = (ROOT / name).read_text().count("--hash=sha256:")
        assert len(pins) <= blocks, name


def test_packages_are_the_three():
    assert all((ROOT / package / "__init__.py").is_file() for package in PACKAGES)
