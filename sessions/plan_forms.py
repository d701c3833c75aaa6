"""Forms of the stretch plan and the portal: HTTP in, domain values out. Choices come in already scoped."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _

from clinic.fields import (
    DayField,
    KeyField,
    ManyChoiceField,
    NumberField,
    OneChoiceField,
    PlainTextField,
    StepField,
    TickField,
)
from clinic.models import TextSize
from clinic.vocabulary import Comfort
from clinic.widgets import CheckCards, ChoiceCards, Dropdown, HiddenBox
from sessions.models import ItemReason, ItemSide

Choices = Iterable[tuple[str, Any]]


class MarkField(PlainTextField):
    """The mark of what a page showed (``sessions.queries.changes``), hidden; what no page of ours sends is refused."""

    default_error_messages = {"mark": _("This page is out of date. Open it again.")}
    _LOOKS_LIKE = re.compile(r"none|[0-9a-f]{16}")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=HiddenBox, max_length=16, **kwargs)
        self.error_messages["required"] = self.error_messages["mark"]

    def clean(self, value: Any) -> str:
        """The mark as it was shown."""
        cleaned = super().clean(value)
        if not self._LOOKS_LIKE.fullmatch(cleaned):
            raise forms.ValidationError(self.error_messages["mark"])
        return cleaned


class ItemForm(forms.Form):
    """One stretch of the draft: side, level, dose, note, and a reason when it goes beyond the limits.

    ``was``: the side of the item that is changed, empty for a new one; ``seen``: the mark of what the page showed.
    """

    stretch = PlainTextField(widget=HiddenBox, max_length=30)
    was = OneChoiceField(widget=HiddenBox, choices=[("", ""), *ItemSide.choices], required=False)
    seen = MarkField()
    side = OneChoiceField(label=_("Side"), choices=ItemSide.choices, widget=Dropdown)
    level = StepField(label=_("Level"), widget=Dropdown)
    hold_seconds = NumberField(label=_("Hold in seconds (0: move on at once)"), minimum=0, maximum=600)
    repetitions = NumberField(label=_("Times"), minimum=1, maximum=50)
    sets = NumberField(label=_("Sets"), minimum=1, maximum=10, initial=1)
    times_per_day = NumberField(label=_("Rounds a day"), minimum=1, maximum=6)
    days_per_week = NumberField(label=_("Days a week"), minimum=1, maximum=7)
    on_bed = TickField(label=_("Done on the bed"), required=False)
    note = PlainTextField(label=_("A word to the client"), max_length=300, required=False)
    reason = OneChoiceField(
        label=_("Reason, needed beyond the limits"),
        choices=[("", _("none: it stays within them")), *ItemReason.choices],
        required=False,
        widget=Dropdown,
    )

    def __init__(self, *args: Any, levels: Iterable[int], sides: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = [(level, str(level)) for level in levels]  # type: ignore[attr-defined]
        self.fields["side"].choices = list(sides)  # type: ignore[attr-defined]
        self.fields["reason"].depends = True  # type: ignore[attr-defined]


class AddForm(forms.Form):
    """One stretch of the library as it is proposed: one tap."""

    stretch = PlainTextField(widget=HiddenBox, max_length=30)
    side = OneChoiceField(widget=HiddenBox, choices=[("", ""), *ItemSide.choices], required=False)


class MoveForm(forms.Form):
    """One place up or down in the order of the plan."""

    way = OneChoiceField(
        widget=HiddenBox,
        choices=[("up", ""), ("down", "")],
        error_messages={"required": _("Choose up or down."), "invalid_choice": _("Choose up or down.")},
    )


class LookForm(forms.Form):
    """What the therapist wants to see of the library; words of the catalogue, nothing about a client."""

    purpose = OneChoiceField(label=_("For"), required=False, widget=Dropdown)
    posture = OneChoiceField(label=_("Position"), required=False, widget=Dropdown)
    minutes = StepField(
        label=_("Takes"),
        required=False,
        choices=[
            ("", _("any time")),
            (2, _("2 minutes or less")),
            (5, _("5 minutes or less")),
            (10, _("10 minutes or less")),
        ],
        widget=Dropdown,
    )
    fits = TickField(label=_("Only what is not blocked"), required=False)
    can = TickField(label=_("Only positions that are not hard for the client"), required=False)
    home = TickField(label=_("Only with what the home has"), required=False)

    def __init__(self, *args: Any, purposes: Choices, postures: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purpose"].choices = [("", _("any purpose")), *purposes]  # type: ignore[attr-defined]
        self.fields["posture"].choices = [("", _("any position")), *postures]  # type: ignore[attr-defined]


class ReadyPlanForm(forms.Form):
    """A ready-made plan and the side it is for."""

    plan = OneChoiceField(label=_("Ready-made plan"), widget=Dropdown)
    side = OneChoiceField(
        label=_("Sore side"),
        choices=[("", _("Choose …")), *ItemSide.choices],
        widget=Dropdown,
        error_messages={"required": _("Choose the sore side: left, right or both.")},
    )

    def __init__(self, *args: Any, plans: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["plan"].choices = [("", _("Choose …")), *plans]  # type: ignore[attr-defined]


class WordsForm(forms.Form):
    """The words that stand above the client's plan, kept while they are written."""

    message = PlainTextField(label=_("A word to the client"), max_length=500, required=False, multiline=True)
    words_seen = MarkField()


class PublishForm(forms.Form):
    """The words that stand above the client's plan; the draft, and what came from home, as they were read before."""

    message = PlainTextField(label=_("A word to the client"), max_length=500, required=False, multiline=True)
    words_seen = MarkField()
    seen = MarkField()
    home_seen = MarkField()
    sides_checked = TickField(
        label=_("I have checked the side of these stretches"),
        required=False,
        error_messages={"required": _("Check the side of the stretches named above, then tick this.")},
    )

    def __init__(self, *args: Any, other_side: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if other_side:
            self.fields["sides_checked"].required = True
        else:
            del self.fields["sides_checked"]


class WhoseForm(forms.Form):
    """Whose plan to open, for an account that opens several."""

    client = OneChoiceField(
        label=_("Whose plan?"),
        widget=HiddenBox,
        error_messages={
            "required": _("Choose one of the names below."),
            "invalid_choice": _("Choose one of the names below."),
        },
    )

    def __init__(self, *args: Any, clients: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["client"].choices = list(clients)  # type: ignore[attr-defined]


_AREAS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


def _zones(*more: str) -> list[tuple[str, Any]]:
    """Time zones by area and place, and ``more`` that stand in no area."""
    names = sorted(available_timezones())
    groups: list[tuple[str, Any]] = [
        (area, [(name, name.partition("/")[2].replace("_", " ")) for name in names if name.startswith(f"{area}/")])
        for area in _AREAS
    ]
    return [(name, name) for name in dict.fromkeys(more) if name.partition("/")[0] not in _AREAS] + groups


class ReminderForm(forms.Form):
    """On which days, at which hour, by which clocks; and a mail when the plan has changed."""

    days = ManyChoiceField(
        label=_("Remind me on"),
        help_text=_("Tick the days. None ticked: no reminders."),
        choices=[(str(number + 1), WEEKDAYS_ABBR[number]) for number in range(7)],
        required=False,
        widget=CheckCards(inline=True),
    )
    hour = StepField(label=_("At"), choices=[(hour, f"{hour:02}:00") for hour in range(24)], widget=Dropdown)
    zone = OneChoiceField(label=_("Time zone"), widget=Dropdown)
    plan_changes = TickField(
        label=_("A mail when the plan has changed"),
        help_text=_("One mail, a quarter of an hour after the last change."),
        required=False,
    )
    off = OneChoiceField(choices=[("yes", "")], required=False, widget=HiddenBox)

    def __init__(self, *args: Any, zone: str, guess: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["zone"].choices = _zones(zone)  # type: ignore[attr-defined]
        if guess:  # a script puts in where the browser is
            self.fields["zone"].widget.attrs["data-guess"] = "zone"

    def values(self) -> dict[str, Any]:
        """What ``set_reminder`` takes."""
        said = self.cleaned_data
        return {
            "days": [] if said["off"] else [int(day) for day in said["days"]],
            "hour": said["hour"],
            "zone": said["zone"],
            "plan_changes": said["plan_changes"],
        }


class TextSizeForm(forms.Form):
    """How large the pages are set: one tap on one of the sizes."""

    size = OneChoiceField(
        label=_("Text size"),
        choices=TextSize.choices,
        widget=HiddenBox,
        error_messages={
            "required": _("Choose one of the sizes below."),
            "invalid_choice": _("Choose one of the sizes below."),
        },
    )


class DoneForm(forms.Form):
    """One stretch done: how it felt, in one tap; "nerve" is never a step of the scale.

    ``sore`` is about the time before and asked on a later day only.
    """

    NERVE = "nerve"
    client_uuid = KeyField()
    sore = OneChoiceField(
        label=_("Still sore more than a day after last time?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        required=False,
        widget=ChoiceCards(inline=True),
    )
    felt = OneChoiceField(
        label=_("How did that feel?"),
        choices=[("", ""), *[(str(value), label) for value, label in Comfort.choices], (NERVE, "")],
        required=False,
        widget=HiddenBox,
        error_messages={"invalid_choice": _("Choose one of the feelings below, or skip the question.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("client_uuid", uuid.uuid4())

    def values(self) -> dict[str, Any]:
        """What ``log_stretch`` takes."""
        felt = self.cleaned_data["felt"]
        return {
            "client_uuid": self.cleaned_data["client_uuid"],
            "comfort": int(felt) if felt.isdigit() else None,
            "sensation": self.NERVE if felt == self.NERVE else "",
            "done": felt != self.NERVE,
            "sore": self.cleaned_data["sore"] == "yes",
        }

    @classmethod
    def kept_offline(cls) -> tuple[list[str], list[str]]:
        """The answers that may wait on a phone until it is online, codes and keys; and those that may not, words."""
        words = [name for name, field in cls.base_fields.items() if isinstance(field, PlainTextField)]
        return [name for name in cls.base_fields if name not in words], words


class LateTickForm(DoneForm):
    """A tick that waited on the phone, with the day it was done on."""

    on = DayField(widget=HiddenBox)

    def day(self, today: date) -> date:
        """The day it was done; a phone in a zone further east is a day ahead, and means ``today``."""
        on: date = self.cleaned_data["on"]
        return today if on == today + timedelta(days=1) else on


class GentlerForm(forms.Form):
    """The level that the page offered; another one is no longer on offer."""

    level = StepField(widget=HiddenBox)

    def __init__(self, *args: Any, level: int, **kwargs: Any) -> None:
        super().__init__(*args, initial={"level": level}, **kwargs)
        self.fields["level"].choices = [(level, str(level))]  # type: ignore[attr-defined]


class NotRightForm(forms.Form):
    """What does not feel right: the stretch, or the plan as a whole, in the client's own words."""

    WHOLE_PLAN = "plan"
    client_uuid = KeyField()
    stretch = OneChoiceField(
        label=_("Which stretch?"),
        widget=ChoiceCards,
        error_messages={"required": _("Choose the stretch, or the last line for the plan as a whole.")},
    )
    text = PlainTextField(label=_("What do you feel, and where?"), max_length=500, required=False, multiline=True)

    def __init__(self, *args: Any, stretches: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        whole = (self.WHOLE_PLAN, _("Something else, or the plan as a whole"))
        self.fields["stretch"].choices = [*stretches, whole]  # type: ignore[attr-defined]
        self.initial.setdefault("client_uuid", uuid.uuid4())

    def values(self) -> dict[str, Any]:
        """What ``send_home_message`` takes."""
        chosen = self.cleaned_data["stretch"]
        return {
            "client_uuid": self.cleaned_data["client_uuid"],
            "item_uuid": None if chosen == self.WHOLE_PLAN else uuid.UUID(chosen),
            "text": self.cleaned_data["text"],
        }


class AnswerForm(forms.Form):
    """The therapist's answer to a message from home; ``may_go_on``: it says whether a resting stretch goes on."""

    text = PlainTextField(label=_("Your answer"), max_length=500, multiline=True)
    goes_on = OneChoiceField(
        label=_("The stretch"),
        choices=[("yes", _("may go on as it is")), ("no", _("rests until I publish a new version"))],
        widget=ChoiceCards,
        error_messages={"required": _("Choose whether the stretch may go on or rests.")},
    )

    def __init__(self, *args: Any, may_go_on: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_go_on:
            del self.fields["goes_on"]

    def values(self) -> dict[str, Any]:
        """What ``answer_home_message`` takes."""
        return {"text": self.cleaned_data["text"], "goes_on": self.cleaned_data.get("goes_on") == "yes"}
