"""One file that holds the whole practice: database, uploaded files and keys, and the way back from it.

The file is a tar archive followed by one line with the SHA-256 of everything before it, so that a single changed byte
is noticed before anything is restored. It holds the keys and health data: it is made readable by its owner alone.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from clinic.database.server import packaged_programs

FORMAT = 1
_SEAL = b"sha256:%s\n"
_SEAL_LENGTH = len(_SEAL % (b"0" * 64))
_CHUNK = 1 << 20


def keys_folder() -> Path:
    """Where the keys of this installation are kept."""
    return Path(settings.CLINIC_DATA) / "keys"


def backup(path: Path) -> dict[str, Any]:
    """Write everything into the new file ``path``; gives the manifest (time, migrations, rows per table, files).

    The dump and the row counts are of one moment. The file appears whole or not at all. Raises ``CommandError`` with
    a sentence when the file exists or cannot be written.
    """
    if path.exists():
        raise CommandError(f"{path} exists already. Choose a new name: a backup never overwrites another.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".backup-") as folder:
            draft = Path(folder) / "draft"
            manifest = _write(draft, Path(folder) / "database.dump")
            draft.chmod(0o600)
            os.replace(draft, path)
    except OSError as error:
        raise CommandError(f"The backup cannot be written to {path} ({error.strerror}).") from error
    return manifest


def _write(draft: Path, dump: Path) -> dict[str, Any]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set transaction isolation level repeatable read, read only")
        cursor.execute("set local statement_timeout = 0")
        cursor.execute("set local idle_in_transaction_session_timeout = 0")
        cursor.execute("select pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        _program("pg_dump", "--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={dump}")
        counts = _counts()
    manifest = {
        "format": FORMAT,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "migrations": sorted(f"{app}.{name}" for app, name in MigrationLoader(connection).applied_migrations),
        "rows": counts,
    }
    with draft.open("xb") as file:
        os.fchmod(file.fileno(), 0o600)
        with tarfile.open(fileobj=file, mode="w") as archive:
            said = json.dumps(manifest, indent=1).encode()
            member = tarfile.TarInfo("manifest.json")
            member.size = len(said)
            archive.addfile(member, io.BytesIO(said))
            archive.add(dump, "database.dump")
            for name, folder in (("files", Path(settings.MEDIA_ROOT)), ("keys", keys_folder())):
                if folder.is_dir():
                    archive.add(folder, name)
        file.flush()
    with draft.open("rb+") as file:
        digest = _digest(file, draft.stat().st_size)
        file.seek(0, os.SEEK_END)
        file.write(_SEAL % digest.encode())
        file.flush()
        os.fsync(file.fileno())
    return manifest


def restore(path: Path) -> dict[str, Any]:
    """Put the backup ``path`` into this empty installation; gives its manifest.

    Nothing is touched before the whole file has been checked. Raises ``CommandError`` with a sentence for a damaged
    file, a backup of a newer version, a target that holds data, and row counts that differ afterwards.
    """
    with _checked(path) as archive:
        manifest = _manifest(archive)
        _refuse_newer(manifest)
        _refuse_full_target()
        with tempfile.TemporaryDirectory(dir=_data_folder(), prefix=".restore-") as folder:
            _unpack(archive, Path(folder))
            dump = Path(folder) / "database.dump"
            connection.close()
            _program("pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", str(dump))
            if (rows := _counts()) != manifest["rows"]:
                wrong = sorted(name for name in manifest["rows"] if rows.get(name) != manifest["rows"][name])
                raise CommandError(f"Restored, but these tables hold another number of rows: {', '.join(wrong)}.")
            for name, target in (("files", Path(settings.MEDIA_ROOT)), ("keys", keys_folder())):
                source = Path(folder) / name
                if source.is_dir():
                    shutil.rmtree(target, ignore_errors=True)
                    shutil.move(source, target)
    return manifest


def _unpack(archive: tarfile.TarFile, folder: Path) -> None:
    """Write plain files under ``folder``, for this user alone; a link or a path that leads outside is refused."""
    for member in archive:
        target = folder / member.name
        if ".." in target.parts or not target.is_relative_to(folder) or not (member.isreg() or member.isdir()):
            raise CommandError(f"This backup holds {member.name!r}, which no backup of this product does.")
        content = archive.extractfile(member)
        if content is None:
            continue  # a folder; those that hold files are made with them
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(target, "xb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            shutil.copyfileobj(content, file)


def _data_folder() -> Path:
    folder = Path(settings.CLINIC_DATA)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


@contextmanager
def _checked(path: Path) -> Iterator[tarfile.TarFile]:
    """The archive, once its seal has been compared with every byte before it."""
    try:
        with path.open("rb") as file:
            length = path.stat().st_size - _SEAL_LENGTH
            if length <= 0:
                raise CommandError(f"{path} is not a backup, or is cut off.")
            digest = _digest(file, length)
            if file.read() != _SEAL % digest.encode():
                raise CommandError(f"{path} is damaged: its content does not match its seal. Nothing was restored.")
            file.seek(0)
            with tarfile.open(fileobj=file, mode="r:") as archive:
                yield archive
    except OSError as error:
        raise CommandError(f"{path} cannot be read ({error.strerror}).") from error
    except tarfile.TarError as error:
        raise CommandError(f"{path} is not a backup of this product.") from error


def _digest(file: BinaryIO, length: int) -> str:
    """SHA-256 (hex) of the first ``length`` bytes; the file stands behind them afterwards."""
    file.seek(0)
    digest = hashlib.sha256()
    while length > 0 and (chunk := file.read(min(_CHUNK, length))):
        digest.update(chunk)
        length -= len(chunk)
    return digest.hexdigest()


def _manifest(archive: tarfile.TarFile) -> dict[str, Any]:
    try:
        file = archive.extractfile("manifest.json")
        manifest = json.load(file) if file else {}
    except (KeyError, ValueError) as error:
        raise CommandError("This file is not a backup of this product: it has no manifest.") from error
    if manifest.get("format") != FORMAT:
        raise CommandError("This backup has another format. Restore it with the version that made it.")
    return manifest


def _refuse_newer(manifest: dict[str, Any]) -> None:
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if unknown := sorted(set(manifest["migrations"]) - known):
        raise CommandError(f"This backup was made by a newer version ({unknown[0]} is unknown here). Update first.")


def _refuse_full_target() -> None:
    if connection.introspection.table_names():
        raise CommandError("This installation holds data. Restore into an empty one: set CLINIC_DATA to a new folder.")
    media = Path(settings.MEDIA_ROOT)
    if media.is_dir() and any(media.iterdir()):
        raise CommandError(f"{media} holds files. Restore into an empty installation.")


def _counts() -> dict[str, int]:
    """Rows per table of the public schema."""
    with connection.cursor() as cursor:
        names = sorted(connection.introspection.table_names(cursor))
        counts = {}
        for name in names:
            cursor.execute(f"select count(*) from {connection.ops.quote_name(name)}")  # noqa: S608
            counts[name] = cursor.fetchone()[0]
    return counts


def _program(name: str, *arguments: str) -> None:
    """Run pg_dump or pg_restore of the installed package against the configured database."""
    connection.ensure_connection()
    parameters = connection.get_connection_params()
    environment = {**os.environ, "LC_ALL": "C"}
    for option in ("host", "port", "user", "password", "sslmode", "sslrootcert", "sslcert", "sslkey"):
        if value := parameters.get(option):
            environment[f"PG{option.upper()}"] = str(value)
    target = [f"--dbname={parameters['dbname']}"]
    command = [str(packaged_programs() / "bin" / name), *target, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise CommandError(f"{name} failed: {done.stderr.strip()[-400:]}")
