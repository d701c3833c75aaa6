"""The command that prints a catalogue: complete, in words, without a database."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command

from intake.rules.questions import CONSENTS, QUESTIONS
from intake.rules.screening import ENTRIES, STANDING
from sessions.management.commands.print_catalogue import KINDS
from sessions.rules.findings import ALL_TESTS
from sessions.rules.ready_plans import READY_PLANS
from sessions.rules.refer import REFER
from sessions.rules.stretches import STOP_RULES, STRETCHES
from sessions.rules.wording import WORDINGS
from tests.house.source import ROOT


@pytest.fixture
def printed(capsys):
    """What the command prints, with every run of white space as one blank."""

    def run(*words: str) -> str:
        call_command("print_catalogue", *words)
        return " ".join(capsys.readouterr().out.split())

    return run


def heads(text: str) -> set[str]:
    return set(re.findall(r"\b[a-z]{2}_[a-z0-9_]+|\b[A-Z]{1,2}_[A-Z0-9_.]+|\b[A-Z]{2}-\d\d\b", text))


def test_questions_are_printed_with_wording_options_and_source(printed):
    text = printed("questions")

    assert QUESTIONS.keys() <= heads(text)
    for question in QUESTIONS.values():
        assert " ".join(question.wording.split()) in text
        if question.id != "ab_lang":
            assert all(f"{code} = {label}" in text for code, label in question.options.items()), question.id
        assert all(f"{name}" in text and part.wording in text for name, part in question.fields.items())
    assert all(statement.statement in text for statement in CONSENTS.values())
    assert "Asked when the age is 16 or more" in text


def test_contraindications_are_printed_with_every_column(printed):
    text = printed("contraindications")

    for entry in ENTRIES.values():
        assert f"{entry.code} {entry.label} [{entry.severity}]" in text
        for column in (entry.clinical, entry.massage, entry.stretching, entry.therapist, entry.client, entry.clearance):
            assert " ".join(column.split()) in text, entry.code
        assert " ".join(entry.source.split()) in text, entry.code
        assert entry.not_encoded in text
        assert all(sentence in text for limits in entry.limits for sentence in limits.get("conduct", ()))
    assert all(f"{rule.code} {rule.zone}" in text for rule in STANDING.values())
    assert "Raised when sf_preg is “Yes, I am pregnant”; and hx_preg_risk is “Yes” or “Not sure”" in text
    assert text.count("awaiting a clinician's sign-off") == sum(
        row.awaiting for row in (*ENTRIES.values(), *STANDING.values())
    )


def test_stretches_are_printed_with_steps_doses_and_plans(printed):
    text = printed("stretches")

    for stretch in STRETCHES.values():
        assert f"{stretch.code} {stretch.name}" in text
        assert all(step in text for step in stretch.steps)
        assert all(flag in text for level in stretch.levels for flag in stretch.flags_at(level))
    assert all(rule.text in text for rule in STOP_RULES.values())
    assert all(plan.name in text for plan in READY_PLANS.values())


def test_tests_are_printed_with_results_and_figures(printed):
    text = printed("tests")
    assert all(f"{rule.code} {rule.says}" in text for rule in REFER.values())
    assert all(f"{wording.code} “{wording.says}”" in text for wording in WORDINGS.values())

    for test in ALL_TESTS.values():
        assert f"{test.code} {test.label}" in text
        assert " ".join(test.source.split()) in text
        assert all(figure in text for figure in (test.sens, test.spec, test.lr_pos, test.lr_neg))
    assert "never a diagnosis" in text


def test_what_the_rules_cannot_judge_is_listed(printed):
    text = printed("contraindications", "--not-encoded")

    listed = {code for code, entry in ENTRIES.items() if f"{code} {entry.label}" in text}
    assert listed == {code for code, entry in ENTRIES.items() if entry.not_encoded}
    assert "A platelet count below 50 in a report" in text


def test_answers_and_results_that_no_rule_reads_are_listed(printed):
    questions, tests = printed("questions", "--not-encoded"), printed("tests", "--not-encoded")

    assert {"hx_img", "gl_prev", "pn_words"} <= heads(questions)
    assert not heads(questions) & {"sf_saddle", "th_ask", "pn_worst_at", "ab_dob", "hx_tail", "md_list"}
    assert {"T_FREIB", "T_OBER"} <= heads(tests)
    assert not heads(tests) & {"T_CALF", "T_SLR", "T_APIR", "T_FADIR"}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_names_its_edition(printed, kind):
    for words in ((kind,), (kind, "--not-encoded")):
        assert re.search(r"Content edition [0-9a-f]{12} of [a-z]+\.toml\.", printed(*words))


def test_a_wrong_kind_is_refused_with_the_kinds_that_exist():
    with pytest.raises(
        CommandError, match=r"no catalogue “muscles”\. Choose one of: questions, contraindications, str"
    ):
        call_command("print_catalogue", "muscles")


def test_a_reader_that_has_seen_enough_ends_it_quietly():
    command = [sys.executable, "manage.py", "print_catalogue", "contraindications"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        first = running.stdout.readline()
        running.stdout.close()
        said = running.stderr.read()

    assert (first, said, running.returncode) == ("Contraindications\n", "", 0)
