"""The embedded server: who starts it, who stops it, what a kill leaves behind, and what it must not touch."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from clinic.database import server

#: A process that uses the server of a data folder until it is told to end.
_USER = """
import sys
from pathlib import Path
from clinic.database import server
server.ensure(Path(sys.argv[1]))
print("joined", flush=True)
sys.stdin.readline()
"""


class User:
    """One process that uses the server."""

    def __init__(self, data: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", _USER, str(data)],
            cwd=settings.BASE_DIR,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        if self.process.stdout.readline() != "joined\n":
            pytest.fail(self.process.stderr.read())

    def end(self) -> None:
        """End in the ordinary way, exit hooks included."""
        self.process.communicate("\n", timeout=60)

    def kill(self) -> None:
        """End without a chance to clean up."""
        self.process.kill()
        self.process.communicate(timeout=60)


def _tidied(data: Path) -> Iterator[Path]:
    yield data
    place = server.place_of(data)
    if server._running(place):
        User(data).end()
    if place.run_as:  # root's server lives outside the folder that the test run clears
        shutil.rmtree(place.home)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The data folder that the tests of this module share; no server runs at the start of a test."""
    yield from _tidied(tmp_path_factory.mktemp("shared") / "data" / "pg")


@pytest.fixture
def other_data(tmp_path: Path) -> Iterator[Path]:
    """A data folder of one test, deeper than a socket's path may be, with letters a shell would stumble on."""
    yield from _tidied(tmp_path / ("a folder's long name, " * 5) / "data" / "pg")


def _server_of(data: Path) -> psutil.Process | None:
    return server._running(server.place_of(data))


def _connect(data: Path) -> psycopg.Connection:
    return psycopg.connect(
        host=str(server.place_of(data).socket_folder),
        port=server.PORT,
        user=server.SUPERUSER,
        dbname=server.DATABASE,
        autocommit=True,
    )


def test_the_last_of_two_users_stops_the_server(data: Path) -> None:
    one, two = User(data), User(data)
    first = _server_of(data)

    one.end()
    assert _server_of(data) == first
    two.end()
    assert _server_of(data) is None


@pytest.mark.exhaustive
def test_a_killed_user_is_not_counted(data: Path) -> None:
    User(data).kill()
    left_behind = _server_of(data)

    next_user = User(data)
    assert left_behind is not None
    assert _server_of(data) == left_behind
    next_user.end()
    assert _server_of(data) is None


def test_what_a_killed_server_acknowledged_is_there_after_the_next_start(data: Path) -> None:
    user = User(data)
    with _connect(data) as wire:
        wire.execute("create table saved (word text)")
        wire.execute("insert into saved values ('kept')")
    _server_of(data).kill()
    user.kill()

    next_user = User(data)
    with _connect(data) as wire:
        assert wire.execute("select word from saved").fetchall() == [("kept",)]
    next_user.end()


def test_a_process_that_goes_on_starts_a_killed_server_again(data: Path) -> None:
    place = server.ensure(data)
    killed = _server_of(data)
    killed.kill()
    psutil.wait_procs([killed], timeout=5)

    assert server.ensure(data) == place
    assert _server_of(data) not in (None, killed)
    server.leave(data)
    assert _server_of(data) is None


@pytest.mark.exhaustive
def test_a_process_number_that_is_somebody_elses_now_does_not_stop_the_start(data: Path) -> None:
    User(data).end()
    (server.place_of(data).data / "postmaster.pid").write_text(f"{os.getpid()}\n")

    user = User(data)
    assert _server_of(data).pid != os.getpid()
    user.end()


@pytest.mark.exhaustive
def test_two_data_folders_have_two_servers_and_a_long_odd_path_works(data: Path, other_data: Path) -> None:
    one, other = User(data), User(other_data)

    with _connect(data) as here, _connect(other_data) as there:
        here.execute("create table only_here ()")
        assert there.execute("select to_regclass('only_here')").fetchone() == (None,)
    assert _server_of(data) != _server_of(other_data)
    one.end()
    assert _server_of(other_data) is not None
    other.end()


def test_no_folder_but_its_own_changes_its_mode(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    folders = [*(closed / "data").parents, *server.packaged_programs().parents]
    before = {folder: (folder.stat().st_mode, folder.stat().st_uid) for folder in folders}

    for data in _tidied(closed / "data" / "pg"):
        User(data).end()

    assert {folder: (folder.stat().st_mode, folder.stat().st_uid) for folder in folders} == before


@pytest.mark.exhaustive
def test_nobody_else_can_reach_the_server(data: Path) -> None:
    user = User(data)
    place = server.place_of(data)

    assert place.socket_folder.stat().st_mode & 0o077 == 0
    assert not any(wire.status == "LISTEN" for wire in _server_of(data).net_connections(kind="inet"))
    user.end()


def test_the_folder_of_another_user_is_refused_with_a_sentence(tmp_path: Path, monkeypatch) -> None:
    somebody_else = os.geteuid() + 1
    monkeypatch.setattr(server.os, "geteuid", lambda: somebody_else)

    with pytest.raises(ImproperlyConfigured, match="belongs to another user"):
        server.place_of(tmp_path / "pg")


@pytest.mark.exhaustive
def test_ctrl_c_stops_the_server(data: Path) -> None:
    user = User(data)
    user.process.send_signal(signal.SIGINT)
    user.process.communicate(timeout=60)

    assert _server_of(data) is None


def test_checks_start_no_server(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "CLINIC_DATA": str(tmp_path)},
        capture_output=True,
        check=False,
    )

    assert done.returncode == 0
    assert {path.name for path in tmp_path.iterdir()} <= {"keys"}


@pytest.mark.django_db
def test_letters_and_case_are_the_same_on_every_machine() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select upper('é'), 'MÜLLER' ilike 'müller'")
        assert cursor.fetchone() == ("É", True)
        cursor.execute(
            "select datlocprovider, pg_encoding_to_char(encoding) from pg_database where datname = current_database()"
        )
        assert cursor.fetchone() == ("b", "UTF8")
