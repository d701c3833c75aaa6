"""The questions and the contraindications as plain text, complete, for a clinician to read and sign off."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from clinic.catalogues import edition_hash, read_toml
from clinic.vocabulary import REGION_SETS, REGIONS, Severity
from intake.rules.conditions import mentioned
from intake.rules.patterns import PATTERNS
from intake.rules.questions import CATALOGUE, CONSENTS, PAGES, QUESTIONS, Field, Question
from intake.rules.screening import ENTRIES, STANDING, Entry
from intake.rules.words import limits_in_lines, listed, outline

_WIDTH, _LABEL = 100, 12
_AWAITING = "awaiting a clinician's sign-off"
#: Keys of a condition that name a question by id or dotted path.
_READS = ("q", "each", "since")
#: What a kind of condition reads without naming it.
_BESIDE = {"age": "ab_dob", "minor": "ab_dob", "weeks": "pn_onset", "worst": "pn_worst_at"}


def row(label: str, text: str) -> str:
    """One labelled line of an entry, wrapped under itself; "" without a text."""
    if not text:
        return ""
    return textwrap.fill(
        text,
        _WIDTH,
        initial_indent=f"  {label:<{_LABEL}}",
        subsequent_indent=" " * (_LABEL + 2),
        break_on_hyphens=False,
        break_long_words=False,
    )


def rows(label: str, lines: Iterable[str]) -> str:
    """A labelled list of lines that keep their own indents."""
    found = []
    for number, line in enumerate(lines):
        deep = len(line) - len(line.lstrip(" -"))
        lead = f"  {label if number == 0 else '':<{_LABEL}}"
        found.append(
            textwrap.fill(
                line,
                _WIDTH,
                initial_indent=lead,
                subsequent_indent=" " * (len(lead) + deep),
                break_on_hyphens=False,
                break_long_words=False,
            )
        )
    return "\n".join(found)


def block(head: str, *parts: str) -> str:
    """A heading with the parts that hold anything."""
    return "\n".join([textwrap.fill(head, _WIDTH, subsequent_indent="    "), *(part for part in parts if part)])


def title(name: str, file: Path, *sentences: str) -> str:
    """The head of a printed catalogue: which edition, and what its sign-off marks mean."""
    lines = [
        f"Content edition {edition_hash(file)[:12]} of {file.name}.",
        "Not signed off by a clinician unless the practice's set-up page says so for this edition.",
        *(["Every row of it awaits a clinician's sign-off."] if read_toml(file).get("sign_off") else []),
        *sentences,
    ]
    return "\n".join([name, "=" * len(name), *(textwrap.fill(line, _WIDTH) for line in lines)])


def section(name: str) -> str:
    """A heading inside a catalogue."""
    return f"{name}\n{'-' * len(name)}"


# --- questions -----------------------------------------------------------------------------------------------------


def _kind(field: Field) -> str:
    """The type of a value with its options and bounds."""
    said = [field.type.replace("_", " ")]
    if field.options:
        options = field.options if len(field.options) <= 40 else dict(list(field.options.items())[:3])
        said.append("; ".join(f"{code} = {label}" for code, label in options.items()))
        if len(options) < len(field.options):
            said.append(f"… {len(field.options)} in all")
    if field.min is not None or field.max is not None:
        low, high = (f"{bound:g}" if bound is not None else "" for bound in (field.min, field.max))
        said.append(f"{low}–{high}{' ' + field.unit if field.unit else ''}")
    if field.step_by:
        said.append(f"steps of {field.step_by:g}")
    if field.whole:
        said.append("whole numbers")
    if field.type in ("text", "address"):
        said.append(f"{field.min_length}–{field.max_length} characters")
    said += [f"or the word {word} = {label}" for word, label in field.words.items()]
    return "; ".join(said)


def _part(name: str, field: Field) -> str:
    only = f" (for {listed(field.only_for, 'and')})" if field.only_for else ""
    needed = "required" if field.required else "may be left out"
    return f"{name}{only}: {field.wording} – {_kind(field)}; {needed}"


def _readers() -> dict[str, list[str]]:
    """Question id → the entries and patterns that read it."""
    found: dict[str, list[str]] = {}
    for code, conditions in _conditions():
        for id in sorted(_read(conditions)):
            found.setdefault(id, []).append(code)
    # What was asked aloud is read in the place of the question.
    for question in QUESTIONS.values():
        for id in question.asks:
            found.setdefault(question.id, []).extend(found[id])
    return found


def _read(data: Any) -> set[str]:
    """Question ids that a condition, or anything that holds conditions, looks at."""
    found: set[str] = set()
    if isinstance(data, Mapping):
        found |= {str(data[key]).partition(".")[0] for key in _READS if isinstance(data.get(key), str)}
        found |= {id for kind, id in _BESIDE.items() if kind in data}
        # `where` speaks about the parts of an item, not about questions.
        return found.union(*(_read(value) for key, value in data.items() if key != "where"))
    if isinstance(data, list | tuple):
        return found.union(*(_read(value) for value in data))
    return found


def _conditions() -> Iterator[tuple[str, Any]]:
    for entry in ENTRIES.values():
        yield entry.code, (entry.when, entry.limits, entry.lifts_when, entry.clearance_names_size)
    for rule in STANDING.values():
        yield rule.code, rule.limits
    for pattern in PATTERNS.values():
        for line in (*pattern.counts_for, *pattern.counts_against):
            yield pattern.code, (line.when, line.less)


def _question(question: Question, readers: Iterable[str]) -> str:
    marks = ["required" if question.required else "may be left out"]
    marks += ["safety: judged as soon as it is answered"] if question.safety else []
    marks += [f"at most {question.most} answers"] if question.most else []
    marks += [f"begins with “{question.default}”"] if question.default else []
    marks += [f"with a text beside it: {question.text_label}"] if question.with_text else []
    marks += [f"a yes asks again: {', '.join(question.reopens)}"] if question.reopens else []
    asked = ["always"]
    if question.shown_when is not None:
        first, *rest = outline(question.shown_when)
        asked = [f"when {first}", *(f"  {line}" for line in rest)]
    return block(
        f"{question.id}  {question.wording}",
        row("Help", question.hint),
        row("Why", question.why),
        row("Type", _kind(question)),
        rows("Parts", [_part(name, field) for name, field in question.fields.items()]),
        row("Answer", "; ".join(marks)),
        rows("Asked", asked),
        row("Read by", ", ".join(dict.fromkeys(readers))),
        row("Source", question.source),
        row("Sign-off", _AWAITING if question.sign_off else ""),
    )


def questions_in_print() -> str:
    """Every question by page, and the statements of the consent step."""
    readers = _readers()
    parts = [title("Questions", CATALOGUE / "questions.toml", f"{len(QUESTIONS)} questions.")]
    for page, asked in groupby(QUESTIONS.values(), key=lambda question: question.page):
        intro = PAGES[page].intro
        parts.append(block(section(f"{PAGES[page].title} ({PAGES[page].step})"), textwrap.fill(intro, _WIDTH)))
        parts += [_question(question, readers.get(question.id, ())) for question in asked]
    parts.append(section("Statements of consent"))
    for statement in CONSENTS.values():
        ends = [f"{statement.expiry_months} months"] if statement.expiry_months else []
        ends += [word.replace("_", " ") for word in statement.ends_with]
        parts.append(
            block(
                statement.id,
                row("Statement", statement.statement),
                row("Needed for", statement.needed_for),
                row("Ends", " or ".join(ends) or "when withdrawn"),
                row("Aloud", "a spoken yes at every visit as well" if statement.verbal_every_visit else ""),
                rows("Parts", [f"{name}: {', '.join(places)}" for name, places in statement.parts.items()]),
                row("Source", statement.source),
                row("Sign-off", _AWAITING if statement.sign_off else ""),
            )
        )
    return "\n\n".join(parts)


def questions_not_encoded() -> str:
    """The questions whose answers raise nothing and limit nothing: they are for people."""
    readers, shown = _readers(), set().union(*(_read(question.shown_when) for question in QUESTIONS.values()))
    parts = [
        title(
            "Answers that raise nothing and limit nothing",
            CATALOGUE / "questions.toml",
            "No entry and no pattern reads them. They are kept and shown, and what follows from them is for people to "
            "judge; consents, the form's own skips and the plan use some of them.",
        )
    ]
    for question in QUESTIONS.values():
        if question.id not in readers and question.id not in shown:
            parts.append(f"{question.id}  {question.wording}")
    return "\n\n".join(parts[:1]) + "\n\n" + "\n".join(parts[1:])


# --- contraindications ---------------------------------------------------------------------------------------------


def _clearance(entry: Entry) -> list[str]:
    """What lifts the entry, as the rules see it."""
    if not entry.lifts:
        return ["no clearance lifts it"]
    if entry.when is None and not entry.blocking:
        return []
    said = ["a written clearance lifts it" if entry.blocking else "a clearance lifts what it names, written or told"]
    if entry.severity is Severity.EMERGENCY:
        said.append("it must date from the day of the answers or later")
    elif entry.blocking:
        said.append("it counts until an answer behind the entry changes")
    said += [f"it lasts {number} {unit}" for unit, number in entry.life.items()]
    said += ["without an end of its own"] if not entry.life else []
    if entry.lifts_when is not None:
        said.append(f"only when {'; '.join(outline(entry.lifts_when))}")
    if entry.clearance_names_size is not None:
        said.append(f"it must name the size in cm or mm unless {'; '.join(outline(entry.clearance_names_size))}")
    if entry.renewed_at_weeks:
        said.append(f"it must be newer than the start of week {listed(entry.renewed_at_weeks)}")
    if entry.with_clearance is not None:
        said.append(f"at most P{entry.with_clearance}")
    if entry.clearance_needed:
        said.append("the therapist confirms before each start that it has been asked for")
    return ["; ".join(said)]


def _entry(entry: Entry) -> str:
    codes = ", ".join((*entry.icd10, *entry.snomed))
    head = "After it" if entry.blocking else "Limits"
    numbered = len(entry.limits) > 1
    limits = []
    for number, held in enumerate(entry.limits, 1):
        lines = limits_in_lines(held)
        label = f"{head} ({number})" if numbered else head
        limits.append(rows(label, lines))
    return block(
        f"{entry.code}  {entry.label}  [{entry.severity}]",
        row("Clinical", entry.clinical + (f" ({codes})" if codes else "")),
        rows("Raised when", outline(entry.when) if entry.when is not None else ["nothing in the answers raises it"]),
        row("Not judged", entry.not_encoded),
        row("Massage", entry.massage),
        row("Stretching", entry.stretching),
        *limits,
        row("Therapist", entry.therapist and f"“{entry.therapist}”"),
        row("Client", entry.client and f"“{entry.client}”"),
        row("Clearance", entry.clearance),
        rows("", _clearance(entry)) if entry.severity is not Severity.INFO else "",
        row("Source", entry.source),
        row("Sign-off", _AWAITING if entry.awaiting else ""),
    )


def contraindications_in_print() -> str:
    """Every entry by severity, the standing rules and the words that both use."""
    file = CATALOGUE / "contraindications.toml"
    parts = [
        title(
            "Contraindications",
            file,
            f"{len(ENTRIES)} entries. The limits in numbers and the stretch bans all await a clinician's sign-off.",
            "While an emergency or absolute entry is open nothing is touched and no stretch is done; its limits hold "
            "after a clearance (“After it”).",
        )
    ]
    for severity, entries in groupby(ENTRIES.values(), key=lambda entry: entry.severity):
        parts.append(section(f"{severity.label} ({severity})"))
        parts += [_entry(entry) for entry in entries]
    parts.append(section("Standing rules of the treatment room: for every client, never cleared"))
    for rule in STANDING.values():
        parts.append(
            block(
                f"{rule.code}  {rule.zone}",
                *(rows("Limits", limits_in_lines(held)) for held in rule.limits),
                row("Client", rule.client and f"“{rule.client}”"),
                row("Source", rule.source),
                row("Sign-off", _AWAITING if rule.awaiting else ""),
            )
        )
    parts.append(section("Regions"))
    parts.append("\n".join(f"{code}  {region.label} ({region.clinical})" for code, region in REGIONS.items()))
    parts.append("\n".join(row(name, " ".join(codes)) for name, codes in REGION_SETS.items()))
    return "\n\n".join(parts)


def contraindications_not_encoded() -> str:
    """What the rules cannot judge, entry by entry."""
    file = CATALOGUE / "contraindications.toml"
    parts = [title("What the rules cannot judge", file, "The therapist judges it, with the entry in mind.")]
    for entry in ENTRIES.values():
        if entry.not_encoded:
            parts.append(
                block(
                    f"{entry.code}  {entry.label}  [{entry.severity}]",
                    row("Not judged", entry.not_encoded),
                    row("Clearance", entry.clearance),
                )
            )
    parts.append(
        "Wording in the columns “Massage” and “Stretching” that is not among the limits is advice to the therapist."
    )
    return "\n\n".join(parts)


def tests_read() -> set[str]:
    """Codes of the tests and observations whose results a rule or a pattern reads."""
    found: set[str] = set()

    def look(data: Any) -> None:
        if isinstance(data, Mapping):
            found.update(mentioned(data, "finding"), mentioned(data, "findings"))
            for value in data.values():
                look(value)
        elif isinstance(data, list | tuple):
            for value in data:
                look(value)

    for _code, conditions in _conditions():
        look(conditions)
    return found
