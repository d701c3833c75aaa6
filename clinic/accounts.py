"""How accounts sign in: staff by password, clients by a code that is e-mailed or printed by the desk; no sign-up."""

from __future__ import annotations

import time
import unicodedata
from dataclasses import dataclass
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import (
    ChangePasswordForm,
    ConfirmLoginCodeForm,
    LoginForm,
    ReauthenticateForm,
    RequestLoginCodeForm,
)
from allauth.account.internal.flows.code_verification import AbstractCodeVerificationProcess
from allauth.core import context
from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic import post, tries
from clinic.actions import use_desk_code
from clinic.fields import SENT_TWICE
from clinic.models import User
from clinic.queries import client_account, practice
from clinic.roles import Role
from clinic.widgets import TextBox


class AccountAdapter(DefaultAccountAdapter):
    """Closed sign-up, session lifetimes by role, first second factor without asking the password twice."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """The practice makes the accounts."""
        return False

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign in and start the clock of this session: a portal session lasts on its device, a staff session a day."""
        super().login(request, user)
        now = int(timezone.now().timestamp())
        request.session.pop("confined", None)
        if user.holds(Role.CLIENT):
            request.session[CODE_AT] = now
            request.session.set_expiry(settings.CLINIC_PORTAL_SESSION_SECONDS)
        else:
            request.session["started"] = request.session["seen"] = now
            request.session.set_expiry(settings.CLINIC_STAFF_SESSION_SECONDS)

    def post_login(self, request: HttpRequest, user: User, **how: Any) -> HttpResponse:
        """A client's browser is known from now on, so that strangers' tries are counted apart from its own."""
        response = super().post_login(request, user, **how)
        if user.holds(Role.CLIENT):
            tries.remember_browser(request, response, address=user.email)
        return response

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Mail speaks in the practice's name, and of nothing else. It leaves beside the request."""
        words = {**context, "email": email, "practice": practice()}
        post.send_beside(self.render_mail(template_prefix, email, words))

    def set_password(self, user: User, password: str) -> None:
        """A password the person chose: the one-time one is spent."""
        user.password_is_temporary = False
        super().set_password(user, password)

    def is_reauthentication_required(self, *args: Any, **kwargs: Any) -> bool:
        """Adding the first second factor right after the password asks for nothing again."""
        user = self.request.user
        if user.is_authenticated and not Authenticator.objects.filter(user=user).exists():
            return False
        return super().is_reauthentication_required(*args, **kwargs)


class EachOnce:
    """A form of django-allauth that refuses a parameter sent more than once, before it signs anybody in."""

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        for name in self.fields:  # type: ignore[attr-defined]
            if len(self.data.getlist(name)) > 1 and name not in self.errors:  # type: ignore[attr-defined]
                self.add_error(name, SENT_TWICE)  # type: ignore[attr-defined]


class SignInForm(EachOnce, LoginForm):
    """Address and password of staff."""


class PasswordAgainForm(EachOnce, ReauthenticateForm):
    """The password once more."""


class NewPasswordForm(EachOnce, ChangePasswordForm):
    """The old password and a new one."""


class TypeCodeForm(EachOnce, ConfirmLoginCodeForm):
    """The code from the mail or from the desk, however it is typed. It is compared by ``judge_code``, not here."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        help_text=gettext_lazy("Eight digits. Spaces and dashes make no difference."),
        error_messages={"required": gettext_lazy("Type the code.")},
        widget=TextBox(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}),
    )

    def clean_code(self) -> str:
        """The digits alone. What cannot be a code is said so, and costs no try."""
        digits = digits_of(self.cleaned_data["code"])
        if len(digits) != CODE_LENGTH:
            raise ValidationError(_("A code has eight digits. Look at it once more, and type all of them."))
        return digits


class RequestCodeForm(EachOnce, RequestLoginCodeForm):
    """Codes are for clients alone: to staff, whose factor is the password, the answer is that of an unknown address.

    ``goes_out``: whether a mail may go to this address now. Without one there is still a page to type a code of the
    desk's; that is decided before anybody looks whether the address has an account.
    """

    goes_out = True

    def clean_email(self) -> str:
        """The address; a staff account is treated as unknown, so no code is sent and nothing is given away."""
        email = super().clean_email()
        self.goes_out = tries.may_send_code(context.request, address=email)
        if self._user and not (self.goes_out and self._user.holds(Role.CLIENT)):
            self._user = None
        return email


# --- codes --------------------------------------------------------------------------------------------------------

#: Where a browser session keeps when its newest code was typed (seconds since 1970).
CODE_AT = "code_at"
CODE_LENGTH = settings.ACCOUNT_LOGIN_BY_CODE_FORMAT["length"]
#: Letters that hands take for digits.
_MEANT = str.maketrans("oOlIi|", "001111")


def digits_of(typed: str) -> str:
    """The digits in what was typed, of whatever script, without spaces and dashes; "" when something else is in it."""
    characters = unicodedata.normalize("NFKC", typed).translate(_MEANT)
    meant = [c for c in characters if unicodedata.category(c)[0] not in "ZPC"]
    return "".join(str(unicodedata.digit(c)) for c in meant) if all(map(str.isdecimal, meant)) else ""


def masked(address: str) -> str:
    """An address as its owner recognises it and somebody looking on does not: "s…@example.org"."""
    name, _at, domain = address.rpartition("@")
    return f"{name[:1]}…@{domain}"


@dataclass(frozen=True)
class Judged:
    """What came of one try. ``account`` signs in, if it was right.

    ``spent``: the five tries of this browser session are over. ``shut``: no e-mailed code is taken for the address
    in this browser until tomorrow.
    """

    account: User | None
    spent: bool = False
    shut: bool = False


def judge_code(request: HttpRequest, *, address: str, expected: str, asked_at: float, digits: str) -> Judged:
    """Count this try, then compare: with the code that was mailed to this browser session, then with the desk's.

    A code that the desk printed was asked for by nobody's browser, so it belongs to the account and counts its own
    tries; it is taken whatever was counted for the address, or strangers could lock a client out.
    """
    if not tries.may_try_code(request, code_of=str(asked_at)):
        return Judged(None, spent=True)
    shut = not tries.may_try_address(request, address=address)
    account = client_account(address)
    if account is None:
        return Judged(None, shut=shut)
    if not shut and compare_user_code(actual=digits, expected=expected):
        return Judged(account)
    return Judged(account if use_desk_code(digits=digits, by=account) else None, shut=shut)


class CodeAgain(AbstractCodeVerificationProcess):
    """A fresh code for a client who is signed in: django-allauth's way with codes, without signing out first."""

    _KEY = "code_again"

    def __init__(self, request: HttpRequest, state: dict[str, Any]) -> None:
        self.request = request
        super().__init__(
            max_attempts=settings.ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS,
            timeout=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT,
            state=state,
            user=request.user,
        )

    @classmethod
    def ask(cls, request: HttpRequest) -> CodeAgain:
        """Start anew and mail a code, unless too many went out lately: then a code of the desk's is still taken."""
        goes_out = tries.may_send_code(request, address=request.user.email)
        pending = cls.resume(request)
        if pending is not None and not goes_out:
            pending.state["goes_out"] = False  # the newest code that went out stays good
            pending.persist()
            return pending
        process = cls(request, cls.initial_state(user=request.user, email=request.user.email) | {"goes_out": goes_out})
        if goes_out:
            process.send()
        process.persist()
        return process

    @classmethod
    def resume(cls, request: HttpRequest) -> CodeAgain | None:
        """What was asked for in this browser session, while it is good."""
        state = request.session.get(cls._KEY)
        return cls(request, state).abort_if_invalid() if state else None

    def send(self) -> None:
        """Mail a new code to the address of the account."""
        adapter = AccountAdapter(self.request)
        self.state["code"] = adapter.generate_login_code()
        adapter.send_mail("account/email/login_code", self.state["email"], {"code": self.state["code"]})

    def persist(self) -> None:
        """Keep it with the browser session."""
        self.request.session[self._KEY] = self.state

    def abort(self) -> None:
        """It is over."""
        self.request.session.pop(self._KEY, None)

    def finish(self) -> None:
        """The code was right: the session is fresh, under a new key, so that a copied cookie does not rise with it."""
        self.abort()
        session = self.request.session
        before = session.session_key
        session.cycle_key()
        UserSession.objects.filter(session_key=before).update(session_key=session.session_key)
        session[CODE_AT] = int(time.time())
