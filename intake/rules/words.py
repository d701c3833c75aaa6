"""Conditions and limits in plain words, so that a clinician can read what the data says without reading the data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from clinic.vocabulary import Technique, position_label
from intake.rules.conditions import Condition, kind_of
from intake.rules.limits import NO_CAP, TOP_LEVEL
from intake.rules.questions import QUESTIONS, Field

#: Longest condition that stays on one line.
_ONE_LINE = 100
_LOGIC = ("any", "all", "none", "some_of")
_HEADS = {"any": "one of these:", "all": "all of these:", "none": "none of these:"}
_COMPARED = (("ge", "{} or more"), ("gt", "more than {}"), ("le", "{} or less"), ("lt", "less than {}"))


def listed(words: Iterable[object], last: str = "or") -> str:
    """ "a, b or c"."""
    several = [str(word) for word in words]
    return f" {last} ".join([", ".join(several[:-1]), several[-1]]) if len(several) > 1 else "".join(several)


def _field(path: str, part_of: str = "") -> Field | None:
    """The question or part of a group behind an id or dotted path; ``part_of``: the question whose item is meant."""
    whole, _dot, part = f"{part_of}.{path}".lstrip(".").partition(".")
    question = QUESTIONS.get(whole)
    return question.fields.get(part) if question is not None and part else question


def _answers(path: str, codes: Iterable[object], part_of: str = "") -> str:
    field = _field(path, part_of)
    options = field.options if field is not None else {}
    return listed(f"“{options[str(code)]}”" if str(code) in options else str(code) for code in codes)


def _ticked(path: str, codes: Iterable[str], part_of: str = "") -> str:
    field = _field(path, part_of)
    if field is not None and "none" in field.options and set(codes) == field.options.keys() - {"none"}:
        return f"anything but “{field.options['none']}”"
    return _answers(path, codes, part_of)


def _compared(condition: Condition, unit: str = "") -> str:
    space = f" {unit}" if unit else ""
    return " and ".join(words.format(f"{condition[key]}{space}") for key, words in _COMPARED if key in condition)


def _wait(condition: Condition) -> str:
    words = []
    for key, sentence in (("within", "not more than {} ago"), ("beyond", "more than {} ago")):
        for unit, number in condition.get(key, {}).items():
            words.append(sentence.format(f"{number} {unit}"))
    return " and ".join(words)


def _asked(condition: Condition, part_of: str) -> str:
    path = condition["q"]
    if (answered := condition.get("answered")) is not None:
        return f"{path} is answered" if answered else f"{path} is not answered"
    if (wanted := condition.get("is")) is not None:
        if list(wanted) == [True]:
            return f"{path} is agreed to"
        return f"{path} is {_answers(path, ['no'] if list(wanted) == [False] else wanted, part_of)}"
    if (wanted := condition.get("has")) is not None:
        return f"{path} has {_ticked(path, wanted, part_of)}"
    if (wanted := condition.get("region")) is not None:
        return f"{path} marks {listed(wanted)}"
    if (wanted := condition.get("count_ge")) is not None:
        return f"{path} marks {wanted} places or more"
    if (wanted := condition.get("above_practice")) is not None:
        return f"{path} is above the practice's {wanted}"
    field = _field(path, part_of)
    return f"{path} is {_compared(condition, field.unit if field is not None else '')}"


def _item(condition: Condition) -> str:
    id = condition["each"]
    words = [f"{id} has {_ticked(id, condition['has'])}" if "has" in condition else f"one of {id}"]
    if "region" in condition:
        words.append(f"in {listed(condition['region'])}" + (" or without a place" if "or_unknown" in condition else ""))
    if wait := _wait(condition):
        words.append(f"{wait} (without a date: today)")
    if "where" in condition:
        words.append(f"with {in_one_line(condition['where'], id)}")
    return ", ".join(words)


def _found(condition: Condition) -> str:
    test = condition["finding"]
    words = []
    if "result" in condition:
        words.append(f"is {listed(condition['result'])}")
    if "angle" in condition:
        words.append(f"is {_compared(condition['angle'], 'degrees')}")
    if "value" in condition:
        words.append(f"measures {_compared(condition['value'])}")
    if "side_difference" in condition:
        words.append(f"differs between the sides by {_compared(condition['side_difference'], 'degrees')}")
    if "where" in condition:
        words.append(f"felt at {listed(condition['where'])}")
    return f"{test} {', '.join(words)}" if words else f"{test} is recorded"


def _leaf(condition: Condition, part_of: str) -> str:
    """A condition without members in words."""
    match kind_of(condition):
        case "q":
            return _asked(condition, part_of)
        case "age":
            return f"the age is {_compared(condition['age'])}"
        case "weeks":
            return f"the bout (pn_onset) has lasted {_compared(condition['weeks'], 'weeks')}"
        case "minor":
            return "the client is under the age of majority"
        case "each":
            return _item(condition)
        case "since":
            return f"{condition['since']} is {_wait(condition)} (without a date: today)"
        case "flag":
            return f"{listed(condition['flag'])} is raised"
        case "cleared":
            return f"{listed(condition['cleared'])} is lifted by a clearance"
        case "worst":
            return f"the worst place is {listed(condition['worst'])}"
        case "finding":
            return _found(condition)
        case "findings":
            results = listed(condition["result"])
            return f"{condition['count_ge']} or more of {listed(condition['findings'], 'and')} are {results}"
        case "pattern" if condition["pattern"] == "best":
            return f"no pattern reaches “{condition['below']}”"
        case "pattern":
            return f"the pattern {condition['pattern']} fits “{condition['band']}”"
        case "early":
            return "the form is being filled in" if condition["early"] else "the form is complete"
    raise AssertionError(f"no words for {kind_of(condition)}")


def _members(condition: Condition) -> list[Condition]:
    """The members of a condition, those of a member of the same kind taken up into it."""
    kind = kind_of(condition)
    found: list[Condition] = []
    for member in condition[kind]:
        same = kind in ("any", "all") and kind_of(member) == kind
        same = same or (kind == "none" and kind_of(member) == "any")
        found += _members(member) if same else [member]
    return found


def outline(condition: Condition, part_of: str = "") -> list[str]:
    """``condition`` as lines, indented by what belongs together. ``part_of``: the question whose item it speaks of."""
    kind = kind_of(condition)
    if kind not in _LOGIC:
        return [_leaf(condition, part_of)]
    members = list(map(list, dict.fromkeys(tuple(outline(member, part_of)) for member in _members(condition))))
    if len(members) == 1 and kind in ("any", "all"):
        return members[0]
    if len(members) == 1 and kind == "none" and len(members[0]) == 1:
        return [f"not: {members[0][0]}"]
    leaves = all(kind_of(member) not in _LOGIC for member in _members(condition))
    joined = ("; and " if kind == "all" else "; or ").join(lines[0] for lines in members)
    if leaves and kind in ("any", "all") and len(joined) <= _ONE_LINE:
        return [joined]
    head = _HEADS.get(kind) or f"at least {condition['at_least']} of these:"
    return [head, *(line for lines in members for line in [f"- {lines[0]}", *(f"  {rest}" for rest in lines[1:])])]


def in_one_line(condition: Condition, part_of: str = "") -> str:
    """``condition`` as one line; members that do not fit are put in brackets."""
    kind = kind_of(condition)
    if kind not in _LOGIC:
        return _leaf(condition, part_of)
    members = [in_one_line(member, part_of) for member in _members(condition)]
    if kind == "none":
        return f"not ({' or '.join(members)})"
    if kind == "some_of":
        return f"at least {condition['at_least']} of ({'; '.join(members)})"
    words = (" and " if kind == "all" else " or ").join(members)
    return f"({words})" if len(members) > 1 else words


def technique_words(ban: str) -> str:
    """ "TQ_ELB@BTM" as "elbow or tool (TQ_ELB) at BTM"."""
    code, _at, place = ban.partition("@")
    return f"{Technique(code).label} ({code})" + (f" at {place}" if place else "")


def _caps(block: Mapping[str, Any]) -> list[str]:
    said = []
    if "cap" in block:
        cap, reason = block["cap"], block.get("cap_with_reason", block["cap"])
        words = f"pressure up to P{cap}" if cap < NO_CAP else "no cap on pressure"
        said.append(words + (f", with a coded reason P{reason}" if reason > cap else ", not to be raised"))
    raised = block.get("regions_with_reason", {})
    together: dict[tuple[int, int], list[str]] = {}
    for place, cap in block.get("regions", {}).items():
        together.setdefault((cap, raised.get(place, cap)), []).append(place)
    for (cap, reason), places in together.items():
        said.append(f"P{cap} at {listed(places, 'and')}" + (f", with a coded reason P{reason}" if reason > cap else ""))
    return said


def _given(sources: Iterable[Condition]) -> str:
    """Where a place or a side comes from."""
    words = []
    for source in sources:
        if "each" in source:
            words.append(f"given where {in_one_line(source)}")
        elif "region" in source:
            words.append(f"of {listed(source['region'])} in {source['q']}")
        else:
            words.append(f"in {source['q']}")
    return "; or ".join(words)


def _places(block: Mapping[str, Any]) -> list[str]:
    """What R and s stand for in this block."""
    said = []
    if "region" in block:
        places = "the whole arm or leg of the place" if block.get("limb") else "the place"
        said.append(f"R is {places} {_given(block['region'])}")
    if "sides" in block:
        said.append(f"s is the side {_given(block['sides'])}; without one both")
    if block.get("therapist_sets_region"):
        said.append("the therapist sets the region before the start")
    elif "region" in block:
        said.append("without a place the therapist sets it before the start")
    return said


def limits_in_lines(block: Mapping[str, Any]) -> list[str]:
    """One block of limits as lines; the condition under which it holds comes first."""
    lines = []
    if "when" in block:
        first, *rest = outline(block["when"])
        lines += [f"only when {first}", *(f"  {line}" for line in rest)]
    lines += _caps(block)
    if "locked" in block:
        lines.append(f"locked: {listed(block['locked'], 'and')}")
    if "techniques" in block:
        lines.append(f"not: {', '.join(technique_words(ban) for ban in block['techniques'])}")
    if "positions" in block:
        words = (f"{position_label(code.removesuffix(':s'))} ({code})" for code in block["positions"])
        lines.append(f"not: {', '.join(words)}")
    if "max_minutes" in block:
        lines.append(f"at most {block['max_minutes']} minutes")
    if "stretch" in block or "stretches" in block:
        lines.append(f"stretch bans: {' '.join((*block.get('stretch', ()), *block.get('stretches', ())))}")
    if "only_stretches" in block:
        lines.append(f"no stretches but {listed(block['only_stretches'], 'and')}")
    if block.get("max_level", TOP_LEVEL) < TOP_LEVEL:
        lines.append(f"stretches up to level {block['max_level']}")
    lines += [f"conduct: {sentence}" for sentence in block.get("conduct", ())]
    return [*lines, *_places(block)]
