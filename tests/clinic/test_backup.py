"""A backup holds everything, comes back whole into an empty installation, and a damaged one is noticed first."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import psycopg
import pytest
from django.conf import settings as product
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from clinic import backups
from clinic.database import server
from clinic.models import Client
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def archive(tmp_path: Path, settings) -> Path:
    """A backup of a practice with two clients, one uploaded letter and one key."""
    settings.CLINIC_DATA = tmp_path / "data"
    settings.MEDIA_ROOT = tmp_path / "data" / "files"
    for name, content in (("files/letters/one.pdf", b"a letter"), ("keys/secret_key", b"k" * 60)):
        file = tmp_path / "data" / name
        file.parent.mkdir(parents=True)
        file.write_bytes(content)
    factories.people()
    path = tmp_path / "kept" / "practice.backup"
    backups.backup(path)
    return path


def _manage(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=product.BASE_DIR,
        env={**os.environ, "CLINIC_DATA": str(data)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_everything_comes_back_into_an_empty_installation_once(archive: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    expected = set(Client.objects.values_list("ref", "first_name"))

    first, second = _manage(new, "restore", str(archive)), _manage(new, "restore", str(archive))

    assert (first.returncode, first.stderr.replace(_where(new), "")) == (0, "")
    place = server.ensure(new / "pg")
    with psycopg.connect(host=str(place.socket_folder), port=server.PORT, user=server.SUPERUSER, dbname="clinic") as db:
        assert set(db.execute("select ref, first_name from clinic_client")) == expected
    assert (new / "files" / "letters" / "one.pdf").read_bytes() == b"a letter"
    assert (new / "keys" / "secret_key").read_bytes() == b"k" * 60
    assert second.returncode != 0
    assert "This installation holds data" in second.stderr
    server.leave(new / "pg")
    if place.run_as:
        shutil.rmtree(place.home)


def _where(data: Path) -> str:
    """What the first start as root says."""
    if os.geteuid():
        return ""
    home = server.place_of(data / "pg").home
    return f"Started as root: the database is kept in {home} and runs as the system user {server.SYSTEM_USER}.\n"


@pytest.mark.parametrize("position", [0, 700, 0.3, 0.7, -1])
def test_one_changed_bit_anywhere_is_reported_and_nothing_is_restored(archive: Path, position: float) -> None:
    content = bytearray(archive.read_bytes())
    content[position if isinstance(position, int) else int(position * len(content))] ^= 1
    archive.write_bytes(content)

    with pytest.raises(CommandError, match=r"damaged.*Nothing was restored"):
        backups.restore(archive)


@pytest.mark.parametrize("name", ["../outside", "/outside", "link"])
def test_a_sealed_file_that_would_write_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as forged:
        member = tarfile.TarInfo(name)
        member.type, member.linkname = (tarfile.SYMTYPE, "/etc") if name == "link" else (tarfile.REGTYPE, "")
        forged.addfile(member)
    file.seek(0)

    with tarfile.open(fileobj=file) as opened, pytest.raises(CommandError, match="no backup of this product"):
        backups._unpack(opened, tmp_path / "folder")
    assert list(tmp_path.iterdir()) == []


def test_a_backup_that_was_cut_off_is_reported(archive: Path) -> None:
    archive.write_bytes(archive.read_bytes()[:-100])

    with pytest.raises(CommandError, match="damaged"):
        backups.restore(archive)


def test_a_database_that_holds_data_is_not_restored_into(archive: Path) -> None:
    before = Client.objects.count()

    with pytest.raises(CommandError, match="Restore into an empty one"):
        backups.restore(archive)
    assert Client.objects.count() == before


def test_a_backup_of_a_newer_version_is_refused(archive: Path) -> None:
    recorder = MigrationRecorder(connection)
    recorder.record_applied("clinic", "9999_later")
    newer = archive.with_name("newer")
    try:
        backups.backup(newer)
    finally:
        recorder.record_unapplied("clinic", "9999_later")

    with pytest.raises(CommandError, match=r"newer version \(clinic.9999_later"):
        backups.restore(newer)


def test_only_its_owner_reads_a_backup_and_no_draft_stays(archive: Path) -> None:
    assert archive.stat().st_mode & 0o777 == 0o600
    assert list(archive.parent.iterdir()) == [archive]


def test_a_backup_never_overwrites_another(archive: Path) -> None:
    before = archive.read_bytes()

    with pytest.raises(CommandError, match="exists already"):
        backups.backup(archive)
    assert archive.read_bytes() == before


def test_the_dump_counts_what_it_holds(archive: Path) -> None:
    with backups._checked(archive) as opened:
        manifest = backups._manifest(opened)
        names = set(opened.getnames())

    assert manifest["rows"]["clinic_client"] == Client.objects.count()
    assert {"manifest.json", "database.dump", "files/letters/one.pdf", "keys/secret_key"} <= names
