"""Is the process up, and is the database there with every migration applied? For machines; no details."""

from django.core.exceptions import ImproperlyConfigured
from django.db import Error as AnyDatabaseError
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from clinic.access import open_to_anyone
from clinic.queries import migrations_are_applied


@open_to_anyone
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@open_to_anyone
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers and nothing is left to migrate, else 503."""
    try:
        ready = migrations_are_applied()
    except (AnyDatabaseError, ImproperlyConfigured):
        connection.close()
        ready = False
    return HttpResponse("ok\n" if ready else "not ready\n", content_type="text/plain", status=200 if ready else 503)
