"""The command that makes the first owner."""

from __future__ import annotations

import re

import pytest
from django.core.management import CommandError, call_command

from clinic.management.commands import create_staff
from clinic.models import User

pytestmark = pytest.mark.django_db


def test_without_a_terminal_it_prints_a_one_time_password(capsys):
    call_command("create_staff", "odile@x.example", "--role", "owner", "--role", "therapist", "--name", "Odile")

    password = re.search(r"One-time password: (\S+)", capsys.readouterr().out)[1]
    user = User.objects.get()
    assert (user.roles, user.printed_name, user.password_is_temporary) == (["owner", "therapist"], "Odile", True)
    assert user.check_password(password)


@pytest.fixture
def terminal(monkeypatch):
    """A terminal on which somebody types the given passwords."""

    def types(*passwords):
        typed = iter(passwords)
        monkeypatch.setattr(create_staff.sys.stdin, "isatty", lambda: True, raising=False)
        monkeypatch.setattr(create_staff, "getpass", lambda prompt: next(typed))

    return types


def test_on_a_terminal_it_asks_for_the_password(terminal, capsys):
    terminal("quiet-river-stone-7", "quiet-river-stone-7")

    call_command("create_staff", "odile@x.example", "--role", "owner")

    user = User.objects.get()
    assert user.check_password("quiet-river-stone-7")
    assert not user.password_is_temporary
    assert "quiet-river" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [(("quiet-river-stone-7", "quiet-river-stone-8"), "differ"), (("short", "short"), "at least 12 characters")],
)
def test_a_password_that_will_not_do_makes_nothing(terminal, typed, sentence):
    terminal(*typed)

    with pytest.raises(CommandError, match=sentence):
        call_command("create_staff", "odile@x.example", "--role", "owner")

    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["odile", "--role", "owner"], "valid email"),
        (["odile@x.example", "--role", "client"], "invalid choice"),
        (["odile@x.example"], "required: --role"),
    ],
)
def test_what_it_cannot_make_it_refuses_in_words(arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("create_staff", *arguments)

    assert not User.objects.exists()


def test_an_address_in_use_is_refused(people):
    with pytest.raises(CommandError, match="already an account"):
        call_command("create_staff", people.tess.email, "--role", "owner")
