"""Hypothesis strategies made from questions.toml: every option of every question can be drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from clinic.vocabulary import REGIONS
from intake.rules.questions import QUESTIONS, Field, Question, missing
from tests.answers import DAY, all_clear, check_in_clear

ALL_REGIONS = [f"{r.code}:{side}" for r in REGIONS.values() if r.sided for side in "LR"]
ALL_REGIONS += [r.code for r in REGIONS.values() if not r.sided]
#: The client of ``all_clear``; events are drawn between birth and ``DAY``.
BORN = date.fromisoformat(all_clear()["ab_dob"])


def texts(field: Field) -> st.SearchStrategy[str]:
    """Plain text within the field's lengths."""
    letters = st.characters(codec="utf-8", categories=("L", "N", "P"))
    return st.text(letters, min_size=max(field.min_length, 1), max_size=min(field.max_length, 40))


def numbers(field: Field) -> st.SearchStrategy[int | float]:
    low, high = field.min or 0, field.max or 0
    whole = st.integers(int(-(-low // 1)), int(high))
    ends = st.sampled_from([low, high])
    if field.whole:
        return whole
    if field.step_by:
        return whole | ends | whole.filter(lambda n: n < high).map(lambda n: n + 0.5)
    return whole | ends | st.floats(low, high)


def dates_approx(field: Field, born: date) -> st.SearchStrategy[str]:
    """Years, months and days of the life until ``DAY``, with many days of the last year."""
    life = st.dates(born, DAY) | st.integers(0, 400).map(lambda days: max(born, DAY - timedelta(days)))
    if field.future:
        life |= st.integers(1, 400).map(lambda days: DAY + timedelta(days))
    shapes = st.sampled_from(["%Y-%m-%d", "%Y-%m", "%Y"])
    drawn = st.builds(lambda day, shape: day.strftime(shape), life, shapes)
    return drawn | st.sampled_from(list(field.words)) if field.words else drawn


def groups(fields: Mapping[str, Field], born: date) -> st.SearchStrategy[dict[str, Any]]:
    """A group with its required parts and any of the others."""
    return st.fixed_dictionaries(
        {name: values(field, born) for name, field in fields.items() if field.required},
        optional={name: values(field, born) for name, field in fields.items() if not field.required},
    )


def multis(field: Field, born: date) -> st.SearchStrategy[list[Any]]:
    codes = [code for code in field.options if code != "none"]
    fields = field.fields if isinstance(field, Question) else {}

    def item(code: str) -> st.SearchStrategy[Any]:
        if not fields:
            return st.just(code)
        return st.just(code) | groups(fields, born).map(lambda details: {"code": code, **details})

    most = (field.most if isinstance(field, Question) else None) or 4
    some = st.lists(st.sampled_from(codes), min_size=1, max_size=most, unique=True)
    drawn = some.flatmap(lambda chosen: st.tuples(*(item(code) for code in chosen))).map(list)
    return drawn | st.just(["none"]) if "none" in field.options else drawn


def ticks(fields: Mapping[str, Field], born: date) -> st.SearchStrategy[dict[str, Any]]:
    """The boxes of a statement, with its other parts whenever a box is ticked."""
    boxes = st.fixed_dictionaries({name: st.booleans() for name, part in fields.items() if part.type == "bool"})
    rest = st.fixed_dictionaries({name: values(part, born) for name, part in fields.items() if part.type != "bool"})
    return st.builds(lambda ticked, chosen: {**ticked, **chosen} if any(ticked.values()) else ticked, boxes, rest)


def values(field: Field, born: date = BORN) -> st.SearchStrategy[Any]:
    """Any value that the question or part of a group may hold. Answers that hang on another are in ``answers``."""
    regions = st.lists(st.sampled_from(ALL_REGIONS), min_size=1, max_size=4, unique=True)
    match field.type:
        case "text" | "address":
            return texts(field)
        case "phone":
            return st.integers(10**6, 10**13).map(lambda n: f"+1{n}")
        case "email":
            return st.sampled_from(["a@example.org", "first.last+x@mail.example.com"])
        case "file":
            return st.lists(st.uuids().map(str), min_size=1, max_size=2)
        case "birth_date":
            return st.dates(date(1911, 1, 1), date(2024, 12, 31)).map(date.isoformat)
        case "date_approx":
            return dates_approx(field, born)
        case "number":
            return numbers(field)
        case "nrs":
            return st.integers(0, 10)
        case "bother":
            return st.integers(0, 6)
        case "year":
            return st.integers(1900, DAY.year)
        case "choice":
            return st.sampled_from(list(field.options))
        case "choice_or_text":
            return st.sampled_from(list(field.options)) | texts(field)
        case "multi":
            return multis(field, born)
        case "regions":
            return regions
        case "regions_or_none":
            return regions | st.just("none")
        case "region_of":
            return st.sampled_from(ALL_REGIONS)
        case "group":
            return groups(field.fields if isinstance(field, Question) else {}, born).filter(bool)
        case "groups":
            unique = field.unique if isinstance(field, Question) else ""
            rows = groups(field.fields if isinstance(field, Question) else {}, born).filter(bool)
            if not unique:
                return st.lists(rows, min_size=1, max_size=3)
            return st.lists(rows, min_size=1, max_size=2, unique_by=lambda row: row[unique])
        case "items_or_no":
            return multis(field, born) | st.just("no")
        case "yes_or_sides":
            sides = st.fixed_dictionaries({"left": st.booleans(), "right": st.booleans()})
            return st.sampled_from(list(field.options)) | sides
        case "consent" | "consent_parts":
            agreed = ticks(field.fields, born) if isinstance(field, Question) and field.fields else st.just(True)
            return agreed | st.just(False) if field.type == "consent_parts" else agreed | st.booleans()
        case "choice_per_item":
            of = QUESTIONS[field.of].options if isinstance(field, Question) else {}
            return st.dictionaries(st.sampled_from(list(of)), st.sampled_from(list(field.options)), min_size=1)
        case "asked_aloud":
            return st.fixed_dictionaries(
                {},
                optional={
                    "sf_sex": st.sampled_from(list(field.options)),
                    "hx_needle": st.sampled_from(list(field.options)),
                    "sf_preg": st.sampled_from(["no", "maybe", "pregnant", "birth", "declined"]),
                },
            ).filter(bool)
    raise AssertionError(f"no strategy for {field.type}")


def settle(answers: dict[str, Any]) -> dict[str, Any]:
    """``answers`` with those that hang on another brought in line with it."""
    answers["pn_best"], answers["pn_avg"], answers["pn_worst"] = sorted(
        answers[id] for id in ("pn_best", "pn_avg", "pn_worst")
    )
    if "pn_worst_at" in answers:
        answers["pn_worst_at"] = answers["pn_map"][-1]
    if "al_react" in answers:
        said = answers["al_react"]
        codes = answers.get("al_list", ["other"])
        answers["al_list"] = codes
        answers["al_react"] = dict.fromkeys(codes, next(iter(said.values()))) | {
            code: value for code, value in said.items() if code in codes
        }
    return answers


def complete(draw: Callable[..., Any], given: dict[str, Any]) -> dict[str, Any]:
    """``given`` with whatever it makes required drawn as well."""
    found = settle(dict(given))
    born = date.fromisoformat(found["ab_dob"])
    while needed := missing(found, on=DAY, ids=tuple(QUESTIONS)):
        for id in needed:
            found[id] = draw(values(QUESTIONS[id], born), label=id)
        found = settle(found)
    return found


@st.composite
def answers(draw: st.DrawFn, *, most: int = 12, varied: tuple[str, ...] = tuple(QUESTIONS)) -> dict[str, Any]:
    """A complete intake with check-in: a clear one, up to ``most`` answers drawn anew, and what these make required."""
    drawn: dict[str, Any] = all_clear() | check_in_clear()
    chosen = draw(st.lists(st.sampled_from(varied), min_size=1, max_size=most, unique=True))
    if "ab_dob" in chosen:
        drawn["ab_dob"] = draw(values(QUESTIONS["ab_dob"]), label="ab_dob")
    born = date.fromisoformat(drawn["ab_dob"])
    for id in chosen:
        if id != "ab_dob":
            drawn[id] = draw(values(QUESTIONS[id], born), label=id)
    return complete(draw, drawn)
