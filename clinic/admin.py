"""The records desk of the ground floor: clients and diary; for the owner staff, settings, content, mail, the log."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from clinic.models import (
    Appointment,
    AuditEvent,
    Care,
    Client,
    ContentEdition,
    EditionSignOff,
    Guardian,
    Location,
    OutboundMessage,
    PortalAccess,
    Practice,
    User,
)
from clinic.queries import charted_clients
from clinic.records_desk import OwnerAdmin, ReadOnlyRows, RecordsAdmin, person, staff_name, told
from clinic.roles import Role


def _roles(codes: Iterable[str]) -> list[str]:
    """Roles by name; one that is no longer known keeps its code."""
    names = dict(Role.choices)
    return [str(names.get(code, code)) for code in codes]


class GuardianRows(ReadOnlyRows):
    """Who speaks for the client."""

    model = Guardian
    fields = ("name", "relation", "phone", "stays_in_room")


class CareRows(ReadOnlyRows):
    """Who treats the client, since when and why."""

    model = Care
    fields = ("treats", "reason", "since", "until")
    readonly_fields = ("treats",)
    related = ("therapist",)
    treats = staff_name("therapist", _("therapist"))


class PortalAccessRows(ReadOnlyRows):
    """Who opens the client's plan."""

    model = PortalAccess
    fields = ("address", "relation", "opened_at", "ended_at")
    readonly_fields = ("address",)
    related = ("user",)

    @admin.display(description=_("e-mail"))
    def address(self, row: PortalAccess) -> str:
        """The account's address."""
        return row.user.email


@admin.register(Client)
class ClientAdmin(RecordsAdmin):
    """Clients whose chart the user may read."""

    client_path = ""
    list_display = ("full_name", "birth_date", "ref", "phone", "created_at")
    list_display_links = ("full_name",)
    list_filter = ("archived_at", "language")
    date_hierarchy = "created_at"
    ordering = ("search_text", "id")
    exclude = ("search_text", "phone_digits", "birth_date_text")
    inlines = (GuardianRows, CareRows, PortalAccessRows)

    @admin.display(description=_("name"), ordering="search_text")
    def full_name(self, row: Client) -> str:
        """Family name first, as lists are read."""
        return f"{row.last_name}, {row.first_name}"

    def scope(self, request: HttpRequest) -> QuerySet[Client]:
        """Through the door of the charts."""
        return charted_clients(request.user)


class OfClients(RecordsAdmin):
    """Rows that belong to one client each, for whoever may read that client's chart."""

    client_path = "client"
    whose = person("client", _("client"))

    def scope(self, request: HttpRequest) -> QuerySet[Any]:
        """Rows of charted clients, with the names that the list shows."""
        return self.model._default_manager.filter(client__in=charted_clients(request.user)).select_related("client")


@admin.register(Appointment)
class AppointmentAdmin(OfClients):
    """The diary."""

    list_display = ("whose", "when", "treats", "place", "state")
    list_display_links = ("when",)
    list_filter = ("state",)
    fields = ("whose", "treats", "place", "when", "state", "arrived_at", "source", "external_uid")
    readonly_fields = ("whose", "treats", "place", "when")
    ordering = ("-during",)
    treats = staff_name("therapist", _("therapist"))

    @admin.display(description=_("time"), ordering="during")
    def when(self, row: Appointment) -> str:
        """From and to, as the clocks show it where the visit is."""
        zone = ZoneInfo(row.location.time_zone)
        begins, ends = row.during.lower.astimezone(zone), row.during.upper.astimezone(zone)
        return f"{date_format(begins, 'j M Y, H:i')}–{date_format(ends, 'H:i')}"

    @admin.display(description=_("location"))
    def place(self, row: Appointment) -> str:
        """Where."""
        return row.location.name

    def scope(self, request: HttpRequest) -> QuerySet[Appointment]:
        """With therapist and location."""
        return super().scope(request).select_related("therapist", "location")


@admin.register(User)
class UserAdmin(OwnerAdmin):
    """Accounts; staff accounts are changed under Set-up."""

    list_display = ("printed_name", "email", "roles_told", "is_active", "last_login")
    list_filter = ("is_active",)
    search_fields = ("printed_name", "email")
    fields = ("printed_name", "email", "roles_told", "licence_no", "is_active", "disabled_at", "last_login")
    readonly_fields = ("roles_told",)
    roles_told = told(_("roles"), lambda row: _roles(row.roles))

    def page_of(self, row: User) -> str | None:
        """The page that changes a staff account."""
        return reverse("setup_staff", args=[row.uuid]) if row.is_staff else None


@admin.register(Practice)
class PracticeAdmin(OwnerAdmin):
    """The practice's settings; changed under Set-up."""

    list_display = ("name", "phone", "email", "emergency_number")
    exclude = ("only", "comfort_words")
    readonly_fields = ("comfort_told",)
    comfort_told = told(
        _("comfort words"), lambda row: [f"{step}: {word}" for step, word in sorted(row.comfort_words.items())]
    )

    def page_of(self, row: Practice) -> str:
        """The page that changes them."""
        return reverse("setup_practice")


@admin.register(Location)
class LocationAdmin(OwnerAdmin):
    """Where the practice treats; changed under Set-up."""

    list_display = ("name", "address", "time_zone")

    def page_of(self, row: Location) -> str:
        """The page that changes it."""
        return reverse("setup_location", args=[row.uuid])


@admin.register(ContentEdition)
class ContentEditionAdmin(RecordsAdmin):
    """Every edition of the clinical content that answers, flags and plans were made with."""

    list_display = ("kind", "language", "hash", "first_used_at")
    list_filter = ("kind",)
    fields = ("kind", "language", "hash", "first_used_at", "text")
    readonly_fields = ("text",)

    @admin.display(description=_("content"))
    def text(self, row: ContentEdition) -> str:
        """Word for word, in a box of its own height."""
        return format_html('<pre class="edition" tabindex="0">{}</pre>', row.content)


@admin.register(EditionSignOff)
class EditionSignOffAdmin(RecordsAdmin):
    """Which clinician signed which edition off; recorded under Set-up."""

    list_display = ("what", "clinician", "profession", "signed_on", "who")
    list_select_related = ("edition", "recorded_by")
    fields = ("what", "clinician", "profession", "signed_on", "who", "recorded_at")
    readonly_fields = ("what", "who")
    who = staff_name("recorded_by", _("recorded by"))

    @admin.display(description=_("content"))
    def what(self, row: EditionSignOff) -> str:
        """Kind and edition."""
        return f"{row.edition.get_kind_display()} {row.edition.hash[:8]}"


@admin.register(OutboundMessage)
class OutboundMessageAdmin(OwnerAdmin):
    """Mail that left or waits; it holds no health data."""

    list_display = ("template", "to", "state", "created_at", "sent_at")
    list_filter = ("state", "template")
    search_fields = ("to",)
    date_hierarchy = "created_at"
    fields = (
        "about",
        "template",
        "to",
        "state",
        "trouble",
        "attempts",
        "created_at",
        "send_after",
        "send_before",
        "sent_at",
    )
    readonly_fields = ("about",)
    list_select_related = ("client",)
    about = person("client", _("client"), to="client_contact")


@admin.register(AuditEvent)
class AuditEventAdmin(OwnerAdmin):
    """Who did or read what, about whom, when. Kept by codes alone; it holds no text of a record."""

    list_display = ("at", "who", "verb", "object_type", "about", "reason", "outcome")
    list_display_links = ("at",)
    list_filter = ("verb", "object_type", "outcome")
    list_select_related = ("actor", "client")
    date_hierarchy = "at"
    fields = ("at", "who", "roles_told", "verb", "object_type", "object_uuid", "about", "reason", "outcome")
    readonly_fields = ("who", "about", "roles_told")
    roles_told = told(_("roles"), lambda row: _roles(row.roles))
    who = staff_name("actor", _("who"))

    @admin.display(description=_("client"))
    def about(self, row: AuditEvent) -> str:
        """Whose record."""
        return row.client.name if row.client is not None else "-"

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        """The search box finds people: who did it, or whose record it was."""
        return ("uuid",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[AuditEvent], term: str
    ) -> tuple[QuerySet[AuditEvent], bool]:
        """Events by a person of that name, or about a client of that name."""
        if not term.strip():
            return queryset, False
        about = queryset.filter(client__in=Client.objects.matching(term))
        return about | queryset.filter(actor__in=User.objects.filter(printed_name__icontains=term.strip())), False
