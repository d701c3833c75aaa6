"""Forms made from the catalogue: a page of questions in, answers in their stored shapes out.

One machine serves the intake, the check-in and the therapist's entries. Each type of question knows its fields, how a
stored answer fills them, and how what was typed becomes an answer (clinical reference 0.5). Judging is for the rules.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.fields import (
    ApproxDateField,
    DateBoxesField,
    EmailField,
    KeyField,
    ManyChoiceField,
    NumberField,
    OneChoiceField,
    PhoneField,
    PlainTextField,
    RegionsField,
    ScaleField,
    TickField,
)
from clinic.vocabulary import region_label
from clinic.widgets import ChoiceCards, Dropdown, HiddenBox, TextBox
from intake.models import (
    AccessKind,
    AccessPurpose,
    AsideReason,
    ChangeReason,
    ClearanceKind,
    LetterStepKind,
    LetterWay,
    NoSignReason,
    Outcome,
    StopActionKind,
    WithdrawReason,
)
from intake.models.access import CODE_DIGITS
from intake.models.screening import LONGEST_DECISION
from intake.queries import detailed_items
from intake.rules.conditions import add_months
from intake.rules.doctor_letter import LONGEST_REMARK
from intake.rules.questions import CONSENTS, QUESTIONS, AnswerError, Question

Stored = TypeVar("Stored")
#: No answer reaches further back, nor further ahead; what came before the birth is for the rules to refuse.
_EARLIEST = date(1900, 1, 1)
_YEARS_AHEAD = 20
#: From this number of choices on a list to open stands in place of cards.
_MANY = 12
#: Up to three choices of at most this many letters stand beside each other.
_SHORT = 16
#: Empty groups offered at once for "list each one"; more follow when these are filled and saved.
_ROWS = 4
_SIDES = {"left": {"left": True, "right": False}, "right": {"left": False, "right": True}}
_YES_NO = (("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No")))


def _far_ahead() -> date:
    return add_months(timezone.localdate(), 12 * _YEARS_AHEAD)


def _last_decision_day() -> date:
    return timezone.localdate() + LONGEST_DECISION


@dataclass(frozen=True)
class Part:
    """The fields behind one question or one part of it: made, filled from an answer, read back."""

    fields: Mapping[str, forms.Field]
    fill: Callable[[Any], Mapping[str, Any]]
    read: Callable[[Mapping[str, Any]], Any]


@dataclass(frozen=True)
class Lead:
    """What stands in front of fields that belong together: a heading, and the words that are agreed to."""

    id: str
    title: str
    text: str = ""


def _led_by(lead: Lead, fields: Mapping[str, forms.Field]) -> None:
    """Put ``lead`` in front of the first of ``fields``; the part "parts/field.html" shows it."""
    for field in list(fields.values())[:1]:
        field.lead = lead  # type: ignore[attr-defined]


def _one(name: str, field: forms.Field, read: Callable[[Any], Any] = lambda value: value) -> Part:
    return Part({name: field}, lambda answer: {name: answer}, lambda cleaned: read(cleaned.get(name)))


def _number(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _part(name: str, spec: Any, required: bool, label: str, answers: Mapping[str, Any]) -> Part:
    """Fields for anything that has one value: a question, or a part of a group."""
    why = getattr(spec, "why", "")
    hint = " ".join(filter(None, (spec.hint, why and _("Why we ask: %(why)s") % {"why": why})))
    about: dict[str, Any] = {"label": label, "required": required, "help_text": hint}
    choices = list(spec.options.items())
    match spec.type:
        case "text":
            return _one(name, PlainTextField(max_length=spec.max_length, multiline=spec.max_length > 200, **about))
        case "address":
            return _one(name, PlainTextField(max_length=300, multiline=True, **about))
        case "phone":
            return _one(name, PhoneField(**about))
        case "email":
            return _one(name, EmailField(**about))
        case "choice" | "choice_or_text" | "choice_per_item":
            beside = len(choices) <= 3 and all(len(str(name)) <= _SHORT for _code, name in choices)
            widget = Dropdown if len(choices) > _MANY else ChoiceCards(inline=beside)
            first = [("", _("Choose one"))] if len(choices) > _MANY else []
            return _one(name, OneChoiceField(choices=[*first, *choices], widget=widget, **about))
        case "multi":
            return _one(name, ManyChoiceField(choices=choices, **about))
        case "number":
            decimals = 0 if spec.whole else 1
            field = NumberField(minimum=spec.min, maximum=spec.max, unit=spec.unit, decimals=decimals, **about)
            return _one(name, field, _number)
        case "year":
            field = NumberField(minimum=1900, maximum=timezone.localdate().year, **about)
            return _one(name, field, _number)
        case "nrs":
            words = {"low_words": _("No pain"), "high_words": _("Worst you can imagine")}
            return _one(name, ScaleField(maximum=10, **words, **about))
        case "bother":
            return _one(name, ScaleField(maximum=6, low_words=_("Not at all"), high_words=_("Extremely"), **about))
        case "date_approx":
            latest = _far_ahead if spec.future else timezone.localdate
            field = ApproxDateField(earliest=_EARLIEST, latest=latest, words=dict(spec.words) or None, **about)
            return _one(name, field)
        case "birth_date":
            field = DateBoxesField(earliest=_EARLIEST, latest=timezone.localdate, autocomplete="bday", **about)
            return Part(
                {name: field},
                lambda answer: {name: date.fromisoformat(answer) if answer else None},
                lambda cleaned: cleaned[name].isoformat() if cleaned.get(name) else None,
            )
        case "regions":
            return _one(name, RegionsField(picture=True, **about))
        case "regions_or_none":
            nowhere = _("Nowhere: touch is fine everywhere")
            return _one(name, RegionsField(none_label=nowhere, picture=True, **about))
        case "region_of":
            marked = [(place, region_label(place)) for place in answers.get(spec.of, ())]
            return _one(name, OneChoiceField(choices=marked, **about))
        case "bool":
            return _one(name, TickField(label=label, required=False), lambda value: bool(value))
    raise ValueError(f"{name}: no field for the type {spec.type}")


def _group(name: str, question: Question, answers: Mapping[str, Any], *, required: bool, label: str = "") -> Part:
    """The parts of one group, under names of their own; empty altogether is no answer."""
    parts = {
        key: _part(f"{name}-{key}", spec, required and spec.required, spec.wording, answers)
        for key, spec in question.fields.items()
        if spec.type != "file"
    }

    def read(cleaned: Mapping[str, Any]) -> Any:
        given = {key: part.read(cleaned) for key, part in parts.items()}
        kept = {key: value for key, value in given.items() if value not in (None, "", [])}
        return kept or None

    return Part(
        {field: made for part in parts.values() for field, made in part.fields.items()},
        lambda answer: {
            field: value for key, part in parts.items() for field, value in part.fill((answer or {}).get(key)).items()
        },
        read,
    )


def _groups(question: Question, answers: Mapping[str, Any], *, required: bool) -> Part:
    """Several groups: those there are and some empty ones."""
    held = len(answers.get(question.id) or ())
    rows = 2 if question.unique else held + _ROWS
    parts = [_group(f"{question.id}-{row}", question, answers, required=required and row == 0) for row in range(rows)]
    for row, part in enumerate(parts):
        for made in part.fields.values():
            made.label = _("%(number)s. %(label)s") % {"number": row + 1, "label": made.label}
    return Part(
        {field: made for part in parts for field, made in part.fields.items()},
        lambda answer: {
            field: value
            for part, group in zip(parts, [*(answer or ()), *([None] * rows)], strict=False)
            for field, value in part.fill(group).items()
        },
        lambda cleaned: [group for part in parts if (group := part.read(cleaned))] or None,
    )


def _consent(question: Question) -> Part:
    """A statement to agree to, word for word, or the boxes it consists of; nothing is ticked beforehand."""
    statement = CONSENTS[question.id].statement
    if not question.fields:
        return Part(
            {question.id: TickField(label=question.wording, help_text=statement, required=False)},
            lambda answer: {question.id: answer is True},
            lambda cleaned: bool(cleaned.get(question.id)),
        )
    boxes = [key for key, spec in question.fields.items() if spec.type == "bool"]
    parts = {key: _part(f"{question.id}-{key}", spec, False, spec.wording, {}) for key, spec in question.fields.items()}
    lead = Lead(f"{question.id}-statement", question.wording, statement)
    fields = {name: field for part in parts.values() for name, field in part.fields.items()}
    for box in boxes:
        fields[f"{question.id}-{box}"].widget.attrs["aria-describedby"] = lead.id
    _led_by(lead, fields)

    def read(cleaned: Mapping[str, Any]) -> Any:
        given = {key: part.read(cleaned) for key, part in parts.items()}
        if not any(given[box] for box in boxes):
            return False
        return {key: value for key, value in given.items() if value not in (None, "")}

    def fill(answer: Any) -> Mapping[str, Any]:
        held = answer if isinstance(answer, Mapping) else {}
        return {field: value for key, part in parts.items() for field, value in part.fill(held.get(key)).items()}

    return Part(fields, fill, read)


def _items_or_no(question: Question, answers: Mapping[str, Any]) -> Part:
    """Ticked items with one list of places for all of them, or "no"."""
    choices = [*question.options.items(), ("no", _("None of these"))]
    ticks = ManyChoiceField(choices=choices, exclusive=("no",), label=question.wording, required=question.required)
    where = RegionsField(label=_("Where?"), required=False, folded=True)
    place = f"{question.id}-region"

    def fill(answer: Any) -> Mapping[str, Any]:
        if not isinstance(answer, list):
            return {question.id: [answer] if answer else []}
        items = [item if isinstance(item, dict) else {"code": item} for item in answer]
        return {question.id: [item["code"] for item in items], place: items[0].get("region", []) if items else []}

    def read(cleaned: Mapping[str, Any]) -> Any:
        codes = cleaned.get(question.id) or []
        if codes == ["no"]:
            return "no"
        region = cleaned.get(place)
        return [{"code": code, "region": region} if region else {"code": code} for code in codes] or None

    return Part({question.id: ticks, place: where}, fill, read)


def _yes_or_sides(question: Question) -> Part:
    """Yes, no, or one side only."""
    choices = [*_YES_NO, ("left", _("Only my left side")), ("right", _("Only my right side"))]
    field = OneChoiceField(choices=choices, label=question.wording, required=question.required)

    def fill(answer: Any) -> Mapping[str, Any]:
        if isinstance(answer, Mapping):
            answer = next((side for side, ticks in _SIDES.items() if ticks == answer), None)
        return {question.id: answer}

    return Part(
        {question.id: field}, fill, lambda cleaned: _SIDES.get(cleaned.get(question.id), cleaned.get(question.id))
    )


def _per_item(question: Question, answers: Mapping[str, Any]) -> Part:
    """One choice for each item ticked before."""
    named = QUESTIONS[question.of].options
    parts = {
        code: _part(f"{question.id}-{code}", question, question.required, named[code], answers)
        for code in answers.get(question.of) or ()
        if code in named
    }
    return Part(
        {field: made for part in parts.values() for field, made in part.fields.items()},
        lambda answer: {f: v for code, part in parts.items() for f, v in part.fill((answer or {}).get(code)).items()},
        lambda cleaned: {code: value for code, part in parts.items() if (value := part.read(cleaned))} or None,
    )


def _asked_aloud(question: Question, asked: Iterable[str]) -> Part:
    """One choice for each question that the client would rather not answer in writing."""
    fields: dict[str, forms.Field] = {}
    for name in asked:
        own = {code: label for code, label in QUESTIONS[name].options.items() if code != "prefer_not"}
        options = question.options if "yes" in own else own | {"declined": question.options["declined"]}
        fields[f"{question.id}-{name}"] = OneChoiceField(
            choices=list(options.items()), label=QUESTIONS[name].wording, required=False
        )
    return Part(
        fields,
        lambda answer: {f"{question.id}-{name}": value for name, value in (answer or {}).items()},
        lambda cleaned: {field.partition("-")[2]: cleaned[field] for field in fields if cleaned.get(field)} or None,
    )


def _details(question: Question, answers: Mapping[str, Any]) -> Part:
    """Date, place and the like of each ticked item."""
    ticked = detailed_items(question.id, answers)
    parts: dict[str, dict[str, Part]] = {}
    for code in ticked:
        label = question.options[code]
        parts[code] = {
            key: _part(f"{question.id}-{code}-{key}", spec, False, f"{label}: {spec.wording}", answers)
            for key, spec in question.fields.items()
            if not spec.only_for or code in spec.only_for
        }

    def fill(answer: Any) -> Mapping[str, Any]:
        held = {item["code"]: item for item in answer or () if isinstance(item, Mapping)}
        return {
            field: value
            for code, of_item in parts.items()
            for key, part in of_item.items()
            for field, value in part.fill(held.get(code, {}).get(key)).items()
        }

    def read(cleaned: Mapping[str, Any]) -> Any:
        items: list[Any] = []
        for item in answers.get(question.id) or ():
            code = item["code"] if isinstance(item, Mapping) else item
            given = {key: part.read(cleaned) for key, part in parts.get(code, {}).items()}
            kept = {key: value for key, value in given.items() if value not in (None, "", [])}
            items.append({"code": code, **kept} if kept else code)
        return items

    return Part(
        {f: made for of_item in parts.values() for part in of_item.values() for f, made in part.fields.items()},
        fill,
        read,
    )


class AnswerForm(forms.Form):
    """The questions of one page. ``answers`` are those stored so far: they fill the fields and decide choices.

    ``values()`` gives the answers in their stored shapes; ``refuse()`` puts sentences of the rules at their fields.
    """

    def __init__(
        self,
        *args: Any,
        questions: Iterable[Question],
        answers: Mapping[str, Any],
        details: bool = False,
        asked_aloud: Iterable[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        #: True when an answer has opened questions that the page had not asked at first.
        self.opened_again = False
        self.parts: dict[str, Part] = {}
        self.texts: list[str] = []
        for question in questions:
            if question.type == "file":
                continue
            part = self._of(question, answers, details, asked_aloud)
            self.parts[question.id] = part
            self.fields.update(part.fields)
            self.initial |= part.fill(answers.get(question.id))
            if question.with_text and not details:
                name = f"{question.id}_text"
                self.texts.append(name)
                self.fields[name] = PlainTextField(
                    label=question.text_label or _("Tell us more"), required=False, multiline=True
                )
                self.initial[name] = answers.get(name, "")

    def _of(self, question: Question, answers: Mapping[str, Any], details: bool, asked_aloud: Iterable[str]) -> Part:
        if details:
            return _details(question, answers)
        match question.type:
            case "group" | "groups":
                several = question.type == "groups"
                make = _groups if several else partial(_group, question.id)
                part = make(question, answers, required=question.required)
                if question.step != "consent":
                    _led_by(Lead(f"{question.id}-lead", question.wording, question.hint), part.fields)
                return part
            case "consent" | "consent_parts":
                return _consent(question)
            case "items_or_no":
                return _items_or_no(question, answers)
            case "yes_or_sides":
                return _yes_or_sides(question)
            case "choice_per_item":
                return _per_item(question, answers)
            case "asked_aloud":
                return _asked_aloud(question, asked_aloud)
        subject = answers.get(question.of) if question.type == "number" else None
        label = _("%(subject)s: %(question)s") % {"subject": subject, "question": question.wording}
        part = _part(question.id, question, question.required, label if subject else question.wording, answers)
        if question.type == "multi" and question.fields:
            read, held = part.read, {i["code"]: i for i in answers.get(question.id) or () if isinstance(i, Mapping)}
            codes = lambda answer: [i["code"] if isinstance(i, Mapping) else i for i in answer or ()]  # noqa: E731
            return Part(
                part.fields,
                lambda answer: {question.id: codes(answer)},
                lambda cleaned: [held.get(code, code) for code in read(cleaned) or ()] or None,
            )
        return part

    @property
    def ids(self) -> list[str]:
        """The questions of the page."""
        return list(self.parts)

    def suggest_nothing(self) -> None:
        """Keep the browser from offering what somebody before typed into a box."""
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"

    def values(self) -> dict[str, Any]:
        """Answers by question id; a question left empty is None."""
        given = {name: part.read(self.cleaned_data) for name, part in self.parts.items()}
        return given | {name: self.cleaned_data.get(name) or None for name in self.texts}

    def stores(self, action: Callable[[Mapping[str, Any]], Stored]) -> Stored | None:
        """What ``action`` gives for the values of this form; None when it refused, with its sentences at the fields."""
        try:
            return action(self.values())
        except AnswerError as error:
            self.refuse(error.problems)
        except ValidationError as error:
            self.refuse(error.message_dict if hasattr(error, "error_dict") else {"": error.messages})
        return None

    def refuse(self, problems: Mapping[str, Any]) -> None:
        """Put each sentence at the first field of its question, or at the top when the question is not on this page."""
        for name, sentence in problems.items():
            fields = self.parts[name].fields if name in self.parts else {name: None} if name in self.fields else {}
            self.add_error(next(iter(fields), None), sentence)


class SubmitForm(forms.Form):
    """Hands the form in once, however often it is pressed."""

    submit_key = KeyField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("submit_key", uuid.uuid4())

    def stores(self, action: Callable[[uuid.UUID], Stored]) -> Stored | None:
        """What ``action`` gives for the key; None when it refused, with its sentences at the top of the page."""
        try:
            return action(self.cleaned_data["submit_key"])
        except AnswerError as error:
            self.add_error(None, list(error.problems.values()))
        except ValidationError as error:
            self.add_error(None, error.messages)
        return None


_WHICH_FORM = [
    (AccessPurpose.INTAKE, gettext_lazy("Health form, before the first visit")),
    (AccessPurpose.CHECK_IN, gettext_lazy("Check-in, before every visit")),
]


class OpenForm(forms.Form):
    """Which form to open on this device, and who fills it in."""

    purpose = OneChoiceField(
        label=gettext_lazy("Which form?"),
        choices=_WHICH_FORM,
    )
    kind = OneChoiceField(
        label=gettext_lazy("Who fills it in?"),
        choices=[
            (AccessKind.THIS_DEVICE, gettext_lazy("The client, on this device")),
            (AccessKind.ALOUD, gettext_lazy("I ask aloud, in private, and type")),
        ],
    )

    def __init__(self, *args: Any, may_check_in: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        purpose = AccessPurpose.CHECK_IN if may_check_in else AccessPurpose.INTAKE
        self.initial = {"purpose": purpose, "kind": AccessKind.THIS_DEVICE}
        if not may_check_in:
            del self.fields["purpose"]


class LinkForm(forms.Form):
    """Which form to send a link to, once however often it is pressed."""

    purpose = OneChoiceField(label=gettext_lazy("Which form?"), choices=_WHICH_FORM)
    key = KeyField()

    def __init__(self, *args: Any, may_check_in: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        purpose = AccessPurpose.CHECK_IN if may_check_in else AccessPurpose.INTAKE
        self.initial = {"purpose": purpose, "key": uuid.uuid4()}
        if not may_check_in:
            del self.fields["purpose"]


class BirthDateForm(forms.Form):
    """The second proof at a link."""

    birth_date = DateBoxesField(
        label=gettext_lazy("Your date of birth"),
        help_text=gettext_lazy("Day, month and year, for example 27 3 1985"),
        earliest=_EARLIEST,
        latest=timezone.localdate,
    )


class HandOverForm(forms.Form):
    """Both things said aloud, and which tablet takes the form: one button for each."""

    name_said = TickField()
    born_said = TickField()
    purpose = OneChoiceField(label=gettext_lazy("Which form?"), choices=_WHICH_FORM)
    tablet = OneChoiceField(label=gettext_lazy("Tablet"), error_messages={"required": gettext_lazy("Choose a tablet.")})
    key = KeyField()

    def __init__(
        self, *args: Any, client: Any, tablets: Iterable[tuple[str, str]], may_check_in: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        purpose = AccessPurpose.CHECK_IN if may_check_in else AccessPurpose.INTAKE
        self.initial = {"purpose": purpose, "key": uuid.uuid4()}
        self.fields["name_said"].label = _("Full name: %(name)s") % {"name": client.name}
        born = date_format(client.birth_date, "j F Y")
        self.fields["born_said"].label = _("Date of birth: %(born)s") % {"born": born}
        self.fields["tablet"].choices = list(tablets)  # type: ignore[attr-defined]
        if not may_check_in:
            del self.fields["purpose"]


class CodeForm(forms.Form):
    """The code of the desk, typed on a tablet."""

    code = PlainTextField(
        label=gettext_lazy("Code from the desk"),
        max_length=20,
        widget=TextBox(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": "4", "data-code-box": ""}),
        error_messages={"required": gettext_lazy("Type the four digits.")},
    )

    def clean_code(self) -> str:
        """Four digits."""
        code = str(self.cleaned_data["code"])
        if not (code.isascii() and code.isdigit() and len(code) == CODE_DIGITS):
            raise ValidationError(_("Type the four digits."))
        return code


class TabletForm(forms.Form):
    """A name for a new tablet, short enough for a sticker, and where it lies."""

    name = PlainTextField(
        label=gettext_lazy("Name"), help_text=gettext_lazy("As on its sticker, for example A"), max_length=40
    )
    location = OneChoiceField(label=gettext_lazy("Location"), widget=Dropdown)

    def __init__(self, *args: Any, places: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = list(places)
        self.fields["location"].choices = choices  # type: ignore[attr-defined]
        self.fields["location"].widget.choices = choices


class StopActionForm(forms.Form):
    """What was done about a stop."""

    action = OneChoiceField(label=gettext_lazy("What have you done?"), choices=StopActionKind.choices)


class ClearanceForm(forms.Form):
    """A clinician's letter or call. ``flags`` are the entries it may name, as (code, label)."""

    entries = ManyChoiceField(label=gettext_lazy("What is cleared?"), exclusive=())
    kind = OneChoiceField(label=gettext_lazy("How did it reach you?"), choices=ClearanceKind.choices)
    clinician = PlainTextField(label=gettext_lazy("Name of the clinician"), max_length=120)
    profession = PlainTextField(label=gettext_lazy("Profession"), max_length=120)
    contact = PlainTextField(label=gettext_lazy("Phone or address of the clinician"), max_length=200)
    dated = DateBoxesField(
        label=gettext_lazy("Date on the letter or of the call"), earliest=date(2000, 1, 1), latest=timezone.localdate
    )
    massage = OneChoiceField(label=gettext_lazy("Is massage allowed?"), choices=_YES_NO)
    max_pressure = OneChoiceField(
        label=gettext_lazy("Highest pressure allowed"),
        choices=[("none", gettext_lazy("not stated")), *[(str(level), f"P{level}") for level in range(6)]],
    )
    regions = RegionsField(
        label=gettext_lazy("Which regions are allowed?"), none_label=gettext_lazy("All regions, no exception named")
    )
    expires = DateBoxesField(label=gettext_lazy("Valid until"), earliest=date(2000, 1, 1), latest=_far_ahead)
    conditions = PlainTextField(
        label=gettext_lazy("Conditions, in the clinician's words"), max_length=1000, multiline=True, required=False
    )
    letter = forms.FileField(label=gettext_lazy("Letter (PDF, PNG or JPEG, up to 15 MB)"), required=False)

    def __init__(self, *args: Any, flags: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = list(flags)
        self.fields["entries"].choices = choices  # type: ignore[attr-defined]
        self.fields["entries"].widget.choices = choices

    def values(self) -> dict[str, Any]:
        """What ``record_clearance`` takes."""
        given = self.cleaned_data
        pressure = given["max_pressure"]
        return {
            **{name: given[name] for name in ("entries", "kind", "clinician", "profession", "contact", "dated")},
            **{name: given[name] for name in ("expires", "conditions", "letter")},
            "massage": given["massage"] == "yes",
            "regions": ["all"] if given["regions"] == "none" else given["regions"],
            "max_pressure": None if pressure == "none" else int(pressure),
        }


class LetterForm(forms.Form):
    """A letter to the client's doctor: about what, to whom; shown again, or signed as it was read.

    ``flags``: what stands today, as (code, label). ``read``: the fingerprint of the letter on the page.
    """

    entries = ManyChoiceField(label=gettext_lazy("What is the letter about?"), exclusive=())
    to_name = PlainTextField(label=gettext_lazy("To: doctor or clinic"), max_length=120)
    to_contact = PlainTextField(
        label=gettext_lazy("Their address, phone or fax"), max_length=200, multiline=True, required=False
    )
    remark = PlainTextField(
        label=gettext_lazy("What else they should know"),
        help_text=gettext_lazy("Facts only, no diagnosis. It is printed as you write it."),
        max_length=LONGEST_REMARK,
        multiline=True,
        required=False,
    )
    read = PlainTextField(max_length=64, required=False, widget=HiddenBox)
    key = KeyField()
    do = OneChoiceField(choices=[("look", "look"), ("sign", "sign")])

    def __init__(self, *args: Any, flags: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = list(flags)
        self.fields["entries"].choices = choices  # type: ignore[attr-defined]
        self.fields["entries"].widget.choices = choices

    @property
    def signs(self) -> bool:
        """Whether the letter is to be signed now."""
        return bool(self.cleaned_data["do"] == "sign")


class LetterStepForm(forms.Form):
    """What became of a letter; the way it was sent, or the reason it is put aside."""

    kind = OneChoiceField(
        label=gettext_lazy("What became of it?"),
        choices=[
            (kind.value, kind.label) for kind in (LetterStepKind.SENT, LetterStepKind.ANSWERED, LetterStepKind.ASIDE)
        ],
    )
    way = OneChoiceField(label=gettext_lazy("How was it sent?"), choices=LetterWay.choices, required=False)
    reason = OneChoiceField(label=gettext_lazy("Why is it put aside?"), choices=AsideReason.choices, required=False)

    def __init__(self, *args: Any, by_hand_only: bool = False, **kwargs: Any) -> None:
        """``by_hand_only``: offer no way but the client's own hand; another one that is sent is for the action."""
        super().__init__(*args, **kwargs)
        if by_hand_only and not self.is_bound:
            ways = [(way.value, way.label) for way in (LetterWay.CLIENT,)]
            self.fields["way"].choices = ways  # type: ignore[attr-defined]
            self.fields["way"].widget.choices = ways

    def clean(self) -> dict[str, Any]:
        """A letter is sent in a way, and put aside for a reason; neither is taken with another step."""
        given = super().clean() or {}
        for kind, name in ((LetterStepKind.SENT, "way"), (LetterStepKind.ASIDE, "reason")):
            if given.get("kind") != kind:
                given[name] = ""
            elif not given.get(name) and name not in self.errors:
                self.add_error(name, _("Choose one answer."))
        return given


class WithdrawForm(forms.Form):
    """Why a clearance ends early."""

    reason = OneChoiceField(label=gettext_lazy("Why does it no longer count?"), choices=WithdrawReason.choices)


class StopWithdrawForm(forms.Form):
    """Why there was no emergency sign, as the client says anew."""

    reason = OneChoiceField(
        label=gettext_lazy("What does the client say about the first answer?"), choices=NoSignReason.choices
    )


class AnewForm(forms.Form):
    """Why the client answers a safety question anew."""

    reason = OneChoiceField(label=gettext_lazy("Why is it another answer now?"), choices=ChangeReason.choices)


class DecisionForm(forms.Form):
    """The therapist's decision. ``flags`` are those to accept, as (code, label)."""

    accepted = ManyChoiceField(label=gettext_lazy("I have read and accept"), exclusive=(), required=False)
    heard = ManyChoiceField(
        label=gettext_lazy("Read each safety answer aloud, and tick what is as the client says"),
        help_text=gettext_lazy("One that they say differently stays without a tick: let them answer it anew."),
        exclusive=(),
        required=False,
    )
    confirmed_aloud = TickField(
        label=gettext_lazy("All as read: I read every answer above aloud, and the client said yes to each"),
        required=False,
    )
    outcome = OneChoiceField(label=gettext_lazy("What do you decide?"), choices=Outcome.choices)
    cap = OneChoiceField(
        label=gettext_lazy("Stricter than proposed: highest pressure anywhere"),
        choices=[("", gettext_lazy("as proposed")), *[(str(level), f"P{level}") for level in range(6)]],
        required=False,
        widget=Dropdown,
    )
    no_regions = RegionsField(
        label=gettext_lazy("Stricter than proposed: leave these places out"), required=False, folded=True
    )
    max_minutes = NumberField(
        label=gettext_lazy("Stricter than proposed: longest session"),
        minimum=10,
        maximum=120,
        unit=gettext_lazy("minutes"),
        required=False,
    )
    valid_until = DateBoxesField(
        label=gettext_lazy("Decide again by"), required=False, earliest=timezone.localdate, latest=_last_decision_day
    )
    remark = PlainTextField(label=gettext_lazy("Remark"), max_length=1000, multiline=True, required=False)

    def __init__(
        self,
        *args: Any,
        flags: Iterable[tuple[str, str]],
        to_hear: Iterable[tuple[str, str]] = (),
        **kwargs: Any,
    ) -> None:
        """``to_hear``: the safety answers that nobody has read aloud yet, as (question, both in words)."""
        super().__init__(*args, **kwargs)
        answers = list(to_hear)
        if answers:
            self.fields["heard"].choices = answers  # type: ignore[attr-defined]
            self.fields["heard"].widget.choices = answers
            self.fields["heard"].depends = True  # type: ignore[attr-defined]  # on the decision, so not called optional
        else:
            del self.fields["heard"], self.fields["confirmed_aloud"]
        choices = list(flags)
        if choices:
            self.fields["accepted"].choices = choices  # type: ignore[attr-defined]
            self.fields["accepted"].widget.choices = choices
        else:
            del self.fields["accepted"]
