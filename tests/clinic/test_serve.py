"""``serve`` as a practice runs it: one process with database, worker, pages and compressed files."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings as product
from django.core.management.base import CommandError
from django.db import OperationalError

from clinic import serving
from clinic.database import server


class Serving:
    """One ``manage.py serve`` on a free port."""

    def __init__(self, data: Path) -> None:
        began = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--port", "0"],
            cwd=product.BASE_DIR,
            env={**os.environ, "CLINIC_DATA": str(data), "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        said = []
        for line in self.process.stdout:
            said.append(line)
            if found := re.search(r"http://127\.0\.0\.1:(\d+)/", line):
                self.port = int(found[1])
                break
        else:
            pytest.fail("".join(said))
        self.seconds = time.monotonic() - began
        self.said = "".join(said)

    def ask(self, path: str, method: str = "GET", **headers: str) -> SimpleNamespace:
        """Send one request without a body; gives status, headers and text."""
        wire = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        wire.putrequest(method, path, skip_accept_encoding=True)
        for name, value in headers.items():
            wire.putheader(name.replace("_", "-"), value)
        wire.endheaders()
        answer = wire.getresponse()
        body = answer.read().decode(errors="replace")
        wire.close()
        return SimpleNamespace(status=answer.status, headers=answer.headers, text=body)

    def end(self, signal_number: int = signal.SIGTERM) -> int:
        """Stop it; gives the exit code."""
        self.process.send_signal(signal_number)
        self.process.communicate(timeout=60)
        return self.process.returncode


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The data folder of a practice on its first day."""
    folder = tmp_path_factory.mktemp("serve") / "data"
    yield folder
    place = server.place_of(folder / "pg")
    if place.run_as:
        shutil.rmtree(place.home)


@pytest.fixture(scope="module")
def served(data: Path) -> Iterator[Serving]:
    """The pages of that practice."""
    running = Serving(data)
    yield running
    assert running.end(signal.SIGINT) == 0
    assert server._running(server.place_of(data / "pg")) is None


def test_the_first_start_says_what_is_missing_and_is_ready(served: Serving) -> None:
    assert "There is no owner. Make one with manage.py create_staff" in served.said
    assert served.ask("/healthz").status == 200
    assert served.ask("/readyz").status == 200


def test_styles_are_sent_compressed_and_kept_by_the_browser(served: Serving) -> None:
    style = re.search(r'href="(/static/[^"]+\.css)"', served.ask("/accounts/login/").text)

    answer = served.ask(style[1], Accept_Encoding="gzip")

    assert answer.headers["Content-Encoding"] == "gzip"
    assert "immutable" in answer.headers["Cache-Control"]


def test_a_second_start_is_quick_and_sigterm_leaves_the_first_running(served: Serving, data: Path) -> None:
    second = Serving(data)

    assert second.seconds < 10
    assert "Preparing" not in second.said
    assert second.end(signal.SIGTERM) == 0
    assert served.ask("/readyz").status == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content_Type": "application/x-www-form-urlencoded; charset=utf-16"}, 415),
        ({"Content_Type": "text/plain; charset=nonsense"}, 415),
        ({"Content_Length": "16000001"}, 413),
        ({"Content_Length": "-1"}, 400),
    ],
)
def test_odd_requests_are_refused_before_django(served: Serving, headers: dict[str, str], status: int) -> None:
    assert served.ask("/accounts/login/", method="POST", **headers).status == status


def test_pages_come_back_after_the_database_was_killed(served: Serving, data: Path) -> None:
    server._running(server.place_of(data / "pg")).kill()

    ready_by = time.monotonic() + 15
    while served.ask("/readyz").status != 200:
        assert time.monotonic() < ready_by
        time.sleep(0.2)


def test_mail_goes_on_after_the_database_was_away_for_a_moment() -> None:
    class Worker:
        running, interval, runs = True, 0, 0

        def run(self) -> None:
            self.runs += 1
            if self.runs == 1:
                raise OperationalError
            self.running = False

    worker = Worker()

    serving.work_off(worker)

    assert worker.runs == 2


def test_the_post_goes_its_rounds_whatever_breaks_one_off(monkeypatch) -> None:
    postman, rounds = serving.Postman(), []

    def do_round() -> None:
        rounds.append(len(rounds))
        if len(rounds) == 3:
            postman.end()
        raise (OperationalError, ValueError, OperationalError)[rounds[-1]]

    monkeypatch.setattr(serving.Postman, "EVERY", 0.01)
    monkeypatch.setattr(serving.post, "do_round", do_round)
    monkeypatch.setattr(serving, "connection", SimpleNamespace(close=lambda: None))
    monkeypatch.setattr(serving, "close_old_connections", lambda: None)

    postman.run()

    assert rounds == [0, 1, 2]


def test_a_port_in_use_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=f"Port {port} on 127.0.0.1 cannot be used"):
            serving.run("127.0.0.1", port, print)


@pytest.mark.parametrize(("host", "port", "said"), [("0.0.0.0", 0, "HTTPS=1"), ("127.0.0.1", 70_000, "no port")])  # noqa: S104
def test_an_address_that_cannot_be_right_is_refused(host: str, port: int, said: str) -> None:
    with pytest.raises(CommandError, match=said):
        serving.run(host, port, print)


def test_a_process_whose_database_stays_away_ends(monkeypatch) -> None:
    ended = threading.Event()

    def unreachable() -> None:
        raise OperationalError

    monkeypatch.setattr(serving.DatabaseWatch, "EVERY", 0.01)
    monkeypatch.setattr(serving, "connection", SimpleNamespace(ensure_connection=unreachable, close=lambda: None))
    monkeypatch.setattr(serving.os, "kill", lambda pid, number: ended.set())
    watch = serving.DatabaseWatch()

    watch.run()

    assert ended.is_set()
    assert watch.lost


def test_mail_names_where_this_process_listens_unless_an_address_is_set(settings, monkeypatch):
    settings.CLINIC_ADDRESS = "http://127.0.0.1:8000"
    monkeypatch.delenv("ADDRESS", raising=False)

    serving.name_address("127.0.0.1", 8120)
    assert settings.CLINIC_ADDRESS == "http://127.0.0.1:8120"

    monkeypatch.setenv("ADDRESS", "https://clinic.example")
    serving.name_address("127.0.0.1", 8200)
    assert settings.CLINIC_ADDRESS == "http://127.0.0.1:8120"
