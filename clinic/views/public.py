"""Pages for anybody: the door to each role's start page, the end of a kind of mail, the answer to a lost form key."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt

from clinic import actions, queries
from clinic.access import for_role, open_to_anyone
from clinic.refusals import shown_or_sent
from clinic.roles import STAFF, Role


@login_required
@for_role(*STAFF, Role.CLIENT)
def home(request: HttpRequest) -> HttpResponse:
    """Send each role to its own start page; of several staff roles the therapist's comes first."""
    for role, page in settings.CLINIC_START_PAGES.items():
        if request.user.holds(role):
            return redirect(page)
    return redirect("account_logout")


@open_to_anyone
@csrf_exempt
@shown_or_sent
def mail_stop(request: HttpRequest, token: str) -> HttpResponse:
    """End the kind of mail that this link came in, or have it again; looking at the page changes nothing.

    Mail programs send the same request for their own button (RFC 8058): they have no session and no form key, and
    follow no redirect. The signed token is all that counts; it cannot be guessed, so tries are not counted.
    """
    found = queries.stoppable_mail(token)
    stopped = found.is_stopped
    if request.method == "POST":
        stopped = request.POST.get("again") != "yes"
        if stopped:
            actions.stop_mail(message=found.message, by=None)
        else:
            row = found.message
            actions.lift_mail_stop(client=row.client, to=row.to, template=row.template, by=None)
    context = {"stops": found.stops, "stopped": stopped, "said": request.method == "POST"}
    return render(request, "clinic/public/mail_stop.html", context)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form key of the page is missing or old: say how to go on; nothing was stored."""
    return render(request, "403_csrf.html", status=403)
