"""The questions of intake and check-in: what is asked, when, and which answers can be kept.

Wording, options, ranges and skip logic are data (``intake/catalogue/questions.toml``, ``consents.toml``); this room
reads them and judges answers by them. Value shapes: clinical reference 0.5. Nothing here knows a database or a clock.
"""

from __future__ import annotations

import calendar
import math
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _

from clinic.catalogues import CatalogueError, read_catalogue, read_edition
from clinic.rules.text import UnfitText, kept
from clinic.vocabulary import is_region
from intake.rules.conditions import Facts, evaluate

CATALOGUE = Path(__file__).resolve().parent.parent / "catalogue"

#: Longest free text where the reference states no other length (clinical reference 1).
MAX_TEXT = 2000
#: Longest list of groups (medicines, scans) and of attached files that one answer may hold.
MAX_ROWS = 100

NO_OPTIONS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Field:
    """One value to give: a part of a group, a detail of a ticked item, or (as ``Question``) a question of its own.

    ``options`` maps stored codes to what the client reads, in order. ``min``/``max`` are inclusive, in ``unit``;
    lengths are in characters. ``only_for`` names the item codes for which a detail is asked; ``words`` are words
    that may stand in place of a date; ``future`` allows a date that is still to come.
    """

    wording: str
    type: str
    required: bool = False
    options: Mapping[str, str] = field(default_factory=lambda: NO_OPTIONS)
    hint: str = ""
    unit: str = ""
    min: float | None = None
    max: float | None = None
    step_by: float | None = None
    whole: bool = False
    min_length: int = 0
    max_length: int = MAX_TEXT
    only_for: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=lambda: NO_OPTIONS)
    future: bool = False


@dataclass(frozen=True, kw_only=True)
class Question(Field):
    """A question with a permanent id (clinical reference 1.1 to 1.8).

    ``shown_when`` is a condition (``intake.rules.conditions``), absent when the question is always asked. ``safety``
    marks what is judged as soon as it is answered. ``of`` names the question whose answer supplies the choices
    (``region_of``, ``choice_per_item``) or the subject of a score. ``with_text`` allows a text beside the code, kept
    as ``<id>_text``. ``reopens`` names what a "yes" or "not sure" at the check-in asks again.
    """

    id: str
    step: str
    page: str
    source: str
    why: str = ""
    of: str = ""
    asks: tuple[str, ...] = ()
    most: int | None = None
    ordered: bool = False
    unique: str = ""
    default: str = ""
    with_text: bool = False
    text_label: str = ""
    safety: bool = False
    shown_when: Mapping[str, Any] | None = None
    reopens: tuple[str, ...] = ()
    fields: Mapping[str, Field] = field(default_factory=lambda: MappingProxyType({}))
    sign_off: str = ""

    def __post_init__(self) -> None:
        read: Mapping[str, Any] = self.fields
        object.__setattr__(self, "fields", MappingProxyType({name: Field(**part) for name, part in read.items()}))


@dataclass(frozen=True)
class Page:
    """One subject of the form; its questions name it by ``code``."""

    code: str
    step: str
    title: str
    intro: str = ""


@dataclass(frozen=True)
class ConsentStatement:
    """A statement to agree to, word for word (clinical reference 1.7).

    ``needed_for``: "visit", "regions" (those of ``parts``; a region named by two parts needs both), "tests",
    "stretches", "minor" or "nothing" (free choice). ``expiry_months`` is absent when it lasts until withdrawn or
    until one of ``ends_with`` happens.
    """

    id: str
    statement: str
    needed_for: str
    source: str
    expiry_months: int | None = None
    ends_with: tuple[str, ...] = ()
    verbal_every_visit: bool = False
    sensitive: bool = False
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    sign_off: str = ""


QUESTIONS: Mapping[str, Question] = read_catalogue(CATALOGUE / "questions.toml", Question, table="question", key="id")
PAGES: Mapping[str, Page] = read_catalogue(CATALOGUE / "questions.toml", Page, table="page")
CONSENTS: Mapping[str, ConsentStatement] = read_catalogue(
    CATALOGUE / "consents.toml", ConsentStatement, table="consent", key="id"
)


@cache
def asked_then(edition: str) -> tuple[Mapping[str, Question], Mapping[str, Page]]:
    """Questions and pages of an earlier edition of ``questions.toml``, from its stored text: the words as asked."""
    return (
        read_edition(edition, Question, table="question", key="id"),
        read_edition(edition, Page, table="page"),
    )


#: What belongs to the intake, to the check-in before every visit, and to the therapist's entries, in order.
CHECK_IN_IDS: tuple[str, ...] = tuple(q.id for q in QUESTIONS.values() if q.step == "check_in")
THERAPIST_IDS: tuple[str, ...] = tuple(q.id for q in QUESTIONS.values() if q.step == "therapist")
INTAKE_IDS: tuple[str, ...] = tuple(q.id for q in QUESTIONS.values() if q.step not in ("check_in", "therapist"))
#: Ids of the texts kept beside a code, with the question they belong to (clinical reference 0.5).
TEXT_IDS: Mapping[str, str] = MappingProxyType({f"{q.id}_text": q.id for q in QUESTIONS.values() if q.with_text})


class AnswerError(ValueError):
    """Answers that cannot be judged. ``problems`` maps each id to a sentence that names the remedy."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems: dict[str, str] = dict(problems)
        super().__init__(", ".join(self.problems))


class _Refused(Exception):
    """A value of the wrong shape; the message says what to do instead."""


@dataclass(frozen=True)
class _Day:
    """What dates are judged against: the day of judgement and the birth date, if it is known."""

    on: date
    born: date | None = None


# --- values ----------------------------------------------------------------------------------------------------

_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
_EMAIL = re.compile(r"[^\s@<>,;\"()]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?\.[A-Za-z]{2,}")
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_APPROX = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


def _empty(value: object) -> bool:
    """True for what counts as no answer: nothing, blank text, an empty list or group."""
    if isinstance(value, str):
        return not value.strip()
    return value is None or (isinstance(value, list | tuple | Mapping) and len(value) == 0)


def _text(spec: Field, value: object, day: _Day) -> str:
    if not isinstance(value, str):
        raise _Refused(_("write it as text."))
    try:
        value = kept(value)
    except UnfitText:
        raise _Refused(_("remove the characters that cannot be shown, and type it again.")) from None
    if not value:
        raise _Refused(_("write something that can be read."))
    if len(value) > spec.max_length:
        raise _Refused(_("use at most %(count)d characters.") % {"count": spec.max_length})
    if len(value) < spec.min_length:
        raise _Refused(_("use at least %(count)d characters.") % {"count": spec.min_length})
    return value


def _phone(spec: Field, value: object, day: _Day) -> str:
    text = re.sub(r"[ ().-]", "", _text(spec, value, day))
    if not _PHONE.fullmatch(text):
        raise _Refused(_("enter the number with its country code, like +1 555 010 0199."))
    return text


def _email(spec: Field, value: object, day: _Day) -> str:
    text = _text(spec, value, day)
    if len(text) > 254 or not _EMAIL.fullmatch(text) or ".." in text:
        raise _Refused(_("enter an email address like name@example.org."))
    return text


def _files(spec: Field, value: object, day: _Day) -> list[str]:
    """References to stored files, at least one."""
    short = Field(wording=spec.wording, type="text", min_length=1, max_length=200)
    return [_text(short, item, day) for item in _listed(value)]


def _number(spec: Field, value: object, day: _Day) -> int | float:
    low = -math.inf if spec.min is None else spec.min
    high = math.inf if spec.max is None else spec.max
    if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high and math.isfinite(value):
        if spec.whole and value == int(value):
            return int(value)
        if not spec.whole and not (spec.step_by and value % spec.step_by):
            return value
    words = {"low": f"{low:g}", "high": f"{high:g}", "step": f"{spec.step_by or 1:g}"}
    if spec.whole:
        raise _Refused(_("choose a whole number from %(low)s to %(high)s.") % words)
    if spec.step_by:
        raise _Refused(_("enter a number from %(low)s to %(high)s, in steps of %(step)s.") % words)
    raise _Refused(_("enter a number from %(low)s to %(high)s.") % words)


def _scale(high: int) -> Callable[[Field, object, _Day], int]:
    def judge(spec: Field, value: object, day: _Day) -> int:
        return int(_number(Field(wording=spec.wording, type="number", min=0, max=high, whole=True), value, day))

    return judge


def _year(spec: Field, value: object, day: _Day) -> int:
    """A year from 1900 to the current one."""
    bounds = Field(wording=spec.wording, type="number", min=spec.min, max=day.on.year, whole=True)
    return int(_number(bounds, value, day))


def _date(year: int, month: int, dom: int) -> date:
    try:
        return date(year, month, dom)
    except ValueError as error:
        raise _Refused(_("this day is not in the calendar; check day, month and year.")) from error


def completed_years(born: date, on: date) -> int:
    """Whole years from ``born`` to ``on``, the birthday included (clinical reference 0.2, principle 13)."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _birth_date(spec: Field, value: object, day: _Day) -> str:
    found = _DAY.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise _Refused(_("enter day, month and year."))
    born = _date(*map(int, found.groups()))
    if born > day.on:
        raise _Refused(_("enter a date that is not in the future."))
    if spec.max is not None and completed_years(born, day.on) > spec.max:
        raise _Refused(_("check the year; ages up to %(high)d are possible.") % {"high": spec.max})
    return born.isoformat()


def _date_approx(spec: Field, value: object, day: _Day) -> str:
    """A year, a month or a day (DATE_APPROX): not in the future unless the question allows it, not before birth."""
    if isinstance(value, str) and value in spec.words:
        return value
    found = _APPROX.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise _Refused(_("enter a year, a month and year, or a full date."))
    year, month, dom = (int(part) if part else None for part in found.groups())
    if year is None:  # pragma: no cover - the pattern always finds a year
        raise _Refused(_("enter a year, a month and year, or a full date."))
    first = _date(year, month or 1, dom or 1)
    last = first if dom else _date(year, month or 12, calendar.monthrange(year, month or 12)[1])
    if first > day.on and not spec.future:
        raise _Refused(_("enter a date that is not in the future."))
    if day.born and last < day.born:
        raise _Refused(_("enter a date after the date of birth."))
    return str(value)


def _choice(spec: Field, value: object, day: _Day) -> str:
    if not isinstance(value, str) or value not in spec.options:
        raise _Refused(_("choose one of the answers."))
    return value


def _choice_or_text(spec: Field, value: object, day: _Day) -> str:
    """An option's code, or the client's own words."""
    if isinstance(value, str) and value in spec.options:
        return value
    return _text(spec, value, day)


def _yes_no(spec: Field, value: object, day: _Day) -> bool:
    if not isinstance(value, bool):
        raise _Refused(_("tick the box or leave it empty."))
    return value


def _listed(value: object) -> list[object]:
    """``value`` as a list of 1 to ``MAX_ROWS`` members."""
    if not isinstance(value, list | tuple) or not value:
        raise _Refused(_("choose at least one answer."))
    if len(value) > MAX_ROWS:
        raise _Refused(_("give at most %(count)d.") % {"count": MAX_ROWS})
    return list(value)


def _parts(fields: Mapping[str, Field], value: object, day: _Day) -> dict[str, object]:
    """A group: known parts only, required ones present, empty ones left out."""
    if not isinstance(value, Mapping):
        raise _Refused(_("fill in the parts of this question."))
    if unknown := [key for key in value if key not in fields]:
        raise _Refused(_("remove the part “%(part)s”; it is not asked here.") % {"part": str(unknown[0])[:40]})
    cleaned: dict[str, object] = {}
    for name, spec in fields.items():
        if _empty(value.get(name)):
            if spec.required:
                raise _Refused(_("answer “%(part)s”.") % {"part": spec.wording})
            continue
        try:
            cleaned[name] = SHAPES[spec.type](spec, value[name], day)
        except _Refused as refused:
            raise _Refused(_("“%(part)s” – %(remedy)s") % {"part": spec.wording, "remedy": refused}) from refused
    return cleaned


def _multi(spec: Field, value: object, day: _Day) -> list[object]:
    """Option codes, or items ``{"code": …}`` with details; ``none`` only alone, no bare code twice."""
    fields = spec.fields if isinstance(spec, Question) else {}
    items: list[object] = []
    for item in _listed(value):
        if isinstance(item, Mapping) and fields:
            details = {key: part for key, part in item.items() if key != "code"}
            items.append({"code": _choice(spec, item.get("code"), day), **_parts(fields, details, day)})
        else:
            items.append(_choice(spec, item, day))
    codes = [item["code"] if isinstance(item, dict) else item for item in items]
    if "none" in codes and len(codes) > 1:
        raise _Refused(_("“%(none)s” cannot be ticked with other answers.") % {"none": spec.options["none"]})
    bare = [item for item in items if isinstance(item, str)]
    if len(bare) != len(set(bare)):
        raise _Refused(_("tick each answer only once."))
    if isinstance(spec, Question) and spec.most and len(codes) > spec.most:
        raise _Refused(_("choose at most %(count)d.") % {"count": spec.most})
    return items


def _regions(spec: Field, value: object, day: _Day) -> list[str]:
    """Stored regions (clinical reference 0.4), each once, in the order in which they were marked."""
    if not isinstance(value, list | tuple) or not value:
        raise _Refused(_("mark at least one place."))
    if not all(is_region(item) for item in value):
        raise _Refused(_("mark the places on the map, with left or right where the body has two."))
    if len(value) != len(set(value)):
        raise _Refused(_("mark each place only once."))
    return [str(item) for item in value]


def _regions_or_none(spec: Field, value: object, day: _Day) -> str | list[str]:
    return "none" if value == "none" else _regions(spec, value, day)


def _region(spec: Field, value: object, day: _Day) -> str:
    if not is_region(value):
        raise _Refused(_("choose one of the places that you marked."))
    return str(value)


def _group(spec: Question, value: object, day: _Day) -> dict[str, object]:
    cleaned = _parts(spec.fields, value, day)
    if not cleaned:
        raise _Refused(_("fill in at least one part."))
    return cleaned


def _groups(spec: Question, value: object, day: _Day) -> list[dict[str, object]]:
    groups = [_group(spec, item, day) for item in _listed(value)]
    if spec.unique:
        keys = [group[spec.unique] for group in groups]
        if len(keys) != len(set(keys)):
            part = spec.fields[spec.unique].wording
            raise _Refused(_("“%(part)s” – give each answer only once.") % {"part": part})
    return groups


def _items_or_no(spec: Field, value: object, day: _Day) -> str | list[object]:
    return "no" if value == "no" else _multi(spec, value, day)


def _ticks(parts: Collection[str], value: object) -> dict[str, bool]:
    """``value`` with every box of ``parts``; a box that is absent was left empty."""
    if not isinstance(value, Mapping) or not value or any(key not in parts for key in value):
        raise _Refused(_("tick the boxes that you agree to."))
    if not all(isinstance(tick, bool) for tick in value.values()):
        raise _Refused(_("tick the boxes that you agree to."))
    return {part: bool(value.get(part, False)) for part in parts}


def _yes_or_sides(spec: Field, value: object, day: _Day) -> str | dict[str, bool]:
    if isinstance(value, str):
        return _choice(spec, value, day)
    return _ticks(("left", "right"), value)


def _consent(spec: Question, value: object, day: _Day) -> bool | dict[str, object]:
    """Agreed or not; or the boxes of the statement. ``consent_parts`` has no yes without its boxes."""
    if isinstance(value, bool) and not (value and spec.type == "consent_parts"):
        return value
    boxes = [name for name, part in spec.fields.items() if part.type == "bool"]
    if not isinstance(value, Mapping) or not boxes:
        raise _Refused(_("tick the box or leave it empty."))
    choices = {name: part for name, part in spec.fields.items() if part.type != "bool"}
    ticked = _ticks(boxes, {key: tick for key, tick in value.items() if key not in choices} or {boxes[0]: False})
    chosen = _parts(choices, {key: part for key, part in value.items() if key in choices}, day)
    if any(ticked.values()) and len(chosen) < len(choices):
        raise _Refused(_("answer “%(part)s”.") % {"part": next(iter(choices.values())).wording})
    return {**ticked, **chosen}


def _asked_aloud(spec: Question, value: object, day: _Day) -> dict[str, str]:
    """Question id → what the client said in private; a question with options of its own takes those, or "declined"."""
    if not isinstance(value, Mapping) or any(key not in spec.asks for key in value):
        raise _Refused(_("record answers only for the questions that were asked aloud."))
    cleaned = {}
    for name, said in value.items():
        own = QUESTIONS[name].options.keys() - {"prefer_not"}
        codes = {"declined"} | (set(spec.options) if "yes" in own else own)
        if not isinstance(said, str) or said not in codes:
            raise _Refused(_("“%(part)s” – choose one of the answers.") % {"part": QUESTIONS[name].wording})
        cleaned[name] = said
    return cleaned


def _choice_per_item(spec: Question, value: object, day: _Day) -> dict[str, str]:
    if not isinstance(value, Mapping) or any(key not in QUESTIONS[spec.of].options for key in value):
        raise _Refused(_("choose one answer for each thing that you named."))
    return {name: _choice(spec, said, day) for name, said in value.items()}


#: How each type of value is judged and cleaned.
SHAPES: Mapping[str, Callable[[Any, Any, _Day], Any]] = MappingProxyType(
    {
        "text": _text,
        "address": _text,
        "phone": _phone,
        "email": _email,
        "file": _files,
        "birth_date": _birth_date,
        "date_approx": _date_approx,
        "number": _number,
        "nrs": _scale(10),
        "bother": _scale(6),
        "year": _year,
        "bool": _yes_no,
        "choice": _choice,
        "choice_or_text": _choice_or_text,
        "choice_per_item": _choice_per_item,
        "multi": _multi,
        "regions": _regions,
        "regions_or_none": _regions_or_none,
        "region_of": _region,
        "group": _group,
        "groups": _groups,
        "items_or_no": _items_or_no,
        "yes_or_sides": _yes_or_sides,
        "consent": _consent,
        "consent_parts": _consent,
        "asked_aloud": _asked_aloud,
    }
)


# --- skip logic ------------------------------------------------------------------------------------------------


#: Conditions that rest on a question without naming it.
_DERIVED_FROM = {"age": "ab_dob", "minor": "ab_dob", "weeks": "pn_onset"}


def _asked_about(condition: object) -> set[str]:
    """Ids of the questions that a condition looks at."""
    if isinstance(condition, Mapping):
        ids = {str(condition[key]).split(".")[0] for key in ("q", "each", "since") if key in condition}
        ids |= {source for key, source in _DERIVED_FROM.items() if key in condition}
        # `where` speaks about the parts of the item, not about questions.
        return ids.union(*(_asked_about(part) for key, part in condition.items() if key != "where"))
    if isinstance(condition, tuple):
        return set().union(*(_asked_about(part) for part in condition))
    return set()


def _tiers() -> tuple[tuple[Question, ...], ...]:
    """The questions by depth of their skip logic: each tier looks only at earlier tiers.

    Raises ``CatalogueError`` for an unknown id, type or page and for questions that wait for each other.
    """
    for question in QUESTIONS.values():
        if question.page not in PAGES or question.type not in SHAPES:
            raise CatalogueError(f"questions.toml: {question.id}: unknown page or type")
    needs = {question.id: _asked_about(question.shown_when) for question in QUESTIONS.values()}
    if unknown := set().union(*needs.values()) - QUESTIONS.keys():
        raise CatalogueError(f"questions.toml: shown_when names unknown questions: {sorted(unknown)}")
    tiers: list[tuple[Question, ...]] = []
    settled: set[str] = set()
    while len(settled) < len(QUESTIONS):
        tier = tuple(q for q in QUESTIONS.values() if q.id not in settled and needs[q.id] <= settled)
        if not tier:
            raise CatalogueError(f"questions.toml: shown_when is a circle: {sorted(QUESTIONS.keys() - settled)}")
        tiers.append(tier)
        settled.update(q.id for q in tier)
    return tuple(tiers)


_TIERS = _tiers()


def _shown(cleaned: Mapping[str, object], on: date, age_of_majority: int) -> frozenset[str]:
    """Ids that are asked. An answer counts in later conditions only while its own question is asked."""
    shown: set[str] = set()
    counting: dict[str, object] = {}
    for tier in _TIERS:
        facts = Facts(counting, on=on, age_of_majority=age_of_majority)
        asked = [q.id for q in tier if q.shown_when is None or evaluate(q.shown_when, facts)]
        shown.update(asked)
        counting = counting | {id: cleaned[id] for id in asked if id in cleaned}
    return frozenset(shown)


# --- judging ---------------------------------------------------------------------------------------------------


def _sentence(wording: str, remedy: object) -> str:
    """The question's subject and what to do: "Pain right now: choose a whole number from 0 to 10."."""
    remedy = str(remedy)
    head, mark, _rest = wording.partition("?")
    if mark:
        return f"{head}? {remedy[:1].upper()}{remedy[1:]}"
    return f"{wording.rstrip('.… ')}: {remedy}"


#: The birth date is read first: other dates are judged against it.
_BIRTH_FIRST = tuple(sorted(QUESTIONS.values(), key=lambda q: q.type != "birth_date"))


def _shapes(given: Mapping[str, object], on: date) -> tuple[dict[str, object], dict[str, str]]:
    """Every answer of a known question cleaned, and a sentence for each that has the wrong shape."""
    cleaned: dict[str, object] = {}
    problems: dict[str, str] = {}
    day = _Day(on)
    for question in _BIRTH_FIRST:
        value = given.get(question.id)
        if _empty(value):
            continue
        try:
            cleaned[question.id] = SHAPES[question.type](question, value, day)
        except _Refused as refused:
            problems[question.id] = _sentence(question.wording, refused)
            continue
        if question.type == "birth_date":
            day = _Day(on, date.fromisoformat(str(cleaned[question.id])))
    for text_id, owner in TEXT_IDS.items():
        if not _empty(given.get(text_id)):
            beside = Field(wording=QUESTIONS[owner].text_label, type="text")
            try:
                cleaned[text_id] = _text(beside, given[text_id], day)
            except _Refused as refused:
                problems[text_id] = _sentence(beside.wording, refused)
    return cleaned, problems


def _contradictions(answers: Mapping[str, Any]) -> dict[str, str]:
    """Answers that cannot be true together, on the id whose rule is broken (clinical reference 1)."""
    found: dict[str, str] = {}
    best, average, worst = (answers.get(id) for id in ("pn_best", "pn_avg", "pn_worst"))
    if best is not None and average is not None and best > average:
        found["pn_best"] = _sentence(
            QUESTIONS["pn_best"].wording, _("choose a number that is not above the average, %(n)d.") % {"n": average}
        )
    if worst is not None and average is not None and worst < average:
        found["pn_worst"] = _sentence(
            QUESTIONS["pn_worst"].wording, _("choose a number that is not below the average, %(n)d.") % {"n": average}
        )
    for question in QUESTIONS.values():
        value, source = answers.get(question.id), answers.get(question.of)
        if value is None or source is None:
            continue
        if question.type == "region_of" and value not in source:
            found[question.id] = _sentence(question.wording, _("choose one of the places that you marked."))
        if question.type == "choice_per_item" and set(value) != set(source):
            found[question.id] = _sentence(
                question.wording, _("choose one answer for each thing that you named, and for no other.")
            )
    return found


def check(
    answers: Mapping[str, Any],
    *,
    on: date,
    ids: Collection[str] | None = None,
    check_in: Mapping[str, Any] | None = None,
    age_of_majority: int = 18,
) -> dict[str, Any]:
    """The answers that count on the day ``on``, cleaned, in the order of the questions.

    Without ``ids`` the whole set is judged (full mode, clinical reference 0.2, principle 15): unknown ids, wrong
    shapes, contradictions and missing required answers are refused. The check-in is required when ``check_in`` is
    given or the answers hold a ``ck_`` id; its answers replace the stored ones. With ``ids`` (one page of the form)
    only those are judged and returned; the other answers still decide what is asked.
    Answers to questions that are not asked are left out, whatever they hold. A missing consent is no missing answer:
    it is for ``open_consents`` and for the flags to judge.
    Raises ``AnswerError`` with a sentence for each id.
    """
    given = {**answers, **(check_in or {})}
    cleaned, refused = _shapes(given, on)
    shown = _shown(cleaned, on, age_of_majority)
    problems: dict[str, str] = {}
    if ids is None:
        for id in given:
            if id not in QUESTIONS and id not in TEXT_IDS:
                problems[str(id)] = _("“%(id)s” is not a question; remove it.") % {"id": str(id)[:60]}
        at_check_in = check_in is not None or any(not _empty(given.get(id)) for id in CHECK_IN_IDS)
        needed: Collection[str] = INTAKE_IDS + CHECK_IN_IDS if at_check_in else INTAKE_IDS
        judged: Collection[str] = QUESTIONS.keys()
    else:
        needed = judged = frozenset(ids)
    counting = {id: cleaned[id] for id in QUESTIONS if id in shown and id in cleaned}
    refused = {**_contradictions(counting), **refused}
    for id, question in QUESTIONS.items():
        if id not in judged or id not in shown:
            continue
        if id in refused:
            problems[id] = refused[id]
        elif id in needed and question.required and id not in cleaned:
            problems[id] = _sentence(question.wording, _("answer this question."))
        if question.with_text and f"{id}_text" in refused:
            problems[f"{id}_text"] = refused[f"{id}_text"]
    if problems:
        raise AnswerError(problems)
    texts = {text_id: cleaned[text_id] for text_id, owner in TEXT_IDS.items() if text_id in cleaned and owner in shown}
    counting |= texts
    return {id: value for id, value in counting.items() if TEXT_IDS.get(id, id) in judged}


def usable(answers: Mapping[str, Any], *, on: date, age_of_majority: int = 18) -> dict[str, Any]:
    """What can be judged while the form is being filled in (early mode): asked, answered and of the right shape.

    Never refuses: what is missing or cannot be read is left out, for it is neither yes nor no.
    """
    cleaned, _refused = _shapes(answers, on)
    shown = _shown(cleaned, on, age_of_majority)
    wrong = _contradictions({id: value for id, value in cleaned.items() if id in shown})
    return {id: cleaned[id] for id in QUESTIONS if id in shown and id in cleaned and id not in wrong}


def asked(cleaned: Mapping[str, Any], *, on: date, age_of_majority: int = 18) -> frozenset[str]:
    """Ids that are asked after answers that are cleaned already (``check``)."""
    return _shown(cleaned, on, age_of_majority)


def visible(
    answers: Mapping[str, Any], *, on: date, ids: Collection[str] = INTAKE_IDS, age_of_majority: int = 18
) -> tuple[str, ...]:
    """Ids among ``ids`` that are asked after these answers, in order. An answer to a hidden question hides no other."""
    cleaned, _refused = _shapes(answers, on)
    shown = _shown(cleaned, on, age_of_majority)
    return tuple(id for id in QUESTIONS if id in shown and id in ids)


def missing(
    answers: Mapping[str, Any], *, on: date, ids: Collection[str] = INTAKE_IDS, age_of_majority: int = 18
) -> tuple[str, ...]:
    """Required ids among ``ids`` that are asked and not yet answered, in order: where to resume."""
    asked = visible(answers, on=on, ids=ids, age_of_majority=age_of_majority)
    return tuple(id for id in asked if QUESTIONS[id].required and _empty(answers.get(id)))


def on_page(code: str) -> tuple[Question, ...]:
    """The questions of a page, in order."""
    return tuple(question for question in QUESTIONS.values() if question.page == code)


def open_consents(answers: Mapping[str, Any], *, on: date, age_of_majority: int = 18) -> tuple[str, ...]:
    """Statements without which no visit is possible and that are not agreed to (clinical reference 1.7).

    The signature counts only from the person who decides: for a minor, or where ``ab_decide`` says so, the guardian.
    """
    counting = usable(answers, on=on, age_of_majority=age_of_majority)
    asked = visible(answers, on=on, age_of_majority=age_of_majority)
    needed = [s.id for s in CONSENTS.values() if s.needed_for in ("visit", "minor") and s.id in asked]
    still_open = [id for id in needed if id != "cs_sign" and counting.get(id) is not True]
    role = counting.get("cs_sign", {}).get("role")
    guardian = "cs_minor" in asked or counting.get("ab_decide") == "yes"
    if role is None or (guardian and role != "guardian"):
        still_open.append("cs_sign")
    return tuple(still_open)


def reopened(check_in: Mapping[str, Any]) -> tuple[str, ...]:
    """Intake ids that a check-in asks again (clinical reference 1.8), in order; the new answer replaces the old one."""
    again: set[str] = set()
    for id in CHECK_IN_IDS:
        if check_in.get(id) in ("yes", "unsure"):
            for name in QUESTIONS[id].reopens:
                step = name.removeprefix("step:")
                again.update(q.id for q in QUESTIONS.values() if name == q.id or (name != step and q.step == step))
    return tuple(id for id in QUESTIONS if id in again)
