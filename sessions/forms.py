"""Forms of notes: HTTP in, domain values out. Choices come in already scoped; nothing is saved here."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.fields import (
    DayField,
    KeyField,
    MomentField,
    NumberField,
    OneChoiceField,
    PlainTextField,
    StepField,
    TickField,
    VersionField,
)
from clinic.vocabulary import REGIONS, Comfort, PressureLevel, Side, region_label
from clinic.widgets import ChoiceCards, Dropdown, HiddenBox
from sessions.models import (
    AddendumKind,
    AdverseEvent,
    AskedBy,
    ConsentScope,
    DrapeMode,
    EventKind,
    EventSign,
    FindingPhase,
    MovedBy,
    PressureSource,
    RaiseReason,
    Response,
    StrikeReason,
    WayOn,
)
from sessions.models.note import TEXT_LENGTH
from sessions.rules.findings import NOT_DONE, REFERS

Choices = Iterable[tuple[str, Any]]
#: The longest that a tap waits on a device (clinic design: a day), in milliseconds.
WAITS = 24 * 60 * 60 * 1000


_NOT_HERE = {
    "required": gettext_lazy("Choose where you work first."),
    "invalid_choice": gettext_lazy("This area is not open today. Choose one from the list."),
}
_NOT_SAID = {
    "required": gettext_lazy("Choose what the client said yes to."),
    "invalid_choice": gettext_lazy("Choose one of the consents shown."),
}


class BeginForm(forms.Form):
    """What the therapist answers at the gate: clearances asked for, and where something is that has no place yet."""

    def __init__(self, *args: Any, to_confirm: Choices, to_set: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.to_confirm, self.to_set = list(to_confirm), list(to_set)
        places = [
            (place, region_label(place))
            for code, region in REGIONS.items()
            for place in ((f"{code}:L", f"{code}:R") if region.sided else (code,))
        ]
        for code, label in self.to_confirm:
            self.fields[f"confirm_{code}"] = TickField(
                label=_("The clearance has been asked for: %(what)s") % {"what": label}, required=False
            )
        for code, label in self.to_set:
            self.fields[f"region_{code}"] = OneChoiceField(
                label=_("Where is it: %(what)s") % {"what": label},
                choices=[("", "–"), *places],
                required=False,
                widget=Dropdown,
            )

    @property
    def values(self) -> dict[str, Any]:
        """``confirmed`` and ``regions_set`` of ``open_note``."""
        data = self.cleaned_data
        return {
            "confirmed": [code for code, _label in self.to_confirm if data.get(f"confirm_{code}")],
            "regions_set": {code: place for code, _label in self.to_set if (place := data.get(f"region_{code}"))},
        }


class _Tapped(forms.Form):
    """Something tapped in the treatment room, which may have waited on the device until the network was there."""

    ago = NumberField(label=gettext_lazy("How long ago"), required=False, minimum=0, maximum=WAITS, widget=HiddenBox())

    @property
    def happened_at(self) -> datetime | None:
        """When it was tapped; None for just now."""
        ago = self.cleaned_data.get("ago")
        return timezone.now() - timedelta(milliseconds=ago) if ago else None


class EndForm(_Tapped):
    """The treatment is finished."""


class PlaceForm(_Tapped):
    """Which structure and side the hands move to, as "MUS_PIR:L"."""

    place = OneChoiceField(
        label=gettext_lazy("Structure and side"),
        widget=HiddenBox,
        error_messages={
            "required": gettext_lazy("Choose where you work now."),
            "invalid_choice": gettext_lazy("Choose a structure and side from the list."),
        },
    )
    client_uuid = KeyField()

    def __init__(self, *args: Any, places: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = [("", ""), *places]  # type: ignore[attr-defined]
        self.initial.setdefault("client_uuid", uuid.uuid4())

    def clean_place(self) -> tuple[str, str]:
        """The structure code and the side."""
        code, _colon, side = self.cleaned_data["place"].partition(":")
        return code, side


class EventForm(_Tapped):
    """One tap of the treatment: a feeling, the wrong kind, easing off, stopping, a cue, a note, a change only.

    ``carried`` is the pressure of the row before: it stands, marked as carried, when none is chosen. A tap that
    waited on the device says itself which pressure stood on the screen (``stands``).
    """

    TAPS = (
        *((f"c{comfort.value}", comfort.label) for comfort in Comfort),
        *((f"s_{sign.value}", sign.label) for sign in EventSign),
        ("ease", gettext_lazy("Ease off one")),
        ("stop", gettext_lazy("Stopped here")),
        ("change", gettext_lazy("Log the change only")),
        ("note", gettext_lazy("Note")),
        ("leave", gettext_lazy("Leave this area")),
        *((f"b_B{n}", gettext_lazy("Breath cue")) for n in range(1, 7)),
    )

    place = OneChoiceField(widget=HiddenBox, error_messages=_NOT_HERE)
    client_uuid = KeyField()
    pressure = StepField(
        label=gettext_lazy("Pressure"),
        choices=PressureLevel.choices,
        required=False,
        widget=HiddenBox,
        error_messages={"invalid_choice": gettext_lazy("Choose a pressure from resting hand to 5.")},
    )
    stands = StepField(
        choices=PressureLevel.choices,
        required=False,
        widget=HiddenBox,
        error_messages={"invalid_choice": gettext_lazy("Choose a pressure from resting hand to 5.")},
    )
    position = OneChoiceField(
        widget=Dropdown,
        label=gettext_lazy("Position"),
        error_messages={"invalid_choice": gettext_lazy("This position is not allowed today. Choose another.")},
    )
    technique = OneChoiceField(
        widget=Dropdown,
        label=gettext_lazy("Technique"),
        error_messages={"invalid_choice": gettext_lazy("This technique is not allowed today. Choose another.")},
    )
    unprompted = TickField(label=gettext_lazy("The client said it unprompted"), required=False)
    words = PlainTextField(label=gettext_lazy("Words"), required=False, max_length=200)
    tap = OneChoiceField(
        choices=TAPS,
        widget=HiddenBox,
        error_messages={
            "required": gettext_lazy("Choose how it feels."),
            "invalid_choice": gettext_lazy("Choose one of the five feelings, or “Wrong kind”."),
        },
    )

    def __init__(
        self, *args: Any, places: Choices, positions: Choices, techniques: Choices, carried: int, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = list(places)  # type: ignore[attr-defined]
        self.fields["position"].choices = list(positions)  # type: ignore[attr-defined]
        self.fields["technique"].choices = list(techniques)  # type: ignore[attr-defined]
        self.carried = carried
        self.initial.setdefault("client_uuid", uuid.uuid4())

    def clean(self) -> dict[str, Any]:
        """``values`` for ``record_event``: what the tap says has changed."""
        data = super().clean() or {}
        tap = data.get("tap")
        if tap == "note" and not data.get("words"):
            self.add_error("words", _("Write the note, up to 200 letters."))
        if self.errors or tap is None:
            return data
        chosen = data.get("pressure")
        if data.get("stands") is not None:
            self.carried = data["stands"]
        code, _colon, side = data["place"].partition(":")
        values: dict[str, Any] = {
            "client_uuid": data["client_uuid"],
            "structure": code,
            "side": side,
            "position": data["position"],
            "technique": data["technique"],
            "pressure": self.carried if chosen is None else chosen,
            "pressure_source": PressureSource.CARRIED if chosen is None else PressureSource.TAPPED,
            "words": data.get("words", ""),
        }
        if tap[0] == "c" and tap[1:].isdigit():
            asked_by = AskedBy.CLIENT if data.get("unprompted") else AskedBy.THERAPIST
            values |= {"kind": EventKind.COMFORT, "comfort": int(tap[1:]), "asked_by": asked_by}
        elif tap.startswith("s_"):
            values |= {"kind": EventKind.SIGN, "sign": tap[2:]}
        elif tap.startswith("b_"):
            values |= {"kind": EventKind.BREATH, "cue": tap[2:]}
        elif tap == "ease":
            values |= {
                "kind": EventKind.ADJUST,
                "pressure": max(self.carried - 1, PressureLevel.P0),
                "pressure_source": PressureSource.TAPPED,
            }
        elif tap == "change":
            values["kind"] = EventKind.TECHNIQUE if chosen is None else EventKind.PRESSURE
        else:
            values["kind"] = {"stop": EventKind.STOP, "note": EventKind.NOTE, "leave": EventKind.END_REGION}[tap]
        data["values"] = values
        return data


class RaiseForm(forms.Form):
    """Raise the cap of one structure for this visit, with a coded reason."""

    place = OneChoiceField(widget=HiddenBox, error_messages=_NOT_HERE)
    pressure = StepField(label=gettext_lazy("Up to pressure"), choices=PressureLevel.choices, widget=HiddenBox)
    reason = OneChoiceField(label=gettext_lazy("Reason"), choices=RaiseReason.choices, widget=ChoiceCards())

    def __init__(self, *args: Any, places: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = list(places)  # type: ignore[attr-defined]


class ConsentForm(_Tapped):
    """One yes said aloud: for what, which side, how covered."""

    scope = OneChoiceField(choices=ConsentScope.choices, widget=HiddenBox, error_messages=_NOT_SAID)
    side = OneChoiceField(choices=[("", ""), *Side.choices], required=False, widget=HiddenBox, error_messages=_NOT_SAID)
    mode = OneChoiceField(
        choices=[("", ""), *DrapeMode.choices], required=False, widget=HiddenBox, error_messages=_NOT_SAID
    )


class PainForm(forms.Form):
    """Pain 0 to 10 before or after; after, the client may rather not say."""

    before = StepField(
        label=gettext_lazy("Pain before"),
        choices=[(n, n) for n in range(11)],
        required=False,
        widget=HiddenBox,
        error_messages={"invalid_choice": gettext_lazy("Choose a number from 0 to 10.")},
    )
    after = OneChoiceField(
        label=gettext_lazy("Pain now"),
        choices=[*((n, n) for n in range(11)), ("declined", gettext_lazy("Would rather not say"))],
        required=False,
        widget=HiddenBox,
        error_messages={"invalid_choice": gettext_lazy("Choose a number from 0 to 10, or “would rather not say”.")},
    )

    def clean(self) -> dict[str, Any]:
        """``values`` for ``set_pain``."""
        data = super().clean() or {}
        if self.errors:
            return data
        after = data.get("after")
        if data.get("before") is None and not after:
            raise forms.ValidationError(_("Choose a number from 0 to 10."))
        declined = after == "declined"
        data["values"] = {
            "before": data.get("before"),
            "after": int(after) if after and not declined else None,
            "after_declined": declined,
        }
        return data


def _a_year_ago() -> date:
    return timezone.localdate() - timedelta(days=365)


def _in_two_years() -> date:
    return timezone.localdate() + timedelta(days=730)


class TextForm(forms.Form):
    """The SOAP texts and the short fields saved with them, under one version number."""

    rev = VersionField()
    subjective = PlainTextField(
        label=gettext_lazy("What the client said"), required=False, max_length=TEXT_LENGTH, multiline=True
    )
    objective = PlainTextField(
        label=gettext_lazy("What I found"), required=False, max_length=TEXT_LENGTH, multiline=True
    )
    assessment = PlainTextField(
        label=gettext_lazy("What I think"), required=False, max_length=TEXT_LENGTH, multiline=True
    )
    plan = PlainTextField(label=gettext_lazy("What next"), required=False, max_length=TEXT_LENGTH, multiline=True)
    response = OneChoiceField(
        label=gettext_lazy("How the client responded"),
        choices=Response.choices,
        required=False,
        widget=ChoiceCards(inline=True),
    )
    adverse_event = OneChoiceField(
        label=gettext_lazy("Did anything go wrong?"),
        choices=AdverseEvent.choices,
        required=False,
        widget=ChoiceCards(inline=True),
    )
    adverse_text = PlainTextField(label=gettext_lazy("What went wrong"), required=False, max_length=500)
    skin_after = PlainTextField(label=gettext_lazy("Skin after"), required=False, max_length=200)
    client_words = PlainTextField(label=gettext_lazy("The client's own words after"), required=False, max_length=300)
    next_visit = PlainTextField(label=gettext_lazy("Next visit"), required=False, max_length=200)
    reassess_on = DayField(
        label=gettext_lazy("Re-assess on"), required=False, earliest=_a_year_ago, latest=_in_two_years
    )
    pcp_advised = TickField(label=gettext_lazy("Advised to see the doctor for everyday care"), required=False)
    people_in_room = PlainTextField(label=gettext_lazy("People in the room"), required=False, max_length=120)
    way = OneChoiceField(
        label=gettext_lazy("How to go on"), choices=WayOn.choices, required=False, widget=ChoiceCards()
    )
    way_reason = PlainTextField(label=gettext_lazy("Reason for that"), required=False, max_length=300)

    @property
    def texts(self) -> dict[str, Any]:
        """What ``save_text`` stores."""
        return {name: value for name, value in self.cleaned_data.items() if name != "rev"}


class OneTextForm(TextForm):
    """One ``field`` of the note as it is typed: what it says, and what it said before (``was-`` and its name)."""

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.before = TextForm(data, prefix="was")
        wanted = {data.get("field")}
        for form in (self, self.before):
            form.fields = {name: field for name, field in form.fields.items() if name in wanted and name != "rev"}

    def clean(self) -> dict[str, Any]:
        """Refuses a field that the note does not have, and a text before that nobody can have read there."""
        if not self.fields or not self.before.is_valid():
            self.add_error(None, _("What was typed came without its place in the note. Keep it, open the page again."))
        return super().clean() or {}

    @property
    def was(self) -> dict[str, Any]:
        """What the field said before it was changed here."""
        return self.before.cleaned_data


class SignForm(forms.Form):
    """The version that was read before signing."""

    rev = VersionField()


class AddendumForm(forms.Form):
    """What is added to a signed note."""

    kind = OneChoiceField(label=gettext_lazy("Kind"), choices=AddendumKind.choices, widget=ChoiceCards())
    happened_at = MomentField(
        label=gettext_lazy("When it happened"),
        required=False,
        help_text=gettext_lazy("Leave empty for now. The date of entry is stored as well."),
        earliest=datetime(1900, 1, 1, tzinfo=UTC),
    )
    text = PlainTextField(label=gettext_lazy("Text"), max_length=TEXT_LENGTH, multiline=True)

    def clean_happened_at(self) -> Any:
        """Never in the future."""
        moment = self.cleaned_data["happened_at"]
        if moment is not None and moment > timezone.now():
            raise forms.ValidationError(_("This is in the future. Give the time when it happened."))
        return moment


class StrikeForm(forms.Form):
    """Why a whole note is struck."""

    reason = OneChoiceField(label=gettext_lazy("Reason"), choices=StrikeReason.choices, widget=ChoiceCards())


class AgainForm(forms.Form):
    """In which note a struck one was entered again."""

    note = OneChoiceField(
        label=gettext_lazy("The note of the right client"),
        widget=ChoiceCards,
        error_messages={
            "required": gettext_lazy("Choose the note of the right client."),
            "invalid_choice": gettext_lazy("Choose one of the notes shown."),
        },
    )

    def __init__(self, *args: Any, notes: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].choices = list(notes)  # type: ignore[attr-defined]


_NO_PHASE = {
    "required": gettext_lazy("Choose “before” or “after” above."),
    "invalid_choice": gettext_lazy("Choose “before” or “after” above."),
}


#: The entries that are a result by themselves.
_RESULTS = ("result", "angle", "measure")


def _said(value: Any) -> str:
    """A value as the page sends it along: numbers without trailing zeros, nothing as ""."""
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, int | float | Decimal) else str(value)


class FindingsForm(forms.Form):
    """Results of one phase. What is left empty is not stored, and what is emptied is taken back; a blocked test is
    refused even when it is posted.

    ``device`` and ``moved`` are how the ranges of this phase are measured, asked once.
    """

    device = PlainTextField(label=gettext_lazy("Measured with"), required=False, max_length=60)
    moved = OneChoiceField(
        label=gettext_lazy("Who moves"), choices=[("", "–"), *MovedBy.choices], required=False, widget=Dropdown
    )

    def __init__(self, *args: Any, table: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.table = table
        self.fields["phase"] = OneChoiceField(
            choices=FindingPhase.choices, widget=HiddenBox, initial=table.phase, error_messages=_NO_PHASE
        )
        self.fields["device"].initial, self.fields["moved"].initial = table.device, table.moved
        for row in table.rows:
            for side in row.sides:
                for entry in side.entries:
                    if not row.blocked and not side.blocked:
                        self.fields[entry.name] = self._field(entry)

    @staticmethod
    def _field(entry: Any) -> forms.Field:
        about = {"label": entry.label, "required": False, "initial": entry.value}
        if entry.options:
            return OneChoiceField(
                choices=[("", "–"), *entry.options],
                widget=Dropdown,
                error_messages={"invalid_choice": _("Choose one of the results in the list.")},
                **about,
            )
        if entry.kind == "angle":
            return NumberField(minimum=-90, maximum=180, **about)
        if entry.kind == "comment":
            return PlainTextField(max_length=200, **about)
        if entry.kind == "pain":
            return NumberField(minimum=0, maximum=10, **about)
        return NumberField(minimum=0, maximum=999, decimals=1, **about)

    @property
    def groups(self) -> list[dict[str, Any]]:
        """The table with its bound fields."""
        return [
            {
                "label": label,
                "rows": [self._row(row) for row in rows],
                "filled": sum(self._is_filled(side) for row in rows for side in row.sides),
                "errors": any(entry.name in self.errors for row in rows for s in row.sides for entry in s.entries),
            }
            for label, rows in self.table.groups
        ]

    def _row(self, row: Any) -> dict[str, Any]:
        sides = [
            {
                "label": side.label,
                "blocked": side.blocked,
                "before": side.before,
                "again": side.again,
                "fields": [self[entry.name] for entry in side.entries if entry.name in self.fields],
            }
            for side in row.sides
        ]
        return {"label": row.label, "help": row.help, "blocked": row.blocked, "sides": sides, "about": row}

    @staticmethod
    def _is_filled(side: Any) -> bool:
        return any(entry.value not in (None, "") for entry in side.entries if entry.kind != "position")

    @staticmethod
    def _in_words(side: Any) -> list[tuple[str, str]]:
        """What stands on one side, each entry in its own words."""
        return [
            (entry.kind, str(dict(entry.options).get(entry.value, "")) if entry.options else _said(entry.value))
            for entry in side.entries
        ]

    @property
    def shown(self) -> list[tuple[str, str]]:
        """What the page shows as stored, to send along: name and value, without what is empty."""
        held = [(entry.name, entry.value) for row in self.table.rows for s in row.sides for entry in s.entries]
        held += [("device", self.table.device), ("moved", self.table.moved)]
        return [(f"was-{name}", text) for name, value in held if (text := _said(value))]

    def clean(self) -> dict[str, Any]:
        """``rows`` and ``back`` for ``record_findings``: only what was changed on this page, so that nothing that
        another device has recorded meanwhile is written over unseen."""
        data = super().clean() or {}
        self._found: list[dict[str, Any]] = []
        self._back: list[dict[str, str]] = []
        ways = any(_said(data.get(name)) != self.data.get(f"was-{name}", "") for name in ("device", "moved"))
        said = False
        for row in self.table.rows:
            for side in row.sides:
                why = row.blocked or side.blocked
                if not why:
                    said = self._read(row.code, side, data, ways=ways) or said
                elif any(self.data.get(entry.name) for entry in side.entries):
                    self.add_error(None, _("%(test)s is not done today: %(why)s.") % {"test": row.label, "why": why})
        if not said and not self.errors:
            raise forms.ValidationError(_("Nothing is filled in yet. Give at least one result."))
        return data | {"rows": self._found, "back": self._back}

    def _read(self, code: str, side: Any, data: dict[str, Any], *, ways: bool) -> bool:
        """Whether the page has or had a result of ``code`` on one side; what changed goes to the rows or is taken back.

        ``ways``: how ranges are measured was changed, so that every range of the page is stored anew.
        """
        name, entries = f"{code}.{side.side}", side.entries
        values = {entry.kind: data.get(entry.name) for entry in entries}
        mine = {kind: _said(value) for kind, value in values.items()}
        shown = {entry.kind: self.data.get(f"was-{entry.name}", "") for entry in entries}
        stands = {entry.kind: _said(entry.value) for entry in entries}
        is_range = "end_feel" in values
        empty = not any(mine.get(kind) for kind in _RESULTS)
        had = any(shown.get(kind) for kind in _RESULTS)
        if any(entry.name in self.errors for entry in entries):
            return had or not empty
        if values.get("result") == REFERS and not values.get("where"):
            self.add_error(f"{name}.where", _("Say where it refers to."))
        if empty and not had:
            for kind in ("where", "end_feel", "pain", "comment"):
                if mine.get(kind):
                    self.add_error(f"{name}.{kind}", _("Give the result as well."))
            return False
        if mine in (stands, shown) and not (ways and is_range):
            return True
        if shown != stands:
            there = " ".join(value for _kind, value in self._in_words(side) if value) or _("nothing")
            self.add_error(
                next(entry.name for entry in entries if shown[entry.kind] != stands[entry.kind]),
                _("Another page has changed this meanwhile; stored is: %(what)s. Save again if yours holds.")
                % {"what": there},
            )
            return True
        if empty:
            self._back.append({"code": code, "side": side.side, "phase": self.table.phase})
            return True
        if "position" in values and not values["position"] and values.get("result") != NOT_DONE:
            self.add_error(f"{name}.position", _("Say in which position: only the same one is compared later."))
        measure = values.get("measure")
        self._found.append(
            {
                "code": code,
                "side": side.side,
                "phase": self.table.phase,
                "result": values.get("result") or "",
                "angle": values.get("angle"),
                "measure": None if measure is None else Decimal(str(measure)),
                "felt_where": [values["where"]] if values.get("where") else [],
                "position": values.get("position") or "",
                "device": data.get("device") or "" if is_range else "",
                "moved": data.get("moved") or "" if is_range else "",
                "end_feel": values.get("end_feel") or "",
                "pain": values.get("pain"),
                "comment": values.get("comment") or "",
            }
        )
        return True


class TouchForm(forms.Form):
    """One palpated structure: tone, tenderness, and where it refers to."""

    place = OneChoiceField(label=gettext_lazy("Structure and side"), widget=Dropdown)
    phase = OneChoiceField(choices=FindingPhase.choices, widget=HiddenBox, error_messages=_NO_PHASE)
    tone = StepField(label=gettext_lazy("Tone"), widget=Dropdown)
    tender = OneChoiceField(label=gettext_lazy("Tenderness"), widget=Dropdown)
    where = OneChoiceField(label=gettext_lazy("Refers where"), widget=Dropdown, required=False)
    comment = PlainTextField(label=gettext_lazy("Comment"), required=False, max_length=200)

    def __init__(
        self, *args: Any, places: Choices, tones: Choices, tender: Choices, where: Choices, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("place", places), ("tone", tones), ("tender", tender), ("where", where)):
            self.fields[name].choices = [("", "–"), *choices]  # type: ignore[attr-defined]

    @property
    def row(self) -> dict[str, Any]:
        """The values of ``record_finding``."""
        code, _colon, side = self.cleaned_data["place"].partition(":")
        return {
            "code": code,
            "side": side,
            "phase": self.cleaned_data["phase"],
            "tone": self.cleaned_data["tone"],
            "result": self.cleaned_data["tender"],
            "felt_where": [self.cleaned_data["where"]] if self.cleaned_data["where"] else [],
            "comment": self.cleaned_data["comment"],
        }


class TouchBackForm(forms.Form):
    """Which palpated structure and side is taken back."""

    back = OneChoiceField(
        widget=HiddenBox, error_messages={"invalid_choice": gettext_lazy("This is not on the list any more.")}
    )
    phase = OneChoiceField(choices=FindingPhase.choices, widget=HiddenBox, error_messages=_NO_PHASE)

    def __init__(self, *args: Any, places: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["back"].choices = list(places)  # type: ignore[attr-defined]

    @property
    def row(self) -> dict[str, str]:
        """The values of ``take_back_finding``."""
        code, _colon, side = self.cleaned_data["back"].partition(":")
        return {"code": code, "side": side, "phase": self.cleaned_data["phase"]}


class ScoreForm(forms.Form):
    """The total of an outcome measure with its day; ``back`` takes the one of that day back."""

    code = OneChoiceField(label=gettext_lazy("Measure"), widget=Dropdown)
    value = NumberField(label=gettext_lazy("Total"), minimum=-999, maximum=9999, decimals=1, required=False)
    on = DayField(label=gettext_lazy("Filled in on"), earliest=date(1900, 1, 1), latest=timezone.localdate)
    back = OneChoiceField(choices=[("yes", "")], required=False, widget=HiddenBox)

    def __init__(self, *args: Any, measures: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = [("", "–"), *measures]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A value, unless one is taken back."""
        said = super().clean() or self.cleaned_data
        if "value" in said and said["value"] is None and not said.get("back"):
            self.add_error("value", _("Type the total here."))
        return said
