"""The records desk of the top floor: session notes with their timeline and additions, stretch plans, home logs."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clinic.admin import OfClients
from clinic.queries import charted_clients
from clinic.records_desk import ReadOnlyRows, person, staff_name, told
from clinic.roles import Role
from clinic.vocabulary import region_label
from intake.queries import entry_names
from sessions.models import (
    Addendum,
    Finding,
    HomeMessage,
    PlanItem,
    PlanVersion,
    SessionNote,
    StretchLog,
    TimelineEvent,
    VerbalConsent,
)
from sessions.queries.inbox import stretch_words
from sessions.queries.note import finding_in_words, is_void, notes, structure_label
from sessions.rules.note import limit_sentences
from sessions.rules.stretches import STRETCHES


class TimelineRows(ReadOnlyRows):
    """The timeline; what was undone stays, and says so."""

    model = TimelineEvent
    fields = ("seq", "at", "where", "kind", "pressure", "comfort", "sign", "technique", "position", "undone")
    readonly_fields = ("where", "undone")
    related = ("void",)
    ordering = ("seq",)

    @admin.display(description=_("where"))
    def where(self, row: TimelineEvent) -> str:
        """Structure and side."""
        return structure_label(row.structure, row.side)

    @admin.display(description=_("undone"), boolean=True)
    def undone(self, row: TimelineEvent) -> bool:
        """Whether the row no longer counts."""
        return is_void(row)


class FindingRows(ReadOnlyRows):
    """Tests, ranges and touch."""

    model = Finding
    fields = ("name", "on_side", "phase", "told_result", "comment")
    readonly_fields = ("name", "on_side", "told_result")
    name = told(_("finding"), lambda row: [finding_in_words(row).label])
    on_side = told(_("side"), lambda row: [finding_in_words(row).side])
    told_result = told(_("result"), lambda row: [finding_in_words(row).result])


class VerbalConsentRows(ReadOnlyRows):
    """What was said aloud."""

    model = VerbalConsent
    fields = ("scope", "side", "mode", "said_at")


class AddendumRows(ReadOnlyRows):
    """What was added after signing."""

    model = Addendum
    fields = ("kind", "who", "happened_at", "recorded_at", "text")
    readonly_fields = ("who",)
    related = ("author",)
    who = staff_name("author", _("by"))


@admin.register(SessionNote)
class SessionNoteAdmin(OfClients):
    """Session notes: one's own, and signed ones of charted clients. A colleague's draft is nobody else's."""

    list_display = ("whose", "started_at", "treats", "visit_kind", "pain_before", "pain_after", "signed_at")
    list_display_links = ("started_at",)
    list_filter = (("signed_at", admin.EmptyFieldListFilter), "visit_kind")
    date_hierarchy = "started_at"
    fields = (
        "whose",
        "treats",
        "place",
        "visit_kind",
        "started_at",
        "ended_at",
        "recorded_at",
        "subjective",
        "objective",
        "assessment",
        "plan",
        "pain_before",
        "pain_after",
        "response",
        "adverse_event",
        "adverse_text",
        "next_visit",
        "flags_told",
        "limits_told",
        "signed_at",
        "content_hash",
    )
    readonly_fields = ("whose", "treats", "place", "flags_told", "limits_told")
    flags_told = told(_("flags"), lambda row: entry_names(row.flags))
    limits_told = told(_("limits"), lambda row: limit_sentences(row.limits))
    inlines = (TimelineRows, FindingRows, VerbalConsentRows, AddendumRows)
    treats = staff_name("therapist", _("therapist"))

    @admin.display(description=_("location"))
    def place(self, row: SessionNote) -> str:
        """Where."""
        return row.location.name

    def scope(self, request: HttpRequest) -> QuerySet[SessionNote]:
        """Through the door of the notes."""
        return notes(request.user).select_related("client", "therapist", "location")

    def page_of(self, row: SessionNote) -> str:
        """The note's own page."""
        return reverse("sessions:note", args=[row.uuid])


class PlanItemRows(ReadOnlyRows):
    """The stretches of a version."""

    model = PlanItem
    fields = ("position", "name", "side", "level", "hold_seconds", "repetitions", "sets", "times_per_day", "note")
    readonly_fields = ("name",)

    @admin.display(description=_("stretch"))
    def name(self, row: PlanItem) -> str:
        """By name, or by code when the library no longer has it."""
        return STRETCHES[row.stretch].name if row.stretch in STRETCHES else row.stretch


@admin.register(PlanVersion)
class PlanVersionAdmin(OfClients):
    """Every version of every stretch plan."""

    client_path = "plan__client"
    whose = person("plan__client", _("client"))
    list_display = ("whose", "number", "publisher", "published_at")
    list_display_links = ("number",)
    list_filter = (("published_at", admin.EmptyFieldListFilter),)
    fields = ("whose", "number", "message", "publisher", "published_at", "created_at")
    readonly_fields = ("whose", "publisher")
    inlines = (PlanItemRows,)
    publisher = staff_name("published_by", _("published by"))

    def scope(self, request: HttpRequest) -> QuerySet[PlanVersion]:
        """Versions of charted clients."""
        found = PlanVersion.objects.filter(plan__client__in=charted_clients(request.user))
        return found.select_related("plan__client", "published_by")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A version being written shows its text to therapists alone."""
        fields = super().get_fields(request, obj)
        return fields if self._is_readable(request, obj) else [name for name in fields if name != "message"]

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> Any:
        """As its text, so its stretches."""
        return super().get_inlines(request, obj) if self._is_readable(request, obj) else ()

    @staticmethod
    def _is_readable(request: HttpRequest, obj: Any) -> bool:
        return obj is None or obj.published_at is not None or request.user.holds(Role.THERAPIST)

    def page_of(self, row: PlanVersion) -> str:
        """The plan's own page."""
        return reverse("sessions:plan", args=[row.plan.client.uuid])


@admin.register(StretchLog)
class StretchLogAdmin(OfClients):
    """What clients logged at home."""

    list_display = ("whose", "on", "stretch", "done", "comfort", "sensation")
    list_display_links = ("on",)
    list_filter = ("comfort", "sensation")
    date_hierarchy = "on"
    fields = ("whose", "stretch", "on", "done", "comfort", "sensation", "sore", "felt_told", "at")
    readonly_fields = ("whose", "stretch", "felt_told")
    felt_told = told(_("felt where"), lambda row: [region_label(place) for place in row.felt_where])

    @admin.display(description=_("stretch"))
    def stretch(self, row: StretchLog) -> str:
        """By name."""
        return STRETCHES[row.item.stretch].name if row.item.stretch in STRETCHES else row.item.stretch

    def scope(self, request: HttpRequest) -> QuerySet[StretchLog]:
        """With the item of the plan."""
        return super().scope(request).select_related("item")


@admin.register(HomeMessage)
class HomeMessageAdmin(OfClients):
    """What clients said from home, and the answers."""

    list_display = ("whose", "at", "kind", "about", "answered_by")
    list_display_links = ("at",)
    list_filter = ("kind", ("answer", admin.EmptyFieldListFilter))
    date_hierarchy = "at"
    fields = ("whose", "at", "kind", "about", "text", "answered_by", "answered_told", "goes_on")
    readonly_fields = ("whose", "about", "answered_by", "answered_told", "goes_on")
    answered_told = told(_("answer"), lambda row: [row.answer.text] if hasattr(row, "answer") else [])

    @admin.display(description=_("stretch"))
    def about(self, row: HomeMessage) -> str:
        """By name with its side; the plan as a whole."""
        return stretch_words(row.item)

    @admin.display(description=_("answered by"))
    def answered_by(self, row: HomeMessage) -> str:
        """Who; nobody while it waits."""
        return row.answer.by.printed_name if hasattr(row, "answer") else "-"

    @admin.display(description=_("the stretch may go on"), boolean=True)
    def goes_on(self, row: HomeMessage) -> bool:
        """What the answer says."""
        return hasattr(row, "answer") and row.answer.goes_on

    def scope(self, request: HttpRequest) -> QuerySet[HomeMessage]:
        """With the item of the plan and the answer."""
        return super().scope(request).select_related("item", "answer__by")

    def page_of(self, row: HomeMessage) -> str:
        """The inbox."""
        return reverse("sessions:inbox")
