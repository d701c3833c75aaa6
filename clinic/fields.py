"""Form fields for what people tell us: text, phone, numbers, dates, choices, regions of the body.

Every field refuses a value sent twice, keeps what was typed and says in one sentence what to do about it.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from typing import Any

import phonenumbers
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.dates import MONTHS
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.rules.text import UnfitText, kept
from clinic.vocabulary import REGIONS, is_region
from clinic.widgets import (
    CheckBoxInput,
    CheckCards,
    ChoiceCards,
    DateBoxes,
    DayBox,
    HiddenBox,
    MomentBox,
    NumberBox,
    RegionTable,
    ScaleButtons,
    TextArea,
    TextBox,
)

Day = date | Callable[[], date] | None
_NUMBER = re.compile(r"[+-]?[0-9]{1,9}([.,][0-9]{1,2})?")


SENT_TWICE = gettext_lazy("This was sent twice with different answers. Answer it once.")


class _AnsweredOnce(forms.Field):
    """Refuses a parameter that was sent more than once: nobody can say which value was meant."""

    def clean(self, value: Any) -> Any:
        if isinstance(value, list):
            raise ValidationError(SENT_TWICE, code="repeated")
        return super().clean(value)


class PlainTextField(_AnsweredOnce, forms.CharField):
    """Text as records keep it (``clinic.rules.text``): nothing that hides or turns other text; stripped.

    ``max_length`` in characters; ``multiline`` allows line breaks and draws a larger box.
    """

    default_error_messages = {"required": gettext_lazy("Type an answer here.")}

    def __init__(self, *, max_length: int = 2000, multiline: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("widget", TextArea(attrs={"rows": 3}) if multiline else TextBox)
        super().__init__(**kwargs)  # no max_length there: a browser would cut a pasted text without a word
        self.longest = max_length
        self.multiline = multiline

    def clean(self, value: Any) -> str:
        """The text as it is kept; raises ``ValidationError`` naming what to do."""
        if isinstance(value, str):
            try:
                text = kept(value, multiline=self.multiline)
            except UnfitText:
                raise ValidationError(
                    _("This text has a character that cannot be kept. Type it again without pasting."),
                    code="characters",
                ) from None
            if len(text) > self.longest:
                raise ValidationError(
                    _("Use %(longest)s characters or fewer. This text has %(length)s."),
                    code="max_length",
                    params={"longest": self.longest, "length": len(text)},
                )
            value = text
        return super().clean(value)


class EmailField(_AnsweredOnce, forms.EmailField):
    """An e-mail address, up to 254 characters."""

    default_error_messages = {
        "required": gettext_lazy("Type an e-mail address."),
        "invalid": gettext_lazy("Type the e-mail address in full, for example name@example.org."),
    }

    def __init__(self, **kwargs: Any) -> None:
        box = TextBox(attrs={"type": "email", "autocomplete": "email", "inputmode": "email", "spellcheck": "false"})
        kwargs.setdefault("widget", box)
        super().__init__(**kwargs)
        self.widget.attrs.pop("maxlength", None)


class PhoneField(PlainTextField):
    """A phone number, stored as "+447700900123". Without "+" it is read as a number of CLINIC_PHONE_REGION."""

    default_error_messages = {
        "required": gettext_lazy("Type a phone number."),
        "invalid": gettext_lazy("Type a phone number with its area code, such as 07700 900123 or +44 7700 900123."),
        "extension": gettext_lazy("Leave the extension out; it cannot be dialled from a link."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", TextBox(attrs={"type": "tel", "autocomplete": "tel"}))
        kwargs.setdefault("max_length", 40)
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        """The number in E.164, or "" when none is required and none was given."""
        text = super().clean(value)
        if not text:
            return ""
        try:
            number = phonenumbers.parse(text, settings.CLINIC_PHONE_REGION)
        except phonenumbers.NumberParseException:
            number = None
        if number is None or re.search(r"[^\W\d_]{4}", text) or not phonenumbers.is_possible_number(number):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        if number.extension:
            raise ValidationError(self.error_messages["extension"], code="extension")
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


class TickField(_AnsweredOnce, forms.BooleanField):
    """One box to tick, such as an agreement; drawn as a card. Anything but the box's own value agrees to nothing."""

    widget = CheckBoxInput
    default_error_messages = {
        "required": gettext_lazy("Tick the box to go on."),
        "invalid": gettext_lazy("Tick this box, or leave it empty."),
    }

    def to_python(self, value: Any) -> bool:
        """True when ticked."""
        if value in (None, "", False):
            return False
        if value in (True, "on"):
            return True
        raise ValidationError(self.error_messages["invalid"], code="invalid")


class KeyField(_AnsweredOnce, forms.UUIDField):
    """The hidden key that a page was made with: sent twice, it stores once."""

    widget = HiddenBox
    default_error_messages = {
        "required": gettext_lazy("The key of this page is missing. Open the page again, then send it."),
        "invalid": gettext_lazy("The key of this page cannot be read. Open the page again, then send it."),
    }


class OneChoiceField(_AnsweredOnce, forms.ChoiceField):
    """One code out of ``choices``; never one chosen beforehand."""

    widget = ChoiceCards
    default_error_messages = {
        "required": gettext_lazy("Choose one answer."),
        "invalid_choice": gettext_lazy("Choose one of the answers shown."),
    }


class YesNoUnsureField(OneChoiceField):
    """ "yes", "no" or, unless ``unsure`` is False, "unsure"."""

    def __init__(self, *, unsure: bool = True, **kwargs: Any) -> None:
        answers = [("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))]
        if unsure:
            answers.append(("unsure", gettext_lazy("I'm not sure")))
        kwargs.setdefault("widget", ChoiceCards(inline=True))
        super().__init__(choices=answers, **kwargs)


class ManyChoiceField(forms.MultipleChoiceField):
    """Several codes out of ``choices``; a code in ``exclusive`` cannot stand with another."""

    default_error_messages = {
        "required": gettext_lazy("Choose at least one answer."),
        "invalid_choice": gettext_lazy("Choose from the answers shown."),
        "exclusive": gettext_lazy("“%(none)s” cannot be ticked with other answers. Untick one or the other."),
    }

    def __init__(
        self,
        *,
        exclusive: Collection[str] = ("none",),
        helps: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("widget", CheckCards(exclusive=exclusive, helps=helps))
        super().__init__(**kwargs)
        self.exclusive = exclusive

    def clean(self, value: Any) -> list[str]:
        """The codes, each once, in the order of ``choices``."""
        sent = set(super().clean(value))
        labels = {str(code): label for code, label in self.widget.choices}
        alone = [code for code in labels if code in sent and code in self.exclusive]
        if alone and len(sent) > 1:
            raise ValidationError(self.error_messages["exclusive"], code="exclusive", params={"none": labels[alone[0]]})
        return [code for code in labels if code in sent]


class StepField(_AnsweredOnce, forms.TypedChoiceField):
    """A whole number out of ``choices``; None when none is required and none was chosen."""

    default_error_messages = {
        "required": gettext_lazy("Choose one answer."),
        "invalid_choice": gettext_lazy("Choose one of the answers shown."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=int, empty_value=None, **kwargs)


class ScaleField(StepField):
    """A whole number from ``minimum`` to ``maximum``, chosen as a button; both ends are named in words."""

    def __init__(
        self, *, minimum: int = 0, maximum: int = 10, low_words: str = "", high_words: str = "", **kwargs: Any
    ) -> None:
        sentence = gettext_lazy("Choose a number from %(low)s to %(high)s.") % {"low": minimum, "high": maximum}
        kwargs.setdefault("error_messages", {"required": sentence, "invalid_choice": sentence})
        kwargs.setdefault("widget", ScaleButtons(low_words=low_words, high_words=high_words))
        numbers = [(str(number), str(number)) for number in range(minimum, maximum + 1)]
        super().__init__(choices=numbers, **kwargs)


class NumberField(_AnsweredOnce, forms.Field):
    """A number in ``unit`` from ``minimum`` to ``maximum``: an int, or a float when ``decimals`` is above 0.

    Digits only, with one point or comma before up to ``decimals`` decimals; "NaN", "1e3" and "1,000" are refused.
    """

    default_error_messages = {"required": gettext_lazy("Type a number.")}

    def __init__(
        self,
        *,
        minimum: float | None = None,
        maximum: float | None = None,
        unit: str = "",
        decimals: int = 0,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("widget", NumberBox(unit=unit, decimals=decimals))
        super().__init__(**kwargs)
        self.minimum = minimum
        self.maximum = maximum
        self.decimals = decimals

    def to_python(self, value: Any) -> int | float | None:
        """The number, None when empty; raises ``ValidationError`` for anything that is not plainly one number."""
        if isinstance(value, int | float):
            return value
        text = (value or "").strip()
        if not text:
            return None
        if not _NUMBER.fullmatch(text):
            raise ValidationError(_("Type a number in digits, for example 72."), code="invalid")
        number = float(text.replace(",", "."))
        if not self.decimals:
            if not number.is_integer():
                raise ValidationError(_("Type a whole number, without decimals."), code="whole")
            return int(number)
        if len(re.split("[.,]", text)[-1]) > self.decimals and not text.isdecimal():
            raise ValidationError(
                _("Use at most %(decimals)s decimals."), code="decimals", params={"decimals": self.decimals}
            )
        return number

    def validate(self, value: int | float | None) -> None:
        """Required and range, both ends included."""
        super().validate(value)
        if value is None:
            return
        low, high = self.minimum, self.maximum
        if (low is not None and value < low) or (high is not None and value > high):
            if low is not None and high is not None:
                sentence = _("Type a number from %(low)s to %(high)s.")
            else:
                sentence = _("Type %(low)s or more.") if low is not None else _("Type %(high)s or less.")
            raise ValidationError(sentence, code="range", params={"low": low, "high": high})


def _is_digits(text: str) -> bool:
    """Whether ``text`` is a number in the digits 0 to 9; others would be read and shown as something else."""
    return text.isascii() and text.isdigit()


def _month(text: str) -> int | None:
    """1 to 12 from digits or from the month's name, at least its first three letters."""
    if _is_digits(text):
        return int(text) if len(text) <= 2 else None
    wanted = text.strip(". ").casefold()
    found = [number for number, name in MONTHS.items() if str(name).casefold().startswith(wanted)]
    return found[0] if len(wanted) >= 3 and len(found) == 1 else None


class ApproxDateField(forms.Field):
    """A date of which the day, or day and month, may be unknown: "2024", "2024-05" or "2024-05-17".

    ``earliest`` and ``latest`` are dates or functions that give one, both included. ``words``: code -> words that may
    be ticked in place of a date; the code is then the value.
    """

    default_error_messages = {
        "required": gettext_lazy("Type a date, for example 27 3 1985."),
        "year": gettext_lazy("Write the year with four digits, for example 1985."),
        "month": gettext_lazy("Write the month as a number from 1 to 12, or as its name."),
        "day": gettext_lazy("Write the day as a number from 1 to 31."),
        "no_year": gettext_lazy("Add the year; day and month may stay empty."),
        "no_month": gettext_lazy("Add the month, or leave the day empty too."),
        "unreal": gettext_lazy("This date does not exist. Check the day and the month."),
        "late": gettext_lazy("Use a date that is not after %(day)s."),
        "early": gettext_lazy("Use a date that is not before %(day)s."),
        "both": gettext_lazy("Give a date, or tick the words instead; not both."),
    }

    def __init__(
        self,
        *,
        earliest: Day = None,
        latest: Day = None,
        words: Mapping[str, str] | None = None,
        autocomplete: str = "",
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("widget", DateBoxes(words=words, autocomplete=autocomplete))
        super().__init__(**kwargs)
        self.earliest = earliest
        self.latest = latest
        self.words = words or {}

    def _refuse(self, code: str, **params: Any) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code, params=params)

    def to_python(self, value: Any) -> Any:
        """The ISO text, cut to what is known; None when empty."""
        typed = self.widget.typed(value)
        day_text, month_text, year_text, word = (part.strip() for part in typed)
        if word and (day_text or month_text or year_text or word not in self.words):
            raise self._refuse("both")
        if word:
            return word
        if not (day_text or month_text or year_text):
            return None
        if not year_text:
            raise self._refuse("no_year")
        if not (_is_digits(year_text) and len(year_text) == 4):
            raise self._refuse("year")
        if day_text and not month_text:
            raise self._refuse("no_month")
        month = _month(month_text) if month_text else None
        if month_text and (month is None or not 1 <= month <= 12):
            raise self._refuse("month")
        if day_text and not (_is_digits(day_text) and len(day_text) <= 2 and 1 <= int(day_text) <= 31):
            raise self._refuse("day")
        return self._in_range(int(year_text), month, int(day_text) if day_text else None)

    def _in_range(self, year: int, month: int | None, day: int | None) -> str:
        try:
            first = date(year, month or 1, day or 1)
        except ValueError:
            raise self._refuse("unreal") from None
        last = first if day else date(year, month or 12, calendar.monthrange(year, month or 12)[1])
        latest = self.latest() if callable(self.latest) else self.latest
        earliest = self.earliest() if callable(self.earliest) else self.earliest
        if latest and first > latest:
            raise self._refuse("late", day=date_format(latest, "j F Y"))
        if earliest and last < earliest:
            raise self._refuse("early", day=date_format(earliest, "j F Y"))
        return first.isoformat()[: 10 if day else 7 if month else 4]


class DateBoxesField(ApproxDateField):
    """A full date; the value is a ``date`` (or the code of one of ``words``)."""

    default_error_messages = {
        "no_year": gettext_lazy("Type the day, the month and the year, for example 27 3 1985."),
        "no_month": gettext_lazy("Type the day, the month and the year, for example 27 3 1985."),
        "incomplete": gettext_lazy("Type the day, the month and the year, for example 27 3 1985."),
    }

    def to_python(self, value: Any) -> date | str | None:
        """The date; None when empty."""
        text = super().to_python(value)
        if text is None or text in self.words:
            return text
        if len(text) < 10:
            raise self._refuse("incomplete")
        return date.fromisoformat(text)


class VersionField(NumberField):
    """The hidden number of the version that a page was opened with."""

    default_error_messages = {
        "required": gettext_lazy("The version of this page is missing. Keep your text, open the page again."),
        "invalid": gettext_lazy("The version of this page cannot be read. Keep your text, open the page again."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(minimum=0, widget=HiddenBox, **kwargs)

    def to_python(self, value: Any) -> int | float | None:
        """The number; raises ``ValidationError`` for anything else."""
        try:
            return super().to_python(value)
        except ValidationError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None


def _within(moment: Any, earliest: Any, latest: Any, shown: str) -> None:
    """Refuse a day or moment outside its bounds, each a value or a function that gives one."""
    first = earliest() if callable(earliest) else earliest
    last = latest() if callable(latest) else latest
    if last is not None and moment > last:
        raise ValidationError(
            _("Use a date that is not after %(day)s."), code="late", params={"day": date_format(last, shown)}
        )
    if first is not None and moment < first:
        raise ValidationError(
            _("Use a date that is not before %(day)s."), code="early", params={"day": date_format(first, shown)}
        )


class DayField(_AnsweredOnce, forms.DateField):
    """A day from the browser's own calendar, from ``earliest`` to ``latest``."""

    default_error_messages = {
        "required": gettext_lazy("Choose a day."),
        "invalid": gettext_lazy("Choose a day that exists, or type it as year-month-day, for example 2027-03-27."),
    }

    def __init__(self, *, earliest: Day = None, latest: Day = None, **kwargs: Any) -> None:
        kwargs.setdefault("widget", DayBox)
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)
        self.earliest = earliest
        self.latest = latest

    def to_python(self, value: Any) -> date | None:
        """The day; None when empty."""
        if isinstance(value, str) and not value.isascii():
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        day = super().to_python(value)
        if day is not None:
            _within(day, self.earliest, self.latest, "j F Y")
        return day


class MomentField(_AnsweredOnce, forms.DateTimeField):
    """A day and a time of day from the browser's own calendar, from ``earliest`` to ``latest``."""

    default_error_messages = {
        "required": gettext_lazy("Choose a day and a time."),
        "invalid": gettext_lazy("Choose a day and a time that exist, for example 2027-03-27 14:00."),
    }

    def __init__(self, *, earliest: Any = None, latest: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("widget", MomentBox)
        super().__init__(**kwargs)
        self.earliest = earliest
        self.latest = latest

    def to_python(self, value: Any) -> datetime | None:
        """The moment; None when empty. A time that the change of clocks skips or doubles is refused."""
        if isinstance(value, str) and not value.isascii():
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        moment = super().to_python(value)
        if moment is not None:
            _within(moment, self.earliest, self.latest, "j F Y H:i")
        return moment


class RegionsField(forms.Field):
    """Regions of the body as stored: ["BTM:L", "COC"], in the order of the table; always the client's own side.

    ``codes`` limits the regions; with ``none_label`` the box of that name may be ticked instead: the value is "none".
    ``folded`` hides the long table behind one line until somebody needs it; with ``picture`` a body to tap stands
    beside the table.
    """

    default_error_messages = {
        "required": gettext_lazy("Mark at least one place."),
        "invalid": gettext_lazy("Mark places from the list."),
        "exclusive": gettext_lazy("“%(none)s” cannot be ticked with a place. Untick one or the other."),
    }

    def __init__(
        self,
        *,
        codes: Collection[str] | None = None,
        none_label: str = "",
        folded: bool = False,
        picture: bool = False,
        **kwargs: Any,
    ) -> None:
        table = RegionTable(codes=codes, none_label=none_label, folded=folded, picture=picture)
        kwargs.setdefault("widget", table)
        super().__init__(**kwargs)
        self.codes = REGIONS.keys() if codes is None else frozenset(codes)
        self.none_label = none_label

    def to_python(self, value: Any) -> list[str] | str:
        """The marked regions, each once."""
        marked = {value} if isinstance(value, str) else set(value or ())
        if self.none_label and "none" in marked:
            if len(marked) > 1:
                raise ValidationError(
                    self.error_messages["exclusive"], code="exclusive", params={"none": self.none_label}
                )
            return "none"
        if not all(is_region(one) and one.partition(":")[0] in self.codes for one in marked):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        order = list(REGIONS)
        return sorted(marked, key=lambda one: (order.index(one.partition(":")[0]), one))
