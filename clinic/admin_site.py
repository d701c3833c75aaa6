"""The records desk: Django's admin for owner and therapists, branded, under the strict CSP."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from clinic.access import View
from clinic.roles import Role


class ClinicAdminSite(AdminSite):
    """Opens for owner and therapist; each page asks its own roles again.

    It has no way in of its own: sign-in and password are the product's, where the second factor is asked for.
    """

    site_header = _("Records desk")
    site_title = _("Records desk")
    index_title = _("Records")
    site_url = "/"
    enable_nav_sidebar = False  # it would leave the lists too little of a tablet's width

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Pages of our own alone: what a library would add asks no role, keeps to no scope and enters no log."""
        if getattr(admin_class, "of_the_records_desk", False):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """Signed in, not disabled, and owner or therapist."""
        user = request.user
        return user.is_authenticated and user.is_active and user.holds(Role.OWNER, Role.THERAPIST)

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """Refuse other roles with 403 before the page's body runs; who is not signed in is sent to the sign-in."""
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            return inner(request, *args, **kwargs)

        return guarded

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        """On to the records. Django's own form here would let in by password alone whoever has a second factor."""
        if not self.has_permission(request):
            raise PermissionDenied
        return redirect("admin:index")

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        """The product's own page."""
        return redirect("account_change_password")


class ClinicAdminConfig(AdminConfig):
    """Django's admin with our site as the default one."""

    default_site = "clinic.admin_site.ClinicAdminSite"
