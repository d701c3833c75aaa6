"""What every page of the records desk (the admin) has in common: roles, scope, fast lists, nothing to break.

A page names the roles that may look and the roles that may change; its rows come from a queryset scoped to the user,
the same one the product's own pages use. Clinical records are read-only here: they are written through the actions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import display_for_field, lookup_field
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from clinic.actions import record_read
from clinic.models import Client, User
from clinic.roles import Role


def person(path: str, label: Any, *, to: str = "sessions:chart") -> Callable[[Any, Any], str]:
    """A column with the name of the client at ``path`` ("client", "intake__client"; "" for the row itself).

    The name leads to the product's own page ``to``.
    """

    @admin.display(description=label)
    def column(self: Any, row: Any) -> str:
        for step in path.split("__") if path else ():
            row = getattr(row, step)
        return format_html('<a href="{}">{}</a>', reverse(to, args=[row.uuid]), row.name)

    return column


def staff_name(path: str, label: Any) -> Callable[[Any, Any], str]:
    """A column with the printed name of the account at ``path``, "-" without one."""

    @admin.display(description=label, ordering=f"{path}__printed_name")
    def column(self: Any, row: Any) -> str:
        for step in path.split("__"):
            row = getattr(row, step) if row is not None else None
        return row.printed_name if row is not None else "-"

    return column


def told(label: Any, words: Callable[[Any], Iterable[Any]]) -> Callable[[Any, Any], str]:
    """A field that tells in words what is stored as codes: a line for each of ``words``, or a pair (name, lines)."""

    @admin.display(description=label)
    def column(self: Any, row: Any) -> str:
        found = list(words(row))
        if found and isinstance(found[0], tuple):
            rows = ((name, format_html_join("", "<div>{}</div>", ((one,) for one in said))) for name, said in found)
            return format_html('<dl class="told">{}</dl>', format_html_join("", "<dt>{}</dt><dd>{}</dd>", rows))
        return format_html_join("", '<div class="told">{}</div>', ((one,) for one in found)) or "-"

    return column


class EstimatingPaginator(Paginator):
    """Counts exactly up to a thousand rows; above, PostgreSQL's own estimate: no full count of a large table."""

    EXACT = 1000

    @cached_property
    def count(self) -> int:
        """Number of rows; above a thousand an estimate for an unfiltered list, "at least" for a filtered one."""
        counted = self.object_list.order_by()[: self.EXACT + 1].count()  # type: ignore[union-attr]
        if counted <= self.EXACT or self.object_list.query.where:  # type: ignore[union-attr]
            return counted
        with connection.cursor() as cursor:
            table = self.object_list.model._meta.db_table  # type: ignore[union-attr]
            cursor.execute("select reltuples::bigint from pg_class where oid = %s::regclass", [table])
            return max(counted, cursor.fetchone()[0])


#: How Django's own filters and its row of dates ask.
_FILTERS_ASK = ("exact", "isnull", "isempty", "gte", "lt", "year", "month", "day")


class RecordsAdmin(admin.ModelAdmin):
    """A read-only page of the records desk. Subclasses set ``readers``, ``scope`` and, for health data, ``client_of``.

    What is safe to change is changed on the product's own pages, where the rules are asked: ``page_of`` leads there.
    """

    of_the_records_desk = True
    readers: tuple[Role, ...] = (Role.OWNER, Role.THERAPIST)
    #: Path from the row to its client; searching looks there, and an opened row is entered in the read-access log.
    client_path: str | None = None
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = EstimatingPaginator
    actions = None
    save_as = False

    def scope(self, request: HttpRequest) -> QuerySet[Any]:
        """The rows this user may see."""
        return super().get_queryset(request)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """The filters of the page and nothing else: no question to the database that only the address asks."""
        filters = [each[0] if isinstance(each, tuple) else each for each in self.get_list_filter(request)]
        offered = {getattr(each, "parameter_name", each) for each in [*filters, self.date_hierarchy]}
        name, _line, asks = lookup.rpartition("__")
        return lookup in offered or (name in offered and asks in _FILTERS_ASK)

    def client_of(self, row: Any) -> Client | None:
        """Whose record this is; None for what is nobody's in particular."""
        if self.client_path is None:
            return None
        for step in self.client_path.split("__") if self.client_path else ():
            row = getattr(row, step)
        return row

    def page_of(self, row: Any) -> str | None:
        """The product's own page about this row."""
        client = self.client_of(row)
        return reverse("sessions:chart", args=[client.uuid]) if client is not None else None

    def name_of(self, row: Any) -> str:
        """What a page calls the row: its client, else what its list shows first. Never in a title or an address."""
        client = self.client_of(row)
        if client is not None:
            return client.name
        field, _attribute, value = lookup_field(self.list_display[0], row, self)
        return display_for_field(value, field, "-") if field is not None else str(value)

    def view_on_site(self, row: Any) -> str | None:  # type: ignore[override]
        """Django's name for it."""
        return self.page_of(row)

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        """Any name switches the search box on; what is searched is in ``get_search_results``."""
        return ("uuid",) if self.client_path is not None else tuple(self.search_fields)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Rows of the clients whom the product's own search finds: any part of a name, in any order, no accents."""
        if self.client_path is None or not term.strip():
            return super().get_search_results(request, queryset, term) if self.search_fields else (queryset, False)
        found = Client.objects.matching(term)
        return queryset.filter(**{f"{self.client_path or 'pk'}__in": found}), False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The record to read; who read whose is entered in the log. A POST changes nothing, whatever it holds."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = self.get_object(request, object_id)
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if request.method == "POST":
            raise PermissionDenied
        client = self.client_of(row)
        if client is not None:
            record_read(about=row, client=client, by=request.user)
        name = self.name_of(row)
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "subtitle": name})

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Every change of the row, by whom; a row that is never changed says so."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = self.get_object(request, object_id)
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if request.method != "GET":
            return HttpResponse(status=405, headers={"Allow": "GET"})
        context = {
            **self.admin_site.each_context(request),
            "title": _("History"),
            "opts": self.opts,
            "object": row,
            "name": self.name_of(row),
            "changes": list(changes_of(row)),
        }
        return TemplateResponse(request, "admin/history.html", context)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The scope, in the list's order."""
        found = self.scope(request)
        ordering = self.get_ordering(request)
        return found.order_by(*ordering) if ordering else found

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Listed for readers."""
        return request.user.is_active and request.user.holds(*self.readers)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Readers; a row outside the scope is not found at all."""
        return request.user.is_active and request.user.holds(*self.readers)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody: records are kept, ended or struck, never deleted."""
        return False


class OwnerAdmin(RecordsAdmin):
    """A page for the owner alone."""

    readers = (Role.OWNER,)


def changes_of(row: Any) -> Iterator[dict[str, Any]]:
    """What pghistory kept about ``row``, newest first: when, by whom, and each column that changed, old and new."""
    events = getattr(row, "events", None)
    if not hasattr(getattr(events, "model", None), "pgh_tracked_model"):
        return
    kept = list(events.select_related("pgh_context").order_by("pgh_id"))
    by = {event.pgh_context.metadata.get("user") for event in kept if event.pgh_context is not None}
    names = dict(User.objects.filter(pk__in=by - {None}).values_list("pk", "printed_name"))
    hidden = {"search_text", "phone_digits", "birth_date_text"}
    columns = (
        [field for field in row._meta.concrete_fields if hasattr(kept[0], field.attname) and field.name not in hidden]
        if kept
        else []
    )
    told = []
    before = None
    for event in kept:
        told.append(
            {
                "at": event.pgh_created_at,
                "by": names.get(event.pgh_context.metadata.get("user"), "") if event.pgh_context is not None else "",
                "first": before is None,
                "columns": [
                    (field.verbose_name, getattr(before, field.attname), getattr(event, field.attname))
                    for field in columns
                    if before is not None and getattr(before, field.attname) != getattr(event, field.attname)
                ],
            }
        )
        before = event
    yield from reversed(told)


class ReadOnlyRows(admin.TabularInline):
    """Rows below a record, shown and never changed. ``related`` names what their columns follow, asked for at once."""

    template = "admin/rows.html"
    extra = 0
    can_delete = False
    related: tuple[str, ...] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """One statement, whatever the number of rows."""
        found = super().get_queryset(request)
        return found.select_related(*self.related) if self.related else found

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Every column."""
        return self.fields

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Whoever may see the record above."""
        return True

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody."""
        return False
