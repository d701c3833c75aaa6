"""What holds for any answers: signs never loosen, "not sure" is a yes, order and hidden answers say nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clinic.vocabulary import REGIONS, Severity
from intake.rules.limits import Limits
from intake.rules.questions import QUESTIONS, visible
from intake.rules.screening import ENTRIES, ScreeningResult, early_flags, screen
from tests.answers import DAY, all_clear, check_in_clear
from tests.intake.rules.test_contraindication_table import (
    BIRTH,
    CANCER,
    NOT_IN_ANSWERS,
    PREGNANT,
    SAD,
    SORE,
    WEAK,
)
from tests.strategies import answers as any_answers
from tests.strategies import complete, values
from tests.thinning import EXHAUSTIVE

#: What says "no sign" to a safety question whose options are not yes and no.
CLEAR = {"pn_trend": "same", "pn_night": "none", "hx_cancer": "never", "sf_load": "yes"}
#: What has to be answered before a safety question is asked at all.
BEFORE: dict[str, dict[str, Any]] = {
    "sf_preg_alarm": PREGNANT,
    "sf_birth_alarm": BIRTH,
    "sf_dvt_risk": SORE,
    "sf_ces_worse": SAD,
    "pn_weak_trend": WEAK,
    "sf_minor_fall": {"hx_dx": ["osteopenia"]},
}
#: The mildest answers to what a sign makes required; ignored while it is not asked.
FOLLOW = {key: value for each in (SAD, WEAK, SORE, PREGNANT, BIRTH) for key, value in each.items()} | {
    "pn_both_when": "m3",
    "hx_cancer_info": CANCER,
}
#: Every safety question of one choice with its clear answer and each of the others.
GRADES = [
    (question.id, CLEAR.get(question.id, "no"), said)
    for question in QUESTIONS.values()
    if question.safety and question.type == "choice" and (question.id in CLEAR or "no" in question.options)
    for said in question.options
    if said != CLEAR.get(question.id, "no") and (question.id, said) != ("pn_trend", "better")
]
#: Every safety question that takes several answers, with "none of these" and each sign that it lists.
SIGNS = [
    (question.id, ["none"], [sign])
    for question in QUESTIONS.values()
    if question.safety and question.type == "multi"
    for sign in question.options
    if sign != "none"
]
YES_NO_UNSURE = [q.id for q in QUESTIONS.values() if q.safety and set(q.options) == {"yes", "no", "unsure"}]
OFTEN = settings(
    max_examples=150 if EXHAUSTIVE else 50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def stricter(one: Limits, other: Limits) -> bool:
    """True when ``one`` allows nothing that ``other`` forbids."""

    def sides(places: frozenset[str]) -> set[str]:
        return {p for c in places for p in ([c] if ":" in c or not REGIONS[c].sided else [f"{c}:L", f"{c}:R"])}

    def covered(bans: frozenset[str], by: frozenset[str]) -> bool:
        """True when every ban, or one that says more, is among ``by``: the same without its place, level or side."""
        shorter = {ban: {ban, ban.partition(":")[0], ban.partition("@")[0]} for ban in bans}
        return all(not by.isdisjoint(words) for words in shorter.values())

    def caps(limits: Limits, place: str) -> tuple[int, int]:
        whole = place.partition(":")[0]
        plain, raised = limits.region_caps, limits.region_caps_with_reason
        return (
            min(limits.pressure_cap, plain.get(place, 5), plain.get(whole, 5)),
            min(limits.pressure_cap_with_reason, raised.get(place, 5), raised.get(whole, 5)),
        )

    everywhere = sides(frozenset(REGIONS))
    if sides(one.no_regions) == everywhere and one.max_level == 0:
        return True  # nothing may be touched, nothing done
    return (
        all(a <= b for place in everywhere for a, b in zip(caps(one, place), caps(other, place), strict=True))
        and sides(one.no_regions) >= sides(other.no_regions)
        and covered(other.no_techniques, one.no_techniques)
        and covered(other.no_positions, one.no_positions)
        and covered(other.no_stretch_flags, one.no_stretch_flags)
        and covered(other.no_stretches, one.no_stretches)
        and (other.only_stretches is None or (one.only_stretches or {"any"}) <= other.only_stretches)
        and one.max_level <= other.max_level
        and (one.max_minutes or 999) <= (other.max_minutes or 999)
        and other.conduct <= one.conduct
    )


def rank(result: ScreeningResult) -> int:
    """0 is the worst. I_UNKNOWN is left out: it says that little is known, and a sign is something known."""
    return min((Severity(flag.severity).rank for flag in result.flags if flag.code != "I_UNKNOWN"), default=9)


def codes(result: ScreeningResult) -> set[str]:
    return {flag.code for flag in result.flags}


def letter(*entries: str, **rest: Any) -> dict[str, Any]:
    return {
        "entries": list(entries),
        "kind": "written",
        "date": DAY.isoformat(),
        "massage": "yes",
        "regions": "all",
    } | rest


# --- one sign more -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("id", "clear", "said"), GRADES + SIGNS)
def test_a_sign_in_a_clear_client_never_loosens(id, clear, said):
    base = FOLLOW | all_clear(**BEFORE.get(id, {})) | check_in_clear()

    calm, alarmed = screen(base | {id: clear}, on=DAY), screen(base | {id: said}, on=DAY)

    assert rank(alarmed) <= rank(calm)
    assert stricter(alarmed.limits, calm.limits)


@OFTEN
@given(drawn=any_answers(), sign=st.sampled_from(GRADES + SIGNS), data=st.data())
def test_a_sign_in_any_client_never_loosens(drawn, sign, data):
    id, clear, said = sign
    base = complete(data.draw, drawn | BEFORE.get(id, {}) | {id: clear})
    alarmed = complete(data.draw, base | {id: said})
    calm = complete(data.draw, alarmed | {id: clear})

    before, after = screen(calm, on=DAY), screen(alarmed, on=DAY)

    assert rank(after) <= rank(before)
    assert stricter(after.limits, before.limits)


@pytest.mark.parametrize("id", YES_NO_UNSURE)
def test_not_sure_in_a_clear_client_counts_as_yes(id):
    base = FOLLOW | all_clear(**BEFORE.get(id, {})) | check_in_clear()

    assert screen(base | {id: "unsure"}, on=DAY) == screen(base | {id: "yes"}, on=DAY)


@OFTEN
@given(drawn=any_answers(), id=st.sampled_from(YES_NO_UNSURE), data=st.data())
def test_not_sure_in_any_client_counts_as_yes(drawn, id, data):
    said_yes = complete(data.draw, drawn | BEFORE.get(id, {}) | {id: "yes"})

    assert screen(said_yes | {id: "unsure"}, on=DAY) == screen(said_yes, on=DAY)


@pytest.mark.parametrize("id", [id for id, _none, sign in SIGNS if sign == ["unsure"]])
def test_not_sure_among_several_signs_counts_as_each_of_them(id):
    base = all_clear(**BEFORE[id]) if id in BEFORE else all_clear(**PREGNANT) | check_in_clear()
    unsure = screen(base | {id: ["unsure"]}, on=DAY)

    for sign in QUESTIONS[id].options.keys() - {"none", "unsure"}:
        assert codes(screen(base | {id: [sign]}, on=DAY)) <= codes(unsure)


# --- what says nothing -------------------------------------------------------------------------------------------


def test_a_clear_check_in_raises_nothing_either():
    assert screen(all_clear(), on=DAY, check_in=check_in_clear()).flags == ()


@OFTEN
@given(drawn=any_answers(), random=st.randoms())
def test_the_order_of_answers_does_not_matter(drawn, random):
    shuffled = list(drawn.items())
    random.shuffle(shuffled)

    assert screen(dict(shuffled), on=DAY) == screen(drawn, on=DAY)


@OFTEN
@given(drawn=any_answers(), data=st.data())
def test_an_answer_to_a_question_not_asked_changes_nothing(drawn, data):
    asked = visible(drawn, on=DAY, ids=tuple(QUESTIONS))
    hidden = data.draw(st.sampled_from(sorted(QUESTIONS.keys() - set(asked))), label="hidden")
    with_it = drawn | {hidden: data.draw(values(QUESTIONS[hidden]) | st.just("nonsense"), label="its answer")}

    assert screen(with_it, on=DAY) == screen(drawn, on=DAY)


# --- whole and in part -------------------------------------------------------------------------------------------


@OFTEN
@given(drawn=any_answers())
def test_any_valid_answers_can_be_judged(drawn):
    result = screen(drawn, on=DAY)

    assert codes(result) <= set(ENTRIES) - NOT_IN_ANSWERS
    assert all(flag.reasons for flag in result.flags if flag.code != "I_UNKNOWN")
    assert Limits.from_data(result.limits.as_data()) == result.limits


@OFTEN
@given(drawn=any_answers(), data=st.data())
def test_what_is_certain_early_stays(drawn, data):
    """A part of the answers raises nothing that the whole does not; two entries are raised until an answer says no."""
    known = data.draw(st.lists(st.sampled_from(sorted(drawn)), unique=True), label="answered so far")

    early = {flag.code for flag in early_flags({id: drawn[id] for id in known}, on=DAY)}

    assert early - {"E_CES", "I_NOPCP"} <= codes(screen(drawn, on=DAY))


@OFTEN
@given(drawn=any_answers(), data=st.data())
def test_a_clearance_lifts_what_it_names_and_nothing_else(drawn, data):
    before = screen(drawn, on=DAY)
    named = data.draw(st.lists(st.sampled_from(sorted(ENTRIES)), min_size=1, unique=True), label="named")

    after = screen(drawn, on=DAY, clearances=[letter(*named, conditions="5.5 cm")])

    lifted = {flag.code for flag in after.cleared}
    assert lifted <= set(named)
    # An entry may follow from the clearance of another (C_BLEED, A_HTN_SEV); none goes but those that are lifted.
    assert codes(before) <= codes(after) | lifted
    assert codes(after) | lifted <= codes(before) | {"C_BLEED", "A_HTN_SEV"}
    if codes(after) | lifted == codes(before):
        assert stricter(before.limits, after.limits)
