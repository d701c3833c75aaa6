"""Ready-made plans as they fit a client: what stays, what is swapped for its like, what drops out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.rules.limits import Limits
from sessions.rules.ready_plans import READY_PLANS, ready_plan
from sessions.rules.shelf import instead_of
from sessions.rules.stretches import Suitable, suitability
from tests.sessions.rules.test_stretches import LIMITS


def _only(*bans, **limits):
    return Limits(no_stretch_flags=frozenset(bans), **limits)


def test_eight_ready_made_plans_of_at_most_five():
    assert len(READY_PLANS) == 8
    assert all(len(plan.items) <= 5 for plan in READY_PLANS.values())


def test_a_ready_made_plan_without_limits_keeps_everything():
    plan = ready_plan("piriformis_standard", Limits(), side="left", age=40)

    assert [(k.stretch.code, k.level, k.side) for k in plan.kept] == [
        ("PR-01", 2, "left"),
        ("PR-02", 2, "left"),
        ("GL-02", 2, "both"),
        ("GL-03", 2, "left"),
        ("BR-03", 2, "both"),
    ]
    assert plan.dropped == ()


def test_a_banned_item_is_swapped_for_its_nearest_and_both_are_named():
    limits = _only("F_ADD", because={"F_ADD": frozenset({"L_GTPS"})})

    plan = ready_plan("piriformis_standard", limits, side="left", age=40)

    assert [(s.stretch.code, s.instead.code, s.blocked.because) for s in plan.swapped] == [
        ("PR-02", "PR-03", ("L_GTPS",))
    ]
    assert [kept.stretch.code for kept in plan.kept] == ["PR-01", "PR-03", "GL-02", "GL-03", "BR-03"]
    assert plan.dropped == ()


def test_what_the_home_has_the_things_for_stands_in_before_the_rest():
    plan = ready_plan("piriformis_standard", _only("F_ADD"), side="left", age=40, home={"B"}, bed=True)

    assert [swap.instead.code for swap in plan.swapped] == ["PR-08"]


def test_what_is_in_the_draft_stands_in_for_nothing():
    plan = ready_plan("piriformis_standard", _only("F_ADD"), side="left", age=40, taken=["PR-03"])

    assert [swap.instead.code for swap in plan.swapped] == ["PR-08"]


def test_a_banned_item_without_its_like_drops_out_and_is_shown_with_its_reason():
    limits = _only("F_FLEX", because={"F_FLEX": frozenset({"C_OSTEO"})})

    plan = ready_plan("stenosis_comfort", limits, side="left", age=40)

    assert [(d.stretch.code, d.blocked.because) for d in plan.dropped] == [("LB-03", ("C_OSTEO",))]
    assert plan.swapped == ()


def test_a_ready_made_plan_takes_the_highest_level_that_fits():
    plan = ready_plan("thin_bones", Limits(max_level=1), side=None, age=70)

    assert [k.level for k in plan.kept] == [1, 1, 1, 1]


def test_a_lower_start_lowers_a_plan_that_has_the_level():
    plan = ready_plan("stenosis_comfort", Limits(), side="left", age=76, start=1)

    assert {k.level for k in plan.kept} == {1}


def test_who_starts_at_level_one_does_so_in_every_plan():
    plan = ready_plan("piriformis_standard", Limits(), side="right", age=76, start=1)

    assert [(k.stretch.code, k.level) for k in plan.kept] == [
        ("PR-01", 1),
        ("PR-02", 1),
        ("GL-02", 1),
        ("GL-03", 1),
        ("BR-03", 1),
    ]


def test_a_ban_on_level_two_takes_a_level_two_plan_out():
    plan = ready_plan("piriformis_standard", Limits(max_level=1), side="right", age=40)

    assert plan.kept == ()
    assert len(plan.dropped) == 5


@pytest.mark.parametrize(("bed", "kept"), [(True, True), (False, False)])
def test_late_in_pregnancy_the_clamshell_needs_a_bed(bed, kept):
    plan = ready_plan("pregnant_from_20", _only("F_FLOOR", "F_BAL", "F_SUP"), side="left", age=30, bed=bed)

    assert ("GL-03" in [k.stretch.code for k in plan.kept]) is kept


def test_after_hip_replacement_the_plan_for_it_fits():
    limits = _only("F_HF90:R", "F_ADD:R", "F_IR:R")

    assert ready_plan("hip_replacement_back", limits, side="right", age=70).dropped == ()


def test_thin_bones_plan_fits_thin_bones():
    assert ready_plan("thin_bones", _only("F_FLEX", "F_ROT", "F_SB", "F_IMPACT"), side=None, age=70).dropped == ()


@given(
    LIMITS,
    st.sampled_from(sorted(READY_PLANS)),
    st.sampled_from(["left", "right", None]),
    st.integers(1, 2),
    st.booleans(),
)
def test_whatever_the_limits_only_what_fits_is_kept_and_nothing_twice(limits, code, side, start, bed):
    plan = ready_plan(code, limits, side=side, age=40, start=start, bed=bed)

    assert len({kept.stretch.code for kept in plan.kept}) == len(plan.kept)
    assert len(plan.kept) + len(plan.dropped) == len(READY_PLANS[code].items)
    for kept in plan.kept:
        here = None if kept.side == "both" else kept.side
        verdict = suitability(limits, side=here, level=kept.level, bed=kept.on_bed)[kept.stretch.code]
        assert isinstance(verdict, Suitable), kept
    for swap in plan.swapped:
        assert swap.instead in instead_of(swap.stretch)
        assert swap.instead.code in {kept.stretch.code for kept in plan.kept}
