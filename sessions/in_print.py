"""The stretches and the tests as plain text, complete, for a clinician to read and sign off."""

from __future__ import annotations

import textwrap

from intake.in_print import block, row, rows, section, tests_read, title
from intake.rules.patterns import BANDS, OBSERVATIONS, PATTERNS, Line
from intake.rules.words import listed, outline
from sessions.rules.findings import ALL_TESTS, RESULT_SETS, Test
from sessions.rules.muscles import CATALOGUE
from sessions.rules.ready_plans import READY_PLANS
from sessions.rules.refer import REFER, Refer
from sessions.rules.stretches import DOSES, EQUIPMENT, FLAGS, LEVELS, STOP_RULES, STRETCHES, Stretch
from sessions.rules.wording import WORDINGS

_AWAITING = "awaiting a clinician's sign-off"
_WIDTH = 100


def _level(stretch: Stretch, level: int) -> str:
    flags = stretch.flags_at(level)
    if flags is None:
        return f"level {level}: not offered" + (
            f", use {stretch.level_1_instead}" if level == 1 and stretch.level_1_instead else ""
        )
    moves = ", ".join(f"{flag} ({FLAGS[flag]})" for flag in sorted(flags)) or "nothing that could be banned"
    how = stretch.how_far(level)
    return f"level {level}: {moves}" + (f". {how}" if how else "")


def _stretch(stretch: Stretch) -> str:
    marks = ["moves both sides at once: planned for both"] if stretch.both_sides else []
    marks += [] if stretch.home else ["with the therapist only, never in a home plan"]
    return block(
        f"{stretch.code}  {stretch.name}",
        row("For", stretch.purpose),
        row("Position", stretch.position),
        row("Needs", ", ".join(EQUIPMENT[code] for code in stretch.equipment)),
        row("Dose", DOSES[stretch.dose].text),
        rows("Steps", [f"{number}. {step}" for number, step in enumerate(stretch.steps, 1)]),
        rows("Does", [_level(stretch, level) for level in LEVELS]),
        row("Feel it", stretch.feel or stretch.watch),
        row("Note", "; ".join(marks)),
        row("Source", stretch.source),
        row("Sign-off", _AWAITING if stretch.sign_off else ""),
    )


def stretches_in_print() -> str:
    """The library with what each level does, the stop rules and the ready-made plans."""
    parts = [
        title(
            "Stretches",
            CATALOGUE / "stretches.toml",
            f"{len(STRETCHES)} stretches. A level is offered when nothing that it does is banned for the client; "
            "print_catalogue contraindications says which entry bans what.",
        ),
        *(_stretch(stretch) for stretch in STRETCHES.values()),
        section("Doses"),
        *(block(dose.code, row("Dose", dose.text), row("Source", dose.source)) for dose in DOSES.values()),
        section("Stop rules, on every card"),
        *(
            block(rule.code, row("Client", rule.text), row("Therapist", rule.therapist), row("Source", rule.source))
            for rule in STOP_RULES.values()
        ),
        section("Ready-made plans, always filtered by the client's limits"),
    ]
    for plan in READY_PLANS.values():
        items = [
            f"{item.code} {STRETCHES[item.code].name}, level {listed(dict.fromkeys(item.levels), 'to')}"
            for item in plan.items
        ]
        parts.append(
            block(
                f"{plan.code}  {plan.name}",
                rows("Items", items),
                row("Mind", plan.mind),
                row("Source", plan.source),
                row("Sign-off", _AWAITING if plan.sign_off else ""),
            )
        )
    return "\n\n".join(parts)


def stretches_not_encoded() -> str:
    """What is said about the stretches and judged by people."""
    return "\n\n".join(
        [
            title(
                "What the rules cannot judge",
                CATALOGUE / "stretches.toml",
                "The rules judge what a move does, its level, its side and the client's limits. How it feels, whether "
                "it eases, and whether it is done well is for client and therapist to judge.",
            ),
            section("Stop rules"),
            *(block(rule.code, row("Client", rule.text), row("Source", rule.source)) for rule in STOP_RULES.values()),
            section("Where to feel it, and what to watch"),
            "\n".join(row(stretch.code, stretch.feel or stretch.watch) for stretch in STRETCHES.values()),
            section("Plans that need a look before use"),
            "\n".join(
                [block(plan.code, row("Mind", plan.mind)) for plan in READY_PLANS.values() if plan.mind] or ["none"]
            ),
        ]
    )


def _test(test: Test) -> str:
    figures = (("sens", test.sens), ("spec", test.spec), ("LR+", test.lr_pos), ("LR−", test.lr_neg))
    side = "left and right" if test.sided else "one result, no side"
    results = [
        f"{code}: " + ("; ".join(f"{key} = {words}" for key, words in RESULT_SETS[code].options.items()) or "recorded")
        for code in test.results
    ]
    results += [f"a number in {test.unit}"] if test.unit else []
    follows = f"follows from {test.at_least} or more of {listed(test.of, 'and')}" if test.of else ""
    return block(
        f"{test.code}  {test.label}",
        row("How", test.how),
        row("Positive", test.positive),
        row("Follows", follows),
        row("Side", side),
        rows("Results", results),
        row("Counts as", listed(result for code in test.results for result in RESULT_SETS[code].positive)),
        row("Position", listed(position.lower() for position in test.positions)),
        row("Presses on", ", ".join(test.touches) + (f", up to P{test.pressure_to}" if test.pressure_to else "")),
        row("Not with", ", ".join(test.not_with)),
        row("Target", test.target),
        row("Figures", ", ".join(f"{name} {figure}" for name, figure in figures if figure)),
        row("Source", test.source),
        row("Sign-off", _AWAITING if test.sign_off else ""),
    )


def _line(line: Line, sign: str) -> list[str]:
    less = f", {sign}{line.less['points']} when {'; '.join(outline(line.less['when']))}" if line.less else ""
    first, *rest = outline(line.when)
    return [f"{sign}{line.points} {line.text}{less}", f"   when {first}", *(f"     {each}" for each in rest)]


def tests_in_print() -> str:
    """Every test, the pattern view that reads their results, the refer rules, and the wording a note warns of."""
    bands = ", ".join(f"{band} from {percent} %" for band, percent in BANDS.items())
    parts = [
        title(
            "Tests",
            CATALOGUE / "tests.toml",
            f"{len(ALL_TESTS)} tests. Optional findings, no diagnosis: none is done while an emergency, an absolute "
            "entry or C_FLARE is open. Most figures come from surgical or specialist clinics.",
        ),
        *(_test(test) for test in ALL_TESTS.values()),
        section("Pattern view: not validated, never a diagnosis, never a likelihood"),
        textwrap.fill(
            f"Share of the points that the lines done could give: {bands}; fewer than 4 lines done give no band.",
            _WIDTH,
        ),
    ]
    for pattern in PATTERNS.values():
        lines_for = [text for line in pattern.counts_for for text in _line(line, "+")]
        lines_against = [text for line in pattern.counts_against for text in _line(line, "−")]
        parts.append(
            block(
                f"{pattern.code}  {pattern.label} (most points: {pattern.maximum})",
                rows("For", lines_for),
                rows("Against", lines_against),
                row("Sign-off", _AWAITING),
            )
        )
    parts.append(
        block("Signs recorded for the pattern view alone", *(row(o.code, o.wording) for o in OBSERVATIONS.values()))
    )
    parts.append(section("Whom to send on, always"))
    parts += [_refer(rule) for rule in REFER.values()]
    parts.append(section("Wording in a note that reads as a diagnosis: the page warns, nothing is refused"))
    parts += [
        block(
            f"{wording.code}  “{wording.says}”",
            row("Found", "also inside a word" if wording.within else "as whole words"),
            row("In", ", ".join(wording.texts)),
            row("Source", wording.source),
            row("Sign-off", _AWAITING),
        )
        for wording in WORDINGS.values()
    ]
    return "\n\n".join(parts)


def _refer(rule: Refer) -> str:
    return block(
        f"{rule.code}  {rule.says}",
        row("Do", rule.do),
        row("Within", rule.within),
        rows("When", outline(rule.when) if rule.when else [f"rule {rule.rule}"]),
        row("Source", rule.source),
        row("Sign-off", _AWAITING),
    )


def tests_not_encoded() -> str:
    """The tests whose results no rule and no pattern reads."""
    read = tests_read() | {member for test in ALL_TESTS.values() if test.of for member in test.of}
    unread = [test for test in ALL_TESTS.values() if test.code not in read]
    head = title(
        "Results that no rule reads",
        CATALOGUE / "tests.toml",
        "They are recorded and shown; what follows from them is for the therapist to judge. A test of strength that "
        "came out weaker than last time is entered at the check-in (th_weaker).",
    )
    return head + "\n\n" + "\n".join(block(f"{test.code}  {test.label}", row("Source", test.source)) for test in unread)
