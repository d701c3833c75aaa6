"""Signing in by code: django-allauth's two pages, with our counts and the desk's codes, and a fresh code later on."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from allauth.account import views as allauth
from allauth.account.internal.stagekit import get_pending_stage
from allauth.account.stages import LoginByCodeStage, LoginStage
from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic import tries
from clinic.access import for_role, open_to_anyone
from clinic.accounts import CodeAgain, Judged, TypeCodeForm, judge_code, masked
from clinic.refusals import sent, shown_or_sent, status_of
from clinic.roles import Role

#: A page of ours to go on to is never longer.
_LONGEST_NEXT = 200
_CODE_STAYS = "code_stays_here"


class _NotStuck:
    """Somebody who asked for a code may ask anew, for another address, or sign in otherwise."""

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: LoginStage) -> HttpResponseRedirect | None:
        if stage.key == LoginByCodeStage.key:
            return None
        return super()._redirect_to_pending_stage(request, stage)  # type: ignore[misc]


class _SignIn(_NotStuck, allauth.LoginView):
    """Staff, by password; the way on for clients."""


class _RequestCode(_NotStuck, allauth.RequestLoginCodeView):
    """A client asks for a code."""

    def form_valid(self, form: Any) -> HttpResponse:
        """On to the page for the code, whether the address is known or not, and whether a mail goes out or not."""
        address = form.cleaned_data["email"]
        pending = get_pending_stage(self.request)
        self.request.session[_CODE_STAYS] = not form.goes_out
        if not form.goes_out and pending is not None and pending.state.get("email") == address:
            return HttpResponseRedirect(self.get_success_url())  # the newest code that went out stays good
        return super().form_valid(form)


def _refuse(form: Form, judged: Judged, left: int) -> None:
    """Say at the field what a wrong code means and what helps; the same for known and unknown addresses."""
    if judged.shut:
        form.add_error(
            "code",
            _("There were too many tries for this address today. Ask the desk: they can print a code that works now."),
        )
        return
    tries_left = ngettext("You have %(left)s more try.", "You have %(left)s more tries.", left) % {"left": left}
    form.add_error("code", _("That is not the code.") + " " + tries_left)


class _TypeCode(allauth.ConfirmLoginCodeView):
    """The client types the code from the mail, or the one the desk printed."""

    def _verify_form_valid(self, form: Any) -> HttpResponse:
        state = self._process.state
        judged = judge_code(
            self.request,
            address=state.get("email", ""),
            expected=self._process.code,
            asked_at=state["at"],
            digits=form.cleaned_data["code"],
        )
        if judged.account is not None:
            self._process._user = judged.account  # also where no mail went out, and the code is the desk's
            return super()._verify_form_valid(form)
        left = not judged.spent and self._process.record_invalid_attempt()
        if not left:
            self._process.abort()
            messages.error(self.request, _("That was five tries. Ask for a new code."))
            return redirect("account_request_login_code")
        _refuse(form, judged, self._process.max_attempts - state["failed_attempts"])
        return self.form_invalid(form)

    def form_invalid(self, form: Any) -> HttpResponse:
        """The page again; only what could be a code was counted as a try."""
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the address as it was typed in this browser just now, so that a slip in it can be seen."""
        found = super().get_context_data(**kwargs)
        found["address"] = found["email"] or ""
        found["goes_out"] = not self.request.session.get(_CODE_STAYS)
        return found


sign_in = open_to_anyone(_SignIn.as_view())
request_code = open_to_anyone(_RequestCode.as_view())
type_code = open_to_anyone(_TypeCode.as_view())


# --- a fresh code -------------------------------------------------------------------------------------------------


def _next(request: HttpRequest) -> str:
    """The page of ours that asked for a fresh code; "" when there is none."""
    asked = (request.POST if request.method == "POST" else request.GET).get("next", "")[:_LONGEST_NEXT]
    return asked if asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None) else ""


def _with_next(name: str, request: HttpRequest) -> str:
    going = _next(request)
    return f"{reverse(name)}?{urlencode({'next': going})}" if going else reverse(name)


@for_role(Role.CLIENT)
@shown_or_sent
def code_again(request: HttpRequest) -> HttpResponse:
    """Why a fresh code is asked for, and the button that mails one to the address of the account."""
    if request.method == "POST":
        CodeAgain.ask(request)
        return redirect(_with_next("code_again_confirm", request))
    minutes = settings.CLINIC_FRESH_CODE_SECONDS // 60
    context = {"next": _next(request), "address": masked(request.user.email), "minutes": minutes}
    return render(request, "account/code_again.html", context)


@for_role(Role.CLIENT)
@shown_or_sent
def code_again_confirm(request: HttpRequest) -> HttpResponse:
    """The client types the fresh code, and goes on where the code was asked for."""
    process = CodeAgain.resume(request)
    if process is None:
        return redirect(_with_next("code_again", request))
    form = TypeCodeForm(sent(request))
    if request.method == "POST" and form.is_valid():
        address = request.user.email
        judged = judge_code(
            request,
            address=address,
            expected=process.code,
            asked_at=process.state["at"],
            digits=form.cleaned_data["code"],
        )
        if judged.account is not None:
            process.finish()
            response = redirect(_next(request) or "home")
            tries.remember_browser(request, response, address=address)
            return response
        if judged.spent or not process.record_invalid_attempt():
            process.abort()
            messages.error(request, _("That was five tries. Ask for a new code."))
            return redirect(_with_next("code_again", request))
        _refuse(form, judged, process.max_attempts - process.state["failed_attempts"])
    context = {
        "form": form,
        "next": _next(request),
        "address": masked(request.user.email),
        "goes_out": process.state["goes_out"],
    }
    return render(request, "account/code_again_confirm.html", context, status=status_of(form))
