"""What changed between two versions, as therapist and client read it; and the mark of what a page showed."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions.rules.changes import Planned, changes, mark

LEFT = Planned(
    stretch="PR-03", side="L", name="Chair figure-four", side_words="Your left side", level=1, dose="30 seconds × 3"
)
KNEES = Planned(
    stretch="LB-03",
    side="B",
    name="Both knees to chest",
    side_words="Both sides together",
    level=2,
    dose="15 seconds × 3",
)
WALK = Planned(stretch="BR-03", side="B", name="Sit-break walk", side_words="", level=1, dose="2 minutes")


def test_the_same_plan_has_no_changes():
    assert changes([LEFT, KNEES], [LEFT, KNEES]) == ()


def test_what_is_new_is_told_with_side_level_and_dose():
    assert changes([KNEES], [KNEES, LEFT]) == ("Added: Chair figure-four, your left side, level 1: 30 seconds × 3",)


def test_what_is_gone_is_told_with_its_side():
    assert changes([KNEES, LEFT], [KNEES]) == ("Taken out: Chair figure-four, your left side",)


def test_a_stretch_without_a_side_is_told_without_one():
    assert changes([WALK], []) == ("Taken out: Sit-break walk",)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"level": 2}, "level 1 → 2"),
        ({"dose": "20 seconds × 2"}, "30 seconds × 3 → 20 seconds × 2"),
        ({"on_bed": True}, "on the bed now"),
        ({"note": "Slowly."}, "new words from your therapist"),
        ({"level": 3, "dose": "20 seconds"}, "level 1 → 3; 30 seconds × 3 → 20 seconds"),
    ],
)
def test_a_change_of_one_stretch_is_one_sentence(change, told):
    assert changes([LEFT], [replace(LEFT, **change)]) == (f"Chair figure-four, your left side: {told}",)


def test_the_way_back_is_told_too():
    assert changes([replace(LEFT, on_bed=True, note="Slowly.")], [LEFT]) == (
        "Chair figure-four, your left side: no longer on the bed; the words from your therapist are gone",
    )


def test_another_side_is_told_as_that():
    right = replace(LEFT, side="R", side_words="Your right side", level=2)

    assert changes([LEFT], [right]) == ("Chair figure-four: your left side → your right side; level 1 → 2",)


def test_one_side_more_is_not_another_side():
    right = replace(LEFT, side="R", side_words="Your right side")

    assert changes([LEFT], [LEFT, right]) == ("Added: Chair figure-four, your right side, level 1: 30 seconds × 3",)


def test_two_sides_in_place_of_one_for_both_are_told_one_by_one():
    both = replace(LEFT, side="B", side_words="Both sides, one after the other")
    right = replace(LEFT, side="R", side_words="Your right side")

    assert [each.partition(":")[0] for each in changes([both], [LEFT, right])] == ["Added", "Added", "Taken out"]


def test_another_order_is_told():
    assert changes([LEFT, KNEES], [KNEES, LEFT]) == ("The stretches stand in another order.",)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("", "Gently.", ("New words from your therapist above the plan.",)),
        ("Gently.", "", ("The words above the plan are gone.",)),
        ("Gently.", "Gently.", ()),
    ],
)
def test_other_words_above_the_plan_are_told(before, after, told):
    assert changes([], [], message_before=before, message_after=after) == told


PLANNED = st.builds(
    Planned,
    stretch=st.sampled_from(["PR-01", "PR-03", "GL-01"]),
    side=st.sampled_from("LRB"),
    name=st.just("A stretch"),
    side_words=st.just("Your side"),
    level=st.integers(1, 3),
    dose=st.sampled_from(["once", "twice"]),
)
VERSIONS = st.lists(PLANNED, max_size=5, unique_by=lambda each: (each.stretch, each.side))


@given(VERSIONS, VERSIONS)
def test_different_versions_are_never_told_as_the_same(before, after):
    assert (changes(before, after) == ()) is (before == after)


@given(VERSIONS, VERSIONS)
def test_a_mark_tells_different_drafts_apart(one, other):
    assert (mark(one) == mark(other)) is (one == other)
