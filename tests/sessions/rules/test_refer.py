"""The refer rules, row by row of clinical reference 3.6, and what is shown of the pattern view (3.5)."""

from typing import Any

import pytest

from intake.rules.patterns import pattern_view
from intake.rules.questions import check
from intake.rules.screening import screen
from sessions.rules.refer import REFER, Seen, advice, best, may_not_help, spreads
from tests.answers import DAY, all_clear

#: How soon, row by row of the reference.
WITHIN = {
    "RF1": "now",
    "RF2": "same day to 1 week, as the entry says",
    "RF3": "same day",
    "RF4": "at each visit",
    "RF5": "2 weeks",
    "RF6": "2 weeks",
    "RF7": "2 weeks",
    "RF8": "1 week",
    "RF9": "2 weeks",
    "RF10": "4 weeks",
    "RF11": "2 weeks",
    "RF12": "within days for the weight; same day for the bruise",
}
EXAMINED = {"ab_pcp_seen": "exam"}
#: Findings that fit the narrow canal best: walking and standing bring it on, sitting ends it.
STENOSIS: dict[str, Any] = {
    "ab_dob": "1964-02-11",
    "sf_minor_fall": "no",
    "hx_aaa_fam": "no",
    "pn_map": ["LBK:L"],
    "pn_worst_at": "LBK:L",
    "pn_which": "same",
    "pn_worse": ["walk", "stand"],
    "pn_ease": ["sit"],
    "pn_walk": "sit",
    "pn_walk_rest": "yes",
    "pn_sit_free": "yes",
}


def _seen(findings: dict[str, Any] | None = None, *, referral=(), improved=None, **changes: Any) -> Seen:
    answers = all_clear(**{**EXAMINED, **changes})
    result = screen(answers, on=DAY, findings=findings)
    known = check(answers, on=DAY)
    return Seen(
        on=DAY,
        answers=known,
        findings=findings or {},
        flags=[flag.code for flag in result.flags],
        scores=pattern_view(known, findings, on=DAY),
        referral=referral,
        improved=improved,
    )


def _codes(*args: Any, **kwargs: Any) -> set[str]:
    return {rule.code for rule in advice(_seen(*args, **kwargs))}


def test_every_row_of_the_reference_with_its_urgency():
    assert {code: rule.within for code, rule in REFER.items()} == WITHIN
    assert all(rule.source.startswith("clinical reference 3.6") for rule in REFER.values())


def test_a_clear_and_examined_client_is_sent_nowhere():
    assert _codes() == set()


@pytest.mark.parametrize(
    ("findings", "changes", "code"),
    [
        ({"T_CALF": [{"side": "L", "value": 3.0}]}, {}, "RF1"),
        ({"T_EHL": [{"side": "L", "result": "4", "value": 4}]}, {}, "RF2"),
        ({"T_EHL": [{"side": "L", "result": "4", "value": 4}]}, {}, "RF3"),
        ({"T_HEEL": [{"side": "R", "result": "pos"}]}, {}, "RF3"),
        ({}, {"ab_pcp_seen": "told"}, "RF4"),
        ({}, {"pn_night": "constant"}, "RF11"),
    ],
)
def test_what_sends_a_client_on(findings, changes, code):
    assert code in _codes(findings, **changes)


@pytest.mark.parametrize(
    ("findings", "code"),
    [
        ({"T_CALF": [{"side": "L", "value": 2.9}]}, "RF1"),
        ({"T_EHL": [{"side": "L", "result": "5", "value": 5}]}, "RF3"),
        ({"T_HEEL": [{"side": "R", "result": "neg"}]}, "RF3"),
    ],
)
def test_what_does_not(findings, code):
    assert code not in _codes(findings)


def test_the_most_pressing_comes_first():
    found = advice(_seen({"T_EHL": [{"side": "L", "value": 3}]}, ab_pcp_seen="told"))

    assert [rule.tier for rule in found] == sorted((rule.tier for rule in found), key=("stop", "limit", "note").index)
    assert found[-1].code == "RF4"


@pytest.mark.parametrize(
    ("improved", "sent"),
    [(None, False), (True, False), (False, True)],
)
def test_no_improvement_counts_only_when_it_is_time(improved, sent):
    assert ("RF7" in _codes(improved=improved)) is sent


@pytest.mark.parametrize(
    ("referral", "told"),
    [
        ((), False),
        ((2,), False),
        ((2, 3), False),
        ((2, 3, 4), True),
        ((2, 3, 3), True),
        ((2, 3, 2), False),
        ((5, 2, 3, 4), True),
        ((2, 3, 4, 2), False),
    ],
)
def test_further_down_at_two_visits(referral, told):
    assert spreads(referral) is told
    assert ("RF8" in _codes(referral=referral)) is told


def test_a_pattern_that_asks_for_an_examination_is_sent_on_until_there_was_one():
    seen = _seen(**STENOSIS, ab_pcp_seen="told")
    assert best(seen.scores)[0].code == "P_STEN"

    assert "RF5" in {rule.code for rule in advice(seen)}
    assert "RF5" not in _codes(**STENOSIS)


def test_for_a_pattern_that_massage_may_not_help_it_is_said():
    assert may_not_help(_seen(**STENOSIS).scores)
    assert not may_not_help(_seen(pn_map=["BTM:L"], pn_worst_at="BTM:L", pn_which="buttock").scores)
    assert not may_not_help(())


def test_at_most_two_patterns_are_shown_and_none_without_enough_findings():
    assert len(best(_seen().scores)) <= 2
    assert all(score.band is not None for score in best(_seen(**STENOSIS).scores))
