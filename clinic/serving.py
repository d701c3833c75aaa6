"""One process that serves the product on this machine: database, background worker, web server, static files."""

from __future__ import annotations

import hashlib
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import waitress
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import CommandError
from django.core.servers.basehttp import get_internal_wsgi_application
from django.db import Error as AnyDatabaseError
from django.db import close_old_connections, connection
from django_tasks_db.management.commands.db_worker import Worker

from clinic import post
from clinic.checks import database_is_durable, is_loopback
from clinic.queries import migrations_are_applied

log = logging.getLogger(__name__)


def prepare(say: Callable[[str], None]) -> None:
    """Bring database, cache table and compressed static files up to this version; says what takes time.

    Raises ``CommandError`` with a sentence when the database server does not answer, is too old, or would lose
    acknowledged writes.
    """
    try:
        problems = database_is_durable(None, databases=[connection.alias])
    except AnyDatabaseError as error:
        raise CommandError(f"The database cannot be used. {str(error).strip()}") from error
    if problems:
        raise CommandError(f"{problems[0].msg} {problems[0].hint}")
    if not migrations_are_applied():
        say("Preparing the database …")
        call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    mark = settings.STATIC_ROOT / ".made-from"
    state = _static_state()
    if not mark.exists() or mark.read_text() != state:
        say("Preparing styles and scripts …")
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        mark.write_text(state)


def _static_state() -> str:
    """A short name of everything collectstatic would collect: paths, sizes and times."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            found = Path(storage.path(path)).stat()
            digest.update(f"{path}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def name_address(host: str, port: int) -> None:
    """Mail of this process names where it listens, when no setting names the address people use."""
    if "ADDRESS" not in os.environ:
        settings.CLINIC_ADDRESS = f"http://{host}:{port}"


def run(host: str, port: int, announce: Callable[[str], None]) -> None:
    """Serve until Ctrl-C or SIGTERM; ends with exit code 1 when the database server goes away.

    ``announce`` is given the address once the port is open; port 0 takes a free one. Raises ``CommandError`` when
    the port is taken, or when other machines would reach the pages without HTTPS.
    """
    if not is_loopback(host) and not settings.CLINIC_HTTPS:
        raise CommandError(
            f"On {host} other machines could reach the pages, and what people type would travel readable. "
            "Leave --host out, or put a TLS proxy in front (README) and set HTTPS=1."
        )
    if not 0 <= port <= 65535:
        raise CommandError(f"There is no port {port}. Choose one between 1024 and 65535 with --port.")
    try:
        server = waitress.create_server(
            get_internal_wsgi_application(),
            host=host,
            port=port,
            threads=8,
            ident=None,
            channel_timeout=120,
            max_request_body_size=settings.CLINIC_LARGEST_BODY,  # refused before it is read and kept on disk
        )
    except OSError as error:
        raise CommandError(
            f"Port {port} on {host} cannot be used ({error.strerror}). Choose another with --port."
        ) from error
    signal.signal(signal.SIGTERM, _leave)
    worker = _worker(batch=False)
    watch, postman = DatabaseWatch(), Postman()
    threading.Thread(target=postman.run, daemon=True).start()
    threading.Thread(target=work_off, args=(worker,), daemon=True).start()
    threading.Thread(target=watch.run, daemon=True).start()
    announce(f"http://{host}:{server.effective_port}/")
    try:
        server.run()
    except (KeyboardInterrupt, SystemExit):
        pass
    finally:
        worker.running = watch.running = False
        postman.end()
        server.close()
        connection.close()
    if watch.lost:
        raise CommandError("The database server went away. Start again: it recovers what was saved.")


def _leave(signum: int, frame: FrameType | None) -> None:
    """Turn SIGTERM into an ordinary exit, so that the exit hooks stop the database too."""
    sys.exit(0)


def _worker(*, batch: bool) -> Worker:
    """The background worker of this process; ``batch`` ends when nothing waits any more."""
    return Worker(
        queue_names=["default"],
        interval=1,
        batch=batch,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=f"serve-{os.getpid()}",
        excluded_queue_names=[],
    )


def work_off_what_waits() -> None:
    """Do the background work that waits right now (mail), and return."""
    _worker(batch=True).run()
    post.do_round()


def work_off(worker: Worker) -> None:
    """Let the worker run until it is told to stop; a database that was away for a moment does not end it."""
    while worker.running:
        try:
            worker.run()
        except (AnyDatabaseError, ImproperlyConfigured):
            connection.close()
            time.sleep(worker.interval)


class Postman:
    """Makes a round of the post every few seconds: writes the reminders that are due, sends what is due."""

    EVERY = 20.0  # seconds

    def __init__(self) -> None:
        self._ended = threading.Event()

    def end(self) -> None:
        """Make no further round."""
        self._ended.set()

    def run(self) -> None:
        """Make rounds until told to end. No error ends them: what was not done is still due at the next."""
        while not self._ended.wait(self.EVERY):
            close_old_connections()
            try:
                post.do_round()
            except (AnyDatabaseError, ImproperlyConfigured):
                connection.close()
            except Exception:  # a message that cannot be written must not hold up the others
                log.exception("a round of the post broke off")
        connection.close()


class DatabaseWatch:
    """Ends the process when the database has not answered for a while: a process without one serves nobody."""

    EVERY = 5.0  # seconds
    PATIENCE = 3  # times in a row

    def __init__(self) -> None:
        self.running = True
        self.lost = False

    def run(self) -> None:
        """Ask until told to stop, or until the database is lost."""
        failures = 0
        while self.running:
            time.sleep(self.EVERY)
            try:
                connection.ensure_connection()
                with connection.cursor() as cursor:
                    cursor.execute("select 1")
                failures = 0
            except (AnyDatabaseError, ImproperlyConfigured):
                connection.close()
                failures += 1
            if failures >= self.PATIENCE and self.running:
                self.lost = True
                os.kill(os.getpid(), signal.SIGTERM)
                return
