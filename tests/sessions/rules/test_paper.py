"""The printed plan: what is left out and why, in the client's words alone, and how closely it is set."""

import pytest

from intake.rules.limits import Limits
from intake.rules.screening import ENTRIES
from sessions.rules.paper import MOST_NAMED, MOST_REASONS, SETTINGS, LeftOut, left_out, setting
from sessions.rules.stretches import STRETCHES, allowed_levels

ARCHED = Limits(no_stretch_flags=frozenset({"F_EXT"}), because={"F_EXT": frozenset({"C_LYSIS"})})


def _left_out(limits, **known):
    return left_out(allowed_levels(limits, bed=True), limits, **known)


def test_without_limits_nothing_is_left_out():
    assert _left_out(Limits()) == ()


def test_what_is_left_out_says_why_in_the_clients_words():
    assert _left_out(ARCHED) == (
        LeftOut(stretches=(("Elbow prop / press-up", ""),), more=False, because="We keep your back from arching."),
    )


def test_a_stretch_of_the_plan_itself_is_not_named_again():
    assert _left_out(ARCHED, planned=["LB-04"]) == ()


def test_a_ban_for_one_side_names_the_side():
    limits = Limits(no_stretch_flags=frozenset({"F_ADD:R"}), because={"F_ADD:R": frozenset({"L_THR_POST"})})

    (left,) = _left_out(limits)

    assert {side for _name, side in left.stretches} == {"right"}


def test_a_stretch_that_moves_both_sides_names_none():
    limits = Limits(no_stretch_flags=frozenset({"F_HF90+F_FLEX:R"}))

    named = [pair for each in _left_out(limits) for pair in each.stretches]

    assert ("Both knees to chest", "") in named


def test_what_the_therapist_alone_leaves_out_has_no_reason():
    (left,) = _left_out(Limits(no_stretches=frozenset({"PR-01"})))

    assert left == LeftOut(stretches=(("Lying figure-four", ""),), more=False, because="")


def test_the_best_known_of_many_are_named():
    limits = Limits(no_stretch_flags=frozenset({"F_SUP"}), because={"F_SUP": frozenset({"C_HF"})})

    (left,) = _left_out(limits)

    assert len(left.stretches) == MOST_NAMED
    assert left.more
    assert left.stretches[0] == (STRETCHES["PR-06"].name, "")


def test_when_nothing_may_be_done_the_stretches_themselves_say_so():
    assert left_out({}, Limits()) == ()


@pytest.mark.parametrize("code", [entry.code for entry in ENTRIES.values() if entry.limits])
def test_no_label_of_an_entry_and_no_word_for_the_therapist_is_told(code):
    limits = Limits(no_stretch_flags=frozenset({"F_SUP"}), because={"F_SUP": frozenset({code})})

    said = [each.because for each in _left_out(limits)]

    assert said == [ENTRIES[code].client]


def test_at_most_so_many_reasons():
    limits = Limits(
        no_stretches=frozenset(STRETCHES),
        because={
            stretch: frozenset({code})
            for stretch, code in zip(STRETCHES, [e for e in ENTRIES if ENTRIES[e].client], strict=False)
        },
    )

    assert len(_left_out(limits)) == MOST_REASONS


@pytest.mark.parametrize(
    ("letters", "stretches", "name"),
    [(0, 0, "roomy"), (2201, 0, "close"), (2200, 1, "close"), (3301, 0, "tight"), (9000, 5, "small")],
)
def test_the_more_there_is_to_read_the_closer_it_is_set(letters, stretches, name):
    assert setting(letters, stretches=stretches) == name
    assert [most for _name, most in SETTINGS] == sorted(most for _name, most in SETTINGS)
