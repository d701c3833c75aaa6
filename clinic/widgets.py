"""How an answer is given on a page: large cards, 0-to-10 buttons, date boxes, the left and right table of regions.

Every widget is plain HTML form controls in a fieldset, works without JavaScript, and shows again whatever was sent.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext as _

from clinic.body_map import entry
from clinic.vocabulary import REGION_SETS, REGIONS, Side

Choices = Any  # what Django's choice fields take


class Once:
    """A control that a browser sends once: a repeated parameter reaches the field as a list, which refuses it."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """The sent value; a list of them when the parameter is repeated."""
        sent = data.getlist(name) if hasattr(data, "getlist") else []
        return sent if len(sent) > 1 else data.get(name)

    def format_value(self, value: Any) -> Any:
        """Of a repeated parameter the last value is shown again."""
        return super().format_value(value[-1] if isinstance(value, list) and value else value)  # type: ignore[misc]


class TextBox(Once, forms.TextInput):
    """One line of text."""


class TextArea(Once, forms.Textarea):
    """Several lines of text."""


class HiddenBox(Once, forms.HiddenInput):
    """A value of the page's own that goes along."""


class DayBox(Once, forms.DateInput):
    """The browser's own calendar."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"type": "date", **(attrs or {})}, format="%Y-%m-%d")


class MomentBox(Once, forms.DateTimeInput):
    """The browser's own calendar and clock."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"type": "datetime-local", **(attrs or {})}, format="%Y-%m-%dT%H:%M")


class CheckBoxInput(forms.CheckboxInput):
    """One box. Unlike Django's it hands over what was sent, so that its field can refuse what no box sends."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """None when it was not ticked; a list when the parameter is repeated."""
        sent = data.getlist(name) if hasattr(data, "getlist") else []
        return sent if len(sent) > 1 else data.get(name)


class Dropdown(Once, forms.Select):
    """A long list of which one is chosen; for a short one use ``ChoiceCards``."""


class _Cards(forms.widgets.ChoiceWidget):
    template_name = "clinic/widgets/cards.html"
    use_fieldset = True

    def __init__(
        self,
        attrs: dict[str, Any] | None = None,
        choices: Choices = (),
        *,
        helps: Mapping[str, str] | None = None,
        exclusive: Collection[str] = (),
        inline: bool = False,
    ) -> None:
        super().__init__(attrs, choices)
        self.helps = helps or {}
        self.exclusive = exclusive
        self.inline = inline

    def use_required_attribute(self, initial: Any) -> bool:
        """The server says what is missing, beside the question."""
        return False

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["inline"] = self.inline
        return context

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        option["help"] = self.helps.get(str(value), "")
        option["exclusive"] = str(value) in self.exclusive
        if self.input_type == "radio":
            option["attrs"].pop("aria-invalid", None)  # no such state on a radio button; its group has the error
        return option


class ChoiceCards(Once, _Cards):
    """One of several answers, each a large card. ``helps``: code -> a line below it; ``inline``: side by side."""

    input_type = "radio"


class CheckCards(_Cards):
    """Any number of answers. ``exclusive``: codes such as "none" that stand alone; they come last, after "or"."""

    input_type = "checkbox"
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        """Every ticked code."""
        return list(data.getlist(name)) if hasattr(data, "getlist") else list(data.get(name) or ())

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Nothing ticked looks like nothing asked: never counted as left out."""
        return False


class ScaleButtons(Once, forms.widgets.ChoiceWidget):
    """A row of numbers, none of them chosen beforehand, with both ends in words."""

    input_type = "radio"
    template_name = "clinic/widgets/scale.html"
    use_fieldset = True

    def __init__(
        self, attrs: dict[str, Any] | None = None, choices: Choices = (), *, low_words: str = "", high_words: str = ""
    ) -> None:
        super().__init__(attrs, choices)
        self.low_words = low_words
        self.high_words = high_words

    def use_required_attribute(self, initial: Any) -> bool:
        """The server says what is missing, beside the question."""
        return False

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"].update(low_words=self.low_words, high_words=self.high_words, steps=len(list(self.choices)))
        return context

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(*args, **kwargs)
        option["attrs"].pop("aria-invalid", None)  # no such state on a radio button; its group has the error
        return option


class NumberBox(Once, forms.TextInput):
    """A number in a short text box with its unit behind it: no arrows that change it by a stray scroll."""

    template_name = "clinic/widgets/number.html"

    def __init__(self, attrs: dict[str, Any] | None = None, *, unit: str = "", decimals: int = 0) -> None:
        super().__init__({"inputmode": "decimal" if decimals else "numeric", "autocomplete": "off", **(attrs or {})})
        self.unit = unit

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["unit"] = self.unit
        return context


class TypedDate(NamedTuple):
    """A date as somebody typed it; ``word`` is the code of a ticked word in its place, such as "ongoing"."""

    day: str = ""
    month: str = ""
    year: str = ""
    word: str = ""


class DateBoxes(forms.Widget):
    """Day, month and year in three boxes. ``words``: code -> words that may be ticked instead of a date."""

    template_name = "clinic/widgets/date_boxes.html"
    use_fieldset = True

    def __init__(
        self,
        attrs: dict[str, Any] | None = None,
        *,
        words: Mapping[str, str] | None = None,
        autocomplete: str = "",
    ) -> None:
        super().__init__(attrs)
        self.words = words or {}
        self.autocomplete = autocomplete

    def id_for_label(self, id_: str) -> str:
        """The first box, where a link from the error summary leads."""
        return f"{id_}_day" if id_ else id_

    def use_required_attribute(self, initial: Any) -> bool:
        """The server says what is missing, beside the question."""
        return False

    def value_from_datadict(self, data: Any, files: Any, name: str) -> TypedDate:
        """The boxes as typed; a repeated parameter comes back as both values in one box, which is no number."""
        sent = [data.getlist(f"{name}_{part}") if hasattr(data, "getlist") else [] for part in TypedDate._fields]
        return TypedDate(*(" ".join(values) for values in sent))

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """True when none of the boxes was sent."""
        return all(f"{name}_{part}" not in data for part in TypedDate._fields)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        typed = self.typed(value)
        labels = {"day": _("Day"), "month": _("Month"), "year": _("Year")}
        context["widget"]["invalid"] = context["widget"]["attrs"].get("aria-invalid", "")
        context["widget"]["boxes"] = [
            {
                "name": f"{name}_{part}",
                "part": part,
                "label": label,
                "value": getattr(typed, part),
                "autocomplete": f"{self.autocomplete}-{part}" if self.autocomplete else "off",
            }
            for part, label in labels.items()
        ]
        context["widget"]["words"] = [
            {"code": code, "label": label, "selected": code == typed.word} for code, label in self.words.items()
        ]
        return context

    def typed(self, value: Any) -> TypedDate:
        """``value`` spread over the boxes: a date, "2024" to "2024-05-17", the code of a word, or boxes as typed."""
        if isinstance(value, TypedDate):
            return value
        if isinstance(value, date):
            return TypedDate(str(value.day), str(value.month), str(value.year))
        text = str(value or "")
        if text in self.words:
            return TypedDate(word=text)
        year, month, day = [*text.split("-"), "", ""][:3]
        return TypedDate(day.lstrip("0"), month.lstrip("0"), year)


#: Order and headings of the table; a region stands under the first heading that holds it.
_LEGS = frozenset(REGION_SETS["LEG"])


def _heading(code: str) -> str:
    if code in _LEGS:
        return _("Legs and feet")
    return _("Back and buttocks") if "back" in REGIONS[code].views else _("Front of the body")


class RegionTable(forms.Widget):
    """Body regions as a table with a box for the client's left and one for the right; midline regions have one box.

    ``codes`` limits the regions shown; ``none_label`` adds a box that stands alone, stored as "none"; ``folded`` hides
    the long table behind one line until somebody needs it; with ``picture`` a body to tap stands beside the table.
    """

    template_name = "clinic/widgets/regions.html"
    use_fieldset = True
    allow_multiple_selected = True

    def __init__(
        self,
        attrs: dict[str, Any] | None = None,
        *,
        codes: Collection[str] | None = None,
        none_label: str = "",
        folded: bool = False,
        picture: bool = False,
    ) -> None:
        super().__init__(attrs)
        self.picture = picture
        self.codes = [code for code in REGIONS if codes is None or code in codes]
        self.none_label = none_label
        self.folded = folded

    def id_for_label(self, id_: str) -> str:
        """The first box, where a link from the error summary leads."""
        return f"{id_}_0" if id_ else id_

    def use_required_attribute(self, initial: Any) -> bool:
        """The server says what is missing, beside the question."""
        return False

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        """Every ticked region, as "BTM:L"."""
        return list(data.getlist(name)) if hasattr(data, "getlist") else list(data.get(name) or ())

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Nothing ticked looks like nothing asked: never counted as left out."""
        return False

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        marked = [value] if isinstance(value, str) else list(value or ())
        first = f"{context['widget']['attrs'].get('id', name)}_0"
        tables: dict[str, list[dict[str, Any]]] = {}
        for code in self.codes:
            if code == "SAD":
                continue
            region = REGIONS[code]
            stored = [f"{code}:{side}" for side in Side.values] if region.sided else [code]
            tables.setdefault(_heading(code), []).append(
                {
                    "label": region.label,
                    "sided": region.sided,
                    "cells": [
                        {"value": one, "side": Side(one[-1]).label if region.sided else "", "marked": one in marked}
                        for one in stored
                    ],
                }
            )
        context["widget"].update(
            first=first,
            tables=tables,
            saddle=REGIONS["SAD"].label if "SAD" in self.codes else "",
            saddle_marked="SAD" in marked,
            none_label=self.none_label,
            none_marked="none" in marked,
            folded=self.folded or self.picture,
            unfolded=self.picture or bool(marked) or "aria-invalid" in context["widget"]["attrs"],
            keep_open="aria-invalid" in context["widget"]["attrs"],
            map=entry(dict.fromkeys(marked, "on")) if self.picture else None,
        )
        return context
