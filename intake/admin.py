"""The records desk of the middle floor: intakes with their flags, check-ins, decisions, clearances, consents, stops."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clinic.admin import OfClients
from clinic.queries import charted_clients
from clinic.records_desk import ReadOnlyRows, person, staff_name, told
from clinic.vocabulary import Severity, region_label
from intake.models import (
    AnswerChange,
    CheckIn,
    Clearance,
    Consent,
    Intake,
    IntakeState,
    RaisedFlag,
    Screening,
    StopAction,
    StopEvent,
    StopWithdrawal,
)
from intake.queries import consent_row, entry_names, every_answer, limits_in_words
from intake.rules.limits import Limits
from intake.rules.questions import CONSENTS, QUESTIONS
from intake.rules.screening import ENTRIES


class FlagFilter(admin.SimpleListFilter):
    """Rows whose source raised a certain flag."""

    title = _("flag")
    parameter_name = "flag"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The flags that were ever raised by rows this user may read, by name."""
        rows = model_admin.get_queryset(request).order_by().values("pk")
        raised = RaisedFlag.objects.filter(**{f"{_source(model_admin.model)}__in": rows})
        codes = raised.order_by().values_list("code", flat=True).distinct()
        return sorted(
            ((code, ENTRIES[code].label if code in ENTRIES else code) for code in codes), key=lambda row: row[1]
        )

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Only those."""
        return _with_flag(queryset, code=self.value()) if self.value() else queryset


class SeverityFilter(admin.SimpleListFilter):
    """Rows whose source raised a flag of a certain severity."""

    title = _("severity")
    parameter_name = "severity"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The five levels, worst first."""
        return list(Severity.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Only those."""
        return _with_flag(queryset, severity=self.value()) if self.value() else queryset


def _source(model: type[Any]) -> str:
    """The column of a flag that points at ``model``."""
    return "intake" if model is Intake else "check_in"


def _with_flag(queryset: QuerySet[Any], **which: Any) -> QuerySet[Any]:
    of_row = {_source(queryset.model): OuterRef("pk")}
    return queryset.filter(Exists(RaisedFlag.objects.filter(**of_row, **which)))


def _levels(stored: Mapping[str, Mapping[str, int]]) -> list[str]:
    """Stretches by their codes, those with the same highest level in one line."""
    alike: dict[tuple[int, ...], list[str]] = {}
    for code, sides in sorted(stored.items()):
        alike.setdefault((sides["L"], sides["R"]), []).append(code)
    return [
        _("left %(left)s, right %(right)s: %(codes)s") % {"left": left, "right": right, "codes": ", ".join(codes)}
        for (left, right), codes in sorted(alike.items())
    ]


class StatementFilter(admin.SimpleListFilter):
    """Consents to one statement."""

    title = _("statement")
    parameter_name = "statement"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The statements of the catalogue, by what they are about."""
        return [(code, QUESTIONS[code].wording) for code in CONSENTS]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Only those."""
        return queryset.filter(statement=self.value()) if self.value() else queryset


class FlagRows(ReadOnlyRows):
    """Flags as they were raised, with the wording of their edition."""

    model = RaisedFlag
    fields = ("label", "severity", "therapist", "code", "at")
    readonly_fields = ("label", "therapist")
    verbose_name_plural = _("flags raised")
    label = told(_("flag"), lambda row: [row.wording["label"]])
    therapist = told(_("for the therapist"), lambda row: [row.wording["therapist"]])


def _answer(question: str, value: Any) -> tuple[str, ...]:
    """One answer in words."""
    rows = every_answer({question: value})
    return rows[0][1] if rows else ()


class AnswerChangeRows(ReadOnlyRows):
    """Answers that the client changed later."""

    model = AnswerChange
    fields = ("asked", "before", "after", "reason", "confirmer", "at")
    readonly_fields = ("asked", "before", "after", "confirmer")
    asked = told(
        _("question"), lambda row: [QUESTIONS[row.question].wording if row.question in QUESTIONS else row.question]
    )
    before = told(_("before"), lambda row: _answer(row.question, row.old))
    after = told(_("after"), lambda row: _answer(row.question, row.new))
    related = ("confirmed_by",)
    confirmer = staff_name("confirmed_by", _("confirmed by"))


@admin.register(Intake)
class IntakeAdmin(OfClients):
    """Health histories with the flags they raised."""

    list_display = ("whose", "state", "started_at", "submitted_at", "asker")
    list_display_links = ("started_at",)
    list_filter = ("state", SeverityFilter, FlagFilter)
    date_hierarchy = "started_at"
    fields = ("whose", "state", "started_at", "saved_at", "submitted_at", "asker", "answers_told")
    readonly_fields = ("whose", "asker", "answers_told")
    answers_told = told(_("answers"), lambda row: every_answer(row.answers))
    inlines = (FlagRows, AnswerChangeRows)
    asker = staff_name("asked_by", _("asked by"))

    def scope(self, request: HttpRequest) -> QuerySet[Intake]:
        """With whoever asked."""
        return super().scope(request).select_related("asked_by")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Answers are read once they are handed in, or stopped; a form being filled in is the client's own."""
        fields = super().get_fields(request, obj)
        being_filled_in = obj is not None and obj.state == IntakeState.DRAFT
        return [name for name in fields if name != "answers_told"] if being_filled_in else fields

    def page_of(self, row: Intake) -> str:
        """The decision page, where answers read as questions and words."""
        return reverse("intake:review", args=[row.client.uuid])


@admin.register(CheckIn)
class CheckInAdmin(OfClients):
    """The short form before each session."""

    list_display = ("whose", "on", "asker")
    list_display_links = ("on",)
    list_filter = (SeverityFilter, FlagFilter)
    date_hierarchy = "on"
    fields = ("whose", "on", "at", "asker", "answers_told")
    readonly_fields = ("whose", "asker", "answers_told")
    answers_told = told(_("answers"), lambda row: every_answer(row.answers))
    inlines = (FlagRows,)
    asker = staff_name("asked_by", _("asked by"))

    def scope(self, request: HttpRequest) -> QuerySet[CheckIn]:
        """With whoever asked."""
        return super().scope(request).select_related("asked_by")


@admin.register(Screening)
class ScreeningAdmin(OfClients):
    """The therapists' signed decisions."""

    client_path = "intake__client"
    whose = person("intake__client", _("client"))
    list_display = ("whose", "decided_on", "decider", "outcome", "valid_until")
    list_display_links = ("decided_on",)
    list_filter = ("outcome",)
    date_hierarchy = "decided_on"
    fields = (
        "whose",
        "decider",
        "decided_at",
        "valid_until",
        "outcome",
        "accepted_told",
        "confirmed_aloud",
        "limits_told",
        "levels_told",
        "overrides_told",
        "remark",
    )
    readonly_fields = ("whose", "decider", "accepted_told", "limits_told", "levels_told", "overrides_told")
    accepted_told = told(_("accepted"), lambda row: entry_names(row.accepted))
    limits_told = told(_("limits"), lambda row: limits_in_words(Limits.from_data(row.limits)))
    levels_told = told(_("home stretches, highest level"), lambda row: _levels(row.stretch_levels))
    overrides_told = told(
        _("levels raised"), lambda row: [f"{one['place']}: {one['level']} ({one['reason']})" for one in row.overrides]
    )
    decider = staff_name("therapist", _("decided by"))

    def scope(self, request: HttpRequest) -> QuerySet[Screening]:
        """Decisions on charted clients."""
        found = Screening.objects.filter(intake__client__in=charted_clients(request.user))
        return found.select_related("intake__client", "therapist")

    def page_of(self, row: Screening) -> str:
        """The decision page."""
        return reverse("intake:review", args=[row.intake.client.uuid])


@admin.register(Clearance)
class ClearanceAdmin(OfClients):
    """Clinicians' letters and calls, with what they allow and until when."""

    list_display = ("whose", "clinician", "dated", "expires", "max_pressure")
    list_display_links = ("clinician",)
    date_hierarchy = "dated"
    fields = (
        "whose",
        "entries_told",
        "kind",
        "clinician",
        "profession",
        "contact",
        "dated",
        "massage",
        "regions_told",
        "max_pressure",
        "stretch_flags_lifted",
        "conditions",
        "expires",
        "recorder",
        "recorded_at",
    )
    readonly_fields = ("whose", "recorder", "entries_told", "regions_told")
    entries_told = told(_("cleared"), lambda row: entry_names(row.entries))
    regions_told = told(
        _("regions"), lambda row: [_("all regions") if one == "all" else region_label(one) for one in row.regions]
    )
    recorder = staff_name("recorded_by", _("recorded by"))


@admin.register(Consent)
class ConsentAdmin(OfClients):
    """What was agreed to, word for word, by whom."""

    list_display = ("whose", "what", "part", "signed_at", "expires", "withdrawn")
    list_display_links = ("what",)
    list_filter = (StatementFilter,)
    date_hierarchy = "signed_at"
    fields = (
        "whose",
        "what",
        "part",
        "text",
        "text_hash",
        "signer_name",
        "signer_role",
        "relation",
    )
    readonly_fields = ("whose", "what", "part")

    @admin.display(description=_("statement"), ordering="statement")
    def what(self, row: Consent) -> str:
        """What it is about."""
        return consent_row(row).name

    @admin.display(description=_("part"))
    def part(self, row: Consent) -> str:
        """Which side or place, and how covered."""
        return consent_row(row).part or "-"

    @admin.display(description=_("withdrawn"), boolean=True)
    def withdrawn(self, row: Consent) -> bool:
        """Whether it was taken back."""
        return getattr(row, "withdrawal", None) is not None

    def scope(self, request: HttpRequest) -> QuerySet[Consent]:
        """With the withdrawal."""
        return super().scope(request).select_related("withdrawal")


class StopActionRows(ReadOnlyRows):
    """What was done about the stop."""

    model = StopAction
    fields = ("action", "who", "at")
    readonly_fields = ("who",)
    related = ("by",)
    who = staff_name("by", _("by"))


@admin.register(StopWithdrawal)
class StopWithdrawalAdmin(OfClients):
    """Stops that a therapist withdrew on the client's new answers, for the owner to read."""

    client_path = "stop__client"
    whose = person("stop__client", _("client"))
    list_display = ("whose", "at", "because", "reason", "who")
    list_display_links = ("at",)
    date_hierarchy = "at"
    fields = ("whose", "because", "reason", "who", "at")
    readonly_fields = ("whose", "because", "who")
    because = told(_("because of"), lambda row: entry_names(row.stop.codes))
    who = staff_name("by", _("by"))

    def scope(self, request: HttpRequest) -> QuerySet[Any]:
        """Those of charted clients."""
        found = StopWithdrawal.objects.filter(stop__client__in=charted_clients(request.user))
        return found.select_related("stop__client", "by")


@admin.register(StopEvent)
class StopEventAdmin(OfClients):
    """Forms that an emergency stopped."""

    list_display = ("whose", "at", "because")
    list_display_links = ("at",)
    date_hierarchy = "at"
    fields = ("whose", "because", "at")
    readonly_fields = ("whose", "because")
    because = told(_("because of"), lambda row: entry_names(row.codes))
    inlines = (StopActionRows,)

    def page_of(self, row: StopEvent) -> str:
        """The page of the steps."""
        return reverse("intake:stop", args=[row.uuid])
